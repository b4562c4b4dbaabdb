//! Files that are no UTF-8: manifests, journals, lists, the file of the key.

use std::fs;
use std::path::Path;

use malote::journal::HEADER;
use malote::sandbox::Settings;

use super::{assert_is_said, run, words};
use crate::support::process::wait_until;
use crate::support::zen::Zen;
use crate::support::{Bench, TOKEN, records};

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
    for bytes in [wide(&format!("\u{feff}{plain}")), wide(&plain)] {
        fs::write(bench.path("malote.csv"), bytes).unwrap();
        for args in READERS {
            let done = run(&bench, &words(args), None);
            assert_eq!(done.status, 2, "{args:?}: {done:?}");
            assert!(done.err.contains("malote.csv: line 1: "), "{done:?}");
        }
    }
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

/// `text` as Windows writes it.
fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// Lists that another program saved. Bug: one of a single line in UTF-16 was taken for an empty list of keys.
#[test]
fn lists_that_are_no_utf8_are_read_or_refused_with_what_is_wrong() {
    let bench = Bench::new();
    bench.archive(2, 0);
    let key = records(&bench.read("malote.csv"))[0]["id"][3..].to_owned();
    let clients = wide("\u{feff}11222333000181;Padaria João\n");
    let held = [key.as_bytes(), b",nfe,Jo\xe3o,false\n"].concat();
    let files: [(&str, &str, &[u8], i32, &str); 7] = [
        (
            "--clients",
            "latin.csv",
            b"11222333000181;Padaria Jo\xe3o\n",
            0,
            "",
        ),
        ("--clients", "wide.csv", &clients, 0, ""),
        (
            "--clients",
            "wrong.csv",
            b"11222333000181\n\xff\xfe\xe3\n",
            2,
            "wrong.csv line 2",
        ),
        (
            "--clients",
            "binary.csv",
            b"\xff\xff\n\xfe\xfe\n",
            2,
            "binary.csv",
        ),
        ("--known", "held.csv", &held, 0, ""),
        (
            "--known",
            "binary.csv",
            b"\xff\xff\n\xfe\xfe\n",
            2,
            "holds no access key",
        ),
        (
            "--known",
            "wide.csv",
            &wide(&format!("\u{feff}{key}")),
            2,
            "holds no access key",
        ),
    ];
    for (option, name, bytes, status, said) in files {
        fs::write(bench.path(name), bytes).unwrap();
        let given = [option, name];
        let plan = [&["plan", "archive", "--force"][..], &given].concat();
        let fetch =
            "fetch-known --sandbox --rate unlimited -o out.csv --from 2019-01-01 --to 2019-12-31";
        let fetch: Vec<_> = fetch.split(' ').chain(given).collect();
        let diff = [&["diff", "malote.csv"][..], &given].concat();
        let other = if option == "--clients" { fetch } else { diff };
        for args in [plan, other] {
            let done = run(&bench, &words(&args), None);
            // What is not sent yet is left.
            let status = if args[0] == "diff" && status == 0 {
                1
            } else {
                status
            };
            assert_eq!(done.status, status, "{args:?}: {done:?}");
            assert!(done.err.contains(said), "{args:?}: {done:?}");
        }
    }
    let plan = ["plan", "archive", "--force", "--known", "held.csv"];
    let done = run(&bench, &words(&plan), None);
    let manifest = bench.read("malote.csv");
    assert!(manifest.contains("skip"), "the key is found: {done:?}");
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
