//! What goes over the wire, and what the program makes of a server that is none.

use std::fs;

use malote::sandbox::Settings;

use crate::support::fake::{Answer, Fake, Request};
use crate::support::zen::Zen;
use crate::support::{Bench, TOKEN, fixtures, records};

#[test]
fn requests_say_who_asks_and_nothing_more() {
    for (options, agent) in [
        (&[][..], format!("malote/{}", env!("CARGO_PKG_VERSION"))),
        (&["--user-agent", "Escritório 1"], "Escritório 1".to_owned()),
    ] {
        let bench = Bench::new();
        bench.archive(3, 1);
        let fake = Fake::start(Answer::accepted);
        let done = bench.send(&fake.url(), options);
        assert_eq!(done.status, 0, "{done:?}");
        let requests = fake.requests();
        assert_eq!(requests.len(), 6);
        for request in requests {
            assert_eq!(request.method, "POST");
            let route = request
                .path
                .strip_prefix(&format!("/api/v1/{TOKEN}/"))
                .unwrap();
            assert!(
                ["importarxmlnfearray", "importarxmlnfeeventarray"].contains(&route),
                "{route}"
            );
            assert_eq!(request.header("user-agent"), Some(agent.as_str()));
            assert_eq!(request.header("content-type"), Some("application/json"));
            for absent in [
                "referer",
                "cookie",
                "authorization",
                "expect",
                "transfer-encoding",
            ] {
                assert_eq!(request.header(absent), None, "{absent}");
            }
        }
    }
}

/// Documents of a batch go to the wire in pieces, which nobody behind it can tell: the length is announced, and the body is
/// one array. More pieces than the client takes at once, too.
#[test]
fn a_batch_is_one_body_of_a_length_that_is_announced() {
    let bench = Bench::new();
    bench.archive(51, 0);
    let fake = Fake::start(Answer::accepted);
    let done = bench.send(&fake.url(), &["--batch", "50"]);
    assert_eq!(done.status, 0, "{done:?}");
    let requests = fake.requests();
    let counts: Vec<_> = requests
        .iter()
        .map(|request| {
            assert_eq!(request.header("transfer-encoding"), None);
            let length = request.body.len().to_string();
            assert_eq!(request.header("content-length"), Some(length.as_str()));
            let items: Vec<serde_json::Value> = serde_json::from_slice(&request.body).unwrap();
            items.len()
        })
        .collect();
    assert_eq!(counts, [1, 50]);
}

#[test]
fn a_variable_sets_the_user_agent_as_the_option_does() {
    let bench = Bench::new();
    bench.archive(1, 0);
    let fake = Fake::start(Answer::accepted);
    let url = fake.url();
    let mut command = bench.command(&Bench::sending(&url, &[]));
    command
        .env("MALOTE_TOKEN", TOKEN)
        .env("MALOTE_USER_AGENT", "by variable");
    assert_eq!(command.output().unwrap().status.code(), Some(0));
    assert_eq!(fake.requests()[0].header("user-agent"), Some("by variable"));
}

/// What goes to this machine goes in plain text: a proxy would read the key and the documents.
#[test]
fn what_goes_to_this_machine_goes_through_no_proxy() {
    let bench = Bench::new();
    bench.archive(3, 0);
    let (fake, proxy) = (Fake::start(Answer::accepted), Fake::start(Answer::accepted));
    let url = fake.url();
    let mut command = bench.command(&Bench::sending(&url, &[]));
    command.env("MALOTE_TOKEN", TOKEN);
    for name in ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"] {
        command.env(name, proxy.url());
    }
    assert_eq!(command.output().unwrap().status.code(), Some(0));
    assert_eq!((fake.count(), proxy.count()), (3, 0));
}

#[test]
fn a_declaration_travels_or_stays_behind_and_nothing_else_changes() {
    let bench = Bench::new();
    bench.archive(4, 2);
    let rows = records(&bench.read("malote.csv"));
    let mut files: Vec<_> = rows
        .iter()
        .map(|row| fs::read_to_string(&row["path"]).unwrap())
        .collect();
    for (choice, journal) in [("keep", "keep.csv"), ("drop", "drop.csv")] {
        let fake = Fake::start(Answer::accepted);
        let done = bench.send(
            &fake.url(),
            &["--declaration", choice, "--journal", journal],
        );
        assert_eq!(done.status, 0, "{done:?}");
        let mut texts: Vec<_> = fake.requests().iter().flat_map(Request::texts).collect();
        if choice == "drop" {
            for file in &mut files {
                *file = file.replace("<?xml version=\"1.0\" encoding=\"UTF-8\"?>", "");
            }
        }
        texts.sort();
        files.sort();
        assert!(texts == files, "{choice}");
    }
}

#[test]
fn an_archive_that_moved_is_read_from_its_new_root() {
    let bench = Bench::new();
    bench.archive(10, 0);
    fs::rename(bench.path("archive"), bench.path("moved")).unwrap();
    let zen = Zen::start(Settings::default());
    let (old, new) = (bench.path("archive"), bench.path("moved"));
    let root = format!("{}={}", old.display(), new.display());
    let done = bench.send(&zen.url(), &["--root", &root]);
    assert_eq!(done.status, 0, "{done:?}");
    assert_eq!(zen.account().accepted, 10);
}

/// A server that is not Zen, and what the program says of it.
fn is_told_of(answer: &Answer, words: &[&str]) {
    let bench = Bench::new();
    bench.plan(&fixtures());
    let given = answer.clone();
    let fake = Fake::start(move |_| given.clone());
    let done = bench.send(&fake.url(), &["--batch", "20"]);
    assert_eq!(done.status, 4, "{answer:?}: {done:?}");
    for word in words {
        assert!(done.err.contains(word), "{word}: {done:?}");
    }
    let requests = fake.requests();
    assert!((1..=3).contains(&requests.len()), "{}", requests.len());
    for request in requests {
        assert_eq!(request.method, "POST", "no redirect is followed");
        assert_eq!(request.texts().len(), 1, "one document at a time");
        assert_eq!(request.header("referer"), None);
    }
    assert_eq!(bench.balance(&[])["rejected"], 0, "no document is blamed");
}

#[test]
fn wrong_servers_are_told_of_within_three_requests() {
    let page = "<html><head><title>Entrar</title></head><body>Senha</body></html>";
    let html = |status| Answer::new(status, "text/html; charset=utf-8", page);
    for status in [401, 403] {
        is_told_of(&html(status), &["MALOTE_TOKEN", "Chave Acesso"]);
    }
    is_told_of(&html(404), &["--office", "address"]);
    is_told_of(&html(200), &["web page", "login page", "Entrar"]);
    is_told_of(&html(407), &["proxy"]);
    for status in [301, 302, 307, 308] {
        let there = "http://127.0.0.1:9/login";
        let moved = Answer::new(status, "text/html", "").with("Location", there);
        is_told_of(&moved, &["redirect", "--office"]);
    }
    is_told_of(
        &Answer::new(200, "application/json", "{\"ok\":1}"),
        &["no readable entry", "--trust-status"],
    );
    is_told_of(
        &Answer::new(200, "application/json", "[]"),
        &["no readable entry"],
    );
}

#[test]
fn a_redirect_to_the_same_server_is_not_followed() {
    let bench = Bench::new();
    bench.archive(5, 0);
    let fake = Fake::start(|request| {
        assert!(
            request.path.starts_with("/api/v1/"),
            "followed: {}",
            request.path
        );
        Answer::new(302, "text/html", "").with("Location", "/login")
    });
    assert_eq!(bench.send(&fake.url(), &[]).status, 4);
    assert!(fake.count() <= 3);
}

#[test]
fn a_status_that_is_trusted_accepts_what_has_no_entry() {
    let bench = Bench::new();
    bench.archive(6, 0);
    let fake = Fake::start(|_| Answer::new(200, "application/json", "{\"ok\":1}"));
    let done = bench.send(&fake.url(), &["--trust-status", "--batch", "3"]);
    assert_eq!(done.status, 0, "{done:?}");
    assert_eq!(bench.balance(&[])["accepted"], 6);
}

#[test]
fn a_token_file_serves_and_no_file_or_output_holds_the_token() {
    let elsewhere = tempfile::tempdir().unwrap();
    let file = elsewhere.path().join("token");
    let bench = Bench::new();
    bench.archive(4, 0);
    let zen = Zen::start(Settings {
        reset: 0.3,
        fail: 0.3,
        ..Settings::default()
    });
    fs::write(&file, format!("\u{feff}{TOKEN}\r\n")).unwrap();
    let url = zen.url();
    let file = file.to_str().unwrap();
    let run = Bench::sending(&url, &["--token-file", file, "--attempts", "20"]);
    let done = bench.malote(&run);
    assert_eq!(done.status, 0, "{done:?}");
    drop(zen);
    // Nobody is there any more: the client's own words hold the address, and must not hold the token.
    let run = [
        &run[..],
        &["--journal", "other.csv", "--outage-limit", "1s"],
    ]
    .concat();
    let done = bench.start(&run);
    crate::support::process::wait_until("a failure is recorded", || {
        fs::read_to_string(bench.path("other.csv")).is_ok_and(|text| text.contains(",failed,"))
    });
    done.kill();
}
