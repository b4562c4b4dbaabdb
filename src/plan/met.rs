//! What the walk comes upon, and what it is taken for.

use std::path::PathBuf;
use std::sync::Arc;

use super::select::{Choice, extension};
use crate::container::{Location, Sort, Zip};
use crate::digest::ContentHash;

/// What stands for the extension of a file that an option leaves out.
pub(super) const EXCLUDED: &str = "(excluded)";

/// What stands for the extension of a file that has none.
pub(super) const NO_EXTENSION: &str = "(no extension)";

/// What the walk comes upon, or what lies in it.
#[derive(Debug)]
pub(super) enum Met {
    /// A file to read. Of its path so many parts are below its root.
    File {
        path: PathBuf,
        role: Role,
        below: usize,
    },
    /// A zip to look into, and its path below its root.
    Zip { path: PathBuf, relative: String },
    /// A member of a zip, with the text of its path.
    Member {
        zip: Arc<Zip>,
        location: Location,
        path: String,
        role: Role,
    },
    /// An archive within an archive, which has been looked into or not, as the code says.
    Weighed {
        path: String,
        code: &'static str,
        hash: ContentHash,
        bytes: u64,
    },
    /// Something that is not read, and the code that says why.
    Unread {
        path: PathBuf,
        code: &'static str,
        trouble: bool,
    },
    /// A file passed over; its extension.
    Passed(String),
}

/// What a file is taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// A document.
    Document,
    /// A document if it begins as XML does.
    Sniffed,
    /// A `.gz` of a document.
    Gzip,
    /// An archive; of it hash and size are asked for, and the code says why it is not looked into, or that it is.
    Archive(&'static str),
}

pub(super) fn met(path: PathBuf, relative: &str, choice: Choice) -> Met {
    match choice {
        Choice::Zip => Met::Zip {
            path,
            relative: relative.to_owned(),
        },
        choice => match Role::of(choice) {
            Some(role) => Met::File {
                path,
                role,
                below: 1 + relative.matches('/').count(),
            },
            None => passed(relative),
        },
    }
}

impl Role {
    /// The role by the first bytes of what has the name of a document, or none, and the archive that it is. A zip among
    /// them can be looked into only where it is a file of its own.
    pub fn by_bytes(self, bytes: &[u8]) -> (Self, Option<Sort>) {
        let named = matches!(self, Self::Document | Self::Sniffed);
        match Sort::of(bytes).filter(|_| named) {
            None => (self, None),
            Some(Sort::Gzip) => (Self::Gzip, Some(Sort::Gzip)),
            Some(other) => (Self::Archive("unsupported-archive"), Some(other)),
        }
    }

    /// The role of what is not looked into by the walk itself; nothing: it is passed over.
    pub const fn of(choice: Choice) -> Option<Self> {
        match choice {
            Choice::Read => Some(Self::Document),
            Choice::Sniff => Some(Self::Sniffed),
            Choice::Gzip => Some(Self::Gzip),
            Choice::Archive | Choice::Zip => Some(Self::Archive("unsupported-archive")),
            Choice::Pass => None,
        }
    }
}

/// A file that is passed over.
pub(super) fn passed(relative: &str) -> Met {
    Met::Passed(extension(relative).unwrap_or_else(|| NO_EXTENSION.to_owned()))
}

pub(super) fn unread(path: PathBuf, code: &'static str) -> Met {
    Met::Unread {
        path,
        code,
        trouble: false,
    }
}

pub(super) fn trouble(path: PathBuf) -> Met {
    Met::Unread {
        path,
        code: "unreadable",
        trouble: true,
    }
}
