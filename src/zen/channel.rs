//! Posts to some routes of one address. The key is part of each URL: nothing here that holds one can be printed, and what
//! is no longer needed is overwritten.

use std::fmt;

use reqwest::header::{CONTENT_TYPE, HeaderValue};
use reqwest::{Client, Url};
use secrecy::ExposeSecret;
use secrecy::zeroize::{Zeroize, Zeroizing};

use super::Body;
use super::client::{TransportError, TransportOptions, checked_base, client};
use super::reply::{Reply, not_answered, read};
use super::scrub::Scrub;
use super::traced::Traced;

/// The way to some routes.
pub(super) struct Channel {
    client: Client,
    /// The whole URL of each route, token included.
    urls: Vec<Url>,
    host: String,
    scrub: Scrub,
}

impl Drop for Channel {
    /// Overwrites addresses that hold the key. What the client made of them for its requests is its own.
    fn drop(&mut self) {
        for url in self.urls.drain(..) {
            String::from(url).zeroize();
        }
    }
}

impl Channel {
    /// The way to `routes`; opens no connection yet.
    ///
    /// # Errors
    /// [`TransportError`], which names neither token nor whole URL.
    pub fn new<'a>(
        options: &TransportOptions,
        routes: impl Iterator<Item = &'a str>,
    ) -> Result<Self, TransportError> {
        let base = checked_base(&options.base_url)?;
        let token = options.token.expose_secret();
        let urls = routes.map(|route| address(&base, token, route));
        Ok(Self {
            urls: urls.collect::<Result<_, TransportError>>()?,
            client: client(&base, options)?,
            host: base.host_str().unwrap_or_default().to_owned(),
            scrub: Scrub::new(token),
        })
    }

    /// The host, without port.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Posts `body`, which is of the type `content`, to the route number `place`, which a log calls `route`, and waits for
    /// the whole answer.
    pub async fn post(
        &self,
        place: usize,
        route: &'static str,
        content: HeaderValue,
        body: Body,
    ) -> Reply {
        let traced = Traced::new(route, &body);
        let sent = self
            .client
            .post(self.urls[place].clone())
            .header(CONTENT_TYPE, content)
            .body(reqwest::Body::from(body))
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

    #[cfg(test)]
    pub fn url(&self, place: usize) -> &str {
        self.urls[place].as_str()
    }
}

/// The address of `route` under `base`. It is put together in one piece that never grows: what grows moves, and leaves the
/// key behind.
fn address(base: &Url, token: &str, route: &str) -> Result<Url, TransportError> {
    let start = base.as_str();
    let start = start.strip_suffix('/').unwrap_or(start);
    let parts = [start, "/api/v1/", token, "/", route];
    let length = parts.iter().map(|part| part.len()).sum();
    let mut text = Zeroizing::new(String::with_capacity(length));
    for part in parts {
        text.push_str(part);
    }
    Url::parse(&text).map_err(|_| TransportError::MoreThanAHost)
}

impl fmt::Debug for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Channel")
            .field("host", &self.host)
            .finish_non_exhaustive()
    }
}
