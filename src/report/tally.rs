//! Balances by kind, by year and by issuer: sums only, whatever the size of the manifest.

use std::collections::{BTreeMap, HashMap};

use crate::dfe::DocumentKind;
use crate::diff::Balance;
use crate::journal::State;

/// Issuers that are kept apart; what comes later is counted together.
const MOST_ISSUERS: usize = 50_000;

/// The index of the issuers that are counted together.
pub(super) const OTHER_ISSUERS: u32 = u32::MAX;

/// One document more in `state`.
pub(super) fn count(balance: &mut Balance, state: State) {
    balance.planned += 1;
    *balance.of_mut(state) += 1;
}

/// Adds `other` to `sum`.
pub(super) fn add(sum: &mut Balance, other: &Balance) {
    sum.planned += other.planned;
    for state in State::ALL {
        *sum.of_mut(*state) += other.of(*state);
    }
}

/// Documents by kind and year of issue.
#[derive(Debug, Default)]
pub struct Tally(BTreeMap<(DocumentKind, Option<u16>), Balance>);

impl Tally {
    /// One document more.
    pub(super) fn add(&mut self, kind: DocumentKind, year: Option<u16>, state: State) {
        count(self.0.entry((kind, year)).or_default(), state);
    }

    /// By kind, in the order of the kinds.
    #[must_use]
    pub fn by_kind(&self) -> BTreeMap<DocumentKind, Balance> {
        self.by(|(kind, _)| *kind)
    }

    /// By year; what bears no readable date first.
    #[must_use]
    pub fn by_year(&self) -> BTreeMap<Option<u16>, Balance> {
        self.by(|(_, year)| *year)
    }

    fn by<K: Ord>(&self, key: impl Fn(&(DocumentKind, Option<u16>)) -> K) -> BTreeMap<K, Balance> {
        let mut sums = BTreeMap::new();
        for (cell, balance) in &self.0 {
            add(sums.entry(key(cell)).or_default(), balance);
        }
        sums
    }
}

/// Documents by issuer.
#[derive(Debug, Default)]
pub struct Issuers {
    numbers: HashMap<Box<str>, u32>,
    balances: Vec<(Box<str>, Balance)>,
    others: Balance,
}

impl Issuers {
    /// One document more of `issuer`; the issuer's index.
    pub(super) fn add(&mut self, issuer: &str, state: State) -> u32 {
        let number = self.number(issuer);
        match self.balances.get_mut(number as usize) {
            Some((_, balance)) => count(balance, state),
            None => count(&mut self.others, state),
        }
        number
    }

    fn number(&mut self, issuer: &str) -> u32 {
        if let Some(number) = self.numbers.get(issuer) {
            return *number;
        }
        if self.balances.len() >= MOST_ISSUERS {
            return OTHER_ISSUERS;
        }
        let number = u32::try_from(self.balances.len()).unwrap_or(OTHER_ISSUERS);
        self.numbers.insert(issuer.into(), number);
        self.balances.push((issuer.into(), Balance::default()));
        number
    }

    /// The issuer of that index; empty where it is not kept apart.
    #[must_use]
    pub(super) fn name(&self, number: u32) -> &str {
        let found = self.balances.get(number as usize);
        found.map_or("", |(name, _)| name)
    }

    /// How many are kept apart.
    #[must_use]
    pub fn len(&self) -> usize {
        self.balances.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.balances.is_empty()
    }

    /// The `most` with the most documents, the largest first; how many issuers are left, and their sum. The number is
    /// `None` where there were too many to be told apart.
    #[must_use]
    pub fn largest(&self, most: usize) -> (Vec<(&str, Balance)>, Option<usize>, Balance) {
        let named = self.balances.iter();
        let mut sorted: Vec<_> = named.map(|(name, balance)| (&**name, *balance)).collect();
        sorted.sort_by(|one, other| {
            let size = other.1.planned.cmp(&one.1.planned);
            size.then_with(|| one.0.cmp(other.0))
        });
        let rest = sorted.split_off(most.min(sorted.len()));
        let mut sum = self.others;
        for (_, balance) in &rest {
            add(&mut sum, balance);
        }
        let number = (self.others.planned == 0).then_some(rest.len());
        (sorted, number, sum)
    }
}

/// The year in a date as the manifest or a spreadsheet writes it: `2019-05-31`, `31/05/2019`.
#[must_use]
pub fn year(text: &str) -> Option<u16> {
    let part = text
        .split(|letter: char| !letter.is_ascii_digit())
        .find(|part| part.len() == 4)?;
    part.parse().ok().filter(|year| (1990..2100).contains(year))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_is_found_however_the_date_is_written() {
        for (text, found) in [
            ("2019-05-31", Some(2019)),
            ("31/05/2019", Some(2019)),
            ("5/31/2019 0:00", Some(2019)),
            ("31/05/19", None),
            ("0019-05-31", None),
            ("43616", None),
            ("", None),
        ] {
            assert_eq!(year(text), found, "{text}");
        }
    }

    #[test]
    fn every_sum_is_the_same() {
        let mut tally = Tally::default();
        let mut issuers = Issuers::default();
        for (kind, year, issuer, state) in [
            (DocumentKind::Nfe, Some(2019), "a", State::Accepted),
            (DocumentKind::Nfe, Some(2020), "b", State::Rejected),
            (DocumentKind::Cte, None, "b", State::Pending),
            (DocumentKind::Cte, Some(2020), "c", State::Accepted),
        ] {
            tally.add(kind, year, state);
            issuers.add(issuer, state);
        }
        let kinds = tally.by_kind();
        assert_eq!(kinds[&DocumentKind::Nfe].planned, 2);
        assert_eq!(tally.by_year()[&Some(2020)].rejected, 1);
        let (largest, rest, sum) = issuers.largest(1);
        assert_eq!((largest[0].0, largest[0].1.planned), ("b", 2));
        assert_eq!((rest, sum.planned, sum.accepted), (Some(2), 2, 2));
        let mut all = Balance::default();
        for one in kinds.values() {
            add(&mut all, one);
        }
        assert!(all.is_balanced() && all.planned == 4);
    }

    #[test]
    fn issuers_without_end_are_counted_together() {
        let mut issuers = Issuers::default();
        for number in 0..MOST_ISSUERS + 10 {
            issuers.add(&number.to_string(), State::Accepted);
        }
        assert_eq!(issuers.len(), MOST_ISSUERS);
        let (largest, rest, sum) = issuers.largest(20);
        assert_eq!((largest.len(), rest), (20, None));
        assert_eq!(sum.accepted, (MOST_ISSUERS + 10 - 20) as u64);
    }
}
