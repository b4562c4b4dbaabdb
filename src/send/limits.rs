//! What bounds a run, settled before it starts.

use std::time::Duration;

use jiff::Timestamp;

use crate::policy::QuietHours;

/// When refusals stop the run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum RejectedLimit {
    /// After so many.
    Count(u64),
    /// When so many of a hundred answers are refusals, after [`RejectedLimit::SETTLED_ANSWERS`].
    Percent(f64),
}

impl RejectedLimit {
    /// Answers after which a share means something.
    pub const SETTLED_ANSWERS: u64 = 1000;

    /// Whether `rejected` of `answers` (accepted or rejected) go beyond it.
    #[must_use]
    pub fn is_exceeded(self, rejected: u64, answers: u64) -> bool {
        match self {
            Self::Count(most) => rejected > most,
            Self::Percent(most) => {
                answers >= Self::SETTLED_ANSWERS && rejected as f64 * 100.0 > most * answers as f64
            }
        }
    }
}

/// The bounds of one run.
#[derive(Debug)]
pub struct Limits {
    /// Documents a second; `None` is unlimited.
    pub rate: Option<f64>,
    /// Requests underway at once.
    pub concurrency: usize,
    /// Documents in one request.
    pub batch: usize,
    /// Attempts of a document that are counted against it.
    pub attempts: u32,
    /// When nothing is sent.
    pub quiet_hours: QuietHours,
    /// How long an outage may last, quiet hours not counted.
    pub outage_limit: Duration,
    /// Documents to send at most.
    pub max_docs: Option<u64>,
    /// How long the run may last.
    pub max_duration: Option<Duration>,
    /// When the run stops softly.
    pub until: Option<Timestamp>,
    /// Refusals that stop the run.
    pub max_rejected: Option<RejectedLimit>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_counts_only_after_a_thousand_answers() {
        for (limit, rejected, answers, exceeded) in [
            (RejectedLimit::Count(5), 5, 5, false),
            (RejectedLimit::Count(5), 6, 6, true),
            (RejectedLimit::Count(0), 1, 1, true),
            (RejectedLimit::Percent(50.0), 999, 999, false),
            (RejectedLimit::Percent(50.0), 500, 1000, false),
            (RejectedLimit::Percent(50.0), 501, 1000, true),
        ] {
            assert_eq!(limit.is_exceeded(rejected, answers), exceeded, "{limit:?}");
        }
    }
}
