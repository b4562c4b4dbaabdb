//! Containers: documents that lie within other files, in a `.zip`, a `.gz` or an XML that carries several.
//!
//! `plan` streams through them and `run` finds single documents in them again by the paths that `plan` wrote. What they
//! hold is bounded: nothing here trusts a size that it has not checked.

mod archives;
mod inflate;
mod name;
mod part;
mod parted;
mod sort;
mod zip;

pub use archives::Archives;
pub use inflate::{Inflater, gunzip};
pub use name::{INSIDE, member_text, part_text};
pub use part::unpack;
pub use sort::Sort;
pub use zip::{Entry, Location, Zip};

use std::io;

/// Archives that may lie in each other; a document may be in the innermost.
pub const DEEPEST: usize = 3;

/// Why a container, or something in it, cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The file cannot be read.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// It is not what it says it is, or ends too early.
    #[error("the archive is broken")]
    Broken,
    /// It asks for a password.
    #[error("the archive is encrypted")]
    Encrypted,
    /// It is compressed in another way than by deflate.
    #[error("the archive is compressed in an unknown way")]
    Unsupported,
    /// It is longer than any document.
    #[error("it is larger than 32 MiB")]
    TooLarge,
    /// There is nothing of that name in it.
    #[error("there is no such document in the archive")]
    Absent,
}

impl Fault {
    /// The code that says so in the column `notes`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Io(_) => "unreadable",
            Self::Broken | Self::Absent => "broken-archive",
            Self::Encrypted => "encrypted-archive",
            Self::Unsupported => "unsupported-archive",
            Self::TooLarge => "too-large",
        }
    }
}
