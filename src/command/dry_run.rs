//! `malote run --dry-run`: reads, hashes and encodes everything that would be sent; sends nothing, writes nothing.

use std::path::Path;

use super::output::Output;
use super::survey::Surveyed;
use crate::config::RunConfig;
use crate::container::Archives;
use crate::diff::Balance;
use crate::exit::ExitStatus;
use crate::manifest::{Action, ManifestError, ManifestReader};
use crate::send::{Document, Preparation, Reading};
use crate::zen::MAX_BODY_BYTES;

/// What would happen.
#[derive(Debug, Default)]
struct Found {
    ready: u64,
    bytes: u64,
    /// Alone longer than what the server is expected to take.
    too_long: u64,
    changed: u64,
    missing: u64,
}

pub(super) fn dry_run(config: &RunConfig, surveyed: Surveyed, output: &mut Output) -> ExitStatus {
    let balance = surveyed.standing.balance();
    let reading = Reading {
        roots: config.roots.clone(),
        drop_declaration: config.drop_declaration,
        sorts: false,
        archives: Archives::default(),
    };
    let found = match read_all(&config.manifest, surveyed, &reading, output) {
        Ok(found) => found,
        Err(error) => {
            output.fail(format_args!("{}: {error}", config.manifest.display()));
            return ExitStatus::Usage;
        }
    };
    tell(&found, &balance, config, output);
    if found.changed + found.missing > 0 {
        ExitStatus::NeedsAPerson
    } else {
        ExitStatus::Success
    }
}

fn read_all(
    manifest: &Path,
    mut surveyed: Surveyed,
    reading: &Reading,
    output: &mut Output,
) -> Result<Found, ManifestError> {
    let mut found = Found::default();
    let mut buffer = Vec::new();
    let mut reader = ManifestReader::open(manifest)?;
    while let Some(row) = reader.next_row()? {
        if row.action != Action::Send {
            continue;
        }
        let line = row.line;
        let Some(document) = surveyed.standing.take(&row.to_row()) else {
            continue;
        };
        count(
            &mut found,
            line,
            &document,
            reading.prepare(&document, &mut buffer),
            output,
        );
    }
    Ok(found)
}

fn count(
    found: &mut Found,
    line: u64,
    document: &Document,
    read: Preparation,
    output: &mut Output,
) {
    match read {
        Preparation::Ready(prepared) => {
            found.ready += 1;
            found.bytes += prepared.item.len() as u64;
            found.too_long += u64::from(prepared.item.len() > MAX_BODY_BYTES);
        }
        Preparation::Changed(reason) => {
            found.changed += 1;
            output.note(format_args!(
                "line {line}: {}: changed: {reason}",
                document.path
            ));
        }
        Preparation::Missing(reason) => {
            found.missing += 1;
            output.note(format_args!(
                "line {line}: {}: missing: {reason}",
                document.path
            ));
        }
    }
}

fn tell(found: &Found, balance: &Balance, config: &RunConfig, output: &mut Output) {
    output.say(format_args!(
        "{} documents would be sent, {} bytes of JSON; {} changed, {} missing",
        found.ready, found.bytes, found.changed, found.missing
    ));
    if found.too_long > 0 {
        output.say(format_args!(
            "{} of them are longer than {MAX_BODY_BYTES} bytes, which Zen may refuse",
            found.too_long
        ));
    }
    if let Some(rate) = config.limits.rate {
        let minutes = found.ready as f64 / rate / 60.0;
        output.say(format_args!(
            "at {rate} a second that takes {minutes:.0} min of sending time"
        ));
    }
    output.say("nothing was sent");
    output.say(balance);
}
