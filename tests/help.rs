//! The contract of commands and options, as `--help` tells it. `MALOTE_REFRESH=1 cargo test help` writes it anew.

use std::collections::BTreeSet;
use std::fs;

use clap::CommandFactory;
use malote::cli::Cli;

use crate::support::{Bench, fixtures};

#[test]
fn the_help_of_every_command_is_as_it_is_written_down() {
    let bench = Bench::new();
    let folder = fixtures().with_file_name("help");
    let refresh = std::env::var_os("MALOTE_REFRESH").is_some();
    let program = Cli::command();
    let commands = program.get_subcommands().map(clap::Command::get_name);
    let mut files = BTreeSet::new();
    for command in commands.map(Some).chain([None]) {
        let name = format!("{}.txt", command.unwrap_or("malote"));
        let args: Vec<_> = command.into_iter().chain(["--help"]).collect();
        let done = bench.malote(&args);
        assert_eq!((done.status, done.err.as_str()), (0, ""), "{args:?}");
        let help = done.out.replace("malote.exe", "malote");
        if refresh {
            fs::create_dir_all(&folder).unwrap();
            fs::write(folder.join(&name), &help).unwrap();
        }
        let written = fs::read_to_string(folder.join(&name)).unwrap_or_default();
        let written = written.replace("\r\n", "\n");
        assert_eq!(help, written, "{name}: MALOTE_REFRESH=1 cargo test help");
        files.insert(name);
    }
    let found = fs::read_dir(&folder).unwrap();
    let found = found.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    assert_eq!(found.collect::<BTreeSet<_>>(), files);
}

#[test]
fn a_mistyped_word_is_answered_with_the_right_one() {
    let bench = Bench::new();
    for (args, tip) in [
        (vec!["pln"], "'plan'"),
        (vec!["run", "m.csv", "--ofice", "a"], "'--office'"),
        (vec!["run", "m.csv", "--dryrun"], "'--dry-run'"),
        (
            vec!["run", "m.csv", "--sandbox", "--progress", "jsn"],
            "'json'",
        ),
        (vec!["diff", "m.csv", "--format", "tabel"], "'table'"),
        (vec!["completions", "pwershell"], "'powershell'"),
        (vec!["doctor", "--token-fil", "x"], "'--token-file'"),
    ] {
        let done = bench.malote(&args);
        assert_eq!(done.status, 2, "{args:?}: {done:?}");
        assert!(
            done.err.contains("tip: ") && done.err.contains(tip),
            "{args:?}: {done:?}"
        );
    }
}
