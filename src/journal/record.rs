//! A record of the journal, and what each of its columns holds.

use std::fmt;

use jiff::Timestamp;
use jiff::tz::Offset;
use serde::{Deserialize, Serialize};

use crate::digest::ContentHash;
use crate::zen::Route;

/// The version of the journal's format. A journal of a newer one is refused.
pub const FORMAT: u32 = 1;

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Event {
    /// A run starts.
    Begin,
    /// A document is about to be sent.
    Attempt,
    /// The server has it.
    Accepted,
    /// The server refused it.
    Rejected,
    /// Answered with a fault, not reached, or not sent after all.
    Failed,
    /// The request left, no usable answer came.
    Unknown,
    /// Not sent: its bytes differ from the manifest.
    Changed,
    /// Not sent: it cannot be read.
    Missing,
    /// Nothing leaves from now on.
    Pause,
    /// Documents leave again.
    Resume,
    /// The run ends.
    End,
}

impl Event {
    /// Every event.
    pub const ALL: &[Self] = &[
        Self::Begin,
        Self::Attempt,
        Self::Accepted,
        Self::Rejected,
        Self::Failed,
        Self::Unknown,
        Self::Changed,
        Self::Missing,
        Self::Pause,
        Self::Resume,
        Self::End,
    ];

    /// The word in the journal.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Begin => "begin",
            Self::Attempt => "attempt",
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
            Self::Changed => "changed",
            Self::Missing => "missing",
            Self::Pause => "pause",
            Self::Resume => "resume",
            Self::End => "end",
        }
    }

    /// The event of that word, if there is one.
    #[must_use]
    pub fn from_bytes(word: &[u8]) -> Option<Self> {
        let found = Self::ALL
            .iter()
            .find(|event| event.as_str().as_bytes() == word);
        found.copied()
    }
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// One line of the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// When.
    pub time: Timestamp,
    /// In which offset from UTC that is written.
    pub offset: Offset,
    /// What happened.
    pub event: Event,
    /// To which content; `None` for events of the run.
    pub sha256: Option<ContentHash>,
    /// The document's `Id`.
    pub id: String,
    /// Where it went.
    pub route: Option<Route>,
    /// HTTP status of the answer.
    pub http: Option<u16>,
    /// Which request for this document within the run, from 1; 0 where there is none.
    pub attempt: u32,
    /// From the request's start to the end of its answer, in milliseconds.
    pub millis: Option<u64>,
    /// The CNPJ that the answer named.
    pub client: String,
    /// The server's words, or ours.
    pub message: String,
}

impl Record {
    /// A record of `event` with `message` and nothing else.
    #[must_use]
    pub const fn note(time: Timestamp, offset: Offset, event: Event, message: String) -> Self {
        Self {
            time,
            offset,
            event,
            sha256: None,
            id: String::new(),
            route: None,
            http: None,
            attempt: 0,
            millis: None,
            client: String::new(),
            message,
        }
    }
}

/// The message of a `begin`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Begin {
    /// [`FORMAT`] of the program that wrote it.
    pub format: u32,
    /// The program's version.
    #[serde(default)]
    pub version: String,
    /// The host that documents go to, without port.
    pub host: String,
    /// The manifest's file name.
    #[serde(default)]
    pub manifest: String,
    /// The manifest's SHA-256.
    #[serde(default)]
    pub manifest_sha256: String,
    /// The settings of the run.
    #[serde(default)]
    pub settings: serde_json::Value,
}
