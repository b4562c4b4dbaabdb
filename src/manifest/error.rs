//! What can be wrong with a manifest, with the line that an editor shows.

use std::io;

use crate::zen::Route;

/// Why a manifest cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    /// The file cannot be read.
    #[error("it cannot be read: {0}")]
    Io(#[from] io::Error),
    /// A column that is needed is not there.
    #[error("line 1: the column {0:?} is missing (needed: action, kind, route, id, sha256, path)")]
    MissingColumn(&'static str),
    /// A column that is read is there more than once.
    #[error(
        "line 1: the column {0:?} is there twice, and which is meant is not said: take one away"
    )]
    DoubledColumn(&'static str),
    /// Bytes that are no UTF-8.
    #[error("line {0}: it is not UTF-8. Save it again as \"CSV UTF-8\"")]
    NotUtf8(u64),
    /// A quote that is still open at the end of its line.
    #[error("line {0}: a quote does not close, or a cell holds a line break")]
    OpenQuote(u64),
    /// A row without a cell that is needed.
    #[error("line {line}: it ends before the column {column:?}")]
    TooFewCells {
        /// The line.
        line: u64,
        /// The column.
        column: &'static str,
    },
    /// A row to send of a kind that is none.
    #[error(
        "line {line}: {kind:?} is no kind (as nfe, cte or nfe-event), by which it is known when to send it"
    )]
    Kind {
        /// The line.
        line: u64,
        /// What stands there.
        kind: String,
    },
    /// An action that is none.
    #[error("line {line}: the action {action:?} is neither send nor skip")]
    Action {
        /// The line.
        line: u64,
        /// What stands there.
        action: String,
    },
    /// A row to send without a route.
    #[error("line {0}: it says send but has no route")]
    NoRoute(u64),
    /// A route that the API has not.
    #[error("line {line}: {route:?} is no route (known: {})", known_routes())]
    Route {
        /// The line.
        line: u64,
        /// What stands there.
        route: String,
    },
    /// A hash that is none.
    #[error("line {line}: {hash:?} is not a SHA-256 (64 of 0-9 and a-f)")]
    Hash {
        /// The line.
        line: u64,
        /// What stands there.
        hash: String,
    },
    /// An envelope that is none.
    #[error("line {line}: the envelope {envelope:?} is neither array nor data")]
    Envelope {
        /// The line.
        line: u64,
        /// What stands there.
        envelope: String,
    },
    /// A row to send by the route of NFS-e that does not say on which side of it the client is.
    #[error(
        "line {line}: the column side says {side:?}, and to send an NFS-e it must be received, issued or both: the \
         client's side of it (plan --clients fills it)"
    )]
    Side {
        /// The line.
        line: u64,
        /// What stands there.
        side: String,
    },
    /// Rows that name different journals.
    #[error(
        "line {line}: the column journal names {other}, and above {one}: say with --journal which of them is meant"
    )]
    Journals {
        /// The line.
        line: u64,
        /// What rows above it name.
        one: String,
        /// What it names.
        other: String,
    },
    /// A row to send without a path.
    #[error("line {0}: it says send but has no path")]
    NoPath(u64),
}

fn known_routes() -> String {
    let names: Vec<_> = Route::ALL.iter().map(|route| route.as_str()).collect();
    names.join(", ")
}
