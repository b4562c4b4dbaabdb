//! The archive moves under the run: whatever becomes of a file, it is not sent and stops nothing; put back, it goes.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use malote::sandbox::Settings;

use crate::support::fake::{Answer, Fake, Request};
use crate::support::process::wait_until;
use crate::support::zen::Zen;
use crate::support::{Bench, records};

/// What becomes of a file.
type Move = fn(&Path);

const MOVES: [(&str, Move, &str); 12] = [
    (
        "emptied",
        |path| drop(File::create(path).unwrap()),
        "changed",
    ),
    (
        "cut in the middle",
        |path| {
            let half = fs::metadata(path).unwrap().len() / 2;
            File::options()
                .write(true)
                .open(path)
                .unwrap()
                .set_len(half)
                .unwrap();
        },
        "changed",
    ),
    (
        "longer by one byte",
        |path| {
            let mut file = File::options().append(true).open(path).unwrap();
            file.write_all(b"\n").unwrap();
        },
        "changed",
    ),
    ("deleted", |path| fs::remove_file(path).unwrap(), "missing"),
    (
        "a folder",
        |path| {
            fs::remove_file(path).unwrap();
            fs::create_dir(path).unwrap();
        },
        "missing",
    ),
    (
        "a link to nothing",
        |path| linked(path, "nowhere"),
        "missing",
    ),
    (
        "a link to itself",
        |path| linked(path, path.to_str().unwrap()),
        "missing",
    ),
    (
        "a link that leads round",
        |path| {
            let other = path.with_extension("round");
            symlink(path, &other).unwrap();
            linked(path, other.to_str().unwrap());
        },
        "missing",
    ),
    (
        "a link to a name that is too long",
        |path| linked(path, &"n".repeat(300)),
        "missing",
    ),
    (
        "a link into a file",
        |path| linked(path, "/etc/passwd/nota.xml"),
        "missing",
    ),
    (
        "a file that opens and cannot be read",
        |path| linked(path, "/proc/self/mem"),
        "missing",
    ),
    (
        "a link to another document",
        |path| {
            let folder = path.parent().unwrap();
            let mut entries = fs::read_dir(folder).unwrap();
            let other = entries.find(|one| one.as_ref().unwrap().path() != path);
            linked(path, other.unwrap().unwrap().path().to_str().unwrap());
        },
        "changed",
    ),
];

fn linked(path: &Path, to: &str) {
    fs::remove_file(path).unwrap();
    symlink(to, path).unwrap();
}

fn put_back(path: &Path, bytes: &[u8]) {
    if fs::symlink_metadata(path).is_ok_and(|found| found.is_dir()) {
        fs::remove_dir(path).unwrap();
    }
    let _ = fs::remove_file(path);
    fs::write(path, bytes).unwrap();
}

#[test]
fn whatever_becomes_of_a_file_it_is_not_sent_and_goes_when_it_is_put_back() {
    let bench = Bench::new();
    bench.archive(60, 0);
    let rows = records(&bench.read("malote.csv"));
    // Not five in a row: the archive would be taken for gone.
    let moved: Vec<_> = rows.iter().skip(1).step_by(4).zip(MOVES).collect();
    let before: Vec<_> = moved
        .iter()
        .map(|(row, _)| fs::read(&row["path"]).unwrap())
        .collect();
    for (row, (_, act, _)) in &moved {
        act(Path::new(&row["path"]));
    }
    let zen = Zen::start(Settings::default());
    let url = zen.url();
    let done = bench.send(&url, &["--concurrency", "1"]);
    assert_eq!(done.status, 1, "{done:?}");
    assert_eq!(zen.account().documents, 60 - MOVES.len() as u64);
    let last: HashMap<_, _> = bench
        .journal()
        .into_iter()
        .map(|one| (one["sha256"].clone(), one["event"].clone()))
        .collect();
    for (row, (what, _, event)) in &moved {
        assert_eq!(last[&row["sha256"]], *event, "{what}");
    }
    for ((row, _), bytes) in moved.iter().zip(before) {
        put_back(Path::new(&row["path"]), &bytes);
    }
    assert_eq!(bench.send(&url, &[]).status, 0);
    assert_eq!((zen.account().documents, zen.repeated()), (60, 0));
}

/// The same when the run has begun: what was checked a moment ago is another now.
#[test]
fn whatever_becomes_of_a_file_during_the_run_it_is_not_sent_and_goes_when_it_is_put_back() {
    let bench = Bench::new();
    bench.archive(300, 0);
    let rows = records(&bench.read("malote.csv"));
    // Far behind what is read ahead at this rate, and not five in a row.
    let moved: Vec<_> = rows.iter().skip(201).step_by(4).zip(MOVES).collect();
    assert_eq!(moved.len(), MOVES.len());
    let before: Vec<_> = moved
        .iter()
        .map(|(row, _)| fs::read(&row["path"]).unwrap())
        .collect();
    let acts: Vec<(String, Move)> = moved
        .iter()
        .map(|(row, (_, act, _))| (row["path"].clone(), *act))
        .collect();
    let fake = Fake::start(move |request| {
        if request.number == 20 {
            for (path, act) in &acts {
                act(Path::new(path));
            }
        }
        Answer::accepted(request)
    });
    let url = fake.url();
    let done = bench.send(&url, &["--rate", "200/s", "--concurrency", "1"]);
    assert_eq!(done.status, 1, "{done:?}");
    assert_eq!(fake.count(), 300 - MOVES.len());
    let last: HashMap<_, _> = bench
        .journal()
        .into_iter()
        .map(|one| (one["sha256"].clone(), one["event"].clone()))
        .collect();
    for (row, (what, _, event)) in &moved {
        assert_eq!(last[&row["sha256"]], *event, "{what}");
    }
    for ((row, _), bytes) in moved.iter().zip(before) {
        put_back(Path::new(&row["path"]), &bytes);
    }
    assert_eq!(bench.send(&url, &[]).status, 0);
    let mut hashes: Vec<_> = fake.requests().iter().flat_map(Request::hashes).collect();
    hashes.sort();
    let mut planned: Vec<_> = rows.iter().map(|row| row["sha256"].clone()).collect();
    planned.sort();
    assert_eq!(hashes, planned, "each as it was planned, and once");
}

#[test]
fn files_that_come_go_and_grow_during_the_run_are_never_sent_as_they_were_not_planned() {
    let bench = Bench::new();
    bench.archive(400, 0);
    let rows = records(&bench.read("malote.csv"));
    let paths: Vec<_> = rows
        .iter()
        .step_by(3)
        .map(|row| row["path"].clone())
        .collect();
    let before: Vec<_> = paths.iter().map(|path| fs::read(path).unwrap()).collect();
    let ended = Arc::new(AtomicBool::new(false));
    let zen = Zen::start(Settings::default());
    let url = zen.url();
    let mover = thread::spawn({
        let (paths, before, ended) = (paths.clone(), before.clone(), Arc::clone(&ended));
        move || {
            for round in 0.. {
                for (path, bytes) in paths.iter().zip(&before) {
                    if ended.load(Ordering::Relaxed) {
                        return;
                    }
                    let half = &bytes[..bytes.len() / 2];
                    let file = Path::new(path);
                    match round % 5 {
                        0 => fs::write(path, half).unwrap(),
                        1 => fs::write(path, [bytes, half].concat()).unwrap(),
                        2 => fs::remove_file(path).unwrap(),
                        3 => fs::create_dir(path).unwrap(),
                        _ => put_back(file, bytes),
                    }
                }
            }
        }
    });
    let done = bench.send(&url, &["--rate", "400/s"]);
    ended.store(true, Ordering::Relaxed);
    mover.join().unwrap();
    assert!([0, 1].contains(&done.status), "{done:?}");
    let balance = bench.balance(&[]);
    let away = balance["changed"] + balance["missing"];
    assert_eq!(balance["accepted"] + away, 400, "{balance:?}");
    assert_eq!(balance["accepted"], zen.account().documents);
    for (path, bytes) in paths.iter().zip(&before) {
        put_back(Path::new(path), bytes);
    }
    assert_eq!(bench.send(&url, &[]).status, 0);
    assert_eq!((zen.account().documents, zen.repeated()), (400, 0));
}

/// Something that never ends lies in the place of a document when it is planned, or when it is sent.
fn is_no_document(put: fn(&Path), is_planned: bool) {
    let bench = Bench::new();
    bench.archive(5, 0);
    let rows = records(&bench.read("malote.csv"));
    put(Path::new(&rows[2]["path"]));
    if is_planned {
        let plan = ["plan", "archive", "-o", "other.csv"];
        let (planned, peak) = bench.bounded(&plan).finish_measured();
        assert!([0, 1].contains(&planned.status), "{planned:?}");
        assert!(peak < 200_000, "{peak} kB");
        return;
    }
    let zen = Zen::start(Settings::default());
    let url = zen.url();
    let (done, peak) = bench.bounded(&Bench::sending(&url, &[])).finish_measured();
    assert_eq!(done.status, 1, "{done:?}");
    assert!(peak < 200_000, "{peak} kB");
    assert_eq!(bench.balance(&[])["accepted"], 4);
}

fn pipe(path: &Path) {
    fs::remove_file(path).unwrap();
    let made = Command::new("mkfifo").arg(path).status().unwrap();
    assert!(made.success());
}

fn device(path: &Path) {
    linked(path, "/dev/zero");
}

#[test]
fn a_pipe_in_the_archive_does_not_hold_the_plan_up() {
    is_no_document(pipe, true);
}

#[test]
fn a_device_in_the_archive_does_not_fill_the_memory_of_the_plan() {
    is_no_document(device, true);
}

#[test]
fn a_pipe_in_place_of_a_document_does_not_hold_the_run_up() {
    is_no_document(pipe, false);
}

#[test]
fn a_device_in_place_of_a_document_does_not_fill_the_memory() {
    is_no_document(device, false);
}

/// Many looks at a journal that is being written: each is a state that the run has been in.
#[test]
fn diff_reads_while_the_run_writes_and_never_sees_less_than_before() {
    let bench = Bench::new();
    bench.archive(600, 0);
    let zen = Zen::start(Settings::default());
    let url = zen.url();
    let mut run = bench.begin(&url, &["--rate", "300/s", "--concurrency", "8"]);
    wait_until("the run sends", || zen.account().requests > 3);
    let mut before = 0;
    let mut looks = 0;
    while run.is_running() {
        let balance = bench.balance(&[]);
        let settled = balance["accepted"];
        let sum: u64 = balance
            .iter()
            .filter(|(name, _)| *name != "planned")
            .map(|(_, count)| count)
            .sum();
        assert_eq!((balance["planned"], sum), (600, 600), "{balance:?}");
        assert!(
            settled >= before && settled <= zen.account().documents,
            "{balance:?}"
        );
        for none in ["rejected", "failed", "changed", "missing"] {
            assert_eq!(balance[none], 0, "{balance:?}");
        }
        before = settled;
        looks += 1;
    }
    assert!(looks >= 3, "{looks}");
    assert_eq!(run.finish().status, 0);
    assert_eq!(bench.balance(&[])["accepted"], 600);
}
