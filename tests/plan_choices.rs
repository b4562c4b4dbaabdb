//! `plan` with lists: the office's clients, and what Zen has already.

use std::collections::HashMap;
use std::fs;

use crate::support::{Bench, fixtures, records};

type Row = HashMap<String, String>;

fn planned(bench: &Bench, options: &[&str]) -> Vec<Row> {
    let archive = fixtures();
    let args = ["plan", archive.to_str().unwrap(), "--force"];
    let done = bench.malote(&[&args[..], options].concat());
    assert_eq!(done.status, 0, "{done:?}");
    records(&bench.read("malote.csv"))
}

fn sent(rows: &[Row]) -> Vec<&Row> {
    rows.iter().filter(|row| row["action"] == "send").collect()
}

#[test]
fn only_documents_of_clients_are_sent_and_events_follow_their_notes() {
    let bench = Bench::new();
    assert!(!planned(&bench, &[])[0].contains_key("clients"));
    fs::write(
        bench.path("clients.csv"),
        "CNPJ;nome\n77.888.999/0001-81;Transportadora\n",
    )
    .unwrap();
    let rows = planned(&bench, &["--clients", "clients.csv"]);
    let some = sent(&rows);
    assert_eq!(some.len(), 7, "{some:#?}");
    for row in &some {
        assert_eq!(row["clients"], "77.888.999/0001-81");
        assert!(row["path"].contains("transportadora"), "{row:?}");
    }
    let events = some.iter().filter(|row| row["kind"].ends_with("-event"));
    assert_eq!(events.count(), 3);
    assert!(rows.iter().any(|row| row["notes"] == "no-client"));
}

#[test]
fn a_party_of_a_cte_may_be_the_client() {
    let bench = Bench::new();
    let archive = bench.path("archive");
    fs::create_dir(&archive).unwrap();
    let key = "41130181452880000139570010000018971536074822";
    for (name, ide, parties) in [
        ("rem", "", "<rem><CNPJ>44555666000181</CNPJ></rem>"),
        ("exped", "", "<exped><CNPJ>44555666000181</CNPJ></exped>"),
        (
            "receb",
            "",
            "<receb><xNome>A</xNome><CNPJ>44555666000181</CNPJ></receb>",
        ),
        ("dest", "", "<dest><CNPJ>44555666000181</CNPJ></dest>"),
        (
            "toma4",
            "<toma4><toma>4</toma><CNPJ>44555666000181</CNPJ></toma4>",
            "",
        ),
        (
            "toma",
            "",
            "<toma><toma>1</toma><CNPJ>44555666000181</CNPJ></toma>",
        ),
        (
            "none",
            "<toma3><toma>0</toma></toma3>",
            "<rem><CNPJ>11222333000181</CNPJ></rem>",
        ),
    ] {
        let text = format!(
            "<cteProc xmlns=\"http://www.portalfiscal.inf.br/cte\"><CTe><infCte Id=\"CTe{key}\"><ide><mod>57</mod>\
             <dhEmi>2013-01-15T10:00:00-03:00</dhEmi><tpAmb>1</tpAmb>{ide}</ide>\
             <emit><CNPJ>81452880000139</CNPJ></emit>{parties}</infCte></CTe><protCTe><infProt><tpAmb>1</tpAmb>\
             <chCTe>{key}</chCTe><cStat>100</cStat></infProt></protCTe></cteProc>"
        );
        fs::write(archive.join("cte.xml"), text).unwrap();
        fs::write(bench.path("clients.csv"), "44555666000181").unwrap();
        let args = ["plan", "archive", "--force", "--clients", "clients.csv"];
        let done = bench.malote(&args);
        assert_eq!(done.status, 0, "{done:?}");
        let row = &records(&bench.read("malote.csv"))[0];
        let (action, clients) = match name {
            "none" => ("skip", ""),
            _ => ("send", "44.555.666/0001-81"),
        };
        assert_eq!(
            (row["action"].as_str(), row["clients"].as_str()),
            (action, clients),
            "{name}"
        );
    }
}

#[test]
fn a_list_of_clients_that_is_none_is_refused() {
    let bench = Bench::new();
    for (text, reason) in [
        ("11222333000181\n11222333000182\n", "line 2"),
        ("nome\n", "names nobody"),
    ] {
        fs::write(bench.path("clients.csv"), text).unwrap();
        let archive = fixtures();
        let args = [
            "plan",
            archive.to_str().unwrap(),
            "--clients",
            "clients.csv",
        ];
        let done = bench.malote(&args);
        assert_eq!(done.status, 2, "{done:?}");
        assert!(done.err.contains(reason), "{done:?}");
    }
}

#[test]
fn what_zen_has_already_is_not_sent_but_its_events_are() {
    let bench = Bench::new();
    let key = "35190511222333000181550010000001021008077387";
    fs::write(
        bench.path("known.csv"),
        format!("key,kind,client,canceled\n{key},nfe,11222333000181,false\n"),
    )
    .unwrap();
    let before = planned(&bench, &[]);
    let after = planned(&bench, &["--known", "known.csv"]);
    assert_eq!(sent(&after).len(), sent(&before).len() - 1);
    let known: Vec<_> = after
        .iter()
        .filter(|row| row["notes"].starts_with("already-in-zen"))
        .collect();
    assert_eq!(known.len(), 1);
    assert_eq!(known[0]["id"], format!("NFe{key}"));
    let event = after
        .iter()
        .find(|row| row["id"].starts_with("ID110111") && row["id"].contains(key));
    assert_eq!(event.unwrap()["action"], "send");
    let done = bench.malote(&[
        "plan",
        fixtures().to_str().unwrap(),
        "--known",
        "absent.csv",
    ]);
    assert_eq!(done.status, 2, "{done:?}");
}

#[test]
fn the_summary_tells_what_is_there_and_what_is_not() {
    let bench = Bench::new();
    fs::write(
        bench.path("clients.csv"),
        "11222333000181\n77888999000181\n",
    )
    .unwrap();
    let archive = fixtures();
    let args = [
        "plan",
        archive.to_str().unwrap(),
        "--clients",
        "clients.csv",
    ];
    let done = bench.malote(&args);
    for line in [
        "\n                  nfe     nfce      cte  cte-simp   cte-os      cfe\n",
        "\n  2020             10        -        -         -        -        -\n",
        "\n              cfe-cancel  nfe-event  cte-event  cte-os-event     nfse       all\n",
        "\n  2019                 -          2          -             -        -         5\n",
        "\n  no date              -          -          -             -        1         1\n",
        "\n  all                  1          3          2             1        2        30\n",
        "         23  11.222.333/0001-81",
        "          3  homologation: issued in the test environment\n             ",
        "          1  note that only a summary or an event tells of\n             3526087XK4P2T9000164550010000000021000158384",
        "          2  11.222.333/0001-81 model 55 series 1: 114 116\n",
    ] {
        assert!(done.out.contains(line), "{line}\n{}", done.out);
    }
    let table = done.out.split("\n\n").take(4);
    let wide: Vec<_> = table
        .flat_map(str::lines)
        .filter(|line| line.len() > 80)
        .collect();
    assert!(wide.is_empty(), "{wide:#?}");
    assert!(
        !done
            .out
            .contains("35250222333444000262550010000000201001583800"),
        "no client's"
    );
    let done = bench.malote(&[&args[..2], &["--force"]].concat());
    assert!(
        done.out
            .contains("in no copy\n             35250222333444000262550010000000201001583800"),
        "{}",
        done.out
    );
    assert!(!done.out.contains("model 55 series"));
}

/// A `CFeCanc` has a key of its own; what is missing is the sale that it cancels.
#[test]
fn a_cancelled_sale_that_is_not_there_is_named_by_its_own_key() {
    let bench = Bench::new();
    let sat = fixtures().join("11.222.333 Padaria Aurora/2018/sat");
    let file = sat.join("ADC35180311222333000181590001234560000033333339.xml");
    fs::create_dir(bench.path("alone")).unwrap();
    fs::copy(file, bench.path("alone/cancelamento.xml")).unwrap();
    let done = bench.malote(&["plan", "alone"]);
    let line = "          1  note that only a summary or an event tells of\n             35180311222333000181590001234560000022222220\n";
    assert!(done.out.contains(line), "{done:?}");
}
