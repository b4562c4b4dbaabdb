//! The wire: one POST, and what came of it in words that carry no token.
//!
//! The token is part of the URL, so every error of the HTTP client is stripped of its URL before anything is made
//! of it, and nothing here that holds a URL can be printed. A server may say the URL back: an answer is scrubbed before
//! anything else sees it.

use std::future::Future;

use super::channel::Channel;
use super::form::content_type;
use super::{Body, Reply, Route, TransportError, TransportOptions};

/// Something that carries a request to Zen.
pub trait Transport: Send + Sync + 'static {
    /// Posts `body` to `route` and waits for the whole answer, at most as long as the transport's time-out.
    fn post(&self, route: Route, body: Body) -> impl Future<Output = Reply> + Send;
}

/// The real wire.
#[derive(Debug)]
pub struct HttpTransport(Channel);

impl HttpTransport {
    /// Sets up the client; opens no connection yet.
    ///
    /// # Errors
    /// [`TransportError`], which names neither token nor whole URL.
    pub fn new(options: &TransportOptions) -> Result<Self, TransportError> {
        let routes = Route::ALL.iter().map(|route| route.as_str());
        Channel::new(options, routes).map(Self)
    }

    /// The host that documents go to, without port.
    #[must_use]
    pub fn host(&self) -> &str {
        self.0.host()
    }
}

impl Transport for HttpTransport {
    async fn post(&self, route: Route, body: Body) -> Reply {
        let content = content_type(&body);
        self.0
            .post(route as usize, route.as_str(), content, body)
            .await
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use secrecy::SecretString;

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
            ("http://192.168.0.10:8080", false),
            ("http://0.0.0.0", false),
            ("http://[2001:db8::1]", false),
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
            let url = transport.0.url(Route::CteOs as usize);
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
        let reply = transport.post(Route::Nfe, b"[]".to_vec().into()).await;
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
