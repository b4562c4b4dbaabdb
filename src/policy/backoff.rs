//! The pause between two attempts of one document.

use std::time::Duration;

/// The pause after the attempt number `attempt` (from 1): 5 s, growing sixfold up to 10 min, plus up to a fifth by
/// `random` (0 to below 1), so that what failed together does not come back together.
#[must_use]
pub fn backoff(attempt: u32, random: f64) -> Duration {
    const FIRST: Duration = Duration::from_secs(5);
    const LONGEST: Duration = Duration::from_mins(10);
    let pause = 6u32
        .checked_pow(attempt.saturating_sub(1))
        .and_then(|factor| FIRST.checked_mul(factor))
        .unwrap_or(LONGEST)
        .min(LONGEST);
    pause + pause.mul_f64(random.clamp(0.0, 1.0) / 5.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_a_bound() {
        for (attempt, seconds) in [(0, 5), (1, 5), (2, 30), (3, 180), (4, 600), (99, 600)] {
            assert_eq!(
                backoff(attempt, 0.0),
                Duration::from_secs(seconds),
                "{attempt}"
            );
        }
        assert_eq!(backoff(1, 0.5), Duration::from_millis(5500));
    }
}
