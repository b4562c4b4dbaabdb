//! Where documents wait before they are read for sending: until a retry is due, or until their route has opened.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

use tokio::time::Instant;

use super::document::Document;
use crate::digest::ContentHash;
use crate::zen::Route;

/// At most so many documents wait; then reading pauses.
pub(super) const MOST_WAITING: usize = 4096;

/// Documents that wait together.
#[derive(Debug)]
pub(super) struct Parcel {
    pub documents: Vec<Document>,
    /// Half of a request that was refused whole: goes again as it is, as one of this family.
    pub family: Option<u64>,
}

/// A parcel in the heap: the one that is due first, then the one that came first, is the greatest.
#[derive(Debug)]
struct Waiting {
    due: Reverse<(Instant, u64)>,
    parcel: Parcel,
}

impl PartialEq for Waiting {
    fn eq(&self, other: &Self) -> bool {
        self.due == other.due
    }
}

impl Eq for Waiting {}

impl PartialOrd for Waiting {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Waiting {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.due.cmp(&other.due)
    }
}

/// The waiting room.
#[derive(Debug, Default)]
pub(super) struct Intake {
    retries: BinaryHeap<Waiting>,
    retrying: usize,
    for_route: [VecDeque<Document>; Route::ALL.len()],
    queued: usize,
    serial: u64,
}

impl Intake {
    /// How many documents wait.
    pub fn len(&self) -> usize {
        self.retrying + self.queued
    }

    /// Whether reading must pause.
    pub fn is_full(&self) -> bool {
        self.len() >= MOST_WAITING
    }

    /// Lets `parcel` wait until `due`.
    pub fn retry(&mut self, due: Instant, parcel: Parcel) {
        if parcel.documents.is_empty() {
            return;
        }
        self.serial += 1;
        self.retrying += parcel.documents.len();
        let due = Reverse((due, self.serial));
        self.retries.push(Waiting { due, parcel });
    }

    /// Lets one document wait until `due`.
    pub fn retry_one(&mut self, due: Instant, document: Document) {
        let documents = vec![document];
        self.retry(
            due,
            Parcel {
                documents,
                family: None,
            },
        );
    }

    /// Lets `document` wait until its route has opened or is free to be tried.
    pub fn wait_for_route(&mut self, document: Document) {
        self.queued += 1;
        self.for_route[document.route as usize].push_back(document);
    }

    /// When the next retry is due.
    pub fn next_due(&self) -> Option<Instant> {
        self.retries.peek().map(|waiting| waiting.due.0.0)
    }

    /// A parcel that is due at `now`.
    pub fn take_due(&mut self, now: Instant) -> Option<Parcel> {
        if self.next_due()? > now {
            return None;
        }
        let parcel = self.retries.pop()?.parcel;
        self.retrying -= parcel.documents.len();
        Some(parcel)
    }

    /// The first document that waits for `route`.
    pub fn take_for_route(&mut self, route: Route) -> Option<Document> {
        let document = self.for_route[route as usize].pop_front()?;
        self.queued -= 1;
        Some(document)
    }

    /// Any one document, due or not, but not `last` where there is another: the next to ask with whether an
    /// outage is over. The rest of its parcel goes on waiting.
    pub fn take_any_but(&mut self, last: Option<&ContentHash>) -> Option<Document> {
        if let Some(document) = Route::ALL
            .iter()
            .find_map(|route| self.take_for_route(*route))
        {
            return Some(document);
        }
        let waiting = self.retries.pop()?;
        let is_last = waiting.parcel.documents.first().map(|one| &one.hash) == last;
        let (chosen, back) = match self.retries.pop() {
            Some(second) if is_last => (second, Some(waiting)),
            second => (waiting, second),
        };
        self.retries.extend(back);
        let Waiting { due, mut parcel } = chosen;
        let document = (!parcel.documents.is_empty()).then(|| parcel.documents.remove(0));
        self.retrying -= usize::from(document.is_some());
        if !parcel.documents.is_empty() {
            self.retries.push(Waiting { due, parcel });
        }
        document
    }

    /// Changes every waiting document for which it is asked.
    pub fn for_each_mut(&mut self, mut change: impl FnMut(&mut Document)) {
        let mut all: Vec<_> = std::mem::take(&mut self.retries).into_vec();
        for waiting in &mut all {
            waiting.parcel.documents.iter_mut().for_each(&mut change);
        }
        self.retries = all.into();
        self.for_route.iter_mut().flatten().for_each(change);
    }

    /// Forgets every document: a stopped run sends none of them.
    pub fn clear(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::zen::Envelope;

    fn document(number: u32) -> Document {
        Document {
            hash: ContentHash::of(&number.to_le_bytes()),
            id: number.to_string(),
            route: Route::Nfe,
            envelope: Envelope::Array,
            path: String::new(),
            tries: 0,
            requests: 0,
            unanswered: false,
        }
    }

    fn ids(parcel: Option<Parcel>) -> Vec<String> {
        parcel.map_or_else(Vec::new, |parcel| {
            parcel.documents.into_iter().map(|one| one.id).collect()
        })
    }

    #[test]
    fn what_is_due_first_comes_first_and_nothing_before_its_time() {
        let now = Instant::now();
        let later = now + Duration::from_secs(10);
        let mut intake = Intake::default();
        intake.retry_one(later, document(1));
        intake.retry_one(now, document(2));
        intake.retry_one(now, document(3));
        assert_eq!(intake.len(), 3);
        assert_eq!(ids(intake.take_due(now)), ["2"]);
        assert_eq!(ids(intake.take_due(now)), ["3"]);
        assert_eq!(ids(intake.take_due(now)), [""; 0]);
        assert_eq!(intake.next_due(), Some(later));
        assert_eq!(ids(intake.take_due(later)), ["1"]);
        assert_eq!(intake.len(), 0);
    }

    #[test]
    fn a_probe_is_another_document_each_time() {
        let now = Instant::now();
        let mut intake = Intake::default();
        intake.retry_one(now, document(1));
        let first = intake.take_any_but(None).unwrap();
        let hash = first.hash;
        intake.retry_one(now, first);
        assert_eq!(intake.take_any_but(Some(&hash)).unwrap().id, "1");
        intake.retry_one(now, document(1));
        intake.retry(
            now,
            Parcel {
                documents: vec![document(2), document(3)],
                family: Some(7),
            },
        );
        assert_eq!(intake.take_any_but(Some(&hash)).unwrap().id, "2");
        assert_eq!(intake.len(), 2);
    }

    #[test]
    fn it_is_full_at_its_bound() {
        let mut intake = Intake::default();
        for number in 0..MOST_WAITING {
            assert!(!intake.is_full());
            intake.wait_for_route(document(u32::try_from(number).unwrap()));
        }
        assert!(intake.is_full());
        assert_eq!(intake.take_for_route(Route::Nfe).unwrap().id, "0");
        assert!(!intake.is_full());
    }
}
