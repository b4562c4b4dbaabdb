//! What no result may be written over: journals, and the documents themselves.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use crate::lang::{Message, message};
use crate::manifest::ManifestReader;

/// What must not be lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Evidence {
    Journal,
    Document,
}

/// What `path` holds that must not be lost, if it does.
pub(super) fn evidence(path: &Path) -> Option<Evidence> {
    // To open a pipe would be to wait for whoever writes to it.
    if !path.metadata().ok()?.is_file() {
        return None;
    }
    let mut first = Vec::new();
    File::open(path)
        .and_then(|file| file.take(1024).read_to_end(&mut first))
        .ok()?;
    kind(&first)
}

fn kind(first: &[u8]) -> Option<Evidence> {
    let text = first.strip_prefix(b"\xef\xbb\xbf").unwrap_or(first);
    let line = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let line = String::from_utf8_lossy(line);
    let has = |name: &str| {
        line.trim_end()
            .split([',', ';'])
            .any(|column| column.trim_matches('"') == name)
    };
    if has("event") && has("sha256") && has("crc") {
        Some(Evidence::Journal)
    } else if line.trim_start().starts_with("<?xml") {
        Some(Evidence::Document)
    } else {
        None
    }
}

/// The sentence that refuses to write over it, for `option`.
pub(super) fn refuse(option: &str, path: &Path) -> Option<Message> {
    let path_text = path.display();
    Some(match evidence(path)? {
        Evidence::Journal => message!("evidence-journal", option = option, path = path_text),
        Evidence::Document => message!("evidence-document", option = option, path = path_text),
    })
}

/// The sentence that refuses to write over a manifest, for `option`; what is made from manifests may well replace one.
pub(super) fn refuse_manifest(option: &str, path: &Path) -> Option<Message> {
    let is_file = path.metadata().is_ok_and(|metadata| metadata.is_file());
    (is_file && ManifestReader::open(path).is_ok())
        .then(|| message!("evidence-manifest", option = option, path = path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn journals_and_documents_are_known_by_their_first_line() {
        for (first, found) in [
            (
                "time,event,sha256,id,route,http,attempt,millis,client,message,crc\n",
                Some(Evidence::Journal),
            ),
            ("\u{feff}time;event;sha256;crc\r\n", Some(Evidence::Journal)),
            (
                "<?xml version=\"1.0\"?><nfeProc/>",
                Some(Evidence::Document),
            ),
            ("action,notes,kind,event,route,id,sha256,path\n", None),
            ("<!DOCTYPE html><html>", None),
            ("", None),
            ("anything", None),
        ] {
            assert_eq!(kind(first.as_bytes()), found, "{first}");
        }
    }
}
