//! Manifests that went through a spreadsheet and a reviewer's hands.

use std::collections::HashSet;
use std::fs;

use csv::{ReaderBuilder, Terminator, WriterBuilder};
use malote::sandbox::Settings;

use crate::support::fake::{Answer, Fake};
use crate::support::zen::Zen;
use crate::support::{Bench, fixtures, records};

/// The rows of a manifest, the header first.
fn rows(text: &str) -> Vec<Vec<String>> {
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .from_reader(text.as_bytes());
    let rows = reader.records();
    rows.map(|row| row.unwrap().iter().map(str::to_owned).collect())
        .collect()
}

/// As a Brazilian spreadsheet saves it: semicolons, byte-order mark, CRLF; the last column moved to the front.
fn saved(rows: &[Vec<String>]) -> String {
    let mut writer = WriterBuilder::new()
        .delimiter(b';')
        .terminator(Terminator::CRLF)
        .from_writer("\u{feff}".as_bytes().to_vec());
    for row in rows {
        let mut row = row.clone();
        row.rotate_right(1);
        writer.write_record(&row).unwrap();
    }
    String::from_utf8(writer.into_inner().unwrap()).unwrap()
}

fn column(rows: &[Vec<String>], name: &str) -> usize {
    rows[0].iter().position(|one| one == name).unwrap()
}

/// The hashes that are to be sent.
fn to_send(rows: &[Vec<String>]) -> HashSet<String> {
    let (action, hash) = (column(rows, "action"), column(rows, "sha256"));
    let send = rows[1..].iter().filter(|row| row[action] == "send");
    send.map(|row| row[hash].clone()).collect()
}

fn loose() -> Zen {
    Zen::start(Settings {
        loose_events: true,
        ..Settings::default()
    })
}

#[test]
fn a_reviewed_manifest_goes_on_in_the_same_journal() {
    let bench = Bench::new();
    bench.plan(&fixtures());
    let zen = loose();
    let url = zen.url();
    let begun = bench.send(&url, &["--max-docs", "10", "--batch", "3"]);
    assert_eq!(begun.status, 3, "{begun:?}");
    let before: HashSet<_> = accepted(&bench);
    assert_eq!(before.len(), 10);

    let mut edited = rows(&bench.read("malote.csv"));
    let [action, notes, hash] = ["action", "notes", "sha256"].map(|name| column(&edited, name));
    let left = |row: &Vec<String>| row[action] == "send" && !before.contains(&row[hash]);
    // A row that was to be sent is deleted, another is turned to skip, and an event that was left out to send.
    let deleted = edited.iter().position(left).unwrap();
    edited.remove(deleted);
    let skipped = edited.iter().position(left).unwrap();
    edited[skipped][action] = "skip".to_owned();
    let event = edited
        .iter()
        .position(|row| row[notes] == "other-event")
        .unwrap();
    edited[event][action] = "send".to_owned();
    fs::write(bench.path("malote.csv"), saved(&edited)).unwrap();

    let wanted = to_send(&edited);
    assert_eq!(wanted.len(), 37);
    let done = bench.send(&url, &["--batch", "3"]);
    assert_eq!(done.status, 0, "{done:?}");
    assert!(wanted.contains(&edited[event][hash]));
    assert_eq!(accepted(&bench), &wanted | &before);
    let account = zen.account();
    assert_eq!((account.documents, zen.repeated()), (37, 0));
    assert_eq!(bench.balance(&[])["planned"], 37);
}

/// What the journal calls accepted.
fn accepted(bench: &Bench) -> HashSet<String> {
    let journal = bench.journal();
    let rows = journal.iter().filter(|row| row["event"] == "accepted");
    rows.map(|row| row["sha256"].clone()).collect()
}

#[test]
fn what_diff_left_over_is_filtered_in_a_spreadsheet_and_goes_on_in_the_same_journal() {
    let bench = Bench::new();
    bench.plan(&fixtures());
    let zen = loose();
    let url = zen.url();
    assert_eq!(bench.send(&url, &["--max-docs", "12"]).status, 3);
    let diff = ["diff", "malote.csv", "--format", "csv", "-o", "rest.csv"];
    assert_eq!(bench.malote(&diff).status, 1);
    let rest = rows(&bench.read("rest.csv"));
    assert_eq!(rest.len(), 1 + 26);
    // A person keeps every other row, and moves the file.
    let kept: Vec<_> = rest.iter().step_by(2).cloned().collect();
    fs::create_dir(bench.path("review")).unwrap();
    fs::write(bench.path("review/rest.csv"), saved(&kept)).unwrap();
    let run = Bench::sending(&url, &["--batch", "5"]);
    let run: Vec<_> = run
        .into_iter()
        .map(|word| {
            if word == "malote.csv" {
                "review/rest.csv"
            } else {
                word
            }
        })
        .collect();
    let done = bench.malote_with_token(&run);
    assert_eq!(done.status, 0, "{done:?}");
    assert!(
        done.out.starts_with("planned 13 = accepted 13 + "),
        "{done:?}"
    );
    assert!(!bench.path("review/rest.journal.csv").exists());
    assert_eq!(zen.account().documents, 25);
    assert!(to_send(&kept).is_subset(&accepted(&bench)));
    let balance = bench.balance(&[]);
    assert_eq!((balance["accepted"], balance["pending"]), (25, 13));
    assert_eq!(bench.send(&url, &[]).status, 0);
    assert_eq!((zen.account().documents, zen.repeated()), (38, 0));
}

#[test]
fn diff_reads_its_own_rows_back_from_a_spreadsheet() {
    let bench = Bench::new();
    bench.plan(&fixtures());
    let zen = loose();
    assert_eq!(bench.send(&zen.url(), &["--max-docs", "12"]).status, 3);
    let diff = |manifest: &str, output: &str| {
        let args = ["diff", manifest, "--format", "csv", "-o", output];
        assert_eq!(bench.malote(&args).status, 1);
    };
    diff("malote.csv", "rest.csv");
    let rest = rows(&bench.read("rest.csv"));
    fs::write(bench.path("saved.csv"), saved(&rest)).unwrap();
    diff("saved.csv", "again.csv");
    let hashes = |name: &str| {
        // What was saved with semicolons is written so again.
        let text = bench.read(name).replace('\u{feff}', "").replace(';', ",");
        let rows = records(&text);
        rows.iter()
            .map(|row| (row["sha256"].clone(), row["state"].clone()))
            .collect::<Vec<_>>()
    };
    assert_eq!(hashes("rest.csv"), hashes("again.csv"));
    assert_eq!(hashes("rest.csv").len(), 26);
}

/// Bug: without its `Id` a document's key is not known, and two events of one note went in one request; an answer said
/// nothing of those that it named, so that they went again and again.
#[test]
fn a_document_whose_id_was_lost_goes_alone() {
    let bench = Bench::new();
    bench.archive(12, 3);
    let mut edited = rows(&bench.read("malote.csv"));
    let [id, kind] = ["id", "kind"].map(|name| column(&edited, name));
    let event = |row: &&Vec<String>| row[kind] == "nfe-event";
    let note = edited.iter().position(|row| row[kind] == "nfe").unwrap();
    let events = edited.iter().filter(event).count();
    assert!(events > 1);
    for lost in ["", "3,51905E+43"] {
        for row in &mut edited[1..] {
            if row[kind] == "nfe-event" {
                row[id] = lost.to_owned();
            }
        }
        edited[note][id] = lost.to_owned();
        fs::write(bench.path("malote.csv"), saved(&edited)).unwrap();
        fs::remove_file(bench.path("malote.journal.csv")).ok();
        let fake = Fake::start(Answer::accepted);
        let done = bench.send(&fake.url(), &["--batch", "5"]);
        assert_eq!(done.status, 0, "{lost}: {done:?}");
        let sent = fake.requests().into_iter().map(|request| request.hashes());
        let sent: Vec<_> = sent.flatten().collect();
        assert_eq!(sent.len(), edited.len() - 1, "{lost}: each once");
        let of_events = fake.requests();
        let of_events = of_events.iter().filter(|one| one.path.contains("event"));
        assert_eq!(of_events.count(), events, "{lost}");
    }
}
