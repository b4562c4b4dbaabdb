//! The names in one folder, packed: one of a million files must not cost more than its names.

use std::fs::{self, FileType};
use std::io;
use std::path::{Path, PathBuf};

/// Names of a folder, packed and sorted.
#[derive(Default)]
pub(super) struct Names {
    bytes: Vec<u8>,
    /// Where each begins, and what it is.
    starts: Vec<(u32, Kind)>,
}

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    File,
    Folder,
    Link,
    Special,
}

impl Kind {
    fn of(kind: FileType) -> Self {
        if kind.is_symlink() {
            Self::Link
        } else if kind.is_dir() {
            Self::Folder
        } else if kind.is_file() {
            Self::File
        } else {
            Self::Special
        }
    }
}

impl Names {
    /// Those in `folder`.
    pub fn read(folder: &Path) -> io::Result<Self> {
        let mut names = Self::default();
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let kind = entry.file_type().map_or(Kind::Special, Kind::of);
            let start = u32::try_from(names.bytes.len()).map_err(|_| io::ErrorKind::OutOfMemory)?;
            names.starts.push((start, kind));
            let name = entry.file_name();
            let name = name.as_encoded_bytes();
            let length = u16::try_from(name.len()).map_err(|_| io::ErrorKind::InvalidFilename)?;
            names.bytes.extend_from_slice(&length.to_le_bytes());
            names.bytes.extend_from_slice(name);
        }
        let bytes = &names.bytes;
        names
            .starts
            .sort_unstable_by(|one, other| name_at(bytes, one.0).cmp(name_at(bytes, other.0)));
        Ok(names)
    }

    /// The one at `index`, in their order.
    pub fn get(&self, index: usize) -> Option<(&[u8], Kind)> {
        let (start, kind) = self.starts.get(index)?;
        Some((name_at(&self.bytes, *start), *kind))
    }
}

fn name_at(bytes: &[u8], start: u32) -> &[u8] {
    let start = usize::try_from(start).unwrap_or(usize::MAX);
    let length = usize::from(u16::from_le_bytes([bytes[start], bytes[start + 1]]));
    &bytes[start + 2..start + 2 + length]
}

#[cfg(unix)]
pub(super) fn os_name(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    PathBuf::from(std::ffi::OsStr::from_bytes(bytes))
}

/// The names came from the system, so they are UTF-8 but for lone surrogates, which [`crate::path_text`] keeps.
#[cfg(windows)]
pub(super) fn os_name(bytes: &[u8]) -> PathBuf {
    match std::str::from_utf8(bytes) {
        Ok(name) => PathBuf::from(name),
        Err(_) => {
            let escaped: String = bytes.iter().map(|byte| format!("%{byte:02X}")).collect();
            crate::path_text::decode(&escaped)
        }
    }
}
