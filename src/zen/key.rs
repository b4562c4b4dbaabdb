//! The key in what the server says: one that does not know an address repeats it, and the key is part of it.

use regex::bytes::{Regex, RegexBuilder};

use super::{Answer, TransportError};

/// What stands for the key where it was.
const HIDDEN: &[u8] = b"(key)";

/// Finds the key, in whatever case.
pub(super) struct Key(Regex);

impl Key {
    /// To find `token`.
    pub fn new(token: &str) -> Result<Self, TransportError> {
        let pattern = RegexBuilder::new(&regex::escape(token))
            .case_insensitive(true)
            .build();
        // The error would show the pattern.
        let pattern = pattern.map_err(|_| TransportError::Client("the key is too long".to_owned()));
        pattern.map(Self)
    }

    /// Takes the key out of `answer`.
    pub fn hide(&self, answer: &mut Answer) {
        if self.0.is_match(&answer.body) {
            answer.body = self.0.replace_all(&answer.body, HIDDEN).into_owned();
        }
        if let Some(said) = &mut answer.msg_erro {
            let hidden = self.0.replace_all(said.as_bytes(), HIDDEN);
            *said = String::from_utf8_lossy(&hidden).into_owned();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_that_repeats_the_address_loses_the_key() {
        let key = Key::new("0123456789abcdef").unwrap();
        let mut answer = Answer {
            msg_erro: Some("/api/v1/0123456789ABCDEF/x".to_owned()),
            body: b"no resource at /api/v1/0123456789abcdef/x; \xe3 stays".to_vec(),
            ..Answer::default()
        };
        key.hide(&mut answer);
        assert_eq!(answer.msg_erro.as_deref(), Some("/api/v1/(key)/x"));
        assert_eq!(answer.body, b"no resource at /api/v1/(key)/x; \xe3 stays");
    }
}
