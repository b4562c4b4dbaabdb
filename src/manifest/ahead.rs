//! A file that another thread reads and hashes, while this one takes apart what was read.

use std::fs::File;
use std::io::{self, Read};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread;

use sha2::{Digest, Sha256};

use crate::digest::ContentHash;

/// Bytes that are read in one go.
const PORTION: usize = 256 * 1024;

/// Bytes of stack; nothing large lies there.
const STACK: usize = 256 * 1024;

/// Portions that wait at most.
const PORTIONS: usize = 2;

enum Portion {
    /// So many bytes of the buffer.
    Bytes(Vec<u8>, usize),
    /// There is no more; the hash of all of it.
    End(ContentHash),
}

/// The bytes of a file from its beginning, and in the end their hash.
pub struct Ahead {
    portions: Receiver<io::Result<Portion>>,
    /// Buffers that were used, to be filled again.
    back: Sender<Vec<u8>>,
    current: Vec<u8>,
    /// What of the current portion was not yet given.
    left: std::ops::Range<usize>,
    hash: Option<ContentHash>,
}

impl Ahead {
    pub(super) fn new(file: File) -> io::Result<Self> {
        let (give, portions) = sync_channel(PORTIONS);
        let (back, buffers) = channel();
        thread::Builder::new()
            .name("manifest".to_owned())
            .stack_size(STACK)
            .spawn(move || read_all(file, &give, &buffers))?;
        Ok(Self {
            portions,
            back,
            current: Vec::new(),
            left: 0..0,
            hash: None,
        })
    }

    /// The hash of the file, as soon as it was read to its end.
    pub(super) const fn sha256(&self) -> Option<ContentHash> {
        self.hash
    }
}

/// Reads until the end, a fault, or until nobody wants it any more.
fn read_all(
    mut file: impl Read,
    give: &SyncSender<io::Result<Portion>>,
    buffers: &Receiver<Vec<u8>>,
) {
    let mut hash = Sha256::new();
    loop {
        let mut buffer = buffers.try_recv().unwrap_or_default();
        buffer.resize(PORTION, 0);
        let portion = match file.read(&mut buffer) {
            Ok(0) => {
                let hash = ContentHash::from_bytes(hash.finalize().into());
                let _ = give.send(Ok(Portion::End(hash)));
                return;
            }
            Ok(read) => {
                hash.update(&buffer[..read]);
                Ok(Portion::Bytes(buffer, read))
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => Err(error),
        };
        let failed = portion.is_err();
        if give.send(portion).is_err() || failed {
            return;
        }
    }
}

impl Read for Ahead {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        if self.left.is_empty() && self.hash.is_none() {
            let portion = self.portions.recv();
            match portion.unwrap_or_else(|_| Err(io::ErrorKind::BrokenPipe.into()))? {
                Portion::Bytes(buffer, length) => {
                    let used = std::mem::replace(&mut self.current, buffer);
                    // Who reads has ended, and needs it no more.
                    let _ = self.back.send(used);
                    self.left = 0..length;
                }
                Portion::End(hash) => self.hash = Some(hash),
            }
        }
        let length = self.left.len().min(bytes.len());
        let given = self.left.start..self.left.start + length;
        bytes[..length].copy_from_slice(&self.current[given]);
        self.left.start += length;
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn file(bytes: &[u8]) -> File {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        io::Seek::rewind(&mut file).unwrap();
        file
    }

    #[test]
    fn bytes_and_hash_are_those_of_the_file() {
        for length in [0, 1, PORTION - 1, PORTION, PORTION + 1, 5 * PORTION + 7] {
            let bytes: Vec<u8> = (0..length)
                .map(|at| u8::try_from(at % 251).unwrap())
                .collect();
            let mut ahead = Ahead::new(file(&bytes)).unwrap();
            assert_eq!(ahead.sha256(), None);
            let mut found = Vec::new();
            ahead.read_to_end(&mut found).unwrap();
            assert!(found == bytes, "{length} bytes");
            assert_eq!(ahead.sha256(), Some(ContentHash::of(&bytes)));
            assert_eq!(ahead.read(&mut [0; 8]).unwrap(), 0, "the end stays the end");
        }
    }

    #[test]
    fn a_fault_comes_through_where_it_happens() {
        /// Gives a few bytes and then a fault.
        struct Failing(bool);
        impl Read for Failing {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                if std::mem::replace(&mut self.0, true) {
                    return Err(io::Error::other("gone"));
                }
                buffer[..3].copy_from_slice(b"abc");
                Ok(3)
            }
        }
        let (give, portions) = sync_channel(PORTIONS);
        let (back, buffers) = channel();
        thread::spawn(move || read_all(Failing(false), &give, &buffers));
        let mut ahead = Ahead {
            portions,
            back,
            current: Vec::new(),
            left: 0..0,
            hash: None,
        };
        let mut found = Vec::new();
        let error = ahead.read_to_end(&mut found).unwrap_err();
        assert_eq!(error.to_string(), "gone");
        assert_eq!((found.as_slice(), ahead.sha256()), (&b"abc"[..], None));
    }
}
