//! Brazilian fiscal documents (DF-e): what a file is, whose, of when, and whether it may be sent.
//!
//! Works on decoded text only; opens no file and knows nothing of routes, manifests or servers.

mod inspect;
mod kind;

pub use inspect::Inspection;
pub use kind::{DocumentKind, Status};
