//! The disk, as far as evidence lies on it. What must be durable passes through this one seam, so that tests can let
//! it fail at any step; reading does not.

#[cfg(test)]
mod faulty;

use std::fs::{self, File, Metadata};
use std::io::{self, Write};
use std::path::Path;

#[cfg(test)]
pub(crate) use faulty::{Fault, Faulty, Survival, at_every_call};

/// Where bytes become durable.
pub trait Storage: Send + 'static {
    /// Appends all of `bytes`.
    ///
    /// # Errors
    /// What the system says. A part of them may have been written.
    fn append(&mut self, bytes: &[u8]) -> io::Result<()>;

    /// Makes everything appended durable.
    ///
    /// # Errors
    /// What the system says. What was appended since the last success is then lost or not: nobody knows.
    fn sync(&mut self) -> io::Result<()>;

    /// Which file it is, and how long.
    ///
    /// # Errors
    /// What the system says.
    fn metadata(&self) -> io::Result<Metadata>;
}

impl Storage for File {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.write_all(bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.sync_data()
    }

    fn metadata(&self) -> io::Result<Metadata> {
        Self::metadata(self)
    }
}

/// What the journal and the manifest ask of a disk.
pub trait Disk {
    /// A file that takes bytes at its end.
    type File: Storage;

    /// Opens the file at `path`, at its end; it is created where there is none.
    ///
    /// # Errors
    /// What the system says.
    fn append_to(&self, path: &Path) -> io::Result<Self::File>;

    /// Creates the file at `path`, which must not be there.
    ///
    /// # Errors
    /// What the system says.
    fn create_new(&self, path: &Path) -> io::Result<Self::File>;

    /// Shortens the file at `path` to `length` bytes, durably.
    ///
    /// # Errors
    /// What the system says.
    fn cut(&self, path: &Path, length: u64) -> io::Result<()>;

    /// Gives the file `from` the name `to`, in place of what has it.
    ///
    /// # Errors
    /// What the system says.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// Removes the file at `path`.
    ///
    /// # Errors
    /// What the system says.
    fn remove(&self, path: &Path) -> io::Result<()>;

    /// Makes the names in the folder of `path` durable.
    ///
    /// # Errors
    /// What the system says.
    fn sync_names(&self, path: &Path) -> io::Result<()>;
}

#[cfg(windows)]
const FILE_SHARE_READ: u32 = 1;

/// The real one.
#[derive(Debug, Clone, Copy, Default)]
pub struct LocalDisk;

impl Disk for LocalDisk {
    type File = File;

    fn append_to(&self, path: &Path) -> io::Result<File> {
        let mut options = File::options();
        options.append(true).create(true);
        // Others may read it, and no more: while it is open nobody moves, deletes or writes it.
        #[cfg(windows)]
        std::os::windows::fs::OpenOptionsExt::share_mode(&mut options, FILE_SHARE_READ);
        options.open(path)
    }

    fn create_new(&self, path: &Path) -> io::Result<File> {
        File::options().write(true).create_new(true).open(path)
    }

    fn cut(&self, path: &Path, length: u64) -> io::Result<()> {
        let file = File::options().write(true).open(path)?;
        file.set_len(length)?;
        file.sync_all()
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    fn sync_names(&self, path: &Path) -> io::Result<()> {
        // Windows keeps names durable by itself.
        if cfg!(windows) {
            return Ok(());
        }
        File::open(folder_of(path))?.sync_all()
    }
}

/// The folder that a file lies in.
#[must_use]
pub fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::os::fd::OwnedFd;

    use super::*;

    /// All that is promised of the journal rests on the system being asked, which no file of a test shows: but it refuses
    /// to make a pipe durable, and the names in its own file system.
    #[test]
    fn what_the_system_cannot_make_durable_is_not_called_durable() {
        let (_reader, writer) = io::pipe().unwrap();
        let mut pipe = File::from(OwnedFd::from(writer));
        pipe.append(b"record\n").unwrap();
        let refused = pipe.sync().map_err(|error| error.kind());
        assert_eq!(refused, Err(io::ErrorKind::InvalidInput));
        let refused = LocalDisk.sync_names(Path::new("/proc/version"));
        let refused = refused.map_err(|error| error.kind());
        assert_eq!(refused, Err(io::ErrorKind::InvalidInput));
    }
}
