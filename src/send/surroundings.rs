//! What lies around a file that cannot be read: whether the file is gone, or the share or the drive that holds it.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// Entries of a folder that are looked at for one that can be read.
const MOST_TRIED: usize = 8;

/// Files are compared by names of folders above them; of so many at least, for `/mnt` and `D:\\` hold what has nothing to
/// do with each other.
const LEAST_IN_COMMON: usize = 2;

/// What is known of the archive beside the document at hand.
#[derive(Debug)]
pub(super) struct Surroundings {
    /// The folder that holds every file to send, where there is one.
    root: Option<PathBuf>,
    /// The file that was read last.
    last_read: Mutex<Option<PathBuf>>,
}

impl Surroundings {
    pub fn new(root: Option<PathBuf>) -> Self {
        Self {
            root,
            last_read: Mutex::new(None),
        }
    }

    /// `path` could be read.
    pub fn on_read(&self, path: &Path) {
        let mut last = self
            .last_read
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        match &mut *last {
            Some(before) => {
                before.clear();
                before.push(path);
            }
            None => *last = Some(path.to_path_buf()),
        }
    }

    /// Whether the archive around `path`, which cannot be read, is there: another file of its folder can be read, or
    /// its folder is gone from one that holds others, or what was read last under the same folders still can be.
    pub fn show_that_only_it_is_gone(&self, path: &Path) -> bool {
        has_readable_sibling(path) || self.folder_is_gone(path) || self.last_is_there(path)
    }

    /// Whether the root, or the topmost folders of `path` where no root is known, opens and holds anything.
    pub fn root_is_there(&self, path: &Path) -> bool {
        self.root
            .as_deref()
            .map_or_else(|| holds_anything(&top(path)), holds_anything)
    }

    /// Whether a folder above `path` was removed from a folder of the archive that holds others.
    fn folder_is_gone(&self, path: &Path) -> bool {
        let Some(root) = self.root.as_deref() else {
            return false;
        };
        let mut gone = path;
        while let Some(folder) = gone.parent()
            && folder.starts_with(root)
        {
            match fs::read_dir(folder) {
                Ok(entries) => {
                    let mut names = entries
                        .filter_map(Result::ok)
                        .map(|entry| entry.file_name());
                    let mut others = false;
                    let there = names.any(|name| {
                        others = true;
                        Some(name.as_os_str()) == gone.file_name()
                    });
                    // Of an empty folder nobody knows whether a share should be mounted there.
                    return gone != path && others && !there;
                }
                Err(error) if error.kind() == io::ErrorKind::NotFound => gone = folder,
                Err(_) => return false,
            }
        }
        false
    }

    fn last_is_there(&self, path: &Path) -> bool {
        let last = self
            .last_read
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let Some(last) = last else { return false };
        let common = path
            .components()
            .zip(last.components())
            .take_while(|(one, other)| one == other);
        let common: PathBuf = common.map(|(one, _)| one).collect();
        let belongs = match &self.root {
            Some(root) => common.starts_with(root),
            None => normal(&common).count() >= LEAST_IN_COMMON,
        };
        belongs && can_be_read(&last)
    }
}

/// Whether the system has run out of something: that says nothing of the file.
pub(super) fn is_shortage(error: &io::Error) -> bool {
    let shortages: &[i32] = if cfg!(windows) {
        // ERROR_TOO_MANY_OPEN_FILES, ERROR_NOT_ENOUGH_MEMORY, ERROR_NO_SYSTEM_RESOURCES
        &[4, 8, 1450]
    } else {
        // ENOMEM, ENFILE, EMFILE
        &[12, 23, 24]
    };
    error
        .raw_os_error()
        .is_some_and(|code| shortages.contains(&code))
}

/// Whether `folder` opens and is not empty: an unmounted share may leave an empty folder behind.
fn holds_anything(folder: &Path) -> bool {
    fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some())
}

/// Whether the folder of `path` holds another file of the same sort that can be read.
fn has_readable_sibling(path: &Path) -> bool {
    let Some(entries) = path.parent().and_then(|folder| fs::read_dir(folder).ok()) else {
        return false;
    };
    let sort = |path: &Path| path.extension().map(OsStr::to_ascii_lowercase);
    let wanted = sort(path);
    entries
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .filter(|other| other != path && sort(other) == wanted)
        .take(MOST_TRIED)
        .any(|other| can_be_read(&other))
}

fn can_be_read(path: &Path) -> bool {
    File::open(path).is_ok_and(|mut file| file.read(&mut [0]).is_ok_and(|bytes| bytes > 0))
}

fn normal(path: &Path) -> impl Iterator<Item = Component<'_>> {
    path.components()
        .filter(|component| matches!(component, Component::Normal(_)))
}

/// The drive or root of `path` and the first folder on it.
fn top(path: &Path) -> PathBuf {
    let mut folders = 0;
    let first = path.components().take_while(|component| {
        folders += usize::from(matches!(component, Component::Normal(_)));
        folders < LEAST_IN_COMMON
    });
    first.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Archive(tempfile::TempDir);

    impl Archive {
        fn new() -> Self {
            let archive = Self(tempfile::tempdir().unwrap());
            for name in ["jan/1.xml", "jan/2.xml", "fev/3.xml"] {
                let path = archive.path(name);
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, "<a/>").unwrap();
            }
            archive
        }

        fn path(&self, name: &str) -> PathBuf {
            self.0.path().join("share/notas").join(name)
        }

        fn surroundings(&self) -> Surroundings {
            Surroundings::new(Some(self.path("")))
        }
    }

    #[test]
    fn a_file_beside_others_is_gone_by_itself() {
        let archive = Archive::new();
        let gone = archive.path("jan/0.xml");
        assert!(Surroundings::new(None).show_that_only_it_is_gone(&gone));
    }

    #[test]
    fn a_folder_that_was_removed_is_gone_by_itself_and_all_of_them_are_not() {
        let archive = Archive::new();
        fs::remove_dir_all(archive.path("jan")).unwrap();
        let surroundings = archive.surroundings();
        let gone = archive.path("jan/1.xml");
        assert!(surroundings.show_that_only_it_is_gone(&gone));
        fs::remove_dir_all(archive.path("fev")).unwrap();
        assert!(!surroundings.show_that_only_it_is_gone(&gone));
        assert!(!surroundings.root_is_there(&gone));
        fs::remove_dir_all(archive.path("")).unwrap();
        assert!(!surroundings.show_that_only_it_is_gone(&gone));
        assert!(!surroundings.root_is_there(&gone));
    }

    /// A note beside the mount point, or another drive, says nothing of a share.
    #[test]
    fn what_lies_elsewhere_says_nothing_of_a_share() {
        let archive = Archive::new();
        fs::remove_dir_all(archive.path("jan")).unwrap();
        let other = archive.0.path().join("note.xml");
        fs::write(&other, "x").unwrap();
        let gone = archive.path("jan/1.xml");
        let surroundings = Surroundings::new(Some(archive.path("jan")));
        surroundings.on_read(&other);
        assert!(!surroundings.show_that_only_it_is_gone(&gone));
    }

    #[test]
    fn an_emptied_folder_is_told_by_the_file_that_was_read_last() {
        let archive = Archive::new();
        let gone = archive.path("jan/1.xml");
        for name in ["jan/1.xml", "jan/2.xml"] {
            fs::remove_file(archive.path(name)).unwrap();
        }
        let surroundings = archive.surroundings();
        assert!(!surroundings.show_that_only_it_is_gone(&gone));
        surroundings.on_read(&archive.path("fev/3.xml"));
        assert!(surroundings.show_that_only_it_is_gone(&gone));
        fs::remove_file(archive.path("fev/3.xml")).unwrap();
        assert!(!surroundings.show_that_only_it_is_gone(&gone));
    }

    #[test]
    fn the_top_is_the_first_folder() {
        for (path, expected) in [("/mnt/d/a/b.xml", "/mnt"), ("/a.xml", "/a.xml")] {
            assert_eq!(top(Path::new(path)), Path::new(expected));
        }
    }

    #[test]
    fn running_out_of_files_says_nothing_of_a_file() {
        let many = if cfg!(windows) { 4 } else { 24 };
        assert!(is_shortage(&io::Error::from_raw_os_error(many)));
        assert!(!is_shortage(&io::Error::from_raw_os_error(2)));
    }
}
