//! DOMAIN's table of roots, and what tells documents of one name apart, on made-up texts.

use super::DocumentKind as K;
use super::access_key::tests_key;
use super::inspect;

const PORTAL: &str = "http://www.portalfiscal.inf.br/";

/// A document of that root with an answer, in the namespace `space` of the portal.
fn answered(root: &str, inner: &str, info: &str, prefix: &str, model: &str, space: &str) -> String {
    let key = tests_key(model);
    let answer = format!(
        "<p><infProt><tpAmb>1</tpAmb><ch{prefix}>{key}</ch{prefix}><cStat>100</cStat></infProt></p>"
    );
    format!(
        "<{root} xmlns=\"{PORTAL}{space}\"><{inner}><{info} Id=\"{prefix}{key}\"><ide><mod>{model}</mod>\
         <tpAmb>1</tpAmb></ide></{info}></{inner}>{answer}</{root}>"
    )
}

fn event(root: &str, inner: &str, key_name: &str, model: &str, space: &str) -> String {
    let key = tests_key(model);
    format!(
        "<{root} xmlns=\"{PORTAL}{space}\"><{inner}><infEvento Id=\"ID110111{key}01\"><tpAmb>1</tpAmb>\
         <{key_name}>{key}</{key_name}><tpEvento>110111</tpEvento><nSeqEvento>1</nSeqEvento></infEvento></{inner}>\
         <ret{inner}><infEvento><cStat>135</cStat></infEvento></ret{inner}></{root}>"
    )
}

/// Root, document, its element, prefix of its `Id`, model, namespace, kind; a `-` where there is a route.
const DOCUMENTS: &str = "\
    nfeProc NFe infNFe NFe 55 nfe nfe -
    NFEPROC NFe infNFe NFe 65 nfe nfce -
    cteProc CTe infCte CTe 57 cte cte -
    cteSimpProc CTeSimp infCte CTe 57 cte cte-simp -
    cteProcSimp CTeSimp infCte CTe 57 cte cte-simp -
    cteOSProc CTeOS infCte CTe 67 cte cte-os -
    GTVeProc GTVe infCte GTVe 64 cte gtve no-route
    mdfeProc MDFe infMDFe MDFe 58 mdfe mdfe no-route
    bpeProc BPe infBPe BPe 63 bpe bpe no-route
    nf3eProc NF3e infNF3e NF3e 66 nf3e nf3e no-route
    nfcomProc NFCom infNFCom NFCom 62 nfcom nfcom no-route
    nfgasProc NFGas infNFGas NFGas 76 nfgas nfgas no-route
    nfagProc NFAg infNFAg NFAg 75 nfag nfag no-route
    dceProc DCe infDCe DCe 99 dce dce no-route";

/// Root, request, name of its key, model, namespace, kind; a `-` where there is a route.
const EVENTS: &str = "\
    procEventoNFe evento chNFe 55 nfe nfe-event -
    ProcEventoNFe evento chNFe 65 nfe nfe-event -
    procEventoCTe eventoCTe chCTe 57 cte cte-event -
    procEventoCTe eventoCTe chCTe 67 cte cte-os-event -
    procEventoCTe eventoCTe chCTe 64 cte gtve-event no-route
    procEventoMDFe eventoMDFe chMDFe 58 mdfe mdfe-event no-route
    procEventoBPe eventoBPe chBPe 63 bpe bpe-event no-route
    procEventoNF3e eventoNF3e chNF3e 66 nf3e nf3e-event no-route
    procEventoNFCom eventoNFCom chNFCom 62 nfcom nfcom-event no-route
    procEventoNFGas eventoNFGas chNFGas 76 nfgas nfgas-event no-route
    procEventoNFAg eventoNFAg chNFAg 75 nfag nfag-event no-route
    procEventoDCe eventoDCe chDCe 99 dce dce-event no-route";

/// The words of each line.
fn lines<const N: usize>(table: &'static str) -> Vec<[&'static str; N]> {
    let words = |line: &'static str| line.split_whitespace().collect::<Vec<_>>();
    table
        .lines()
        .map(|line| words(line).try_into().unwrap())
        .collect()
}

fn judged(text: &str) -> (&'static str, &'static str) {
    let found = inspect(text.as_bytes());
    (found.kind.as_str(), found.skip.unwrap_or("-"))
}

#[test]
fn every_root_is_what_the_schemas_say() {
    for [root, inner, info, prefix, model, space, kind, skip] in lines(DOCUMENTS) {
        let text = answered(root, inner, info, prefix, model, space);
        let prefixed = text
            .replace("xmlns=", "xmlns:n=")
            .replacen(&format!("<{root}"), &format!("<n:{root}"), 1)
            .replace(&format!("</{root}>"), &format!("</n:{root}>"));
        let without = text.replace(&format!(" xmlns=\"{PORTAL}{space}\""), "");
        for text in [&text, &prefixed, &without] {
            assert_eq!(judged(text), (kind, skip), "{text}");
        }
        let bare = text.split("<p>").next().unwrap().replacen(root, inner, 1);
        let bare = format!("{bare}</{inner}>");
        let skip = if skip == "-" { "no-protocol" } else { skip };
        assert_eq!(judged(&bare), (kind, skip), "{bare}");
    }
}

#[test]
fn every_event_is_of_the_document_that_its_key_says() {
    for [root, inner, key_name, model, space, kind, skip] in lines(EVENTS) {
        let text = event(root, inner, key_name, model, space);
        assert_eq!(judged(&text), (kind, skip), "{text}");
    }
}

#[test]
fn what_is_no_document_says_what_it_is() {
    let key = tests_key("55");
    let summary = format!(
        "<resNFe xmlns=\"{PORTAL}nfe\"><chNFe>{key}</chNFe><CNPJ>11222333000181</CNPJ><dhEmi>2019-05-15T10:00:00-03:00</dhEmi></resNFe>"
    );
    let of_event = format!(
        "<resEvento xmlns=\"{PORTAL}nfe\"><CNPJ>11222333000181</CNPJ><chNFe>{key}</chNFe><dhEvento>2019-05-16T10:00:00-03:00</dhEvento><tpEvento>110111</tpEvento><nSeqEvento>1</nSeqEvento></resEvento>"
    );
    for (text, id, issued) in [
        (summary.as_str(), format!("NFe{key}"), "2019-05-15"),
        (&of_event, format!("ID110111{key}01"), "2019-05-16"),
    ] {
        let found = inspect(text.as_bytes());
        assert_eq!(
            (found.kind, found.skip, found.id),
            (K::Summary, Some("summary"), id)
        );
        assert_eq!(found.issuer, "11.222.333/0001-81");
        assert_eq!(found.issued.unwrap().to_string(), issued);
    }
    let national = "xmlns=\"http://www.sped.fazenda.gov.br/nfse\"";
    for (text, kind) in [
        (format!("<NFSe {national}><infNFSe Id=\"NFS1\"><emit><CNPJ>11222333000181</CNPJ></emit></infNFSe></NFSe>"), K::Nfse),
        (format!("<NFSe {national}><infNFSe Id=\"NFS1\"/></NFSe>"), K::Technical),
        (format!("<DPS {national}><infDPS/></DPS>"), K::Technical),
        (format!("<evento {national}><infEvento><chNFe>{key}</chNFe></infEvento></evento>"), K::Technical),
        ("<NFe><ChaveNFe><CodigoVerificacao>A</CodigoVerificacao></ChaveNFe><CPFCNPJTomador/></NFe>".to_owned(), K::Nfse),
        ("<nfe><cancelaNota><numeroNota>1</numeroNota></cancelaNota></nfe>".to_owned(), K::Technical),
        ("<nfse><pesquisa><codigo_autenticidade>1</codigo_autenticidade></pesquisa></nfse>".to_owned(), K::Technical),
        ("<CompNfse><Nfse><InfNfse><Numero>1</Numero></InfNfse></Nfse></CompNfse>".to_owned(), K::Nfse),
        ("<ConsultarNfseResposta><ListaNfse><CompNfse><Nfse><InfNfse/></Nfse></CompNfse></ListaNfse></ConsultarNfseResposta>".to_owned(), K::Nfse),
        ("<CancelarNfseResposta><ListaMensagemRetorno/></CancelarNfseResposta>".to_owned(), K::Technical),
        ("<CancelarNota><nota>1</nota></CancelarNota>".to_owned(), K::Technical),
        ("<TLote_GNRE/>".to_owned(), K::Other),
        ("<eSocial/>".to_owned(), K::Other),
        ("<pedido/>".to_owned(), K::Other),
    ] {
        assert_eq!(inspect(text.as_bytes()).kind, kind, "{text}");
    }
}

/// Bug: a key that stands in the `Id` alone was not seen, and the event was no document at all.
#[test]
fn an_event_that_names_its_key_in_its_id_alone_is_the_event_that_it_is() {
    for [root, inner, key_name, model, space, kind, skip] in lines(EVENTS) {
        let key = tests_key(model);
        let text = event(root, inner, key_name, model, space);
        let without = text.replace(&format!("<{key_name}>{key}</{key_name}>"), "");
        assert_eq!(judged(&without), (kind, skip), "{without}");
        let found = inspect(without.as_bytes());
        assert_eq!(found.access_key.unwrap().as_str(), key);
    }
    let national = "<evento><infEvento Id=\"EVT1\"><tpAmb>1</tpAmb></infEvento></evento>";
    assert_eq!(inspect(national.as_bytes()).kind, K::Technical);
}

/// Bug: they were requests, answers, or no documents at all, because they are in no namespace, do not say who took the
/// service, or lie in an answer of São Paulo's.
#[test]
fn an_nfse_without_namespace_without_a_taker_or_in_an_answer_is_one() {
    let provider = "<CpfCnpj><Cnpj>11222333000181</Cnpj></CpfCnpj>";
    let sao_paulo = format!(
        "<NFe><ChaveNFe><CodigoVerificacao>A</CodigoVerificacao></ChaveNFe><DataEmissaoNFe>2019-01-02T10:00:00\
         </DataEmissaoNFe><CPFCNPJPrestador>{provider}</CPFCNPJPrestador></NFe>"
    );
    let answer = |inner: &str| {
        let space = "xmlns=\"http://www.prefeitura.sp.gov.br/nfe\"";
        format!("<RetornoConsulta {space}><Cabecalho xmlns=\"\"/>{inner}</RetornoConsulta>")
    };
    for (text, kind) in [
        (
            "<NFSe><infNFSe Id=\"NFS1\"><emit><CNPJ>11222333000181</CNPJ></emit></infNFSe></NFSe>"
                .to_owned(),
            K::Nfse,
        ),
        (
            "<NFSe><infNFSe Id=\"NFS1\"/></NFSe>".to_owned(),
            K::Technical,
        ),
        (
            format!(
                "<Nfse><InfNfse><CodigoVerificacao>X</CodigoVerificacao><DataEmissao>2019-01-02</DataEmissao>{provider}</InfNfse></Nfse>"
            ),
            K::Nfse,
        ),
        (answer(&sao_paulo), K::Nfse),
        (sao_paulo, K::Nfse),
        (answer(""), K::Technical),
        (
            "<nfse><pesquisa><codigo_autenticidade>1</codigo_autenticidade></pesquisa></nfse>"
                .to_owned(),
            K::Technical,
        ),
    ] {
        assert_eq!(inspect(text.as_bytes()).kind, kind, "{text}");
    }
}
