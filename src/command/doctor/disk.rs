//! Where manifest and journal lie, and whether there is room.

use std::path::{Path, PathBuf};

use super::{Finding, Subject};
use crate::command::survey::{default_journal, wrong_manifest};
use crate::journal::is_on_network;
use crate::lang::{Message, message};
use crate::manifest::{Action, ManifestError, ManifestReader};

/// Of a record with the longest usual message.
const RECORD_BYTES: u64 = 400;

/// `attempt` and what came of it.
const RECORDS: u64 = 2;

pub(super) fn examine(manifest: Option<&Path>) -> Vec<Finding> {
    let Some(manifest) = manifest else {
        return vec![Finding::warning(
            Subject::Disk,
            message!("doctor-disk-no-manifest"),
            message!("doctor-plan-or-name"),
        )];
    };
    let journal = match default_journal(manifest) {
        Ok(journal) => journal,
        Err((reason, _)) => return vec![wrong(reason)],
    };
    let rows = match rows(manifest) {
        Ok(rows) => rows,
        Err(error) => return vec![wrong(wrong_manifest(manifest, &error).0)],
    };
    let folder = folder_of(&journal);
    let mut findings = vec![writable(&folder), room(&folder, rows)];
    findings.extend(network(manifest, Subject::Manifest));
    findings.extend(network(&journal, Subject::Journal));
    findings
}

fn wrong(reason: Message) -> Finding {
    Finding::problem(Subject::Manifest, reason, message!("doctor-mend-or-plan"))
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
        Ok(_) => Finding::fine(
            Subject::Journal,
            message!("doctor-journal-writable", folder = name),
        ),
        Err(error) => Finding::problem(
            Subject::Journal,
            message!("doctor-journal-unwritable", folder = name, error = &error),
            message!("doctor-another-folder"),
        ),
    }
}

fn room(folder: &Path, rows: u64) -> Finding {
    match fs4::available_space(folder) {
        Ok(free) => judge_room(free, rows),
        Err(error) => Finding::warning(
            Subject::Disk,
            message!("doctor-room-unknown", error = &error),
            message!("doctor-look-yourself"),
        ),
    }
}

fn judge_room(free: u64, rows: u64) -> Finding {
    const MEGABYTE: u64 = 1_000_000;
    let needed = rows.saturating_mul(RECORD_BYTES * RECORDS);
    let words = message!(
        "doctor-room",
        rows = rows,
        needed = needed.div_ceil(MEGABYTE),
        free = free / MEGABYTE,
    );
    let advice = message!("doctor-make-room");
    if free < needed {
        Finding::problem(Subject::Disk, words, advice)
    } else if free < needed.saturating_mul(2) {
        // Other programs write too.
        Finding::warning(Subject::Disk, words, advice)
    } else {
        Finding::fine(Subject::Disk, words)
    }
}

fn network(path: &Path, what: Subject) -> Option<Finding> {
    is_on_network(path).then(|| {
        Finding::warning(
            what,
            message!("doctor-on-network"),
            message!("doctor-keep-here"),
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
