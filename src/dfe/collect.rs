//! One pass over a text: is it well-formed, and what stands in the few elements that matter.
//!
//! The path of an element is a stack of small names, so that nothing is allocated for the thousands of elements
//! that nobody asks for.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, BytesText, Event};

use super::names::Name;

/// Elements may lie so deep; fiscal documents stay under 20.
const DEEPEST: usize = 256;

/// What was found in a text.
#[derive(Debug, Default)]
pub(super) struct Found<'a> {
    /// Local name of the root.
    pub root: String,
    /// Namespace of the root, if it names one.
    pub namespace: Cow<'a, str>,
    /// `versao` of the document, or else of the root.
    pub layout: Cow<'a, str>,
    /// The first `infNFe`, `infCte`, `infCFe`…; empty where there is none.
    pub info: Info<'a>,
    /// The first `infProt`.
    pub protocol: Option<Protocol<'a>>,
    /// `infEvento` of requests and answers, `infInut` and `infCanc` too.
    pub events: Vec<EventInfo<'a>>,
    /// `DigestValue` of the document's signature.
    pub digest: Cow<'a, str>,
    /// A `Signature` is there.
    pub signed: bool,
    /// How many documents the text holds.
    pub documents: usize,
}

/// A document's own data.
#[derive(Debug, Default)]
pub(super) struct Info<'a> {
    pub name: Option<Name>,
    pub id: Cow<'a, str>,
    pub cancels: Cow<'a, str>,
    pub state: Cow<'a, str>,
    pub model: Cow<'a, str>,
    pub series: Cow<'a, str>,
    pub number: Cow<'a, str>,
    pub check_digit: Cow<'a, str>,
    pub date: Cow<'a, str>,
    pub environment: Cow<'a, str>,
    pub issuer: Cow<'a, str>,
    pub recipient: Cow<'a, str>,
}

/// The tax office's answer to a document.
#[derive(Debug, Default)]
pub(super) struct Protocol<'a> {
    pub key: Cow<'a, str>,
    pub status: Cow<'a, str>,
    pub digest: Cow<'a, str>,
    pub environment: Cow<'a, str>,
}

/// An event, a voiding or a legacy cancellation: its request, or (where it has a status) its answer.
#[derive(Debug, Default)]
pub(super) struct EventInfo<'a> {
    pub name: Option<Name>,
    pub id: Cow<'a, str>,
    pub key: Cow<'a, str>,
    pub kind: Cow<'a, str>,
    pub sequence: Cow<'a, str>,
    pub date: Cow<'a, str>,
    pub environment: Cow<'a, str>,
    pub author: Cow<'a, str>,
    pub status: Cow<'a, str>,
}

/// Why a text cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refused {
    IllFormed,
    Doctype,
    Html,
}

/// Reads `text` to its end.
pub(super) fn collect(text: &str) -> Result<Found<'_>, Refused> {
    let mut collector = Collector {
        found: Found::default(),
        stack: Vec::with_capacity(16),
        capture: None,
        rooted: false,
    };
    if has_controls(text.as_bytes()) {
        return Err(html_or(text, Refused::IllFormed));
    }
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_comments = true;
    loop {
        // Looked at where it lies: moving each event would cost as much as all the rest.
        let taken = match &reader.read_event() {
            Ok(Event::Start(start)) => collector.start(start),
            Ok(Event::End(_)) => {
                collector.end();
                Ok(())
            }
            Ok(Event::Text(text)) => collector.text(text),
            Ok(Event::Eof) if collector.is_complete() => return Ok(collector.found),
            Ok(other) => collector.rare(other),
            Err(_) => Err(Refused::IllFormed),
        };
        taken.map_err(|refused| html_or(text, refused))?;
    }
}

/// Whether there are control characters that XML 1.0 does not allow. Without a branch for each byte, so that many are
/// looked at together.
fn has_controls(bytes: &[u8]) -> bool {
    let bad = |byte: u8| byte < 0x20 && byte != b'\t' && byte != b'\n' && byte != b'\r';
    bytes
        .chunks(256)
        .any(|chunk| chunk.iter().fold(false, |found, byte| found | bad(*byte)))
}

/// A page is a page, however badly it is made.
fn html_or(text: &str, refused: Refused) -> Refused {
    let start: String = text
        .trim_start()
        .chars()
        .take(256)
        .collect::<String>()
        .to_ascii_lowercase();
    let page = start.starts_with("<!doctype html") || start.contains("<html");
    if page { Refused::Html } else { refused }
}

struct Collector<'a> {
    found: Found<'a>,
    stack: Vec<Name>,
    capture: Option<Slot>,
    rooted: bool,
}

/// Which field the text of the present element belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Slot {
    State,
    Model,
    Series,
    Number,
    CheckDigit,
    Date,
    Environment,
    Issuer,
    Recipient,
    ProtocolKey,
    ProtocolStatus,
    ProtocolDigest,
    ProtocolEnvironment,
    Digest,
    EventKey,
    EventKind,
    EventSequence,
    EventDate,
    EventEnvironment,
    EventAuthor,
    EventStatus,
}

impl<'a> Collector<'a> {
    fn start(&mut self, start: &BytesStart<'a>) -> Result<(), Refused> {
        let name = self.open(start)?;
        self.stack.push(name);
        if self.stack.len() > DEEPEST {
            return Err(Refused::IllFormed);
        }
        Ok(())
    }

    fn end(&mut self) {
        self.stack.pop();
        self.capture = None;
    }

    /// The text may end here.
    fn is_complete(&self) -> bool {
        self.rooted && self.stack.is_empty()
    }

    /// Takes in what is neither the beginning nor the end of an element nor text.
    fn rare(&mut self, event: &Event<'a>) -> Result<(), Refused> {
        match event {
            Event::Empty(start) => {
                self.open(start)?;
                self.capture = None;
            }
            Event::CData(data) => {
                self.inside()?;
                self.put(text_of(data.clone().into_inner()));
            }
            Event::GeneralRef(reference) => {
                self.inside()?;
                let letter = resolve(reference).ok_or(Refused::IllFormed)?;
                self.put(Cow::Owned(letter.to_string()));
            }
            Event::DocType(_) => return Err(Refused::Doctype),
            Event::Decl(_) if self.rooted => return Err(Refused::IllFormed),
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) => {}
            Event::Eof | Event::Start(_) | Event::End(_) | Event::Text(_) => {
                return Err(Refused::IllFormed);
            }
        }
        Ok(())
    }

    fn inside(&self) -> Result<(), Refused> {
        if self.stack.is_empty() {
            return Err(Refused::IllFormed);
        }
        Ok(())
    }

    fn text(&mut self, text: &BytesText<'a>) -> Result<(), Refused> {
        if self.stack.is_empty() && !text.trim_ascii().is_empty() {
            return Err(Refused::IllFormed);
        }
        if self.capture.is_some() {
            self.put(text_of(text.clone().into_inner()));
        }
        Ok(())
    }

    /// An element begins.
    fn open(&mut self, start: &BytesStart<'a>) -> Result<Name, Refused> {
        let whole = start.name();
        let local = local_name(whole.as_ref()).ok_or(Refused::IllFormed)?;
        let name = Name::of(local);
        let parent = match self.stack.last() {
            Some(parent) => *parent,
            None if self.rooted => return Err(Refused::IllFormed),
            None => Name::Other,
        };
        // Nearly all elements are plain ones without attributes.
        let plain = self.rooted && start.attributes_raw().is_empty() && !name.begins_something();
        if !plain {
            let attributes = self.attributes(start, name)?;
            if !self.rooted {
                self.rooted = true;
                self.found.root = String::from_utf8_lossy(local).into_owned();
                self.found.namespace = attributes.namespace;
                self.found.layout = attributes.layout.clone();
            }
            self.begin(name, attributes.id, attributes.cancels, attributes.layout);
        }
        self.capture = match name {
            Name::Other => None,
            name => self.slot(parent, name),
        };
        Ok(name)
    }

    /// Checks the attributes of `start`, and reads those that matter where they may.
    fn attributes(&self, start: &BytesStart<'a>, name: Name) -> Result<Attributes<'a>, Refused> {
        let mut found = Attributes::default();
        if start.attributes_raw().is_empty() {
            return Ok(found);
        }
        let matters = self.stack.is_empty() || name.is_info() || name.is_event();
        let prefix = start.name().prefix().map(|prefix| prefix.as_ref().to_vec());
        for attribute in start.attributes() {
            let attribute = attribute.map_err(|_| Refused::IllFormed)?;
            let raw = attribute.value.as_ref();
            let plain = memchr::memchr2(b'<', b'&', raw).is_none();
            if !plain
                && (raw.contains(&b'<')
                    || attribute
                        .normalized_value(quick_xml::XmlVersion::Explicit1_0)
                        .is_err())
            {
                return Err(Refused::IllFormed);
            }
            if !matters {
                continue;
            }
            let key = attribute.key.as_ref();
            let value =
                || -> Cow<'a, str> { Cow::Owned(String::from_utf8_lossy(raw).trim().to_owned()) };
            match key {
                b"Id" | b"ID" | b"id" => found.id = value(),
                b"versao" => found.layout = value(),
                b"chCanc" => found.cancels = value(),
                b"xmlns" if prefix.is_none() => found.namespace = value(),
                _ if prefix.is_some() && key.strip_prefix(b"xmlns:") == prefix.as_deref() => {
                    found.namespace = value();
                }
                _ => {}
            }
        }
        Ok(found)
    }

    /// A new document, protocol or event begins.
    fn begin(&mut self, name: Name, id: Cow<'a, str>, cancels: Cow<'a, str>, layout: Cow<'a, str>) {
        if name.is_info() {
            self.found.documents += 1;
            if self.found.info.name.is_none() {
                if !layout.is_empty() {
                    self.found.layout = layout;
                }
                self.found.info = Info {
                    name: Some(name),
                    id,
                    cancels,
                    ..Info::default()
                };
            }
        } else if name.is_event() {
            self.found.events.push(EventInfo {
                name: Some(name),
                id,
                ..EventInfo::default()
            });
        } else if name == Name::InfProt {
            self.found.protocol.get_or_insert_default();
        } else if name == Name::Signature {
            self.found.signed = true;
        }
    }

    /// Which field the element `name` below `parent` holds; a field that is filled keeps what it has.
    fn slot(&self, parent: Name, name: Name) -> Option<Slot> {
        use Name as N;
        let first_document = self.found.documents <= 1;
        let slot = match (parent, name) {
            (N::Ide | N::Emit | N::Dest | N::Reference, _) if !first_document => return None,
            (N::Ide, N::CUf) => Slot::State,
            (N::Ide, N::Mod) => Slot::Model,
            (N::Ide, N::Serie | N::NSerieSat) => Slot::Series,
            (N::Ide, N::Number) => Slot::Number,
            (N::Ide, N::CDv) => Slot::CheckDigit,
            (N::Ide, N::DhEmi | N::DEmi) => Slot::Date,
            (N::Ide, N::TpAmb) => Slot::Environment,
            (N::Emit, N::Cnpj | N::Cpf) => Slot::Issuer,
            (N::Dest, N::Cnpj | N::Cpf) => Slot::Recipient,
            (N::InfProt, N::Key) => Slot::ProtocolKey,
            (N::InfProt, N::CStat) => Slot::ProtocolStatus,
            (N::InfProt, N::DigVal) => Slot::ProtocolDigest,
            (N::InfProt, N::TpAmb) => Slot::ProtocolEnvironment,
            (N::Reference, N::DigestValue) => Slot::Digest,
            (parent, N::Key) if parent.is_event() => Slot::EventKey,
            (parent, N::TpEvento) if parent.is_event() => Slot::EventKind,
            (parent, N::NSeqEvento) if parent.is_event() => Slot::EventSequence,
            (parent, N::DhEvento) if parent.is_event() => Slot::EventDate,
            (parent, N::TpAmb) if parent.is_event() => Slot::EventEnvironment,
            (parent, N::Cnpj | N::Cpf) if parent.is_event() => Slot::EventAuthor,
            (parent, N::CStat) if parent.is_event() => Slot::EventStatus,
            _ => return None,
        };
        Some(slot)
    }

    fn put(&mut self, text: Cow<'a, str>) {
        let Some(slot) = self.capture else { return };
        let Some(field) = self.field(slot) else {
            return;
        };
        if field.is_empty() {
            *field = match text {
                Cow::Borrowed(text) => Cow::Borrowed(text.trim_ascii()),
                Cow::Owned(text) => Cow::Owned(text.trim_ascii().to_owned()),
            };
        } else {
            // What stands in a second element of the name is not the document's.
            self.capture = None;
        }
    }

    fn field(&mut self, slot: Slot) -> Option<&mut Cow<'a, str>> {
        let found = &mut self.found;
        let info = &mut found.info;
        Some(match slot {
            Slot::State => &mut info.state,
            Slot::Model => &mut info.model,
            Slot::Series => &mut info.series,
            Slot::Number => &mut info.number,
            Slot::CheckDigit => &mut info.check_digit,
            Slot::Date => &mut info.date,
            Slot::Environment => &mut info.environment,
            Slot::Issuer => &mut info.issuer,
            Slot::Recipient => &mut info.recipient,
            Slot::ProtocolKey => &mut found.protocol.as_mut()?.key,
            Slot::ProtocolStatus => &mut found.protocol.as_mut()?.status,
            Slot::ProtocolDigest => &mut found.protocol.as_mut()?.digest,
            Slot::ProtocolEnvironment => &mut found.protocol.as_mut()?.environment,
            Slot::Digest => &mut found.digest,
            Slot::EventKey => &mut found.events.last_mut()?.key,
            Slot::EventKind => &mut found.events.last_mut()?.kind,
            Slot::EventSequence => &mut found.events.last_mut()?.sequence,
            Slot::EventDate => &mut found.events.last_mut()?.date,
            Slot::EventEnvironment => &mut found.events.last_mut()?.environment,
            Slot::EventAuthor => &mut found.events.last_mut()?.author,
            Slot::EventStatus => &mut found.events.last_mut()?.status,
        })
    }
}

/// A piece of a text that is UTF-8 as a whole, cut where ASCII stands.
fn text_of(piece: Cow<[u8]>) -> Cow<str> {
    match piece {
        Cow::Borrowed(bytes) => String::from_utf8_lossy(bytes),
        Cow::Owned(bytes) => Cow::Owned(String::from_utf8_lossy(&bytes).into_owned()),
    }
}

/// The attributes of an element that may matter.
#[derive(Debug, Default)]
struct Attributes<'a> {
    id: Cow<'a, str>,
    layout: Cow<'a, str>,
    cancels: Cow<'a, str>,
    namespace: Cow<'a, str>,
}

/// What a byte may be in a name; what is not ASCII is taken as a letter.
const NAME: [u8; 256] = {
    let mut table = [0; 256];
    let mut letter = 0u8;
    loop {
        table[letter as usize] = if letter.is_ascii_alphabetic() || letter == b'_' || letter >= 0x80
        {
            STARTS | GOES_ON
        } else if letter == b':' {
            STARTS | GOES_ON | COLON
        } else if letter.is_ascii_digit() || letter == b'-' || letter == b'.' {
            GOES_ON
        } else {
            0
        };
        if letter == u8::MAX {
            break;
        }
        letter += 1;
    }
    table
};

/// It may begin a name.
const STARTS: u8 = 1;
/// It may stand in a name.
const GOES_ON: u8 = 2;
/// It parts a prefix from the local name.
const COLON: u8 = 4;

/// The local part of `name`, if that may be the name of an element.
fn local_name(name: &[u8]) -> Option<&[u8]> {
    let classes = name.iter().map(|byte| NAME[usize::from(*byte)]);
    let (all, any) = classes.fold((GOES_ON, 0), |(all, any), class| (all & class, any | class));
    let first = NAME[usize::from(*name.first()?)];
    if all == 0 || first & STARTS == 0 {
        return None;
    }
    if any & COLON == 0 {
        return Some(name);
    }
    let colon = name.iter().position(|byte| *byte == b':')?;
    name.get(colon + 1..)
}

/// The character of a reference: one of XML's five, or a number.
fn resolve(reference: &BytesRef) -> Option<char> {
    let name = std::str::from_utf8(reference).ok()?;
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix('x') {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            let letter = char::from_u32(code)?;
            let allowed = !letter.is_control() || matches!(letter, '\t' | '\n' | '\r' | '\u{80}'..);
            (allowed && code != 0).then_some(letter)
        }
    }
}
