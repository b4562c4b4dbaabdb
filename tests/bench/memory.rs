//! Memory of every command over a million documents, against how far it is.

use std::fs;
use std::path::Path;
use std::time::Duration;

use super::data::Data;
use super::measure::{self, Cost};
use super::table::{Line, Table};
use super::{malote, server};

const DOCUMENTS: usize = 1_000_000;

pub fn memory(data: &Data, table: &mut Table) {
    let archive = data.zips(DOCUMENTS, 100, 900);
    let folder = data.folder();
    let _ = fs::remove_file(folder.join("million.journal.csv"));
    let server = server::Process::start();
    let url = server.url();
    let archive = archive.to_str().unwrap();
    let run = [
        "run",
        "million.csv",
        "--base-url",
        &url,
        "--rate",
        "unlimited",
        "--quiet-hours",
        "none",
        "--progress",
        "none",
    ];
    let page = ["report", "million.csv", "-o", "million.html"];
    // Of the plan and of the journal each document may keep so many bytes.
    let bound = |each: f64| 60.0 + each * DOCUMENTS as f64 / 1e6;
    let commands: [(&str, &[&str], f64); 4] = [
        (
            "plan",
            &["plan", archive, "--force", "-o", "million.csv"],
            bound(256.0),
        ),
        ("run", &run, bound(128.0)),
        ("diff", &["diff", "million.csv", "--format", "json"], 200.0),
        ("report", &page, bound(256.0)),
    ];
    for (name, args, most) in commands {
        let cost = watched(folder, name, args);
        let name = format!("{name} of 1,000,000 documents, memory");
        table.add(Line::bounded(&name, &cost, f64::INFINITY, most, ""));
    }
    let bytes = fs::metadata(folder.join("million.html")).map_or(0, |found| found.len());
    table.add(Line::told(
        "  the report's page",
        &format!("{:.2} MB (at most 2)", bytes as f64 / 1e6),
    ));
}

/// Runs it and draws its memory: a line for each twentieth of its way.
fn watched(folder: &Path, name: &str, args: &[&str]) -> Cost {
    let mut looks = Vec::new();
    let command = malote(folder, args);
    let cost = measure::watch(command, Duration::from_millis(50), &mut |cost| {
        looks.push(cost.memory);
    });
    println!("memory of {name}, against its way:");
    for step in 0..=20 {
        let at = (looks.len().saturating_sub(1)) * step / 20;
        let Some(memory) = looks.get(at) else {
            continue;
        };
        println!(
            "  {:>3} %  {memory:>6.1} MB {}",
            step * 5,
            "#".repeat((memory / 4.0) as usize)
        );
    }
    cost
}
