//! A server that asks for patience: how long nothing leaves, and how much slower it goes on.

use jiff::{SignedDuration, Timestamp};

use super::retry_after::parse_retry_after;
use super::verdict::Patience;

/// Where the server names no time.
const DEFAULT_WAIT: SignedDuration = SignedDuration::from_secs(60);

/// No longer wait is believed.
const LONGEST_WAIT: SignedDuration = SignedDuration::from_hours(1);

/// Nor is a shorter one: "now" is no patience, and while nothing but such requests comes it doubles. Whoever names a second
/// or more knows best, however often it does.
const SHORTEST_WAIT: SignedDuration = SignedDuration::from_secs(1);

/// So far the doubling goes: the server did say that it is a matter of seconds.
const LONGEST_DOUBLED: SignedDuration = SignedDuration::from_mins(5);

/// The rate is not cut below this share of the ceiling.
const FLOOR: f64 = 1.0 / 64.0;

/// What comes back of the ceiling in a minute.
const RETURN_A_MINUTE: f64 = 0.05;

/// Remembers what the server asked for.
#[derive(Debug)]
pub struct Throttle {
    factor: f64,
    /// When `factor` held; from then on it creeps up.
    since: Option<Timestamp>,
    /// Nothing leaves from the first until the second.
    wait: Option<(Timestamp, Timestamp)>,
    /// A longer wait was asked for than is believed.
    absurd: bool,
    /// Requests for patience, one a round trip, since something went through.
    repeats: u32,
}

impl Default for Throttle {
    fn default() -> Self {
        Self {
            factor: 1.0,
            since: None,
            wait: None,
            absurd: false,
            repeats: 0,
        }
    }
}

impl Throttle {
    /// A request that left at `sent` was answered with a request for patience.
    /// The rate is cut only where the request left after the last cut: at most once a round trip.
    pub fn on_pushback(&mut self, now: Timestamp, sent: Timestamp, patience: &Patience) {
        let factor = self.factor(now);
        if self.since.is_none_or(|cut| sent > cut) {
            self.factor = (factor / 2.0).max(FLOOR);
            self.since = Some(now);
            self.repeats += 1;
        }
        let text = patience.retry_after.as_deref();
        let asked = text
            .and_then(|text| parse_retry_after(text, now, patience.date.as_deref()))
            .unwrap_or(DEFAULT_WAIT);
        let asked_or_least = if asked < SHORTEST_WAIT {
            let repeats = self.repeats.saturating_sub(1).min(12);
            (SHORTEST_WAIT * 2i32.saturating_pow(repeats)).min(LONGEST_DOUBLED)
        } else {
            asked.min(LONGEST_WAIT)
        };
        let until = now + asked_or_least;
        let before = self.wait_until(now);
        self.absurd = asked > LONGEST_WAIT || (self.absurd && before.is_some());
        self.wait = Some((now, before.map_or(until, |before| until.max(before))));
    }

    /// A request that left at `sent` went through.
    pub fn on_success(&mut self, sent: Timestamp) {
        if self.since.is_none_or(|cut| sent > cut) {
            self.repeats = 0;
        }
    }

    /// Whether more was asked for than [`Throttle::wait_until`] gives.
    #[must_use]
    pub fn is_absurd(&self) -> bool {
        self.absurd
    }

    /// Until when nothing may leave.
    pub fn wait_until(&mut self, now: Timestamp) -> Option<Timestamp> {
        let (from, until) = self.wait?;
        if now >= until {
            self.wait = None;
            return None;
        }
        if now < from {
            // The clock was set back: what is left of the wait starts anew.
            let until = now + from.duration_until(until);
            self.wait = Some((now, until));
            return Some(until);
        }
        Some(until)
    }

    /// The share of the ceiling that is allowed.
    pub fn factor(&mut self, now: Timestamp) -> f64 {
        let Some(since) = self.since else { return 1.0 };
        if now < since {
            self.since = Some(now);
        }
        let minutes = since.duration_until(now).as_secs_f64().max(0.0) / 60.0;
        let factor = self.factor + minutes * RETURN_A_MINUTE;
        if factor >= 1.0 {
            self.factor = 1.0;
            self.since = None;
            return 1.0;
        }
        factor
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn second(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + seconds).unwrap()
    }

    fn asks(retry_after: Option<&str>) -> Patience {
        Patience {
            retry_after: retry_after.map(str::to_owned),
            date: None,
        }
    }

    #[test]
    fn waits_are_what_was_asked_within_reason() {
        for (text, seconds, absurd) in [
            (None, 60, false),
            (Some("5"), 5, false),
            (Some("999999"), 3600, true),
            (Some("whenever"), 60, false),
        ] {
            let mut throttle = Throttle::default();
            throttle.on_pushback(second(0), second(0), &asks(text));
            assert_eq!(throttle.is_absurd(), absurd, "{text:?}");
            assert_eq!(
                throttle.wait_until(second(0)),
                Some(second(seconds)),
                "{text:?}"
            );
            assert_eq!(throttle.wait_until(second(seconds)), None);
        }
    }

    /// Bug: a wait of nothing, or until a time that has passed, at an unlimited rate was a loop at full speed.
    #[test]
    fn to_be_asked_for_no_patience_again_and_again_takes_longer_each_time() {
        for text in ["0", "Sun, 06 Nov 1994 08:49:37 GMT"] {
            let (mut throttle, mut now) = (Throttle::default(), 0);
            for expected in [1, 2, 4, 8, 16] {
                throttle.on_pushback(second(now), second(now), &asks(Some(text)));
                assert_eq!(
                    throttle.wait_until(second(now)),
                    Some(second(now + expected))
                );
                now += expected + 1;
            }
            for _ in 0..20 {
                throttle.on_pushback(second(now), second(now), &asks(Some(text)));
                now += 3601;
            }
            throttle.on_pushback(second(now), second(now), &asks(Some(text)));
            assert_eq!(throttle.wait_until(second(now)), Some(second(now + 300)));
            now += 4000;
            throttle.on_success(second(now));
            throttle.on_pushback(second(now + 1), second(now + 1), &asks(Some(text)));
            assert_eq!(throttle.wait_until(second(now + 1)), Some(second(now + 2)));
        }
    }

    /// Bug: a server that asked for two seconds again and again was waited for 4, 8, 16 and more.
    #[test]
    fn who_names_a_wait_again_and_again_gets_it_each_time() {
        let (mut throttle, mut now) = (Throttle::default(), 0);
        for wait in [2, 2, 2, 2, 30, 2, 1, 1] {
            let asked = asks(Some(&wait.to_string()));
            throttle.on_pushback(second(now), second(now), &asked);
            assert_eq!(throttle.wait_until(second(now)), Some(second(now + wait)));
            now += wait + 1;
        }
    }

    #[test]
    fn requests_of_one_round_trip_ask_once() {
        let mut throttle = Throttle::default();
        for _ in 0..16 {
            throttle.on_pushback(second(5), second(4), &asks(Some("0")));
        }
        assert_eq!(throttle.wait_until(second(5)), Some(second(6)));
    }

    #[test]
    fn a_second_wait_never_shortens_the_first() {
        let mut throttle = Throttle::default();
        throttle.on_pushback(second(0), second(0), &asks(Some("100")));
        throttle.on_pushback(second(1), second(0), &asks(Some("1")));
        assert_eq!(throttle.wait_until(second(1)), Some(second(100)));
    }

    #[test]
    fn the_rate_is_cut_once_a_round_trip_and_creeps_back() {
        let mut throttle = Throttle::default();
        assert!((throttle.factor(second(0)) - 1.0).abs() < 1e-9);
        for _ in 0..10 {
            throttle.on_pushback(second(10), second(5), &asks(Some("0")));
        }
        assert!((throttle.factor(second(10)) - 0.5).abs() < 1e-9);
        throttle.on_pushback(second(12), second(11), &asks(Some("0")));
        assert!((throttle.factor(second(12)) - 0.25).abs() < 0.01);
        assert!((throttle.factor(second(72)) - 0.3).abs() < 0.01);
        assert!((throttle.factor(second(12 + 16 * 60)) - 1.0).abs() < 1e-9);
        for round in 0..100 {
            throttle.on_pushback(
                second(10_000 + round),
                second(9_999 + round),
                &asks(Some("0")),
            );
        }
        assert!(throttle.factor(second(10_100)) >= FLOOR);
    }

    #[test]
    fn a_clock_set_back_does_not_lengthen_the_wait() {
        let mut throttle = Throttle::default();
        throttle.on_pushback(second(0), second(0), &asks(Some("100")));
        assert_eq!(throttle.wait_until(second(-5000)), Some(second(-4900)));
        assert!(throttle.factor(second(-5000)) < 0.6);
    }
}
