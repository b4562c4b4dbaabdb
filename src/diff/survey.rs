//! One pass over the whole manifest: it is checked to the last line, and its balance is struck.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use super::Balance;
use crate::digest::ContentHash;
use crate::journal::{Slot, State, States};
use crate::manifest::{Action, ManifestError, ManifestReader};
use crate::path_text;

/// What a manifest comes to under a journal.
#[derive(Debug)]
pub struct Survey {
    /// The balance, by content, over rows to send.
    pub balance: Balance,
    /// Contents that several rows to send have.
    pub repeated: HashSet<ContentHash>,
    /// The manifest's own hash.
    pub sha256: ContentHash,
    /// Some of the rows to send are of events.
    pub holds_events: bool,
    /// The folder that holds every file to send, where there is one but the root of a disk.
    pub root: Option<PathBuf>,
}

/// Reads the manifest at `path` against `states`, in which the manifest's contents are marked.
///
/// # Errors
/// [`ManifestError`] for the first line that is wrong.
pub fn survey(path: &Path, states: &mut States) -> Result<Survey, ManifestError> {
    let mut balance = Balance::default();
    let mut repeated = HashSet::new();
    // Eight bytes of each content that the journal does not know: enough to suspect a repetition.
    let mut unknown: Vec<u64> = Vec::new();
    let mut root = CommonFolder::default();
    let mut holds_events = false;
    let mut reader = ManifestReader::open_hashed(path)?;
    while let Some(row) = reader.next_row()? {
        let (Action::Send, Some(hash)) = (row.action, row.sha256) else {
            continue;
        };
        root.add(row.path);
        holds_events |= row.kind.follows_its_note();
        let slot = match states.mark_planned(&hash) {
            Some((true, _)) => {
                repeated.insert(hash);
                continue;
            }
            Some((false, slot)) => Some(slot),
            None => {
                unknown.push(fingerprint(&hash));
                None
            }
        };
        balance.planned += 1;
        let state = slot.as_ref().map_or(State::Pending, Slot::state);
        *balance.of_mut(state) += 1;
        balance.already_there += u64::from(slot.is_some_and(|slot| slot.was_already_there()));
    }
    let sha256 = reader.sha256()?;
    for (hash, count) in repetitions(path, unknown, states)? {
        balance.planned -= count - 1;
        balance.pending -= count - 1;
        repeated.insert(hash);
    }
    Ok(Survey {
        balance,
        repeated,
        sha256,
        holds_events,
        root: root.folder(),
    })
}

fn fingerprint(hash: &ContentHash) -> u64 {
    let bytes = hash.as_bytes();
    u64::from_le_bytes([
        bytes[0], bytes[1], bytes[2], bytes[3], bytes[4], bytes[5], bytes[6], bytes[7],
    ])
}

/// The contents unknown to the journal that stand more than once among the rows to send, and how often. Only where
/// two fingerprints are alike is the manifest read again for the truth.
fn repetitions(
    path: &Path,
    mut unknown: Vec<u64>,
    states: &States,
) -> Result<Vec<(ContentHash, u64)>, ManifestError> {
    unknown.sort_unstable();
    let suspects: HashSet<u64> = unknown
        .windows(2)
        .filter(|pair| pair[0] == pair[1])
        .map(|pair| pair[0])
        .collect();
    drop(unknown);
    if suspects.is_empty() {
        return Ok(Vec::new());
    }
    let mut counts: HashMap<ContentHash, u64> = HashMap::new();
    let mut reader = ManifestReader::open(path)?;
    while let Some(row) = reader.next_row()? {
        if let (Action::Send, Some(hash)) = (row.action, row.sha256)
            && suspects.contains(&fingerprint(&hash))
            && states.get(&hash).is_none()
        {
            *counts.entry(hash).or_default() += 1;
        }
    }
    Ok(counts.into_iter().filter(|(_, count)| *count > 1).collect())
}

/// The journal that a manifest written by `diff` names: in all its rows, but those that name none.
///
/// # Errors
/// [`ManifestError`] where the manifest cannot be read, or names several.
pub fn journal_of(path: &Path) -> Result<Option<PathBuf>, ManifestError> {
    let mut reader = ManifestReader::open(path)?;
    if !reader.names_journals() {
        return Ok(None);
    }
    let mut found: Option<String> = None;
    while let Some(row) = reader.next_row()? {
        let line = row.line;
        match (reader.journal(), &found) {
            (Some(name), None) => found = Some(name.to_owned()),
            (Some(name), Some(other)) if name != other => {
                return Err(ManifestError::Journals {
                    line,
                    one: other.clone(),
                    other: name.to_owned(),
                });
            }
            _ => {}
        }
    }
    Ok(found.as_deref().map(path_text::decode))
}

/// The longest common beginning of paths.
#[derive(Debug, Default)]
struct CommonFolder(Option<String>);

impl CommonFolder {
    fn add(&mut self, path: &str) {
        let Some(common) = &mut self.0 else {
            self.0 = Some(path.to_owned());
            return;
        };
        if path.starts_with(common.as_str()) {
            return;
        }
        let same = common
            .bytes()
            .zip(path.bytes())
            .take_while(|(one, other)| one == other)
            .count();
        let same = (0..=same)
            .rev()
            .find(|at| common.is_char_boundary(*at))
            .unwrap_or(0);
        common.truncate(same);
    }

    /// Up to the last separator; a container's inner paths begin behind the container.
    fn folder(self) -> Option<PathBuf> {
        let common = self.0?;
        let common = common
            .split_once("!/")
            .map_or(common.as_str(), |(outer, _)| outer);
        let end = common.rfind(['/', '\\'])?;
        let folder = &common[..end];
        let is_disk = folder.is_empty() || folder.ends_with(':');
        (!is_disk).then(|| path_text::decode(folder))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_common_folder() {
        for (paths, folder) in [
            (vec!["/a/b/c.xml", "/a/b/d.xml"], Some("/a/b")),
            (vec!["/a/b/c.xml", "/a/bb/d.xml"], Some("/a")),
            (vec!["/a/c.xml", "/b/d.xml"], None),
            (vec!["/a/b/c.xml"], Some("/a/b")),
            (vec!["C:\\n\\a.xml", "C:\\n\\b.xml"], Some("C:\\n")),
            (vec!["C:\\a.xml", "C:\\b.xml"], None),
            (vec!["/a/ç.xml", "/a/é.xml"], Some("/a")),
            (vec!["/a/x.zip!/b/c.xml", "/a/x.zip!/b/d.xml"], Some("/a")),
            (vec![], None),
        ] {
            let mut common = CommonFolder::default();
            for path in &paths {
                common.add(path);
            }
            assert_eq!(common.folder(), folder.map(PathBuf::from), "{paths:?}");
        }
    }
}
