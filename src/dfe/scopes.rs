//! Attributes and the prefixes that they declare, as Namespaces in XML 1.0 asks for. Pure.

use quick_xml::XmlVersion;
use quick_xml::events::BytesStart;
use quick_xml::events::attributes::Attribute;

use super::wellformed::{is_plain_name, resolve, split_name};

/// The prefixes that are declared where the reading stands.
#[derive(Debug, Default)]
pub(super) struct Scopes(Vec<Scope>);

#[derive(Debug)]
struct Scope {
    depth: usize,
    prefix: Vec<u8>,
    namespace: Vec<u8>,
}

const XML_NAMESPACE: &[u8] = b"http://www.w3.org/XML/1998/namespace";

impl Scopes {
    /// Forgets what elements at `depth` or deeper declared: they have ended.
    #[inline]
    pub fn leave(&mut self, depth: usize) {
        while self.0.last().is_some_and(|scope| scope.depth >= depth) {
            self.0.pop();
        }
    }

    /// The namespace of `prefix`; `None`: it is not declared.
    pub fn namespace(&self, prefix: &[u8]) -> Option<&[u8]> {
        if prefix == b"xml" {
            return Some(XML_NAMESPACE);
        }
        let declared = self.0.iter().rev().find(|scope| scope.prefix == prefix);
        declared.map(|scope| scope.namespace.as_slice())
    }

    /// Checks the name and the attributes of `start`, an element at `depth`, and takes in the prefixes that it declares.
    pub fn enter(&mut self, start: &BytesStart, depth: usize) -> Option<()> {
        let (name, raw) = start.split_at(start.name().as_ref().len());
        if PlainAttributes(raw).all(|one| one.is_some()) {
            return if is_plain_name(name) {
                Some(())
            } else {
                self.check_name(name)
            };
        }
        self.check_attributes(start, depth)?;
        self.check_name(name)
    }

    /// Whether `name` is one whose prefix, if it has one, is declared.
    fn check_name(&self, name: &[u8]) -> Option<()> {
        let (prefix, _) = split_name(name)?;
        if !prefix.is_empty() {
            self.namespace(prefix)?;
        }
        Some(())
    }

    fn check_attributes(&mut self, start: &BytesStart, depth: usize) -> Option<()> {
        blanks_part(start.attributes_raw()).then_some(())?;
        // Prefix and local part of each attribute that has a prefix.
        let mut prefixed: Vec<(Vec<u8>, Vec<u8>)> = Vec::new();
        for attribute in start.attributes() {
            let attribute = attribute.ok()?;
            let (prefix, local) = split_name(attribute.key.as_ref())?;
            has_good_value(&attribute.value).then_some(())?;
            if prefix == b"xmlns" {
                self.declare(local, &attribute, depth)?;
            } else if !prefix.is_empty() {
                prefixed.push((prefix.to_vec(), local.to_vec()));
            }
        }
        let mut expanded = Vec::with_capacity(prefixed.len());
        for (prefix, local) in &prefixed {
            expanded.push((self.namespace(prefix)?, local));
        }
        expanded.sort_unstable();
        let twice = expanded.windows(2).any(|pair| pair[0] == pair[1]);
        (!twice).then_some(())
    }

    fn declare(&mut self, prefix: &[u8], attribute: &Attribute, depth: usize) -> Option<()> {
        let namespace = value_of(attribute)?.into_bytes();
        let is_xml = namespace == XML_NAMESPACE;
        if prefix == b"xml" {
            return is_xml.then_some(());
        }
        if prefix == b"xmlns" || namespace.is_empty() || is_xml {
            return None;
        }
        self.0.push(Scope {
            depth,
            prefix: prefix.to_vec(),
            namespace,
        });
        Some(())
    }
}

/// Attributes as nearly all elements have them: one or two, a blank before each, names without prefix, values without
/// references. `Some(None)` at the first that is otherwise: then quick-xml reads them.
#[derive(Debug)]
pub(super) struct PlainAttributes<'a>(pub &'a [u8]);

impl<'a> Iterator for PlainAttributes<'a> {
    type Item = Option<(&'a [u8], &'a [u8])>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let Some((name, value, rest)) = plain_attribute(self.0) else {
            self.0 = &[];
            return Some(None);
        };
        // Two of one name are an error, and so three or more are left to who can tell.
        let again = plain_attribute(rest);
        let fine = rest.is_empty()
            || again.is_some_and(|(other, _, rest)| other != name && rest.is_empty());
        self.0 = if fine { rest } else { &[] };
        Some(fine.then_some((name, value)))
    }
}

/// Name and value of the first attribute in `raw`, and what follows it.
fn plain_attribute(raw: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let rest = raw.strip_prefix(b" ")?;
    let (name, rest) = rest.split_at(memchr::memchr(b'=', rest)?);
    let rest = rest.strip_prefix(b"=\"")?;
    let (value, rest) = rest.split_at(memchr::memchr3(b'"', b'<', b'&', rest)?);
    let rest = rest.strip_prefix(b"\"")?;
    is_plain_name(name).then_some((name, value, rest))
}

/// The value of `attribute`, its references resolved.
pub(super) fn value_of(attribute: &Attribute) -> Option<String> {
    let value = attribute.normalized_value(XmlVersion::Explicit1_0).ok()?;
    Some(value.into_owned())
}

/// Whether a blank stands before each attribute in `raw`.
fn blanks_part(raw: &[u8]) -> bool {
    let mut quote = None;
    let mut closed = false;
    for byte in raw {
        if closed && !byte.is_ascii_whitespace() {
            return false;
        }
        closed = quote == Some(*byte);
        quote = match quote {
            None if matches!(byte, b'"' | b'\'') => Some(*byte),
            Some(_) if closed => None,
            other => other,
        };
    }
    true
}

/// Whether `value` may stand in an attribute: no `<`, and every `&` begins a reference.
fn has_good_value(value: &[u8]) -> bool {
    let mut rest = value;
    while let Some(at) = memchr::memchr2(b'<', b'&', rest) {
        let reference = &rest[at + 1..];
        let end = match memchr::memchr(b';', reference) {
            Some(end) if rest[at] == b'&' => end,
            _ => return false,
        };
        if resolve(&reference[..end]).is_none() {
            return false;
        }
        rest = &reference[end + 1..];
    }
    true
}
