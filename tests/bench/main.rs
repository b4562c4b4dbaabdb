//! `just bench`: malote against what a user would otherwise do, on the same machine, in turn, and one table.
//!
//! The program calls itself for the parts that need a process of their own: `serve` (a server that does as little as
//! possible), `bare-read` and `bare-send` (the yardsticks that are no command of the system).

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::exit,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a bench says what it found, and its figures are small"
)]

#[path = "../support/archive.rs"]
#[expect(dead_code, reason = "the tests use more of it")]
mod archive;
mod build;
mod data;
mod measure;
mod memory;
mod pace;
mod plan;
mod resume;
mod run;
mod server;
mod table;
mod yardstick;

use std::path::{Path, PathBuf};
use std::process::Command;

use data::Data;
use table::Table;

const MALOTE: &str = env!("CARGO_BIN_EXE_malote");
const TOKEN: &str = "be0c4be0c4be0c4be0c4be0c4be0c4be";

fn main() {
    let args: Vec<String> = std::env::args()
        .skip(1)
        .filter(|one| one != "--bench")
        .collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args.as_slice() {
        ["serve"] => server::serve(),
        ["bare-read", folder] => yardstick::read(Path::new(folder)),
        ["bare-send", url, manifest, concurrency] => {
            yardstick::send(url, Path::new(manifest), concurrency.parse().unwrap_or(64));
        }
        ["pace"] => pace::pace(),
        // `cargo test --benches` asks only whether it starts.
        ["--test", ..] => {}
        _ => figures(&args),
    }
}

/// This program, as a part of itself.
fn myself(args: &[&str]) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(args);
    command
}

fn malote(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(MALOTE);
    command
        .args(args)
        .current_dir(folder)
        .env("MALOTE_LANG", "en")
        .env("MALOTE_TOKEN", TOKEN);
    command
}

/// Plans the archive `archive` into the manifest `name` in `folder`.
fn planned(folder: &Path, archive: &Path, name: &str) {
    let archive = archive.to_str().unwrap();
    quiet(malote(folder, &["plan", archive, "--force", "-o", name]));
}

/// Measures one thing and adds what it found to the table.
type Part = fn(&Data, &mut Table);

fn figures(only: &[&str]) {
    let data = Data::new();
    let mut table = Table::default();
    let parts: [(&str, Part); 5] = [
        ("plan", plan::plan),
        ("run", run::run),
        ("resume", resume::resume),
        ("memory", memory::memory),
        ("build", build::build),
    ];
    for (name, measure) in parts {
        if only.is_empty() || only.contains(&name) {
            measure(&data, &mut table);
        }
    }
    println!("Times by {}.\n\n{table}", measure::clock());
}

/// Runs `command` to its end without its output.
fn quiet(mut command: Command) {
    let output = command.output().unwrap();
    let code = output.status.code();
    assert!(
        matches!(code, Some(0 | 3)),
        "{command:?}: {code:?} {}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// Where this project's build keeps its things.
fn target() -> PathBuf {
    Path::new(MALOTE).ancestors().nth(2).unwrap().to_path_buf()
}
