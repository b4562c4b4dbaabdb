//! What the dispatcher talks to. Each has a real form at the edge of the program and a simple one in tests.

use jiff::Timestamp;
use tokio::sync::mpsc;

use super::document::{Document, Pass, Preparation};
use super::fatal::Fatal;
use super::snapshot::Snapshot;
use crate::journal::{Ack, Record};
use crate::manifest::Row;

/// Tells the time of day. The dispatcher waits by Tokio's clock but decides by this one, in slices, so that a
/// laptop that slept wakes rightly.
pub trait Clock: Send {
    /// Now.
    fn now(&self) -> Timestamp;
}

impl<F: Fn() -> Timestamp + Send> Clock for F {
    fn now(&self) -> Timestamp {
        self()
    }
}

/// Rows to send, in the manifest's order.
pub trait Rows {
    /// Starts reading the rows of `pass` from the top: chunks of rows, at last nothing. An error is final.
    fn read(&mut self, pass: Pass) -> mpsc::Receiver<Result<Vec<Row>, Fatal>>;

    /// Why rows that were read may not be those of the manifest any more; asked at each chunk.
    fn changed(&mut self) -> Option<Fatal> {
        None
    }
}

/// Reads, hashes and encodes documents.
pub trait Readers {
    /// Starts preparing `document`; [`Event::Prepared`] brings it back.
    fn prepare(&mut self, document: Document);
}

/// Makes records durable.
pub trait Ledger {
    /// Queues `records` in this order and gives the number of the last; [`Event::Journal`] tells when all up to a
    /// number are synced, or that none will be any more.
    fn append(&mut self, records: &[Record]) -> u64;
}

/// Is shown how the run goes.
pub trait Observer {
    /// Looks at `snapshot`.
    fn show(&mut self, snapshot: &Snapshot);
}

/// What a person or the system asks of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// Finish what is in flight, then stop.
    Drain,
    /// Stop at once.
    Leave,
}

/// What is reported to the dispatcher.
#[derive(Debug)]
pub enum Event {
    /// A document was read.
    Prepared(Document, Preparation),
    /// The journal has synced, or failed.
    Journal(Ack),
    /// A person or the system asks for something.
    Signal(Signal),
}
