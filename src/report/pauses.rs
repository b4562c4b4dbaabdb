//! When nothing left, and why: the journal's `pause` and `resume` as stretches of time.

use std::collections::BTreeMap;

use super::moment::Moment;

/// Stretches of one reason that lie so close are one: between two pauses of an outage a single document probes.
const PROBE_SECONDS: i64 = 150;

/// Stretches that are kept apart in each journal; what comes later is only added up.
const MOST: usize = 5_000;

/// Why nothing left.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// Quiet hours (horário sem envio).
    QuietHours,
    /// Zen did not answer (Zen indisponível).
    Outage,
    /// The server asked for it.
    RetryAfter,
    /// The files could not be reached.
    Archive,
    /// What a newer program calls it.
    Other(String),
}

impl Reason {
    fn of(message: &str) -> Self {
        match message.split_once(' ').map_or(message, |(code, _)| code) {
            "quiet-hours" => Self::QuietHours,
            "outage" => Self::Outage,
            "retry-after" => Self::RetryAfter,
            "archive-unreachable" => Self::Archive,
            other => Self::Other(other.chars().take(40).collect()),
        }
    }
}

/// One stretch in which nothing left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pause {
    /// Why.
    pub reason: Reason,
    /// Its start.
    pub from: Moment,
    /// Its end.
    pub to: Moment,
}

impl Pause {
    /// How long, in seconds.
    #[must_use]
    pub const fn seconds(&self) -> i64 {
        self.to.unix() - self.from.unix()
    }
}

/// How often and how long nothing left for one reason.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Total {
    /// How often.
    pub times: u64,
    /// How long, in seconds.
    pub seconds: i64,
}

/// Collects the pauses of one journal.
#[derive(Debug, Default)]
pub(super) struct Pauses {
    open: Option<(Pause, Option<i64>)>,
    done: Vec<Pause>,
    later: BTreeMap<Reason, Total>,
}

impl Pauses {
    /// Nothing leaves from `at` on; `message` says why and until when.
    pub fn pause(&mut self, at: Moment, message: &str) {
        self.resume(at);
        let until = message.split_once(" until ");
        let until = until.and_then(|(_, rest)| {
            let time = rest.split(';').next()?;
            time.trim().parse::<jiff::Timestamp>().ok()
        });
        let pause = Pause {
            reason: Reason::of(message),
            from: at,
            to: at,
        };
        self.open = Some((pause, until.map(jiff::Timestamp::as_second)));
    }

    /// Documents leave again, or the run ends.
    pub fn resume(&mut self, at: Moment) {
        if let Some((mut pause, _)) = self.open.take() {
            pause.to = at;
            self.close(pause);
        }
    }

    /// Another run begins though the one before did not say that it ended, or the journal ends: a pause lasted as
    /// long as it was to last, and not beyond `at`.
    pub fn cut(&mut self, at: i64) {
        if let Some((mut pause, until)) = self.open.take() {
            let end = until.unwrap_or(pause.from.unix()).min(at);
            pause.to = pause.from.plus((end - pause.from.unix()).max(0));
            self.close(pause);
        }
    }

    fn close(&mut self, pause: Pause) {
        if let Some(last) = self.done.last_mut()
            && last.reason == pause.reason
            && pause.from.unix() - last.to.unix() <= PROBE_SECONDS
        {
            last.to = pause.to;
            return;
        }
        if self.done.len() < MOST {
            self.done.push(pause);
        } else {
            let total = self.later.entry(pause.reason.clone()).or_default();
            total.times += 1;
            total.seconds += pause.seconds();
        }
    }

    /// All stretches, and the totals by reason.
    pub fn finish(mut self, now: i64) -> (Vec<Pause>, BTreeMap<Reason, Total>) {
        self.cut(now);
        let mut totals = self.later;
        for pause in &self.done {
            let total = totals.entry(pause.reason.clone()).or_default();
            total.times += 1;
            total.seconds += pause.seconds();
        }
        (self.done, totals)
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::Offset;

    use super::*;

    fn at(second: i64) -> Moment {
        Moment::new(jiff::Timestamp::from_second(second).unwrap(), Offset::UTC)
    }

    fn stretches(pauses: Pauses, now: i64) -> Vec<(Reason, i64, i64)> {
        let done = pauses.finish(now).0.into_iter();
        done.map(|one| (one.reason, one.from.unix(), one.to.unix()))
            .collect()
    }

    #[test]
    fn the_probes_of_one_outage_are_one_stretch() {
        let mut pauses = Pauses::default();
        pauses.pause(at(1000), "outage until 1970-01-01T00:17:10Z");
        pauses.resume(at(1030));
        pauses.pause(
            at(1040),
            "outage until 1970-01-01T00:18:10Z; HTTP 500: it is down",
        );
        pauses.pause(at(1100), "outage until 1970-01-01T00:20:00Z");
        pauses.resume(at(1200));
        pauses.pause(at(2000), "quiet-hours until 1970-01-01T01:00:00Z");
        pauses.resume(at(3600));
        let total = pauses.finish(9999);
        assert_eq!(
            total.1[&Reason::Outage],
            Total {
                times: 1,
                seconds: 200
            }
        );
        assert_eq!(total.1[&Reason::QuietHours].seconds, 1600);
        assert_eq!((total.0[0].from, total.0[0].to), (at(1000), at(1200)));
    }

    #[test]
    fn a_pause_that_a_crash_cut_ends_no_later_than_it_was_to() {
        for (until, next, end) in [(3600, 5000, 3600), (3600, 3000, 3000), (500, 5000, 1000)] {
            let mut pauses = Pauses::default();
            let time = jiff::Timestamp::from_second(until).unwrap();
            pauses.pause(at(1000), &format!("quiet-hours until {time}"));
            pauses.cut(next);
            assert_eq!(stretches(pauses, 9999), [(Reason::QuietHours, 1000, end)]);
        }
        let mut pauses = Pauses::default();
        pauses.pause(at(1000), "lunch");
        assert_eq!(
            stretches(pauses, 9999),
            [(Reason::Other("lunch".to_owned()), 1000, 1000)]
        );
    }
}
