//! What is wrong with a manifest.

use super::{InWords, quoted};
use crate::lang::{Message, message};
use crate::manifest::ManifestError;
use crate::zen::Route;

impl InWords for ManifestError {
    fn in_words(&self) -> Message {
        match self {
            Self::Io(error) => message!("manifest-unreadable", error = error),
            Self::MissingColumn(column) => {
                message!("manifest-missing-column", column = quoted(column))
            }
            Self::DoubledColumn(column) => {
                message!("manifest-doubled-column", column = quoted(column))
            }
            Self::NotUtf8(line) => message!("manifest-not-utf8", line = *line),
            Self::OpenQuote(line) => message!("manifest-open-quote", line = *line),
            Self::TooFewCells { line, column } => message!(
                "manifest-too-few-cells",
                line = *line,
                column = quoted(column)
            ),
            Self::Kind { line, kind } => {
                message!("manifest-kind", line = *line, kind = quoted(kind))
            }
            Self::Action { line, action } => {
                message!("manifest-action", line = *line, action = quoted(action))
            }
            Self::NoRoute(line) => message!("manifest-no-route", line = *line),
            Self::Route { line, route } => {
                let known: Vec<_> = Route::ALL.iter().map(|route| route.as_str()).collect();
                message!(
                    "manifest-route",
                    line = *line,
                    route = quoted(route),
                    known = known.join(", "),
                )
            }
            Self::Hash { line, hash } => {
                message!("manifest-hash", line = *line, hash = quoted(hash))
            }
            Self::Envelope { line, envelope } => {
                message!(
                    "manifest-envelope",
                    line = *line,
                    envelope = quoted(envelope)
                )
            }
            Self::Side { line, side } => {
                message!("manifest-side", line = *line, side = quoted(side))
            }
            Self::Journals { line, one, other } => {
                message!("manifest-journals", line = *line, one = one, other = other)
            }
            Self::NoPath(line) => message!("manifest-no-path", line = *line),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::super::assert_same;
    use super::*;

    #[test]
    fn what_is_wrong_with_a_manifest_reads_as_the_error_does() {
        let line = 1_000_001;
        let text = || "a \"{b\"".to_owned();
        for error in [
            ManifestError::Io(io::ErrorKind::NotFound.into()),
            ManifestError::MissingColumn("sha256"),
            ManifestError::DoubledColumn("action"),
            ManifestError::NotUtf8(line),
            ManifestError::OpenQuote(line),
            ManifestError::TooFewCells {
                line,
                column: "path",
            },
            ManifestError::Kind { line, kind: text() },
            ManifestError::Action {
                line,
                action: text(),
            },
            ManifestError::NoRoute(line),
            ManifestError::Route {
                line,
                route: text(),
            },
            ManifestError::Hash { line, hash: text() },
            ManifestError::Side { line, side: text() },
            ManifestError::Envelope {
                line,
                envelope: text(),
            },
            ManifestError::Journals {
                line,
                one: text(),
                other: text(),
            },
            ManifestError::NoPath(line),
        ] {
            assert_same(&error);
        }
    }
}
