//! The wire of the routes that list what Zen holds. As in [`super::transport`], nothing here shows a URL.

use std::fmt;

use reqwest::header::{CONTENT_TYPE, HeaderValue};
use reqwest::{Client, Url};
use secrecy::ExposeSecret;

use super::lookup::Lookup;
use super::scrub::Scrub;
use super::traced::Traced;
use super::transport::{
    Reply, TransportError, TransportOptions, checked_base, client, not_answered, read, wipe,
};

/// Asks what Zen holds.
pub struct HttpLookup {
    client: Client,
    /// The whole URL of each route, token included; in the order of [`Lookup::ALL`].
    urls: Vec<Url>,
    scrub: Scrub,
}

impl Drop for HttpLookup {
    fn drop(&mut self) {
        wipe(&mut self.urls);
    }
}

impl HttpLookup {
    /// Sets up the client; opens no connection yet.
    ///
    /// # Errors
    /// [`TransportError`], which names neither token nor whole URL.
    pub fn new(options: &TransportOptions) -> Result<Self, TransportError> {
        let base = checked_base(&options.base_url)?;
        let token = options.token.expose_secret();
        let urls = Lookup::ALL.iter().map(|route| {
            let mut url = base.clone();
            url.path_segments_mut()
                .map_err(|()| TransportError::MoreThanAHost)?
                .pop_if_empty()
                .extend(["api", "v1", token, route.as_str()]);
            Ok(url)
        });
        Ok(Self {
            urls: urls.collect::<Result<_, TransportError>>()?,
            client: client(&base, options)?,
            scrub: Scrub::new(token),
        })
    }

    /// Posts `body` to `route` and waits for the whole answer.
    pub async fn ask(&self, route: Lookup, body: Vec<u8>) -> Reply {
        let traced = Traced::new(route.as_str(), &body);
        let sent = self
            .client
            .post(self.urls[route as usize].clone())
            .header(CONTENT_TYPE, HeaderValue::from_static("application/json"))
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

impl fmt::Debug for HttpLookup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpLookup").finish_non_exhaustive()
    }
}
