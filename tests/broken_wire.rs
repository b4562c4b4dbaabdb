//! A wire that breaks in every way: each has its verdict in the journal, and none costs memory without bound.

use std::fs;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::LazyLock;
use std::thread;
use std::time::Duration;

use crate::support::process::Running;
use crate::support::raw::{Raw, accepted, certificate, pour, request, tls};
use crate::support::{Bench, TOKEN, records};

/// The program may need so much whatever a server sends it. It needs 27 MB for an ordinary answer and up to 60 MB for
/// endless ones, of which it keeps 4 MiB; to trust the server would take 128 MB for the bomb, 1 GB for the others.
const MOST_KB: u64 = 100_000;

/// The last event of each document, and how the run ended.
#[derive(Debug)]
struct Outcome {
    status: i32,
    events: Vec<String>,
    messages: Vec<String>,
    err: String,
}

/// Sends two documents to `url`, each once; `trusted` is a certificate that the system vouches for.
fn sent(url: &str, trusted: Option<&str>) -> Outcome {
    let bench = Bench::new();
    bench.archive(2, 0);
    let options = ["--attempts", "1", "--timeout", "1s", "--concurrency", "1"];
    let mut command = bench.command(&Bench::sending(url, &options));
    command.env("MALOTE_TOKEN", TOKEN);
    if let Some(pem) = trusted {
        let file = bench.path("trusted.pem");
        fs::write(&file, pem).unwrap();
        command.env("SSL_CERT_FILE", file);
    }
    let (done, peak) = Running::start(command).finish_measured();
    assert!(peak < MOST_KB, "{peak} kB: {done:?}");
    done.assert_no_controls();
    let journal = bench.journal();
    let rows = records(&bench.read("malote.csv"));
    let last = |row: &std::collections::HashMap<String, String>, column: &str| {
        let of_row = journal.iter().rfind(|one| one["sha256"] == row["sha256"]);
        of_row.map_or(String::new(), |one| one[column].clone())
    };
    Outcome {
        status: done.status,
        events: rows.iter().map(|row| last(row, "event")).collect(),
        messages: rows.iter().map(|row| last(row, "message")).collect(),
        err: done.err,
    }
}

/// What a server does with a connection.
type Serve = fn(TcpStream);

/// With each: what the journal calls the first document, and the exit status.
const WAYS: [(&str, Serve, &str, i32); 22] = [
    ("closes before the request", |_| (), "unknown", 3),
    ("closes within the request", in_the_request, "unknown", 3),
    (
        "closes after the request",
        |mut stream| drop(request(&mut stream)),
        "unknown",
        3,
    ),
    ("closes one half", half_closed, "unknown", 3),
    (
        "resets within the request",
        |mut stream| {
            let _ = stream.read(&mut [0; 100]);
            reset(stream);
        },
        "unknown",
        3,
    ),
    (
        "resets after the request",
        |mut stream| {
            request(&mut stream);
            reset(stream);
        },
        "unknown",
        3,
    ),
    (
        "resets within the answer",
        |mut stream| {
            if let Some(request) = request(&mut stream) {
                let answer = accepted(&request);
                let _ = stream.write_all(&answer[..answer.len() - 5]);
                reset(stream);
            }
        },
        "unknown",
        3,
    ),
    (
        "answers what is no HTTP at all",
        |stream| says(stream, b"\x00\xff\xfe\r\n\r\n\x80"),
        "unknown",
        3,
    ),
    (
        "answers HTTP of no version",
        |stream| {
            says(
                stream,
                b"HTTP/9.9 999 \xff\xfe\r\nContent-Length: 2\r\n\r\n[]",
            );
        },
        "unknown",
        3,
    ),
    (
        "answers one byte at a time",
        one_byte_at_a_time,
        "accepted",
        0,
    ),
    ("answers one byte a while", too_slowly, "unknown", 3),
    ("never answers", never, "unknown", 3),
    (
        "answers 1 GB",
        |stream| large(stream, "Content-Length: 1073741824\r\n"),
        "unknown",
        3,
    ),
    (
        "answers until it is enough",
        |stream| large(stream, ""),
        "unknown",
        3,
    ),
    ("answers chunks without end", chunks, "unknown", 3),
    (
        "is no HTTP server",
        |stream| says(stream, b"SSH-2.0-OpenSSH_9.6\r\n"),
        "unknown",
        3,
    ),
    ("sends headers without end", headers, "unknown", 3),
    ("says to go on without end", interim, "unknown", 3),
    (
        "sends less than it says",
        |stream| says(stream, b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n[]"),
        "unknown",
        3,
    ),
    ("sends more than it says", longer_than_said, "unknown", 4),
    (
        "names two lengths",
        |stream| {
            says(
                stream,
                b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 9\r\n\r\n[]",
            );
        },
        "unknown",
        3,
    ),
    (
        "names a length below nothing",
        |stream| says(stream, b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n[]"),
        "unknown",
        3,
    ),
];

/// The same, of servers whose words are shown.
const WORDS: [(&str, Serve, &str, i32); 3] = [
    ("sends a bomb of gzip", gzip_bomb, "unknown", 4),
    ("sends what a terminal obeys", controls, "unknown", 4),
    (
        "answers what is no UTF-8",
        |stream| {
            says(
                stream,
                b"HTTP/1.1 200 OK\r\nContent-Type: \xff\r\nMsgErro: n\xe3o\xff\r\nContent-Length: 6\r\n\r\n[\xff\xfe\"\xc3]",
            );
        },
        "unknown",
        4,
    ),
];

fn says(mut stream: TcpStream, answer: &[u8]) {
    request(&mut stream);
    let _ = stream.write_all(answer);
}

fn in_the_request(mut stream: TcpStream) {
    let _ = stream.read(&mut [0; 100]);
}

fn half_closed(mut stream: TcpStream) {
    request(&mut stream);
    let _ = stream.shutdown(Shutdown::Write);
    let _ = stream.read(&mut [0; 100]);
}

/// Ends the connection as a machine does that has crashed: what was sent is thrown away.
fn reset(stream: TcpStream) {
    let _ = stream.set_nonblocking(true);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .build()
        .unwrap();
    let _inside = runtime.enter();
    let stream = tokio::net::TcpStream::from_std(stream).unwrap();
    stream.set_zero_linger().unwrap();
}

fn one_byte_at_a_time(mut stream: TcpStream) {
    while let Some(request) = request(&mut stream) {
        for byte in accepted(&request) {
            if stream.write_all(&[byte]).is_err() {
                return;
            }
        }
    }
}

fn too_slowly(mut stream: TcpStream) {
    let Some(request) = request(&mut stream) else {
        return;
    };
    for byte in accepted(&request) {
        if stream.write_all(&[byte]).is_err() {
            return;
        }
        thread::sleep(Duration::from_millis(100));
    }
}

fn never(mut stream: TcpStream) {
    request(&mut stream);
    let _ = stream.read(&mut [0; 100]);
}

fn large(mut stream: TcpStream, length: &str) {
    request(&mut stream);
    let head = format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n{length}\r\n[");
    pour(&mut stream, head.as_bytes(), 1);
    pour(&mut stream, &b" ".repeat(1 << 20), 1024);
}

fn chunks(mut stream: TcpStream) {
    request(&mut stream);
    pour(
        &mut stream,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        1,
    );
    pour(&mut stream, &b"1\r\n \r\n".repeat(10_000), 20_000);
}

fn headers(mut stream: TcpStream) {
    request(&mut stream);
    pour(&mut stream, b"HTTP/1.1 200 OK\r\n", 1);
    pour(
        &mut stream,
        &b"X-A: aaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n".repeat(1000),
        30_000,
    );
}

fn interim(mut stream: TcpStream) {
    request(&mut stream);
    pour(
        &mut stream,
        &b"HTTP/1.1 100 Continue\r\n\r\n".repeat(1000),
        30_000,
    );
}

fn longer_than_said(mut stream: TcpStream) {
    if let Some(request) = request(&mut stream) {
        let answer = String::from_utf8(accepted(&request)).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let head = head.rsplit_once(' ').unwrap().0;
        let _ = write!(stream, "{head} 20\r\n\r\n{body}");
    }
}

/// 128 MB of blanks in half a MB: what a client would unpack that trusted the header.
static BOMB: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let blanks = vec![b' '; 1024 * 1024];
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    for _ in 0..128 {
        packed.write_all(&blanks).unwrap();
    }
    packed.finish().unwrap()
});

fn gzip_bomb(mut stream: TcpStream) {
    request(&mut stream);
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n",
        BOMB.len()
    );
    let _ = stream.write_all(&[head.as_bytes(), &BOMB].concat());
}

fn controls(mut stream: TcpStream) {
    request(&mut stream);
    let body = "\u{1b}[31m\u{9b}31m\u{7}\r\u{202e}{}\u{1b}]0;title\u{7}";
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
    let _ = write!(stream, "{head}{body}");
}

fn have_their_verdicts(ways: &'static [(&str, Serve, &str, i32)]) {
    // It takes longer to make than there is time to answer.
    LazyLock::force(&BOMB);
    // A few at a time: each has a second to answer.
    for few in ways.chunks(4) {
        thread::scope(|scope| {
            for (what, serve, event, status) in few {
                scope.spawn(move || {
                    let raw = Raw::start(*serve);
                    let outcome = sent(&raw.url("http"), None);
                    let found = (outcome.events[0].as_str(), outcome.status);
                    assert_eq!(found, (*event, *status), "{what}: {outcome:?}");
                });
            }
        });
    }
}

#[test]
fn every_way_in_which_an_answer_breaks_has_its_verdict() {
    have_their_verdicts(&WAYS);
}

#[test]
fn the_words_of_an_answer_that_is_none_are_shown_escaped() {
    have_their_verdicts(&WORDS);
}

/// Whether it was heard of before anything was sent is a matter of moments.
#[test]
fn a_reset_before_the_request_is_a_fault_or_a_doubt() {
    let raw = Raw::start(reset);
    let outcome = sent(&raw.url("http"), None);
    assert_eq!(outcome.status, 3, "{outcome:?}");
    let safe = |event: &String| ["failed", "unknown"].contains(&event.as_str());
    assert!(outcome.events.iter().all(safe), "{outcome:?}");
}

#[test]
fn nobody_there_is_a_fault_and_no_document_is_in_doubt() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = closed.local_addr().unwrap();
    drop(closed);
    let outcome = sent(&format!("http://{address}"), None);
    assert_eq!(
        (outcome.events, outcome.status),
        (vec!["failed".to_owned(); 2], 3)
    );
}

#[test]
fn tls_that_is_none_or_breaks_off_is_a_fault_and_no_document_is_in_doubt() {
    let ways: [(&str, Serve); 2] = [
        ("closes in the handshake", in_the_request),
        ("speaks plain HTTP", |mut stream| {
            let _ = stream.read(&mut [0; 100]);
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
        }),
    ];
    for (what, serve) in ways {
        let raw = Raw::start(serve);
        let outcome = sent(&raw.url("https"), None);
        assert_eq!(outcome.events, ["failed", "failed"], "{what}: {outcome:?}");
        assert_eq!(outcome.status, 3, "{what}: {outcome:?}");
    }
}

/// Whether the handshake or the whole request took too long is not told apart where both may take as long.
#[test]
fn a_handshake_that_is_never_answered_ends_with_the_time_out() {
    let raw = Raw::start(
        |mut stream| {
            while stream.read(&mut [0; 1000]).is_ok_and(|read| read > 0) {}
        },
    );
    let outcome = sent(&raw.url("https"), None);
    assert_eq!(outcome.status, 3, "{outcome:?}");
    let safe = |event: &String| ["failed", "unknown"].contains(&event.as_str());
    assert!(outcome.events.iter().all(safe), "{outcome:?}");
}

#[test]
fn a_certificate_that_nobody_vouches_for_stops_the_run() {
    let (_, config) = certificate("127.0.0.1");
    let (other, wrong) = certificate("zen.example");
    for (what, config, trusted) in [("unknown", config, None), ("another's", wrong, Some(other))] {
        let raw = Raw::start(move |stream| drop(request(&mut tls(stream, &config))));
        let outcome = sent(&raw.url("https"), trusted.as_deref());
        assert_eq!(outcome.status, 4, "{what}: {outcome:?}");
        for check in ["certificate", "the computer's date", "proxy"] {
            assert!(outcome.err.contains(check), "{what}: {outcome:?}");
        }
        assert_eq!(outcome.events, ["failed", "failed"], "{what}: {outcome:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn tls_that_breaks_off_after_the_request_leaves_it_in_doubt() {
    let (pem, config) = certificate("127.0.0.1");
    for (answers, event, status) in [(true, "accepted", 0), (false, "unknown", 3)] {
        let config = config.clone();
        let raw = Raw::start(move |stream| {
            let mut stream = tls(stream, &config);
            while let Some(request) = request(&mut stream) {
                let whole = accepted(&request);
                let part = if answers {
                    &whole[..]
                } else {
                    &whole[..whole.len() - 5]
                };
                let _ = stream.write_all(part);
                if !answers {
                    return;
                }
            }
        });
        let outcome = sent(&raw.url("https"), Some(&pem));
        assert_eq!(
            (outcome.events[0].as_str(), outcome.status),
            (event, status),
            "{outcome:?}"
        );
        let known = outcome.messages.iter().all(|message| !message.is_empty());
        assert!(known, "{outcome:?}");
    }
}
