//! Journals folded into the state of every content.

use std::path::{Path, PathBuf};

use super::damage::Damage;
use super::scan::{Scanned, scan};
use super::state::States;

/// What journals say.
#[derive(Debug, Default)]
pub struct Replayed {
    /// The state of every content.
    pub states: States,
    /// What each journal was found to be, in the order given.
    pub journals: Vec<(PathBuf, Scanned)>,
}

impl Replayed {
    /// The hosts that documents went to.
    pub fn hosts(&self) -> impl Iterator<Item = &str> {
        let begins = self
            .journals
            .iter()
            .flat_map(|(_, scanned)| &scanned.begins);
        begins.map(|begin| begin.host.as_str())
    }
}

/// Reads the journals at `paths`; a missing one is empty. More than 255 cannot be told apart.
///
/// # Errors
/// [`Damage`] of the first that is damaged.
pub fn replay(paths: &[&Path]) -> Result<Replayed, Damage> {
    let mut replayed = Replayed::default();
    let several = paths.len() > 1;
    for (index, path) in paths.iter().enumerate() {
        let number = u8::try_from(index).unwrap_or(u8::MAX);
        let states = &mut replayed.states;
        let scanned = scan(path, number, several, |change| states.fold(change))?;
        replayed.journals.push((path.to_path_buf(), scanned));
    }
    Ok(replayed)
}
