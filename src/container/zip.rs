//! A zip on disk. Its directory is streamed, so that memory does not grow with it, and its members are read by any
//! thread at any time, for nothing but positions is shared.

use std::fmt;
use std::fs::File;
use std::io::{self, Read, Write};
use std::sync::Arc;

use flate2::bufread::DeflateDecoder;
use rawzip::{
    CompressionMethod, ErrorKind, FileReader, ReaderAt, ZipArchive, ZipArchiveEntryWayfinder,
    ZipFileHeaderRecord, ZipLocator,
};
use sha2::{Digest, Sha256};

use super::{Fault, Inflater};
use crate::dfe::LARGEST_BYTES;
use crate::digest::ContentHash;

/// The longest record of a directory: its three texts have up to 64 KiB each.
const LONGEST_RECORD: usize = 46 + 3 * 65_536;

/// What nearly all records fit in.
const USUAL_RECORD: usize = 1024;

/// An open zip.
pub struct Zip {
    archive: ZipArchive<Moved>,
    length: u64,
}

impl fmt::Debug for Zip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Zip")
            .field("length", &self.length)
            .finish_non_exhaustive()
    }
}

/// Where a member lies and how it is stored.
#[derive(Debug, Clone, Copy)]
pub struct Location {
    wayfinder: ZipArchiveEntryWayfinder,
    crc: u32,
    method: CompressionMethod,
    encrypted: bool,
}

/// A record of the directory.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    /// The name as it is written.
    pub name: &'a [u8],
    /// Where it lies.
    pub location: Location,
    /// Where the record begins.
    pub offset: u64,
}

impl<'a> Entry<'a> {
    fn of(record: &ZipFileHeaderRecord<'a>) -> Self {
        Self {
            name: record.file_path().as_bytes(),
            location: Location {
                wayfinder: record.wayfinder(),
                crc: record.crc32(),
                method: record.compression_method(),
                encrypted: record.flags().is_encrypted(),
            },
            offset: record.central_directory_offset(),
        }
    }

    /// Whether it stands for a folder.
    #[must_use]
    pub fn is_folder(&self) -> bool {
        self.name.ends_with(b"/") || self.name.ends_with(b"\\") || self.name.is_empty()
    }
}

impl Location {
    /// How many bytes it is said to have.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.wayfinder.uncompressed_size_hint()
    }

    /// How many bytes it is said to have in the archive.
    #[must_use]
    pub fn packed_bytes(&self) -> u64 {
        self.wayfinder.compressed_size_hint()
    }

    /// What keeps it from being read, if anything does.
    ///
    /// # Errors
    /// [`Fault::Encrypted`] and [`Fault::Unsupported`].
    pub fn check(&self) -> Result<(), Fault> {
        if self.encrypted {
            return Err(Fault::Encrypted);
        }
        match self.method {
            CompressionMethod::STORE if self.bytes() != self.packed_bytes() => Err(Fault::Broken),
            CompressionMethod::STORE | CompressionMethod::DEFLATE => Ok(()),
            _ => Err(Fault::Unsupported),
        }
    }
}

impl Zip {
    /// Opens the zip in `file`: looks for its directory, reads nothing of it yet.
    ///
    /// # Errors
    /// [`Fault::Broken`] where there is no directory, or that of the system.
    pub fn open(file: File) -> Result<Self, Fault> {
        let length = file.metadata()?.len();
        let reader = Moved {
            file: Arc::new(FileReader::from(file)),
            by: 0,
        };
        let mut buffer = vec![0; 64 * 1024];
        let found = ZipLocator::new().locate_in_reader(reader, &mut buffer, length);
        let archive = found.map_err(|(_, error)| fault(error))?;
        Ok(Self { archive, length })
    }

    /// The length of the whole file.
    #[must_use]
    pub const fn length(&self) -> u64 {
        self.length
    }

    /// Shows `take` every record of the directory, folders too, until it says `false`.
    ///
    /// # Errors
    /// [`Fault::Broken`] where the directory ends too early, or that of the system.
    pub fn entries(&self, mut take: impl FnMut(&Entry<'_>) -> bool) -> Result<(), Fault> {
        let mut buffer = vec![0; LONGEST_RECORD];
        let mut entries = self.archive.entries(&mut buffer);
        let mut count = 0;
        while let Some(record) = entries.next_entry().map_err(fault)? {
            count += 1;
            if !take(&Entry::of(&record)) {
                return Ok(());
            }
        }
        // Old programs count up to 65,535 and begin anew.
        let hint = self.archive.entries_hint();
        if count == hint || (count > hint && count & 0xffff == hint) {
            Ok(())
        } else {
            Err(Fault::Broken)
        }
    }

    /// Shows `take` the record that begins at `offset`.
    ///
    /// # Errors
    /// As [`Zip::entries`].
    pub fn entry_at<T>(&self, offset: u64, take: impl FnOnce(&Entry<'_>) -> T) -> Result<T, Fault> {
        // The directory is told to begin there.
        let mut view = self.archive.clone();
        view.get_mut().by = offset.wrapping_sub(self.archive.directory_offset());
        let mut buffer = vec![0; USUAL_RECORD];
        if !matches!(view.entries(&mut buffer).next_entry(), Ok(Some(_))) {
            buffer.resize(LONGEST_RECORD, 0);
        }
        let mut entries = view.entries(&mut buffer);
        let record = entries.next_entry().map_err(fault)?.ok_or(Fault::Broken)?;
        Ok(take(&Entry::of(&record)))
    }

    /// Reads a member into `out`, of which nothing is cleared; how many bytes there are.
    ///
    /// # Errors
    /// Any [`Fault`]; a member whose checksum does not fit is broken.
    pub fn read(
        &self,
        at: &Location,
        inflater: &mut Inflater,
        out: &mut Vec<u8>,
    ) -> Result<usize, Fault> {
        at.check()?;
        let length = usize::try_from(at.bytes()).unwrap_or(usize::MAX);
        // Deflate adds a little to what cannot be made smaller.
        let most = LARGEST_BYTES + LARGEST_BYTES / 64;
        let packed = usize::try_from(at.packed_bytes()).unwrap_or(usize::MAX);
        if length > LARGEST_BYTES || packed > most {
            return Err(Fault::TooLarge);
        }
        let from = self.start_of(at)?;
        out.resize(out.len().max(length), 0);
        let file = self.archive.get_ref();
        let bytes = &mut out[..length];
        if at.method == CompressionMethod::STORE {
            file.read_exact_at(bytes, from).map_err(short)?;
        } else {
            inflater.packed.resize(inflater.packed.len().max(packed), 0);
            file.read_exact_at(&mut inflater.packed[..packed], from)
                .map_err(short)?;
            inflater.inflate(packed, bytes)?;
        }
        if crc32fast::hash(bytes) == at.crc {
            Ok(length)
        } else {
            Err(Fault::Broken)
        }
    }

    /// Copies a member of any length into `sink`; its hash, and its length.
    ///
    /// # Errors
    /// Any [`Fault`] but [`Fault::TooLarge`].
    pub fn copy(&self, at: &Location, sink: &mut impl Write) -> Result<(ContentHash, u64), Fault> {
        at.check()?;
        let from = self.start_of(at)?;
        let packed = Span {
            file: self.archive.get_ref(),
            from,
            left: at.packed_bytes(),
        };
        // One byte more would be one too many.
        let bound = at.bytes().saturating_add(1);
        let mut hashed = Hashed {
            sink,
            hash: Sha256::new(),
            crc: crc32fast::Hasher::new(),
            length: 0,
        };
        let copied = if at.method == CompressionMethod::STORE {
            io::copy(&mut packed.take(bound), &mut hashed)
        } else {
            let packed = io::BufReader::with_capacity(64 * 1024, packed);
            io::copy(&mut DeflateDecoder::new(packed).take(bound), &mut hashed)
        };
        copied.map_err(short)?;
        if hashed.length != at.bytes() || hashed.crc.finalize() != at.crc {
            return Err(Fault::Broken);
        }
        let hash = ContentHash::from_bytes(hashed.hash.finalize().into());
        Ok((hash, hashed.length))
    }

    fn start_of(&self, at: &Location) -> Result<u64, Fault> {
        let entry = self.archive.get_entry(at.wayfinder).map_err(fault)?;
        Ok(entry.compressed_data_range().0)
    }
}

/// The system's own error, or that the archive is broken.
fn fault(error: rawzip::Error) -> Fault {
    match error.into_kind() {
        ErrorKind::IO(error) => short(error),
        _ => Fault::Broken,
    }
}

/// A file that ends too early, or what inflates to nothing, is broken; anything else is the system's.
fn short(error: io::Error) -> Fault {
    match error.kind() {
        io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => {
            Fault::Broken
        }
        _ => Fault::Io(error),
    }
}

/// A file whose bytes are read from elsewhere than asked for.
#[derive(Debug, Clone)]
struct Moved {
    file: Arc<FileReader>,
    by: u64,
}

impl ReaderAt for Moved {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        self.file.read_at(buffer, offset.wrapping_add(self.by))
    }
}

/// A stretch of a file.
struct Span<'a> {
    file: &'a Moved,
    from: u64,
    left: u64,
}

impl Read for Span<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = usize::try_from(self.left).map_or(buffer.len(), |left| left.min(buffer.len()));
        let read = self.file.read_at(&mut buffer[..most], self.from)?;
        self.from += read as u64;
        self.left -= read as u64;
        Ok(read)
    }
}

/// What passes is hashed.
struct Hashed<'a, W> {
    sink: &'a mut W,
    hash: Sha256,
    crc: crc32fast::Hasher,
    length: u64,
}

impl<W: Write> Write for Hashed<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.sink.write(bytes)?;
        self.hash.update(&bytes[..written]);
        self.crc.update(&bytes[..written]);
        self.length += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.sink.flush()
    }
}
