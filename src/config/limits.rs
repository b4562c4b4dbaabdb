//! The bounds of a run.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::destination::Destination;
use super::error::{ConfigError, WrongValue};
use super::{Environment, duration, variable};
use crate::cli::{SendingArgs, StopArgs};
use crate::policy::{NotARate, QuietHours, Rate, parse_until};
use crate::send::{Limits, RejectedLimit};
use crate::zen::MAX_BATCH;

/// The quiet hours: as given; as the site has fixed them, but not for the sandbox, which needs no consideration; or
/// by default. What is not applied must make sense all the same.
pub(super) fn quiet_hours(
    sending: &SendingArgs,
    destination: &Destination,
    env: Environment,
) -> Result<QuietHours, ConfigError> {
    let zone = TimeZone::get(&sending.timezone)
        .map_err(|_| ConfigError::of("timezone", WrongValue::Zone(sending.timezone.clone())))?;
    let parse = |text: &str| {
        QuietHours::parse(text, zone.clone()).map_err(|error| ConfigError::of("quiet-hours", error))
    };
    if let Some(hours) = &sending.quiet_hours {
        return parse(hours);
    }
    let fixed = variable("MALOTE_QUIET_HOURS", env);
    let fixed = fixed
        .map(|hours| parse(&hours.to_string_lossy()))
        .transpose()?;
    match (destination, fixed) {
        (Destination::Server { .. }, None) => parse("mon-fri 00:00-18:00"),
        (Destination::Sandbox, _) | (_, None) => parse("none"),
        (_, Some(hours)) => Ok(hours),
    }
}

pub(super) fn limits(
    sending: &SendingArgs,
    stop: &StopArgs,
    quiet_hours: QuietHours,
    now: Timestamp,
) -> Result<Limits, ConfigError> {
    let zone = quiet_hours.time_zone();
    let rate = rate(&sending.rate)?;
    let until = stop
        .until
        .as_deref()
        .map(|text| parse_until(text, now, zone));
    let max_duration = stop.max_duration.as_deref();
    Ok(Limits {
        rate: rate.per_second(),
        concurrency: within("concurrency", sending.concurrency, 1..=1024)?,
        batch: within("batch", sending.batch, 1..=MAX_BATCH)?,
        attempts: within("attempts", sending.attempts, 1..=100)?,
        quiet_hours,
        outage_limit: duration("outage-limit", &sending.outage_limit)?,
        max_docs: stop.max_docs,
        max_duration: max_duration
            .map(|text| duration("max-duration", text))
            .transpose()?,
        until: until
            .transpose()
            .map_err(|error| ConfigError::of("until", error))?,
        max_rejected: stop
            .max_rejected
            .as_deref()
            .map(rejected_limit)
            .transpose()?,
    })
}

/// The rate that `text` says.
///
/// # Errors
/// Where it says none.
pub fn rate(text: &str) -> Result<Rate, ConfigError> {
    text.parse()
        .map_err(|error: NotARate| ConfigError::of("rate", error))
}

fn rejected_limit(text: &str) -> Result<RejectedLimit, ConfigError> {
    let limit = match text.trim().strip_suffix('%') {
        Some(share) => share
            .trim()
            .parse()
            .ok()
            .filter(|share| (0.0..=100.0).contains(share))
            .map(RejectedLimit::Percent),
        None => text.trim().parse().ok().map(RejectedLimit::Count),
    };
    limit.ok_or_else(|| ConfigError::of("max-rejected", WrongValue::RejectedLimit(text.to_owned())))
}

/// `value`, where it lies in `range`.
///
/// # Errors
/// Where it does not; the error names `option`.
pub fn within<N: PartialOrd + std::fmt::Display>(
    option: &'static str,
    value: N,
    range: std::ops::RangeInclusive<N>,
) -> Result<N, ConfigError> {
    if range.contains(&value) {
        return Ok(value);
    }
    let (least, most) = range.into_inner();
    let [value, least, most] = [value, least, most].map(|number| number.to_string());
    Err(ConfigError::of(
        option,
        WrongValue::NotBetween { value, least, most },
    ))
}
