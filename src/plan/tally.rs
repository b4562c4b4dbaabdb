//! Counts rows for the summary while they are written.

use std::collections::{BTreeMap, HashMap};

use super::clients::Clients;
use super::codes;
use super::fact::{Fact, Flags, NO_DATE};
use super::gaps::Numbers;
use super::spill::Texts;
use super::summary::{Skipped, Summary};
use crate::dfe::{AccessKey, DocumentKind, Signature, Status, Taxpayer};
use crate::manifest::Layout;

/// Examples of each reason.
const EXAMPLES: usize = 3;

/// Incomplete documents that are named.
const NAMED: usize = 20;

/// Issuers that are named.
const ISSUERS: usize = 15;

/// What is counted.
pub(super) struct Tally<'a> {
    summary: Summary,
    issuers: HashMap<Taxpayer, u64>,
    clients: Option<&'a Clients>,
    numbers: Numbers,
    layout: Layout,
}

impl<'a> Tally<'a> {
    pub fn new(
        passed: BTreeMap<String, u64>,
        clients: Option<&'a Clients>,
        layout: Layout,
    ) -> Self {
        Self {
            summary: Summary {
                passed,
                of_clients: clients.is_some(),
                ..Summary::default()
            },
            issuers: HashMap::new(),
            clients,
            numbers: Numbers::default(),
            layout,
        }
    }

    /// Counts a row.
    pub fn count(&mut self, fact: &Fact, texts: &Texts, notes: &str) {
        let summary = &mut self.summary;
        summary.troubles += u64::from(fact.flags.has(Flags::TROUBLE));
        let [id, issuer] = columns(texts.known, self.layout.delimiter());
        if fact.is_sent() {
            *summary.send.entry(fact.kind).or_default() += 1;
            summary.send_bytes += fact.bytes;
            if let Some(signature) = signature(texts.known, self.layout) {
                *summary.signatures.entry(signature).or_default() += 1;
            }
            let year = year(fact.issued);
            *summary.years.entry((fact.kind, year)).or_default() += 1;
            for note in notes.split(' ').filter(|note| !note.is_empty()) {
                *summary.notes.entry(note.to_owned()).or_default() += 1;
            }
            match Taxpayer::new(issuer) {
                Some(issuer) => *self.issuers.entry(issuer).or_default() += 1,
                None => summary.other_issuers += 1,
            }
        } else {
            let reason = summary.skip.entry(reason(fact)).or_default();
            reason.count(texts.path);
        }
        let incomplete = [
            (Flags::WITHOUT_PROTOCOL, &mut summary.without_protocol),
            (Flags::NOTE_ELSEWHERE, &mut summary.notes_elsewhere),
        ];
        let key = if texts.sale.is_empty() {
            key_in(id)
        } else {
            texts.sale
        };
        for (flag, found) in incomplete {
            if fact.flags.has(flag) {
                found.0 += 1;
                if found.1.len() < NAMED {
                    found.1.push(key.to_owned());
                }
            }
        }
        self.number(fact, id);
    }

    /// Takes in the number of what a client issued, or had voided.
    fn number(&mut self, fact: &Fact, id: &str) {
        let Some(clients) = self.clients else { return };
        if fact.flags.has(Flags::HOMOLOGATION) {
            return;
        }
        if matches!(fact.kind, DocumentKind::NfeVoid | DocumentKind::CteVoid) {
            if fact.status == Status::Authorised {
                self.numbers.void(id, |issuer| clients.has(issuer));
            }
            return;
        }
        let numbered = matches!(
            fact.kind,
            DocumentKind::Nfe
                | DocumentKind::Nfce
                | DocumentKind::Cte
                | DocumentKind::CteSimp
                | DocumentKind::CteOs
        );
        let refused = fact.status == Status::NotAuthorised;
        if !numbered || refused || fact.clients == 0 {
            return;
        }
        if let Ok(key) = AccessKey::new(key_in(id))
            && clients.has(key.issuer())
        {
            self.numbers.add(&key);
        }
    }

    /// The summary, but for the manifest's files.
    pub fn finish(mut self) -> Summary {
        let mut issuers: Vec<_> = self.issuers.into_iter().collect();
        issuers.sort_unstable_by_key(|(issuer, count)| (std::cmp::Reverse(*count), *issuer));
        let rest = issuers.get(ISSUERS..).unwrap_or_default();
        self.summary.further_issuers =
            (rest.len() as u64, rest.iter().map(|(_, count)| count).sum());
        issuers.truncate(ISSUERS);
        let shown =
            |(issuer, count): (Taxpayer, u64)| (crate::dfe::punctuate(issuer.as_str()), count);
        self.summary.issuers = issuers.into_iter().map(shown).collect();
        self.summary.gaps = self.numbers.gaps();
        self.summary
    }
}

impl Skipped {
    fn count(&mut self, path: &str) {
        self.count += 1;
        if self.examples.len() < EXAMPLES {
            self.examples.push(path.to_owned());
        }
    }
}

/// Why a row stays out.
fn reason(fact: &Fact) -> &'static str {
    if fact.flags.has(Flags::DUPLICATE) {
        "duplicate-of"
    } else if fact.flags.has(Flags::SUPERSEDED) {
        "superseded-by"
    } else {
        codes::code(fact.skip).unwrap_or("unreadable")
    }
}

/// The key in an `Id`, or all of it.
fn key_in(id: &str) -> &str {
    let within = match id.as_bytes() {
        // A cancellation of the layout before events has no type before the key.
        [b'I', b'D', ..] if id.len() == 46 => id.get(2..),
        [b'I', b'D', ..] => id.get(8..52),
        _ => id.len().checked_sub(44).and_then(|start| id.get(start..)),
    };
    within.unwrap_or(id)
}

fn year(days: i32) -> Option<i16> {
    if days == NO_DATE {
        return None;
    }
    let span = jiff::Span::new().try_days(days).ok()?;
    let date = jiff::civil::date(1970, 1, 1).checked_add(span).ok()?;
    Some(date.year())
}

/// The columns `id` and `issuer` among those that are known; one in quotes is none.
fn columns(known: &[u8], delimiter: u8) -> [&str; 2] {
    let mut columns = known.split(|byte| *byte == delimiter);
    let mut next = |skip: usize| {
        let text = std::str::from_utf8(columns.nth(skip).unwrap_or_default());
        text.unwrap_or_default()
    };
    [next(3), next(0)]
}

/// What stands in the column `signature`, found from the end: nothing that comes after it is ever in quotes.
fn signature(known: &[u8], layout: Layout) -> Option<Signature> {
    if !layout.signature {
        return None;
    }
    let behind = 1 + usize::from(layout.envelope) + usize::from(layout.clients);
    let word = known
        .rsplit(|byte| *byte == layout.delimiter())
        .nth(behind)?;
    Signature::from_text(std::str::from_utf8(word).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_found_from_the_end() {
        for (end, envelope, clients) in [
            ("", false, false),
            ("data,", true, false),
            (",", false, true),
            ("array,both,", true, true),
        ] {
            let known = format!("nfe,,route,\"a,b\",,,,,7,ab,valid-if-unindented,{end}");
            let mut layout = Layout {
                signature: true,
                envelope,
                clients,
                ..Layout::default()
            };
            let found = signature(known.as_bytes(), layout);
            assert_eq!(found, Some(Signature::ValidIfUnindented), "{end}");
            layout.signature = false;
            assert_eq!(signature(known.as_bytes(), layout), None);
        }
    }

    #[test]
    fn columns_and_years_are_read_from_what_is_kept() {
        let known =
            b"nfe,,importarxmlnfearray,NFe3519,11.222.333/0001-81,,2019-05-15,authorised,7,ab,";
        assert_eq!(columns(known, b','), ["NFe3519", "11.222.333/0001-81"]);
        assert_eq!(columns(b"", b','), ["", ""]);
        for (days, found) in [(18_047, Some(2019)), (-1, Some(1969)), (NO_DATE, None)] {
            assert_eq!(year(days), found);
        }
        let key = "35170458716523000119550010000000121000123458";
        for id in [
            format!("NFe{key}"),
            format!("ID110111{key}01"),
            key.to_owned(),
        ] {
            assert_eq!(key_in(&id), key);
        }
        assert_eq!(key_in("ID3519"), "ID3519");
    }
}
