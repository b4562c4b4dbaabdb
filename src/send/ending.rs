//! How a run ended, and the status that a scheduler sees.

use super::fatal::Fatal;
use crate::diff::Balance;
use crate::exit::ExitStatus;
use crate::zen::Route;

/// Why nothing new is sent any more though something is left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StopReason {
    /// Ctrl-C, SIGTERM, the console was closed.
    Interrupted,
    /// `--until` came.
    Until,
    /// `--max-duration` is over.
    MaxDuration,
    /// `--max-docs` have left.
    MaxDocs,
    /// `--max-rejected` was exceeded.
    MaxRejected,
    /// `--outage-limit` is over.
    OutageLimit,
    /// `--pilot` has sent one of each sort.
    Pilot {
        /// Routes of events that were not tried, for Zen has no note that an event of the archive belongs to.
        untried: Vec<Route>,
    },
    /// What no retry mends: credentials, office, route, journal, manifest.
    Fatal(Fatal),
}

impl StopReason {
    /// The word in the journal's `end`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Interrupted => "interrupted",
            Self::Until => "until",
            Self::MaxDuration => "max-duration",
            Self::MaxDocs => "max-docs",
            Self::MaxRejected => "max-rejected",
            Self::OutageLimit => "outage-limit",
            Self::Pilot { .. } => "pilot",
            Self::Fatal(_) => "failed",
        }
    }
}

/// The end of a run.
#[derive(Debug)]
pub struct Ending {
    /// Why it stopped early; `None`: every row was looked at.
    pub reason: Option<StopReason>,
    /// It was interrupted, whatever else happened.
    pub interrupted: bool,
    /// The balance over the rows to send.
    pub balance: Balance,
    /// Documents whose answers could not be recorded: id, path, and the answer in words.
    pub unrecorded: Vec<Unrecorded>,
    /// Documents that left in this run, repeats counted.
    pub sent: u64,
    /// Documents left, and no request was answered.
    pub unheard: bool,
    /// Events, of those that are pending, whose note has changed or is missing: no other run would send them.
    pub behind: u64,
}

/// An answer that the journal does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unrecorded {
    /// The document's `Id`.
    pub id: String,
    /// The manifest's text of its path.
    pub path: String,
    /// What the answer was.
    pub answer: String,
}

impl Ending {
    /// The exit status: 130 after any interruption, else the first of 4, 3, 1, 0 that applies.
    #[must_use]
    pub fn status(&self) -> ExitStatus {
        let balance = &self.balance;
        let pending = balance.pending.saturating_sub(self.behind);
        match &self.reason {
            _ if self.interrupted => ExitStatus::Interrupted,
            Some(StopReason::Interrupted) => ExitStatus::Interrupted,
            Some(StopReason::Fatal(_)) => ExitStatus::Failed,
            Some(_) if balance.accepted < balance.planned => ExitStatus::Unsettled,
            _ if balance.failed + balance.unknown + pending > 0 => ExitStatus::Unsettled,
            _ if balance.accepted < balance.planned => ExitStatus::NeedsAPerson,
            _ => ExitStatus::Success,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_status_that_applies_is_taken() {
        let all = Balance {
            planned: 3,
            accepted: 3,
            ..Balance::default()
        };
        let refused = Balance {
            accepted: 2,
            rejected: 1,
            ..all
        };
        let failed = Balance {
            accepted: 1,
            failed: 1,
            rejected: 1,
            ..all
        };
        for (reason, balance, status) in [
            (None, all, ExitStatus::Success),
            (None, refused, ExitStatus::NeedsAPerson),
            (None, failed, ExitStatus::Unsettled),
            (Some(StopReason::Until), all, ExitStatus::Success),
            (Some(StopReason::Until), refused, ExitStatus::Unsettled),
            (Some(StopReason::Interrupted), all, ExitStatus::Interrupted),
            (
                Some(StopReason::Fatal(Fatal::JournalUnfinished)),
                failed,
                ExitStatus::Failed,
            ),
        ] {
            let mut ending = Ending {
                reason,
                interrupted: false,
                balance,
                unrecorded: Vec::new(),
                sent: 0,
                unheard: false,
                behind: 0,
            };
            assert_eq!(ending.status(), status, "{ending:?}");
            ending.interrupted = true;
            assert_eq!(ending.status(), ExitStatus::Interrupted, "{ending:?}");
        }
    }
}
