//! One writer: an OS lock on a file beside the journal, which the system releases when the process dies.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;

/// A held lock; it is released when this is dropped.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
    holder: PathBuf,
}

/// Why the lock is not to be had.
#[derive(Debug)]
pub(super) enum LockError {
    /// Another process has it; who, as far as is known.
    Held(String),
    /// The lock's file cannot be made.
    Io(io::Error),
}

/// Takes the lock of `journal`.
pub(super) fn lock(journal: &Path) -> Result<Lock, LockError> {
    // A link to it is the same journal.
    let journal = &fs::canonicalize(journal).unwrap_or_else(|_| journal.to_path_buf());
    // Who holds the lock stands in a file of its own: Windows lets nobody read a locked one.
    let holder = beside(journal, ".holder");
    let path = beside(journal, ".lock");
    let options = File::options()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(path);
    let file = options.map_err(LockError::Io)?;
    if let Err(error) = try_for_a_while(&file) {
        return Err(match error {
            TryLockError::Error(error) => LockError::Io(error),
            TryLockError::WouldBlock => {
                let who = fs::read_to_string(&holder).unwrap_or_default();
                let known = if who.is_empty() {
                    "an unknown process"
                } else {
                    who.trim()
                };
                LockError::Held(known.to_owned())
            }
        });
    }
    // That nobody learns who holds the lock is no reason not to work.
    let _ = fs::write(&holder, myself());
    Ok(Lock {
        _file: file,
        holder,
    })
}

/// A process that is just ending, or one that it is just starting (which has the lock until it is itself), is waited
/// for a moment.
fn try_for_a_while(file: &File) -> Result<(), TryLockError> {
    for _ in 0..TRIES {
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => std::thread::sleep(PAUSE),
            other => return other,
        }
    }
    file.try_lock()
}

const TRIES: u32 = 10;

const PAUSE: Duration = Duration::from_millis(30);

impl Drop for Lock {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.holder);
    }
}

/// Process, host and since when.
fn myself() -> String {
    let host = ["COMPUTERNAME", "HOSTNAME"]
        .iter()
        .find_map(|name| std::env::var(name).ok());
    let host = host.or_else(|| fs::read_to_string("/etc/hostname").ok());
    format!(
        "process {} on {} since {}\n",
        std::process::id(),
        host.as_deref().map_or("this computer", str::trim),
        Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ"),
    )
}

/// `<path><suffix>`
pub(super) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}
