//! What holds for every command.

use crate::support::{Bench, fixtures};

#[test]
fn the_rehearsal_ends_with_balanced_books() {
    let bench = Bench::new();
    let done = bench.malote(&["rehearse", fixtures().to_str().unwrap()]);
    assert_eq!(done.status, 0, "{done:?}");
    assert!(
        done.out.contains("planned 38 = accepted 38 + rejected 0"),
        "{done:?}"
    );
}

#[test]
fn run_into_the_embedded_sandbox_has_a_journal_of_its_own() {
    let bench = Bench::new();
    bench.plan(&fixtures());
    let done = bench.malote(&["run", "malote.csv", "--sandbox"]);
    assert_eq!(done.status, 0, "{done:?}");
    assert!(bench.path("malote.sandbox.journal.csv").exists());
    assert!(!bench.path("malote.journal.csv").exists());
}

#[test]
fn wrong_usage_ends_with_2() {
    let bench = Bench::new();
    bench.plan(&fixtures());
    for args in [
        vec!["run", "malote.csv"],
        vec!["run", "malote.csv", "--office", "a"],
        vec!["run", "malote.csv", "--base-url", "http://example.com"],
        vec!["run", "malote.csv", "--sandbox", "--batch", "51"],
        vec!["run", "nothing.csv", "--sandbox"],
        vec!["plan"],
        vec!["nothing"],
    ] {
        let done = bench.malote(&args);
        assert_eq!(done.status, 2, "{args:?}: {done:?}");
    }
    assert_eq!(bench.malote(&["--version"]).status, 0);
}

#[test]
fn the_readme_lists_every_code_as_the_program_knows_it() {
    let readme = include_str!("../README.md");
    for (code, effect, meaning) in malote::dfe::NOTES.iter().chain(malote::plan::NOTES) {
        let effect = match effect {
            malote::dfe::Effect::Skip => "skip",
            malote::dfe::Effect::Note => "note",
        };
        let row = format!("| `{code}` | {effect} | {meaning} |");
        assert!(readme.contains(&row), "{row}");
    }
}
