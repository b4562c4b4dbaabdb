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
        names.sort();
        Ok(names)
    }

    /// Sorts by the bytes of names. Those of documents begin alike, with a state, a month and an issuer: what follows is
    /// compared first, and lies beside the name's number, for to look each up would miss the cache.
    fn sort(&mut self) {
        let bytes = &self.bytes;
        let name = |start: u32| name_at(bytes, start);
        let Some((first, _)) = self.starts.first() else {
            return;
        };
        let first = name(*first);
        let alike = |(start, _): &(u32, Kind)| common(first, name(*start));
        let alike = self.starts.iter().map(alike).min().unwrap_or_default();
        let keyed = |(start, kind): &(u32, Kind)| (key(&name(*start)[alike..]), *start, *kind);
        let mut keyed: Vec<_> = self.starts.iter().map(keyed).collect();
        keyed.sort_unstable_by(|one, other| {
            let rest = || name(one.1).cmp(name(other.1));
            one.0.cmp(&other.0).then_with(rest)
        });
        self.starts.clear();
        let starts = keyed.into_iter().map(|(_, start, kind)| (start, kind));
        self.starts.extend(starts);
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

/// How many bytes both begin with.
fn common(one: &[u8], other: &[u8]) -> usize {
    let same = one
        .iter()
        .zip(other)
        .take_while(|(one, other)| one == other);
    same.count()
}

/// The first eight bytes, in the order of names. One that ends sooner comes before all that go on, or is as one that
/// goes on with NULs, which no name does.
fn key(name: &[u8]) -> u64 {
    let mut first = [0; 8];
    let length = name.len().min(first.len());
    first[..length].copy_from_slice(&name[..length]);
    u64::from_be_bytes(first)
}

/// What is called `name` in `folder`.
pub(super) fn path_of(folder: &Path, name: &[u8]) -> PathBuf {
    let mut path = PathBuf::with_capacity(folder.as_os_str().len() + 1 + name.len());
    path.push(folder);
    path.push(os_name(name));
    path
}

#[cfg(unix)]
fn os_name(bytes: &[u8]) -> &std::ffi::OsStr {
    use std::os::unix::ffi::OsStrExt;
    std::ffi::OsStr::from_bytes(bytes)
}

/// The names came from the system, so they are UTF-8 but for lone surrogates, which [`crate::path_text`] keeps.
#[cfg(windows)]
fn os_name(bytes: &[u8]) -> PathBuf {
    match std::str::from_utf8(bytes) {
        Ok(name) => PathBuf::from(name),
        Err(_) => {
            let escaped: String = bytes.iter().map(|byte| format!("%{byte:02X}")).collect();
            crate::path_text::decode(&escaped)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn sorted(given: &BTreeSet<Vec<u8>>) -> Vec<Vec<u8>> {
        let mut names = Names::default();
        // In an order of the hash of what a folder lists.
        for name in given.iter().rev() {
            let start = u32::try_from(names.bytes.len()).unwrap();
            names.starts.push((start, Kind::File));
            let length = u16::try_from(name.len()).unwrap();
            names.bytes.extend_from_slice(&length.to_le_bytes());
            names.bytes.extend_from_slice(name);
        }
        names.sort();
        let each = (0..).map_while(|index| names.get(index));
        each.map(|(name, _)| name.to_vec()).collect()
    }

    proptest! {
        #[test]
        fn names_come_in_the_order_of_their_bytes(
            start in "[a-c]{0,12}",
            ends in proptest::collection::btree_set("[a-c\u{1}\u{e9}]{0,11}", 0..40),
        ) {
            let given = ends.iter().map(|end| format!("{start}{end}").into_bytes());
            let given: BTreeSet<_> = given.collect();
            let wanted: Vec<_> = given.iter().cloned().collect();
            prop_assert_eq!(sorted(&given), wanted);
        }
    }
}
