//! Outage (Zen indisponível): when the server as a whole has failed, and how it is asked whether it is back.
//!
//! Five requests with a server-wide fault, no success between and no document in two of them, are an outage: one
//! poison document, or the halves of one batch that holds it, are not. Then one document at a time probes, after
//! 30 s, doubling to 15 min. A success brings the flow back step by step.

use std::collections::HashSet;
use std::hash::Hash;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

/// Faults in a row that are an outage.
const FAULTS: usize = 5;

const FIRST_PAUSE: Duration = Duration::from_secs(30);
const LONGEST_PAUSE: Duration = Duration::from_mins(15);

/// A probe of which nothing is heard for so long is given up; its own time-out is the caller's and shorter.
const PROBE_LOST: SignedDuration = SignedDuration::from_mins(30);

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
    /// A probe may leave, or (since when) has left.
    HalfOpen {
        probe: Option<Timestamp>,
    },
    /// Since when the flow comes back.
    Returning {
        since: Timestamp,
    },
}

/// The breaker, over documents known by `D`.
#[derive(Debug)]
pub struct Breaker<D> {
    state: State,
    /// The faults since the last success: which batch they come from, and its documents.
    faults: Vec<(u64, Vec<D>)>,
    documents: HashSet<D>,
    pause: Duration,
    open_since: Option<Timestamp>,
    last_probed: Option<D>,
    random: u64,
}

impl<D: Copy + Eq + Hash> Breaker<D> {
    /// A breaker that lets everything pass; `seed` moves its jitter.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self {
            state: State::Closed,
            faults: Vec::new(),
            documents: HashSet::new(),
            pause: Duration::ZERO,
            open_since: None,
            last_probed: None,
            random: seed,
        }
    }

    /// A request with `documents`, split from the batch `family`, has failed in a way that may be the server's.
    /// With the fault that makes it an outage: the documents of all of them, which are not to blame.
    pub fn on_fault(&mut self, now: Timestamp, family: u64, documents: &[D]) -> Option<Vec<D>> {
        match self.state {
            State::Open { .. } | State::HalfOpen { probe: None } => return None,
            State::HalfOpen { probe: Some(_) } => {
                self.open(now, (self.pause * 2).min(LONGEST_PAUSE));
                return None;
            }
            // While it comes back it is still doubted: the first fault closes it again.
            State::Returning { .. } => {
                self.open(now, self.pause.max(FIRST_PAUSE));
                return Some(documents.to_vec());
            }
            State::Closed => {}
        }
        let again = self.faults.iter().any(|(known, _)| *known == family)
            || documents.iter().any(|one| self.documents.contains(one));
        if again {
            return None;
        }
        self.documents.extend(documents);
        self.faults.push((family, documents.to_vec()));
        if self.faults.len() < FAULTS {
            return None;
        }
        self.open_since = Some(now);
        self.open(now, FIRST_PAUSE);
        let blameless = std::mem::take(&mut self.faults);
        self.documents.clear();
        Some(blameless.into_iter().flat_map(|(_, all)| all).collect())
    }

    /// The server has answered as it should.
    pub fn on_success(&mut self, now: Timestamp) {
        self.faults.clear();
        self.documents.clear();
        match self.state {
            State::HalfOpen { .. } | State::Open { .. } => {
                self.state = State::Returning { since: now };
            }
            State::Returning { since } if steps(since, now) >= STEPS => self.close(),
            State::Returning { .. } | State::Closed => {}
        }
    }

    /// The probe has ended without saying anything of the server.
    pub fn on_probe_void(&mut self) {
        if let State::HalfOpen { probe } = &mut self.state {
            *probe = None;
        }
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
                self.state = State::HalfOpen { probe: None };
                Gate::Probe
            }
            State::HalfOpen { probe } => {
                if probe.is_some_and(|sent| sent.duration_until(now) > PROBE_LOST) {
                    *probe = None;
                }
                Gate::Probe
            }
        }
    }

    /// The probe has left.
    pub fn probe_sent(&mut self, now: Timestamp, document: D) {
        self.last_probed = Some(document);
        self.state = State::HalfOpen { probe: Some(now) };
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
            State::HalfOpen { .. } => 1,
            State::Returning { since } => {
                *since = (*since).min(now);
                let done = steps(*since, now);
                if done >= STEPS {
                    self.close();
                    return usize::MAX;
                }
                1 << done
            }
        }
    }

    /// Since when there is an outage; the return from it is part of it.
    #[must_use]
    pub fn open_since(&self) -> Option<Timestamp> {
        match self.state {
            State::Open { .. } | State::HalfOpen { .. } => self.open_since,
            State::Closed | State::Returning { .. } => None,
        }
    }

    fn open(&mut self, now: Timestamp, pause: Duration) {
        self.pause = pause;
        self.open_since.get_or_insert(now);
        self.random = self
            .random
            .wrapping_mul(0x5851_f42d_4c95_7f2d)
            .wrapping_add(0x1405_7b7e_f767_814f);
        let random = (self.random >> 40) as f64 / f64::from(1u32 << 24);
        let pause = pause + pause.mul_f64(random / 5.0);
        self.state = State::Open { from: now, pause };
    }

    fn close(&mut self) {
        self.state = State::Closed;
        self.pause = Duration::ZERO;
        self.open_since = None;
    }
}

/// Whole steps of the return that are done.
fn steps(since: Timestamp, now: Timestamp) -> u32 {
    let done = since.duration_until(now).as_secs() / STEP.as_secs();
    u32::try_from(done.max(0)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn second(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + seconds).unwrap()
    }

    fn tripped() -> Breaker<u32> {
        let mut breaker = Breaker::new(1);
        for one in 0..4 {
            assert_eq!(breaker.on_fault(second(0), u64::from(one), &[one]), None);
        }
        let blameless = breaker.on_fault(second(0), 4, &[4]);
        assert_eq!(blameless, Some(vec![0, 1, 2, 3, 4]));
        breaker
    }

    #[test]
    fn one_poison_document_is_no_outage() {
        let mut breaker = Breaker::new(1);
        for attempt in 0..100 {
            assert_eq!(breaker.on_fault(second(attempt), 7, &[1u32]), None);
            assert_eq!(breaker.gate(second(attempt)), Gate::Go);
        }
    }

    #[test]
    fn halves_of_one_batch_count_once() {
        let mut breaker = Breaker::new(1);
        for half in 0..20u32 {
            assert_eq!(breaker.on_fault(second(0), 1, &[half]), None);
        }
    }

    #[test]
    fn a_success_between_begins_anew() {
        let mut breaker = Breaker::new(1);
        for one in 0..100u32 {
            assert_eq!(breaker.on_fault(second(0), u64::from(one), &[one]), None);
            if one % 4 == 3 {
                breaker.on_success(second(0));
            }
        }
    }

    #[test]
    fn a_day_of_outage_costs_about_a_hundred_probes() {
        let mut breaker = tripped();
        let (mut now, mut probes) = (0, 0u32);
        while now < 24 * 3600 {
            match breaker.gate(second(now)) {
                Gate::Wait { until } => now += second(now).duration_until(until).as_secs().max(1),
                Gate::Probe => {
                    probes += 1;
                    breaker.probe_sent(second(now), probes % 2);
                    assert_eq!(breaker.on_fault(second(now), 100, &[probes % 2]), None);
                }
                Gate::Go => panic!("open at {now}"),
            }
        }
        assert!((80..=105).contains(&probes), "{probes}");
        assert_eq!(breaker.open_since(), Some(second(0)));
    }

    #[test]
    fn the_flow_comes_back_step_by_step_and_a_fault_stops_it_again() {
        let mut breaker = tripped();
        assert_eq!(breaker.allowance(second(0)), 0);
        assert_eq!(breaker.gate(second(40)), Gate::Probe);
        breaker.probe_sent(second(40), 1);
        breaker.on_success(second(41));
        for (at, allowed) in [(41, 1), (46, 2), (51, 4), (61, 16)] {
            assert_eq!(breaker.allowance(second(at)), allowed, "{at}");
        }
        assert!(breaker.on_fault(second(62), 9, &[9]).is_some());
        assert!(matches!(breaker.gate(second(62)), Gate::Wait { .. }));
        assert_eq!(breaker.gate(second(200)), Gate::Probe);
        breaker.probe_sent(second(200), 2);
        breaker.on_success(second(201));
        assert_eq!(breaker.allowance(second(300)), usize::MAX);
        assert_eq!(breaker.open_since(), None);
    }

    #[test]
    fn a_clock_set_back_does_not_lengthen_the_pause() {
        let mut breaker = tripped();
        let Gate::Wait { until } = breaker.gate(second(-7200)) else {
            panic!()
        };
        assert!(until <= second(-7200 + 36), "{until}");
    }

    #[test]
    fn a_probe_that_is_never_heard_of_is_no_dead_end() {
        let mut breaker = tripped();
        assert_eq!(breaker.gate(second(40)), Gate::Probe);
        breaker.probe_sent(second(40), 1);
        assert_eq!(breaker.gate(second(40 + 3600)), Gate::Probe);
        breaker.on_success(second(3700));
        assert_eq!(breaker.gate(second(3700)), Gate::Go);
    }
}
