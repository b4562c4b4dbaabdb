//! Where documents wait before they are read for sending: until a retry is due, or until their route has opened.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

use tokio::time::Instant;

use super::document::Document;
use crate::digest::ContentHash;
use crate::zen::Route;

/// At most so many documents wait; then reading pauses.
pub(super) const MOST_WAITING: usize = 4096;

/// At most so many that were never sent wait for one route to open: what was read long before it is sent may be changed
/// in the manifest meanwhile.
const MOST_PARKED: usize = 64;

/// Documents that wait together.
#[derive(Debug)]
pub(super) struct Parcel {
    pub documents: Vec<Document>,
    /// Half of a request that was refused whole: goes again as it is.
    pub is_half: bool,
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
    /// Due again, for a route that is not open.
    again: [VecDeque<Document>; Route::ALL.len()],
    /// Never sent, for a route that is not open.
    fresh: [VecDeque<Document>; Route::ALL.len()],
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
                is_half: false,
            },
        );
    }

    /// Lets `document`, which is due again, wait until its route is free to be tried.
    pub fn wait_for_route(&mut self, document: Document) {
        self.queued += 1;
        self.again[document.route as usize].push_back(document);
    }

    /// Whether one more that was never sent may wait for `route`.
    pub fn may_park(&self, route: Route) -> bool {
        self.fresh[route as usize].len() < MOST_PARKED
    }

    /// Lets `document`, which was never sent, wait until its route has opened or is free to be tried.
    pub fn park(&mut self, document: Document) {
        self.queued += 1;
        self.fresh[document.route as usize].push_back(document);
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

    /// The first document that waits for a route which `may_start`: what is due again before what was never sent.
    pub fn take_for_route(&mut self, may_start: impl Fn(Route) -> bool) -> Option<Document> {
        let routes = || Route::ALL.iter().filter(|route| may_start(**route));
        let of = |all: &mut [VecDeque<Document>]| {
            routes().find_map(|route| all[*route as usize].pop_front())
        };
        let document = of(&mut self.again).or_else(|| of(&mut self.fresh))?;
        self.queued -= 1;
        Some(document)
    }

    /// Any one document, due or not, but not `last` where there is another: the next to ask with whether an
    /// outage is over. The rest of its parcel goes on waiting.
    pub fn take_any_but(&mut self, last: Option<&ContentHash>) -> Option<Document> {
        if let Some(document) = self.fresh.iter_mut().find_map(VecDeque::pop_front) {
            self.queued -= 1;
            return Some(document);
        }
        if let Some(document) = self.take_for_route(|_| true) {
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
            left: false,
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
                is_half: true,
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
        assert_eq!(intake.take_for_route(|_| true).unwrap().id, "0");
        assert!(!intake.is_full());
    }

    #[test]
    fn what_is_due_again_goes_before_what_was_parked_and_little_is_parked() {
        let mut intake = Intake::default();
        for number in 0..64 {
            assert!(intake.may_park(Route::Nfe));
            intake.park(document(number));
        }
        assert!(!intake.may_park(Route::Nfe) && intake.may_park(Route::Cte));
        intake.wait_for_route(Document {
            route: Route::CfeCancel,
            ..document(100)
        });
        assert_eq!(intake.take_for_route(|route| route == Route::Cte), None);
        let mut next = || intake.take_for_route(|_| true).unwrap().id;
        assert_eq!([next(), next()], ["100", "0"]);
    }
}
