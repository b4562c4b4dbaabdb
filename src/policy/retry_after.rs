//! The header `Retry-After`: seconds, or one of HTTP's three forms of a date (RFC 9110, 10.2.3 and 5.6.7).

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// How long the server asks to wait; `None` where `text` is neither form. A date is one of the server's clock: it is
/// measured from the answer's own `date` where that can be read, and from `now`, by this computer's clock, else.
pub(super) fn parse_retry_after(
    text: &str,
    now: Timestamp,
    date: Option<&str>,
) -> Option<SignedDuration> {
    let text = text.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        // More digits than a number holds: absurd, and capped by the caller.
        return Some(
            text.parse()
                .map_or(SignedDuration::MAX, SignedDuration::from_secs),
        );
    }
    let at = http_date(text)?;
    let from = date.and_then(|date| http_date(date.trim())).unwrap_or(now);
    Some(from.duration_until(at).max(SignedDuration::ZERO))
}

fn http_date(text: &str) -> Option<Timestamp> {
    const FORMS: [&str; 3] = [
        "%a, %d %b %Y %H:%M:%S GMT",
        "%A, %d-%b-%y %H:%M:%S GMT",
        "%a %b %e %H:%M:%S %Y",
    ];
    FORMS
        .iter()
        .find_map(|form| DateTime::strptime(form, text).ok())
        .and_then(|date| TimeZone::UTC.to_timestamp(date).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_and_dates() {
        let now: Timestamp = "1994-11-06T08:49:00Z".parse().unwrap();
        for (text, seconds) in [
            ("120", Some(120)),
            (" 0 ", Some(0)),
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some(37)),
            ("Sunday, 06-Nov-94 08:49:37 GMT", Some(37)),
            ("Sun Nov  6 08:49:37 1994", Some(37)),
            ("Sun, 06 Nov 1994 08:00:00 GMT", Some(0)),
            ("99999999999999999999", Some(i64::MAX)),
            ("-5", None),
            ("soon", None),
            ("", None),
        ] {
            let found = parse_retry_after(text, now, None).map(|wait| wait.as_secs());
            assert_eq!(found, seconds, "{text:?}");
        }
    }

    /// Bug: where this computer's clock was wrong by an hour, so was the wait until a date.
    #[test]
    fn a_date_is_read_by_the_clock_of_the_server_that_named_it() {
        let at = "Sun, 06 Nov 1994 08:49:37 GMT";
        let right = Some("Sun, 06 Nov 1994 08:47:37 GMT");
        for (now, date, seconds) in [
            ("1994-11-06T07:00:00Z", right, 120),
            ("2026-11-06T08:49:00Z", right, 120),
            ("1994-11-06T08:49:00Z", Some("yesterday"), 37),
            ("1994-11-06T08:49:00Z", None, 37),
            (
                "1994-11-06T08:49:00Z",
                Some("Sun, 06 Nov 1994 09:00:00 GMT"),
                0,
            ),
        ] {
            let found = parse_retry_after(at, now.parse().unwrap(), date);
            assert_eq!(
                found,
                Some(SignedDuration::from_secs(seconds)),
                "{now}, {date:?}"
            );
        }
        let seconds = parse_retry_after("7", "1994-11-06T07:00:00Z".parse().unwrap(), right);
        assert_eq!(seconds, Some(SignedDuration::from_secs(7)));
    }
}
