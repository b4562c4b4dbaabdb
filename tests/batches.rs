//! Requests of several documents: told apart where one is bad, and never too large.

use std::collections::HashSet;
use std::fs;

use malote::sandbox::Settings;

use crate::support::archive::Archive;
use crate::support::fake::{Answer, Fake, Request};
use crate::support::zen::Zen;
use crate::support::{Bench, fixtures};

/// The key of the seventeenth document of the archive.
fn poison(bench: &Bench) -> String {
    let rows = crate::support::records(&bench.read("malote.csv"));
    rows[16]["id"][3..].to_owned()
}

#[test]
fn one_poison_document_costs_nobody_else_anything() {
    for (status, body) in [(500, "<html></html>"), (400, ""), (413, "")] {
        let bench = Bench::new();
        bench.archive(60, 0);
        let key = poison(&bench);
        let bad = key.clone();
        let fake = Fake::start(move |request: &Request| {
            if request.keys().contains(&bad) {
                return Answer::new(status, "text/html", body);
            }
            Answer::accepted(request)
        });
        let done = bench.send(&fake.url(), &["--batch", "16", "--attempts", "1"]);
        let balance = bench.balance(&[]);
        assert_eq!(balance["accepted"], 59, "{status}: {done:?}");
        let (left, code) = if status == 500 {
            ("failed", 3)
        } else {
            ("rejected", 1)
        };
        assert_eq!(
            (balance[left], done.status),
            (1, code),
            "{status}: {done:?}"
        );
        // Halves: each request that holds it is half as large as the one before, down to itself.
        let sizes: Vec<_> = fake
            .requests()
            .iter()
            .map(Request::keys)
            .filter(|keys| keys.contains(&key))
            .map(|keys| keys.len())
            .collect();
        assert!(sizes[0] > 1, "{sizes:?}");
        for pair in sizes.windows(2) {
            assert!(
                pair[1] == pair[0].div_ceil(2) || pair[1] == pair[0] / 2,
                "{sizes:?}"
            );
        }
        assert_eq!(sizes.last(), Some(&1));
        // Nobody else is sent more often than the halving asks for.
        assert!(fake.count() < 60, "{}", fake.count());
    }
}

#[test]
fn the_sandbox_too_has_a_document_that_poisons_batches() {
    let bench = Bench::new();
    bench.archive(40, 0);
    let long = Archive {
        documents: 1,
        cancel_every: 0,
        bytes: 9000,
        folders: 1,
    };
    long.write(&bench.path("archive"));
    bench.plan(&bench.path("archive"));
    let zen = Zen::start(Settings {
        batch_poison: Some(5000),
        ..Settings::default()
    });
    let done = bench.send(&zen.url(), &["--batch", "20"]);
    assert_eq!(done.status, 0, "alone it is taken: {done:?}");
    assert_eq!((zen.account().accepted, zen.repeated()), (40, 0));
}

#[test]
fn no_request_holds_two_documents_of_one_key() {
    for archive in [fixtures(), cancelled_twice()] {
        let bench = Bench::new();
        bench.plan(&archive);
        let zen = Zen::start(Settings::default());
        let done = bench.send(&zen.url(), &["--batch", "50"]);
        assert_eq!(done.status, 0, "{done:?}");
        assert_eq!(zen.account().same_key, 0);
        let legacy = [
            "plan",
            archive.to_str().unwrap(),
            "--force",
            "--routes",
            "legacy",
            "--events",
            "all",
        ];
        assert_eq!(bench.malote(&legacy).status, 0);
        let zen = Zen::start(Settings::default());
        let done = bench.send(&zen.url(), &["--batch", "50", "--journal", "legacy.csv"]);
        assert_eq!(done.status, 0, "{done:?}");
        assert_eq!(zen.account().same_key, 0);
    }
}

/// A reviewer may send every copy: these have one key, and each would be answered under it.
#[test]
fn copies_that_a_reviewer_turned_to_send_share_no_request() {
    let bench = Bench::new();
    bench.plan(&fixtures());
    let text = bench.read("malote.csv");
    let both = text.replace("skip,superseded-by", "send,superseded-by");
    let turned = text.matches("skip,superseded-by").count() as u64;
    assert!(turned > 2);
    fs::write(bench.path("malote.csv"), both).unwrap();
    let zen = Zen::start(Settings::default());
    let done = bench.send(&zen.url(), &["--batch", "50"]);
    assert!([0, 1].contains(&done.status), "{done:?}");
    let account = zen.account();
    assert_eq!((account.documents, account.same_key), (38 + turned, 0));
    assert_eq!(account.accepted, 38, "{done:?}");
}

/// An archive of notes that have several events each.
fn cancelled_twice() -> std::path::PathBuf {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("cancelled_twice");
    let archive = Archive {
        documents: 10,
        cancel_every: 1,
        bytes: 1000,
        folders: 1,
    };
    archive.write(&folder);
    for entry in fs::read_dir(folder.join("000")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if let Some(rest) = name.strip_prefix("110111-") {
            let text = fs::read_to_string(&path).unwrap();
            for number in 1..=3 {
                let other = text
                    .replace("110111", "110110")
                    .replace("01\"><tpAmb>", &format!("{number:02}\"><tpAmb>"))
                    .replace("<nSeqEvento>1<", &format!("<nSeqEvento>{number}<"));
                let name = format!("110110-{number}-{rest}");
                fs::write(path.with_file_name(name), other).unwrap();
            }
        }
    }
    folder
}

#[test]
fn no_request_is_larger_than_the_server_takes() {
    let bench = Bench::new();
    let archive = |documents, bytes, folders| Archive {
        documents,
        cancel_every: 0,
        bytes,
        folders,
    };
    archive(150, 1000, 1).write(&bench.path("archive"));
    archive(12, 150_000, 1).write(&bench.path("archive"));
    archive(1, 1_000_000, 1).write(&bench.path("archive"));
    bench.plan(&bench.path("archive"));
    let fake = Fake::start(Answer::accepted);
    let done = bench.send(&fake.url(), &["--batch", "50"]);
    assert_eq!(done.status, 0, "{done:?}");
    let mut arrived = HashSet::new();
    let mut fullest = 0;
    for request in fake.requests() {
        let keys = request.keys();
        fullest = fullest.max(keys.len());
        assert!(keys.len() <= 50, "{}", keys.len());
        let size = request.body.len();
        assert!(
            size <= 1_000_000 || keys.len() == 1,
            "{size} bytes, {} documents",
            keys.len()
        );
        let distinct: HashSet<_> = keys.iter().cloned().collect();
        assert_eq!(distinct.len(), keys.len());
        arrived.extend(keys);
    }
    assert_eq!((arrived.len(), fullest), (150, 50));
    let refused = bench.send(&fake.url(), &["--batch", "51"]);
    assert_eq!(refused.status, 2, "{refused:?}");
}
