//! How far ahead documents are read and recorded: far enough that neither a disk nor the journal costs a cell, and no
//! farther than serves, for what waits when a pause begins is withdrawn.

use std::time::Duration;

use tokio::time::Instant;

use super::limits::Limits;

/// So long ahead documents are recorded where a rate holds them back and the disk takes less.
const USUAL_SECONDS: f64 = 0.5;

/// How many documents are read and recorded ahead where nothing holds them back, as many as may be in the air, and as many
/// again or twice that for those that the journal is about: the more attempts one sync makes durable, the less each costs.
/// But what lies about for long is no longer in the processor's caches when it leaves.
const MOST: usize = 256;

/// The same where a rate holds them back and the journal takes its time.
const MOST_FOR_A_SLOW_DISK: usize = 2048;

/// What is known of how long the journal takes.
#[derive(Debug, Default)]
pub(super) struct Ahead {
    /// Records that are on their way to the disk, by their number, and since when.
    underway: Option<(u64, Instant)>,
    /// So long they have taken of late; the longest counts for a while.
    takes: Duration,
}

impl Ahead {
    /// The record of this number was queued.
    pub fn queued(&mut self, number: u64, now: Instant) {
        self.underway.get_or_insert((number, now));
    }

    /// All records up to this number are on the disk.
    pub fn synced(&mut self, number: u64, now: Instant) {
        if let Some((_, since)) = self.underway.take_if(|(last, _)| *last <= number) {
            let took = now.saturating_duration_since(since);
            self.takes = took.max(self.takes * 7 / 8);
        }
    }

    /// How many documents may be between the manifest and the air, at `rate` documents a second if there is one.
    pub fn documents(&self, limits: &Limits, rate: Option<f64>) -> usize {
        let usual = at_readers(limits, rate);
        let takes = self.takes.as_secs_f64();
        if takes <= USUAL_SECONDS / 2.0 {
            return usual;
        }
        let slow = match rate {
            // While one request waits for its cells, those that leave in that time are on their way to the disk.
            Some(rate) => in_seconds(rate, takes) + 2 * limits.batch,
            None => limits.concurrency * limits.batch + MOST,
        };
        usual.max(slow.min(MOST_FOR_A_SLOW_DISK))
    }
}

/// How many of them readers may have at once: how long these are is not known yet.
pub(super) fn at_readers(limits: &Limits, rate: Option<f64>) -> usize {
    let full = limits.concurrency * limits.batch;
    let most = match rate {
        Some(rate) => full.min(in_seconds(rate, USUAL_SECONDS) + limits.batch),
        None => full.min(MOST) + MOST.min(full * 2),
    };
    most.max(1)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "saturates"
)]
fn in_seconds(rate: f64, seconds: f64) -> usize {
    (rate * seconds) as usize
}
