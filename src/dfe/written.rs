//! Documents that are written as text within an XML: services of cities and of states answer them in a CDATA section, or
//! with `&lt;` for each `<`. Pure.

use std::borrow::Cow;

use super::DocumentKind;
use super::inspect::inspect;
use super::parts::{Part, names_a_document};
use super::tags::Tags;
use super::wellformed::resolve;

/// Letters of the name of an element that a path names.
const LONGEST_NAME: usize = 64;

/// The document that `raw`, which stands between two tags, says when its references and sections are read.
///
/// Requests to services are none, nor is anything that is no fiscal document, such as a page.
pub(super) fn written(raw: &str) -> Option<Part<'_>> {
    let text = read(raw)?;
    let element = Tags::of(&text).next()?.element().chars();
    let element: String = element
        .filter(|letter| is_plain(*letter))
        .take(LONGEST_NAME)
        .collect();
    let found = inspect(text.as_bytes());
    let is_document = match found.kind {
        DocumentKind::Technical | DocumentKind::Other => found.holds,
        // It is told of, so that it is known that it is lost.
        DocumentKind::Unreadable => names_a_document(&element),
        _ => true,
    };
    is_document.then_some(Part {
        element: Cow::Owned(element),
        text: Cow::Owned(text),
        packed: false,
    })
}

/// Whether a path may have `letter` as it is.
fn is_plain(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || "._-".contains(letter)
}

/// What `raw` says without the blanks around it, if that begins with `<`. It is never longer than `raw`.
fn read(raw: &str) -> Option<String> {
    let mut rest = raw;
    let mut text = String::new();
    // Nothing but blanks has been read.
    let mut blank = true;
    while let Some(at) = memchr::memchr2(b'<', b'&', rest.as_bytes()) {
        let from = text.len();
        text.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(reference) = rest.strip_prefix('&') {
            let (name, behind) = reference.split_once(';')?;
            text.push(resolve(name.as_bytes())?);
            rest = behind;
        } else if let Some(section) = rest.strip_prefix("<![CDATA[") {
            let (inner, behind) = section.split_once("]]>")?;
            text.push_str(inner);
            rest = behind;
        } else {
            let end = if rest.starts_with("<!--") {
                "-->"
            } else {
                "?>"
            };
            rest = rest.split_once(end)?.1;
        }
        let first = text[from..].trim_ascii_start().chars().next();
        match first.filter(|_| blank) {
            None => {}
            Some('<') => blank = false,
            // As nearly all texts that hold a reference.
            Some(_) => return None,
        }
    }
    if text.is_empty() {
        return None;
    }
    text.push_str(rest);
    let trimmed = text.trim_ascii();
    trimmed.starts_with('<').then(|| trimmed.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        for (raw, text) in [
            ("<![CDATA[<a>&amp;</a>]]>", Some("<a>&amp;</a>")),
            (" \n<!-- <b/> --><![CDATA[ <a/>]]>\n", Some("<a/>")),
            ("<![CDATA[<a>]]]]><![CDATA[></a>]]>", Some("<a>]]></a>")),
            ("&lt;a b=\"&amp;amp;\"/&gt;", Some("<a b=\"&amp;\"/>")),
            ("&#60;a>\u{e7}&#xe7;&lt;/a>", Some("<a>\u{e7}\u{e7}</a>")),
            ("&lt;a/>", Some("<a/>")),
            ("a &lt; b", None),
            ("<![CDATA[a]]>", None),
            ("<![CDATA[]]>", None),
            ("Jo\u{e3}o &amp; Maria", None),
            ("&lt;a/&nbsp;", None),
            ("&lt;a/", Some("<a/")),
            ("<![CDATA[<a/>", None),
            ("<!-- a", None),
            ("&#32;&#10;<![CDATA[ ]]>&lt;a/>", Some("<a/>")),
            ("&#32;a&lt;b/>", None),
            (" ", None),
            ("", None),
        ] {
            assert_eq!(read(raw).as_deref(), text, "{raw}");
        }
    }

    #[test]
    fn only_documents_are_parts() {
        let key = super::super::access_key::tests_key("55");
        for (text, element) in [
            (format!("<NFe><infNFe Id=\"NFe{key}\"/></NFe>"), Some("NFe")),
            (
                "<?xml version=\"1.0\"?><n:CompNfse xmlns:n='n'/>".to_owned(),
                Some("CompNfse"),
            ),
            ("<nfeProc><NFe>".to_owned(), Some("nfeProc")),
            ("<consStatServ/>".to_owned(), None),
            ("<b>ol\u{e1}</b>".to_owned(), None),
            ("<b>".to_owned(), None),
            ("<".to_owned(), None),
        ] {
            let raw = format!("<![CDATA[{text}]]>");
            let found = written(&raw).map(|part| part.element.into_owned());
            assert_eq!(found.as_deref(), element, "{text}");
        }
    }
}
