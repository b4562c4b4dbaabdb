//! The journal on a disk that fails: at every call, in every way, with everything that a power cut may leave.

use std::fs;
use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};

use jiff::Timestamp;
use jiff::tz::Offset;

use super::{Ack, Event, JournalWriter, Kept, Record, State, Storage, open_on, replay};
use crate::digest::ContentHash;
use crate::disk::{Fault, Faulty, Survival};
use crate::zen::Route;

fn hash(number: u8) -> ContentHash {
    ContentHash::of(&[number])
}

fn record(event: Event, number: u8) -> Record {
    let zero = Timestamp::UNIX_EPOCH;
    Record {
        sha256: Some(hash(number)),
        route: Some(Route::Nfe),
        ..Record::note(zero, Offset::UTC, event, "importado".to_owned())
    }
}

fn writer(file: Kept<impl Storage>, columns: super::Columns) -> (JournalWriter, Receiver<Ack>) {
    let (report, acks) = channel();
    let writer = JournalWriter::start(file, columns, move |ack| report.send(ack).unwrap());
    (writer, acks)
}

/// Accepts documents one after the other, as `numbers` says. Those of them that were acknowledged.
fn accept(disk: &Faulty, path: &Path, numbers: std::ops::Range<u8>) -> Vec<u8> {
    let Ok(opened) = open_on(disk, path, None) else {
        return Vec::new();
    };
    let (writer, acks) = writer(opened.file, opened.columns);
    let mut durable = Vec::new();
    let mut failed = false;
    for number in numbers {
        let last = writer.append(&[
            record(Event::Attempt, number),
            record(Event::Accepted, number),
        ]);
        match acks.recv() {
            Ok(Ack::Synced(up_to)) => {
                assert!(!failed, "acknowledged after a failure");
                assert_eq!(up_to, last);
                durable.push(number);
            }
            Ok(Ack::Failed(_)) => {
                assert!(!failed, "it fails once");
                failed = true;
            }
            Err(_) => assert!(failed, "neither acknowledged nor failed"),
        }
    }
    assert_eq!(writer.finish().is_ok(), !failed);
    durable
}

fn assert_accepted(path: &Path, numbers: &[u8], what: &str) {
    let replayed = replay(&[path]).unwrap_or_else(|error| panic!("{what}: {error}"));
    for number in numbers {
        let state = replayed.states.get(&hash(*number)).map(super::Slot::state);
        assert_eq!(state, Some(State::Accepted), "{what}: document {number}");
    }
}

/// A journal, and which documents it says are accepted.
struct Start {
    bytes: Vec<u8>,
    accepted: Vec<u8>,
}

fn starts() -> Vec<Start> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.csv");
    let disk = Faulty::default();
    let accepted = accept(&disk, &path, 100..104);
    let bytes = fs::read(&path).unwrap();
    let lines: Vec<_> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
    // As a power cut leaves it: a page of NULs, whole records behind it, and one of which half is there.
    let torn = [
        &lines[..5].concat(),
        &[0; 300][..],
        &lines[7..].concat(),
        &lines[8][..40],
    ]
    .concat();
    let start = |bytes: &[u8], accepted: &[u8]| Start {
        bytes: bytes.to_vec(),
        accepted: accepted.to_vec(),
    };
    vec![
        start(b"", &[]),
        start(&lines[0][..30], &[]),
        start(&bytes, &accepted),
        start(&bytes[..bytes.len() - 20], &[100, 101, 102]),
        start(&torn, &[100, 101, 103]),
    ]
}

/// Bug: between the cutting off of a torn tail and the appending of the whole records in it they stood in no journal. Bug:
/// the name of a new journal was not made durable by the second run where the first had failed just there.
#[test]
fn at_whatever_call_the_disk_fails_what_was_acknowledged_survives() {
    let mut cases = 0;
    for (start, fault) in starts()
        .iter()
        .flat_map(|start| Fault::ALL.map(|fault| (start, fault)))
    {
        for (survival, again) in Survival::ALL
            .iter()
            .flat_map(|one| [(*one, false), (*one, true)])
        {
            for call in 0.. {
                let folder = tempfile::tempdir().unwrap();
                let path = folder.path().join("journal.csv");
                let mut existing = Vec::new();
                if !start.bytes.is_empty() {
                    fs::write(&path, &start.bytes).unwrap();
                    existing.push(path.as_path());
                }
                let disk = Faulty::new(&existing, Some((call, fault)));
                let mut accepted = start.accepted.clone();
                accepted.extend(accept(&disk, &path, 0..3));
                let failed = disk.has_failed();
                if again {
                    accepted.extend(accept(&disk, &path, 3..5));
                }
                let what = format!("{fault:?} at call {call}, {survival:?}, again: {again}");
                disk.crash(survival);
                let opened = open_on(&Faulty::default(), &path, None)
                    .unwrap_or_else(|error| panic!("{what}: {error}"));
                drop(opened);
                assert_accepted(&path, &accepted, &what);
                accepted.extend(accept(&Faulty::new(&[&path], None), &path, 5..7));
                assert_accepted(&path, &accepted, &what);
                assert!(accepted.ends_with(&[5, 6]), "{what}");
                assert!(replay(&[&path]).unwrap().journals[0].1.torn.is_none());
                cases += 1;
                if !failed {
                    break;
                }
            }
        }
    }
    assert!(cases > 1000, "{cases}");
}

/// Two interruptions of one mending, at every two calls.
#[test]
fn a_mending_that_is_interrupted_twice_loses_nothing() {
    let starts = starts();
    let torn = starts.last().unwrap();
    for (first, second) in (0..12).flat_map(|first| (0..12).map(move |second| (first, second))) {
        for survival in Survival::ALL {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("journal.csv");
            fs::write(&path, &torn.bytes).unwrap();
            for call in [first, second] {
                let beside = |name: &str| folder.path().join(format!("journal.csv{name}"));
                let files = [path.clone(), beside(".mending"), beside(".mending-part")];
                let existing: Vec<_> = files
                    .iter()
                    .map(std::path::PathBuf::as_path)
                    .filter(|one| one.exists())
                    .collect();
                let disk = Faulty::new(&existing, Some((call, Fault::NoSpace)));
                accept(&disk, &path, 0..0);
                disk.crash(survival);
            }
            let what = format!("{first}, {second}, {survival:?}");
            drop(
                open_on(&Faulty::default(), &path, None)
                    .unwrap_or_else(|error| panic!("{what}: {error}")),
            );
            assert_accepted(&path, &torn.accepted, &what);
            let replayed = replay(&[&path]).unwrap();
            assert_eq!(
                replayed.journals[0].1.records, 6,
                "{what}: each record once"
            );
        }
    }
}

/// Panics instead of syncing.
struct Panicking;

impl Storage for Panicking {
    fn append(&mut self, _: &[u8]) -> std::io::Result<()> {
        Ok(())
    }

    fn sync(&mut self) -> std::io::Result<()> {
        panic!("as told")
    }

    fn metadata(&self) -> std::io::Result<fs::Metadata> {
        fs::metadata(".")
    }
}

/// Bug: a writer that had panicked was taken for one that had written everything, and whoever waited for it waited on.
#[test]
fn a_writer_that_panics_has_failed() {
    let (writer, acks) = writer(
        Kept::new(Panicking, Path::new(".")).unwrap(),
        super::Columns::default(),
    );
    writer.append(&[record(Event::Attempt, 1)]);
    assert!(matches!(acks.recv(), Ok(Ack::Failed(_))));
    assert!(writer.finish().is_err());
}

/// A real file whose first sync waits until it is told to go on; it tells how much is appended at once.
struct Waiting {
    file: fs::File,
    appended: Sender<usize>,
    go_on: Option<Receiver<()>>,
}

impl Storage for Waiting {
    fn append(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.appended.send(bytes.len()).unwrap();
        self.file.append(bytes)
    }

    fn sync(&mut self) -> std::io::Result<()> {
        if let Some(go_on) = self.go_on.take() {
            go_on.recv().unwrap();
        }
        Ok(())
    }

    fn metadata(&self) -> std::io::Result<fs::Metadata> {
        self.file.metadata()
    }
}

/// What is queued while the disk is busy goes to it in groups, each as large as it may be: so a power cut leaves a torn
/// tail that is short enough to be mended.
#[test]
fn what_is_queued_is_written_in_groups_of_64_kib_at_most() {
    const COUNT: u64 = 3000;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.csv");
    let file = fs::File::create(&path).unwrap();
    let (appended, sizes) = channel();
    let (go, go_on) = channel();
    let waiting = Waiting {
        file,
        appended,
        go_on: Some(go_on),
    };
    let kept = Kept::new(waiting, &path).unwrap();
    let (writer, acks) = writer(kept, super::Columns::default());
    writer.append(&[record(Event::Attempt, 0)]);
    let one = sizes.recv().unwrap();
    for _ in 1..COUNT {
        writer.append(&[record(Event::Attempt, 0)]);
    }
    go.send(()).unwrap();
    writer.finish().unwrap();
    let sizes: Vec<_> = sizes.iter().collect();
    let (last, full) = sizes.split_last().unwrap();
    let most = 64 * 1024;
    let is_full = |size: &usize| (most - one + 1..=most).contains(size);
    assert!(full.iter().all(is_full) && *last <= most, "{sizes:?}");
    assert_eq!(acks.iter().last(), Some(Ack::Synced(COUNT)));
}

/// A group that waits for its like must not wait for records that never come.
#[test]
fn a_record_that_nothing_follows_is_synced_all_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("malote.journal.csv");
    let opened = super::open(&path, None).unwrap();
    let (writer, acks) = writer(opened.file, opened.columns);
    let writer = writer.expecting(usize::MAX / 4);
    let busy: Vec<_> = (0..20)
        .map(|number| record(Event::Attempt, number))
        .collect();
    for records in [&busy[..], &busy[..1], &busy[1..2]] {
        let last = writer.append(records);
        let ack = acks.recv_timeout(std::time::Duration::from_secs(20));
        assert_eq!(ack.unwrap(), Ack::Synced(last));
    }
    writer.finish().unwrap();
}
