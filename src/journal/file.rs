//! A journal on disk: taking the lock, mending a torn tail, and opening it for appending.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use super::columns::{Column, Columns};
use super::damage::Damage;
use super::kept::Kept;
use super::line::HEADER;
use super::lock::{Lock, LockError, beside, lock};
use super::mend::{is_unfinished, mend};
use super::replay::{Replayed, replay};
use super::scan::Scanned;
use crate::disk::{Disk, LocalDisk, Storage};

/// A journal that is open for writing, and what it says.
#[derive(Debug)]
pub struct Opened<F = File> {
    /// The file, at its end.
    pub file: Kept<F>,
    /// The columns that it has.
    pub columns: Columns,
    /// What it says, where that is not what it was read to be before.
    pub replayed: Option<Replayed>,
    /// Where a torn tail was put, if there was one.
    pub torn: Option<PathBuf>,
    /// Held as long as the journal is written.
    pub guard: Guard,
}

/// Keeps other writers away.
#[derive(Debug)]
pub struct Guard(#[expect(dead_code, reason = "held for its drop")] Lock);

/// Why a journal cannot be opened for writing.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process writes it.
    #[error("the journal {} is being written by {holder}: wait until that has ended, or stop it", path.display())]
    Held {
        /// The journal.
        path: PathBuf,
        /// Who has it.
        holder: String,
    },
    /// It cannot be created, mended or written.
    #[error("the journal {} cannot be written: {source}", path.display())]
    Io {
        /// The journal, or a file beside it.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Its first line lacks a column without which records mean nothing.
    #[error("the journal {} cannot be continued: its first line does not name the column {column}", path.display())]
    Lacks {
        /// The journal.
        path: PathBuf,
        /// The column.
        column: &'static str,
    },
    /// It is damaged.
    #[error(transparent)]
    Damage(#[from] Damage),
}

/// The journal's default name: the manifest's with `.journal.csv` for `.csv`; with `.sandbox.journal.csv` where the
/// run goes to the sandbox.
#[must_use]
pub fn default_path(manifest: &Path, sandbox: bool) -> PathBuf {
    let suffix = if sandbox {
        ".sandbox.journal.csv"
    } else {
        ".journal.csv"
    };
    let is_csv = manifest
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("csv"));
    let stem = if is_csv {
        manifest.with_extension("")
    } else {
        manifest.to_path_buf()
    };
    beside(&stem, suffix)
}

/// The files that make up the journal at `path`: itself, its lock and who holds that.
#[must_use]
pub fn files_of(path: &Path) -> [PathBuf; 3] {
    [
        path.to_path_buf(),
        beside(path, ".lock"),
        beside(path, ".holder"),
    ]
}

/// Locks the journal at `path` and opens it for appending. `seen` is what it was read to be just before, if it was; where it
/// is still that, it is not read again, else it is, and a torn tail is cut off and kept beside. It is created where there
/// is none.
///
/// # Errors
/// [`OpenError`]; then nothing of it was lost.
pub fn open(path: &Path, seen: Option<Scanned>) -> Result<Opened, OpenError> {
    open_on(&LocalDisk, path, seen)
}

/// As [`open`], on any disk.
///
/// # Errors
/// As [`open`].
pub fn open_on<D: Disk>(
    disk: &D,
    path: &Path,
    seen: Option<Scanned>,
) -> Result<Opened<D::File>, OpenError> {
    let failed = |source| OpenError::Io {
        path: path.to_path_buf(),
        source,
    };
    let guard = lock(path).map_err(|error| match error {
        LockError::Held(holder) => OpenError::Held {
            path: path.to_path_buf(),
            holder,
        },
        LockError::Io(source) => failed(source),
    })?;
    let length = fs::metadata(path).map_or(0, |found| found.len());
    let unfinished = is_unfinished(path);
    let same = |seen: &Scanned| seen.torn.is_none() && seen.bytes == length && !unfinished;
    let is_seen = seen.as_ref().is_some_and(same);
    let (mut columns, mut replayed, mut kept) = (seen.unwrap_or_default().columns, None, None);
    if !is_seen {
        kept = read_again(disk, path)?;
        // Where records lie is known only now that it is mended.
        let again = replay(&[path])?;
        if let Some((_, scanned)) = again.journals.first() {
            columns = scanned.columns.clone();
        }
        replayed = Some(again);
    }
    has_needed(&columns, path)?;
    let file = begin(disk, path).map_err(failed)?;
    Ok(Opened {
        file,
        columns,
        replayed,
        torn: kept,
        guard: Guard(guard),
    })
}

/// What else is needed than the time every journal has, or it would not have been read.
fn has_needed(columns: &Columns, path: &Path) -> Result<(), OpenError> {
    match columns.place(Column::Time) {
        Some(_) => Ok(()),
        None => Err(OpenError::Lacks {
            path: path.to_path_buf(),
            column: "time",
        }),
    }
}

/// Reads a journal that nobody else writes now, and mends it where it is torn; where the torn tail is kept.
fn read_again(disk: &impl Disk, path: &Path) -> Result<Option<PathBuf>, OpenError> {
    let replayed = replay(&[path])?;
    let scanned = replayed.journals.first().map(|(_, scanned)| scanned);
    // One that is refused is left as it is, torn or not.
    scanned.map_or(Ok(()), |scanned| has_needed(&scanned.columns, path))?;
    let torn = scanned.and_then(|scanned| scanned.torn.as_ref());
    mend(disk, path, torn).map_err(|source| OpenError::Io {
        path: path.to_path_buf(),
        source,
    })
}

/// Opens the journal at its end; a new one gets its first line, durably.
fn begin<D: Disk>(disk: &D, path: &Path) -> io::Result<Kept<D::File>> {
    let mut file = disk.append_to(path)?;
    if fs::metadata(path)?.len() == 0 {
        file.append(format!("{HEADER}\n").as_bytes())?;
        file.sync()?;
    }
    // Of an older one too: the run that began it may have failed just here.
    disk.sync_names(path)?;
    Kept::new(file, path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_journal_is_named_after_the_manifest() {
        for (manifest, journal, sandbox) in [
            (
                "malote.csv",
                "malote.journal.csv",
                "malote.sandbox.journal.csv",
            ),
            ("a/b.CSV", "a/b.journal.csv", "a/b.sandbox.journal.csv"),
            (
                "notas.2019.csv",
                "notas.2019.journal.csv",
                "notas.2019.sandbox.journal.csv",
            ),
            ("lista", "lista.journal.csv", "lista.sandbox.journal.csv"),
        ] {
            assert_eq!(default_path(Path::new(manifest), false), Path::new(journal));
            assert_eq!(default_path(Path::new(manifest), true), Path::new(sandbox));
        }
    }
}
