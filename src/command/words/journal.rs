//! What is wrong with a journal.

use super::InWords;
use crate::journal::{Damage, FORMAT, OpenError};
use crate::lang::{Arg, Message, message};

impl InWords for OpenError {
    fn in_words(&self) -> Message {
        match self {
            Self::Held { path, holder } => {
                message!(
                    "journal-held",
                    path = path.display(),
                    holder = Arg::said(holder)
                )
            }
            Self::Io { path, source } => {
                message!("journal-unwritable", path = path.display(), error = source)
            }
            Self::Lacks { path, column } => {
                message!("journal-lacks", path = path.display(), column = *column)
            }
            Self::Damage(damage) => damage.in_words(),
        }
    }
}

impl InWords for Damage {
    fn in_words(&self) -> Message {
        match self {
            Self::Io { path, source } => {
                message!("journal-unreadable", path = path.display(), error = source)
            }
            Self::NotAJournal { path } => message!("journal-none", path = path.display()),
            Self::Line { path, line } => {
                message!("journal-bad-line", path = path.display(), line = *line)
            }
            Self::Meaning { path, line } => {
                message!("journal-bad-record", path = path.display(), line = *line)
            }
            Self::SavedAgain { path, line } => {
                message!("journal-saved-again", path = path.display(), line = *line)
            }
            Self::Newer { path, format } => message!(
                "journal-newer",
                path = path.display(),
                format = *format,
                known = FORMAT,
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::path::PathBuf;

    use super::super::assert_same;
    use super::*;

    #[test]
    fn what_is_wrong_with_a_journal_reads_as_the_error_does() {
        let path = || PathBuf::from("/a b/malote.journal.csv");
        let source = || io::Error::from(io::ErrorKind::PermissionDenied);
        let (line, format) = (1_234_567, 9);
        for damage in [
            Damage::Io {
                path: path(),
                source: source(),
            },
            Damage::NotAJournal { path: path() },
            Damage::Line { path: path(), line },
            Damage::Meaning { path: path(), line },
            Damage::SavedAgain { path: path(), line },
            Damage::Newer {
                path: path(),
                format,
            },
        ] {
            assert_same(&damage);
            assert_same(&OpenError::Damage(damage));
        }
        for error in [
            OpenError::Held {
                path: path(),
                holder: "process 7".to_owned(),
            },
            OpenError::Io {
                path: path(),
                source: source(),
            },
            OpenError::Lacks {
                path: path(),
                column: "event",
            },
        ] {
            assert_same(&error);
        }
    }
}
