//! What a reply says of the server as a whole: whether an outage begins or ends, a route has opened, the run must stop;
//! and whether a document is to blame for what came.

use jiff::Timestamp;
use tokio::time::Instant;

use super::dispatcher::{Dispatcher, Flight};
use super::doors::Turned;
use super::ending::StopReason;
use super::fatal::Fatal;
use crate::digest::ContentHash;
use crate::journal::State;
use crate::policy::{Judgement, Refusal, Sign, Verdict};
use crate::zen::Transport;

impl<T: Transport> Dispatcher<T> {
    /// Draws the conclusions for the server as a whole. Whether the attempt is counted against the document: never while
    /// an outage lasts, nor against one of several.
    pub(super) fn heed(&mut self, flight: &Flight, judged: &mut Judgement) -> bool {
        let now = self.clock.now();
        let route = flight.batch.route;
        let documents: Vec<_> = flight
            .batch
            .loaded
            .iter()
            .map(|loaded| loaded.document.hash)
            .collect();
        if judged.has_entry {
            self.doors.on_entry(route);
            for document in std::mem::take(&mut self.aside) {
                self.again(document, false, Instant::now());
            }
        } else if !matches!(judged.sign, Sign::Refusal(_)) {
            self.doors.on_other();
        }
        let works = match judged.sign {
            Sign::Answers | Sign::NoEntries => true,
            Sign::Refusal(Refusal::NotTaken) => self.doors.is_open(route),
            _ => false,
        };
        if works {
            self.on_success(flight, &documents, now);
        } else if flight.batch.probe {
            self.gates.breaker.on_probe(now, documents[0], false);
        }
        let (blamed, fault) = self.weigh(flight, &documents, judged, now);
        let charged =
            blamed && documents.len() == 1 && !flight.batch.probe && flight.epoch == self.epoch;
        if charged && fault {
            self.charges.push(documents[0]);
        }
        charged
    }

    /// Whether the documents are to blame for what came, and whether it was a fault that may be the server's.
    fn weigh(
        &mut self,
        flight: &Flight,
        documents: &[ContentHash],
        judged: &mut Judgement,
        now: Timestamp,
    ) -> (bool, bool) {
        let route = flight.batch.route;
        match &judged.sign {
            Sign::Answers => (true, false),
            Sign::NoEntries => {
                if !self.doors.is_open(route) && !self.rules.trust_status {
                    let said = judged.documents.first().map(|one| one.message.as_str());
                    self.stop_for(StopReason::Fatal(Fatal::NoEntries {
                        route,
                        http: judged.http,
                        said: said.unwrap_or_default().to_owned(),
                    }));
                }
                (true, false)
            }
            Sign::Fault => {
                self.fault = said_first(judged);
                self.on_fault(flight, documents, now);
                (true, true)
            }
            Sign::Pushback(patience) => {
                let throttle = &mut self.gates.throttle;
                throttle.on_pushback(now, flight.started_at, patience);
                (false, false)
            }
            Sign::Refusal(why) => {
                let (why, was_open) = (*why, self.doors.is_open(route));
                let fault =
                    was_open && matches!(why, Refusal::NotTheService | Refusal::Certificate);
                if fault {
                    self.fault = format!("login page or proxy: {}", said_first(judged));
                    self.on_fault(flight, documents, now);
                }
                (self.on_refusal(flight, documents, why, judged), fault)
            }
        }
    }

    /// The server has answered as it should: what failed before it did so by itself.
    fn on_success(&mut self, flight: &Flight, documents: &[ContentHash], now: Timestamp) {
        let breaker = &mut self.gates.breaker;
        if flight.batch.probe {
            breaker.on_probe(now, documents[0], true);
        } else {
            breaker.on_success(now, documents);
        }
        self.gates.throttle.on_success(flight.started_at);
        self.charges.clear();
        for document in std::mem::take(&mut self.limbo) {
            self.forget(&document, State::Failed);
        }
    }

    /// A fault that may be the server's; with the fifth in a row everything stops, and none since the last success is
    /// blamed.
    fn on_fault(&mut self, flight: &Flight, documents: &[ContentHash], now: Timestamp) {
        // What left before the outage says nothing of what comes after it.
        if flight.batch.probe || flight.epoch != self.epoch {
            return;
        }
        if !self.gates.breaker.on_fault(now, documents) {
            return;
        }
        self.epoch += 1;
        for document in std::mem::take(&mut self.charges) {
            *self.pardons.entry(document).or_default() += 1;
        }
        for document in std::mem::take(&mut self.limbo) {
            self.again(document, false, Instant::now());
        }
    }

    /// Whether the documents are to blame for being turned away.
    fn on_refusal(
        &mut self,
        flight: &Flight,
        documents: &[ContentHash],
        why: Refusal,
        judged: &mut Judgement,
    ) -> bool {
        let route = flight.batch.route;
        if why == Refusal::NotTaken && self.doors.is_open(route) {
            self.doors.on_other();
            return true;
        }
        let turned = self.doors.on_refusal(route, documents, why);
        if turned != Turned::Blame {
            // What speaks of the address or the request refuses no document for good.
            for one in &mut judged.documents {
                one.verdict = match one.verdict {
                    Verdict::Rejected => Verdict::Failed,
                    other => other,
                };
            }
        }
        if let Turned::Stop(why) | Turned::SetAside(why) = turned {
            let said = judged.documents.first().map(|one| one.message.as_str());
            let fatal = Fatal::Refused {
                why,
                route,
                http: judged.http,
                said: said.unwrap_or_default().to_owned(),
            };
            match turned {
                Turned::SetAside(_) => self.aside_why = Some(fatal),
                _ => self.stop_for(StopReason::Fatal(fatal)),
            }
        }
        turned == Turned::Blame
    }
}

/// The status and the first document's words in an answer.
fn said_first(judged: &Judgement) -> String {
    let first = judged.documents.first();
    let said = first.map_or("", |one| one.message.as_str());
    match judged.http {
        Some(status) => format!("HTTP {status}: {said}"),
        None => said.to_owned(),
    }
}
