//! Documents within other files: each has a row of its own, and `run` reads it from where it lies.

use std::fs;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use malote::dfe::MOST_PARTS;
use malote::sandbox::Settings;

use crate::support::archive::cancellation_text;
use crate::support::containers::{bench, gzip, note, rows, soap, text, told, zip};
use crate::support::fake::{Answer, Fake, Request};
use crate::support::records;
use crate::support::zen::Zen;

#[test]
fn everything_within_containers_has_a_row_and_arrives() {
    let inner = zip(&[
        (b"nota.xml", note(5), true),
        (b"leia-me.pdf", b"%PDF".to_vec(), true),
    ]);
    let middle = zip(&[
        (b"fev.zip", inner.clone(), false),
        (b"so.xml", note(6), true),
    ]);
    let packed = |bytes: &[u8]| BASE64_STANDARD.encode(gzip(bytes));
    let answer = format!(
        "<retDistDFeInt xmlns=\"http://www.portalfiscal.inf.br/nfe\"><loteDistDFeInt>\
         <docZip NSU=\"1\" schema=\"procNFe_v4.00.xsd\">{}</docZip>\
         <docZip NSU=\"2\" schema=\"procNFe_v4.00.xsd\">{}</docZip>\
         <docZip NSU=\"3\">bm8gZ3ppcA==</docZip></loteDistDFeInt></retDistDFeInt>",
        packed(&note(7)),
        packed(&note(8)),
    );
    let bench = bench(&[
        (
            "2019.zip",
            zip(&[
                (b"jan/nota.xml", note(1), true),
                (b"jan/stored.xml", note(2), false),
                (b"mar\x87o/a\x87\xc6o.xml", note(3), true),
                (b"sniffed", note(4), true),
                (b"text", b"nothing".to_vec(), true),
                (b"meio.zip", middle, true),
                (b"x.rar", b"Rar!".to_vec(), false),
            ]),
        ),
        ("single.xml.gz", gzip(&note(9))),
        ("answer.xml", answer.into_bytes()),
        ("soap.xml", soap(&text(note(10)))),
        (
            "event.xml",
            soap(&format!(
                "<retConsSitNFe xmlns=\"http://www.portalfiscal.inf.br/nfe\">{}</retConsSitNFe>",
                cancellation_text(10)
            )),
        ),
    ]);
    bench.plan(&bench.path("archive"));
    assert_eq!(
        told(&bench),
        [
            "2019.zip skip archive looked-into",
            "2019.zip!/jan/nota.xml send nfe",
            "2019.zip!/jan/stored.xml send nfe",
            "2019.zip!/março/ação.xml send nfe",
            "2019.zip!/meio.zip skip archive looked-into",
            "2019.zip!/meio.zip!/fev.zip skip archive looked-into",
            "2019.zip!/meio.zip!/fev.zip!/nota.xml send nfe",
            "2019.zip!/meio.zip!/so.xml send nfe",
            "2019.zip!/sniffed send nfe",
            "2019.zip!/x.rar skip archive unsupported-archive",
            "answer.xml skip container looked-into",
            "answer.xml!/1-docZip.xml send nfe",
            "answer.xml!/2-docZip.xml send nfe",
            "answer.xml!/3-docZip.xml skip unreadable broken-archive",
            "event.xml skip container looked-into",
            "event.xml!/1-procEventoNFe.xml send nfe-event",
            "single.xml.gz skip archive looked-into",
            "single.xml.gz!/single.xml send nfe",
            "soap.xml skip container looked-into",
            "soap.xml!/1-nfeProc.xml send nfe cancelled-by-event",
        ]
    );
    let rows = rows(&bench);
    let nested = &rows["2019.zip!/meio.zip!/fev.zip"];
    assert_eq!(nested["bytes"], inner.len().to_string());
    let zen = Zen::start(Settings::default());
    let done = bench.send(&zen.url(), &[]);
    assert_eq!(done.status, 0, "{done:?}");
    assert_eq!(zen.account().accepted, 11);
    assert_eq!(bench.balance(&[])["accepted"], 11);
}

#[test]
fn of_two_members_with_one_name_each_is_sent() {
    let bench = bench(&[(
        "a.zip",
        zip(&[(b"nota.xml", note(1), true), (b"nota.xml", note(2), true)]),
    )]);
    bench.plan(&bench.path("archive"));
    let done = bench.malote(&["run", "malote.csv", "--sandbox"]);
    assert_eq!(done.status, 0, "{done:?}");
    assert!(
        done.out.contains("accepted 2") || done.err.contains("accepted 2"),
        "{done:?}"
    );
}

#[test]
fn what_changed_or_went_within_an_archive_is_not_sent() {
    let bench = bench(&[
        (
            "a.zip",
            zip(&[(b"nota.xml", note(1), true), (b"b.xml", note(2), true)]),
        ),
        ("c.zip", zip(&[(b"nota.xml", note(3), true)])),
    ]);
    bench.plan(&bench.path("archive"));
    fs::write(
        bench.path("archive/a.zip"),
        zip(&[(b"nota.xml", note(4), true)]),
    )
    .unwrap();
    let zen = Zen::start(Settings::default());
    let done = bench.send(&zen.url(), &[]);
    assert_eq!(done.status, 1, "{done:?}");
    let balance = bench.balance(&[]);
    assert_eq!(
        (balance["accepted"], balance["changed"], balance["missing"]),
        (1, 1, 1)
    );
}

#[test]
fn broken_encrypted_and_strange_archives_are_rows() {
    let good = zip(&[(b"a.xml", note(1), true), (b"b.xml", note(2), true)]);
    let mut encrypted = good.clone();
    // The flag of the first member, in its own header and in the directory.
    encrypted[6] |= 1;
    let directory = memchr::memmem::find(&encrypted, b"PK\x01\x02").unwrap();
    encrypted[directory + 8] |= 1;
    let mut strange = good.clone();
    strange[directory + 10] = 14;
    let mut flipped = good.clone();
    flipped[60] ^= 0xff;
    let mut cut = good.clone();
    cut.truncate(directory + 20);
    let deep = (0..3).fold(zip(&[(b"a.xml", note(3), true)]), |inner, _| {
        zip(&[(b"z.zip", inner, false)])
    });
    let mut overlapping = good;
    // Each record says that its member is as long as the archive.
    let second = directory + 46 + b"a.xml".len();
    for record in [directory, second] {
        let at = memchr::memmem::find(&overlapping[record..], b"PK\x01\x02").unwrap() + record;
        let length = u32::try_from(overlapping.len()).unwrap();
        overlapping[at + 20..at + 24].copy_from_slice(&length.to_le_bytes());
    }
    let bench = bench(&[
        ("1-encrypted.zip", encrypted),
        ("2-strange.zip", strange),
        ("3-flipped.zip", flipped),
        ("4-cut.zip", cut),
        ("5-page.zip", b"<html></html>".to_vec()),
        ("6-deep.zip", deep),
        ("7-overlapping.zip", overlapping),
        (
            "8-large.zip",
            zip(&[(b"a.xml", vec![b' '; 33 << 20], true)]),
        ),
        ("9-cut.xml.gz", gzip(&note(4))[..200].to_vec()),
    ]);
    bench.plan(&bench.path("archive"));
    assert_eq!(
        told(&bench),
        [
            "1-encrypted.zip skip archive looked-into",
            "1-encrypted.zip!/a.xml skip unreadable encrypted-archive",
            "1-encrypted.zip!/b.xml send nfe",
            "2-strange.zip skip archive looked-into",
            "2-strange.zip!/a.xml skip unreadable unsupported-archive",
            "2-strange.zip!/b.xml skip nfe duplicate-of",
            "3-flipped.zip skip archive looked-into",
            "3-flipped.zip!/a.xml skip unreadable broken-archive",
            "3-flipped.zip!/b.xml skip nfe duplicate-of",
            "4-cut.zip skip archive broken-archive",
            "5-page.zip skip archive broken-archive",
            "6-deep.zip skip archive looked-into",
            "6-deep.zip!/z.zip skip archive looked-into",
            "6-deep.zip!/z.zip!/z.zip skip archive looked-into",
            "6-deep.zip!/z.zip!/z.zip!/z.zip skip archive nested-too-deep",
            "7-overlapping.zip skip archive archive-bomb",
            "8-large.zip skip archive looked-into",
            "8-large.zip!/a.xml skip unreadable too-large",
            "9-cut.xml.gz skip archive broken-archive",
        ]
    );
}

/// Bytes that an archive of so many may inflate to, with all that lie in it.
const fn most_inflated(length: usize) -> u64 {
    200 * length as u64 + (1 << 30)
}

/// Has the directory of `zip` say that the member of that name inflates to so many bytes.
fn claim(zip: &mut [u8], name: &[u8], bytes: u64) {
    let record = memchr::memmem::find_iter(zip, b"PK\x01\x02")
        .find(|at| zip[at + 46..].starts_with(name))
        .unwrap();
    let bytes = u32::try_from(bytes).unwrap();
    zip[record + 24..record + 28].copy_from_slice(&bytes.to_le_bytes());
}

/// Nothing of it is inflated to find that out.
#[test]
fn an_archive_that_claims_to_inflate_to_too_much_is_not_looked_into() {
    let first = note(1);
    let members = zip(&[
        (b"a.xml", first.clone(), true),
        (b"b.xml", note(2), true),
        (b"c.xml", note(3), true),
    ]);
    let most = most_inflated(members.len());
    let [mut as_much, mut more] = [members.clone(), members];
    for (zip, too_much) in [(&mut as_much, 0), (&mut more, 1)] {
        claim(zip, b"b.xml", 1 << 29);
        claim(
            zip,
            b"c.xml",
            most - (1 << 29) - first.len() as u64 + too_much,
        );
    }
    let half = |number| {
        let mut half = zip(&[(b"a.xml", note(number), true), (b"b.xml", note(0), true)]);
        claim(&mut half, b"b.xml", 600 << 20);
        half
    };
    let both = zip(&[(b"y.zip", half(4), false), (b"z.zip", half(5), false)]);
    let bench = bench(&[
        ("1-as-much.zip", as_much),
        ("2-more.zip", more),
        ("3-in-two.zip", both),
    ]);
    bench.plan(&bench.path("archive"));
    assert_eq!(
        told(&bench),
        [
            "1-as-much.zip skip archive looked-into",
            "1-as-much.zip!/a.xml send nfe",
            "1-as-much.zip!/b.xml skip unreadable too-large",
            "1-as-much.zip!/c.xml skip unreadable too-large",
            "2-more.zip skip archive archive-bomb",
            "3-in-two.zip skip archive looked-into",
            "3-in-two.zip!/y.zip skip archive looked-into",
            "3-in-two.zip!/y.zip!/a.xml send nfe",
            "3-in-two.zip!/y.zip!/b.xml skip unreadable too-large",
            "3-in-two.zip!/z.zip skip archive archive-bomb",
        ]
    );
}

#[test]
fn globs_leave_out_what_lies_in_an_archive() {
    let bench = bench(&[(
        "a.zip",
        zip(&[
            (b"lixo/a.xml", note(1), true),
            (b"b-nfe.xml", note(2), true),
            (b"c.xml", note(3), true),
        ]),
    )]);
    let archive = bench.path("archive");
    let args = ["plan", archive.to_str().unwrap(), "--exclude", "lixo"];
    let planned = bench.malote(&[&args[..], &["--exclude", "*-nfe.xml"]].concat());
    assert_eq!(planned.status, 0, "{planned:?}");
    assert_eq!(
        told(&bench),
        ["a.zip skip archive looked-into", "a.zip!/c.xml send nfe"]
    );
}

/// Names that would lead out of the archive, were anything unpacked, or that look like another's place in it.
#[test]
fn names_that_leave_the_zip_lead_nowhere() {
    let names: [&[u8]; 11] = [
        b"../../outside.xml",
        b"/etc/malote.xml",
        b"C:\\Windows\\nota.xml",
        b"..\\..\\nota.xml",
        b"a/../../b.xml",
        b"inner.zip!/nota.xml",
        b"!/nota.xml",
        b"=cmd|' !A0.xml",
        b"\x1b[31m\xff.xml",
        b"nul\0inside.xml",
        b"././x.xml",
    ];
    let members = (0..)
        .zip(names)
        .map(|(number, name)| (name, note(number), true));
    let bench = bench(&[("a.zip", zip(&members.collect::<Vec<_>>()))]);
    let planned = bench.plan(&bench.path("archive"));
    planned.assert_no_controls();
    let rows = records(&bench.read("malote.csv"));
    let sent: Vec<_> = rows.iter().filter(|row| row["action"] == "send").collect();
    assert_eq!(sent.len(), names.len(), "{rows:?}");
    let fake = Fake::start(Answer::accepted);
    let done = bench.send(&fake.url(), &[]);
    done.assert_no_controls();
    assert_eq!((done.status, fake.count()), (0, names.len()), "{done:?}");
    let mut hashes: Vec<_> = fake.requests().iter().flat_map(Request::hashes).collect();
    let mut planned: Vec<_> = sent.iter().map(|row| row["sha256"].clone()).collect();
    hashes.sort();
    planned.sort();
    assert_eq!(hashes, planned);
    for outside in ["outside.xml", "nota.xml", "b.xml", "x.xml"] {
        assert!(!bench.path(outside).exists(), "{outside}");
    }
}

#[test]
fn a_batch_of_several_documents_has_a_row_for_each() {
    let inner = |number| {
        let text = text(note(number));
        let from = text.find("<NFe>").unwrap();
        text[from..text.find("<protNFe").unwrap()].to_owned()
    };
    let batch = |notes: &str| {
        format!("<enviNFe xmlns=\"http://www.portalfiscal.inf.br/nfe\">{notes}</enviNFe>")
            .into_bytes()
    };
    let bench = bench(&[
        ("one.xml", batch(&inner(1))),
        ("two.xml", batch(&(inner(2) + &inner(3)))),
    ]);
    bench.plan(&bench.path("archive"));
    assert_eq!(
        told(&bench),
        [
            "one.xml skip nfe no-protocol",
            "two.xml skip container looked-into",
            "two.xml!/1-NFe.xml skip nfe no-protocol",
            "two.xml!/2-NFe.xml skip nfe no-protocol",
        ]
    );
}

/// Bug: they came in the order of the directory, and of two copies the later by name was sent.
#[test]
fn members_come_sorted_by_name_and_of_copies_the_first_is_sent() {
    let members = ["b.xml", "a/z.xml", "a b.xml", "a.xml", "c.xml", "b.xml"];
    let contents = [2, 1, 3, 2, 4, 5];
    let members: Vec<_> = members.iter().zip(contents).collect();
    let zipped = |members: &[(&&str, usize)]| {
        let files: Vec<_> = members
            .iter()
            .map(|(name, number)| (name.as_bytes(), note(*number), true))
            .collect();
        zip(&files)
    };
    let bench = bench(&[("z.zip", zipped(&members))]);
    bench.plan(&bench.path("archive"));
    let told: Vec<_> = records(&bench.read("malote.csv"))
        .into_iter()
        .map(|row| {
            let name = row["path"].rsplit_once("z.zip").unwrap().1.to_owned();
            let note = row["notes"].split(':').next().unwrap().to_owned();
            (name, note)
        })
        .collect();
    let expected = [
        ("", "looked-into"),
        ("!/a/z.xml", ""),
        ("!/a b.xml", ""),
        ("!/a.xml", ""),
        ("!/b.xml", "duplicate-of"),
        ("!/b.xml", ""),
        ("!/c.xml", ""),
    ];
    assert_eq!(
        told,
        expected.map(|(name, note)| (name.to_owned(), note.to_owned()))
    );
}

/// Bug: what was saved under the name of an XML was an XML that is not well-formed.
#[test]
fn an_archive_with_the_name_of_an_xml_or_none_is_what_its_bytes_say() {
    let small = |number| zip(&[(b"a.xml", note(number), true)]);
    let bench = bench(&[
        ("1-gz.xml", gzip(&note(1))),
        (
            "2-zip.xml",
            zip(&[
                (b"a.xml", note(2), true),
                (b"b.zip", small(3), true),
                (b"c.pdf", b"%PDF".to_vec(), true),
                (b"d.xml", small(4), true),
                (b"e.xml", gzip(&note(5)), true),
                (b"lixo/f.xml", note(9), true),
            ]),
        ),
        ("3", gzip(&note(6))),
        ("4", small(7)),
        ("5-rar.xml", b"Rar!\x1a\x07\x00".to_vec()),
        ("6-7z.xml", b"7z\xbc\xaf\x27\x1c".to_vec()),
        ("7-cut.xml", small(8)[..60].to_vec()),
        ("8-soap.xml", gzip(&soap(&text(note(8))))),
    ]);
    let plan = ["plan", "archive", "--exclude", "2-zip.xml!/lixo"];
    let planned = bench.malote(&plan);
    assert_eq!(planned.status, 0, "{planned:?}");
    assert_eq!(
        told(&bench),
        [
            "1-gz.xml skip archive looked-into",
            "1-gz.xml!/1-gz.xml send nfe",
            "2-zip.xml skip archive looked-into",
            "2-zip.xml!/a.xml send nfe",
            "2-zip.xml!/b.zip skip archive looked-into",
            "2-zip.xml!/b.zip!/a.xml send nfe",
            "2-zip.xml!/d.xml skip archive unsupported-archive",
            "2-zip.xml!/e.xml skip archive looked-into",
            "2-zip.xml!/e.xml!/e.xml send nfe",
            "3 skip archive looked-into",
            "3!/3 send nfe",
            "4 skip archive looked-into",
            "4!/a.xml send nfe",
            "5-rar.xml skip archive unsupported-archive",
            "6-7z.xml skip archive unsupported-archive",
            "7-cut.xml skip archive broken-archive",
            "8-soap.xml skip archive looked-into",
            "8-soap.xml!/8-soap.xml skip container looked-into",
            "8-soap.xml!/8-soap.xml!/1-nfeProc.xml send nfe",
        ]
    );
    let zen = Zen::start(Settings::default());
    let done = bench.send(&zen.url(), &[]);
    assert_eq!(done.status, 0, "{done:?}");
    assert_eq!(zen.account().accepted, 7);
}

#[test]
fn a_zip_with_the_name_of_an_xml_has_no_more_members_than_an_xml() {
    let many = |count: usize| {
        let names: Vec<_> = (0..count).map(|number| format!("{number:05}")).collect();
        let members: Vec<_> = names
            .iter()
            .map(|name| (name.as_bytes(), Vec::new(), false))
            .collect();
        zip(&members)
    };
    let bench = bench(&[("1.xml", many(MOST_PARTS)), ("2.xml", many(MOST_PARTS + 1))]);
    bench.plan(&bench.path("archive"));
    assert_eq!(
        told(&bench),
        [
            "1.xml skip archive looked-into",
            "2.xml skip archive unsupported-archive",
        ]
    );
}
