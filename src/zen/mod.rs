//! The Zen v1 import API: routes, envelopes, answers, and the wire. Every assumption about the service that
//! cannot be verified stands in this folder.

mod answer;
mod body;
mod channel;
mod client;
mod envelope;
mod form;
mod knock;
mod lookup;
mod lookup_transport;
mod reply;
mod route;
mod scrub;
mod traced;
mod transport;

pub use answer::{
    AlreadyThere, DocumentKeys, EntryVerdict, ReplyEntry, entries, fold, match_to, says_failure,
    words_of_error,
};
pub use body::Body;
pub use client::{TransportError, TransportOptions};
pub use envelope::{MAX_BATCH, MAX_BODY_BYTES, body_bytes, drop_declaration, item};
pub use form::{FileField, Side, form};
pub use knock::{Knock, knock};
pub use lookup::{Held, Lookup, Page, Query, page};
pub use lookup_transport::HttpLookup;
pub use reply::{Answer, Reply};
/// Addresses, as the client takes them.
pub use reqwest::Url;
pub use route::{Envelope, Route, Routes};
pub use transport::{HttpTransport, Transport};
