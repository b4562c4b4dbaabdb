//! A document on its way, and the requests that carry it.

use crate::digest::ContentHash;
use crate::zen::{Envelope, Route};

/// Which of the two passes over the manifest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pass {
    /// Documents.
    Documents,
    /// Events and cancellations, which the receiver books onto their documents.
    Events,
}

/// A row to be sent, from the manifest until it is settled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Hash of its bytes, as the manifest has it.
    pub hash: ContentHash,
    /// Its `Id`.
    pub id: String,
    /// Where it goes.
    pub route: Route,
    /// What surrounds it.
    pub envelope: Envelope,
    /// The manifest's text of its path.
    pub path: String,
    /// Attempts that are counted against it, in this run.
    pub tries: u32,
    /// Requests that it was in, in this run: the journal's `attempt`.
    pub requests: u32,
    /// It was in a request that left, in this run.
    pub left: bool,
    /// An attempt may have reached the server and went unanswered, in this run or an earlier one.
    pub unanswered: bool,
}

impl Document {
    /// The access key in its `Id` (`NFe` + key, `ID` + type + key + sequence), else nothing. Not verified: it only
    /// keeps documents of one key apart and finds a document's entry in an answer.
    #[must_use]
    pub fn access_key(&self) -> Option<&str> {
        Self::access_key_in(&self.id)
    }

    /// The access key in an `Id`.
    #[must_use]
    pub fn access_key_in(id: &str) -> Option<&str> {
        let start = match id.as_bytes() {
            [b'I', b'D', ..] => 8,
            _ => id.find(|letter: char| letter.is_ascii_digit())?,
        };
        id.get(start..start + 44)
    }
}

/// What a reader made of a document's file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prepared {
    /// The document as an item of a request's JSON, which it can begin with, or as a form of its own.
    pub item: Vec<u8>,
    /// A second access key by which an answer may name it (the sale that a CFeCanc cancels).
    pub second_key: Option<String>,
    /// Layout version and encoding, in words: what a pilot tells sorts apart by.
    pub sort: String,
}

/// How reading a document's file went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Preparation {
    /// Its bytes are those of the manifest.
    Ready(Prepared),
    /// Its bytes differ from the manifest; why, in words.
    Changed(String),
    /// It cannot be read, and it is this file's own matter: its folder is there; why, in words.
    Missing(String),
    /// It cannot be read, and perhaps the archive cannot: what is there of it, and why, in words.
    Unreachable {
        /// The folder that holds the archive opens and holds something.
        root_is_there: bool,
        /// Why, in words.
        reason: String,
    },
}

/// A document that is ready for a request.
#[derive(Debug)]
pub(super) struct Loaded {
    pub document: Document,
    pub prepared: Prepared,
}

/// Documents that share one request.
#[derive(Debug)]
pub(super) struct Batch {
    pub route: Route,
    pub envelope: Envelope,
    pub loaded: Vec<Loaded>,
    /// It asks whether an outage is over.
    pub probe: bool,
}

impl Batch {
    /// Whether it holds a document of that access key.
    pub fn holds_key(&self, key: &str) -> bool {
        let mut loaded = self.loaded.iter();
        loaded.any(|one| one.document.access_key() == Some(key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_access_key_is_found_in_every_kind_of_id() {
        let key = "35260712ABC34501DE35550010000001231102030403";
        for (id, found) in [
            (format!("NFe{key}"), Some(key)),
            (format!("ID110111{key}01"), Some(key)),
            (format!("ID110111{key}001"), Some(key)),
            ("ID110111".to_owned(), None),
            ("NFe3526".to_owned(), None),
            (String::new(), None),
        ] {
            let document = Document {
                hash: ContentHash::of(b""),
                id,
                route: Route::Nfe,
                envelope: Envelope::Array,
                path: String::new(),
                tries: 0,
                requests: 0,
                left: false,
                unanswered: false,
            };
            assert_eq!(document.access_key(), found, "{}", document.id);
        }
    }
}
