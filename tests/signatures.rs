//! `plan --verify-signatures`: told in a column, and nothing is skipped for it.

use std::fs;

use crate::support::Bench;
#[cfg(feature = "signatures")]
use crate::support::{fixtures, records};

#[cfg(not(feature = "signatures"))]
#[test]
fn without_the_feature_the_option_is_refused_and_says_how_to_get_it() {
    let bench = Bench::new();
    fs::create_dir(bench.path("archive")).unwrap();
    let done = bench.malote(&["plan", "archive", "--verify-signatures"]);
    assert_eq!(done.status, 2, "{done:?}");
    assert!(done.err.contains("--features signatures"), "{done:?}");
    assert!(!bench.path("malote.csv").exists());
}

/// A note whose signature is right, made by another program than the one that verifies it.
#[cfg(feature = "signatures")]
fn signed() -> String {
    fs::read_to_string(fixtures().with_file_name("signed/nfe.xml")).unwrap()
}

#[cfg(feature = "signatures")]
#[test]
fn what_became_of_a_signature_is_told_and_the_document_is_sent_all_the_same() {
    let text = signed();
    let start = text.find("<Signature").unwrap();
    let end = text.find("</Signature>").unwrap() + "</Signature>".len();
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (bytes, signature) in [
        (text.clone().into_bytes(), "valid"),
        ([b"\xff\xfe", &utf16[..]].concat(), "valid"),
        (
            text.replace("><", ">\r\n  <").into_bytes(),
            "valid-if-unindented",
        ),
        (
            text.replace("<vNF>15.00", "<vNF>16.00").into_bytes(),
            "altered",
        ),
        (
            text.replace("><", "> <")
                .replace("<vNF>15.00", "<vNF>16.00")
                .into_bytes(),
            "altered",
        ),
        (
            text.replace("Reference URI=\"#", "Reference URI=\"./")
                .into_bytes(),
            "altered",
        ),
        (
            text.replace("<X509Certificate>MII", "<X509Certificate>AAA")
                .into_bytes(),
            "altered",
        ),
        (
            [&text[..start], &text[end..]].concat().into_bytes(),
            "absent",
        ),
    ] {
        let bench = Bench::new();
        fs::create_dir(bench.path("archive")).unwrap();
        fs::write(bench.path("archive/a.xml"), &bytes).unwrap();
        let done = bench.malote(&["plan", "archive", "--verify-signatures"]);
        assert_eq!(done.status, 0, "{done:?}");
        assert!(!done.err.contains("panicked"), "{done:?}");
        let rows = records(&bench.read("malote.csv"));
        assert_eq!(
            (&*rows[0]["action"], &*rows[0]["signature"]),
            ("send", signature)
        );
        // The column does not trouble who reads the manifest.
        assert_eq!(bench.malote(&["run", "malote.csv", "--dry-run"]).status, 0);
    }
}

#[cfg(feature = "signatures")]
#[test]
fn what_is_no_document_has_no_word_and_every_other_row_is_as_without_the_option() {
    let bench = Bench::new();
    let archive = fixtures();
    let plan = ["plan", archive.to_str().unwrap(), "--force"];
    assert_eq!(bench.malote(&plan).status, 0);
    let without = records(&bench.read("malote.csv"));
    let verify = [&plan[..], &["--verify-signatures"]].concat();
    assert_eq!(bench.malote(&verify).status, 0);
    let mut with = records(&bench.read("malote.csv"));
    for row in &mut with {
        let word = row.remove("signature").unwrap();
        let none = [
            "unreadable",
            "archive",
            "container",
            "other",
            "technical",
            "summary",
        ];
        assert_eq!(word.is_empty(), none.contains(&&*row["kind"]), "{row:?}");
    }
    assert_eq!(with, without);
}

#[cfg(feature = "signatures")]
#[test]
fn the_summary_counts_the_signatures_of_what_is_sent() {
    let bench = Bench::new();
    fs::create_dir(bench.path("archive")).unwrap();
    let text = signed();
    for (name, text) in [
        ("a.xml", text.clone()),
        // A copy, which is not sent, is not counted.
        ("b.xml", text),
    ] {
        fs::write(bench.path("archive").join(name), text).unwrap();
    }
    let others = "11.222.333 Padaria Aurora/2019";
    let others = fixtures().join(others);
    let others = others.to_str().unwrap();
    for (lang, valid, altered) in [
        (
            "en",
            "valid (as it was signed)",
            "altered (not as it was signed)",
        ),
        (
            "pt-BR",
            "valid (como foi assinado)",
            "altered (não está como foi assinado)",
        ),
    ] {
        let args = ["plan", "archive", others, "--verify-signatures", "--force"];
        let done = bench.malote(&[&args[..], &["--lang", lang]].concat());
        let rows = records(&bench.read("malote.csv"));
        for (word, words) in [("valid", valid), ("altered", altered)] {
            let count = rows.iter().filter(|row| of_signature(row, word)).count();
            assert!(count > 0, "{word}");
            let line = format!("  {count:>9}  {words}");
            let said = [done.out.as_str(), &done.err].concat();
            assert!(said.lines().any(|one| one == line), "{line}: {done:?}");
        }
    }
}

#[cfg(feature = "signatures")]
fn of_signature(row: &std::collections::HashMap<String, String>, word: &str) -> bool {
    row["action"] == "send" && row["signature"] == word
}
