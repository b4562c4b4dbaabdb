//! Reads a journal from its first to its last record: checks every line, and says where it is torn or damaged.
//!
//! Blocks of whole lines are checked and taken apart on two threads and folded in order on the caller's.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use csv::ByteRecord;
use jiff::Timestamp;

use super::blocks::{Block, Blocks};
use super::columns::{Column, Columns};
use super::damage::Damage;
use super::line::{HEADER, is_whole};
use super::state::Change;
use super::{Begin, Event, FORMAT};
use crate::digest::ContentHash;
use crate::zen::Route;

/// A bad line is a torn tail only within so many bytes of the end.
pub const TAIL_BYTES: u64 = 64 * 1024;

const WORKERS: usize = 2;

/// Blocks that are with the workers at most.
const BLOCKS_UNDERWAY: usize = 4;

/// The end of a journal that a crash has left behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Torn {
    /// Where the first bad line begins.
    pub offset: u64,
    /// All bytes from there on.
    pub cut: Vec<u8>,
    /// The whole records among them.
    pub whole: Vec<u8>,
}

/// What a journal was found to be.
#[derive(Debug, Default)]
pub struct Scanned {
    /// Records that were read.
    pub records: u64,
    /// The starts of its runs.
    pub begins: Vec<Begin>,
    /// Its torn tail, if it has one.
    pub torn: Option<Torn>,
    /// Its length when it was opened, in bytes.
    pub bytes: u64,
    /// Its columns.
    pub columns: Columns,
}

/// Which field of a record is where.
#[derive(Debug, Clone, Copy)]
struct Places {
    /// How many there are, the checksum among them.
    width: usize,
    time: Option<usize>,
    event: usize,
    sha256: usize,
    route: Option<usize>,
    message: Option<usize>,
}

impl Places {
    fn of(columns: &Columns) -> Option<Self> {
        Some(Self {
            width: columns.iter().count() + 1,
            time: columns.place(Column::Time),
            event: columns.place(Column::Event)?,
            sha256: columns.place(Column::Sha256)?,
            route: columns.place(Column::Route),
            message: columns.place(Column::Message),
        })
    }
}

/// What a block holds.
#[derive(Default)]
struct Parsed {
    changes: Vec<Change>,
    begins: Vec<Begin>,
    lines: u64,
    bad: Option<Bad>,
}

/// The first bad line.
#[derive(Debug, Clone, Copy)]
struct Bad {
    /// Where it begins.
    offset: u64,
    /// It is what its checksum says, so no crash has torn it.
    is_whole: bool,
}

/// Reads the journal at `path`, which is number `journal` of several, and gives every change to `fold` in order.
/// Times are read only where there are several journals to compare. A missing file is an empty journal.
///
/// # Errors
/// [`Damage`] where anything but the tail is not what it should be.
pub(super) fn scan(
    path: &Path,
    journal: u8,
    with_times: bool,
    mut fold: impl FnMut(&Change),
) -> Result<Scanned, Damage> {
    let failed = |source| Damage::Io {
        path: path.to_path_buf(),
        source,
    };
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Scanned::default()),
        Err(error) => return Err(failed(error)),
    };
    let bytes = file.metadata().map_err(failed)?.len();
    let mut source = Blocks::new((&mut file).take(bytes));
    let Some(header) = source.header().map_err(failed)? else {
        return torn_header(path, source.rest(), bytes);
    };
    let columns = Columns::read(&header);
    let found = columns.and_then(|columns| Some((Places::of(&columns)?, columns)));
    let (places, columns) = found.ok_or_else(|| Damage::NotAJournal {
        path: path.to_path_buf(),
    })?;
    let parser = Parser {
        places,
        journal,
        with_times,
    };
    let mut scanned = Scanned {
        bytes,
        columns,
        ..Scanned::default()
    };
    let bad = in_order(&mut source, parser, |parsed| {
        take(&mut scanned, &parsed, &mut fold);
        parsed.bad
    });
    if let Some(bad) = bad.map_err(failed)? {
        let line = 1 + scanned.records + 1;
        let torn = torn_at(&mut file, path, &header, bytes, (bad, line))?;
        fold_torn(path, &torn, parser, &mut scanned, &mut fold)?;
        scanned.torn = Some(torn);
    }
    refuse_newer(path, &scanned)?;
    Ok(scanned)
}

/// The tail from the bad line on, which has that number, if it is one that a crash may leave.
fn torn_at(
    file: &mut File,
    path: &Path,
    header: &[u8],
    bytes: u64,
    (bad, line): (Bad, u64),
) -> Result<Torn, Damage> {
    let path = path.to_path_buf();
    if bad.is_whole {
        return Err(Damage::Meaning { path, line });
    }
    let torn = match read_torn(file, bad.offset, bytes) {
        Ok(torn) => torn,
        Err(source) => return Err(Damage::Io { path, source }),
    };
    if is_saved_again(header, &torn.cut) {
        return Err(Damage::SavedAgain { path, line });
    }
    if bytes - bad.offset > TAIL_BYTES {
        return Err(Damage::Line { path, line });
    }
    Ok(torn)
}

/// Takes in the whole records of a torn tail.
fn fold_torn(
    path: &Path,
    torn: &Torn,
    parser: Parser,
    scanned: &mut Scanned,
    fold: &mut impl FnMut(&Change),
) -> Result<(), Damage> {
    let first = 1 + scanned.records + 1;
    for (start, whole) in whole_lines(&torn.cut) {
        let parsed = parser.parse_torn(torn.offset + start as u64, whole);
        if parsed.bad.is_some() {
            let before = memchr::memchr_iter(b'\n', &torn.cut[..start]).count() as u64;
            let (path, line) = (path.to_path_buf(), first + before);
            return Err(Damage::Meaning { path, line });
        }
        take(scanned, &parsed, fold);
    }
    Ok(())
}

fn take(scanned: &mut Scanned, parsed: &Parsed, fold: &mut impl FnMut(&Change)) {
    scanned.records += parsed.lines;
    scanned.begins.extend_from_slice(&parsed.begins);
    parsed.changes.iter().for_each(fold);
}

fn refuse_newer(path: &Path, scanned: &Scanned) -> Result<(), Damage> {
    let newest = scanned.begins.iter().map(|begin| begin.format).max();
    match newest {
        Some(format) if format > FORMAT => Err(Damage::Newer {
            path: path.to_path_buf(),
            format,
        }),
        _ => Ok(()),
    }
}

/// A file that ends within its first line: a crash while it was created, or something else.
fn torn_header(path: &Path, start: &[u8], bytes: u64) -> Result<Scanned, Damage> {
    if !HEADER.as_bytes().starts_with(start) && start.iter().any(|byte| *byte != 0) {
        return Err(Damage::NotAJournal {
            path: path.to_path_buf(),
        });
    }
    let torn = Torn {
        offset: 0,
        cut: start.to_vec(),
        whole: Vec::new(),
    };
    Ok(Scanned {
        bytes,
        torn: (!start.is_empty()).then_some(torn),
        ..Scanned::default()
    })
}

/// What lies from `offset` on; as much of it as a torn tail can be.
fn read_torn(file: &mut File, offset: u64, bytes: u64) -> io::Result<Torn> {
    file.seek(SeekFrom::Start(offset))?;
    let mut cut = Vec::new();
    file.take((bytes - offset).min(TAIL_BYTES))
        .read_to_end(&mut cut)?;
    let whole = whole_records(&cut);
    Ok(Torn { offset, cut, whole })
}

/// Whether lines end with CRLF, as no journal's do: a crash does not do that to a file. Its records would all be taken for
/// torn ones.
fn is_saved_again(header: &[u8], bad: &[u8]) -> bool {
    let line = bad.split(|byte| *byte == b'\n').next().unwrap_or_default();
    header.ends_with(b"\r\n") || line.strip_suffix(b"\r").is_some_and(is_whole)
}

/// The whole records among `bytes`, one after the other.
pub(super) fn whole_records(bytes: &[u8]) -> Vec<u8> {
    let lines = whole_lines(bytes);
    lines.flat_map(|(_, line)| [line, b"\n"].concat()).collect()
}

/// The lines of `bytes` that are what their checksum says, and where each begins. NULs before a line, which a
/// power cut leaves, are not part of it.
fn whole_lines(bytes: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let mut start = 0;
    memchr::memchr_iter(b'\n', bytes).filter_map(move |end| {
        let line = &bytes[start..end];
        let nulls = line.iter().take_while(|byte| **byte == 0).count();
        let found = (start + nulls, &line[nulls..]);
        start = end + 1;
        is_whole(found.1).then_some(found)
    })
}

/// Takes blocks apart.
#[derive(Debug, Clone, Copy)]
struct Parser {
    places: Places,
    journal: u8,
    with_times: bool,
}

impl Parser {
    /// Takes `block` apart up to its first bad line.
    fn parse(self, block: &Block) -> Parsed {
        let mut parsed = Parsed::default();
        let mut starts = Vec::with_capacity(block.bytes.len() / 200);
        let mut start = 0;
        for end in memchr::memchr_iter(b'\n', &block.bytes) {
            if !is_whole(&block.bytes[start..end]) {
                break;
            }
            starts.push(start);
            start = end + 1;
        }
        let bad = |start: usize, is_whole| {
            let offset = block.offset + start as u64;
            Some(Bad { offset, is_whole })
        };
        if start < block.bytes.len() {
            parsed.bad = bad(start, false);
        }
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .buffer_capacity(64 * 1024)
            .from_reader(&block.bytes[..start]);
        let mut record = ByteRecord::new();
        for start in starts {
            let read = matches!(reader.read_byte_record(&mut record), Ok(true));
            if !read || !self.take(&record, block.offset + start as u64, &mut parsed) {
                parsed.bad = bad(start, true);
                break;
            }
            parsed.lines += 1;
        }
        parsed
    }

    /// Takes a whole record of a torn tail apart, where it lies.
    fn parse_torn(self, offset: u64, line: &[u8]) -> Parsed {
        let bytes = [line, b"\n"].concat();
        self.parse(&Block { bytes, offset })
    }

    /// Adds what `record` says. False: it says nothing that a journal can say.
    fn take(self, record: &ByteRecord, offset: u64, parsed: &mut Parsed) -> bool {
        if record.len() != self.places.width {
            return false;
        }
        let Some(event) = record.get(self.places.event).and_then(Event::from_bytes) else {
            // A whole line with an event of a newer program: nothing that changes a state here.
            return true;
        };
        let message = self
            .places
            .message
            .and_then(|at| record.get(at))
            .unwrap_or_default();
        if event == Event::Begin {
            // One that does not say where documents went would let them go elsewhere now.
            let begin = serde_json::from_slice(message);
            let is_told = begin.is_ok() || self.places.message.is_none();
            parsed.begins.extend(begin.ok());
            return is_told;
        }
        let hash = record.get(self.places.sha256).unwrap_or_default();
        if hash.is_empty() {
            return true;
        }
        let Ok(hash) = ContentHash::from_hex(hash) else {
            return false;
        };
        let route = self.places.route.and_then(|at| record.get(at));
        let route = route.and_then(|route| Route::from_text(std::str::from_utf8(route).ok()?));
        parsed.changes.push(Change {
            hash,
            event,
            route,
            already: event == Event::Accepted && message.starts_with(b"already-there"),
            time_ms: if self.with_times {
                self.time(record)
            } else {
                0
            },
            offset,
            journal: self.journal,
        });
        true
    }

    fn time(self, record: &ByteRecord) -> u64 {
        let time = self.places.time.and_then(|at| record.get(at));
        let time = time.and_then(|time| std::str::from_utf8(time).ok()?.parse::<Timestamp>().ok());
        time.map_or(0, |time| u64::try_from(time.as_millisecond()).unwrap_or(0))
    }
}

type Worker = (SyncSender<Block>, Receiver<Parsed>);

/// Has the blocks of `source` taken apart and gives them to `fold` in order, until it names a bad line.
fn in_order<R: Read>(
    source: &mut Blocks<R>,
    parser: Parser,
    mut fold: impl FnMut(Parsed) -> Option<Bad>,
) -> io::Result<Option<Bad>> {
    thread::scope(|scope| {
        let workers: Vec<Worker> = (0..WORKERS)
            .map(|_| {
                let (give, blocks) = sync_channel::<Block>(BLOCKS_UNDERWAY);
                let (results, take) = sync_channel(BLOCKS_UNDERWAY);
                scope.spawn(move || {
                    for block in blocks {
                        if results.send(parser.parse(&block)).is_err() {
                            return;
                        }
                    }
                });
                (give, take)
            })
            .collect();
        let mut collect = |index: usize| match workers[index % WORKERS].1.recv() {
            Ok(parsed) => fold(parsed),
            Err(_) => None,
        };
        let (mut given, mut taken) = (0, 0);
        while let Some(block) = source.next()? {
            // A worker ends only when its channel closes, so this reaches it.
            let _ = workers[given % WORKERS].0.send(block);
            given += 1;
            if given - taken >= BLOCKS_UNDERWAY {
                let bad = collect(taken);
                taken += 1;
                if bad.is_some() {
                    return Ok(bad);
                }
            }
        }
        for index in taken..given {
            if let Some(bad) = collect(index) {
                return Ok(Some(bad));
            }
        }
        Ok(None)
    })
}
