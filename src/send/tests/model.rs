//! The sender and the real journal, together, against what the service holds: random histories of answers, disks that fail,
//! deaths with half a record on the disk, and reruns that know nothing but the file. Proptest shrinks what fails to the shortest history.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::time::Duration;

use proptest::prelude::*;

use super::chance::Chance;
use super::sim::{Reading, Sim, event_of, note};
use super::world::{Act, Request, World, push_back, say};
use crate::journal::{self, JournalWriter, Record, Slot, State};
use crate::policy::QuietHours;

/// Appends `records` as a run does.
fn append(path: &Path, records: &[Record]) {
    let opened = journal::open(path, None).unwrap();
    let writer = JournalWriter::start(opened.file, opened.columns, |_| ());
    for some in records.chunks(7) {
        writer.append(some);
    }
    assert_eq!(writer.finish(), Ok(()));
}

/// The run died while it wrote: of what was queued the file holds some bytes, and perhaps others behind them. How many
/// records of it are whole.
pub fn cut_off(path: &Path, world: &mut World, chance: &mut Chance) -> usize {
    append(path, &std::mem::take(&mut world.written));
    let before = fs::metadata(path).unwrap().len();
    append(path, &world.queue);
    let after = fs::metadata(path).unwrap().len();
    let left = before + chance.below(after - before + 1);
    let bytes = fs::read(path).unwrap();
    let [from, to] = [before, left].map(|at| usize::try_from(at).unwrap());
    let whole = memchr::memchr_iter(b'\n', &bytes[from..to]).count();
    let mut file = File::options().append(true).open(path).unwrap();
    file.set_len(left).unwrap();
    let junk = chance.one_of(&[&b""[..], b"", &[0; 100], b"x", b"\n"]);
    // Where nothing but its end is missing, an end makes a record.
    let whole = whole + usize::from(junk == b"\n" && bytes.get(to) == Some(&b'\n'));
    file.write_all(junk).unwrap();
    whole
}

/// What was written in this run comes into the file at `path`, which then says what the memory does; where the run has
/// ended, not died, of which it has come there before.
pub fn keep(path: &Path, world: &mut World, has_ended: bool) {
    let written = std::mem::take(&mut world.written);
    append(path, if has_ended { &written } else { &[] });
    let replayed = journal::replay(&[path]).unwrap();
    for (number, spec) in world.specs.iter().enumerate() {
        let by_file = replayed.states.get(&spec.hash);
        let by_memory = world.states.get(&spec.hash);
        for tell in [Slot::was_unanswered, Slot::was_already_there] {
            assert_eq!(by_file.map(tell), by_memory.map(tell), "document {number}");
        }
        assert_eq!(by_file.map(Slot::route), by_memory.map(Slot::route));
        let state = by_file.map(Slot::state);
        assert_eq!(state, by_memory.map(Slot::state), "document {number}");
        // Nothing is invented.
        let is_held = world.has[number];
        assert!(
            state != Some(State::Accepted) || is_held,
            "document {number}"
        );
    }
}

/// One answer of a history.
#[derive(Debug, Clone, Copy)]
enum Answer {
    Accept,
    Refuse,
    PassOver,
    Lose,
    NotReached,
    Fault,
    Busy,
    Page,
    Nonsense,
}

fn act(answer: Answer, request: &Request) -> Act {
    let one = request.documents[request.number % request.documents.len()];
    match answer {
        Answer::Accept => Act::Accept,
        Answer::Refuse => Act::Refuse(vec![one]),
        Answer::PassOver => Act::PassOver(vec![one]),
        Answer::Lose => Act::Lose,
        Answer::NotReached => Act::NotReached,
        Answer::Fault => say(500, "x"),
        Answer::Busy => push_back(429, "2"),
        Answer::Page => say(404, "<html>"),
        Answer::Nonsense => say(400, "nonsense"),
    }
}

/// What happens, in order.
#[derive(Debug, Clone)]
struct History {
    answers: Vec<Answer>,
    /// After how long each run dies, and at which group of records its disk fails, if it comes to that.
    lives: Vec<(u64, usize)>,
    /// Which documents are away, in thousandths.
    away: u64,
    batch: usize,
    seed: u64,
}

fn history() -> impl Strategy<Value = History> {
    let answer = prop::sample::select(vec![
        Answer::Accept,
        Answer::Accept,
        Answer::Refuse,
        Answer::PassOver,
        Answer::Lose,
        Answer::NotReached,
        Answer::Fault,
        Answer::Busy,
        Answer::Page,
        Answer::Nonsense,
    ]);
    let answers = prop::collection::vec(answer, 1..40);
    let lives = prop::collection::vec((0u64..6000, 1usize..200), 0..5);
    let batch = prop::sample::select(vec![1usize, 5, 20]);
    (answers, lives, 0u64..100, batch, any::<u64>()).prop_map(
        |(answers, lives, away, batch, seed)| History {
            answers,
            lives,
            away,
            batch,
            seed,
        },
    )
}

/// Plays `history` to its end; each run is checked, here and by what holds for every one.
async fn play(history: History, path: &Path) {
    let mut specs: Vec<_> = (0..60).map(note).collect();
    specs.extend((0..6).map(|number| event_of(&note(number * 9), 60 + number)));
    let quiet = QuietHours::none(jiff::tz::TimeZone::UTC);
    let start = "2026-10-10T00:00:00-03:00".parse().unwrap();
    let answers = history.answers;
    let mut sim = Sim::starting(start, quiet, specs, move |request: &Request| {
        if request.is_first_of_route || request.number < 4 {
            return Act::Accept;
        }
        act(answers[request.number % answers.len()], request)
    });
    let mut chance = Chance::new(history.seed);
    let gone: Vec<bool> = (0..66).map(|_| chance.happens(history.away)).collect();
    sim.archive(move |number, _| {
        if gone[number] {
            Reading::Missing
        } else {
            Reading::Ready
        }
    });
    (sim.batch, sim.seed) = (history.batch, history.seed);
    (sim.rate, sim.concurrency) = (Some(20.0), 6);
    sim.journal = Some(path.to_path_buf());
    for (life, group) in history.lives {
        sim.world().fail_at_group = Some(group);
        sim.run_for(Duration::from_millis(life)).await;
    }
    sim.world().fail_at_group = None;
    sim.run_for(Duration::from_hours(1)).await;
    sim.world().script = Box::new(|_| Act::Accept);
    sim.archive(|_, _| Reading::Ready);
    let balance = sim.run().await.balance;
    assert_eq!(balance.accepted + balance.rejected, balance.planned);
    // Nothing is lost, nothing invented: the journal alone says what the service holds.
    let replayed = journal::replay(&[path]).unwrap();
    let world = sim.world();
    for (number, spec) in world.specs.iter().enumerate() {
        let state = replayed.states.get(&spec.hash).map(Slot::state);
        assert_eq!(state, Some(world.state(number)));
        let is_held = world.has[number];
        assert!(
            is_held || state == Some(State::Rejected),
            "document {number}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_the_journal_says_is_what_the_service_holds(history in history()) {
        let folder = tempfile::tempdir().unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        runtime.block_on(play(history, &folder.path().join("journal.csv")));
    }
}
