//! Third step: replies become verdicts, verdicts become records, and what is recorded counts.

use std::time::Duration;

use tokio::time::Instant;

use super::dispatcher::{Dispatcher, Flight};
use super::document::{Document, Loaded};
use super::ending::{StopReason, Unrecorded};
use super::fatal::Fatal;
use super::intake::Parcel;
use crate::journal::{self, Ack, State};
use crate::policy::{DocumentVerdict, Judgement, Sign, Verdict, backoff};
use crate::zen::{DocumentKeys, Reply, Transport};

/// A result that is on its way to the disk.
#[derive(Debug)]
pub(super) struct Settlement {
    pub document: Document,
    pub state: State,
    /// The server said that it had the document already.
    pub already: bool,
    /// The CNPJ that the answer named.
    pub client: String,
    /// The answer in words, should it never reach the disk.
    pub answer: String,
    pub next: Next,
    /// It was in a request that left, of which this is the outcome.
    pub left: bool,
    /// Its attempt is on the disk.
    pub attempted: bool,
}

/// What follows for a document once its result is durable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    /// It is done, in this run.
    Done,
    /// It is sent again; whether the attempt is counted against it, and not before when.
    Again { charged: bool, not_before: Instant },
    /// It goes again with its half of the request, and not before when.
    InHalves { not_before: Instant },
}

/// The pause before a document is tried again that is not to blame for the first time.
const SHORT_PAUSE: Duration = Duration::from_secs(1);

impl<T: Transport> Dispatcher<T> {
    /// A request has come back, with an answer or without.
    pub(super) fn on_reply(&mut self, flight: Flight, reply: &Reply) {
        let keys: Vec<_> = flight.batch.loaded.iter().map(keys).collect();
        self.gates.heard |= matches!(reply, Reply::Answered(_));
        let mut judged = self.rules.judge(reply, &keys);
        let charged = self.heed(&flight, &mut judged);
        let millis = flight.started.elapsed().as_millis();
        let millis = u64::try_from(millis).unwrap_or(u64::MAX);
        self.doors.leave(flight.batch.route);
        self.settle(flight, judged, charged, millis);
    }

    /// Writes the verdicts down and remembers what follows from each.
    fn settle(&mut self, flight: Flight, judged: Judgement, charged: bool, millis: u64) {
        let split = judged.split;
        let pushback = matches!(judged.sign, Sign::Pushback(_));
        let mut settlements = Vec::with_capacity(flight.batch.loaded.len());
        for (loaded, said) in flight.batch.loaded.into_iter().zip(judged.documents) {
            let document = loaded.document;
            let pause = if charged {
                backoff(document.tries + 1, self.standing.jitter())
            } else if pushback {
                Duration::ZERO
            } else {
                SHORT_PAUSE
            };
            let not_before = Instant::now() + pause;
            let next = match said.verdict {
                Verdict::Accepted | Verdict::Rejected => Next::Done,
                _ if split => Next::InHalves { not_before },
                // An entry that is lacking among others is this document's own matter.
                Verdict::Unknown if judged.has_entry => Next::Again {
                    charged: true,
                    not_before: Instant::now()
                        + backoff(document.tries + 1, self.standing.jitter()),
                },
                Verdict::Failed | Verdict::Unknown => Next::Again {
                    charged,
                    not_before,
                },
            };
            let mut one = settlement(document, said, next);
            (one.left, one.attempted) = (true, true);
            settlements.push(one);
        }
        self.write_down(settlements, judged.http, Some(millis));
    }

    /// Appends the records of `settlements`; they count when these are synced.
    fn write_down(&mut self, settlements: Vec<Settlement>, http: Option<u16>, millis: Option<u64>) {
        let now = self.clock.now();
        match self.pen.outcomes(now, &settlements, http, millis) {
            Some(number) => {
                self.unacknowledged.push_back((number, settlements));
                self.check_rejected();
            }
            None => self.lose(settlements),
        }
    }

    /// Records of documents that were read but not sent.
    pub(super) fn record_unsent(
        &mut self,
        document: Document,
        event: journal::Event,
        reason: String,
    ) {
        let state = match event {
            journal::Event::Changed => State::Changed,
            _ => State::Missing,
        };
        self.taken -= u64::from(!document.left);
        let said = DocumentVerdict {
            verdict: Verdict::Failed,
            message: reason,
            client: String::new(),
        };
        let mut one = settlement(document, said, Next::Done);
        one.state = state;
        self.write_down(vec![one], None, None);
    }

    /// Records of documents that were about to be sent and were not; whether their attempts are on the disk.
    pub(super) fn record_withdrawn(
        &mut self,
        documents: Vec<Document>,
        why: &str,
        attempted: bool,
    ) {
        let not_before = Instant::now();
        let settlements = documents.into_iter().map(|document| {
            let said = DocumentVerdict {
                verdict: Verdict::Failed,
                message: format!("not sent: {why}"),
                client: String::new(),
            };
            let next = Next::Again {
                charged: false,
                not_before,
            };
            Settlement {
                attempted,
                ..settlement(document, said, next)
            }
        });
        let settlements = settlements.collect();
        self.write_down(settlements, None, None);
    }

    /// The journal has synced, or will not any more.
    pub(super) fn on_journal(&mut self, ack: Ack) {
        match ack {
            Ack::Synced(number) => {
                self.ahead.synced(number, Instant::now());
                while self.queued.front().is_some_and(|(last, _)| *last <= number) {
                    self.ready
                        .extend(self.queued.pop_front().map(|(_, batch)| batch));
                }
                while self
                    .unacknowledged
                    .front()
                    .is_some_and(|(last, _)| *last <= number)
                {
                    let settlements = self.unacknowledged.pop_front();
                    self.count(settlements.map(|(_, all)| all).unwrap_or_default());
                }
            }
            Ack::Failed(failure) => {
                self.pen.fail(failure.clone());
                for (_, settlements) in std::mem::take(&mut self.unacknowledged) {
                    self.lose(settlements);
                }
                self.stop_for(StopReason::Fatal(Fatal::JournalFailed(failure)));
            }
        }
    }

    /// These results will not reach the disk: they are as the journal will be read, and those that are the server's are
    /// named at the end.
    pub(super) fn lose(&mut self, settlements: Vec<Settlement>) {
        for one in settlements {
            if one.attempted {
                self.standing.count_unanswered(&one.document);
            }
            if one.left {
                self.unrecorded.push(Unrecorded {
                    id: one.document.id,
                    path: one.document.path,
                    answer: one.answer,
                });
            }
        }
    }

    /// Results that are on the disk count, and what follows from them is done.
    fn count(&mut self, settlements: Vec<Settlement>) {
        let mut halves: Vec<Document> = Vec::new();
        let mut halves_due = None;
        for one in settlements {
            self.standing.count(&one);
            if one.state == State::Accepted
                && let Some(pilot) = &mut self.pilot
                && let Some(key) = one.document.access_key()
            {
                pilot.on_arrival(key);
            }
            let mut document = one.document;
            document.unanswered |= one.state == State::Unknown;
            match one.next {
                Next::Done => self.forget(&document, one.state),
                Next::InHalves { not_before } => {
                    halves_due = Some(not_before);
                    halves.push(document);
                }
                Next::Again {
                    charged,
                    not_before,
                } => self.again(document, charged, not_before),
            }
        }
        if let Some(due) = halves_due
            && self.stop.is_none()
        {
            let second = halves.split_off(halves.len().div_ceil(2));
            for documents in [halves, second] {
                let is_half = true;
                self.intake.retry(due, Parcel { documents, is_half });
            }
        }
    }

    /// `document` is sent again, unless it is out of attempts.
    pub(super) fn again(&mut self, mut document: Document, charged: bool, not_before: Instant) {
        if self.stop.is_some() {
            return;
        }
        if self.doors.is_aside(&document.hash) {
            self.aside.push(document);
            return;
        }
        document.tries += u32::from(charged);
        if let Some(pardoned) = self.pardons.remove(&document.hash) {
            document.tries = document.tries.saturating_sub(pardoned);
        }
        if document.tries < self.limits.attempts {
            self.intake.retry_one(not_before, document);
        } else if self.charges.contains(&document.hash) {
            self.limbo.push(document);
        } else {
            self.forget(&document, State::Failed);
        }
    }

    /// `document` is done with in this run, and is in `state`.
    pub(super) fn forget(&mut self, document: &Document, state: State) {
        self.gates.breaker.forget(&[document.hash]);
        self.doors.forget(&document.hash);
        self.pardons.remove(&document.hash);
        match state {
            State::Accepted | State::Rejected => self.notes.settle(document.access_key()),
            State::Changed | State::Missing => self.notes.give_up(document.access_key()),
            _ => {}
        }
    }

    fn check_rejected(&mut self) {
        let Some(limit) = self.limits.max_rejected else {
            return;
        };
        let (mut rejected, mut answers) =
            (self.standing.rejected_now(), self.standing.answered_now());
        // Those that are on their way to the disk count as well: meanwhile others would leave.
        for one in self.unacknowledged.iter().flat_map(|(_, all)| all) {
            rejected += u64::from(one.state == State::Rejected);
            answers += u64::from(matches!(one.state, State::Accepted | State::Rejected));
        }
        if limit.is_exceeded(rejected, answers) {
            self.stop_for(StopReason::MaxRejected);
        }
    }

    /// Why results were lost, if any were.
    pub(super) fn unrecorded_failure(&self) -> Option<Fatal> {
        let failure = self.pen.failure()?;
        Some(Fatal::JournalFailed(failure.clone()))
    }
}

fn keys(loaded: &Loaded) -> DocumentKeys {
    if !loaded.document.route.takes_batches() {
        return DocumentKeys::any();
    }
    DocumentKeys::new(
        loaded.document.access_key(),
        loaded.prepared.second_key.as_deref(),
    )
}

/// How the journal's message of a rejection begins where an earlier attempt went unanswered.
const AFTER_UNKNOWN: &str = "after-unknown";

fn settlement(document: Document, said: DocumentVerdict, next: Next) -> Settlement {
    let state = match said.verdict {
        Verdict::Accepted => State::Accepted,
        Verdict::Rejected => State::Rejected,
        Verdict::Failed => State::Failed,
        Verdict::Unknown => State::Unknown,
    };
    let answer = if state == State::Rejected && document.unanswered {
        format!("{AFTER_UNKNOWN}: {}", said.message)
    } else {
        said.message
    };
    Settlement {
        already: state == State::Accepted && answer.starts_with(crate::policy::ALREADY_THERE),
        document,
        state,
        client: said.client,
        answer,
        next,
        left: false,
        attempted: false,
    }
}
