//! One pass over a document's text: what it is, and what `plan` must know of it.

use jiff::civil::Date;

use super::{DocumentKind, Status};

/// What one document says of itself. Codes are the manifest's, see the README's table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspection {
    /// Its kind.
    pub kind: DocumentKind,
    /// `tpEvento` of an event, else empty.
    pub event: String,
    /// The `Id` attribute as it is written (`NFe3519…`), else empty.
    pub id: String,
    /// What makes two documents the same one (normalised `Id`: for an event `ID` + type + key + sequence
    /// number without leading zeros); empty where it has none.
    pub identity: String,
    /// The 44 characters of the access key of the document, or of the document that an event speaks of;
    /// empty where there is none. Verified.
    pub access_key: String,
    /// CNPJ or CPF of the issuer, punctuated; else empty.
    pub issuer: String,
    /// CNPJ or CPF of the recipient, punctuated; else empty.
    pub recipient: String,
    /// Date of issue in the offset that is written.
    pub issued: Option<Date>,
    /// What the tax office said.
    pub status: Status,
    /// Why it is not to be sent, the first reason found; `None`: it may be sent.
    pub skip: Option<&'static str>,
    /// Further notes, in a fixed order.
    pub notes: Vec<&'static str>,
    /// It is known to be a test (`tpAmb` 2).
    pub homologation: bool,
    /// `digVal` of the protocol against `DigestValue` of the signature, where both stand.
    pub digest_agrees: Option<bool>,
    /// It carries a `Signature`.
    pub signed: bool,
    /// The access key that it cancels (`CFeCanc/@chCanc`, cancellation events, legacy cancels); else empty.
    pub cancels: String,
}
