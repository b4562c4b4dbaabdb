//! `malote run --dry-run`: reads, hashes and encodes everything that would be sent; sends nothing, writes nothing.

use jiff::SignedDuration;

use super::output::Output;
use super::plan::hours;
use super::survey::{Surveyed, wrong_manifest};
use crate::config::RunConfig;
use crate::container::Archives;
use crate::diff::Balance;
use crate::exit::ExitStatus;
use crate::lang::{Arg, message};
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
        file_field: config.file_field.clone(),
        sorts: false,
        archives: Archives::default(),
    };
    let found = match read_all(config, surveyed, &reading, output) {
        Ok(found) => found,
        Err(error) => {
            let (reason, status) = wrong_manifest(&config.manifest, &error);
            output.fail(reason);
            return status;
        }
    };
    tell(&found, &balance, config, output);
    if found.changed + found.missing > 0 {
        ExitStatus::NeedsAPerson
    } else {
        ExitStatus::Success
    }
}

/// Reads in the order in which a run sends: documents first, then events.
fn read_all(
    config: &RunConfig,
    mut surveyed: Surveyed,
    reading: &Reading,
    output: &mut Output,
) -> Result<Found, ManifestError> {
    let mut found = Found::default();
    let mut buffer = Vec::new();
    let most = config.limits.max_docs.unwrap_or(u64::MAX);
    for events in [false, true] {
        let mut reader = ManifestReader::open(&config.manifest)?;
        while found.ready < most
            && let Some(row) = reader.next_row()?
        {
            if row.action != Action::Send || row.kind.follows_its_note() != events {
                continue;
            }
            let line = row.line;
            let Some(document) = surveyed.standing.take(&row.to_row()) else {
                continue;
            };
            let read = reading.prepare(&document, &mut buffer);
            count(&mut found, line, &document, read, output);
        }
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
            output.note(message!(
                "dry-run-changed",
                line = line,
                path = &document.path,
                reason = Arg::said(&reason),
            ));
        }
        Preparation::Missing(reason) | Preparation::Unreachable { reason, .. } => {
            found.missing += 1;
            output.note(message!(
                "dry-run-missing",
                line = line,
                path = &document.path,
                reason = Arg::said(&reason),
            ));
        }
    }
}

fn tell(found: &Found, balance: &Balance, config: &RunConfig, output: &mut Output) {
    output.say(message!(
        "dry-run-found",
        ready = found.ready,
        bytes = found.bytes,
        changed = found.changed,
        missing = found.missing,
    ));
    if config.limits.max_docs == Some(found.ready) {
        output.say(message!("dry-run-max-docs"));
    }
    if config.pilot {
        output.say(message!("dry-run-pilot"));
    }
    if found.too_long > 0 {
        output.say(message!(
            "dry-run-too-long",
            count = found.too_long,
            most = MAX_BODY_BYTES,
        ));
    }
    if let Some(rate) = config.limits.rate {
        let sending = SignedDuration::try_from_secs_f64(found.ready as f64 / rate);
        output.say(message!(
            "dry-run-time",
            rate = Arg::Decimal(rate.to_string()),
            time = hours(sending.unwrap_or(SignedDuration::MAX)),
        ));
    }
    output.say(message!("dry-run-end"));
    output.say(balance.words());
}
