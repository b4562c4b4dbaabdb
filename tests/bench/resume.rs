//! The start of a resume, and `diff`: how they take to a million rows.

use super::data::{self, Data};
use super::measure::{Cost, best};
use super::table::{Line, Table};
use super::{malote, server};

pub fn resume(data: &Data, table: &mut Table) {
    let mut tenth: Option<(Cost, Cost)> = None;
    for rows in [100_000u64, 1_000_000] {
        let folder = data.books(rows);
        let diff = || malote(&folder, &["diff", "malote.csv", "--format", "json"]);
        data::restore_journal(&folder);
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
        let [diffed, resumed] = best(5, [&diff, &first]);
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
