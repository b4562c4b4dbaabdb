//! The service behind a loopback port.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Instant;

use http_body_util::{BodyExt, Limited};
use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};
use hyper::header::CONTENT_TYPE;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use secrecy::{ExposeSecret, SecretString};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use super::account::{Account, Memory};
use super::chance::Chance;
use super::decision::{Decision, End};
use super::form;
use super::service::Service;
use super::settings::Settings;

/// More than any request that is taken, so that too large a one is read and answered.
const MOST_READ: usize = 64 * 1024 * 1024;

/// A running sandbox; it ends when this is dropped.
#[derive(Debug)]
pub struct Sandbox {
    address: SocketAddr,
    token: SecretString,
    state: Arc<State>,
    listener: JoinHandle<()>,
}

#[derive(Debug)]
struct State {
    service: Mutex<Service>,
    token: SecretString,
    started: Instant,
}

impl State {
    fn service(&self) -> MutexGuard<'_, Service> {
        self.service.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sandbox {
    /// Starts a sandbox on a loopback port (0: a free one) that asks for `token`.
    ///
    /// # Errors
    /// Where the port is taken or the log cannot be written.
    pub async fn start(settings: Settings, port: u16, token: SecretString) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let address = listener.local_addr()?;
        let log = settings.log.as_deref().map(Memory::open_log).transpose()?;
        let memory = Memory {
            log,
            ..Memory::default()
        };
        let state = Arc::new(State {
            service: Mutex::new(Service {
                chance: Chance::new(settings.seed),
                settings,
                memory,
            }),
            token: token.clone(),
            started: Instant::now(),
        });
        let listener = tokio::spawn(accept(listener, Arc::clone(&state)));
        Ok(Self {
            address,
            token,
            state,
            listener,
        })
    }

    /// A token for a sandbox that nobody gave one: it opens nothing else.
    #[must_use]
    pub fn made_up_token() -> SecretString {
        let seed = std::process::id();
        let nanos = jiff::Timestamp::now().subsec_nanosecond();
        SecretString::from(format!("5a9d{seed:012x}{nanos:016x}"))
    }

    /// Lets it hold the document whose `Id` this is, as if it had arrived earlier; the account does not count it.
    pub fn hold(&self, id: &str) {
        self.state.service().memory.hold(id);
    }

    /// The address to give as base URL.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The token that it asks for.
    #[must_use]
    pub fn token(&self) -> &SecretString {
        &self.token
    }

    /// What it has counted so far.
    #[must_use]
    pub fn account(&self) -> Account {
        let mut service = self.state.service();
        service.memory.flush();
        service.memory.account.clone()
    }

    /// How many documents arrived more than once.
    #[must_use]
    pub fn repeated(&self) -> usize {
        self.repeats().len()
    }

    /// The documents that arrived more than once, by their access key, an event's followed by its kind and number; and how
    /// often each did.
    #[must_use]
    pub fn repeats(&self) -> Vec<(String, u64)> {
        let service = self.state.service();
        let arrivals = service.memory.arrivals.iter();
        let repeats = arrivals.filter(|(_, count)| **count > 1);
        repeats
            .map(|(document, count)| (document.clone(), *count))
            .collect()
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.listener.abort();
        self.state.service().memory.flush();
    }
}

async fn accept(listener: TcpListener, state: Arc<State>) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                tokio::spawn(serve(stream, Arc::clone(&state)));
            }
            // Out of descriptors: those that are open will close.
            Err(_) => tokio::time::sleep(std::time::Duration::from_millis(50)).await,
        }
    }
}

async fn serve(stream: TcpStream, state: Arc<State>) {
    let _ = stream.set_nodelay(true);
    let handler = service_fn(move |request| handle(request, Arc::clone(&state)));
    // A client that goes away is none of the service's business.
    let _ = hyper::server::conn::http1::Builder::new()
        .serve_connection(TokioIo::new(stream), handler)
        .await;
}

/// Answers one request; an error cuts the connection.
async fn handle(
    request: Request<Incoming>,
    state: Arc<State>,
) -> Result<Response<Reply>, io::Error> {
    let (parts, body) = request.into_parts();
    let body = Limited::new(body, MOST_READ).collect().await;
    let body = body
        .map_err(|error| io::Error::other(error.to_string()))?
        .to_bytes();
    let content_type = parts.headers.get(CONTENT_TYPE);
    let content_type = content_type.and_then(|text| text.to_str().ok());
    let form = match content_type {
        Some(text) if text.starts_with("multipart/") => form::read(text, body.clone()).await,
        _ => None,
    };
    let (decision, latency) = {
        let mut service = state.service();
        let fault = service.fault(state.started.elapsed());
        let decision = fault.unwrap_or_else(|| {
            let token = state.token.expose_secret();
            let (method, path) = (parts.method.as_str(), parts.uri.path());
            service.answer(method, path, token, &body, form.as_ref())
        });
        (decision, service.settings.latency)
    };
    let wait = latency + decision.delay;
    if !wait.is_zero() {
        tokio::time::sleep(wait).await;
    }
    if decision.end == End::Nothing {
        return Err(io::ErrorKind::ConnectionAborted.into());
    }
    Ok(respond(decision))
}

fn respond(decision: Decision) -> Response<Reply> {
    let mut response = Response::builder()
        .status(decision.status)
        .header(CONTENT_TYPE, decision.content_type);
    for (name, value) in decision.headers {
        response = response.header(name, value);
    }
    let body = Reply::new(decision.body, decision.end);
    // Every header is made here of plain words, so that building fails for none.
    response.body(body).unwrap_or_default()
}

/// The body of an answer. One that breaks off announces its whole length.
#[derive(Debug, Default)]
struct Reply {
    length: u64,
    /// What is still to be sent.
    bytes: Option<Bytes>,
    breaks_off: bool,
}

impl Reply {
    fn new(body: String, end: End) -> Self {
        let mut bytes = Bytes::from(body);
        let length = bytes.len() as u64;
        let breaks_off = end == End::Half;
        if breaks_off {
            bytes.truncate(bytes.len() / 2);
        }
        Self {
            length,
            bytes: Some(bytes),
            breaks_off,
        }
    }
}

impl Body for Reply {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let next = match self.bytes.take() {
            Some(bytes) => Some(Ok(Frame::data(bytes))),
            None if self.breaks_off => Some(Err(io::ErrorKind::ConnectionAborted.into())),
            None => None,
        };
        Poll::Ready(next)
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.length)
    }
}
