//! The request of an NFS-e: `multipart/form-data` with the file and the client's side of it.
//!
//! Made here and not by reqwest's forms, which end their parts by a line made up anew each time: one document always
//! gives the same bytes, so that a retry sends what the first attempt sent, and a request is known by its bytes alone.

use std::fmt;

use reqwest::header::HeaderValue;

use super::Body;
use crate::digest::ContentHash;

/// On which side of an NFS-e the office's client is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Side {
    /// The client took the service.
    Received,
    /// The client provided it.
    Issued,
    /// One client provided it to another.
    Both,
}

impl Side {
    /// The word in the manifest's column `side`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Issued => "issued",
            Self::Both => "both",
        }
    }

    /// The side of that word, if there is one.
    #[must_use]
    pub fn from_text(text: &str) -> Option<Self> {
        [Self::Received, Self::Issued, Self::Both]
            .into_iter()
            .find(|side| side.as_str().eq_ignore_ascii_case(text))
    }

    /// The number that the service knows it by.
    const fn code(self) -> char {
        match self {
            Self::Received => '0',
            Self::Issued => '1',
            Self::Both => '2',
        }
    }
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// What the boundary begins with; the beginning of the file's hash follows.
const START: &str = "malote-";
const HASH_CHARS: usize = 32;

/// The name of the field that holds the file. The vendor's collection only says that there is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileField(String);

impl FileField {
    /// A field of that name, if it is one that can stand in a form as it is.
    #[must_use]
    pub fn new(name: &str) -> Option<Self> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-[]".contains(&byte);
        let fits = (1..=64).contains(&name.len()) && name.bytes().all(plain);
        fits.then(|| Self(name.to_owned()))
    }
}

impl Default for FileField {
    fn default() -> Self {
        Self("File".to_owned())
    }
}

/// The body that carries `file` in the field `field`.
#[must_use]
pub fn form(side: Side, field: &FileField, file: &[u8]) -> Vec<u8> {
    // No file holds its own hash.
    let hash = ContentHash::of(file).to_string();
    let boundary = format!("--{START}{}", &hash[..HASH_CHARS]);
    let side = side.code();
    let FileField(field) = field;
    let before = format!(
        "{boundary}\r\nContent-Disposition: form-data; name=\"Type\"\r\n\r\n{side}\r\n{boundary}\r\n\
         Content-Disposition: form-data; name=\"{field}\"; filename=\"nfse.xml\"\r\nContent-Type: text/xml\r\n\r\n"
    );
    let after = format!("\r\n{boundary}--\r\n");
    [before.as_bytes(), file, after.as_bytes()].concat()
}

/// The `Content-Type` of a body: a form begins with its own boundary, and all others are JSON.
pub(super) fn content_type(body: &Body) -> HeaderValue {
    let start = body.pieces().next().unwrap_or_default();
    let boundary = start
        .strip_prefix(b"--")
        .and_then(|rest| rest.get(..START.len() + HASH_CHARS))
        .and_then(|boundary| std::str::from_utf8(boundary).ok());
    boundary
        .map(|boundary| format!("multipart/form-data; boundary={boundary}"))
        .and_then(|text| HeaderValue::from_str(&text).ok())
        .unwrap_or_else(|| HeaderValue::from_static("application/json"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_document_always_gives_the_same_form() {
        for (side, number) in [
            (Side::Received, "0"),
            (Side::Issued, "1"),
            (Side::Both, "2"),
        ] {
            let file = "<CompNfse>serviço\r\n--malote-</CompNfse>".as_bytes();
            let field = FileField::new("arquivo").unwrap();
            let body = form(side, &field, file);
            assert_eq!(body, form(side, &field, file));
            assert_eq!(Side::from_text(side.as_str()), Some(side));
            let kind = content_type(&body.clone().into());
            let boundary = kind.to_str().unwrap().split_once("boundary=").unwrap().1;
            let body = String::from_utf8(body).unwrap();
            let parts: Vec<_> = body.split(&format!("--{boundary}")).collect();
            assert_eq!((parts[0], parts.len(), parts[3]), ("", 4, "--\r\n"));
            assert!(
                parts[1].contains("name=\"Type\"")
                    && parts[1].ends_with(&format!("\r\n\r\n{number}\r\n"))
            );
            assert!(parts[2].ends_with("\r\n\r\n<CompNfse>serviço\r\n--malote-</CompNfse>\r\n"));
        }
    }

    #[test]
    fn a_field_has_a_plain_name() {
        for (name, fits) in [
            ("File", true),
            ("files[]", true),
            ("", false),
            ("a\"b", false),
            ("a b", false),
            ("a\r\nb", false),
            ("arquivó", false),
        ] {
            assert_eq!(FileField::new(name).is_some(), fits, "{name:?}");
        }
        let body = form(Side::Both, &FileField::default(), b"<a/>");
        let named = memchr::memmem::find(&body, b"; name=\"File\"; filename=");
        assert!(named.is_some());
    }

    #[test]
    fn what_is_no_form_is_json() {
        for body in [&b"[]"[..], b"", b"--", b"--malote-"] {
            assert_eq!(content_type(&body.to_vec().into()), "application/json");
        }
    }
}
