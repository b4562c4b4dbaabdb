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

use super::ahead::Ahead;
use super::archive_watch::ArchiveWatch;
use super::crew::Crew;
use super::document::{Batch, Document, Pass};
use super::doors::Doors;
use super::ending::{Ending, StopReason, Unrecorded};
use super::fatal::Fatal;
use super::gates::{Gates, Look};
use super::intake::Intake;
use super::limits::Limits;
use super::notes::Notes;
use super::pen::Pen;
use super::pilot::Pilot;
use super::ports::{Clock, Event, Observer, Readers, Rows, Signal};
use super::settle::Settlement;
use super::snapshot::Waiting;
use super::standing::Standing;
use crate::digest::ContentHash;
use crate::manifest::Row;
use crate::pace::Pace;
use crate::policy::{Breaker, Rules};
use crate::zen::{Body, Reply, Route, Transport};

/// Waits follow the wall clock in slices no longer than this.
const LONGEST_SLICE: Duration = Duration::from_secs(30);

/// After the second Ctrl-C, what is with the journal is waited for so long.
const LAST_RECORDS: Duration = Duration::from_secs(10);

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
    pub(super) observer: Box<dyn Observer>,
    pub(super) observe_every: Duration,
    pub(super) next_look: Instant,
    events: mpsc::UnboundedReceiver<Event>,

    pub(super) pen: Pen,
    pub(super) standing: Standing,
    pub(super) gates: Gates,
    pub(super) doors: Doors,
    pub(super) pace: Pace,
    pub(super) watch: ArchiveWatch,
    /// What nothing may leave for.
    pub(super) held: Option<Waiting>,
    /// The journal's last `pause`, until documents leave again.
    pub(super) paused: Option<Waiting>,
    pub(super) look: Look,
    /// The document that asks whether an outage is over.
    pub(super) probe: Option<ContentHash>,
    /// Documents that are read to see whether the archive is there again.
    pub(super) peeks: Vec<ContentHash>,
    pub(super) stop: Option<StopReason>,
    /// The last word of the operator or the system, whatever it stops for.
    pub(super) signal: Option<Signal>,

    pub(super) pass: Pass,
    pub(super) source: mpsc::Receiver<Result<Vec<Row>, Fatal>>,
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
    /// How far ahead documents are read and recorded.
    pub(super) ahead: Ahead,
    /// When the next cell is free.
    pub(super) next_cell: Option<Instant>,
    crew: Crew<T>,
    /// Requests in the air, by the number of who carries them.
    pub(super) flying: Vec<Option<Flight>>,
    in_flight: usize,
    /// Results whose records are being synced.
    pub(super) unacknowledged: VecDeque<(u64, Vec<Settlement>)>,
    /// Documents that a fault was counted against since the last success: it may yet prove to be an outage.
    pub(super) charges: Vec<ContentHash>,
    /// Out of attempts by such faults.
    pub(super) limbo: Vec<Document>,
    /// Turned away while there was no other to try; and the words for it, should nothing else work either.
    pub(super) aside: Vec<Document>,
    pub(super) aside_why: Option<Fatal>,
    /// The words of the last fault, which say why there is an outage.
    pub(super) fault: String,
    /// The file for which the archive is held to be away, and why it cannot be read.
    pub(super) unreached: String,
    /// Events whose note waits for a person.
    pub(super) behind: u64,
    /// Attempts that an outage gave back to documents that are on their way.
    pub(super) pardons: HashMap<ContentHash, u32>,
    /// Notes that have not come in.
    pub(super) notes: Notes,
    /// Outages so far.
    pub(super) epoch: u64,
    /// Requests of halves that were put together so far, which number them.
    pub(super) assembled: u64,
    pub(super) taken: u64,
    pub(super) sent: u64,
    /// Only one document of each sort is sent.
    pub(super) pilot: Option<Pilot>,
    pub(super) unrecorded: Vec<Unrecorded>,
    pub(super) started: Instant,
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
            paused: None,
            look: Look::Open,
            probe: None,
            peeks: Vec::new(),
            stop: None,
            signal: None,
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
            ahead: Ahead::default(),
            unacknowledged: VecDeque::new(),
            charges: Vec::new(),
            limbo: Vec::new(),
            aside: Vec::new(),
            aside_why: None,
            fault: String::new(),
            unreached: String::new(),
            behind: 0,
            pardons: HashMap::new(),
            notes: Notes::default(),
            epoch: 0,
            assembled: 0,
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
            if self.signal == Some(Signal::Leave) || (self.is_idle() && self.advance()) {
                break;
            }
            self.wait().await;
        }
        self.await_last_records().await;
        self.finish()
    }

    /// After a second Ctrl-C: what is with the journal counts, if it becomes durable soon.
    async fn await_last_records(&mut self) {
        let deadline = Instant::now() + LAST_RECORDS;
        while !self.unacknowledged.is_empty() && self.pen.failure().is_none() {
            match tokio::time::timeout_at(deadline, self.events.recv()).await {
                Ok(Some(event)) => self.on_event(event),
                Ok(None) | Err(_) => return,
            }
        }
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
        if self.stop.is_some() {
            return wake;
        }
        let wall = self.clock.now();
        if let Some(left) = self.gates.outage_left(wall) {
            // In quiet hours it stays as it is: it is not asked for too often.
            wake = wake.min(now + left.max(Duration::from_secs(1)));
        }
        if let Some(until) = self.held.and_then(Waiting::until) {
            wake = wake.min(now + until_from(wall, until));
        } else {
            wake = self.next_cell.map_or(wake, |cell| wake.min(cell));
            // What is due already waits for room, and a report makes that.
            let due = self.intake.next_due().filter(|due| *due > now);
            wake = due.map_or(wake, |due| wake.min(due));
        }
        if let Some(until) = self.limits.until {
            wake = wake.min(now + until_from(wall, until));
        }
        let end = self.limits.max_duration.map(|most| self.started + most);
        end.map_or(wake, |end| wake.min(end))
    }

    fn on_event(&mut self, event: Event) {
        match event {
            Event::Prepared(document, preparation) => self.on_prepared(document, preparation),
            Event::Journal(ack) => self.on_journal(ack),
            Event::Signal(signal) => {
                self.stop_for(StopReason::Interrupted);
                self.signal = Some(signal);
            }
        }
    }

    fn on_rows(&mut self, chunk: Option<Result<Vec<Row>, Fatal>>) {
        match chunk {
            Some(Ok(rows)) => {
                self.rows.extend(rows);
                if let Some(reason) = self.manifest.changed() {
                    self.stop_for(StopReason::Fatal(reason));
                }
            }
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
    pub(super) fn fly(&mut self, batch: Batch, body: Body) {
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
}

/// The time from `now` until `until`, nothing where it has passed.
fn until_from(now: Timestamp, until: Timestamp) -> Duration {
    Duration::try_from(now.duration_until(until)).unwrap_or(Duration::ZERO)
}
