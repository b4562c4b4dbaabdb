//! The simulated Zen: inside `run`, and as a server of its own.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::time::{Duration, Instant};

use crate::support::process::Running;
use crate::support::{Bench, fixtures, records};

/// Bug: the simulated Zen was born empty beside a journal that goes on, and refused the events of what an earlier run
/// had sent, for good.
#[test]
fn a_run_into_the_embedded_sandbox_is_gone_on_with_as_any_other() {
    for first in [
        &["--max-docs", "27"][..],
        &["--max-docs", "5"],
        &["--pilot"],
    ] {
        let bench = Bench::new();
        bench.plan(&fixtures());
        let run = [
            "run",
            "malote.csv",
            "--sandbox",
            "--rate",
            "unlimited",
            "--batch",
            "4",
        ];
        let begun = bench.malote(&[&run, first].concat());
        assert_eq!(begun.status, 3, "{begun:?}");
        let done = bench.malote(&run);
        assert_eq!(done.status, 0, "{first:?}: {done:?}");
        let balance = bench.balance(&["--journal", "malote.sandbox.journal.csv"]);
        assert_eq!((balance["accepted"], balance["rejected"]), (38, 0));
    }
}

/// The same with what `diff` left over: the notes are not in the manifest, the journal alone knows of them.
#[test]
fn the_rows_that_diff_left_over_go_on_in_the_embedded_sandbox() {
    let bench = Bench::new();
    bench.plan(&fixtures());
    let run = ["run", "malote.csv", "--sandbox", "--rate", "unlimited"];
    let begun = bench.malote(&[&run[..], &["--max-docs", "28"]].concat());
    assert_eq!(begun.status, 3, "{begun:?}");
    let journal = "malote.sandbox.journal.csv";
    let diff = [
        "diff",
        "malote.csv",
        "--journal",
        journal,
        "--format",
        "csv",
        "-o",
        "rest.csv",
    ];
    assert_eq!(bench.malote(&diff).status, 1);
    let rest = records(&bench.read("rest.csv"));
    assert_eq!(rest.len(), 10);
    for journal in [&["--journal", journal][..], &[]] {
        let before = fs::read(bench.path("malote.sandbox.journal.csv")).unwrap();
        let run = ["run", "rest.csv", "--sandbox", "--rate", "unlimited"];
        let done = bench.malote(&[&run[..], journal].concat());
        assert_eq!(done.status, 0, "{journal:?}: {done:?}");
        fs::write(bench.path("malote.sandbox.journal.csv"), before).unwrap();
    }
}

/// A `malote sandbox` that runs, and the address it gave.
fn serve(bench: &Bench, options: &[&str]) -> (Running, String) {
    let sandbox = bench.start(&[&["sandbox", "--log", "server.csv"], options].concat());
    sandbox.wait_to_say("Ctrl-C ends it");
    let said = sandbox.said();
    let url = said.lines().next().unwrap().rsplit(' ').next().unwrap();
    (sandbox, url.to_owned())
}

#[test]
fn as_a_process_it_prints_its_address_and_a_key_that_opens_it() {
    let bench = Bench::new();
    bench.archive(3, 0);
    let sandbox = Running::start(bench.command(&["sandbox"]));
    sandbox.wait_to_say("Ctrl-C ends it");
    let said = sandbox.said();
    let lines: Vec<_> = said.lines().collect();
    let url = lines[0].strip_prefix("simulated Zen at ").unwrap();
    let (_, key) = lines[1].rsplit_once(' ').unwrap();
    let run = Bench::sending(url, &[]);
    let done = bench.command(&run).env("MALOTE_TOKEN", key).output();
    assert_eq!(done.unwrap().status.code(), Some(0));
    let refused = bench.send(url, &["--journal", "other.csv"]);
    assert_eq!(refused.status, 4, "{refused:?}");
}

#[test]
fn its_log_agrees_with_the_journal_and_is_there_while_it_runs() {
    let bench = Bench::new();
    bench.archive(60, 6);
    let (sandbox, url) = serve(&bench, &["--refuse", "0.2"]);
    let done = bench.send(&url, &["--batch", "7"]);
    assert_eq!(done.status, 1, "{done:?}");
    let by_hash = |rows: Vec<HashMap<String, String>>, word: &str, of: &[(&str, &str)]| {
        let mut found: Vec<_> = rows
            .into_iter()
            .filter_map(|row| {
                let (_, to) = of.iter().find(|(from, _)| *from == row[word])?;
                Some((row["sha256"].clone(), (*to).to_owned()))
            })
            .collect();
        found.sort();
        found
    };
    // Bug: what had arrived was to be seen only at the end, and not at all if it was killed.
    let log = || records(&bench.read("server.csv"));
    let words = [("accepted", "accepted"), ("refused", "rejected")];
    let logged = by_hash(log(), "outcome", &words);
    let words = [("accepted", "accepted"), ("rejected", "rejected")];
    let journalled = by_hash(bench.journal(), "event", &words);
    assert_eq!(logged, journalled);
    assert_eq!(logged.len(), 70);
    sandbox.kill();
    assert_eq!(
        by_hash(log(), "outcome", &[("accepted", ""), ("refused", "")]).len(),
        70
    );
    let requests: HashSet<_> = log().iter().map(|row| row["request"].clone()).collect();
    assert!(requests.len() < 70);
}

#[test]
fn its_options_take_effect() {
    for (options, status, seen) in [
        (&["--fail", "0.8"][..], 0, "failed"),
        (&["--push-back", "0.6", "--retry-after", "0"], 0, "failed"),
        (&["--unavailable", "0.6", "--retry-after", "0"], 0, "failed"),
        (&["--refuse", "0.5"], 1, "rejected"),
        (&["--lose", "0.8"], 0, "unknown"),
        (&["--cut", "0.8"], 0, "unknown"),
        (&["--reset", "0.8"], 0, "unknown"),
        (&["--odd", "1"], 0, "accepted"),
        (&["--outage", "0s-1s"], 0, "failed"),
        (&["--slow", "1", "--slow-for", "100ms"], 0, "accepted"),
        (&["--batch-poison", "1000"], 0, "failed"),
    ] {
        let bench = Bench::new();
        // Fewer than would make an outage of their faults.
        bench.archive(4, 0);
        let (_sandbox, url) = serve(&bench, options);
        let started = Instant::now();
        // Runs one after the other: within one, what failed waits for some seconds.
        let sending = ["--attempts", "1", "--batch", "2", "--concurrency", "1"];
        let run = || bench.send(&url, &sending);
        let mut done = run();
        while done.status == 3 && started.elapsed() < Duration::from_secs(30) {
            done = run();
        }
        assert_eq!(done.status, status, "{options:?}: {done:?}");
        let least = u64::from(options.contains(&"--slow")) * 100;
        assert!(started.elapsed() >= Duration::from_millis(least));
        let found = bench.journal().iter().any(|row| row["event"] == seen);
        assert!(found, "{options:?}: {done:?}");
    }
}

#[test]
fn shares_and_times_that_are_none_are_refused() {
    let bench = Bench::new();
    for options in [
        &["--fail", "1.5"][..],
        &["--odd", "-1"],
        &["--cut", "x"],
        &["--slow-for", "soon"],
        &["--outage", "5s"],
        &["--outage", "5s-1s"],
    ] {
        let done = bench.malote(&[&["sandbox"], options].concat());
        assert_eq!(done.status, 2, "{options:?}: {done:?}");
    }
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_it_with_its_account() {
    let bench = Bench::new();
    bench.archive(10, 5);
    let (sandbox, url) = serve(&bench, &[]);
    assert_eq!(bench.send(&url, &[]).status, 0);
    sandbox.signal("INT");
    let done = sandbox.finish();
    assert_eq!(done.status, 0, "{done:?}");
    let account = "documents 12 = accepted 12 + there already 0 + refused 0";
    assert!(done.out.contains(account), "{done:?}");
}

/// Bug: what `diff` left over of a run into the sandbox went on in a new journal rather than in the one it names.
#[test]
fn the_rows_that_diff_left_over_go_on_in_the_journal_of_the_sandbox() {
    let bench = Bench::new();
    bench.plan(&fixtures());
    let common = ["--sandbox", "--rate", "unlimited"];
    let some = [&["run", "malote.csv", "--max-docs", "28"], &common[..]].concat();
    assert_eq!(bench.malote(&some).status, 3);
    let journal = "malote.sandbox.journal.csv";
    let diff = ["diff", "malote.csv", "--journal", journal];
    let rest = [&diff[..], &["--format", "csv", "-o", "rest.csv"]].concat();
    assert_eq!(bench.malote(&rest).status, 1);
    let done = bench.malote(&[&["run", "rest.csv"], &common[..]].concat());
    assert_eq!(done.status, 0, "{done:?}");
    assert!(!bench.path("rest.sandbox.journal.csv").exists());
    assert_eq!(bench.balance(&["--journal", journal])["accepted"], 38);
}
