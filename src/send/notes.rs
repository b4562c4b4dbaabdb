//! Notes of this run that have not come in, so that their events wait for another run: an event whose note Zen has not
//! got would be refused for good. Pure.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

/// The access keys of notes that were to be sent in this run and are neither accepted nor rejected, as short hashes.
#[derive(Debug, Default)]
pub(super) struct Notes(HashSet<u64>);

impl Notes {
    /// The note of `key` is to be sent.
    pub fn expect(&mut self, key: Option<&str>) {
        self.0.extend(key.map(short));
    }

    /// The note of `key` is settled.
    pub fn settle(&mut self, key: Option<&str>) {
        if let Some(key) = key {
            self.0.remove(&short(key));
        }
    }

    /// Whether one of `keys` is a note's that has not come in.
    pub fn lack<'a>(&self, keys: impl IntoIterator<Item = Option<&'a str>>) -> bool {
        let mut keys = keys.into_iter().flatten();
        !self.0.is_empty() && keys.any(|key| self.0.contains(&short(key)))
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
    }
}
