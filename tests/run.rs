//! `run`: everything arrives once, byte for byte, and nothing is sent twice.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::fs;

use malote::sandbox::Settings;

use crate::support::archive::Archive;
use crate::support::zen::Zen;
use crate::support::{Bench, Done, fixtures, records};

fn send(bench: &Bench, zen: &Zen, options: &[&str]) -> Done {
    let url = zen.url();
    let fixed = [
        "run",
        "malote.csv",
        "--base-url",
        &url,
        "--rate",
        "unlimited",
        "--quiet-hours",
        "none",
    ];
    bench.malote_with_token(&[&fixed, options].concat())
}

#[test]
fn two_thousand_documents_arrive_once_and_byte_for_byte() {
    let bench = Bench::new();
    let archive = Archive {
        documents: 1900,
        cancel_every: 19,
        bytes: 3000,
        folders: 7,
    };
    archive.write(&bench.path("archive"));
    bench.plan(&bench.path("archive"));
    let log = bench.path("server.csv");
    let zen = Zen::start(Settings {
        log: Some(log.clone()),
        ..Settings::default()
    });
    let first = send(&bench, &zen, &[]);
    assert_eq!(first.status, 0, "{first:?}");
    assert!(
        first.out.trim_end().ends_with("pending 0"),
        "the balance is last: {first:?}"
    );
    let account = zen.account();
    assert_eq!(
        (account.accepted, account.refused, account.duplicates),
        (archive.count(), 0, 0)
    );

    let again = send(&bench, &zen, &[]);
    assert_eq!(again.status, 0, "{again:?}");
    assert_eq!(
        zen.account().documents,
        archive.count(),
        "a second run sends nothing"
    );

    let arrived: Vec<_> = records(&fs::read_to_string(&log).unwrap());
    let arrived: HashMap<_, _> = arrived
        .iter()
        .map(|row| (row["sha256"].clone(), row["key"].clone()))
        .collect();
    let journal = records(&bench.read("malote.journal.csv"));
    let accepted: Vec<_> = journal
        .iter()
        .filter(|row| row["event"] == "accepted")
        .collect();
    assert_eq!(accepted.len() as u64, archive.count());
    for row in accepted {
        // The generated documents are UTF-8, so that the text's hash is the file's.
        assert!(arrived.contains_key(&row["sha256"]), "{row:?}");
    }
    bench.assert_no_token();
}

#[test]
fn an_event_never_goes_before_its_note() {
    let bench = Bench::new();
    bench.plan(&fixtures());
    for batch in ["1", "20"] {
        let zen = Zen::start(Settings::default());
        let done = send(
            &bench,
            &zen,
            &["--batch", batch, "--journal", &format!("batch{batch}.csv")],
        );
        assert_eq!(done.status, 0, "{done:?}");
        assert_eq!(zen.account().refused, 0);
    }
}

#[test]
fn events_that_wait_for_a_missing_note_are_told() {
    let bench = Bench::new();
    let archive = Archive {
        documents: 2,
        cancel_every: 2,
        bytes: 2000,
        folders: 1,
    };
    archive.write(&bench.path("archive"));
    bench.plan(&bench.path("archive"));
    let rows = records(&bench.read("malote.csv"));
    let event = rows.iter().find(|row| row["kind"] == "nfe-event").unwrap();
    let key = &event["id"][8..52];
    let note = rows.iter().find(|row| row["id"].ends_with(key)).unwrap();
    std::fs::remove_file(&note["path"]).unwrap();
    let zen = Zen::start(Settings::default());
    let done = send(&bench, &zen, &[]);
    assert_eq!(done.status, 1, "{done:?}");
    let told = "events that wait for their notes: 1 ";
    assert!(done.err.contains(told), "{done:?}");
}

#[test]
fn faults_of_every_kind_end_with_everything_accepted() {
    let bench = Bench::new();
    let archive = Archive {
        documents: 300,
        cancel_every: 30,
        bytes: 2000,
        folders: 3,
    };
    archive.write(&bench.path("archive"));
    bench.plan(&bench.path("archive"));
    let zen = Zen::start(Settings {
        fail: 0.05,
        lose: 0.05,
        ..Settings::default()
    });
    for _ in 0..5 {
        let done = send(&bench, &zen, &["--attempts", "2", "--batch", "5"]);
        assert!(done.status == 0 || done.status == 3, "{done:?}");
        if done.status == 0 {
            break;
        }
    }
    let balance = bench.balance(&[]);
    assert_eq!(balance["accepted"], archive.count(), "{balance:?}");
    assert_eq!(zen.account().accepted, archive.count());
}

#[test]
fn refused_documents_are_left_alone_unless_asked() {
    let bench = Bench::new();
    let archive = Archive {
        documents: 60,
        cancel_every: 0,
        bytes: 1500,
        folders: 1,
    };
    archive.write(&bench.path("archive"));
    bench.plan(&bench.path("archive"));
    let zen = Zen::start(Settings {
        refuse: 0.3,
        ..Settings::default()
    });
    let done = send(&bench, &zen, &[]);
    assert_eq!(done.status, 1, "{done:?}");
    let refused = zen.account().refused;
    assert!(refused > 0);
    assert_eq!(bench.balance(&[])["rejected"], refused);
    assert_eq!(send(&bench, &zen, &[]).status, 1);
    assert_eq!(zen.account().documents, 60, "not sent again");
    assert_eq!(
        send(&bench, &zen, &["--retry-rejected=nothing like it"]).status,
        1
    );
    assert_eq!(
        zen.account().documents,
        60,
        "not sent again: another message"
    );
    assert_eq!(send(&bench, &zen, &["--retry-rejected=cliente"]).status, 1);
    assert_eq!(zen.account().documents, 60 + refused);
}

#[test]
fn what_is_there_already_counts_as_accepted() {
    let bench = Bench::new();
    bench.plan(&fixtures());
    let zen = Zen::start(Settings::default());
    assert_eq!(send(&bench, &zen, &[]).status, 0);
    let again = send(&bench, &zen, &["--journal", "other.csv"]);
    assert_eq!(again.status, 0, "{again:?}");
    assert!(again.out.contains("38 were there already"), "{again:?}");
}

#[test]
fn a_wrong_token_stops_the_run_within_three_requests() {
    let bench = Bench::new();
    bench.plan(&fixtures());
    let zen = Zen::start(Settings::default());
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
    let output = bench
        .command(&args)
        .env("MALOTE_TOKEN", "wrong")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(4), "{output:?}");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("MALOTE_TOKEN"), "{said}");
    assert!(zen.account().requests <= 3, "{:?}", zen.account());
}

#[test]
fn what_changed_or_went_missing_is_not_sent() {
    let bench = Bench::new();
    let archive = Archive {
        documents: 20,
        cancel_every: 0,
        bytes: 1500,
        folders: 1,
    };
    archive.write(&bench.path("archive"));
    bench.plan(&bench.path("archive"));
    let rows = records(&bench.read("malote.csv"));
    fs::write(&rows[3]["path"], "<changed/>").unwrap();
    let moved = bench.path("aside.xml");
    fs::rename(&rows[5]["path"], &moved).unwrap();
    let zen = Zen::start(Settings::default());
    assert_eq!(send(&bench, &zen, &[]).status, 1);
    let balance = bench.balance(&[]);
    assert_eq!(
        (balance["accepted"], balance["changed"], balance["missing"]),
        (18, 1, 1)
    );
    assert_eq!(zen.account().documents, 18);
    fs::rename(&moved, &rows[5]["path"]).unwrap();
    assert_eq!(send(&bench, &zen, &[]).status, 1);
    assert_eq!(
        bench.balance(&[])["accepted"],
        19,
        "put back, it goes on the next run"
    );
}

#[test]
fn a_dry_run_sends_and_writes_nothing() {
    let bench = Bench::new();
    bench.plan(&fixtures());
    let done = bench.malote(&["run", "malote.csv", "--dry-run"]);
    assert_eq!(done.status, 0, "{done:?}");
    assert!(done.out.contains("38 documents would be sent"), "{done:?}");
    assert!(!bench.path("malote.journal.csv").exists());
}

#[test]
fn a_pilot_sends_one_of_each_sort() {
    let bench = Bench::new();
    bench.plan(&fixtures());
    let zen = Zen::start(Settings::default());
    let done = send(&bench, &zen, &["--pilot"]);
    assert_eq!(done.status, 3, "{done:?}");
    assert_eq!(zen.account().refused, 0, "no event before its note");
    let accepted = zen.account().accepted;
    assert!((5..38).contains(&accepted), "{accepted}");
    let journal = bench.read("malote.journal.csv");
    for route in [
        "importarxmlnfearray",
        "importarxmlnfeeventarray",
        "importarxmlctearray",
        "importarxmlcteeventarray",
        "importarxmlcteosarray",
        "importarxmlcteoseventarray",
        "importarxmlcfearray",
        "importarxmlcfeeventarray",
    ] {
        let tried = journal.contains(&format!(",{route},"));
        let said_not = done.err.contains(&format!("not tried: {route},"));
        assert!(tried != said_not, "{route}: {done:?}");
    }
    assert_eq!(send(&bench, &zen, &[]).status, 0);
    assert_eq!(
        zen.account().documents,
        38,
        "what the pilot sent is not sent again"
    );
}

/// Bug: documents that waited for their route to open were taken for sent, and the run stopped after the first.
#[test]
fn max_docs_counts_documents_that_left_not_documents_that_wait() {
    let bench = Bench::new();
    let archive = Archive {
        documents: 60,
        cancel_every: 0,
        bytes: 1500,
        folders: 1,
    };
    archive.write(&bench.path("archive"));
    bench.plan(&bench.path("archive"));
    let zen = Zen::start(Settings::default());
    for (most, sent) in [("25", 25), ("25", 50)] {
        let done = send(&bench, &zen, &["--max-docs", most, "--batch", "4"]);
        assert_eq!(
            (done.status, zen.account().documents),
            (3, sent),
            "{done:?}"
        );
    }
    let done = send(&bench, &zen, &["--max-docs", "25"]);
    assert_eq!((done.status, zen.account().documents), (0, 60), "{done:?}");
}

#[test]
fn the_journal_is_for_one_destination() {
    let bench = Bench::new();
    bench.plan(&fixtures());
    let zen = Zen::start(Settings::default());
    assert_eq!(send(&bench, &zen, &[]).status, 0);
    let other = zen.url().replace("127.0.0.1", "localhost");
    let args = [
        "run",
        "malote.csv",
        "--base-url",
        &other,
        "--quiet-hours",
        "none",
    ];
    let refused = bench.malote_with_token(&args);
    assert_eq!(refused.status, 2, "{refused:?}");
    assert!(
        refused.err.contains("localhost") && refused.err.contains("127.0.0.1"),
        "{refused:?}"
    );
}

#[test]
fn a_broken_manifest_is_refused_before_anything_is_sent() {
    let bench = Bench::new();
    bench.plan(&fixtures());
    let text = bench.read("malote.csv").replacen("skip,", "skpi,", 1);
    let line = 1 + text
        .lines()
        .position(|line| line.starts_with("skpi,"))
        .unwrap();
    fs::write(bench.path("malote.csv"), &text).unwrap();
    let zen = Zen::start(Settings::default());
    let refused = send(&bench, &zen, &[]);
    assert_eq!(refused.status, 2, "{refused:?}");
    assert!(
        refused.err.contains(&format!("line {line}:")),
        "{refused:?}"
    );
    assert_eq!(zen.account().requests, 0);
    assert!(!bench.path("malote.journal.csv").exists());
}

#[test]
fn a_manifest_that_a_spreadsheet_saved_does_what_the_reviewer_meant() {
    let bench = Bench::new();
    bench.plan(&fixtures());
    let rows = records(&bench.read("malote.csv"));
    let mut text = "\u{feff}path;notes;sha256;route;kind;id;action\r\n".to_owned();
    let mut sent = 0;
    for (index, row) in rows.iter().enumerate() {
        let action = match (row["action"].as_str(), row["kind"].as_str()) {
            ("send", "nfce") | ("skip", _) => "skip",
            _ => "send",
        };
        if index == 2 && action == "skip" {
            continue;
        }
        sent += u64::from(action == "send");
        let path = &row["path"];
        write!(
            text,
            "\"{path}\";;{};{};{};{};{action}\r\n",
            row["sha256"].to_uppercase(),
            row["route"],
            row["kind"],
            row["id"]
        )
        .unwrap();
    }
    fs::write(bench.path("malote.csv"), text).unwrap();
    let zen = Zen::start(Settings {
        loose_events: true,
        ..Settings::default()
    });
    let done = send(&bench, &zen, &[]);
    assert_eq!(done.status, 0, "{done:?}");
    assert_eq!(zen.account().accepted, sent);
}

#[cfg(unix)]
#[test]
fn killed_at_any_moment_and_run_again_it_ends_the_same_way() {
    use std::time::Duration;
    let bench = Bench::new();
    let archive = Archive {
        documents: 400,
        cancel_every: 10,
        bytes: 2000,
        folders: 2,
    };
    archive.write(&bench.path("archive"));
    bench.plan(&bench.path("archive"));
    let zen = Zen::start(Settings {
        latency: Duration::from_millis(2),
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
    for round in 0..12u64 {
        let mut command = bench.command(&args);
        command.env("MALOTE_TOKEN", crate::support::TOKEN);
        let mut child = command.stderr(std::process::Stdio::null()).spawn().unwrap();
        // How long it lives is the point of the test, not something to wait for.
        std::thread::sleep(Duration::from_millis(15 + round * 9));
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let last = send(&bench, &zen, &[]);
    assert_eq!(last.status, 0, "{last:?}");
    let account = zen.account();
    assert_eq!(account.accepted, archive.count());
    assert!(zen.repeated() <= 12 * 16, "{}", zen.repeated());
    assert_eq!(bench.balance(&[])["accepted"], archive.count());
}

#[test]
fn a_root_that_moves_nothing_is_remarked() {
    let bench = Bench::new();
    bench.plan(&fixtures());
    let archive = fixtures();
    let archive = archive.to_str().unwrap();
    let root = format!("{archive}/={archive}");
    let idle = "/no/such/place=/x";
    let args = [
        "run",
        "malote.csv",
        "--dry-run",
        "--root",
        &root,
        "--root",
        idle,
    ];
    let done = bench.malote(&args);
    assert_eq!(done.status, 0, "{done:?}");
    let remarks: Vec<_> = done.err.lines().collect();
    assert_eq!(
        remarks,
        ["--root /no/such/place=/x: no row to send lies under /no/such/place"]
    );
}
