//! `malote doctor`: what is found before the first night.

use std::fs;
use std::net::TcpListener;

use malote::sandbox::Settings;

use crate::support::fake::{Answer, Fake};
use crate::support::zen::Zen;
use crate::support::{Bench, Done, TOKEN, fixtures};

const NOTE: &str =
    "11.222.333 Padaria Aurora/2019/05/35190511222333000181550010000001011007998198-procNFe.xml";

/// Runs the checks with the token. This computer's zone is the one that is asked for.
fn doctor(bench: &Bench, args: &[&str]) -> Done {
    let args = [&["doctor", "--timezone", "UTC"], args].concat();
    bench.malote_with_token(&args)
}

/// The line about `subject`.
fn line<'a>(done: &'a Done, subject: &str) -> &'a str {
    let mut lines = done.out.lines();
    let found = lines.find(|line| line.get(9..).is_some_and(|rest| rest.starts_with(subject)));
    found.unwrap_or_else(|| panic!("{subject}: {done:?}"))
}

#[test]
fn all_is_well() {
    let bench = Bench::new();
    bench.plan(&fixtures());
    let zen = Zen::start(Settings::default());
    for args in [vec!["--sandbox"], vec!["--base-url", &zen.url()]] {
        let done = doctor(&bench, &args);
        assert_eq!((done.status, done.err.as_str()), (0, ""), "{done:?}");
        assert!(done.out.ends_with("problems 0, warnings 0\n"), "{done:?}");
        for subject in ["key", "office", "clock", "zone", "journal", "disk"] {
            assert!(line(&done, subject).starts_with("ok "), "{done:?}");
        }
        let planned = format!("{} documents", bench.balance(&[])["planned"]);
        assert!(line(&done, "disk").contains(&planned), "{done:?}");
    }
    assert_eq!(zen.account().documents, 0, "nothing was sent");
    assert!(!bench.path("malote.journal.csv").exists());
}

#[test]
fn what_is_not_named_is_not_looked_at() {
    let bench = Bench::new();
    let done = doctor(&bench, &[]);
    assert_eq!(done.status, 0, "{done:?}");
    for subject in ["office", "disk"] {
        assert!(line(&done, subject).starts_with("warning "), "{done:?}");
    }
    for wrong in [
        vec!["--office", "a.b"],
        vec!["--base-url", "http://a.example"],
        vec!["--manifest", "nothing.csv"],
        vec!["--one", "a.xml", "--already-there", "["],
        vec!["--yes"],
    ] {
        assert_eq!(doctor(&bench, &wrong).status, 2, "{wrong:?}");
    }
}

#[test]
fn a_key_is_asked_for_and_kept_from_others() {
    let bench = Bench::new();
    let found = bench.malote(&["doctor"]);
    assert_eq!(found.status, 1, "{found:?}");
    assert!(line(&found, "key").starts_with("problem "), "{found:?}");
    // Outside the folder, of which no file may hold the key.
    let elsewhere = tempfile::tempdir().unwrap();
    let file = elsewhere.path().join("key");
    fs::write(&file, format!("{TOKEN}\n")).unwrap();
    let name = file.to_str().unwrap();
    #[cfg(unix)]
    for (mode, status) in [(0o600, 0), (0o400, 0), (0o644, 1), (0o640, 1)] {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
        let done = bench.malote(&["doctor", "--token-file", name]);
        assert_eq!(done.status, status, "{mode:o}: {done:?}");
        assert_eq!(done.out.contains("chmod 600"), status == 1, "{done:?}");
    }
    fs::write(&file, "two words").unwrap();
    assert_eq!(bench.malote(&["doctor", "--token-file", name]).status, 1);
}

#[test]
fn an_office_that_is_not_there_is_a_problem() {
    let bench = Bench::new();
    let closed = TcpListener::bind("127.0.0.1:0").unwrap();
    let nobody = format!("http://{}", closed.local_addr().unwrap());
    drop(closed);
    let done = doctor(&bench, &["--base-url", &nobody]);
    assert_eq!(done.status, 1, "{done:?}");
    assert!(
        line(&done, "office").contains("cannot be reached"),
        "{done:?}"
    );
    let done = doctor(&bench, &["--base-url", "https://nobody.invalid"]);
    assert_eq!(done.status, 1, "{done:?}");
    assert!(line(&done, "office").starts_with("problem "), "{done:?}");
}

#[test]
fn who_answers_is_judged_without_the_key() {
    for (status, header, subject, grade) in [
        (
            200,
            ("Date", "Sun, 06 Nov 1994 08:49:37 GMT"),
            "clock",
            "problem",
        ),
        (407, ("Server", "proxy"), "office", "problem"),
        (
            302,
            ("Location", "https://portal.example/login"),
            "office",
            "warning",
        ),
        (302, ("Location", "/login"), "office", "ok"),
        (404, ("Server", "x"), "office", "ok"),
        (500, ("Server", "x"), "office", "warning"),
    ] {
        let bench = Bench::new();
        let fake = Fake::start(move |_| {
            Answer::new(status, "text/html", "<title>Entrar</title>").with(header.0, header.1)
        });
        let done = doctor(&bench, &["--base-url", &fake.url()]);
        assert!(
            line(&done, subject).starts_with(grade),
            "{status}: {done:?}"
        );
        assert_eq!(done.status, i32::from(grade == "problem"), "{done:?}");
        let requests = fake.requests();
        let [request] = &requests[..] else {
            panic!("{requests:?}")
        };
        assert_eq!(
            (request.method.as_str(), request.path.as_str()),
            ("GET", "/")
        );
        assert!(!format!("{request:?}").contains(TOKEN), "{request:?}");
    }
}

#[test]
fn one_document_is_sent_only_when_told_to() {
    let bench = Bench::new();
    let note = fixtures().join(NOTE);
    let note = note.to_str().unwrap();
    let fake = Fake::start(|request| match request.method.as_str() {
        "GET" => Answer::new(200, "text/html", "<title>Zen</title>"),
        _ => Answer::accepted(request),
    });
    let args = ["--base-url", &fake.url(), "--one", note];
    let done = doctor(&bench, &args);
    assert_eq!((done.status, fake.count()), (0, 1), "{done:?}");
    assert!(
        line(&done, "document").contains("nfe, authorised, NFe3519"),
        "{done:?}"
    );
    assert!(done.out.contains("not sent; to send it"), "{done:?}");
    let done = doctor(&bench, &[&args[..], &["--yes"]].concat());
    assert_eq!((done.status, fake.count()), (0, 3), "{done:?}");
    assert!(
        done.out
            .contains("sent, and taken by Zen (HTTP 200): Documento importado"),
        "{done:?}"
    );
    assert_eq!(
        fs::read_dir(bench.path("")).unwrap().count(),
        0,
        "no journal"
    );
}

#[test]
fn an_answer_is_explained() {
    let note = fixtures().join(NOTE);
    let note = note.to_str().unwrap();
    for (status, body, code, words) in [
        (403, "", 1, "the key was refused"),
        (404, "", 1, "that address takes no documents"),
        (405, "", 1, "that address takes no documents"),
        (200, "<html></html>", 1, "a web page or a redirect"),
        (200, "[]", 1, "no entry for the document"),
        (429, "", 1, "Zen asks for patience"),
        (500, "", 1, "Zen does not work now"),
        (
            400,
            r#"{"Message":"cliente"}"#,
            0,
            "refused by Zen (HTTP 400): cliente",
        ),
        (
            400,
            r#"{"Message":"registro já existe"}"#,
            0,
            "Zen had it already",
        ),
    ] {
        let bench = Bench::new();
        let fake = Fake::start(move |request| match request.method.as_str() {
            "GET" => Answer::new(200, "text/html", "<title>Zen</title>"),
            _ => Answer::new(status, "application/json", body),
        });
        let done = doctor(&bench, &["--base-url", &fake.url(), "--one", note, "--yes"]);
        assert_eq!(done.status, code, "{status}: {done:?}");
        assert!(done.out.contains(words), "{words}: {done:?}");
    }
}

#[test]
fn a_document_that_plan_would_skip_is_not_sent() {
    let bench = Bench::new();
    let fake = Fake::start(|_| Answer::new(200, "text/html", "<title>Zen</title>"));
    for (name, words) in [
        ("outros/vazio.xml", "skip as empty: the file has no bytes"),
        ("outros/nfcom.xml", "skip as no-route"),
        ("outros/no such.xml", "cannot be read"),
    ] {
        let path = fixtures().join(name);
        let path = path.to_str().unwrap();
        let done = doctor(&bench, &["--base-url", &fake.url(), "--one", path, "--yes"]);
        assert_eq!(done.status, 1, "{done:?}");
        assert!(done.out.contains(words), "{words}: {done:?}");
    }
    assert!(
        fake.requests()
            .iter()
            .all(|request| request.method == "GET")
    );
}

#[test]
fn nothing_is_sent_where_something_else_is_wrong() {
    let bench = Bench::new();
    let note = fixtures().join(NOTE);
    let note = note.to_str().unwrap();
    let fake = Fake::start(|_| Answer::new(407, "text/html", ""));
    let done = doctor(&bench, &["--base-url", &fake.url(), "--one", note, "--yes"]);
    assert_eq!((done.status, fake.count()), (1, 1), "{done:?}");
    assert!(
        done.out.contains("not sent: there are problems above"),
        "{done:?}"
    );
}

#[test]
fn an_nfse_is_sent_as_a_form_once_its_side_is_told() {
    let bench = Bench::new();
    let note = fixtures().join("outros/nfse nacional.xml");
    let note = note.to_str().unwrap();
    let fake = Fake::start(|request| match request.method.as_str() {
        "GET" => Answer::new(200, "text/html", "<title>Zen</title>"),
        _ => Answer::new(
            200,
            "application/json",
            r#"{"Success":true,"ErrorMessage":null}"#,
        ),
    });
    let args = ["--base-url", &fake.url(), "--one", note, "--yes"];
    let done = doctor(&bench, &args);
    assert_eq!((done.status, fake.count()), (1, 1), "{done:?}");
    assert!(line(&done, "document").starts_with("problem "), "{done:?}");
    assert!(done.out.contains("--side received"), "{done:?}");
    let more = ["--side", "issued", "--nfse-field", "arquivo"];
    let done = doctor(&bench, &[&args[..], &more].concat());
    assert_eq!((done.status, fake.count()), (0, 3), "{done:?}");
    assert!(
        done.out.contains("sent, and taken by Zen (HTTP 200). Look"),
        "{done:?}"
    );
    let sent = &fake.requests()[2];
    assert!(sent.path.ends_with("/nfse"), "{}", sent.path);
    let file = fs::read(note).unwrap();
    let body = String::from_utf8(sent.body.clone()).unwrap();
    assert!(body.contains("name=\"Type\"\r\n\r\n1\r\n"), "{body}");
    assert!(body.contains("name=\"arquivo\""), "{body}");
    assert!(
        body.contains(str::from_utf8(&file).unwrap().trim()),
        "{body}"
    );
}

#[test]
fn an_nfse_that_cannot_be_sent_says_why_whatever_its_side() {
    let bench = Bench::new();
    let fake = Fake::start(|_| Answer::new(200, "text/html", "<title>Zen</title>"));
    let note = fixtures().join("outros/nfse cidade.xml");
    let args = ["--base-url", &fake.url(), "--side", "both", "--yes"];
    let done = doctor(
        &bench,
        &[&args[..], &["--one", note.to_str().unwrap()]].concat(),
    );
    assert_eq!((done.status, fake.count()), (1, 1), "{done:?}");
    assert!(done.out.contains("skip as no-parties"), "{done:?}");
    let alone = doctor(&bench, &["--side", "both"]);
    assert_eq!(alone.status, 2, "{alone:?}");
}
