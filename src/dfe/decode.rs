//! From a file's bytes to the text that is sent.
//!
//! If the bytes are valid UTF-8, they are UTF-8, whatever the declaration says. Nothing of the text is altered, for
//! it is signed; what lies outside the root and is no text (a byte-order mark, NULs, 0x1A, blanks) stays behind.

use std::borrow::Cow;
use std::fmt;

use encoding_rs::{UTF_16BE, UTF_16LE, WINDOWS_1252};

/// How a text was stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// UTF-8.
    Utf8,
    /// UTF-8 with a byte-order mark.
    Utf8Bom,
    /// UTF-16, either order.
    Utf16,
    /// ISO-8859-1 or Windows-1252, which contains it.
    Latin,
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Utf8 => "utf-8",
            Self::Utf8Bom => "utf-8-bom",
            Self::Utf16 => "utf-16",
            Self::Latin => "windows-1252",
        })
    }
}

/// A file's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded<'a> {
    /// The text that is sent.
    pub text: Cow<'a, str>,
    /// How it was stored.
    pub encoding: Encoding,
    /// NULs, 0x1A or blanks before or behind the document stayed behind.
    pub trimmed: bool,
}

/// Why bytes are no text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotText {
    /// There are none, or blanks only.
    #[error("empty")]
    Empty,
    /// They are all NUL: what a power cut leaves.
    #[error("nul-filled")]
    NulFilled,
    /// UTF-16 that is none.
    #[error("ill-formed")]
    IllFormed,
}

/// The text of `bytes`; borrowed where they are UTF-8.
///
/// # Errors
/// [`NotText`] where there is none.
pub fn decode(bytes: &[u8]) -> Result<Decoded<'_>, NotText> {
    let (text, encoding) = to_text(bytes)?;
    let from = text.len() - text.trim_start_matches(is_outside).len();
    let to = text.trim_end_matches(is_outside).len();
    if from >= to {
        let nul = bytes.contains(&0) && !matches!(encoding, Encoding::Utf16);
        return Err(if nul {
            NotText::NulFilled
        } else {
            NotText::Empty
        });
    }
    // A line end behind the root is what any editor leaves; it goes too, but is no news.
    let trimmed = from > 0 || !matches!(&text[to..], "" | "\n" | "\r\n");
    let text = match text {
        Cow::Borrowed(text) => Cow::Borrowed(&text[from..to]),
        Cow::Owned(mut text) => {
            text.truncate(to);
            text.drain(..from);
            Cow::Owned(text)
        }
    };
    Ok(Decoded {
        text,
        encoding,
        trimmed,
    })
}

const fn is_outside(letter: char) -> bool {
    matches!(
        letter,
        ' ' | '\t' | '\r' | '\n' | '\0' | '\x1a' | '\u{feff}'
    )
}

fn to_text(bytes: &[u8]) -> Result<(Cow<'_, str>, Encoding), NotText> {
    if let Some(rest) = bytes.strip_prefix(b"\xef\xbb\xbf") {
        let (text, encoding) = utf8_or_latin(rest);
        let bom = encoding == Encoding::Utf8;
        return Ok((text, if bom { Encoding::Utf8Bom } else { encoding }));
    }
    let wide = match bytes {
        [0xff, 0xfe, ..] | [b'<' | b' ' | b'\t' | b'\r' | b'\n', 0, ..] => Some(UTF_16LE),
        [0xfe, 0xff, ..] | [0, b'<' | b' ' | b'\t' | b'\r' | b'\n', ..] => Some(UTF_16BE),
        _ => None,
    };
    let Some(wide) = wide else {
        return Ok(utf8_or_latin(bytes));
    };
    // Half a letter at the end is none, but a single NUL or 0x1A there is what a program or a power cut left.
    let bytes = match bytes {
        [whole @ .., 0 | 0x1a | b'\n'] if bytes.len() % 2 == 1 => whole,
        all => all,
    };
    let (text, _, wrong) = wide.decode(bytes);
    if wrong {
        return Err(NotText::IllFormed);
    }
    Ok((text, Encoding::Utf16))
}

/// Bytes that are no UTF-8 are Windows-1252, declared or not: it contains ISO-8859-1, and the predecessor of this
/// tool read them so.
fn utf8_or_latin(bytes: &[u8]) -> (Cow<'_, str>, Encoding) {
    match simdutf8::basic::from_utf8(bytes) {
        Ok(text) => (Cow::Borrowed(text), Encoding::Utf8),
        Err(_) => (
            WINDOWS_1252.decode_without_bom_handling(bytes).0,
            Encoding::Latin,
        ),
    }
}

/// The bytes of a document without the NULs and their like around it, as [`decode`] leaves them out. UTF-16, of
/// which a NUL is half a letter, stays as it is.
#[must_use]
pub fn trimmed<'a>(bytes: &'a [u8], decoded: &Decoded) -> &'a [u8] {
    if !decoded.trimmed || decoded.encoding == Encoding::Utf16 {
        return bytes;
    }
    let outside = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | 0 | 0x1a);
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let from = bytes.iter().position(|byte| !outside(byte)).unwrap_or(0);
    let to = bytes.iter().rposition(|byte| !outside(byte));
    &bytes[from..to.map_or(from, |last| last + 1)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_encoding_gives_the_same_text() {
        let utf16 = |big: bool| -> Vec<u8> {
            let units = "\u{feff}<a>ação</a>".encode_utf16();
            units
                .flat_map(|unit| {
                    if big {
                        unit.to_be_bytes()
                    } else {
                        unit.to_le_bytes()
                    }
                })
                .collect()
        };
        for (bytes, encoding) in [
            ("<a>ação</a>".as_bytes().to_vec(), Encoding::Utf8),
            ("\u{feff}<a>ação</a>".as_bytes().to_vec(), Encoding::Utf8Bom),
            (b"<a>a\xe7\xe3o</a>".to_vec(), Encoding::Latin),
            (utf16(false), Encoding::Utf16),
            (utf16(true), Encoding::Utf16),
            (utf16(false)[2..].to_vec(), Encoding::Utf16),
        ] {
            let decoded = decode(&bytes).unwrap();
            assert_eq!(
                (decoded.text.as_ref(), decoded.encoding),
                ("<a>ação</a>", encoding)
            );
            assert!(!decoded.trimmed);
        }
    }

    #[test]
    fn a_declaration_does_not_overrule_the_bytes() {
        let text = "<?xml version=\"1.0\" encoding=\"Windows-1252\"?><a>ação</a>";
        assert_eq!(decode(text.as_bytes()).unwrap().text, text);
        let bytes = b"<?xml version=\"1.0\" encoding=\"UTF-8\"?><a>a\xe7\xe3o</a>";
        assert!(decode(bytes).unwrap().text.ends_with("<a>ação</a>"));
    }

    #[test]
    fn what_lies_outside_stays_behind() {
        for (bytes, trimmed) in [
            (&b"<a/>"[..], false),
            (b"<a/>\r\n", false),
            (b"\n<a/>", true),
            (b"<a/>\0\0\0", true),
            (b"<a/>\r\n\x1a", true),
            (b"<a/>\n\n", true),
            (b"\xff\xfe<\0a\0/\0>\0\0", false),
            (b"\n\0<\0a\0/\0>\0\x1a", true),
        ] {
            let decoded = decode(bytes).unwrap();
            assert_eq!(
                (decoded.text.as_ref(), decoded.trimmed),
                ("<a/>", trimmed),
                "{bytes:?}"
            );
        }
    }

    #[test]
    fn what_is_no_text() {
        for (bytes, error) in [
            (&b""[..], NotText::Empty),
            (b" \r\n", NotText::Empty),
            (b"\0\0\0\0", NotText::NulFilled),
            (b"\0\0\0\n", NotText::NulFilled),
            (b"\xef\xbb\xbf\0\0\x1a", NotText::NulFilled),
            (b"\xff\xfe<\0a\0\x00\xd8", NotText::IllFormed),
        ] {
            assert_eq!(decode(bytes), Err(error), "{bytes:?}");
        }
    }
}
