//! A journal cut into blocks of whole lines, which can be taken apart on several threads.

use std::io::{self, Read};

const BLOCK_BYTES: usize = 256 * 1024;

/// Whole lines, and where they begin.
pub(super) struct Block {
    pub bytes: Vec<u8>,
    pub offset: u64,
}

/// Cuts a stream into blocks of whole lines.
pub(super) struct Blocks<R> {
    source: R,
    rest: Vec<u8>,
    offset: u64,
    ended: bool,
}

impl<R: Read> Blocks<R> {
    pub fn new(source: R) -> Self {
        Self {
            source,
            rest: Vec::new(),
            offset: 0,
            ended: false,
        }
    }

    /// The first line with its end; `None` where there is none.
    pub fn header(&mut self) -> io::Result<Option<Vec<u8>>> {
        self.fill()?;
        let Some(end) = memchr::memchr(b'\n', &self.rest) else {
            return Ok(None);
        };
        let tail = self.rest.split_off(end + 1);
        let header = std::mem::replace(&mut self.rest, tail);
        self.offset = header.len() as u64;
        Ok(Some(header))
    }

    /// What was read and not given yet.
    pub fn rest(&self) -> &[u8] {
        &self.rest
    }

    fn fill(&mut self) -> io::Result<()> {
        let wanted = BLOCK_BYTES as u64;
        let read = self
            .source
            .by_ref()
            .take(wanted)
            .read_to_end(&mut self.rest)?;
        self.ended = (read as u64) < wanted;
        Ok(())
    }

    /// The next block: whole lines, or at the end whatever is left.
    pub fn next(&mut self) -> io::Result<Option<Block>> {
        while !self.ended {
            self.fill()?;
            if memchr::memrchr(b'\n', &self.rest).is_some() {
                break;
            }
        }
        if self.rest.is_empty() {
            return Ok(None);
        }
        let end = memchr::memrchr(b'\n', &self.rest).map_or(self.rest.len(), |end| end + 1);
        // Room for the next block at once: what grows step by step leaves a hole of every size behind.
        let mut tail = Vec::with_capacity(self.rest.len() - end + BLOCK_BYTES + 1);
        tail.extend_from_slice(&self.rest[end..]);
        let mut bytes = std::mem::replace(&mut self.rest, tail);
        bytes.truncate(end);
        let offset = self.offset;
        self.offset += bytes.len() as u64;
        Ok(Some(Block { bytes, offset }))
    }
}
