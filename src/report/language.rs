//! Numbers, dates and spans of time as the reader writes them.

use std::fmt::Write as _;

use jiff::civil::{Date, DateTime};

use super::moment::{Moment, civil};
use crate::lang::Lang;

impl Lang {
    /// `99,2%`, rounded down, so that only all is 100%; nothing where there is no whole.
    #[must_use]
    pub fn share(self, part: u64, whole: u64) -> String {
        if whole == 0 {
            return String::new();
        }
        let tenths = u128::from(part) * 1000 / u128::from(whole);
        let (ones, tenth) = (tenths / 10, tenths % 10);
        match self {
            _ if tenths == 1000 => "100%".to_owned(),
            Self::Portuguese => format!("{ones},{tenth}%"),
            Self::English => format!("{ones}.{tenth}%"),
        }
    }

    /// `31/12/2026`
    #[must_use]
    pub fn date(self, date: Date) -> String {
        let (year, month, day) = (date.year(), date.month(), date.day());
        match self {
            Self::Portuguese => format!("{day:02}/{month:02}/{year:04}"),
            Self::English => format!("{year:04}-{month:02}-{day:02}"),
        }
    }

    /// `31/12`
    #[must_use]
    pub fn short_date(self, date: Date) -> String {
        match self {
            Self::Portuguese => format!("{:02}/{:02}", date.day(), date.month()),
            Self::English => format!("{:02}-{:02}", date.month(), date.day()),
        }
    }

    /// `31/12/2026 18:00:02`
    #[must_use]
    pub fn moment(self, moment: Moment) -> String {
        let time = civil(moment.local());
        format!("{} {}", self.date(time.date()), clock(time, true))
    }

    /// `31/12/2026 18:00`
    #[must_use]
    pub fn minute(self, local: i64) -> String {
        let time = civil(local);
        format!("{} {}", self.date(time.date()), clock(time, false))
    }

    /// The night that begins on `date`: `31/12/2026 – 01/01`
    #[must_use]
    pub fn night(self, date: Date) -> String {
        let next = date.tomorrow().unwrap_or(date);
        format!("{} – {}", self.date(date), self.short_date(next))
    }

    /// A date as the manifest has it, `2026-12-31`; what is none stays as it is.
    #[must_use]
    pub fn issued(self, text: &str) -> String {
        text.parse::<Date>()
            .map_or_else(|_| text.to_owned(), |date| self.date(date))
    }
}

/// `18:00:02` or `18:00`
#[must_use]
pub fn clock(time: DateTime, seconds: bool) -> String {
    let mut text = format!("{:02}:{:02}", time.hour(), time.minute());
    if seconds {
        let _ = write!(text, ":{:02}", time.second());
    }
    text
}

/// `UTC−03:00`
#[must_use]
pub fn offset(minutes: i32) -> String {
    let sign = if minutes < 0 { '−' } else { '+' };
    let minutes = minutes.unsigned_abs();
    format!("UTC{sign}{:02}:{:02}", minutes / 60, minutes % 60)
}

/// `87 h 12 min`, `12 min`, `40 s`
#[must_use]
pub fn span(seconds: i64) -> String {
    let seconds = seconds.max(0);
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{minutes} min"),
        _ => format!("{hours} h {minutes:02} min"),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn numbers_and_dates_in_both_languages() {
        let (pt, en) = (Lang::Portuguese, Lang::English);
        assert_eq!(pt.share(999_999, 1_000_000), "99,9%");
        assert_eq!(en.share(1, 3), "33.3%");
        assert_eq!(
            (pt.share(5, 5), pt.share(0, 0)),
            ("100%".to_owned(), String::new())
        );
        assert_eq!(pt.night(date(2026, 12, 31)), "31/12/2026 – 01/01");
        assert_eq!(en.night(date(2026, 12, 31)), "2026-12-31 – 01-01");
        assert_eq!(pt.issued("2019-05-31"), "31/05/2019");
        assert_eq!(pt.issued("31/05/19"), "31/05/19");
    }

    #[test]
    fn spans_and_offsets() {
        for (seconds, text) in [
            (-5, "0 s"),
            (40, "40 s"),
            (720, "12 min"),
            (313_920, "87 h 12 min"),
        ] {
            assert_eq!(span(seconds), text);
        }
        assert_eq!(offset(-180), "UTC−03:00");
        assert_eq!(offset(330), "UTC+05:30");
    }
}
