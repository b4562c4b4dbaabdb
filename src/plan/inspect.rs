//! One thing that the walk met becomes a row: read once, hashed and inspected in the same buffer.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use super::fact::Fact;
use super::spill::Texts;
use super::walk::Met;
use crate::dfe::{self, DocumentKind, LARGEST_BYTES};
use crate::digest::ContentHash;
use crate::manifest::{Known, Layout};
use crate::path_text;
use crate::zen::Routes;

/// What became of something met.
pub(super) enum Inspected {
    /// A row: its fact, and its texts encoded.
    Row(Fact, Vec<u8>),
    /// A file passed over; its extension.
    Passed(String),
}

/// How rows are made.
#[derive(Debug, Clone, Copy)]
pub(super) struct Making {
    pub routes: Routes,
    pub layout: Layout,
}

/// Inspects `met`; `buffer` is used again and again.
pub(super) fn inspect(met: Met, making: Making, buffer: &mut Vec<u8>) -> Inspected {
    match met {
        Met::Passed(extension) => Inspected::Passed(extension),
        Met::Unread {
            path,
            code,
            trouble,
        } => {
            if code == "unsupported-archive" {
                return weighed(DocumentKind::Archive, code, &path, making);
            }
            let fact = Fact::unread(DocumentKind::Unreadable, code, trouble);
            unread(fact, &path, making)
        }
        Met::File { path, sniff } => match read(&path, sniff, buffer) {
            Ok(Contents::Whole(length)) => file(&path, &buffer[..length], making),
            Ok(Contents::NotXml) => Inspected::Passed("(no extension)".to_owned()),
            Ok(Contents::TooLarge) => weighed(DocumentKind::Unreadable, "too-large", &path, making),
            Err(_) => {
                let fact = Fact::unread(DocumentKind::Unreadable, "unreadable", true);
                unread(fact, &path, making)
            }
        },
    }
}

fn file(path: &Path, bytes: &[u8], making: Making) -> Inspected {
    let hash = ContentHash::of(bytes);
    let inspection = dfe::inspect(bytes);
    let fact = Fact::new(&inspection, hash, bytes.len() as u64);
    let known = Known {
        event: &inspection.event,
        id: &inspection.id,
        issuer: &inspection.issuer,
        recipient: &inspection.recipient,
        issued: inspection.issued,
        ..blank(&fact, making)
    };
    row(fact, path, &known, &inspection.notes.join(" "), making)
}

/// A row of something that was not read.
fn unread(fact: Fact, path: &Path, making: Making) -> Inspected {
    row(fact, path, &blank(&fact, making), "", making)
}

/// A row of a file of which only size and hash are asked for.
fn weighed(kind: DocumentKind, code: &str, path: &Path, making: Making) -> Inspected {
    let fact = match File::open(path).and_then(ContentHash::of_stream) {
        Ok((hash, bytes)) => Fact {
            hash: Some(hash),
            bytes,
            ..Fact::unread(kind, code, false)
        },
        Err(_) => Fact::unread(DocumentKind::Unreadable, "unreadable", true),
    };
    unread(fact, path, making)
}

fn blank(fact: &Fact, making: Making) -> Known<'static> {
    let route = making.routes.of(fact.kind);
    Known {
        kind: fact.kind,
        event: "",
        route: route.map(|(route, _)| route),
        envelope: route.map(|(_, envelope)| envelope),
        id: "",
        issuer: "",
        recipient: "",
        issued: None,
        status: fact.status,
        bytes: fact.bytes,
        sha256: fact.hash,
    }
}

fn row(fact: Fact, path: &Path, known: &Known, notes: &str, making: Making) -> Inspected {
    let path = path_text::encode(path);
    let mut columns = Vec::with_capacity(256);
    making.layout.render(known, &mut columns);
    let texts = Texts {
        notes,
        known: &columns,
        path: &path,
    };
    let mut bytes = Vec::with_capacity(16 + notes.len() + columns.len() + path.len());
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
