//! What the simulated Zen can be told to do.

use std::path::PathBuf;
use std::time::Duration;

/// Settings of a sandbox. Everything but the seed is off by default.
#[derive(Debug, Clone)]
pub struct Settings {
    /// What moves every chance.
    pub seed: u64,
    /// How long an answer takes.
    pub latency: Duration,
    /// Share of answers that take longer.
    pub slow: f64,
    /// How much longer these take.
    pub slow_for: Duration,
    /// Share of requests answered with 500.
    pub fail: f64,
    /// Share of requests answered with 429.
    pub push_back: f64,
    /// Share of requests answered with 503 and a `Retry-After`.
    pub unavailable: f64,
    /// Seconds in the `Retry-After` of a 429 or 503.
    pub retry_after: u64,
    /// Share of requests that are neither carried out nor answered.
    pub reset: f64,
    /// Share of documents refused: the same ones every time.
    pub refuse: f64,
    /// Share of requests that are carried out and then never answered.
    pub lose: f64,
    /// Share of requests that are carried out and whose answer breaks off in its middle.
    pub cut: f64,
    /// Share of answers in a shape that the vendor's description leaves open.
    pub odd: f64,
    /// Requests of several documents are answered with 500 where one is longer than so many bytes.
    pub batch_poison: Option<usize>,
    /// From when to when after the start everything is answered with 500.
    pub outages: Vec<(Duration, Duration)>,
    /// A duplicate is a success rather than a refusal that says it is there.
    pub duplicates_succeed: bool,
    /// An event whose document has not arrived is taken.
    pub loose_events: bool,
    /// Where what arrives is written as CSV.
    pub log: Option<PathBuf>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            seed: 1,
            latency: Duration::ZERO,
            slow: 0.0,
            slow_for: Duration::ZERO,
            fail: 0.0,
            push_back: 0.0,
            unavailable: 0.0,
            retry_after: 1,
            reset: 0.0,
            refuse: 0.0,
            lose: 0.0,
            cut: 0.0,
            odd: 0.0,
            batch_poison: None,
            outages: Vec::new(),
            duplicates_succeed: false,
            loose_events: false,
            log: None,
        }
    }
}

/// A setting that is out of range.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("--{0} must be a share from 0 to 1")]
pub struct WrongSettings(pub &'static str);

impl Settings {
    /// Checks that shares are shares.
    ///
    /// # Errors
    /// [`WrongSettings`] naming the first that is none.
    pub fn check(&self) -> Result<(), WrongSettings> {
        let shares = [
            ("slow", self.slow),
            ("fail", self.fail),
            ("push-back", self.push_back),
            ("unavailable", self.unavailable),
            ("reset", self.reset),
            ("refuse", self.refuse),
            ("lose", self.lose),
            ("cut", self.cut),
            ("odd", self.odd),
        ];
        match shares
            .iter()
            .find(|(_, share)| !(0.0..=1.0).contains(share))
        {
            Some((name, _)) => Err(WrongSettings(name)),
            None => Ok(()),
        }
    }
}
