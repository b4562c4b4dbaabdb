//! What stands in an NFS-e, of whichever city: who provided the service and who took it.
//!
//! Some hundred layouts are in use, and most are in no schema that one could hold against them. What they share is
//! Portuguese: an element around a CNPJ or CPF, or its own name, says `Prestador` or `Tomador` (national: `prest` and
//! `toma`). Only numbers with right check digits count. Read by its tags and only of NFS-e, for which a second reading
//! costs nothing.

use jiff::civil::Date;

use super::access_key::check_digit;
use super::codes::Codes;
use super::fields::date;
use super::found::Found;
use super::id::id_of;
use super::inspect::{Identity, Inspection, blank};
use super::tags::Tags;
use super::taxpayer::{Taxpayer, punctuate};
use super::{DocumentKind, Status};

/// Places where one note has numbers and codes at most; what has more is several.
const MOST_PLACES: usize = 64;

/// What was found in an NFS-e.
#[derive(Debug, Default, PartialEq, Eq)]
struct Nfse<'a> {
    /// The different numbers of who provided the service.
    providers: Vec<Taxpayer>,
    /// The different numbers of who took it.
    takers: Vec<Taxpayer>,
    /// Who issued the note, where that says nothing of either: mostly the provider.
    issuers: Vec<Taxpayer>,
    /// It is of the test environment.
    test: bool,
    /// Its cancellation lies in the file.
    cancelled: bool,
    /// The first date of issue, as it is written; else empty.
    date: &'a str,
    /// Where numbers of parties and codes of verification stand, each place once.
    places: Vec<String>,
    /// At one of these places a second one stands, as only another note has it.
    several: bool,
}

/// On which side a number stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Provider,
    Taker,
    Issuer,
    /// One that is neither: an agent between the two, the city itself.
    Other,
}

/// An NFS-e. Why it is not sent is first that its side is not known here; then whatever else is in the way.
pub(super) fn inspection(found: &Found, text: &str) -> Inspection {
    let read = read(text);
    let mut codes = Codes::default();
    codes.skip("nfse");
    let (id, differs) = id_of(&found.info, None);
    let of_nation = !differs || found.namespace.contains("sped.fazenda.gov.br/nfse");
    let national = national_key(&id).filter(|_| of_nation);
    let several =
        found.documents > 1 || read.several || read.providers.len() > 1 || read.takers.len() > 1;
    let homologation = read.test || found.info.environment == "2";
    codes.skip_if(homologation, "homologation");
    codes.skip_if(national == Some(false), "bad-check-digit");
    codes.skip_if(several, "several-documents");
    let nobody = read.providers.is_empty() && read.takers.is_empty();
    codes.skip_if(nobody, "no-parties");
    let awaits_side = codes.notes.is_empty();
    codes.note_if(read.cancelled, "cancelled");
    codes.note_if(differs, "id-differs");
    let only = |numbers: &[Taxpayer]| match numbers {
        [one] => punctuate(one.as_str()),
        _ => String::new(),
    };
    Inspection {
        identity: (national == Some(true)).then(|| Identity::Text(id.clone())),
        id,
        issuer: only(&read.providers),
        recipient: only(&read.takers),
        issued: date_of_issue(read.date),
        skip: codes.skip,
        awaits_side,
        notes: codes.notes,
        // A city issues an NFS-e by authorising it.
        status: if read.cancelled {
            Status::Cancelled
        } else {
            Status::Authorised
        },
        homologation,
        signed: found.signed,
        holds: several || found.packed || (found.written && nobody),
        ..blank(DocumentKind::Nfse)
    }
}

/// Reads `text`, which is well-formed.
fn read(text: &str) -> Nfse<'_> {
    let mut found = Nfse::default();
    // Names of the open elements, in small letters.
    let mut open: Vec<String> = Vec::new();
    let mut text_from = None;
    for tag in Tags::of(text) {
        match (tag.opens, tag.closes) {
            (true, false) => {
                open.push(tag.element().to_ascii_lowercase());
                found.cancelled |= open.last().is_some_and(|name| name == "nfsecancelamento");
                text_from = Some(tag.to);
            }
            (false, _) => {
                let inner = text_from.take().and_then(|from| text.get(from..tag.from));
                if let Some(inner) = inner {
                    found.field(&open, inner.trim());
                }
                open.pop();
            }
            (true, true) => text_from = None,
        }
    }
    if found.providers.is_empty() {
        let takers = &found.takers;
        found.issuers.retain(|issuer| !takers.contains(issuer));
        found.providers = std::mem::take(&mut found.issuers);
    }
    found
}

impl<'a> Nfse<'a> {
    /// Takes the text of the innermost of the `open` elements.
    fn field(&mut self, open: &[String], text: &'a str) {
        let Some(name) = open.last() else { return };
        match name.as_str() {
            "tpamb" => self.test |= text == "2",
            // São Paulo's.
            "statusnfe" => self.cancelled |= text == "C",
            name if is_date_of_issue(name, open) && self.date.is_empty() => self.date = text,
            name if name.contains("cnpj") || name.contains("cpf") => self.number(open, text),
            name if is_code(name) && !text.is_empty() => self.stands_at(open),
            _ => {}
        }
    }

    /// Takes in that what a note has once stands there, whatever the note's own element is called.
    fn stands_at(&mut self, open: &[String]) {
        if self.several {
            return;
        }
        let place = open.join("/");
        if self.places.contains(&place) || self.places.len() == MOST_PLACES {
            self.several = true;
        } else {
            self.places.push(place);
        }
    }

    fn number(&mut self, open: &[String], text: &str) {
        let role = open.iter().rev().find_map(|name| role(name));
        let numbers = match role {
            Some(Role::Provider) => &mut self.providers,
            Some(Role::Taker) => &mut self.takers,
            Some(Role::Issuer) => &mut self.issuers,
            Some(Role::Other) | None => return,
        };
        let Some(number) = Taxpayer::new(text) else {
            return;
        };
        if !numbers.contains(&number) {
            numbers.push(number);
        }
        self.stands_at(open);
    }
}

/// Whether the date of issue stands in an element of this name, the innermost of the `open` ones, in small letters.
fn is_date_of_issue(name: &str, open: &[String]) -> bool {
    match name {
        "dhemi" | "demi" | "dataemissao" | "datahoraemissao" | "dtemissao" | "data_emissao"
        | "dt_emissao" | "data_nfse" | "dataemissaonfe" => true,
        "data" => {
            let around = open.iter().rev().nth(1);
            around.is_some_and(|around| matches!(around.as_str(), "nf" | "nota"))
        }
        _ => false,
    }
}

/// Whether the code by which a note is verified stands in an element of this name, in small letters.
fn is_code(name: &str) -> bool {
    name.contains("cod") && ["verif", "autentic"].iter().any(|part| name.contains(part))
}

/// A date as any document writes it, or as people do: `31/05/2019`.
fn date_of_issue(text: &str) -> Option<Date> {
    let bytes = text.as_bytes();
    if bytes.get(2) != Some(&b'/') || bytes.get(5) != Some(&b'/') {
        return date(text);
    }
    let [day, month, year] = [text.get(..2)?, text.get(3..5)?, text.get(6..10)?];
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

/// The role that an element of this name, in small letters, gives to what is in it.
fn role(name: &str) -> Option<Role> {
    // `ConsultarNfseServicoPrestadoResposta` and its like are around all of it.
    if name.ends_with("resposta") || name.ends_with("envio") {
        return None;
    }
    let speaks_of = |parts: &[&str]| parts.iter().any(|part| name.contains(part));
    if speaks_of(&["intermedi", "orgaogerador", "destinat"]) || matches!(name, "interm" | "dest") {
        Some(Role::Other)
    } else if speaks_of(&["prestador"]) || name == "prest" {
        Some(Role::Provider)
    } else if speaks_of(&["tomador"]) || name == "toma" {
        Some(Role::Taker)
    } else if matches!(name, "emit" | "emitente") {
        Some(Role::Issuer)
    } else {
        None
    }
}

/// Whether `id` is that of a national NFS-e (`NFS` + 50 positions), and if so whether its check digit is right.
fn national_key(id: &str) -> Option<bool> {
    let key: &[u8; 50] = id.strip_prefix("NFS")?.as_bytes().try_into().ok()?;
    key.iter()
        .all(u8::is_ascii_alphanumeric)
        .then(|| check_digit(&key[..49]) == key[49])
}

#[cfg(test)]
mod tests;
