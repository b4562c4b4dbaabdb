//! Which of several copies is sent, and what is noted of the others.

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
