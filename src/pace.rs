//! The ceiling on documents a second: the only use of the rate limiter.
//!
//! Cells are taken one at a time by a single owner, so nothing here waits in line; the owner sleeps for the time
//! that a refused [`Pace::take`] names. The quota of a governor limiter cannot be changed in place and a new
//! limiter starts with a full burst, so a changed rate drains the new one as of the last cell that was taken: what was
//! waited since then is not waited again.
//!
//! A cell more than one at hand recovers late wake-ups, but lets a second hold one cell more than the rate wherever that
//! happens, and the network's unevenness makes it two. So only wake-ups that are a few milliseconds late are recovered.

use std::collections::VecDeque;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use governor::clock::Clock;
use governor::middleware::NoOpMiddleware;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use tokio::time::Instant;

/// Tokio's clock as governor reads it, so that a test's paused clock moves the limiter too.
#[derive(Debug, Clone)]
struct TokioClock {
    start: Instant,
    /// Nanoseconds since the start at which time stands still while a limiter is being drained; else [`RUNNING`].
    still: Arc<AtomicU64>,
}

const RUNNING: u64 = u64::MAX;

impl Clock for TokioClock {
    type Instant = Duration;

    fn now(&self) -> Duration {
        match self.still.load(Ordering::Relaxed) {
            RUNNING => self.start.elapsed(),
            nanos => Duration::from_nanos(nanos),
        }
    }
}

type Limiter = RateLimiter<NotKeyed, InMemoryState, TokioClock, NoOpMiddleware<Duration>>;

/// The rate limiter of one run.
#[derive(Debug)]
pub struct Pace {
    /// Documents a second when nothing slows the run down; `None` is unlimited.
    ceiling: Option<f64>,
    /// The share of the ceiling that is allowed now, above 0 and at most 1.
    factor: f64,
    clock: TokioClock,
    limiter: Option<Limiter>,
    /// When the last cell was taken, since the clock's start.
    last: Duration,
    /// When the cells of the last second were taken, at most as many as it may hold.
    recent: VecDeque<Duration>,
    in_a_second: usize,
}

/// Above so many a second a cell more or less is nothing.
const MOST_REMEMBERED: f64 = 1000.0;

impl Pace {
    /// A limiter of `ceiling` documents a second (positive and finite); `None` never makes anyone wait.
    #[must_use]
    pub fn new(ceiling: Option<f64>) -> Self {
        let clock = TokioClock {
            start: Instant::now(),
            still: Arc::new(AtomicU64::new(RUNNING)),
        };
        let limiter = ceiling.map(|rate| limiter(rate, &clock, burst(rate).get() - 1));
        Self {
            ceiling,
            factor: 1.0,
            clock,
            limiter,
            last: Duration::ZERO,
            recent: VecDeque::new(),
            in_a_second: ceiling.map_or(0, in_a_second),
        }
    }

    /// Takes one cell.
    ///
    /// # Errors
    /// The time until the next cell is free, where none is free now.
    pub fn take(&mut self) -> Result<(), Duration> {
        let Some(limiter) = &self.limiter else {
            return Ok(());
        };
        let now = self.clock.now();
        if self.recent.len() == self.in_a_second
            && let Some(first) = self.recent.front()
            && let Some(wait) = (*first + A_SECOND)
                .checked_sub(now)
                .filter(|wait| !wait.is_zero())
        {
            return Err(wait);
        }
        limiter
            .check()
            .map_err(|refused| refused.wait_time_from(now))?;
        let interval = self.rate_now().map_or(0.0, f64::recip);
        if (now.saturating_sub(self.last)).as_secs_f64() > interval + LATE_SECONDS {
            // Nothing was there to be sent: what was free meanwhile is not made up for.
            while limiter.check().is_ok() {}
        }
        self.last = now;
        if self.in_a_second > 0 {
            if self.recent.len() == self.in_a_second {
                self.recent.pop_front();
            }
            self.recent.push_back(now);
        }
        Ok(())
    }

    /// Slows the run to `factor` of its ceiling, or lets it come back. Differences under 1 % change nothing.
    pub fn slow_to(&mut self, factor: f64) {
        let Some(ceiling) = self.ceiling else { return };
        let factor = factor.clamp(f64::MIN_POSITIVE, 1.0);
        let settled = (factor - self.factor).abs() < 0.01 && (factor < 1.0 || self.factor >= 1.0);
        if settled || factor.to_bits() == self.factor.to_bits() {
            return;
        }
        self.factor = factor;
        let rate = ceiling * factor;
        let last = u64::try_from(self.last.as_nanos()).unwrap_or(RUNNING);
        self.clock.still.store(last, Ordering::Relaxed);
        self.limiter = Some(limiter(rate, &self.clock, burst(rate).get()));
        self.clock.still.store(RUNNING, Ordering::Relaxed);
    }

    /// Documents a second that are allowed now; `None` is unlimited.
    #[must_use]
    pub fn rate_now(&self) -> Option<f64> {
        self.ceiling.map(|ceiling| ceiling * self.factor)
    }
}

/// A limiter of `rate` documents a second from which `drained` cells are gone.
fn limiter(rate: f64, clock: &TokioClock, drained: u32) -> Limiter {
    let interval = Duration::from_secs_f64((1.0 / rate).clamp(1e-9, 1e7));
    let quota = Quota::with_period(interval)
        .unwrap_or_else(|| Quota::per_second(NonZeroU32::MIN))
        .allow_burst(burst(rate));
    let limiter = RateLimiter::direct_with_clock(quota, clock.clone());
    for _ in 0..drained {
        // A new limiter holds its whole burst, so none of these is refused.
        let _ = limiter.check();
    }
    limiter
}

/// By so much a wake-up is late where the machine is busy.
const LATE_SECONDS: f64 = 0.01;

/// With five milliseconds less the server saw, of 100 a second, two more than that where answers failed: one for the
/// milliseconds, one for the network's unevenness.
const A_SECOND: Duration = Duration::from_secs(1);

/// How many cells a second may hold; 0: any number, for one cell at a time is free anyway, or there are so many.
fn in_a_second(rate: f64) -> usize {
    if burst(rate).get() == 1 || rate > MOST_REMEMBERED {
        return 0;
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 5 and 1000"
    )]
    let cells = rate.ceil() as usize;
    cells
}

/// How many cells may be free at once. One would lose every late wake-up for good; a second recovers it; above
/// 100 a second, what passes in two ticks of Tokio's timer. Up to 5 a second a late wake-up costs under 1 %.
fn burst(rate: f64) -> NonZeroU32 {
    let cells = if rate <= 5.0 {
        1
    } else {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "clamped"
        )]
        let ticks = (rate * 0.002).clamp(0.0, 1e6) as u32;
        2 + ticks
    };
    NonZeroU32::new(cells).unwrap_or(NonZeroU32::MIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes `count` cells, sleeping as told, and gives the second at which each was free.
    async fn take(pace: &mut Pace, count: usize) -> Vec<f64> {
        let start = Instant::now();
        let mut times = Vec::with_capacity(count);
        while times.len() < count {
            match pace.take() {
                Ok(()) => times.push(start.elapsed().as_secs_f64()),
                Err(wait) => tokio::time::sleep(wait).await,
            }
        }
        times
    }

    /// The most cells in any half-open window of `seconds`.
    fn most_within(times: &[f64], seconds: f64) -> usize {
        let mut first = 0;
        (0..times.len())
            .map(|last| {
                while times[last] - times[first] >= seconds - 1e-9 {
                    first += 1;
                }
                last - first + 1
            })
            .max()
            .unwrap_or(0)
    }

    #[tokio::test(start_paused = true)]
    async fn the_mean_and_every_second_keep_to_the_ceiling() {
        for (rate, count, mean, over) in [
            (0.5, 60, 0.99, 1.0),
            (1.0, 600, 0.99, 1.0),
            (10.5, 10_500, 0.99, 1.0),
            (11.0, 11 * 600, 0.99, 1.0),
            (100.0, 100 * 120, 0.99, 1.0),
            (1000.0, 1000 * 60, 0.99, 5.0),
            (3000.0, 3000 * 20, 0.99, 10.0),
        ] {
            let times = take(&mut Pace::new(Some(rate)), count).await;
            let measured = times.len() as f64 / times[times.len() - 1];
            assert!(measured >= rate * mean, "{rate}: mean {measured}");
            let most = most_within(&times, 1.0) as f64;
            assert!(most <= rate.ceil() + over, "{rate}: {most} in a second");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_stall_is_not_made_up_for() {
        let mut pace = Pace::new(Some(20.0));
        take(&mut pace, 5).await;
        tokio::time::sleep(Duration::from_mins(1)).await;
        let times = take(&mut pace, 40).await;
        assert!(most_within(&times, 1.0) <= 21);
    }

    /// Bug: after a pause two documents left at once, where one more than the rate allows may leave in any time.
    #[tokio::test(start_paused = true)]
    async fn after_a_pause_one_cell_is_free() {
        for rate in [11.0, 100.0, 1000.0] {
            let mut pace = Pace::new(Some(rate));
            take(&mut pace, 5).await;
            tokio::time::sleep(Duration::from_secs(3)).await;
            assert!(pace.take().is_ok() && pace.take().is_err(), "{rate}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_changed_rate_starts_without_a_burst() {
        let mut pace = Pace::new(Some(100.0));
        take(&mut pace, 10).await;
        pace.slow_to(0.5);
        assert!(pace.take().is_err());
        let times = take(&mut pace, 100).await;
        assert!(times[99] >= 1.97, "{}", times[99]);
        for _ in 0..1000 {
            pace.slow_to(0.505);
        }
        assert_eq!(pace.rate_now(), Some(50.0));
        pace.slow_to(1.0);
        assert_eq!(pace.rate_now(), Some(100.0));
    }

    /// Bug: each change began the interval anew, so a slow ceiling that crept back let nothing through for minutes.
    #[tokio::test(start_paused = true)]
    async fn what_was_waited_is_not_waited_again_when_the_rate_changes() {
        let mut pace = Pace::new(Some(0.2));
        pace.take().unwrap();
        pace.slow_to(0.5);
        let (start, mut times) = (Instant::now(), vec![0.0]);
        while times.len() < 100 {
            // A change in every second that passes, as while it creeps back.
            let passed = start.elapsed().as_secs_f64();
            pace.slow_to((0.5 + passed / 40.0 % 0.5).min(1.0));
            if pace.take().is_ok() {
                times.push(start.elapsed().as_secs_f64());
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        for pair in times.windows(2) {
            let gap = pair[1] - pair[0];
            assert!((4.99..=11.01).contains(&gap), "{gap}");
        }
    }

    /// The ceiling holds through any changes of the rate.
    #[tokio::test(start_paused = true)]
    async fn changes_let_nothing_beyond_the_ceiling_through() {
        let mut pace = Pace::new(Some(100.0));
        let start = Instant::now();
        let mut times = Vec::new();
        for turn in 0u32..5000 {
            pace.slow_to(0.3 + f64::from(turn * 7919 % 70) / 100.0);
            while pace.take().is_ok() {
                times.push(start.elapsed().as_secs_f64());
            }
            let pause = if turn % 97 == 0 {
                900
            } else {
                u64::from(turn % 13)
            };
            tokio::time::sleep(Duration::from_millis(pause)).await;
        }
        for seconds in [0.1, 1.0, 7.0] {
            let most = most_within(&times, seconds) as f64;
            assert!(most <= 100.0 * seconds + 2.0, "{most} in {seconds} s");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn unlimited_never_waits() {
        let mut pace = Pace::new(None);
        assert!((0..100_000).all(|_| pace.take().is_ok()));
    }
}
