//! The wire: one POST, and what came of it in words that carry no token.
//!
//! The token is part of the URL, so every error of the HTTP client is stripped of its URL before anything is made
//! of it, and nothing here that holds a URL can be printed. A server may say the URL back: an answer is scrubbed before
//! anything else sees it.

use std::error::Error as StdError;
use std::fmt;
use std::future::Future;
use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, DATE, HeaderMap, HeaderValue, RETRY_AFTER};
use reqwest::{Client, Response, Url};
use secrecy::zeroize::Zeroize;
use secrecy::{ExposeSecret, SecretString};

use super::Route;
use super::form::content_type;
use super::scrub::Scrub;
use super::traced::Traced;

/// What came of one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// An answer came, whole.
    Answered(Answer),
    /// The request surely never left: refused, no such host, TLS that failed.
    NotReached {
        /// What failed, without the URL.
        message: String,
        /// The server's certificate was not trusted.
        certificate: bool,
    },
    /// The request may have left, but no usable answer came: time-out, reset, an answer too long.
    NoAnswer {
        /// What failed, without the URL.
        message: String,
    },
}

/// An answer, bounded in size.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// The header `Content-Type`.
    pub content_type: String,
    /// The header `Retry-After`.
    pub retry_after: Option<String>,
    /// The header `Date`: the server's own clock, by which a date in `Retry-After` is to be read.
    pub date: Option<String>,
    /// The header `MsgErro`, in which this API puts the real reason of an error.
    pub msg_erro: Option<String>,
    /// The body.
    pub body: Vec<u8>,
}

/// Something that carries a request to Zen.
pub trait Transport: Send + Sync + 'static {
    /// Posts `body` to `route` and waits for the whole answer, at most as long as the transport's time-out.
    fn post(&self, route: Route, body: Vec<u8>) -> impl Future<Output = Reply> + Send;
}

/// The destination and the manners of the HTTP client.
#[derive(Debug)]
pub struct TransportOptions {
    /// `https://office.app.questorpublico.com.br`, or what stands for it.
    pub base_url: String,
    /// The key of the account.
    pub token: SecretString,
    /// Longest time from the start of a request to the last byte of its answer.
    pub timeout: Duration,
    /// What the client calls itself.
    pub user_agent: String,
    /// How many connections may stay open.
    pub connections: usize,
}

/// Why a transport cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum TransportError {
    /// The base URL is none.
    #[error("the address {0:?} is not a URL: {1}")]
    NotAUrl(String, String),
    /// Plain HTTP would show token and documents to anyone on the way.
    #[error(
        "plain http:// is only accepted for this machine itself (127.0.0.1, localhost, [::1]), not {0:?}"
    )]
    PlainHttp(String),
    /// The base URL holds more than a scheme, a host and a path.
    #[error("the address must hold no user, password, query or fragment")]
    MoreThanAHost,
    /// The HTTP client could not be built.
    #[error("the HTTP client cannot be set up: {0}")]
    Client(String),
}

/// The real wire.
pub struct HttpTransport {
    client: Client,
    /// The whole URL of each route, token included; in the order of [`Route::ALL`].
    urls: Vec<Url>,
    host: String,
    scrub: Scrub,
}

/// Answers longer than this are cut off and count as none: the service's longest is some kB a document.
const LONGEST_ANSWER_BYTES: usize = 4 * 1024 * 1024;

/// Idle connections are given up before nginx's default of 75 s closes them under a request.
const IDLE_CONNECTION: Duration = Duration::from_secs(50);

/// A connection that is not made in this time will not be.
const LONGEST_CONNECT: Duration = Duration::from_secs(20);

impl Drop for HttpTransport {
    fn drop(&mut self) {
        wipe(&mut self.urls);
    }
}

/// Overwrites addresses that hold the key. What the client made of them for its requests is its own.
pub(super) fn wipe(urls: &mut Vec<Url>) {
    for url in urls.drain(..) {
        String::from(url).zeroize();
    }
}

impl HttpTransport {
    /// Sets up the client; opens no connection yet.
    ///
    /// # Errors
    /// [`TransportError`], which names neither token nor whole URL.
    pub fn new(options: &TransportOptions) -> Result<Self, TransportError> {
        let base = checked_base(&options.base_url)?;
        let token = options.token.expose_secret();
        let urls = Route::ALL
            .iter()
            .map(|route| {
                let mut url = base.clone();
                url.path_segments_mut()
                    .map_err(|()| TransportError::MoreThanAHost)?
                    .pop_if_empty()
                    .extend(["api", "v1", token, route.as_str()]);
                Ok(url)
            })
            .collect::<Result<_, TransportError>>()?;
        Ok(Self {
            client: client(&base, options)?,
            urls,
            host: base.host_str().unwrap_or_default().to_owned(),
            scrub: Scrub::new(token),
        })
    }

    /// The host that documents go to, without port.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }
}

impl fmt::Debug for HttpTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpTransport")
            .field("host", &self.host)
            .finish_non_exhaustive()
    }
}

impl Transport for HttpTransport {
    async fn post(&self, route: Route, body: Vec<u8>) -> Reply {
        let url = self.urls[route as usize].clone();
        let traced = Traced::new(route.as_str(), &body);
        let sent = self
            .client
            .post(url)
            .header(CONTENT_TYPE, content_type(&body))
            .body(body)
            .send()
            .await;
        let reply = match sent {
            Ok(response) => read(response).await,
            Err(error) => not_answered(error),
        };
        let reply = self.scrub.reply(reply);
        if let Some(traced) = traced {
            traced.end(&reply);
        }
        reply
    }
}

/// The base URL, refused where it would leak or cannot stand for the service's.
pub(super) fn checked_base(text: &str) -> Result<Url, TransportError> {
    let base = Url::parse(text)
        .map_err(|error| TransportError::NotAUrl(text.to_owned(), error.to_string()))?;
    let host = base.host_str().unwrap_or_default();
    if host.is_empty() || !matches!(base.scheme(), "http" | "https") {
        let reason = "it needs https:// and a host".to_owned();
        return Err(TransportError::NotAUrl(text.to_owned(), reason));
    }
    if base.scheme() == "http" && !is_loopback(host) {
        return Err(TransportError::PlainHttp(host.to_owned()));
    }
    let plain = base.username().is_empty()
        && base.password().is_none()
        && base.query().is_none()
        && base.fragment().is_none();
    if plain {
        Ok(base)
    } else {
        Err(TransportError::MoreThanAHost)
    }
}

/// Whether `host`, as a URL writes it, is this machine.
fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost")
        || address
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

pub(super) fn client(base: &Url, options: &TransportOptions) -> Result<Client, TransportError> {
    // Fails only where a provider is installed already, which then serves as well.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let agent = HeaderValue::from_str(&options.user_agent)
        .map_err(|error| TransportError::Client(format!("user agent: {error}")))?;
    let mut builder = Client::builder()
        .user_agent(agent)
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .retry(reqwest::retry::never())
        .timeout(options.timeout)
        .connect_timeout(options.timeout.min(LONGEST_CONNECT))
        .pool_idle_timeout(IDLE_CONNECTION)
        .pool_max_idle_per_host(options.connections)
        .tcp_keepalive(Duration::from_secs(30))
        .http1_only();
    if base.host_str().is_some_and(is_loopback) {
        builder = builder.no_proxy();
    }
    builder
        .build()
        .map_err(|error| TransportError::Client(chain(&error.without_url())))
}

/// Reads an answer to its end or to the bound.
pub(super) async fn read(mut response: Response) -> Reply {
    let mut answer = Answer {
        status: response.status().as_u16(),
        content_type: header(response.headers(), CONTENT_TYPE.as_str()).unwrap_or_default(),
        retry_after: header(response.headers(), RETRY_AFTER.as_str()),
        date: header(response.headers(), DATE.as_str()),
        msg_erro: header(response.headers(), "MsgErro").filter(|text| !text.trim().is_empty()),
        body: Vec::new(),
    };
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if answer.body.len() + chunk.len() > LONGEST_ANSWER_BYTES => {
                let message = format!(
                    "HTTP {}, and an answer of more than {LONGEST_ANSWER_BYTES} bytes",
                    answer.status
                );
                return Reply::NoAnswer { message };
            }
            Ok(Some(chunk)) => answer.body.extend_from_slice(&chunk),
            Ok(None) => return Reply::Answered(answer),
            Err(error) => {
                let reason = chain(&error.without_url());
                let message = format!("HTTP {}, then {reason}", answer.status);
                return Reply::NoAnswer { message };
            }
        }
    }
}

/// A header as text; bytes outside ASCII are read as UTF-8 or else as Latin-1, which HTTP once was.
pub(super) fn header(headers: &HeaderMap, name: &str) -> Option<String> {
    let bytes = headers.get(name)?.as_bytes();
    Some(match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().copied().map(char::from).collect(),
    })
}

pub(super) fn not_answered(error: reqwest::Error) -> Reply {
    let error = error.without_url();
    let message = chain(&error);
    if error.is_connect() || error.is_builder() {
        let certificate = is_certificate(&error);
        return Reply::NotReached {
            message,
            certificate,
        };
    }
    Reply::NoAnswer { message }
}

/// Whether the reason is a certificate that the system's store does not vouch for.
fn is_certificate(error: &(dyn StdError + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(cause) = next {
        if is_certificate_error(cause) {
            return true;
        }
        // An io::Error hides the error inside it from the chain and names that one's source instead.
        let inner = cause
            .downcast_ref::<std::io::Error>()
            .and_then(std::io::Error::get_ref);
        if inner.is_some_and(|inner| is_certificate(inner)) {
            return true;
        }
        next = cause.source();
    }
    false
}

fn is_certificate_error(error: &(dyn StdError + 'static)) -> bool {
    use rustls::Error as E;
    matches!(
        error.downcast_ref::<E>(),
        Some(E::InvalidCertificate(_) | E::NoCertificatesPresented | E::UnsupportedNameType)
    )
}

/// An error and its causes in one line; a cause that only repeats the last is left out.
fn chain(error: &dyn StdError) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let cause_text = cause.to_string();
        if !text.ends_with(&cause_text) {
            text.push_str(": ");
            text.push_str(&cause_text);
        }
        next = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "0123456789abcdef0123456789abcdef";

    fn options(base_url: &str) -> TransportOptions {
        TransportOptions {
            base_url: base_url.to_owned(),
            token: SecretString::from(TOKEN),
            timeout: Duration::from_secs(5),
            user_agent: "malote/test".to_owned(),
            connections: 1,
        }
    }

    #[test]
    fn plain_http_goes_to_this_machine_only() {
        for (base, accepted) in [
            ("https://escritorio.app.questorpublico.com.br", true),
            ("https://escritorio.example/zen/", true),
            ("http://127.0.0.1:8080", true),
            ("http://127.9.9.9", true),
            ("http://localhost:1", true),
            ("http://[::1]:1", true),
            ("http://example.com", false),
            ("http://127.0.0.1.example.com", false),
            ("http://localhost.example.com", false),
            ("ftp://127.0.0.1", false),
            ("https://user@example.com", false),
            ("https://example.com/?a=b", false),
            ("example.com", false),
            ("", false),
        ] {
            assert_eq!(
                HttpTransport::new(&options(base)).is_ok(),
                accepted,
                "{base}"
            );
        }
    }

    #[test]
    fn the_route_follows_the_base() {
        for base in ["https://example.com", "https://example.com/"] {
            let transport = HttpTransport::new(&options(base)).unwrap();
            let url = transport.urls[Route::CteOs as usize].as_str();
            assert_eq!(
                url,
                format!("https://example.com/api/v1/{TOKEN}/importarxmlcteosarray")
            );
            assert_eq!(transport.host(), "example.com");
        }
    }

    #[tokio::test]
    async fn an_error_names_no_token() {
        let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = closed.local_addr().unwrap();
        drop(closed);
        let transport = HttpTransport::new(&options(&format!("http://{address}"))).unwrap();
        let reply = transport.post(Route::Nfe, b"[]".to_vec()).await;
        let Reply::NotReached {
            message,
            certificate,
        } = &reply
        else {
            panic!("{reply:?}");
        };
        assert!(!certificate);
        assert!(message.contains("onnect"), "{message}");
        assert!(!format!("{reply:?} {transport:?}").contains(TOKEN));
    }
}
