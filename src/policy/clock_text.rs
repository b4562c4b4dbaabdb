//! Lengths of time and times of day as a person writes them.

use std::time::Duration;

use jiff::civil::Time;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

/// A text that is no time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClockTextError {
    /// Not a length of time.
    #[error("{0:?} is no length of time: write 90s, 15min, 2h or 1h30m")]
    Duration(String),
    /// Not a time of day.
    #[error("{0:?} is no time of day: write 06:00")]
    TimeOfDay(String),
}

/// Reads `90s`, `15min`, `2h`, `1h30m`, `2d`: above zero and at most a year.
///
/// # Errors
/// [`ClockTextError::Duration`] for anything else.
pub fn parse_duration(text: &str) -> Result<Duration, ClockTextError> {
    let wrong = || ClockTextError::Duration(text.to_owned());
    let trimmed = text.trim();
    let days = trimmed
        .strip_suffix('d')
        .and_then(|days| days.parse::<u32>().ok());
    let duration = match days {
        Some(days) => SignedDuration::from_hours(24) * i32::try_from(days).map_err(|_| wrong())?,
        None => trimmed.parse().map_err(|_| wrong())?,
    };
    let year = SignedDuration::from_hours(366 * 24);
    if duration <= SignedDuration::ZERO || duration > year {
        return Err(wrong());
    }
    Duration::try_from(duration).map_err(|_| wrong())
}

/// The next time after `now` at which the clocks of `zone` show the time of day in `text`.
///
/// # Errors
/// [`ClockTextError::TimeOfDay`] where `text` is none.
pub fn parse_until(
    text: &str,
    now: Timestamp,
    zone: &TimeZone,
) -> Result<Timestamp, ClockTextError> {
    let wrong = || ClockTextError::TimeOfDay(text.to_owned());
    let trimmed = text.trim();
    // A day or an offset beside it would be read over, and the run end at another time than was meant.
    if !trimmed
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b':')
    {
        return Err(wrong());
    }
    let time: Time = trimmed.parse().map_err(|_| wrong())?;
    let today = now.to_zoned_datetime(zone.clone()).date();
    (0..=2)
        .filter_map(|days| {
            let date = today.checked_add(days.days()).ok()?;
            zone.to_timestamp(date.to_datetime(time)).ok()
        })
        .find(|until| *until > now)
        .ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time() {
        for (text, seconds) in [
            ("90s", 90),
            ("2h", 7200),
            ("1h30m", 5400),
            ("15min", 900),
            ("120s", 120),
            ("2d", 172_800),
        ] {
            assert_eq!(
                parse_duration(text),
                Ok(Duration::from_secs(seconds)),
                "{text}"
            );
        }
        for text in ["", "0s", "-1h", "soon", "12", "9999999h"] {
            assert!(parse_duration(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_next_time_of_day() {
        let zone = TimeZone::get("America/Sao_Paulo").unwrap();
        for (now, text, until) in [
            (
                "2026-11-24T22:00:00-03:00",
                "06:00",
                "2026-11-25T06:00:00-03:00",
            ),
            (
                "2026-11-24T05:59:59-03:00",
                "06:00",
                "2026-11-24T06:00:00-03:00",
            ),
            (
                "2026-11-24T06:00:00-03:00",
                "06:00",
                "2026-11-25T06:00:00-03:00",
            ),
        ] {
            let (now, until): (Timestamp, Timestamp) =
                (now.parse().unwrap(), until.parse().unwrap());
            assert_eq!(parse_until(text, now, &zone), Ok(until), "{now} {text}");
        }
        assert!(parse_until("25:00", Timestamp::UNIX_EPOCH, &zone).is_err());
    }

    /// Bug: of `2026-12-05T06:00` only the time of day was read, and the run ended the next morning.
    #[test]
    fn a_day_or_an_offset_beside_the_time_of_day_is_refused() {
        let zone = TimeZone::get("America/Sao_Paulo").unwrap();
        for text in [
            "2026-12-05T06:00",
            "2026-12-05 06:00",
            "06:00-03:00",
            "06:00Z",
            "18:00[America/Sao_Paulo]",
        ] {
            let found = parse_until(text, Timestamp::UNIX_EPOCH, &zone);
            assert_eq!(found, Err(ClockTextError::TimeOfDay(text.to_owned())));
        }
        for text in ["06:00", " 06:00 ", "06:00:30"] {
            assert!(
                parse_until(text, Timestamp::UNIX_EPOCH, &zone).is_ok(),
                "{text}"
            );
        }
    }
}
