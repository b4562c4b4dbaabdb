//! One thing that the walk met becomes a row: read once, hashed and inspected in the same buffer.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use super::fact::Fact;
use super::spill::Texts;
use super::walk::Met;
use crate::dfe::{self, DocumentKind, LARGEST_BYTES};
use crate::digest::ContentHash;
use crate::path_text;

/// What became of something met.
pub(super) enum Inspected {
    /// A row: its fact, and its texts encoded.
    Row(Fact, Vec<u8>),
    /// A file passed over; its extension.
    Passed(String),
}

/// Inspects `met`; `buffer` is used again and again.
pub(super) fn inspect(met: Met, buffer: &mut Vec<u8>) -> Inspected {
    match met {
        Met::Passed(extension) => Inspected::Passed(extension),
        Met::Unread {
            path,
            code,
            trouble,
        } => {
            let kind = if code == "unsupported-archive" {
                DocumentKind::Archive
            } else {
                DocumentKind::Unreadable
            };
            row(Fact::unread(kind, code, trouble), &path, Texts::default())
        }
        Met::File { path, sniff } => match read(&path, sniff, buffer) {
            Ok(Contents::Whole(length)) => file(&path, &buffer[..length]),
            Ok(Contents::NotXml) => Inspected::Passed("(no extension)".to_owned()),
            Ok(Contents::TooLarge) => {
                let fact = Fact::unread(DocumentKind::Unreadable, "too-large", false);
                row(fact, &path, Texts::default())
            }
            Err(_) => {
                let fact = Fact::unread(DocumentKind::Unreadable, "unreadable", true);
                row(fact, &path, Texts::default())
            }
        },
    }
}

fn file(path: &Path, bytes: &[u8]) -> Inspected {
    let hash = ContentHash::of(bytes);
    let inspection = dfe::inspect(bytes);
    let fact = Fact::new(&inspection, hash, bytes.len() as u64);
    let texts = Texts {
        path: String::new(),
        id: inspection.id,
        event: inspection.event,
        issuer: inspection.issuer,
        recipient: inspection.recipient,
        notes: inspection.notes.join(" "),
    };
    row(fact, path, texts)
}

fn row(fact: Fact, path: &Path, texts: Texts) -> Inspected {
    let mut bytes = Vec::with_capacity(256);
    let texts = Texts {
        path: path_text::encode(path),
        ..texts
    };
    texts.encode(&mut bytes);
    Inspected::Row(fact, bytes)
}

enum Contents {
    /// So many bytes of the buffer.
    Whole(usize),
    NotXml,
    TooLarge,
}

/// Reads the file at `path` into `buffer`.
fn read(path: &Path, sniff: bool, buffer: &mut Vec<u8>) -> io::Result<Contents> {
    const ROOM: usize = 64 * 1024;
    if buffer.len() < ROOM {
        buffer.resize(ROOM, 0);
    }
    let mut file = File::open(path)?;
    let mut length = 0;
    loop {
        if length == buffer.len() {
            buffer.resize(length * 2, 0);
        }
        let read = match file.read(&mut buffer[length..]) {
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        if sniff && length == 0 && !looks_like_xml(&buffer[..read]) {
            return Ok(Contents::NotXml);
        }
        length += read;
        if length > LARGEST_BYTES {
            *buffer = Vec::new();
            return Ok(Contents::TooLarge);
        }
        if read == 0 {
            break;
        }
    }
    Ok(Contents::Whole(length))
}

/// Whether a file begins as XML does: with `<`, in UTF-8 or UTF-16, after a byte-order mark and blanks.
fn looks_like_xml(start: &[u8]) -> bool {
    if start.starts_with(b"\xff\xfe") || start.starts_with(b"\xfe\xff") {
        return true;
    }
    let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start);
    let blank = |byte: &&u8| byte.is_ascii_whitespace() || **byte == 0;
    start.iter().find(|byte| !blank(byte)) == Some(&b'<')
}
