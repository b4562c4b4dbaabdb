//! First step: rows become documents, documents are read, and what was read fills requests.

use tokio::time::Instant;

use super::archive_watch::Finding;
use super::dispatcher::{Assembly, Dispatcher};
use super::document::{Batch, Document, Loaded, Preparation, Prepared};
use super::intake::Parcel;
use super::pilot::Pilot;
use crate::journal;
use crate::zen::{MAX_BODY_BYTES, Route, Transport, body_bytes};

/// Bytes of JSON that may wait to leave, beside one document of any size.
const MOST_LOADED_BYTES: usize = 12 * 1024 * 1024;

/// How far ahead documents are read where a rate holds them back, in seconds of that rate: enough that a slow disk
/// does not cost a cell, and few enough that little is withdrawn when a pause begins.
const READ_AHEAD_SECONDS: f64 = 0.5;

/// How many documents more than may be in the air are read and recorded ahead where nothing holds them back: the more
/// attempts one sync of the journal makes durable, the less each costs.
const MOST_AHEAD: usize = 256;

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
        if self.probing {
            self.take_up_probe();
            return;
        }
        while self.stop.is_none() && self.held.is_none() && self.has_room() {
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
    }

    /// One document, another than the last, and only when nothing else is on its way.
    fn take_up_probe(&mut self) {
        let idle = self.preparing == 0
            && self.queued.is_empty()
            && self.ready.is_empty()
            && self.in_flight() == 0
            && self.unacknowledged.is_empty();
        if self.stop.is_some() || self.held.is_some() || !idle {
            return;
        }
        let last = self.gates.breaker.last_probed();
        let fresh = self.rows_may_be_read().then(|| self.next_fresh()).flatten();
        let document = match fresh {
            Some(document) => Some(document),
            None => self.intake.take_any_but(last.as_ref()),
        };
        if let Some(document) = document {
            self.doors.start(document.route);
            self.prepare_one(document);
        }
    }

    fn has_room(&self) -> bool {
        let full = self.limits.concurrency * self.limits.batch;
        let free = full + MOST_AHEAD.min(full * 2);
        let ahead = self.pace.rate_now().map_or(free, |rate| {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "saturates"
            )]
            let ahead = (rate * READ_AHEAD_SECONDS) as usize;
            full.min(ahead + self.limits.batch)
        });
        let waiting: usize = self
            .queued
            .iter()
            .map(|(_, batch)| batch)
            .chain(&self.ready)
            .map(|batch| batch.loaded.len())
            .sum();
        self.preparing + waiting < ahead.max(1) && self.loaded_bytes < MOST_LOADED_BYTES
    }

    fn rows_may_be_read(&self) -> bool {
        !self.intake.is_full() && !self.has_taken_enough()
    }

    /// The next parcel: what is due again, then what waited for its route, then the manifest's next row.
    fn next_parcel(&mut self) -> Next {
        while let Some(parcel) = self.intake.take_due(Instant::now()) {
            if parcel.family.is_some() {
                return Next::Parcel(parcel);
            }
            for document in parcel.documents {
                self.intake.wait_for_route(document);
            }
        }
        for route in Route::ALL {
            if self.doors.may_start(*route)
                && let Some(document) = self.intake.take_for_route(*route)
            {
                return Next::Parcel(alone(document));
            }
        }
        while self.rows_may_be_read() {
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
            self.intake.wait_for_route(document);
        }
        Next::Nothing
    }

    /// The next row that is to be sent in this run, as a document.
    fn next_fresh(&mut self) -> Option<Document> {
        while let Some(row) = self.rows.pop_front() {
            if let Some(document) = self.standing.take(&row) {
                self.taken += 1;
                return Some(document);
            }
        }
        None
    }

    fn prepare(&mut self, parcel: Parcel) {
        let Some(first) = parcel.documents.first() else {
            return;
        };
        let (route, envelope) = (first.route, first.envelope);
        let Some(family) = parcel.family else {
            for document in parcel.documents {
                self.doors.start(document.route);
                self.prepare_one(document);
            }
            return;
        };
        self.families += 1;
        let serial = self.families;
        let batch = Batch {
            family,
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
        if self.stop.is_some() {
            return;
        }
        match preparation {
            Preparation::Ready(prepared) => {
                let finding = self.watch.on_read();
                self.apply_finding(finding);
                self.load(document, prepared, half);
            }
            Preparation::Changed(reason) => {
                let finding = self.watch.on_read();
                self.apply_finding(finding);
                self.leave_door(document.route);
                self.record_unsent(document, journal::Event::Changed, reason);
            }
            Preparation::Missing(reason) => {
                self.leave_door(document.route);
                let readers = &mut self.readers;
                let finding = self
                    .watch
                    .on_unread(document, reason, || readers.archive_is_there());
                self.apply_finding(finding);
            }
        }
        self.complete_half(half);
    }

    /// At the end of a pass: what could not be read is missing, or the archive is. True: there is more to do.
    pub(super) fn settle_unread_at_end(&mut self) -> bool {
        let readers = &mut self.readers;
        let finding = self.watch.on_end(|| readers.archive_is_there());
        let found = finding != Finding::Undecided;
        self.apply_finding(finding);
        found
    }

    fn apply_finding(&mut self, finding: Finding) {
        match finding {
            Finding::Undecided => {}
            Finding::Missing(documents) => {
                for (document, reason) in documents {
                    self.record_unsent(document, journal::Event::Missing, reason);
                }
            }
            Finding::Unreachable(documents, pause) => {
                self.gates.close_for_archive(self.clock.now(), pause);
                for document in documents {
                    self.intake.retry_one(Instant::now(), document);
                }
            }
        }
    }

    /// Puts a document that was read into the request it belongs to.
    fn load(&mut self, document: Document, prepared: Prepared, half: Option<u64>) {
        let keys = [document.access_key(), prepared.second_key.as_deref()];
        let pass = self.pass;
        let chosen = |pilot: &mut Pilot| pilot.chooses(pass, document.route, keys, &prepared.sort);
        if half.is_none() && !self.pilot.as_mut().is_none_or(chosen) {
            // It waits for the real run.
            self.leave_door(document.route);
            self.taken -= 1;
            return;
        }
        self.loaded_bytes += prepared.item.len();
        let loaded = Loaded { document, prepared };
        if let Some(assembly) = half.and_then(|serial| self.halves.get_mut(&serial)) {
            assembly.batch.loaded.push(loaded);
            return;
        }
        let route = loaded.document.route;
        let most = if self.probing || !self.doors.is_open(route) {
            1
        } else {
            self.limits.batch
        };
        if self.open[route as usize]
            .as_ref()
            .is_some_and(|batch| !fits(batch, &loaded))
        {
            self.close_open_batch(route);
        }
        let batch = self.open[route as usize].get_or_insert_with(|| {
            self.families += 1;
            Batch {
                family: self.families,
                route,
                envelope: loaded.document.envelope,
                loaded: Vec::new(),
                probe: self.probing,
            }
        });
        batch.loaded.push(loaded);
        if batch.loaded.len() >= most {
            self.close_open_batch(route);
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

    fn close_open_batches(&mut self) {
        for route in Route::ALL {
            self.close_open_batch(*route);
        }
    }

    fn close_open_batch(&mut self, route: Route) {
        if let Some(batch) = self.open[route as usize].take() {
            self.announce(batch);
        }
    }

    /// Records that the documents of `batch` are about to be sent; it may leave when that is synced.
    fn announce(&mut self, mut batch: Batch) {
        for loaded in &mut batch.loaded {
            loaded.document.requests += 1;
        }
        let now = self.clock.now();
        if let Some(number) = self.pen.attempts(now, &batch) {
            self.queued.push_back((number, batch));
        }
    }

    /// A document of `route` is done with, where one at a time is on its way.
    pub(super) fn leave_door(&mut self, route: Route) {
        self.doors.leave(route);
    }
}

fn alone(document: Document) -> Parcel {
    Parcel {
        documents: vec![document],
        family: None,
    }
}

/// Whether `loaded` may join `batch`: same envelope, no second document of one access key, within the size that
/// the server takes.
fn fits(batch: &Batch, loaded: &Loaded) -> bool {
    let items = batch.loaded.iter().map(|one| one.prepared.item.len());
    batch.envelope == loaded.document.envelope
        && !batch.holds_key(loaded.document.access_key())
        && body_bytes(batch.envelope, items.chain([loaded.prepared.item.len()])) <= MAX_BODY_BYTES
}
