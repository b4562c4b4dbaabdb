//! Writes what happens into the journal, in the journal's words; after the journal has failed, nothing any more.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::document::{Batch, Document};
use super::ending::StopReason;
use super::ports::Ledger;
use super::settle::Settlement;
use super::snapshot::Waiting;
use crate::diff::Balance;
use crate::journal::{Event, Failure, Record, State};

/// What to check where nobody has answered yet.
const NOBODY: &str = "nothing has been answered in this run: check that the name of the office (--office) or the address \
                      (--base-url) is right, and that this computer is online";

/// The hand that writes the journal.
pub(super) struct Pen {
    ledger: Box<dyn Ledger>,
    zone: TimeZone,
    failure: Option<Failure>,
}

impl Pen {
    pub fn new(ledger: Box<dyn Ledger>, zone: TimeZone) -> Self {
        Self {
            ledger,
            zone,
            failure: None,
        }
    }

    /// The journal has failed: nothing is written any more.
    pub fn fail(&mut self, failure: Failure) {
        self.failure.get_or_insert(failure);
    }

    /// Why the journal has failed, if it has.
    pub const fn failure(&self) -> Option<&Failure> {
        self.failure.as_ref()
    }

    /// The documents of `batch` are about to be sent. The number to wait for; `None` after a failure.
    pub fn attempts(&mut self, now: Timestamp, batch: &Batch) -> Option<u64> {
        let records: Vec<_> = batch
            .loaded
            .iter()
            .map(|loaded| self.of_document(now, Event::Attempt, &loaded.document))
            .collect();
        self.append(&records)
    }

    /// What became of documents. The number to wait for; `None` after a failure.
    pub fn outcomes(
        &mut self,
        now: Timestamp,
        settlements: &[Settlement],
        http: Option<u16>,
        millis: Option<u64>,
    ) -> Option<u64> {
        let records: Vec<_> = settlements
            .iter()
            .map(|one| Record {
                http,
                millis,
                client: one.client.clone(),
                message: one.answer.clone(),
                ..self.of_document(now, event(one.state), &one.document)
            })
            .collect();
        self.append(&records)
    }

    /// Nothing leaves from now on; `cause` says why, or nothing.
    pub fn pause(&mut self, now: Timestamp, waiting: Waiting, cause: &str) {
        let until = waiting.until().map(|until| self.zoned(until));
        let mut message = match until {
            Some(until) => format!("{} until {until}", waiting.code()),
            None => waiting.code().to_owned(),
        };
        if matches!(waiting, Waiting::RetryAfter { absurd: true, .. }) {
            message.push_str("; more was asked for, and no more than an hour is waited");
        }
        if !cause.is_empty() {
            message.push_str("; ");
            message.push_str(cause);
        }
        if matches!(waiting, Waiting::Outage { unheard: true, .. }) {
            message.push_str("; ");
            message.push_str(NOBODY);
        }
        self.note(now, Event::Pause, message);
    }

    /// Documents leave again.
    pub fn resume(&mut self, now: Timestamp, waited_for: Waiting) {
        self.note(now, Event::Resume, waited_for.code().to_owned());
    }

    /// The run ends.
    pub fn end(&mut self, now: Timestamp, reason: Option<&StopReason>, balance: &Balance) {
        let message = match reason {
            None => format!("finished; {balance}"),
            Some(reason @ StopReason::Fatal(text)) => {
                format!("{}; {balance}; {text}", reason.code())
            }
            Some(reason) => format!("{}; {balance}", reason.code()),
        };
        self.note(now, Event::End, message);
    }

    fn note(&mut self, now: Timestamp, event: Event, message: String) {
        let record = Record::note(now, self.zone.to_offset(now), event, message);
        self.append(&[record]);
    }

    fn of_document(&self, now: Timestamp, event: Event, document: &Document) -> Record {
        Record {
            sha256: Some(document.hash),
            id: document.id.clone(),
            route: Some(document.route),
            attempt: document.requests,
            ..Record::note(now, self.zone.to_offset(now), event, String::new())
        }
    }

    fn append(&mut self, records: &[Record]) -> Option<u64> {
        if self.failure.is_some() {
            return None;
        }
        Some(self.ledger.append(records))
    }

    /// Seconds are enough for a person who reads until when.
    fn zoned(&self, time: Timestamp) -> String {
        time.to_zoned_datetime(self.zone.clone())
            .strftime("%Y-%m-%dT%H:%M:%S%:z")
            .to_string()
    }
}

/// The event that makes a document's state.
pub(super) fn event(state: State) -> Event {
    match state {
        State::Accepted => Event::Accepted,
        State::Rejected => Event::Rejected,
        State::Unknown => Event::Unknown,
        State::Changed => Event::Changed,
        State::Missing => Event::Missing,
        State::Failed | State::Pending => Event::Failed,
    }
}
