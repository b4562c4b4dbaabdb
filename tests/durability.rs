//! What is on the disk at every moment: attempts before requests, and the truth after any kill.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use crate::support::Bench;
use crate::support::fake::{Answer, Fake, Request};
use crate::support::process::wait_until;

/// The whole records of the journal at `path`: event and hash. What a writer has not finished is left out.
fn whole_records(path: &Path) -> Vec<(String, String)> {
    let bytes = fs::read(path).unwrap_or_default();
    let end = bytes.iter().rposition(|byte| *byte == b'\n');
    let text = String::from_utf8(bytes[..end.map_or(0, |at| at + 1)].to_vec()).unwrap();
    let lines = text.lines().skip(1);
    lines
        .map(|line| {
            let (fields, sum) = line.rsplit_once(',').unwrap();
            assert_eq!(
                sum,
                format!("{:08x}", crc32fast::hash(fields.as_bytes())),
                "{line}"
            );
            let mut fields = fields.split(',').skip(1).map(str::to_owned);
            (fields.next().unwrap(), fields.next().unwrap())
        })
        .collect()
}

fn count(records: &[(String, String)], event: &str) -> HashMap<String, usize> {
    let mut counts = HashMap::new();
    for (_, hash) in records.iter().filter(|(one, _)| one == event) {
        *counts.entry(hash.clone()).or_default() += 1;
    }
    counts
}

/// The second promise, looked at from the server: no request arrives before the disk has its attempts.
#[test]
fn when_a_request_arrives_its_attempts_are_in_the_journal() {
    for batch in ["1", "7"] {
        let bench = Bench::new();
        bench.archive(150, 10);
        let journal = bench.path("malote.journal.csv");
        let arrived: Mutex<HashMap<String, usize>> = Mutex::default();
        let fake = Fake::start(move |request: &Request| {
            let hashes = request.hashes();
            {
                let mut arrived = arrived.lock().unwrap();
                for hash in &hashes {
                    *arrived.entry(hash.clone()).or_default() += 1;
                }
                let attempts = count(&whole_records(&journal), "attempt");
                for hash in &hashes {
                    let recorded = attempts.get(hash).copied().unwrap_or_default();
                    assert!(recorded >= arrived[hash], "{hash}: {recorded} attempts");
                }
            }
            match request.number % 11 {
                3 => Answer::new(500, "text/html", "<html></html>"),
                5 => Answer::Cut,
                7 => Answer::new(429, "text/plain", "").with("Retry-After", "0"),
                _ => Answer::accepted(request),
            }
        });
        // Runs one after the other: within one, what failed waits for some seconds.
        let run = || bench.send(&fake.url(), &["--batch", batch, "--attempts", "1"]);
        let mut done = run();
        for _ in 0..30 {
            if done.status == 3 {
                done = run();
            }
        }
        assert_eq!(done.status, 0, "{done:?}");
        let records = whole_records(&bench.path("malote.journal.csv"));
        for event in ["failed", "unknown"] {
            assert!(!count(&records, event).is_empty(), "none {event}");
        }
        let attempts: usize = count(&records, "attempt").values().sum();
        let received: usize = fake.requests().iter().map(|one| one.keys().len()).sum();
        let withdrawn = bench
            .journal()
            .iter()
            .filter(|row| row["message"].starts_with("not sent: "))
            .count();
        assert_eq!(attempts, received + withdrawn);
    }
}

/// What the server has, and how often it got each.
#[derive(Default)]
struct Got {
    taken: HashSet<String>,
    times: HashMap<String, usize>,
}

fn remembering(got: &Arc<Mutex<Got>>) -> Fake {
    let got = Arc::clone(got);
    Fake::start(move |request: &Request| {
        let known: HashMap<String, bool> = {
            let mut got = got.lock().unwrap();
            let pairs = request.hashes().into_iter().zip(request.keys());
            pairs
                .map(|(hash, key)| {
                    *got.times.entry(hash.clone()).or_default() += 1;
                    (key, !got.taken.insert(hash))
                })
                .collect()
        };
        // So that a kill finds requests in the air.
        thread::sleep(Duration::from_millis(3));
        Answer::entries(request, |key| {
            if known[key] {
                Err("Documento já importado")
            } else {
                Ok("Documento importado")
            }
        })
    })
}

#[test]
fn killed_mid_run_again_and_again_the_journal_tells_the_truth() {
    let bench = Bench::new();
    let archive = bench.archive(700, 10);
    let got: Arc<Mutex<Got>> = Arc::default();
    let fake = remembering(&got);
    let url = fake.url();
    let journal = bench.path("malote.journal.csv");
    let mut in_flight = HashSet::new();
    for round in 0..14 {
        let batch = ["1", "4"][round % 2];
        let before = fake.count();
        let mut run = bench.begin(&url, &["--batch", batch, "--concurrency", "8"]);
        let enough = before + 2 + (round * 7) % 16;
        wait_until("it is in the middle", || fake.count() >= enough);
        assert!(
            run.is_running(),
            "round {round}: it had ended before it was killed"
        );
        run.kill();
        let arrived: HashSet<_> = got.lock().unwrap().times.keys().cloned().collect();
        let last: HashMap<_, _> = whole_records(&journal)
            .into_iter()
            .map(|(event, hash)| (hash, event))
            .collect();
        for hash in &arrived {
            assert!(
                last.contains_key(hash),
                "round {round}: {hash} is not named"
            );
        }
        for (hash, event) in last.iter().filter(|(hash, _)| !hash.is_empty()) {
            match event.as_str() {
                "accepted" => assert!(arrived.contains(hash), "round {round}: {hash}"),
                "attempt" | "unknown" => drop(in_flight.insert(hash.clone())),
                other => panic!("round {round}: {other}"),
            }
        }
    }
    let before = got.lock().unwrap().taken.len() as u64;
    assert!(before < archive.count(), "every kill was in the middle");
    let done = bench.send(&url, &[]);
    assert_eq!(done.status, 0, "{done:?}");
    let got = got.lock().unwrap();
    assert_eq!(got.taken.len() as u64, archive.count());
    let accepted = count(&whole_records(&journal), "accepted");
    assert_eq!(accepted.keys().cloned().collect::<HashSet<_>>(), got.taken);
    for (hash, times) in got.times.iter().filter(|(_, times)| **times > 1) {
        assert!(in_flight.contains(hash), "{hash} came {times} times");
    }
    assert_eq!(bench.balance(&[])["accepted"], archive.count());
}
