//! Sending: from the rows of a manifest to answers in the journal.
//!
//! One [`Dispatcher`] owns everything that is known of a run; the others do as they are told and report back:
//! the feed reads rows, readers prepare documents, the journal makes records durable, flights carry requests.
//! Each reaches the dispatcher as an [`Event`], so no state is shared and a test can stand in for any of them.

mod archive_watch;
mod dispatcher;
mod document;
mod ending;
mod gates;
mod intake;
mod launch;
mod limits;
mod ports;
mod settle;
mod snapshot;
mod take_up;

pub use dispatcher::Dispatcher;
pub use document::{Document, Pass, Preparation, Prepared};
pub use ending::{Ending, Outcome, StopReason};
pub use limits::{Limits, RejectedLimit};
pub use ports::{Clock, Event, Ledger, Observer, Readers, Rows, Signal};
pub use snapshot::{Snapshot, Waiting};
