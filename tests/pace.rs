//! The ceiling and the server's wishes, by the server's own clock.

use std::time::{Duration, Instant};

use crate::support::Bench;
use crate::support::fake::{Answer, Fake, Request};

fn times(fake: &Fake) -> Vec<Instant> {
    fake.requests().iter().map(|request| request.at).collect()
}

/// The server is on the same machine: what it sees late by a moment was sent in time.
const BLUR: Duration = Duration::from_millis(30);

#[test]
fn nothing_leaves_while_the_server_asked_to_wait() {
    for (status, wait) in [(429, "2"), (503, "1")] {
        let bench = Bench::new();
        bench.archive(30, 0);
        let fake = Fake::start(move |request: &Request| match request.number {
            10 => Answer::new(status, "text/html", "<html></html>").with("Retry-After", wait),
            _ => Answer::accepted(request),
        });
        let done = bench.send(&fake.url(), &["--concurrency", "1", "--rate", "100/s"]);
        assert_eq!(done.status, 0, "{status}: {done:?}");
        let times = times(&fake);
        assert_eq!(times.len(), 31);
        let pause = times[10] - times[9];
        let wait = Duration::from_secs(wait.parse().unwrap());
        assert!(pause + BLUR >= wait, "{status}: {pause:?}");
        assert!(pause < wait + Duration::from_secs(2), "{status}: {pause:?}");
        let events: Vec<_> = bench
            .journal()
            .into_iter()
            .map(|row| row["event"].clone())
            .collect();
        assert!(events.contains(&"pause".to_owned()) && events.contains(&"resume".to_owned()));
    }
}

#[test]
fn what_was_in_flight_at_a_429_is_all_that_still_arrives() {
    let bench = Bench::new();
    bench.archive(60, 0);
    let fake = Fake::start(|request: &Request| match request.number {
        10..=12 => Answer::new(429, "text/plain", "").with("Retry-After", "1"),
        _ => Answer::accepted(request),
    });
    assert_eq!(bench.send(&fake.url(), &["--concurrency", "4"]).status, 0);
    let times = times(&fake);
    let longest = times
        .windows(2)
        .map(|pair| pair[1] - pair[0])
        .max()
        .unwrap();
    assert!(longest + BLUR >= Duration::from_secs(1), "{longest:?}");
    let at = times
        .windows(2)
        .position(|pair| pair[1] - pair[0] == longest)
        .unwrap();
    assert!((9..9 + 3 + 4).contains(&at), "{at}");
}

#[test]
fn the_ceiling_holds_over_sliding_seconds_retries_counted() {
    for (batch, failing) in [("1", false), ("1", true), ("4", false)] {
        let bench = Bench::new();
        bench.archive(80, 0);
        let fake = Fake::start(move |request: &Request| {
            if failing && request.number.is_multiple_of(3) {
                return Answer::new(500, "text/html", "<html></html>");
            }
            Answer::accepted(request)
        });
        let options = ["--rate", "20/s", "--batch", batch, "--max-duration", "3s"];
        let done = bench.send(&fake.url(), &options);
        assert!([0, 3].contains(&done.status), "{done:?}");
        let sent: Vec<_> = fake
            .requests()
            .iter()
            .map(|request| (request.at, request.texts().len()))
            .collect();
        let size: usize = batch.parse().unwrap();
        for (from, (start, _)) in sent.iter().enumerate() {
            let mut documents = 0;
            for (at, count) in &sent[from..] {
                documents += count;
                let seconds = (*at - *start + BLUR).as_secs_f64();
                let most = 20.0 * seconds + size as f64 + 1.0;
                assert!(documents as f64 <= most, "{documents} in {seconds} s");
            }
        }
        let documents: usize = sent.iter().map(|(_, count)| count).sum();
        assert!(
            documents >= 40,
            "{documents}: it is not far below the ceiling"
        );
    }
}
