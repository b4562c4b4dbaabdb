use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::*;
use crate::dfe::MOST_PARTS;

/// Gives its pieces one by one, and then `last`.
struct Pieces(Vec<Vec<u8>>, Option<io::ErrorKind>);

impl Read for Pieces {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.0.is_empty() {
            return self.1.map_or(Ok(0), |kind| Err(kind.into()));
        }
        let piece = self.0.remove(0);
        buffer[..piece.len()].copy_from_slice(&piece);
        Ok(piece.len())
    }
}

fn made(
    pieces: &[&[u8]],
    last: Option<io::ErrorKind>,
    role: Role,
) -> (io::Result<Streamed>, Inspected) {
    made_with(pieces, last, role, false)
}

fn made_with(
    pieces: &[&[u8]],
    last: Option<io::ErrorKind>,
    role: Role,
    all_events: bool,
) -> (io::Result<Streamed>, Inspected) {
    let making = Making {
        routes: Routes::Documented,
        layout: Layout::default(),
        clients: None,
        all_events,
    };
    let mut out = Inspected::default();
    let mut maker = Maker {
        making,
        out: &mut out,
    };
    let stream = Pieces(pieces.iter().map(|piece| piece.to_vec()).collect(), last);
    let read = maker.stream(stream, "/a.xml", role, &mut Vec::new());
    (read, out)
}

#[test]
fn a_document_that_comes_in_pieces_is_read_to_its_end() {
    let whole = b"<a><b>1</b><c>2</c></a>\n";
    for role in [Role::Document, Role::Sniffed] {
        for cut in 1..whole.len() - 1 {
            let (first, second) = whole.split_at(cut);
            let (read, inspected) = made(&[first, second], None, role);
            assert_eq!(read.unwrap(), Streamed::Taken);
            let [One::Row(fact, _)] = inspected.each.as_slice() else {
                panic!("{} rows", inspected.each.len());
            };
            assert_eq!(fact.bytes, whole.len() as u64, "cut at {cut}");
            assert_eq!(fact.hash, Some(ContentHash::of(whole)));
        }
    }
}

#[test]
fn a_document_whose_rest_cannot_be_read_is_no_row_of_half_of_it() {
    let (read, inspected) = made(
        &[b"<a><b>1</b>"],
        Some(io::ErrorKind::Other),
        Role::Document,
    );
    assert!(read.is_err());
    assert!(inspected.each.is_empty());
}

/// The codes of the rows that a `.gz` of `bytes` has.
fn codes_of_gzip(bytes: &[u8]) -> Vec<&'static str> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    let (read, inspected) = made(&[&encoder.finish().unwrap()], None, Role::Gzip);
    assert_eq!(read.unwrap(), Streamed::Taken);
    codes_of(&inspected)
}

fn codes_of(inspected: &Inspected) -> Vec<&'static str> {
    let rows = inspected.each.iter().map(|one| match one {
        One::Row(fact, _) => codes::code(fact.skip).unwrap_or_default(),
        One::Passed(extension) => panic!("passed over: {extension}"),
    });
    rows.collect()
}

/// The notes of the first row.
fn notes_of(inspected: &Inspected) -> &str {
    Texts::decode(&inspected.texts).unwrap().notes
}

/// Bug: it was called `looked-into` though no document in it had a row.
#[test]
fn a_gzip_that_holds_no_xml_is_an_unsupported_archive() {
    for packed in [&b"notas/\0\0\0 ustar"[..], b"PK\x03\x04", b""] {
        assert_eq!(codes_of_gzip(packed), ["unsupported-archive"]);
    }
    assert_eq!(codes_of_gzip(b"<a/>"), ["looked-into", "not-dfe"]);
}

/// An event of a type that is sent with `--events all` only, and what the tax office said to it.
fn event(answer: &str, environment: &str) -> String {
    let key = "35190511222333000181550010000000011000000196";
    let inner = format!(
        "<tpAmb>{environment}</tpAmb><chNFe>{key}</chNFe><tpEvento>110140</tpEvento><nSeqEvento>1</nSeqEvento>"
    );
    format!(
        "<procEventoNFe xmlns=\"http://www.portalfiscal.inf.br/nfe\"><evento><infEvento Id=\"ID110140{key}01\">{inner}\
         </infEvento></evento><retEvento><infEvento><cStat>{answer}</cStat>{inner}</infEvento></retEvento></procEventoNFe>"
    )
}

/// Bug: behind another reason the code `other-event` stayed in the notes.
#[test]
fn where_every_event_is_sent_none_is_noted_as_another() {
    for (answer, environment, all_events, reason, notes) in [
        ("135", "1", false, "other-event", ""),
        ("135", "1", true, "", ""),
        ("573", "1", false, "not-authorised", "other-event"),
        ("573", "1", true, "not-authorised", ""),
        ("135", "2", true, "homologation", ""),
    ] {
        let text = event(answer, environment);
        let (_, inspected) = made_with(&[text.as_bytes()], None, Role::Document, all_events);
        assert_eq!(codes_of(&inspected), [reason], "{answer} {all_events}");
        assert_eq!(notes_of(&inspected), notes, "{answer} {all_events}");
    }
}

/// Bug: what was beyond so many was dropped without a word.
#[test]
fn of_more_documents_than_have_rows_a_row_speaks_for_the_rest() {
    for (count, rows, last) in [
        (MOST_PARTS, MOST_PARTS, "not-dfe"),
        (MOST_PARTS + 1, MOST_PARTS + 1, "several-documents"),
        (MOST_PARTS + 5, MOST_PARTS + 1, "several-documents"),
    ] {
        let text = format!("<r><infNFe/>{}</r>", "<CFe><a/></CFe>".repeat(count));
        let pieces: Vec<_> = text.as_bytes().chunks(4096).collect();
        let (_, inspected) = made(&pieces, None, Role::Document);
        let codes = codes_of(&inspected);
        let (container, parts) = codes.split_first().unwrap();
        assert_eq!((*container, parts.len()), ("looked-into", rows), "{count}");
        assert_eq!(parts.last(), Some(&last), "{count}");
        assert!(
            parts[..parts.len() - 1]
                .iter()
                .all(|code| *code == "not-dfe")
        );
    }
}

/// Bug: it was an answer, and nobody was told of the note in it.
#[test]
fn a_municipal_nfse_in_an_envelope_has_a_row() {
    let note = "<CompNfse><Nfse><InfNfse><Numero>1</Numero></InfNfse></Nfse></CompNfse>";
    for (inner, rows) in [
        (note.to_owned(), &["looked-into", "nfse"][..]),
        (
            format!("<ListaNfse>{note}{note}</ListaNfse>"),
            &["looked-into", "nfse", "nfse"],
        ),
        (String::new(), &["technical"]),
    ] {
        let text = format!("<s:Envelope xmlns:s=\"s\"><s:Body>{inner}</s:Body></s:Envelope>");
        let (_, inspected) = made(&[text.as_bytes()], None, Role::Document);
        assert_eq!(codes_of(&inspected), rows, "{text}");
    }
}

/// An XML in which `inner` is written as text.
fn around(inner: &str) -> String {
    let inner = inner.replace("]]>", "]]]]><![CDATA[>");
    format!("<s:Envelope xmlns:s=\"s\"><![CDATA[{inner}]]></s:Envelope>")
}

#[test]
fn what_lies_deeper_than_three_is_not_looked_into() {
    let note = "<CFe><infCFe/></CFe>".to_owned();
    let mut text = note;
    for (depth, codes) in [
        (1, &["looked-into", "no-access-key"][..]),
        (2, &["looked-into", "looked-into", "no-access-key"]),
        (
            3,
            &["looked-into", "looked-into", "looked-into", "no-access-key"],
        ),
        (
            4,
            &[
                "looked-into",
                "looked-into",
                "looked-into",
                "nested-too-deep",
            ],
        ),
        (
            5,
            &[
                "looked-into",
                "looked-into",
                "looked-into",
                "nested-too-deep",
            ],
        ),
    ] {
        text = around(&text);
        let (_, inspected) = made(&[text.as_bytes()], None, Role::Document);
        assert_eq!(codes_of(&inspected), codes, "{depth}");
    }
}

#[test]
fn all_that_lies_in_a_file_has_so_many_rows_at_most() {
    let half = format!(
        "<r><infNFe/>{}</r>",
        "<CFe><a/></CFe>".repeat(MOST_PARTS / 2)
    );
    let written = format!("<![CDATA[{half}]]>");
    let text = format!("<r><a>{written}</a><b>{written}</b><c>{written}</c></r>");
    let pieces: Vec<_> = text.as_bytes().chunks(4096).collect();
    let (_, inspected) = made(&pieces, None, Role::Document);
    let codes = codes_of(&inspected);
    assert_eq!(codes.len(), 1 + MOST_PARTS + 1);
    assert_eq!(codes.last(), Some(&"several-documents"));
}
