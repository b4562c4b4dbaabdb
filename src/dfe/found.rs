//! What was found in a text, as it is written there: nothing is judged yet.

use std::borrow::Cow;

use super::names::Name;

/// What was found in a text.
#[derive(Debug, Default)]
pub(super) struct Found<'a> {
    /// Local name of the root.
    pub root: &'a str,
    /// Namespace of the root, if it is in one.
    pub namespace: Cow<'a, str>,
    /// The first `infNFe`, `infCte`, `infCFe`…; empty where there is none.
    pub info: Info<'a>,
    /// The first `infProt`.
    pub protocol: Option<Protocol<'a>>,
    /// Those behind it, which no schema has.
    pub further_protocols: Vec<Protocol<'a>>,
    /// `infEvento` of requests and answers, `infInut` and `infCanc` too.
    pub events: Vec<EventInfo<'a>>,
    /// `DigestValue` of the document's (or the event's) own signature.
    pub digest: Cow<'a, str>,
    /// The document (or the event) has a `Signature` of its own.
    pub signed: bool,
    /// How many documents the text holds; those that a document only names are not counted.
    pub documents: usize,
    /// Parties of a CT-e besides issuer and recipient; one that is not known by a number is empty.
    pub parties: Vec<Cow<'a, str>>,
    /// The text holds packed documents.
    pub packed: bool,
    /// Markup is written in it as text.
    pub written: bool,
}

/// A document's own data.
#[derive(Debug, Default)]
pub(super) struct Info<'a> {
    pub name: Option<Name>,
    pub id: Cow<'a, str>,
    pub cancels: Cow<'a, str>,
    pub state: Cow<'a, str>,
    pub model: Cow<'a, str>,
    pub series: Cow<'a, str>,
    pub number: Cow<'a, str>,
    pub check_digit: Cow<'a, str>,
    pub date: Cow<'a, str>,
    pub environment: Cow<'a, str>,
    pub qr_code_signature: Cow<'a, str>,
    pub issuer: Cow<'a, str>,
    pub recipient: Cow<'a, str>,
}

/// The tax office's answer to a document.
#[derive(Debug, Default)]
pub(super) struct Protocol<'a> {
    pub key: Cow<'a, str>,
    pub status: Cow<'a, str>,
    pub digest: Cow<'a, str>,
    pub environment: Cow<'a, str>,
}

/// An event, a voiding or a legacy cancellation: its request or its answer.
#[derive(Debug, Default)]
pub(super) struct EventInfo<'a> {
    pub name: Option<Name>,
    /// It stands where requests stand. Older programs put the answer beside the request without an element around it.
    pub is_request: bool,
    pub id: Cow<'a, str>,
    pub key: Cow<'a, str>,
    pub kind: Cow<'a, str>,
    pub sequence: Cow<'a, str>,
    pub date: Cow<'a, str>,
    pub environment: Cow<'a, str>,
    pub author: Cow<'a, str>,
    pub status: Cow<'a, str>,
}

/// Which field the text of an element belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slot {
    State,
    Model,
    Series,
    Number,
    CheckDigit,
    Date,
    Environment,
    QrCodeSignature,
    Issuer,
    Recipient,
    Party,
    ProtocolKey,
    ProtocolStatus,
    ProtocolDigest,
    ProtocolEnvironment,
    Digest,
    EventKey,
    EventKind,
    EventSequence,
    EventDate,
    EventEnvironment,
    EventAuthor,
    EventStatus,
}

impl Slot {
    /// The field of `name` in `ide`.
    pub const fn of_ide(name: Name) -> Option<Self> {
        Some(match name {
            Name::CUf => Self::State,
            Name::Mod => Self::Model,
            Name::Serie | Name::NSerieSat => Self::Series,
            Name::Number => Self::Number,
            Name::CDv => Self::CheckDigit,
            Name::DhEmi | Name::DEmi => Self::Date,
            Name::TpAmb => Self::Environment,
            Name::QrCodeSignature => Self::QrCodeSignature,
            _ => return None,
        })
    }

    /// `field`, where `name` is the number of a taxpayer.
    pub fn of_party(name: Name, field: Self) -> Option<Self> {
        matches!(name, Name::Cnpj | Name::Cpf).then_some(field)
    }

    /// The field of `name` in `infProt`.
    pub const fn of_protocol(name: Name) -> Option<Self> {
        Some(match name {
            Name::Key => Self::ProtocolKey,
            Name::CStat => Self::ProtocolStatus,
            Name::DigVal => Self::ProtocolDigest,
            Name::TpAmb => Self::ProtocolEnvironment,
            _ => return None,
        })
    }

    /// The field of `name` in an event.
    pub const fn of_event(name: Name) -> Option<Self> {
        Some(match name {
            Name::Key => Self::EventKey,
            Name::TpEvento => Self::EventKind,
            Name::NSeqEvento => Self::EventSequence,
            Name::DhEvento | Name::DhEmi => Self::EventDate,
            Name::TpAmb => Self::EventEnvironment,
            Name::Cnpj | Name::Cpf => Self::EventAuthor,
            Name::CStat => Self::EventStatus,
            _ => return None,
        })
    }
}

impl<'a> Found<'a> {
    /// Fills a field, blanks around `value` left out; one that is filled keeps what it has.
    pub fn put(&mut self, slot: Slot, value: Cow<'a, str>) {
        let Some(field) = self.field(slot) else {
            return;
        };
        if field.is_empty() {
            *field = match value {
                Cow::Borrowed(text) => Cow::Borrowed(text.trim_ascii()),
                Cow::Owned(text) => Cow::Owned(text.trim_ascii().to_owned()),
            };
        }
    }

    fn field(&mut self, slot: Slot) -> Option<&mut Cow<'a, str>> {
        let info = &mut self.info;
        let protocol = self.further_protocols.last_mut().or(self.protocol.as_mut());
        Some(match slot {
            Slot::State => &mut info.state,
            Slot::Model => &mut info.model,
            Slot::Series => &mut info.series,
            Slot::Number => &mut info.number,
            Slot::CheckDigit => &mut info.check_digit,
            Slot::Date => &mut info.date,
            Slot::Environment => &mut info.environment,
            Slot::QrCodeSignature => &mut info.qr_code_signature,
            Slot::Issuer => &mut info.issuer,
            Slot::Recipient => &mut info.recipient,
            Slot::Party => self.parties.last_mut()?,
            Slot::ProtocolKey => &mut protocol?.key,
            Slot::ProtocolStatus => &mut protocol?.status,
            Slot::ProtocolDigest => &mut protocol?.digest,
            Slot::ProtocolEnvironment => &mut protocol?.environment,
            Slot::Digest => &mut self.digest,
            Slot::EventKey => &mut self.events.last_mut()?.key,
            Slot::EventKind => &mut self.events.last_mut()?.kind,
            Slot::EventSequence => &mut self.events.last_mut()?.sequence,
            Slot::EventDate => &mut self.events.last_mut()?.date,
            Slot::EventEnvironment => &mut self.events.last_mut()?.environment,
            Slot::EventAuthor => &mut self.events.last_mut()?.author,
            Slot::EventStatus => &mut self.events.last_mut()?.status,
        })
    }
}
