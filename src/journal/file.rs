//! A journal on disk: taking the lock, mending a torn tail, and opening it for appending.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::line::HEADER;
use super::lock::{Lock, LockError, beside, lock};
use super::replay::{Replayed, replay};
use super::scan::{Damage, Torn};

/// A journal that is open for writing, and what it says.
#[derive(Debug)]
pub struct Opened {
    /// The file, at its end.
    pub file: File,
    /// What it says.
    pub replayed: Replayed,
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
    #[error("the journal {} is being written by {holder}", path.display())]
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

/// Locks the journal at `path`, reads it, cuts a torn tail and keeps it beside, and opens it for appending. It is
/// created where there is none.
///
/// # Errors
/// [`OpenError`]; then nothing of it was changed.
pub fn open(path: &Path) -> Result<Opened, OpenError> {
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
    let mut replayed = replay(&[path])?;
    let scanned = replayed.journals.first().map(|(_, scanned)| scanned);
    let torn = scanned.and_then(|scanned| scanned.torn.as_ref());
    let kept = torn
        .map(|torn| mend(path, torn))
        .transpose()
        .map_err(failed)?;
    if kept.is_some() {
        // Records behind the tear lie elsewhere now.
        replayed = replay(&[path])?;
    }
    let mut file = File::options()
        .append(true)
        .create(true)
        .open(path)
        .map_err(failed)?;
    if file.metadata().map_err(failed)?.len() == 0 {
        start(&mut file, path).map_err(failed)?;
    }
    Ok(Opened {
        file,
        replayed,
        torn: kept,
        guard: Guard(guard),
    })
}

/// Writes the first line of a new journal, durably.
fn start(file: &mut File, path: &Path) -> io::Result<()> {
    file.write_all(format!("{HEADER}\n").as_bytes())?;
    file.sync_all()?;
    sync_folder_of(path)
}

/// Keeps the torn tail beside the journal, cuts it off, and appends the whole records that were behind the tear.
/// Whatever fails or crashes on the way, nothing is lost: the tail is durable beside before it is cut.
fn mend(path: &Path, torn: &Torn) -> io::Result<PathBuf> {
    let time = Timestamp::now().strftime("%Y%m%dT%H%M%S%3fZ").to_string();
    let kept = beside(path, &format!(".torn-{time}"));
    let mut copy = File::create_new(&kept)?;
    copy.write_all(&torn.cut)?;
    copy.sync_all()?;
    sync_folder_of(path)?;
    let mut file = File::options().write(true).open(path)?;
    file.set_len(torn.offset)?;
    file.sync_all()?;
    if !torn.whole.is_empty() {
        io::Seek::seek(&mut file, io::SeekFrom::End(0))?;
        file.write_all(&torn.whole)?;
        file.sync_all()?;
    }
    Ok(kept)
}

/// Makes the name of a new file durable. Windows keeps names durable by itself.
fn sync_folder_of(path: &Path) -> io::Result<()> {
    if cfg!(windows) {
        return Ok(());
    }
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    fs::File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
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
