//! The sole owner of a run's state: takes rows in, sends requests out, and waits for whatever comes first.
//!
//! Nothing here blocks and nothing is shared. [`Dispatcher::run`] does all that can be done now, then waits for
//! one report. The steps stand in the files beside this one, in the order a document takes them: `take_up`,
//! `launch`, `settle`.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::archive_watch::ArchiveWatch;
use super::crew::Crew;
use super::document::{Batch, Document, Loaded, Pass};
use super::doors::Doors;
use super::ending::{Ending, StopReason, Unrecorded};
use super::gates::{Gates, Look};
use super::intake::Intake;
use super::limits::Limits;
use super::pen::Pen;
use super::pilot::Pilot;
use super::ports::{Clock, Event, Observer, Readers, Rows, Signal};
use super::settle::Settlement;
use super::snapshot::{Snapshot, Waiting};
use super::standing::Standing;
use crate::digest::ContentHash;
use crate::manifest::Row;
use crate::pace::Pace;
use crate::policy::{Breaker, Rules};
use crate::zen::{Reply, Route, Transport};

/// Waits follow the wall clock in slices no longer than this.
const LONGEST_SLICE: Duration = Duration::from_secs(30);

/// The parts of the world that a run needs.
pub struct Ports<T> {
    /// Carries requests.
    pub transport: Arc<T>,
    /// Makes records durable.
    pub ledger: Box<dyn super::ports::Ledger>,
    /// Reads documents.
    pub readers: Box<dyn Readers>,
    /// Reads the manifest.
    pub rows: Box<dyn Rows>,
    /// The time of day.
    pub clock: Box<dyn Clock>,
    /// Is shown how it goes, and how often.
    pub observer: Box<dyn Observer>,
    /// The pause between two looks.
    pub observe_every: Duration,
    /// What is reported.
    pub events: mpsc::UnboundedReceiver<Event>,
}

/// A request in the air.
pub(super) struct Flight {
    pub batch: Batch,
    pub started: Instant,
    pub started_at: Timestamp,
    /// Outages before it left: what left before the present one is not blamed for it.
    pub epoch: u64,
}

/// Halves of a refused request, being read again to go as they are.
pub(super) struct Assembly {
    pub batch: Batch,
    pub expected: usize,
}

/// One run.
pub struct Dispatcher<T> {
    pub(super) limits: Limits,
    pub(super) rules: Rules,
    pub(super) readers: Box<dyn Readers>,
    pub(super) manifest: Box<dyn Rows>,
    pub(super) clock: Box<dyn Clock>,
    observer: Box<dyn Observer>,
    observe_every: Duration,
    next_look: Instant,
    events: mpsc::UnboundedReceiver<Event>,

    pub(super) pen: Pen,
    pub(super) standing: Standing,
    pub(super) gates: Gates,
    pub(super) doors: Doors,
    pub(super) pace: Pace,
    pub(super) watch: ArchiveWatch,
    /// What nothing may leave for, as the journal's last `pause` has it.
    pub(super) held: Option<Waiting>,
    /// A single document may leave, to ask whether the outage is over.
    pub(super) probing: bool,
    pub(super) stop: Option<StopReason>,
    /// Leave at once.
    leave: bool,

    pub(super) pass: Pass,
    source: mpsc::Receiver<Result<Vec<Row>, String>>,
    pub(super) source_ended: bool,
    pub(super) rows: VecDeque<Row>,
    pub(super) intake: Intake,
    /// Documents that readers have.
    pub(super) preparing: usize,
    /// Which halves a document that is being read belongs to.
    pub(super) half_of: HashMap<ContentHash, u64>,
    pub(super) halves: HashMap<u64, Assembly>,
    /// The request that is being filled, for each route.
    pub(super) open: [Option<Batch>; Route::ALL.len()],
    /// Requests whose attempts are being synced, with the number of the last record.
    pub(super) queued: VecDeque<(u64, Batch)>,
    /// Requests that may leave, when the rate allows.
    pub(super) ready: VecDeque<Batch>,
    /// Bytes of JSON in open, queued and ready requests.
    pub(super) loaded_bytes: usize,
    /// Cells of the rate that the first ready request has.
    pub(super) cells: usize,
    /// When the next cell is free.
    pub(super) next_cell: Option<Instant>,
    crew: Crew<T>,
    /// Requests in the air, by the number of who carries them.
    flying: Vec<Option<Flight>>,
    in_flight: usize,
    /// Results whose records are being synced.
    pub(super) unacknowledged: VecDeque<(u64, Vec<Settlement>)>,
    /// Out of attempts by faults that may yet prove to be an outage.
    pub(super) limbo: Vec<Document>,
    pub(super) epoch: u64,
    pub(super) families: u64,
    pub(super) taken: u64,
    pub(super) sent: u64,
    /// Only one document of each sort is sent.
    pub(super) pilot: Option<Pilot>,
    pub(super) unrecorded: Vec<Unrecorded>,
    started: Instant,
}

impl<T: Transport> Dispatcher<T> {
    /// A run that has not begun.
    #[must_use]
    pub fn new(limits: Limits, rules: Rules, standing: Standing, ports: Ports<T>) -> Self {
        let mut manifest = ports.rows;
        let source = manifest.read(Pass::Documents);
        let seed = standing.seed();
        Self {
            pace: Pace::new(limits.rate),
            gates: Gates::new(
                limits.quiet_hours.clone(),
                limits.outage_limit,
                Breaker::new(seed),
            ),
            pen: Pen::new(ports.ledger, limits.quiet_hours.time_zone().clone()),
            limits,
            rules,
            readers: ports.readers,
            manifest,
            clock: ports.clock,
            observer: ports.observer,
            observe_every: ports.observe_every,
            next_look: Instant::now(),
            events: ports.events,
            standing,
            doors: Doors::default(),
            watch: ArchiveWatch::default(),
            held: None,
            probing: false,
            stop: None,
            leave: false,
            pass: Pass::Documents,
            source,
            source_ended: false,
            rows: VecDeque::new(),
            intake: Intake::default(),
            preparing: 0,
            half_of: HashMap::new(),
            halves: HashMap::new(),
            open: Default::default(),
            queued: VecDeque::new(),
            ready: VecDeque::new(),
            loaded_bytes: 0,
            cells: 0,
            next_cell: None,
            crew: Crew::new(ports.transport),
            flying: Vec::new(),
            in_flight: 0,
            unacknowledged: VecDeque::new(),
            limbo: Vec::new(),
            epoch: 0,
            families: 0,
            taken: 0,
            sent: 0,
            pilot: None,
            unrecorded: Vec::new(),
            started: Instant::now(),
        }
    }

    /// Sends one document of each sort only, as `pilot` chooses.
    #[must_use]
    pub fn with_pilot(mut self, pilot: Option<Pilot>) -> Self {
        self.pilot = pilot;
        self
    }

    /// Sends what there is to send, and comes back when all is settled or nothing more may be done.
    pub async fn run(mut self) -> Ending {
        loop {
            self.look_at_gates();
            self.take_up();
            self.launch();
            self.show();
            if self.leave || (self.is_idle() && self.advance()) {
                break;
            }
            self.wait().await;
        }
        self.finish()
    }

    /// Asks the gates and the clock; what must wait is withdrawn, and a pause that begins or ends is recorded.
    fn look_at_gates(&mut self) {
        let now = self.clock.now();
        self.check_limits(now);
        let look = self.gates.look(now);
        self.probing = look == Look::Probe;
        let held = match look {
            Look::Closed(waiting) => Some(waiting),
            Look::Open | Look::Probe => None,
        };
        if held != self.held {
            if self
                .held
                .is_some_and(|before| held.is_none_or(|held| held.code() != before.code()))
            {
                self.pen.resume(now, self.held);
            }
            if let Some(waiting) = held {
                self.pen.pause(now, waiting);
            }
            self.held = held;
        }
        self.pace.slow_to(self.gates.throttle.factor(now));
        if self.held.is_some() || self.stop.is_some() {
            self.withdraw();
        }
    }

    /// Stops softly where a limit of the run is reached.
    fn check_limits(&mut self, now: Timestamp) {
        if self.stop.is_some() {
            return;
        }
        let reason = if self.limits.until.is_some_and(|until| now >= until) {
            StopReason::Until
        } else if self
            .limits
            .max_duration
            .is_some_and(|most| self.started.elapsed() >= most)
        {
            StopReason::MaxDuration
        } else if self.gates.outage_is_over_limit(now) {
            StopReason::OutageLimit
        } else {
            return;
        };
        self.stop_for(reason);
    }

    /// Nothing new leaves any more. The first reason stays, but an interruption or a failure is the stronger one.
    pub(super) fn stop_for(&mut self, reason: StopReason) {
        let stronger = match (&self.stop, &reason) {
            (None, _) | (Some(_), StopReason::Interrupted) => true,
            (Some(StopReason::Interrupted | StopReason::Fatal(_)), _) => false,
            (Some(_), StopReason::Fatal(_)) => true,
            _ => false,
        };
        if stronger {
            self.stop = Some(reason);
        }
        self.intake.clear();
        self.limbo.clear();
    }

    /// As many documents as the run may send have been taken from the manifest.
    pub(super) fn has_taken_enough(&self) -> bool {
        self.limits.max_docs.is_some_and(|most| self.taken >= most)
    }

    /// Whether no document is on its way.
    fn is_idle(&self) -> bool {
        self.preparing == 0
            && self.queued.is_empty()
            && self.ready.is_empty()
            && self.in_flight == 0
            && self.unacknowledged.is_empty()
            && self.open.iter().all(Option::is_none)
    }

    /// With no document on its way: goes on to the next pass. True: there is nothing more to do.
    fn advance(&mut self) -> bool {
        if self.stop.is_some() {
            return true;
        }
        let more_rows = !self.source_ended || !self.rows.is_empty();
        if (more_rows && !self.has_taken_enough()) || self.intake.len() > 0 {
            return false;
        }
        if self.settle_unread_at_end() {
            return false;
        }
        self.limbo.clear();
        if more_rows {
            self.stop_for(StopReason::MaxDocs);
            return true;
        }
        if self.pass == Pass::Documents {
            self.pass = Pass::Events;
            self.source = self.manifest.read(Pass::Events);
            self.source_ended = false;
            return false;
        }
        if let Some(pilot) = &self.pilot {
            let untried = pilot.without_note().collect();
            self.stop_for(StopReason::Pilot { untried });
        }
        true
    }

    /// Waits for the first report, or for the next thing that is due.
    async fn wait(&mut self) {
        let wake = self.next_wake();
        let wants_rows = !self.source_ended && self.rows.is_empty() && self.stop.is_none();
        tokio::select! {
            biased;
            event = self.events.recv() => {
                if let Some(event) = event {
                    self.on_event(event);
                }
            }
            Some((number, reply)) = self.crew.next() => self.on_landed(number, &reply),
            chunk = self.source.recv(), if wants_rows => self.on_rows(chunk),
            () = tokio::time::sleep_until(wake) => {}
        }
        while let Ok(event) = self.events.try_recv() {
            self.on_event(event);
        }
        while let Some((number, reply)) = self.crew.try_next() {
            self.on_landed(number, &reply);
        }
    }

    /// When something is due without any report: a cell, a retry, the end of a pause, a look at the clock.
    fn next_wake(&self) -> Instant {
        let now = Instant::now();
        let mut wake = (now + LONGEST_SLICE).min(self.next_look.max(now));
        if let Some(until) = self.held.and_then(Waiting::until) {
            wake = wake.min(now + until_from(self.clock.now(), until));
        } else {
            wake = self.next_cell.map_or(wake, |cell| wake.min(cell));
            wake = self
                .intake
                .next_due()
                .map_or(wake, |due| wake.min(due.max(now)));
        }
        if let Some(until) = self.limits.until {
            wake = wake.min(now + until_from(self.clock.now(), until));
        }
        wake
    }

    fn on_event(&mut self, event: Event) {
        match event {
            Event::Prepared(document, preparation) => self.on_prepared(document, preparation),
            Event::Journal(ack) => self.on_journal(ack),
            Event::Signal(Signal::Drain) => self.stop_for(StopReason::Interrupted),
            Event::Signal(Signal::Leave) => {
                self.stop_for(StopReason::Interrupted);
                self.leave = true;
            }
        }
    }

    fn on_rows(&mut self, chunk: Option<Result<Vec<Row>, String>>) {
        match chunk {
            Some(Ok(rows)) => self.rows.extend(rows),
            Some(Err(reason)) => {
                self.source_ended = true;
                self.stop_for(StopReason::Fatal(reason));
            }
            None => self.source_ended = true,
        }
    }

    fn on_landed(&mut self, number: usize, reply: &Reply) {
        if let Some(flight) = self.flying.get_mut(number).and_then(Option::take) {
            self.in_flight -= 1;
            self.on_reply(flight, reply);
        }
    }

    /// Sends `batch` off.
    pub(super) fn fly(&mut self, batch: Batch, body: Vec<u8>) {
        let number = self.crew.send(batch.route, body);
        let flight = Flight {
            batch,
            started: Instant::now(),
            started_at: self.clock.now(),
            epoch: self.epoch,
        };
        if self.flying.len() <= number {
            self.flying.resize_with(number + 1, || None);
        }
        self.flying[number] = Some(flight);
        self.in_flight += 1;
    }

    pub(super) fn in_flight(&self) -> usize {
        self.in_flight
    }

    fn show(&mut self) {
        if Instant::now() < self.next_look {
            return;
        }
        self.next_look = Instant::now() + self.observe_every;
        let snapshot = self.snapshot();
        self.observer.show(&snapshot);
    }

    fn snapshot(&self) -> Snapshot {
        let now = self.clock.now();
        let retry = || {
            let due = self.intake.next_due()?;
            let nothing_else = self.is_idle() && self.source_ended && self.rows.is_empty();
            let until = now + due.saturating_duration_since(Instant::now());
            nothing_else.then_some(Waiting::Retry { until })
        };
        let waiting = match &self.stop {
            Some(_) => Some(Waiting::Draining),
            None => self.held.or_else(retry),
        };
        Snapshot {
            now,
            balance: self.standing.balance(),
            pass: self.pass,
            in_flight: self.in_flight,
            sent: self.sent,
            answered: self.standing.answered(),
            ceiling: self.pace.rate_now(),
            waiting,
        }
    }

    fn finish(mut self) -> Ending {
        let now = self.clock.now();
        let balance = self.standing.balance();
        if self.held.is_some() {
            self.pen.resume(now, self.held);
        }
        let failure = self.unrecorded_failure();
        self.pen.end(now, self.stop.as_ref(), &balance);
        let snapshot = self.snapshot();
        self.observer.show(&snapshot);
        Ending {
            reason: failure.map(StopReason::Fatal).or(self.stop),
            balance,
            unrecorded: self.unrecorded,
            sent: self.sent,
        }
    }

    /// Forgets the bytes of a document that is not carried any more.
    pub(super) fn unload(&mut self, loaded: Loaded) -> Document {
        self.loaded_bytes -= loaded.prepared.item.len();
        loaded.document
    }
}

/// The time from `now` until `until`, nothing where it has passed.
fn until_from(now: Timestamp, until: Timestamp) -> Duration {
    Duration::try_from(now.duration_until(until)).unwrap_or(Duration::ZERO)
}
