//! An event, a voiding or a legacy cancellation: of which document, what came of it, and whether it is sent.

use std::borrow::Cow;

use super::access_key::{AccessKey, NotAnAccessKey};
use super::codes::Codes;
use super::fields::{date, number, other};
use super::found::{EventInfo, Found};
use super::id::with_prefix;
use super::inspect::{Identity, Inspection, blank, has_route};
use super::names::Name;
use super::taxpayer::punctuate;
use super::{DocumentKind, Status};

/// Whether the tax office has registered an event (cStat 135, 136, 155).
pub(super) fn registered(event: &EventInfo) -> bool {
    matches!(event.status.as_ref(), "135" | "136" | "155")
}

pub(super) fn event(kind: DocumentKind, found: &Found, answered: bool) -> Inspection {
    let empty = EventInfo::default();
    let mut requests = found.events.iter().filter(|event| event.is_request);
    let request = requests.next().unwrap_or(&empty);
    let key = key_of(request);
    let answers: Vec<_> = answers(found).filter(|_| answered).collect();
    let own = own_answers(request, key.ok(), &answers);
    let answer = own.first().or(answers.first()).copied();
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
    let status = if answers_differ(kind, &own) {
        codes.skip("protocols-differ");
        Status::Unknown
    } else {
        status_of(kind, answer, &mut codes)
    };
    codes.note_if(answers.len() > 1, "further-protocols");
    codes.skip_if(!answered && several, "several-documents");
    codes.skip_if(
        has_route(kind) && !is_sent(kind, &request.kind),
        "other-event",
    );
    let id = id_of(request, key).or_else(|| with_prefix(request.name, &request.id));
    codes.note_if(id.is_some(), "id-differs");
    let id = id.unwrap_or_else(|| request.id.clone().into_owned());
    let cancels = key.filter(|_| cancels(kind, &request.kind));
    Inspection {
        event: request.kind.clone().into_owned(),
        identity: identity(request, key, &id),
        id,
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

/// The tax office's answers in it, of whatever event.
fn answers<'a>(found: &'a Found<'a>) -> impl Iterator<Item = &'a EventInfo<'a>> {
    let all = found.events.iter();
    all.filter(|event| !event.is_request && !event.status.is_empty())
}

/// Those of `answers` to the event of `request` with `key`: they name that key, type and sequence number, or none. Where
/// there is none, those that name its key.
fn own_answers<'a>(
    request: &EventInfo,
    key: Option<AccessKey>,
    answers: &[&'a EventInfo<'a>],
) -> Vec<&'a EventInfo<'a>> {
    let same_key = |answer: &&EventInfo| !other(&answer.key, key);
    let same_event = |answer: &&EventInfo| {
        let same_kind = answer.kind.is_empty() || answer.kind == request.kind;
        same_kind && (answer.sequence.is_empty() || number(&answer.sequence) == sequence(request))
    };
    let of_key: Vec<_> = answers.iter().copied().filter(same_key).collect();
    let of_event: Vec<_> = of_key.iter().copied().filter(same_event).collect();
    if of_event.is_empty() {
        of_key
    } else {
        of_event
    }
}

/// Whether they say different things: as with the protocols of a note, nobody can tell which of two is read.
fn answers_differ(kind: DocumentKind, answers: &[&EventInfo]) -> bool {
    let mut said = answers.iter().map(|answer| succeeded(kind, answer));
    let first = said.next();
    said.any(|one| Some(one) != first)
}

/// The status by the answer.
fn status_of(kind: DocumentKind, answer: Option<&EventInfo>, codes: &mut Codes) -> Status {
    match answer {
        None => {
            codes.skip("no-protocol");
            Status::Unknown
        }
        Some(answer) if succeeded(kind, answer) => Status::Authorised,
        Some(_) => {
            codes.skip("not-authorised");
            Status::NotAuthorised
        }
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
    AccessKey::new(key_text(request))
}

/// That key as it is written; empty where there is none.
pub(super) fn key_text<'a>(event: &'a EventInfo<'_>) -> &'a str {
    if !event.key.is_empty() {
        return &event.key;
    }
    let within = match event.name {
        Some(Name::InfCanc) => 2..46,
        _ => 8..52,
    };
    let written = event.id.strip_prefix("ID").and(event.id.get(within));
    written.unwrap_or_default()
}

/// Key, type and sequence number, for an `Id` has two or three digits for the last; else the `id`.
fn identity(request: &EventInfo, key: Option<AccessKey>, id: &str) -> Option<Identity> {
    let text = match key.filter(|_| !request.kind.is_empty()) {
        Some(key) => ["ID", &request.kind, key.as_str(), &sequence(request)].concat(),
        None => id.to_owned(),
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
pub(super) fn cancels(kind: DocumentKind, event: &str) -> bool {
    match kind {
        DocumentKind::NfeLegacyCancel | DocumentKind::CteLegacyCancel => true,
        DocumentKind::NfeEvent => matches!(event, "110111" | "110112"),
        _ => event == "110111",
    }
}

/// A summary names a note, or an event of one, that is elsewhere.
pub(super) fn summary(code: &'static str, found: &Found) -> Inspection {
    let empty = EventInfo::default();
    let summed = found.events.first().unwrap_or(&empty);
    let key = AccessKey::new(&summed.key);
    let mut codes = Codes::default();
    codes.skip(code);
    codes.judge_key(key);
    let id = match (summed.kind.as_ref(), found.root, &summed.key) {
        _ if key == Err(NotAnAccessKey::Pattern) => None,
        ("", "resCTe", key) => Some(["CTe", key].concat()),
        ("", _, key) => Some(["NFe", key].concat()),
        _ if summed.sequence.is_empty() => None,
        (kind, _, key) => Some(format!("ID{kind}{key}{:0>2}", sequence(summed))),
    };
    Inspection {
        event: summed.kind.clone().into_owned(),
        id: id.unwrap_or_default(),
        access_key: key.ok(),
        issuer: punctuate(&summed.author),
        issued: date(&summed.date),
        skip: codes.skip,
        notes: codes.notes,
        ..blank(DocumentKind::Summary)
    }
}

#[cfg(test)]
mod tests;
