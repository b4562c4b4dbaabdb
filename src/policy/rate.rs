//! The ceiling as a person writes it.

use std::fmt;
use std::str::FromStr;

/// Documents in a stretch of time: `11/s`, `600/min`, `40000/h`, `unlimited`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Rate {
    /// So many documents a second; positive and finite.
    PerSecond(f64),
    /// No ceiling.
    Unlimited,
}

/// A text that is no rate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no rate: write 11/s, 600/min, 40000/h or unlimited")]
pub struct NotARate(pub String);

impl Rate {
    /// Documents a second; `None` is unlimited.
    #[must_use]
    pub const fn per_second(self) -> Option<f64> {
        match self {
            Self::PerSecond(rate) => Some(rate),
            Self::Unlimited => None,
        }
    }
}

impl FromStr for Rate {
    type Err = NotARate;

    fn from_str(text: &str) -> Result<Self, NotARate> {
        let wrong = || NotARate(text.to_owned());
        let lower = text.trim().to_ascii_lowercase();
        if lower == "unlimited" {
            return Ok(Self::Unlimited);
        }
        let (count, unit) = lower.split_once('/').ok_or_else(wrong)?;
        let count: f64 = count.trim().parse().map_err(|_| wrong())?;
        let seconds = match unit.trim() {
            "s" | "sec" | "second" => 1.0,
            "m" | "min" | "minute" => 60.0,
            "h" | "hour" => 3600.0,
            _ => return Err(wrong()),
        };
        let rate = count / seconds;
        if (1e-6..=1e6).contains(&rate) {
            Ok(Self::PerSecond(rate))
        } else {
            Err(wrong())
        }
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PerSecond(rate) => write!(f, "{rate}/s"),
            Self::Unlimited => f.write_str("unlimited"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_read_in_any_unit() {
        for (text, rate) in [
            ("11/s", Some(11.0)),
            ("600/min", Some(10.0)),
            ("36000/h", Some(10.0)),
            ("0.5/s", Some(0.5)),
            (" 2 / S ", Some(2.0)),
            ("unlimited", None),
        ] {
            assert_eq!(text.parse::<Rate>().unwrap().per_second(), rate, "{text}");
        }
        for text in [
            "", "11", "0/s", "-1/s", "nan/s", "inf/s", "11/day", "/s", "1e9/s",
        ] {
            assert!(text.parse::<Rate>().is_err(), "{text}");
        }
    }
}
