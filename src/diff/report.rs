//! The three ways in which the difference is shown.

use std::collections::HashSet;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::messages::{Group, Groups};
use super::{Balance, Survey};
use crate::digest::ContentHash;
use crate::journal::{Messages, Slot, State, States};
use crate::manifest::{Action, ManifestError, ManifestReader};
use crate::path_text;

/// Messages shown for each state.
const SHOWN: usize = 5;

/// Why the difference cannot be shown.
#[derive(Debug, thiserror::Error)]
pub enum DiffError {
    /// The manifest is wrong.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// A journal or the output cannot be read or written.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// The messages of each state but `accepted` and `pending`, by cause, the most frequent first.
///
/// # Errors
/// Where a journal cannot be read.
pub fn groups(states: &States, messages: &mut Messages) -> io::Result<Vec<(State, Vec<Group>)>> {
    let mut slots: Vec<_> = states
        .planned()
        .filter(|slot| slot.state() != State::Accepted)
        .collect();
    slots.sort_unstable_by_key(|slot| slot.place());
    let mut by_state: Vec<_> = State::ALL
        .iter()
        .map(|state| (*state, Groups::default()))
        .collect();
    for slot in slots {
        let message = messages.read(slot)?;
        if let Some((_, groups)) = by_state
            .iter_mut()
            .find(|(state, _)| *state == slot.state())
        {
            groups.add(&message);
        }
    }
    Ok(by_state
        .into_iter()
        .map(|(state, groups)| (state, groups.sorted()))
        .collect())
}

/// Writes the balance and, for each state with something left, how many and the most frequent messages.
///
/// # Errors
/// Where the output cannot be written.
pub fn write_table(
    balance: &Balance,
    groups: &[(State, Vec<Group>)],
    out: &mut dyn Write,
) -> io::Result<()> {
    writeln!(out, "{balance}")?;
    for state in State::ALL.iter().filter(|state| **state != State::Accepted) {
        let count = balance.of(*state);
        if count == 0 {
            continue;
        }
        writeln!(out, "\n{state}: {count} ({})", what_follows(*state))?;
        let found = groups.iter().find(|(one, _)| one == state);
        let found = found
            .map(|(_, groups)| groups.as_slice())
            .unwrap_or_default();
        for group in found
            .iter()
            .take(SHOWN)
            .filter(|group| !group.message.is_empty())
        {
            writeln!(out, "  {:>9}  {}", group.count, group.message)?;
        }
        if found.len() > SHOWN {
            writeln!(out, "  and {} other messages", found.len() - SHOWN)?;
        }
    }
    Ok(())
}

fn what_follows(state: State) -> &'static str {
    match state {
        State::Accepted => "arrived",
        State::Rejected => "refused by Zen; mend the cause, then run --retry-rejected",
        State::Failed | State::Unknown => "run sends them again",
        State::Changed => "the file is not what was planned; plan again",
        State::Missing => "the file cannot be read; run looks again",
        State::Pending => "not tried yet",
    }
}

/// What `diff --format csv` writes beside the manifest's own columns.
const ADDED: [&str; 3] = ["state", "message", "journal"];

/// Writes the rows to send that are in one of the states `only`, as a manifest that `run` takes again.
///
/// # Errors
/// Where manifest or journal cannot be read or the output cannot be written.
pub fn write_rows(
    manifest: &Path,
    survey: &Survey,
    states: &States,
    journals: &[PathBuf],
    only: &[State],
    out: &mut dyn Write,
) -> Result<(), DiffError> {
    let mut reader = ManifestReader::open(manifest)?;
    let kept: Vec<_> = reader
        .headers()
        .iter()
        .map(|name| !ADDED.contains(&name.as_str()) && name != "path")
        .collect();
    let mut csv = csv::WriterBuilder::new()
        .buffer_capacity(256 * 1024)
        .from_writer(out);
    let names = reader
        .headers()
        .iter()
        .zip(&kept)
        .filter(|(_, kept)| **kept);
    let names = names
        .map(|(name, _)| name.as_str())
        .chain(ADDED)
        .chain(["path"]);
    csv.write_record(names).map_err(io::Error::from)?;
    let mut messages = Messages::new(&journals.iter().map(PathBuf::as_path).collect::<Vec<_>>());
    let names: Vec<_> = journals.iter().map(|path| journal_text(path)).collect();
    let mut written: HashSet<ContentHash> = HashSet::new();
    while let Some(row) = reader.next_row()? {
        let (Action::Send, Some(hash)) = (row.action, row.sha256) else {
            continue;
        };
        let slot = states.get(&hash);
        let state = slot.map_or(State::Pending, Slot::state);
        let once = !survey.repeated.contains(&hash) || written.insert(hash);
        if !only.contains(&state) || !once {
            continue;
        }
        let message = slot.map(|slot| messages.read(slot)).transpose()?;
        let journal = slot.map_or(0, |slot| slot.place().0);
        let path = row.path.to_owned();
        // A row may end before its last columns.
        let cells = reader.cells().chain(std::iter::repeat(&b""[..]));
        let cells = cells.zip(&kept).filter(|(_, kept)| **kept);
        let added = [
            state.as_str(),
            message.as_deref().unwrap_or_default(),
            names.get(journal).map_or("", String::as_str),
            path.as_str(),
        ];
        let cells = cells
            .map(|(cell, _)| cell)
            .chain(added.iter().map(|text| text.as_bytes()));
        csv.write_record(cells).map_err(io::Error::from)?;
    }
    csv.flush()?;
    Ok(())
}

/// A journal's path as the column `journal` has it: absolute, for the rows may be saved elsewhere.
fn journal_text(path: &Path) -> String {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    path_text::encode(&absolute)
}
