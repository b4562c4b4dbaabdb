//! The client whose documents alone are reported: a CNPJ or CPF, however it is written.

use std::fmt;
use std::str::FromStr;

use crate::dfe::punctuate;

/// A CNPJ (whose first twelve positions may hold letters) or CPF.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client(String);

/// A text that is neither.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is neither a CNPJ (14 positions) nor a CPF (11 digits)")]
pub struct NotAClient(pub String);

impl FromStr for Client {
    type Err = NotAClient;

    fn from_str(text: &str) -> Result<Self, NotAClient> {
        let plain: String = significant(text).map(char::from).collect();
        let punctuation = |letter: char| letter.is_ascii_alphanumeric() || " ./-".contains(letter);
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let is_one = match plain.len() {
            14 => digits(&plain[12..]),
            11 => digits(&plain),
            _ => false,
        };
        if is_one && text.chars().all(punctuation) {
            Ok(Self(plain))
        } else {
            Err(NotAClient(text.to_owned()))
        }
    }
}

impl Client {
    /// Whether `cell` is this client, with or without punctuation.
    #[must_use]
    pub fn is(&self, cell: &[u8]) -> bool {
        let cell = cell.iter().filter(|byte| byte.is_ascii_alphanumeric());
        cell.map(u8::to_ascii_uppercase).eq(self.0.bytes())
    }

    /// Whether one of the values in `cell`, separated by blanks, is this client.
    #[must_use]
    pub fn is_among(&self, cell: &[u8]) -> bool {
        cell.split(u8::is_ascii_whitespace).any(|one| self.is(one))
    }
}

/// With punctuation.
impl fmt::Display for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&punctuate(&self.0))
    }
}

fn significant(text: &str) -> impl Iterator<Item = u8> {
    let bytes = text.bytes().filter(u8::is_ascii_alphanumeric);
    bytes.map(|byte| byte.to_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_however_it_is_written() {
        for (text, shown) in [
            ("11.222.333/0001-81", Some("11.222.333/0001-81")),
            ("11222333000181", Some("11.222.333/0001-81")),
            ("12.abc.345/01de-35", Some("12.ABC.345/01DE-35")),
            ("403.644.788-29", Some("403.644.788-29")),
            ("40364478829", Some("403.644.788-29")),
            ("4036447882A", None),
            ("12ABC34501DEXY", None),
            ("1122233300018", None),
            ("11222333000181<b>", None),
            ("", None),
        ] {
            let client = text.parse::<Client>().ok();
            assert_eq!(
                client.map(|one| one.to_string()).as_deref(),
                shown,
                "{text}"
            );
        }
    }

    #[test]
    fn cells_are_compared_without_punctuation() {
        let client: Client = "12ABC34501DE35".parse().unwrap();
        assert!(client.is(b"12.ABC.345/01DE-35") && client.is(b"'12abc34501de35"));
        assert!(!client.is(b"") && !client.is(b"12.ABC.345/01DE-3"));
        assert!(client.is_among(b"11.222.333/0001-81 12.ABC.345/01DE-35"));
        assert!(!client.is_among(b"11.222.333/0001-81"));
    }
}
