//! Whether anything may leave now, and for how long not. Decisions are [`crate::policy`]'s; here they are asked in
//! one place and one order.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::snapshot::Waiting;
use crate::digest::ContentHash;
use crate::policy::{Breaker, Gate, QuietHours, Throttle};

/// What the gates say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    /// Documents may leave.
    Open,
    /// One document may leave, to ask whether the outage is over.
    Probe,
    /// Nothing may leave, but a document may be read, to see whether the archive is there again.
    Peek,
    /// Nothing may leave.
    Closed(Waiting),
}

/// Pause, a fifth more, and the longest wait for an answer.
const LONGEST_UNSEEN: SignedDuration = SignedDuration::from_mins(30);

/// The gates of one run.
#[derive(Debug)]
pub(super) struct Gates {
    pub breaker: Breaker<ContentHash>,
    pub throttle: Throttle,
    quiet: QuietHours,
    /// Known to be outside quiet hours from the first until the second.
    open: Option<(Timestamp, Timestamp)>,
    /// The archive is away, and is not looked at from the first until the second.
    archive: Option<(Timestamp, Timestamp)>,
    outage_limit: SignedDuration,
    /// A request of this run was answered, in whatever way.
    pub heard: bool,
}

impl Gates {
    pub fn new(quiet: QuietHours, outage_limit: Duration, breaker: Breaker<ContentHash>) -> Self {
        Self {
            breaker,
            throttle: Throttle::default(),
            quiet,
            open: None,
            archive: None,
            outage_limit: SignedDuration::try_from(outage_limit).unwrap_or(SignedDuration::MAX),
            heard: false,
        }
    }

    /// Asks all of them. Quiet hours come first: they stop probes too.
    pub fn look(&mut self, now: Timestamp) -> Look {
        if let Some(until) = self.quiet_until(now) {
            return Look::Closed(Waiting::QuietHours { until });
        }
        if let Some(until) = self.throttle.wait_until(now) {
            let absurd = self.throttle.is_absurd();
            return Look::Closed(Waiting::RetryAfter { until, absurd });
        }
        if let Some((from, until)) = &mut self.archive {
            if now < *from {
                // The clock was set back: what is left of the pause starts anew.
                *until = now + from.duration_until(*until);
                *from = now;
            }
            if now < *until {
                return Look::Closed(Waiting::Archive { until: *until });
            }
            return Look::Peek;
        }
        match self.breaker.gate(now) {
            Gate::Go => Look::Open,
            Gate::Probe => Look::Probe,
            Gate::Wait { until } => Look::Closed(Waiting::Outage {
                until,
                unheard: !self.heard,
            }),
        }
    }

    /// The archive cannot be reached: it is looked at again after `pause`.
    pub fn close_for_archive(&mut self, now: Timestamp, pause: Duration) {
        self.archive = Some((now, now + pause));
    }

    /// A document could be read.
    pub fn open_for_archive(&mut self) {
        self.archive = None;
    }

    /// Whether the archive is away and the next look is not due yet.
    pub fn waits_for_archive(&self, now: Timestamp) -> bool {
        self.archive.is_some_and(|(_, until)| now < until)
    }

    /// Whether an outage has lasted as long as the operator allows, quiet hours not counted.
    pub fn outage_is_over_limit(&self, now: Timestamp) -> bool {
        self.breaker
            .open_since()
            .is_some_and(|since| self.quiet.open_between(since, now) >= self.outage_limit)
            && !self.has_slept(now)
    }

    /// Whether the outage was not looked at for longer than the longest pause between two probes: the computer has slept
    /// or its clock was set, and whether the service is back is asked first.
    fn has_slept(&self, now: Timestamp) -> bool {
        let seen = self.breaker.last_seen();
        seen.is_some_and(|seen| self.quiet.open_between(seen, now) > LONGEST_UNSEEN)
    }

    /// How long an outage may go on at least, if there is one.
    pub fn outage_left(&self, now: Timestamp) -> Option<Duration> {
        let since = self.breaker.open_since()?;
        let lasted = self.quiet.open_between(since, now);
        Some(
            self.outage_limit
                .saturating_sub(lasted)
                .try_into()
                .unwrap_or_default(),
        )
    }

    /// The end of the quiet hours that `now` lies in. Zones and holidays are asked only when the answer may have
    /// changed, for this is asked before every request.
    fn quiet_until(&mut self, now: Timestamp) -> Option<Timestamp> {
        if let Some((from, to)) = self.open
            && (from..to).contains(&now)
        {
            return None;
        }
        self.open = None;
        let until = self.quiet.quiet_until(now);
        if until.is_none() {
            let day_on = now + Duration::from_hours(24);
            let to = self.quiet.next_quiet(now).unwrap_or(day_on).min(day_on);
            self.open = Some((now, to));
        }
        until
    }
}
