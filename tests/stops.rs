//! The soft stops: what is in flight is recorded, and the status says that there is more.

use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use malote::sandbox::Settings;

use crate::support::zen::Zen;
use crate::support::{Bench, Done};

/// A run that stops, then one that goes on: the journal holds an outcome for every attempt, and nothing is sent twice.
fn stopped(
    documents: usize,
    settings: Settings,
    options: &[&str],
    says: &str,
) -> (Bench, Zen, Done) {
    let bench = Bench::new();
    bench.archive(documents, 0);
    let zen = Zen::start(settings);
    let url = zen.url();
    let done = bench.send(&url, options);
    assert_eq!(done.status, 3, "{options:?}: {done:?}");
    assert!(done.err.contains(&format!("stopped: {says}")), "{done:?}");
    assert!(done.err.contains("to go on: "), "{done:?}");
    let balance = bench.balance(&[]);
    assert_eq!(
        balance["unknown"], 0,
        "what is in flight is finished: {done:?}"
    );
    assert!(balance["pending"] > 0, "{balance:?}");
    let account = zen.account();
    let answered = balance["accepted"] + balance["rejected"];
    assert_eq!(account.documents, answered, "every answer is recorded");
    (bench, zen, done)
}

fn slow() -> Settings {
    Settings {
        latency: Duration::from_millis(100),
        ..Settings::default()
    }
}

#[test]
fn max_duration_stops_softly() {
    let options = ["--max-duration", "1s", "--concurrency", "4"];
    let (bench, zen, _) = stopped(400, slow(), &options, "--max-duration is over");
    let before = zen.account().documents;
    assert_eq!(bench.send(&zen.url(), &["--concurrency", "32"]).status, 0);
    assert_eq!((zen.account().documents, zen.repeated()), (400, 0));
    assert!(before > 4);
}

#[test]
fn until_stops_softly_at_that_time_of_day() {
    let until = Timestamp::now() + Duration::from_secs(6);
    let zoned = until.to_zoned_datetime(TimeZone::UTC);
    let text = zoned.strftime("%H:%M:%S").to_string();
    let options = ["--until", &text, "--timezone", "UTC", "--rate", "50/s"];
    let (_, zen, _) = stopped(
        900,
        Settings::default(),
        &options,
        "the time of --until has come",
    );
    assert!(Timestamp::now() > until - Duration::from_secs(1));
    assert!(zen.account().documents > 0);
}

#[test]
fn max_rejected_stops_at_a_number_and_at_a_share() {
    let refusing = |refuse| Settings {
        refuse,
        ..Settings::default()
    };
    let options = ["--max-rejected", "5", "--concurrency", "2"];
    let says = "more documents were rejected than --max-rejected allows";
    let (bench, _, _) = stopped(100, refusing(0.5), &options, says);
    let rejected = bench.balance(&[])["rejected"];
    assert!((6..=7).contains(&rejected), "{rejected}");

    let options = ["--max-rejected", "20%", "--batch", "10"];
    let (bench, _, _) = stopped(2500, refusing(0.3), &options, says);
    let balance = bench.balance(&[]);
    let answered = balance["accepted"] + balance["rejected"];
    assert!((1000..2000).contains(&answered), "{balance:?}");
}

#[test]
fn a_share_that_is_not_exceeded_does_not_stop() {
    let bench = Bench::new();
    bench.archive(1100, 0);
    let zen = Zen::start(Settings {
        refuse: 0.1,
        ..Settings::default()
    });
    let done = bench.send(&zen.url(), &["--max-rejected", "20%", "--batch", "10"]);
    assert_eq!(done.status, 1, "{done:?}");
    assert_eq!(zen.account().documents, 1100);
}
