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
    let zen = Zen::start(Settings::default());
    let url = zen.url();
    for (mode, warned) in [(0o600, false), (0o400, false), (0o644, true), (0o620, true)] {
        fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
        let run = Bench::sending(&url, &["--token-file", file.to_str().unwrap()]);
        let done = bench.malote(&run);
        assert_eq!(done.status, 0, "{done:?}");
        assert_eq!(done.err.contains("chmod 600"), warned, "{mode:o}: {done:?}");
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

/// How the bytes of the key are kept here, so that this is no copy of it.
#[cfg(target_os = "linux")]
const MASK: u8 = 0x55;

/// What is left of the word that is `masked` in the memory of this process, in pieces of [`PIECE`] letters: where memory is
/// given back, its beginning is written over in any case, and others use parts of it.
#[cfg(target_os = "linux")]
fn copies(masked: &[u8]) -> usize {
    let masked = &masked[..PIECE];
    use std::os::unix::fs::FileExt;
    let maps = fs::read_to_string("/proc/self/maps").unwrap();
    let memory = fs::File::open("/proc/self/mem").unwrap();
    let mut buffer = vec![0; 1 << 20];
    let mine = buffer.as_ptr() as usize;
    let mine = mine..mine + buffer.len();
    let mut found = 0;
    for line in maps.lines().filter(|line| line.contains(" rw")) {
        let range = line.split_whitespace().next().unwrap();
        let (from, to) = range.split_once('-').unwrap();
        let end = usize::from_str_radix(to, 16).unwrap();
        let mut at = usize::from_str_radix(from, 16).unwrap();
        while at < end {
            // What was read for this is a copy, too.
            if mine.contains(&at) {
                at = mine.end;
                continue;
            }
            let next = if at < mine.start {
                mine.start
            } else {
                usize::MAX
            };
            let length = (end - at).min(buffer.len()).min(next - at);
            let read = memory.read_at(&mut buffer[..length], at as u64);
            let read = read.unwrap_or_default();
            let portion = &buffer[..read];
            let is_it = |start: &usize| {
                let rest = portion[*start..].iter();
                let same = rest.zip(masked).take_while(|(a, b)| *a ^ MASK == **b);
                same.count() == masked.len()
            };
            let starts = memchr::memchr_iter(masked[0] ^ MASK, portion);
            found += starts.filter(is_it).count();
            buffer.fill(0);
            // What lies across two portions begins in the first.
            let goes_on = read == length && at + length < end && length > masked.len();
            at += length - if goes_on { masked.len() } else { 0 };
        }
    }
    found
}

/// Letters after which a word of these tests repeats itself.
#[cfg(target_os = "linux")]
const PIECE: usize = 16;

/// A long word that is nowhere in the memory of this process, masked.
#[cfg(target_os = "linux")]
fn masked_word(number: u8) -> Vec<u8> {
    let digit = |at: usize| b"0123456789abcdef"[(at * 7 + usize::from(number)) % PIECE];
    (0..PIECE * 30).map(|at| digit(at) ^ MASK).collect()
}

/// Our own copies of the key are overwritten when they are dropped, however it was given, and where it is none, too. Bug:
/// what was read was moved to where it fits, and stayed where it had been.
#[cfg(target_os = "linux")]
#[test]
fn nothing_is_left_of_the_key_in_memory_when_it_is_dropped() {
    use malote::config::token;
    use secrecy::ExposeSecret;
    use secrecy::zeroize::Zeroize;
    use std::os::unix::ffi::OsStringExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("key");
    let shapes: [(&str, &dyn Fn(&[u8]) -> Vec<u8>, bool); 7] = [
        ("plain", &|word| word.to_vec(), true),
        ("a line", &|word| [word, b"\r\n"].concat(), true),
        (
            "with a mark",
            &|word| [b"\xef\xbb\xbf", word, b"\n"].concat(),
            true,
        ),
        (
            "UTF-16",
            &|word| {
                let letters = word.iter().flat_map(|letter| [*letter, 0]);
                [0xff, 0xfe].into_iter().chain(letters).collect()
            },
            true,
        ),
        ("long", &|word| [word, &b" ".repeat(5000)].concat(), true),
        ("with a quote", &|word| [b"\"", word].concat(), false),
        ("no text", &|word| [word, b"\xff"].concat(), false),
    ];
    let mut number = 0;
    for (shape, shaped, is_key) in shapes {
        for from_file in [true, false] {
            if !from_file && shape == "UTF-16" {
                continue;
            }
            number += 1;
            let masked = masked_word(number);
            let given = || {
                let mut word: Vec<_> = masked.iter().map(|letter| letter ^ MASK).collect();
                let shaped = shaped(&word);
                word.zeroize();
                shaped
            };
            let what = format!("{shape}, file: {from_file}");
            let mut text = given();
            fs::write(&path, &text).unwrap();
            text.zeroize();
            assert_eq!(copies(&masked), 0, "{what}: of the test's own");
            let variable = |name: &str| {
                let is_asked = name == "MALOTE_TOKEN" && !from_file;
                is_asked.then(|| OsStringExt::from_vec(given()))
            };
            let found = token(from_file.then_some(&*path), &variable);
            assert_eq!(found.is_ok(), is_key, "{what}");
            if let Ok(Some(token)) = found {
                assert!(
                    copies(&masked) > 0,
                    "{what}: it is not looked for where it is"
                );
                assert_eq!(token.expose_secret().len(), masked.len());
            }
            assert_eq!(copies(&masked), 0, "{what}");
        }
    }
}

/// What the key is put into is overwritten, too. Bug: where the address had to grow behind the key, it was moved.
#[cfg(target_os = "linux")]
#[test]
fn nothing_is_left_of_the_key_in_memory_when_the_way_to_the_server_is_dropped() {
    use malote::zen::{HttpLookup, HttpTransport, TransportOptions};
    use secrecy::SecretString;
    use secrecy::zeroize::Zeroize;
    // Among them addresses that fit behind the key and not behind the route.
    let lengths = (140..152)
        .step_by(3)
        .chain((466..490).step_by(4))
        .chain([1, 1000]);
    for (number, length) in (0..).zip(lengths) {
        let masked = masked_word(number);
        let mut word: Vec<_> = masked.iter().map(|letter| letter ^ MASK).collect();
        let token = SecretString::from(std::str::from_utf8(&word).unwrap());
        word.zeroize();
        let options = TransportOptions {
            base_url: format!("https://zen.example/{}", "a".repeat(length)),
            token,
            timeout: std::time::Duration::from_secs(1),
            user_agent: "malote".to_owned(),
            connections: 1,
        };
        let ways = (HttpTransport::new(&options), HttpLookup::new(&options));
        drop(options);
        assert!(copies(&masked) > 0, "{length}");
        drop((ways.0.unwrap(), ways.1.unwrap()));
        assert_eq!(copies(&masked), 0, "{length}");
    }
}
