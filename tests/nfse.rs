//! NFS-e: planned where the office's clients are known, sent one by one as the files that they are.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs;

use malote::digest::ContentHash;
use malote::sandbox::Settings;

use crate::support::fake::{Answer, Fake};
use crate::support::zen::Zen;
use crate::support::{Bench, fixtures, records};

type Row = HashMap<String, String>;

const OURS: &str = "11222333000181";
const THEIRS: &str = "44555666000181";

/// A municipal NFS-e in ISO-8859-1, as many cities issue it.
fn note(number: usize, provider: &str, taker: &str) -> Vec<u8> {
    let text = format!(
        "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\r\n<CompNfse xmlns=\"http://www.abrasf.org.br/nfse.xsd\"><Nfse \
         versao=\"2.01\"><InfNfse><Numero>{number}</Numero><DataEmissao>2019-05-31T10:00:00</DataEmissao><Servico>\
         Manuten@@o</Servico><PrestadorServico><CpfCnpj><Cnpj>{provider}</Cnpj></CpfCnpj></PrestadorServico>\
         <TomadorServico><CpfCnpj><Cnpj>{taker}</Cnpj></CpfCnpj></TomadorServico></InfNfse></Nfse></CompNfse>"
    );
    let letters = [0xe7, 0xe3];
    let mut letters = letters.iter().copied();
    let latin = |byte: u8| match byte {
        b'@' => letters.next().unwrap_or(b'?'),
        other => other,
    };
    text.bytes().map(latin).collect()
}

/// An archive of so many of them, in which we provide and take in turn.
fn archive(bench: &Bench, count: usize) {
    fs::create_dir(bench.path("archive")).unwrap();
    fs::write(bench.path("clients.csv"), OURS).unwrap();
    for number in 0..count {
        let (provider, taker) = if number % 2 == 0 {
            (OURS, THEIRS)
        } else {
            (THEIRS, OURS)
        };
        let path = bench.path(&format!("archive/{number:03}.xml"));
        fs::write(path, note(number, provider, taker)).unwrap();
    }
    let plan = ["plan", "archive", "--clients", "clients.csv"];
    assert_eq!(bench.malote(&plan).status, 0);
}

fn planned(bench: &Bench, options: &[&str]) -> Vec<Row> {
    let archive = fixtures();
    let args = ["plan", archive.to_str().unwrap(), "--force"];
    let done = bench.malote(&[&args[..], options].concat());
    assert_eq!(done.status, 0, "{done:?}");
    let mut rows = records(&bench.read("malote.csv"));
    rows.retain(|row| row["kind"] == "nfse");
    rows
}

#[test]
fn without_clients_they_stay_out_and_say_what_else_is_in_the_way() {
    let bench = Bench::new();
    let rows = planned(&bench, &[]);
    let told: BTreeMap<_, _> = rows
        .iter()
        .map(|row| (row["path"].rsplit('/').next().unwrap(), row))
        .collect();
    for (name, notes) in [
        ("nfse cidade.xml", "nfse no-parties"),
        ("nfse nacional.xml", "nfse"),
        ("nota de sao paulo.xml", "nfse"),
    ] {
        let row = told[name];
        assert_eq!((&*row["action"], &*row["notes"]), ("skip", notes), "{name}");
        assert_eq!((&*row["route"], row.contains_key("side")), ("nfse", false));
    }
}

#[test]
fn the_clients_tell_which_side_they_are_on() {
    let bench = Bench::new();
    for (clients, side) in [
        (OURS, "issued"),
        (THEIRS, "received"),
        ("11222333000181\n44555666000181", "both"),
        ("77888999000181", ""),
    ] {
        fs::write(bench.path("clients.csv"), clients).unwrap();
        let rows = planned(&bench, &["--clients", "clients.csv"]);
        for row in &rows {
            let known = !row["path"].ends_with("cidade.xml");
            let expected = match (known, side) {
                (true, "") => ("skip", "no-client", ""),
                (true, side) => ("send", "", side),
                (false, _) => ("skip", "nfse no-parties", ""),
            };
            let told = (&*row["action"], &*row["notes"], &*row["side"]);
            assert_eq!(told, expected, "{row:?}");
        }
        let legacy = planned(&bench, &["--clients", "clients.csv", "--routes", "legacy"]);
        let left_out = |row: &Row| row["action"] == "skip" && row["route"].is_empty();
        assert!(legacy.iter().all(left_out), "the predecessor sent none");
    }
}

#[test]
fn each_goes_alone_as_the_file_that_it_is() {
    let bench = Bench::new();
    archive(&bench, 30);
    let log = bench.path("server.csv");
    let zen = Zen::start(Settings {
        log: Some(log),
        ..Settings::default()
    });
    let done = bench.send(&zen.url(), &["--batch", "20"]);
    assert_eq!(done.status, 0, "{done:?}");
    let account = zen.account();
    assert_eq!((account.accepted, account.documents), (30, 30));
    let arrived = records(&bench.read("server.csv"));
    let requests: HashSet<_> = arrived.iter().map(|row| &row["request"]).collect();
    assert_eq!(requests.len(), 30, "one a request");
    let hashes: HashSet<_> = arrived.iter().map(|row| row["sha256"].clone()).collect();
    for number in 0..30 {
        let bytes = fs::read(bench.path(&format!("archive/{number:03}.xml"))).unwrap();
        assert!(hashes.contains(&ContentHash::of(&bytes).to_string()));
    }
    let accepted = bench.journal();
    let accepted = accepted.iter().filter(|row| row["event"] == "accepted");
    assert!(accepted.clone().all(|row| row["route"] == "nfse"));
    assert_eq!(accepted.count(), 30);
    assert_eq!(bench.send(&zen.url(), &[]).status, 0);
    assert_eq!(zen.account().documents, 30, "nothing twice");
}

#[test]
fn refused_lost_and_failed_ones_are_treated_as_any_other() {
    let bench = Bench::new();
    archive(&bench, 40);
    let zen = Zen::start(Settings {
        refuse: 0.3,
        lose: 0.1,
        fail: 0.1,
        ..Settings::default()
    });
    let mut done = bench.send(&zen.url(), &["--attempts", "20"]);
    while done.status == 3 {
        done = bench.send(&zen.url(), &["--attempts", "20"]);
    }
    assert_eq!(done.status, 1, "{done:?}");
    let balance = bench.balance(&[]);
    assert_eq!(balance["accepted"], zen.account().accepted);
    assert_eq!(balance["accepted"] + balance["rejected"], 40);
    assert!(balance["rejected"] > 0, "{balance:?}");
    let journal = bench.journal();
    let refused = journal
        .iter()
        .find(|row| row["event"] == "rejected")
        .unwrap();
    assert!(refused["message"].contains("Cliente da NFS-e não cadastrado"));
}

#[test]
fn one_whose_answer_was_lost_goes_again_and_is_there_already() {
    let bench = Bench::new();
    archive(&bench, 1);
    let server = Fake::start(|request| {
        let said = r#"{"Success":false,"ErrorMessage":"Documento j\u00e1 importado"}"#;
        match request.number {
            1 => Answer::Cut,
            _ => Answer::new(200, "application/json", said),
        }
    });
    let done = bench.send(&server.url(), &[]);
    assert_eq!(done.status, 0, "{done:?}");
    let requests = server.requests();
    assert_eq!(requests.len(), 2);
    assert_eq!(requests[0].body, requests[1].body, "the same bytes");
    let journal = bench.journal();
    let events = journal.iter().map(|row| row["event"].as_str());
    let events: Vec<_> = events
        .filter(|event| !matches!(*event, "begin" | "end"))
        .collect();
    assert_eq!(events, ["attempt", "unknown", "attempt", "accepted"]);
    let accepted = journal
        .iter()
        .find(|row| row["event"] == "accepted")
        .unwrap();
    assert!(accepted["message"].starts_with("already-there: Documento já importado"));
}

#[test]
fn what_is_turned_to_send_by_hand_must_say_its_side() {
    let bench = Bench::new();
    let args = ["plan", "archive"];
    archive(&bench, 1);
    assert_eq!(bench.malote(&[&args[..], &["--force"]].concat()).status, 0);
    let skipped = bench.read("malote.csv");
    let turned = skipped.replace("skip,nfse,", "send,,");
    fs::write(bench.path("malote.csv"), &turned).unwrap();
    let done = bench.malote(&["run", "malote.csv", "--dry-run"]);
    assert_eq!(done.status, 2, "{done:?}");
    assert!(
        done.err.contains("line 2: the column side says \"\""),
        "{done:?}"
    );
    let with_side = turned.replace("sha256,path", "sha256,side,path").replacen(
        &format!(",{}", bench_path(&turned)),
        &format!(",issued,{}", bench_path(&turned)),
        1,
    );
    fs::write(bench.path("malote.csv"), with_side).unwrap();
    let done = bench.malote(&["run", "malote.csv", "--sandbox"]);
    assert_eq!(done.status, 0, "{done:?}");
}

/// The path in the only row of a manifest.
fn bench_path(manifest: &str) -> &str {
    manifest.trim_end().rsplit(',').next().unwrap()
}

#[test]
fn they_take_part_in_dry_run_pilot_and_rehearsal() {
    let bench = Bench::new();
    archive(&bench, 6);
    fs::write(
        bench.path("archive/nul.xml"),
        [&note(99, OURS, THEIRS)[..], b"\r\n\0\0"].concat(),
    )
    .unwrap();
    let plan = ["plan", "archive", "--clients", "clients.csv", "--force"];
    assert_eq!(bench.malote(&plan).status, 0);
    let dry = bench.malote(&["run", "malote.csv", "--dry-run"]);
    assert_eq!(dry.status, 0, "{dry:?}");
    assert!(dry.out.contains("7 documents would be sent"), "{dry:?}");
    let zen = Zen::start(Settings::default());
    let pilot = bench.send(&zen.url(), &["--pilot"]);
    assert_eq!(pilot.status, 3, "{pilot:?}");
    assert_eq!(zen.account().accepted, 1, "they are of one sort");
    let rehearsal = bench.malote(&["rehearse", "archive", "--clients", "clients.csv"]);
    assert_eq!(rehearsal.status, 0, "{rehearsal:?}");
    assert!(
        rehearsal.out.contains("planned 7 = accepted 7"),
        "{rehearsal:?}"
    );
}

/// What the service is known to answer, and the request as it comes.
#[test]
fn the_request_is_a_form_whose_field_the_operator_may_name() {
    let bench = Bench::new();
    archive(&bench, 1);
    let said = r#"{"Success":true,"ErrorMessage":null}"#;
    let answer = Answer::new(200, "application/json", said);
    let server = Fake::start(move |_| answer.clone());
    let done = bench.send(&server.url(), &["--nfse-field", "arquivo"]);
    assert_eq!(done.status, 0, "{done:?}");
    let requests = server.requests();
    let kind = requests[0].header("content-type").unwrap();
    let boundary = kind.strip_prefix("multipart/form-data; boundary=").unwrap();
    assert!(requests[0].path.ends_with("/nfse"), "{}", requests[0].path);
    let file = fs::read(bench.path("archive/000.xml")).unwrap();
    let start = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"Type\"\r\n\r\n1\r\n--{boundary}\r\nContent-Disposition: \
         form-data; name=\"arquivo\"; filename=\"nfse.xml\"\r\nContent-Type: text/xml\r\n\r\n"
    );
    let end = format!("\r\n--{boundary}--\r\n");
    let whole = [start.as_bytes(), &file, end.as_bytes()].concat();
    assert_eq!(requests[0].body, whole);
    let wrong = bench.send(&server.url(), &["--nfse-field", "a\"b"]);
    assert_eq!(wrong.status, 2, "{wrong:?}");
    assert!(wrong.err.contains("--nfse-field"), "{wrong:?}");
}
