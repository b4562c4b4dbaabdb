//! The ceiling, as the server sees it.

use super::data::Data;
use super::table::{Line, Table};
use super::{malote, measure, planned, quiet, server};

/// Each rate for a minute, without faults and with them.
pub fn pace() {
    let data = Data::new();
    let archive = data.archive(100_000, 1000);
    let folder = data.folder();
    planned(folder, &archive, "pace.csv");
    let mut table = Table::default();
    let mut is_kept = true;
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
            let kept = mean / rate >= least && most <= ceiling;
            is_kept &= kept;
            table.add(Line::told(
                &format!("{rate}/s, faults {faults}"),
                &format!(
                    "mean {:.2} % (at least {:.0} %), most in a second {most} (at most {ceiling}){}",
                    mean / rate * 100.0,
                    least * 100.0,
                    if kept { "" } else { "  MISSED" },
                ),
            ));
        }
    }
    println!("{table}");
    if !is_kept {
        std::process::exit(1);
    }
}
