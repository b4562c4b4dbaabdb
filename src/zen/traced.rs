//! A request as the log tells of it: never by its address, which holds the key.

use std::time::Instant;

use memchr::memmem;
use tracing::{Level, debug, enabled};

use super::{Body, Reply};

/// A request that is underway.
pub(super) struct Traced {
    route: &'static str,
    documents: usize,
    bytes: usize,
    since: Instant,
}

impl Traced {
    /// The request of `body` to `route`; nothing where nobody asks.
    pub fn new(route: &'static str, body: &Body) -> Option<Self> {
        enabled!(Level::DEBUG).then(|| Self {
            route,
            documents: body.pieces().map(documents).sum(),
            bytes: body.bytes(),
            since: Instant::now(),
        })
    }

    /// What came of it.
    pub fn end(self, reply: &Reply) {
        let millis = self.since.elapsed().as_millis();
        let Self {
            route,
            documents,
            bytes,
            ..
        } = self;
        let (status, reason) = match reply {
            Reply::Answered(answer) => (Some(answer.status), None),
            Reply::NotReached { message, .. } | Reply::NoAnswer { message } => {
                (None, Some(message.as_str()))
            }
        };
        debug!(route, documents, bytes, status, millis, reason, "request");
    }
}

/// How many documents are in a piece of a body. A form holds one. In JSON no document holds what each begins with: quotes
/// within one are escaped.
fn documents(piece: &[u8]) -> usize {
    if piece.starts_with(b"--") {
        1
    } else {
        memmem::find_iter(piece, b"{\"Xml\":\"").count()
    }
}
