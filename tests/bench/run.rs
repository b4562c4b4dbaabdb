//! Sending as fast as the wire takes it, against a bare loop that reads, hashes, encodes and posts.

use super::data::Data;
use super::measure::{Cost, best};
use super::table::{Line, Table};
use super::{malote, myself, planned, server};

pub fn run(data: &Data, table: &mut Table) {
    let archive = data.archive(20_000, 200);
    let folder = data.folder();
    planned(folder, &archive, "run.csv");
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
    // Each takes less than a second, in which a machine that is shared may be slow for one of them.
    let [bare, single, batched] = best(15, [&bare, &single, &batched]);
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
