//! What is answered to one request.

use std::time::Duration;

/// How an answer ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// It is sent to its last byte.
    Whole,
    /// The connection is cut in its middle.
    Half,
    /// The connection is cut before its first byte.
    Nothing,
}

/// What to answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Decision {
    pub status: u16,
    pub content_type: &'static str,
    pub headers: Vec<(&'static str, String)>,
    pub body: String,
    pub end: End,
    /// How much longer than others it takes.
    pub delay: Duration,
}

impl Decision {
    /// A web page, as the framework answers what is none of the service's own words.
    pub fn page(status: u16, title: &str) -> Self {
        Self {
            status,
            content_type: "text/html; charset=utf-8",
            headers: Vec::new(),
            body: format!(
                "<!DOCTYPE html><html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>"
            ),
            end: End::Whole,
            delay: Duration::ZERO,
        }
    }

    /// The service's own words.
    pub fn json(body: &serde_json::Value) -> Self {
        Self {
            status: 200,
            content_type: "application/json; charset=utf-8",
            headers: Vec::new(),
            body: body.to_string(),
            end: End::Whole,
            delay: Duration::ZERO,
        }
    }

    /// The same with a header.
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The same, ending otherwise.
    pub fn ending(mut self, end: End) -> Self {
        self.end = end;
        self
    }
}
