//! What a result is never written over: journals, documents, whatever else is not what the command itself writes there.

use std::fs;
use std::io::Write;

use malote::sandbox::Settings;

use crate::support::process::wait_until;
use crate::support::zen::Zen;
use crate::support::{Bench, Done, records};

/// A job that is done, with a result of every sort.
fn done_job() -> Bench {
    let bench = Bench::new();
    bench.archive(3, 0);
    let zen = Zen::start(Settings::default());
    assert_eq!(bench.send(&zen.url(), &[]).status, 0);
    fs::write(
        bench.path("clients.csv"),
        "cnpj;nome\n11.222.333/0001-81;Padaria\n",
    )
    .unwrap();
    for (name, mut args) in WRITERS {
        if name == "sandbox" {
            let mut running = bench.start(&[args, &["served.csv"]].concat());
            running.wait_to_say("http://127.0.0.1");
            assert!(running.is_running());
            running.kill();
            continue;
        }
        if name == "excel" {
            args = &["plan", "archive", "--excel", "-o"];
        }
        let result = format!("{name}.own");
        let done = bench.malote(&[args, &[&result]].concat());
        assert!([0, 1].contains(&done.status), "{name}: {done:?}");
    }
    fs::rename(bench.path("served.csv"), bench.path("sandbox.own")).unwrap();
    bench
}

/// Every command that writes a file, with what it writes it to left out.
const WRITERS: [(&str, &[&str]); 9] = [
    ("plan", &["plan", "archive", "--force", "-o"]),
    ("excel", &["plan", "archive", "--force", "--excel", "-o"]),
    ("table", &["diff", "malote.csv", "-o"]),
    (
        "csv",
        &[
            "diff",
            "malote.csv",
            "--format",
            "csv",
            "--only",
            "accepted",
            "-o",
        ],
    ),
    ("json", &["diff", "malote.csv", "--format", "json", "-o"]),
    ("report", &["report", "malote.csv", "-o"]),
    (
        "known",
        &[
            "fetch-known",
            "--sandbox",
            "--clients",
            "clients.csv",
            "--from",
            "2019-01-01",
            "--to",
            "2019-12-31",
            "--rate",
            "unlimited",
            "-o",
        ],
    ),
    ("log", &["diff", "malote.csv", "--log-file"]),
    ("sandbox", &["sandbox", "--log"]),
];

/// Whether the command of that name may replace what the one of the other name wrote.
fn may_replace(writer: &str, old: &str) -> bool {
    let sort = |name| match name {
        "plan" | "excel" => "manifest",
        "table" | "csv" | "json" => "diff",
        other => other,
    };
    // The rows that are left are a manifest.
    let is_manifest = |name| matches!(name, "plan" | "excel" | "csv");
    sort(writer) == sort(old)
        || (sort(writer) == "manifest" && old == "csv")
        || (sort(writer) == "diff" && is_manifest(old))
}

fn over(bench: &Bench, args: &[&str], name: &str) -> Done {
    if args[0] != "sandbox" {
        return bench.malote(&[args, &[name]].concat());
    }
    // It serves until it is told to stop.
    let mut running = bench.start(&[args, &[name]].concat());
    wait_until("it serves or refuses", || {
        !running.is_running() || running.said().contains("http://127.0.0.1")
    });
    if running.is_running() {
        let mut done = running.kill();
        done.status = 0;
        return done;
    }
    running.finish()
}

/// Contents that are nowhere else, by what they are.
fn irreplaceable(bench: &Bench) -> Vec<(&'static str, Vec<u8>)> {
    let document = records(&bench.read("malote.csv"))[0]["path"].clone();
    let document = fs::read_to_string(document).unwrap();
    let bare = document[document.find("?>").unwrap() + 2..].to_owned();
    let wide: Vec<u8> = bare.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let wide_with_mark = [&b"\xff\xfe"[..], &wide].concat();
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(document.as_bytes()).unwrap();
    let journal = fs::read(bench.path("malote.journal.csv")).unwrap();
    let tail = journal[journal.len() - 300..].to_vec();
    vec![
        ("a journal", journal),
        ("the torn tail of a journal", tail),
        ("a document", document.clone().into_bytes()),
        (
            "a document with a mark",
            format!("\u{feff}{document}").into_bytes(),
        ),
        ("a document without declaration", bare.clone().into_bytes()),
        (
            "a document behind a blank line",
            format!("\n{bare}").into_bytes(),
        ),
        ("a document in UTF-16", wide),
        ("a document in UTF-16 with a mark", wide_with_mark),
        ("a packed document", packed.finish().unwrap()),
        ("a zip", b"PK\x03\x04\x14\0\0\0\x08\0".to_vec()),
        (
            "another's page",
            b"<!DOCTYPE html><html lang=\"pt-BR\"><p>404".to_vec(),
        ),
        (
            "another's table",
            b"cnpj;nome\n11.222.333/0001-81;Padaria\n".to_vec(),
        ),
        ("a text", "Ligar para a Padaria amanhã.\n".into()),
        ("NULs", vec![0; 100]),
        ("a line end", b"\n".to_vec()),
    ]
}

/// Bug: a document was known by `<?xml` alone, and what is no document was replaced in any case; `fetch-known` replaced
/// everything, and of a manifest for Excel only the first part was looked at.
#[test]
fn no_result_takes_the_place_of_what_is_nowhere_else() {
    let bench = done_job();
    let mut kept = irreplaceable(&bench);
    kept.extend(WRITERS.map(|(name, _)| {
        let bytes = fs::read(bench.path(&format!("{name}.own"))).unwrap();
        assert!(!bytes.is_empty(), "{name}");
        (name, bytes)
    }));
    for (writer, args) in WRITERS {
        for (what, bytes) in &kept {
            // The name of a table is none for a log.
            let name = "kept.old";
            fs::write(bench.path(name), bytes).unwrap();
            let done = over(&bench, args, name);
            let now = fs::read(bench.path(name)).unwrap();
            if may_replace(writer, what) {
                assert!(
                    [0, 1].contains(&done.status),
                    "{writer} over {what}: {done:?}"
                );
            } else {
                assert_eq!(done.status, 2, "{writer} over {what}: {done:?}");
                assert!(now == *bytes, "{writer} over {what}");
                let said = done.err.contains("would be lost") && done.err.contains(name);
                assert!(said, "{writer} over {what}: {done:?}");
            }
        }
        // In an empty file is nothing to lose.
        fs::write(bench.path("kept.old"), "").unwrap();
        let done = over(&bench, args, "kept.old");
        assert!(
            [0, 1].contains(&done.status),
            "{writer} over nothing: {done:?}"
        );
    }
    let litter = fs::read_dir(bench.path("")).unwrap();
    let litter = litter.filter(|entry| {
        let name = entry.as_ref().unwrap().file_name();
        name.to_string_lossy().starts_with(".malote-")
    });
    assert_eq!(litter.count(), 0);
}

/// The further parts of a manifest for Excel are replaced or removed with the first.
#[test]
fn no_part_for_excel_takes_the_place_of_what_is_nowhere_else() {
    let bench = Bench::new();
    bench.archive(3, 0);
    for part in ["malote-2.csv", "malote-7.csv"] {
        fs::write(bench.path(part), "<CFe/>").unwrap();
        let plan = ["plan", "archive", "--force", "--excel"];
        let done = bench.malote(&plan);
        assert_eq!(done.status, 2, "{done:?}");
        assert!(done.err.contains(part), "{done:?}");
        assert_eq!(bench.read(part), "<CFe/>");
        // Without --excel there is one part.
        assert_eq!(bench.malote(&["plan", "archive", "--force"]).status, 0);
        fs::remove_file(bench.path(part)).unwrap();
    }
}

#[cfg(unix)]
#[test]
fn a_manifest_takes_the_place_of_no_pipe_and_other_results_go_through_it() {
    let bench = done_job();
    let made = std::process::Command::new("mkfifo")
        .arg(bench.path("pipe"))
        .status();
    assert!(made.unwrap().success());
    let done = bench.malote(&["plan", "archive", "--force", "-o", "pipe"]);
    assert_eq!(done.status, 2, "{done:?}");
    for (writer, args) in WRITERS {
        if !["table", "report", "known"].contains(&writer) {
            continue;
        }
        let path = bench.path("pipe");
        let reader = std::thread::spawn(move || fs::read(path).unwrap());
        let done = bench.malote(&[args, &["pipe"]].concat());
        assert_eq!(done.status, 0, "{writer}: {done:?}");
        let through = reader.join().unwrap();
        assert!(!through.is_empty(), "{writer}");
    }
}

/// A journal is begun where nothing is, and continued where one is; nothing else is taken for a torn one.
#[test]
fn no_journal_is_begun_over_what_is_none() {
    let bench = done_job();
    let zen = Zen::start(Settings::default());
    let url = zen.url();
    for (what, bytes) in irreplaceable(&bench) {
        if ["a journal", "NULs"].contains(&what) {
            continue;
        }
        fs::write(bench.path("kept.old"), &bytes).unwrap();
        let done = bench.send(&url, &["--journal", "kept.old"]);
        assert_eq!(done.status, 4, "{what}: {done:?}");
        assert!(fs::read(bench.path("kept.old")).unwrap() == bytes, "{what}");
    }
    assert_eq!(zen.account().requests, 0);
}
