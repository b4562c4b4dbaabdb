//! A destination that is wrong, or is not there: the run says what to check.

use std::net::TcpListener;

use crate::support::fake::{Answer, Fake};
use crate::support::{Bench, TOKEN};

/// What turns everything away stops the run in at most three requests, with a sentence that says what to check.
#[test]
fn whatever_turns_everything_away_stops_the_run_with_what_to_check() {
    let page = |status| Answer::new(status, "text/html", "<html><title>Entrar</title></html>");
    let text = |status| Answer::new(status, "text/plain", "no");
    let moved = text(302).with("Location", "https://login.example/");
    let office = ["--office"].as_slice();
    let proxy = ["--office", "proxy"].as_slice();
    let ways = [
        ("a wrong key", text(401), ["MALOTE_TOKEN"].as_slice()),
        ("a blocked key", text(403), &["MALOTE_TOKEN"]),
        ("a wrong office", text(404), office),
        ("a page instead of the office", page(404), office),
        ("a login page", page(200), proxy),
        ("a redirect", moved, proxy),
        ("a proxy that wants a password", page(407), proxy),
        // Bug: only the key was to be checked.
        ("a proxy's page", page(403), &["MALOTE_TOKEN", "proxy"]),
        ("a server that takes no documents", text(405), proxy),
    ];
    for (what, answer, checks) in ways {
        let bench = Bench::new();
        bench.archive(10, 0);
        let fake = Fake::start(move |_| answer.clone());
        let done = bench.send(&fake.url(), &[]);
        assert_eq!(done.status, 4, "{what}: {done:?}");
        assert!(fake.count() <= 3, "{what}: {} requests", fake.count());
        for check in checks {
            assert!(done.err.contains(check), "{what}, {check}: {done:?}");
        }
        let end = bench.journal().pop().unwrap();
        assert_eq!(end["event"], "end", "{what}");
        assert!(end["message"].contains(checks[0]), "{what}: {end:?}");
    }
}

/// Where nobody answers it may be that the computer is not online yet: the run waits, and says what to check meanwhile.
#[test]
fn where_nobody_has_answered_the_pause_says_what_to_check() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap();
    let refused = format!("http://{}", closed.local_addr().unwrap());
    drop(closed);
    // The name is one that no host may have.
    for url in [refused.as_str(), "https://malote.invalid"] {
        for (lang, end) in [
            ("en", "check that the name of the office (--office)"),
            ("pt-BR", "confira se o nome do escritório (--office)"),
        ] {
            let bench = Bench::new();
            bench.archive(10, 0);
            let options = ["--outage-limit", "2s"];
            let output = bench
                .command(&Bench::sending(url, &options))
                .env("MALOTE_LANG", lang)
                .env("MALOTE_TOKEN", TOKEN)
                .output()
                .unwrap();
            let said = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(3), "{url}: {said}");
            assert!(said.contains(end), "{url}, {end}: {said}");
            let journal = bench.journal();
            let pause = journal.iter().find(|row| row["event"] == "pause").unwrap();
            let message = &pause["message"];
            assert!(message.contains("(--office)"), "{url}: {message}");
            assert!(message.contains("online"), "{url}: {message}");
        }
    }
}

/// Bug: a date in `Retry-After` was read by this computer's clock, also where the server said what its own shows.
#[test]
fn the_date_of_an_answer_is_the_clock_by_which_retry_after_is_read() {
    let bench = Bench::new();
    bench.archive(10, 0);
    let fake = Fake::start(|request| match request.number {
        1 => Answer::accepted(request),
        _ => Answer::new(429, "text/plain", "")
            .with("Date", "Sun, 06 Nov 1994 08:49:37 GMT")
            .with("Retry-After", "Sun, 06 Nov 1994 20:49:37 GMT"),
    });
    let done = bench.send(&fake.url(), &["--max-duration", "2s"]);
    assert_eq!(done.status, 3, "{done:?}");
    let journal = bench.journal();
    let pause = journal.iter().find(|row| row["event"] == "pause").unwrap();
    let message = &pause["message"];
    assert!(message.contains("more was asked for"), "{message}");
}
