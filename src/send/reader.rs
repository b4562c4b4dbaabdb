//! Reads documents for sending: the file is hashed again, and what has changed does not leave. A pool of threads,
//! because a share on the network answers each open in milliseconds.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use tokio::sync::mpsc::UnboundedSender;

use super::document::{Document, Preparation, Prepared};
use super::ports::{Event, Readers};
use crate::container::{Archives, Fault, INSIDE};
use crate::dfe;
use crate::digest::ContentHash;
use crate::path_text;
use crate::zen::{Route, drop_declaration, item};

/// How the manifest's paths and texts become what is sent.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    /// Prefixes of paths that are elsewhere now: old, new.
    pub roots: Vec<(String, String)>,
    /// The XML declaration stays behind.
    pub drop_declaration: bool,
    /// It is told of which sort each document is, as a pilot asks.
    pub sorts: bool,
    /// The archives that documents lie in; clones share them.
    pub archives: Archives,
}

impl Reading {
    /// Reads, checks and encodes `document`; `buffer` is used again and again.
    pub fn prepare(&self, document: &Document, buffer: &mut Vec<u8>) -> Preparation {
        let (bytes, hash) = match self.read(document, buffer) {
            Ok((length, hash)) => (&buffer[..length], hash),
            Err(reason) => return Preparation::Missing(format!("cannot be read: {reason}")),
        };
        if hash != document.hash {
            return Preparation::Changed(format!("the file's SHA-256 is {hash} now"));
        }
        match dfe::decode(bytes) {
            Ok(decoded) => Preparation::Ready(self.encode(document.route, &decoded)),
            Err(error) => Preparation::Changed(format!("it cannot be sent as text: {error}")),
        }
    }

    /// Reads the bytes of `document` into `buffer`: how many there are, and their hash.
    fn read(
        &self,
        document: &Document,
        buffer: &mut Vec<u8>,
    ) -> Result<(usize, ContentHash), String> {
        let path = self.moved(&document.path);
        if path.contains(INSIDE) {
            let found = self.archives.read(&path, &document.hash, buffer);
            return found.map_err(|fault| match fault {
                Fault::Io(error) => reason(&error),
                fault => fault.to_string(),
            });
        }
        let file = File::open(path_text::decode(&path));
        let length = file.and_then(|file| read_whole(file, buffer));
        let length = length.map_err(|error| reason(&error))?;
        Ok((length, ContentHash::of(&buffer[..length])))
    }

    fn encode(&self, route: Route, decoded: &dfe::Decoded) -> Prepared {
        let mut text: &str = &decoded.text;
        if self.drop_declaration {
            text = drop_declaration(text);
        }
        let mut json = Vec::with_capacity(text.len() + text.len() / 8 + 32);
        item(text, &mut json);
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

    /// Where the file lies now.
    #[must_use]
    pub fn locate(&self, path: &str) -> PathBuf {
        path_text::decode(&self.moved(path))
    }

    /// The manifest's text of a path, as it is now.
    fn moved<'a>(&self, path: &'a str) -> Cow<'a, str> {
        let moved = self.roots.iter().find_map(|(old, new)| {
            let rest = path.strip_prefix(old.as_str())?;
            let whole =
                rest.is_empty() || rest.starts_with(['/', '\\']) || old.ends_with(['/', '\\']);
            whole.then(|| format!("{new}{rest}"))
        });
        moved.map_or(Cow::Borrowed(path), Cow::Owned)
    }
}

/// Reads `file` to its end into `buffer`, of which nothing is cleared; how many bytes there are. Two calls of the system
/// fewer for each file than by the standard library, which asks for its size and its place first.
fn read_whole(mut file: File, buffer: &mut Vec<u8>) -> io::Result<usize> {
    const ROOM: usize = 64 * 1024;
    buffer.resize(buffer.len().max(ROOM), 0);
    let mut length = 0;
    loop {
        if length == buffer.len() {
            buffer.resize(length * 2, 0);
        }
        match file.read(&mut buffer[length..]) {
            Ok(0) => return Ok(length),
            Ok(read) => length += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
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

/// What waits for the readers, and how many of them are awake.
#[derive(Debug, Default)]
struct Jobs {
    waiting: VecDeque<Document>,
    asleep: usize,
    awake: usize,
    closed: bool,
}

impl Jobs {
    /// Documents for each reader that is awake, above which one more is woken: a warm disk is served by one or two,
    /// and to wake the others would cost more than the reading; a slow share soon has all of them at work.
    const EACH: usize = 4;

    fn needs_another(&self) -> bool {
        self.asleep > 0 && self.waiting.len() > self.awake * Self::EACH
            || (self.awake == 0 && !self.waiting.is_empty())
    }
}

/// Where documents lie for the readers.
#[derive(Debug, Default)]
struct Desk {
    jobs: Mutex<Jobs>,
    filled: Condvar,
}

impl Desk {
    fn jobs(&self) -> MutexGuard<'_, Jobs> {
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next document, when there is one; nothing more: the desk is closed.
    fn take(&self) -> Option<Document> {
        let mut jobs = self.jobs();
        if jobs.waiting.is_empty() && !jobs.closed {
            jobs.awake -= 1;
            jobs.asleep += 1;
            jobs = self
                .filled
                .wait_while(jobs, |jobs| jobs.waiting.is_empty() && !jobs.closed)
                .unwrap_or_else(PoisonError::into_inner);
            jobs.asleep -= 1;
            jobs.awake += 1;
        }
        let document = jobs.waiting.pop_front();
        let another = jobs.needs_another();
        drop(jobs);
        if another {
            self.filled.notify_one();
        }
        document
    }

    fn put(&self, document: Document) {
        let mut jobs = self.jobs();
        jobs.waiting.push_back(document);
        let another = jobs.needs_another();
        drop(jobs);
        if another {
            self.filled.notify_one();
        }
    }

    fn close(&self) {
        let mut jobs = self.jobs();
        jobs.waiting.clear();
        jobs.closed = true;
        drop(jobs);
        self.filled.notify_all();
    }
}

/// The pool of readers.
#[derive(Debug)]
pub struct ReaderPool {
    desk: Arc<Desk>,
    root: Option<PathBuf>,
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
        let desk = Arc::new(Desk::default());
        desk.jobs().awake = threads;
        for _ in 0..threads {
            let (desk, reading, events) = (Arc::clone(&desk), reading.clone(), events.clone());
            thread::spawn(move || work(&desk, &reading, &events));
        }
        Self { desk, root }
    }
}

fn work(desk: &Desk, reading: &Reading, events: &UnboundedSender<Event>) {
    let mut buffer = Vec::new();
    while let Some(document) = desk.take() {
        let preparation = reading.prepare(&document, &mut buffer);
        // A document of many MB must not keep its room for ever, once in each thread.
        if buffer.capacity() > 4 * 1024 * 1024 {
            buffer = Vec::new();
        }
        if events.send(Event::Prepared(document, preparation)).is_err() {
            return;
        }
    }
}

impl Readers for ReaderPool {
    fn prepare(&mut self, document: Document) {
        self.desk.put(document);
    }

    fn archive_is_there(&mut self) -> bool {
        self.root.as_deref().is_none_or(holds_anything)
    }
}

/// Whether `folder` opens and is not empty: an unmounted share may leave an empty folder behind.
fn holds_anything(folder: &Path) -> bool {
    fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some())
}

impl Drop for ReaderPool {
    fn drop(&mut self) {
        self.desk.close();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_root_that_moved_is_followed_and_its_namesake_is_not() {
        let reading = Reading {
            roots: vec![
                ("/old".to_owned(), "/new".to_owned()),
                ("D:\\notas\\".to_owned(), "E:\\".to_owned()),
            ],
            ..Reading::default()
        };
        for (path, found) in [
            ("/old/a.xml", "/new/a.xml"),
            ("/older/a.xml", "/older/a.xml"),
            ("/else/old/a.xml", "/else/old/a.xml"),
            ("D:\\notas\\a.xml", "E:\\a.xml"),
            ("/old/100%25.xml", "/new/100%.xml"),
        ] {
            assert_eq!(reading.locate(path), PathBuf::from(found), "{path}");
        }
    }

    #[test]
    fn the_second_key_and_the_layout_are_found() {
        let text = "<CFeCanc><infCFe Id=\"CFe1\" chCanc=\"CFe35150908723218000186599000040190000360539948\" versao='0.07'>";
        assert_eq!(
            cancelled_key(text).as_deref(),
            Some("35150908723218000186599000040190000360539948")
        );
        assert_eq!(layout(text), "0.07");
        assert_eq!((cancelled_key("<a/>"), layout("<a/>")), (None, ""));
    }
}
