//! What can be wrong with a journal, beyond a torn tail.

use std::io;
use std::path::PathBuf;

use super::FORMAT;

/// Why a journal cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum Damage {
    /// The file cannot be read.
    #[error("the journal {} cannot be read: {source}", path.display())]
    Io {
        /// The journal.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The first line is not a journal's.
    #[error(
        "{} is not a journal: its first line does not name the columns event, sha256 and, last, crc, or one of its names \
         is damaged", path.display()
    )]
    NotAJournal {
        /// The file.
        path: PathBuf,
    },
    /// A line before the tail is not what its checksum says.
    #[error(
        "the journal {} is damaged at line {line}: the line does not match its checksum. Nothing is guessed: restore \
         the file from a copy, or ask for help before anything is sent", path.display()
    )]
    Line {
        /// The journal.
        path: PathBuf,
        /// The line, from 1.
        line: u64,
    },
    /// A line that is what its checksum says, but not what a journal says.
    #[error(
        "the journal {} is damaged at line {line}: it does not have the columns that the first line names, or no hash. \
         Nothing is guessed: restore the file from a copy, or ask for help before anything is sent", path.display()
    )]
    Meaning {
        /// The journal.
        path: PathBuf,
        /// The line, from 1.
        line: u64,
    },
    /// An editor or a spreadsheet has saved it.
    #[error(
        "the journal {} was saved again by another program, which has changed the ends of its lines (line {line}). \
         Nothing is guessed: restore the file from a copy", path.display()
    )]
    SavedAgain {
        /// The journal.
        path: PathBuf,
        /// The line, from 1.
        line: u64,
    },
    /// A newer program wrote it.
    #[error("the journal {} has format {format}, and this program knows formats up to {FORMAT}: use a newer malote", path.display())]
    Newer {
        /// The journal.
        path: PathBuf,
        /// Its format.
        format: u32,
    },
}
