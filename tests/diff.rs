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

/// Bug: `-o` opened its file before anything was read, and emptied the manifest or the journal.
#[test]
fn the_output_is_never_one_of_the_inputs() {
    let (bench, _zen) = half_refused();
    fs::create_dir(bench.path("sub")).unwrap();
    let inputs = ["malote.csv", "malote.journal.csv"].map(|name| (name, bench.read(name)));
    for output in [
        "malote.csv",
        "./sub/../malote.csv",
        "malote.journal.csv",
        "malote.journal.csv.lock",
    ] {
        let done = bench.malote(&["diff", "malote.csv", "--format", "csv", "-o", output]);
        assert_eq!(done.status, 2, "{output}: {done:?}");
        assert!(done.err.contains(output), "{done:?}");
    }
    for (name, text) in inputs {
        assert_eq!(bench.read(name), text, "{name}");
    }
}

#[test]
fn the_output_is_whole_or_not_at_all_and_errors_name_it() {
    let (bench, _zen) = half_refused();
    let table = bench.malote(&["diff", "malote.csv"]).out;
    fs::write(
        bench.path("left.txt"),
        table.replace(|one: char| one.is_ascii_digit(), "7"),
    )
    .unwrap();
    let done = bench.malote(&["diff", "malote.csv", "-o", "left.txt"]);
    assert_eq!((done.status, done.out.as_str()), (1, ""), "{done:?}");
    assert_eq!(bench.read("left.txt"), table);
    let files = fs::read_dir(bench.path("")).unwrap();
    let left_over = files
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .find(|name| name.starts_with(".malote-"));
    assert_eq!(left_over, None);
    let done = bench.malote(&["diff", "malote.csv", "-o", "no/such/folder.txt"]);
    assert_eq!(done.status, 4, "{done:?}");
    assert!(done.err.contains("no/such/folder.txt"), "{done:?}");
}

/// Bug: the rows of several journals were all written into the journal that the first row named.
#[test]
fn rows_that_name_several_journals_are_refused() {
    let (bench, zen) = half_refused();
    fs::copy(bench.path("malote.journal.csv"), bench.path("b.csv")).unwrap();
    let text = bench.read("malote.journal.csv");
    let begin = text.lines().take(2).collect::<Vec<_>>().join("\n") + "\n";
    fs::write(bench.path("a.csv"), begin).unwrap();
    let rest = |only: &str| {
        let args = [
            "diff",
            "malote.csv",
            "--journal",
            "a.csv",
            "--journal",
            "b.csv",
            "--format",
            "csv",
            "--only",
            only,
            "-o",
            "rest.csv",
        ];
        bench.malote(&args);
        records(&bench.read("rest.csv"))
    };
    let rows = rest("rejected,accepted");
    assert!(rows.iter().all(|row| row["journal"].ends_with("b.csv")));
    let mixed = bench.read("rest.csv").replacen("b.csv", "a.csv", 1);
    fs::write(bench.path("mixed.csv"), mixed).unwrap();
    let url = zen.url();
    for args in [
        vec!["diff", "mixed.csv"],
        vec!["run", "mixed.csv", "--base-url", &url],
    ] {
        let done = bench.malote_with_token(&args);
        assert_eq!(done.status, 2, "{args:?}: {done:?}");
        assert!(
            done.err.contains("line 3:") && done.err.contains("--journal"),
            "{done:?}"
        );
    }
}

#[test]
fn rows_that_name_no_journal_do_not_decide() {
    let (bench, _zen) = half_refused();
    let args = ["diff", "malote.csv", "--format", "csv", "-o", "rest.csv"];
    bench.malote(&args);
    let rest = bench.read("rest.csv");
    let journal = &records(&rest)[0]["journal"];
    let rest = rest.replacen(&format!(",{journal},"), ",,", 1);
    fs::write(bench.path("rest.csv"), &rest).unwrap();
    let rows = records(&rest);
    assert_eq!(rows[0]["journal"], "");
    let balance = bench.malote(&["diff", "rest.csv", "--format", "json"]);
    let rejected = format!("\"rejected\":{}", rows.len());
    assert!(balance.out.contains(&rejected), "{balance:?}");
}

#[test]
fn pending_rows_name_the_journal_where_there_is_one() {
    let (bench, _zen) = half_refused();
    let text = bench.read("malote.journal.csv");
    let begin = text.lines().take(2).collect::<Vec<_>>().join("\n") + "\n";
    fs::write(bench.path("malote.journal.csv"), &begin).unwrap();
    fs::write(bench.path("other.csv"), &begin).unwrap();
    let of = |journals: &[&str]| {
        let done = bench.malote(&[&["diff", "malote.csv", "--format", "csv"], journals].concat());
        records(&done.out)
    };
    for row in of(&[]) {
        assert_eq!(row["state"], "pending");
        assert!(row["journal"].ends_with("malote.journal.csv"), "{row:?}");
    }
    for row in of(&["--journal", "malote.journal.csv", "--journal", "other.csv"]) {
        assert_eq!(row["journal"], "");
    }
}

/// Bug: a journal that the manifest names and that is elsewhere now was begun anew.
#[test]
fn a_journal_that_is_named_and_not_there_is_refused() {
    let (bench, zen) = half_refused();
    bench.malote(&["diff", "malote.csv", "--format", "csv", "-o", "rest.csv"]);
    fs::rename(bench.path("malote.journal.csv"), bench.path("moved.csv")).unwrap();
    let url = zen.url();
    for args in [
        vec!["diff", "rest.csv"],
        vec!["run", "rest.csv", "--base-url", &url],
        vec!["run", "rest.csv", "--dry-run"],
    ] {
        let done = bench.malote_with_token(&args);
        assert_eq!(done.status, 2, "{args:?}: {done:?}");
        assert!(done.err.contains("there is no journal"), "{done:?}");
    }
    assert!(!bench.path("malote.journal.csv").exists());
    let done = bench.malote(&["diff", "rest.csv", "--journal", "moved.csv"]);
    assert_eq!(done.status, 1, "{done:?}");
}

#[test]
fn the_csv_has_the_form_of_its_manifest() {
    let bench = Bench::new();
    let archive = crate::support::fixtures();
    let archive = archive.to_str().unwrap();
    let planned = bench.malote(&["plan", archive, "--excel"]);
    assert_eq!(planned.status, 0, "{planned:?}");
    let done = bench.malote(&["diff", "malote.csv", "--format", "csv"]);
    let lines: Vec<_> = done.out.split("\r\n").collect();
    assert!(
        lines[0].starts_with("\u{feff}action;notes;")
            && lines[0].ends_with(";state;message;journal;path"),
        "{}",
        lines[0]
    );
    assert_eq!(lines.len(), 1 + 38 + 1);
    assert!(!done.out.replace("\r\n", "").contains('\n'));
    fs::write(bench.path("rest.csv"), &done.out).unwrap();
    let args = ["diff", "rest.csv", "--journal", "malote.csv"];
    assert_eq!(bench.malote(&args).status, 4, "a manifest is no journal");
    let done = bench.malote(&["run", "rest.csv", "--sandbox"]);
    assert_eq!(done.status, 0, "{done:?}");
}
