//! Options, variables and what the commands say of them.

use std::fs;

use malote::sandbox::Settings;

use crate::support::archive::Archive;
use crate::support::zen::Zen;
use crate::support::{Bench, Done, TOKEN, fixtures};

/// Every variable that stands in for an option.
const VARIABLES: [&str; 29] = [
    "MALOTE_OFFICE",
    "MALOTE_BASE_URL",
    "MALOTE_TOKEN",
    "MALOTE_TOKEN_FILE",
    "MALOTE_RATE",
    "MALOTE_CONCURRENCY",
    "MALOTE_BATCH",
    "MALOTE_TIMEOUT",
    "MALOTE_ATTEMPTS",
    "MALOTE_QUIET_HOURS",
    "MALOTE_TIMEZONE",
    "MALOTE_OUTAGE_LIMIT",
    "MALOTE_ALREADY_THERE",
    "MALOTE_TRUST_STATUS",
    "MALOTE_DECLARATION",
    "MALOTE_USER_AGENT",
    "MALOTE_MAX_DURATION",
    "MALOTE_UNTIL",
    "MALOTE_MAX_REJECTED",
    "MALOTE_JOURNAL",
    "MALOTE_ROOT",
    "MALOTE_PROGRESS",
    "MALOTE_ORDER",
    "MALOTE_EVENTS",
    "MALOTE_ROUTES",
    "MALOTE_INCLUDE",
    "MALOTE_EXCLUDE",
    "MALOTE_LOG_FILE",
    "MALOTE_LOG_LEVEL",
];

fn with(bench: &Bench, args: &[&str], variables: &[(&str, &str)]) -> Done {
    let variables = variables.iter().copied();
    crate::support::done(&bench.command(args).envs(variables).output().unwrap())
}

#[test]
fn an_empty_variable_counts_as_unset() {
    let bench = Bench::new();
    let empty: Vec<_> = VARIABLES.iter().map(|name| (*name, "")).collect();
    let archive = fixtures();
    let empty = [&empty[..], &[("MALOTE_EXCEL", "")]].concat();
    for args in [
        vec!["plan", archive.to_str().unwrap()],
        vec!["run", "malote.csv", "--dry-run"],
        vec!["run", "malote.csv", "--sandbox"],
    ] {
        let done = with(&bench, &args, &empty);
        assert_eq!(done.status, 0, "{args:?}: {done:?}");
    }
    let done = with(&bench, &["run", "malote.csv", "--office", "a"], &empty);
    assert!(done.err.contains("no key"), "{done:?}");
}

#[test]
fn the_help_names_variables_and_never_shows_them() {
    let bench = Bench::new();
    let set: Vec<_> = VARIABLES.iter().map(|name| (*name, TOKEN)).collect();
    let mut help = String::new();
    for command in ["plan", "run", "diff"] {
        // That the help does not hold the token is asked of all output.
        let done = with(&bench, &[command, "--help"], &set);
        assert_eq!(done.status, 0, "{done:?}");
        help.push_str(&done.out);
    }
    for name in VARIABLES {
        assert!(help.contains(name), "{name}: {help}");
    }
}

#[test]
fn what_a_site_fixes_once_can_be_a_variable() {
    let archive = fixtures();
    let archive = archive.to_str().unwrap();
    let planned = |variables: &[(&str, &str)]| {
        let bench = Bench::new();
        let done = with(&bench, &["plan", archive], variables);
        assert_eq!(done.status, 0, "{done:?}");
        bench.read("malote.csv")
    };
    let plain = planned(&[]);
    let sent = |text: &str| text.matches("\nsend").count();
    assert_eq!(
        sent(&planned(&[("MALOTE_EVENTS", "all")])),
        sent(&plain) + 1
    );
    assert_eq!(
        sent(&planned(&[("MALOTE_EXCLUDE", "transportadora")])),
        sent(&plain) - 7
    );
    assert!(planned(&[("MALOTE_ROUTES", "legacy")]).contains(",envelope,"));
    assert!(planned(&[("MALOTE_EXCEL", "1")]).contains("action;notes"));
    assert_eq!(planned(&[("MALOTE_EXCEL", "0")]), plain);
    assert_ne!(planned(&[("MALOTE_ORDER", "newest")]), plain);

    let bench = Bench::new();
    bench.plan(&fixtures());
    let moved = format!("{archive}={}", bench.path("none").display());
    let done = with(
        &bench,
        &["run", "malote.csv", "--dry-run"],
        &[("MALOTE_ROOT", &moved)],
    );
    assert!(done.out.contains("38 missing"), "{done:?}");
    let fixed = [("MALOTE_JOURNAL", "all.csv"), ("MALOTE_TOKEN", TOKEN)];
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
    assert_eq!(with(&bench, &args, &fixed).status, 0);
    assert!(bench.path("all.csv").exists() && !bench.path("malote.journal.csv").exists());
    assert_eq!(with(&bench, &["diff", "malote.csv"], &fixed).status, 0);
    assert_eq!(
        with(&bench, &["run", "malote.csv", "--sandbox"], &fixed).status,
        0
    );
    for (name, value) in [
        ("MALOTE_TRUST_STATUS", "perhaps"),
        ("MALOTE_MAX_DURATION", "soon"),
        ("MALOTE_UNTIL", "25:00"),
        ("MALOTE_QUIET_HOURS", "night"),
    ] {
        let done = with(
            &bench,
            &["run", "malote.csv", "--sandbox"],
            &[(name, value)],
        );
        assert_eq!(done.status, 2, "{name}: {done:?}");
    }
}

/// Bug: a key in the variable that names its file was shown.
#[test]
fn a_key_in_the_wrong_place_is_not_shown() {
    let bench = Bench::new();
    bench.plan(&fixtures());
    let office = ["run", "malote.csv", "--office", "a"];
    let done = with(&bench, &office, &[("MALOTE_TOKEN_FILE", TOKEN)]);
    assert_eq!(done.status, 2, "{done:?}");
    let url = format!("https://a.example/api/v1/{TOKEN}");
    for args in [
        vec!["run", "malote.csv", "--base-url", &url],
        vec!["run", "malote.csv", "--base-url", &url, "--dry-run"],
        vec!["run", "malote.csv", "--base-url", TOKEN],
    ] {
        let done = bench.malote(&args);
        assert_eq!(done.status, 2, "{args:?}: {done:?}");
    }
}

#[test]
fn a_dry_run_tells_of_the_run_that_it_stands_for() {
    let bench = Bench::new();
    bench.plan(&fixtures());
    let zen = Zen::start(Settings::default());
    let url = zen.url();
    let args = [
        "run",
        "malote.csv",
        "--base-url",
        &url,
        "--quiet-hours",
        "none",
        "--rate",
        "unlimited",
    ];
    assert_eq!(bench.malote_with_token(&args).status, 0);
    let look =
        |options: &[&str]| bench.malote(&[&["run", "malote.csv", "--dry-run"], options].concat());
    for (options, words) in [
        (vec![], "0 documents would be sent"),
        (vec!["--base-url", &url], "0 documents would be sent"),
        (vec!["--sandbox"], "38 documents would be sent"),
        (
            vec!["--sandbox", "--max-docs", "5"],
            "5 documents would be sent",
        ),
        (
            vec!["--sandbox", "--max-docs", "5"],
            "as many as --max-docs allows",
        ),
        (vec!["--sandbox", "--pilot"], "is not counted here"),
    ] {
        let done = look(&options);
        assert_eq!(done.status, 0, "{options:?}: {done:?}");
        assert!(done.out.contains(words), "{options:?}: {done:?}");
    }
    let other = url.replace("127.0.0.1", "localhost");
    for options in [
        vec!["--base-url", &other],
        vec!["--office", "a"],
        vec!["--base-url", "http://a.example"],
        vec!["--sandbox", "--journal", "malote.journal.csv"],
    ] {
        let done = look(&options);
        assert_eq!(done.status, 2, "{options:?}: {done:?}");
    }
    assert!(!bench.path("malote.sandbox.journal.csv").exists());
}

/// Bug: with --max-docs a dry run would have counted events that a run sends last.
#[test]
fn a_dry_run_reads_in_the_order_of_a_run() {
    let bench = Bench::new();
    let archive = Archive {
        documents: 6,
        cancel_every: 1,
        bytes: 1500,
        folders: 1,
    };
    archive.write(&bench.path("archive"));
    bench.plan(&bench.path("archive"));
    let events: Vec<_> = crate::support::records(&bench.read("malote.csv"))
        .into_iter()
        .filter(|row| row["kind"] == "nfe-event")
        .collect();
    assert_eq!(events.len(), 6);
    for event in &events {
        fs::remove_file(&event["path"]).unwrap();
    }
    let done = bench.malote(&["run", "malote.csv", "--dry-run", "--max-docs", "6"]);
    assert!(
        done.out.starts_with("6 documents would be sent"),
        "{done:?}"
    );
    assert_eq!((done.status, done.err.as_str()), (0, ""), "{done:?}");
}

#[test]
fn a_period_is_checked_before_the_walk() {
    let bench = Bench::new();
    for (from, to) in [("2020-02-01", "2020-01-31"), ("20200101", "2020-01-31")] {
        let done = bench.malote(&["plan", "nowhere", "--from", from, "--to", to]);
        assert_eq!(done.status, 2, "{done:?}");
        assert!(!bench.path("malote.csv").exists());
    }
}

#[cfg(unix)]
#[test]
fn the_printed_commands_can_be_pasted() {
    let bench = Bench::new();
    let archive = fixtures();
    let planned = bench.malote(&["plan", archive.to_str().unwrap(), "-o", "my malote.csv"]);
    // The program as it was called: where it is in no folder that the shell looks into, its bare name is nothing.
    let program = env!("CARGO_BIN_EXE_malote");
    assert!(
        planned
            .out
            .contains(&format!("\n  {program} run 'my malote.csv' --dry-run\n")),
        "{planned:?}"
    );
    let zen = Zen::start(Settings {
        refuse: 0.5,
        ..Settings::default()
    });
    let url = zen.url();
    let paste = |said: &str, words: &str| {
        let line = said.lines().find_map(|line| line.strip_prefix(words));
        let line = line.unwrap_or_else(|| panic!("{words}: {said}"));
        let mut shell = std::process::Command::new("sh");
        shell.arg("-c").arg(line).current_dir(bench.path(""));
        let shell = shell.env_clear().env("MALOTE_TOKEN", TOKEN);
        (
            line.to_owned(),
            crate::support::done(&shell.output().unwrap()),
        )
    };
    let args = [
        "run",
        "my malote.csv",
        "--base-url",
        &url,
        "--quiet-hours",
        "none",
        "--rate",
        "unlimited",
        "--journal",
        "it's.csv",
        "--user-agent",
        "a $b",
        "--pilot",
        "--retry-rejected=x y",
    ];
    let first = bench.malote_with_token(&args);
    assert_eq!(first.status, 3, "{first:?}");
    let (line, rest) = paste(&first.err, "to go on: ");
    assert!(
        !line.contains("--pilot") && !line.contains("--retry"),
        "{line}"
    );
    assert_eq!(rest.status, 1, "{rest:?}");
    let (line, left) = paste(&rest.err, "what needs a person: ");
    assert!(
        line.ends_with("diff 'my malote.csv' --journal 'it'\\''s.csv'"),
        "{line}"
    );
    assert_eq!(left.status, 1, "{left:?}");
    assert!(left.out.contains("rejected"), "{left:?}");
}

/// Bug: `report` read the manifest's own journal where the site had fixed another, and called nothing sent.
#[test]
fn the_page_is_made_from_the_journal_that_the_site_has_fixed() {
    let bench = Bench::new();
    bench.plan(&fixtures());
    let args = ["run", "malote.csv", "--sandbox", "--journal", "all.csv"];
    assert_eq!(bench.malote(&args).status, 0);
    let fixed = [("MALOTE_JOURNAL", "all.csv")];
    let made = with(&bench, &["report", "malote.csv"], &fixed);
    assert_eq!(made.status, 0, "{made:?}");
    assert!(made.out.contains("accepted 38 + "), "{made:?}");
    let gone = [("MALOTE_JOURNAL", "gone.csv")];
    let refused = with(&bench, &["report", "malote.csv"], &gone);
    assert_eq!(refused.status, 2, "{refused:?}");
    assert!(refused.err.contains("gone.csv"), "{refused:?}");
}

/// Bug: an option that nobody had typed was called wrong, and not a word said that its value is a variable's.
#[test]
fn a_wrong_variable_is_named() {
    let bench = Bench::new();
    bench.plan(&fixtures());
    let args = ["run", "malote.csv", "--sandbox"];
    for (name, value) in [
        ("MALOTE_RATE", "fast"),
        ("MALOTE_CONCURRENCY", "many"),
        ("MALOTE_MAX_REJECTED", "x"),
        ("MALOTE_TRUST_STATUS", "perhaps"),
    ] {
        let done = with(&bench, &args, &[(name, value)]);
        assert_eq!(done.status, 2, "{done:?}");
        let last = done.err.lines().last().unwrap();
        assert!(
            last.ends_with(&format!("is that of the variable {name}")),
            "{done:?}"
        );
        let option = name
            .replace("MALOTE_", "--")
            .to_lowercase()
            .replace('_', "-");
        let typed = with(
            &bench,
            &[&args[..], &[&format!("{option}=?")]].concat(),
            &[(name, value)],
        );
        assert!(!typed.err.contains("variable"), "{typed:?}");
    }
    for (yes, excel) in [("sim", true), ("não", false), ("true", true), ("0", false)] {
        let archive = fixtures();
        let args = ["plan", archive.to_str().unwrap(), "--force"];
        assert_eq!(with(&bench, &args, &[("MALOTE_EXCEL", yes)]).status, 0);
        assert_eq!(bench.read("malote.csv").contains(';'), excel, "{yes}");
    }
}

/// Bug: `--retry-rejected PATTERN` was called an unknown argument, and a pattern that no message matches passed without a
/// word; what `diff` shows, with its digits masked, matched nothing.
#[test]
fn a_pattern_of_the_rejected_is_taken_as_it_was_meant() {
    let bench = Bench::new();
    bench.plan(&fixtures());
    let zen = Zen::start(Settings {
        refuse: 1.0,
        ..Settings::default()
    });
    let url = zen.url();
    assert_eq!(bench.send(&url, &[]).status, 1);
    let apart = bench.send(&url, &["--retry-rejected", "cliente"]);
    assert_eq!(apart.status, 2, "{apart:?}");
    assert!(
        apart.err.contains("'--retry-rejected=cliente'"),
        "{apart:?}"
    );
    let none = bench.send(&url, &["--retry-rejected=nao cadastrado"]);
    assert_eq!(none.status, 1, "{none:?}");
    assert!(
        none.err.contains("no rejected document matches"),
        "{none:?}"
    );
    let left = bench.malote(&["diff", "malote.csv"]);
    let group = left.out.lines().find(|line| line.contains('#')).unwrap();
    let (_, message) = group.trim().split_once("  ").unwrap();
    let before = zen.account().documents;
    let pasted = bench.send(&url, &[&format!("--retry-rejected={message}")]);
    assert!(
        !pasted.err.contains("no rejected document matches"),
        "{pasted:?}"
    );
    assert!(zen.account().documents > before, "{pasted:?}");
}

/// Bug: globs that match nothing, and archives in which there is nothing to send, passed without a word.
#[test]
fn what_chooses_nothing_is_remarked() {
    let bench = Bench::new();
    let archive = fixtures();
    let archive = archive.to_str().unwrap();
    let args = [
        "plan",
        archive,
        "--exclude",
        "*/outros",
        "--include",
        "*.xml",
    ];
    let done = bench.malote(&args);
    assert_eq!(done.status, 0, "{done:?}");
    assert!(
        done.err
            .contains("--exclude: nothing in the archive matches \"*/outros\""),
        "{done:?}"
    );
    assert!(!done.err.contains("--include"), "{done:?}");
    let nothing = bench.malote(&["plan", archive, "--force", "--include", "*.abc"]);
    assert!(nothing.err.contains("--include: nothing"), "{nothing:?}");
    assert!(
        nothing.out.ends_with("the folders that were meant\n"),
        "{nothing:?}"
    );
    assert!(!nothing.out.contains("malote run"), "{nothing:?}");
}

/// Bug: `doctor` found nothing wrong with a pattern that a run refuses.
#[test]
fn doctor_refuses_what_a_run_would_refuse() {
    let bench = Bench::new();
    for (option, value) in [
        ("--already-there", "("),
        ("--already-there", ".*"),
        ("--nfse-field", "a b"),
        ("--user-agent", "a\nb"),
    ] {
        let done = bench.malote(&["doctor", "--sandbox", option, value]);
        assert_eq!(done.status, 2, "{done:?}");
        assert!(done.err.contains(option), "{done:?}");
    }
}

/// Bug: zero minutes, as if it were done at once.
#[test]
fn a_short_dry_run_says_that_it_takes_less_than_a_minute() {
    let bench = Bench::new();
    bench.plan(&fixtures());
    let done = bench.malote(&["run", "malote.csv", "--dry-run"]);
    assert!(
        done.out
            .contains("at 11 a second that takes less than a minute of sending time"),
        "{done:?}"
    );
    let slow = bench.malote(&["run", "malote.csv", "--dry-run", "--rate", "10/h"]);
    assert!(slow.out.contains("takes 3 h 48 min of"), "{slow:?}");
}
