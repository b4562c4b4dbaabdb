//! What the dispatcher talks to, in memory.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::{Notify, mpsc};
use tokio::time::Instant;

use super::sim::{Archive, Reading, Sim, lock};
use super::world::{Spec, World};
use crate::dfe::DocumentKind;
use crate::journal::{Ack, Failure, Record};
use crate::manifest::{Action, Row};
use crate::send::{
    Clock, Document, Event, Fatal, Ledger, Observer, Pass, Preparation, Prepared, Readers, Rows,
    Snapshot,
};
use crate::zen::{Body, Reply, Route, Transport, item};

pub struct WallClock(pub Arc<Mutex<World>>);

impl Clock for WallClock {
    fn now(&self) -> Timestamp {
        lock(&self.0).now()
    }
}

pub struct Zen(pub Arc<Mutex<World>>);

impl Transport for Zen {
    async fn post(&self, route: Route, body: Body) -> Reply {
        let (after, reply) = lock(&self.0).arrive(route, &body.to_vec());
        tokio::time::sleep(after).await;
        reply
    }
}

/// The journal: what is queued reaches the disk together, after a while.
pub struct Disk {
    world: Arc<Mutex<World>>,
    queued: Arc<Notify>,
    task: tokio::task::JoinHandle<()>,
}

impl Disk {
    pub fn start(sim: &Sim, events: mpsc::UnboundedSender<Event>) -> Self {
        let queued = Arc::new(Notify::new());
        let (world, heard, delay) = (
            Arc::clone(&sim.world),
            Arc::clone(&queued),
            Arc::clone(&sim.delay),
        );
        lock(&world).last = 0;
        let task = tokio::spawn(async move {
            loop {
                heard.notified().await;
                let (count, last) = {
                    let world = lock(&world);
                    (world.queue.len(), world.last)
                };
                let pause = lock(&delay)();
                tokio::time::sleep(pause).await;
                let synced = lock(&world).sync(count);
                let ack = if synced {
                    Ack::Synced(last)
                } else {
                    Ack::Failed(Failure::Disk("the disk is full".to_owned()))
                };
                let _ = events.send(Event::Journal(ack));
                if !synced {
                    return;
                }
            }
        });
        Self {
            world: Arc::clone(&sim.world),
            queued,
            task,
        }
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Ledger for Disk {
    fn append(&mut self, records: &[Record]) -> u64 {
        let mut world = lock(&self.world);
        for record in records {
            world.written(record);
        }
        world.queue.extend_from_slice(records);
        world.last += records.len() as u64;
        self.queued.notify_one();
        world.last
    }
}

pub struct Folder {
    pub world: Arc<Mutex<World>>,
    pub archive: Arc<Mutex<Archive>>,
    pub delay: Duration,
    pub start: Instant,
    pub events: mpsc::UnboundedSender<Event>,
}

impl Readers for Folder {
    fn prepare(&mut self, document: Document) {
        let (number, second_key, bytes) = {
            let world = lock(&self.world);
            let number = world.of_hash[&document.hash];
            let spec = &world.specs[number];
            (number, spec.second_key.clone(), spec.bytes)
        };
        let preparation = match lock(&self.archive)(number, self.start.elapsed()) {
            Reading::Ready => {
                let mut text = number.to_string();
                text.extend(std::iter::repeat_n(' ', bytes));
                let mut json = Vec::new();
                item(document.envelope, &text, &mut json);
                Preparation::Ready(Prepared {
                    item: json,
                    second_key,
                    sort: String::new(),
                })
            }
            Reading::Changed => Preparation::Changed("it is another".to_owned()),
            Reading::Missing => Preparation::Missing("there is no such file".to_owned()),
            Reading::Unreachable(root_is_there) => Preparation::Unreachable {
                root_is_there,
                reason: "no such device".to_owned(),
            },
        };
        let event = Event::Prepared(document, preparation);
        if self.delay.is_zero() {
            let _ = self.events.send(event);
            return;
        }
        let (events, delay) = (self.events.clone(), self.delay);
        tokio::spawn(async move {
            tokio::time::sleep(delay).await;
            let _ = events.send(event);
        });
    }
}

pub struct Manifest(pub Arc<Mutex<World>>);

impl Rows for Manifest {
    fn read(&mut self, pass: Pass) -> mpsc::Receiver<Result<Vec<Row>, Fatal>> {
        let (chunks, receiver) = mpsc::channel(1);
        let world = Arc::clone(&self.0);
        tokio::spawn(async move {
            let mut at = 0;
            loop {
                let rows: Vec<_> = {
                    let world = lock(&world);
                    let end = world.specs.len().min(at + 256);
                    let specs = &world.specs[at..end];
                    at = end;
                    specs
                        .iter()
                        .filter(|spec| (spec.route == Route::NfeEvent) == (pass == Pass::Events))
                        .map(row)
                        .collect()
                };
                let is_last = at == lock(&world).specs.len();
                if chunks.send(Ok(rows)).await.is_err() || is_last {
                    return;
                }
            }
        });
        receiver
    }
}

fn row(spec: &Spec) -> Row {
    Row {
        line: 0,
        action: Action::Send,
        kind: DocumentKind::Nfe,
        route: Some(spec.route),
        envelope: spec.route.documented_envelope(),
        id: spec.id.clone(),
        sha256: Some(spec.hash),
        path: String::new(),
    }
}

pub struct Watcher(pub Arc<Mutex<World>>);

impl Observer for Watcher {
    fn show(&mut self, snapshot: &Snapshot) {
        assert!(snapshot.balance.is_balanced(), "{snapshot:?}");
        let durable = lock(&self.0).accepted;
        let shown = snapshot.balance.accepted;
        assert!(shown <= durable, "{durable} on the disk: {snapshot:?}");
    }
}
