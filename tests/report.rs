//! `report`: one page whose every figure is `diff`'s, that loads nothing and does nothing.

mod books;
mod browser;
mod page;

use std::collections::HashMap;
use std::fs;

use books::{Books, CLIENT};
use page::Page;

use crate::support::process::Running;
use crate::support::{Bench, fixtures};

/// The states in the order of the balance.
const STATES: [&str; 7] = [
    "accepted", "rejected", "failed", "unknown", "changed", "missing", "pending",
];

fn books(rows: u64) -> Bench {
    let bench = Bench::new();
    let books = Books {
        rows,
        rate: rows as f64 / 230_000.0,
        pending: rows / 50,
    };
    books.write(&bench.path("."));
    bench
}

/// Writes a report, where nothing but an option says in which language, and reads it.
fn report(bench: &Bench, args: &[&str]) -> Page {
    let mut command = bench.command(&[&["report", "malote.csv"], args].concat());
    command.env_remove("MALOTE_LANG");
    let done = Running::start(command).finish();
    assert_eq!(done.status, 0, "{done:?}");
    let named = args.iter().position(|arg| *arg == "-o");
    Page(bench.read(named.map_or("report.html", |at| args[at + 1])))
}

/// Every figure of the page that has a counterpart in the balance.
fn assert_adds_up(page: &Page, balance: &HashMap<String, u64>) {
    let mut values = vec![balance["accepted"], balance["planned"]];
    values.extend(STATES.map(|state| balance[state]));
    assert_eq!(page.values("balance"), values);
    let (planned, accepted, rejected) =
        (balance["planned"], balance["accepted"], balance["rejected"]);
    let rest = planned - accepted - rejected;
    for total in page.totals("kinds") {
        assert_eq!(
            total,
            [planned, accepted, rejected, rest],
            "kinds, years, issuers"
        );
    }
    assert_eq!(page.totals("kinds").len(), 3);
    assert_eq!(
        page.totals("nights"),
        [[accepted, rejected, rest, planned, accepted]]
    );
    for (section, column) in [("kinds", 0), ("nights", 3)] {
        for (index, table) in page.tables(section).iter().enumerate() {
            let sum: u64 = table.iter().map(|row| row[column]).sum();
            assert_eq!(sum, planned, "{section}, table {index}");
        }
    }
    let causes: u64 = page.column("rejections", 0).iter().sum();
    assert_eq!(causes, rejected, "all messages together");
}

#[test]
fn every_figure_is_that_of_diff() {
    let bench = Bench::new();
    bench.plan(&fixtures());
    let sent = bench.malote(&["run", "malote.csv", "--sandbox", "--rate", "unlimited"]);
    assert!(matches!(sent.status, 0 | 1), "{sent:?}");
    let journal = ["--journal", "malote.sandbox.journal.csv"];
    let balance = bench.balance(&journal);
    assert!(balance["accepted"] > 0);
    let page = report(&bench, &journal);
    // Neither end of the period is broken in its middle.
    let at = regex::Regex::new(r#"<span class="at">[^<]*\d\d:\d\d</span>"#).unwrap();
    assert_eq!(at.find_iter(&page.0).count(), 3);
    assert_adds_up(&page, &balance);
    assert!(page.0.contains("ENSAIO"), "a rehearsal says so");
    assert!(page.section("progress").contains("menos de dez minutos"));
    let manifest = malote::digest::ContentHash::of(&fs::read(bench.path("malote.csv")).unwrap());
    let journal = fs::read(bench.path("malote.sandbox.journal.csv")).unwrap();
    let journal = malote::digest::ContentHash::of(&journal);
    let program = malote::digest::ContentHash::of(&fs::read(env!("CARGO_BIN_EXE_malote")).unwrap());
    for hash in [manifest, journal, program] {
        assert!(page.0.contains(&hash.to_string()), "{hash}");
    }
    bench.assert_no_token();
}

#[test]
fn before_a_run_everything_is_pending() {
    let bench = Bench::new();
    bench.plan(&fixtures());
    let page = report(&bench, &[]);
    let balance = bench.balance(&[]);
    assert_eq!(page.values("balance")[..3], [0, balance["planned"], 0]);
    assert_eq!(page.totals("kinds").len(), 3);
    assert!(page.0.contains("ainda não registra nenhum documento"));
    assert!(
        !page.0.contains("ENSAIO") && !page.0.contains("<svg class=\"wide\" viewBox=\"0 0 960")
    );
}

#[test]
fn a_long_upload_adds_up_and_stays_small() {
    let bench = books(100_000);
    let balance = bench.balance(&[]);
    let page = report(&bench, &[]);
    assert_adds_up(&page, &balance);
    assert!(page.0.len() < 200_000, "{} bytes", page.0.len());
    let nights = &page.tables("nights")[0];
    assert!(nights.len() > 4, "{nights:?}");
    assert!(page.0.contains("94.0"), "thousands have their separator");
    let open: u64 = ["unknown", "changed", "missing"]
        .iter()
        .map(|state| balance[*state])
        .sum();
    let listed = page.section("open").matches("/acervo/").count();
    assert_eq!(listed as u64, open);
    for (section, text) in [
        ("progress", "horário sem envio"),
        ("progress", "Zen indisponível"),
        ("rejections", "Cliente # não cadastrado no escritório"),
        ("left-out", "cópia repetida"),
        ("evidence", "quiet_hours: mon-fri 00:00-18:00"),
        ("evidence", "interrompido pelo operador"),
    ] {
        assert!(page.section(section).contains(text), "{section}: {text}");
    }
    assert!(!page.section("progress").contains("outage"));
    let english = report(&bench, &["--lang", "en", "-o", "en.html"]);
    assert!(english.0.contains("lang=\"en\"") && english.0.contains("Totals per night"));
    assert_eq!(english.values("balance"), page.values("balance"));
}

/// The client's rows to send and their balance, counted from what `diff` says of each.
fn of_client(bench: &Bench) -> (Vec<HashMap<String, String>>, HashMap<String, u64>) {
    let only = STATES.join(",");
    let all = bench.malote(&["diff", "malote.csv", "--format", "csv", "--only", &only]);
    let rows = crate::support::records(&all.out).into_iter();
    let own: Vec<_> = rows
        .filter(|row| row["issuer"] == CLIENT || row["recipient"] == CLIENT)
        .collect();
    let mut balance: HashMap<String, u64> = STATES.map(|state| (state.to_owned(), 0)).into();
    for row in &own {
        *balance.get_mut(&row["state"]).unwrap() += 1;
    }
    balance.insert("planned".to_owned(), own.len() as u64);
    (own, balance)
}

#[test]
fn a_client_gets_its_own_documents_and_all_of_them() {
    let bench = books(20_000);
    let digits: String = CLIENT.chars().filter(char::is_ascii_digit).collect();
    let page = report(&bench, &["--client", &digits]);
    let (own, balance) = of_client(&bench);
    assert_adds_up(&page, &balance);
    assert!(page.0.contains("Comprovante de envio") && page.0.contains(CLIENT));
    let list = page.section("documents");
    assert_eq!(list.matches("<tr>").count(), own.len() + 1);
    for row in &own {
        assert!(list.contains(&format!("<td>{}</td>", row["id"])), "{row:?}");
    }
    assert_eq!(
        list.matches("aceito pelo Zen").count() as u64,
        balance["accepted"]
    );
    let none = bench.malote(&["report", "malote.csv", "--client", "99.999.999/0001-91"]);
    assert!(
        none.status == 0 && none.err.contains("no row to send has"),
        "{none:?}"
    );
}

#[test]
fn a_client_with_too_many_documents_is_told_where_the_list_ends() {
    let bench = books(60_000);
    let page = report(&bench, &["--client", CLIENT]);
    let list = page.section("documents");
    assert_eq!(list.matches("<tr>").count(), 10_001);
    assert!(
        list.contains("10.000, de 14.48")
            && list.contains("<span>diff</span> <span>malote.csv</span>")
    );
    assert!(page.0.len() < 2_000_000, "{} bytes", page.0.len());
}

#[test]
fn what_comes_from_files_does_nothing() {
    let bench = books(20_000);
    let page = report(&bench, &[]);
    assert!(page.0.contains("&lt;script&gt;alert(#)&lt;/script&gt;"));
    assert!(
        page.0.contains("<td class=\"msg\">'=cmd|"),
        "no formula once it is copied"
    );
    page.assert_inert();
    let svgs: Vec<_> = page.0.match_indices("<svg").collect();
    assert_eq!(svgs.len(), 6);
    for (at, _) in svgs {
        let end = at + page.0[at..].find("</svg>").unwrap() + 6;
        let svg = &page.0[at..end];
        assert!(svg.contains("<title") && svg.contains("<desc") && svg.contains("role=\"img\""));
        let mut reader = quick_xml::Reader::from_str(svg);
        while reader.read_event().unwrap() != quick_xml::events::Event::Eof {}
    }
}

/// What is asked for, the status, and a part of the reason.
const WRONG: [(&[&str], i32, &str); 8] = [
    (&["none.csv"], 2, "the column"),
    (&["nowhere.csv"], 2, "cannot be read"),
    (&["malote.csv", "--client", "123"], 2, "neither a CNPJ"),
    (
        &["malote.csv", "--journal", "nowhere"],
        2,
        "there is no journal",
    ),
    (
        &["malote.csv", "--journal", "damaged.csv"],
        4,
        "damaged at line",
    ),
    (&["malote.csv", "-o", "malote.csv"], 2, "would be lost"),
    (
        &["malote.csv", "-o", "./malote.journal.csv"],
        2,
        "would be lost",
    ),
    (
        &["malote.csv", "-o", "nowhere/report.html"],
        4,
        "cannot be written",
    ),
];

#[test]
fn what_is_wrong_ends_with_the_status_of_the_contract() {
    let bench = books(1_000);
    fs::write(bench.path("none.csv"), "action,kind\n").unwrap();
    let journal = bench.read("malote.journal.csv");
    fs::write(
        bench.path("damaged.csv"),
        journal.replacen("accepted", "rejected", 1),
    )
    .unwrap();
    report(&bench, &[]);
    let older = bench
        .read("report.html")
        .replace("</html>", "<!-- older --></html>");
    fs::write(bench.path("report.html"), &older).unwrap();
    for (args, status, reason) in WRONG {
        let done = bench.malote(&[&["report"], args].concat());
        assert!(
            done.status == status && done.err.contains(reason),
            "{args:?}: {done:?}"
        );
    }
    assert!(bench.read("report.html") == older);
    assert_eq!(bench.read("malote.journal.csv"), journal);
    report(&bench, &[]);
    assert!(!bench.read("report.html").contains("older"));
}
