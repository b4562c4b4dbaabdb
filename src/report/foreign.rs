//! Texts that come from files, as a page may show them. Their markup is escaped by the template; here is what escaping
//! leaves: what a spreadsheet would take for a formula, and signs that do something instead of being seen.

use std::borrow::Cow;

use crate::shown::acts;

/// `text` as something that is only read: a first sign that would begin a formula in a spreadsheet gets an
/// apostrophe (tables of the page are copied there), controls and marks that turn the direction of writing are shown
/// by their number, and behind `most` letters there is an ellipsis.
#[must_use]
pub fn foreign(text: &str, most: usize) -> Cow<'_, str> {
    let formula = text.starts_with(['=', '+', '-', '@']);
    if !formula && text.len() <= most && !text.chars().any(acts) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len().min(most * 4) + 8);
    if formula {
        out.push('\'');
    }
    for (index, letter) in text.chars().enumerate() {
        if index == most {
            out.push('…');
            break;
        }
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
    fn what_would_act_is_only_read() {
        for (text, shown) in [
            ("importado", "importado"),
            ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
            ("-1", "'-1"),
            ("a\u{202e}b\nc", "a\\u{202e}b\\u{a}c"),
            ("<script>", "<script>"),
            ("ção ção ção ção ção", "ção ção ção …"),
        ] {
            assert_eq!(
                foreign(text, 12 + 8 * usize::from(!text.contains('ç'))),
                shown
            );
        }
    }
}
