//! Answers of every shape.

use super::*;

const ONE: &str = "35170458716523000119550010000000121000123458";
const TWO: &str = "41130181452880000139570010000018971536074822";

fn judged(documents: &[&str], body: &str) -> Option<Vec<Option<bool>>> {
    let keys: Vec<_> = documents
        .iter()
        .map(|key| DocumentKeys::new(Some(key), None))
        .collect();
    let matched = match_to(&keys, &entries(body.as_bytes())?);
    Some(
        matched
            .into_iter()
            .map(|one| one.map(|one| one.success))
            .collect(),
    )
}

#[test]
fn one_document_in_every_shape() {
    for (body, found) in [
        (
            format!(r#"[{{"Key":"{ONE}","Success":true}}]"#),
            Some(Some(true)),
        ),
        (
            format!(r#"{{"key":"NFe{ONE}","sucesso":"True"}}"#),
            Some(Some(true)),
        ),
        (
            format!(r#"{{"Itens":[{{"KEY":"{ONE}","Sucess":false,"Message":"não"}}]}}"#),
            Some(Some(false)),
        ),
        (
            format!(r#"{{"d":{{"Result":[{{"Key":" {ONE} ","Success":1}}]}}}}"#),
            Some(Some(true)),
        ),
        (
            format!(r#""[{{\"Key\":\"{ONE}\",\"Success\":true}}]""#),
            Some(Some(true)),
        ),
        (r#"[{"Success":true}]"#.to_owned(), Some(Some(true))),
        (
            r#"{"Key":null,"Success":"False","Message":["a","b"]}"#.to_owned(),
            Some(Some(false)),
        ),
        (r#"{"Key":"1","Success":true}"#.to_owned(), Some(Some(true))),
        (format!(r#"[{{"Key":"{TWO}","Success":true}}]"#), Some(None)),
        (format!(r#"[{{"Key":"{ONE}"}}]"#), Some(None)),
        (
            r#"{"Erros":["cliente não cadastrado"],"CfeImportadas":[]}"#.to_owned(),
            Some(Some(false)),
        ),
        (
            format!(r#"{{"Erros":[],"CfeImportadas":["{ONE}"]}}"#),
            Some(Some(true)),
        ),
        ("[]".to_owned(), Some(None)),
        (r#"{"items":[]}"#.to_owned(), Some(None)),
        (
            format!("\u{feff}[{{\"Key\":\"{ONE}\",\"Success\":true}}]"),
            Some(Some(true)),
        ),
        // An array of entries is not hidden by the lists of the answer without details, nor by a wrapper's word.
        (
            format!(
                r#"{{"Erros":[],"CfeImportadas":[],"Itens":[{{"Key":"{ONE}","Success":true}}]}}"#
            ),
            Some(Some(true)),
        ),
        (
            format!(r#"{{"Erros":["x"],"Itens":[{{"Key":"{ONE}","Success":true}}]}}"#),
            Some(Some(true)),
        ),
        (
            format!(r#"{{"Success":true,"Itens":[{{"Key":"{ONE}","Success":false}}]}}"#),
            Some(Some(false)),
        ),
        // An object's own entry goes before what it holds.
        (
            format!(r#"{{"Key":"{ONE}","Success":false,"Client":{{"Key":"1","Success":true}}}}"#),
            Some(Some(false)),
        ),
        (
            r#"{"Success":true,"Erros":[],"CfeImportadas":[]}"#.to_owned(),
            Some(Some(true)),
        ),
        ("{}".to_owned(), None),
        ("null".to_owned(), None),
        ("true".to_owned(), None),
        ("[1,2]".to_owned(), None),
        ("<html></html>".to_owned(), None),
        (String::new(), None),
    ] {
        let expected = found.map(|one| vec![one]);
        assert_eq!(judged(&[ONE], &body), expected, "{body}");
    }
}

#[test]
fn a_batch_is_matched_by_key_in_any_order() {
    let body = format!(r#"[{{"Key":"{TWO}","Success":false}},{{"Key":"{ONE}","Success":true}}]"#);
    assert_eq!(
        judged(&[ONE, TWO], &body),
        Some(vec![Some(true), Some(false)])
    );
    let body = r#"[{"Success":true},{"Success":true}]"#;
    assert_eq!(judged(&[ONE, TWO], body), Some(vec![None, None]));
}

#[test]
fn either_of_two_entries_is_enough() {
    for (first, second) in [(true, false), (false, true)] {
        let body = format!(
            r#"[{{"Key":"{ONE}","Success":{first},"CnpjClient":"1"}},{{"Key":"{ONE}","Success":{second},"CnpjClient":"2"}}]"#
        );
        assert_eq!(judged(&[ONE], &body), Some(vec![Some(true)]));
    }
}

#[test]
fn a_cancellation_is_found_by_the_sale_it_cancels() {
    let keys = [DocumentKeys::new(Some(TWO), Some(&format!("CFe{ONE}")))];
    let body = format!(r#"[{{"Key":"{ONE}","Success":true}}]"#);
    assert!(match_to(&keys, &entries(body.as_bytes()).unwrap())[0].is_some());
}

#[test]
fn what_says_that_a_document_is_there() {
    let default = AlreadyThere::default();
    for (message, there) in [
        ("Documento já importado", true),
        ("NOTA JÁ CADASTRADA NO SISTEMA", true),
        ("ja existe", true),
        ("Rejeição: Duplicidade de NF-e", true),
        ("cliente não cadastrado", false),
        ("Cliente nao existe", false),
        ("importado", false),
        ("", false),
    ] {
        assert_eq!(default.says(message), there, "{message}");
    }
    let own = AlreadyThere::new("repetida").unwrap();
    assert!(own.says("NOTA REPETIDA") && !own.says("já importado"));
}

proptest::proptest! {
    #[test]
    fn no_bytes_are_too_strange(body: Vec<u8>, keys: Vec<String>) {
        let keys: Vec<_> = keys.iter().map(|key| DocumentKeys::new(Some(key), None)).collect();
        let entries = entries(&body).unwrap_or_default();
        proptest::prop_assert_eq!(match_to(&keys, &entries).len(), keys.len());
    }
}

/// Bug: an outer success without a key hid the refusal of the document that lay deeper, and it was booked accepted.
#[test]
fn an_outer_success_does_not_hide_a_refusal_that_lies_deeper() {
    let refusal =
        format!(r#"{{"Key":"{ONE}","Success":false,"Message":"cliente não cadastrado"}}"#);
    let quoted = serde_json::to_string(&format!("[{refusal}]")).unwrap();
    for body in [
        format!(r#"{{"Success":true,"Retorno":{{"Itens":[{refusal}]}}}}"#),
        format!(r#"[{{"Success":true,"Documents":[{refusal}]}}]"#),
        format!(r#"{{"Success":true,"Retorno":{refusal}}}"#),
        format!(r#"{{"Sucesso":true,"Retorno":{quoted}}}"#),
        format!(r#"{{"d":{quoted}}}"#),
        format!(r#"{{"Success":true,"Itens":[null,{refusal}]}}"#),
        format!(r#"{{"Importados":[],"Recusados":[{refusal}]}}"#),
    ] {
        let found = entries(body.as_bytes()).unwrap();
        let verdicts = match_to(&[DocumentKeys::new(Some(ONE), None)], &found);
        let verdict = verdicts[0].as_ref().unwrap();
        assert!(!verdict.success, "{body}");
        assert_eq!(verdict.message, "cliente não cadastrado", "{body}");
    }
}

/// Bug: of two arrays only one was read.
#[test]
fn every_array_of_entries_is_read() {
    let other = TWO;
    let body = format!(
        r#"{{"Importados":[{{"Key":"{ONE}","Success":true}}],"Recusados":[{{"Key":"{other}","Success":false}}]}}"#
    );
    let keys = [ONE, other].map(|key| DocumentKeys::new(Some(key), None));
    let verdicts = match_to(&keys, &entries(body.as_bytes()).unwrap());
    let found: Vec<_> = verdicts
        .into_iter()
        .map(|one| one.map(|one| one.success))
        .collect();
    assert_eq!(found, [Some(true), Some(false)]);
}

/// Bug: an answer in Latin-1 was none.
#[test]
fn an_answer_in_latin_1_is_read() {
    let body = format!(r#"[{{"Key":"{ONE}","Success":false,"Message":"já"}}]"#);
    let (latin, _, _) = encoding_rs::WINDOWS_1252.encode(&body);
    assert_eq!(entries(&latin).unwrap()[0].message, "já");
}

/// Bug: a document whose `id` a spreadsheet had mangled stayed unknown for ever, whatever the service said of it.
#[test]
fn a_document_without_a_key_takes_the_answer_to_its_request() {
    let entries = entries(format!(r#"[{{"Key":"{ONE}","Success":true}}]"#).as_bytes()).unwrap();
    let none = DocumentKeys::default();
    let found = match_to(std::slice::from_ref(&none), &entries);
    assert!(found[0].as_ref().is_some_and(|one| one.success));
    assert_eq!(match_to(&[none.clone(), none], &entries), [None, None]);
}

/// The answer to an NFS-e names no document; one that names it by the 50 positions of its own key means it all the same.
#[test]
fn an_answer_without_a_usable_key_is_of_the_only_document() {
    for body in [
        r#"{"Success":true,"ErrorMessage":null}"#,
        r#"[{"Key":"NFS35503082211222333000181000000000000126010000000016","Success":true}]"#,
        r#"[{"Key":"35190511222333000181550010000001011007998198","Success":true}]"#,
    ] {
        let found = match_to(&[DocumentKeys::any()], &entries(body.as_bytes()).unwrap());
        assert!(found[0].as_ref().is_some_and(|said| said.success), "{body}");
    }
    let body = br#"{"Success":false,"ErrorMessage":"Cliente n\u00e3o cadastrado"}"#;
    let found = match_to(&[DocumentKeys::any()], &entries(body).unwrap());
    let said = found[0].as_ref().unwrap();
    assert_eq!(
        (said.success, said.message.as_str()),
        (false, "Cliente não cadastrado")
    );
}

/// Bug: a pattern with accents missed a message that is written without them.
#[test]
fn a_pattern_with_accents_finds_a_message_without() {
    for pattern in ["já consta", "JÁ CONSTA", "j[áà] consta", "ja\u{301} consta"] {
        let own = AlreadyThere::new(pattern).unwrap();
        for message in ["Documento já consta", "DOCUMENTO JA CONSTA", "JÁ CONSTA"] {
            assert!(own.says(message), "{pattern}: {message}");
        }
        assert!(!own.says("Documento não consta"), "{pattern}");
    }
    // What is no pattern without its accents still is one with them.
    assert!(AlreadyThere::new("[÷-ù]").unwrap().says("ø"));
}
