//! What a request holds: its items, and what stands around them.

use super::Envelope;

/// Documents at most in one request. The server's framework refuses above about 333 entries; this stays well below.
pub const MAX_BATCH: usize = 50;

/// Bytes of JSON at most in one request: nginx's default limit. A single document may be longer.
pub const MAX_BODY_BYTES: usize = 1_000_000;

/// Appends a document's text as an item of a request: `{"Xml":"…","Format":true}`, with what the request begins with
/// before it, so that the first item can become the body without being moved.
pub fn item(envelope: Envelope, text: &str, out: &mut Vec<u8>) {
    let (before, _) = brackets(envelope);
    out.extend_from_slice(before);
    out.extend_from_slice(b"{\"Xml\":\"");
    escape(text, out);
    out.extend_from_slice(b"\",\"Format\":true}");
}

/// Appends `text` as it stands within the quotes of a JSON string. A document has few signs that are escaped: what lies
/// between them is copied at once, where [`serde_json`] looks at each byte by itself, which would be a tenth of the time
/// that a document takes.
fn escape(text: &str, out: &mut Vec<u8>) {
    let mut rest = text;
    loop {
        let plain = plain_start(rest.as_bytes());
        let (before, behind) = rest.split_at(plain);
        out.extend_from_slice(before.as_bytes());
        // Only signs of ASCII are escaped.
        let Some((sign, behind)) = behind.split_at_checked(1) else {
            return;
        };
        // No more than `"\u001f"`, so that it fits.
        let mut quoted = [0; 8];
        let mut left = quoted.as_mut_slice();
        let _ = serde_json::to_writer(&mut left, sign);
        let end = 8 - left.len();
        out.extend_from_slice(quoted.get(1..end.saturating_sub(1)).unwrap_or_default());
        rest = behind;
    }
}

/// How many bytes `text` begins with that JSON has as they are.
fn plain_start(text: &[u8]) -> usize {
    let escaped = |byte: u8| byte < 0x20 || byte == b'"' || byte == b'\\';
    let (blocks, _) = text.as_chunks::<32>();
    // Without a way out within a block, which lets it be looked at as a whole.
    let plain = |block: &&[u8; 32]| !block.iter().fold(false, |any, byte| any | escaped(*byte));
    let whole = blocks.iter().take_while(plain).count() * 32;
    let rest = text[whole..].iter().take_while(|byte| !escaped(**byte));
    whole + rest.count()
}

/// The length that a body with items of these lengths has.
pub fn body_bytes(envelope: Envelope, items: impl Iterator<Item = usize>) -> usize {
    let (before, after) = brackets(envelope);
    let own = |bytes: usize| bytes.saturating_sub(before.len());
    let (count, bytes) = items.fold((0, 0), |(count, sum), bytes| (count + 1, sum + own(bytes)));
    before.len() + after.len() + bytes + usize::max(count, 1) - 1
}

/// What stands before the items of a request, and behind them.
pub(super) const fn brackets(envelope: Envelope) -> (&'static [u8], &'static [u8]) {
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
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// As [`serde_json`] has it, to the byte, whatever the text.
        #[test]
        fn a_text_is_escaped_as_json_asks_for(
            start in "[a-zé]{0,70}",
            rest in "([a-z<>/]{1,40}|[\\x00-\\x7f]|\\PC|\"|\\\\|\\r\\n){0,20}",
        ) {
            let text = start + &rest;
            let mut escaped = vec![b'"'];
            escape(&text, &mut escaped);
            escaped.push(b'"');
            prop_assert_eq!(escaped, serde_json::to_vec(&text).unwrap());
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
