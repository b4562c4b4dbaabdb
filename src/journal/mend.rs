//! Mends a torn tail: it is kept beside the journal, cut off, and the whole records in it are appended anew.
//!
//! This may itself be interrupted at any step. Until the whole records are in the journal again the tail lies in a file
//! of a fixed name, by which whoever opens the journal next sees that there is work left.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::lock::beside;
use super::scan::{Torn, whole_records};
use crate::disk::{Disk, Storage};

/// Where the torn tail lies as long as its whole records are not back in the journal.
const UNFINISHED: &str = ".mending";

/// Whether the mending of the journal at `path` was interrupted.
pub(super) fn is_unfinished(path: &Path) -> bool {
    fs::symlink_metadata(beside(path, UNFINISHED)).is_ok()
}

/// Mends the journal at `path`, whose torn tail is `torn`, or goes on where that was interrupted; where the tail is kept,
/// if there was one. Whatever fails or crashes on the way, nothing is lost.
pub(super) fn mend(
    disk: &impl Disk,
    path: &Path,
    torn: Option<&Torn>,
) -> io::Result<Option<PathBuf>> {
    let tail = beside(path, UNFINISHED);
    let goes_on = is_unfinished(path);
    if !goes_on {
        let Some(torn) = torn else {
            return Ok(None);
        };
        keep(disk, path, &torn.cut, &tail)?;
    }
    if let Some(torn) = torn {
        disk.cut(path, torn.offset)?;
    }
    let whole = whole_records(&fs::read(&tail)?);
    let missing = if goes_on {
        behind_end(path, &whole)?
    } else {
        &whole
    };
    if !missing.is_empty() {
        let mut file = disk.append_to(path)?;
        file.append(missing)?;
        file.sync()?;
    }
    let time = Timestamp::now().strftime("%Y%m%dT%H%M%S%3fZ").to_string();
    let kept = beside(path, &format!(".torn-{time}"));
    disk.rename(&tail, &kept)?;
    disk.sync_names(path)?;
    Ok(Some(kept))
}

/// Writes `bytes` durably to a file that becomes `tail` only when it is whole.
fn keep(disk: &impl Disk, path: &Path, bytes: &[u8], tail: &Path) -> io::Result<()> {
    let part = beside(path, ".mending-part");
    match fs::remove_file(&part) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = disk.create_new(&part)?;
    file.append(bytes)?;
    file.sync()?;
    drop(file);
    disk.rename(&part, tail)?;
    disk.sync_names(path)
}

/// What of the lines in `whole` the journal does not end with: those that were appended before an interruption are not
/// appended again.
fn behind_end<'a>(path: &Path, whole: &'a [u8]) -> io::Result<&'a [u8]> {
    if whole.is_empty() {
        return Ok(whole);
    }
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(whole.len() as u64)))?;
    let mut end = Vec::new();
    file.read_to_end(&mut end)?;
    let mut ends = memchr::memrchr_iter(b'\n', whole).map(|at| at + 1);
    let there = ends.find(|there| end.ends_with(&whole[..*there]));
    Ok(&whole[there.unwrap_or(0)..])
}
