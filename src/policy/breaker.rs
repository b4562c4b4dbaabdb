//! Outage (Zen indisponível): when the server as a whole has failed, and how it is asked whether it is back.
//!
//! Five requests with a server-wide fault, no success between and no document in two of them, are an outage: one
//! poison document, or the parts of a batch that hold it, are not. The parts of batches in which every document fails
//! are: else the last batches of a night would be sent to a dead server until each document is out of attempts. Then one document at a time probes, after
//! 30 s, doubling to 15 min. A success brings the flow back step by step.
//!
//! A document that failed while others went through is suspected: its faults are its own from then on. Else the poison
//! documents of an archive, which meet when nothing but retries is left, would be taken for an outage.

use std::collections::HashSet;
use std::hash::Hash;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::Apart;

/// Faults in a row that are an outage.
const FAULTS: usize = 5;

/// While the flow comes back the server is still doubted.
const FAULTS_WHILE_RETURNING: usize = 3;

/// Faults in a row, those of suspected documents counted, that are an outage after all: so many poison documents with
/// nothing between that goes through are not.
const FAULTS_OF_ANY: usize = 50;

const FIRST_PAUSE: Duration = Duration::from_secs(30);
const LONGEST_PAUSE: Duration = Duration::from_mins(15);

/// How long each step of the return lasts; a step doubles what may be in the air.
const STEP: SignedDuration = SignedDuration::from_secs(5);

/// Steps until the flow is whole.
const STEPS: u32 = 10;

/// What may leave now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gate {
    /// Everything.
    Go,
    /// Nothing, until then.
    Wait {
        /// The next probe.
        until: Timestamp,
    },
    /// One document, to ask whether the server is back.
    Probe,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Closed,
    /// Nothing leaves from `from` for `pause`.
    Open {
        from: Timestamp,
        pause: Duration,
    },
    /// A probe may leave, or has left. The caller sends one at a time and hears of each, for a request has its time-out;
    /// one that it does not hear of keeps no other back.
    HalfOpen,
    /// Since when the flow comes back.
    Returning {
        since: Timestamp,
    },
}

/// The breaker, over documents known by `D`.
#[derive(Debug)]
pub struct Breaker<D> {
    state: State,
    /// Requests that have failed since the last success.
    faults: Apart<D>,
    /// Documents that have failed since the last success, or in the outage that lasts.
    failed: HashSet<D>,
    /// Documents that failed while others went through.
    suspects: HashSet<D>,
    pause: Duration,
    open_since: Option<Timestamp>,
    /// When it was last seen that the outage goes on.
    seen: Option<Timestamp>,
    last_probed: Option<D>,
    random: u64,
}

impl<D: Copy + Eq + Hash> Breaker<D> {
    /// A breaker that lets everything pass; `seed` moves its jitter.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self {
            state: State::Closed,
            faults: Apart::default(),
            failed: HashSet::new(),
            suspects: HashSet::new(),
            pause: Duration::ZERO,
            open_since: None,
            seen: None,
            last_probed: None,
            random: seed,
        }
    }

    /// A request with `documents` has failed in a way that may be the server's; it was no probe. True: with this fault it
    /// is an outage, and no document is to blame since the last success.
    pub fn on_fault(&mut self, now: Timestamp, documents: &[D]) -> bool {
        let most = match self.state {
            State::Closed => FAULTS,
            State::Returning { .. } => FAULTS_WHILE_RETURNING,
            State::Open { .. } | State::HalfOpen => {
                // It left before the outage was known.
                self.failed.extend(documents);
                return false;
            }
        };
        self.failed.extend(documents);
        self.faults.add(documents);
        let is_innocent = |one: &D| !self.suspects.contains(one);
        let innocent = self.faults.iter().filter(|one| one.iter().any(is_innocent));
        if innocent.count() < most && self.faults.len() < FAULTS_OF_ANY {
            return false;
        }
        (self.open_since, self.seen) = (Some(now), Some(now));
        self.open(now, FIRST_PAUSE);
        true
    }

    /// The server has answered a request with `documents` as it should; that request was no probe. What left before an
    /// outage does not end it.
    pub fn on_success(&mut self, now: Timestamp, documents: &[D]) {
        match self.state {
            State::Open { .. } | State::HalfOpen => self.forget(documents),
            State::Closed | State::Returning { .. } => self.clear(documents),
        }
        if let State::Returning { since } = self.state
            && steps(since, now) >= STEPS
        {
            self.state = State::Closed;
        }
    }

    /// The probe has come back. Whatever it brought but a success, the outage goes on.
    pub fn on_probe(&mut self, now: Timestamp, document: D, success: bool) {
        if self.state != State::HalfOpen {
            return;
        }
        if success {
            self.clear(&[document]);
            self.pause = Duration::ZERO;
            self.open_since = None;
            self.state = State::Returning { since: now };
        } else {
            self.failed.insert(document);
            self.seen = Some(now);
            self.open(now, (self.pause * 2).min(LONGEST_PAUSE));
        }
    }

    /// Whether something has failed since the last success: what goes next should be another document.
    #[must_use]
    pub fn is_doubted(&self) -> bool {
        !self.faults.is_empty()
    }

    /// `documents` are done with, or will not be sent again.
    pub fn forget(&mut self, documents: &[D]) {
        for document in documents {
            self.failed.remove(document);
            self.suspects.remove(document);
        }
    }

    /// After a success: what failed before it did so by itself.
    fn clear(&mut self, documents: &[D]) {
        self.suspects.extend(self.failed.drain());
        self.forget(documents);
        self.begin_anew();
    }

    fn begin_anew(&mut self) {
        self.faults = Apart::default();
    }

    /// What may leave now.
    pub fn gate(&mut self, now: Timestamp) -> Gate {
        match &mut self.state {
            State::Closed | State::Returning { .. } => Gate::Go,
            State::Open { from, pause } => {
                // A clock set back must not make the pause longer than it was meant to be.
                *from = (*from).min(now);
                let until = *from + *pause;
                if now < until {
                    return Gate::Wait { until };
                }
                self.state = State::HalfOpen;
                Gate::Probe
            }
            State::HalfOpen => Gate::Probe,
        }
    }

    /// The probe, which is `document`, has left.
    pub fn probe_sent(&mut self, document: D) {
        self.last_probed = Some(document);
    }

    /// The document that probed last: the next probe is another, where there is one.
    #[must_use]
    pub fn last_probed(&self) -> Option<D> {
        self.last_probed
    }

    /// How many requests may be in the air.
    pub fn allowance(&mut self, now: Timestamp) -> usize {
        match &mut self.state {
            State::Closed => usize::MAX,
            State::Open { .. } => 0,
            State::HalfOpen => 1,
            State::Returning { since } => {
                *since = (*since).min(now);
                let done = steps(*since, now);
                if done >= STEPS {
                    self.state = State::Closed;
                    return usize::MAX;
                }
                1 << done
            }
        }
    }

    /// When it was last seen that the outage goes on: a fault or a probe that failed.
    #[must_use]
    pub const fn last_seen(&self) -> Option<Timestamp> {
        self.seen
    }

    /// Since when there is an outage.
    #[must_use]
    pub fn open_since(&self) -> Option<Timestamp> {
        self.open_since
    }

    fn open(&mut self, now: Timestamp, pause: Duration) {
        self.pause = pause;
        self.begin_anew();
        self.random = self
            .random
            .wrapping_mul(0x5851_f42d_4c95_7f2d)
            .wrapping_add(0x1405_7b7e_f767_814f);
        let random = (self.random >> 40) as f64 / f64::from(1u32 << 24);
        let pause = pause + pause.mul_f64(random / 5.0);
        self.state = State::Open { from: now, pause };
    }
}

/// Whole steps of the return that are done.
fn steps(since: Timestamp, now: Timestamp) -> u32 {
    let done = since.duration_until(now).as_secs() / STEP.as_secs();
    u32::try_from(done.max(0)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests;
