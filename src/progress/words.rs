//! How a run stands, in words.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::{Gauge, settled};
use crate::lang::{Arg, Message, message};
use crate::send::{Pass, Snapshot, Waiting};
use crate::shown::on_screen;

/// Letters of a cause that are shown.
const LONGEST_CAUSE: usize = 200;

/// How it stands, in one line.
pub(super) fn plain_line(gauge: &mut Gauge, snapshot: &Snapshot) -> Message {
    let rate = gauge.rate(snapshot);
    let zoned = snapshot.now.to_zoned_datetime(gauge.zone().clone());
    let pass = pass_words(snapshot.pass);
    message!(
        "progress-line",
        time = zoned.strftime("%Y-%m-%d %H:%M:%S").to_string(),
        settled = settled(snapshot),
        planned = snapshot.balance.planned,
        counts = counts_words(snapshot),
        pace = pace_words(rate, snapshot),
        outlook = outlook_words(gauge, rate, snapshot, pass),
    )
}

/// Day and time, as short as a person says them.
fn moment(at: Timestamp, zone: &TimeZone) -> Message {
    let zoned = at.to_zoned_datetime(zone.clone());
    message!(
        "progress-moment",
        weekday = u64::from(zoned.weekday().to_monday_one_offset().unsigned_abs()),
        day = zoned.strftime("%d").to_string(),
        month = u64::from(zoned.month().unsigned_abs()),
        time = zoned.strftime("%H:%M").to_string(),
    )
}

/// What is waited for, as a person says it.
fn waiting_words(waiting: Waiting, zone: &TimeZone) -> Message {
    // All but quiet hours end within the hour or so: the time of day is enough, and leaves room on the line.
    let time = |until: Timestamp| {
        let zoned = until.to_zoned_datetime(zone.clone());
        zoned.strftime("%H:%M:%S").to_string()
    };
    match waiting {
        Waiting::QuietHours { until } => {
            message!("progress-quiet-hours", until = moment(until, zone))
        }
        Waiting::Outage {
            until,
            unheard: false,
        } => message!("progress-outage", until = time(until)),
        Waiting::Outage { until, .. } => message!("progress-unheard", until = time(until)),
        Waiting::RetryAfter {
            until,
            absurd: false,
        } => message!("progress-retry-after", until = time(until)),
        Waiting::RetryAfter { until, .. } => {
            message!("progress-absurd-wait", until = time(until))
        }
        Waiting::Archive { until } => message!("progress-archive", until = time(until)),
        Waiting::Retry { until } => message!("progress-retry", until = time(until)),
        Waiting::Draining => message!("progress-draining"),
    }
}

/// Rate and ceiling in words.
pub(super) fn pace_words(rate: f64, snapshot: &Snapshot) -> Message {
    let rate = Arg::decimal(rate, 1);
    match snapshot.ceiling {
        Some(ceiling) => {
            message!(
                "progress-pace",
                rate = rate,
                ceiling = Arg::decimal(ceiling, 1)
            )
        }
        None => message!("progress-pace-without-ceiling", rate = rate),
    }
}

/// Behind `doing`: what is waited for, and when everything will have been sent.
pub(super) fn outlook_words(
    gauge: &Gauge,
    rate: f64,
    snapshot: &Snapshot,
    doing: Message,
) -> Message {
    let end = gauge.end_shown(snapshot, rate);
    let end = end.map(|end| moment(end, gauge.zone()));
    let waiting = snapshot
        .waiting
        .map(|waiting| waiting_words(waiting, gauge.zone()));
    let said = match (waiting, end) {
        (Some(waiting), Some(end)) => {
            message!(
                "progress-wait-and-end",
                doing = doing,
                waiting = waiting,
                end = end
            )
        }
        (Some(waiting), None) => message!("progress-wait", doing = doing, waiting = waiting),
        (None, Some(end)) => message!("progress-end", doing = doing, end = end),
        (None, None) => doing,
    };
    if snapshot.cause.is_empty() {
        return said;
    }
    // Last, for it may be cut off.
    let cause: String = on_screen(&snapshot.cause)
        .chars()
        .take(LONGEST_CAUSE)
        .collect();
    message!("progress-because", said = said, cause = Arg::said(&cause))
}

pub(super) fn counts_words(snapshot: &Snapshot) -> Message {
    let balance = &snapshot.balance;
    message!(
        "progress-counts",
        accepted = balance.accepted,
        rejected = balance.rejected,
        failed = balance.failed,
        unknown = balance.unknown,
    )
}

pub(super) fn pass_words(pass: Pass) -> Message {
    match pass {
        Pass::Documents => message!("progress-documents"),
        Pass::Events => message!("progress-events"),
    }
}
