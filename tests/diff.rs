//! `diff`: what is left, in three formats.

use std::fs;

use malote::sandbox::Settings;

use crate::support::archive::Archive;
use crate::support::zen::Zen;
use crate::support::{Bench, records};

fn half_refused() -> (Bench, Zen) {
    let bench = Bench::new();
    let archive = Archive {
        documents: 40,
        cancel_every: 0,
        bytes: 1500,
        folders: 1,
    };
    archive.write(&bench.path("archive"));
    bench.plan(&bench.path("archive"));
    let zen = Zen::start(Settings {
        refuse: 0.5,
        ..Settings::default()
    });
    let url = zen.url();
    let args = [
        "run",
        "malote.csv",
        "--base-url",
        &url,
        "--rate",
        "unlimited",
        "--quiet-hours",
        "none",
    ];
    assert_eq!(bench.malote_with_token(&args).status, 1);
    (bench, zen)
}

#[test]
fn before_a_run_everything_is_pending() {
    let bench = Bench::new();
    bench.plan(&crate::support::fixtures());
    let done = bench.malote(&["diff", "malote.csv"]);
    assert_eq!(done.status, 1, "{done:?}");
    assert!(
        done.out.starts_with("planned 38 = accepted 0 +"),
        "{done:?}"
    );
    assert!(done.out.contains("pending: 38"), "{done:?}");
}

#[test]
fn the_table_groups_messages_and_the_json_is_one_object() {
    let (bench, zen) = half_refused();
    let refused = zen.account().refused;
    let table = bench.malote(&["diff", "malote.csv"]);
    assert_eq!(table.status, 1, "{table:?}");
    assert!(
        table
            .out
            .contains(&format!("{refused}  Cliente # não cadastrado")),
        "{table:?}"
    );
    let json = bench.malote(&["diff", "malote.csv", "--format", "json"]);
    let expected = format!(
        "{{\"planned\":40,\"accepted\":{},\"rejected\":{refused},\"failed\":0,\"unknown\":0,\"changed\":0,\"missing\":0,\"pending\":0}}\n",
        40 - refused
    );
    assert_eq!(json.out, expected);
}

#[test]
fn the_csv_goes_on_in_the_same_journal() {
    let (bench, zen) = half_refused();
    let refused = zen.account().refused;
    let args = [
        "diff",
        "malote.csv",
        "--format",
        "csv",
        "--only",
        "rejected",
        "-o",
        "rest.csv",
    ];
    assert_eq!(bench.malote(&args).status, 1);
    let rows = records(&bench.read("rest.csv"));
    assert_eq!(rows.len() as u64, refused);
    assert!(
        rows.iter()
            .all(|row| row["state"] == "rejected" && row["message"].contains("não cadastrado"))
    );
    // A person keeps one row.
    let text = bench.read("rest.csv");
    let kept: Vec<_> = text.lines().take(2).collect();
    fs::write(bench.path("rest.csv"), kept.join("\n")).unwrap();
    let before = bench.read("malote.journal.csv").len();
    let url = zen.url();
    let args = [
        "run",
        "rest.csv",
        "--base-url",
        &url,
        "--rate",
        "unlimited",
        "--quiet-hours",
        "none",
        "--retry-rejected",
    ];
    let done = bench.malote_with_token(&args);
    assert_eq!(done.status, 1, "{done:?}");
    assert!(bench.read("malote.journal.csv").len() > before);
    assert!(!bench.path("rest.journal.csv").exists());
    assert_eq!(zen.account().documents, 41);
}

#[test]
fn what_is_wrong_is_told_by_its_status() {
    let bench = Bench::new();
    bench.plan(&crate::support::fixtures());
    assert_eq!(bench.malote(&["diff", "nothing.csv"]).status, 2);
    assert_eq!(
        bench
            .malote(&["diff", "malote.csv", "--journal", "nothing.csv"])
            .status,
        2
    );
    assert_eq!(
        bench
            .malote(&["diff", "malote.csv", "--only", "lost"])
            .status,
        2
    );
    fs::write(bench.path("malote.journal.csv"), "not a journal\n").unwrap();
    assert_eq!(bench.malote(&["diff", "malote.csv"]).status, 4);
}
