//! Looks into zips while the walk goes on: their directories are streamed, and what they hold is given to the workers
//! like any other file. Only an archive within an archive is unpacked here, into a nameless file.

use std::fs::File;
use std::io::{self, Seek};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::met::{EXCLUDED, Met, Role, passed};
use super::select::{Choice, Selection};
use crate::container::{DEEPEST, Entry, Fault, INSIDE, Zip, member_text};
use crate::dfe::MOST_PARTS;
use crate::path_text;

/// An archive, with all that lie in it, may inflate to so many times its length, and a GiB more. Documents come to
/// twenty times.
const MOST_TIMES: u64 = 200;
const MOST_MORE_BYTES: u64 = 1 << 30;

/// Members of an archive and of all that lie in it.
const MOST_MEMBERS: u64 = 20_000_000;

/// Bytes of the names of an archive that are sorted: a million usual ones. Where they come to more, its members come in
/// the order of its directory.
const MOST_OF_NAMES: usize = 64 << 20;

/// Takes what is met; whether it wants more.
type Give<'a> = dyn FnMut(Met) -> bool + 'a;

/// Looks into archives.
#[derive(Clone, Copy)]
pub(super) struct Looker<'a> {
    selection: &'a Selection,
    /// Where nameless files may lie.
    folder: &'a Path,
}

/// An archive that is looked into.
struct Opened<'a> {
    zip: Arc<Zip>,
    /// The text of its path, and its path below its root.
    path: &'a str,
    relative: &'a str,
    /// 1: it lies in none.
    depth: usize,
}

/// What may still come out of an archive.
struct Budget {
    bytes: u64,
    members: u64,
    /// The code that says that there are more members.
    too_many: &'static str,
}

impl Budget {
    /// Takes what `zip` says that it holds.
    ///
    /// # Errors
    /// A code where it is more than there may be.
    fn take(&mut self, zip: &Zip) -> Result<Result<(), Fault>, &'static str> {
        let (mut members, mut bytes, mut packed) = (0_u64, 0_u64, 0_u64);
        let read = zip.entries(|entry| {
            members += 1;
            bytes = bytes.saturating_add(entry.location.bytes());
            packed = packed.saturating_add(entry.location.packed_bytes());
            members <= self.members
        });
        // Members that lie upon each other come to more than the archive has.
        if bytes > self.bytes || packed > zip.length() {
            return Err("archive-bomb");
        }
        if members > self.members {
            return Err(self.too_many);
        }
        self.members -= members;
        self.bytes -= bytes;
        Ok(read)
    }
}

/// Where the directory of `zip` tells of its members, sorted by their names as the walk sorts those of files. Nothing:
/// they come in that order, or are too many to be sorted.
fn sorted(zip: &Zip) -> Option<Vec<u64>> {
    let (mut previous, mut in_order) = (Vec::new(), true);
    let mut length = 0;
    let _ = zip.entries(|entry| {
        if !entry.is_folder() {
            in_order = in_order && letters(&previous).le(letters(entry.name));
            previous.clear();
            previous.extend_from_slice(entry.name);
            length += entry.name.len();
        }
        length <= MOST_OF_NAMES
    });
    if in_order || length > MOST_OF_NAMES {
        return None;
    }
    let mut names = Vec::with_capacity(length);
    let mut members: Vec<(u32, u16, u64)> = Vec::new();
    let _ = zip.entries(|entry| {
        let from = u32::try_from(names.len());
        let length = u16::try_from(entry.name.len());
        if let (Ok(from), Ok(length), false) = (from, length, entry.is_folder()) {
            members.push((from, length, entry.offset));
            names.extend_from_slice(entry.name);
        }
        names.len() <= MOST_OF_NAMES
    });
    let name = |(from, length, _): &(u32, u16, u64)| {
        let from = *from as usize;
        letters(&names[from..from + usize::from(*length)])
    };
    // Of one name the first in the directory comes first.
    members.sort_unstable_by(|one, other| name(one).cmp(name(other)).then(one.2.cmp(&other.2)));
    Some(members.iter().map(|(_, _, offset)| *offset).collect())
}

/// What a name is sorted by: a folder's comes before any that goes on behind it.
fn letters(name: &[u8]) -> impl Iterator<Item = u8> {
    let separators = |byte: &u8| {
        if matches!(byte, b'/' | b'\\') {
            0
        } else {
            *byte
        }
    };
    name.iter().map(separators)
}

impl<'a> Looker<'a> {
    pub const fn new(selection: &'a Selection, folder: &'a Path) -> Self {
        Self { selection, folder }
    }

    /// Gives the archive at `path` and all that is in it.
    pub fn look_into(&self, path: PathBuf, relative: &str, give: &mut Give) -> bool {
        self.look(path, relative, (MOST_MEMBERS, "archive-bomb"), give)
    }

    /// Gives the archive at `path`, which has the name of a document, and all that is in it. Whoever reads documents does
    /// it, while others wait for their turn: one with more members than an XML may have is not looked into.
    pub fn look_into_misnamed(&self, path: PathBuf, below: usize, give: &mut Give) {
        let mut relative = Vec::new();
        let names = path.iter().rev().take(below);
        relative.extend(names.map(|name| name.to_string_lossy()));
        relative.reverse();
        let relative = relative.join("/");
        let most = (MOST_PARTS as u64, "unsupported-archive");
        self.look(path, &relative, most, give);
    }

    fn look(
        &self,
        path: PathBuf,
        relative: &str,
        (members, too_many): (u64, &'static str),
        give: &mut Give,
    ) -> bool {
        let text = path_text::encode(&path);
        let zip = match File::open(&path).map_err(Fault::Io).and_then(Zip::open) {
            Ok(zip) => zip,
            Err(fault) => {
                let (role, below) = (Role::Archive(fault.code()), 0);
                return give(Met::File { path, role, below });
            }
        };
        let length = zip.length();
        let mut budget = Budget {
            bytes: length
                .saturating_mul(MOST_TIMES)
                .saturating_add(MOST_MORE_BYTES),
            members,
            too_many,
        };
        let opened = Opened {
            zip: Arc::new(zip),
            path: &text,
            relative,
            depth: 1,
        };
        self.give_all(&opened, &mut budget, give, |code| Met::File {
            path,
            role: Role::Archive(code),
            below: 0,
        })
    }

    /// Gives the row of an open archive, and what is in it.
    fn give_all(
        &self,
        opened: &Opened,
        budget: &mut Budget,
        give: &mut Give,
        row: impl FnOnce(&'static str) -> Met,
    ) -> bool {
        let directory = match budget.take(&opened.zip) {
            Ok(directory) => directory,
            Err(code) => return give(row(code)),
        };
        let code = directory
            .as_ref()
            .map_or_else(Fault::code, |()| "looked-into");
        if !give(row(code)) {
            return false;
        }
        match sorted(&opened.zip) {
            Some(offsets) => self.give_sorted(opened, offsets, budget, give),
            None => self.give_as_they_come(opened, budget, give),
        }
    }

    /// Gives what is in an archive in the order of its directory.
    fn give_as_they_come(&self, opened: &Opened, budget: &mut Budget, give: &mut Give) -> bool {
        let mut wanted = true;
        // What is wrong with the directory has been said; what it tells of before that is given.
        let _ = opened.zip.entries(|entry| {
            wanted = entry.is_folder() || self.give_member(opened, entry, budget, give);
            wanted
        });
        wanted
    }

    /// Gives what is in an archive in the order of the `offsets` at which its directory tells of it.
    fn give_sorted(
        &self,
        opened: &Opened,
        offsets: Vec<u64>,
        budget: &mut Budget,
        give: &mut Give,
    ) -> bool {
        for offset in offsets {
            let given = opened.zip.entry_at(offset, |entry| {
                self.give_member(opened, entry, budget, give)
            });
            match given {
                Ok(true) => {}
                Ok(false) => return false,
                // It was there a moment ago.
                Err(_) => {
                    return give(Met::Unread {
                        path: path_text::decode(opened.path),
                        code: "unreadable",
                        trouble: true,
                    });
                }
            }
        }
        true
    }

    fn give_member(
        &self,
        opened: &Opened,
        entry: &Entry,
        budget: &mut Budget,
        give: &mut Give,
    ) -> bool {
        let name = member_text(entry.name);
        let Some(choice) = self.selection.choose_member(opened.relative, &name) else {
            return give(Met::Passed(EXCLUDED.to_owned()));
        };
        let deepest = opened.depth == DEEPEST;
        let path = || [opened.path, INSIDE, &name].concat();
        let role = match (choice, Role::of(choice)) {
            (Choice::Zip, _) if !deepest => {
                return self.give_nested(opened, entry, &name, budget, give);
            }
            (Choice::Zip | Choice::Gzip, _) if deepest => Role::Archive("nested-too-deep"),
            (_, Some(role)) => role,
            (_, None) => return give(passed(&name)),
        };
        give(Met::Member {
            zip: Arc::clone(&opened.zip),
            location: entry.location,
            path: path(),
            role,
        })
    }

    /// Unpacks an archive that lies in another, and looks into it.
    fn give_nested(
        &self,
        opened: &Opened,
        entry: &Entry,
        name: &str,
        budget: &mut Budget,
        give: &mut Give,
    ) -> bool {
        let path = [opened.path, INSIDE, name].concat();
        let unpacked = self.unpack(opened, entry);
        let (file, hash, bytes) = match unpacked {
            Ok(unpacked) => unpacked,
            Err(fault) => {
                return give(Met::Member {
                    zip: Arc::clone(&opened.zip),
                    location: entry.location,
                    path,
                    role: Role::Archive(fault.code()),
                });
            }
        };
        let weighed = |code| Met::Weighed {
            path: path.clone(),
            code,
            hash,
            bytes,
        };
        let zip = match Zip::open(file) {
            Ok(zip) => zip,
            Err(fault) => return give(weighed(fault.code())),
        };
        let nested = Opened {
            zip: Arc::new(zip),
            path: &path,
            relative: &[opened.relative, INSIDE, name].concat(),
            depth: opened.depth + 1,
        };
        self.give_all(&nested, budget, give, weighed)
    }

    fn unpack(
        &self,
        opened: &Opened,
        entry: &Entry,
    ) -> Result<(File, crate::digest::ContentHash, u64), Fault> {
        let mut file = tempfile::tempfile_in(self.folder)?;
        let (hash, bytes) = opened.zip.copy(&entry.location, &mut file)?;
        file.seek(io::SeekFrom::Start(0))?;
        Ok((file, hash, bytes))
    }
}
