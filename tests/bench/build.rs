//! What it takes to build malote, and how large it is.

use std::fs;
use std::process::Command;
use std::time::Instant;

use super::data::Data;
use super::table::{Line, Table};
use super::{MALOTE, target};

pub fn build(_: &Data, table: &mut Table) {
    let folder = target().join("bench-build");
    let _ = fs::remove_dir_all(&folder);
    let start = Instant::now();
    let built = cargo(&["build", "--release", "--locked", "--bin", "malote"])
        .arg("--target-dir")
        .arg(&folder)
        .output()
        .unwrap();
    assert!(built.status.success(), "{built:?}");
    let seconds = start.elapsed().as_secs_f64();
    let _ = fs::remove_dir_all(&folder);
    table.add(Line::told(
        "build from nothing, release",
        &format!("{seconds:.0} s"),
    ));
    let bytes = fs::metadata(MALOTE).map_or(0, |found| found.len());
    table.add(Line::told(
        "size of the program",
        &format!("{:.1} MB", bytes as f64 / 1e6),
    ));
    let tree = lines(&[
        "tree",
        "--locked",
        "-e",
        "normal",
        "--prefix",
        "none",
        "--no-dedupe",
    ]);
    let crates: std::collections::BTreeSet<&str> = tree
        .iter()
        .map(|line| line.trim_end_matches(" (*)"))
        .collect();
    table.add(Line::told("crates in it", &crates.len().to_string()));
    let twice = lines(&[
        "tree", "--locked", "-e", "normal", "-d", "--depth", "0", "--prefix", "none",
    ]);
    let twice: std::collections::BTreeSet<&str> = twice
        .iter()
        .map(String::as_str)
        .filter(|line| !line.is_empty())
        .collect();
    let twice: Vec<&str> = twice.into_iter().collect();
    table.add(Line::told("  of which in two versions", &twice.join(", ")));
}

fn cargo(args: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(args).current_dir(env!("CARGO_MANIFEST_DIR"));
    command
}

fn lines(args: &[&str]) -> Vec<String> {
    let output = cargo(args).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.lines().map(str::to_owned).collect()
}
