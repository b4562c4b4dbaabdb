//! The namespaces that an element has from those around it, which it must be given where it is cut out: its canonical
//! form, and with it its signature, would be another without them.

use std::borrow::Cow;

use super::tags::Tags;

/// Where the namespaces of fiscal documents begin. A default namespace of another, as an envelope's, is none that its
/// document was made with.
const FISCAL: &str = "http://www.portalfiscal.inf.br/";

/// What the namespaces of envelopes have in them.
const SOAP: &str = "soap";

/// The namespaces that the open elements declare, the outermost first.
#[derive(Debug, Default)]
pub(super) struct Inherited<'a>(Vec<Declared<'a>>);

/// A declaration by the element at a depth: its prefix, empty for the default, and its value in its quotes.
#[derive(Debug, Clone, Copy)]
struct Declared<'a> {
    depth: usize,
    prefix: &'a str,
    quoted: &'a str,
}

impl<'a> Inherited<'a> {
    /// An element at `depth` has begun with the tag `tag`.
    pub fn enter(&mut self, depth: usize, tag: &'a str) {
        self.0
            .extend(declarations(tag).map(|(prefix, quoted)| Declared {
                depth,
                prefix,
                quoted,
            }));
    }

    /// The elements at `depth` and deeper have ended.
    pub fn leave(&mut self, depth: usize) {
        while self.0.last().is_some_and(|one| one.depth >= depth) {
            self.0.pop();
        }
    }

    /// `element`, which begins with the tag that is `tag` bytes long and ends with its end, with the declarations that
    /// it needs and has not. The default namespace of a document `of_city` may be any but an envelope's.
    pub fn give(&self, element: &'a str, tag: usize, of_city: bool) -> Cow<'a, str> {
        if self.0.is_empty() {
            return Cow::Borrowed(element);
        }
        let own: Vec<_> = declarations(&element[..tag])
            .map(|(prefix, _)| prefix)
            .collect();
        let mut needed = used_prefixes(element);
        needed.retain(|prefix| !own.contains(prefix));
        let mut given = String::new();
        for prefix in needed {
            let declared = self.0.iter().rev().find(|one| one.prefix == prefix);
            let own = |namespace: &str| {
                let fits = of_city && namespace.len() > 1 && !namespace.contains(SOAP);
                fits || namespace.starts_with(FISCAL)
            };
            let fits = |one: &&Declared| !prefix.is_empty() || own(&one.quoted[1..]);
            if let Some(declared) = declared.filter(fits) {
                let colon = if prefix.is_empty() { "" } else { ":" };
                given.push_str(&[" xmlns", colon, prefix, "=", declared.quoted].concat());
            }
        }
        if given.is_empty() {
            return Cow::Borrowed(element);
        }
        let name =
            element[1..].find(|sign: char| sign.is_ascii_whitespace() || matches!(sign, '/' | '>'));
        let (start, rest) = element.split_at(1 + name.unwrap_or(0));
        Cow::Owned([start, &given, rest].concat())
    }
}

/// The prefixes of the elements and attributes in `text`, each once and sorted; empty where the outermost element has
/// none.
fn used_prefixes(text: &str) -> Vec<&str> {
    let mut used = Vec::new();
    for (at, tag) in Tags::of(text).enumerate().filter(|(_, tag)| tag.opens) {
        let (prefix, _) = tag.name().split_once(':').unwrap_or(("", ""));
        if at == 0 || !prefix.is_empty() {
            used.push(prefix);
        }
        let prefixes =
            attributes(&text[tag.from..tag.to]).filter_map(|(name, _)| name.split_once(':'));
        used.extend(prefixes.map(|(prefix, _)| prefix));
    }
    used.sort_unstable();
    used.dedup();
    used.retain(|prefix| !matches!(*prefix, "xml" | "xmlns"));
    used
}

/// What `tag` declares: prefixes, empty for the default, and values in their quotes.
fn declarations(tag: &str) -> impl Iterator<Item = (&str, &str)> {
    attributes(tag).filter_map(|(name, quoted)| match name.strip_prefix("xmlns")? {
        "" => Some(("", quoted)),
        prefix => Some((prefix.strip_prefix(':')?, quoted)),
    })
}

/// The attributes of `tag`, which is well-formed: names, and values in their quotes.
fn attributes(tag: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = tag;
    std::iter::from_fn(move || {
        let (before, behind) = rest.split_once('=')?;
        let name = before
            .trim_end()
            .rsplit(|sign: char| sign.is_ascii_whitespace())
            .next()?;
        let quoted = behind.trim_start();
        let quote = quoted.chars().next()?;
        let end = 1 + quoted.get(1..)?.find(quote)? + 1;
        rest = &quoted[end..];
        Some((name, &quoted[..end]))
    })
}

#[cfg(test)]
mod tests {
    use super::super::parts;

    const NFE: &str = "http://www.portalfiscal.inf.br/nfe";

    fn cut(text: &str) -> String {
        let [part] = parts(text).try_into().unwrap();
        part.text.into_owned()
    }

    #[test]
    fn what_an_element_has_from_those_around_it_it_keeps() {
        for (text, expected) in [
            (
                format!("<l xmlns=\"{NFE}\"><nfeProc versao=\"4.00\"><NFe/></nfeProc></l>"),
                format!("<nfeProc xmlns=\"{NFE}\" versao=\"4.00\"><NFe/></nfeProc>"),
            ),
            (
                format!("<s:E xmlns:s='s' xmlns:q='{NFE}'><q:nfeProc><q:NFe/></q:nfeProc></s:E>"),
                format!("<q:nfeProc xmlns:q='{NFE}'><q:NFe/></q:nfeProc>"),
            ),
            (
                format!("<l xmlns:x = 'x' xmlns:d=\"d\"><nfeProc xmlns='{NFE}'><a x:b='c'/><d:S xmlns:d='e'/></nfeProc></l>"),
                format!("<nfeProc xmlns:d=\"d\" xmlns:x='x' xmlns='{NFE}'><a x:b='c'/><d:S xmlns:d='e'/></nfeProc>"),
            ),
            (
                "<E xmlns='http://schemas.xmlsoap.org/soap/envelope/'><nfeProc><NFe/></nfeProc></E>".to_owned(),
                "<nfeProc><NFe/></nfeProc>".to_owned(),
            ),
            (
                format!("<l><m xmlns='{NFE}'/><nfeProc><NFe/></nfeProc></l>"),
                "<nfeProc><NFe/></nfeProc>".to_owned(),
            ),
            (
                format!("<l xmlns='{NFE}'><m xmlns='{NFE}x'><nfeProc\n><NFe/></nfeProc></m></l>"),
                format!("<nfeProc xmlns='{NFE}x'\n><NFe/></nfeProc>"),
            ),
            (
                format!("<l xmlns='{NFE}' xmlns:u='u'><nfeProc xmlns='{NFE}'><NFe/></nfeProc></l>"),
                format!("<nfeProc xmlns='{NFE}'><NFe/></nfeProc>"),
            ),
        ] {
            assert_eq!(cut(&text), expected, "{text}");
        }
    }
}
