//! The documents within an XML that is none itself: what a service of the tax office answered, an envelope around a
//! whole document, a batch of several.

use quick_xml::Reader;
use quick_xml::events::Event;

/// Parts that are told of at most; an answer of the tax office carries fifty.
const MOST_PARTS: usize = 10_000;

/// A document within another text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part<'a> {
    /// Local name of its element.
    pub element: &'a str,
    /// The element as it stands in the text; or, where it is packed, what it holds.
    pub text: &'a str,
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
    let mut found = Vec::new();
    let mut reader = Reader::from_str(text);
    let mut batch = false;
    let mut depth = 0_usize;
    loop {
        let from = position(&reader);
        match reader.read_event() {
            Ok(Event::Start(start)) => {
                depth += 1;
                let name = &text[from + 1..][..start.name().as_ref().len()];
                let element = name.rsplit_once(':').map_or(name, |(_, local)| local);
                let lower = element.to_ascii_lowercase();
                if depth == 1 {
                    batch = lower.starts_with("env") && lower != "envelope";
                    continue;
                }
                let packed = lower == "doczip";
                if !packed && !is_part(&lower, batch) {
                    continue;
                }
                let Ok(inner) = reader.read_to_end(start.name()) else {
                    break;
                };
                depth -= 1;
                let inner = at(inner.start)..at(inner.end);
                let whole = from..position(&reader);
                found.push(Part {
                    element,
                    text: &text[if packed { inner } else { whole }],
                    packed,
                });
                if found.len() == MOST_PARTS {
                    break;
                }
            }
            Ok(Event::End(_)) => depth = depth.saturating_sub(1),
            Ok(Event::Eof) | Err(_) => break,
            Ok(_) => {}
        }
    }
    let bare = |part: &Part| !part.packed && !is_part(&part.element.to_ascii_lowercase(), false);
    if let [alone] = found.as_slice()
        && bare(alone)
    {
        found.clear();
    }
    found
}

fn is_part(lower: &str, batch: bool) -> bool {
    WHOLE.contains(&lower) || (batch && BARE.contains(&lower))
}

fn position(reader: &Reader<&[u8]>) -> usize {
    at(reader.buffer_position())
}

fn at(position: u64) -> usize {
    usize::try_from(position).unwrap_or(usize::MAX)
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
        ] {
            let found: Vec<_> = parts(text).iter().map(|part| part.text).collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
