//! `malote` alone says what to do next.

use std::fs;

use malote::sandbox::Settings;

use crate::support::zen::Zen;
use crate::support::{Bench, Done};

fn greeted(bench: &Bench, words: &[&str]) -> Done {
    let done = bench.malote(&[]);
    assert_eq!((done.status, done.err.as_str()), (0, ""), "{done:?}");
    assert!(done.out.lines().count() <= 12, "{}", done.out);
    for word in words {
        assert!(done.out.contains(word), "{word}: {}", done.out);
    }
    done
}

#[test]
fn the_next_step_depends_on_what_lies_there() {
    let bench = Bench::new();
    greeted(&bench, &["plan ARCHIVE", "rehearse ARCHIVE", "--help"]);
    fs::write(bench.path("clients.csv"), "cnpj,name\n").unwrap();
    greeted(&bench, &["plan ARCHIVE"]);

    let archive = bench.archive(10, 2);
    let planned = format!("malote.csv is here: {} documents to send", archive.count());
    greeted(
        &bench,
        &[
            &planned,
            "run malote.csv --dry-run",
            "doctor --office NAME",
            "run malote.csv --pilot --office NAME",
            "run malote.csv --office NAME",
        ],
    );

    let zen = Zen::start(Settings::default());
    assert_eq!(bench.send(&zen.url(), &["--max-docs", "4"]).status, 3);
    let done = greeted(
        &bench,
        &[
            "its journal malote.journal.csv",
            "planned 15 = accepted 4 + ",
            "diff malote.csv",
            "run malote.csv --office NAME",
        ],
    );
    assert!(!done.out.contains("--pilot"), "{}", done.out);

    assert_eq!(bench.send(&zen.url(), &[]).status, 0);
    let done = greeted(&bench, &["Everything is sent", "report malote.csv"]);
    assert!(!done.out.contains(" run "), "{}", done.out);
}

#[test]
fn what_only_a_person_can_mend_is_not_to_be_sent_once_more() {
    let bench = Bench::new();
    bench.archive(3, 0);
    let zen = Zen::start(Settings {
        refuse: 1.0,
        ..Settings::default()
    });
    assert_eq!(bench.send(&zen.url(), &[]).status, 1);
    let done = greeted(
        &bench,
        &["diff malote.csv", "run malote.csv --retry-rejected"],
    );
    assert!(!done.out.contains("Send it (what"), "{}", done.out);
}

#[test]
fn an_office_that_is_fixed_is_not_asked_for() {
    let bench = Bench::new();
    bench.archive(2, 0);
    let mut command = bench.command(&[]);
    let said = command.env("MALOTE_OFFICE", "escritorio").output().unwrap();
    let done = crate::support::done(&said);
    assert!(done.out.contains("run malote.csv --pilot\n"), "{done:?}");
    assert!(!done.out.contains("NAME"), "{done:?}");
}

#[test]
fn a_manifest_that_is_broken_is_named_with_its_line() {
    let bench = Bench::new();
    let text = "action,kind,route,id,sha256,path\nmaybe,nfe,importarxmlnfearray,x,y,z\n";
    fs::write(bench.path("malote.csv"), text).unwrap();
    greeted(
        &bench,
        &["malote.csv: ", "line 2", "plan ARCHIVE -o malote-2.csv"],
    );
}

/// Bug: where the journal was damaged, the advice was to plan again into another file, whose journal knows of nothing.
#[test]
fn beside_a_damaged_journal_nothing_is_planned_anew() {
    let bench = Bench::new();
    bench.archive(3, 0);
    let zen = Zen::start(Settings::default());
    assert_eq!(bench.send(&zen.url(), &[]).status, 0);
    let journal = bench.read("malote.journal.csv");
    let journal = journal.replacen("sha256", "sha265", 1);
    fs::write(bench.path("malote.journal.csv"), journal).unwrap();
    let done = greeted(
        &bench,
        &["malote.journal.csv is not a journal", "once more"],
    );
    assert!(!done.out.contains("plan "), "{}", done.out);
}
