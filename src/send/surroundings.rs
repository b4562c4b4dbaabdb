//! What lies around a file that cannot be read: whether the file is gone, or the share or the drive that holds it.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

/// Entries of a folder that are looked at for one that can be read.
const MOST_TRIED: usize = 8;

/// What is known of the archive beside the document at hand.
#[derive(Debug)]
pub(super) struct Surroundings {
    /// The folder that holds every file to send, where there is one.
    root: Option<PathBuf>,
}

impl Surroundings {
    pub const fn new(root: Option<PathBuf>) -> Self {
        Self { root }
    }

    /// Whether the root, or the topmost folder of `path` where the archive has no root, opens and holds anything.
    pub fn root_is_there(&self, path: &Path) -> bool {
        let root = self.root.as_deref();
        root.map_or_else(|| holds_anything(&top(path)), holds_anything)
    }
}

/// Whether the folder of `path`, which cannot be read, holds another file of the same sort that can be. Nothing less
/// shows that a file is gone by itself: of a folder that is gone or empty nobody knows whether a share should be mounted
/// there, and what lies in another one may lie on another share.
pub(super) fn has_readable_sibling(path: &Path) -> bool {
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

/// Whether the system has run out of something: that says nothing of the file.
pub(super) fn is_shortage(error: &io::Error) -> bool {
    let shortages: &[i32] = if cfg!(windows) {
        // ERROR_TOO_MANY_OPEN_FILES, ERROR_NOT_ENOUGH_MEMORY, ERROR_NO_SYSTEM_RESOURCES
        &[4, 8, 1450]
    } else {
        // ENOMEM, ENFILE, EMFILE
        &[12, 23, 24]
    };
    let code = error.raw_os_error();
    code.is_some_and(|code| shortages.contains(&code))
}

/// Whether `folder` opens and is not empty: an unmounted share may leave an empty folder behind.
fn holds_anything(folder: &Path) -> bool {
    fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some())
}

fn can_be_read(path: &Path) -> bool {
    File::open(path).is_ok_and(|mut file| file.read(&mut [0]).is_ok_and(|bytes| bytes > 0))
}

/// The drive or root of `path` and the first folder on it.
fn top(path: &Path) -> PathBuf {
    let mut folders = 0;
    let first = path.components().take_while(|component| {
        folders += usize::from(matches!(component, Component::Normal(_)));
        folders < 2
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
            for name in ["jan/1.xml", "jan/2.XML", "jan/note.txt", "fev/3.xml"] {
                let path = archive.path(name);
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, "<a/>").unwrap();
            }
            archive
        }

        fn path(&self, name: &str) -> PathBuf {
            self.0.path().join("notas").join(name)
        }

        fn remove(&self, name: &str) {
            fs::remove_file(self.path(name)).unwrap();
        }
    }

    #[test]
    fn a_file_beside_others_is_gone_by_itself() {
        let archive = Archive::new();
        archive.remove("jan/1.xml");
        assert!(has_readable_sibling(&archive.path("jan/1.xml")));
        archive.remove("jan/2.XML");
        let alone = has_readable_sibling(&archive.path("jan/1.xml"));
        assert!(!alone, "a note beside the mount point is no document");
    }

    #[test]
    fn a_folder_that_is_gone_says_nothing_of_its_files() {
        let archive = Archive::new();
        let gone = archive.path("jan/1.xml");
        let surroundings = Surroundings::new(Some(archive.path("")));
        fs::rename(archive.path("jan"), archive.path("away")).unwrap();
        assert!(!has_readable_sibling(&gone) && surroundings.root_is_there(&gone));
        fs::remove_dir_all(archive.path("")).unwrap();
        fs::create_dir(archive.path("")).unwrap();
        assert!(!surroundings.root_is_there(&gone), "an empty root is none");
        fs::remove_dir(archive.path("")).unwrap();
        assert!(!surroundings.root_is_there(&gone));
    }

    #[test]
    fn without_a_root_the_first_folder_stands_for_it() {
        for (path, expected) in [("/mnt/d/a/b.xml", "/mnt"), ("/a.xml", "/a.xml")] {
            assert_eq!(top(Path::new(path)), Path::new(expected));
        }
        let nowhere = Path::new("/no such folder/a.xml");
        assert!(!Surroundings::new(None).root_is_there(nowhere));
    }

    #[test]
    fn running_out_of_files_says_nothing_of_a_file() {
        let many = if cfg!(windows) { 4 } else { 24 };
        assert!(is_shortage(&io::Error::from_raw_os_error(many)));
        assert!(!is_shortage(&io::Error::from_raw_os_error(2)));
    }
}
