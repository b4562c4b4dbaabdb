//! Which language is spoken: as `--lang` says, else as `MALOTE_LANG` says, else as the system's locale says, else
//! English. Pure.

use std::ffi::OsString;

use super::Lang;

/// The language that was chosen, if one was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choice(Option<Lang>);

/// The value of `MALOTE_LANG` is no language of malote's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("MALOTE_LANG: {0:?} is neither pt-BR nor en")]
pub struct UnknownLanguage(pub String);

impl Choice {
    /// `lang` and no other.
    #[must_use]
    pub const fn of(lang: Lang) -> Self {
        Self(Some(lang))
    }

    /// What the locale of the system says: neither language, where it is another's.
    #[must_use]
    pub fn by_locale(locale: Option<&str>) -> Self {
        Self(locale.and_then(Lang::named))
    }

    /// In which language a person is spoken to.
    #[must_use]
    pub fn speech(self) -> Lang {
        self.0.unwrap_or(Lang::English)
    }

    /// In which language a page is that is handed on to a Brazilian client, whoever made it.
    #[must_use]
    pub fn page(self) -> Lang {
        self.0.unwrap_or(Lang::Portuguese)
    }
}

/// The choice for the command line `args`, where the environment holds `variable` as `MALOTE_LANG`.
///
/// # Errors
/// The variable names no language, and no option takes its place.
pub fn choose(
    args: &[OsString],
    variable: Option<OsString>,
    locale: Option<&str>,
) -> Result<Choice, UnknownLanguage> {
    if let Some(lang) = option(args) {
        return Ok(Choice::of(lang));
    }
    let Some(variable) = variable.filter(|value| !value.is_empty()) else {
        return Ok(Choice::by_locale(locale));
    };
    let text = variable.to_string_lossy();
    match Lang::named(&text) {
        Some(lang) => Ok(Choice::of(lang)),
        None => Err(UnknownLanguage(text.into_owned())),
    }
}

/// What `--lang` says, read before the command line as a whole: what is wrong with that is told in this language. A
/// value that is none is found later, by clap.
fn option(args: &[OsString]) -> Option<Lang> {
    let words: Vec<_> = args.iter().map(|word| word.to_string_lossy()).collect();
    let words = words.split(|word| word == "--").next()?;
    let mut found = None;
    for (index, word) in words.iter().enumerate() {
        let value = match word.strip_prefix("--lang") {
            Some("") => words.get(index + 1).map(AsRef::as_ref),
            Some(rest) => rest.strip_prefix('='),
            None => None,
        };
        found = value.and_then(Lang::named).or(found);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_option_comes_before_the_variable_and_that_before_the_locale() {
        let (pt, en) = (Lang::Portuguese, Lang::English);
        for (line, variable, locale, speech, page) in [
            ("malote", "", "", en, pt),
            ("malote", "", "C", en, pt),
            ("malote", "", "C.UTF-8", en, pt),
            ("malote", "", "POSIX", en, pt),
            ("malote", "", "de-DE", en, pt),
            ("malote", "", "pt-BR", pt, pt),
            ("malote", "", "pt_PT.UTF-8", pt, pt),
            ("malote", "", "en-US", en, en),
            ("malote", "en", "pt-BR", en, en),
            ("malote", "PT-br", "en-US", pt, pt),
            ("malote --lang en run m.csv", "pt-BR", "pt-BR", en, en),
            ("malote run m.csv --lang=pt-BR", "en", "en-US", pt, pt),
            ("malote run --lang PT-BR m.csv", "fr", "", pt, pt),
            ("malote run -- --lang pt-BR", "", "", en, pt),
            ("malote run --lang fr", "", "", en, pt),
            ("malote run --lang", "", "", en, pt),
            ("malote run --language=pt-BR", "", "", en, pt),
        ] {
            let args: Vec<_> = line.split(' ').map(OsString::from).collect();
            let choice = choose(&args, Some(variable.into()), Some(locale)).unwrap();
            let found = (choice.speech(), choice.page());
            assert_eq!(found, (speech, page), "{line} {variable:?} {locale:?}");
        }
    }

    #[test]
    fn a_variable_that_names_no_language_is_wrong() {
        let args = ["malote".into(), "plan".into()];
        let error = choose(&args, Some("fr".into()), Some("pt-BR")).unwrap_err();
        assert_eq!(
            error.to_string(),
            "MALOTE_LANG: \"fr\" is neither pt-BR nor en"
        );
    }
}
