//! The access key (chave de acesso): 44 positions with a check digit.
//!
//! `^[0-9]{6}[A-Z0-9]{12}[0-9]{26}$` in the newest schemas (nfephp-org/sped-nfe, `TChNFe` of `PL_010_V1.30`): since
//! July 2026 a CNPJ may hold letters, so a key is not 44 digits. How the positions behind the model are divided
//! differs by model and layout; only what all have in common is read here.

use std::fmt;

/// A verified access key.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AccessKey([u8; 44]);

/// Why a text is no access key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAnAccessKey {
    /// It has not the pattern.
    #[error("not 44 positions of an access key")]
    Pattern,
    /// Its check digit is wrong.
    #[error("the check digit of the access key is wrong")]
    CheckDigit,
}

impl AccessKey {
    /// Verifies `text`: pattern and check digit.
    ///
    /// # Errors
    /// [`NotAnAccessKey`] for the first of the two that does not hold.
    pub fn new(text: &str) -> Result<Self, NotAnAccessKey> {
        let key: [u8; 44] = text
            .as_bytes()
            .try_into()
            .map_err(|_| NotAnAccessKey::Pattern)?;
        let fits = key.iter().enumerate().all(|(at, byte)| {
            byte.is_ascii_digit() || ((6..18).contains(&at) && byte.is_ascii_uppercase())
        });
        if !fits {
            return Err(NotAnAccessKey::Pattern);
        }
        if check_digit(&key[..43]) != key[43] {
            return Err(NotAnAccessKey::CheckDigit);
        }
        Ok(Self(key))
    }

    /// The 44 characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// `cUF`: the issuer's state, two digits of the IBGE.
    #[must_use]
    pub fn state(&self) -> &str {
        &self.as_str()[..2]
    }

    /// Year and month of issue, `AAMM`.
    #[must_use]
    pub fn year_month(&self) -> &str {
        &self.as_str()[2..6]
    }

    /// CNPJ of the issuer; a CPF is padded with zeros on the left.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.as_str()[6..20]
    }

    /// Model, two digits.
    #[must_use]
    pub fn model(&self) -> &str {
        &self.as_str()[20..22]
    }

    /// Series, three digits; for model 59 the first three of the SAT's serial number.
    #[must_use]
    pub fn series(&self) -> &str {
        &self.as_str()[22..25]
    }

    /// Number, nine digits; for model 59 there is another division.
    #[must_use]
    pub fn number(&self) -> &str {
        &self.as_str()[25..34]
    }

    /// What numbers the document among all others: state, issuer, model, series and number. For a CF-e the device is the
    /// series; an NFC-e issued in contingency is another than the one of that number that was not (Ajuste SINIEF 19/19).
    /// The issuer is the key's: a tax office that issues for others numbers its documents itself, and a producer known by
    /// a CPF has a series for each of their registrations.
    #[must_use]
    pub fn numbering(&self) -> [&str; 3] {
        let key = self.as_str();
        let (number, emission) = match self.model() {
            "59" => (&key[6..37], ""),
            "65" => (&key[6..34], &key[34..35]),
            _ => (&key[6..34], ""),
        };
        [self.state(), number, emission]
    }

    /// Serial number of the SAT device that issued a CF-e, nine digits.
    #[must_use]
    pub fn sat_serial(&self) -> Option<&str> {
        (self.model() == "59").then(|| &self.as_str()[22..31])
    }
}

impl fmt::Display for AccessKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for AccessKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The mod-11 digit over `positions`, weights 2 to 9 from the right; a letter counts as its ASCII code less 48
/// (nfephp-org/sped-common, `src/Keys.php`).
pub(super) fn check_digit(positions: &[u8]) -> u8 {
    let weights = (2..=9u32).cycle();
    let sum: u32 = positions
        .iter()
        .rev()
        .zip(weights)
        .map(|(byte, weight)| (u32::from(*byte) - 48) * weight)
        .sum();
    let digit = match sum % 11 {
        0 | 1 => 0,
        rest => 11 - rest,
    };
    b'0' + u8::try_from(digit).unwrap_or_default()
}

/// A valid key of that model, made up.
#[cfg(test)]
pub(super) fn tests_key(model: &str) -> String {
    let start = format!("35190511222333000181{model}001000000123100000019");
    format!("{start}{}", char::from(check_digit(start.as_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    const VALID: [(&str, &str); 9] = [
        ("35170458716523000119550010000000121000123458", "55"),
        ("35170400040364478829550010000000121000123457", "55"),
        ("35080599999090910270550010000000015180051273", "55"),
        ("41130181452880000139570010000018971536074822", "57"),
        ("41181010776992000105670260000000081307453250", "67"),
        ("35150908723218000186599000040190000360539948", "59"),
        ("35260712ABC34501DE35550010000001231102030403", "55"),
        ("52060412ABC34501DE35550120000007801267301610", "55"),
        ("3526050X0J92JY000196570010000006041448679011", "57"),
    ];

    #[test]
    fn known_keys_are_verified() {
        for (text, model) in VALID {
            let key = AccessKey::new(text).unwrap();
            assert_eq!((key.as_str(), key.model()), (text, model));
        }
        let key = AccessKey::new(VALID[5].0).unwrap();
        assert_eq!(key.sat_serial(), Some("900004019"));
        let key = AccessKey::new(VALID[6].0).unwrap();
        assert_eq!(
            (key.state(), key.year_month(), key.issuer()),
            ("35", "2607", "12ABC34501DE35")
        );
        assert_eq!((key.series(), key.number()), ("001", "000000123"));
    }

    /// Bug: a number that two states, or an NFC-e and the one of its contingency, have was called re-used.
    #[test]
    fn what_numbers_a_document_is_what_the_law_says() {
        let key = |start: &str| {
            let digit = check_digit(start.as_bytes());
            AccessKey::new(&format!("{start}{}", char::from(digit))).unwrap()
        };
        let of = |state, month, issuer, model, emission, code| {
            key(&format!(
                "{state}{month}{issuer}{model}920000000123{emission}{code}"
            ))
        };
        let cpf = "00040364478829";
        let note = of("35", "1905", cpf, "55", "1", "00000019");
        for (other, same) in [
            (of("35", "1906", cpf, "55", "1", "00000019"), true),
            (of("35", "1905", cpf, "55", "9", "00000020"), true),
            (of("31", "1905", cpf, "55", "1", "00000019"), false),
            (of("35", "1905", cpf, "57", "1", "00000019"), false),
            (
                of("35", "1905", "00040364478830", "55", "1", "00000019"),
                false,
            ),
        ] {
            assert_eq!(note.numbering() == other.numbering(), same, "{other}");
        }
        let consumer = |emission, code| of("35", "1905", "11222333000181", "65", emission, code);
        let normal = consumer("1", "00000019");
        assert_ne!(normal.numbering(), consumer("9", "00000019").numbering());
        assert_eq!(normal.numbering(), consumer("1", "00000020").numbering());
        let sat = |number| {
            let start = format!("35190511222333000181590012345671{number:0>5}123456");
            key(&start)
        };
        assert_ne!(sat(1).numbering(), sat(2).numbering());
    }

    #[test]
    fn what_is_no_key_is_refused() {
        for (text, error) in [
            (
                "32220308427598000101570010000054771517803897",
                NotAnAccessKey::CheckDigit,
            ),
            (
                "3517045871652300011955001000000012100012345",
                NotAnAccessKey::Pattern,
            ),
            (
                "351704587165230001195500100000001210001234589",
                NotAnAccessKey::Pattern,
            ),
            (
                "A5170458716523000119550010000000121000123458",
                NotAnAccessKey::Pattern,
            ),
            (
                "3526071 ABC34501DE35550010000001231102030403",
                NotAnAccessKey::Pattern,
            ),
            (
                "35260712abc34501de35550010000001231102030403",
                NotAnAccessKey::Pattern,
            ),
            ("", NotAnAccessKey::Pattern),
        ] {
            assert_eq!(AccessKey::new(text), Err(error), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn a_generated_key_is_valid_and_a_changed_digit_is_noticed(
            start in "[0-9]{6}[A-Z0-9]{12}[0-9]{25}", at in 0usize..43, by in 1u8..10,
        ) {
            let digit = check_digit(start.as_bytes());
            let key = format!("{start}{}", char::from(digit));
            proptest::prop_assert!(AccessKey::new(&key).is_ok());
            let mut changed = key.clone().into_bytes();
            proptest::prop_assume!(changed[at].is_ascii_digit());
            changed[at] = b'0' + (changed[at] - b'0' + by) % 10;
            let changed = String::from_utf8(changed).unwrap();
            // Remainders 0 and 1 share the digit 0, so a change from one to the other passes.
            let blind = digit == b'0';
            proptest::prop_assert!(blind || AccessKey::new(&changed).is_err());
        }
    }
}
