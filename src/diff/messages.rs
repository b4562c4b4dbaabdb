//! Messages by cause: with digits masked, what is one cause is one group.

use std::collections::HashMap;

/// Groups at most that are kept apart; what comes later is counted together.
const MOST_GROUPS: usize = 4096;

/// Messages of one cause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The message, each run of digits as `#`; nothing: messages of many causes, which are not told apart.
    pub message: Option<String>,
    /// How many have it.
    pub count: u64,
}

/// `message` with each run of digits as one `#`; CNPJs and keys with letters count as digits where they stand
/// among them, and hashes whatever their letters.
#[must_use]
pub fn mask(message: &str) -> String {
    let mut masked = String::with_capacity(message.len());
    for word in message.split_inclusive(|letter: char| !letter.is_ascii_alphanumeric()) {
        let digits = word.bytes().filter(u8::is_ascii_digit).count();
        let letters = word.trim_end_matches(|letter: char| !letter.is_ascii_alphanumeric());
        let is_hash = letters.len() == 64 && letters.bytes().all(|byte| byte.is_ascii_hexdigit());
        if is_hash || (digits >= 6 && digits * 2 >= letters.len()) {
            masked.push('#');
            masked.push_str(&word[letters.len()..]);
            continue;
        }
        let mut in_digits = false;
        for letter in word.chars() {
            if !letter.is_ascii_digit() {
                masked.push(letter);
            } else if !in_digits {
                masked.push('#');
            }
            in_digits = letter.is_ascii_digit();
        }
    }
    masked
}

/// Counts messages by cause.
#[derive(Debug, Default)]
pub(super) struct Groups {
    counts: HashMap<String, u64>,
    others: u64,
}

impl Groups {
    pub fn add(&mut self, message: &str) {
        let masked = mask(message);
        if let Some(count) = self.counts.get_mut(&masked) {
            *count += 1;
        } else if self.counts.len() < MOST_GROUPS {
            self.counts.insert(masked, 1);
        } else {
            self.others += 1;
        }
    }

    /// All groups, the most frequent first.
    pub fn sorted(self) -> Vec<Group> {
        let groups = self.counts.into_iter();
        let mut groups: Vec<_> = groups
            .map(|(message, count)| Group {
                message: Some(message),
                count,
            })
            .collect();
        groups.sort_unstable_by(|one, other| {
            other
                .count
                .cmp(&one.count)
                .then_with(|| one.message.cmp(&other.message))
        });
        if self.others > 0 {
            groups.push(Group {
                message: None,
                count: self.others,
            });
        }
        groups
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_cause_is_one_group() {
        for (message, masked) in [
            (
                "cliente 12.345.678/0001-95 não cadastrado",
                "cliente #.#.#/#-# não cadastrado",
            ),
            ("nota 123 de 2019", "nota # de #"),
            (
                "chave 35260712ABC34501DE35550010000001231102030403 inválida",
                "chave # inválida",
            ),
            (
                "the file's SHA-256 is ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad now",
                "the file's SHA-# is # now",
            ),
            (
                "is ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
                "is #",
            ),
            ("HTTP 500", "HTTP #"),
            ("ação", "ação"),
            ("", ""),
        ] {
            assert_eq!(mask(message), masked, "{message}");
        }
    }

    #[test]
    fn the_most_frequent_comes_first() {
        let mut groups = Groups::default();
        for message in ["b 1", "a 1", "a 2"] {
            groups.add(message);
        }
        let sorted: Vec<_> = groups
            .sorted()
            .into_iter()
            .map(|one| (one.message.unwrap(), one.count))
            .collect();
        assert_eq!(sorted, [("a #".to_owned(), 2), ("b #".to_owned(), 1)]);
    }
}
