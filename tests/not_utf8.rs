//! Bytes that are no UTF-8, wherever a person, a spreadsheet or another program may put them: nothing panics, a sentence
//! says where they are, and the exit status is that of any other mistake there.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use clap::CommandFactory;
use clap::builder::ValueParser;
use malote::cli::Cli;
use malote::journal::HEADER;
use malote::sandbox::Settings;

use crate::support::archive::{cancellation_text, note_text};
use crate::support::process::{Running, wait_until};
use crate::support::zen::Zen;
use crate::support::{Bench, Done, TOKEN, records};

/// No letter of UTF-8 begins, goes on or ends with it.
const BYTES: &[u8] = b"a\xff";

fn no_text() -> &'static OsStr {
    OsStr::from_bytes(BYTES)
}

/// The program with `args`, some of which may be no text, and one variable.
fn run(bench: &Bench, args: &[&OsStr], variable: Option<(&str, &OsStr)>) -> Done {
    let mut command = bench.command(&[]);
    command.args(args).env("MALOTE_TOKEN", TOKEN);
    command.envs(variable);
    let done = Running::start(command).finish();
    assert_is_said(&done, &format!("{args:?} {variable:?}"));
    done
}

/// It has ended by itself, and said something where it went wrong.
fn assert_is_said(done: &Done, what: &str) {
    assert!([0, 1, 2, 3, 4].contains(&done.status), "{what}: {done:?}");
    assert!(!done.err.contains("panicked"), "{what}: {done:?}");
    done.assert_no_controls();
    let said = done.status < 2 || !done.err.trim().is_empty();
    assert!(said, "{what}: {done:?}");
}

fn words<'a>(args: &[&'a str]) -> Vec<&'a OsStr> {
    args.iter().map(|word| OsStr::new(*word)).collect()
}

/// What each command needs besides.
fn needed(command: &str) -> Vec<&'static OsStr> {
    words(match command {
        "plan" | "rehearse" => &["archive"],
        "run" => &["malote.csv", "--dry-run"],
        "diff" | "report" => &["malote.csv"],
        "fetch-known" => &["--from", "2019-01-01", "--to", "2019-12-31"],
        "completions" => &["bash"],
        _ => &[],
    })
}

/// Whether an option takes any name of a file.
fn is_path(option: &clap::Arg) -> bool {
    option.get_value_parser().type_id() == ValueParser::path_buf().type_id()
}

/// Every option of every command, and every variable that stands for one. Bug: clap said that some argument was no UTF-8,
/// but not which, in English whatever the language, and of a variable that it was an argument.
#[test]
fn every_option_and_variable_of_text_is_named_where_it_is_none() {
    let bench = Bench::new();
    bench.archive(2, 0);
    let mut program = Cli::command();
    program.build();
    let mut cases = 0;
    for command in program.get_subcommands() {
        let base = [OsStr::new(command.get_name())];
        let base = [&base[..], &needed(command.get_name())].concat();
        for option in command.get_arguments().filter(|one| !is_path(one)) {
            if !option.get_action().takes_values() {
                continue;
            }
            for lang in ["en", "pt-BR"] {
                if let Some(long) = option.get_long() {
                    let mut glued = OsString::from(format!("--{long}="));
                    glued.push(no_text());
                    let line = [&base[..], &[&glued, OsStr::new("--lang"), OsStr::new(lang)]];
                    let done = run(&bench, &line.concat(), None);
                    assert_eq!(done.status, 2, "{glued:?}: {done:?}");
                    assert!(done.err.contains(long), "{glued:?}: {done:?}");
                    assert!(!done.err.contains("or more arguments"), "{done:?}");
                    cases += 1;
                }
                if let Some(name) = option.get_env() {
                    let line = [&base[..], &words(&["--lang", lang])].concat();
                    let name = name.to_str().unwrap();
                    let done = run(&bench, &line, Some((name, no_text())));
                    assert_eq!(done.status, 2, "{name}: {done:?}");
                    let long = option.get_long().unwrap();
                    let said = done.err.contains(name) || done.err.contains(long);
                    assert!(said, "{name}: {done:?}");
                    assert!(!done.err.contains("or more arguments"), "{done:?}");
                    cases += 1;
                }
            }
        }
    }
    assert!(cases > 150, "{cases}");
}

/// Variables that no option of clap's stands for.
#[test]
fn variables_that_are_read_by_hand_are_named_where_they_are_no_text() {
    let bench = Bench::new();
    bench.archive(2, 0);
    let plain = words(&["run", "malote.csv", "--base-url", "http://127.0.0.1:9"]);
    let nowhere = words(&["run", "malote.csv"]);
    for (args, name, said) in [
        (&nowhere, "MALOTE_OFFICE", "--office"),
        (&nowhere, "MALOTE_BASE_URL", "--base-url"),
        (&plain, "MALOTE_TOKEN", "the key must be"),
        (&plain, "MALOTE_TOKEN_FILE", "the key's file"),
        (&plain, "MALOTE_QUIET_HOURS", "--quiet-hours"),
        (&plain, "MALOTE_LANG", "MALOTE_LANG"),
    ] {
        let done = run(&bench, args, Some((name, no_text())));
        assert_eq!(done.status, 2, "{name}: {done:?}");
        assert!(done.err.contains(said), "{name}: {done:?}");
    }
    // Any bytes name a file.
    let done = run(
        &bench,
        &words(&[
            "run",
            "malote.csv",
            "--base-url",
            "http://127.0.0.1:9",
            "--dry-run",
        ]),
        Some(("MALOTE_JOURNAL", no_text())),
    );
    assert_eq!(done.status, 0, "{done:?}");
    let done = run(
        &bench,
        &words(&["diff", "malote.csv"]),
        Some(("MALOTE_JOURNAL", no_text())),
    );
    assert_eq!(done.status, 2, "{done:?}");
    assert!(done.err.contains("there is no journal"), "{done:?}");
    let done = run(
        &bench,
        &words(&["man"]),
        Some(("MALOTE_LOG_FILE", no_text())),
    );
    assert_eq!(done.status, 0, "{done:?}");
    assert!(bench.path("").join(no_text()).is_file(), "the log");
}

/// Words that belong to no option.
#[test]
fn words_that_are_no_text_and_mean_nothing_are_refused() {
    let bench = Bench::new();
    bench.archive(2, 0);
    let mut option = OsString::from("--");
    option.push(no_text());
    for args in [
        vec![no_text()],
        vec![OsStr::new("plan"), no_text()],
        vec![OsStr::new("run"), no_text(), OsStr::new("--sandbox")],
        vec![OsStr::new("diff"), no_text()],
        vec![OsStr::new("report"), no_text()],
        vec![OsStr::new("rehearse"), no_text()],
        vec![OsStr::new("completions"), no_text()],
        vec![OsStr::new("help"), no_text()],
        vec![OsStr::new("run"), OsStr::new("malote.csv"), &option],
        vec![&option],
    ] {
        let done = run(&bench, &args, None);
        // A folder that is not there has a row.
        let status = if args[0] == "rehearse" { 1 } else { 2 };
        assert_eq!(done.status, status, "{args:?}: {done:?}");
    }
}

/// Columns whose cells the program acts upon; the others are told to people alone.
const READ: [&str; 6] = ["action", "kind", "route", "id", "sha256", "path"];

/// The commands that read a manifest.
const READERS: [&[&str]; 6] = [
    &["run", "malote.csv", "--sandbox"],
    &["run", "malote.csv", "--dry-run"],
    &["diff", "malote.csv"],
    &["diff", "malote.csv", "--format", "csv"],
    &["report", "malote.csv"],
    &["run", "malote.csv", "--sandbox", "--pilot"],
];

/// `text` with bytes that are none in the cell number `column` of the line number `line`.
fn spoilt(text: &str, line: usize, column: usize) -> Vec<u8> {
    let mut lines = Vec::new();
    for (number, text) in (1..).zip(text.lines()) {
        let mut cells: Vec<_> = text
            .split(',')
            .map(|cell| cell.as_bytes().to_vec())
            .collect();
        if number == line {
            cells[column].extend_from_slice(b"\xe7\xe3o");
        }
        lines.push([cells.join(&b','), b"\n".to_vec()].concat());
    }
    lines.concat()
}

/// As a spreadsheet saves it that does not write UTF-8. Bug: where the journal that `diff` names was no UTF-8, the default
/// one was begun instead, and what had been sent would have been sent again.
#[test]
fn a_manifest_that_is_no_utf8_is_refused_with_its_line() {
    let bench = Bench::new();
    bench.archive(3, 0);
    let plain = bench.read("malote.csv");
    let (header, rows) = plain.split_once('\n').unwrap();
    let rows = rows.replace('\n', ",malote.journal.csv\n");
    let with_journal = format!("{header},journal\n{rows}");
    let names: Vec<_> = with_journal.lines().next().unwrap().split(',').collect();
    fs::write(bench.path("malote.journal.csv"), format!("{HEADER}\n")).unwrap();
    let sent = Zen::start(Settings::default());
    for (column, name) in names.iter().enumerate() {
        for line in [1, 3] {
            fs::write(
                bench.path("malote.csv"),
                spoilt(&with_journal, line, column),
            )
            .unwrap();
            let is_read = line == 1 || READ.contains(name) || *name == "journal";
            for args in READERS {
                let _ = fs::remove_file(bench.path("malote.sandbox.journal.csv"));
                let done = run(&bench, &words(args), None);
                let what = format!("{name}, line {line}, {args:?}: {done:?}");
                assert_eq!(done.status == 2, is_read, "{what}");
                let said = format!("malote.csv: line {line}: it is not UTF-8");
                assert_eq!(done.err.contains(&said), is_read, "{what}");
                let begun = bench.path("malote.sandbox.journal.csv").exists();
                assert!(!(is_read && begun), "{what}");
            }
            if is_read {
                let url = sent.url();
                assert_eq!(bench.send(&url, &[]).status, 2, "{name}, line {line}");
            }
        }
    }
    assert_eq!(sent.account().requests, 0);
    // What "Unicode text" is to a spreadsheet, and a manifest with one byte that belongs elsewhere.
    let wide: Vec<_> = plain.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for bytes in [[&b"\xff\xfe"[..], &wide].concat(), wide] {
        fs::write(bench.path("malote.csv"), bytes).unwrap();
        for args in READERS {
            let done = run(&bench, &words(args), None);
            assert_eq!(done.status, 2, "{args:?}: {done:?}");
            assert!(done.err.contains("malote.csv: line 1: "), "{done:?}");
        }
    }
}

/// An archive, folders and files whose names are no text, one of them in a zip; the two documents of it are sent.
fn unnameable(bench: &Bench) -> PathBuf {
    let archive = bench.path("").join(OsStr::from_bytes(b"arq\xff"));
    let folder = archive.join(OsStr::from_bytes(b"jan\xe9"));
    fs::create_dir_all(&folder).unwrap();
    let name = OsStr::from_bytes(b"nota\xe7\xe3o.xml");
    fs::write(folder.join(name), note_text(1, 1500)).unwrap();
    fs::write(folder.join("nota%FF.xml"), note_text(2, 1500)).unwrap();
    fs::write(
        folder.join(OsStr::from_bytes(b"e\xff.XML")),
        cancellation_text(1),
    )
    .unwrap();
    archive
}

/// The line of what was said that begins so, as the shell does it.
fn pasted(bench: &Bench, said: &str, start: &str) -> Done {
    let line = said
        .lines()
        .find(|line| line.trim_start().starts_with(start));
    let line = line.unwrap_or_else(|| panic!("{start}: {said}"));
    // The program is not in the shell's way.
    let line = line
        .trim()
        .replacen("malote", env!("CARGO_BIN_EXE_malote"), 1);
    let mut shell = Command::new("sh");
    shell.arg("-c").arg(line).current_dir(bench.path(""));
    shell
        .env_clear()
        .env("MALOTE_TOKEN", TOKEN)
        .env("MALOTE_LANG", "en");
    crate::support::done(&shell.output().unwrap())
}

/// Bug: `malote` alone and `fetch-known` told of commands with another name.
#[test]
fn names_that_are_no_text_are_planned_sent_told_of_and_found_again() {
    let bench = Bench::new();
    let archive = unnameable(&bench);
    let manifest = OsStr::from_bytes(b"m\xff.csv");
    let zen = Zen::start(Settings::default());
    let url = zen.url();
    let plan = [
        OsStr::new("plan"),
        archive.as_os_str(),
        OsStr::new("-o"),
        manifest,
    ];
    let done = run(&bench, &plan, None);
    assert_eq!(done.status, 0, "{done:?}");
    let dry = pasted(&bench, &done.out, "malote run");
    assert!(dry.out.starts_with("3 documents would be sent"), "{dry:?}");
    let text = fs::read_to_string(bench.path("").join(manifest)).unwrap();
    let paths: Vec<_> = records(&text)
        .into_iter()
        .map(|row| row["path"].clone())
        .collect();
    for name in ["arq%FF/jan%E9/nota%E7%E3o.xml", "nota%25FF.xml", "e%FF.XML"] {
        assert!(paths.iter().any(|path| path.ends_with(name)), "{paths:?}");
    }
    let done = run(&bench, &[], None);
    assert_eq!(done.status, 0, "{done:?}");
    let told = done.out.replace(env!("CARGO_BIN_EXE_malote"), "malote");
    let dry = pasted(&bench, &told, "malote run");
    assert!(dry.out.starts_with("3 documents would be sent"), "{dry:?}");

    // The archive is elsewhere now; of its name the command line has what the manifest has.
    let moved = bench.path("").join(OsStr::from_bytes(b"novo\xfe"));
    fs::rename(&archive, &moved).unwrap();
    let root = format!("{0}/arq%FF={0}/novo%FE", bench.path("").display()).replace("//", "/");
    let at = words(&["--base-url", &url, "--quiet-hours", "none", "--root", &root]);
    let sends = [&[OsStr::new("run"), manifest][..], &at].concat();
    let done = run(&bench, &sends, None);
    assert_eq!((done.status, zen.account().accepted), (0, 3), "{done:?}");
    assert!(
        bench
            .path("")
            .join(OsStr::from_bytes(b"m\xff.journal.csv"))
            .exists()
    );
    for args in [
        &["diff"][..],
        &["report"],
        &["diff", "--format", "csv", "--only", "accepted"],
    ] {
        let line = [&words(args)[..], &[manifest]].concat();
        let done = run(&bench, &line, None);
        assert_eq!(done.status, 0, "{done:?}");
    }
    bench.read("report.html");
    let rehearse = [OsStr::new("rehearse"), moved.as_os_str()];
    assert_eq!(run(&bench, &rehearse, None).status, 0);
}

/// A run of so many documents, and its journal.
fn with_journal(documents: usize) -> (Bench, Zen, Vec<u8>) {
    let bench = Bench::new();
    bench.archive(documents, 0);
    let zen = Zen::start(Settings::default());
    assert_eq!(bench.send(&zen.url(), &["--batch", "20"]).status, 0);
    let journal = fs::read(bench.path("malote.journal.csv")).unwrap();
    (bench, zen, journal)
}

/// Where the line of that number (from 1) begins.
fn start_of(bytes: &[u8], line: usize) -> usize {
    let mut ends = memchr::memchr_iter(b'\n', bytes);
    ends.nth(line - 2).unwrap() + 1
}

#[test]
fn bytes_at_the_end_of_a_journal_are_cut_and_nothing_that_was_said_before_is_lost() {
    let (bench, zen, whole) = with_journal(5);
    let url = zen.url();
    let lines = memchr::memchr_iter(b'\n', &whole).count();
    let last = start_of(&whole, lines);
    let mut within = whole.clone();
    within[last + 70] = 0xff;
    for (spoilt, unsettled) in [
        ([&whole[..], b"\xff\xfe\xe7"].concat(), 0),
        ([&whole[..], b"\xff\xfe\xe7\n"].concat(), 0),
        ([&whole[..last], b"\xff\n", &whole[last..]].concat(), 0),
        (within, 0),
    ] {
        fs::write(bench.path("malote.journal.csv"), &spoilt).unwrap();
        for args in [&["diff", "malote.csv"][..], &["report", "malote.csv"], &[]] {
            let done = run(&bench, &words(args), None);
            assert_eq!(done.status, 0, "{args:?}: {done:?}");
            let left = fs::read(bench.path("malote.journal.csv")).unwrap();
            assert!(left == spoilt, "who reads changes nothing");
        }
        let done = bench.send(&url, &[]);
        assert_eq!(done.status, 0, "{done:?}");
        assert!(done.err.contains("journal.csv.torn-"), "{done:?}");
        assert_eq!(bench.balance(&[])["accepted"], 5 - unsettled);
        assert!(std::str::from_utf8(&fs::read(bench.path("malote.journal.csv")).unwrap()).is_ok());
    }
    assert_eq!(zen.repeated(), 0);
}

#[test]
fn bytes_before_the_end_of_a_journal_are_damage_with_its_line_and_status_4() {
    let (bench, zen, whole) = with_journal(300);
    let url = zen.url();
    assert!(whole.len() > 100 * 1024, "{}", whole.len());
    let before = zen.account().requests;
    for line in [2, 3, 50] {
        let start = start_of(&whole, line);
        let mut over = whole.clone();
        over[start + 40] = 0xff;
        let between = [&whole[..start], b"\xff\xfe\n", &whole[start..]].concat();
        for spoilt in [over, between] {
            fs::write(bench.path("malote.journal.csv"), &spoilt).unwrap();
            let at = format!("damaged at line {line}:");
            for args in [
                &["diff", "malote.csv"][..],
                &["diff", "malote.csv", "--format", "csv"],
                &["report", "malote.csv"],
                &["run", "malote.csv", "--dry-run"],
            ] {
                let done = run(&bench, &words(args), None);
                assert_eq!(done.status, 4, "{args:?}: {done:?}");
                assert!(done.err.contains(&at), "{args:?}: {done:?}");
            }
            let done = bench.send(&url, &[]);
            assert_eq!(done.status, 4, "{done:?}");
            assert!(done.err.contains(&at), "{done:?}");
            let alone = run(&bench, &[], None);
            assert!(alone.out.contains(&at), "{alone:?}");
            let left = fs::read(bench.path("malote.journal.csv")).unwrap();
            assert!(left == spoilt, "nothing is changed");
        }
    }
    assert_eq!(zen.account().requests, before);
}

/// What a newer or another program may write: the checksum is right, and so is the record, but a cell is no text.
#[test]
fn a_whole_record_with_bytes_in_a_cell_is_read_for_what_it_says() {
    let (bench, zen, whole) = with_journal(3);
    let text = String::from_utf8(whole).unwrap();
    let names: Vec<_> = text.lines().next().unwrap().split(',').collect();
    let lines: Vec<_> = text.lines().collect();
    let row = lines
        .iter()
        .position(|line| line.contains(",accepted,"))
        .unwrap();
    for (column, name) in names.iter().enumerate().filter(|(_, name)| **name != "crc") {
        let spoilt = spoilt(&text, row + 1, column);
        let lines = spoilt.split(|byte| *byte == b'\n');
        let mut again = Vec::new();
        for (number, line) in lines.enumerate() {
            if number == row {
                let fields = &line[..memchr::memrchr(b',', line).unwrap()];
                let crc = format!(",{:08x}", crc32fast::hash(fields));
                again.push([fields, crc.as_bytes()].concat());
            } else {
                again.push(line.to_vec());
            }
        }
        fs::write(bench.path("malote.journal.csv"), again.join(&b'\n')).unwrap();
        for args in [
            &["diff", "malote.csv"][..],
            &[
                "diff",
                "malote.csv",
                "--format",
                "csv",
                "--only",
                "accepted",
            ],
            &["report", "malote.csv"],
            &["run", "malote.csv", "--dry-run"],
            &["report", "malote.csv", "--client", "11.222.333/0001-81"],
        ] {
            let done = run(&bench, &words(args), None);
            match *name {
                // A hash that is none says nothing that a journal can say.
                "sha256" => assert_eq!(done.status, 4, "{name}: {args:?}: {done:?}"),
                "event" => assert!([0, 1].contains(&done.status), "{name}: {args:?}: {done:?}"),
                _ => assert_eq!(done.status, 0, "{name}: {args:?}: {done:?}"),
            }
        }
    }
    assert_eq!(zen.repeated(), 0);
}

#[test]
fn a_second_run_is_refused_whatever_stands_where_the_first_is_named() {
    let bench = Bench::new();
    bench.archive(200, 0);
    let zen = Zen::start(Settings {
        latency: std::time::Duration::from_millis(20),
        ..Settings::default()
    });
    let url = zen.url();
    let first = bench.begin(&url, &["--concurrency", "1"]);
    wait_until("the first run sends", || zen.account().requests > 1);
    fs::write(bench.path("malote.journal.csv.holder"), b"\xff\x1b[31m").unwrap();
    let second = bench.send(&url, &[]);
    assert_eq!(second.status, 4, "{second:?}");
    assert!(second.err.contains("an unknown process"), "{second:?}");
    second.assert_no_controls();
    first.kill();
}

/// Lists that another program saved.
#[test]
fn lists_that_are_no_utf8_are_read_or_refused_with_what_is_wrong() {
    let bench = Bench::new();
    bench.archive(2, 0);
    let key = records(&bench.read("malote.csv"))[0]["id"][3..].to_owned();
    let file = |name: &str, bytes: &[u8]| {
        fs::write(bench.path(name), bytes).unwrap();
        name.to_owned()
    };
    let latin = file("latin.csv", b"11222333000181;Padaria Jo\xe3o\n");
    let wide: Vec<_> = "\u{feff}11222333000181;Padaria João\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let wide = file("wide.csv", &wide);
    let wrong = file("wrong.csv", b"11222333000181\n\xff\xfe\xe3\n");
    let binary = file("binary.csv", b"\xff\xff\n\xfe\xfe\n");
    let held = [key.as_bytes(), b",nfe,Jo\xe3o,false\n"].concat();
    let held = file("held.csv", &held);
    for (option, name, status, said) in [
        ("--clients", &latin, 0, ""),
        ("--clients", &wide, 0, ""),
        ("--clients", &wrong, 2, "wrong.csv line 2"),
        ("--clients", &binary, 2, "binary.csv"),
        ("--known", &held, 0, ""),
        ("--known", &binary, 2, "holds no access key"),
        ("--known", &wide, 2, "holds no access key"),
    ] {
        let plan = ["plan", "archive", "--force", option, name];
        let done = run(&bench, &words(&plan), None);
        assert_eq!(done.status, status, "{plan:?}: {done:?}");
        assert!(done.err.contains(said), "{plan:?}: {done:?}");
        if option == "--clients" {
            let fetch = [
                "fetch-known",
                "--sandbox",
                option,
                name,
                "--rate",
                "unlimited",
            ];
            let period = [
                "--from",
                "2019-01-01",
                "--to",
                "2019-12-31",
                "-o",
                "out.csv",
            ];
            let done = run(&bench, &words(&[&fetch[..], &period].concat()), None);
            assert_eq!(done.status, status, "{fetch:?}: {done:?}");
            assert!(done.err.contains(said), "{fetch:?}: {done:?}");
        } else {
            let diff = ["diff", "malote.csv", option, name];
            let done = run(&bench, &words(&diff), None);
            assert_eq!(done.status == 2, status == 2, "{diff:?}: {done:?}");
            assert!(done.err.contains(said), "{diff:?}: {done:?}");
        }
    }
    let plan = ["plan", "archive", "--force", "--known", &held];
    let done = run(&bench, &words(&plan), None);
    assert!(
        bench.read("malote.csv").contains("skip"),
        "the key is found: {done:?}"
    );
}

/// What stands in the file of the key is never shown, be it the key or not.
#[test]
fn a_file_of_the_key_that_is_no_text_is_refused_and_not_shown() {
    let bench = Bench::new();
    bench.archive(1, 0);
    let elsewhere = tempfile::tempdir().unwrap();
    let file = elsewhere.path().join("key");
    let odd: Vec<u8> = TOKEN.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for bytes in [
        [TOKEN.as_bytes(), b"\xff"].concat(),
        [b"\xff", TOKEN.as_bytes()].concat(),
        [&b"\xff\xfe"[..], TOKEN.as_bytes()].concat(),
        odd,
        b"\xff\xfe\x00\xd8".to_vec(),
        vec![0; 64],
    ] {
        fs::write(&file, &bytes).unwrap();
        let given = file.to_str().unwrap();
        for args in [
            &[
                "run",
                "malote.csv",
                "--base-url",
                "http://127.0.0.1:9",
                "--token-file",
                given,
            ][..],
            &[
                "doctor",
                "--base-url",
                "http://127.0.0.1:9",
                "--token-file",
                given,
            ],
            &["sandbox", "--token-file", given],
        ] {
            let done = bench.malote(args);
            assert_is_said(&done, &format!("{bytes:?} {args:?}"));
            let status = if args[0] == "doctor" { 1 } else { 2 };
            assert_eq!(done.status, status, "{bytes:?} {args:?}: {done:?}");
            assert!(Path::new(given).exists() && !bench.path("malote.journal.csv").exists());
        }
    }
}

/// Bug: it was named as it is shown, which is another name.
#[test]
fn the_list_is_named_as_the_shell_takes_it() {
    let bench = Bench::new();
    fs::write(bench.path("clients.csv"), "11222333000181\n").unwrap();
    for (name, told) in [
        (&b"k\xff.csv"[..], "--known k\"$(printf '\\377')\".csv"),
        (b"two words.csv", "--known 'two words.csv'"),
    ] {
        let fetch = ["fetch-known", "--sandbox", "--clients", "clients.csv"];
        let period = ["--from", "2019-01-01", "--to", "2019-12-31", "-o"];
        let line = [words(&fetch), words(&period), vec![OsStr::from_bytes(name)]];
        let done = run(&bench, &line.concat(), None);
        assert_eq!(done.status, 0, "{done:?}");
        assert_eq!(done.out.matches(told).count(), 2, "{done:?}");
    }
}
