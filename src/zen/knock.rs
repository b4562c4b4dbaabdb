//! A knock at the address itself, which tells whether somebody is there. The key has no part in it.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;
use reqwest::Url;
use reqwest::header::{DATE, LOCATION};

use super::client::{checked_base, client};
use super::reply::{header, not_answered, read};
use super::{Reply, TransportError, TransportOptions};

/// What was seen at the address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Knock {
    /// The answer, or why there is none.
    pub reply: Reply,
    /// The server's clock, where it tells it.
    pub date: Option<Timestamp>,
    /// The host that it points to instead, where that is another.
    pub elsewhere: Option<String>,
    /// How long it took.
    pub took: Duration,
}

/// Asks for the root of the address, without the key.
///
/// # Errors
/// [`TransportError`] where the address is none to ask.
pub async fn knock(options: &TransportOptions) -> Result<Knock, TransportError> {
    let base = checked_base(&options.base_url)?;
    let client = client(&base, options)?;
    let since = Instant::now();
    let sent = client.get(base.clone()).send().await;
    let mut knock = Knock {
        reply: Reply::NoAnswer {
            message: String::new(),
        },
        date: None,
        elsewhere: None,
        took: Duration::ZERO,
    };
    knock.reply = match sent {
        Ok(response) => {
            let said = |name: &str| header(response.headers(), name);
            knock.date = said(DATE.as_str()).as_deref().and_then(http_date);
            knock.elsewhere = said(LOCATION.as_str()).and_then(|to| other_host(&base, &to));
            read(response).await
        }
        Err(error) => not_answered(error),
    };
    knock.took = since.elapsed();
    Ok(knock)
}

fn http_date(text: &str) -> Option<Timestamp> {
    DateTimeParser::new().parse_timestamp(text).ok()
}

/// The host behind `location`, where it is not that of `base`.
fn other_host(base: &Url, location: &str) -> Option<String> {
    let target = base.join(location).ok()?;
    let host = target.host_str()?;
    (Some(host) != base.host_str()).then(|| host.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_date_of_a_server_is_read() {
        let found = http_date("Sun, 06 Nov 1994 08:49:37 GMT").unwrap();
        assert_eq!(found.to_string(), "1994-11-06T08:49:37Z");
        assert_eq!(http_date("soon"), None);
    }

    #[test]
    fn only_another_host_is_elsewhere() {
        let base = Url::parse("https://a.example/zen").unwrap();
        for (location, host) in [
            ("/login", None),
            ("https://a.example/login", None),
            ("https://portal.example/login?x=1", Some("portal.example")),
            ("//b.example", Some("b.example")),
        ] {
            assert_eq!(other_host(&base, location).as_deref(), host, "{location}");
        }
    }
}
