//! What XML 1.0 and its namespaces ask for beyond what quick-xml checks. Pure.
//!
//! A text that these rules refuse is refused by any parser of a tax platform too, so it is not worth sending.

/// Elements may lie so deep; fiscal documents stay under 20.
pub(super) const DEEPEST: usize = 256;

/// What one look at all bytes tells, so that the pieces need not be looked at each.
#[derive(Debug, Clone, Copy)]
pub(super) struct Look {
    /// `]]>` stands somewhere, which may not stand in plain text.
    pub closes_cdata: bool,
}

/// Looks at all of `text`. `None`: it holds a character that XML 1.0 does not allow.
pub(super) fn look(text: &str) -> Option<Look> {
    // Without a branch for each byte, so that many are looked at together.
    let chunks = text.as_bytes().chunks(256).map(|chunk| {
        let least = chunk.iter().fold(u8::MAX, |least, byte| least.min(*byte));
        let has = |one: u8| {
            let found = chunk
                .iter()
                .fold(0, |found, byte| found | u8::from(*byte == one));
            found > 0
        };
        (least, has(0xef), has(b']'))
    });
    let (least, high, bracket) = chunks.fold((u8::MAX, false, false), |found, one| {
        (found.0.min(one.0), found.1 || one.1, found.2 || one.2)
    });
    let not_a_character = || text.contains(['\u{fffe}', '\u{ffff}']);
    if (least < b' ' && text.bytes().any(is_control)) || (high && not_a_character()) {
        return None;
    }
    Some(Look {
        closes_cdata: bracket && text.contains("]]>"),
    })
}

/// Whether `byte` is a control character that XML 1.0 does not allow.
const fn is_control(byte: u8) -> bool {
    byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r')
}

/// Whether `name` is one of ASCII letters and digits without a prefix, as nearly all are. Eight bytes at a time: this
/// is asked for each of the hundreds of elements in a document.
#[inline]
pub(super) fn is_plain_name(name: &[u8]) -> bool {
    let letter_first = name.first().is_some_and(u8::is_ascii_alphabetic);
    let plain = match name.len() {
        8.. => {
            let (first, last) = (name.first_chunk(), name.last_chunk());
            let word = |bytes: Option<&[u8; 8]>| {
                bytes.is_some_and(|word| are_plain(u64::from_le_bytes(*word)))
            };
            word(first)
                && word(last)
                && (name.len() <= 16 || name.iter().all(u8::is_ascii_alphanumeric))
        }
        4..8 => {
            let half = |bytes: Option<&[u8; 4]>| {
                bytes.map_or(0, |half| u64::from(u32::from_le_bytes(*half)))
            };
            are_plain(half(name.first_chunk()) | half(name.last_chunk()) << 32)
        }
        _ => name.iter().all(u8::is_ascii_alphanumeric),
    };
    letter_first && plain
}

/// Whether all eight bytes of `word` are ASCII letters or digits.
const fn are_plain(word: u64) -> bool {
    const EACH: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x80 * EACH;
    // The high bit of each byte says whether the byte is at least `least`; below 0x80 no sum runs over.
    const fn at_least(word: u64, least: u8) -> u64 {
        word.wrapping_add((0x80 - least as u64) * EACH)
    }
    const fn between(word: u64, least: u8, most: u8) -> u64 {
        at_least(word, least) & !at_least(word, most + 1)
    }
    let letters = between(word | (0x20 * EACH), b'a', b'z');
    let digits = between(word, b'0', b'9');
    word & HIGH == 0 && (letters | digits) & HIGH == HIGH
}

/// Prefix (empty: none) and local part of `name`, if it is a name.
pub(super) fn split_name(name: &[u8]) -> Option<(&[u8], &[u8])> {
    if is_plain_name(name) {
        return Some((&[], name));
    }
    let (prefix, local) = match memchr::memchr(b':', name) {
        Some(colon) => (&name[..colon], &name[colon + 1..]),
        None => (&name[..0], name),
    };
    let prefixed = prefix.len() < name.len() - local.len();
    ((!prefixed || is_name(prefix)) && is_name(local)).then_some((prefix, local))
}

/// Whether `name` is a name without colon (Namespaces in XML 1.0, `NCName`).
fn is_name(name: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(name) else {
        return false;
    };
    let mut letters = text.chars();
    letters.next().is_some_and(starts_name) && letters.all(goes_on_in_name)
}

/// XML 1.0, `NameStartChar` without the colon.
fn starts_name(letter: char) -> bool {
    matches!(letter,
        'A'..='Z' | '_' | 'a'..='z' | '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{f6}' | '\u{f8}'..='\u{2ff}'
        | '\u{370}'..='\u{37d}' | '\u{37f}'..='\u{1fff}' | '\u{200c}'..='\u{200d}' | '\u{2070}'..='\u{218f}'
        | '\u{2c00}'..='\u{2fef}' | '\u{3001}'..='\u{d7ff}' | '\u{f900}'..='\u{fdcf}' | '\u{fdf0}'..='\u{fffd}'
        | '\u{10000}'..='\u{effff}')
}

/// XML 1.0, `NameChar` without the colon.
fn goes_on_in_name(letter: char) -> bool {
    starts_name(letter)
        || matches!(letter, '-' | '.' | '0'..='9' | '\u{b7}' | '\u{300}'..='\u{36f}' | '\u{203f}'..='\u{2040}')
}

/// The character of a reference, without `&` and `;`: one of XML's five, or a number.
pub(super) fn resolve(name: &[u8]) -> Option<char> {
    match name {
        b"amp" => Some('&'),
        b"lt" => Some('<'),
        b"gt" => Some('>'),
        b"quot" => Some('"'),
        b"apos" => Some('\''),
        [b'#', b'x', hex @ ..] if hex.iter().all(u8::is_ascii_hexdigit) => character(hex, 16),
        [b'#', digits @ ..] if digits.iter().all(u8::is_ascii_digit) => character(digits, 10),
        _ => None,
    }
}

fn character(digits: &[u8], radix: u32) -> Option<char> {
    let code = u32::from_str_radix(std::str::from_utf8(digits).ok()?, radix).ok()?;
    let letter = char::from_u32(code)?;
    let allowed = matches!(letter, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..);
    allowed.then_some(letter)
}

/// Whether `declaration` (`xml version="1.0" …`, without `<?` and `?>`) is an XML declaration.
pub(super) fn is_declaration(declaration: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(declaration) else {
        return false;
    };
    let Some(rest) = text.strip_prefix("xml") else {
        return false;
    };
    let version = |value: &str| {
        let minor = value.strip_prefix("1.").unwrap_or_default();
        !minor.is_empty() && minor.bytes().all(|byte| byte.is_ascii_digit())
    };
    let encoding = |value: &str| {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
        value.starts_with(|letter: char| letter.is_ascii_alphabetic()) && value.bytes().all(plain)
    };
    let standalone = |value: &str| matches!(value, "yes" | "no");
    let Some(rest) = pseudo_attribute(rest, "version", version) else {
        return false;
    };
    let rest = pseudo_attribute(rest, "encoding", encoding).unwrap_or(rest);
    let rest = pseudo_attribute(rest, "standalone", standalone).unwrap_or(rest);
    rest.trim_ascii().is_empty()
}

/// What follows ` name="value"` at the beginning of `text`.
fn pseudo_attribute<'a>(
    text: &'a str,
    name: &str,
    is_value: impl Fn(&str) -> bool,
) -> Option<&'a str> {
    let after_blank = text.trim_ascii_start();
    let equals = after_blank.strip_prefix(name)?.trim_ascii_start();
    let quoted = equals.strip_prefix('=')?.trim_ascii_start();
    let quote = quoted
        .chars()
        .next()
        .filter(|sign| matches!(sign, '"' | '\''))?;
    let (value, rest) = quoted[1..].split_once(quote)?;
    (after_blank.len() < text.len() && is_value(value)).then_some(rest)
}

/// Whether `instruction` (without `<?` and `?>`) is a processing instruction; one named `xml` is none.
pub(super) fn is_instruction(instruction: &[u8]) -> bool {
    let end = instruction
        .iter()
        .position(u8::is_ascii_whitespace)
        .unwrap_or(instruction.len());
    let target = &instruction[..end];
    is_name(target) && !target.eq_ignore_ascii_case(b"xml")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_from_what_is_none() {
        for (name, parts) in [
            ("infNFe", Some(("", "infNFe"))),
            ("ds:Signature", Some(("ds", "Signature"))),
            ("_a-b.c1", Some(("", "_a-b.c1"))),
            ("ação", Some(("", "ação"))),
            ("", None),
            (":a", None),
            ("a:", None),
            ("a:b:c", None),
            ("1a", None),
            ("-a", None),
            ("a!", None),
            ("a\u{d7}", None),
            ("a\u{a0}b", None),
        ] {
            let found = split_name(name.as_bytes());
            let wanted = parts.map(|(prefix, local)| (prefix.as_bytes(), local.as_bytes()));
            assert_eq!(found, wanted, "{name}");
        }
    }

    #[test]
    fn references_are_digits_and_name_what_xml_allows() {
        for (name, letter) in [
            ("amp", Some('&')),
            ("#65", Some('A')),
            ("#x41", Some('A')),
            ("#127", Some('\u{7f}')),
            ("#x10FFFF", Some('\u{10ffff}')),
            ("#+65", None),
            ("#x+41", None),
            ("#", None),
            ("#x", None),
            ("#0", None),
            ("#x1F", None),
            ("#xFFFE", None),
            ("#xD800", None),
            ("#99999999999", None),
            ("nbsp", None),
        ] {
            assert_eq!(resolve(name.as_bytes()), letter, "{name}");
        }
    }

    #[test]
    fn declarations_and_instructions() {
        for (text, right) in [
            ("xml version=\"1.0\"", true),
            (
                "xml version='1.0' encoding='ISO-8859-1' standalone=\"no\" ",
                true,
            ),
            ("xml version = \"1.1\"", true),
            ("xml", false),
            ("xml encoding=\"UTF-8\" version=\"1.0\"", false),
            ("xml version=\"1.0\" foo=\"bar\"", false),
            ("xml version=1.0", false),
            ("xml version=\"1.0\"encoding=\"UTF-8\"", false),
            ("xml version=\"1.0\" standalone=\"maybe\"", false),
            ("xml version=\"1.0\" encoding=\"foo bar\"", false),
        ] {
            assert_eq!(is_declaration(text.as_bytes()), right, "{text}");
        }
        for (text, right) in [
            ("xml-stylesheet href=\"a\"", true),
            ("a", true),
            ("XML foo", false),
            (" foo", false),
            ("", false),
            ("1a b", false),
        ] {
            assert_eq!(is_instruction(text.as_bytes()), right, "{text}");
        }
    }

    #[test]
    fn a_plain_name_is_told_eight_bytes_at_a_time() {
        for length in 1..40 {
            let name = "aZ09".repeat(10)[..length].to_owned();
            assert!(is_plain_name(name.as_bytes()), "{name}");
            for at in 0..length {
                for byte in 0..=u8::MAX {
                    let mut other = name.clone().into_bytes();
                    other[at] = byte;
                    let plain = byte.is_ascii_alphabetic() || (at > 0 && byte.is_ascii_digit());
                    assert_eq!(is_plain_name(&other), plain, "{other:?}");
                }
            }
        }
        assert!(!is_plain_name(b""));
    }

    #[test]
    fn one_look_finds_what_no_xml_holds() {
        assert!(look("a\u{b}").is_none() && look("a\u{ffff}").is_none());
        assert!(!look("ﬁ ação \u{7f}\t\r\n]").unwrap().closes_cdata);
        assert!(look("a]]>").unwrap().closes_cdata);
    }
}
