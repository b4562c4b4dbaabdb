//! Notes of this run that have not come in, so that their events wait for another run: an event whose note Zen has not
//! got would be refused for good. Pure.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

/// The access keys of notes that were to be sent in this run and are neither accepted nor rejected, as short hashes; with
/// each, whether only a person can mend it, for its file has changed or is missing.
#[derive(Debug, Default)]
pub(super) struct Notes(HashMap<u64, bool>);

impl Notes {
    /// The note of `key` is to be sent.
    pub fn expect(&mut self, key: Option<&str>) {
        self.0.extend(key.map(|key| (short(key), false)));
    }

    /// The note of `key` is settled.
    pub fn settle(&mut self, key: Option<&str>) {
        if let Some(key) = key {
            self.0.remove(&short(key));
        }
    }

    /// The note of `key` cannot be sent before a person has seen to its file.
    pub fn give_up(&mut self, key: Option<&str>) {
        if let Some(given_up) = key.and_then(|key| self.0.get_mut(&short(key))) {
            *given_up = true;
        }
    }

    /// Whether one of `keys` is a note's that has not come in.
    pub fn lack<'a>(&self, keys: impl IntoIterator<Item = Option<&'a str>>) -> bool {
        self.lacking(keys).next().is_some()
    }

    /// Whether all of `keys` that are lacking wait for a person.
    pub fn wait_for_a_person<'a>(&self, keys: impl IntoIterator<Item = Option<&'a str>>) -> bool {
        self.lacking(keys).all(|given_up| given_up)
    }

    fn lacking<'a>(
        &self,
        keys: impl IntoIterator<Item = Option<&'a str>>,
    ) -> impl Iterator<Item = bool> {
        let known = |key| self.0.get(&short(key)).copied();
        keys.into_iter().flatten().filter_map(known)
    }
}

fn short(key: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_waits_for_a_note_of_this_run_only() {
        let mut notes = Notes::default();
        notes.expect(Some("a"));
        notes.expect(Some("b"));
        notes.expect(None);
        notes.settle(Some("b"));
        for (keys, lack) in [
            ([Some("a"), None], true),
            ([None, Some("a")], true),
            ([Some("b"), None], false),
            ([Some("of another year"), None], false),
            ([None, None], false),
        ] {
            assert_eq!(notes.lack(keys), lack, "{keys:?}");
        }
        assert!(!notes.wait_for_a_person([Some("a"), None]));
        notes.give_up(Some("a"));
        assert!(notes.lack([Some("a")]) && notes.wait_for_a_person([Some("a"), None]));
    }
}
