//! `--log-file`. That no file of the folder holds the key is asked at the end of every test, of the log too.

use malote::sandbox::Settings;
use regex::Regex;

use crate::support::fake::{Answer, Fake};
use crate::support::zen::Zen;
use crate::support::{Bench, Done, TOKEN};

const LEVELS: [&str; 5] = ["error", "warn", "info", "debug", "trace"];

/// Sends `malote.csv` to `url` with a log of that level.
fn send(bench: &Bench, url: &str, level: &str) -> (Done, String) {
    let name = format!("{level}.log");
    let done = bench.send(url, &["--log-file", &name, "--log-level", level]);
    (done, bench.read(&name))
}

#[test]
fn each_level_tells_more_and_none_the_key() {
    let line = Regex::new(
        r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d +(ERROR|WARN|INFO|DEBUG|TRACE) [a-z]",
    )
    .unwrap();
    let mut longest = 0;
    for level in LEVELS {
        let bench = Bench::new();
        bench.archive(6, 2);
        let zen = Zen::start(Settings {
            refuse: 0.5,
            ..Settings::default()
        });
        let (done, log) = send(&bench, &zen.url(), level);
        assert_eq!(done.status, 1, "{done:?}");
        for one in log.lines() {
            assert!(line.is_match(one), "{level}: {one}");
        }
        for (from, words) in [
            ("warn", r#"document event="rejected" id="NFe"#),
            ("info", r#"command begins version="0.1.0 ("#),
            ("info", r#"run event="begin" said="{"#),
            ("info", "command ends status=1 millis="),
            (
                "debug",
                r#"request route="importarxmlnfearray" documents=1 bytes="#,
            ),
            ("trace", r#"document event="attempt" id="NFe"#),
        ] {
            let rank = |level: &str| LEVELS.iter().position(|one| *one == level);
            let expected = rank(level) >= rank(from);
            assert_eq!(log.contains(words), expected, "{level} {words}: {log}");
        }
        // Other crates have a lot to say, and with it the address.
        assert!(!log.contains("hyper") && !log.contains("connect"), "{log}");
        assert!(log.len() >= longest, "{level}");
        longest = log.len();
    }
}

/// Bug: a server that repeats the address of a request brought the key into the journal and onto the screen.
#[test]
fn a_server_that_repeats_the_address_does_not_bring_the_key_back() {
    let unknown = |path: &str| format!("No HTTP resource was found that matches 'http://a{path}'.");
    for status in [200, 400, 404, 500] {
        let bench = Bench::new();
        bench.archive(2, 0);
        let fake = Fake::start(move |request| {
            let said = unknown(&request.path);
            let body = serde_json::json!({"Message": said}).to_string();
            Answer::new(status, "application/json", body).with("MsgErro", &request.path)
        });
        let options = [
            "--attempts",
            "1",
            "--log-file",
            "a.log",
            "--log-level",
            "trace",
        ];
        let done = bench.send(&fake.url(), &options);
        assert_ne!(done.status, 0, "{done:?}");
        assert!(
            bench.read("malote.journal.csv").contains("[key]"),
            "{status}"
        );
    }
}

#[test]
fn a_key_in_the_command_line_is_not_logged() {
    let bench = Bench::new();
    bench.archive(1, 0);
    let url = format!("https://a.example/api/v1/{TOKEN}");
    for options in [
        vec!["--base-url", &url],
        vec!["--office", TOKEN],
        vec!["--office", "a", "--token-file", TOKEN],
        vec![
            "--sandbox",
            "--user-agent",
            TOKEN,
            "--journal",
            "no/such/folder",
        ],
    ] {
        let args = [&["run", "malote.csv", "--log-file", "a.log"], &options[..]].concat();
        assert_ne!(bench.malote(&args).status, 0, "{options:?}");
    }
    let log = bench.read("a.log");
    assert_eq!(log.matches("command begins").count(), 4, "{log}");
    assert!(log.contains("--base-url https://a.example/... --log") || log.contains("(not shown)"));
}

#[test]
fn every_command_logs_and_nothing_is_written_over() {
    let bench = Bench::new();
    bench.archive(1, 0);
    for args in [
        vec!["--log-file", "a.log"],
        vec!["diff", "malote.csv", "--log-file", "a.log"],
        vec!["--log-file", "a.log", "run", "malote.csv", "--dry-run"],
    ] {
        bench.malote(&args);
    }
    let log = bench.read("a.log");
    assert_eq!(log.matches("command begins").count(), 3, "{log}");
    assert_eq!(log.matches("command ends status=").count(), 3, "{log}");
    let before = bench.read("malote.csv");
    for wrong in ["malote.csv", "no/such/folder/a.log", "."] {
        let done = bench.malote(&["diff", "malote.csv", "--log-file", wrong]);
        assert_eq!(done.status, 2, "{wrong}: {done:?}");
        assert!(done.err.contains("--log-file: "), "{done:?}");
    }
    assert_eq!(bench.read("malote.csv"), before);
}
