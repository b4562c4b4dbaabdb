//! The body of a request.

use super::Envelope;

/// Documents at most in one request. The server's framework refuses above about 333 entries; this stays well below.
pub const MAX_BATCH: usize = 50;

/// Bytes of JSON at most in one request: nginx's default limit. A single document may be longer.
pub const MAX_BODY_BYTES: usize = 1_000_000;

/// Appends a document's text as an item of a request: `{"Xml":"…","Format":true}`.
pub fn item(text: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(b"{\"Xml\":");
    // Writing a string into a vector cannot fail.
    let _ = serde_json::to_writer(&mut *out, text);
    out.extend_from_slice(b",\"Format\":true}");
}

/// The body that holds `items`; a form is made already, and is the only one.
#[must_use]
pub fn body(envelope: Envelope, items: &[Vec<u8>]) -> Vec<u8> {
    let (before, after) = brackets(envelope);
    let mut body = Vec::with_capacity(body_bytes(envelope, items.iter().map(Vec::len)));
    body.extend_from_slice(before);
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            body.push(b',');
        }
        body.extend_from_slice(item);
    }
    body.extend_from_slice(after);
    body
}

/// The length that a body with items of these lengths has.
pub fn body_bytes(envelope: Envelope, items: impl Iterator<Item = usize>) -> usize {
    let (before, after) = brackets(envelope);
    let (count, bytes) = items.fold((0, 0), |(count, sum), bytes| (count + 1, sum + bytes));
    before.len() + after.len() + bytes + usize::max(count, 1) - 1
}

const fn brackets(envelope: Envelope) -> (&'static [u8], &'static [u8]) {
    match envelope {
        Envelope::Array => (b"[", b"]"),
        Envelope::Data => (b"{\"data\":[", b"]}"),
        Envelope::Form(_) => (b"", b""),
    }
}

/// `text` without its XML declaration and the blanks behind it. The declaration lies outside the signature.
#[must_use]
pub fn drop_declaration(text: &str) -> &str {
    let rest = text
        .strip_prefix("<?xml")
        .filter(|rest| rest.starts_with(|letter: char| letter.is_ascii_whitespace()))
        .and_then(|rest| rest.split_once("?>"));
    rest.map_or(text, |(_, rest)| rest.trim_ascii_start())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_are_json_of_the_expected_length() {
        let mut items = Vec::new();
        for text in ["<a b=\"c\">ação\n</a>", "<b/>"] {
            let mut one = Vec::new();
            item(text, &mut one);
            items.push(one);
        }
        for (envelope, pointer) in [(Envelope::Array, ""), (Envelope::Data, "/data")] {
            for count in 0..=2 {
                let body = body(envelope, &items[..count]);
                assert_eq!(
                    body.len(),
                    body_bytes(envelope, items[..count].iter().map(Vec::len))
                );
                let read: serde_json::Value = serde_json::from_slice(&body).unwrap();
                let list = read.pointer(pointer).unwrap().as_array().unwrap();
                assert_eq!(list.len(), count);
                if count > 0 {
                    assert_eq!(list[0]["Xml"], "<a b=\"c\">ação\n</a>");
                    assert_eq!(list[0]["Format"], true);
                }
            }
        }
    }

    #[test]
    fn only_a_declaration_is_dropped() {
        for (text, rest) in [
            ("<?xml version=\"1.0\"?>\r\n<a/>", "<a/>"),
            ("<a/>", "<a/>"),
            (
                "<?xml-stylesheet href=\"a\"?><a/>",
                "<?xml-stylesheet href=\"a\"?><a/>",
            ),
            ("<?xml version", "<?xml version"),
        ] {
            assert_eq!(drop_declaration(text), rest);
        }
    }
}
