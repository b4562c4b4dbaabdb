//! `plan`: every file has a row that says what it is.

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::path::Path;

use crate::support::{Bench, fixtures, records};

#[test]
fn the_made_up_archive_is_read_as_expected() {
    let bench = Bench::new();
    bench.plan(&fixtures());
    let rows = records(&bench.read("malote.csv"));
    let expected = fs::read_to_string(fixtures().with_file_name("expected.csv")).unwrap();
    let expected = records(&expected);
    assert_eq!(rows.len(), expected.len());
    for row in expected {
        let found = rows.iter().find(|found| {
            found["path"]
                .replace('\\', "/")
                .ends_with(&format!("archive/{}", row["path"]))
        });
        let found = found.unwrap_or_else(|| panic!("no row for {}", row["path"]));
        let first = found["notes"].split([' ', ':']).next().unwrap();
        let got = [
            &found["kind"],
            &found["event"],
            &found["action"],
            first,
            &found["id"],
        ];
        let wanted = [
            &row["kind"],
            &row["event"],
            &row["action"],
            row["note"].as_str(),
            &row["id"],
        ];
        assert_eq!(got, wanted, "{}", row["path"]);
        assert_eq!(
            found["action"] == "send",
            !found["route"].is_empty() && found["action"] == "send"
        );
    }
}

#[test]
fn the_same_archive_gives_the_same_bytes() {
    let bench = Bench::new();
    bench.plan(&fixtures());
    let first = bench.read("malote.csv");
    bench.plan(&fixtures());
    assert_eq!(bench.read("malote.csv"), first);
}

#[test]
fn an_existing_manifest_is_refused_before_the_walk() {
    let bench = Bench::new();
    fs::write(bench.path("malote.csv"), "mine").unwrap();
    let refused = bench.malote(&["plan", fixtures().to_str().unwrap()]);
    assert_eq!(refused.status, 2, "{refused:?}");
    assert!(refused.err.contains("--force"), "{refused:?}");
    assert_eq!(bench.read("malote.csv"), "mine");
}

/// Bug: the archive was looked through to its end before it turned out that the manifest cannot take a folder's name.
#[test]
fn a_manifest_is_not_given_the_name_of_a_folder() {
    let bench = Bench::new();
    std::fs::create_dir(bench.path("notas")).unwrap();
    for force in [&[][..], &["--force"]] {
        let args = [&["plan", "notas", "-o", "notas"], force].concat();
        let done = bench.malote(&args);
        assert_eq!(done.status, 2, "{done:?}");
        assert!(done.err.contains("notas is a folder"), "{done:?}");
    }
    let names: Vec<_> = std::fs::read_dir(bench.path("")).unwrap().collect();
    assert_eq!(names.len(), 1, "{names:?}");
}

#[test]
fn what_cannot_be_opened_has_a_row_and_ends_with_1() {
    let bench = Bench::new();
    let planned = bench.malote(&["plan", "nowhere"]);
    assert_eq!(planned.status, 1, "{planned:?}");
    let rows = records(&bench.read("malote.csv"));
    assert_eq!(rows[0]["notes"], "unreadable");
}

#[test]
fn the_public_collection_is_read_as_a_person_would() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus/files");
    if !folder.exists() {
        return;
    }
    let bench = Bench::new();
    bench.plan(&folder);
    let rows = records(&bench.read("malote.csv"));
    let files = rows.iter().filter(|row| !row["path"].contains("!/"));
    assert_eq!(files.count(), 789);
    let told = |row: &HashMap<String, String>| {
        let path = row["path"].replace('\\', "/");
        let (_, path) = path.split_once("corpus/files/").unwrap();
        let note = row["notes"].split([' ', ':']).next().unwrap();
        format!("{path} {} {} {note}", row["kind"], row["action"])
    };
    let told: BTreeSet<_> = rows.iter().map(told).collect();
    let expected = include_str!("../fixtures/corpus-expectations.csv");
    let expected: BTreeSet<_> = records(expected)
        .iter()
        .map(|row| {
            format!(
                "{} {} {} {}",
                row["path"], row["kind"], row["action"], row["note"]
            )
        })
        .collect();
    let differences: Vec<_> = told.symmetric_difference(&expected).collect();
    assert!(differences.is_empty(), "{differences:#?}");
}

#[test]
fn options_choose_by_name_period_event_and_order() {
    let archive = fixtures();
    let archive = archive.to_str().unwrap();
    let sent = |options: &[&str]| {
        let bench = Bench::new();
        let planned = bench.malote(&[&["plan", archive], options].concat());
        assert_eq!(planned.status, 0, "{planned:?}");
        let rows = records(&bench.read("malote.csv"));
        rows.into_iter()
            .filter(|row| row["action"] == "send")
            .collect::<Vec<_>>()
    };
    let all = sent(&[]).len();
    assert_eq!(sent(&["--events", "all"]).len(), all + 1);
    assert_eq!(sent(&["--exclude", "transportadora"]).len(), all - 7);
    assert!(
        sent(&["--include", "*-procNFe.xml"])
            .iter()
            .all(|row| row["path"].to_lowercase().ends_with("-procnfe.xml"))
    );
    let some = sent(&["--from", "2020-01-01", "--to", "2020-12-31"]);
    assert!(!some.is_empty() && some.iter().all(|row| row["issued"].starts_with("2020")));
    let dates: Vec<_> = sent(&["--order", "newest"])
        .into_iter()
        .map(|row| row["issued"].clone())
        .collect();
    assert!(dates.is_sorted_by(|one, other| one >= other), "{dates:?}");
    let legacy = sent(&["--routes", "legacy"]);
    let event = legacy
        .iter()
        .find(|row| row["kind"] == "nfe-event")
        .unwrap();
    assert_eq!(
        (event["route"].as_str(), event["envelope"].as_str()),
        ("importarxmlnfearray", "array")
    );
    let refused = Bench::new().malote(&["plan", archive, "--from", "yesterday"]);
    assert_eq!(refused.status, 2, "{refused:?}");
}
