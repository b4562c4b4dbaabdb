//! Reads a journal that was replayed once more, record by record: what happened when, in which words.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use csv::ByteRecord;
use jiff::Timestamp;
use jiff::fmt::temporal::Pieces;
use jiff::tz::Offset;
use sha2::{Digest, Sha256};

use super::Event;
use super::damage::Damage;
use super::line::is_whole;
use super::scan::Scanned;
use crate::digest::ContentHash;

/// Lines that are taken apart together.
const BLOCK_BYTES: usize = 256 * 1024;

/// One record as it lies in the journal.
#[derive(Debug)]
pub struct Entry<'a> {
    /// Where it begins, in bytes.
    pub offset: u64,
    /// What happened.
    pub event: Event,
    record: &'a ByteRecord,
    columns: Columns,
}

impl Entry<'_> {
    /// When, and in which offset from UTC that is written; `None` where it is no time.
    #[must_use]
    pub fn time(&self) -> Option<(Timestamp, Offset)> {
        let pieces = Pieces::parse(self.cell(self.columns.time)).ok()?;
        let offset = pieces.to_numeric_offset()?;
        let time = pieces.date().to_datetime(pieces.time()?);
        Some((offset.to_timestamp(time).ok()?, offset))
    }

    /// The document's `Id`.
    #[must_use]
    pub fn id(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(self.cell(self.columns.id))
    }

    /// The CNPJ that the answer named.
    #[must_use]
    pub fn client(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(self.cell(self.columns.client))
    }

    /// The server's words, or ours.
    #[must_use]
    pub fn message(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(self.cell(self.columns.message))
    }

    fn cell(&self, column: Option<usize>) -> &[u8] {
        column
            .and_then(|at| self.record.get(at))
            .unwrap_or_default()
    }
}

/// Gives every record of the journal at `path` to `visit`, in the order in which they lie, as far as `scanned` has
/// seen it: what was appended since is left out. The hash of all these bytes. A missing file has no records.
///
/// # Errors
/// [`Damage`] where the journal is no longer what was scanned.
pub fn records(
    path: &Path,
    scanned: &Scanned,
    mut visit: impl FnMut(&Entry),
) -> Result<ContentHash, Damage> {
    let failed = |source| Damage::Io {
        path: path.to_path_buf(),
        source,
    };
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound && scanned.bytes == 0 => {
            return Ok(ContentHash::of(b""));
        }
        Err(error) => return Err(failed(error)),
    };
    let mut lines = Lines {
        source: BufReader::with_capacity(BLOCK_BYTES, file.take(scanned.bytes)),
        hash: Sha256::new(),
        offset: 0,
        number: 0,
        torn: scanned.torn.as_ref().map_or(u64::MAX, |torn| torn.offset),
    };
    let mut header = Vec::new();
    lines.next(&mut header).map_err(failed)?;
    let columns = Columns::read(&header);
    let mut block = Block::default();
    loop {
        let before = lines.number;
        let more = lines.fill(&mut block).map_err(failed)?;
        if !more || !block.visit(columns, &mut visit) {
            let path = path.to_path_buf();
            let line = if more { before + 1 } else { lines.number };
            return Err(Damage::Line { path, line });
        }
        if block.starts.is_empty() {
            return Ok(ContentHash::from_bytes(lines.hash.finalize().into()));
        }
    }
}

/// Which field of a record is where.
#[derive(Debug, Clone, Copy)]
struct Columns {
    time: Option<usize>,
    event: Option<usize>,
    id: Option<usize>,
    client: Option<usize>,
    message: Option<usize>,
}

impl Columns {
    fn read(header: &[u8]) -> Self {
        let header = header.strip_prefix(b"\xef\xbb\xbf").unwrap_or(header);
        let names: Vec<_> = header
            .trim_ascii_end()
            .split(|byte| *byte == b',')
            .collect();
        let at = |name: &str| names.iter().position(|one| *one == name.as_bytes());
        Self {
            time: at("time"),
            event: at("event"),
            id: at("id"),
            client: at("client"),
            message: at("message"),
        }
    }
}

/// The lines of a journal, hashed as they pass.
struct Lines<R> {
    source: BufReader<R>,
    hash: Sha256,
    offset: u64,
    /// Lines read so far.
    number: u64,
    /// Where the torn tail begins: behind it, lines that are not whole are passed over.
    torn: u64,
}

impl<R: Read> Lines<R> {
    /// Appends the next line to `out` and says where it begins; `None` at the end.
    fn next(&mut self, out: &mut Vec<u8>) -> io::Result<Option<u64>> {
        let start = out.len();
        let read = self.source.read_until(b'\n', out)?;
        self.hash.update(&out[start..]);
        let offset = self.offset;
        self.offset += read as u64;
        self.number += u64::from(read > 0);
        Ok((read > 0).then_some(offset))
    }

    /// Fills `block` with whole lines. False: a line before the torn tail is not whole.
    fn fill(&mut self, block: &mut Block) -> io::Result<bool> {
        block.bytes.clear();
        block.starts.clear();
        while block.bytes.len() < BLOCK_BYTES {
            let start = block.bytes.len();
            let Some(offset) = self.next(&mut block.bytes)? else {
                break;
            };
            // NULs before a line, which a power cut leaves, are not part of it.
            let line = &block.bytes[start..];
            let nulls = line.iter().take_while(|byte| **byte == 0).count();
            let in_tail = offset >= self.torn;
            let line = &line[if in_tail { nulls } else { 0 }..];
            if line.strip_suffix(b"\n").is_some_and(is_whole) {
                block
                    .starts
                    .push(offset + if in_tail { nulls as u64 } else { 0 });
                let length = line.len();
                let from = block.bytes.len() - length;
                block.bytes.copy_within(from.., start);
                block.bytes.truncate(start + length);
            } else if in_tail {
                block.bytes.truncate(start);
            } else {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// Whole lines, and where each begins in the file.
#[derive(Debug, Default)]
struct Block {
    bytes: Vec<u8>,
    starts: Vec<u64>,
}

impl Block {
    /// Takes the lines apart. False: they are not one record each.
    fn visit(&self, columns: Columns, visit: &mut impl FnMut(&Entry)) -> bool {
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .from_reader(self.bytes.as_slice());
        let mut record = ByteRecord::new();
        for offset in &self.starts {
            if !matches!(reader.read_byte_record(&mut record), Ok(true)) {
                return false;
            }
            let event = columns.event.and_then(|at| record.get(at));
            let Some(event) = event.and_then(Event::from_bytes) else {
                // An event of a newer program says nothing here, as in the replay.
                continue;
            };
            visit(&Entry {
                offset: *offset,
                event,
                record: &record,
                columns,
            });
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::super::line::{Encoder, HEADER};
    use super::super::{Record, replay};
    use super::*;

    fn line(second: i64, event: Event, message: &str) -> Vec<u8> {
        let mut record = Record::note(
            Timestamp::from_second(second).unwrap(),
            Offset::constant(-3),
            event,
            message.to_owned(),
        );
        record.client = "11222333000181".to_owned();
        record.id = "NFe1".to_owned();
        record.sha256 = (event == Event::Accepted).then(|| ContentHash::of(message.as_bytes()));
        let mut out = Vec::new();
        Encoder::default().encode(&record, &mut out);
        out
    }

    fn read(bytes: &[u8]) -> (Vec<(u64, String)>, ContentHash, Scanned) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("j.csv");
        std::fs::write(&path, bytes).unwrap();
        let scanned = replay(&[&path]).unwrap().journals.remove(0).1;
        let mut found = Vec::new();
        let hash = records(&path, &scanned, |entry| {
            let (time, offset) = entry.time().unwrap();
            assert_eq!(offset, Offset::constant(-3));
            let message = entry.message();
            let text = format!("{} {} {message}", time.as_second(), entry.event);
            assert_eq!((&*entry.id(), &*entry.client()), ("NFe1", "11222333000181"));
            found.push((entry.offset, text));
        });
        (found, hash.unwrap(), scanned)
    }

    #[test]
    fn every_record_comes_with_its_place_and_its_words() {
        let header = format!("{HEADER}\n").into_bytes();
        let first = line(1_000, Event::Pause, "outage, \"long\"");
        let second = line(2_000, Event::Accepted, "importado");
        let bytes = [header.clone(), first.clone(), second].concat();
        let (found, hash, scanned) = read(&bytes);
        let place = header.len() as u64;
        assert_eq!(
            found,
            [
                (place, "1000 pause outage, \"long\"".to_owned()),
                (
                    place + first.len() as u64,
                    "2000 accepted importado".to_owned()
                )
            ]
        );
        assert_eq!(hash, ContentHash::of(&bytes));
        assert_eq!(scanned.bytes, bytes.len() as u64);
    }

    #[test]
    fn whole_records_of_a_torn_tail_have_the_places_of_the_replay() {
        let header = format!("{HEADER}\n").into_bytes();
        let cut = b"2026-11-20T18:00:0".to_vec();
        let nulls = vec![0; 7];
        let last = line(3_000, Event::Accepted, "b");
        let bytes = [
            header,
            line(1_000, Event::Accepted, "a"),
            cut,
            b"\n".to_vec(),
            nulls,
            last,
        ]
        .concat();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("j.csv");
        std::fs::write(&path, &bytes).unwrap();
        let replayed = replay(&[&path]).unwrap();
        let (found, hash, _) = read(&bytes);
        let places: Vec<_> = ["a", "b"]
            .map(|name| {
                replayed
                    .states
                    .get(&ContentHash::of(name.as_bytes()))
                    .unwrap()
            })
            .map(|slot| slot.place().1)
            .into();
        assert_eq!(found.iter().map(|one| one.0).collect::<Vec<_>>(), places);
        assert_eq!(hash, ContentHash::of(&bytes));
    }

    #[test]
    fn what_comes_later_is_left_out_and_a_change_is_damage() {
        let header = format!("{HEADER}\n").into_bytes();
        let mut bytes = [header, line(1_000, Event::Accepted, "a")].concat();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("j.csv");
        std::fs::write(&path, &bytes).unwrap();
        let scanned = replay(&[&path]).unwrap().journals.remove(0).1;
        std::fs::write(&path, [bytes.clone(), b"more".to_vec()].concat()).unwrap();
        let hash = records(&path, &scanned, |_| {});
        assert_eq!(hash.unwrap(), ContentHash::of(&bytes));
        let at = bytes.len() - 20;
        bytes[at] ^= 1;
        std::fs::write(&path, &bytes).unwrap();
        let damaged = records(&path, &scanned, |_| {});
        assert!(
            matches!(damaged, Err(Damage::Line { line: 2, .. })),
            "{damaged:?}"
        );
    }
}
