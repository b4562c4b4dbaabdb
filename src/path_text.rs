//! Paths as text in the manifest: undecodable bytes, controls and `%` stand as `%XX`, everything else as it is.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// The text of `path`, which [`decode`] turns back into the same path.
#[must_use]
pub fn encode(path: &Path) -> String {
    let mut text = String::with_capacity(path.as_os_str().len());
    for chunk in path.as_os_str().as_encoded_bytes().utf8_chunks() {
        push_text(&mut text, chunk.valid());
        push_escaped(&mut text, chunk.invalid());
    }
    text
}

/// The text of a name that is no path of the system, such as one in an archive, by the same rules.
#[must_use]
pub fn encode_text(name: &str) -> String {
    let mut text = String::with_capacity(name.len());
    push_text(&mut text, name);
    text
}

fn push_text(text: &mut String, valid: &str) {
    // Nearly all names are such; no early end, so that many are looked at in one instruction.
    let is_plain = |byte: u8| (b' '..=b'~').contains(&byte) && byte != b'%';
    if valid
        .bytes()
        .fold(true, |plain, byte| plain & is_plain(byte))
    {
        text.push_str(valid);
        return;
    }
    for letter in valid.chars() {
        if letter == '%' || letter.is_control() {
            let mut buffer = [0; 4];
            push_escaped(text, letter.encode_utf8(&mut buffer).as_bytes());
        } else {
            text.push(letter);
        }
    }
}

fn push_escaped(text: &mut String, bytes: &[u8]) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    for byte in bytes {
        text.push('%');
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 0xf)]));
    }
}

/// The path that `text` stands for. A `%` without two hexadecimal digits behind it stands for itself.
#[must_use]
pub fn decode(text: &str) -> PathBuf {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        if let Some(byte) = escaped_byte(&bytes[at..]) {
            decoded.push(byte);
            at += 3;
        } else {
            decoded.push(bytes[at]);
            at += 1;
        }
    }
    PathBuf::from(os_string(decoded))
}

fn escaped_byte(bytes: &[u8]) -> Option<u8> {
    let [b'%', high, low, ..] = bytes else {
        return None;
    };
    let high = char::from(*high).to_digit(16)?;
    let low = char::from(*low).to_digit(16)?;
    u8::try_from(high * 16 + low).ok()
}

#[cfg(unix)]
fn os_string(bytes: Vec<u8>) -> OsString {
    std::os::unix::ffi::OsStringExt::from_vec(bytes)
}

/// Windows names are UTF-16; a lone surrogate has an encoding of three bytes (WTF-8) that only this turns back.
#[cfg(windows)]
fn os_string(bytes: Vec<u8>) -> OsString {
    use std::os::windows::ffi::OsStringExt;
    match String::from_utf8(bytes) {
        Ok(text) => OsString::from(text),
        Err(error) => OsString::from_wide(&wide(error.as_bytes())),
    }
}

/// UTF-16 of WTF-8: as UTF-8, with surrogates of three bytes allowed.
#[cfg(windows)]
fn wide(bytes: &[u8]) -> Vec<u16> {
    let mut units = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some(first) = rest.first() {
        if let [0xed, second @ 0xa0..=0xbf, third @ 0x80..=0xbf, tail @ ..] = rest {
            units.push(0xd000 | u16::from(second & 0x3f) << 6 | u16::from(third & 0x3f));
            rest = tail;
            continue;
        }
        let length = match first {
            0..=0x7f => 1,
            0xc0..=0xdf => 2,
            0xe0..=0xef => 3,
            _ => 4,
        }
        .min(rest.len());
        let (letter, tail) = rest.split_at(length);
        units.extend(String::from_utf8_lossy(letter).encode_utf16());
        rest = tail;
    }
    units
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percent_and_controls_are_escaped_and_come_back() {
        for (path, text) in [
            ("/a/nota.xml", "/a/nota.xml"),
            ("/a/100%.xml", "/a/100%25.xml"),
            ("/a/ação e vão.xml", "/a/ação e vão.xml"),
            ("/a/line\nbreak\t.xml", "/a/line%0Abreak%09.xml"),
            ("/a/\u{85}.xml", "/a/%C2%85.xml"),
        ] {
            assert_eq!(encode(Path::new(path)), text);
            assert_eq!(decode(text), Path::new(path));
        }
    }

    #[test]
    fn a_lone_percent_stands_for_itself() {
        assert_eq!(decode("/a/5%"), Path::new("/a/5%"));
        assert_eq!(decode("/a/%zz%4"), Path::new("/a/%zz%4"));
    }

    #[cfg(unix)]
    #[test]
    fn undecodable_bytes_come_back() {
        use std::os::unix::ffi::OsStrExt;
        let path = Path::new(std::ffi::OsStr::from_bytes(b"/a/caf\xe9.xml"));
        assert_eq!(encode(path), "/a/caf%E9.xml");
        assert_eq!(decode("/a/caf%E9.xml"), path);
    }
}
