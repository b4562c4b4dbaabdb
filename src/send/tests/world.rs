//! What a simulated run happens in: a Zen that does as a script says, a journal that is synced after a while, and what
//! was promised of them, checked at every request.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

use crate::digest::ContentHash;
use crate::journal::{Event, Record, Slot, State, States};
use crate::policy::{ALREADY_THERE, QuietHours};
use crate::zen::{Answer, MAX_BATCH, MAX_BODY_BYTES, Reply, Route};

/// A document of the simulated archive, known by its place in it.
#[derive(Debug, Clone)]
pub struct Spec {
    pub hash: ContentHash,
    pub id: String,
    pub key: String,
    pub route: Route,
    /// The second key by which it goes: the sale of a CFeCanc.
    pub second_key: Option<String>,
    /// Bytes of its JSON.
    pub bytes: usize,
}

/// A request as the simulated Zen sees it.
#[derive(Debug, Clone)]
pub struct Request {
    /// From the world's beginning.
    pub at: Duration,
    pub wall: Timestamp,
    /// The first is 0.
    pub number: usize,
    /// Nothing has come to its route before.
    pub is_first_of_route: bool,
    pub documents: Vec<usize>,
}

impl Request {
    pub fn second(&self) -> u64 {
        self.at.as_secs()
    }

    pub fn holds(&self, document: usize) -> bool {
        self.documents.contains(&document)
    }
}

/// What the simulated Zen does with a request.
#[derive(Debug, Clone)]
pub enum Act {
    /// Takes every document and says so.
    Accept,
    /// Takes every document but those, of which it says nothing.
    PassOver(Vec<usize>),
    /// Takes every document but those, which it refuses.
    Refuse(Vec<usize>),
    /// Takes every document, and no answer comes.
    Lose,
    /// Is not there.
    NotReached,
    /// Answers so, and takes nothing.
    Say(Answer),
}

/// An answer of `status` with `body`.
pub fn say(status: u16, body: &str) -> Act {
    Act::Say(Answer {
        status,
        content_type: "application/json".to_owned(),
        body: body.as_bytes().to_vec(),
        ..Answer::default()
    })
}

/// A request for patience until `retry_after`, by a server whose clock shows `date`.
pub fn push_back_by_date(retry_after: &str, date: &str) -> Act {
    Act::Say(Answer {
        status: 429,
        retry_after: Some(retry_after.to_owned()),
        date: Some(date.to_owned()),
        ..Answer::default()
    })
}

/// A request for patience.
pub fn push_back(status: u16, retry_after: &str) -> Act {
    Act::Say(Answer {
        status,
        retry_after: Some(retry_after.to_owned()),
        ..Answer::default()
    })
}

pub type Script = Box<dyn FnMut(&Request) -> Act + Send>;

/// The world of a run, and of the runs that go on after it.
pub struct World {
    pub specs: Vec<Spec>,
    pub of_hash: HashMap<ContentHash, usize>,
    start: Instant,
    wall: Timestamp,
    /// What the wall clock has jumped.
    jumped: SignedDuration,
    pub script: Script,
    pub latency: Duration,
    quiet: QuietHours,
    /// Known to be outside quiet hours from the first until the second.
    open: Option<(Timestamp, Timestamp)>,

    /// Routes to which requests came.
    routes: HashSet<Route>,
    /// Requests: when, and of how many documents.
    pub arrivals: Vec<(Duration, usize)>,
    /// How often each document came.
    pub came: Vec<u32>,
    pub has: Vec<bool>,
    /// Documents that a run, which has not died since, was told are accepted.
    told: HashSet<usize>,
    /// The pause that the journal tells of, as it was written: when, its message, and until when.
    paused: Option<(Duration, String, Option<Timestamp>)>,
    /// Requests that are in the air: when they came, and when their answer comes.
    in_the_air: Vec<(Duration, Duration)>,
    /// When the wall clock was set last.
    set_at: Option<Duration>,
    /// Attempts of each document that are on the disk.
    attempts: Vec<u32>,

    /// Records that are on their way to the disk, the last of which has the number `last`.
    pub queue: Vec<Record>,
    pub last: u64,
    /// What is on the disk: of documents as the fold takes it, of the run as it stands.
    pub durable: Vec<(ContentHash, Event, Route, bool)>,
    pub notes: Vec<(Event, String)>,
    pub states: States,
    /// How many documents are accepted by what is on the disk.
    pub accepted: u64,
    /// The journal fails at this group.
    pub fail_at_group: Option<usize>,
    groups: usize,
    /// When it failed, in this run.
    pub failed_at: Option<Duration>,
    /// What was queued and came to the disk in this run.
    pub written: Vec<Record>,
    /// The last record of each document on the disk, and whether an attempt at it ever went unanswered.
    doubts: Vec<(Option<Event>, bool)>,
    pub violations: Vec<String>,
}

impl World {
    pub fn new(specs: Vec<Spec>, wall: Timestamp, quiet: QuietHours, script: Script) -> Self {
        let of_hash = specs
            .iter()
            .enumerate()
            .map(|(number, spec)| (spec.hash, number))
            .collect();
        Self {
            of_hash,
            start: Instant::now(),
            wall,
            jumped: SignedDuration::ZERO,
            script,
            latency: Duration::from_millis(50),
            quiet,
            open: None,
            routes: HashSet::new(),
            arrivals: Vec::new(),
            came: vec![0; specs.len()],
            has: vec![false; specs.len()],
            told: HashSet::new(),
            paused: None,
            in_the_air: Vec::new(),
            set_at: None,
            attempts: vec![0; specs.len()],
            queue: Vec::new(),
            last: 0,
            durable: Vec::new(),
            notes: Vec::new(),
            states: States::default(),
            accepted: 0,
            fail_at_group: None,
            groups: 0,
            failed_at: None,
            written: Vec::new(),
            doubts: vec![(None, false); specs.len()],
            violations: Vec::new(),
            specs,
        }
    }

    pub fn now(&self) -> Timestamp {
        let passed = SignedDuration::try_from(self.start.elapsed()).unwrap();
        self.wall + passed + self.jumped
    }

    /// The wall clock is set.
    pub fn set_clock(&mut self, by: SignedDuration) {
        self.jumped += by;
        self.set_at = Some(self.start.elapsed());
    }

    /// A run begins: the one before may have died with requests in the air, and with the answers to them.
    pub fn begin_run(&mut self, last_died: bool) {
        self.paused = None;
        self.in_the_air.clear();
        self.groups = 0;
        if last_died {
            self.told.clear();
        }
    }

    /// A record is written: pauses and resumes come in pairs, a pause that follows another prolongs it.
    pub fn written(&mut self, record: &Record) {
        let code = |message: &str| message.split(' ').next().unwrap_or_default().to_owned();
        match record.event {
            Event::Pause => {
                let until = record.message.split(" until ").nth(1);
                let until = until.and_then(|rest| rest.split(';').next()?.parse().ok());
                if until.is_none() {
                    let told = format!("a pause without an end: {}", record.message);
                    self.violations.push(told);
                }
                self.paused = Some((self.start.elapsed(), code(&record.message), until));
            }
            Event::Resume => {
                let before = self.paused.take().map(|(_, code, _)| code);
                if before.as_ref() != Some(&record.message) {
                    let told = format!("resumed {} after {before:?}", record.message);
                    self.violations.push(told);
                }
            }
            _ => {}
        }
    }

    /// While the journal tells of a pause nothing leaves before its end, and then one document at a time.
    fn check_pause(&mut self, request: &Request) {
        let at = request.at;
        self.in_the_air.retain(|(_, ends)| *ends > at);
        let Some((since, _, until)) = self.paused.clone() else {
            return;
        };
        if since == at {
            // It had left when the pause began, in the same moment.
            return;
        }
        let was_set = self.set_at.is_some_and(|set| set >= since);
        if until.is_some_and(|until| request.wall < until) && !was_set {
            self.violated("before a pause was over", request);
        }
        let probes = self.in_the_air.iter().filter(|(came, _)| *came > since);
        if probes.count() > 0 || request.documents.len() > 1 {
            self.violated("more than one document in a pause", request);
        }
    }

    fn violated(&mut self, what: &str, request: &Request) {
        if self.violations.len() < 5 {
            self.violations.push(format!("{what}: {request:?}"));
        }
    }

    /// A request has come: when its answer comes, and what it is.
    pub fn arrive(&mut self, route: Route, body: &[u8]) -> (Duration, Reply) {
        let request = Request {
            at: self.start.elapsed(),
            wall: self.now(),
            number: self.arrivals.len(),
            is_first_of_route: self.routes.insert(route),
            documents: numbers(body),
        };
        self.arrivals.push((request.at, request.documents.len()));
        self.check(&request, route, body.len());
        self.check_pause(&request);
        let act = (self.script)(&request);
        let takes = |number: &usize| match &act {
            Act::Accept | Act::Lose => true,
            Act::PassOver(those) | Act::Refuse(those) => !those.contains(number),
            Act::NotReached | Act::Say(_) => false,
        };
        for number in request.documents.iter().filter(|number| takes(number)) {
            self.has[*number] = true;
            if !matches!(act, Act::Lose) {
                self.told.insert(*number);
            }
        }
        let after = match act {
            Act::Lose => Duration::from_mins(2),
            _ => self.latency,
        };
        self.in_the_air.push((request.at, request.at + after));
        (after, self.reply(&request, act))
    }

    /// What holds for every request.
    fn check(&mut self, request: &Request, route: Route, bytes: usize) {
        // What leaves in the same moment had left when the journal failed.
        if self.failed_at.is_some_and(|failed| failed < request.at) {
            self.violated("it left after the journal had failed", request);
        }
        let documents = &request.documents;
        let keys: HashSet<_> = documents.iter().map(|one| &self.specs[*one].key).collect();
        if keys.len() < documents.len() {
            self.violated("two documents of one access key", request);
        }
        if documents.len() > MAX_BATCH || (documents.len() > 1 && bytes > MAX_BODY_BYTES) {
            self.violated("too long", request);
        }
        for one in documents {
            self.came[*one] += 1;
            let spec = &self.specs[*one];
            let state = self.states.get(&spec.hash).map(Slot::state);
            if spec.route != route {
                self.violated("a wrong route", request);
            }
            if self.came[*one] > self.attempts[*one] {
                self.violated("it left before its attempt was on the disk", request);
            }
            // The last record is that of this attempt.
            if self.has[*one] && !self.doubts[*one].1 {
                self.violated("it is there, and nobody doubted that", request);
            }
            if state == Some(State::Accepted) {
                self.violated("it was accepted before", request);
            }
            if self.told.contains(one) {
                self.violated("it was said to be accepted before", request);
            }
        }
        let open = self
            .open
            .is_some_and(|(from, to)| (from..to).contains(&request.wall));
        if !open {
            // At the very moment at which the clock is set nobody could know.
            let was_set = self.set_at == Some(request.at);
            if self.quiet.quiet_until(request.wall).is_some() && !was_set {
                self.violated("in quiet hours", request);
            }
            let day_on = request.wall + Duration::from_hours(24);
            let next = self.quiet.next_quiet(request.wall).unwrap_or(day_on);
            self.open = Some((request.wall, next.min(day_on)));
        }
    }

    fn reply(&self, request: &Request, act: Act) -> Reply {
        let entries = |those: &[usize], passed_over: bool| {
            let entry = |number: &usize| {
                let success = !those.contains(number);
                let key = &self.specs[*number].key;
                (success || !passed_over)
                    .then(|| format!(r#"{{"Key":"{key}","Success":{success},"Message":"m"}}"#))
            };
            let entries: Vec<_> = request.documents.iter().filter_map(entry).collect();
            Reply::Answered(Answer {
                status: 200,
                content_type: "application/json".to_owned(),
                body: format!("[{}]", entries.join(",")).into_bytes(),
                ..Answer::default()
            })
        };
        match act {
            Act::Accept => entries(&[], false),
            Act::PassOver(those) => entries(&those, true),
            Act::Refuse(those) => entries(&those, false),
            Act::Lose => Reply::NoAnswer {
                message: "timed out".to_owned(),
            },
            Act::NotReached => Reply::NotReached {
                message: "refused".to_owned(),
                certificate: false,
            },
            Act::Say(answer) => Reply::Answered(answer),
        }
    }

    /// The first `count` queued records reach the disk. False: the journal fails.
    pub fn sync(&mut self, count: usize) -> bool {
        self.groups += 1;
        if self.fail_at_group.is_some_and(|group| self.groups >= group) {
            self.failed_at = Some(self.start.elapsed());
            return false;
        }
        for record in self.queue.drain(..count).collect::<Vec<_>>() {
            self.written.push(record.clone());
            let (Some(hash), Some(route)) = (record.sha256, record.route) else {
                self.notes.push((record.event, record.message));
                continue;
            };
            let (last, doubt) = &mut self.doubts[self.of_hash[&hash]];
            let is_open = record.event == Event::Attempt && *last == Some(Event::Attempt);
            *doubt |= is_open || record.event == Event::Unknown;
            *last = Some(record.event);
            let already = record.message.starts_with(ALREADY_THERE);
            if record.event == Event::Attempt {
                self.attempts[self.of_hash[&hash]] += 1;
            }
            self.durable.push((hash, record.event, route, already));
            let before = self.states.get(&hash).map(Slot::state);
            let is_new = record.event == Event::Accepted && before != Some(State::Accepted);
            self.accepted += u64::from(is_new);
            self.states.set(hash, record.event, route, already);
        }
        true
    }

    pub fn state(&self, number: usize) -> State {
        let slot = self.states.get(&self.specs[number].hash);
        slot.map_or(State::Pending, Slot::state)
    }

    /// How many requests came from the first second until the second.
    pub fn requests_between(&self, from: u64, to: u64) -> usize {
        let within = |(at, _): &&(Duration, usize)| (from..to).contains(&at.as_secs());
        self.arrivals.iter().filter(within).count()
    }
}

/// The documents that a body holds.
fn numbers(body: &[u8]) -> Vec<usize> {
    const START: &[u8] = b"\"Xml\":\"";
    memchr::memmem::find_iter(body, START)
        .map(|at| {
            let digits = body[at + START.len()..]
                .iter()
                .take_while(|byte| byte.is_ascii_digit());
            digits.fold(0, |number, digit| number * 10 + usize::from(digit - b'0'))
        })
        .collect()
}
