//! What no result may be written over. A name that is mistyped may be that of a document, a journal or anything else that
//! is nowhere else: so a command replaces, or continues, only what begins as its own results do, and what is empty.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use crate::diff::Balance;
use crate::lang::{Lang, Message, Tell, message};
use crate::manifest::ManifestReader;

/// What malote writes, as far as it is written over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Manifest,
    Journal,
    /// A balance, as a table or as an object.
    Balance,
    /// The page of `report`.
    Page,
    /// The list of `fetch-known`.
    Known,
    /// What `--log-file` names.
    Log,
    /// What the sandbox logs.
    SandboxLog,
}

/// Begins the list of `fetch-known`.
pub(super) const KNOWN_HEADER: &str = "key,kind,client,canceled";

/// As much of a file as tells what it is; the first line of a manifest may be long.
const BEGINNING: u64 = 64 * 1024;

/// The sentence that refuses to write over what lies at `path`, for `option`, unless it is one of `ours`.
pub(super) fn refuse(option: &str, path: &Path, ours: &[Kind]) -> Option<Message> {
    let found = match beginning(path) {
        Ok(Some(first)) if !first.is_empty() => kind(&first),
        Ok(_) => return None,
        // What it is cannot be known.
        Err(_) => None,
    };
    let path_text = path.display();
    match found {
        Some(kind) if ours.contains(&kind) => None,
        Some(Kind::Journal) => Some(message!(
            "evidence-journal",
            option = option,
            path = path_text
        )),
        _ => Some(message!(
            "evidence-foreign",
            option = option,
            path = path_text
        )),
    }
}

/// How the file at `path` begins; nothing where there is none, or what is no file: to open a pipe would be to wait for
/// whoever writes to it.
fn beginning(path: &Path) -> io::Result<Option<Vec<u8>>> {
    match path.metadata() {
        Ok(found) if found.is_file() => {}
        Ok(_) => return Ok(None),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    }
    let mut first = Vec::new();
    let file = File::open(path)?;
    file.take(BEGINNING).read_to_end(&mut first)?;
    Ok(Some(first))
}

fn kind(first: &[u8]) -> Option<Kind> {
    let text = first.strip_prefix(b"\xef\xbb\xbf").unwrap_or(first);
    let line = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let line = String::from_utf8_lossy(line);
    let line = line.trim_end();
    let columns = || line.split([',', ';']).map(|name| name.trim_matches('"'));
    let has = |name: &str| columns().any(|column| column == name);
    if has("event") && has("sha256") && has("crc") {
        Some(Kind::Journal)
    } else if ManifestReader::new(first).is_ok() {
        Some(Kind::Manifest)
    } else if is_balance(line) {
        Some(Kind::Balance)
    } else if is_page(text) {
        Some(Kind::Page)
    } else if columns().eq(KNOWN_HEADER.split(',')) {
        Some(Kind::Known)
    } else if columns().eq(crate::sandbox::LOG_HEADER.split(',')) {
        Some(Kind::SandboxLog)
    } else if is_log(line) {
        Some(Kind::Log)
    } else {
        None
    }
}

/// A line that is the balance in either language but for its numbers, or the object.
fn is_balance(line: &str) -> bool {
    let without_numbers = |text: &str| -> String {
        let letters = text.chars();
        letters.filter(|letter| !letter.is_ascii_digit()).collect()
    };
    let line = without_numbers(line);
    let none = Balance::default();
    let object = serde_json::to_string(&none).unwrap_or_default();
    let words = Lang::ALL.iter().map(|lang| none.words().tell(*lang));
    // Of the accepted some may have been there already, which is said behind.
    words
        .chain([object])
        .any(|text| line.starts_with(&without_numbers(&text)))
}

/// A page that says of itself that malote made it.
fn is_page(text: &[u8]) -> bool {
    let mark = b"<meta name=\"generator\" content=\"malote ";
    text.starts_with(b"<!DOCTYPE html><html lang=\"") && memchr::memmem::find(text, mark).is_some()
}

/// A line that begins with a time as the log writes it, and a level.
fn is_log(line: &str) -> bool {
    let Some((time, rest)) = line.split_once(' ') else {
        return false;
    };
    let levels = ["ERROR", "WARN", "INFO", "DEBUG", "TRACE"];
    let level = rest.split_whitespace().next().unwrap_or_default();
    time.len() == "2019-05-15T10:00:00.000-03:00".len()
        && time.parse::<jiff::Timestamp>().is_ok()
        && levels.contains(&level)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BALANCE: Balance = Balance {
        planned: 1_234_567,
        accepted: 1_234_560,
        already_there: 2,
        rejected: 7,
        failed: 0,
        unknown: 0,
        changed: 0,
        missing: 0,
        pending: 0,
    };

    #[test]
    fn what_malote_wrote_is_known_by_how_it_begins() {
        let journal = crate::journal::HEADER;
        let words = |lang| BALANCE.words().tell(lang);
        let json = serde_json::to_string(&BALANCE).unwrap();
        let page = "<!DOCTYPE html><html lang=\"pt-BR\"><head><meta name=\"generator\" content=\"malote 0.1.0\">";
        let time = "2026-11-24T22:00:00.000-03:00";
        for (first, found) in [
            (format!("{journal}\n"), Some(Kind::Journal)),
            (
                "\u{feff}time;event;sha256;crc\r\n".into(),
                Some(Kind::Journal),
            ),
            (
                "action,notes,kind,event,route,id,sha256,path\n".into(),
                Some(Kind::Manifest),
            ),
            (
                "\u{feff}Path;Action;kind;route;id;sha256\r\n".into(),
                Some(Kind::Manifest),
            ),
            (words(Lang::Portuguese) + "\n", Some(Kind::Balance)),
            (words(Lang::English) + "\n", Some(Kind::Balance)),
            (json + "\n", Some(Kind::Balance)),
            (page.into(), Some(Kind::Page)),
            ("key,kind,client,canceled\n".into(), Some(Kind::Known)),
            (
                "time,request,route,key,sha256,outcome,note\n".into(),
                Some(Kind::SandboxLog),
            ),
            (format!("{time}  INFO command begins\n"), Some(Kind::Log)),
            (format!("{time} TRACE document\n"), Some(Kind::Log)),
            // What others write.
            ("<?xml version=\"1.0\"?><nfeProc/>".into(), None),
            ("<nfeProc/>".into(), None),
            ("<!DOCTYPE html><html lang=\"en\"><p>malote".into(), None),
            (page.replace("malote", "other"), None),
            ("action,notes,kind,event,route,id,path\n".into(), None),
            ("cnpj,name\n".into(), None),
            ("{\"planned\":".into(), None),
            ("planned\n".into(), None),
            (format!("{time} remark\n"), None),
            (format!("{time}\n"), None),
            ("anything".into(), None),
            ("\n".into(), None),
        ] {
            assert_eq!(kind(first.as_bytes()), found, "{first}");
        }
        for first in [
            &b"PK\x03\x04"[..],
            b"\x1f\x8b\x08",
            b"\xff\xfe<\0",
            b"\0\0",
            b"\xff",
        ] {
            assert_eq!(kind(first), None, "{first:?}");
        }
    }
}
