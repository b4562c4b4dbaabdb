//! The Zen v1 import API: routes, envelopes, answers, and the wire. Every assumption about the service that
//! cannot be verified stands in this folder.

mod route;

pub use route::{Envelope, Route, Routes};
