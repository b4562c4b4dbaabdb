//! A server that answers as a test tells it to, and keeps every request. Unlike the simulated Zen it has no manners
//! of its own, and the test's own code runs while the client waits.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Instant;

use malote::digest::ContentHash;
use regex::Regex;
use serde_json::{Value, json};

/// One request as it came.
#[derive(Debug, Clone)]
pub struct Request {
    pub at: Instant,
    /// From 1.
    pub number: usize,
    pub method: String,
    pub path: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Request {
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(one, _)| one == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The texts of its documents.
    pub fn texts(&self) -> Vec<String> {
        let body: Value = serde_json::from_slice(&self.body).unwrap();
        let items = body.as_array().or_else(|| body["data"].as_array()).unwrap();
        let text = |item: &Value| item["Xml"].as_str().unwrap().to_owned();
        items.iter().map(text).collect()
    }

    /// The hashes of its documents' texts: of the files, where these are UTF-8.
    pub fn hashes(&self) -> Vec<String> {
        let hash = |text: &String| ContentHash::of(text.as_bytes()).to_string();
        self.texts().iter().map(hash).collect()
    }

    /// The access keys of its documents.
    pub fn keys(&self) -> Vec<String> {
        let id = Regex::new("Id=[\"'](?:ID[0-9]{6}|[A-Za-z]+)([0-9A-Z]{44})").unwrap();
        let key = |text: &String| id.captures(text).unwrap()[1].to_owned();
        self.texts().iter().map(key).collect()
    }
}

/// What it is answered.
#[derive(Debug, Clone)]
pub enum Answer {
    Reply {
        status: u16,
        headers: Vec<(&'static str, String)>,
        body: String,
    },
    /// The connection is cut.
    Cut,
}

impl Answer {
    pub fn new(status: u16, content_type: &str, body: impl Into<String>) -> Self {
        Self::Reply {
            status,
            headers: vec![("Content-Type", content_type.to_owned())],
            body: body.into(),
        }
    }

    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        if let Self::Reply { headers, .. } = &mut self {
            headers.push((name, value.to_owned()));
        }
        self
    }

    /// Everything of `request` is taken.
    pub fn accepted(request: &Request) -> Self {
        Self::entries(request, |_| Ok("Documento importado"))
    }

    /// Each document of `request` is taken or refused, as `judge` says of its key.
    pub fn entries(
        request: &Request,
        judge: impl Fn(&str) -> Result<&'static str, &'static str>,
    ) -> Self {
        let entry = |key: &String| {
            let (success, message) = match judge(key) {
                Ok(message) => (true, message),
                Err(message) => (false, message),
            };
            json!({"Key": key, "Success": success, "Message": message})
        };
        let entries: Vec<_> = request.keys().iter().map(entry).collect();
        Self::new(200, "application/json", Value::from(entries).to_string())
    }
}

type Handler = Box<dyn Fn(&Request) -> Answer + Send + Sync>;

struct State {
    handler: Handler,
    requests: Mutex<Vec<Request>>,
    panics: Mutex<Vec<String>>,
    ended: AtomicBool,
}

/// The server; a handler that panicked fails the test when it is dropped.
pub struct Fake {
    address: SocketAddr,
    state: Arc<State>,
}

impl Fake {
    pub fn start(handler: impl Fn(&Request) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(State {
            handler: Box::new(handler),
            requests: Mutex::default(),
            panics: Mutex::default(),
            ended: AtomicBool::new(false),
        });
        let mine = Arc::clone(&state);
        thread::spawn(move || {
            for stream in listener.incoming() {
                if mine.ended.load(Ordering::Relaxed) {
                    return;
                }
                let state = Arc::clone(&mine);
                if let Ok(stream) = stream {
                    thread::spawn(move || serve(stream, &state));
                }
            }
        });
        Self { address, state }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn requests(&self) -> Vec<Request> {
        self.state.requests.lock().unwrap().clone()
    }

    pub fn count(&self) -> usize {
        self.state.requests.lock().unwrap().len()
    }
}

impl Drop for Fake {
    fn drop(&mut self) {
        self.state.ended.store(true, Ordering::Relaxed);
        let _ = TcpStream::connect(self.address);
        let panics = self.state.panics.lock().unwrap();
        assert!(
            thread::panicking() || panics.is_empty(),
            "a handler panicked: {panics:?}"
        );
    }
}

/// Serves one connection until the client or an answer ends it.
fn serve(stream: TcpStream, state: &State) {
    let _ = stream.set_nodelay(true);
    let mut writer = stream.try_clone().unwrap();
    let mut reader = BufReader::new(stream);
    while let Some(mut request) = read(&mut reader) {
        {
            let mut requests = state.requests.lock().unwrap();
            request.number = requests.len() + 1;
            requests.push(request.clone());
        }
        let answered = catch_unwind(AssertUnwindSafe(|| (state.handler)(&request)));
        let answer = answered.unwrap_or_else(|panic| {
            let text = panic.downcast_ref::<String>().cloned();
            state.panics.lock().unwrap().push(text.unwrap_or_default());
            // What ends a run soonest: the test has failed.
            Answer::new(403, "text/plain", "a handler panicked")
        });
        let Answer::Reply {
            status,
            headers,
            body,
        } = answer
        else {
            return;
        };
        let mut text = format!(
            "HTTP/1.1 {status} Fake\r\nContent-Length: {}\r\n",
            body.len()
        );
        for (name, value) in headers {
            write!(text, "{name}: {value}\r\n").unwrap();
        }
        text.push_str("\r\n");
        text.push_str(&body);
        if writer.write_all(text.as_bytes()).is_err() {
            return;
        }
    }
}

/// The next request, whole.
pub fn read(reader: &mut impl BufRead) -> Option<Request> {
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
    let at = Instant::now();
    let mut words = line.split_whitespace().map(str::to_owned);
    let (method, path) = (words.next()?, words.next()?);
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(':') else {
            break;
        };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length = length.map_or(0, |(_, value)| value.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Request {
        at,
        number: 0,
        method,
        path,
        headers,
        body,
    })
}
