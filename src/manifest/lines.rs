//! A manifest's lines as an editor shows them, whatever they end with: LF, CRLF or CR, one or the other.

use std::io::{self, Read};

/// Bytes that are read in one go, at least.
const PORTION: usize = 256 * 1024;

/// Gives one line after the other.
pub(super) struct Lines<R> {
    source: R,
    buffer: Vec<u8>,
    /// Where the next line begins in the buffer, and where what was read ends.
    start: usize,
    end: usize,
    ended: bool,
    number: u64,
}

/// Where a line lies in the buffer, and what ends it.
struct Found {
    line: std::ops::Range<usize>,
    crlf: bool,
    next: usize,
}

impl<R: Read> Lines<R> {
    pub fn new(source: R) -> Self {
        Self {
            source,
            buffer: Vec::new(),
            start: 0,
            end: 0,
            ended: false,
            number: 0,
        }
    }

    /// The next line without its end, and whether that is CRLF; `None` where there is no more.
    pub fn next(&mut self) -> io::Result<Option<(&[u8], bool)>> {
        let found = loop {
            if let Some(found) = self.find() {
                break found;
            }
            if self.ended {
                if self.start == self.end {
                    return Ok(None);
                }
                break Found {
                    line: self.start..self.end,
                    crlf: false,
                    next: self.end,
                };
            }
            self.fill()?;
        };
        self.start = found.next;
        self.number += 1;
        Ok(Some((&self.buffer[found.line], found.crlf)))
    }

    fn find(&self) -> Option<Found> {
        let rest = &self.buffer[self.start..self.end];
        let at = memchr::memchr2(b'\n', b'\r', rest)?;
        let after = rest.get(at + 1);
        // Whether a CR stands alone is known only when what follows it has been read.
        if rest[at] == b'\r' && after.is_none() && !self.ended {
            return None;
        }
        let crlf = rest[at] == b'\r' && after == Some(&b'\n');
        let end = self.start + at;
        Some(Found {
            line: self.start..end,
            crlf,
            next: end + 1 + usize::from(crlf),
        })
    }

    /// Reads on behind what is left, which moves to the front.
    fn fill(&mut self) -> io::Result<()> {
        self.buffer.copy_within(self.start..self.end, 0);
        self.end -= self.start;
        self.start = 0;
        if self.buffer.len() < self.end + PORTION {
            self.buffer.resize(self.end + PORTION, 0);
        }
        let read = loop {
            match self.source.read(&mut self.buffer[self.end..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => break read?,
            }
        };
        self.end += read;
        self.ended = read == 0;
        Ok(())
    }

    /// The number of the line that was given last, from 1.
    pub const fn number(&self) -> u64 {
        self.number
    }

    /// What is read.
    pub const fn source(&self) -> &R {
        &self.source
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives one byte at a time: every end of a line is met at the end of what was read.
    struct Dripping<'a>(&'a [u8]);

    impl Read for Dripping<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.0.read(&mut buffer[..1])
        }
    }

    fn lines(source: impl Read) -> Vec<(u64, String)> {
        let mut lines = Lines::new(source);
        let mut all = Vec::new();
        while let Some((line, _)) = lines.next().unwrap() {
            let line = String::from_utf8(line.to_vec()).unwrap();
            all.push((lines.number(), line));
        }
        all
    }

    #[test]
    fn lines_are_those_that_an_editor_shows() {
        for (text, expected) in [
            ("", vec![]),
            ("a", vec!["a"]),
            ("a\nb\n", vec!["a", "b"]),
            ("a\nb\r\n\r\nc", vec!["a", "b", "", "c"]),
            ("a\r\nb\nc\r\n", vec!["a", "b", "c"]),
            ("a\rb\r\rc\r", vec!["a", "b", "", "c"]),
            ("a\n\rb", vec!["a", "", "b"]),
        ] {
            let expected: Vec<_> = (1..)
                .zip(expected)
                .map(|(number, line)| (number, line.to_owned()))
                .collect();
            assert_eq!(lines(text.as_bytes()), expected, "{text:?}");
            assert_eq!(lines(Dripping(text.as_bytes())), expected, "{text:?}");
        }
    }
}
