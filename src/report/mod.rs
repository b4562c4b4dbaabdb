//! The report (relatório de envio; for one client, comprovante de envio): one self-contained HTML page for the
//! accountant and the client whose documents they are.
//!
//! The manifest is read twice and each journal twice, all streamed: [`crate::diff::survey`] strikes the balance as
//! `diff` does, a second pass sums up what the page shows and notes for each document where the record lies that
//! decides its state; the journals are then read by their bytes beside those places. So every sum of the page, by
//! kind, by night or by message, is a sum over the balance's own documents.

mod causes;
mod chart;
mod client;
mod facts;
mod foreign;
mod history;
mod labels;
mod language;
mod moment;
mod page;
mod pauses;
mod rows;
mod tally;
mod timeline;

use std::io;

pub use client::{Client, NotAClient};
pub use facts::{Facts, Subject, gather};
pub use moment::Moment;
pub use page::render;

use crate::journal::Damage;
use crate::manifest::ManifestError;

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The manifest is wrong.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// A client is asked for, and nothing in the manifest names one.
    #[error(
        "line 1: none of the columns issuer, recipient and clients is there, by which a client's rows are found"
    )]
    NoClients,
    /// The manifest was written to while it was read.
    #[error("it was changed while it was read; try again")]
    Changed,
    /// A journal is not what it was when the balance was struck.
    #[error("a journal was changed while it was read; try again")]
    JournalChanged,
    /// A journal is damaged.
    #[error(transparent)]
    Damage(#[from] Damage),
    /// The program's own file cannot be read.
    #[error("the program's own file cannot be read: {0}")]
    Program(io::Error),
}
