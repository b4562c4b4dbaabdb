//! Which documents a pilot sends: one of each sort, to look at in Zen before the first night. Pure.
//!
//! An event whose note Zen has not got would only be refused. So a pilot also sends, for each route of events, one
//! note that an event of the archive belongs to, and of the events only those whose note Zen has.

use std::collections::{HashMap, HashSet};

use super::document::Pass;
use crate::zen::Route;

/// What a pilot still looks for.
#[derive(Debug, Default)]
pub struct Pilot {
    /// Route, layout version and encoding of what was chosen.
    sorts: HashSet<(Route, String)>,
    /// Access keys of notes that events wait for, with the events' routes.
    awaited: HashMap<String, Route>,
    /// Routes of events for which a note has been chosen.
    provided: HashSet<Route>,
    /// Access keys of notes that Zen has.
    arrived: HashSet<String>,
}

impl Pilot {
    /// An event to be sent to `route` belongs to the note of `key`.
    pub fn await_note(&mut self, key: &str, route: Route) {
        self.awaited.entry(key.to_owned()).or_insert(route);
    }

    /// Whether an event waits for the note of `key`.
    #[must_use]
    pub fn awaits(&self, key: &str) -> bool {
        self.awaited.contains_key(key)
    }

    /// Zen has the note of `key`.
    pub fn on_arrival(&mut self, key: &str) {
        self.provided.extend(self.awaited.get(key));
        self.arrived.insert(key.to_owned());
    }

    /// Whether it sends a document of `route`, known by `keys`, whose layout version and encoding are `sort`.
    pub(super) fn chooses(
        &mut self,
        pass: Pass,
        route: Route,
        keys: [Option<&str>; 2],
        sort: &str,
    ) -> bool {
        let keys = || keys.into_iter().flatten();
        match pass {
            Pass::Events => {
                keys().any(|key| self.arrived.contains(key))
                    && self.sorts.insert((route, sort.to_owned()))
            }
            Pass::Documents => {
                let event = keys().find_map(|key| self.awaited.get(key).copied());
                let provides = event.is_some_and(|route| self.provided.insert(route));
                self.sorts.insert((route, sort.to_owned())) || provides
            }
        }
    }

    /// Routes of events for which neither this run nor an earlier one has brought a note in.
    pub fn without_note(&self) -> impl Iterator<Item = Route> {
        let tried = |route: &Route| self.sorts.iter().any(|(tried, _)| tried == route);
        let awaited = |route: &Route| self.awaited.values().any(|one| one == route);
        Route::ALL
            .iter()
            .copied()
            .filter(move |route| awaited(route) && !tried(route))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chooses(pilot: &mut Pilot, route: Route, key: &str, sort: &str) -> bool {
        let pass = if route == Route::NfeEvent {
            Pass::Events
        } else {
            Pass::Documents
        };
        pilot.chooses(pass, route, [Some(key), None], sort)
    }

    #[test]
    fn one_of_each_sort() {
        let mut pilot = Pilot::default();
        assert!(chooses(&mut pilot, Route::Nfe, "a", "4.00 utf-8"));
        assert!(!chooses(&mut pilot, Route::Nfe, "b", "4.00 utf-8"));
        assert!(chooses(&mut pilot, Route::Nfe, "c", "3.10 utf-8"));
        assert!(chooses(&mut pilot, Route::Cte, "d", "4.00 utf-8"));
    }

    #[test]
    fn a_note_that_an_event_waits_for_is_sent_beside_the_first_of_its_sort() {
        let mut pilot = Pilot::default();
        pilot.await_note("b", Route::NfeEvent);
        pilot.await_note("c", Route::NfeEvent);
        assert!(chooses(&mut pilot, Route::Nfe, "a", "4.00"));
        assert!(chooses(&mut pilot, Route::Nfe, "b", "4.00"));
        assert!(
            !chooses(&mut pilot, Route::Nfe, "c", "4.00"),
            "one is enough"
        );
        assert!(
            !chooses(&mut pilot, Route::NfeEvent, "b", "1.00"),
            "its note was not accepted"
        );
        assert_eq!(pilot.without_note().collect::<Vec<_>>(), [Route::NfeEvent]);
        pilot.on_arrival("b");
        assert!(!chooses(&mut pilot, Route::NfeEvent, "c", "1.00"));
        assert!(chooses(&mut pilot, Route::NfeEvent, "b", "1.00"));
        assert_eq!(pilot.without_note().count(), 0);
    }

    #[test]
    fn a_note_that_arrived_in_an_earlier_run_needs_no_other() {
        let mut pilot = Pilot::default();
        pilot.await_note("a", Route::NfeEvent);
        pilot.on_arrival("a");
        assert!(chooses(&mut pilot, Route::Nfe, "b", "4.00"));
        pilot.await_note("c", Route::NfeEvent);
        assert!(!chooses(&mut pilot, Route::Nfe, "c", "4.00"));
        assert!(chooses(&mut pilot, Route::NfeEvent, "a", "1.00"));
    }
}
