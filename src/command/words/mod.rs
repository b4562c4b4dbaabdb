//! Errors in the words of the catalogue. The modules that find an error stay free of language; here, where it is shown,
//! it gets its message. In English that is the error's own text, which the tests hold it to.

mod config;
mod files;
mod journal;
mod manifest;
mod plan;
mod zen;

use std::path::Path;

use crate::lang::{Message, UnknownLanguage, message};

/// What can be said in words of the catalogue.
pub(super) trait InWords {
    /// Its words.
    fn in_words(&self) -> Message;
}

impl InWords for UnknownLanguage {
    fn in_words(&self) -> Message {
        message!("config-lang", value = quoted(&self.0))
    }
}

/// What is wrong, behind the file that it is wrong with.
pub(super) fn of_file(path: &Path, error: Message) -> Message {
    message!("of-file", path = path.display(), error = error)
}

/// `text` in quotes, with what a console would obey shown as it is written.
fn quoted(text: &str) -> String {
    format!("{text:?}")
}

/// Holds the words of `error` in English against the error's own.
#[cfg(test)]
fn assert_same<E: InWords + std::fmt::Display>(error: &E) {
    use crate::lang::{Lang, Tell};
    let words = error.in_words();
    assert_eq!(words.tell(Lang::English), error.to_string());
    assert_ne!(words.tell(Lang::Portuguese), words.tell(Lang::English));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_that_is_none_is_named() {
        assert_same(&UnknownLanguage("fr".to_owned()));
    }
}
