//! The program is killed at random moments, as by a power cut or a task manager, some hundred times, and the job is
//! finished all the same.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::hash::{BuildHasher, RandomState};
use std::thread;
use std::time::{Duration, Instant};

use malote::sandbox::Settings;

use crate::support::Bench;
use crate::support::zen::Zen;

const KILLS_OF_PLAN: u32 = 100;
const KILLS_OF_RUN: u32 = 160;

/// A moment in `span`, another each time.
fn moment(span: Duration) -> Duration {
    let random = RandomState::new().hash_one(0) >> 40;
    span.mul_f64(random as f64 / f64::from(1 << 24))
}

#[test]
fn a_plan_that_is_killed_leaves_the_old_manifest_the_whole_new_one_or_none() {
    let bench = Bench::new();
    bench.archive(3000, 0);
    let old = fs::read(bench.path("malote.csv")).unwrap();
    // So that the new one is another.
    fs::remove_file(bench.path("archive/000").join(first_document(&bench))).unwrap();
    let start = Instant::now();
    bench.malote(&["plan", "archive", "-o", "new.csv"]);
    let whole = start.elapsed();
    let new = fs::read(bench.path("new.csv")).unwrap();
    assert_ne!(old, new);
    let (mut none, mut kept, mut replaced) = (0, 0, 0);
    for round in 0..KILLS_OF_PLAN {
        let name = ["malote.csv", "fresh.csv"][round as usize % 2];
        fs::write(bench.path("malote.csv"), &old).unwrap();
        let _ = fs::remove_file(bench.path("fresh.csv"));
        let run = bench.start(&["plan", "archive", "--force", "-o", name]);
        thread::sleep(moment(whole.mul_f64(1.1)));
        run.kill();
        match fs::read(bench.path(name)) {
            Err(_) => {
                assert_eq!(name, "fresh.csv", "the old manifest is gone");
                none += 1;
            }
            Ok(found) if found == new => replaced += 1,
            Ok(found) => {
                assert!(found == old && name == "malote.csv", "half a manifest");
                kept += 1;
            }
        }
    }
    assert!(
        none + kept > 20,
        "{none} {kept} {replaced}: killed too late"
    );
    // What the killed ones left behind is in nobody's way.
    let done = bench.malote(&["plan", "archive", "-o", "fresh.csv", "--force"]);
    assert_eq!(done.status, 0, "{done:?}");
    assert!(fs::read(bench.path("fresh.csv")).unwrap() == new);
}

fn first_document(bench: &Bench) -> String {
    let mut names: Vec<String> = fs::read_dir(bench.path("archive/000"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names.swap_remove(0)
}

/// Runs a job to its end with a kill after every random while; how many there were.
fn job(number: u32, kills_left: u32) -> u32 {
    let bench = Bench::new();
    let archive = bench.archive(120, 8);
    let zen = Zen::start(Settings {
        latency: Duration::from_millis(10),
        lose: 0.02,
        ..Settings::default()
    });
    let url = zen.url();
    let batch = ["1", "5"][number as usize % 2];
    let options = [
        "--concurrency",
        "4",
        "--batch",
        batch,
        "--timeout",
        "1s",
        "--attempts",
        "9",
    ];
    let mut doubtful = HashSet::new();
    let mut kills = 0;
    // Later and later, so that every job ends.
    let mut span = Duration::from_millis(80);
    while kills < kills_left {
        let mut run = bench.begin(&url, &options);
        thread::sleep(moment(span));
        span += Duration::from_millis(5);
        if !run.is_running() {
            break;
        }
        run.kill();
        kills += 1;
        if bench.path("malote.journal.csv").exists() {
            doubtful.extend(bench.unsettled());
        }
    }
    let done = bench.send(&url, &options);
    assert_eq!(done.status, 0, "{done:?}");
    let (journal, repeats) = (bench.journal(), zen.repeats());
    for (document, times) in &repeats {
        let history = history(&journal, document);
        // Those whose answers were lost are doubtful by the journal itself, the others stood so after a kill.
        let was_seen = doubtful.contains(&history.sha256) || history.events.contains(&"unknown");
        assert!(
            was_seen,
            "{document} came {times} times, and never was in doubt"
        );
        history.assert_repeats_were_in_doubt(document);
        let attempts = history.events.iter().filter(|event| **event == "attempt");
        assert!(
            attempts.count() as u64 >= *times,
            "{document}: {:?}",
            history.events
        );
    }
    assert_eq!(bench.balance(&[])["accepted"], archive.count());
    let account = zen.account();
    assert_eq!(account.accepted, archive.count(), "{account:?}");
    kills
}

/// What the journal says of one document.
struct History<'a> {
    sha256: String,
    events: Vec<&'a str>,
}

/// The history of `document`, which is an access key, or that of an event's note with its kind and number behind it.
fn history<'a>(journal: &'a [HashMap<String, String>], document: &str) -> History<'a> {
    let id = match document.split_once('/') {
        Some((key, kind)) => format!("ID{}{key}01", kind.split_once('/').unwrap().0),
        None => format!("NFe{document}"),
    };
    let records: Vec<_> = journal.iter().filter(|record| record["id"] == id).collect();
    History {
        sha256: records[0]["sha256"].clone(),
        events: records.iter().map(|record| &*record["event"]).collect(),
    }
}

impl History<'_> {
    /// Each attempt but the first comes after one that nobody has answered.
    fn assert_repeats_were_in_doubt(&self, document: &str) {
        for (at, event) in self.events.iter().enumerate().skip(1) {
            let before = self.events[at - 1];
            let in_doubt = ["attempt", "unknown"].contains(&before);
            assert!(
                *event != "attempt" || in_doubt,
                "{document}: {:?}",
                self.events
            );
        }
    }
}

#[test]
fn a_run_that_is_killed_again_and_again_sends_everything_and_repeats_only_what_was_in_doubt() {
    let (mut kills, mut jobs) = (0, 0);
    while kills < KILLS_OF_RUN {
        kills += job(jobs, KILLS_OF_RUN - kills);
        jobs += 1;
        assert!(jobs < 60, "only {kills} kills in {jobs} jobs");
    }
}
