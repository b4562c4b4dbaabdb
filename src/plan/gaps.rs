//! Gaps in the numbers of what the clients themselves issued, less what they had voided. Pure.

use std::collections::BTreeMap;

use crate::dfe::{AccessKey, punctuate};

/// Ranges of a series that are told.
const TOLD: usize = 5;

/// Four bytes for each document of a client's own; a voiding has two numbers.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    used: BTreeMap<Series, Vec<u32>>,
    voided: BTreeMap<Series, Vec<(u32, u32)>>,
}

/// Issuer, model and series.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Series {
    issuer: [u8; 14],
    model: [u8; 2],
    number: u16,
}

/// Numbers of a series that are missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// CNPJ or CPF, punctuated.
    pub issuer: String,
    /// Model.
    pub model: String,
    /// Series.
    pub series: u16,
    /// How many numbers are missing between the first and the last that are there.
    pub missing: u64,
    /// The first of the missing ranges.
    pub ranges: Vec<(u32, u32)>,
}

impl Series {
    fn of(issuer: &str, model: &str, series: &str) -> Option<Self> {
        Some(Self {
            issuer: issuer.as_bytes().try_into().ok()?,
            model: model.as_bytes().try_into().ok()?,
            number: series.parse().ok()?,
        })
    }
}

impl Numbers {
    /// A document is there. A CF-e is numbered by its device, which does not leave numbers out.
    pub fn add(&mut self, key: &AccessKey) {
        if key.model() == "59" {
            return;
        }
        let series = Series::of(key.issuer(), key.model(), key.series());
        if let (Some(series), Ok(number)) = (series, key.number().parse()) {
            self.used.entry(series).or_default().push(number);
        }
    }

    /// Numbers were voided: `id` ends with issuer, model, series, and the first and last number, whatever the layout.
    /// The issuer, if it is such an `Id`, is told to `is_client`.
    pub fn void(&mut self, id: &str, is_client: impl FnOnce(&str) -> bool) {
        let start = id.len().checked_sub(37);
        let Some(tail) = start
            .and_then(|start| id.get(start..))
            .filter(|tail| tail.is_ascii())
        else {
            return;
        };
        let series = Series::of(&tail[..14], &tail[14..16], &tail[16..19]);
        let (first, last) = (tail[19..28].parse(), tail[28..].parse());
        if let (Some(series), Ok(first), Ok(last)) = (series, first, last)
            && is_client(&tail[..14])
        {
            self.voided.entry(series).or_default().push((first, last));
        }
    }

    /// What is missing.
    pub fn gaps(self) -> Vec<Gap> {
        let Self { used, mut voided } = self;
        let of_series = |(series, numbers): (Series, Vec<u32>)| {
            let voided = voided.remove(&series).unwrap_or_default();
            let (missing, ranges) = missing(numbers, voided);
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            let issuer = text(&series.issuer);
            let is_cpf =
                issuer.starts_with("000") && crate::dfe::Taxpayer::new(&issuer[3..]).is_some();
            (missing > 0).then(|| Gap {
                issuer: punctuate(if is_cpf { &issuer[3..] } else { &issuer }),
                model: text(&series.model),
                series: series.number,
                missing,
                ranges,
            })
        };
        used.into_iter().filter_map(of_series).collect()
    }
}

/// How many numbers are missing, and the first ranges of them.
fn missing(mut numbers: Vec<u32>, mut voided: Vec<(u32, u32)>) -> (u64, Vec<(u32, u32)>) {
    numbers.sort_unstable();
    let (Some(first), Some(last)) = (numbers.first().copied(), numbers.last().copied()) else {
        return (0, Vec::new());
    };
    voided.sort_unstable();
    let mut voided = voided.into_iter().peekable();
    let mut used = numbers.into_iter().peekable();
    let (mut next, mut count, mut told) = (u64::from(first), 0, Vec::new());
    while next <= u64::from(last) {
        while used.next_if(|one| u64::from(*one) < next).is_some() {}
        while let Some((_, to)) = voided.next_if(|(from, _)| u64::from(*from) <= next) {
            next = next.max(u64::from(to) + 1);
        }
        match used.peek() {
            Some(one) if u64::from(*one) == next => next += 1,
            Some(one) if u64::from(*one) < next => {}
            Some(one) => {
                let begin = voided.peek().map_or(u64::MAX, |(from, _)| u64::from(*from));
                let end = u64::from(*one).min(begin);
                count += end - next;
                if told.len() < TOLD {
                    let range = (u32::try_from(next), u32::try_from(end - 1));
                    told.push((range.0.unwrap_or(u32::MAX), range.1.unwrap_or(u32::MAX)));
                }
                next = end;
            }
            None => break,
        }
    }
    (count, told)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_neither_used_nor_voided_is_missing() {
        for (used, voided, count, ranges) in [
            (vec![1, 2, 3], vec![], 0, vec![]),
            (vec![3, 1, 1, 5], vec![], 2, vec![(2, 2), (4, 4)]),
            (vec![1, 10], vec![(3, 4), (6, 9)], 2, vec![(2, 2), (5, 5)]),
            (vec![1, 10], vec![(2, 9)], 0, vec![]),
            (vec![1, 10], vec![(0, 3), (2, 5), (12, 20)], 4, vec![(6, 9)]),
            (vec![7], vec![], 0, vec![]),
            (vec![], vec![(1, 2)], 0, vec![]),
            (
                vec![1, 999_999_999],
                vec![],
                999_999_997,
                vec![(2, 999_999_998)],
            ),
        ] {
            assert_eq!(missing(used.clone(), voided), (count, ranges), "{used:?}");
        }
    }

    #[test]
    fn a_voiding_of_any_layout_is_understood() {
        let mut numbers = Numbers::default();
        let series = Series::of("11222333000181", "55", "001").unwrap();
        numbers.used.insert(series, vec![1, 2, 9]);
        numbers.void("ID351122233300018155001000000003000000004", |_| true);
        numbers.void("ID35191122233300018155001000000005000000006", |_| true);
        numbers.void("ID35194455566600018155001000000007000000008", |_| false);
        numbers.void("ID3519", |_| true);
        let gaps = numbers.gaps();
        assert_eq!(gaps.len(), 1);
        assert_eq!(
            (gaps[0].missing, gaps[0].ranges.as_slice()),
            (2, &[(7, 8)][..])
        );
        assert_eq!(gaps[0].issuer, "11.222.333/0001-81");
    }
}
