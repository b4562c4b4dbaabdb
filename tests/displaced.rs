//! Another program lays hands on the journal in the middle of a run: it is noticed before anything counts or leaves that is
//! in no file, and put back the job goes on.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

use malote::sandbox::Settings;

use crate::support::Bench;
use crate::support::process::wait_until;
use crate::support::zen::Zen;

/// What another program does to the journal, and what is done about it afterwards; the second path is free for both.
type Act = fn(&Path, &Path);

const ACTS: [(&str, Act, &str, Act); 5] = [
    (
        "renamed",
        |journal, aside| fs::rename(journal, aside).unwrap(),
        "was moved, deleted or replaced",
        |journal, aside| fs::rename(aside, journal).unwrap(),
    ),
    (
        "replaced by a copy",
        |journal, aside| {
            fs::rename(journal, aside).unwrap();
            fs::copy(aside, journal).unwrap();
        },
        "was moved, deleted or replaced",
        |journal, aside| fs::rename(aside, journal).unwrap(),
    ),
    (
        "deleted, and there is a copy",
        |journal, aside| {
            fs::copy(journal, aside).unwrap();
            fs::remove_file(journal).unwrap();
        },
        "was moved, deleted or replaced",
        |journal, aside| fs::rename(aside, journal).unwrap(),
    ),
    (
        "cut at its last line, and there is a copy",
        |journal, aside| {
            fs::copy(journal, aside).unwrap();
            let text = fs::read(journal).unwrap();
            let end = memchr::memrchr(b'\n', &text[..text.len() - 1]).unwrap();
            let file = File::options().write(true).open(journal).unwrap();
            file.set_len(end as u64 + 1).unwrap();
        },
        "was written by another program",
        |journal, aside| fs::rename(aside, journal).unwrap(),
    ),
    (
        "continued by somebody",
        |journal, _| {
            let mut file = File::options().append(true).open(journal).unwrap();
            // Whole to the byte, so that it can be read afterwards.
            let line = ",remark,,,,,,,,";
            let sum = crc32fast::hash(line.as_bytes());
            writeln!(file, "{line},{sum:08x}").unwrap();
        },
        "was written by another program",
        |_, _| (),
    ),
];

#[test]
fn a_journal_that_another_program_touches_during_the_run_stops_it_and_the_job_goes_on() {
    for (what, act, said, mend) in ACTS {
        let bench = Bench::new();
        bench.archive(200, 0);
        let zen = Zen::start(Settings::default());
        let url = zen.url();
        let (journal, aside) = (bench.path("malote.journal.csv"), bench.path("aside.csv"));
        let run = bench.begin(&url, &["--rate", "60/s", "--concurrency", "4"]);
        wait_until("the run sends", || zen.account().accepted > 5);
        // So that nothing is written between two of its steps.
        run.signal("STOP");
        act(&journal, &aside);
        run.signal("CONT");
        let done = run.finish();
        assert_eq!(done.status, 4, "{what}: {done:?}");
        assert!(done.err.contains(said), "{what}: {done:?}");
        let sent = zen.account().documents;
        assert!(sent < 150, "{what}: {sent} were sent all the same");
        mend(&journal, &aside);
        // What the run counted is in the file, and it is not more than the server has.
        let counted: u64 = {
            let (_, after) = done.out.split_once(" = accepted ").unwrap();
            after.split(' ').next().unwrap().parse().unwrap()
        };
        let balance = bench.balance(&[]);
        assert!(
            balance["accepted"] >= counted,
            "{what}: {balance:?} {done:?}"
        );
        assert!(balance["accepted"] <= sent, "{what}: {balance:?}");
        let left = bench.send(&url, &[]);
        assert_eq!(left.status, 0, "{what}: {left:?}");
        assert_eq!(zen.account().accepted, 200, "{what}");
    }
}
