//! Beside the steps of a document: the gates and the clock are asked, the run stops or goes on to its second pass, and
//! how it stands is shown.

use jiff::Timestamp;
use tokio::time::Instant;

use super::dispatcher::Dispatcher;
use super::document::Pass;
use super::ending::{Ending, StopReason};
use super::gates::Look;
use super::snapshot::{Snapshot, Waiting};
use crate::zen::Transport;

impl<T: Transport> Dispatcher<T> {
    /// Asks the gates and the clock; what must wait is withdrawn, and a pause that begins or ends is recorded.
    pub(super) fn look_at_gates(&mut self) {
        let now = self.clock.now();
        self.check_limits(now);
        let look = self.gates.look(now);
        self.look = look;
        self.held = match look {
            Look::Closed(waiting) => Some(waiting),
            Look::Open | Look::Probe | Look::Peek => None,
        };
        if self.stop.is_none() {
            self.note_pause(look, now);
        }
        self.pace.slow_to(self.gates.throttle.factor(now));
        if self.held.is_some() || self.is_probing() || self.stop.is_some() {
            self.withdraw();
        }
    }

    /// Records where a pause begins, and where documents leave again: a probe is no end of an outage.
    fn note_pause(&mut self, look: Look, now: Timestamp) {
        match look {
            Look::Closed(waiting) if self.paused != Some(waiting) => {
                let cause = self.cause(waiting).to_owned();
                self.pen.pause(now, waiting, &cause);
                self.paused = Some(waiting);
            }
            Look::Open => {
                if let Some(waiting) = self.paused.take() {
                    self.pen.resume(now, waiting);
                }
            }
            Look::Closed(_) | Look::Probe | Look::Peek => {}
        }
    }

    /// Stops softly where a limit of the run is reached.
    fn check_limits(&mut self, now: Timestamp) {
        if self.stop.is_some() {
            return;
        }
        let reason = if self.limits.until.is_some_and(|until| now >= until) {
            StopReason::Until
        } else if self
            .limits
            .max_duration
            .is_some_and(|most| self.started.elapsed() >= most)
        {
            StopReason::MaxDuration
        } else if self.gates.outage_is_over_limit(now) {
            StopReason::OutageLimit
        } else {
            return;
        };
        self.stop_for(reason);
    }

    /// Nothing new leaves any more. The first reason stays, but a failure is the stronger one, and an interruption is
    /// stronger than what was to stop softly.
    pub(super) fn stop_for(&mut self, reason: StopReason) {
        let stronger = match (&self.stop, &reason) {
            (None, _) => true,
            (Some(StopReason::Fatal(_)), _) => false,
            (Some(_), reason) => {
                matches!(reason, StopReason::Fatal(_) | StopReason::Interrupted)
            }
        };
        if stronger {
            self.stop = Some(reason);
        }
        self.intake.clear();
        self.limbo.clear();
        self.aside.clear();
    }

    /// A single document may leave, to ask whether the outage is over.
    pub(super) fn is_probing(&self) -> bool {
        self.look == Look::Probe
    }

    /// Documents may be read, to see whether the archive is there again, and none may leave.
    pub(super) fn is_peeking(&self) -> bool {
        self.look == Look::Peek
    }

    /// As many documents as the run may send have been taken from the manifest.
    pub(super) fn has_taken_enough(&self) -> bool {
        self.limits.max_docs.is_some_and(|most| self.taken >= most)
    }

    /// Whether no document is on its way.
    pub(super) fn is_idle(&self) -> bool {
        self.preparing == 0
            && self.queued.is_empty()
            && self.ready.is_empty()
            && self.in_flight() == 0
            && self.unacknowledged.is_empty()
            && self.open.iter().all(Option::is_none)
    }

    /// With no document on its way: goes on to the next pass. True: there is nothing more to do.
    pub(super) fn advance(&mut self) -> bool {
        if self.stop.is_some() {
            return true;
        }
        if self.intake.len() > 0 {
            return false;
        }
        let is_last = self.source_ended && self.rows.is_empty() && self.pass == Pass::Events;
        if !self.aside.is_empty() && (is_last || self.has_taken_enough()) {
            // Nothing else has worked, so it is not this document's own matter.
            if let Some(why) = self.aside_why.take() {
                self.stop_for(StopReason::Fatal(why));
            }
            return true;
        }
        if self.has_taken_enough() && self.has_another_row() {
            self.stop_for(StopReason::MaxDocs);
            return true;
        }
        if !self.source_ended || !self.rows.is_empty() {
            return false;
        }
        if self.pass == Pass::Documents {
            self.pass = Pass::Events;
            self.source = self.manifest.read(Pass::Events);
            self.source_ended = false;
            return false;
        }
        if let Some(pilot) = &self.pilot {
            let untried = pilot.without_note().collect();
            self.stop_for(StopReason::Pilot { untried });
        } else if self.standing.leaves_some_for_later() {
            self.stop_for(StopReason::MaxDocs);
        }
        true
    }

    pub(super) fn show(&mut self) {
        if Instant::now() < self.next_look {
            return;
        }
        self.next_look = Instant::now() + self.observe_every;
        let snapshot = self.snapshot();
        self.observer.show(&snapshot);
    }

    fn snapshot(&self) -> Snapshot {
        let now = self.clock.now();
        let retry = || {
            let due = self.intake.next_due()?;
            let nothing_else = self.is_idle() && self.source_ended && self.rows.is_empty();
            let until = now + due.saturating_duration_since(Instant::now());
            nothing_else.then_some(Waiting::Retry { until })
        };
        let waiting = match &self.stop {
            Some(_) => Some(Waiting::Draining),
            None => self.held.or_else(retry),
        };
        Snapshot {
            now,
            balance: self.standing.balance(),
            pass: self.pass,
            in_flight: self.in_flight(),
            sent: self.sent,
            answered: self.standing.answered(),
            ceiling: self.pace.rate_now(),
            cause: waiting.map_or("", |waiting| self.cause(waiting)).to_owned(),
            waiting,
        }
    }

    /// Why there is a pause, if that is not clear from what it is.
    fn cause(&self, waiting: Waiting) -> &str {
        match waiting {
            Waiting::Outage { .. } => &self.fault,
            Waiting::Archive { .. } => &self.unreached,
            _ => "",
        }
    }

    pub(super) fn finish(mut self) -> Ending {
        for (_, settlements) in std::mem::take(&mut self.unacknowledged) {
            self.lose(settlements);
        }
        let flying = self.flying.iter().flatten();
        for loaded in flying.flat_map(|flight| &flight.batch.loaded) {
            self.standing.count_unanswered(&loaded.document);
        }
        let now = self.clock.now();
        let balance = self.standing.balance();
        let failure = self.unrecorded_failure();
        self.pen.end(now, self.stop.as_ref(), &balance);
        let snapshot = self.snapshot();
        self.observer.show(&snapshot);
        Ending {
            reason: failure.map(StopReason::Fatal).or(self.stop),
            interrupted: self.signal.is_some(),
            balance,
            unrecorded: self.unrecorded,
            sent: self.sent,
            unheard: self.sent > 0 && !self.gates.heard,
            behind: self.behind,
        }
    }
}
