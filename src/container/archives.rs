//! Finds documents in containers again, by the paths that `plan` wrote. Of an archive that is open a small index stays
//! in memory, shared by all readers; of a large XML with many documents, these in a nameless file.

use std::collections::hash_map::DefaultHasher;
use std::fs::File;
use std::hash::{Hash, Hasher};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::inflate::read_bounded;
use super::name::{INSIDE, member_text, part_number};
use super::parted::{Around, Kept, Parted};
use super::sort::{SORT_BYTES, Sort};
use super::{Fault, Inflater, Zip, gunzip, unpack};
use crate::dfe;
use crate::digest::ContentHash;
use crate::path_text;

/// Archives that stay open at most.
const MOST_OPEN: usize = 32;

/// Members in the indexes of open archives at most, 16 bytes each; one archive of more is held alone.
const MOST_MEMBERS: usize = 500_000;

/// Bytes of an XML that is read again for each document in it: to cut all of them out would cost as much.
const SMALL: u64 = 256 * 1024;

/// Larger XMLs whose documents are kept cut out.
const MOST_PARTED: usize = 4;

/// The open archives; clones share them.
#[derive(Debug, Clone, Default)]
pub struct Archives {
    open: Arc<Mutex<Vec<Open>>>,
    /// What was cut out last; the latest is the last.
    parted: Arc<Mutex<Vec<Kept>>>,
    /// Whoever reads a large XML has it: of those who wait the next finds it cut.
    cutting: Arc<Mutex<()>>,
    /// What readers work with, while none does.
    inflaters: Arc<Mutex<Vec<Inflater>>>,
}

/// An open archive, by the text of its path; the one that was used last is the last.
type Open = (String, Arc<Indexed>);

/// An open zip, and where its directory tells of each name.
#[derive(Debug)]
struct Indexed {
    zip: Zip,
    /// The hash of a name, and where its record begins; sorted.
    records: Vec<(u64, u64)>,
}

/// What is looked for, and what a reader has to look with.
struct Search<'a> {
    archives: &'a Archives,
    around: Option<Around<'a>>,
    wanted: &'a ContentHash,
    inflater: &'a mut Inflater,
    out: &'a mut Vec<u8>,
}

/// Bytes of a document in the reader's buffer, and their hash.
type Read = Result<(usize, ContentHash), Fault>;

impl Archives {
    /// Reads the document at `path`, a text as the manifest has it, into `out`, of which nothing is cleared: how many
    /// bytes there are, and their hash. Of several with one name it is the one whose hash is `wanted`, if any is.
    ///
    /// # Errors
    /// Any [`Fault`].
    pub fn read(&self, path: &str, wanted: &ContentHash, out: &mut Vec<u8>) -> Read {
        let spare = || {
            self.inflaters
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
        };
        let inflater = spare().pop();
        let mut inflater = inflater.unwrap_or_default();
        let found = self.read_with(
            path,
            &mut Search {
                archives: self,
                around: None,
                wanted,
                inflater: &mut inflater,
                out,
            },
        );
        spare().push(inflater);
        found
    }

    fn read_with<'a>(&self, path: &'a str, search: &mut Search<'a>) -> Read {
        let Some((file, key, inner)) = split(path) else {
            let file = File::open(path_text::decode(path))?;
            let length = read_bounded(file, search.out)?;
            return Ok(search.hashed(length));
        };
        search.around = Around::of(path, &file)?;
        if let Some(found) = search.kept(false) {
            return found;
        }
        if !ends_with(key, ".zip") {
            let _alone = search.alone();
            if let Some(found) = search.kept(true) {
                return found;
            }
            let mut file = File::open(&file)?;
            let mut start = Vec::with_capacity(SORT_BYTES);
            file.by_ref()
                .take(SORT_BYTES as u64)
                .read_to_end(&mut start)?;
            if Sort::of(&start) != Some(Sort::Zip) {
                let length = read_bounded(start.chain(file), search.out)?;
                return search.within_bytes(inner, length);
            }
        }
        let zip = self.opened(key, || Ok(File::open(&file)?))?;
        let found = self.within_zip(&zip, key, inner, search);
        if matches!(found, Err(Fault::Io(_))) {
            self.forget(key);
        }
        found
    }

    fn within_zip(&self, zip: &Indexed, key: &str, inner: &str, search: &mut Search) -> Read {
        let mut found = Err(Fault::Absent);
        for record in zip.records_of(inner) {
            found = search.member(zip, record, inner);
            if search.is_wanted(&found) {
                return found;
            }
        }
        if !matches!(found, Err(Fault::Absent)) {
            return found;
        }
        for (at, _) in inner.rmatch_indices(INSIDE) {
            let (name, rest) = (&inner[..at], &inner[at + INSIDE.len()..]);
            for (number, record) in zip.records_of(name).enumerate() {
                found = if ends_with(name, ".zip") {
                    let key = format!("{key}{INSIDE}{name} {number}");
                    self.opened(&key, || zip.spool(record, name))
                        .and_then(|nested| self.within_zip(&nested, &key, rest, search))
                } else {
                    search
                        .member(zip, record, name)
                        .and_then(|(length, _)| search.within_bytes(rest, length))
                };
                if search.is_wanted(&found) {
                    return found;
                }
            }
        }
        found
    }

    /// The archive of that key, opened if it is not yet.
    fn opened(
        &self,
        key: &str,
        file: impl FnOnce() -> Result<File, Fault>,
    ) -> Result<Arc<Indexed>, Fault> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = open.iter().position(|(name, _)| name == key) {
            // It goes to the end, unless it is there.
            if at + 1 < open.len() {
                let last = open.remove(at);
                open.push(last);
            }
            return Ok(Arc::clone(&open[open.len() - 1].1));
        }
        let indexed = Arc::new(Indexed::new(Zip::open(file()?)?)?);
        open.push((key.to_owned(), Arc::clone(&indexed)));
        let members = |open: &[Open]| open.iter().map(|(_, one)| one.records.len()).sum::<usize>();
        while open.len() > 1 && (open.len() > MOST_OPEN || members(&open) > MOST_MEMBERS) {
            open.remove(0);
        }
        Ok(indexed)
    }

    fn parted(&self) -> MutexGuard<'_, Vec<Kept>> {
        self.parted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Closes an archive that cannot be read any more, and what lies in it: it may be there again later.
    fn forget(&self, key: &str) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.retain(|(name, _)| !name.starts_with(key));
    }
}

impl Indexed {
    fn new(zip: Zip) -> Result<Self, Fault> {
        let mut records = Vec::new();
        let read = zip.entries(|entry| {
            if !entry.is_folder() {
                records.push((hash(&member_text(entry.name)), entry.offset));
            }
            true
        });
        // What a broken directory still tells of was planned, and is found.
        if let Err(error @ Fault::Io(_)) = read {
            return Err(error);
        }
        records.sort_unstable();
        records.shrink_to_fit();
        Ok(Self { zip, records })
    }

    /// Where the directory tells of names with that hash.
    fn records_of(&self, name: &str) -> impl Iterator<Item = u64> {
        let hash = hash(name);
        let from = self.records.partition_point(|(one, _)| *one < hash);
        let alike = self.records[from..]
            .iter()
            .take_while(move |(one, _)| *one == hash);
        alike.map(|(_, offset)| *offset)
    }

    /// A nested archive in a nameless file.
    fn spool(&self, record: u64, name: &str) -> Result<File, Fault> {
        let location = self.location(record, name)?;
        let mut file = tempfile::tempfile()?;
        self.zip.copy(&location, &mut file)?;
        Ok(file)
    }

    fn location(&self, record: u64, name: &str) -> Result<super::Location, Fault> {
        let found = self.zip.entry_at(record, |entry| {
            (member_text(entry.name) == name).then_some(entry.location)
        })?;
        found.ok_or(Fault::Absent)
    }
}

impl<'a> Search<'a> {
    /// Holds the others back where a large XML is to be read: each would need memory for all of it.
    fn alone(&self) -> Option<MutexGuard<'a, ()>> {
        let around = self.around.as_ref()?;
        let cutting = &self.archives.cutting;
        (around.state.bytes > SMALL).then(|| cutting.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The document, if it is among those that are cut out already. Of two XMLs with one name in an archive it may be the
    /// other's, which is yet to be cut; one that is a file by itself is the `only` one.
    fn kept(&mut self, only: bool) -> Option<Read> {
        let around = self.around.as_ref()?;
        let kept = self.archives.parted();
        let kept: Vec<_> = kept
            .iter()
            .filter(|kept| around.is(kept))
            .cloned()
            .collect();
        let number = around.number;
        kept.into_iter().find_map(|kept| {
            let length = kept.parted.read(number, self.out);
            let found = length.map(|length| self.hashed(length));
            (only || self.is_wanted(&found)).then_some(found)
        })
    }

    /// Cuts the documents out of a large XML, the `bytes`, and keeps them; the bytes of the one that is looked for.
    fn cut(&mut self, bytes: &[u8], name: &str) -> Result<usize, Fault> {
        let number = part_number(name).ok_or(Fault::Absent)?;
        let decoded = dfe::decode(bytes).map_err(|_| Fault::Broken)?;
        // Where there is no room for the file it takes longer.
        let Ok(parted) = Parted::cut(&decoded.text) else {
            return part(bytes, name, self.out);
        };
        let parted = Arc::new(parted);
        if let Some(around) = &self.around {
            let kept = Kept {
                path: around.path.to_owned(),
                state: around.state,
                hash: ContentHash::of(bytes),
                parted: Arc::clone(&parted),
            };
            let mut all = self.archives.parted();
            all.retain(|one| {
                one.path != kept.path || one.state == kept.state && one.hash != kept.hash
            });
            all.push(kept);
            let further = all.len().saturating_sub(MOST_PARTED);
            all.drain(..further);
        }
        parted.read(number, self.out)
    }

    fn member(&mut self, zip: &Indexed, record: u64, name: &str) -> Read {
        let location = zip.location(record, name)?;
        let length = zip.zip.read(&location, self.inflater, self.out)?;
        Ok(self.hashed(length))
    }

    fn hashed(&self, length: usize) -> (usize, ContentHash) {
        (length, ContentHash::of(&self.out[..length]))
    }

    fn is_wanted(&self, found: &Read) -> bool {
        found.as_ref().is_ok_and(|(_, hash)| hash == self.wanted)
    }

    /// The document `inner` of the container that is in the buffer.
    fn within_bytes(&mut self, inner: &str, length: usize) -> Read {
        let bytes = self.out[..length].to_vec();
        let (name, rest) = match inner.split_once(INSIDE) {
            Some((name, rest)) => (name, Some(rest)),
            None => (inner, None),
        };
        let length = if Sort::of(&bytes) == Some(Sort::Gzip) {
            gunzip(&bytes, self.out)?
        } else if rest.is_none() && bytes.len() as u64 > SMALL {
            self.cut(&bytes, name)?
        } else {
            part(&bytes, name, self.out)?
        };
        match rest {
            Some(rest) => self.within_bytes(rest, length),
            None => Ok(self.hashed(length)),
        }
    }
}

/// The document `name` of an XML.
fn part(bytes: &[u8], name: &str, out: &mut Vec<u8>) -> Result<usize, Fault> {
    let number = part_number(name).ok_or(Fault::Absent)?;
    let decoded = dfe::decode(bytes).map_err(|_| Fault::Broken)?;
    let part = dfe::part(&decoded.text, number).ok_or(Fault::Absent)?;
    unpack(&part, out)
}

/// The file that the text begins with, the text of its path, and what follows `!/`: split at the longest file that
/// exists. `None`: the whole of it is one, or nothing is.
fn split(text: &str) -> Option<(PathBuf, &str, &str)> {
    if path_text::decode(text).is_file() {
        return None;
    }
    text.rmatch_indices(INSIDE).find_map(|(at, _)| {
        let file = path_text::decode(&text[..at]);
        Path::is_file(&file).then(|| (file, &text[..at], &text[at + INSIDE.len()..]))
    })
}

fn ends_with(name: &str, extension: &str) -> bool {
    let tail = name.len().checked_sub(extension.len());
    tail.and_then(|at| name.get(at..))
        .is_some_and(|tail| tail.eq_ignore_ascii_case(extension))
}

fn hash(name: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    name.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests;
