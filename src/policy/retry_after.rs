//! The header `Retry-After`: seconds, or one of HTTP's three forms of a date (RFC 9110, 10.2.3 and 5.6.7).

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// How long the server asks to wait from `now`; `None` where `text` is neither form.
pub(super) fn parse_retry_after(text: &str, now: Timestamp) -> Option<SignedDuration> {
    let text = text.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        // More digits than a number holds: absurd, and capped by the caller.
        return Some(
            text.parse()
                .map_or(SignedDuration::MAX, SignedDuration::from_secs),
        );
    }
    let at = http_date(text)?;
    Some(now.duration_until(at).max(SignedDuration::ZERO))
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
            let found = parse_retry_after(text, now).map(|wait| wait.as_secs());
            assert_eq!(found, seconds, "{text:?}");
        }
    }
}
