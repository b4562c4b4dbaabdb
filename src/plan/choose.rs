//! What of the settled rows is sent after all: by period, by client, by what Zen has already. Pure over facts.
//!
//! Only when copies are settled, for what is left out may still be the better copy of something.

use super::codes;
use super::fact::{Fact, Flags, NO_DATE};
use super::pipeline::Facts;
use super::settle::{for_each_group, known};
use crate::dfe::{DocumentKind, Status};
use crate::known::KnownKeys;

/// Marks what was issued outside the period. An event is judged by the date of its note where that is in the archive,
/// for the receiver books it onto that.
pub(super) fn choose_period(facts: &mut Facts, is_outside: impl Fn(i32) -> bool) {
    let count = u32::try_from(facts.len()).unwrap_or(u32::MAX);
    for index in 0..count {
        let fact = facts.get_mut(index);
        if fact.key == [0; 16] || !fact.kind.follows_its_note() {
            mark_period(fact, fact.issued, &is_outside);
        }
    }
    for_each_group(
        facts,
        |fact| known(fact.key),
        |facts, group| {
            let of_note = date_of_note(group.iter().map(|one| facts.get(*one)));
            for index in group {
                let fact = facts.get_mut(*index);
                if fact.kind.follows_its_note() {
                    mark_period(fact, of_note.unwrap_or(fact.issued), &is_outside);
                }
            }
        },
    );
}

/// The date of the note that rows of one access key tell of, where it is among them: by the copy that is sent, if one is,
/// even where that says no date and so is sent whatever the period.
fn date_of_note<'a>(rows: impl Iterator<Item = &'a Fact> + Clone) -> Option<i32> {
    let notes = rows.filter(|fact| is_note(fact));
    let sent = notes.clone().find(|fact| fact.is_sent());
    let left_out = |fact: &&Fact| codes::code(fact.skip) == Some("outside-period");
    let production = |fact: &&Fact| !fact.flags.has(Flags::HOMOLOGATION) && fact.issued != NO_DATE;
    let note = sent.or_else(|| notes.clone().find(left_out));
    let note = note.or_else(|| notes.clone().find(production));
    note.map(|fact| fact.issued)
}

/// Marks that in which no client takes part. An event follows its note where that is in the archive.
pub(super) fn choose_clients(facts: &mut Facts) {
    for_each_group(
        facts,
        |fact| known(fact.key),
        |facts, group| {
            let rows = || group.iter().map(|one| facts.get(*one));
            let Some(of_note) = rows()
                .filter(|fact| is_note(fact))
                .map(|fact| fact.clients)
                .max()
            else {
                return;
            };
            for index in group {
                let fact = facts.get_mut(*index);
                if fact.kind.follows_its_note() {
                    fact.clients = of_note;
                }
            }
        },
    );
    let count = u32::try_from(facts.len()).unwrap_or(u32::MAX);
    for index in 0..count {
        let fact = facts.get_mut(index);
        if fact.is_sent() && fact.clients == 0 {
            fact.skip = codes::number("no-client");
        }
    }
}

/// Marks documents that Zen has already. An event is none of them, though it has the key of one; nor is a document that
/// is cancelled and that Zen holds as valid, where no event is sent that would tell it.
pub(super) fn choose_unknown(facts: &mut Facts, known: &KnownKeys) {
    let count = u32::try_from(facts.len()).unwrap_or(u32::MAX);
    for index in 0..count {
        let fact = facts.get_mut(index);
        let is_news = fact.status == Status::Cancelled && known.has_as_valid(&fact.identity);
        if fact.is_sent() && known.has_half(&fact.identity) && !is_news {
            fact.skip = codes::number("already-in-zen");
        }
    }
}

/// Whether a row is of a document itself, not of one that tells of it.
fn is_note(fact: &Fact) -> bool {
    fact.kind.is_document() && fact.hash.is_some()
}

fn mark_period(fact: &mut Fact, date: i32, is_outside: &impl Fn(i32) -> bool) {
    if fact.is_sent() && date != NO_DATE && is_outside(date) {
        fact.skip = codes::number("outside-period");
    }
}

/// Marks what is not complete in the archive and nowhere better: notes without their protocol, and, once for each, keys
/// that are known only from a summary or an event. With `of_clients` only notes of clients.
pub(super) fn mark_incomplete(
    facts: &mut Facts,
    of_clients: bool,
    is_outside: impl Fn(i32) -> bool,
) {
    for_each_group(
        facts,
        |fact| known(fact.key),
        |facts, group| {
            let rows = || {
                let rows = group.iter().map(|one| (*one, facts.get(*one)));
                rows.filter(|(_, fact)| !fact.flags.has(Flags::HOMOLOGATION))
            };
            if rows().any(|(_, fact)| is_note(fact) && is_complete(fact)) {
                return;
            }
            let note = rows().find(|(_, fact)| is_note(fact) && lacks_protocol(fact));
            let told = || rows().find(|(_, fact)| tells_of_a_note(fact));
            let (found, flag) = match note {
                Some(note) if of_clients && note.1.clients == 0 => return,
                Some(note) => (note, Flags::WITHOUT_PROTOCOL),
                None => match told() {
                    Some(told) => (told, Flags::NOTE_ELSEWHERE),
                    None => return,
                },
            };
            if found.1.issued == NO_DATE || !is_outside(found.1.issued) {
                facts.get_mut(found.0).flags.set(flag);
            }
        },
    );
}

/// Whether it has the tax office's answer to this very document, and one that lets it stand.
fn is_complete(fact: &Fact) -> bool {
    !matches!(
        codes::code(fact.skip),
        Some(
            "no-protocol"
                | "not-authorised"
                | "protocol-replaced"
                | "protocol-other-key"
                | "protocols-differ"
        )
    )
}

fn lacks_protocol(fact: &Fact) -> bool {
    codes::code(fact.skip) == Some("no-protocol")
}

/// Whether it is certain by this row that there is a note: a summary, or an event that the tax office has registered.
fn tells_of_a_note(fact: &Fact) -> bool {
    use DocumentKind as K;
    let event = matches!(
        fact.kind,
        K::NfeEvent
            | K::CteEvent
            | K::CteOsEvent
            | K::CfeCancel
            | K::NfeLegacyCancel
            | K::CteLegacyCancel
    );
    fact.kind == K::Summary || (event && fact.status == Status::Authorised)
}

#[cfg(test)]
mod tests {
    use super::super::settle::settle;
    use super::*;
    use crate::digest::ContentHash;

    fn row(number: u8, kind: DocumentKind, skip: &str) -> Fact {
        let mut fact = Fact::unread(kind, skip, false);
        fact.hash = Some(ContentHash::of(&[number]));
        (fact.identity, fact.key) = ([1; 16], [2; 16]);
        fact.status = Status::Authorised;
        fact
    }

    fn facts(rows: &[Fact]) -> Facts {
        let mut facts = Facts::default();
        for fact in rows {
            facts.push(*fact);
        }
        facts
    }

    #[test]
    fn what_is_incomplete_is_marked_once() {
        use DocumentKind as K;
        let (note, without) = (row(1, K::Nfe, ""), row(2, K::Nfe, "no-protocol"));
        let (event, summary) = (row(3, K::NfeEvent, ""), row(4, K::Summary, "summary"));
        let mut test = without;
        test.flags.set(Flags::HOMOLOGATION);
        for (rows, without_protocol, elsewhere) in [
            (vec![note, without, event, summary], 0, 0),
            (vec![without, without], 1, 0),
            (vec![event, without, summary], 1, 0),
            (vec![event, summary], 0, 1),
            (vec![row(5, K::MdfeEvent, "no-route")], 0, 0),
            (vec![test], 0, 0),
            (vec![row(5, K::Nfe, "not-authorised")], 0, 0),
        ] {
            let mut facts = facts(&rows);
            mark_incomplete(&mut facts, false, |_| false);
            let count = |flag| {
                let all = 0..u32::try_from(rows.len()).unwrap();
                all.filter(|one| facts.get(*one).flags.has(flag)).count()
            };
            let found = (count(Flags::WITHOUT_PROTOCOL), count(Flags::NOTE_ELSEWHERE));
            assert_eq!(found, (without_protocol, elsewhere), "{rows:?}");
        }
    }

    #[test]
    fn neither_an_answer_nor_a_test_nor_a_refusal_completes_a_note() {
        use DocumentKind as K;
        let without = row(1, K::Nfe, "no-protocol");
        let mut test = row(2, K::Nfe, "homologation");
        test.flags.set(Flags::HOMOLOGATION);
        for other in [
            row(3, K::Technical, "technical"),
            test,
            row(4, K::Nfe, "not-authorised"),
            row(5, K::Nfe, "protocol-replaced"),
            row(6, K::Nfe, "protocol-other-key"),
            row(7, K::Nfe, "protocols-differ"),
        ] {
            let mut facts = facts(&[without, other]);
            mark_incomplete(&mut facts, false, |_| false);
            assert!(facts.get(0).flags.has(Flags::WITHOUT_PROTOCOL), "{other:?}");
        }
        for (told, other) in [
            (
                row(1, K::Summary, "summary"),
                row(3, K::Technical, "technical"),
            ),
            (row(1, K::NfeEvent, ""), test),
            (row(1, K::NfeLegacyCancel, "no-route"), test),
        ] {
            let mut facts = facts(&[told, other]);
            mark_incomplete(&mut facts, false, |_| false);
            assert!(facts.get(0).flags.has(Flags::NOTE_ELSEWHERE), "{told:?}");
        }
    }

    #[test]
    fn a_cancellation_goes_with_its_note_whatever_else_names_the_key() {
        use DocumentKind as K;
        let dated = |number, kind, skip, issued| {
            let mut fact = row(number, kind, skip);
            (fact.identity, fact.issued) = ([number; 16], issued);
            fact
        };
        let mut test = dated(1, K::Nfe, "homologation", 200);
        test.flags.set(Flags::HOMOLOGATION);
        let summary = dated(1, K::Summary, "summary", 200);
        for other in [test, summary] {
            for (date, goes) in [(100, true), (200, false), (NO_DATE, true)] {
                let note = dated(2, K::Nfe, "", date);
                let mut facts = facts(&[other, note, dated(3, K::NfeEvent, "", 200)]);
                choose_period(&mut facts, |date| date > 150);
                let sent = [1, 2].map(|index| facts.get(index).is_sent());
                assert_eq!(sent, [goes; 2], "{date}: {other:?}");
            }
        }
    }

    #[test]
    fn zen_learns_that_a_note_it_holds_as_valid_is_cancelled() {
        let note = |status| {
            let mut fact = row(1, DocumentKind::Nfe, "");
            fact.status = status;
            fact
        };
        for (status, canceled, goes) in [
            (Status::Cancelled, Some(false), true),
            (Status::Cancelled, Some(true), false),
            (Status::Cancelled, None, false),
            (Status::Authorised, Some(false), false),
        ] {
            let mut facts = facts(&[note(status)]);
            choose_unknown(&mut facts, &KnownKeys::of([([1; 16], canceled)]));
            assert_eq!(facts.get(0).is_sent(), goes, "{status:?} {canceled:?}");
        }
    }

    #[test]
    fn an_event_beside_the_answer_to_it_keeps_its_clients() {
        use DocumentKind as K;
        let (mut event, answer) = (row(1, K::NfeEvent, ""), row(2, K::Technical, "technical"));
        event.clients = 3;
        let mut facts = facts(&[event, answer]);
        choose_clients(&mut facts);
        assert!(facts.get(0).is_sent());
    }

    #[test]
    fn an_event_has_the_clients_of_its_note() {
        use DocumentKind as K;
        let (mut note, mut event) = (row(1, K::Nfe, ""), row(2, K::NfeEvent, ""));
        (note.clients, event.clients) = (0, 3);
        let mut facts = facts(&[note, event]);
        choose_clients(&mut facts);
        assert!(!facts.get(0).is_sent() && !facts.get(1).is_sent());
        let mut alone = Facts::default();
        alone.push(event);
        choose_clients(&mut alone);
        assert!(alone.get(0).is_sent());
    }

    #[test]
    fn a_period_is_judged_by_the_notes_date_and_leaves_better_copies_what_they_are() {
        let note = |number, skip, date| {
            let mut fact = row(number, DocumentKind::Nfe, skip);
            fact.issued = date;
            fact
        };
        let mut cancellation = row(3, DocumentKind::NfeEvent, "");
        cancellation.identity = [3; 16];
        cancellation.issued = 200;
        let mut facts = Facts::default();
        for fact in [note(1, "no-protocol", 100), note(2, "", 100), cancellation] {
            facts.push(fact);
        }
        settle(&mut facts);
        choose_period(&mut facts, |date| date < 150);
        let skips: Vec<_> = (0..3)
            .map(|index| codes::code(facts.get(index).skip))
            .collect();
        let outside = Some("outside-period");
        assert_eq!(skips, [Some("no-protocol"), outside, outside]);
        assert!(facts.get(0).flags.has(Flags::SUPERSEDED));
    }
}
