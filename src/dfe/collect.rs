//! One pass over a text: is it well-formed, and what stands in the few elements that matter.
//!
//! Most of a document are elements that nobody asks for. Into these the reading does not go: it checks them and
//! passes by, so that what it costs is quick-xml's reading and little more.
//!
//! Events are looked at where they lie, and forgotten: to move or to drop each would cost as much as all the rest. What
//! a reader over a text gives borrows from the text, so that nothing leaks.

use std::borrow::Cow;
use std::mem;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::found::{EventInfo, Found, Info, Protocol, Slot};
use super::names::{Name, is_answer, is_request};
use super::scopes::{PlainAttributes, Scopes, value_of};
use super::wellformed::{
    DEEPEST, Look, is_declaration, is_instruction, is_plain_name, look, resolve,
};

/// Events that are told of at most; no document holds nearly as many.
const MOST_EVENTS: usize = 64;

/// Protocols behind the first that are told of at most.
const MOST_PROTOCOLS: usize = 16;

/// Why a text cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refused {
    IllFormed,
    TooDeep,
    Doctype,
    Html,
}

/// Reads `text` to its end.
pub(super) fn collect(text: &str) -> Result<Found<'_>, Refused> {
    let found = match look(text) {
        Some(look) => Collector::new(text, look).read(),
        None => Err(Refused::IllFormed),
    };
    match found {
        Ok(found) if found.root.eq_ignore_ascii_case("html") => Err(Refused::Html),
        Err(_) if is_page(text) => Err(Refused::Html),
        other => other,
    }
}

/// A page is a page, however badly it is made.
fn is_page(text: &str) -> bool {
    let start: String = text.trim_start().chars().take(512).collect();
    let start = start.to_ascii_lowercase();
    ["<!doctype html", "<html", "<head>", "<body"]
        .iter()
        .any(|tag| start.contains(tag))
}

/// What is done with an element.
enum Step {
    /// What lies in it is looked at.
    Into(Name),
    /// It is checked only.
    Past,
    /// Its text is a field's.
    Read(Slot),
}

struct Collector<'a> {
    text: &'a str,
    look: Look,
    found: Found<'a>,
    /// The open elements that were gone into, with their local names.
    stack: Vec<(Name, &'a str)>,
    /// How many elements are open, whether gone into or not.
    depth: usize,
    /// What is done with the innermost element that was gone to, until it ends.
    doing: Doing,
    /// The text of the field that is being read.
    value: Cow<'a, str>,
    scopes: Scopes,
    /// How far the text was read.
    position: usize,
}

/// What the reading is doing.
#[derive(Debug, Clone, Copy)]
enum Doing {
    /// It looks at each element.
    Looking,
    /// It passes by an element at this depth.
    Passing(usize),
    /// It reads the field that an element at this depth holds.
    Reading(Slot, usize),
}

impl<'a> Collector<'a> {
    fn new(text: &'a str, look: Look) -> Self {
        Self {
            text,
            look,
            found: Found::default(),
            stack: Vec::with_capacity(16),
            depth: 0,
            doing: Doing::Looking,
            value: Cow::Borrowed(""),
            scopes: Scopes::default(),
            position: 0,
        }
    }

    fn read(mut self) -> Result<Found<'a>, Refused> {
        let mut reader = Reader::from_str(self.text);
        reader.config_mut().check_comments = true;
        loop {
            // The only place where events are read: quick-xml's reading becomes part of this loop.
            let event = reader.read_event();
            self.position = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
            match &event {
                Ok(Event::Start(start)) => self.start(start)?,
                Ok(Event::End(_)) => self.end(),
                Ok(Event::Text(text)) => self.text(text)?,
                Ok(Event::Eof) if self.depth == 0 && !self.found.root.is_empty() => {
                    return Ok(self.found);
                }
                other => self.rare(other)?,
            }
            mem::forget(event);
        }
    }

    /// An element begins.
    #[inline]
    fn start(&mut self, start: &BytesStart) -> Result<(), Refused> {
        let plain = self.check(start)?;
        match self.doing {
            Doing::Passing(_) => {}
            Doing::Looking => self.look_at(start, 1, plain)?,
            Doing::Reading(slot, depth) => {
                // What lies in an element within the field is not the field's: it ends here.
                self.found.put(slot, mem::take(&mut self.value));
                self.doing = Doing::Passing(depth);
            }
        }
        Ok(())
    }

    /// Decides what to do with the element that has begun with `start`, which ends with `tail` bytes.
    fn look_at(&mut self, start: &BytesStart, tail: usize, plain: bool) -> Result<(), Refused> {
        if self.depth == 1 && !self.found.root.is_empty() {
            return Err(Refused::IllFormed);
        }
        let tag = self.behind(start.len(), tail);
        let local = if plain { tag } else { local_name(start, tag) };
        match self.step(local) {
            Step::Into(name) => {
                self.begin(name, local, start, tag);
                self.stack.push((name, local));
            }
            Step::Past => self.doing = Doing::Passing(self.depth),
            Step::Read(slot) => self.doing = Doing::Reading(slot, self.depth),
        }
        Ok(())
    }

    /// An element ends.
    #[inline]
    fn end(&mut self) {
        self.scopes.leave(self.depth);
        match self.doing {
            Doing::Passing(depth) if depth == self.depth => self.doing = Doing::Looking,
            Doing::Looking => {
                self.stack.pop();
            }
            Doing::Reading(slot, depth) if depth == self.depth => {
                self.found.put(slot, mem::take(&mut self.value));
                self.doing = Doing::Looking;
            }
            Doing::Passing(_) | Doing::Reading(..) => {}
        }
        self.depth -= 1;
    }

    #[inline]
    fn text(&mut self, text: &[u8]) -> Result<(), Refused> {
        match self.doing {
            Doing::Passing(_) if !self.look.closes_cdata => return Ok(()),
            Doing::Reading(..) => self.append(self.behind(text.len(), 0)),
            _ => {}
        }
        let outside = self.depth == 0 && !text.trim_ascii().is_empty();
        let closes = self.look.closes_cdata && memchr::memmem::find(text, b"]]>").is_some();
        if outside || closes {
            return Err(Refused::IllFormed);
        }
        Ok(())
    }

    /// One more piece of the field that is being read.
    fn append(&mut self, piece: &'a str) {
        if self.value.is_empty() {
            self.value = Cow::Borrowed(piece);
        } else {
            self.value.to_mut().push_str(piece);
        }
    }

    /// Takes in what is neither the beginning nor the end of an element nor text.
    #[cold]
    fn rare(&mut self, event: &quick_xml::Result<Event<'a>>) -> Result<(), Refused> {
        let is_read = matches!(self.doing, Doing::Reading(..));
        let fine = match event {
            Ok(Event::Empty(start)) => {
                let plain = self.check(start)?;
                if matches!(self.doing, Doing::Looking) {
                    self.look_at(start, 2, plain)?;
                }
                self.end();
                true
            }
            Ok(Event::CData(data)) => {
                self.found.written |= data.trim_ascii_start().first() == Some(&b'<');
                if is_read {
                    self.append(self.behind(data.len(), 3));
                }
                self.depth > 0
            }
            Ok(Event::GeneralRef(reference)) => {
                let letter = resolve(reference).ok_or(Refused::IllFormed)?;
                self.found.written |= letter == '<';
                if is_read {
                    self.value.to_mut().push(letter);
                }
                self.depth > 0
            }
            Ok(Event::DocType(_)) => return Err(Refused::Doctype),
            Ok(Event::Decl(declaration)) => {
                self.position == declaration.len() + 4 && is_declaration(declaration)
            }
            Ok(Event::PI(instruction)) => is_instruction(instruction),
            Ok(Event::Comment(_)) => true,
            _ => false,
        };
        if fine {
            Ok(())
        } else {
            Err(Refused::IllFormed)
        }
    }

    /// The `length` bytes of the text that lie `tail` bytes before where the reading stands.
    fn behind(&self, length: usize, tail: usize) -> &'a str {
        let end = self.position - tail;
        self.text.get(end - length..end).unwrap_or_default()
    }

    /// Checks `start` and counts it as open. Whether it is a name and nothing else.
    #[inline]
    fn check(&mut self, start: &BytesStart) -> Result<bool, Refused> {
        self.depth += 1;
        // Nearly all elements are plain ones without attributes.
        let plain = is_plain_name(start);
        if !plain && self.scopes.enter(start, self.depth).is_none() {
            return Err(Refused::IllFormed);
        }
        if self.depth > DEEPEST {
            return Err(Refused::TooDeep);
        }
        Ok(plain)
    }

    /// What is done with the element `local` where the reading stands.
    fn step(&self, local: &str) -> Step {
        use Name as N;
        let name = Name::of(local.as_bytes());
        let Some((parent, wrapper)) = self.stack.last() else {
            return Step::Into(name);
        };
        let found = &self.found;
        let goes_on = match parent {
            N::Ide if name == N::Party => true,
            N::Ide => return read_or_pass(Slot::of_ide(name)),
            N::Emit => return read_or_pass(Slot::of_party(name, Slot::Issuer)),
            N::Dest => return read_or_pass(Slot::of_party(name, Slot::Recipient)),
            N::Party => return read_or_pass(Slot::of_party(name, Slot::Party)),
            N::InfProt => return read_or_pass(Slot::of_protocol(name)),
            N::Reference => return read_or_pass((name == N::DigestValue).then_some(Slot::Digest)),
            event if event.is_event() => return read_or_pass(Slot::of_event(name)),
            info if info.is_info() => {
                found.documents == 1 && matches!(name, N::Ide | N::Emit | N::Dest | N::Party)
            }
            N::Signature => name == N::SignedInfo,
            N::SignedInfo => name == N::Reference,
            // What lies in a wrapper may be a document, an answer, or a wrapper again.
            _ => match name {
                N::Signature => {
                    let of_event = is_request(wrapper) && found.documents > 0;
                    !found.signed && !of_event && !is_answer(wrapper)
                }
                N::InfProt => found.further_protocols.len() < MOST_PROTOCOLS,
                event if event.is_event() => found.events.len() < MOST_EVENTS,
                _ => true,
            },
        };
        if goes_on {
            Step::Into(name)
        } else {
            Step::Past
        }
    }

    /// The element `local` begins with `start`, which stands in the text as `tag`, and it is one to go into.
    fn begin(&mut self, name: Name, local: &'a str, start: &BytesStart, tag: &'a str) {
        if self.stack.is_empty() {
            self.found.root = local;
            self.found.namespace = self.namespace_of(start, tag);
        }
        if name.is_info() {
            self.found.documents += 1;
            if self.found.documents == 1 {
                self.found.info = Info {
                    name: Some(name),
                    id: attribute(start, tag, &["Id", "ID", "id"]),
                    cancels: attribute(start, tag, &["chCanc"]),
                    ..Info::default()
                };
            }
        } else if name.is_event() {
            let wrapper = self.stack.last().map_or("", |(_, local)| local);
            self.found.events.push(EventInfo {
                name: Some(name),
                is_request: is_request(wrapper),
                id: attribute(start, tag, &["Id", "ID", "id"]),
                ..EventInfo::default()
            });
        } else if name == Name::InfProt {
            let protocol = Protocol::default();
            match self.found.protocol {
                None => self.found.protocol = Some(protocol),
                Some(_) => self.found.further_protocols.push(protocol),
            }
        } else if name == Name::Signature {
            self.found.signed = true;
        } else if name == Name::DocZip {
            self.found.packed = true;
        } else if name == Name::Party {
            self.found.parties.push(Cow::Borrowed(""));
        }
    }

    /// The namespace of the root.
    fn namespace_of(&self, start: &BytesStart, tag: &'a str) -> Cow<'a, str> {
        let name = start.name();
        match name.prefix() {
            Some(prefix) => {
                let namespace = self.scopes.namespace(prefix.as_ref()).unwrap_or_default();
                Cow::Owned(String::from_utf8_lossy(namespace).into_owned())
            }
            None => attribute(start, tag, &["xmlns"]),
        }
    }
}

/// The name of `start`, which stands in the text as `tag`, without its prefix.
fn local_name<'a>(start: &BytesStart, tag: &'a str) -> &'a str {
    let name = tag.get(..start.name().as_ref().len()).unwrap_or_default();
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

fn read_or_pass(slot: Option<Slot>) -> Step {
    slot.map_or(Step::Past, Step::Read)
}

/// The first attribute of `start` (in the text: `tag`) that has one of `names`, without blanks around it.
fn attribute<'a>(start: &BytesStart, tag: &'a str, names: &[&str]) -> Cow<'a, str> {
    let is_wanted = |name: &[u8]| names.iter().any(|one| one.as_bytes() == name);
    let raw = tag.get(start.name().as_ref().len()..).unwrap_or_default();
    let mut plain = PlainAttributes(raw.as_bytes());
    if plain.all(|one| one.is_some()) {
        let mut plain = PlainAttributes(raw.as_bytes()).flatten();
        let found = plain.find(|(name, _)| is_wanted(name));
        let value = found.map(|(_, value)| value).unwrap_or_default();
        return Cow::Borrowed(std::str::from_utf8(value).unwrap_or_default().trim());
    }
    let mut attributes = start.attributes().filter_map(Result::ok);
    let found = attributes.find(|one| is_wanted(one.key.as_ref()));
    let value = found.and_then(|one| value_of(&one)).unwrap_or_default();
    Cow::Owned(value.trim().to_owned())
}
