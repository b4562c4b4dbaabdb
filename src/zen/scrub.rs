//! Takes the token out of what a server says back: ASP.NET names the path that it does not find, a proxy shows the URL.

use std::borrow::Cow;
use std::fmt::{self, Write as _};

use regex::bytes::{Regex, RegexBuilder};

use super::{Answer, Reply};

/// What stands where the token stood.
const INSTEAD: &str = "[key]";

/// A shorter word is no secret, and would be found in words that mean something else.
const SHORTEST: usize = 5;

/// Finds the token in any letter case, and written as a URL, a JSON string or a web page may write it.
pub(super) struct Scrub(Option<Regex>);

impl fmt::Debug for Scrub {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Scrub")
    }
}

impl Scrub {
    pub fn new(token: &str) -> Self {
        let mut pattern = String::new();
        for letter in token.chars() {
            let number = u32::from(letter);
            let other = u32::from(if letter.is_ascii_lowercase() {
                letter.to_ascii_uppercase()
            } else {
                letter.to_ascii_lowercase()
            });
            let plain = regex::escape(letter.encode_utf8(&mut [0; 4]));
            // Writing into a string cannot fail.
            let _ = write!(pattern, "(?:{plain}");
            for number in [number, other] {
                let _ = write!(
                    pattern,
                    "|%(?:25)*{number:02x}|\\\\u{number:04x}|&#0*{number};|&#x0*{number:x};"
                );
            }
            pattern.push(')');
        }
        let built = RegexBuilder::new(&pattern)
            .case_insensitive(true)
            .unicode(false)
            .build();
        Self(built.ok().filter(|_| token.len() >= SHORTEST))
    }

    /// `reply` without the token.
    pub fn reply(&self, reply: Reply) -> Reply {
        match reply {
            Reply::Answered(answer) => Reply::Answered(Answer {
                status: answer.status,
                content_type: self.text(answer.content_type),
                retry_after: answer.retry_after.map(|text| self.text(text)),
                date: answer.date.map(|text| self.text(text)),
                msg_erro: answer.msg_erro.map(|text| self.text(text)),
                body: self.bytes(answer.body),
            }),
            Reply::NotReached {
                message,
                certificate,
            } => Reply::NotReached {
                message: self.text(message),
                certificate,
            },
            Reply::NoAnswer { message } => Reply::NoAnswer {
                message: self.text(message),
            },
        }
    }

    fn text(&self, text: String) -> String {
        // The token is ASCII, and so is what stands for it: what was UTF-8 stays so.
        String::from_utf8(self.bytes(text.into_bytes())).unwrap_or_default()
    }

    fn bytes(&self, bytes: Vec<u8>) -> Vec<u8> {
        let Some(regex) = &self.0 else { return bytes };
        match regex.replace_all(&bytes, INSTEAD.as_bytes()) {
            Cow::Borrowed(_) => bytes,
            Cow::Owned(without) => without,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "0123456789abcdef0123456789ABCDEF";

    /// Bug: what a server said back reached the journal and the screen, token and all.
    #[test]
    fn a_token_that_comes_back_is_taken_out_however_it_is_written() {
        let written = |each: &dyn Fn(char) -> String| TOKEN.chars().map(each).collect::<String>();
        let scrub = Scrub::new(TOKEN);
        for token in [
            TOKEN.to_owned(),
            TOKEN.to_lowercase(),
            TOKEN.to_uppercase(),
            written(&|letter| format!("%{:02X}", u32::from(letter))),
            written(&|letter| format!("%25{:02x}", u32::from(letter))),
            written(&|letter| format!("\\u{:04x}", u32::from(letter))),
            written(&|letter| format!("&#{};", u32::from(letter))),
            written(&|letter| format!("&#x{:X};", u32::from(letter.to_ascii_uppercase()))),
            TOKEN.replace('a', "%61"),
        ] {
            let said = format!("ação: /api/v1/{token}/importar?x={token}");
            let clean = "ação: /api/v1/[key]/importar?x=[key]".to_owned();
            let reply = scrub.reply(Reply::Answered(Answer {
                status: 404,
                content_type: said.clone(),
                retry_after: Some(said.clone()),
                date: Some(said.clone()),
                msg_erro: Some(said.clone()),
                body: said.clone().into_bytes(),
            }));
            let expected = Answer {
                status: 404,
                content_type: clean.clone(),
                retry_after: Some(clean.clone()),
                date: Some(clean.clone()),
                msg_erro: Some(clean.clone()),
                body: clean.clone().into_bytes(),
            };
            assert_eq!(reply, Reply::Answered(expected), "{token}");
            let message = said;
            assert_eq!(
                scrub.reply(Reply::NoAnswer { message }),
                Reply::NoAnswer { message: clean }
            );
        }
    }

    #[test]
    fn what_is_not_the_token_stays_as_it_is() {
        for token in [TOKEN, "a", ""] {
            let body = b"a\xff 0123456789abcdef".to_vec();
            assert_eq!(Scrub::new(token).bytes(body.clone()), body);
        }
        assert!(Scrub::new("a-b_c-9").0.is_some());
    }
}
