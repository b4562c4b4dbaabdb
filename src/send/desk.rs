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
    /// Readers that sleep. The last to lie down is the first to be called: what it works with is still at hand.
    asleep: Vec<usize>,
    awake: usize,
    /// For each reader whether it was called and has not heard it yet; it counts as awake.
    called: Vec<bool>,
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

    /// Calls one more reader, where one sleeps and there is something to read: which.
    fn call_another(&mut self) -> Option<usize> {
        if self.waiting.is_empty() {
            return None;
        }
        let reader = self.asleep.pop()?;
        self.awake += 1;
        self.called[reader] = true;
        Some(reader)
    }

    /// Something has come to be read. The reader that was called for it, if one was.
    fn put(&mut self, document: Document) -> Option<usize> {
        self.waiting.push_back(document);
        let enough = self.awake * Self::HEAP;
        let wanted = self.awake == 0 || (self.awake < Self::FEW && self.waiting.len() > enough);
        wanted.then(|| self.call_another()).flatten()
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
    /// What wakes each reader.
    bells: Vec<Condvar>,
}

impl Desk {
    /// One for so many readers, all of them awake.
    pub fn new(readers: usize) -> Self {
        let jobs = Jobs {
            awake: readers,
            called: vec![false; readers],
            ..Jobs::default()
        };
        Self {
            jobs: Mutex::new(jobs),
            bells: (0..readers).map(|_| Condvar::new()).collect(),
        }
    }

    fn jobs(&self) -> MutexGuard<'_, Jobs> {
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next document, when there is one, for the reader of that number whose last `took` so long; nothing more: the
    /// desk is closed.
    pub fn take(&self, reader: usize, mut took: Duration) -> Option<Document> {
        let mut jobs = self.jobs();
        if took >= Jobs::SLOW {
            self.wake(jobs.call_another());
        }
        while !jobs.closed && jobs.is_spare(took) {
            jobs.awake -= 1;
            jobs.asleep.push(reader);
            jobs = self.bells[reader]
                .wait_while(jobs, |jobs| !jobs.called[reader] && !jobs.closed)
                .unwrap_or_else(PoisonError::into_inner);
            jobs.called[reader] = false;
            took = Duration::MAX;
        }
        jobs.waiting.pop_front()
    }

    /// Wakes a reader that was called.
    fn wake(&self, reader: Option<usize>) {
        if let Some(reader) = reader {
            self.bells[reader].notify_one();
        }
    }

    /// One more to be read.
    pub fn put(&self, document: Document) {
        let called = self.jobs().put(document);
        self.wake(called);
    }

    /// Nothing more is read.
    pub fn close(&self) {
        let mut jobs = self.jobs();
        jobs.waiting.clear();
        jobs.closed = true;
        drop(jobs);
        for bell in &self.bells {
            bell.notify_one();
        }
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
            asleep: (0..16).collect(),
            called: vec![false; 16],
            ..Jobs::default()
        };
        for (documents, awake) in [(1, 1), (32, 1), (33, 2), (1000, 2)] {
            while jobs.waiting.len() < documents {
                jobs.put(a_document());
            }
            let called = jobs.called.iter().filter(|called| **called).count();
            assert_eq!((jobs.awake, called), (awake, awake), "{documents}");
        }
    }

    #[test]
    fn on_a_slow_share_all_readers_are_called_and_on_a_quick_disk_a_few_stay() {
        let mut jobs = Jobs {
            asleep: (1..16).collect(),
            awake: 1,
            called: vec![false; 16],
            ..Jobs::default()
        };
        assert!(jobs.call_another().is_none(), "there is nothing to read");
        jobs.waiting.push_back(a_document());
        assert_eq!((0..20).filter_map(|_| jobs.call_another()).count(), 15);
        assert!(!jobs.is_spare(Jobs::SLOW));
        assert!(jobs.is_spare(Duration::ZERO));
        jobs.awake = Jobs::FEW;
        assert!(!jobs.is_spare(Duration::ZERO));
        jobs.waiting.clear();
        assert!(jobs.is_spare(Jobs::SLOW));
    }

    /// What the last to lie down works with is still in the processor's caches, and its memory with it.
    #[test]
    fn the_last_to_lie_down_is_called_first() {
        let mut jobs = Jobs {
            asleep: vec![2, 0, 1],
            called: vec![false; 3],
            ..Jobs::default()
        };
        assert_eq!(jobs.put(a_document()), Some(1));
        assert_eq!(jobs.called, [false, true, false]);
    }
}
