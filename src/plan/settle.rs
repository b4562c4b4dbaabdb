//! Copies and cancellations over the whole archive: one content is sent once, one identity once, the best copy.
//! Pure over facts; DOMAIN's rule of the best copy.

use super::codes;
use super::fact::{Fact, Flags};
use super::pipeline::Facts;
use crate::dfe::{DocumentKind, Status};

/// Which row stands for a row that is not sent for its sake, by index.
#[derive(Debug, Default)]
pub(super) struct Settled {
    /// The first row with the same bytes, or the best copy; the row itself where there is none.
    stands_for: Vec<u32>,
}

impl Settled {
    /// The row that is sent in place of `index`.
    pub fn instead_of(&self, index: u32) -> u32 {
        self.stands_for[index as usize]
    }
}

/// Settles all rows.
pub(super) fn settle(facts: &mut Facts) -> Settled {
    let count = u32::try_from(facts.len()).unwrap_or(u32::MAX);
    let mut settled = Settled {
        stands_for: (0..count).collect(),
    };
    for_each_group(
        facts,
        |fact| fact.hash.map(|hash| *hash.as_bytes()),
        |facts, group| mark_duplicates(facts, group, &mut settled),
    );
    for_each_group(facts, |fact| known(fact.key), mark_cancellations);
    for_each_group(
        facts,
        |fact| (fact.number != 0).then(|| fact.number.to_be_bytes()),
        mark_numbers,
    );
    for_each_group(
        facts,
        |fact| known(fact.identity),
        |facts, group| choose_copies(facts, group, &mut settled),
    );
    settled
}

/// A half hash, if it is one.
pub(super) fn known(half: [u8; 16]) -> Option<[u8; 16]> {
    (half != [0; 16]).then_some(half)
}

/// Shows `visit` the rows of each key that `key` gives, in the rows' order. Sorted by the first bytes of the key, which
/// lie beside the row's number: to look into the facts for each comparison would miss the cache each time.
pub(super) fn for_each_group<const N: usize>(
    facts: &mut Facts,
    key: impl Fn(&Fact) -> Option<[u8; N]>,
    mut visit: impl FnMut(&mut Facts, &[u32]),
) {
    let count = u32::try_from(facts.len()).unwrap_or(u32::MAX);
    let prefix = |index: u32| {
        let key = key(facts.get(index))?;
        let first = key.first_chunk::<8>()?;
        Some((u64::from_be_bytes(*first), index))
    };
    let mut sorted: Vec<(u64, u32)> = (0..count).filter_map(prefix).collect();
    sorted.sort_unstable();
    let mut group = Vec::new();
    for alike in sorted.chunk_by(|one, other| one.0 == other.0) {
        if let [(_, alone)] = alike {
            visit(facts, &[*alone]);
            continue;
        }
        // By chance two keys may begin alike.
        let mut rest: Vec<u32> = alike.iter().map(|(_, index)| *index).collect();
        while let Some(first) = rest.first().copied() {
            let same = |index: &u32| key(facts.get(*index)) == key(facts.get(first));
            group.clear();
            group.extend(rest.iter().copied().filter(same));
            rest.retain(|index| !same(index));
            visit(facts, &group);
        }
    }
}

/// Later rows with the same bytes as an earlier one.
fn mark_duplicates(facts: &mut Facts, group: &[u32], settled: &mut Settled) {
    let first = group[0];
    if facts.get(first).kind == DocumentKind::Unreadable {
        return;
    }
    for index in &group[1..] {
        facts.get_mut(*index).flags.set(Flags::DUPLICATE);
        settled.stands_for[*index as usize] = first;
    }
}

/// Documents of different keys that have one number.
fn mark_numbers(facts: &mut Facts, group: &[u32]) {
    let first = facts.get(group[0]).identity;
    if group.iter().all(|one| facts.get(*one).identity == first) {
        return;
    }
    for index in group {
        facts.get_mut(*index).flags.set(Flags::NUMBER_REUSED);
    }
}

/// What cancellations mean for their documents, and for CF-e the other way round.
fn mark_cancellations(facts: &mut Facts, group: &[u32]) {
    let cancels = |fact: &Fact| fact.flags.has(Flags::CANCELS);
    if !group.iter().any(|one| cancels(facts.get(*one))) {
        return;
    }
    judge_sat_cancellations(facts, group);
    let production = |fact: &Fact| !fact.flags.has(Flags::HOMOLOGATION);
    let any = |holds: &dyn Fn(&Fact) -> bool| group.iter().any(|one| holds(facts.get(*one)));
    let sent = any(&|fact| cancels(fact) && fact.skip == 0);
    let legacy = any(&|fact| {
        let authorised = fact.status == Status::Authorised && production(fact);
        cancels(fact) && is_legacy(fact.kind) && authorised
    });
    for index in group {
        let fact = facts.get_mut(*index);
        if !is_note(fact) || !production(fact) {
            continue;
        }
        if sent {
            fact.flags.set(Flags::CANCELLED_BY_EVENT);
        }
        if legacy {
            fact.flags.set(Flags::CANCELLED_WITHOUT_ROUTE);
        }
    }
}

/// A `CFeCanc` does not say its environment: it has that of the sale it cancels, or else by the device's serial.
fn judge_sat_cancellations(facts: &mut Facts, group: &[u32]) {
    let sales = group
        .iter()
        .map(|one| facts.get(*one))
        .filter(|fact| fact.kind == DocumentKind::Cfe);
    let mut of_tests = None;
    for sale in sales {
        let test = sale.flags.has(Flags::HOMOLOGATION);
        of_tests = Some(of_tests.unwrap_or(true) && test);
    }
    for index in group {
        let fact = facts.get_mut(*index);
        let tests = of_tests.unwrap_or_else(|| fact.flags.has(Flags::SAT_OF_TESTS));
        if fact.kind == DocumentKind::CfeCancel && tests {
            fact.flags.set(Flags::HOMOLOGATION);
            if fact.skip == 0 {
                fact.skip = codes::number("homologation");
            }
        }
    }
}

/// Whether it is a document of the key itself: no event of it, no summary, no answer that names it.
fn is_note(fact: &Fact) -> bool {
    known(fact.identity).is_some() && !fact.kind.follows_its_note()
}

const fn is_legacy(kind: DocumentKind) -> bool {
    matches!(
        kind,
        DocumentKind::NfeLegacyCancel | DocumentKind::CteLegacyCancel
    )
}

/// Of several contents with one identity the best is sent.
fn choose_copies(facts: &mut Facts, group: &[u32], settled: &mut Settled) {
    if group.len() < 2 {
        return;
    }
    let takes_part = |fact: &Fact| fact.is_sent() && !fact.flags.has(Flags::HOMOLOGATION);
    let candidates = || {
        let all = group.iter().copied();
        all.filter(|one| takes_part(facts.get(*one)))
    };
    let Some(best) = candidates().min_by_key(|one| rank(facts.get(*one), *one)) else {
        return;
    };
    let status = facts.get(best).status;
    let conflict = candidates().any(|one| facts.get(one).status != status);
    for index in group {
        let fact = facts.get_mut(*index);
        if fact.flags.has(Flags::DUPLICATE) || fact.flags.has(Flags::HOMOLOGATION) {
            continue;
        }
        let took_part = fact.skip == 0;
        if conflict && took_part {
            fact.flags.set(Flags::STATUS_CONFLICT);
        }
        if *index != best && (took_part || gives_way(fact.skip)) {
            fact.flags.set(Flags::SUPERSEDED);
            settled.stands_for[*index as usize] = best;
        }
    }
}

/// Whether a copy that is not sent for this reason gives way to one that is: then there is nothing to recover.
fn gives_way(skip: u8) -> bool {
    matches!(
        codes::code(skip),
        Some("no-protocol" | "protocol-replaced" | "not-authorised")
    )
}

/// The best copy has the least rank: if the cancellation is sent too, the best authorised one, for the cancellation
/// will be booked onto it; otherwise cancelled before authorised, for a cancelled note must not be booked as valid.
/// Then digVal = `DigestValue`, then signed, then the first by path.
fn rank(fact: &Fact, index: u32) -> (u8, bool, bool, u32) {
    let event = fact.flags.has(Flags::CANCELLED_BY_EVENT);
    let status = match (fact.status, event) {
        (Status::Authorised, true) | (Status::Cancelled, false) => 0,
        (Status::Authorised, false) | (Status::Cancelled, true) => 1,
        _ => 2,
    };
    let agrees = fact.flags.has(Flags::DIGEST_AGREES);
    (status, !agrees, !fact.flags.has(Flags::SIGNED), index)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digest::ContentHash;

    fn copy(number: u8, status: Status, skip: &str, flags: &[Flags]) -> Fact {
        let mut fact = Fact::unread(DocumentKind::Nfe, skip, false);
        fact.hash = Some(ContentHash::of(&[number]));
        fact.identity = [1; 16];
        fact.key = [2; 16];
        fact.status = status;
        for flag in flags {
            fact.flags.set(*flag);
        }
        fact
    }

    fn settled(copies: &[Fact]) -> (Facts, Vec<u32>) {
        let mut facts = Facts::default();
        for fact in copies {
            facts.push(*fact);
        }
        let settled = settle(&mut facts);
        let sent = (0..copies.len()).filter_map(|index| {
            let index = u32::try_from(index).unwrap();
            facts.get(index).is_sent().then_some(index)
        });
        let sent: Vec<_> = sent.collect();
        for index in 0..copies.len() {
            let index = u32::try_from(index).unwrap();
            let flags = facts.get(index).flags;
            if flags.has(Flags::SUPERSEDED) {
                assert!(sent.contains(&settled.instead_of(index)));
            }
        }
        (facts, sent)
    }

    fn all(facts: &Facts, holds: impl Fn(Flags) -> bool) -> bool {
        (0..facts.len()).all(|index| holds(facts.get(u32::try_from(index).unwrap()).flags))
    }

    fn event(number: u8, skip: &str) -> Fact {
        let mut fact = copy(number, Status::Authorised, skip, &[Flags::CANCELS]);
        fact.kind = DocumentKind::NfeEvent;
        fact.identity = [3; 16];
        fact
    }

    #[test]
    fn the_best_copy_is_sent() {
        use Status::{Authorised, Cancelled, Denied, Unknown};
        let plain = |number, status| copy(number, status, "", &[]);
        for (copies, best) in [
            (vec![plain(1, Authorised), plain(2, Authorised)], 0),
            (vec![plain(1, Authorised), plain(2, Cancelled)], 1),
            (
                vec![plain(1, Authorised), plain(2, Cancelled), event(3, "")],
                0,
            ),
            (
                vec![
                    plain(1, Authorised),
                    plain(2, Cancelled),
                    event(3, "no-protocol"),
                ],
                1,
            ),
            (vec![plain(1, Denied), plain(2, Authorised)], 1),
            (
                vec![copy(1, Unknown, "no-protocol", &[]), plain(2, Authorised)],
                1,
            ),
            (
                vec![
                    plain(1, Authorised),
                    copy(2, Authorised, "", &[Flags::DIGEST_AGREES]),
                ],
                1,
            ),
            (
                vec![
                    plain(1, Authorised),
                    copy(2, Authorised, "", &[Flags::SIGNED]),
                ],
                1,
            ),
        ] {
            let (facts, sent) = settled(&copies);
            assert_eq!(sent[0], best, "{copies:?}");
            let notes = copies.len() - sent.len();
            let events = copies
                .iter()
                .filter(|one| one.kind == DocumentKind::NfeEvent && one.skip == 0);
            assert_eq!(sent.len(), 1 + events.count(), "{notes}");
            assert_eq!(facts.len(), copies.len());
        }
    }

    /// Bug: a cancellation of the test environment told a person to cancel a valid note by hand.
    #[test]
    fn a_legacy_cancellation_of_the_test_environment_cancels_nothing() {
        for (flags, noted) in [(&[][..], true), (&[Flags::HOMOLOGATION], false)] {
            let mut cancellation = copy(2, Status::Authorised, "no-route", flags);
            cancellation.kind = DocumentKind::NfeLegacyCancel;
            cancellation.identity = [4; 16];
            cancellation.flags.set(Flags::CANCELS);
            let (facts, _) = settled(&[copy(1, Status::Authorised, "", &[]), cancellation]);
            let flags = facts.get(0).flags;
            assert_eq!(flags.has(Flags::CANCELLED_WITHOUT_ROUTE), noted);
        }
    }

    /// Bug: corrections, summaries, answers and notes of the test environment were noted too.
    #[test]
    fn only_a_note_of_production_is_noted_as_cancelled() {
        let of = |number, kind, skip, flags: &[Flags]| {
            let mut fact = copy(number, Status::Authorised, skip, flags);
            (fact.kind, fact.identity) = (kind, [number; 16]);
            fact
        };
        let without_identity = |kind, skip| {
            let mut fact = of(9, kind, skip, &[]);
            fact.identity = [0; 16];
            fact
        };
        let mut legacy = of(8, DocumentKind::NfeLegacyCancel, "no-route", &[]);
        legacy.flags.set(Flags::CANCELS);
        let (facts, _) = settled(&[
            of(1, DocumentKind::Nfe, "", &[]),
            of(2, DocumentKind::Nfe, "no-protocol", &[]),
            of(3, DocumentKind::Nfe, "homologation", &[Flags::HOMOLOGATION]),
            of(4, DocumentKind::NfeEvent, "", &[]),
            without_identity(DocumentKind::Summary, "summary"),
            without_identity(DocumentKind::Technical, "technical"),
            event(7, ""),
            legacy,
        ]);
        for flag in [Flags::CANCELLED_BY_EVENT, Flags::CANCELLED_WITHOUT_ROUTE] {
            let noted = (0..8).map(|one| facts.get(one).flags.has(flag));
            let noted: Vec<_> = noted.collect();
            assert_eq!(
                noted,
                [true, true, false, false, false, false, false, false]
            );
        }
    }

    #[test]
    fn without_a_copy_that_can_be_sent_nothing_is_superseded() {
        let copies = [
            copy(1, Status::Unknown, "no-protocol", &[]),
            copy(2, Status::Unknown, "no-protocol", &[]),
        ];
        let (facts, sent) = settled(&copies);
        assert!(sent.is_empty() && all(&facts, |flags| !flags.has(Flags::SUPERSEDED)));
    }

    #[test]
    fn the_same_bytes_are_sent_once_and_a_test_takes_no_part() {
        let same = copy(1, Status::Authorised, "", &[]);
        assert_eq!(settled(&[same, same, same]).1, [0]);
        let test = copy(
            1,
            Status::Authorised,
            "homologation",
            &[Flags::HOMOLOGATION],
        );
        let (facts, sent) = settled(&[test, copy(2, Status::Authorised, "", &[])]);
        assert_eq!(sent, [1]);
        assert!(!facts.get(0).flags.has(Flags::SUPERSEDED));
    }

    #[test]
    fn a_number_that_two_documents_have_is_noted_and_copies_of_one_are_not() {
        let numbered = |number, identity, of_key| {
            let mut fact = copy(number, Status::Authorised, "", &[]);
            (fact.identity, fact.number) = ([identity; 16], of_key);
            fact
        };
        let (facts, _) = settled(&[
            numbered(1, 1, 7),
            numbered(2, 2, 7),
            numbered(3, 3, 8),
            numbered(4, 3, 8),
            numbered(5, 4, 0),
            numbered(6, 5, 0),
        ]);
        let noted = (0..6).map(|one| facts.get(one).flags.has(Flags::NUMBER_REUSED));
        let noted: Vec<_> = noted.collect();
        assert_eq!(noted, [true, true, false, false, false, false]);
    }

    #[test]
    fn copies_that_disagree_are_noted() {
        let (facts, _) = settled(&[
            copy(1, Status::Authorised, "", &[]),
            copy(2, Status::Cancelled, "", &[]),
        ]);
        assert!(all(&facts, |flags| flags.has(Flags::STATUS_CONFLICT)));
    }

    #[test]
    fn a_sat_cancellation_has_the_environment_of_its_sale() {
        let sale = |flags: &[Flags]| {
            let mut fact = copy(1, Status::Authorised, "", flags);
            fact.kind = DocumentKind::Cfe;
            fact
        };
        let cancel = |flags: &[Flags]| {
            let mut fact = copy(2, Status::Authorised, "", flags);
            fact.kind = DocumentKind::CfeCancel;
            fact.flags.set(Flags::CANCELS);
            fact.identity = [4; 16];
            fact
        };
        let (tests, device) = (Flags::HOMOLOGATION, Flags::SAT_OF_TESTS);
        for (rows, sent) in [
            (vec![sale(&[]), cancel(&[device])], true),
            (vec![sale(&[tests]), cancel(&[])], false),
            (vec![cancel(&[device])], false),
            (vec![cancel(&[])], true),
        ] {
            let last = u32::try_from(rows.len() - 1).unwrap();
            let (facts, _) = settled(&rows);
            assert_eq!(facts.get(last).is_sent(), sent, "{rows:?}");
        }
    }
}
