//! Between the first step and the second: what was read fills requests, and full requests are recorded.

use tokio::time::Instant;

use super::dispatcher::Dispatcher;
use super::document::{Batch, Document, Loaded, Pass, Prepared};
use super::pilot::Pilot;
use crate::zen::{MAX_BODY_BYTES, Route, Transport, body_bytes};

impl<T: Transport> Dispatcher<T> {
    /// Puts a document that was read into the request it belongs to.
    pub(super) fn load(&mut self, document: Document, prepared: Prepared, half: Option<u64>) {
        if half.is_none() && !self.is_wanted(&document, &prepared) {
            // It waits for another run.
            self.doors.leave(document.route);
            self.taken -= u64::from(!document.left);
            return;
        }
        self.loaded_bytes += prepared.item.len();
        let loaded = Loaded { document, prepared };
        if let Some(assembly) = half.and_then(|serial| self.halves.get_mut(&serial)) {
            assembly.batch.loaded.push(loaded);
            return;
        }
        let route = loaded.document.route;
        let probe = self.is_probing();
        let alone = loaded.document.access_key().is_none();
        let most = if alone || probe || !self.doors.is_open(route) || !route.takes_batches() {
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
        let batch = self.open[route as usize].get_or_insert_with(|| Batch {
            route,
            envelope: loaded.document.envelope,
            loaded: Vec::new(),
            probe,
        });
        batch.loaded.push(loaded);
        if batch.loaded.len() >= most || bytes_with(batch, None) >= MAX_BODY_BYTES {
            self.close_open_batch(route);
        }
    }

    /// Whether this run sends a document, now that it was read.
    fn is_wanted(&mut self, document: &Document, prepared: &Prepared) -> bool {
        let keys = [document.access_key(), prepared.second_key.as_deref()];
        if self.pass == Pass::Events && !document.left && self.holds_back(&keys) {
            return false;
        }
        if document.requests > 0 {
            return true;
        }
        let pass = self.pass;
        let chosen = |pilot: &mut Pilot| pilot.chooses(pass, document.route, keys, &prepared.sort);
        self.pilot.as_mut().is_none_or(chosen)
    }

    pub(super) fn close_open_batches(&mut self) {
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
    pub(super) fn announce(&mut self, mut batch: Batch) {
        for loaded in &mut batch.loaded {
            loaded.document.requests += 1;
        }
        let now = self.clock.now();
        if let Some(number) = self.pen.attempts(now, &batch) {
            self.ahead.queued(number, Instant::now());
            self.queued.push_back((number, batch));
        }
    }
}

/// Whether `loaded` may join `batch`: same envelope, no second document of one access key, within the size that the
/// server takes. One whose key is not known may be a second one, and no entry of an answer would be found for it.
fn fits(batch: &Batch, loaded: &Loaded) -> bool {
    batch.envelope == loaded.document.envelope
        && loaded
            .document
            .access_key()
            .is_some_and(|key| !batch.holds_key(key))
        && bytes_with(batch, Some(loaded)) <= MAX_BODY_BYTES
}

/// The length of a request with what `batch` holds, and one more.
fn bytes_with(batch: &Batch, more: Option<&Loaded>) -> usize {
    let items = batch.loaded.iter().chain(more);
    body_bytes(batch.envelope, items.map(|one| one.prepared.item.len()))
}
