//! The tags of a well-formed text, and what they stand around. Pure.

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
#[derive(Clone)]
pub(super) struct Tags<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Tags<'a> {
    /// Those of `text`, in their order.
    pub const fn of(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// How far the text was read.
    pub const fn at(&self) -> usize {
        self.at
    }

    /// Reads on to the tag that ends the innermost open element. Nothing: it does not end.
    pub fn end(&mut self) -> Option<Tag<'a>> {
        let mut depth = 1_usize;
        self.find(|tag| {
            depth += usize::from(tag.opens);
            depth -= usize::from(tag.closes);
            depth == 0
        })
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
