//! What changes under a run: the manifest, the files, the archive; and answers that never came.

use std::fs;
use std::io::Write;
use std::path::Path;

use malote::sandbox::Settings;

use crate::support::fake::{Answer, Fake};
use crate::support::process::wait_until;
use crate::support::zen::Zen;
use crate::support::{Bench, records};

#[test]
fn a_manifest_that_changes_during_the_run_stops_it() {
    // The first is read whole at once (4,096 documents may wait), so that the change is found when the events are read.
    for documents in [100, 7000] {
        let bench = Bench::new();
        bench.archive(documents, 0);
        let zen = Zen::start(Settings {
            latency: std::time::Duration::from_millis(50),
            ..Settings::default()
        });
        let url = zen.url();
        let run = bench.begin(&url, &["--concurrency", "16", "--batch", "20"]);
        wait_until("the run sends", || zen.account().requests > 0);
        let text = bench.read("malote.csv");
        let (kept, _) = text.trim_end().rsplit_once('\n').unwrap();
        fs::write(bench.path("malote.csv"), format!("{kept}\n")).unwrap();
        let done = run.finish();
        assert_eq!(done.status, 4, "{documents}: {done:?}");
        assert!(
            done.err.contains("was changed while it was being sent"),
            "{done:?}"
        );
        let balance = bench.balance(&[]);
        assert_eq!(
            balance["accepted"],
            zen.account().accepted.min(documents as u64 - 1)
        );
        assert_eq!(balance["unknown"], 0, "what is in flight is finished");
        assert_eq!(zen.account().accepted < documents as u64, documents == 7000);
        let done = bench.send(&url, &["--batch", "20"]);
        assert_eq!(done.status, 0, "looked at, it goes on: {done:?}");
        assert_eq!(zen.repeated(), 0);
    }
}

/// What becomes of a manifest.
type Act = fn(&Path);

const ACTS: [(&str, Act); 7] = [
    ("emptied", |path| drop(fs::File::create(path).unwrap())),
    ("deleted", |path| fs::remove_file(path).unwrap()),
    ("moved", |path| {
        fs::rename(path, path.with_extension("aside")).unwrap();
    }),
    ("a folder", |path| {
        fs::remove_file(path).unwrap();
        fs::create_dir(path).unwrap();
    }),
    ("longer", |path| {
        let mut file = fs::File::options().append(true).open(path).unwrap();
        file.write_all(b"\n").unwrap();
    }),
    ("edited at its end", |path| {
        let text = fs::read_to_string(path).unwrap();
        let at = text.rfind("\nsend,").unwrap();
        fs::write(path, format!("{}\nskip,{}", &text[..at], &text[at + 6..])).unwrap();
    }),
    ("another of the same length in its place", |path| {
        let text = fs::read_to_string(path)
            .unwrap()
            .replace("/archive/", "/another/");
        let beside = path.with_extension("beside");
        fs::write(&beside, text).unwrap();
        fs::rename(beside, path).unwrap();
    }),
];

/// Rows are read ahead by a few thousand: what was changed is found at the end at the latest, and nothing of it is sent.
#[test]
fn whatever_becomes_of_the_manifest_during_the_run_stops_it() {
    for (what, act) in ACTS {
        let bench = Bench::new();
        bench.archive(40, 0);
        let path = bench.path("malote.csv");
        let before = fs::read(&path).unwrap();
        let manifest = path.clone();
        let fake = Fake::start(move |request| {
            if request.number == 5 {
                act(&manifest);
            }
            Answer::accepted(request)
        });
        let url = fake.url();
        let done = bench.send(&url, &["--rate", "200/s", "--concurrency", "1"]);
        assert_eq!(done.status, 4, "{what}: {done:?}");
        let words = "was changed while it was being sent";
        assert!(done.err.contains(words), "{what}: {done:?}");
        let sent = fake.count();
        if path.is_dir() {
            fs::remove_dir(&path).unwrap();
        }
        fs::write(&path, before).unwrap();
        let done = bench.send(&url, &[]);
        assert_eq!(
            (done.status, fake.count()),
            (0, 40),
            "{what}, {sent}: {done:?}"
        );
    }
}

#[test]
fn changed_and_missing_are_looked_at_again_by_every_run_and_sent_by_none() {
    let bench = Bench::new();
    bench.archive(12, 0);
    let rows = records(&bench.read("malote.csv"));
    let (changed, missing) = (&rows[3]["path"], &rows[7]["path"]);
    let text = fs::read(changed).unwrap();
    fs::write(changed, [&text[..], b"\n"].concat()).unwrap();
    let aside = bench.path("aside");
    fs::rename(missing, &aside).unwrap();
    let zen = Zen::start(Settings::default());
    let url = zen.url();
    for _ in 0..2 {
        let done = bench.send(&url, &[]);
        assert_eq!(done.status, 1, "{done:?}");
        let balance = bench.balance(&[]);
        let found = (balance["accepted"], balance["changed"], balance["missing"]);
        assert_eq!((found, zen.account().documents), ((10, 1, 1), 10));
    }
    let events: Vec<_> = bench.journal();
    for (row, event) in [(&rows[3], "changed"), (&rows[7], "missing")] {
        let of_row = events.iter().filter(|one| one["sha256"] == row["sha256"]);
        let words: Vec<_> = of_row.map(|one| one["event"].as_str()).collect();
        assert_eq!(words, [event, event], "once a run, and no attempt");
    }
    fs::write(changed, text).unwrap();
    fs::rename(aside, missing).unwrap();
    assert_eq!(bench.send(&url, &[]).status, 0);
    assert_eq!((zen.account().documents, zen.repeated()), (12, 0));
}

#[test]
fn an_archive_that_goes_away_is_waited_for_and_nothing_is_called_missing() {
    let bench = Bench::new();
    bench.archive(300, 0);
    let zen = Zen::start(Settings::default());
    let url = zen.url();
    let run = bench.begin(&url, &["--rate", "100/s"]);
    wait_until("the run sends", || zen.account().requests > 10);
    fs::rename(bench.path("archive"), bench.path("away")).unwrap();
    let paused = || bench.journal().iter().any(|row| row["event"] == "pause");
    wait_until("the run pauses", paused);
    run.kill();
    assert_eq!(bench.balance(&[])["missing"], 0);
    fs::rename(bench.path("away"), bench.path("archive")).unwrap();
    assert_eq!(bench.send(&url, &[]).status, 0);
    assert_eq!(zen.account().accepted, 300);
}

#[test]
fn what_went_unanswered_is_sent_again_and_a_later_refusal_says_so() {
    let bench = Bench::new();
    bench.archive(9, 0);
    let rows = records(&bench.read("malote.csv"));
    let key = |row: usize| rows[row]["id"][3..].to_owned();
    let silent = [key(2), key(4), key(6)];
    let fake = Fake::start({
        let silent = silent.clone();
        move |request| {
            if silent.contains(&request.keys()[0]) {
                Answer::Cut
            } else {
                Answer::accepted(request)
            }
        }
    });
    let options = ["--attempts", "1", "--concurrency", "1"];
    let done = bench.send(&fake.url(), &options);
    assert_eq!(done.status, 3, "{done:?}");
    assert_eq!(bench.balance(&[])["unknown"], 3);
    drop(fake);
    let fake = Fake::start(move |request| {
        Answer::entries(request, |key| {
            match silent.iter().position(|one| one == key) {
                Some(0) => Ok("Documento importado"),
                Some(1) => Err("Documento já cadastrado"),
                _ => Err("Cliente não cadastrado"),
            }
        })
    });
    let done = bench.send(&fake.url(), &options);
    assert_eq!(done.status, 1, "{done:?}");
    assert_eq!(fake.count(), 3, "the three, and nothing else");
    let balance = bench.balance(&[]);
    assert_eq!((balance["accepted"], balance["rejected"]), (8, 1));
    let last = |row: usize| {
        let of_row =
            |one: &&std::collections::HashMap<String, String>| one["sha256"] == rows[row]["sha256"];
        bench.journal().iter().rfind(of_row).unwrap()["message"].clone()
    };
    assert_eq!(last(2), "Documento importado");
    assert_eq!(last(4), "already-there: Documento já cadastrado");
    assert_eq!(last(6), "after-unknown: Cliente não cadastrado");
}
