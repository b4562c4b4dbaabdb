//! Which routes have proved to work in this run, and what it means when one turns a document away. Pure.
//!
//! Until a route has had an entry for a document in an answer, its documents go one at a time; until any route
//! has, there is one request in the air at all. A wrong key or office is so found out in three requests at most.

use std::collections::HashSet;

use crate::digest::ContentHash;
use crate::policy::{Apart, Refusal};
use crate::zen::Route;

#[derive(Debug, Clone, Copy, Default)]
struct Door {
    open: bool,
    /// A document of the route is being read, waits or is in the air while the route is not open.
    busy: bool,
}

/// The routes of the run.
#[derive(Debug, Default)]
pub(super) struct Doors {
    of_route: [Door; Route::ALL.len()],
    /// Documents that were turned away before their route had opened.
    turned_away: Vec<(Route, ContentHash, Refusal)>,
    /// Requests of open routes that were answered 401 or 403 since the last other reply.
    denied: Apart<ContentHash>,
    /// Documents of such requests before that: a firewall's dislike of a document says nothing new the next time.
    disliked: HashSet<ContentHash>,
    /// The document that waits until something else has worked.
    aside: Option<ContentHash>,
}

/// What follows from a document that was turned away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turned {
    /// Another document is tried; this one is not blamed.
    TryAnother,
    /// It is this document's own matter: a fault that is counted against it.
    Blame,
    /// There is no other document to try for now: this one waits until something else has worked.
    SetAside(Refusal),
    /// The run stops: this is wrong.
    Stop(Refusal),
}

/// Requests at most that may be turned away before the run stops.
const MOST_TURNED_AWAY: usize = 3;

/// Single documents in a row that are answered 401 or 403, and requests, of which no two hold the same document, that stop
/// a run that had worked. Of a batch it may be one document, so one more is waited for.
const MOST_DENIED: usize = 2;
const MOST_DENIED_REQUESTS: usize = 3;

impl Doors {
    /// Whether more than one document at a time may go to `route`.
    pub fn is_open(&self, route: Route) -> bool {
        self.of_route[route as usize].open
    }

    /// Whether a document may be taken up for `route` now.
    pub fn may_start(&self, route: Route) -> bool {
        let door = self.of_route[route as usize];
        let any_open = self.of_route.iter().any(|door| door.open);
        let any_busy = self.of_route.iter().any(|door| door.busy);
        door.open || (!door.busy && (any_open || !any_busy))
    }

    /// A document for `route` is taken up.
    pub fn start(&mut self, route: Route) {
        let door = &mut self.of_route[route as usize];
        door.busy = !door.open;
    }

    /// That document is done with, for now.
    pub fn leave(&mut self, route: Route) {
        self.of_route[route as usize].busy = false;
    }

    /// Whether `document` waits until something else has worked.
    pub fn is_aside(&self, document: &ContentHash) -> bool {
        self.aside.as_ref() == Some(document)
    }

    /// An answer had an entry for a document.
    pub fn on_entry(&mut self, route: Route) {
        self.on_other();
        self.aside = None;
        self.of_route[route as usize] = Door {
            open: true,
            busy: false,
        };
    }

    /// A reply came that turned nobody away.
    pub fn on_other(&mut self) {
        self.disliked.extend(self.denied.take());
    }

    /// `document` is done with in this run.
    pub fn forget(&mut self, document: &ContentHash) {
        self.disliked.remove(document);
    }

    /// A request with `documents` was turned away.
    pub fn on_refusal(&mut self, route: Route, documents: &[ContentHash], why: Refusal) -> Turned {
        if self.is_open(route) {
            return self.on_late_refusal(documents, why);
        }
        let Some(document) = documents.first().copied() else {
            return Turned::TryAnother;
        };
        self.turned_away.push((route, document, why));
        let any_open = self.of_route.iter().any(|door| door.open);
        let mine = || {
            self.turned_away
                .iter()
                .filter(|(at, _, _)| *at == route || !any_open)
        };
        let same = mine().any(|(_, other, reason)| *other != document && *reason == why);
        let often = mine().count() >= MOST_TURNED_AWAY;
        let alone = mine().all(|(_, other, _)| *other == document);
        let works_elsewhere = alone && any_open;
        if same || (often && !alone) {
            Turned::Stop(why)
        } else if alone && !any_open && mine().count() > 1 {
            self.aside = Some(document);
            Turned::SetAside(why)
        } else if works_elsewhere && mine().count() > 1 {
            Turned::Blame
        } else {
            Turned::TryAnother
        }
    }

    /// A request to a route that had worked was turned away.
    fn on_late_refusal(&mut self, documents: &[ContentHash], why: Refusal) -> Turned {
        if why != Refusal::Credentials {
            self.on_other();
            return Turned::Blame;
        }
        if !documents.iter().any(|one| self.disliked.contains(one)) {
            self.denied.add(documents);
        }
        let single = self.denied.iter().filter(|one| one.len() == 1).count();
        if single >= MOST_DENIED || self.denied.len() >= MOST_DENIED_REQUESTS {
            Turned::Stop(why)
        } else {
            Turned::Blame
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Refusal::{Certificate, Credentials, NotFound, NotTheService};

    fn hash(number: u8) -> ContentHash {
        ContentHash::of(&[number])
    }

    /// The document `number`, by itself, is turned away.
    fn refuse(doors: &mut Doors, route: Route, number: u8, why: Refusal) -> Turned {
        doors.on_refusal(route, &[hash(number)], why)
    }

    #[test]
    fn one_at_a_time_until_an_entry_came() {
        let mut doors = Doors::default();
        assert!(doors.may_start(Route::Nfe));
        doors.start(Route::Nfe);
        assert!(!doors.may_start(Route::Nfe));
        assert!(!doors.may_start(Route::Cte), "nothing has opened yet");
        doors.on_entry(Route::Nfe);
        assert!(doors.may_start(Route::Nfe));
        doors.start(Route::Nfe);
        assert!(doors.may_start(Route::Nfe) && doors.may_start(Route::Cte));
        doors.start(Route::Cte);
        assert!(!doors.may_start(Route::Cte) && doors.may_start(Route::Cfe));
        doors.leave(Route::Cte);
        assert!(doors.may_start(Route::Cte));
    }

    #[test]
    fn a_second_document_that_is_turned_away_alike_stops_the_run() {
        for why in [Credentials, NotFound, NotTheService, Certificate] {
            let mut doors = Doors::default();
            assert_eq!(refuse(&mut doors, Route::Nfe, 1, why), Turned::TryAnother);
            assert_eq!(refuse(&mut doors, Route::Cte, 2, why), Turned::Stop(why));
        }
    }

    #[test]
    fn it_takes_three_requests_at_most() {
        let mut doors = Doors::default();
        for (document, why, turned) in [
            (1, Credentials, Turned::TryAnother),
            (2, NotFound, Turned::TryAnother),
            (3, Certificate, Turned::Stop(Certificate)),
        ] {
            assert_eq!(refuse(&mut doors, Route::Nfe, document, why), turned);
        }
        let mut doors = Doors::default();
        for (document, turned) in [
            (1, Turned::TryAnother),
            (1, Turned::SetAside(NotFound)),
            (2, Turned::Stop(NotFound)),
        ] {
            assert_eq!(refuse(&mut doors, Route::Nfe, document, NotFound), turned);
        }
        assert!(doors.is_aside(&hash(1)));
    }

    #[test]
    fn a_document_that_a_firewall_dislikes_is_its_own_matter() {
        let mut doors = Doors::default();
        assert_eq!(
            refuse(&mut doors, Route::Nfe, 1, Credentials),
            Turned::TryAnother
        );
        doors.on_entry(Route::Nfe);
        for _ in 0..5 {
            assert_eq!(
                refuse(&mut doors, Route::Nfe, 1, Credentials),
                Turned::Blame
            );
        }
        doors.on_entry(Route::Nfe);
        assert_eq!(
            refuse(&mut doors, Route::Nfe, 2, Credentials),
            Turned::Blame
        );
        assert_eq!(
            refuse(&mut doors, Route::Nfe, 3, Credentials),
            Turned::Stop(Credentials)
        );
    }

    /// Bug: a document that a firewall dislikes, in whatever batch, or two that meet when nothing but retries is left,
    /// ended the run.
    #[test]
    fn what_was_disliked_before_says_nothing_new() {
        let mut doors = Doors::default();
        doors.on_entry(Route::Nfe);
        let batch: Vec<_> = (0..20).map(hash).collect();
        let halves = [&batch[..], &batch[10..], &batch[10..15], &batch[12..15]];
        for half in halves {
            let turned = doors.on_refusal(Route::Nfe, half, Credentials);
            assert_eq!(turned, Turned::Blame);
        }
        doors.on_entry(Route::Nfe);
        assert_eq!(
            refuse(&mut doors, Route::Nfe, 13, Credentials),
            Turned::Blame
        );
        assert_eq!(
            refuse(&mut doors, Route::Nfe, 14, Credentials),
            Turned::Blame
        );
        assert_eq!(
            refuse(&mut doors, Route::Nfe, 31, Credentials),
            Turned::Blame
        );
        doors.on_other();
        assert_eq!(
            refuse(&mut doors, Route::Nfe, 31, Credentials),
            Turned::Blame
        );
        assert_eq!(
            refuse(&mut doors, Route::Nfe, 32, Credentials),
            Turned::Blame
        );
        let stop = Turned::Stop(Credentials);
        assert_eq!(refuse(&mut doors, Route::Nfe, 33, Credentials), stop);
    }

    #[test]
    fn three_batches_in_a_row_are_not_one_documents_matter() {
        let mut doors = Doors::default();
        doors.on_entry(Route::Nfe);
        for (number, turned) in [
            (1, Turned::Blame),
            (2, Turned::Blame),
            (3, Turned::Stop(Credentials)),
        ] {
            let batch = [hash(number * 2), hash(number * 2 + 1)];
            let told = doors.on_refusal(Route::Nfe, &batch, Credentials);
            assert_eq!(told, turned);
        }
    }

    /// Bug: the parts of a batch never counted, and a key that was refused to the last batches was tried to their end.
    #[test]
    fn a_key_that_is_refused_to_the_last_batch_is_not_tried_to_its_end() {
        let mut doors = Doors::default();
        doors.on_entry(Route::Nfe);
        let batch: Vec<_> = (0..20).map(hash).collect();
        let parts = [0..20, 0..10, 10..20, 0..5, 5..10];
        let turned = parts.map(|part| doors.on_refusal(Route::Nfe, &batch[part], Credentials));
        let stops = turned.iter().position(|one| *one != Turned::Blame);
        assert_eq!((stops, turned[4]), (Some(4), Turned::Stop(Credentials)));
        let mut doors = Doors::default();
        doors.on_entry(Route::Nfe);
        for (part, stops) in [(0..2, false), (0..1, false), (1..2, true)] {
            let turned = doors.on_refusal(Route::Nfe, &batch[part], Credentials);
            assert_eq!(turned == Turned::Stop(Credentials), stops);
        }
    }

    #[test]
    fn the_only_document_of_a_route_does_not_stop_a_run_that_works() {
        let mut doors = Doors::default();
        doors.on_entry(Route::Nfe);
        for turned in [Turned::TryAnother, Turned::Blame, Turned::Blame] {
            assert_eq!(refuse(&mut doors, Route::Cte, 1, NotFound), turned);
        }
    }
}
