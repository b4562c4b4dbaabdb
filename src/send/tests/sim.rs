//! A whole run under Tokio's paused clock: the dispatcher as it is, everything around it in memory.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::chance::Chance;
use super::model::{cut_off, keep};
use super::ports::{Disk, Folder, Manifest, WallClock, Watcher, Zen};
use super::world::{Act, Request, Spec, World};
use crate::diff::Balance;
use crate::digest::ContentHash;
use crate::journal::{self, States};
use crate::policy::{QuietHours, Rules};
use crate::send::{
    Dispatcher, Ending, Event, Limits, Ports, RejectedLimit, RetryRejected, Signal, Standing,
};
use crate::zen::{AlreadyThere, Route};

/// How a document's file is when it is read.
pub type Archive = Box<dyn FnMut(usize, Duration) -> Reading + Send>;

/// What reading comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    Ready,
    Changed,
    Missing,
    /// Whether the root is there.
    Unreachable(bool),
}

/// The journal's delay before a group is on the disk.
pub type Delay = Box<dyn FnMut() -> Duration + Send>;

pub struct Sim {
    pub world: Arc<Mutex<World>>,
    pub archive: Arc<Mutex<Archive>>,
    pub delay: Arc<Mutex<Delay>>,
    pub read_delay: Duration,
    pub rate: Option<f64>,
    pub batch: usize,
    pub concurrency: usize,
    pub attempts: u32,
    pub quiet: QuietHours,
    pub outage_limit: Duration,
    pub max_docs: Option<u64>,
    pub max_rejected: Option<RejectedLimit>,
    pub max_duration: Option<Duration>,
    pub until: Option<Timestamp>,
    pub trust_status: bool,
    /// When it is interrupted, from the start of the run.
    pub signals: Vec<(Duration, Signal)>,
    pub seed: u64,
    /// Where a real journal is kept beside the one in memory, and the next run reads from.
    pub journal: Option<PathBuf>,
    runs: u64,
    /// The last run died.
    died: bool,
}

/// The note number `number`.
pub fn note(number: usize) -> Spec {
    let key = format!("{:044}", number + 1);
    Spec {
        hash: ContentHash::of(&number.to_le_bytes()),
        id: format!("NFe{key}"),
        key,
        route: Route::Nfe,
        second_key: None,
        bytes: 0,
    }
}

/// An event of `note`, to stand at place `number`.
pub fn event_of(note: &Spec, number: usize) -> Spec {
    Spec {
        hash: ContentHash::of(&number.to_le_bytes()),
        id: format!("ID110111{}01", note.key),
        key: note.key.clone(),
        route: Route::NfeEvent,
        second_key: None,
        bytes: 0,
    }
}

pub fn lock<T: ?Sized>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Sim {
    /// A run of `count` notes at `script`'s Zen, from a Saturday on.
    pub fn new(count: usize, script: impl FnMut(&Request) -> Act + Send + 'static) -> Self {
        let none = QuietHours::none(TimeZone::UTC);
        let start = "2026-10-10T00:00:00-03:00".parse().unwrap();
        Self::starting(start, none, (0..count).map(note).collect(), script)
    }

    pub fn starting(
        start: Timestamp,
        quiet: QuietHours,
        specs: Vec<Spec>,
        script: impl FnMut(&Request) -> Act + Send + 'static,
    ) -> Self {
        let world = World::new(specs, start, quiet.clone(), Box::new(script));
        Self {
            world: Arc::new(Mutex::new(world)),
            archive: Arc::new(Mutex::new(Box::new(|_, _| Reading::Ready))),
            delay: Arc::new(Mutex::new(Box::new(|| Duration::from_millis(1)))),
            read_delay: Duration::ZERO,
            rate: Some(10.0),
            batch: 1,
            concurrency: 16,
            attempts: 3,
            quiet,
            outage_limit: Duration::from_hours(26),
            max_docs: None,
            max_rejected: None,
            max_duration: None,
            until: None,
            trust_status: false,
            signals: Vec::new(),
            seed: 1,
            journal: None,
            runs: 0,
            died: false,
        }
    }

    pub fn archive(&self, archive: impl FnMut(usize, Duration) -> Reading + Send + 'static) {
        *lock(&self.archive) = Box::new(archive);
    }

    pub fn journal_takes(&self, delay: impl FnMut() -> Duration + Send + 'static) {
        *lock(&self.delay) = Box::new(delay);
    }

    pub fn world(&self) -> MutexGuard<'_, World> {
        lock(&self.world)
    }

    /// Runs to the end, which comes within a month, and checks what holds for every run.
    pub async fn run(&mut self) -> Ending {
        let month = Duration::from_hours(30 * 24);
        self.run_for(month).await.expect("it ends")
    }

    /// Runs at most for `most`: then it dies, and of what was on its way to the disk some may have come there.
    pub async fn run_for(&mut self, most: Duration) -> Option<Ending> {
        self.runs += 1;
        let first = self.world().arrivals.len();
        self.world().begin_run(self.died);
        self.world().failed_at = None;
        let (events, inbox) = mpsc::unbounded_channel();
        let dispatcher = self.dispatcher(&events, inbox);
        let ending = tokio::time::timeout(most, dispatcher.run()).await.ok();
        drop(events);
        let failed = self.world().failed_at.is_some();
        // What such a run was told it could not keep.
        self.died = ending.is_none() || failed;
        let mut chance = Chance::new(self.seed ^ self.runs.wrapping_mul(77));
        let mut world = self.world();
        // What came to the disk by then came there, whether the run had heard of the failure or not.
        world.fail_at_group = world.fail_at_group.filter(|_| !failed);
        let survive = match (&ending, &self.journal) {
            // Of what the disk did not take some may be there.
            (Some(_), Some(path)) if failed => cut_off(path, &mut world, &mut chance),
            // The writer finishes what it was given, if it can.
            (Some(_), _) => world.queue.len(),
            (None, None) => chance.place(world.queue.len() + 1),
            (None, Some(path)) => cut_off(path, &mut world, &mut chance),
        };
        let written = world.sync(survive) && !failed;
        world.queue.clear();
        if let Some(path) = &self.journal {
            keep(path, &mut world, ending.is_some() && !failed);
        }
        assert_eq!(world.violations, [""; 0], "seed {}", self.seed);
        drop(world);
        self.check_ceiling(first);
        if let Some(ending) = &ending {
            self.check_balance(ending, written);
        }
        ending
    }

    /// The ceiling, in every window of whatever length: as a bucket that leaks at the rate.
    fn check_ceiling(&self, first: usize) {
        let Some(rate) = self.rate else { return };
        let most = self.batch as f64 + if rate > 5.0 { 1.01 } else { 0.01 } + rate * 0.003;
        let (mut level, mut last) = (0.0f64, Duration::ZERO);
        for (at, documents) in &self.world().arrivals[first..] {
            level =
                (level - rate * at.saturating_sub(last).as_secs_f64()).max(0.0) + *documents as f64;
            last = *at;
            assert!(level <= most, "{level} at {at:?}, seed {}", self.seed);
        }
    }

    /// The books, by what the run says and by what its journal says.
    fn check_balance(&self, ending: &Ending, written: bool) {
        let seed = self.seed;
        assert!(ending.balance.is_balanced(), "{ending:?}, seed {seed}");
        let durable = self.world().accepted;
        assert!(
            ending.balance.accepted <= durable,
            "{durable} on the disk: {ending:?}, seed {seed}"
        );
        let replayed = self.balance();
        if written {
            let told = Balance {
                already_there: replayed.already_there,
                ..ending.balance
            };
            assert_eq!(told, replayed, "seed {seed}: {:?}", ending.reason);
        }
    }

    /// The balance by the journal.
    pub fn balance(&self) -> Balance {
        let world = self.world();
        let mut balance = Balance {
            planned: world.specs.len() as u64,
            ..Balance::default()
        };
        for number in 0..world.specs.len() {
            *balance.of_mut(world.state(number)) += 1;
        }
        balance
    }

    fn dispatcher(
        &self,
        events: &mpsc::UnboundedSender<Event>,
        inbox: mpsc::UnboundedReceiver<Event>,
    ) -> Dispatcher<Zen> {
        let mut states = States::default();
        if let Some(path) = &self.journal {
            states = journal::replay(&[path]).unwrap().states;
        }
        let known = self
            .journal
            .is_none()
            .then_some(&self.world)
            .map(|world| lock(world));
        for (hash, event, route, already) in known.iter().flat_map(|world| &world.durable) {
            states.set(*hash, *event, *route, *already);
        }
        drop(known);
        let standing = Standing::new(
            states,
            self.balance(),
            std::collections::HashSet::new(),
            RetryRejected::default(),
            self.seed,
        );
        let limits = Limits {
            rate: self.rate,
            concurrency: self.concurrency,
            batch: self.batch,
            attempts: self.attempts,
            quiet_hours: self.quiet.clone(),
            outage_limit: self.outage_limit,
            max_docs: self.max_docs,
            max_duration: self.max_duration,
            until: self.until,
            max_rejected: self.max_rejected,
        };
        let rules = Rules {
            already_there: AlreadyThere::default(),
            trust_status: self.trust_status,
        };
        for (after, signal) in self.signals.clone() {
            let events = events.clone();
            tokio::spawn(async move {
                tokio::time::sleep(after).await;
                let _ = events.send(Event::Signal(signal));
            });
        }
        Dispatcher::new(limits, rules, standing, self.ports(events, inbox))
    }

    fn ports(
        &self,
        events: &mpsc::UnboundedSender<Event>,
        inbox: mpsc::UnboundedReceiver<Event>,
    ) -> Ports<Zen> {
        let wall = Arc::clone(&self.world);
        Ports {
            transport: Arc::new(Zen(Arc::clone(&self.world))),
            ledger: Box::new(Disk::start(self, events.clone())),
            readers: Box::new(Folder {
                world: Arc::clone(&self.world),
                archive: Arc::clone(&self.archive),
                delay: self.read_delay,
                start: Instant::now(),
                events: events.clone(),
            }),
            rows: Box::new(Manifest(Arc::clone(&self.world))),
            clock: Box::new(WallClock(wall)),
            observer: Box::new(Watcher(Arc::clone(&self.world))),
            observe_every: Duration::from_mins(1),
            events: inbox,
        }
    }
}
