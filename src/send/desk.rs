//! Where documents lie until a reader takes them, and how many readers that keeps awake: few for a quick disk, all for a
//! slow share.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::document::Document;

/// What waits for the readers, and how many of them are awake.
#[derive(Debug, Default)]
struct Jobs {
    waiting: VecDeque<Document>,
    asleep: usize,
    awake: usize,
    /// Readers that were called and have not heard it yet; they count as awake.
    called: usize,
    closed: bool,
}

impl Jobs {
    /// So long takes a document of a slow disk or share: more readers at once get more out of it.
    const SLOW: Duration = Duration::from_millis(2);
    /// So long takes one of a quick disk, which a few readers make the most of: more would only be in each other's way.
    const QUICK: Duration = Duration::from_micros(500);
    const FEW: usize = 2;
    /// So many documents in wait for each of the few call the next of them: to wake it costs as much as a document.
    const HEAP: usize = 32;

    /// Calls one more reader, where one sleeps and there is something to read.
    fn call_another(&mut self) -> bool {
        if self.asleep == 0 || self.waiting.is_empty() {
            return false;
        }
        self.asleep -= 1;
        self.awake += 1;
        self.called += 1;
        true
    }

    /// Something has come to be read. True: wake one that was called.
    fn put(&mut self, document: Document) -> bool {
        self.waiting.push_back(document);
        let enough = self.awake * Self::HEAP;
        let wanted = self.awake == 0 || (self.awake < Self::FEW && self.waiting.len() > enough);
        wanted && self.call_another()
    }

    /// Whether a reader that is back from a document after so long had better sleep.
    fn is_spare(&self, took: Duration) -> bool {
        self.waiting.is_empty() || (took < Self::QUICK && self.awake > Self::FEW)
    }
}

/// Where documents lie for the readers.
#[derive(Debug, Default)]
pub(super) struct Desk {
    jobs: Mutex<Jobs>,
    filled: Condvar,
}

impl Desk {
    /// One for so many readers, all of them awake.
    pub fn new(readers: usize) -> Self {
        let desk = Self::default();
        desk.jobs().awake = readers;
        desk
    }

    fn jobs(&self) -> MutexGuard<'_, Jobs> {
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next document, when there is one, for a reader whose last `took` so long; nothing more: the desk is closed.
    pub fn take(&self, mut took: Duration) -> Option<Document> {
        let mut jobs = self.jobs();
        let another = took >= Jobs::SLOW && jobs.call_another();
        if another {
            self.filled.notify_one();
        }
        while !jobs.closed && jobs.is_spare(took) {
            jobs.awake -= 1;
            jobs.asleep += 1;
            jobs = self
                .filled
                .wait_while(jobs, |jobs| jobs.called == 0 && !jobs.closed)
                .unwrap_or_else(PoisonError::into_inner);
            jobs.called = jobs.called.saturating_sub(1);
            took = Duration::MAX;
        }
        jobs.waiting.pop_front()
    }

    /// One more to be read.
    pub fn put(&self, document: Document) {
        let another = self.jobs().put(document);
        if another {
            self.filled.notify_one();
        }
    }

    /// Nothing more is read.
    pub fn close(&self) {
        let mut jobs = self.jobs();
        jobs.waiting.clear();
        jobs.closed = true;
        drop(jobs);
        self.filled.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digest::ContentHash;
    use crate::zen::Route;

    fn a_document() -> Document {
        Document {
            hash: ContentHash::of(b""),
            id: String::new(),
            route: Route::Nfe,
            envelope: crate::zen::Envelope::Array,
            path: String::new(),
            tries: 0,
            requests: 0,
            unanswered: false,
            left: false,
        }
    }

    /// Bug: while the first reader that was called had not yet heard it, each further document called another.
    #[test]
    fn a_heap_of_documents_calls_few_readers() {
        let mut jobs = Jobs {
            asleep: 16,
            ..Jobs::default()
        };
        for (documents, awake) in [(1, 1), (32, 1), (33, 2), (1000, 2)] {
            while jobs.waiting.len() < documents {
                jobs.put(a_document());
            }
            assert_eq!((jobs.awake, jobs.called), (awake, awake), "{documents}");
        }
    }

    #[test]
    fn on_a_slow_share_all_readers_are_called_and_on_a_quick_disk_a_few_stay() {
        let mut jobs = Jobs {
            asleep: 15,
            awake: 1,
            ..Jobs::default()
        };
        assert!(!jobs.call_another(), "there is nothing to read");
        jobs.waiting.push_back(a_document());
        assert_eq!((0..20).filter(|_| jobs.call_another()).count(), 15);
        assert!(!jobs.is_spare(Jobs::SLOW));
        assert!(jobs.is_spare(Duration::ZERO));
        jobs.awake = Jobs::FEW;
        assert!(!jobs.is_spare(Duration::ZERO));
        jobs.waiting.clear();
        assert!(jobs.is_spare(Jobs::SLOW));
    }
}
