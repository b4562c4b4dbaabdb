//! Manifests as `plan` writes them and as spreadsheets save them, and what is wrong with others.

use super::super::row::{Action, Known, Row};
use super::super::write::{Cells, Layout, ManifestWriter};
use super::*;
use crate::dfe::{DocumentKind, Signature, Status};
use crate::zen::{Envelope, Route};

const HASH: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

fn rows(text: &[u8]) -> Result<Vec<Row>, ManifestError> {
    let mut reader = ManifestReader::new(text)?;
    let mut rows = Vec::new();
    while let Some(row) = reader.next_row()? {
        rows.push(row.to_row());
    }
    Ok(rows)
}

fn known<'a>(path: &str, id: &'a str) -> Known<'a> {
    Known {
        kind: DocumentKind::Nfe,
        event: "",
        route: Some(Route::Nfe),
        envelope: None,
        side: None,
        id,
        issuer: "12.ABC.345/01DE-35",
        recipient: "",
        issued: Some(jiff::civil::date(2019, 5, 31)),
        status: Status::Cancelled,
        bytes: 7000,
        sha256: Some(ContentHash::of(path.as_bytes())),
        signature: Some(Signature::ValidIfUnindented),
    }
}

fn written(path: &str, known: &Known, layout: Layout) -> Vec<u8> {
    let mut text = Vec::new();
    layout.render(known, &mut text);
    let mut writer = ManifestWriter::new(Vec::new(), layout);
    writer
        .write(
            Action::Send,
            &Cells {
                notes: "cancelled",
                known: &text,
                clients: "11.222.333/0001-81",
                path,
            },
        )
        .unwrap();
    writer.finish().unwrap()
}

#[test]
fn the_columns_are_those_of_the_contract() {
    let text = written("/a/b.xml", &known("/a/b.xml", "NFe1"), Layout::default());
    let hash = ContentHash::of(b"/a/b.xml");
    let expected = format!(
        "action,notes,kind,event,route,id,issuer,recipient,issued,status,bytes,sha256,path\n\
         send,cancelled,nfe,,importarxmlnfearray,NFe1,12.ABC.345/01DE-35,,2019-05-31,cancelled,7000,{hash},/a/b.xml\n"
    );
    assert_eq!(String::from_utf8(text).unwrap(), expected);
}

#[test]
fn what_a_spreadsheet_saved_means_the_same() {
    let known = known("/a/b;c.xml", "NFe1");
    let plain = rows(&written("/a/b;c.xml", &known, Layout::default())).unwrap();
    let excel = written(
        "/a/b;c.xml",
        &known,
        Layout {
            excel: true,
            ..Layout::default()
        },
    );
    assert_eq!(rows(&excel).unwrap(), plain);
    let moved = format!(
        "\u{feff}PATH;Minha coluna;Sha256;id;route;kind;Action\r\n\
         /a;x;{};NFe1;importarxmlnfearray;nfe; SEND \r\n;;;;;;\r\n/b;;;;;unreadable;skip\r\n",
        HASH.to_uppercase()
    );
    let found = rows(moved.as_bytes()).unwrap();
    assert_eq!(
        (found[0].path.as_str(), found[0].action, found[0].line),
        ("/a", Action::Send, 2)
    );
    assert_eq!(
        (found[1].path.as_str(), found[1].action, found[1].line),
        ("/b", Action::Skip, 4)
    );
}

#[test]
fn what_is_wrong_is_named_with_its_line() {
    let header = "action,kind,route,id,sha256,path\n";
    let good = format!("send,nfe,importarxmlnfearray,NFe1,{HASH},\"/a;b\"\n");
    for (row, words) in [
        (
            format!("sned,nfe,importarxmlnfearray,NFe1,{HASH},/a"),
            "line 3: the action \"sned\"",
        ),
        (
            format!("send,nfe,,NFe1,{HASH},/a"),
            "line 3: it says send but has no route",
        ),
        (
            format!("send,nfe,importarxmlnfe,NFe1,{HASH},/a"),
            "line 3: \"importarxmlnfe\" is no route",
        ),
        (
            "send,nfe,importarxmlnfearray,NFe1,3.5E+44,/a".to_owned(),
            "line 3: \"3.5E+44\" is not a SHA-256",
        ),
        (
            "send,nfe,importarxmlnfearray,NFe1,,/a".to_owned(),
            "line 3: \"\" is not a SHA-256",
        ),
        (
            format!("send,nfe,importarxmlnfearray,NFe1,{HASH},"),
            "line 3: it says send but has no path",
        ),
        (
            format!("send,nfe,importarxmlnfearray,NFe1,{HASH}"),
            "line 3: it ends before the column \"path\"",
        ),
        (
            format!("send,nef,importarxmlnfearray,NFe1,{HASH},/a"),
            "line 3: \"nef\" is no kind",
        ),
        (
            format!("send,,importarxmlnfearray,NFe1,{HASH},/a"),
            "line 3: \"\" is no kind",
        ),
        (
            format!("send,nfe,importarxmlnfearray,NFe1,{HASH},\"/a"),
            "line 3: a quote does not close",
        ),
        (
            format!("skip,nfe,,,,\"/a\nb\"\n{good}"),
            "line 3: a quote does not close",
        ),
    ] {
        let text = format!("{header}{good}{row}\n");
        let error = rows(text.as_bytes()).unwrap_err().to_string();
        assert!(error.starts_with(words), "{error}");
    }
    let latin = [header.as_bytes(), b"skip,nfe,,,,/a/caf\xe9.xml\n"].concat();
    assert!(
        rows(&latin)
            .unwrap_err()
            .to_string()
            .starts_with("line 2: it is not UTF-8")
    );
    let error = rows(b"action,kind,route,id,sha256\n")
        .unwrap_err()
        .to_string();
    assert!(
        error.starts_with("line 1: the column \"path\" is missing"),
        "{error}"
    );
    assert!(rows(b"").is_err());
}

/// Bug: where the first line ended in another way than the rows, or with CR alone, the numbers were wrong.
#[test]
fn line_numbers_are_those_of_an_editor_whatever_ends_the_lines() {
    let header = "action,kind,route,id,sha256,path";
    for (first, end) in [
        ("\n", "\n"),
        ("\n", "\r\n"),
        ("\r\n", "\n"),
        ("\r\n", "\r\n"),
        ("\r", "\r"),
    ] {
        let text = format!(
            "{header}{first}skip,nfe,,,,/a{end}{end},,,,,{end}skip,nfe,,,,/b{end}skip,nfe,,,,/c"
        );
        let found = rows(text.as_bytes()).unwrap();
        let lines: Vec<_> = found.iter().map(|row| row.line).collect();
        assert_eq!(lines, [2, 5, 6], "{first:?} {end:?}");
    }
}

/// Bug: a row without the last cells was refused, though nothing that is read stood there.
#[test]
fn cells_that_are_not_needed_may_be_left_out_at_the_end() {
    let text = format!(
        "action,kind,route,id,sha256,path,envelope,journal,mine\n\
         send,nfe,importarxmlnfearray,NFe1,{HASH},/a\nskip,nfe,,,,/b,,\nskip,nfe,,,,/c,,j.csv,x,y\n"
    );
    let mut reader = ManifestReader::new(text.as_bytes()).unwrap();
    for (path, journal) in [("/a", None), ("/b", None), ("/c", Some("j.csv"))] {
        let found = reader.next_row().unwrap().map(|row| row.path.to_owned());
        assert_eq!((found.as_deref(), reader.journal()), (Some(path), journal));
    }
}

/// Bug: `NFE-EVENT` and words that mean nothing were taken for `other`, and such events sent before their notes.
#[test]
fn a_kind_is_read_in_any_letter_case() {
    let header = "action,kind,route,id,sha256,path\n";
    for (word, action, kind) in [
        ("NFE-EVENT", "send", DocumentKind::NfeEvent),
        (" Nfe-Event ", "send", DocumentKind::NfeEvent),
        ("whatever", "skip", DocumentKind::Other),
        ("", "skip", DocumentKind::Other),
    ] {
        let text = format!("{header}{action},{word},importarxmlnfeeventarray,x,{HASH},/a\n");
        assert_eq!(rows(text.as_bytes()).unwrap()[0].kind, kind, "{word:?}");
    }
}

/// Bug: a quote that does not close took the rest of the manifest into its cell, and those rows were not sent.
#[test]
fn a_quote_that_does_not_close_swallows_no_rows() {
    let row = |name: &str| format!("send,nfe,importarxmlnfearray,NFe1,{HASH},{name}\n");
    let header = "action,kind,route,id,sha256,path\n";
    for (first, line) in [("\"/a", 2), ("\"/a\nb\"", 2), ("/a\n\"", 3)] {
        let text = format!("{header}{}{}{}", row(first), row("/b"), row("/c"));
        let error = rows(text.as_bytes()).unwrap_err().to_string();
        let words = format!("line {line}: a quote does not close");
        assert!(error.starts_with(&words), "{first:?}: {error}");
    }
}

#[test]
fn the_envelope_follows_the_table_that_plan_used() {
    let header = "action,kind,route,envelope,id,sha256,path\n";
    for (kind, route, word, envelope) in [
        ("nfe", "importarxmlnfearray", "", Envelope::Array),
        ("nfe-event", "importarxmlnfeeventarray", "", Envelope::Data),
        ("nfe-event", "importarxmlnfearray", "", Envelope::Array),
        ("cte", "importarxmlcteosarray", "", Envelope::Data),
        ("cte-os", "importarxmlcteosarray", "", Envelope::Array),
        ("cte-os", "importarxmlcteosarray", "data", Envelope::Data),
        ("cfe", "importarxmlcfearray", "data", Envelope::Data),
    ] {
        let text = format!("{header}send,{kind},{route},{word},x,{HASH},/a\n");
        assert_eq!(
            rows(text.as_bytes()).unwrap()[0].envelope,
            envelope,
            "{kind} {route}"
        );
    }
}

proptest::proptest! {
       #[test]
       fn any_row_is_read_as_it_was_written(path in "/[^\\x00-\\x1f\\x7f]{1,40}", id in "\\PC{0,60}", excel: bool) {
           let layout = Layout {
excel,
envelope: true,
clients: excel,
signature: excel,
};
           let mut one = known(&path, &id);
           one.envelope = Some(Envelope::Data);
           let read = rows(&written(&path, &one, layout)).unwrap();
           proptest::prop_assert_eq!(&read[0].path, &path);
           proptest::prop_assert_eq!(read[0].envelope, Envelope::Data);
           proptest::prop_assert_eq!(read[0].id.trim_start_matches('\''), id.trim().trim_start_matches('\''));
       }
   }
