//! What a document is and may be used for, from one pass over its text.

use std::borrow::Cow;

use jiff::civil::Date;

use super::access_key::{AccessKey, NotAnAccessKey};
use super::classify::{Class, classify, is_issued_nfse};
use super::collect::{Refused, collect};
use super::decode::{Encoding, NotText, decode};
use super::found::{EventInfo, Found, Info};
use super::names::Name;
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
    /// The `Id` attribute as it is written (`NFe3519…`), else empty. An event whose `Id` does not name the key that the
    /// event speaks of has the one that it should have.
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
        Class::Document(kind) => document(kind, found, true),
        Class::Bare(kind) => Inspection {
            holds: found.documents > 1,
            ..document(kind, found, false)
        },
        Class::Event(kind) => event(kind, found, true),
        Class::Request(kind) => Inspection {
            holds: found.events.len() > 1,
            ..event(kind, found, false)
        },
        Class::PerhapsNfse if is_issued_nfse(text) => nfse::inspection(found, text),
        Class::Out(DocumentKind::Nfse, _) => nfse::inspection(found, text),
        Class::PerhapsNfse => out(DocumentKind::Technical, "technical", found),
        Class::Out(DocumentKind::Summary, code) => summary(code, found),
        Class::Out(kind, code) => Inspection {
            holds: found.packed || found.documents > 0 || !found.events.is_empty(),
            ..out(kind, code, found)
        },
    }
}

/// Codes found, of which the first that skips is the reason.
#[derive(Default)]
pub(super) struct Codes {
    pub skip: Option<&'static str>,
    pub notes: Vec<&'static str>,
}

impl Codes {
    /// A reason not to send; after the first, a note.
    pub fn skip(&mut self, code: &'static str) {
        if self.skip.is_none() {
            self.skip = Some(code);
        } else {
            self.notes.push(code);
        }
    }

    pub fn skip_if(&mut self, holds: bool, code: &'static str) {
        if holds {
            self.skip(code);
        }
    }

    pub fn note_if(&mut self, holds: bool, code: &'static str) {
        if holds {
            self.notes.push(code);
        }
    }

    /// What is wrong with a document's own key.
    fn judge_key(&mut self, key: Result<AccessKey, NotAnAccessKey>) {
        self.skip_if(key == Err(NotAnAccessKey::CheckDigit), "bad-check-digit");
        self.skip_if(key == Err(NotAnAccessKey::Pattern), "no-access-key");
    }
}

fn document(kind: DocumentKind, found: &Found, answered: bool) -> Inspection {
    let info = &found.info;
    let mut codes = Codes::default();
    let key = key_within(&info.id);
    let protocol = found.protocol.as_ref().filter(|_| answered);
    let homologation =
        info.environment == "2" || protocol.is_some_and(|protocol| protocol.environment == "2");
    codes.skip_if(homologation, "homologation");
    codes.skip_if(!has_route(kind), "no-route");
    codes.skip_if(answered && found.documents > 1, "several-documents");
    codes.judge_key(key);
    let cancels = key_within(&info.cancels).ok();
    let status = if is_sat(kind) {
        let complete = match kind {
            DocumentKind::Cfe => !info.qr_code_signature.is_empty(),
            _ => cancels.is_some(),
        };
        codes.skip_if(kind != DocumentKind::Cfe && !complete, "no-sale");
        sat_status(
            found.signed && (complete || kind != DocumentKind::Cfe),
            &mut codes,
        )
    } else {
        let other_key = protocol.is_some_and(|protocol| other(&protocol.key, key.ok()));
        codes.skip_if(other_key, "protocol-other-key");
        let code = protocol.map(|protocol| protocol.status.as_ref());
        status_of(code, cancelled_within(kind, found, key.ok()), &mut codes)
    };
    codes.skip_if(!answered && found.documents > 1, "several-documents");
    let digest_agrees = protocol
        .filter(|protocol| !protocol.digest.is_empty() && !found.digest.is_empty())
        .map(|protocol| protocol.digest == found.digest);
    codes.note_if(digest_agrees == Some(false), "digest-differs");
    let issued = date(&info.date);
    if let Ok(key) = key {
        integrity(info, key, issued, &mut codes);
    }
    Inspection {
        id: info.id.clone().into_owned(),
        identity: key.ok().map(Identity::Key),
        access_key: key.ok(),
        issuer: punctuate(&info.issuer),
        recipient: punctuate(&info.recipient),
        parties: found
            .parties
            .iter()
            .map(|one| one.clone().into_owned())
            .collect(),
        issued,
        status,
        skip: codes.skip,
        notes: codes.notes,
        homologation,
        digest_agrees,
        signed: found.signed,
        cancels,
        sat_of_tests: key.is_ok_and(|key| {
            key.sat_serial()
                .is_some_and(|serial| serial.starts_with("900"))
        }),
        ..blank(kind)
    }
}

const fn is_sat(kind: DocumentKind) -> bool {
    matches!(kind, DocumentKind::Cfe | DocumentKind::CfeCancel)
}

/// A SAT device signs what it has issued: nobody else answers.
fn sat_status(signed: bool, codes: &mut Codes) -> Status {
    codes.skip_if(!signed, "no-protocol");
    if signed {
        Status::Authorised
    } else {
        Status::Unknown
    }
}

/// The status by the protocol's `cStat`, and what it means for sending.
fn status_of(code: Option<&str>, cancelled_within: bool, codes: &mut Codes) -> Status {
    let status = match code {
        None | Some("") => {
            codes.skip("no-protocol");
            return Status::Unknown;
        }
        Some("100" | "150") if cancelled_within => Status::Cancelled,
        Some("100" | "150") => Status::Authorised,
        Some("101" | "151") => Status::Cancelled,
        Some("110" | "205" | "301" | "302" | "303") => Status::Denied,
        Some("204" | "135" | "136" | "155") => {
            codes.skip("protocol-replaced");
            return Status::Unknown;
        }
        Some(_) => {
            codes.skip("not-authorised");
            return Status::NotAuthorised;
        }
    };
    codes.note_if(status == Status::Cancelled, "cancelled");
    codes.note_if(status == Status::Denied, "denied");
    status
}

/// Whether the file holds the tax office's answer that the same document is cancelled.
fn cancelled_within(kind: DocumentKind, found: &Found, key: Option<AccessKey>) -> bool {
    let event_kind = match kind {
        DocumentKind::Nfe | DocumentKind::Nfce => DocumentKind::NfeEvent,
        _ => DocumentKind::CteEvent,
    };
    // An answer that does not say what it answers is of the request before it.
    let mut asked: &str = "";
    found.events.iter().any(|event| {
        if event.is_request {
            asked = &event.kind;
            return false;
        }
        let answered = if event.kind.is_empty() {
            asked
        } else {
            &event.kind
        };
        registered(event) && cancels(event_kind, answered) && !other(&event.key, key)
    })
}

/// Whether the tax office has registered an event (cStat 135, 136, 155).
fn registered(event: &EventInfo) -> bool {
    matches!(event.status.as_ref(), "135" | "136" | "155")
}

/// Whether `text` names another key than `key`; a key that is not there is no other key.
fn other(text: &str, key: Option<AccessKey>) -> bool {
    !text.is_empty() && key.is_some_and(|key| key.as_str() != text)
}

/// Fields against the access key.
fn integrity(info: &Info, key: AccessKey, issued: Option<Date>, codes: &mut Codes) {
    let same = |field: &str, part: &str| field.is_empty() || number(field) == number(part);
    let sat = key.sat_serial().is_some();
    let (series, document) = if sat {
        (key.sat_serial().unwrap_or_default(), &key.as_str()[31..37])
    } else {
        (key.series(), key.number())
    };
    let agree = same(&info.state, key.state())
        && same(&info.model, key.model())
        && same(&info.series, series)
        && same(&info.number, document)
        && same(&info.check_digit, &key.as_str()[43..]);
    codes.note_if(!agree, "key-differs-from-fields");
    let author = info.issuer.as_ref();
    let named = key.issuer();
    let same_issuer =
        author.is_empty() || named == author || (author.len() == 11 && named.ends_with(author));
    codes.note_if(!same_issuer, "issuer-differs-from-key");
    let month = |date: Date| date.year() % 100 * 100 + i16::from(date.month());
    codes.note_if(
        issued.is_some_and(|date| key.year_month().parse() != Ok(month(date))),
        "date-outside-key-month",
    );
}

/// A field as a number where it is one: `001` and `1` are the same series.
fn number(text: &str) -> Cow<'_, str> {
    let plain = text.trim_start_matches('0');
    Cow::Borrowed(if plain.is_empty() { "0" } else { plain })
}

fn event(kind: DocumentKind, found: &Found, answered: bool) -> Inspection {
    let empty = EventInfo::default();
    let mut requests = found.events.iter().filter(|event| event.is_request);
    let request = requests.next().unwrap_or(&empty);
    let answer = found
        .events
        .iter()
        .find(|event| !event.is_request && !event.status.is_empty())
        .filter(|_| answered);
    let key = key_of(request);
    let mut codes = Codes::default();
    let homologation =
        request.environment == "2" || answer.is_some_and(|answer| answer.environment == "2");
    codes.skip_if(homologation, "homologation");
    codes.skip_if(!has_route(kind), "no-route");
    let several = requests.next().is_some();
    codes.skip_if(answered && several, "several-documents");
    let named = !is_void(kind);
    if named {
        codes.judge_key(key);
    }
    let key = key.ok();
    codes.skip_if(
        answer.is_some_and(|answer| named && other(&answer.key, key)),
        "protocol-other-key",
    );
    let status = match answer {
        None => {
            codes.skip("no-protocol");
            Status::Unknown
        }
        Some(answer) if succeeded(kind, answer) => Status::Authorised,
        Some(_) => {
            codes.skip("not-authorised");
            Status::NotAuthorised
        }
    };
    codes.skip_if(!answered && several, "several-documents");
    codes.skip_if(
        has_route(kind) && !is_sent(kind, &request.kind),
        "other-event",
    );
    let id = id_of(request, key);
    codes.note_if(id.is_some(), "id-differs");
    let cancels = key.filter(|_| cancels(kind, &request.kind));
    Inspection {
        event: request.kind.clone().into_owned(),
        id: id.unwrap_or_else(|| request.id.clone().into_owned()),
        identity: identity(request, key),
        access_key: key,
        issuer: punctuate(&request.author),
        issued: date(&request.date).or_else(|| answer.and_then(|answer| date(&answer.date))),
        status,
        skip: codes.skip,
        notes: codes.notes,
        homologation,
        signed: found.signed,
        cancels,
        ..blank(kind)
    }
}

/// The `Id` that an event should have, where the one that it has does not name its type and key.
fn id_of(request: &EventInfo, key: Option<AccessKey>) -> Option<String> {
    let key = key?;
    if request.name != Some(Name::InfEvento) || request.kind.is_empty() {
        return None;
    }
    let start = ["ID", &request.kind, key.as_str()].concat();
    let sequence = sequence(request);
    (!request.id.starts_with(&start)).then(|| format!("{start}{sequence:0>2}"))
}

/// The key that an event speaks of: in its element, or where that is lacking in its `Id`.
fn key_of(request: &EventInfo) -> Result<AccessKey, NotAnAccessKey> {
    if !request.key.is_empty() {
        return AccessKey::new(&request.key);
    }
    let within = match request.name {
        Some(Name::InfCanc) => 2..46,
        _ => 8..52,
    };
    AccessKey::new(request.id.get(within).unwrap_or_default())
}

/// Key, type and sequence number: the `Id` has two or three digits for the last.
fn identity(request: &EventInfo, key: Option<AccessKey>) -> Option<Identity> {
    let text = match key.filter(|_| !request.kind.is_empty()) {
        Some(key) => ["ID", &request.kind, key.as_str(), &sequence(request)].concat(),
        None => request.id.clone().into_owned(),
    };
    (!text.is_empty()).then_some(Identity::Text(text))
}

/// The sequence number of an event, without zeros before it.
fn sequence<'a>(request: &'a EventInfo) -> Cow<'a, str> {
    number(if request.sequence.is_empty() {
        request.id.get(52..).unwrap_or_default()
    } else {
        &request.sequence
    })
}

const fn is_void(kind: DocumentKind) -> bool {
    matches!(kind, DocumentKind::NfeVoid | DocumentKind::CteVoid)
}

fn succeeded(kind: DocumentKind, answer: &EventInfo) -> bool {
    match kind {
        DocumentKind::NfeVoid | DocumentKind::CteVoid => answer.status == "102",
        DocumentKind::NfeLegacyCancel | DocumentKind::CteLegacyCancel => {
            matches!(answer.status.as_ref(), "101" | "151")
        }
        _ => registered(answer),
    }
}

/// Whether events of that type are sent by default.
fn is_sent(kind: DocumentKind, event: &str) -> bool {
    match kind {
        DocumentKind::NfeEvent => {
            matches!(event, "110110" | "110111" | "110112")
                || (event.len() == 6 && event.starts_with("2102"))
        }
        _ => matches!(event, "110110" | "110111" | "610110" | "610111"),
    }
}

/// Whether it cancels the document that it speaks of. In MDF-e 110112 is the closing of a voyage.
fn cancels(kind: DocumentKind, event: &str) -> bool {
    match kind {
        DocumentKind::NfeLegacyCancel | DocumentKind::CteLegacyCancel => true,
        DocumentKind::NfeEvent => matches!(event, "110111" | "110112"),
        _ => event == "110111",
    }
}

/// Kinds for which the API has a route.
const fn has_route(kind: DocumentKind) -> bool {
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

/// A summary names a note, or an event of one, that is elsewhere.
fn summary(code: &'static str, found: &Found) -> Inspection {
    let empty = EventInfo::default();
    let summed = found.events.first().unwrap_or(&empty);
    let key = AccessKey::new(&summed.key).ok();
    let id = key.and_then(|key| {
        let key = key.as_str();
        match (summed.kind.as_ref(), found.root) {
            ("", "resCTe") => Some(["CTe", key].concat()),
            ("", _) => Some(["NFe", key].concat()),
            (_, _) if summed.sequence.is_empty() => None,
            (kind, _) => Some(format!("ID{kind}{key}{:0>2}", sequence(summed))),
        }
    });
    Inspection {
        event: summed.kind.clone().into_owned(),
        id: id.unwrap_or_default(),
        access_key: key,
        issuer: punctuate(&summed.author),
        issued: date(&summed.date),
        skip: Some(code),
        ..blank(DocumentKind::Summary)
    }
}

fn out(kind: DocumentKind, code: &'static str, found: &Found) -> Inspection {
    let key = found
        .events
        .iter()
        .map(|event| event.key.as_ref())
        .find_map(|key| AccessKey::new(key).ok());
    Inspection {
        id: found.info.id.clone().into_owned(),
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

/// The key behind the prefix of an `Id`.
fn key_within(id: &str) -> Result<AccessKey, NotAnAccessKey> {
    AccessKey::new(strip(id))
}

/// `id` without its prefix of letters (`NFe`, `CTe`, `CFe`, `MDFe`, `NF3e`…): the last 44 positions.
fn strip(id: &str) -> &str {
    id.len()
        .checked_sub(44)
        .and_then(|start| id.get(start..))
        .unwrap_or_default()
}

/// `2019-05-31T10:00:00-03:00`, `2019-05-31`, or a CF-e's `20190531`.
pub(super) fn date(text: &str) -> Option<Date> {
    let (year, month, day) = match text.as_bytes().get(4) {
        Some(b'-') => (text.get(..4)?, text.get(5..7)?, text.get(8..10)?),
        _ => (text.get(..4)?, text.get(4..6)?, text.get(6..8)?),
    };
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}
