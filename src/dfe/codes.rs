//! The codes that an inspection comes to.

use super::access_key::{AccessKey, NotAnAccessKey};

/// Codes found, of which the first that skips is the reason.
#[derive(Default)]
pub(super) struct Codes {
    pub skip: Option<&'static str>,
    pub notes: Vec<&'static str>,
}

impl Codes {
    /// A reason not to send; after the first, a note.
    pub fn skip(&mut self, code: &'static str) {
        if self.skip.is_none() {
            self.skip = Some(code);
        } else {
            self.notes.push(code);
        }
    }

    pub fn skip_if(&mut self, holds: bool, code: &'static str) {
        if holds {
            self.skip(code);
        }
    }

    pub fn note_if(&mut self, holds: bool, code: &'static str) {
        if holds {
            self.notes.push(code);
        }
    }

    /// What is wrong with a document's own key.
    pub fn judge_key(&mut self, key: Result<AccessKey, NotAnAccessKey>) {
        self.skip_if(key == Err(NotAnAccessKey::CheckDigit), "bad-check-digit");
        self.skip_if(key == Err(NotAnAccessKey::Pattern), "no-access-key");
    }
}
