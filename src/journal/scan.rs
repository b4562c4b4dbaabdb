//! Reads a journal from its first to its last record: checks every line, and says where it is torn or damaged.
//!
//! Blocks of whole lines are checked and taken apart on two threads and folded in order on the caller's.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use csv::ByteRecord;
use jiff::Timestamp;

use super::blocks::{Block, Blocks};
use super::columns::{Column, Columns};
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

/// Why a journal cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum Damage {
    /// The file cannot be read.
    #[error("the journal {} cannot be read: {source}", path.display())]
    Io {
        /// The journal.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The first line is not a journal's.
    #[error("{} is not a journal: its first line does not name the columns event, sha256 and, last, crc", path.display())]
    NotAJournal {
        /// The file.
        path: PathBuf,
    },
    /// A line before the tail is not what its checksum says.
    #[error(
        "the journal {} is damaged at line {line}: the line does not match its checksum. Nothing is guessed: restore \
         the file from a copy, or ask for help before anything is sent", path.display()
    )]
    Line {
        /// The journal.
        path: PathBuf,
        /// The line, from 1.
        line: u64,
    },
    /// A newer program wrote it.
    #[error("the journal {} has format {format}, and this program knows formats up to {FORMAT}: use a newer malote", path.display())]
    Newer {
        /// The journal.
        path: PathBuf,
        /// Its format.
        format: u32,
    },
}

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
    time: Option<usize>,
    event: usize,
    sha256: usize,
    route: Option<usize>,
    message: Option<usize>,
}

impl Places {
    fn of(columns: &Columns) -> Option<Self> {
        Some(Self {
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
    /// Where the first bad line begins.
    bad: Option<u64>,
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
    let mut line = 1;
    let bad = in_order(&mut source, parser, |parsed| {
        line += parsed.lines;
        take(&mut scanned, &parsed, &mut fold);
        parsed.bad
    });
    if let Some(offset) = bad.map_err(failed)? {
        if bytes - offset > TAIL_BYTES {
            let path = path.to_path_buf();
            return Err(Damage::Line {
                path,
                line: line + 1,
            });
        }
        let torn = read_torn(&mut file, offset, bytes).map_err(failed)?;
        parser.parse_torn(&torn, |parsed| take(&mut scanned, parsed, &mut fold));
        scanned.torn = Some(torn);
    }
    refuse_newer(path, &scanned)?;
    Ok(scanned)
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

fn read_torn(file: &mut File, offset: u64, bytes: u64) -> io::Result<Torn> {
    file.seek(SeekFrom::Start(offset))?;
    let mut cut = Vec::new();
    file.take(bytes - offset).read_to_end(&mut cut)?;
    let whole = whole_lines(&cut)
        .flat_map(|(_, line)| [line, b"\n"].concat())
        .collect();
    Ok(Torn { offset, cut, whole })
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
        if start < block.bytes.len() {
            parsed.bad = Some(block.offset + start as u64);
        }
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .buffer_capacity(64 * 1024)
            .from_reader(&block.bytes[..start]);
        let mut record = ByteRecord::new();
        for start in starts {
            if !matches!(reader.read_byte_record(&mut record), Ok(true)) {
                parsed.bad = Some(block.offset + start as u64);
                break;
            }
            parsed.lines += 1;
            if !self.take(&record, block.offset + start as u64, &mut parsed) {
                parsed.lines -= 1;
                parsed.bad = Some(block.offset + start as u64);
                break;
            }
        }
        parsed
    }

    /// Takes the whole records of a torn tail apart, each where it lies.
    fn parse_torn(self, torn: &Torn, mut take: impl FnMut(&Parsed)) {
        for (start, line) in whole_lines(&torn.cut) {
            let bytes = [line, b"\n"].concat();
            let offset = torn.offset + start as u64;
            take(&self.parse(&Block { bytes, offset }));
        }
    }

    /// Adds what `record` says. False: it says nothing that a journal can say.
    fn take(self, record: &ByteRecord, offset: u64, parsed: &mut Parsed) -> bool {
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
            let begin = serde_json::from_slice(message);
            parsed.begins.extend(begin.ok());
            return true;
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
    mut fold: impl FnMut(Parsed) -> Option<u64>,
) -> io::Result<Option<u64>> {
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
