//! Inflating into memory, never to more than was agreed on.

use std::io::{self, Read};

use flate2::bufread::{GzDecoder, MultiGzDecoder};
use flate2::{Decompress, FlushDecompress, Status};

use super::Fault;
use crate::dfe::LARGEST_BYTES;

/// What a thread needs to inflate members, used again and again.
#[derive(Debug)]
pub struct Inflater {
    deflate: Decompress,
    /// A member as it lies in its archive.
    pub(super) packed: Vec<u8>,
}

impl Default for Inflater {
    fn default() -> Self {
        Self {
            deflate: Decompress::new(false),
            packed: Vec::new(),
        }
    }
}

impl Inflater {
    /// Inflates the first `length` packed bytes to exactly as many as `out` has room for.
    pub(super) fn inflate(&mut self, length: usize, out: &mut [u8]) -> Result<(), Fault> {
        self.deflate.reset(false);
        let packed = self.packed.get(..length).ok_or(Fault::Broken)?;
        let ended = self
            .deflate
            .decompress(packed, out, FlushDecompress::Finish);
        let whole = self.deflate.total_out() == out.len() as u64;
        match ended {
            Ok(Status::StreamEnd) if whole => Ok(()),
            _ => Err(Fault::Broken),
        }
    }
}

/// Inflates the whole of a `.gz` into `out`, of which nothing is cleared; how many bytes there are.
///
/// # Errors
/// [`Fault::Broken`], or [`Fault::TooLarge`].
pub fn gunzip(packed: &[u8], out: &mut Vec<u8>) -> Result<usize, Fault> {
    // What follows the last member, such as the zeros of a tape, is nothing to the first.
    match read_bounded(MultiGzDecoder::new(packed), out) {
        Err(Fault::Broken) => read_bounded(GzDecoder::new(packed), out),
        other => other,
    }
}

/// Reads `source` to its end into `out`.
pub(super) fn read_bounded(mut source: impl Read, out: &mut Vec<u8>) -> Result<usize, Fault> {
    const ROOM: usize = 64 * 1024;
    out.resize(out.len().max(ROOM), 0);
    let mut length = 0;
    loop {
        if length > LARGEST_BYTES {
            return Err(Fault::TooLarge);
        }
        if length == out.len() {
            out.resize(length * 2, 0);
        }
        match source.read(&mut out[length..]) {
            Ok(0) => return Ok(length),
            Ok(read) => length += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return Err(Fault::Broken),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn a_gz_is_inflated_whole_or_not_at_all() {
        let packed = gzip(b"<a/>");
        let twice = [packed.clone(), gzip(b"<b/>")].concat();
        let padded = [packed.clone(), vec![0; 512]].concat();
        let mut out = Vec::new();
        for (packed, text) in [
            (packed.as_slice(), Some(&b"<a/>"[..])),
            (&twice, Some(b"<a/><b/>")),
            (&padded, Some(b"<a/>")),
            (&packed[..packed.len() - 3], None),
            (b"", None),
            (b"<a/>", None),
        ] {
            let length = gunzip(packed, &mut out).ok();
            assert_eq!(length.map(|length| &out[..length]), text);
        }
    }

    #[test]
    fn what_would_fill_the_memory_is_not_inflated() {
        let packed = gzip(&vec![0; LARGEST_BYTES + 1]);
        let found = gunzip(&packed, &mut Vec::new());
        assert!(matches!(found, Err(Fault::TooLarge)), "{found:?}");
    }
}
