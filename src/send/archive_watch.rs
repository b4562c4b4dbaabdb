//! Tells a file that is gone from a file server that is gone. Pure.
//!
//! A document that cannot be read is not called missing until it is clear that the archive itself is there: an
//! office's share that drops out for ten minutes at night must not mark the rest of the archive as missing.

use std::time::Duration;

use super::document::Document;

/// Documents in a row that cannot be read before the archive itself is doubted.
const DOUBTED: usize = 5;

/// The first pause before the archive is looked at again; the next ones double.
const FIRST_PAUSE: Duration = Duration::from_secs(30);

/// The longest pause.
const LONGEST_PAUSE: Duration = Duration::from_mins(5);

/// While the root is there but nothing under it can be read, so long is it doubted before the files are called
/// missing.
const PATIENCE: Duration = Duration::from_mins(20);

/// What is to be done with unreadable documents.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Finding {
    /// Nothing yet.
    Undecided,
    /// These are missing: the archive is there, they are not. With the reason for each.
    Missing(Vec<(Document, String)>),
    /// The archive is not there: put these back and look again after the pause.
    Unreachable(Vec<Document>, Duration),
}

/// Remembers what could not be read.
#[derive(Debug, Default)]
pub(super) struct ArchiveWatch {
    unread: Vec<(Document, String)>,
    /// How long it has been waited for the archive, since a document could be read.
    waited: Duration,
    /// The last pause.
    pause: Duration,
    /// It was waited long enough: what cannot be read is missing, until something can be read again.
    believed: bool,
}

impl ArchiveWatch {
    /// A document could be read: what could not be is missing.
    pub fn on_read(&mut self) -> Finding {
        self.waited = Duration::ZERO;
        self.pause = Duration::ZERO;
        self.believed = false;
        self.take_missing()
    }

    /// `document` could not be read; `root_is_there` is asked only where it matters.
    pub fn on_unread(
        &mut self,
        document: Document,
        reason: String,
        root_is_there: impl FnOnce() -> bool,
    ) -> Finding {
        self.unread.push((document, reason));
        if self.unread.len() < DOUBTED && self.waited.is_zero() {
            return Finding::Undecided;
        }
        self.decide(root_is_there)
    }

    /// Nothing else is left to read.
    pub fn on_end(&mut self, root_is_there: impl FnOnce() -> bool) -> Finding {
        if self.unread.is_empty() {
            return Finding::Undecided;
        }
        let there = root_is_there();
        if there && self.waited.is_zero() {
            return self.take_missing();
        }
        self.decide(|| there)
    }

    fn decide(&mut self, root_is_there: impl FnOnce() -> bool) -> Finding {
        if root_is_there() && (self.believed || self.waited >= PATIENCE) {
            self.believed = true;
            return self.take_missing();
        }
        self.pause = (self.pause * 2).clamp(FIRST_PAUSE, LONGEST_PAUSE);
        self.waited += self.pause;
        let documents = self.unread.drain(..).map(|(document, _)| document);
        Finding::Unreachable(documents.collect(), self.pause)
    }

    fn take_missing(&mut self) -> Finding {
        if self.unread.is_empty() {
            Finding::Undecided
        } else {
            Finding::Missing(std::mem::take(&mut self.unread))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digest::ContentHash;
    use crate::zen::{Envelope, Route};

    fn document(number: u32) -> Document {
        Document {
            hash: ContentHash::of(&number.to_le_bytes()),
            id: String::new(),
            route: Route::Nfe,
            envelope: Envelope::Array,
            path: String::new(),
            tries: 0,
            requests: 0,
            unanswered: false,
        }
    }

    fn unread(watch: &mut ArchiveWatch, number: u32, there: bool) -> Finding {
        watch.on_unread(document(number), "gone".to_owned(), || there)
    }

    #[test]
    fn a_single_file_that_is_gone_is_missing_once_another_is_read() {
        let mut watch = ArchiveWatch::default();
        assert_eq!(unread(&mut watch, 1, true), Finding::Undecided);
        let Finding::Missing(found) = watch.on_read() else {
            panic!()
        };
        assert_eq!(found.len(), 1);
        assert_eq!(watch.on_read(), Finding::Undecided);
    }

    #[test]
    fn the_last_files_are_missing_only_if_the_root_is_there() {
        let mut watch = ArchiveWatch::default();
        unread(&mut watch, 1, true);
        assert!(matches!(watch.on_end(|| true), Finding::Missing(found) if found.len() == 1));
        unread(&mut watch, 2, true);
        assert!(matches!(watch.on_end(|| false), Finding::Unreachable(back, _) if back.len() == 1));
    }

    #[test]
    fn five_in_a_row_are_put_back_and_looked_at_again() {
        let mut watch = ArchiveWatch::default();
        for number in 0..4 {
            assert_eq!(unread(&mut watch, number, true), Finding::Undecided);
        }
        let Finding::Unreachable(back, pause) = unread(&mut watch, 4, true) else {
            panic!()
        };
        assert_eq!((back.len(), pause), (5, FIRST_PAUSE));
        let Finding::Unreachable(_, pause) = unread(&mut watch, 5, true) else {
            panic!()
        };
        assert_eq!(pause, FIRST_PAUSE * 2);
    }

    #[test]
    fn a_root_that_stays_away_is_waited_for_without_end_and_files_under_one_that_is_there_are_not()
    {
        let mut watch = ArchiveWatch::default();
        let mut waited = Duration::ZERO;
        for number in 0..100 {
            if let Finding::Unreachable(_, pause) = unread(&mut watch, number, false) {
                waited += pause;
            }
        }
        assert!(waited > Duration::from_hours(4));
        assert!(matches!(unread(&mut watch, 100, true), Finding::Missing(_)));
        assert!(matches!(
            unread(&mut watch, 101, true),
            Finding::Undecided | Finding::Missing(_)
        ));
    }
}
