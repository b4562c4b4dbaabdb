//! What is wrong with what is written.

use super::InWords;
use crate::diff::RowsError;
use crate::lang::{Message, message};
use crate::report::ReportError;

impl InWords for RowsError {
    fn in_words(&self) -> Message {
        match self {
            Self::Manifest(error) => error.in_words(),
            Self::Journal(error) => message!("rows-journal", error = error),
            Self::Output(error) => message!("rows-output", error = error),
        }
    }
}

impl InWords for ReportError {
    fn in_words(&self) -> Message {
        match self {
            Self::Manifest(error) => error.in_words(),
            Self::Damage(error) => error.in_words(),
            Self::NoClients => message!("report-no-clients"),
            Self::Changed => message!("report-changed"),
            Self::JournalChanged => message!("report-journal-changed"),
            Self::Program(error) => message!("report-program", error = error),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::super::assert_same;
    use super::*;

    #[test]
    fn what_is_wrong_with_a_result_reads_as_the_error_does() {
        let io = || io::Error::from(io::ErrorKind::StorageFull);
        assert_same(&RowsError::Journal(io()));
        assert_same(&RowsError::Output(io()));
        assert_same(&ReportError::NoClients);
        assert_same(&ReportError::Changed);
        assert_same(&ReportError::JournalChanged);
        assert_same(&ReportError::Program(io()));
    }
}
