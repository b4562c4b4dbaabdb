//! Ctrl-C and SIGTERM: the first drains, the second leaves.

use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use crate::support::Bench;
use crate::support::fake::{Answer, Fake, Request};
use crate::support::process::wait_until;

/// Holds requests back until it is opened.
#[derive(Clone, Default)]
pub struct Gate(Arc<(Mutex<bool>, Condvar)>);

impl Gate {
    fn pass(&self) {
        let (open, opened) = &*self.0;
        let limit = Duration::from_mins(1);
        let waited = opened.wait_timeout_while(open.lock().unwrap(), limit, |open| !*open);
        drop(waited.unwrap());
    }

    fn open(&self) {
        *self.0.0.lock().unwrap() = true;
        self.0.1.notify_all();
    }
}

/// A server that answers the first 20 documents and holds the others at the gate.
fn held() -> (Fake, Gate) {
    let gate = Gate::default();
    let mine = gate.clone();
    let fake = Fake::start(move |request: &Request| {
        if request.number > 20 {
            mine.pass();
        }
        Answer::accepted(request)
    });
    (fake, gate)
}

#[test]
fn the_first_signal_finishes_what_is_in_flight_and_says_how_to_go_on() {
    for signal in ["INT", "TERM", "HUP"] {
        let bench = Bench::new();
        bench.archive(200, 0);
        let (fake, gate) = held();
        let url = fake.url();
        let run = bench.begin(&url, &["--concurrency", "4", "--progress", "json"]);
        wait_until("four in flight", || fake.count() == 24);
        run.signal(signal);
        run.wait_to_say("\"draining\"");
        gate.open();
        let done = run.finish();
        assert_eq!(done.status, 130, "{signal}: {done:?}");
        let go_on = format!("run malote.csv --base-url {url} --quiet-hours none");
        assert!(done.err.contains("stopped: interrupted"), "{done:?}");
        assert!(
            done.err
                .lines()
                .any(|line| line.starts_with("to go on: ") && line.contains(&go_on)),
            "{done:?}"
        );
        assert!(
            done.err.contains("\nplanned 200 = accepted 24 + "),
            "{done:?}"
        );
        // A program that reads standard output finds nothing but objects there.
        for line in done.out.lines() {
            assert!(
                serde_json::from_str::<serde_json::Value>(line).is_ok(),
                "{line}"
            );
        }
        assert_eq!(fake.count(), 24, "nothing new has left");
        let balance = bench.balance(&[]);
        assert_eq!((balance["accepted"], balance["unknown"]), (24, 0));
        assert_eq!(bench.send(&url, &[]).status, 0);
        assert_eq!(fake.count(), 200);
    }
}

#[test]
fn the_second_signal_leaves_at_once_and_what_was_in_flight_is_unknown() {
    for signal in ["INT", "TERM"] {
        let bench = Bench::new();
        bench.archive(200, 0);
        let (fake, gate) = held();
        let url = fake.url();
        let mut run = bench.begin(&url, &["--concurrency", "4", "--progress", "json"]);
        wait_until("four in flight", || fake.count() == 24);
        run.signal(signal);
        run.wait_to_say("\"draining\"");
        assert!(run.is_running(), "it waits for what is in flight");
        run.signal(signal);
        let done = run.finish();
        assert_eq!(done.status, 130, "{signal}: {done:?}");
        assert_eq!(fake.count(), 24);
        let balance = bench.balance(&[]);
        assert_eq!(
            (balance["accepted"], balance["unknown"]),
            (20, 4),
            "{done:?}"
        );
        gate.open();
        assert_eq!(bench.send(&url, &[]).status, 0);
        assert_eq!(fake.count(), 204, "these four again, nothing else");
    }
}
