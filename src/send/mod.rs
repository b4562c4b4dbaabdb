//! Sending: from the rows of a manifest to answers in the journal.
//!
//! One [`Dispatcher`] owns everything that is known of a run; the others do as they are told and report back:
//! the feed reads rows, readers prepare documents, the journal makes records durable, flights carry requests.
//! Each reaches the dispatcher as an [`Event`], so no state is shared and a test can stand in for any of them.

mod ahead;
mod archive_watch;
mod crew;
mod desk;
mod dispatcher;
mod document;
mod doors;
mod ending;
mod fatal;
mod feed;
mod gates;
mod heed;
mod intake;
mod launch;
mod limits;
mod load;
mod notes;
mod pen;
mod pilot;
mod ports;
mod reader;
mod settle;
mod snapshot;
mod standing;
mod surroundings;
mod take_up;
mod watch;

pub use dispatcher::{Dispatcher, Ports};
pub use document::{Document, Pass, Preparation, Prepared};
pub use ending::{Ending, StopReason, Unrecorded};
pub use fatal::Fatal;
pub use feed::ManifestFile;
pub use limits::{Limits, RejectedLimit};
pub use pilot::Pilot;
pub use ports::{Clock, Event, Ledger, Observer, Readers, Rows, Signal};
pub use reader::{ReaderPool, Reading};
pub use snapshot::{Snapshot, Waiting};
pub use standing::{RetryRejected, Standing};

#[cfg(test)]
mod tests;
