//! Who carries requests: a task for each that may be in the air at once, which takes one after the other. To start a
//! task for each request would cost more than all that the dispatcher does for it.

use std::sync::Arc;

use tokio::sync::mpsc;
use tokio::task::JoinSet;

use crate::zen::{Body, Reply, Route, Transport};

/// What a carrier takes: where to, and the body.
type Load = (Route, Body);

/// The carriers of one run. Those that are on their way are aborted when this is dropped.
pub(super) struct Crew<T> {
    transport: Arc<T>,
    carriers: Vec<mpsc::Sender<Load>>,
    idle: Vec<usize>,
    report: mpsc::UnboundedSender<(usize, Reply)>,
    landed: mpsc::UnboundedReceiver<(usize, Reply)>,
    tasks: JoinSet<()>,
}

impl<T: Transport> Crew<T> {
    /// A crew that sends through `transport`; carriers join it as they are needed.
    pub fn new(transport: Arc<T>) -> Self {
        let (report, landed) = mpsc::unbounded_channel();
        Self {
            transport,
            carriers: Vec::new(),
            idle: Vec::new(),
            report,
            landed,
            tasks: JoinSet::new(),
        }
    }

    /// Sends `body` off to `route`; the number by which its reply comes back.
    pub fn send(&mut self, route: Route, body: Body) -> usize {
        let number = self.idle.pop().unwrap_or(self.carriers.len());
        if number == self.carriers.len() {
            let carrier = self.hire(number);
            self.carriers.push(carrier);
        }
        // One that is idle has room for one load. One that has fallen takes none, and another takes its place.
        if let Err(error) = self.carriers[number].try_send((route, body)) {
            let carrier = self.hire(number);
            let _ = carrier.try_send(error.into_inner());
            self.carriers[number] = carrier;
        }
        number
    }

    /// The next reply, and the number of its request.
    pub async fn next(&mut self) -> Option<(usize, Reply)> {
        let landed = self.landed.recv().await;
        self.idle.extend(landed.as_ref().map(|(number, _)| *number));
        landed
    }

    /// A reply that is there already.
    pub fn try_next(&mut self) -> Option<(usize, Reply)> {
        let landed = self.landed.try_recv().ok();
        self.idle.extend(landed.as_ref().map(|(number, _)| *number));
        landed
    }

    fn hire(&mut self, number: usize) -> mpsc::Sender<Load> {
        let (give, mut take) = mpsc::channel(1);
        let (transport, report) = (Arc::clone(&self.transport), self.report.clone());
        self.tasks.spawn(async move {
            while let Some((route, body)) = take.recv().await {
                let mut errand = Errand {
                    number,
                    report: &report,
                    reply: None,
                };
                errand.reply = Some(transport.post(route, body).await);
            }
        });
        give
    }
}

/// A request on its way. Whatever becomes of its task, a reply comes back.
struct Errand<'a> {
    number: usize,
    report: &'a mpsc::UnboundedSender<(usize, Reply)>,
    reply: Option<Reply>,
}

impl Drop for Errand<'_> {
    fn drop(&mut self) {
        let reply = self.reply.take().unwrap_or_else(|| Reply::NoAnswer {
            message: "the request's task failed".to_owned(),
        });
        // Nobody listens any more only after the end of the run.
        let _ = self.report.send((self.number, reply));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    /// Answers with the body, panics at an empty one, and counts how many are in the air.
    #[derive(Default)]
    struct Echo(AtomicUsize);

    impl Transport for Echo {
        async fn post(&self, _route: Route, body: Body) -> Reply {
            self.0.fetch_add(1, Ordering::Relaxed);
            tokio::task::yield_now().await;
            self.0.fetch_sub(1, Ordering::Relaxed);
            assert!(body.bytes() > 0, "a bug");
            let message = String::from_utf8(body.to_vec()).unwrap();
            Reply::NoAnswer { message }
        }
    }

    fn said(reply: Reply) -> String {
        match reply {
            Reply::NoAnswer { message } => message,
            other => panic!("{other:?}"),
        }
    }

    #[tokio::test]
    async fn every_request_has_its_reply_and_carriers_go_again() {
        let mut crew = Crew::new(Arc::new(Echo::default()));
        for round in 0..3 {
            let mut waited_for = std::collections::HashMap::new();
            for one in 0..5 {
                let text = format!("{round}-{one}");
                let number = crew.send(Route::Nfe, text.clone().into_bytes().into());
                assert_eq!(waited_for.insert(number, text), None, "it is on its way");
            }
            while let Some((number, reply)) = crew.next().await {
                assert_eq!(waited_for.remove(&number), Some(said(reply)));
                if waited_for.is_empty() {
                    break;
                }
            }
        }
        assert_eq!(crew.carriers.len(), 5);
        assert!(crew.try_next().is_none());
    }

    #[tokio::test]
    async fn a_carrier_that_falls_is_heard_of_and_replaced() {
        let mut crew = Crew::new(Arc::new(Echo::default()));
        for body in [b"".to_vec(), b"a".to_vec(), b"".to_vec(), b"b".to_vec()] {
            let fails = body.is_empty();
            let number = crew.send(Route::Nfe, body.into());
            let (landed, reply) = crew.next().await.unwrap();
            assert_eq!(landed, number);
            assert_eq!(said(reply) == "the request's task failed", fails);
        }
    }
}
