//! How a run stands, for whoever watches it.

use jiff::Timestamp;

use super::document::Pass;
use crate::diff::Balance;

/// What a run is waiting for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Waiting {
    /// Quiet hours (horário sem envio).
    QuietHours {
        /// Their end.
        until: Timestamp,
    },
    /// Zen does not answer (Zen indisponível).
    Outage {
        /// The next look.
        until: Timestamp,
        /// Nothing has been answered in this run: perhaps nobody is there.
        unheard: bool,
    },
    /// The server asked for it.
    RetryAfter {
        /// The end of the wait.
        until: Timestamp,
        /// It asked for more than is believed.
        absurd: bool,
    },
    /// The files cannot be reached.
    Archive {
        /// The next look.
        until: Timestamp,
    },
    /// Documents that failed are due again later; nothing else is left.
    Retry {
        /// The first of them.
        until: Timestamp,
    },
    /// Nothing new is sent any more; what is in flight is being finished.
    Draining,
}

impl Waiting {
    /// The word in the journal's `pause`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::QuietHours { .. } => "quiet-hours",
            Self::Outage { .. } => "outage",
            Self::RetryAfter { .. } => "retry-after",
            Self::Archive { .. } => "archive-unreachable",
            Self::Retry { .. } => "retry",
            Self::Draining => "draining",
        }
    }

    /// Until when, where that is known.
    #[must_use]
    pub const fn until(self) -> Option<Timestamp> {
        match self {
            Self::QuietHours { until }
            | Self::Outage { until, .. }
            | Self::RetryAfter { until, .. }
            | Self::Archive { until }
            | Self::Retry { until } => Some(until),
            Self::Draining => None,
        }
    }
}

/// How a run stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Snapshot {
    /// Now.
    pub now: Timestamp,
    /// The balance, of which only durable results are part.
    pub balance: Balance,
    /// Which pass.
    pub pass: Pass,
    /// Requests underway.
    pub in_flight: usize,
    /// Documents that left in this run, repeats counted.
    pub sent: u64,
    /// Documents whose answer is durable, in this run.
    pub answered: u64,
    /// Documents a second that are allowed now; `None` is unlimited.
    pub ceiling: Option<f64>,
    /// What is waited for, if anything.
    pub waiting: Option<Waiting>,
    /// Why, where Zen or the files are away: the last fault, or the first file that cannot be reached; else empty.
    pub cause: String,
}
