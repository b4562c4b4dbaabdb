//! The HTTP client: where it goes, and its manners.

use std::time::Duration;

use reqwest::header::HeaderValue;
use reqwest::{Client, Url};
use secrecy::SecretString;

use super::reply::chain;

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

/// Idle connections are given up before nginx's default of 75 s closes them under a request.
const IDLE_CONNECTION: Duration = Duration::from_secs(50);

/// A connection that is not made in this time will not be.
const LONGEST_CONNECT: Duration = Duration::from_secs(20);

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
    if base.scheme() == "http" {
        // Nobody's certificate is looked at, and to read those of the system takes as long as some hundred documents.
        builder = builder.tls_certs_only([]);
    }
    builder
        .build()
        .map_err(|error| TransportError::Client(chain(&error.without_url())))
}
