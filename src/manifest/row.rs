//! A row, as `plan` writes it and as `run` reads it.

use jiff::civil::Date;

use crate::dfe::{DocumentKind, Signature, Status};
use crate::digest::ContentHash;
use crate::zen::{Envelope, Route, Side};

/// What is to be done with a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// It is sent.
    Send,
    /// It stays out (fora do envio).
    Skip,
}

impl Action {
    /// The word in the manifest.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Send => "send",
            Self::Skip => "skip",
        }
    }
}

/// What a row says of its file as soon as that has been read: the columns from `kind` to the one before `path`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known<'a> {
    /// Kind of the document.
    pub kind: DocumentKind,
    /// `tpEvento` of an event, else empty.
    pub event: &'a str,
    /// The API route, filled wherever one exists.
    pub route: Option<Route>,
    /// The envelope; written only where the manifest's layout has the column.
    pub envelope: Option<Envelope>,
    /// The client's side of an NFS-e to send; written only where the manifest's layout has the column.
    pub side: Option<Side>,
    /// The document's `Id`, else empty.
    pub id: &'a str,
    /// CNPJ or CPF with punctuation, else empty.
    pub issuer: &'a str,
    /// CNPJ or CPF with punctuation, else empty.
    pub recipient: &'a str,
    /// Date of issue.
    pub issued: Option<Date>,
    /// What the tax office said.
    pub status: Status,
    /// Size of the file as it lies on disk; 0 where it could not be read.
    pub bytes: u64,
    /// Hash of the file as it lies on disk; `None` where it could not be read.
    pub sha256: Option<ContentHash>,
    /// What became of its signature; written only where the manifest's layout has the column.
    pub signature: Option<Signature>,
}

/// What sending needs of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its line in the file, from 1.
    pub line: u64,
    /// Whether it is sent.
    pub action: Action,
    /// Kind of the document; on a row that is skipped, a word that is none is [`DocumentKind::Other`].
    pub kind: DocumentKind,
    /// The API route; always there on a row to send.
    pub route: Option<Route>,
    /// What surrounds it in a request.
    pub envelope: Envelope,
    /// The document's `Id`.
    pub id: String,
    /// Hash of its content; always there on a row to send.
    pub sha256: Option<ContentHash>,
    /// Path, encoded as [`crate::path_text`] says.
    pub path: String,
}

/// [`Row`] in the reader's buffer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RowRef<'a> {
    /// As in [`Row`].
    pub line: u64,
    /// As in [`Row`].
    pub action: Action,
    /// As in [`Row`].
    pub kind: DocumentKind,
    /// As in [`Row`].
    pub route: Option<Route>,
    /// As in [`Row`].
    pub envelope: Envelope,
    /// As in [`Row`].
    pub id: &'a str,
    /// As in [`Row`].
    pub sha256: Option<ContentHash>,
    /// As in [`Row`].
    pub path: &'a str,
}

impl RowRef<'_> {
    /// The row with texts of its own.
    #[must_use]
    pub fn to_row(&self) -> Row {
        Row {
            line: self.line,
            action: self.action,
            kind: self.kind,
            route: self.route,
            envelope: self.envelope,
            id: self.id.to_owned(),
            sha256: self.sha256,
            path: self.path.to_owned(),
        }
    }
}
