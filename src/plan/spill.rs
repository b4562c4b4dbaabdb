//! The texts of rows, waiting in memory or, where they are many, in a temporary file until copies are settled.

use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::Path;

use tempfile::SpooledTempFile;

/// The texts of a row. In the file their lengths come first, so that one look tells how much to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Texts<'a> {
    /// Notes of the document itself, separated by blanks.
    pub notes: &'a str,
    /// The columns that are known already, as the manifest will have them.
    pub known: &'a [u8],
    /// The column `path`.
    pub path: &'a str,
    /// The access key of the sale that a `CFeCanc` cancels, else empty: its own columns do not name it.
    pub sale: &'a str,
}

/// Bytes of the four lengths.
const LENGTHS: usize = 16;

impl<'a> Texts<'a> {
    /// Appends texts to `out`; `render` appends those that are known.
    pub fn encode(
        out: &mut Vec<u8>,
        [notes, path, sale]: [&str; 3],
        render: impl FnOnce(&mut Vec<u8>),
    ) {
        let start = out.len();
        out.extend_from_slice(&[0; LENGTHS]);
        out.extend_from_slice(notes.as_bytes());
        let known = out.len();
        render(out);
        let known = out.len() - known;
        out.extend_from_slice(path.as_bytes());
        out.extend_from_slice(sale.as_bytes());
        let lengths = [notes.len(), known, path.len(), sale.len()];
        for (place, length) in lengths.into_iter().enumerate() {
            let at = start + place * 4;
            let length = u32::try_from(length).unwrap_or(u32::MAX);
            out[at..at + 4].copy_from_slice(&length.to_le_bytes());
        }
    }

    /// The texts at the beginning of `bytes`, or how many bytes they need.
    pub fn decode(bytes: &'a [u8]) -> Result<Self, usize> {
        let Some((lengths, rest)) = bytes.split_first_chunk::<LENGTHS>() else {
            return Err(LENGTHS);
        };
        let length = |part: usize| {
            let [a, b, c, d] = [0, 1, 2, 3].map(|byte| lengths[part * 4 + byte]);
            u32::from_le_bytes([a, b, c, d]) as usize
        };
        let (notes, known, path) = (length(0), length(1), length(2));
        let all = notes + known + path + length(3);
        let Some(texts) = rest.get(..all) else {
            return Err(LENGTHS + all);
        };
        let (notes, texts) = texts.split_at(notes);
        let (known, texts) = texts.split_at(known);
        let (path, sale) = texts.split_at(path);
        Ok(Self {
            sale: simdutf8::basic::from_utf8(sale).unwrap_or_default(),
            notes: simdutf8::basic::from_utf8(notes).unwrap_or_default(),
            known,
            path: simdutf8::basic::from_utf8(path).unwrap_or_default(),
        })
    }
}

/// Bytes that wait in memory; more go into the file.
const IN_MEMORY: usize = 8 * 1024 * 1024;

/// The file while it is written.
pub(super) struct SpillWriter {
    file: BufWriter<SpooledTempFile>,
    length: u64,
}

impl SpillWriter {
    /// A nameless file in `folder`, which the system removes whatever happens. That the folder takes one is found out
    /// now, and not after hours of reading.
    pub fn new(folder: &Path) -> io::Result<Self> {
        tempfile::tempfile_in(folder)?;
        Ok(Self::beyond(IN_MEMORY, folder))
    }

    /// What is more than `in_memory` bytes goes into the file.
    fn beyond(in_memory: usize, folder: &Path) -> Self {
        let file = tempfile::spooled_tempfile_in(in_memory, folder);
        Self {
            file: BufWriter::with_capacity(64 * 1024, file),
            length: 0,
        }
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
            file,
            length: self.length,
            window: Vec::new(),
            start: 0,
        })
    }
}

/// Bytes that are read at once where rows are read in the order of writing, and where they are not.
const LONG_LOOK: usize = 256 * 1024;
const SHORT_LOOK: usize = 2 * 1024;

/// The file while it is read.
pub(super) struct Spill {
    file: SpooledTempFile,
    length: u64,
    /// What was read last, and where it begins.
    window: Vec<u8>,
    start: u64,
}

impl Spill {
    /// The texts at `offset`.
    pub fn read(&mut self, offset: u64) -> io::Result<Texts<'_>> {
        let mut needed = LENGTHS;
        while let Err(more) = Texts::decode(self.seen_from(offset)) {
            if more < needed || more > usize::try_from(self.length - offset).unwrap_or(usize::MAX) {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            needed = more;
            self.look(offset, needed)?;
        }
        Texts::decode(self.seen_from(offset)).map_err(|_| io::ErrorKind::UnexpectedEof.into())
    }

    /// What the window holds from `offset` on.
    fn seen_from(&self, offset: u64) -> &[u8] {
        let at = offset.checked_sub(self.start);
        let at = at.and_then(|at| usize::try_from(at).ok());
        at.and_then(|at| self.window.get(at..)).unwrap_or_default()
    }

    /// Moves the window to `offset`; it holds `needed` bytes or more.
    fn look(&mut self, offset: u64, needed: usize) -> io::Result<()> {
        let end = self.start + self.window.len() as u64;
        let goes_on = (self.start..=end).contains(&offset);
        let look = if goes_on { LONG_LOOK } else { SHORT_LOOK };
        let left = usize::try_from(self.length - offset).unwrap_or(usize::MAX);
        self.window.resize(look.max(needed).min(left), 0);
        self.start = offset;
        self.file.seek(SeekFrom::Start(offset))?;
        self.file.read_exact(&mut self.window)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_back_in_any_order_from_memory_and_from_the_file() {
        let folder = tempfile::tempdir().unwrap();
        for in_memory in [IN_MEMORY, 100_000, 0] {
            come_back(SpillWriter::beyond(in_memory, folder.path()));
        }
    }

    fn come_back(mut writer: SpillWriter) {
        let path = |number: usize| format!("/a/{number}.xml");
        let known = |number: usize| "é".repeat(number * 100);
        let mut offsets = Vec::new();
        for number in 0..40 {
            let mut bytes = Vec::new();
            let (known, path) = (known(number), path(number));
            Texts::encode(&mut bytes, ["cancelled", &path, "sale"], |out| {
                out.extend_from_slice(known.as_bytes());
            });
            offsets.push(writer.append(&bytes).unwrap());
        }
        let mut spill = writer.finish().unwrap();
        for number in (0..40).chain([0, 1, 2, 39, 3, 38, 4, 4, 0]) {
            let texts = spill.read(offsets[number]).unwrap();
            assert_eq!(
                (texts.notes, texts.known, texts.path, texts.sale),
                (
                    "cancelled",
                    known(number).as_bytes(),
                    path(number).as_str(),
                    "sale"
                )
            );
        }
        let beyond = spill.length;
        assert!(spill.read(beyond).is_err());
    }
}
