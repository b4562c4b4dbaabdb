//! A disk that is full: the run ends with 4, says so, names what it could not record, and goes on when there is room.

use std::collections::HashSet;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::support::fake::{Answer, Fake};
use crate::support::{Bench, Done, records};

/// Runs the program where no file may grow beyond `blocks` of 512 bytes.
fn limited(bench: &Bench, blocks: u32, args: &[&str]) -> Done {
    // A write beyond the limit would end the program by a signal, where that is not ignored.
    let before = format!("trap '' XFSZ; ulimit -f {blocks}");
    bench.after(&before, args).finish()
}

/// The run has stopped for its journal, and every answer that the journal lacks is named.
fn assert_told(bench: &Bench, fake: &Fake, done: &Done, journal: &str) {
    assert_eq!(done.status, 4, "{done:?}");
    assert!(done.err.contains("journal"), "{done:?}");
    let journal = malote::journal::replay(&[&bench.path(journal)]).unwrap();
    let mut unrecorded = 0;
    for row in records(&bench.read("malote.csv")) {
        let hash = malote::digest::ContentHash::from_hex(row["sha256"].as_bytes()).unwrap();
        let state = journal.states.get(&hash).map(malote::journal::Slot::state);
        let arrived = fake
            .requests()
            .iter()
            .any(|one| one.hashes().contains(&row["sha256"]));
        assert!(
            !arrived || state.is_some(),
            "{} left without a record",
            row["id"]
        );
        let is_recorded = state == Some(malote::journal::State::Accepted);
        assert!(!is_recorded || arrived, "{} is invented", row["id"]);
        // Of a group that was not written to its end the beginning may be there, and be named all the same.
        let lines = done.err.lines();
        let line = lines.into_iter().find(|line| line.contains(&row["id"]));
        let named = line.is_some();
        let withdrawn = line.is_some_and(|line| line.contains("  not sent: "));
        assert!(!named || arrived != withdrawn, "{line:?}: {done:?}");
        assert!(named || !arrived || is_recorded, "{}: {done:?}", row["id"]);
        unrecorded += usize::from(named && !withdrawn);
    }
    assert!(unrecorded > 0, "{done:?}");
}

#[test]
fn a_journal_that_may_not_grow_stops_the_run_which_goes_on_later() {
    for (batch, blocks) in [("1", 60), ("1", 90), ("7", 60)] {
        let bench = Bench::new();
        bench.archive(300, 0);
        let fake = Fake::start(Answer::accepted);
        let url = fake.url();
        let options = ["--concurrency", "4", "--batch", batch];
        let done = limited(&bench, blocks, &Bench::sending(&url, &options));
        assert_told(&bench, &fake, &done, "malote.journal.csv");
        let before = fake.count();
        let still = limited(&bench, blocks, &Bench::sending(&url, &options));
        assert_eq!(still.status, 4, "{still:?}");
        let doubtful: HashSet<_> = bench.unsettled();
        assert!(
            fake.count() <= before + 4,
            "nothing leaves for long without a record"
        );
        let done = bench.send(&url, &options);
        assert_eq!(done.status, 0, "{done:?}");
        let mut times = std::collections::HashMap::new();
        for hash in fake
            .requests()
            .iter()
            .flat_map(super::support::fake::Request::hashes)
        {
            *times.entry(hash).or_insert(0) += 1;
        }
        assert_eq!(times.len(), 300);
        for (hash, times) in times {
            assert!(
                times == 1 || doubtful.contains(&hash),
                "{hash} came {times} times"
            );
        }
    }
}

#[test]
fn without_any_room_nothing_is_sent() {
    let bench = Bench::new();
    bench.archive(3, 0);
    let fake = Fake::start(Answer::accepted);
    let url = fake.url();
    let done = limited(&bench, 0, &Bench::sending(&url, &[]));
    assert_eq!((done.status, fake.count()), (4, 0), "{done:?}");
    assert!(
        done.err.contains("malote.journal.csv cannot be written"),
        "{done:?}"
    );
    assert_eq!(bench.send(&url, &[]).status, 0);
}

#[test]
fn a_manifest_that_has_no_room_leaves_the_old_one_and_no_litter() {
    let bench = Bench::new();
    bench.archive(300, 0);
    let before = bench.read("malote.csv");
    for blocks in [0, 8, 64] {
        let done = limited(&bench, blocks, &["plan", "archive", "--force"]);
        assert!(![0, 1].contains(&done.status), "{blocks}: {done:?}");
        assert!(done.err.contains("malote.csv"), "{done:?}");
        assert_eq!(bench.read("malote.csv"), before, "{blocks}");
        let mut names = fs::read_dir(bench.path("")).unwrap();
        let litter = names.find(|one| {
            one.as_ref()
                .unwrap()
                .file_name()
                .to_string_lossy()
                .starts_with('.')
        });
        assert!(litter.is_none(), "{blocks}: {litter:?}");
    }
}

#[expect(
    clippy::print_stderr,
    reason = "a test that proves nothing must not pass in silence"
)]
fn tell(what: &str) {
    eprintln!("{what}");
}

/// A device that has no room for one byte: what a disk says that is full from the start.
#[cfg(target_os = "linux")]
#[test]
fn a_disk_that_is_full_before_the_run_lets_nothing_leave() {
    let bench = Bench::new();
    bench.archive(3, 0);
    let fake = Fake::start(Answer::accepted);
    let url = fake.url();
    std::os::unix::fs::symlink("/dev/full", bench.path("journal.csv")).unwrap();
    let options = ["--journal", "journal.csv"];
    let done = bench.send(&url, &options);
    assert_eq!((done.status, fake.count()), (4, 0), "{done:?}");
    assert!(done.err.contains("No space left"), "{done:?}");
    fs::remove_file(bench.path("journal.csv")).unwrap();
    assert_eq!(bench.send(&url, &options).status, 0);
}

/// A small file system in memory, gone when this is dropped.
struct Mounted(PathBuf);

impl Mounted {
    /// `None` where that is not allowed.
    fn new(path: PathBuf) -> Option<Self> {
        fs::create_dir(&path).unwrap();
        let mut mount = Command::new("mount");
        mount
            .args(["-t", "tmpfs", "-o", "size=64k", "malote"])
            .arg(&path);
        let done = mount.output().ok()?;
        done.status.success().then_some(Self(path))
    }

    fn grow(&self) {
        let mut mount = Command::new("mount");
        mount.args(["-o", "remount,size=16m"]).arg(&self.0);
        assert!(mount.status().unwrap().success());
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[test]
fn a_disk_that_fills_up_stops_the_run_which_goes_on_when_there_is_room() {
    let bench = Bench::new();
    bench.archive(300, 0);
    let Some(disk) = Mounted::new(bench.path("small")) else {
        tell("skipped: only root may mount; a device that is full and a limit on files stand in");
        return;
    };
    let fake = Fake::start(Answer::accepted);
    let url = fake.url();
    let options = ["--concurrency", "4", "--journal", "small/journal.csv"];
    let done = bench.send(&url, &options);
    assert_told(&bench, &fake, &done, "small/journal.csv");
    let again = bench.send(&url, &options);
    assert_eq!(again.status, 4, "{again:?}");
    disk.grow();
    let done = bench.send(&url, &options);
    assert_eq!(done.status, 0, "{done:?}");
    assert_eq!(
        bench.balance(&["--journal", "small/journal.csv"])["accepted"],
        300
    );
}
