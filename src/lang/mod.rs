//! What malote says to a person, in Brazilian Portuguese or in English: one catalogue, `pt-BR.ftl` and `en.ftl`, and
//! `page.…` for the page of `report`, and `said.…` for what the program reads back from its journals, in Fluent. A [`Message`] is a sentence's id and what it is filled with; only where it is shown does it take a language.
//! Column names, codes, JSON, the log and what the journal keeps are the same in both and are not here.

mod catalogue;
mod choice;
mod message;
mod said;
#[cfg(test)]
mod tests;
#[cfg(test)]
pub(crate) use tests::help_ids;

pub(crate) use catalogue::help;
pub use choice::{Choice, UnknownLanguage, choose};
pub(crate) use message::message;
pub use message::{Arg, Message};
pub use said::said_again;

/// A language that malote speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lang {
    /// Brazilian Portuguese.
    Portuguese,
    /// English.
    English,
}

impl Lang {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Portuguese, Self::English];

    /// Its tag, as an option has it.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Portuguese => "pt-BR",
            Self::English => "en",
        }
    }

    /// A number as it is written to be read: `1.234.567`.
    #[must_use]
    pub fn number(self, number: u64) -> String {
        self.grouped(&number.to_string())
    }

    /// `digits` with a mark at every three.
    fn grouped(self, digits: &str) -> String {
        let mut text = String::with_capacity(digits.len() * 4 / 3);
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                text.push(if self == Self::Portuguese { '.' } else { ',' });
            }
            text.push(digit);
        }
        text
    }

    /// The language that `text` names: a tag with or without a country, as `pt`, `pt-BR`, `pt_BR.UTF-8`, `en-US`.
    #[must_use]
    pub fn named(text: &str) -> Option<Self> {
        let end = text.find(['-', '_', '.', '@']).unwrap_or(text.len());
        match text[..end].to_ascii_lowercase().as_str() {
            "pt" => Some(Self::Portuguese),
            "en" => Some(Self::English),
            _ => None,
        }
    }
}

/// What can be said to a person.
pub trait Tell {
    /// It in `lang`.
    fn tell(&self, lang: Lang) -> String;
}

impl<T: Tell + ?Sized> Tell for &T {
    fn tell(&self, lang: Lang) -> String {
        (*self).tell(lang)
    }
}

/// What reads the same in every language: names, commands, a server's words.
impl Tell for String {
    fn tell(&self, _lang: Lang) -> String {
        self.clone()
    }
}
