//! Reads a file into a buffer that is used again: what the system gives at once, and the rest where there is one.

use std::io::{self, Read};

use crate::dfe::LARGEST_BYTES;

/// A file that is being read.
pub(super) struct Reading<R> {
    stream: R,
    length: usize,
}

impl<R: Read> Reading<R> {
    /// Reads what the system gives at once into `buffer`.
    pub fn begin(stream: R, buffer: &mut Vec<u8>) -> io::Result<Self> {
        const ROOM: usize = 64 * 1024;
        if buffer.len() < ROOM {
            buffer.resize(ROOM, 0);
        }
        let mut reading = Self { stream, length: 0 };
        reading.more(buffer)?;
        Ok(reading)
    }

    /// Bytes of the buffer that are read.
    pub const fn length(&self) -> usize {
        self.length
    }

    /// Whether the system gave less than there was room for, as it does at the end of a file; but not only there.
    pub const fn is_short(&self, buffer: &[u8]) -> bool {
        self.length < buffer.len()
    }

    /// Reads on; whether there was more.
    fn more(&mut self, buffer: &mut [u8]) -> io::Result<bool> {
        loop {
            match self.stream.read(&mut buffer[self.length..]) {
                Ok(read) => {
                    self.length += read;
                    return Ok(read > 0);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Reads to the end; how many bytes there are, if no more than a document may have.
    pub fn finish(mut self, buffer: &mut Vec<u8>) -> io::Result<Option<usize>> {
        loop {
            if self.length > LARGEST_BYTES {
                *buffer = Vec::new();
                return Ok(None);
            }
            if self.length == buffer.len() {
                buffer.resize(self.length * 2, 0);
            }
            if !self.more(buffer)? {
                return Ok(Some(self.length));
            }
        }
    }
}
