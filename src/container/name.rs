//! The names of what lies within a container, as the manifest's column `path` has them.

use std::borrow::Cow;

use crate::path_text;

/// What stands between a container's path and the name within it.
pub const INSIDE: &str = "!/";

/// The upper half of code page 850, in which the programs of old wrote Portuguese names. Where 437 has letters of
/// Portuguese, this has the same.
const CODE_PAGE_850: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤\
                             ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{ad}±‗¾¶§÷¸°¨·¹³²■\u{a0}";

/// The text of a name in a zip: UTF-8 where it is that, else of code page 850. Separators are `/`; what the column
/// `path` escapes is escaped.
#[must_use]
pub fn member_text(name: &[u8]) -> String {
    let text = match std::str::from_utf8(name) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(name.iter().map(|byte| letter(*byte)).collect()),
    };
    path_text::encode_text(&text.replace('\\', "/"))
}

fn letter(byte: u8) -> char {
    let upper = byte.checked_sub(0x80);
    let letter = upper.and_then(|at| CODE_PAGE_850.chars().nth(usize::from(at)));
    letter.unwrap_or(char::from(byte))
}

/// The name of a document within an XML: its number, from 1, and its element.
#[must_use]
pub fn part_text(number: usize, element: &str) -> String {
    format!("{number}-{element}.xml")
}

/// The number in the name of a document within an XML.
pub(super) fn part_number(name: &str) -> Option<usize> {
    name.split_once('-')?.0.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_any_age_are_read() {
        assert_eq!(CODE_PAGE_850.chars().count(), 128);
        for (name, text) in [
            (&b"jan/nota.xml"[..], "jan/nota.xml"),
            ("março/ação.xml".as_bytes(), "março/ação.xml"),
            (b"mar\x87o/a\x87\xc6o.xml", "março/ação.xml"),
            (b"JO\xc7O 100%.xml", "JOÃO 100%25.xml"),
            (b"jan\\nota\n.xml", "jan/nota%0A.xml"),
        ] {
            assert_eq!(member_text(name), text);
        }
        assert_eq!(part_text(2, "nfeProc"), "2-nfeProc.xml");
        for (name, number) in [
            ("2-nfeProc.xml", Some(2)),
            ("a-b.xml", None),
            ("2.xml", None),
        ] {
            assert_eq!(part_number(name), number);
        }
    }
}
