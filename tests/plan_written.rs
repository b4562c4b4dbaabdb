//! Documents that are written as text within an XML: in CDATA sections, or with `&lt;` for each `<`.

use std::fs;

use malote::digest::ContentHash;
use malote::sandbox::Settings;

use crate::support::containers::{bench, gzip, note, rows, soap, told, zip};
use crate::support::zen::Zen;

fn cdata(bytes: Vec<u8>) -> String {
    let text = String::from_utf8(bytes).unwrap();
    format!("<![CDATA[{}]]>", text.replace("]]>", "]]]]><![CDATA[>"))
}

fn escaped(bytes: Vec<u8>) -> String {
    let text = String::from_utf8(bytes).unwrap();
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

fn output(inner: &str) -> String {
    format!("<r xmlns=\"http://tempuri.org/\"><outputXML>\n{inner}\n</outputXML></r>")
}

/// An NFS-e as cities answer it.
fn answer(numbers: &[usize]) -> Vec<u8> {
    let note = |number: &usize| {
        format!(
            "<CompNfse><Nfse><InfNfse><Numero>{number}</Numero><CodigoVerificacao>{number}</CodigoVerificacao>\
             <PrestadorServico><CpfCnpj><Cnpj>11222333000181</Cnpj></CpfCnpj></PrestadorServico><TomadorServico>\
             <CpfCnpj><Cnpj>44555666000181</Cnpj></CpfCnpj></TomadorServico></InfNfse></Nfse></CompNfse>"
        )
    };
    let notes: Vec<_> = numbers.iter().map(note).collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><ConsultarNfseResposta><ListaNfse>{}</ListaNfse></ConsultarNfseResposta>",
        notes.concat()
    )
    .into_bytes()
}

/// Bug: it had no row.
#[test]
fn a_document_that_is_written_as_text_has_a_row_and_arrives() {
    let in_soap = |inner: &str| soap(&output(inner));
    let bench = bench(&[
        ("1-cdata.xml", in_soap(&cdata(note(1)))),
        ("2-escaped.xml", output(&escaped(note(2))).into_bytes()),
        ("3-twice.xml", in_soap(&cdata(in_soap(&escaped(note(3)))))),
        ("4.xml.gz", gzip(&in_soap(&cdata(in_soap(&cdata(note(4))))))),
        (
            "5.zip",
            zip(&[(
                b"a.xml",
                in_soap(
                    &(cdata(note(5)) + "</outputXML><b>" + &cdata(note(6)) + "</b><outputXML>"),
                ),
                true,
            )]),
        ),
        (
            "6-nothing.xml",
            in_soap("<![CDATA[<b>ol\u{e1}</b> a < b]]>"),
        ),
    ]);
    bench.plan(&bench.path("archive"));
    assert_eq!(
        told(&bench),
        [
            "1-cdata.xml skip container looked-into",
            "1-cdata.xml!/1-nfeProc.xml send nfe",
            "2-escaped.xml skip container looked-into",
            "2-escaped.xml!/1-nfeProc.xml send nfe",
            "3-twice.xml skip container looked-into",
            "3-twice.xml!/1-Envelope.xml skip container looked-into",
            "3-twice.xml!/1-Envelope.xml!/1-nfeProc.xml send nfe",
            "4.xml.gz skip archive looked-into",
            "4.xml.gz!/4.xml skip container looked-into",
            "4.xml.gz!/4.xml!/1-Envelope.xml skip container looked-into",
            "4.xml.gz!/4.xml!/1-Envelope.xml!/1-nfeProc.xml send nfe",
            "5.zip skip archive looked-into",
            "5.zip!/a.xml skip container looked-into",
            "5.zip!/a.xml!/1-nfeProc.xml send nfe",
            "5.zip!/a.xml!/2-nfeProc.xml send nfe",
            "6-nothing.xml skip technical technical",
        ]
    );
    let rows = rows(&bench);
    for (path, number) in [
        ("1-cdata.xml!/1-nfeProc.xml", 1),
        ("2-escaped.xml!/1-nfeProc.xml", 2),
        ("3-twice.xml!/1-Envelope.xml!/1-nfeProc.xml", 3),
        ("5.zip!/a.xml!/2-nfeProc.xml", 6),
    ] {
        let hash = ContentHash::of(note(number).trim_ascii()).to_string();
        assert_eq!(rows[path]["sha256"], hash, "{path}");
    }
    let zen = Zen::start(Settings::default());
    let done = bench.send(&zen.url(), &[]);
    assert_eq!(done.status, 0, "{done:?}");
    assert_eq!(zen.account().accepted, 6);
}

/// Bug: they had no rows, or one that said that they should be taken apart.
#[test]
fn each_nfse_of_several_in_an_answer_has_a_row_and_arrives() {
    let bench = bench(&[
        ("1-written.xml", soap(&output(&cdata(answer(&[1, 2]))))),
        ("2-one.xml", soap(&output(&escaped(answer(&[3]))))),
        ("3-answer.xml", answer(&[4, 5])),
        ("4-alone.xml", answer(&[6])),
    ]);
    fs::write(bench.path("clients.csv"), "11222333000181").unwrap();
    let done = bench.malote(&["plan", "archive", "--clients", "clients.csv"]);
    assert_eq!(done.status, 0, "{done:?}");
    assert_eq!(
        told(&bench),
        [
            "1-written.xml skip container looked-into",
            "1-written.xml!/1-ConsultarNfseResposta.xml skip container looked-into",
            "1-written.xml!/1-ConsultarNfseResposta.xml!/1-CompNfse.xml send nfse",
            "1-written.xml!/1-ConsultarNfseResposta.xml!/2-CompNfse.xml send nfse",
            "2-one.xml skip container looked-into",
            "2-one.xml!/1-ConsultarNfseResposta.xml send nfse",
            "3-answer.xml skip container looked-into",
            "3-answer.xml!/1-CompNfse.xml send nfse",
            "3-answer.xml!/2-CompNfse.xml send nfse",
            "4-alone.xml send nfse",
        ]
    );
    let zen = Zen::start(Settings::default());
    let done = bench.send(&zen.url(), &[]);
    assert_eq!(done.status, 0, "{done:?}");
    assert_eq!(zen.account().accepted, 6);
}

/// Bug: only what is called `CompNfse` had a row, and only in a SOAP envelope.
#[test]
fn an_nfse_of_any_layout_in_an_answer_has_a_row() {
    let parties = "<prestador><cnpj>11222333000181</cnpj></prestador><tomador><cnpj>44555666000181</cnpj></tomador>";
    let ipm = format!(
        "<nfse><nf><numero>1</numero><cod_verificador_autenticidade>1</cod_verificador_autenticidade></nf>{parties}</nfse>"
    );
    let bare = format!(
        "<Nfse><InfNfse><CodigoVerificacao>1</CodigoVerificacao></InfNfse>{parties}</Nfse>"
    );
    let national = "<NFSe xmlns=\"http://www.sped.fazenda.gov.br/nfse\"><infNFSe Id=\"NFS1\"><emit><CNPJ>11222333000181\
                    </CNPJ></emit></infNFSe></NFSe>";
    let bench = bench(&[
        ("1-bare.xml", soap(&bare)),
        ("2-national.xml", soap(national)),
        ("3-ipm.xml", soap(&ipm)),
        (
            "4-answer.xml",
            format!("<retorno><mensagem/>{ipm}{ipm}</retorno>").into_bytes(),
        ),
        (
            "5-request.xml",
            soap(
                "<nfse><pesquisa><codigo_autenticidade>1</codigo_autenticidade></pesquisa></nfse>",
            ),
        ),
    ]);
    bench.plan(&bench.path("archive"));
    assert_eq!(
        told(&bench),
        [
            "1-bare.xml skip container looked-into",
            "1-bare.xml!/1-Nfse.xml skip nfse nfse",
            "2-national.xml skip container looked-into",
            "2-national.xml!/1-NFSe.xml skip nfse nfse",
            "3-ipm.xml skip container looked-into",
            "3-ipm.xml!/1-nfse.xml skip nfse nfse",
            "4-answer.xml skip container looked-into",
            "4-answer.xml!/1-nfse.xml skip nfse duplicate-of",
            "4-answer.xml!/2-nfse.xml skip nfse duplicate-of",
            "5-request.xml skip technical technical",
        ]
    );
}
