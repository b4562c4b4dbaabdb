//! The documents within an XML that is none itself: what a service of the tax office or of a city answered, an envelope
//! around a whole document, a batch of several.

use std::borrow::Cow;

use super::inherited::Inherited;
use super::inspect::inspect;
use super::tags::{Tag, Tags};
use super::written::written;
use super::{DocumentKind, Inspection};

/// Parts that have rows of their own at most; an answer of the tax office carries fifty. Where there are more, the next
/// one is told of, so that it is known.
pub const MOST_PARTS: usize = 10_000;

/// A document within another text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part<'a> {
    /// Local name of its element.
    pub element: Cow<'a, str>,
    /// The element as it stands in the text, with the namespaces that it has from those around it; or, where it is packed,
    /// what it holds; or, where it was written as text, that text.
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

/// Elements in which cities issue their NFS-e, and have others of that name too, in small letters. The wrappers around
/// several of them are none.
const OF_CITIES: [&str; 5] = ["compnfse", "nfse", "nfe", "nfd", "nota"];

/// So many times its length a text is read at most to tell which of its elements are NFS-e: they may lie in each other.
const MOST_TIMES: usize = 8;

/// The documents within `text`, which is well-formed, in their order. Of a batch that was only sent also those without
/// an answer, and of an NFS-e those that it consists of, if they are several.
#[must_use]
pub fn parts(text: &str) -> Vec<Part<'_>> {
    Finder::of(text).find(MOST_PARTS + 1)
}

/// The one of that number among them, the first being 1.
#[must_use]
pub fn part(text: &str, number: usize) -> Option<Part<'_>> {
    // Whether there are several is known by the second.
    let mut found = Finder::of(text).find(number.max(2));
    let index = number.checked_sub(1)?;
    (index < found.len()).then(|| found.swap_remove(index))
}

/// How an element is a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    /// What it holds is base64 of a gzip.
    Packed,
    /// With its answer.
    Whole,
    /// Of a batch, without an answer.
    Bare,
    /// An NFS-e, if its text is that of one.
    OfCity,
    /// It was written as text.
    Written,
}

impl Sort {
    /// Of an element by its local name; in a `batch` there are bare ones.
    fn of(element: &str, batch: bool) -> Option<Self> {
        let is = |name: &&str| name.eq_ignore_ascii_case(element);
        if is(&"docZip") {
            Some(Self::Packed)
        } else if WHOLE.iter().any(is) {
            Some(Self::Whole)
        } else if batch && BARE.iter().any(is) {
            Some(Self::Bare)
        } else {
            let of_city = OF_CITIES.iter().any(is);
            of_city.then_some(Self::OfCity)
        }
    }
}

/// Whether an element of that local name is a document, or what a city answers.
pub(super) fn names_a_document(element: &str) -> bool {
    Sort::of(element, true).is_some() || element.to_ascii_lowercase().ends_with("resposta")
}

/// Looks for documents within a text.
struct Finder<'a> {
    text: &'a str,
    tags: Tags<'a>,
    /// How many elements are open.
    depth: usize,
    inherited: Inherited<'a>,
    /// The root is that of a batch.
    batch: bool,
    /// What the whole text is, once that was asked.
    whole: Option<Inspection>,
    /// Bytes that may still be read to tell which elements are NFS-e.
    left: usize,
    /// Those of what was found.
    sorts: Vec<Sort>,
    found: Vec<Part<'a>>,
}

impl<'a> Finder<'a> {
    fn of(text: &'a str) -> Self {
        Self {
            text,
            tags: Tags::of(text),
            depth: 0,
            inherited: Inherited::default(),
            batch: false,
            whole: None,
            left: text.len().saturating_mul(MOST_TIMES),
            sorts: Vec::new(),
            found: Vec::new(),
        }
    }

    /// The first `most` parts.
    fn find(mut self, most: usize) -> Vec<Part<'a>> {
        let mut read = 0;
        while let Some(tag) = self.tags.next() {
            if self.depth > 0
                && let Some(part) = written(&self.text[read..tag.from])
            {
                self.push(Sort::Written, part);
            }
            if tag.opens {
                self.begin(&tag);
            }
            if tag.closes {
                self.inherited.leave(self.depth);
                self.depth = self.depth.saturating_sub(1);
            }
            read = self.tags.at();
            if self.found.len() >= most {
                break;
            }
        }
        let count = |sort| self.sorts.iter().filter(|one| **one == sort).count();
        let alone = self.found.len() == 1 && count(Sort::Bare) == 1;
        let itself = self.is_nfse() && self.found.len() == 1 && count(Sort::OfCity) == 1;
        if alone || itself {
            self.found.clear();
        }
        self.found
    }

    /// An element begins with `tag`. If it is a part, it is read to its end.
    fn begin(&mut self, tag: &Tag<'a>) {
        self.depth += 1;
        if self.depth == 1 {
            let lower = tag.element().to_ascii_lowercase();
            self.batch = lower.starts_with("env") && lower != "envelope";
        } else if !tag.closes
            && let Some(sort) = Sort::of(tag.element(), self.batch)
            && let Some(part) = self.part(sort, tag)
        {
            self.push(sort, part);
            self.depth -= 1;
            return;
        }
        self.inherited
            .enter(self.depth, &self.text[tag.from..tag.to]);
    }

    fn push(&mut self, sort: Sort, part: Part<'a>) {
        self.sorts.push(sort);
        self.found.push(part);
    }

    /// The element that begins with `tag`, if it is a part; then the reading goes on behind it.
    fn part(&mut self, sort: Sort, tag: &Tag<'a>) -> Option<Part<'a>> {
        let of_city = sort == Sort::OfCity;
        if of_city && (self.left == 0 || !self.may_hold_nfse()) {
            return None;
        }
        let mut ahead = self.tags.clone();
        let Some(end) = ahead.end() else {
            // What does not end is no XML, and holds nothing.
            self.tags = ahead;
            return None;
        };
        let packed = sort == Sort::Packed;
        let text = if packed {
            Cow::Borrowed(&self.text[tag.to..end.from])
        } else {
            let element = &self.text[tag.from..end.to];
            self.inherited.give(element, tag.to - tag.from, of_city)
        };
        if of_city {
            self.left = self.left.saturating_sub(text.len());
            if inspect(text.as_bytes()).kind != DocumentKind::Nfse {
                return None;
            }
        }
        self.tags = ahead;
        Some(Part {
            element: Cow::Borrowed(tag.element()),
            text,
            packed,
        })
    }

    /// Whether the whole text is an NFS-e, or several of them.
    fn is_nfse(&self) -> bool {
        let whole = self.whole.as_ref();
        whole.is_some_and(|whole| whole.kind == DocumentKind::Nfse)
    }

    /// Whether an element may be an NFS-e of its own. Where the whole text is one, that is sent.
    fn may_hold_nfse(&mut self) -> bool {
        let whole = self
            .whole
            .get_or_insert_with(|| inspect(self.text.as_bytes()));
        whole.kind != DocumentKind::Nfse || whole.notes.contains(&"several-documents")
    }
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
            (
                "<r><CompNfse>1</CompNfse></r>",
                vec!["<CompNfse>1</CompNfse>"],
            ),
            ("<ListaNfse><CompNfse>1</CompNfse></ListaNfse>", vec![]),
            (
                "<r><!-- <nfeProc> --><x a=\"<nfeProc>\"/><![CDATA[<b>]]><nfeProc/><cteProc ><a/></cteProc ></r>",
                vec!["<cteProc ><a/></cteProc >"],
            ),
            (
                "<r><![CDATA[<CFe>1</CFe>]]><CFe>2</CFe>&lt;CFe>3&lt;/CFe></r>",
                vec!["<CFe>2</CFe>"],
            ),
            (
                "<r><![CDATA[<CFe><infCFe/></CFe>]]><CFe>2</CFe>&lt;nfeProc></r>",
                vec!["<CFe><infCFe/></CFe>", "<CFe>2</CFe>", "<nfeProc>"],
            ),
        ] {
            let found: Vec<_> = parts(text).into_iter().map(|part| part.text).collect();
            assert_eq!(found, expected, "{text}");
            for number in 0..4 {
                let one = part(text, number).map(|part| part.text);
                let there = number.checked_sub(1).and_then(|index| found.get(index));
                assert_eq!(one.as_ref(), there, "{number} of {text}");
            }
        }
    }

    /// Bug: notes of cities had rows only where they are called `CompNfse` and lie in an envelope.
    #[test]
    fn the_nfse_of_any_city_are_found_in_what_is_none_itself() {
        let nfse = "<Nfse><InfNfse><CodigoVerificacao>1</CodigoVerificacao><DataEmissao/></InfNfse></Nfse>";
        let national = "<NFSe xmlns=\"http://www.sped.fazenda.gov.br/nfse\"><infNFSe Id=\"NFS1\"><emit><CNPJ>1</CNPJ></emit></infNFSe></NFSe>";
        let ipm = "<nfse><nf><cod_verificador_autenticidade>1</cod_verificador_autenticidade></nf><tomador/></nfse>";
        let nota = "<nota><codigo_autenticidade>1</codigo_autenticidade><tomador/></nota>";
        let sao_paulo = "<NFe><ChaveNFe><CodigoVerificacao>1</CodigoVerificacao></ChaveNFe><DataEmissaoNFe/></NFe>";
        for note in [nfse, national, ipm, nota, sao_paulo] {
            for (text, count) in [
                (
                    format!("<s:Envelope xmlns:s='s'><s:Body>{note}</s:Body></s:Envelope>"),
                    1,
                ),
                (
                    format!("<ConsultarResponse><Result>{note}{note}</Result></ConsultarResponse>"),
                    2,
                ),
                (format!("<retorno>{note}</retorno>"), 1),
                (note.to_owned(), 0),
            ] {
                let inspection = inspect(text.as_bytes());
                assert!(inspection.holds || count == 0, "{text}");
                let found: Vec<_> = parts(&text).into_iter().map(|part| part.text).collect();
                assert_eq!(found, vec![note; count], "{text}");
            }
        }
        for none in [
            "<s:Envelope xmlns:s='s'><nfse><pesquisa/></nfse></s:Envelope>",
            "<enviNFe><NFe><infNFe/></NFe></enviNFe>",
            "<s:Envelope xmlns:s='s'><Nfse>",
            "</a>",
        ] {
            assert_eq!(parts(none), [], "{none}");
        }
    }

    /// Bug: of an NFS-e in an envelope that declares its namespace nothing but the names were left.
    #[test]
    fn an_nfse_keeps_the_namespace_that_it_has() {
        let city = "http://www.abrasf.org.br/nfse.xsd";
        let answer = |inner: &str| {
            format!(
                "<s xmlns=\"http://schemas.xmlsoap.org/soap/envelope/\"><r{inner}><CompNfse><a/></CompNfse></r></s>"
            )
        };
        for (text, part) in [
            (answer(""), "<CompNfse><a/></CompNfse>".to_owned()),
            (
                answer(&format!(" xmlns=\"{city}\"")),
                format!("<CompNfse xmlns=\"{city}\"><a/></CompNfse>"),
            ),
        ] {
            assert_eq!(parts(&text)[0].text, part);
        }
    }

    /// What lies in one another is read a few times, not once for each.
    #[test]
    fn elements_that_may_be_nfse_are_read_a_bounded_number_of_times() {
        let text = format!("<r>{}{}</r>", "<nota>".repeat(200), "</nota>".repeat(200));
        let mut finder = Finder::of(&text);
        finder.left = 1;
        while let Some(tag) = finder.tags.next() {
            if tag.opens {
                finder.begin(&tag);
            }
        }
        assert_eq!((finder.left, finder.found.len()), (0, 0));
        assert_eq!(parts(&text), []);
    }
}
