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
mod data;
mod measure;
mod server;
mod table;
mod yardstick;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use data::Data;
use measure::{Cost, best};
use table::{Line, Table};

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
        ["pace"] => pace(),
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

fn figures(only: &[&str]) {
    let data = Data::new();
    let wanted = |part: &str| only.is_empty() || only.contains(&part);
    let mut table = Table::default();
    if wanted("plan") {
        plan(&data, &mut table);
    }
    if wanted("run") {
        run(&data, &mut table);
    }
    if wanted("resume") {
        resume(&data, &mut table);
    }
    if wanted("memory") {
        memory(&data, &mut table);
    }
    println!("{table}");
}

fn plan(data: &Data, table: &mut Table) {
    for (name, documents, folders) in [
        ("plan, 20,000 files, deep tree, warm", 20_000, 200),
        ("plan, 20,000 files, one folder, warm", 20_000, 1),
        ("plan, 200,000 files, deep tree, warm", 200_000, 2000),
    ] {
        let archive = data.archive(documents, folders);
        let rounds = if documents > 100_000 { 2 } else { 7 };
        let hashes = format!(
            "find '{}' -type f -print0 | xargs -0 -P2 -n500 sha256sum >/dev/null",
            archive.display()
        );
        let hash = || {
            let mut command = Command::new("sh");
            command.args(["-c", &hashes]);
            command
        };
        let planning = || {
            malote(
                data.folder(),
                &["plan", archive.to_str().unwrap(), "--force"],
            )
        };
        let reading = || myself(&["bare-read", archive.to_str().unwrap()]);
        let [sums, planned, bare] = best(rounds, [&hash, &planning, &reading]);
        let against = format!("sha256sum -P2 {:.3} s", sums.wall);
        table.add(Line::at_most(
            name,
            &planned,
            planned.wall / sums.wall,
            &against,
            0.9,
        ));
        table.add(Line::told(
            "  a bare walk, read, hash and parse",
            &format!(
                "{:.3} s, {:.2} of sha256sum",
                bare.wall,
                bare.wall / sums.wall
            ),
        ));
    }
}

fn run(data: &Data, table: &mut Table) {
    let archive = data.archive(20_000, 200);
    let folder = data.folder();
    quiet(malote(
        folder,
        &[
            "plan",
            archive.to_str().unwrap(),
            "--force",
            "-o",
            "run.csv",
        ],
    ));
    let server = server::Process::start();
    let url = server.url();
    let journal = folder.join("run.journal.csv");
    let send = |batch: &'static str| {
        let (url, journal) = (url.clone(), journal.clone());
        move || {
            let _ = std::fs::remove_file(&journal);
            malote(
                folder,
                &[
                    "run",
                    "run.csv",
                    "--base-url",
                    &url,
                    "--rate",
                    "unlimited",
                    "--concurrency",
                    "64",
                    "--batch",
                    batch,
                    "--quiet-hours",
                    "none",
                    "--progress",
                    "none",
                ],
            )
        }
    };
    let manifest = folder.join("run.csv");
    let bare = || myself(&["bare-send", &url, manifest.to_str().unwrap(), "64"]);
    let (single, batched) = (send("1"), send("20"));
    let [bare, single, batched] = best(5, [&bare, &single, &batched]);
    let documents = 20_000.0;
    let rate = |cost: &Cost| documents / cost.wall;
    let against = format!(
        "a bare loop, {:.0}/s, {:.0} µs CPU each",
        rate(&bare),
        bare.cpu / documents * 1e6
    );
    for (name, cost, least) in [
        ("run, unlimited, 64 at once", &single, 0.85),
        ("run, the same in batches of 20", &batched, 1.7),
    ] {
        table.add(Line::at_least(
            name,
            cost,
            rate(cost) / rate(&bare),
            &against,
            least,
        ));
        table.add(Line::told(
            "  of one document",
            &format!(
                "{:.0}/s, {:.0} µs CPU, {:.0} bytes written",
                rate(cost),
                cost.cpu / documents * 1e6,
                cost.written / documents
            ),
        ));
    }
}

fn resume(data: &Data, table: &mut Table) {
    let mut tenth: Option<(Cost, Cost)> = None;
    for rows in [100_000u64, 1_000_000] {
        let folder = data.books(rows);
        let diff = || malote(&folder, &["diff", "malote.csv", "--format", "json"]);
        // One row is left: the run ends with its answer.
        let server = server::Process::start();
        let url = server.url();
        let first = || {
            data::restore_journal(&folder);
            malote(
                &folder,
                &[
                    "run",
                    "malote.csv",
                    "--base-url",
                    &url,
                    "--quiet-hours",
                    "none",
                    "--progress",
                    "none",
                ],
            )
        };
        let [diffed, resumed] = best(3, [&diff, &first]);
        let records = rows * 2;
        for (name, cost, before) in [
            ("diff", &diffed, tenth.as_ref().map(|(diff, _)| diff)),
            (
                "run to its first answer",
                &resumed,
                tenth.as_ref().map(|(_, run)| run),
            ),
        ] {
            let name = format!("{name}, {rows} rows, {records} records");
            let grown = before.map_or_else(String::new, |before| {
                format!("{:.1} × a tenth", cost.wall / before.wall)
            });
            let (most_seconds, most_mb) = if rows == 1_000_000 {
                (2.0, 200.0)
            } else {
                (0.25, 60.0)
            };
            table.add(Line::bounded(&name, cost, most_seconds, most_mb, &grown));
        }
        tenth = Some((diffed, resumed));
    }
}

/// Memory of a run of a million documents against documents done.
fn memory(data: &Data, table: &mut Table) {
    let archive = data.archive(200_000, 2000);
    let folder = data.folder();
    quiet(malote(
        folder,
        &[
            "plan",
            archive.to_str().unwrap(),
            "--force",
            "-o",
            "memory.csv",
        ],
    ));
    let _ = std::fs::remove_file(folder.join("memory.journal.csv"));
    let server = server::Process::start();
    let url = server.url();
    let command = malote(
        folder,
        &[
            "run",
            "memory.csv",
            "--base-url",
            &url,
            "--rate",
            "unlimited",
            "--quiet-hours",
            "none",
            "--progress",
            "none",
        ],
    );
    let journal = folder.join("memory.journal.csv");
    println!("peak memory against bytes of the journal:");
    let cost = measure::watch(command, Duration::from_secs(1), &mut |cost| {
        let bytes = std::fs::metadata(&journal).map_or(0, |found| found.len());
        let bar = "#".repeat(cost.memory as usize);
        println!(
            "  {:>5} MB  {:>5.1} MB {bar}",
            bytes / 1_000_000,
            cost.memory
        );
    });
    let most = 60.0 + 128.0 * 200_000.0 / 1e6;
    table.add(Line::bounded(
        "run of 200,000 documents, memory",
        &cost,
        f64::INFINITY,
        most,
        "",
    ));
}

/// The ceiling, from the server's side.
fn pace() {
    let data = Data::new();
    let archive = data.archive(100_000, 1000);
    let folder = data.folder();
    quiet(malote(
        folder,
        &[
            "plan",
            archive.to_str().unwrap(),
            "--force",
            "-o",
            "pace.csv",
        ],
    ));
    let mut table = Table::default();
    for (rate, seconds, least, over) in [
        (11.0, 60, 0.99, 1),
        (100.0, 60, 0.98, 1),
        (1000.0, 60, 0.95, 10),
    ] {
        for faults in ["0", "0.02"] {
            let _ = std::fs::remove_file(folder.join("pace.journal.csv"));
            let server = server::Process::start_with(&[("BENCH_FAIL", faults)]);
            let url = server.url();
            quiet(malote(
                folder,
                &[
                    "run",
                    "pace.csv",
                    "--base-url",
                    &url,
                    "--rate",
                    &format!("{rate}/s"),
                    "--quiet-hours",
                    "none",
                    "--progress",
                    "none",
                    "--max-duration",
                    &format!("{}s", seconds + 2),
                ],
            ));
            let times = server.arrivals();
            let (mean, most) = measure::pace(&times, f64::from(seconds));
            let ceiling = rate as usize + over;
            table.add(Line::told(
                &format!("{rate}/s, faults {faults}"),
                &format!(
                    "mean {:.2} % (at least {:.0} %), most in a second {most} (at most {ceiling}){}",
                    mean / rate * 100.0,
                    least * 100.0,
                    if mean / rate >= least && most <= ceiling { "" } else { "  MISSED" },
                ),
            ));
        }
    }
    println!("{table}");
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
