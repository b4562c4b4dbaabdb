//! The journal against a model of ten lines: a map from hash to state. Random histories of answers, crashes and reruns.

use std::collections::{HashMap, HashSet};
use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

use jiff::Timestamp;
use jiff::tz::Offset;
use malote::dfe::DocumentKind;
use malote::diff::Balance;
use malote::digest::ContentHash;
use malote::journal::{self, Event, JournalWriter, Record, Slot, State};
use malote::manifest::{Action, Row};
use malote::send::{RetryRejected, Standing};
use malote::zen::{Envelope, Route};
use proptest::prelude::*;

/// What a hash is by the model: its state, and whether an attempt at it ever went unanswered.
type Model = HashMap<u8, (State, bool)>;

fn apply(model: &mut Model, document: u8, event: Event) {
    let (state, doubt) = model
        .get(&document)
        .copied()
        .unwrap_or((State::Pending, false));
    let open = model.contains_key(&(document + 100));
    let doubt = doubt || event == Event::Unknown || (open && event == Event::Attempt);
    model.remove(&(document + 100));
    let next = match event {
        _ if state == State::Accepted => State::Accepted,
        Event::Accepted => State::Accepted,
        Event::Rejected => State::Rejected,
        Event::Failed => State::Failed,
        Event::Changed => State::Changed,
        Event::Missing => State::Missing,
        _ => State::Unknown,
    };
    // That an attempt is open stands under a number of its own.
    if event == Event::Attempt && next == State::Unknown {
        model.insert(document + 100, (State::Unknown, true));
    }
    model.insert(document, (next, doubt));
}

/// One step of a history.
#[derive(Debug, Clone)]
enum Step {
    /// A run records these, and ends or dies after all is on the disk.
    Run(Vec<Vec<(u8, Event)>>),
    /// The power fails while these are being written: so many thousandths of their bytes are there, and then this.
    PowerCut(Vec<(u8, Event)>, u16, Junk),
    /// A program that came later leaves a line of an event that is unknown here.
    Foreign,
}

#[derive(Debug, Clone)]
enum Junk {
    Nothing,
    Nulls(u16),
    Bytes(Vec<u8>),
}

fn event() -> impl Strategy<Value = (u8, Event)> {
    let events = [
        Event::Attempt,
        Event::Attempt,
        Event::Accepted,
        Event::Rejected,
        Event::Failed,
        Event::Unknown,
        Event::Changed,
        Event::Missing,
    ];
    (0u8..5, prop::sample::select(events.to_vec()))
}

fn step() -> impl Strategy<Value = Step> {
    let group = || prop::collection::vec(event(), 0..6);
    let junk = prop_oneof![
        Just(Junk::Nothing),
        (1u16..5000).prop_map(Junk::Nulls),
        prop::collection::vec(any::<u8>(), 1..40).prop_map(Junk::Bytes),
    ];
    prop_oneof![
        4 => prop::collection::vec(group(), 0..4).prop_map(Step::Run),
        3 => (group(), 0u16..=1000, junk).prop_map(|(group, part, junk)| Step::PowerCut(group, part, junk)),
        1 => Just(Step::Foreign),
    ]
}

fn hash(document: u8) -> ContentHash {
    ContentHash::of(&[document])
}

fn record((document, event): (u8, Event)) -> Record {
    let zero = Timestamp::UNIX_EPOCH;
    Record {
        sha256: Some(hash(document)),
        route: Some(Route::Nfe),
        // Neither the model nor a state depends on words, whatever they are.
        ..Record::note(
            zero,
            Offset::UTC,
            event,
            "\"importado\", =1;\n\u{1b}[31m".to_owned(),
        )
    }
}

/// Records `groups` in one run. The file's length before and after.
fn run(path: &Path, groups: &[Vec<(u8, Event)>]) -> (u64, u64) {
    let opened = journal::open(path, None).unwrap();
    let before = fs::metadata(path).unwrap().len();
    let writer = JournalWriter::start(opened.file, opened.columns, |_| ());
    for group in groups {
        let records: Vec<_> = group.iter().map(|one| record(*one)).collect();
        writer.append(&records);
    }
    assert_eq!(writer.finish(), Ok(()));
    (before, fs::metadata(path).unwrap().len())
}

fn play(path: &Path, step: &Step, model: &mut Model) {
    match step {
        Step::Run(groups) => {
            run(path, groups);
            for (document, event) in groups.iter().flatten() {
                apply(model, *document, *event);
            }
        }
        Step::PowerCut(group, part, junk) => {
            let (before, after) = run(path, std::slice::from_ref(group));
            let left = before + (after - before) * u64::from(*part) / 1000;
            let bytes = fs::read(path).unwrap();
            let [from, to] = [before, left].map(|at| usize::try_from(at).unwrap());
            let whole = memchr::memchr_iter(b'\n', &bytes[from..to]).count();
            let mut file = File::options().write(true).open(path).unwrap();
            file.set_len(left).unwrap();
            std::io::Seek::seek(&mut file, std::io::SeekFrom::End(0)).unwrap();
            let junk = match junk {
                Junk::Nothing => Vec::new(),
                Junk::Nulls(count) => vec![0; usize::from(*count)],
                Junk::Bytes(bytes) => bytes.clone(),
            };
            file.write_all(&junk).unwrap();
            // Where nothing but its end is missing, an end makes a record.
            let is_ended = junk.starts_with(b"\n") && bytes.get(to) == Some(&b'\n');
            for (document, event) in &group[..whole + usize::from(is_ended)] {
                apply(model, *document, *event);
            }
        }
        Step::Foreign => {
            run(path, &[]);
            let line = ",perhaps,,,,,,,,";
            let sum = crc32fast::hash(line.as_bytes());
            let mut file = File::options().append(true).open(path).unwrap();
            writeln!(file, "{line},{sum:08x}").unwrap();
        }
    }
}

fn row(document: u8) -> Row {
    Row {
        line: 2,
        action: Action::Send,
        kind: DocumentKind::Nfe,
        route: Some(Route::Nfe),
        envelope: Envelope::Array,
        id: String::new(),
        sha256: Some(hash(document)),
        path: "/a".to_owned(),
    }
}

/// Journal and model agree on every document, and so does what a run would send.
fn agree(path: &Path, model: &Model) -> Result<(), TestCaseError> {
    let replayed = journal::replay(&[path]).unwrap();
    for document in 0..5 {
        let slot = replayed.states.get(&hash(document));
        let known = model.get(&document);
        prop_assert_eq!(
            slot.map(Slot::state),
            known.map(|(state, _)| *state),
            "document {}",
            document
        );
        let open = model.contains_key(&(document + 100));
        let doubt = known.map(|(_, doubt)| *doubt || open);
        prop_assert_eq!(
            slot.map(Slot::was_unanswered),
            doubt,
            "doubt of document {}",
            document
        );
    }
    let standing = Standing::new(
        replayed.states,
        Balance::default(),
        HashSet::new(),
        RetryRejected::RouteChanged,
        0,
    );
    for document in 0..5 {
        let state = model.get(&document).map(|(state, _)| *state);
        let settled = matches!(state, Some(State::Accepted | State::Rejected));
        prop_assert_eq!(standing.wants(&row(document)).is_some(), !settled);
        prop_assert_eq!(
            standing.has(&hash(document)),
            state == Some(State::Accepted)
        );
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_journal_is_a_map_from_hash_to_state(steps in prop::collection::vec(step(), 1..8)) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.csv");
        let mut model = Model::new();
        for step in &steps {
            play(&path, step, &mut model);
            // As a reader sees it that comes before the next run, and as that run does.
            agree(&path, &model)?;
            drop(journal::open(&path, None).unwrap());
            agree(&path, &model)?;
        }
    }

    /// One flipped bit, anywhere in what cannot be a torn tail: nothing is read past it.
    #[test]
    fn a_flipped_bit_is_never_read_over(line in 0usize..40, at in 0usize..200, bit in 0u8..8) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.csv");
        let many: Vec<_> = (0u8..=249).map(|number| (number % 5, Event::Failed)).collect();
        run(&path, &[many.clone(), many]);
        let mut bytes = fs::read(&path).unwrap();
        prop_assert!(bytes.len() > 64 * 1024 + 40 * 200);
        let mut starts = memchr::memchr_iter(b'\n', &bytes).map(|end| end + 1);
        let start = if line == 0 { 0 } else { starts.nth(line - 1).unwrap() };
        let end = start + memchr::memchr(b'\n', &bytes[start..]).unwrap();
        let at = start + at % (end + 1 - start);
        bytes[at] ^= 1 << bit;
        fs::write(&path, &bytes).unwrap();
        let read = journal::replay(&[&path]);
        prop_assert!(read.is_err(), "line {} byte {}", line + 1, at - start);
        if let Err(damage) = read && line > 0 {
            // A break that is gone joins two lines; the first of them is named.
            prop_assert!(damage.to_string().contains(&format!("line {}:", line + 1)), "{}", damage);
        }
        let refused = journal::open(&path, None);
        prop_assert!(refused.is_err());
        prop_assert!(fs::read(&path).unwrap() == bytes, "nothing is changed");
    }
}
