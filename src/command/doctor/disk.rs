//! Where manifest and journal lie, and whether there is room.

use std::path::{Path, PathBuf};

use super::Finding;
use crate::command::survey::default_journal;
use crate::journal::is_on_network;
use crate::manifest::{Action, ManifestError, ManifestReader};

const SUBJECT: &str = "disk";

/// Of a record with the longest usual message.
const RECORD_BYTES: u64 = 400;

/// `attempt` and what came of it.
const RECORDS: u64 = 2;

pub(super) fn examine(manifest: Option<&Path>) -> Vec<Finding> {
    let Some(manifest) = manifest else {
        return vec![Finding::warning(
            SUBJECT,
            "not looked at: there is no manifest here yet",
            "make one with plan, or name it with --manifest FILE",
        )];
    };
    let journal = match default_journal(manifest) {
        Ok(journal) => journal,
        Err((reason, _)) => return vec![wrong(&reason)],
    };
    let rows = match rows(manifest) {
        Ok(rows) => rows,
        Err(error) => return vec![wrong(&format!("{}: {error}", manifest.display()))],
    };
    let folder = folder_of(&journal);
    let mut findings = vec![writable(&folder), room(&folder, rows)];
    findings.extend(network(manifest, "manifest"));
    findings.extend(network(&journal, "journal"));
    findings
}

fn wrong(reason: &str) -> Finding {
    Finding::problem("manifest", reason, "mend that, or plan again")
}

/// Rows to send.
fn rows(manifest: &Path) -> Result<u64, ManifestError> {
    let mut reader = ManifestReader::open(manifest)?;
    let mut rows = 0;
    while let Some(row) = reader.next_row()? {
        rows += u64::from(row.action == Action::Send);
    }
    Ok(rows)
}

fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_path_buf(),
        _ => PathBuf::from("."),
    }
}

fn writable(folder: &Path) -> Finding {
    let name = folder.display();
    match tempfile::tempfile_in(folder) {
        Ok(_) => Finding::fine("journal", format!("can be written in {name}")),
        Err(error) => Finding::problem(
            "journal",
            format!("cannot be written in {name}: {error}"),
            "choose another folder with --journal FILE",
        ),
    }
}

fn room(folder: &Path, rows: u64) -> Finding {
    match fs4::available_space(folder) {
        Ok(free) => judge_room(free, rows),
        Err(error) => Finding::warning(
            SUBJECT,
            format!("how much room there is cannot be told: {error}"),
            "look at it yourself",
        ),
    }
}

fn judge_room(free: u64, rows: u64) -> Finding {
    const MEGABYTE: u64 = 1_000_000;
    let needed = rows.saturating_mul(RECORD_BYTES * RECORDS);
    let words = format!(
        "the journal of {rows} documents may take {} MB, {} MB are free",
        needed.div_ceil(MEGABYTE),
        free / MEGABYTE
    );
    let advice = "make room there, or choose another disk with --journal FILE";
    if free < needed {
        Finding::problem(SUBJECT, words, advice)
    } else if free < needed.saturating_mul(2) {
        // Other programs write too.
        Finding::warning(SUBJECT, words, advice)
    } else {
        Finding::fine(SUBJECT, words)
    }
}

fn network(path: &Path, what: &'static str) -> Option<Finding> {
    is_on_network(path).then(|| {
        Finding::warning(
            what,
            "is on a network drive, which may lose what it has confirmed",
            "keep it in a folder of this computer",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::super::Grade;
    use super::*;

    #[test]
    fn there_must_be_room_for_two_records_of_each_row() {
        for (free, rows, grade) in [
            (1600, 1, Grade::Fine),
            (1599, 1, Grade::Warning),
            (799, 1, Grade::Problem),
            (0, 0, Grade::Fine),
            (u64::MAX - 1, u64::MAX, Grade::Problem),
        ] {
            assert_eq!(judge_room(free, rows).grade, grade, "{free} {rows}");
        }
    }
}
