//! What a document is judged to be by its answers, its `Id` and its fields.

use super::super::access_key::tests_key;
use super::super::{Status, inspect};

/// The protocol that says `code` of the document with `key`.
fn protocol(key: &str, code: &str) -> String {
    format!(
        "<protNFe><infProt><tpAmb>1</tpAmb><chNFe>{key}</chNFe><cStat>{code}</cStat></infProt></protNFe>"
    )
}

/// A note with that `Id`, and what stands behind it.
fn note(id: &str, behind: &str) -> String {
    format!(
        "<nfeProc><NFe><infNFe Id=\"{id}\"><ide><mod>55</mod><tpAmb>1</tpAmb></ide></infNFe></NFe>{behind}</nfeProc>"
    )
}

/// Bug: only the first counted, and nobody was told of another.
#[test]
fn a_second_protocol_is_noted_and_one_that_says_something_else_is_for_a_person() {
    let key = tests_key("55");
    let other = key.replacen("3519", "3520", 1);
    let own = |code| protocol(&key, code);
    let further = vec!["further-protocols"];
    for (behind, skip, notes, status) in [
        (own("100"), None, vec![], Status::Authorised),
        (
            own("100") + &own("150"),
            None,
            further.clone(),
            Status::Authorised,
        ),
        (
            own("100") + &protocol(&other, "217"),
            None,
            further.clone(),
            Status::Authorised,
        ),
        (
            protocol(&other, "217") + &own("100"),
            None,
            further.clone(),
            Status::Authorised,
        ),
        (
            own("101") + &protocol("", "101"),
            None,
            vec!["cancelled", "further-protocols"],
            Status::Cancelled,
        ),
        (
            own("100") + &own("101"),
            Some("protocols-differ"),
            further.clone(),
            Status::Unknown,
        ),
        (
            own("204") + &own("100"),
            Some("protocols-differ"),
            further.clone(),
            Status::Unknown,
        ),
        (
            own("100") + &own("100") + &own("204"),
            Some("protocols-differ"),
            further.clone(),
            Status::Unknown,
        ),
        (
            own("217") + &own("539"),
            Some("not-authorised"),
            further.clone(),
            Status::NotAuthorised,
        ),
        (
            protocol(&other, "100") + &protocol(&other, "101"),
            Some("protocol-other-key"),
            further.clone(),
            Status::Authorised,
        ),
    ] {
        let text = note(&format!("NFe{key}"), &behind);
        let found = inspect(text.as_bytes());
        let told = (found.skip, found.notes, found.status);
        assert_eq!(told, (skip, notes, status), "{behind}");
    }
    let text = format!(
        "<nfeProc>{0}{1}{0}{1}</nfeProc>",
        format!("<NFe><infNFe Id=\"NFe{key}\"/></NFe>"),
        own("100")
    );
    let found = inspect(text.as_bytes());
    assert_eq!(found.skip, Some("several-documents"));
    assert_eq!(found.notes, further);
}

/// Bug: a bare key came into the manifest, which a spreadsheet makes another number of, or nothing at all.
#[test]
fn an_id_without_prefix_or_key_is_the_one_that_it_should_be() {
    let key = tests_key("55");
    let fields = format!(
        "<ide><cUF>35</cUF><cNF>{}</cNF><mod>55</mod><serie>1</serie><nNF>123</nNF><dhEmi>2019-05-15T10:00:00-03:00\
         </dhEmi><tpEmis>{}</tpEmis><cDV>{}</cDV><tpAmb>1</tpAmb><NFref><refNF><cUF>11</cUF></refNF></NFref></ide>\
         <emit><CNPJ>11222333000181</CNPJ></emit>",
        &key[35..43],
        &key[34..35],
        &key[43..]
    );
    let note = |id: &str, fields: &str| {
        let protocol = protocol(&key, "100");
        format!("<nfeProc><NFe><infNFe{id}>{fields}</infNFe></NFe>{protocol}</nfeProc>")
    };
    let id = format!("NFe{key}");
    let differs = vec!["id-differs"];
    let wrong = fields.replace("<tpEmis>1", "<tpEmis>2");
    for (text, expected, skip, notes) in [
        (
            note(&format!(" Id=\"{id}\""), &fields),
            id.as_str(),
            None,
            vec![],
        ),
        (
            note(&format!(" Id=\"{key}\""), &fields),
            &id,
            None,
            differs.clone(),
        ),
        (note("", &fields), &id, None, differs.clone()),
        (note(" Id=\"\"", &fields), &id, None, differs.clone()),
        (note("", &wrong), "", Some("no-access-key"), vec![]),
        (note("", ""), "", Some("no-access-key"), vec![]),
        (
            note(" Id=\"351\"", &fields),
            "NFe351",
            Some("no-access-key"),
            differs.clone(),
        ),
    ] {
        let found = inspect(text.as_bytes());
        assert_eq!((found.id.as_str(), found.skip), (expected, skip), "{text}");
        assert_eq!(found.notes, notes, "{text}");
        assert_eq!(found.identity.is_some(), skip.is_none(), "{text}");
    }
    let void = "<inutNFe><infInut Id=\"35191122233300018155001000000001000000002\"><tpAmb>1</tpAmb></infInut></inutNFe>";
    let found = inspect(void.as_bytes());
    assert_eq!(found.id, "ID35191122233300018155001000000001000000002");
    assert_eq!(found.identity.unwrap().as_str(), found.id);
    let envelope = format!(
        "<s:Envelope xmlns:s='s'>{}</s:Envelope>",
        note(&format!(" Id=\"{key}\""), "")
    );
    assert_eq!(inspect(envelope.as_bytes()).id, id);
}

/// Bug: the `id` was empty, and nothing said why.
#[test]
fn a_summary_whose_key_is_wrong_says_so() {
    let key = tests_key("55");
    let last = if key.ends_with('1') { "2" } else { "1" };
    let wrong = [&key[..43], last].concat();
    let of_note = |key: &str| format!("<resNFe><chNFe>{key}</chNFe></resNFe>");
    let of_event = |key: &str| {
        format!(
            "<resEvento><chNFe>{key}</chNFe><tpEvento>110111</tpEvento><nSeqEvento>1</nSeqEvento></resEvento>"
        )
    };
    for (text, id, notes) in [
        (of_note(&key), format!("NFe{key}"), vec![]),
        (
            of_note(&wrong),
            format!("NFe{wrong}"),
            vec!["bad-check-digit"],
        ),
        (
            of_event(&wrong),
            format!("ID110111{wrong}01"),
            vec!["bad-check-digit"],
        ),
        (of_note("3519"), String::new(), vec!["no-access-key"]),
        (of_event(""), String::new(), vec!["no-access-key"]),
    ] {
        let found = inspect(text.as_bytes());
        assert_eq!(found.skip, Some("summary"), "{text}");
        assert_eq!((found.id, found.notes), (id, notes), "{text}");
        assert!(found.identity.is_none(), "{text}");
    }
}
