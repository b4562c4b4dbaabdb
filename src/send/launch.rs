//! Second step: requests that are recorded leave, as concurrency, rate and gates allow, or are withdrawn.

use std::collections::VecDeque;

use tokio::time::Instant;

use super::dispatcher::Dispatcher;
use super::document::{Batch, Document};
use crate::zen::{Body, Transport};

/// Why a document that was ready is not sent when probes begin.
const OUTAGE: &str = "outage";

impl<T: Transport> Dispatcher<T> {
    /// Lets requests leave: a place among those in the air first, the cells of the rate last.
    pub(super) fn launch(&mut self) {
        self.next_cell = None;
        while self.stop.is_none() && self.held.is_none() && !self.is_peeking() {
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
        if self.is_probing() {
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
        for loaded in &mut batch.loaded {
            loaded.document.left = true;
        }
        if batch.probe
            && let Some(loaded) = batch.loaded.first()
        {
            self.gates.breaker.probe_sent(loaded.document.hash);
        }
        let body = Body::new(batch.envelope, items);
        self.fly(batch, body);
    }

    /// Takes back what has not left, but for a probe while it may: recorded as not sent, counted against nobody, due
    /// again when the pause ends.
    pub(super) fn withdraw(&mut self) {
        let why = match (&self.stop, self.held) {
            (Some(stop), _) => stop.code(),
            (None, Some(waiting)) => waiting.code(),
            (None, None) => OUTAGE,
        };
        let may_stay = self.is_probing() && self.stop.is_none();
        let stays = |batch: &Batch| may_stay && batch.probe;
        let go = |batch: &mut Option<Batch>| batch.take_if(|batch| !stays(batch));
        let open: Vec<_> = self.open.iter_mut().filter_map(go).collect();
        let queued: VecDeque<_>;
        (self.queued, queued) = self.queued.drain(..).partition(|(_, batch)| stays(batch));
        let ready: VecDeque<_>;
        (self.ready, ready) = self.ready.drain(..).partition(stays);
        if !ready.is_empty() {
            self.cells = 0;
        }
        for batch in open {
            for document in self.unload(batch) {
                self.again(document, false, Instant::now());
            }
        }
        for (_, batch) in queued {
            let documents = self.unload(batch);
            self.record_withdrawn(documents, why, false);
        }
        for batch in ready {
            let documents = self.unload(batch);
            self.record_withdrawn(documents, why, true);
        }
    }

    /// Forgets the bytes of a request that is not carried any more.
    fn unload(&mut self, batch: Batch) -> Vec<Document> {
        self.doors.leave(batch.route);
        let items = batch.loaded.iter().map(|one| one.prepared.item.len());
        self.loaded_bytes -= items.sum::<usize>();
        batch.loaded.into_iter().map(|one| one.document).collect()
    }
}
