//! Texts from elsewhere, as a terminal or a page may show them: signs that do something instead of being seen are shown
//! by their number.

use std::borrow::Cow;

/// Whether `letter` does something where it is shown: controls, line separators, marks that turn the direction of
/// writing.
#[must_use]
pub fn acts(letter: char) -> bool {
    letter.is_control()
        || matches!(
            letter,
            '\u{2028}' | '\u{2029}' | '\u{200e}' | '\u{200f}' | '\u{61c}'
        )
        || ('\u{202a}'..='\u{202e}').contains(&letter)
        || ('\u{2066}'..='\u{2069}').contains(&letter)
}

/// `text` for a terminal: it may have several lines, and nothing in it acts.
#[must_use]
pub fn on_screen(text: &str) -> Cow<'_, str> {
    let acts = |letter| letter != '\n' && acts(letter);
    if !text.chars().any(acts) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for letter in text.chars() {
        if acts(letter) {
            out.extend(letter.escape_unicode());
        } else {
            out.push(letter);
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_acts_is_shown_by_its_number_and_lines_stay() {
        for (text, shown) in [
            ("João & Filhos\nfim", "João & Filhos\nfim"),
            ("\u{1b}[31mred", "\\u{1b}[31mred"),
            ("a\r\u{7}\u{9b}b", "a\\u{d}\\u{7}\\u{9b}b"),
            ("\u{202e}lmx.exe", "\\u{202e}lmx.exe"),
        ] {
            assert_eq!(on_screen(text), shown);
        }
    }
}
