//! One journal, one run.

use std::time::Duration;

use malote::sandbox::Settings;

use crate::support::Bench;
use crate::support::process::wait_until;
use crate::support::zen::Zen;

fn slow_zen() -> Zen {
    Zen::start(Settings {
        latency: Duration::from_millis(20),
        ..Settings::default()
    })
}

#[test]
fn a_second_run_is_refused_and_names_the_first() {
    let bench = Bench::new();
    bench.archive(300, 0);
    let zen = slow_zen();
    let url = zen.url();
    let first = bench.begin(&url, &["--concurrency", "2"]);
    wait_until("the first run sends", || zen.account().requests > 3);
    let before = zen.account().documents;
    let second = bench.send(&url, &[]);
    assert_eq!(second.status, 4, "{second:?}");
    let holder = format!("process {} ", first.pid());
    assert!(second.err.contains(&holder), "{second:?}");
    assert!(
        bench.balance(&[])["accepted"] >= before.saturating_sub(2),
        "readers need no lock"
    );
    let first = first.finish();
    assert_eq!(first.status, 0, "{first:?}");
    assert_eq!((zen.account().accepted, zen.repeated()), (300, 0));
}

#[test]
fn a_lock_file_that_a_killed_run_left_behind_locks_nobody_out() {
    let bench = Bench::new();
    bench.archive(60, 0);
    let zen = slow_zen();
    let url = zen.url();
    let first = bench.begin(&url, &["--concurrency", "2"]);
    wait_until("the first run sends", || zen.account().requests > 3);
    first.kill();
    for left in [".lock", ".holder"] {
        assert!(
            bench.path(&format!("malote.journal.csv{left}")).exists(),
            "{left}"
        );
    }
    let before = zen.account().requests;
    let next = bench.begin(&url, &["--concurrency", "2"]);
    wait_until("the next run sends", || zen.account().requests > before);
    let refused = bench.send(&url, &[]);
    assert_eq!(refused.status, 4, "{refused:?}");
    let holder = format!("process {} ", next.pid());
    assert!(refused.err.contains(&holder), "{refused:?}");
    assert_eq!(next.finish().status, 0);
    assert_eq!(zen.account().accepted, 60);
}

#[test]
fn of_two_runs_that_start_together_one_runs() {
    let bench = Bench::new();
    bench.archive(100, 0);
    let zen = slow_zen();
    let url = zen.url();
    let both = [bench.begin(&url, &[]), bench.begin(&url, &[])];
    let statuses = both.map(|run| run.finish().status);
    // The second may have come when the first had ended.
    assert!(
        statuses.contains(&0) && statuses.iter().all(|status| [0, 4].contains(status)),
        "{statuses:?}"
    );
    assert_eq!((zen.account().accepted, zen.repeated()), (100, 0));
}

/// Bug: a link to the journal had a lock of its own.
#[cfg(unix)]
#[test]
fn a_link_to_the_journal_is_the_same_journal() {
    let bench = Bench::new();
    bench.archive(200, 0);
    let zen = slow_zen();
    let url = zen.url();
    let first = bench.begin(&url, &["--concurrency", "2"]);
    wait_until("the first run sends", || zen.account().requests > 3);
    std::os::unix::fs::symlink(bench.path("malote.journal.csv"), bench.path("alias.csv")).unwrap();
    let second = bench.send(&url, &["--journal", "alias.csv"]);
    assert_eq!(second.status, 4, "{second:?}");
    assert_eq!(first.finish().status, 0);
    assert_eq!(zen.repeated(), 0);
}
