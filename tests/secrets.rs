//! The token is never seen: not by any command, on any path of failure, in any file. Every test looks for it in all that
//! a process says and leaves (see `support`); here are the ways on which it might get there.

use std::fs;

use malote::sandbox::Settings;

use crate::support::fake::{Answer, Fake};
use crate::support::process::Running;
use crate::support::zen::Zen;
use crate::support::{Bench, Done, TOKEN, fixtures};

/// Runs the program as one who wants to know everything.
fn talkative(bench: &Bench, args: &[&str]) -> Done {
    let mut command = bench.command(args);
    command
        .env("MALOTE_TOKEN", TOKEN)
        .env("RUST_BACKTRACE", "full")
        .env("RUST_LOG", "trace");
    Running::start(command).finish()
}

#[test]
fn no_command_shows_the_token_and_none_shows_it_where_it_does_not_belong() {
    let bench = Bench::new();
    let archive = fixtures();
    let archive = archive.to_str().unwrap();
    let url_with_token = format!("https://zen.example/api/v1/{TOKEN}/importarxmlnfearray");
    let office = ["run", "malote.csv", "--office"];
    let at = ["run", "malote.csv", "--base-url"];
    let sandbox = ["run", "malote.csv", "--sandbox"];
    for (args, status) in [
        (&["plan", archive][..], 0),
        (&["plan", archive], 2),
        (&["run", "malote.csv", "--dry-run"], 0),
        (&[&office[..], &["a", "--dry-run"]].concat(), 0),
        (&[&sandbox[..], &["--progress", "json"]].concat(), 0),
        (&[&sandbox[..], &["--progress", "plain"]].concat(), 0),
        (&["diff", "malote.csv"], 1),
        (
            &["diff", "malote.csv", "--format", "csv", "-o", "left.csv"],
            1,
        ),
        (&["rehearse", archive], 0),
        (&["report", "malote.csv"], 0),
        (&["completions", "bash"], 0),
        (&["man"], 0),
        (&[], 0),
        (&["doctor", "--office", TOKEN], 2),
        (&["--help"], 0),
        (&["run", "--help"], 0),
        (&["sandbox", "--help"], 0),
        (&["--version"], 0),
        (&[&office[..], &[TOKEN]].concat(), 2),
        (&[&at[..], &[url_with_token.as_str()]].concat(), 2),
        (&[&at[..], &["http://zen.example"]].concat(), 2),
        (
            &[&at[..], &["http://127.0.0.1:9", "--token-file", "nothing"]].concat(),
            2,
        ),
        (
            &[&at[..], &["http://127.0.0.1:9", "--rate", "0"]].concat(),
            2,
        ),
        (
            &["run", "nothing.csv", "--base-url", "http://127.0.0.1:9"],
            2,
        ),
    ] {
        let done = talkative(&bench, args);
        assert_eq!(done.status, status, "{args:?}: {done:?}");
    }
}

#[test]
fn a_panic_does_not_show_the_token() {
    let bench = Bench::new();
    bench.archive(1, 0);
    let fake = Fake::start(Answer::accepted);
    let url = fake.url();
    let mut command = bench.command(&Bench::sending(&url, &[]));
    // No thread can be started with so much room.
    command
        .env("MALOTE_TOKEN", TOKEN)
        .env("RUST_BACKTRACE", "full")
        .env("RUST_MIN_STACK", "1152921504606846976");
    let done = Running::start(command).finish();
    assert!(done.err.contains("panicked"), "{done:?}");
    assert_eq!(fake.count(), 0);
}

/// A page of an error that names the address that was asked for, as many servers' do.
#[test]
fn a_server_that_repeats_the_address_does_not_make_the_token_seen() {
    let page = |path: &str| format!("<html><title>Cannot POST {path}</title>{path}</html>");
    let ways: [fn(&str, &str) -> Answer; 5] = [
        |_, page| Answer::new(404, "text/html", page),
        |_, page| Answer::new(500, "text/html", page),
        |path, _| Answer::new(200, "application/json", format!("{{\"error\":\"{path}\"}}")),
        |path, _| Answer::new(422, "application/json", "{}").with("MsgErro", path),
        |path, _| Answer::new(302, "text/html", "").with("Location", path),
    ];
    for way in ways {
        let bench = Bench::new();
        bench.archive(3, 0);
        let fake = Fake::start(move |request| way(&request.path, &page(&request.path)));
        let done = talkative(&bench, &Bench::sending(&fake.url(), &["--attempts", "1"]));
        assert!(fake.count() > 0, "{done:?}");
        bench.assert_no_token();
    }
}

#[cfg(unix)]
#[test]
fn a_file_of_the_key_that_others_may_read_is_warned_of() {
    use std::os::unix::fs::PermissionsExt;
    let elsewhere = tempfile::tempdir().unwrap();
    let file = elsewhere.path().join("key");
    fs::write(&file, TOKEN).unwrap();
    let bench = Bench::new();
    bench.archive(1, 0);
    fs::write(bench.path("clients.txt"), "11222333000181\n").unwrap();
    let zen = Zen::start(Settings::default());
    let url = zen.url();
    let file_text = file.to_str().unwrap();
    let given = ["--base-url", &url, "--token-file", file_text];
    let known = [
        "fetch-known",
        "--clients",
        "clients.txt",
        "--rate",
        "unlimited",
    ];
    let period = ["--from", "2019-01-01", "--to", "2019-12-31"];
    let run = Bench::sending(&url, &["--token-file", file_text]);
    let commands = [
        run,
        [&known[..], &period, &given].concat(),
        [&["doctor", "--timezone", "UTC"][..], &given].concat(),
    ];
    for (mode, warned) in [(0o600, false), (0o400, false), (0o644, true), (0o620, true)] {
        fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
        for args in &commands {
            let done = bench.malote(args);
            let is_doctor = args[0] == "doctor";
            let status = i32::from(is_doctor && warned);
            assert_eq!(done.status, status, "{args:?}: {done:?}");
            let said = if is_doctor { &done.out } else { &done.err };
            assert_eq!(said.contains("chmod 600"), warned, "{mode:o}: {done:?}");
        }
        let mut sandbox = bench.start(&["sandbox", "--token-file", file_text]);
        sandbox.wait_to_say("http://127.0.0.1");
        assert!(sandbox.is_running());
        let done = sandbox.kill();
        assert_eq!(done.err.contains("chmod 600"), warned, "{mode:o}: {done:?}");
    }
}

/// Bug: `doctor` told how to close a file to others by its name, also where that is the key.
#[cfg(unix)]
#[test]
fn a_file_that_has_the_key_for_its_name_is_not_named() {
    use std::os::unix::fs::PermissionsExt;
    let elsewhere = tempfile::tempdir().unwrap();
    let file = elsewhere.path().join(TOKEN);
    fs::write(&file, TOKEN).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    let bench = Bench::new();
    let given = ["--base-url", "http://127.0.0.1:9", "--token-file"];
    let args = [&["doctor"][..], &given, &[file.to_str().unwrap()]].concat();
    let done = bench.malote(&args);
    assert_eq!(done.status, 1, "{done:?}");
    assert!(done.out.contains("others on this computer"), "{done:?}");
}

/// Bug: it was read until the memory ran out.
#[cfg(unix)]
#[test]
fn a_file_of_the_key_that_never_ends_is_none() {
    let bench = Bench::new();
    bench.archive(1, 0);
    let given = ["--token-file", "/dev/zero"];
    let args = Bench::sending("http://127.0.0.1:9", &given);
    let (done, peak) = bench.bounded(&args).finish_measured();
    assert_eq!(done.status, 2, "{done:?}");
    assert!(done.err.contains("the key must be one word"), "{done:?}");
    assert!(peak < 200_000, "{peak} kB");
}

/// What is logged at each level, of a server that repeats all it was sent.
#[test]
fn no_level_of_the_log_shows_the_token() {
    let bench = Bench::new();
    bench.archive(4, 2);
    let fake = Fake::start(|request| {
        let headers = format!("{:?}", request.headers);
        let said = format!("{} {headers}", request.path);
        match request.number % 3 {
            0 => Answer::new(500, "text/html", said),
            1 => Answer::new(422, "application/json", "{}").with("MsgErro", &request.path),
            _ => Answer::Cut,
        }
    });
    let url = fake.url();
    for level in ["error", "warn", "info", "debug", "trace"] {
        let log = format!("{level}.log");
        let options = ["--attempts", "1", "--log-file", &log, "--log-level", level];
        let options = [&options[..], &["--retry-rejected"]].concat();
        let before = fake.count();
        let done = talkative(&bench, &Bench::sending(&url, &options));
        assert_ne!(done.status, 2, "{level}: {done:?}");
        assert!(fake.count() > before, "{level}: {done:?}");
        let logged = fs::metadata(bench.path(&log)).unwrap().len();
        assert!(logged > 0 || level == "error", "{level}");
        bench.assert_no_token();
    }
}

/// Every command that has the key, or may meet it, with a log of everything: where the server is well, where it is not, and
/// where the key is wrong. What they say and leave is searched, names of files too.
#[test]
fn no_command_that_has_the_token_logs_it() {
    let bench = Bench::new();
    let archive = bench.archive(4, 2);
    let zen = Zen::start(Settings::default());
    let url = zen.url();
    let fake = Fake::start(|request| Answer::new(403, "text/html", request.path.as_str()));
    let closed = "http://127.0.0.1:9";
    let document = crate::support::records(&bench.read("malote.csv"))[0]["path"].clone();
    fs::write(bench.path("clients.txt"), "11222333000181;Padaria\n").unwrap();
    let mut number = 0;
    let mut run = |args: &[&str], statuses: &[i32]| {
        number += 1;
        let log = format!("{number}.log");
        let logged = ["--log-file", &log, "--log-level", "trace"];
        let done = talkative(&bench, &[args, &logged].concat());
        assert!(statuses.contains(&done.status), "{args:?}: {done:?}");
        bench.assert_no_token();
        assert!(bench.path(&log).exists(), "{args:?}");
        // An echo of the token would be a proof of nothing, were nothing logged.
        fs::metadata(bench.path(&log)).unwrap().len()
    };
    for base in [fake.url().as_str(), &url, closed] {
        let well = base == url;
        let at = ["--base-url", base];
        let status: &[i32] = if well { &[0] } else { &[1, 2, 3, 4] };
        let doctor = ["doctor", "--timezone", "UTC", "--manifest", "malote.csv"];
        // Of an office it asks nothing that takes the key.
        run(&[&doctor[..], &at].concat(), &[0, 1]);
        run(
            &[&doctor[..], &at, &["--one", &document, "--yes"]].concat(),
            &[0, 1, 2, 3, 4],
        );
        let known = [
            "fetch-known",
            "--clients",
            "clients.txt",
            "--rate",
            "unlimited",
        ];
        let period = [
            "--from",
            "2019-01-01",
            "--to",
            "2019-12-31",
            "-o",
            "known.csv",
        ];
        if well {
            run(&[&known[..], &period, &at].concat(), status);
        }
        if base != closed {
            let sent = run(&Bench::sending(base, &["--attempts", "1"]), status);
            assert!(sent > 0);
        }
    }
    let known = [
        "fetch-known",
        "--clients",
        "clients.txt",
        "--rate",
        "unlimited",
    ];
    let period = [
        "--from",
        "2019-01-01",
        "--to",
        "2019-12-31",
        "-o",
        "refused.csv",
    ];
    run(
        &[&known[..], &period, &["--base-url", &fake.url()]].concat(),
        &[1, 2, 3, 4],
    );
    run(
        &["report", "malote.csv", "--client", "11222333000181"],
        &[0, 2],
    );
    run(&["report", "malote.csv", "-o", "page.html"], &[0]);
    run(&["diff", "malote.csv"], &[0]);
    assert_eq!(zen.account().accepted, archive.count());
}

/// The sandbox shows a key of its own; one that it was given it does not show.
#[cfg(unix)]
#[test]
fn the_sandbox_does_not_show_the_token_that_it_was_given() {
    let bench = Bench::new();
    let elsewhere = tempfile::tempdir().unwrap();
    let key = elsewhere.path().join("key");
    fs::write(&key, TOKEN).unwrap();
    let log = ["--log-file", "sandbox.log", "--log-level", "trace"];
    let sandbox = ["sandbox", "--token-file", key.to_str().unwrap()];
    let mut running = bench.start(&[&sandbox[..], &log].concat());
    running.wait_to_say("http://127.0.0.1");
    assert!(running.is_running());
    running.signal("TERM");
    running.finish();
    bench.assert_no_token();
}

/// Fifty documents, and a Zen that is slow enough for a look at the run.
#[cfg(target_os = "linux")]
fn slow() -> (Bench, Zen) {
    let bench = Bench::new();
    bench.archive(50, 0);
    let zen = Zen::start(Settings {
        latency: std::time::Duration::from_millis(50),
        ..Settings::default()
    });
    (bench, zen)
}

/// Another user's program cannot look into it, and a core dump that goes to a program is not made: what the system shows of
/// such a process is root's.
#[cfg(target_os = "linux")]
#[test]
fn the_memory_of_a_run_is_nobody_elses_business() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    use std::os::unix::process::CommandExt;
    let (bench, zen) = slow();
    let url = zen.url();
    let mut command = bench.command(&Bench::sending(&url, &["--concurrency", "1"]));
    command.env("MALOTE_TOKEN", TOKEN);
    if fs::metadata("/proc/self").unwrap().uid() == 0 {
        // Of root's own processes it cannot be seen.
        fs::set_permissions(bench.path(""), fs::Permissions::from_mode(0o777)).unwrap();
        command.uid(65534).gid(65534);
    }
    let run = Running::start(command);
    crate::support::process::wait_until("the run sends", || zen.account().requests > 1);
    let shown = fs::metadata(format!("/proc/{}/status", run.pid())).unwrap();
    assert_eq!(shown.uid(), 0);
    run.kill();
}

#[cfg(target_os = "linux")]
#[test]
fn a_run_leaves_no_core_dump() {
    let (bench, zen) = slow();
    let run = bench.begin(&zen.url(), &["--concurrency", "1"]);
    crate::support::process::wait_until("the run sends", || zen.account().requests > 1);
    let limits = fs::read_to_string(format!("/proc/{}/limits", run.pid())).unwrap();
    let line = limits
        .lines()
        .find(|line| line.starts_with("Max core file size"));
    let words: Vec<_> = line.unwrap().split_whitespace().collect();
    assert_eq!(words[4..6], ["0", "0"], "{limits}");
    run.kill();
}
