//! A time as the journal wrote it, and the night that it belongs to.

use jiff::civil::{Date, DateTime};
use jiff::tz::Offset;
use jiff::{Span, Timestamp};

/// Seconds of half a day.
const NOON: i64 = 12 * 3600;

const DAY: i64 = 24 * 3600;

/// A second, and the offset from UTC in which it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment {
    unix: i64,
    offset: i32,
}

impl Moment {
    /// The moment of `time` in `offset`.
    #[must_use]
    pub fn new(time: Timestamp, offset: Offset) -> Self {
        Self {
            unix: time.as_second(),
            offset: offset.seconds(),
        }
    }

    /// Seconds since 1970 in UTC.
    #[must_use]
    pub const fn unix(self) -> i64 {
        self.unix
    }

    /// What the clock on the wall showed, as seconds since its 1970.
    #[must_use]
    pub const fn local(self) -> i64 {
        self.unix + self.offset as i64
    }

    /// The offset from UTC, in minutes.
    #[must_use]
    pub const fn offset_minutes(self) -> i32 {
        self.offset / 60
    }

    /// The night of this moment: nights run from noon to noon and bear the date on which they begin.
    #[must_use]
    pub fn night(self) -> Date {
        civil(self.local() - NOON).date()
    }

    /// `seconds` later, in the same offset.
    #[must_use]
    pub const fn plus(self, seconds: i64) -> Self {
        Self {
            unix: self.unix + seconds,
            offset: self.offset,
        }
    }
}

/// Date and time of `local`, as [`Moment::local`] has it.
#[must_use]
pub fn civil(local: i64) -> DateTime {
    let days = i32::try_from(local.div_euclid(DAY)).unwrap_or(0);
    let seconds = local.rem_euclid(DAY);
    let epoch = jiff::civil::date(1970, 1, 1).at(0, 0, 0, 0);
    let span = Span::new().days(days).seconds(seconds);
    epoch.checked_add(span).unwrap_or(epoch)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn moment(text: &str, hours: i8) -> Moment {
        Moment::new(text.parse().unwrap(), Offset::constant(hours))
    }

    #[test]
    fn a_night_runs_from_noon_to_noon() {
        for (time, hours, night) in [
            ("2026-11-20T18:00:00-03:00", -3, date(2026, 11, 20)),
            ("2026-11-21T02:00:00-03:00", -3, date(2026, 11, 20)),
            ("2026-11-21T11:59:59-03:00", -3, date(2026, 11, 20)),
            ("2026-11-21T12:00:00-03:00", -3, date(2026, 11, 21)),
            // The same instant, written in Manaus: there it is not yet noon.
            ("2026-11-21T12:00:00-03:00", -4, date(2026, 11, 20)),
            ("2027-01-01T00:00:00-03:00", -3, date(2026, 12, 31)),
        ] {
            assert_eq!(moment(time, hours).night(), night, "{time} {hours}");
        }
    }

    #[test]
    fn the_clock_on_the_wall() {
        let one = moment("2026-11-21T01:15:03Z", -3);
        assert_eq!(civil(one.local()).to_string(), "2026-11-20T22:15:03");
        assert_eq!(
            civil(one.plus(-3 * 3600).local()).to_string(),
            "2026-11-20T19:15:03"
        );
        assert_eq!(one.offset_minutes(), -180);
    }
}
