//! What lies within a file that was read: the documents of an XML, and the one of a `.gz`.

use super::super::fact::Fact;
use super::{Maker, looks_like_xml};
use crate::container::{DEEPEST, INSIDE, gunzip, part_text, unpack};
use crate::dfe::{self, DocumentKind, Inspection, LARGEST_BYTES, MOST_PARTS, Part};
use crate::digest::ContentHash;

/// What may still come out of a file.
pub(super) struct Left {
    parts: usize,
    bytes: usize,
    /// Whether that was not enough, which a row says.
    spent: bool,
}

impl Default for Left {
    fn default() -> Self {
        Self {
            parts: MOST_PARTS,
            bytes: 8 * LARGEST_BYTES,
            spent: false,
        }
    }
}

impl Left {
    /// Takes the bytes of `part` into `buffer`; how many there are, or the code that says why not.
    fn take(&mut self, part: &Part, buffer: &mut Vec<u8>) -> Result<usize, &'static str> {
        if self.parts == 0 {
            // One row is for all that follow.
            self.spent = true;
            return Err("several-documents");
        }
        self.parts -= 1;
        let length = unpack(part, buffer).map_err(|fault| fault.code())?;
        if length > self.bytes {
            self.spent = true;
            return Err("archive-bomb");
        }
        self.bytes -= length;
        Ok(length)
    }
}

impl Maker<'_> {
    /// A row for what was `found` in `bytes`, which lie in `depth` - 1 others, or one and those of what lies in it.
    pub(super) fn within(
        &mut self,
        path: &str,
        bytes: &[u8],
        found: &Inspection,
        depth: usize,
        left: &mut Left,
    ) {
        let hash = ContentHash::of(bytes);
        let decoded = found.holds.then(|| dfe::decode(bytes));
        let parts = match &decoded {
            Some(Ok(decoded)) => dfe::parts(&decoded.text),
            _ => Vec::new(),
        };
        if parts.is_empty() {
            self.inspected(path, bytes, found, hash);
        } else if depth > DEEPEST {
            let kind = DocumentKind::Container;
            self.weighed(kind, "nested-too-deep", path, hash, bytes.len() as u64);
        } else {
            self.inspected(path, bytes, &found.clone().of_container(), hash);
            self.parts(path, &parts, depth, left);
        }
    }

    /// Gives the documents within an XML, which lies in `depth` - 1 others, rows of their own.
    fn parts(&mut self, path: &str, parts: &[Part], depth: usize, left: &mut Left) {
        let mut buffer = Vec::new();
        for (index, part) in parts.iter().enumerate() {
            let path = [path, INSIDE, &part_text(index + 1, &part.element)].concat();
            match left.take(part, &mut buffer) {
                Ok(length) => {
                    let bytes = &buffer[..length];
                    self.within(&path, bytes, &dfe::inspect(bytes), depth + 1, left);
                }
                Err(code) => {
                    let fact = Fact::unread(DocumentKind::Unreadable, code, false);
                    self.unread(fact, &path);
                }
            }
            if left.spent {
                return;
            }
        }
    }

    /// A `.gz`, and what it holds.
    pub(super) fn gzip(&mut self, path: &str, length: usize, buffer: &mut Vec<u8>) {
        let packed = buffer[..length].to_vec();
        let unpacked = gunzip(&packed, buffer);
        let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
        let lower = name.to_ascii_lowercase();
        let is_document = |bytes: &[u8]| looks_like_xml(bytes) || lower.ends_with(".xml.gz");
        // What lies in one that was saved under its name has that name.
        let end = lower.strip_suffix(".gz").map_or(name.len(), str::len);
        let name = &name[..end];
        let code = match &unpacked {
            Ok(length) if is_document(&buffer[..*length]) => "looked-into",
            // A tar, or another archive.
            Ok(_) => "unsupported-archive",
            Err(fault) => fault.code(),
        };
        let hash = ContentHash::of(&packed);
        self.weighed(DocumentKind::Archive, code, path, hash, length as u64);
        if let Ok(length) = unpacked
            && code == "looked-into"
        {
            self.document(&[path, INSIDE, name].concat(), &buffer[..length]);
        }
    }
}
