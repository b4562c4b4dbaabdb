//! Planning, against `sha256sum` over the same files with two processes.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::data::Data;
use super::measure::{Cost, best, best_of_all};
use super::table::{Line, Table};
use super::{malote, myself};

pub fn plan(data: &Data, table: &mut Table) {
    for (documents, rounds, folders) in [(20_000, 7, 200), (200_000, 1, 2000)] {
        for (shape, folders) in [("deep tree", folders), ("one folder", 1)] {
            let archive = data.archive(documents, folders);
            let name = format!("plan, {},000 files, {shape}", documents / 1000);
            warm(data, table, &name, &archive, rounds);
            cold(data, table, &name, &archive, rounds.div_ceil(3));
        }
    }
    zip(data, table);
}

fn warm(data: &Data, table: &mut Table, name: &str, archive: &Path, rounds: usize) {
    let hash = || sums(archive);
    let planning = || planning(data, archive);
    let reading = || myself(&["bare-read", archive.to_str().unwrap()]);
    let [sums, planned] = best(rounds, [&hash, &planning]);
    table.add(line(&format!("{name}, warm"), &planned, &sums));
    // The others are for the small archives: the whole bench ends within ten minutes.
    if rounds == 1 {
        return;
    }
    let told = |name: &str, cost: &Cost| {
        let ratio = cost.wall / sums.wall;
        Line::told(
            name,
            &format!("{:.3} s, {ratio:.2} of sha256sum", cost.wall),
        )
    };
    let [bare] = best(rounds, [&reading]);
    table.add(told("  a bare walk, read, hash and parse", &bare));
    let lint = || of_files(archive, "xmllint --noout");
    if Command::new("xmllint").arg("--version").output().is_ok() {
        let [linted] = best(1, [&lint]);
        table.add(told("  xmllint -P2, which only parses", &linted));
    }
}

/// With the caches dropped before each, where the system lets us.
fn cold(data: &Data, table: &mut Table, name: &str, archive: &Path, rounds: usize) {
    let name = format!("{name}, cold");
    if !drop_caches() {
        table.add(Line::told(
            &name,
            "not measured: the caches cannot be dropped here",
        ));
        return;
    }
    let hash = || dropped(sums(archive));
    let planning = || dropped(planning(data, archive));
    let [sums, planned] = best_of_all(rounds, [&hash, &planning]);
    table.add(line(&name, &planned, &sums));
}

/// One zip, against the same documents as files, and against `sha256sum` over those: warm, where to inflate them comes on
/// top, and cold, where files have to be sought.
fn zip(data: &Data, table: &mut Table) {
    let files = data.archive(100_000, 1000);
    let zipped = data.zips(100_000, 1, 7000);
    let mut compare = |how: &str, before: fn(Command) -> Command| {
        let hash = || before(sums(&files));
        let of_files = || before(planning(data, &files));
        let of_zip = || before(planning(data, &zipped));
        let [sums, files, zipped] = best_of_all(3, [&hash, &of_files, &of_zip]);
        let name = format!("plan, 100,000 documents in one zip, {how}");
        table.add(line(&name, &zipped, &sums));
        table.add(Line::at_most(
            &format!("  the same, {how}"),
            &zipped,
            zipped.wall / files.wall,
            &format!("plan of the files {:.3} s", files.wall),
            1.0,
        ));
    };
    compare("warm", |command| command);
    if drop_caches() {
        compare("cold", dropped);
    }
}

/// Whether the system has forgotten what it had read of the disk.
fn drop_caches() -> bool {
    fs::write("/proc/sys/vm/drop_caches", "3").is_ok()
}

fn dropped(command: Command) -> Command {
    drop_caches();
    command
}

fn line(name: &str, planned: &Cost, sums: &Cost) -> Line {
    let against = format!("sha256sum -P2 {:.3} s", sums.wall);
    Line::at_most(name, planned, planned.wall / sums.wall, &against, 0.9)
}

fn planning(data: &Data, archive: &Path) -> Command {
    let archive = archive.to_str().unwrap();
    malote(data.folder(), &["plan", archive, "--force"])
}

fn sums(archive: &Path) -> Command {
    of_files(archive, "sha256sum")
}

/// `program` over all files, two processes at a time.
fn of_files(archive: &Path, program: &str) -> Command {
    let line = format!(
        "find '{}' -type f -print0 | xargs -0 -P2 -n500 {program} >/dev/null",
        archive.display()
    );
    let mut command = Command::new("sh");
    command.args(["-c", &line]);
    command
}
