//! CNPJ and CPF as people write them: with punctuation, so that a spreadsheet takes them for texts.

/// `12.ABC.345/01DE-35` of 14 positions, `123.456.789-09` of 11; anything else as it is.
#[must_use]
pub fn punctuate(number: &str) -> String {
    let plain = number.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let part = |from: usize, to: usize| &number[from..to];
    match number.len() {
        14 if plain => [
            part(0, 2),
            ".",
            part(2, 5),
            ".",
            part(5, 8),
            "/",
            part(8, 12),
            "-",
            part(12, 14),
        ]
        .concat(),
        11 if plain => [
            part(0, 3),
            ".",
            part(3, 6),
            ".",
            part(6, 9),
            "-",
            part(9, 11),
        ]
        .concat(),
        _ => number.to_owned(),
    }
}

/// A verified CNPJ or CPF.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Taxpayer {
    positions: [u8; 14],
    /// A CPF has 11.
    length: u8,
}

impl Taxpayer {
    /// Reads a number with or without punctuation, in either letter case, and verifies its check digits. A spreadsheet
    /// drops zeros at the beginning, and an access key puts some before a CPF.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let plain = text.bytes().filter(|byte| !b"./- ".contains(byte));
        let mut positions = [b'0'; 14];
        let mut length = 0;
        for byte in plain {
            *positions.get_mut(length)? = byte.to_ascii_uppercase();
            length += 1;
        }
        if !positions.iter().all(u8::is_ascii_alphanumeric) || length < 8 {
            return None;
        }
        positions.rotate_right(14 - length);
        positions[..14 - length].fill(b'0');
        let blank = positions[3..].iter().all(|byte| *byte == positions[3]);
        if blank {
            return None;
        }
        let is_cpf = positions[..3] == *b"000" && is_cpf(&positions[3..]);
        if is_cpf && (length <= 11 || !is_cnpj(&positions)) {
            positions.rotate_left(3);
            positions[11..].fill(0);
            return Some(Self {
                positions,
                length: 11,
            });
        }
        is_cnpj(&positions).then_some(Self {
            positions,
            length: 14,
        })
    }

    /// The number without punctuation.
    #[must_use]
    pub fn as_str(&self) -> &str {
        let positions = self.positions.get(..usize::from(self.length));
        std::str::from_utf8(positions.unwrap_or_default()).unwrap_or_default()
    }
}

/// Whether the last two of 14 positions are the check digits of the others; a letter counts as its ASCII code less 48.
fn is_cnpj(positions: &[u8]) -> bool {
    const WEIGHTS: [u32; 13] = [6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2];
    positions[12..].iter().all(u8::is_ascii_digit)
        && digit(&positions[..12], &WEIGHTS[1..]) == positions[12]
        && digit(&positions[..13], &WEIGHTS) == positions[13]
}

/// The same for the 11 positions of a CPF.
fn is_cpf(positions: &[u8]) -> bool {
    const WEIGHTS: [u32; 10] = [11, 10, 9, 8, 7, 6, 5, 4, 3, 2];
    positions.iter().all(u8::is_ascii_digit)
        && digit(&positions[..9], &WEIGHTS[1..]) == positions[9]
        && digit(&positions[..10], &WEIGHTS) == positions[10]
}

fn digit(positions: &[u8], weights: &[u32]) -> u8 {
    let values = positions.iter().map(|byte| u32::from(*byte) - 48);
    let sum: u32 = values
        .zip(weights)
        .map(|(value, weight)| value * weight)
        .sum();
    let digit = match sum % 11 {
        0 | 1 => 0,
        rest => 11 - rest,
    };
    b'0' + u8::try_from(digit).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn a_generated_cnpj_is_valid_and_a_changed_position_is_noticed(
            start in "[0-9A-Z]{12}", at in 0usize..12, other in "[0-9A-Z]",
        ) {
            let made = |start: &str| {
                let first = digit(start.as_bytes(), &[5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]);
                let thirteen = [start.as_bytes(), &[first]].concat();
                let second = digit(&thirteen, &[6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]);
                format!("{start}{}{}", char::from(first), char::from(second))
            };
            let number = made(&start);
            proptest::prop_assume!(!number.starts_with("000"));
            let taxpayer = Taxpayer::new(&number).unwrap();
            proptest::prop_assert_eq!(taxpayer.as_str(), &number);
            proptest::prop_assert_eq!(Taxpayer::new(&punctuate(&number)), Some(taxpayer));
            let mut changed = number.clone();
            changed.replace_range(at..=at, &other);
            // Two letters that differ by a multiple of 11 have the same digits.
            let alike = made(&changed[..12]) == changed;
            proptest::prop_assert!(alike || Taxpayer::new(&changed).is_none());
        }
    }

    #[test]
    fn numbers_are_verified() {
        for (text, number) in [
            ("12.ABC.345/01DE-35", Some("12ABC34501DE35")),
            ("12abc34501de35", Some("12ABC34501DE35")),
            ("58716523000119", Some("58716523000119")),
            ("403.644.788-29", Some("40364478829")),
            ("00040364478829", Some("40364478829")),
            ("191", None),
            ("58716523000118", None),
            ("40364478828", None),
            ("00000000000000", None),
            ("12ABC34501DE3X", None),
            ("587165230001190", None),
            ("", None),
            ("ação", None),
        ] {
            let found = Taxpayer::new(text);
            assert_eq!(found.as_ref().map(Taxpayer::as_str), number, "{text}");
        }
    }

    #[test]
    fn numbers_are_punctuated() {
        for (number, text) in [
            ("12ABC34501DE35", "12.ABC.345/01DE-35"),
            ("58716523000119", "58.716.523/0001-19"),
            ("40364478829", "403.644.788-29"),
            ("", ""),
            ("123", "123"),
            ("ç2345678901234", "ç2345678901234"),
        ] {
            assert_eq!(punctuate(number), text);
        }
    }
}
