//! Second step: requests that are recorded leave, as concurrency, rate and gates allow, or are withdrawn.

use tokio::time::Instant;

use super::dispatcher::Dispatcher;
use super::document::Batch;
use crate::zen::{Transport, body};

impl<T: Transport> Dispatcher<T> {
    /// Lets requests leave: a place among those in the air first, the cells of the rate last.
    pub(super) fn launch(&mut self) {
        self.next_cell = None;
        while self.stop.is_none() && self.held.is_none() {
            let Some(batch) = self.ready.front() else {
                return;
            };
            let (documents, probe) = (batch.loaded.len(), batch.probe);
            if self.in_flight() >= self.places(probe) {
                return;
            }
            while self.cells < documents {
                match self.pace.take() {
                    Ok(()) => self.cells += 1,
                    Err(wait) => {
                        self.next_cell = Some(Instant::now() + wait);
                        return;
                    }
                }
            }
            self.cells = 0;
            if let Some(batch) = self.ready.pop_front() {
                self.leave(batch);
            }
        }
    }

    /// How many requests may be in the air.
    fn places(&mut self, probe: bool) -> usize {
        if self.probing {
            usize::from(probe)
        } else {
            let allowed = self.gates.breaker.allowance(self.clock.now());
            allowed.min(self.limits.concurrency).max(1)
        }
    }

    fn leave(&mut self, mut batch: Batch) {
        let items: Vec<_> = batch
            .loaded
            .iter_mut()
            .map(|loaded| std::mem::take(&mut loaded.prepared.item))
            .collect();
        self.loaded_bytes -= items.iter().map(Vec::len).sum::<usize>();
        self.sent += items.len() as u64;
        if batch.probe
            && let Some(loaded) = batch.loaded.first()
        {
            let now = self.clock.now();
            self.gates.breaker.probe_sent(now, loaded.document.hash);
        }
        let body = body(batch.envelope, &items);
        self.fly(batch, body);
    }

    /// Takes back what has not left: recorded as not sent, counted against nobody, due again when the pause ends.
    pub(super) fn withdraw(&mut self) {
        self.cells = 0;
        let why = match (&self.stop, self.held) {
            (Some(stop), _) => stop.code(),
            (None, Some(waiting)) => waiting.code(),
            (None, None) => return,
        };
        for batch in std::mem::take(&mut self.open).into_iter().flatten() {
            self.doors.leave(batch.route);
            for loaded in batch.loaded {
                let document = self.unload(loaded);
                self.again(document, false, Instant::now());
            }
        }
        let queued = std::mem::take(&mut self.queued);
        let ready = std::mem::take(&mut self.ready);
        for batch in queued.into_iter().map(|(_, batch)| batch).chain(ready) {
            self.doors.leave(batch.route);
            let documents = batch.loaded.into_iter().map(|one| self.unload(one));
            let documents: Vec<_> = documents.collect();
            self.record_withdrawn(documents, why);
        }
    }
}
