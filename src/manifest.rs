//! The manifest (relação de envio): one CSV row for each document that `plan` saw.

use jiff::civil::Date;

use crate::dfe::{DocumentKind, Status};
use crate::digest::ContentHash;
use crate::zen::{Envelope, Route};

/// What is to be done with a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// It is sent.
    Send,
    /// It stays out (fora do envio).
    Skip,
}

/// One row of the manifest as `plan` writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Whether it is sent.
    pub action: Action,
    /// Codes separated by blanks: why it is skipped (first), or warnings.
    pub notes: String,
    /// Kind of the document.
    pub kind: DocumentKind,
    /// `tpEvento` of an event, else empty.
    pub event: String,
    /// The API route, filled wherever one exists.
    pub route: Option<Route>,
    /// The envelope, where it is not the one that the route has in the vendor's collection.
    pub envelope: Option<Envelope>,
    /// The document's `Id`, else empty.
    pub id: String,
    /// CNPJ or CPF with punctuation, else empty.
    pub issuer: String,
    /// CNPJ or CPF with punctuation, else empty.
    pub recipient: String,
    /// Date of issue.
    pub issued: Option<Date>,
    /// What the tax office said.
    pub status: Status,
    /// Size of the file as it lies on disk; 0 where it could not be read.
    pub bytes: u64,
    /// Hash of the file as it lies on disk; `None` where it could not be read.
    pub sha256: Option<ContentHash>,
    /// Absolute path, encoded as [`crate::path_text`] says.
    pub path: String,
}
