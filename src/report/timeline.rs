//! How many documents were settled when: by the minute for the charts, by night for the table.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::moment::Moment;
use crate::journal::State;

/// Documents by what became of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Aceitos pelo Zen.
    pub accepted: u64,
    /// Recusados pelo Zen.
    pub rejected: u64,
    /// Neither yet.
    pub open: u64,
}

impl Counts {
    fn add(&mut self, state: State) {
        match state {
            State::Accepted => self.accepted += 1,
            State::Rejected => self.rejected += 1,
            _ => self.open += 1,
        }
    }

    /// Adds `other`.
    pub const fn merge(&mut self, other: &Self) {
        self.accepted += other.accepted;
        self.rejected += other.rejected;
        self.open += other.open;
    }

    /// All of them.
    #[must_use]
    pub const fn all(&self) -> u64 {
        self.accepted + self.rejected + self.open
    }
}

/// One night, from noon to noon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Night {
    /// What became of documents in it.
    pub counts: Counts,
    /// Its first document.
    pub first: Moment,
    /// Its last document.
    pub last: Moment,
}

/// Documents by the time of the record that decides their state, so that every sum is the balance's.
#[derive(Debug, Default)]
pub struct Timeline {
    /// By minute of the clock on the wall.
    minutes: BTreeMap<i64, Counts>,
    /// By the date on which the night begins.
    pub nights: BTreeMap<Date, Night>,
    /// Documents whose record bears no readable time.
    pub timeless: Counts,
}

impl Timeline {
    pub(super) fn add(&mut self, when: Option<Moment>, state: State) {
        let Some(when) = when else {
            self.timeless.add(state);
            return;
        };
        let minute = when.local().div_euclid(60);
        self.minutes.entry(minute).or_default().add(state);
        let night = self.nights.entry(when.night()).or_insert(Night {
            counts: Counts::default(),
            first: when,
            last: when,
        });
        night.counts.add(state);
        if when.unix() < night.first.unix() {
            night.first = when;
        }
        if when.unix() > night.last.unix() {
            night.last = when;
        }
    }

    /// The first and the last document, by the clock on the wall in seconds.
    #[must_use]
    pub fn span(&self) -> Option<(i64, i64)> {
        let first = self
            .nights
            .values()
            .map(|night| night.first.local())
            .min()?;
        let last = self.nights.values().map(|night| night.last.local()).max()?;
        Some((first, last))
    }

    /// How many were accepted up to the end of each minute: (local seconds, sum).
    pub fn accepted(&self) -> impl Iterator<Item = (i64, u64)> {
        let mut sum = 0;
        self.minutes.iter().map(move |(minute, counts)| {
            sum += counts.accepted;
            ((minute + 1) * 60, sum)
        })
    }

    /// Buckets of `hours` hours in which there is something: (local seconds of the start, counts).
    #[must_use]
    pub fn buckets(&self, hours: i64) -> BTreeMap<i64, Counts> {
        let seconds = hours * 3600;
        let mut buckets: BTreeMap<i64, Counts> = BTreeMap::new();
        for (minute, counts) in &self.minutes {
            let start = (minute * 60).div_euclid(seconds) * seconds;
            buckets.entry(start).or_default().merge(counts);
        }
        buckets
    }

    /// Everything added up.
    #[must_use]
    pub fn total(&self) -> Counts {
        let mut total = self.timeless;
        self.nights
            .values()
            .for_each(|night| total.merge(&night.counts));
        total
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use jiff::tz::Offset;

    use super::*;

    #[test]
    fn minutes_hours_and_nights_add_up() {
        let mut timeline = Timeline::default();
        for (time, state) in [
            ("2026-11-20T18:00:10-03:00", State::Accepted),
            ("2026-11-20T18:00:50-03:00", State::Rejected),
            ("2026-11-20T23:59:59-03:00", State::Accepted),
            ("2026-11-21T00:10:00-03:00", State::Accepted),
            ("2026-11-21T18:00:00-03:00", State::Unknown),
        ] {
            let time = time.parse().unwrap();
            timeline.add(Some(Moment::new(time, Offset::constant(-3))), state);
        }
        timeline.add(None, State::Accepted);
        let night = timeline.nights[&date(2026, 11, 20)];
        assert_eq!((night.counts.accepted, night.counts.rejected), (3, 1));
        assert_eq!(
            night.last.unix() - night.first.unix(),
            6 * 3600 + 9 * 60 + 50
        );
        assert_eq!(timeline.nights[&date(2026, 11, 21)].counts.open, 1);
        let sums: Vec<_> = timeline.accepted().map(|(_, sum)| sum).collect();
        assert_eq!(sums, [1, 2, 3, 3]);
        let hours = timeline.buckets(1);
        assert_eq!(hours.len(), 4);
        assert_eq!(timeline.buckets(24).values().next().unwrap().all(), 3);
        assert_eq!((timeline.total().accepted, timeline.total().all()), (4, 6));
    }
}
