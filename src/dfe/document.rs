//! A document: what the tax office said of it, whether its fields agree with its key, and whether it may be sent.

use jiff::civil::Date;

use super::access_key::{AccessKey, NotAnAccessKey};
use super::codes::Codes;
use super::event::{cancels, registered};
use super::fields::{date, key_within, number, other};
use super::found::{Found, Info, Protocol};
use super::id::{id_of, key_of_fields};
use super::inspect::{Identity, Inspection, blank, has_route};
use super::taxpayer::punctuate;
use super::{DocumentKind, Status};

pub(super) fn document(
    kind: DocumentKind,
    found: &Found,
    text: &str,
    answered: bool,
) -> Inspection {
    let info = &found.info;
    let mut codes = Codes::default();
    let key = key_of(info, text);
    let protocol = protocol_of(found, key.ok()).filter(|_| answered);
    let homologation =
        info.environment == "2" || protocol.is_some_and(|protocol| protocol.environment == "2");
    codes.skip_if(homologation, "homologation");
    codes.skip_if(!has_route(kind), "no-route");
    codes.skip_if(answered && found.documents > 1, "several-documents");
    codes.judge_key(key);
    let cancels = key_within(&info.cancels).ok();
    let status = if is_sat(kind) {
        sat_status(kind, found, cancels, &mut codes)
    } else {
        answered_status(kind, found, protocol, key.ok(), &mut codes)
    };
    codes.skip_if(!answered && found.documents > 1, "several-documents");
    let digest_agrees = protocol
        .filter(|protocol| !protocol.digest.is_empty() && !found.digest.is_empty())
        .map(|protocol| protocol.digest == found.digest);
    codes.note_if(digest_agrees == Some(false), "digest-differs");
    let (id, differs) = id_of(info, key.ok());
    codes.note_if(differs, "id-differs");
    let issued = date(&info.date);
    if let Ok(key) = key {
        integrity(info, key, issued, &mut codes);
    }
    Inspection {
        id,
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

/// The key in the `Id`; where there is none, the one that the fields make.
fn key_of(info: &Info, text: &str) -> Result<AccessKey, NotAnAccessKey> {
    if info.id.is_empty() {
        return key_of_fields(text, info).ok_or(NotAnAccessKey::Pattern);
    }
    key_within(&info.id)
}

/// The status by the `protocol` that counts, if there is one, and by what else answers the document with `key`.
fn answered_status(
    kind: DocumentKind,
    found: &Found,
    protocol: Option<&Protocol>,
    key: Option<AccessKey>,
    codes: &mut Codes,
) -> Status {
    let other_key = protocol.is_some_and(|protocol| other(&protocol.key, key));
    codes.skip_if(other_key, "protocol-other-key");
    let status = if protocol.is_some() && answers_differ(found, key) {
        codes.skip("protocols-differ");
        Status::Unknown
    } else {
        let code = protocol.map(|protocol| protocol.status.as_ref());
        status_of(code, cancelled_within(kind, found, key), codes)
    };
    let further = protocol.is_some() && !found.further_protocols.is_empty();
    codes.note_if(further, "further-protocols");
    status
}

/// The tax office's answers to the document with `key`: those that name it, or none.
fn protocols_of<'a>(
    found: &'a Found,
    key: Option<AccessKey>,
) -> impl Iterator<Item = &'a Protocol<'a>> {
    let all = found.protocol.iter().chain(&found.further_protocols);
    all.filter(move |protocol| !other(&protocol.key, key))
}

/// The first of them; where all are to other documents, the first of all.
fn protocol_of<'a>(found: &'a Found, key: Option<AccessKey>) -> Option<&'a Protocol<'a>> {
    let own = protocols_of(found, key).next();
    own.or(found.protocol.as_ref())
}

/// Whether they say different things. The schemas have one answer beside a document, so that nobody can tell which of two
/// is read.
fn answers_differ(found: &Found, key: Option<AccessKey>) -> bool {
    let mut said = protocols_of(found, key).map(|protocol| Said::by(&protocol.status));
    let first = said.next();
    said.any(|one| Some(one) != first)
}

/// What a protocol says by its `cStat`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Said {
    Nothing,
    Authorised,
    Cancelled,
    Denied,
    Replaced,
    Refused,
}

impl Said {
    fn by(code: &str) -> Self {
        match code {
            "" => Self::Nothing,
            "100" | "150" => Self::Authorised,
            "101" | "151" => Self::Cancelled,
            "110" | "205" | "301" | "302" | "303" => Self::Denied,
            "204" | "135" | "136" | "155" => Self::Replaced,
            _ => Self::Refused,
        }
    }
}

const fn is_sat(kind: DocumentKind) -> bool {
    matches!(kind, DocumentKind::Cfe | DocumentKind::CfeCancel)
}

/// A SAT device signs what it has issued: nobody else answers. A sale needs the signature of its QR code, too, and a
/// cancellation the sale.
fn sat_status(
    kind: DocumentKind,
    found: &Found,
    cancels: Option<AccessKey>,
    codes: &mut Codes,
) -> Status {
    let is_sale = kind == DocumentKind::Cfe;
    codes.skip_if(!is_sale && cancels.is_none(), "no-sale");
    let signed = found.signed && (!is_sale || !found.info.qr_code_signature.is_empty());
    codes.skip_if(!signed, "no-protocol");
    if signed {
        Status::Authorised
    } else {
        Status::Unknown
    }
}

/// The status by the protocol's `cStat`, and what it means for sending.
fn status_of(code: Option<&str>, cancelled_within: bool, codes: &mut Codes) -> Status {
    let status = match Said::by(code.unwrap_or_default()) {
        Said::Nothing => {
            codes.skip("no-protocol");
            return Status::Unknown;
        }
        Said::Authorised if cancelled_within => Status::Cancelled,
        Said::Authorised => Status::Authorised,
        Said::Cancelled => Status::Cancelled,
        Said::Denied => Status::Denied,
        Said::Replaced => {
            codes.skip("protocol-replaced");
            return Status::Unknown;
        }
        Said::Refused => {
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

#[cfg(test)]
mod tests;
