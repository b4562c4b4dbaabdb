//! Quiet hours (horário sem envio): when nothing is sent.
//!
//! A text of rules separated by `;`. Each is days and ranges of hours: `mon-fri 00:00-18:00`,
//! `seg-sex 08:00-12:00,14:00-18:00; sáb 08:00-12:00`. Days are English or Portuguese, as single days, lists with
//! commas, or ranges that may wrap (`fri-mon`); without days a rule holds every day. A range that ends before it
//! begins goes past midnight and belongs to the day on which it begins. A national holiday counts as a Sunday: rules
//! for other days do not hold on it. `none` is no quiet hours at all.

use std::fmt;

use jiff::civil::{Date, DateTime, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

use super::holidays::is_national_holiday;

const MINUTES_A_DAY: u16 = 24 * 60;

/// How many days are looked ahead for a change; a rule repeats every week, and holidays only open.
const HORIZON_DAYS: i32 = 16;

/// When nothing is sent, in a time zone.
#[derive(Debug, Clone)]
pub struct QuietHours {
    rules: Vec<Rule>,
    zone: TimeZone,
    text: String,
}

/// On these weekdays, from one minute of the day to another.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Rule {
    /// Monday first.
    days: [bool; 7],
    from: u16,
    /// Up to two days' worth: past midnight it is the next day's.
    to: u16,
}

/// What is wrong with a text of quiet hours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QuietHoursError {
    /// A word that is no day.
    #[error(
        "{0:?} is no day: write mon-fri or seg-sex, sat,sun or sáb,dom; or none alone, for no quiet hours"
    )]
    Day(String),
    /// A word that is no range of hours.
    #[error(
        "{0:?} is no range of hours: write 00:00-18:00, or 22:00-06:00 past midnight; a ; stands between two rules"
    )]
    Hours(String),
    /// Nothing could ever be sent.
    #[error("these hours leave no time to send")]
    NeverOpen,
}

impl QuietHours {
    /// Reads `text` for clocks of `zone`.
    ///
    /// # Errors
    /// [`QuietHoursError`] for the first word that means nothing, or where no time is left to send.
    pub fn parse(text: &str, zone: TimeZone) -> Result<Self, QuietHoursError> {
        let mut rules = Vec::new();
        let trimmed = text.trim();
        if !trimmed.eq_ignore_ascii_case("none") {
            for part in trimmed.split(';').filter(|part| !part.trim().is_empty()) {
                parse_rule(part, &mut rules)?;
            }
            if rules.is_empty() {
                return Err(QuietHoursError::Hours(text.to_owned()));
            }
        }
        let hours = Self {
            rules,
            zone,
            text: trimmed.to_owned(),
        };
        if hours.is_never_open() {
            return Err(QuietHoursError::NeverOpen);
        }
        Ok(hours)
    }

    /// No quiet hours, for clocks of `zone`.
    #[must_use]
    pub fn none(zone: TimeZone) -> Self {
        Self {
            rules: Vec::new(),
            zone,
            text: "none".to_owned(),
        }
    }

    /// The zone of the clocks.
    #[must_use]
    pub fn time_zone(&self) -> &TimeZone {
        &self.zone
    }

    /// The end of the quiet hours that `now` lies in; `None`: documents may leave.
    #[must_use]
    pub fn quiet_until(&self, now: Timestamp) -> Option<Timestamp> {
        self.spans_around(now)
            .into_iter()
            .find(|(from, to)| (*from..*to).contains(&now))
            .map(|(_, to)| to)
    }

    /// The next time after `now` at which quiet hours begin, if any do within the next two weeks.
    #[must_use]
    pub fn next_quiet(&self, now: Timestamp) -> Option<Timestamp> {
        let spans = self.spans_around(now);
        spans
            .into_iter()
            .map(|(from, _)| from)
            .find(|from| *from > now)
    }

    /// How much of the time between `from` and `to` is open for sending.
    #[must_use]
    pub fn open_between(&self, from: Timestamp, to: Timestamp) -> SignedDuration {
        let mut open = SignedDuration::ZERO;
        let mut at = from;
        while at < to {
            if let Some(end) = self.quiet_until(at) {
                at = end;
            } else {
                let end = self.next_quiet(at).unwrap_or(to).min(to);
                open += at.duration_until(end);
                at = end;
            }
        }
        open
    }

    /// When `sending` of open time will have passed; at most ten years from `now`.
    #[must_use]
    pub fn finish_at(&self, now: Timestamp, sending: SignedDuration) -> Timestamp {
        let last = now
            .saturating_add(SignedDuration::from_hours(24 * 3653))
            .unwrap_or(now);
        let mut left = sending;
        let mut at = now;
        while at < last {
            if let Some(end) = self.quiet_until(at) {
                at = end;
                continue;
            }
            let stretch = self.next_quiet(at).map(|next| at.duration_until(next));
            match stretch {
                Some(stretch) if stretch < left => {
                    left -= stretch;
                    at += stretch;
                }
                _ => return at.saturating_add(left).unwrap_or(last).min(last),
            }
        }
        last
    }

    /// Quiet spans from the day before `now` on, joined where they touch, in order.
    fn spans_around(&self, now: Timestamp) -> Vec<(Timestamp, Timestamp)> {
        if self.rules.is_empty() {
            return Vec::new();
        }
        let today = now.to_zoned_datetime(self.zone.clone()).date();
        // Two days back: a range past midnight that began yesterday, in a zone that skipped a day.
        let days = (-2..=HORIZON_DAYS).filter_map(|days| today.checked_add(days.days()).ok());
        let mut spans: Vec<_> = days.flat_map(|day| self.spans_of(day)).collect();
        spans.sort_unstable();
        let mut joined: Vec<(Timestamp, Timestamp)> = Vec::with_capacity(spans.len());
        for (from, to) in spans {
            match joined.last_mut() {
                Some(last) if from <= last.1 => last.1 = last.1.max(to),
                _ => joined.push((from, to)),
            }
        }
        joined
    }

    fn spans_of(&self, day: Date) -> impl Iterator<Item = (Timestamp, Timestamp)> {
        let weekday = if is_national_holiday(day) {
            Weekday::Sunday
        } else {
            day.weekday()
        };
        let index = usize::try_from(weekday.to_monday_zero_offset()).unwrap_or_default();
        self.rules
            .iter()
            .filter(move |rule| rule.days[index])
            .filter_map(move |rule| {
                let from = self.instant(day, rule.from)?;
                let to = self.instant(day, rule.to)?;
                (from < to).then_some((from, to))
            })
    }

    /// When the clocks show that minute of `day`. A time that is skipped is when they jump over it; of a time that
    /// comes twice the first is meant.
    fn instant(&self, day: Date, minute: u16) -> Option<Timestamp> {
        let midnight: DateTime = day.to_datetime(jiff::civil::Time::midnight());
        let shown = midnight.checked_add(i64::from(minute).minutes()).ok()?;
        self.zone.to_ambiguous_timestamp(shown).compatible().ok()
    }

    fn is_never_open(&self) -> bool {
        let mut minutes = vec![false; usize::from(MINUTES_A_DAY) * 7];
        let week = minutes.len();
        for rule in &self.rules {
            for day in (0..7).filter(|day| rule.days[*day]) {
                for minute in rule.from..rule.to {
                    minutes[(day * usize::from(MINUTES_A_DAY) + usize::from(minute)) % week] = true;
                }
            }
        }
        minutes.iter().all(|quiet| *quiet)
    }
}

impl fmt::Display for QuietHours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// One part between semicolons: words of days, then words of hours.
fn parse_rule(part: &str, rules: &mut Vec<Rule>) -> Result<(), QuietHoursError> {
    let lower = part.to_lowercase();
    let words = lower
        .split(|letter: char| letter.is_whitespace() || letter == ',')
        .filter(|word| !word.is_empty());
    let mut days = [false; 7];
    let mut any_day = false;
    let mut ranges = Vec::new();
    for word in words {
        if word.starts_with(|letter: char| letter.is_ascii_digit()) {
            ranges.push(parse_hours(word)?);
        } else if ranges.is_empty() {
            parse_days(word, &mut days)?;
            any_day = true;
        } else {
            return Err(QuietHoursError::Hours(word.to_owned()));
        }
    }
    if ranges.is_empty() {
        return Err(QuietHoursError::Hours(part.trim().to_owned()));
    }
    let days = if any_day { days } else { [true; 7] };
    rules.extend(ranges.into_iter().map(|(from, to)| Rule { days, from, to }));
    Ok(())
}

fn parse_days(word: &str, days: &mut [bool; 7]) -> Result<(), QuietHoursError> {
    let wrong = || QuietHoursError::Day(word.to_owned());
    let (first, last) = word.split_once('-').unwrap_or((word, word));
    // "segunda-feira" is one day, not a range.
    let last = if last == "feira" { first } else { last };
    let first = day(first).ok_or_else(wrong)?;
    let last = day(last).ok_or_else(wrong)?;
    let mut at = first;
    loop {
        days[at] = true;
        if at == last {
            return Ok(());
        }
        at = (at + 1) % 7;
    }
}

/// The weekday of a name, Monday being 0.
fn day(name: &str) -> Option<usize> {
    Some(match name {
        "mon" | "monday" | "seg" | "segunda" => 0,
        "tue" | "tues" | "tuesday" | "ter" | "terça" | "terca" => 1,
        "wed" | "wednesday" | "qua" | "quarta" => 2,
        "thu" | "thur" | "thurs" | "thursday" | "qui" | "quinta" => 3,
        "fri" | "friday" | "sex" | "sexta" => 4,
        "sat" | "saturday" | "sab" | "sáb" | "sábado" | "sabado" => 5,
        "sun" | "sunday" | "dom" | "domingo" => 6,
        _ => return None,
    })
}

fn parse_hours(word: &str) -> Result<(u16, u16), QuietHoursError> {
    let wrong = || QuietHoursError::Hours(word.to_owned());
    let (from, to) = word.split_once('-').ok_or_else(wrong)?;
    let from = minute(from)
        .filter(|from| *from < MINUTES_A_DAY)
        .ok_or_else(wrong)?;
    let to = minute(to).ok_or_else(wrong)?;
    if from == to {
        return Err(wrong());
    }
    Ok((from, if to < from { to + MINUTES_A_DAY } else { to }))
}

/// The minute of the day of `18:00`, `18h`, `18h30`, `24:00`.
fn minute(text: &str) -> Option<u16> {
    let (hours, minutes) = text.split_once([':', 'h']).unwrap_or((text, ""));
    let hours: u16 = hours.parse().ok()?;
    let minutes: u16 = if minutes.is_empty() {
        0
    } else {
        minutes.parse().ok()?
    };
    let minute = hours.checked_mul(60)?.checked_add(minutes)?;
    (minutes < 60 && minute <= MINUTES_A_DAY).then_some(minute)
}

#[cfg(test)]
mod tests;
