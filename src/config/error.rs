//! What can be wrong with the command line and the environment.

use std::fmt;

use crate::policy::{ClockTextError, NotARate, QuietHoursError};

/// What is wrong with the command line or the environment.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The value of an option means nothing.
    #[error("--{option}: {reason}")]
    Option {
        /// The option's name.
        option: &'static str,
        /// What is wrong.
        reason: WrongValue,
    },
    /// No destination.
    #[error("say where to send: --office NAME, --base-url URL, or --sandbox to try")]
    NoDestination,
    /// No token.
    #[error(
        "no key: put the key of the Zen account (Minha Conta > Chave Acesso) into the variable MALOTE_TOKEN or into \
         a file named by --token-file"
    )]
    NoToken,
    /// The token file cannot be read.
    #[error("the key's file {file} cannot be read: {source}")]
    TokenFile {
        /// The file.
        file: KeyFile,
        /// Why.
        source: std::io::Error,
    },
    /// The token is none. What it is is not said, but where it is: in a file or in the variable.
    #[error(
        "{}: the key must be one word of letters, digits, - and _ (32 of 0-9 and a-f, as Zen shows it)",
        place_of_key(.0.as_ref())
    )]
    NotAToken(Option<KeyFile>),
}

/// What is wrong with the value of an option.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WrongValue {
    /// It is no length of time, or no time of day.
    #[error(transparent)]
    Clock(#[from] ClockTextError),
    /// It says no hours.
    #[error(transparent)]
    QuietHours(#[from] QuietHoursError),
    /// It is no rate.
    #[error(transparent)]
    Rate(#[from] NotARate),
    /// There is no such time zone.
    #[error("{0:?} is no time zone: write one as America/Sao_Paulo")]
    Zone(String),
    /// It is no regular expression.
    #[error("{text:?} is no regular expression: {reason}")]
    Regex {
        /// What was given.
        text: String,
        /// What its reader says, in English.
        reason: String,
    },
    /// It says of every refusal that the document is there.
    #[error("it matches an empty text, so that every refusal would count as accepted")]
    MatchesAll,
    /// The address holds what the program puts there, or the key.
    #[error(
        "the address ends before /api/v1: that and the key are put behind it by the program (the key comes from \
         MALOTE_TOKEN or --token-file)"
    )]
    MoreThanAnAddress,
    /// The address is none; what of it may be shown, and why.
    #[error("{} is not a URL: {reason}", start.as_deref().unwrap_or("it"))]
    NotAUrl {
        /// Its scheme and host, in quotes.
        start: Option<String>,
        /// What its reader says.
        reason: String,
    },
    /// The address names no host on the web.
    #[error("{} is not a URL: it needs https:// and a host", start.as_deref().unwrap_or("it"))]
    NoHost {
        /// Its scheme and host, in quotes.
        start: Option<String>,
    },
    /// It is no office; nothing where it may be the key.
    #[error(
        "{} is no office: it is the first part of the address of Zen, \"escritorio\" in \
         https://escritorio.app.questorpublico.com.br",
        .0.as_deref().unwrap_or("this (it looks like the key)")
    )]
    Office(Option<String>),
    /// It would break the request apart.
    #[error("it must be one line without control signs")]
    NotALine,
    /// It is no word that a form's field may be called.
    #[error("it may hold letters without accents, digits and . _ - [ ] only")]
    NoPlainWord,
    /// It is neither a number nor a share.
    #[error("{0:?} is neither a number (100) nor a share (50%)")]
    RejectedLimit(String),
    /// It is out of bounds.
    #[error("{value} is not between {least} and {most}")]
    NotBetween {
        /// What it is.
        value: String,
        /// What it must be at least.
        least: String,
        /// What it may be at most.
        most: String,
    },
    /// It is no pair of folders.
    #[error("{0:?} is not OLD=NEW, as in --root D:\\notas=E:\\notas")]
    Root(String),
}

fn place_of_key(file: Option<&KeyFile>) -> String {
    file.map_or_else(|| "MALOTE_TOKEN".to_owned(), KeyFile::to_string)
}

impl ConfigError {
    /// `option` has a wrong value.
    pub fn of(option: &'static str, reason: impl Into<WrongValue>) -> Self {
        let reason = reason.into();
        Self::Option { option, reason }
    }
}

/// The name of the key's file; nothing where it looks like the key itself, which is easily put there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyFile(pub Option<String>);

impl fmt::Display for KeyFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hidden =
            "(not shown: its name looks like the key itself, which goes into MALOTE_TOKEN)";
        f.write_str(self.0.as_deref().unwrap_or(hidden))
    }
}
