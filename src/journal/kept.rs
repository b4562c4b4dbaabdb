//! A journal that is being written, and still lies where it was opened: another program may move, replace, delete or
//! shorten it meanwhile, and what is written then would be in no file, or in none that anybody reads.

use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};

use crate::disk::Storage;

/// Why nothing is written to a journal any more.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The disk says so.
    #[error("{0}")]
    Disk(String),
    /// At its path is no file any more, or another one.
    #[error("{} was moved, deleted or replaced by another program", .0.display())]
    Moved(PathBuf),
    /// It is longer or shorter than what was written to it.
    #[error("{} was written by another program", .0.display())]
    Altered(PathBuf),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Disk(error.to_string())
    }
}

/// The file, and what is known of it.
#[derive(Debug)]
pub struct Kept<F> {
    file: F,
    path: PathBuf,
    opened: Metadata,
    length: u64,
}

impl<F: Storage> Kept<F> {
    /// Watches over `file`, which was opened at `path`.
    pub(super) fn new(file: F, path: &Path) -> io::Result<Self> {
        let opened = file.metadata()?;
        Ok(Self {
            file,
            path: path.to_path_buf(),
            length: opened.len(),
            opened,
        })
    }

    /// Writes `bytes` durably where they will be found again.
    ///
    /// It is looked for afterwards alone, so that what was sent stands in the moved file, should that be put back, and a
    /// file that was emptied does not pass for a new journal.
    ///
    /// # Errors
    /// [`Failure`]; nothing of it may be taken for durable.
    pub fn commit(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        self.file.append(bytes)?;
        self.file.sync()?;
        self.length += bytes.len() as u64;
        match fs::metadata(&self.path) {
            Ok(found) if !is_same(&self.opened, &found) => Err(Failure::Moved(self.path.clone())),
            Ok(found) if found.len() != self.length => Err(Failure::Altered(self.path.clone())),
            Ok(_) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Err(Failure::Moved(self.path.clone()))
            }
            Err(error) => Err(error.into()),
        }
    }
}

#[cfg(unix)]
fn is_same(one: &Metadata, other: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

/// Elsewhere a file that is open here cannot be moved: it is opened so that nobody may.
#[cfg(not(unix))]
fn is_same(_: &Metadata, other: &Metadata) -> bool {
    other.is_file()
}

#[cfg(test)]
mod tests {
    use std::fs::File;

    use super::*;

    fn kept(folder: &Path) -> (Kept<File>, PathBuf) {
        let path = folder.join("journal.csv");
        fs::write(&path, "header\n").unwrap();
        let file = File::options().append(true).open(&path).unwrap();
        (Kept::new(file, &path).unwrap(), path)
    }

    /// What another program does to the file.
    type Act = fn(&Path);
    /// What is made of that.
    type Made = fn(PathBuf) -> Failure;

    #[cfg(unix)]
    #[test]
    fn what_is_written_to_a_file_that_is_not_there_any_more_is_not_acknowledged() {
        let aside = |path: &Path| fs::rename(path, path.with_extension("aside")).unwrap();
        let moved: Act = aside;
        let acts: [(Act, Made); 6] = [
            (moved, Failure::Moved),
            (|path| fs::remove_file(path).unwrap(), Failure::Moved),
            (
                |path| {
                    let copy = path.with_extension("copy");
                    fs::copy(path, &copy).unwrap();
                    fs::rename(copy, path).unwrap();
                },
                Failure::Moved,
            ),
            (
                |path| {
                    fs::remove_file(path).unwrap();
                    fs::create_dir(path).unwrap();
                },
                Failure::Moved,
            ),
            (|path| drop(File::create(path).unwrap()), Failure::Altered),
            (
                |path| {
                    let mut file = File::options().append(true).open(path).unwrap();
                    io::Write::write_all(&mut file, b"remark\n").unwrap();
                },
                Failure::Altered,
            ),
        ];
        for (number, (act, failure)) in acts.into_iter().enumerate() {
            let folder = tempfile::tempdir().unwrap();
            let (mut kept, path) = kept(folder.path());
            assert_eq!(kept.commit(b"one\n"), Ok(()), "{number}");
            act(&path);
            assert_eq!(kept.commit(b"two\n"), Err(failure(path)), "{number}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_link_that_leads_elsewhere_now_is_another_file() {
        let folder = tempfile::tempdir().unwrap();
        let (_, path) = kept(folder.path());
        let other = folder.path().join("other.csv");
        fs::write(&other, "header\n").unwrap();
        let link = folder.path().join("link.csv");
        std::os::unix::fs::symlink(&path, &link).unwrap();
        let file = File::options().append(true).open(&link).unwrap();
        let mut kept = Kept::new(file, &link).unwrap();
        assert_eq!(kept.commit(b"one\n"), Ok(()));
        fs::remove_file(&link).unwrap();
        std::os::unix::fs::symlink(&other, &link).unwrap();
        assert_eq!(kept.commit(b"two\n"), Err(Failure::Moved(link)));
    }
}
