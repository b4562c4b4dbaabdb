//! What a document is and may be used for, from one pass over its text.

use jiff::civil::Date;

use super::access_key::AccessKey;
use super::classify::{Class, classify, is_issued_nfse};
use super::collect::{Refused, collect};
use super::decode::{Encoding, NotText, decode};
use super::document::document;
use super::event::{event, summary};
use super::fields::date;
use super::found::Found;
use super::id::id_of;
use super::taxpayer::punctuate;
use super::{DocumentKind, Status, nfse};

/// No fiscal document is nearly as large; what is is not read as one.
pub const LARGEST_BYTES: usize = 32 * 1024 * 1024;

/// What one document says of itself. Codes are those of [`super::NOTES`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own about the document"
)]
pub struct Inspection {
    /// Its kind.
    pub kind: DocumentKind,
    /// `tpEvento` of an event, else empty.
    pub event: String,
    /// The `Id` attribute as it is written (`NFe3519…`), else empty. Where that lacks its prefix, its key or what else an
    /// event's has, it is the one that it should be.
    pub id: String,
    /// What makes two documents the same one, if anything does.
    pub identity: Option<Identity>,
    /// The verified access key of the document, or of the one that an event speaks of.
    pub access_key: Option<AccessKey>,
    /// CNPJ or CPF of the issuer (of an event: its author), punctuated; else empty.
    pub issuer: String,
    /// CNPJ or CPF of the recipient, punctuated; else empty.
    pub recipient: String,
    /// CNPJ or CPF of the further parties of a CT-e, as they are written.
    pub parties: Vec<String>,
    /// Date of issue, in the offset that is written.
    pub issued: Option<Date>,
    /// What the tax office said.
    pub status: Status,
    /// Why it is not to be sent, the first reason; `None`: it may be sent.
    pub skip: Option<&'static str>,
    /// Further notes, in a fixed order.
    pub notes: Vec<&'static str>,
    /// It says that it is of the test environment (`tpAmb` 2).
    pub homologation: bool,
    /// `digVal` of the protocol against `DigestValue` of the signature, where both stand.
    pub digest_agrees: Option<bool>,
    /// It carries a `Signature` of its own.
    pub signed: bool,
    /// The access key that it cancels (a cancellation event, a `CFeCanc`, a legacy cancellation).
    pub cancels: Option<AccessKey>,
    /// A SAT device with a serial number of 900… (of tests) issued it.
    pub sat_of_tests: bool,
    /// An NFS-e that may be sent as soon as it is known on which side of it the client is.
    pub awaits_side: bool,
    /// Documents may lie in it that are documents of their own: [`super::parts`] finds them.
    pub holds: bool,
    /// How it was stored; `None` where it is no text.
    pub encoding: Option<Encoding>,
}

impl Inspection {
    /// What is said of a file whose documents have been found to be documents of their own.
    #[must_use]
    pub fn of_container(self) -> Self {
        Self {
            skip: Some("looked-into"),
            encoding: self.encoding,
            ..blank(DocumentKind::Container)
        }
    }
}

/// What makes two documents the same one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Identity {
    /// A document's own access key.
    Key(AccessKey),
    /// Of an event type, key and sequence number; of a voiding its `Id`.
    Text(String),
}

impl Identity {
    /// The identity as a text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Key(key) => key.as_str(),
            Self::Text(text) => text,
        }
    }
}

/// Inspects a file's bytes.
#[must_use]
pub fn inspect(bytes: &[u8]) -> Inspection {
    if bytes.len() > LARGEST_BYTES {
        return unreadable("too-large");
    }
    let decoded = match decode(bytes) {
        Ok(decoded) => decoded,
        Err(NotText::Empty) => return unreadable("empty"),
        Err(NotText::NulFilled) => return unreadable("nul-filled"),
        Err(NotText::IllFormed) => return unreadable("ill-formed"),
    };
    let mut inspection = match collect(&decoded.text) {
        Ok(found) => inspect_found(&found, &decoded.text),
        Err(Refused::IllFormed) => unreadable("ill-formed"),
        Err(Refused::TooDeep) => unreadable("too-deep"),
        Err(Refused::Doctype) => unreadable("doctype"),
        Err(Refused::Html) => unreadable("html"),
    };
    inspection.encoding = Some(decoded.encoding);
    if decoded.trimmed {
        inspection.notes.push("trimmed");
    }
    inspection
}

/// What is known of a document of which nothing but the kind is.
pub(super) fn blank(kind: DocumentKind) -> Inspection {
    Inspection {
        kind,
        event: String::new(),
        id: String::new(),
        identity: None,
        access_key: None,
        issuer: String::new(),
        recipient: String::new(),
        parties: Vec::new(),
        issued: None,
        status: Status::Unknown,
        skip: None,
        notes: Vec::new(),
        homologation: false,
        digest_agrees: None,
        signed: false,
        cancels: None,
        sat_of_tests: false,
        awaits_side: false,
        holds: false,
        encoding: None,
    }
}

fn unreadable(code: &'static str) -> Inspection {
    Inspection {
        skip: Some(code),
        ..blank(DocumentKind::Unreadable)
    }
}

fn inspect_found(found: &Found, text: &str) -> Inspection {
    match classify(found) {
        Class::Document(kind) => document(kind, found, text, true),
        Class::Bare(kind) => Inspection {
            holds: found.documents > 1,
            ..document(kind, found, text, false)
        },
        Class::Event(kind) => event(kind, found, true),
        Class::Request(kind) => Inspection {
            holds: found.events.len() > 1,
            ..event(kind, found, false)
        },
        Class::PerhapsNfse if is_issued_nfse(text) => nfse::inspection(found, text),
        Class::Out(DocumentKind::Nfse, _) => nfse::inspection(found, text),
        Class::PerhapsNfse => Inspection {
            holds: found.written,
            ..out(DocumentKind::Technical, "technical", found)
        },
        Class::Out(DocumentKind::Summary, code) => summary(code, found),
        Class::Out(kind, code) => Inspection {
            holds: found.packed
                || found.written
                || found.documents > 0
                || !found.events.is_empty()
                || is_issued_nfse(text),
            ..out(kind, code, found)
        },
    }
}

/// Kinds for which the API has a route.
pub(super) const fn has_route(kind: DocumentKind) -> bool {
    matches!(
        kind,
        DocumentKind::Nfe
            | DocumentKind::Nfce
            | DocumentKind::Cte
            | DocumentKind::CteSimp
            | DocumentKind::CteOs
            | DocumentKind::Cfe
            | DocumentKind::CfeCancel
            | DocumentKind::NfeEvent
            | DocumentKind::CteEvent
            | DocumentKind::CteOsEvent
    )
}

fn out(kind: DocumentKind, code: &'static str, found: &Found) -> Inspection {
    let key = found
        .events
        .iter()
        .map(|event| event.key.as_ref())
        .find_map(|key| AccessKey::new(key).ok());
    Inspection {
        id: id_of(&found.info, None).0,
        access_key: key,
        issuer: punctuate(&found.info.issuer),
        recipient: punctuate(&found.info.recipient),
        issued: date(&found.info.date),
        skip: Some(code),
        homologation: found.info.environment == "2",
        signed: found.signed,
        ..blank(kind)
    }
}
