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
