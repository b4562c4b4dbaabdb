//! The wire of the routes that list what Zen holds. As in [`super::transport`], nothing here shows a URL.

use reqwest::header::HeaderValue;

use super::channel::Channel;
use super::lookup::Lookup;
use super::{Body, Reply, TransportError, TransportOptions};

/// Asks what Zen holds.
#[derive(Debug)]
pub struct HttpLookup(Channel);

impl HttpLookup {
    /// Sets up the client; opens no connection yet.
    ///
    /// # Errors
    /// [`TransportError`], which names neither token nor whole URL.
    pub fn new(options: &TransportOptions) -> Result<Self, TransportError> {
        let routes = Lookup::ALL.iter().map(|route| route.as_str());
        Channel::new(options, routes).map(Self)
    }

    /// Posts `body` to `route` and waits for the whole answer.
    pub async fn ask(&self, route: Lookup, body: Body) -> Reply {
        let json = HeaderValue::from_static("application/json");
        self.0
            .post(route as usize, route.as_str(), json, body)
            .await
    }
}
