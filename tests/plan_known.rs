//! What Zen holds: asked page by page, and left out of the next manifest.

use std::fs;

use malote::sandbox::Settings;

use crate::support::archive::Archive;
use crate::support::fake::{Answer, Fake};
use crate::support::zen::Zen;
use crate::support::{Bench, Done, TOKEN, fixtures, records};

fn run(bench: &Bench, zen: &Zen) -> Done {
    let url = zen.url();
    let args = [
        "run",
        "malote.csv",
        "--base-url",
        &url,
        "--rate",
        "unlimited",
    ];
    bench.malote_with_token(&[&args[..], &["--quiet-hours", "none"]].concat())
}

fn fetch(bench: &Bench, zen: &Zen, client: &str) -> Done {
    fetch_from(bench, &zen.url(), client)
}

fn fetch_from(bench: &Bench, url: &str, client: &str) -> Done {
    fs::write(bench.path("clients.txt"), client).unwrap();
    let period = ["--from", "2009-01-01", "--to", "2026-12-31"];
    let args = ["fetch-known", "--base-url", url, "--clients", "clients.txt"];
    bench.malote_with_token(&[&args[..], &period, &["--rate", "unlimited"]].concat())
}

#[test]
fn what_zen_took_is_found_there_and_left_out_of_the_next_manifest() {
    let bench = Bench::new();
    let planned = bench.plan(&fixtures());
    let zen = Zen::start(Settings::default());
    assert_eq!(run(&bench, &zen).status, 0, "{planned:?}");
    let done = fetch(&bench, &zen, "77888999000181;Transportadora\n");
    assert_eq!(done.status, 0, "{done:?}");
    let known = records(&bench.read("known.csv"));
    let mut told: Vec<_> = known
        .iter()
        .map(|row| format!("{} {} {}", row["kind"], row["client"], row["canceled"]))
        .collect();
    told.sort();
    assert_eq!(
        told,
        [
            "cte 77888999000181 false",
            "cte 77888999000181 false",
            "cte 77888999000181 true",
            "cte-os 77888999000181 true",
        ]
    );
    let archive = fixtures();
    let args = [
        "plan",
        archive.to_str().unwrap(),
        "--known",
        "known.csv",
        "--force",
    ];
    assert_eq!(bench.malote(&args).status, 0);
    let rows = records(&bench.read("malote.csv"));
    let known = rows
        .iter()
        .filter(|row| row["notes"].starts_with("already-in-zen"));
    assert_eq!(known.count(), 4);
    bench.assert_no_token();
}

#[test]
fn every_page_is_asked_for_however_often_the_server_pushes_back() {
    let bench = Bench::new();
    let archive = Archive {
        documents: 250,
        cancel_every: 0,
        bytes: 1500,
        folders: 1,
    };
    archive.write(&bench.path("archive"));
    bench.plan(&bench.path("archive"));
    let zen = Zen::start(Settings {
        push_back: 0.2,
        retry_after: 0,
        ..Settings::default()
    });
    run(&bench, &zen);
    let done = fetch(&bench, &zen, "11.222.333/0001-81");
    assert_eq!(done.status, 0, "{done:?}");
    let known = records(&bench.read("known.csv"));
    assert_eq!(known.len() as u64, zen.account().accepted);
    assert!(known.len() > 200);
}

#[test]
fn a_key_that_is_refused_ends_it_and_writes_nothing() {
    let bench = Bench::new();
    let zen = Zen::start(Settings::default());
    fs::write(bench.path("clients.txt"), "11222333000181").unwrap();
    let (url, wrong) = (zen.url(), TOKEN.replace("c0", "ba"));
    let args = [
        "fetch-known",
        "--base-url",
        &url,
        "--clients",
        "clients.txt",
    ];
    let args = [&args[..], &["--from", "2019-01-01", "--to", "2019-12-31"]].concat();
    let done = bench
        .command(&args)
        .env("MALOTE_TOKEN", &wrong)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&done.stderr);
    assert_eq!(done.status.code(), Some(4), "{said}");
    assert!(said.contains("403") && !said.contains(&wrong), "{said}");
    assert!(!bench.path("known.csv").exists());
    let refused = bench.malote(&args);
    assert_eq!(refused.status, 2, "{refused:?}");
    let sandbox = ["fetch-known", "--sandbox", "--clients", "clients.txt"];
    let args = [
        &sandbox[..],
        &["--from", "2019-01-01", "--to", "2019-12-31"],
    ]
    .concat();
    assert_eq!(bench.malote(&args).status, 0);
    assert_eq!(bench.read("known.csv"), "key,kind,client,canceled\n");
}

/// Bug: the list of what Zen holds was written over the office's clients, a journal or a manifest, whatever had that
/// name.
#[test]
fn the_list_of_what_zen_holds_takes_the_place_of_nothing_that_is_needed() {
    let bench = Bench::new();
    bench.plan(&fixtures());
    let sent = bench.malote(&["run", "malote.csv", "--sandbox", "--max-docs", "1"]);
    assert_eq!(sent.status, 3, "{sent:?}");
    fs::write(bench.path("clients.txt"), "11222333000181\n").unwrap();
    for name in ["clients.txt", "malote.csv", "malote.sandbox.journal.csv"] {
        let before = bench.read(name);
        let period = ["--from", "2019-01-01", "--to", "2019-12-31", "-o", name];
        let args = ["fetch-known", "--sandbox", "--clients", "clients.txt"];
        let done = bench.malote(&[&args[..], &period].concat());
        assert_eq!(done.status, 2, "{name}: {done:?}");
        assert!(done.err.starts_with("malote: --output: "), "{done:?}");
        assert_eq!(bench.read(name), before, "{name}");
    }
}

/// Bug: a journal given as the list of what Zen holds made all that was ever tried something that Zen shows.
#[test]
fn a_journal_or_a_manifest_is_no_list_of_what_zen_holds() {
    let bench = Bench::new();
    let archive = fixtures();
    let archive = archive.to_str().unwrap();
    bench.plan(&fixtures());
    let sent = bench.malote(&["run", "malote.csv", "--sandbox", "--max-docs", "1"]);
    assert_eq!(sent.status, 3, "{sent:?}");
    for name in ["malote.csv", "malote.sandbox.journal.csv"] {
        for args in [
            ["diff", "malote.csv", "--known", name],
            ["plan", archive, "--force", "--known"],
        ] {
            let more: &[&str] = if args[0] == "plan" { &[name] } else { &[] };
            let done = bench.malote(&[&args[..], more].concat());
            assert_eq!(done.status, 2, "{done:?}");
            assert!(done.err.contains("no list of access keys"), "{done:?}");
        }
    }
}

/// Bug: a period that ends before it begins was asked for, and nothing came of it.
#[test]
fn a_period_that_ends_before_it_begins_is_not_asked_for() {
    let bench = Bench::new();
    fs::write(bench.path("clients.txt"), "11222333000181\n").unwrap();
    let args = ["fetch-known", "--sandbox", "--clients", "clients.txt"];
    let period = ["--from", "2020-01-01", "--to", "2019-12-31"];
    let done = bench.malote(&[&args[..], &period].concat());
    assert_eq!(done.status, 2, "{done:?}");
    assert!(
        done.err
            .contains("2020-01-01 is later than 2019-12-31 of --to"),
        "{done:?}"
    );
}

/// Bug: the same page was asked for and written down for ever.
#[test]
fn a_server_that_always_shows_the_same_page_is_not_asked_for_ever() {
    let bench = Bench::new();
    // Of a server that is asked on it tires, or the test would not end where it fails.
    let zen = Fake::start(|request| {
        let key = "35170458716523000119550010000000121000123458";
        let items = if request.number > 20 {
            String::new()
        } else {
            format!(r#"{{"Key":"{key}","Canceled":"False"}}"#)
        };
        let body = format!(r#"{{"items":[{items}],"metaData":{{"HasNextPage":true}}}}"#);
        Answer::new(200, "application/json", body)
    });
    let done = fetch_from(&bench, &zen.url(), "58716523000119\n");
    assert_eq!(done.status, 4, "{done:?}");
    assert!(
        done.err.contains("obternfeporfiltro") && done.err.contains("same page"),
        "{done:?}"
    );
    assert_eq!(zen.requests().len(), 2);
    assert!(!bench.path("known.csv").exists());
}
