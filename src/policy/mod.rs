//! Decisions: when to send, how fast, what to make of a reply. Pure: `now` is an argument, randomness too.

mod apart;
mod backoff;
mod breaker;
mod clock_text;
mod holidays;
mod quiet_hours;
mod rate;
mod retry_after;
mod throttle;
mod verdict;

pub use apart::Apart;
pub use backoff::backoff;
pub use breaker::{Breaker, Gate};
pub use clock_text::{ClockTextError, parse_duration, parse_until};
pub use quiet_hours::{QuietHours, QuietHoursError};
pub use rate::{NotARate, Rate};
pub use throttle::Throttle;
pub use verdict::{
    ALREADY_THERE, DocumentVerdict, Judgement, Patience, Refusal, Rules, Sign, Verdict,
};
