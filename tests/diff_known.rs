//! `diff --known`: what the journal calls accepted, held against what Zen shows.

use std::collections::BTreeSet;
use std::fs;

use malote::sandbox::Settings;

use crate::support::zen::Zen;
use crate::support::{Bench, Done, fixtures, records};

/// Everything sent, and Zen's own list of it in `known.csv`.
fn sent_and_listed() -> (Bench, Zen) {
    let bench = Bench::new();
    bench.plan(&fixtures());
    let zen = Zen::start(Settings::default());
    let url = zen.url();
    assert_eq!(bench.send(&url, &[]).status, 0);
    let rows = records(&bench.read("malote.csv"));
    let sent = rows.iter().filter(|row| row["action"] == "send");
    let issuers: BTreeSet<_> = sent.map(|row| row["issuer"].as_str()).collect();
    let issuers = issuers.into_iter().collect::<Vec<_>>().join("\n");
    fs::write(bench.path("clients.txt"), issuers).unwrap();
    let args = [
        "fetch-known",
        "--base-url",
        &url,
        "--clients",
        "clients.txt",
        "--from",
        "2009-01-01",
        "--to",
        "2026-12-31",
        "--rate",
        "unlimited",
    ];
    let done = bench.malote_with_token(&args);
    assert_eq!(done.status, 0, "{done:?}");
    assert!(done.out.contains("malote diff MANIFEST --known known.csv"));
    (bench, zen)
}

fn diff(bench: &Bench, options: &[&str]) -> Done {
    let args = ["diff", "malote.csv", "--known", "known.csv"];
    bench.malote(&[&args[..], options].concat())
}

/// Takes the first key out of the list; the key.
fn forget_one(bench: &Bench) -> String {
    let text = bench.read("known.csv");
    let lost = text.lines().nth(1).unwrap();
    let key = lost.split(',').next().unwrap().to_owned();
    let kept = text.lines().filter(|line| !line.contains(&key));
    fs::write(
        bench.path("known.csv"),
        kept.collect::<Vec<_>>().join("\r\n"),
    )
    .unwrap();
    key
}

#[test]
fn where_zen_shows_all_that_was_accepted_nothing_is_left() {
    let (bench, _zen) = sent_and_listed();
    let done = diff(&bench, &[]);
    assert_eq!(done.status, 0, "{done:?}");
    // A document between two clients is in the list of either.
    let listed = records(&bench.read("known.csv"));
    let listed: BTreeSet<_> = listed.iter().map(|row| &row["key"]).collect();
    let listed = listed.len();
    let words = format!(
        "held against known.csv: Zen shows {listed}, and does not show 0; {} more (events,",
        38 - listed
    );
    assert!(done.out.contains(&words), "{done:?}");
    assert!(!done.out.contains("not-shown"), "{done:?}");
    let csv = diff(&bench, &["--format", "csv"]);
    assert_eq!((csv.status, csv.out.lines().count()), (0, 1), "{csv:?}");
}

#[test]
fn what_zen_does_not_show_is_listed_and_a_manifest_of_it_sends_it_again() {
    let (bench, zen) = sent_and_listed();
    let key = forget_one(&bench);
    let table = diff(&bench, &[]);
    assert_eq!(table.status, 1, "{table:?}");
    assert!(table.out.contains("\nnot-shown: 1 ("), "{table:?}");
    assert!(table.out.contains(&key), "{table:?}");

    let json = diff(&bench, &["--format", "json"]);
    assert_eq!(json.status, 1, "{json:?}");
    let balance = bench.malote(&["diff", "malote.csv", "--format", "json"]);
    assert_eq!((balance.status, &json.out), (0, &balance.out));

    for only in [&[][..], &["--only", "not-shown,rejected"]] {
        let args = [&["--format", "csv", "-o", "rest.csv"], only].concat();
        assert_eq!(diff(&bench, &args).status, 1);
        let rows = records(&bench.read("rest.csv"));
        assert_eq!(rows.len(), 1, "{rows:?}");
        assert_eq!(rows[0]["state"], "not-shown");
        assert!(rows[0]["id"].ends_with(&key), "{rows:?}");
    }
    let accepted = diff(&bench, &["--format", "csv", "--only", "accepted"]);
    assert_eq!(
        accepted.out.lines().count(),
        38,
        "a heading and all but one"
    );

    // The journal never leaves `accepted`: only in another one is it sent again.
    let url = zen.url();
    let before = zen.account().documents;
    for (journal, more) in [("malote.journal.csv", 0), ("again.journal.csv", 1)] {
        let args = ["run", "rest.csv", "--base-url", &url, "--journal", journal];
        let done = bench.malote_with_token(&[&args[..], &["--quiet-hours", "none"]].concat());
        assert_eq!(done.status, 0, "{done:?}");
        assert_eq!(zen.account().documents, before + more, "{journal}");
    }
}

#[test]
fn what_is_not_accepted_is_not_said_to_lack() {
    let bench = Bench::new();
    bench.plan(&fixtures());
    fs::write(bench.path("known.csv"), "key,kind,client,canceled\n").unwrap();
    let done = diff(&bench, &[]);
    assert_eq!(done.status, 1, "{done:?}");
    assert!(done.out.contains("Zen shows 0, and does not show 0\n"));
    let csv = diff(&bench, &["--format", "csv"]);
    let rows = records(&csv.out);
    assert!(rows.iter().all(|row| row["state"] == "pending"));
    assert_eq!(rows.len(), 38);
}

#[test]
fn a_list_that_is_none_and_a_state_without_a_list_are_refused() {
    let (bench, _zen) = sent_and_listed();
    let list = bench.read("known.csv");
    let over = diff(&bench, &["-o", "known.csv"]);
    assert_eq!(over.status, 2, "{over:?}");
    assert_eq!(bench.read("known.csv"), list);
    for args in [
        ["--known", "nothing.csv"],
        ["--known", "clients.txt"],
        ["--only", "not-shown"],
    ] {
        let done = bench.malote(&[&["diff", "malote.csv"][..], &args].concat());
        assert_eq!(done.status, 2, "{args:?}: {done:?}");
        assert!(done.err.contains("--known"), "{done:?}");
    }
}
