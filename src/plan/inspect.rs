//! One thing that the walk met becomes a row, or one and those of what lies in it: read once, hashed and inspected in
//! the same buffer.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use super::archives::Looker;
use super::clients::Clients;
use super::codes;
use super::fact::Fact;
use super::met::{Met, NO_EXTENSION, Role};
use super::reading::Reading;
use super::spill::Texts;
use crate::container::{Fault, Inflater, Sort};
use crate::dfe::{self, DocumentKind, Inspection, Signature};
use crate::digest::ContentHash;
use crate::manifest::{Known, Layout};
use crate::path_text;
use crate::zen::{Routes, Side};
use within::Left;

/// An event of a type that is sent only if events of any type are.
const OTHER_EVENT: &str = "other-event";

/// What became of some things that were met, in their order.
#[derive(Default)]
pub(super) struct Inspected {
    pub each: Vec<One>,
    /// The texts of all rows, encoded.
    pub texts: Vec<u8>,
}

/// What became of one.
pub(super) enum One {
    /// A row: its fact, whose offset says where its texts are, and the clients that take part in it.
    Row(Fact, String),
    /// A file passed over; its extension.
    Passed(String),
}

/// How rows are made.
#[derive(Debug, Clone, Copy)]
pub(super) struct Making<'a> {
    pub routes: Routes,
    pub layout: Layout,
    pub clients: Option<&'a Clients>,
    /// Events of any type are sent.
    pub all_events: bool,
}

/// What a thread works with, used again and again.
#[derive(Default)]
pub(super) struct Room {
    buffer: Vec<u8>,
    inflater: Inflater,
}

/// Inspects `met`; rows are appended to `out`. A zip that has the name of a document is looked into by `looker`.
pub(super) fn inspect(
    met: Met,
    making: Making,
    looker: &Looker,
    room: &mut Room,
    out: &mut Inspected,
) {
    let mut maker = Maker { making, out };
    match met {
        Met::Passed(extension) => maker.out.each.push(One::Passed(extension)),
        Met::Unread {
            path,
            code,
            trouble,
        } => {
            let fact = Fact::unread(DocumentKind::Unreadable, code, trouble);
            maker.unread(fact, &path_text::encode(&path));
        }
        Met::File {
            path,
            role: Role::Archive(code),
            ..
        } => maker.archive(&path, code),
        Met::File { path, role, below } => {
            if maker.file(&path, role, &mut room.buffer) == Some(Sort::Zip) {
                looker.look_into_misnamed(path, below, &mut |met| {
                    inspect(met, making, looker, room, out);
                    true
                });
            }
        }
        Met::Member {
            zip,
            location,
            path,
            role,
        } => match zip.read(&location, &mut room.inflater, &mut room.buffer) {
            Ok(length) => maker.take(&path, length, role, &mut room.buffer),
            Err(fault) => maker.faulty(&fault, &path, role, location.bytes()),
        },
        Met::Weighed {
            path,
            code,
            hash,
            bytes,
        } => maker.weighed(DocumentKind::Archive, code, &path, hash, bytes),
        // Whoever walks has looked into it.
        Met::Zip { path, .. } => maker.archive(&path, "unsupported-archive"),
    }
}

/// How the reading of a file went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Streamed {
    Taken,
    /// It is a zip, of which no more was read.
    Zip,
    /// It is larger than a document may be.
    TooLarge,
}

/// Makes rows.
struct Maker<'a> {
    making: Making<'a>,
    out: &'a mut Inspected,
}

impl Maker<'_> {
    /// Takes the file at `path` for what `role` says, or its bytes. A zip is left to whoever can look into it.
    fn file(&mut self, path: &Path, role: Role, buffer: &mut Vec<u8>) -> Option<Sort> {
        let text = path_text::encode(path);
        let read = File::open(path).and_then(|file| self.stream(file, &text, role, buffer));
        match read {
            Ok(Streamed::Taken) => {}
            Ok(Streamed::Zip) => return Some(Sort::Zip),
            Ok(Streamed::TooLarge) => self.weigh(path, "too-large"),
            Err(_) => self.unread(unreadable(), &text),
        }
        None
    }

    /// Takes what `stream` gives, which lies at `path`.
    fn stream(
        &mut self,
        stream: impl Read,
        path: &str,
        role: Role,
        buffer: &mut Vec<u8>,
    ) -> io::Result<Streamed> {
        let reading = Reading::begin(stream, buffer)?;
        let start = &buffer[..reading.length()];
        let (role, sort) = role.by_bytes(start);
        let is_document = match role {
            _ if sort == Some(Sort::Zip) => return Ok(Streamed::Zip),
            Role::Document => true,
            Role::Sniffed if looks_like_xml(start) => true,
            Role::Sniffed => {
                self.pass_over();
                return Ok(Streamed::Taken);
            }
            Role::Gzip | Role::Archive(_) => false,
        };
        if is_document
            && reading.is_short(buffer)
            && self.at_once(path, &buffer[..reading.length()])
        {
            return Ok(Streamed::Taken);
        }
        let Some(length) = reading.finish(buffer)? else {
            return Ok(Streamed::TooLarge);
        };
        self.take(path, length, role, buffer);
        Ok(Streamed::Taken)
    }

    /// Takes what was read at once for a document, if it is a whole one: then nothing follows. It saves asking the
    /// system whether anything does, which costs a round trip on some shares.
    fn at_once(&mut self, path: &str, bytes: &[u8]) -> bool {
        let inspection = dfe::inspect(bytes);
        let whole = inspection.kind != DocumentKind::Unreadable;
        if whole {
            self.found(path, bytes, &inspection);
        }
        whole
    }

    /// Takes the first `length` bytes of `buffer`, which lie at `path`, for what `role` says.
    fn take(&mut self, path: &str, length: usize, role: Role, buffer: &mut Vec<u8>) {
        let bytes = &buffer[..length];
        match role.by_bytes(bytes).0 {
            Role::Sniffed if !looks_like_xml(bytes) => self.pass_over(),
            Role::Document | Role::Sniffed => self.document(path, bytes),
            Role::Archive(code) => {
                let hash = ContentHash::of(bytes);
                self.weighed(DocumentKind::Archive, code, path, hash, length as u64);
            }
            Role::Gzip => self.gzip(path, length, buffer),
        }
    }

    fn document(&mut self, path: &str, bytes: &[u8]) {
        self.found(path, bytes, &dfe::inspect(bytes));
    }

    /// A row for what was found in `bytes`, or one and those of what lies in it.
    fn found(&mut self, path: &str, bytes: &[u8], inspection: &Inspection) {
        self.within(path, bytes, inspection, 1, &mut Left::default());
    }

    /// A row for what was `found` in `bytes`.
    fn inspected(&mut self, path: &str, bytes: &[u8], found: &Inspection, hash: ContentHash) {
        let mut fact = Fact::new(found, hash, bytes.len() as u64);
        if self.making.all_events && found.skip == Some(OTHER_EVENT) {
            fact.skip = 0;
        }
        let side = self.side_of(found, &mut fact);
        let known = Known {
            side,
            signature: self.signature_of(bytes, found),
            event: &found.event,
            id: &found.id,
            issuer: &found.issuer,
            recipient: &found.recipient,
            issued: found.issued,
            ..blank(&fact, self.making)
        };
        let clients = self
            .making
            .clients
            .map(|clients| clients.in_document(found));
        let wanted = |note: &&str| !self.making.all_events || *note != OTHER_EVENT;
        let notes: Vec<_> = found.notes.iter().copied().filter(wanted).collect();
        let notes = notes.join(" ");
        let sale = found
            .cancels
            .filter(|_| found.kind == DocumentKind::CfeCancel);
        let sale = sale.as_ref().map_or("", |key| key.as_str());
        self.row(
            fact,
            &known,
            [&notes, path, sale],
            clients.unwrap_or_default(),
        );
    }

    /// What becomes of the signature in `bytes`, where that is asked.
    fn signature_of(&self, bytes: &[u8], found: &Inspection) -> Option<Signature> {
        if !self.making.layout.signature {
            return None;
        }
        dfe::signature_of(&dfe::decode(bytes).ok()?.text, found)
    }

    /// On which side of an NFS-e a client is; what this means for its being sent goes into `fact`.
    fn side_of(&self, found: &Inspection, fact: &mut Fact) -> Option<Side> {
        let clients = self.making.clients.filter(|_| found.awaits_side)?;
        self.making.routes.of(found.kind)?;
        let side = clients.side_of(found);
        fact.skip = side.map_or(codes::number("no-client"), |_| 0);
        side
    }

    /// A member that cannot be read.
    fn faulty(&mut self, fault: &Fault, path: &str, role: Role, bytes: u64) {
        let (kind, code) = match role {
            Role::Archive(code) => (DocumentKind::Archive, code),
            _ => (DocumentKind::Unreadable, fault.code()),
        };
        let fact = Fact {
            bytes,
            ..Fact::unread(kind, code, matches!(fault, Fault::Io(_)))
        };
        self.unread(fact, path);
    }

    fn pass_over(&mut self) {
        let passed = One::Passed(NO_EXTENSION.to_owned());
        self.out.each.push(passed);
    }

    /// A file of which only size and hash are asked for.
    fn weigh(&mut self, path: &Path, code: &'static str) {
        let text = path_text::encode(path);
        match File::open(path).and_then(ContentHash::of_stream) {
            Ok((hash, bytes)) => self.weighed(DocumentKind::Unreadable, code, &text, hash, bytes),
            Err(_) => self.unread(unreadable(), &text),
        }
    }

    fn archive(&mut self, path: &Path, code: &'static str) {
        let text = path_text::encode(path);
        match File::open(path).and_then(ContentHash::of_stream) {
            Ok((hash, bytes)) => self.weighed(DocumentKind::Archive, code, &text, hash, bytes),
            Err(_) => self.unread(unreadable(), &text),
        }
    }

    fn weighed(
        &mut self,
        kind: DocumentKind,
        code: &'static str,
        path: &str,
        hash: ContentHash,
        bytes: u64,
    ) {
        let fact = Fact {
            hash: Some(hash),
            bytes,
            ..Fact::unread(kind, code, false)
        };
        self.unread(fact, path);
    }

    /// A row of something that was not read as a document.
    fn unread(&mut self, fact: Fact, path: &str) {
        let known = blank(&fact, self.making);
        self.row(fact, &known, ["", path, ""], String::new());
    }

    /// A row with notes, path and the key of a sale, as [`Texts`] has them.
    fn row(&mut self, fact: Fact, known: &Known, texts_of: [&str; 3], clients: String) {
        let Inspected { each, texts } = self.out;
        let offset = texts.len() as u64;
        Texts::encode(texts, texts_of, |out| {
            self.making.layout.render(known, out);
        });
        each.push(One::Row(Fact { offset, ..fact }, clients));
    }
}

fn unreadable() -> Fact {
    Fact::unread(DocumentKind::Unreadable, "unreadable", true)
}

fn blank(fact: &Fact, making: Making) -> Known<'static> {
    let route = making.routes.of(fact.kind);
    Known {
        kind: fact.kind,
        event: "",
        route: route.map(|(route, _)| route),
        envelope: route.map(|(_, envelope)| envelope),
        side: None,
        signature: None,
        id: "",
        issuer: "",
        recipient: "",
        issued: None,
        status: fact.status,
        bytes: fact.bytes,
        sha256: fact.hash,
    }
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

mod within;

#[cfg(test)]
mod tests;
