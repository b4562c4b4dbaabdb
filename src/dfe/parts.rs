//! The documents within an XML that is none itself: what a service of the tax office answered, an envelope around a
//! whole document, a batch of several.

use std::borrow::Cow;

use super::inherited::Inherited;

/// Parts that have rows of their own at most; an answer of the tax office carries fifty. Where there are more, the next
/// one is told of, so that it is known.
pub const MOST_PARTS: usize = 10_000;

/// A document within another text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part<'a> {
    /// Local name of its element.
    pub element: &'a str,
    /// The element as it stands in the text, with the namespaces that it has from those around it; or, where it is packed,
    /// what it holds.
    pub text: Cow<'a, str>,
    /// It is base64 of a gzip of the document.
    pub packed: bool,
}

/// Roots that stand around a document together with its answer, in small letters; and CF-e, which needs none.
const WHOLE: [&str; 30] = [
    "nfeproc",
    "cteproc",
    "ctesimpproc",
    "cteprocsimp",
    "cteosproc",
    "gtveproc",
    "mdfeproc",
    "bpeproc",
    "bpetmproc",
    "bpetaproc",
    "nf3eproc",
    "nfcomproc",
    "nfgasproc",
    "nfagproc",
    "dceproc",
    "cfe",
    "cfecanc",
    "proceventonfe",
    "proceventocte",
    "proceventomdfe",
    "proceventobpe",
    "proceventonf3e",
    "proceventonfcom",
    "proceventonfgas",
    "proceventonfag",
    "proceventodce",
    "procinutnfe",
    "procinutcte",
    "proccancnfe",
    "proccanccte",
];

/// Roots of documents without an answer that a batch holds, in small letters.
const BARE: [&str; 6] = ["nfe", "cte", "mdfe", "evento", "eventocte", "eventomdfe"];

/// The documents within `text`, which is well-formed, in their order. Of a batch that was only sent also those without
/// an answer, if they are several.
#[must_use]
pub fn parts(text: &str) -> Vec<Part<'_>> {
    let mut found: Vec<Part> = Vec::new();
    let (mut batch, mut envelope) = (false, false);
    let mut depth = 0_usize;
    // Where the part that is being read begins, how deep, and where what it holds does.
    let mut open: Option<(usize, usize, usize)> = None;
    let mut inherited = Inherited::default();
    for tag in Tags::of(text) {
        depth += usize::from(tag.opens);
        match open {
            None if depth == 1 && tag.opens => {
                let lower = tag.element().to_ascii_lowercase();
                envelope = lower == "envelope";
                batch = lower.starts_with("env") && !envelope;
                inherited.enter(depth, &text[tag.from..tag.to]);
            }
            None if depth > 1
                && tag.opens
                && !tag.closes
                && (is_part(tag.element(), batch) || (envelope && is_nfse(tag.element()))) =>
            {
                open = Some((tag.from, depth, tag.to));
            }
            None if tag.opens => inherited.enter(depth, &text[tag.from..tag.to]),
            Some((from, at, inner)) if at == depth && tag.closes => {
                let element = tag.element();
                let packed = is_packed(element);
                let text = if packed {
                    Cow::Borrowed(&text[inner..tag.from])
                } else {
                    inherited.give(&text[from..tag.to], inner - from)
                };
                found.push(Part {
                    element,
                    text,
                    packed,
                });
                open = None;
            }
            _ => {}
        }
        if tag.closes {
            if open.is_none() {
                inherited.leave(depth);
            }
            depth -= 1;
        }
        if found.len() > MOST_PARTS {
            break;
        }
    }
    if let [alone] = found.as_slice()
        && !is_packed(alone.element)
        && !is_part(alone.element, false)
        && !is_nfse(alone.element)
    {
        found.clear();
    }
    found
}

/// A municipal NFS-e, which services of cities answer in an envelope. Without one around it the whole file is sent.
fn is_nfse(element: &str) -> bool {
    element.eq_ignore_ascii_case("CompNfse")
}

fn is_packed(element: &str) -> bool {
    element.eq_ignore_ascii_case("docZip")
}

fn is_part(element: &str, batch: bool) -> bool {
    let lower = element.to_ascii_lowercase();
    is_packed(element)
        || WHOLE.contains(&lower.as_str())
        || (batch && BARE.contains(&lower.as_str()))
}

/// A tag of a well-formed text.
pub(super) struct Tag<'a> {
    /// Its bytes in the text.
    pub from: usize,
    pub to: usize,
    name: &'a str,
    pub opens: bool,
    pub closes: bool,
}

impl<'a> Tag<'a> {
    /// Its name as it is written.
    pub const fn name(&self) -> &'a str {
        self.name
    }

    /// Its local name.
    pub fn element(&self) -> &'a str {
        self.name
            .rsplit_once(':')
            .map_or(self.name, |(_, local)| local)
    }
}

/// The tags of a well-formed text, told by hand: a second place where quick-xml's reading were called would make the
/// first, which every document passes, a good deal slower.
pub(super) struct Tags<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Tags<'a> {
    /// Those of `text`, in their order.
    pub const fn of(text: &'a str) -> Self {
        Self { text, at: 0 }
    }
}

impl<'a> Iterator for Tags<'a> {
    type Item = Tag<'a>;

    fn next(&mut self) -> Option<Tag<'a>> {
        loop {
            let from = self.at + self.text.get(self.at..)?.find('<')?;
            let rest = &self.text[from..];
            let past = [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>")];
            if let Some((_, end)) = past.iter().find(|(start, _)| rest.starts_with(start)) {
                self.at = from + rest.find(end)? + end.len();
                continue;
            }
            let to = from + end_of_tag(rest)? + 1;
            self.at = to;
            let inner = &self.text[from + 1..to - 1];
            let end = inner.strip_prefix('/');
            let name = end.unwrap_or(inner).trim_end_matches('/');
            let length = name.find(|letter: char| letter.is_ascii_whitespace());
            return Some(Tag {
                from,
                to,
                name: &name[..length.unwrap_or(name.len())],
                opens: end.is_none(),
                closes: end.is_some() || inner.ends_with('/'),
            });
        }
    }
}

/// Where the tag at the beginning of `text` ends: at the first `>` that is in no quotes.
fn end_of_tag(text: &str) -> Option<usize> {
    let mut quote = None;
    text.bytes().position(|byte| match (quote, byte) {
        (None, b'"' | b'\'') => {
            quote = Some(byte);
            false
        }
        (Some(open), _) => {
            if open == byte {
                quote = None;
            }
            false
        }
        (None, _) => byte == b'>',
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_found_where_they_lie() {
        for (text, expected) in [
            (
                "<s:Envelope><s:Body><r><nfeProc xmlns='n'><NFe/></nfeProc></r></s:Body></s:Envelope>",
                vec!["<nfeProc xmlns='n'><NFe/></nfeProc>"],
            ),
            (
                "<retConsSitNFe><protNFe/><n:procEventoNFe a='>'><evento/></n:procEventoNFe><x/></retConsSitNFe>",
                vec!["<n:procEventoNFe a='>'><evento/></n:procEventoNFe>"],
            ),
            (
                "<enviNFe><NFe>1</NFe><NFe>2</NFe></enviNFe>",
                vec!["<NFe>1</NFe>", "<NFe>2</NFe>"],
            ),
            ("<enviNFe><NFe>1</NFe></enviNFe>", vec![]),
            (
                "<s:Envelope><enviNFe><NFe/><NFe/></enviNFe></s:Envelope>",
                vec![],
            ),
            (
                "<retDistDFeInt><loteDistDFeInt><docZip NSU='1'>H4s=</docZip></loteDistDFeInt></retDistDFeInt>",
                vec!["H4s="],
            ),
            ("<nfeProc><NFe/></nfeProc>", vec![]),
            (
                "<s:Envelope><r><ListaNfse><CompNfse>1</CompNfse></ListaNfse></r></s:Envelope>",
                vec!["<CompNfse>1</CompNfse>"],
            ),
            ("<r><CompNfse>1</CompNfse></r>", vec![]),
            (
                "<r><!-- <nfeProc> --><x a=\"<nfeProc>\"/><![CDATA[<nfeProc>]]><nfeProc/><cteProc ><a/></cteProc ></r>",
                vec!["<cteProc ><a/></cteProc >"],
            ),
        ] {
            let found: Vec<_> = parts(text).into_iter().map(|part| part.text).collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
