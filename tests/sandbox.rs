//! The simulated Zen: inside `run`, and as a server of its own.

use std::fs;

use crate::support::{Bench, fixtures, records};

/// Bug: the simulated Zen was born empty beside a journal that goes on, and refused the events of what an earlier run
/// had sent, for good.
#[test]
fn a_run_into_the_embedded_sandbox_is_gone_on_with_as_any_other() {
    for first in [
        &["--max-docs", "27"][..],
        &["--max-docs", "5"],
        &["--pilot"],
    ] {
        let bench = Bench::new();
        bench.plan(&fixtures());
        let run = [
            "run",
            "malote.csv",
            "--sandbox",
            "--rate",
            "unlimited",
            "--batch",
            "4",
        ];
        let begun = bench.malote(&[&run, first].concat());
        assert_eq!(begun.status, 3, "{begun:?}");
        let done = bench.malote(&run);
        assert_eq!(done.status, 0, "{first:?}: {done:?}");
        let balance = bench.balance(&["--journal", "malote.sandbox.journal.csv"]);
        assert_eq!((balance["accepted"], balance["rejected"]), (36, 0));
    }
}

/// The same with what `diff` left over: the notes are not in the manifest, the journal alone knows of them.
#[test]
fn the_rows_that_diff_left_over_go_on_in_the_embedded_sandbox() {
    let bench = Bench::new();
    bench.plan(&fixtures());
    let run = ["run", "malote.csv", "--sandbox", "--rate", "unlimited"];
    let begun = bench.malote(&[&run[..], &["--max-docs", "28"]].concat());
    assert_eq!(begun.status, 3, "{begun:?}");
    let journal = "malote.sandbox.journal.csv";
    let diff = [
        "diff",
        "malote.csv",
        "--journal",
        journal,
        "--format",
        "csv",
        "-o",
        "rest.csv",
    ];
    assert_eq!(bench.malote(&diff).status, 1);
    let rest = records(&bench.read("rest.csv"));
    assert_eq!(rest.len(), 8);
    for journal in [&["--journal", journal][..], &[]] {
        let before = fs::read(bench.path("malote.sandbox.journal.csv")).unwrap();
        let run = ["run", "rest.csv", "--sandbox", "--rate", "unlimited"];
        let done = bench.malote(&[&run[..], journal].concat());
        assert_eq!(done.status, 0, "{journal:?}: {done:?}");
        fs::write(bench.path("malote.sandbox.journal.csv"), before).unwrap();
    }
}
