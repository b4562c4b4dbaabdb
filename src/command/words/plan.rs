//! Why a plan cannot be made.

use super::{InWords, quoted};
use crate::known::KnownError;
use crate::lang::{Message, message};
use crate::plan::{ClientsError, OutputError, PlanError, SelectionError};

impl InWords for PlanError {
    fn in_words(&self) -> Message {
        match self {
            Self::Exists(path) => message!("plan-exists", path = path.display()),
            Self::Folder(path) => message!("plan-folder", path = path.display()),
            Self::Spill { path, source } => {
                message!("plan-spill", path = path.display(), error = source)
            }
            Self::Output(error) => error.in_words(),
        }
    }
}

impl InWords for OutputError {
    fn in_words(&self) -> Message {
        match self {
            Self::Write { path, source } => {
                message!("plan-unwritten", path = path.display(), error = source)
            }
            Self::Rename { path, kept, source } => message!(
                "plan-not-replaced",
                path = path.display(),
                error = source,
                kept = kept.display(),
            ),
        }
    }
}

impl InWords for ClientsError {
    fn in_words(&self) -> Message {
        match self {
            Self::Unreadable { path, source } => {
                message!("clients-unreadable", path = path.display(), error = source)
            }
            Self::NotATaxpayer { path, line, text } => message!(
                "clients-not-a-taxpayer",
                path = path.display(),
                line = *line,
                value = quoted(text),
            ),
            Self::Nobody(path) => message!("clients-nobody", path = path.display()),
        }
    }
}

impl InWords for KnownError {
    fn in_words(&self) -> Message {
        match self {
            Self::Unreadable { path, source } => {
                message!("known-unreadable", path = path.display(), error = source)
            }
            Self::NoKey(path) => message!("known-no-key", path = path.display()),
            Self::NoList(path) => message!("known-no-list", path = path.display()),
        }
    }
}

impl InWords for SelectionError {
    fn in_words(&self) -> Message {
        message!(
            "plan-glob",
            option = self.option,
            pattern = quoted(&self.pattern),
            reason = &self.reason,
        )
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::path::PathBuf;

    use super::super::assert_same;
    use super::*;

    #[test]
    fn why_no_plan_can_be_made_reads_as_the_error_does() {
        let path = || PathBuf::from("/a b/malote.csv");
        let source = || io::Error::from(io::ErrorKind::StorageFull);
        for error in [
            PlanError::Exists(path()),
            PlanError::Folder(path()),
            PlanError::Spill {
                path: path(),
                source: source(),
            },
            PlanError::Output(OutputError::Write {
                path: path(),
                source: source(),
            }),
            PlanError::Output(OutputError::Rename {
                path: path(),
                kept: path(),
                source: source(),
            }),
        ] {
            assert_same(&error);
        }
        for error in [
            ClientsError::Unreadable {
                path: path(),
                source: source(),
            },
            ClientsError::NotATaxpayer {
                path: path(),
                line: 3,
                text: "abc".to_owned(),
            },
            ClientsError::Nobody(path()),
        ] {
            assert_same(&error);
        }
        assert_same(&KnownError::NoKey(path()));
        assert_same(&KnownError::NoList(path()));
        assert_same(&KnownError::Unreadable {
            path: path(),
            source: source(),
        });
        assert_same(&SelectionError {
            option: "include",
            pattern: "a[".to_owned(),
            reason: "unclosed".to_owned(),
        });
    }
}
