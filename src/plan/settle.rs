//! Copies and cancellations over the whole archive: one content is sent once, one identity once, the best copy.
//! Pure over facts; DOMAIN's rule of the best copy.

use std::thread;

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
    let by_hash = |fact: &Fact| fact.hash.map(|hash| *hash.as_bytes());
    let by_key = |fact: &Fact| known(fact.key);
    let by_number = |fact: &Fact| (fact.number != 0).then(|| fact.number.to_be_bytes());
    let by_identity = |fact: &Fact| known(fact.identity);
    let (hashes, keys) = both(|| sorted(facts, by_hash), || sorted(facts, by_key));
    visit_groups(facts, &hashes, by_hash, |facts, group| {
        mark_duplicates(facts, group, &mut settled);
    });
    visit_groups(facts, &keys, by_key, mark_cancellations);
    drop((hashes, keys));
    let (numbers, identities) = both(|| sorted(facts, by_number), || sorted(facts, by_identity));
    visit_groups(facts, &numbers, by_number, mark_numbers);
    visit_groups(facts, &identities, by_identity, |facts, group| {
        choose_copies(facts, group, &mut settled);
    });
    settled
}

/// Does two things at once.
fn both<A: Send, B>(one: impl FnOnce() -> A + Send, other: impl FnOnce() -> B) -> (A, B) {
    thread::scope(|scope| {
        let one = scope.spawn(one);
        let other = other();
        match one.join() {
            Ok(one) => (one, other),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

/// A half hash, if it is one.
pub(super) fn known(half: [u8; 16]) -> Option<[u8; 16]> {
    (half != [0; 16]).then_some(half)
}

/// Shows `visit` the rows of each key that `key` gives, in the rows' order.
pub(super) fn for_each_group<const N: usize>(
    facts: &mut Facts,
    key: impl Fn(&Fact) -> Option<[u8; N]>,
    visit: impl FnMut(&mut Facts, &[u32]),
) {
    let sorted = sorted(facts, &key);
    visit_groups(facts, &sorted, key, visit);
}

/// The rows that have a key, sorted by it: by its first bytes, which lie beside the row's number, for to look into the
/// facts for each comparison would miss the cache each time.
fn sorted<const N: usize>(
    facts: &Facts,
    key: impl Fn(&Fact) -> Option<[u8; N]>,
) -> Vec<(u64, u32)> {
    let count = u32::try_from(facts.len()).unwrap_or(u32::MAX);
    let prefix = |index: u32| {
        let key = key(facts.get(index))?;
        let first = key.first_chunk::<8>()?;
        Some((u64::from_be_bytes(*first), index))
    };
    let mut sorted: Vec<(u64, u32)> = (0..count).filter_map(prefix).collect();
    sorted.sort_unstable();
    sorted
}

/// Shows `visit` the rows of each key of the `sorted` ones.
fn visit_groups<const N: usize>(
    facts: &mut Facts,
    sorted: &[(u64, u32)],
    key: impl Fn(&Fact) -> Option<[u8; N]>,
    mut visit: impl FnMut(&mut Facts, &[u32]),
) {
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
    let [first, copies @ ..] = group else { return };
    if copies.is_empty() || facts.get(*first).kind == DocumentKind::Unreadable {
        return;
    }
    for index in copies {
        facts.get_mut(*index).flags.set(Flags::DUPLICATE);
        settled.stands_for[*index as usize] = *first;
    }
}

/// Documents of different keys that have one number.
fn mark_numbers(facts: &mut Facts, group: &[u32]) {
    if group.len() < 2 {
        return;
    }
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
        Some("no-protocol" | "protocol-replaced" | "protocols-differ" | "not-authorised")
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
mod tests;
