//! What is wrong with the command line and the environment.

use super::{InWords, quoted};
use crate::config::{ConfigError, KeyFile, OpenToOthers, WrongValue};
use crate::lang::{Message, message};
use crate::policy::{ClockTextError, NotARate, QuietHoursError};
use crate::report::NotAClient;
use crate::sandbox::WrongSettings;

impl InWords for ConfigError {
    fn in_words(&self) -> Message {
        match self {
            Self::Option { option, reason } => {
                message!(
                    "config-option",
                    option = *option,
                    reason = reason.in_words()
                )
            }
            Self::NoDestination => message!("config-no-destination"),
            Self::NoToken => message!("config-no-key"),
            Self::TokenFile { file, source } => {
                message!("config-key-file", file = file.in_words(), error = source)
            }
            Self::NotAToken(file) => {
                let variable = || Message::plain("MALOTE_TOKEN");
                let place = file.as_ref().map_or_else(variable, InWords::in_words);
                message!("config-not-a-key", place = place)
            }
        }
    }
}

impl InWords for WrongValue {
    fn in_words(&self) -> Message {
        match self {
            Self::Clock(error) => error.in_words(),
            Self::QuietHours(error) => error.in_words(),
            Self::Rate(error) => error.in_words(),
            Self::Zone(text) => message!("value-zone", zone = quoted(text)),
            Self::Regex { text, reason } => {
                message!("value-regex", text = quoted(text), reason = reason)
            }
            Self::NotALine => message!("value-not-a-line"),
            Self::MatchesAll => message!("value-matches-all"),
            Self::MoreThanAnAddress => message!("value-more-than-an-address"),
            Self::NotAUrl {
                start: Some(start),
                reason,
            } => message!("value-not-a-url", start = start, reason = reason),
            Self::NotAUrl {
                start: None,
                reason,
            } => message!("value-hidden-not-a-url", reason = reason),
            Self::NoHost { start: Some(start) } => message!("value-no-host", start = start),
            Self::NoHost { start: None } => message!("value-hidden-no-host"),
            Self::Office(Some(office)) => message!("value-office", office = office),
            Self::Office(None) => message!("value-hidden-office"),
            Self::RejectedLimit(text) => message!("value-rejected-limit", value = quoted(text)),
            Self::NotBetween { value, least, most } => {
                message!(
                    "value-not-between",
                    value = value,
                    least = least,
                    most = most
                )
            }
            Self::Root(text) => message!("value-root", value = quoted(text)),
            Self::NoPlainWord => message!("value-plain-word"),
        }
    }
}

impl InWords for ClockTextError {
    fn in_words(&self) -> Message {
        match self {
            Self::Duration(text) => message!("value-duration", value = quoted(text)),
            Self::TimeOfDay(text) => message!("value-time-of-day", value = quoted(text)),
        }
    }
}

impl InWords for QuietHoursError {
    fn in_words(&self) -> Message {
        match self {
            Self::Day(text) => message!("value-weekday", value = quoted(text)),
            Self::Hours(text) => message!("value-hours", value = quoted(text)),
            Self::NeverOpen => message!("value-never-open"),
        }
    }
}

impl InWords for NotARate {
    fn in_words(&self) -> Message {
        message!("value-rate", value = quoted(&self.0))
    }
}

impl InWords for NotAClient {
    fn in_words(&self) -> Message {
        message!("value-client", value = quoted(&self.0))
    }
}

impl InWords for WrongSettings {
    fn in_words(&self) -> Message {
        message!("value-share", option = self.0)
    }
}

impl InWords for KeyFile {
    fn in_words(&self) -> Message {
        match &self.0 {
            Some(name) => Message::plain(name),
            None => message!("config-hidden-file"),
        }
    }
}

impl InWords for OpenToOthers {
    fn in_words(&self) -> Message {
        message!(
            "config-open-to-others",
            file = self.file.in_words(),
            mode = format!("{:o}", self.mode),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::super::assert_same;
    use super::*;

    #[test]
    fn what_is_wrong_with_an_option_reads_as_the_error_does() {
        let text = || "a\"b\n{ c".to_owned();
        let start = || Some("\"ftp://a\"".to_owned());
        let reason = text;
        for value in [
            WrongValue::Clock(ClockTextError::Duration(text())),
            WrongValue::Clock(ClockTextError::TimeOfDay(text())),
            WrongValue::QuietHours(QuietHoursError::Day(text())),
            WrongValue::QuietHours(QuietHoursError::Hours(text())),
            WrongValue::QuietHours(QuietHoursError::NeverOpen),
            WrongValue::Rate(NotARate(text())),
            WrongValue::Zone(text()),
            WrongValue::Regex {
                text: text(),
                reason: reason(),
            },
            WrongValue::NotALine,
            WrongValue::MatchesAll,
            WrongValue::MoreThanAnAddress,
            WrongValue::NotAUrl {
                start: start(),
                reason: reason(),
            },
            WrongValue::NotAUrl {
                start: None,
                reason: reason(),
            },
            WrongValue::NoHost { start: start() },
            WrongValue::NoHost { start: None },
            WrongValue::Office(start()),
            WrongValue::Office(None),
            WrongValue::NoPlainWord,
            WrongValue::RejectedLimit(text()),
            WrongValue::NotBetween {
                value: "2000".to_owned(),
                least: "1".to_owned(),
                most: "1024".to_owned(),
            },
            WrongValue::Root(text()),
        ] {
            assert_same(&ConfigError::of("rate", value));
        }
        assert_same(&NotAClient(text()));
        assert_same(&WrongSettings("slow"));
    }

    #[test]
    fn what_is_wrong_with_the_key_reads_as_the_error_does() {
        for file in [Some("/a b".to_owned()), None] {
            assert_same(&ConfigError::TokenFile {
                file: KeyFile(file),
                source: std::io::ErrorKind::NotFound.into(),
            });
        }
        for error in [
            ConfigError::NoDestination,
            ConfigError::NoToken,
            ConfigError::NotAToken(None),
            ConfigError::NotAToken(Some(KeyFile(Some("/a b".to_owned())))),
            ConfigError::NotAToken(Some(KeyFile(None))),
        ] {
            assert_same(&error);
        }
    }
}
