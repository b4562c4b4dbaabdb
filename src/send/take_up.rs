//! First step: rows become documents, and documents are read. What was read fills requests in `load`.

use tokio::time::Instant;

use super::ahead::at_readers;
use super::archive_watch::Finding;
use super::dispatcher::{Assembly, Dispatcher};
use super::document::{Batch, Document, Pass, Preparation};
use super::intake::Parcel;
use crate::digest::ContentHash;
use crate::journal;
use crate::zen::Transport;

/// Bytes of JSON that may wait to leave, beside one document of any size.
const MOST_LOADED_BYTES: usize = 12 * 1024 * 1024;

/// Documents that are looked at together, to see whether the archive is there again.
const MOST_PEEKS: usize = 16;

/// What there is to take up.
enum Next {
    Parcel(Parcel),
    /// Rows are on their way.
    NotYet,
    /// Nothing, until a retry is due or an answer comes.
    Nothing,
}

impl<T: Transport> Dispatcher<T> {
    /// Has documents read while there is room for them, and closes requests that nothing more can fill.
    pub(super) fn take_up(&mut self) {
        if self.stop.is_some() {
            return;
        }
        if self.held.is_some() {
            return self.drop_settled_rows();
        }
        if self.is_probing() {
            return self.take_up_probe();
        }
        if self.is_peeking() {
            return self.take_up_peek();
        }
        while self.has_room() {
            match self.next_parcel() {
                Next::Parcel(parcel) => self.prepare(parcel),
                Next::NotYet => return,
                Next::Nothing => {
                    if self.preparing == 0 {
                        self.close_open_batches();
                    }
                    return;
                }
            }
        }
        // Open requests may hold so much that there is no room for what would fill them.
        if self.preparing == 0 && self.queued.is_empty() && self.ready.is_empty() {
            self.close_open_batches();
        }
    }

    /// One document, another than the last, and only when nothing else is on its way.
    fn take_up_probe(&mut self) {
        let idle = self.preparing == 0
            && self.queued.is_empty()
            && self.ready.is_empty()
            && self.in_flight() == 0
            && self.unacknowledged.is_empty();
        if !idle {
            return;
        }
        let last = self.gates.breaker.last_probed();
        if let Some(document) = self.take_any_but(last.as_ref()) {
            self.probe = Some(document.hash);
            self.doors.start(document.route);
            self.prepare_one(document);
        }
    }

    /// A document that could not be reached and some that were not asked for yet, to see whether the archive is there.
    fn take_up_peek(&mut self) {
        if self.preparing > 0 {
            return;
        }
        let mut looked_at: Vec<_> = self.intake.take_any_but(None).into_iter().collect();
        while looked_at.len() < MOST_PEEKS
            && self.rows_may_be_read()
            && let Some(fresh) = self.next_fresh()
        {
            looked_at.push(fresh);
        }
        if looked_at.is_empty() {
            self.gates.open_for_archive();
        }
        for document in looked_at {
            self.peeks.push(document.hash);
            self.prepare_one(document);
        }
    }

    /// The manifest's next document, or else any that waits, but not `last` where there is another.
    fn take_any_but(&mut self, last: Option<&ContentHash>) -> Option<Document> {
        let fresh = self.rows_may_be_read().then(|| self.next_fresh()).flatten();
        fresh.or_else(|| self.intake.take_any_but(last))
    }

    fn has_room(&self) -> bool {
        let rate = self.pace.rate_now();
        let ahead = self.ahead.documents(&self.limits, rate);
        let waiting: usize = self
            .queued
            .iter()
            .map(|(_, batch)| batch)
            .chain(&self.ready)
            .map(|batch| batch.loaded.len())
            .sum();
        self.preparing < at_readers(&self.limits, rate)
            && self.preparing + waiting < ahead
            && self.loaded_bytes < MOST_LOADED_BYTES
    }

    fn rows_may_be_read(&self) -> bool {
        !self.intake.is_full() && !self.has_taken_enough()
    }

    /// The next parcel: what is due again, then what waited for its route, then the manifest's next row. After a fault
    /// the next row goes first: whether an outage has begun is soon told by other documents, and never by the same ones.
    fn next_parcel(&mut self) -> Next {
        if self.gates.breaker.is_doubted()
            && let Next::Parcel(parcel) = self.next_fresh_parcel()
        {
            return Next::Parcel(parcel);
        }
        while let Some(parcel) = self.intake.take_due(Instant::now()) {
            if parcel.is_half {
                return Next::Parcel(parcel);
            }
            for document in parcel.documents {
                self.intake.wait_for_route(document);
            }
        }
        let doors = &self.doors;
        if let Some(document) = self.intake.take_for_route(|route| doors.may_start(route)) {
            return Next::Parcel(alone(document));
        }
        self.next_fresh_parcel()
    }

    /// The manifest's next row for a route that may be tried; others wait for theirs.
    fn next_fresh_parcel(&mut self) -> Next {
        while self.rows_may_be_read() && !self.next_row_is_stuck() {
            let Some(document) = self.next_fresh() else {
                return if self.source_ended {
                    Next::Nothing
                } else {
                    Next::NotYet
                };
            };
            if self.doors.may_start(document.route) {
                return Next::Parcel(alone(document));
            }
            self.intake.park(document);
        }
        Next::Nothing
    }

    /// The manifest's next row is for a route that is not open, and enough others wait for that.
    fn next_row_is_stuck(&self) -> bool {
        let route = self.rows.front().and_then(|row| row.route);
        route.is_some_and(|route| !self.doors.may_start(route) && !self.intake.may_park(route))
    }

    /// The next row that is to be sent in this run, as a document.
    fn next_fresh(&mut self) -> Option<Document> {
        while let Some(row) = self.rows.pop_front() {
            let Some(document) = self.standing.take(&row) else {
                continue;
            };
            if self.pass == Pass::Documents {
                self.notes.expect(document.access_key());
            } else if self.holds_back(&[document.access_key()]) {
                continue;
            }
            self.taken += 1;
            return Some(document);
        }
        None
    }

    /// Whether an event of `keys` waits for a note that has not come in; it is counted where that waits for a person.
    pub(super) fn holds_back(&mut self, keys: &[Option<&str>]) -> bool {
        let lacks = self.notes.lack(keys.iter().copied());
        let for_a_person = lacks && self.notes.wait_for_a_person(keys.iter().copied());
        self.behind += u64::from(for_a_person);
        lacks
    }

    /// Drops rows that this run does not send, up to the first that it does: where there is none, nothing has to be
    /// waited for.
    fn drop_settled_rows(&mut self) {
        while let Some(row) = self.rows.front()
            && !self.standing.would_take(row)
        {
            self.rows.pop_front();
        }
    }

    /// Drops rows that this run would not send. Whether one is left that it would.
    pub(super) fn has_another_row(&mut self) -> bool {
        while let Some(row) = self.rows.front() {
            let key = Document::access_key_in(&row.id);
            let waits = self.pass == Pass::Events && self.notes.lack([key]);
            if self.standing.would_take(row) && !waits {
                return true;
            }
            self.rows.pop_front();
        }
        false
    }

    fn prepare(&mut self, parcel: Parcel) {
        let Some(first) = parcel.documents.first() else {
            return;
        };
        let (route, envelope) = (first.route, first.envelope);
        if !parcel.is_half {
            for document in parcel.documents {
                self.doors.start(document.route);
                self.prepare_one(document);
            }
            return;
        }
        self.assembled += 1;
        let serial = self.assembled;
        let batch = Batch {
            route,
            envelope,
            loaded: Vec::with_capacity(parcel.documents.len()),
            probe: false,
        };
        let expected = parcel.documents.len();
        self.halves.insert(serial, Assembly { batch, expected });
        for document in parcel.documents {
            self.half_of.insert(document.hash, serial);
            self.prepare_one(document);
        }
    }

    fn prepare_one(&mut self, document: Document) {
        self.preparing += 1;
        self.readers.prepare(document);
    }

    /// A document was read, or could not be.
    pub(super) fn on_prepared(&mut self, document: Document, preparation: Preparation) {
        self.preparing -= 1;
        let half = self.half_of.remove(&document.hash);
        let peek = self.peeks.iter().position(|one| *one == document.hash);
        let peek = peek.map(|index| self.peeks.swap_remove(index)).is_some();
        if self.stop.is_some() {
            return;
        }
        let astray = self.is_probing() && self.probe != Some(document.hash);
        let is_there = !matches!(preparation, Preparation::Unreachable { .. });
        if is_there {
            self.watch.on_read(Instant::now(), &document.hash);
            self.gates.open_for_archive();
        }
        if !peek && (astray || !matches!(preparation, Preparation::Ready(_))) {
            self.doors.leave(document.route);
        }
        match preparation {
            // It was read to see whether it can be, or for a flow that has stopped meanwhile.
            Preparation::Ready(_) if peek || astray => self.again(document, false, Instant::now()),
            Preparation::Ready(prepared) => self.load(document, prepared, half),
            Preparation::Changed(reason) => {
                self.record_unsent(document, journal::Event::Changed, reason);
            }
            Preparation::Missing(reason) => {
                self.record_unsent(document, journal::Event::Missing, reason);
            }
            Preparation::Unreachable {
                root_is_there,
                reason,
            } => self.on_unreachable(document, root_is_there, reason),
        }
        self.complete_half(half);
    }

    /// A document could not be read, and perhaps the archive is away.
    fn on_unreachable(&mut self, document: Document, root_is_there: bool, reason: String) {
        let now = self.clock.now();
        let instant = Instant::now();
        if self.gates.waits_for_archive(now) {
            // It was asked for before the archive was known to be away.
            self.again(document, false, instant);
            return;
        }
        let hash = document.hash;
        match self
            .watch
            .on_unreachable(Instant::now(), hash, root_is_there)
        {
            Finding::Missing => {
                self.record_unsent(document, journal::Event::Missing, reason);
            }
            Finding::Later => self.again(document, false, instant + Finding::LATER),
            Finding::Away(pause) => {
                self.unreached = format!("{}: {reason}", document.path);
                self.gates.close_for_archive(now, pause);
                self.again(document, false, instant);
            }
        }
    }

    /// One document fewer is awaited for these halves; the last closes the request.
    fn complete_half(&mut self, half: Option<u64>) {
        let Some(serial) = half else { return };
        let Some(assembly) = self.halves.get_mut(&serial) else {
            return;
        };
        assembly.expected -= 1;
        if assembly.expected == 0
            && let Some(assembly) = self.halves.remove(&serial)
            && !assembly.batch.loaded.is_empty()
        {
            self.announce(assembly.batch);
        }
    }
}

/// A parcel of one document.
fn alone(document: Document) -> Parcel {
    Parcel {
        documents: vec![document],
        is_half: false,
    }
}
