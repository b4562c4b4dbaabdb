//! Reads documents for sending: the file is hashed again, and what has changed does not leave. A pool of threads,
//! because a share on the network answers each open in milliseconds.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::mpsc::UnboundedSender;

use super::desk::Desk;
use super::document::{Document, Preparation, Prepared};
use super::ports::{Event, Readers};
use super::surroundings::{Surroundings, has_readable_sibling, is_shortage};
use crate::container::{Archives, Fault, INSIDE};
use crate::dfe::{self, LARGEST_BYTES};
use crate::digest::ContentHash;
use crate::path_text;
use crate::zen::{Envelope, FileField, Route, Side, drop_declaration, form, item};

/// How the manifest's paths and texts become what is sent.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    /// Prefixes of paths that are elsewhere now: old, new.
    pub roots: Vec<(String, String)>,
    /// The XML declaration stays behind.
    pub drop_declaration: bool,
    /// The field of a form that holds the file.
    pub file_field: FileField,
    /// It is told of which sort each document is, as a pilot asks.
    pub sorts: bool,
    /// The archives that documents lie in; clones share them.
    pub archives: Archives,
}

impl Reading {
    /// Reads, checks and encodes `document`; `buffer` is used again and again.
    pub fn prepare(&self, document: &Document, buffer: &mut Vec<u8>) -> Preparation {
        match self.read(document, buffer) {
            Ok((length, hash)) => self.check(document, &buffer[..length], hash),
            Err(Fault::Io(error)) => {
                Preparation::Missing(format!("cannot be read: {}", reason(&error)))
            }
            Err(fault) => Preparation::Missing(format!("cannot be read: {fault}")),
        }
    }

    /// Checks and encodes `document`, which is `bytes` now and has `hash`.
    fn check(&self, document: &Document, bytes: &[u8], hash: ContentHash) -> Preparation {
        if hash != document.hash {
            return Preparation::Changed(format!("the file's SHA-256 is {hash} now"));
        }
        match dfe::decode(bytes) {
            Ok(decoded) => Preparation::Ready(match document.envelope {
                Envelope::Form(side) => self.as_file(side, bytes, &decoded),
                envelope => self.encode(document.route, envelope, &decoded),
            }),
            Err(error) => Preparation::Changed(format!("it cannot be sent as text: {error}")),
        }
    }

    /// Reads the bytes of `document` into `buffer`: how many there are, and their hash.
    fn read(
        &self,
        document: &Document,
        buffer: &mut Vec<u8>,
    ) -> Result<(usize, ContentHash), Fault> {
        let path = self.relocated(&document.path);
        if path.contains(INSIDE) {
            return self.archives.read(&path, &document.hash, buffer);
        }
        Ok(read(&path_text::decode(&path), &document.hash, buffer)?)
    }

    /// The file that holds `document`, where it lies now: itself, or the archive that it is in.
    fn file_of(&self, document: &Document) -> PathBuf {
        let outer = document.path.split_once(INSIDE);
        self.locate(outer.map_or(document.path.as_str(), |(outer, _)| outer))
    }

    fn encode(&self, route: Route, envelope: Envelope, decoded: &dfe::Decoded) -> Prepared {
        let mut text: &str = &decoded.text;
        if self.drop_declaration {
            text = drop_declaration(text);
        }
        let mut json = Vec::with_capacity(text.len() + text.len() / 8 + 32);
        item(envelope, text, &mut json);
        Prepared {
            item: json,
            second_key: matches!(route, Route::Cfe | Route::CfeCancel)
                .then(|| cancelled_key(text))
                .flatten(),
            sort: if self.sorts {
                format!("{} {}", layout(text), decoded.encoding)
            } else {
                String::new()
            },
        }
    }

    /// A document that travels as the file that it is, in its own encoding and with its own declaration.
    fn as_file(&self, side: Side, bytes: &[u8], decoded: &dfe::Decoded) -> Prepared {
        let sort = || format!("{} {}", layout(&decoded.text), decoded.encoding);
        Prepared {
            item: form(side, &self.file_field, dfe::trimmed(bytes, decoded)),
            second_key: None,
            sort: if self.sorts { sort() } else { String::new() },
        }
    }

    /// Where the file lies now.
    #[must_use]
    pub fn locate(&self, path: &str) -> PathBuf {
        path_text::decode(&self.relocated(path))
    }

    /// The manifest's text of a path, as it is now.
    fn relocated<'a>(&self, path: &'a str) -> Cow<'a, str> {
        let moved = self
            .roots
            .iter()
            .find_map(|(old, new)| Self::moved(path, old, new));
        moved.map_or(Cow::Borrowed(path), Cow::Owned)
    }

    /// Where `path` lies when what was under `old` is under `new`, if it was. Separators at the end of either say
    /// nothing.
    #[must_use]
    pub fn moved(path: &str, old: &str, new: &str) -> Option<String> {
        const SEPARATORS: [char; 2] = ['/', '\\'];
        let rest = path.strip_prefix(old.trim_end_matches(SEPARATORS))?;
        if rest.is_empty() {
            return Some(new.to_owned());
        }
        let inside = rest.starts_with(SEPARATORS);
        inside.then(|| format!("{}{rest}", new.trim_end_matches(SEPARATORS)))
    }
}

/// Reads the whole of `path` into `buffer`, of which nothing is cleared; how many bytes there are, and their hash. A
/// third of the calls of the system that the standard library makes, which asks for size and place first and reads once
/// more to hear that there is nothing left: bytes that have the `expected` hash are all there are, and only of a file
/// that is empty, or larger than most, it is asked whether it is one.
fn read(
    path: &Path,
    expected: &ContentHash,
    buffer: &mut Vec<u8>,
) -> io::Result<(usize, ContentHash)> {
    const ROOM: usize = 64 * 1024;
    let mut file = open(path)?;
    buffer.resize(buffer.len().max(ROOM), 0);
    let mut length = 0;
    loop {
        if length == buffer.len() {
            require_document(&file)?;
            // It may have shrunk since, and there is no room for more than is asked about here.
            if length > LARGEST_BYTES {
                return Err(io::Error::other("it is larger now than a document may be"));
            }
            buffer.resize((length * 2).min(LARGEST_BYTES + 1), 0);
        }
        let more = match file.read(&mut buffer[length..]) {
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        length += more;
        if length == 0 {
            require_document(&file)?;
        }
        if length < buffer.len() {
            let hash = ContentHash::of(&buffer[..length]);
            if more == 0 || hash == *expected {
                return Ok((length, hash));
            }
        }
    }
}

/// Opens `path` for reading. A pipe that nobody writes to does not hold it up.
#[cfg(unix)]
fn open(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    let flags = rustix::fs::OFlags::NONBLOCK.bits().cast_signed();
    File::options().read(true).custom_flags(flags).open(path)
}

#[cfg(not(unix))]
fn open(path: &Path) -> io::Result<File> {
    File::open(path)
}

/// What never ends is no document, nor what is larger than `plan` takes.
fn require_document(file: &File) -> io::Result<()> {
    let found = file.metadata()?;
    let refused = if !found.is_file() {
        "it is no file now"
    } else if found.len() > LARGEST_BYTES as u64 {
        "it is larger now than a document may be"
    } else {
        return Ok(());
    };
    Err(io::Error::other(refused))
}

/// The system's words for `error`, without its number.
fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        io::ErrorKind::PermissionDenied => "no permission".to_owned(),
        io::ErrorKind::IsADirectory => "it is a folder now".to_owned(),
        _ => error.to_string(),
    }
}

/// The sale that a CFeCanc cancels, by which an answer may name it.
fn cancelled_key(text: &str) -> Option<String> {
    let start = text.find("chCanc=")? + "chCanc=".len();
    let value = text.get(start + 1..)?;
    let key = value.get(..value.find(['"', '\''])?)?;
    Some(
        key.trim_start_matches(|letter: char| !letter.is_ascii_digit())
            .to_owned(),
    )
}

/// The first `versao` of the text: its layout.
fn layout(text: &str) -> &str {
    let found = text.find("versao=").and_then(|start| {
        let value = text.get(start + "versao=".len() + 1..)?;
        value.get(..value.find(['"', '\''])?)
    });
    found.unwrap_or_default()
}

/// The pool of readers.
#[derive(Debug)]
pub struct ReaderPool {
    desk: Arc<Desk>,
}

impl ReaderPool {
    /// Starts `threads` readers that report to `events`. `root` is the folder that holds all of the manifest's
    /// files, where there is one.
    #[must_use]
    pub fn start(
        threads: usize,
        reading: &Reading,
        root: Option<PathBuf>,
        events: &UnboundedSender<Event>,
    ) -> Self {
        let desk = Arc::new(Desk::new(threads));
        let surroundings = Arc::new(Surroundings::new(root));
        for reader in 0..threads {
            let (desk, reading, events) = (Arc::clone(&desk), reading.clone(), events.clone());
            let surroundings = Arc::clone(&surroundings);
            thread::spawn(move || work(reader, &desk, &reading, &surroundings, &events));
        }
        Self { desk }
    }
}

/// What the reader of that number does until the desk is closed.
fn work(
    reader: usize,
    desk: &Desk,
    reading: &Reading,
    surroundings: &Surroundings,
    events: &UnboundedSender<Event>,
) {
    let mut buffer = Vec::new();
    let mut took = Duration::ZERO;
    while let Some(document) = desk.take(reader, took) {
        let start = Instant::now();
        let preparation = prepare(reading, surroundings, &document, &mut buffer);
        // A document of many MB must not keep its room for ever, once in each thread.
        if buffer.capacity() > 4 * 1024 * 1024 {
            buffer = Vec::new();
        }
        took = start.elapsed();
        if events.send(Event::Prepared(document, preparation)).is_err() {
            return;
        }
    }
}

/// Reads, checks and encodes `document`; where it cannot be read, looks around for what that means.
fn prepare(
    reading: &Reading,
    surroundings: &Surroundings,
    document: &Document,
    buffer: &mut Vec<u8>,
) -> Preparation {
    let mut attempt = || match reading.read(document, buffer) {
        Ok((length, hash)) => Ok(reading.check(document, &buffer[..length], hash)),
        Err(Fault::Io(error)) => Err(error),
        // What lies in an archive that can be read is that archive's matter.
        Err(fault) => Ok(Preparation::Missing(format!("cannot be read: {fault}"))),
    };
    let error = match attempt() {
        Ok(preparation) => return preparation,
        Err(error) => error,
    };
    let path = reading.file_of(document);
    let own_matter = !is_shortage(&error) && has_readable_sibling(&path);
    // What is around it was looked at later: it counts only if the file is still not there.
    let error = match attempt() {
        Ok(preparation) => return preparation,
        Err(error) => error,
    };
    let reason = format!("cannot be read: {}", reason(&error));
    if own_matter {
        Preparation::Missing(reason)
    } else {
        Preparation::Unreachable {
            root_is_there: !is_shortage(&error) && surroundings.root_is_there(&path),
            reason,
        }
    }
}

impl Readers for ReaderPool {
    fn prepare(&mut self, document: Document) {
        self.desk.put(document);
    }
}

impl Drop for ReaderPool {
    fn drop(&mut self) {
        self.desk.close();
    }
}

#[cfg(test)]
mod tests;
