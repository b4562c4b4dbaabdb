//! The texts of rows, waiting in a temporary file until copies are settled.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::Path;

/// The texts of a row.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Texts {
    pub path: String,
    pub id: String,
    pub event: String,
    pub issuer: String,
    pub recipient: String,
    /// Notes of the document itself, separated by blanks.
    pub notes: String,
}

impl Texts {
    /// Appends the texts to `out`.
    pub fn encode(&self, out: &mut Vec<u8>) {
        for text in [
            &self.path,
            &self.id,
            &self.event,
            &self.issuer,
            &self.recipient,
            &self.notes,
        ] {
            let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
            out.extend_from_slice(&length.to_le_bytes());
            out.extend_from_slice(text.as_bytes());
        }
    }

    fn decode(source: &mut impl Read) -> io::Result<Self> {
        let mut next = || {
            let mut length = [0; 4];
            source.read_exact(&mut length)?;
            let mut bytes = vec![0; u32::from_le_bytes(length) as usize];
            source.read_exact(&mut bytes)?;
            String::from_utf8(bytes).map_err(io::Error::other)
        };
        Ok(Self {
            path: next()?,
            id: next()?,
            event: next()?,
            issuer: next()?,
            recipient: next()?,
            notes: next()?,
        })
    }
}

/// The file while it is written.
pub(super) struct SpillWriter {
    file: BufWriter<File>,
    length: u64,
}

impl SpillWriter {
    /// A nameless file in `folder`, which the system removes whatever happens.
    pub fn new(folder: &Path) -> io::Result<Self> {
        let file = tempfile::tempfile_in(folder)?;
        Ok(Self {
            file: BufWriter::with_capacity(1 << 20, file),
            length: 0,
        })
    }

    /// Appends encoded texts; where they begin.
    pub fn append(&mut self, bytes: &[u8]) -> io::Result<u64> {
        let offset = self.length;
        self.file.write_all(bytes)?;
        self.length += bytes.len() as u64;
        Ok(offset)
    }

    /// The file for reading.
    pub fn finish(self) -> io::Result<Spill> {
        let file = self
            .file
            .into_inner()
            .map_err(io::IntoInnerError::into_error)?;
        Ok(Spill {
            file: BufReader::with_capacity(256 * 1024, file),
            at: u64::MAX,
        })
    }
}

/// The file while it is read.
pub(super) struct Spill {
    file: BufReader<File>,
    at: u64,
}

impl Spill {
    /// The texts at `offset`. Reading in the order of writing seeks once.
    pub fn read(&mut self, offset: u64) -> io::Result<Texts> {
        if self.at != offset {
            self.file.seek(SeekFrom::Start(offset))?;
        }
        let texts = Texts::decode(&mut self.file)?;
        self.at = self.file.stream_position()?;
        Ok(texts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_back_in_any_order() {
        let folder = tempfile::tempdir().unwrap();
        let mut writer = SpillWriter::new(folder.path()).unwrap();
        let texts = |number: usize| Texts {
            path: format!("/a/{number}.xml"),
            id: "é".repeat(number),
            ..Texts::default()
        };
        let mut offsets = Vec::new();
        for number in 0..10 {
            let mut bytes = Vec::new();
            texts(number).encode(&mut bytes);
            offsets.push(writer.append(&bytes).unwrap());
        }
        let mut spill = writer.finish().unwrap();
        for number in [0, 1, 2, 9, 3, 4, 0] {
            assert_eq!(spill.read(offsets[number]).unwrap(), texts(number));
        }
    }
}
