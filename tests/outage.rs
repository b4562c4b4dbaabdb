//! `run` through an outage of the simulated Zen, in real time.

use std::time::Duration;

use malote::sandbox::Settings;

use crate::support::archive::Archive;
use crate::support::zen::Zen;
use crate::support::{Bench, records};

#[test]
fn an_outage_of_forty_seconds_costs_little_and_the_run_ends_well() {
    let bench = Bench::new();
    let archive = Archive {
        documents: 2000,
        cancel_every: 0,
        bytes: 1500,
        folders: 4,
    };
    archive.write(&bench.path("archive"));
    bench.plan(&bench.path("archive"));
    let zen = Zen::start(Settings {
        outages: vec![(Duration::from_secs(3), Duration::from_secs(43))],
        ..Settings::default()
    });
    let url = zen.url();
    let done = bench.malote_with_token(&[
        "run",
        "malote.csv",
        "--base-url",
        &url,
        "--rate",
        "200/s",
        "--quiet-hours",
        "none",
    ]);
    assert_eq!(done.status, 0, "{done:?}");
    let account = zen.account();
    assert_eq!(account.accepted, 2000);
    let cost = account.requests - 2000;
    assert!((5..=30).contains(&cost), "{cost} requests");

    let journal = records(&bench.read("malote.journal.csv"));
    let of = |event: &str| journal.iter().filter(|row| row["event"] == event).count();
    assert!((2..=3).contains(&of("pause")), "{} pauses", of("pause"));
    assert_eq!(of("resume"), 1);

    // A line every half minute, also while nothing changes; what is waited for with its end.
    let lines: Vec<_> = done.err.lines().collect();
    assert!(lines.len() >= 3, "{lines:?}");
    let waits = |line: &&&str| line.contains("Zen does not answer; next look ");
    assert!(lines.iter().filter(waits).count() >= 2, "{lines:?}");
    for line in lines {
        assert_eq!(line.trim_end(), line);
    }
    bench.assert_no_token();
}
