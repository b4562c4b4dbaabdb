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
    #[error("{0:?} is no day: write mon-fri or seg-sex, sat,sun or sáb,dom")]
    Day(String),
    /// A word that is no range of hours.
    #[error("{0:?} is no range of hours: write 00:00-18:00, or 22:00-06:00 past midnight")]
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
mod tests {
    use super::*;

    fn hours(text: &str, zone: &str) -> QuietHours {
        QuietHours::parse(text, TimeZone::get(zone).unwrap()).unwrap()
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn the_default_leaves_weekday_evenings_and_weekends() {
        let quiet = hours("mon-fri 00:00-18:00", "America/Sao_Paulo");
        for (now, until) in [
            (
                "2026-11-24T10:00:00-03:00",
                Some("2026-11-24T18:00:00-03:00"),
            ),
            ("2026-11-24T18:00:00-03:00", None),
            ("2026-11-24T23:59:59-03:00", None),
            (
                "2026-11-25T00:00:00-03:00",
                Some("2026-11-25T18:00:00-03:00"),
            ),
            ("2026-11-28T10:00:00-03:00", None),
            ("2026-11-29T10:00:00-03:00", None),
            // Christmas on a Friday counts as a Sunday.
            ("2026-12-25T10:00:00-03:00", None),
        ] {
            assert_eq!(quiet.quiet_until(at(now)), until.map(at), "{now}");
        }
        let friday_evening = at("2026-11-27T19:00:00-03:00");
        assert_eq!(
            quiet.next_quiet(friday_evening),
            Some(at("2026-11-30T00:00:00-03:00"))
        );
    }

    #[test]
    fn ranges_go_past_midnight_and_join() {
        let quiet = hours("sex-dom 22:00-06:00; seg 06h-8h30", "America/Sao_Paulo");
        for (now, until) in [
            ("2026-11-27T21:59:00-03:00", None),
            (
                "2026-11-27T22:00:00-03:00",
                Some("2026-11-28T06:00:00-03:00"),
            ),
            (
                "2026-11-30T05:00:00-03:00",
                Some("2026-11-30T08:30:00-03:00"),
            ),
            ("2026-12-01T05:00:00-03:00", None),
        ] {
            assert_eq!(quiet.quiet_until(at(now)), until.map(at), "{now}");
        }
    }

    #[test]
    fn clocks_that_jump_are_followed() {
        // In 2026 New York's clocks skip 02:00 to 03:00 on 8 March and repeat 01:00 to 02:00 on 1 November.
        let quiet = hours("sun 02:30-04:00", "America/New_York");
        let skipped = quiet.quiet_until(at("2026-03-08T07:31:00Z"));
        assert_eq!(skipped, Some(at("2026-03-08T08:00:00Z")));
        let quiet = hours("sun 00:00-01:30", "America/New_York");
        assert_eq!(
            quiet.quiet_until(at("2026-11-01T05:29:00Z")),
            Some(at("2026-11-01T05:30:00Z"))
        );
        assert_eq!(quiet.quiet_until(at("2026-11-01T06:15:00Z")), None);
        // Brazil's summer time, until 2019: at midnight of 4 November 2018 clocks jumped to 01:00.
        let quiet = hours("sun 00:00-02:00", "America/Sao_Paulo");
        assert_eq!(
            quiet.quiet_until(at("2018-11-04T03:30:00Z")),
            Some(at("2018-11-04T04:00:00Z"))
        );
    }

    #[test]
    fn open_time_is_counted_and_foretold() {
        let quiet = hours("mon-fri 00:00-18:00", "America/Sao_Paulo");
        let monday = at("2026-11-23T12:00:00-03:00");
        let wednesday = at("2026-11-25T12:00:00-03:00");
        assert_eq!(
            quiet.open_between(monday, wednesday),
            SignedDuration::from_hours(12)
        );
        let done = quiet.finish_at(monday, SignedDuration::from_hours(7));
        assert_eq!(done, at("2026-11-24T19:00:00-03:00"));
        let none = QuietHours::none(TimeZone::UTC);
        assert_eq!(
            none.finish_at(monday, SignedDuration::from_hours(7)),
            monday + SignedDuration::from_hours(7)
        );
        assert_eq!(
            none.open_between(monday, wednesday),
            SignedDuration::from_hours(48)
        );
    }

    #[test]
    fn what_means_nothing_is_refused() {
        for text in [
            "",
            "night",
            "mon-fri",
            "mon 18:00",
            "mon 25:00-26:00",
            "mon 10:61-11:00",
            "mon 10:00-10:00",
            "xyz 00:00-18:00",
            "00:00-18:00 mon",
            ";",
            "mon-sun 00:00-24:00",
            "22:00-10:00;10:00-22:00",
        ] {
            assert!(QuietHours::parse(text, TimeZone::UTC).is_err(), "{text:?}");
        }
        for text in [
            "none",
            "NONE",
            "segunda-feira 08:00-10:00",
            "mon,wed fri-sat 1:00-2:00,3:00-4:00",
            "12:00-13:00",
        ] {
            assert!(QuietHours::parse(text, TimeZone::UTC).is_ok(), "{text:?}");
        }
    }

    #[test]
    fn every_name_of_a_day_is_that_day() {
        for (number, names) in [
            ["mon", "monday", "seg", "segunda", "segunda-feira"],
            ["tue", "tuesday", "ter", "terça", "terca-feira"],
            ["wed", "wednesday", "qua", "quarta", "quarta-feira"],
            ["thu", "thursday", "qui", "quinta", "quinta-feira"],
            ["fri", "friday", "sex", "sexta", "sexta-feira"],
            ["sat", "saturday", "sáb", "sábado", "sabado"],
            ["sun", "sunday", "dom", "domingo", "DOM"],
        ]
        .into_iter()
        .enumerate()
        {
            for name in names {
                let hours = hours(&format!("{name} 10:00-12:00"), "America/Sao_Paulo");
                for day in 0..7 {
                    // 2026-08-03 is a Monday, and no holiday is in that week.
                    let time = at(&format!("2026-08-{:02}T11:00:00-03:00", 3 + day));
                    let is_quiet = hours.quiet_until(time).is_some();
                    assert_eq!(is_quiet, day == number, "{name}, {day}");
                }
            }
        }
    }

    proptest::proptest! {
    #[test]
        fn the_end_of_quiet_hours_is_open(seconds in 1_500_000_000i64..2_000_000_000) {
            let now = Timestamp::from_second(seconds).unwrap();
            for text in ["mon-fri 00:00-18:00", "22:00-06:00; sat 05:00-09:00", "sun-mon 12:00-11:00"] {
                let quiet = hours(text, "America/Sao_Paulo");
                if let Some(end) = quiet.quiet_until(now) {
                    proptest::prop_assert!(end > now);
                    proptest::prop_assert_eq!(quiet.quiet_until(end), None);
                } else if let Some(next) = quiet.next_quiet(now) {
                    proptest::prop_assert!(next > now);
                    proptest::prop_assert!(quiet.quiet_until(next).is_some());
                }
            }
        }
    }
}
