//! What came of one request, in words that carry no URL.

use std::error::Error as StdError;

use reqwest::Response;
use reqwest::header::{CONTENT_TYPE, DATE, HeaderMap, RETRY_AFTER};

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

/// Answers longer than this are cut off and count as none: the service's longest is some kB a document.
const LONGEST_ANSWER_BYTES: usize = 4 * 1024 * 1024;

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
pub(super) fn chain(error: &dyn StdError) -> String {
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
