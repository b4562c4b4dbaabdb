//! What a file is by its first bytes: many archives were saved under the name of the document in them.

/// An archive, by how it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// A gzip.
    Gzip,
    /// A zip.
    Zip,
    /// One that is not looked into.
    Other,
}

/// So many bytes tell.
pub const SORT_BYTES: usize = 6;

/// How the archives begin that offices have.
const STARTS: [(&[u8], Sort); 5] = [
    (b"\x1f\x8b", Sort::Gzip),
    (b"PK\x03\x04", Sort::Zip),
    (b"PK\x05\x06", Sort::Zip),
    (b"Rar!\x1a\x07", Sort::Other),
    (b"7z\xbc\xaf\x27\x1c", Sort::Other),
];

impl Sort {
    /// The archive that begins with `bytes`, if it is one. No text begins so.
    #[must_use]
    #[inline]
    pub fn of(bytes: &[u8]) -> Option<Self> {
        // As nearly all files do.
        if bytes.first() == Some(&b'<') {
            return None;
        }
        let found = STARTS.iter().find(|(start, _)| bytes.starts_with(start));
        found.map(|(_, sort)| *sort)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn archives_are_told_by_how_they_begin() {
        for (start, sort) in STARTS {
            assert!(start.len() <= SORT_BYTES);
            assert_eq!(Sort::of(start), Some(sort));
            assert_eq!(Sort::of(&[start, b"more"].concat()), Some(sort));
            assert_eq!(Sort::of(&start[..start.len() - 1]), None);
        }
        for none in [&b""[..], b"<a/>", b" <a/>", b"\xef\xbb\xbf<a/>", b"PK"] {
            assert_eq!(Sort::of(none), None);
        }
    }
}
