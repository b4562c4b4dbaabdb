//! What the simulated Zen makes of a document's text: a reading of its own, for it must not share the sender's
//! mistakes. It is a plain one: every element's name is kept, and a text is asked for by where it stands.

use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use super::past::event_identity;

/// A document as the service sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Seen {
    /// Local name of the root, in small letters.
    pub root: String,
    /// Access key; of the note, where it is an event.
    pub key: String,
    /// What makes it the same as another: key, and for an event its type and number.
    pub identity: String,
    /// The key of a document that must have arrived before, if there is one.
    pub follows: Option<String>,
    /// CNPJ or CPF of the issuer.
    pub issuer: String,
    /// Date of issue as it is written.
    pub issued: String,
}

/// Why a text is no document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unseen {
    /// It is not well-formed, or declares a document type.
    IllFormed,
    /// It has no access key.
    NoKey,
}

/// Reads `text`.
///
/// # Errors
/// [`Unseen`]: what it lacks.
pub(super) fn see(text: &str) -> Result<Seen, Unseen> {
    let found = read(text).ok_or(Unseen::IllFormed)?;
    found.seen().ok_or(Unseen::NoKey)
}

/// What stands in the places that matter; the first of each counts.
#[derive(Debug, Default)]
struct Found {
    root: String,
    id: Option<String>,
    cancels: Option<String>,
    note: Option<String>,
    kind: Option<String>,
    number: Option<String>,
    issuer: Option<String>,
    author: Option<String>,
    issued: Option<String>,
}

impl Found {
    fn seen(self) -> Option<Seen> {
        let (key, identity, follows, issuer) = if self.root.starts_with("procevento") {
            let key = self.note.filter(|key| key.len() == 44)?;
            let number = self.number.as_deref().unwrap_or("1");
            let identity = event_identity(&key, &self.kind?, number);
            (key.clone(), identity, Some(key), self.author)
        } else {
            let key = last44(&self.id?)?;
            let sale = self.cancels.as_deref().and_then(last44);
            if self.root == "cfecanc" && sale.is_none() {
                return None;
            }
            (key.clone(), key, sale, self.issuer)
        };
        Some(Seen {
            root: self.root,
            key,
            identity,
            follows,
            issuer: issuer.unwrap_or_default(),
            issued: self.issued.unwrap_or_default(),
        })
    }

    /// Takes the attributes of `start`. False: they are not well-formed.
    fn attributes(&mut self, name: &str, start: &BytesStart) -> bool {
        for attribute in start.attributes() {
            let Ok(attribute) = attribute else {
                return false;
            };
            let Ok(value) = attribute.normalized_value(XmlVersion::Explicit1_0) else {
                return false;
            };
            if attribute.value.contains(&b'<') {
                return false;
            }
            if name.starts_with("inf") {
                let place = match attribute.key.as_ref() {
                    b"Id" => &mut self.id,
                    b"chCanc" => &mut self.cancels,
                    _ => continue,
                };
                place.get_or_insert_with(|| value.trim().to_owned());
            }
        }
        true
    }

    /// Takes the text of the element at the end of `path`.
    fn text(&mut self, path: &[String], text: &str) {
        let [.., parent, name] = path else { return };
        let place = match (parent.as_str(), name.as_str()) {
            ("infevento", "chnfe" | "chcte") => &mut self.note,
            ("infevento", "tpevento") => &mut self.kind,
            ("infevento", "nseqevento") => &mut self.number,
            ("infevento", "cnpj" | "cpf") => &mut self.author,
            ("emit", "cnpj" | "cpf") => &mut self.issuer,
            (_, "dhemi" | "demi" | "dhevento") => &mut self.issued,
            _ => return,
        };
        place.get_or_insert_with(|| text.trim().to_owned());
    }
}

/// Reads `text` to its end; nothing where it is not well-formed.
fn read(text: &str) -> Option<Found> {
    // A byte-order mark is not part of a text.
    if !text.chars().all(is_allowed) || text.starts_with('\u{feff}') {
        return None;
    }
    // A declaration stands at the very beginning or nowhere.
    let mut may_declare = text.starts_with("<?xml");
    let mut found = Found::default();
    let mut path: Vec<String> = Vec::new();
    let mut said = String::new();
    let mut reader = Reader::from_str(text);
    reader.config_mut().enable_all_checks(true);
    loop {
        match reader.read_event().ok()? {
            Event::Start(start) => {
                enter(&mut found, &mut path, &start)?;
                said.clear();
            }
            Event::Empty(start) => {
                enter(&mut found, &mut path, &start)?;
                path.pop();
            }
            Event::End(_) => {
                found.text(&path, &said);
                path.pop();
                said.clear();
            }
            Event::Text(piece) if path.is_empty() => {
                piece.trim_ascii().is_empty().then_some(())?;
            }
            Event::Text(piece) => said.push_str(&piece.decode().ok()?),
            Event::CData(piece) if !path.is_empty() => said.push_str(&piece.decode().ok()?),
            Event::GeneralRef(reference) if !path.is_empty() => said.push(letter(&reference)?),
            Event::Decl(_) => std::mem::take(&mut may_declare).then_some(())?,
            Event::Comment(_) | Event::PI(_) => {}
            Event::Eof if path.is_empty() && !found.root.is_empty() => return Some(found),
            Event::DocType(_) | Event::CData(_) | Event::GeneralRef(_) | Event::Eof => return None,
        }
    }
}

/// Goes into an element; nothing where it is a second root or its attributes are not well-formed.
fn enter(found: &mut Found, path: &mut Vec<String>, start: &BytesStart) -> Option<()> {
    let name = std::str::from_utf8(start.local_name().into_inner())
        .ok()?
        .to_ascii_lowercase();
    if path.is_empty() {
        found.root.is_empty().then_some(())?;
        found.root.clone_from(&name);
    }
    found.attributes(&name, start).then_some(())?;
    path.push(name);
    Some(())
}

/// The letter that `&…;` stands for.
fn letter(reference: &BytesRef) -> Option<char> {
    if reference.is_char_ref() {
        let letter = reference.resolve_char_ref().ok().flatten();
        return letter.filter(|letter| is_allowed(*letter));
    }
    match &**reference {
        b"lt" => Some('<'),
        b"gt" => Some('>'),
        b"amp" => Some('&'),
        b"quot" => Some('"'),
        b"apos" => Some('\''),
        _ => None,
    }
}

/// Whether XML 1.0 allows the letter at all.
fn is_allowed(letter: char) -> bool {
    matches!(letter, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{1_0000}'..)
}

fn last44(text: &str) -> Option<String> {
    let start = text.len().checked_sub(44)?;
    text.get(start..).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "35170458716523000119550010000000121000123458";
    const OTHER: &str = "35190511222333000181550010000001011007998198";

    fn note(root: &str, inner: &str) -> String {
        format!(
            "<?xml version=\"1.0\"?><!-- a --><{root} versao='4.00'><NFe><infNFe versao='4.00' Id='NFe{KEY}'>\
             <emit><CNPJ>58716523000119</CNPJ></emit>{inner}</infNFe></NFe></{root}>"
        )
    }

    #[test]
    fn documents_events_and_cancellations_are_seen() {
        let seen = see(&note("nfeProc", "")).unwrap();
        assert_eq!(
            (seen.root.as_str(), seen.key.as_str(), seen.issuer.as_str()),
            ("nfeproc", KEY, "58716523000119")
        );
        assert_eq!((seen.identity.as_str(), seen.follows), (KEY, None));
        let sale = format!(
            "<CFeCanc><infCFe Id=\"CFe{KEY}\" chCanc=\"CFe{OTHER}\"><ide><CNPJ>1</CNPJ></ide><emit><CNPJ>2</CNPJ>\
             </emit></infCFe></CFeCanc>"
        );
        let seen = see(&sale).unwrap();
        assert_eq!(
            (
                seen.key.as_str(),
                seen.follows.as_deref(),
                seen.issuer.as_str()
            ),
            (KEY, Some(OTHER), "2")
        );
        for text in ["<a/>", "<nfeProc Id='short'/>", "<CFeCanc/>"] {
            assert_eq!(see(text), Err(Unseen::NoKey), "{text}");
        }
    }

    /// Bug: the key of an event was the first that stood anywhere in its text.
    #[test]
    fn the_key_of_an_event_is_that_of_its_note_wherever_other_keys_stand() {
        let event = |prefix: &str, before: &str| {
            format!(
                "<{prefix}procEventoNFe>{before}<evento><{prefix}infEvento Id='ID110111{OTHER}01'><detEvento><chNFe>\
                 {OTHER}</chNFe></detEvento><CNPJ>3</CNPJ><{prefix}chNFe>{KEY}</{prefix}chNFe><tpEvento>110111\
                 </tpEvento><nSeqEvento>01</nSeqEvento></{prefix}infEvento></evento></{prefix}procEventoNFe>"
            )
        };
        for text in [
            event("", ""),
            event("ns2:", ""),
            event("", &format!("<x><chNFe>{OTHER}</chNFe></x>")),
        ] {
            let seen = see(&text).unwrap();
            assert_eq!(
                (seen.key.as_str(), seen.follows.as_deref()),
                (KEY, Some(KEY)),
                "{text}"
            );
            assert_eq!(seen.identity, format!("{KEY}/110111/1"));
            assert_eq!(seen.issuer, "3");
        }
        let keyless = format!("<procEventoNFe><infEvento Id='ID110111{KEY}01'/></procEventoNFe>");
        assert_eq!(see(&keyless), Err(Unseen::NoKey));
    }

    /// Bug: a text that no parser would read was taken.
    #[test]
    fn what_is_not_well_formed_is_not_seen() {
        let whole = note("nfeProc", "<a>&lt;&#65;</a><![CDATA[<]]>");
        assert!(see(&whole).is_ok());
        assert!(see(&format!("{whole}\n<!-- b -->\n")).is_ok());
        for text in [
            String::new(),
            format!("\n{whole}"),
            format!("\u{feff}{whole}"),
            "no xml".to_owned(),
            whole[..whole.len() - 4].to_owned(),
            whole[..whole.len() - 11].to_owned(),
            format!("{whole}x"),
            format!("{whole}{whole}"),
            format!("{whole}\0"),
            format!("{whole}&#0;"),
            note("nfeProc", "<a></b>"),
            note("nfeProc", "<a b='1' b='2'/>"),
            note("nfeProc", "<a b=1/>"),
            note("nfeProc", "&nbsp;"),
            note("nfeProc", "a & b"),
            note("nfeProc", "\u{1}"),
            note("nfeProc", "&#1;"),
            note("nfeProc", "<!-- a -- b -->"),
            format!("<!DOCTYPE a>{}", &note("nfeProc", "")[21..]),
        ] {
            assert_eq!(see(&text), Err(Unseen::IllFormed), "{text}");
        }
    }
}
