//! Brazilian fiscal documents (DF-e): what a file is, whose, of when, and whether it may be sent.
//!
//! Works on bytes and texts only; opens no file and knows nothing of routes, manifests or servers.

mod access_key;
mod classify;
mod codes;
mod collect;
#[cfg(test)]
mod corpus;
mod decode;
mod document;
mod event;
mod fields;
mod found;
mod id;
mod inherited;
mod inspect;
mod kind;
mod names;
mod nfse;
mod notes;
mod parts;
#[cfg(test)]
mod root_table;
mod scopes;
mod signature;
mod tags;
mod taxpayer;
mod wellformed;
mod written;

pub use access_key::{AccessKey, NotAnAccessKey};
pub use decode::{Decoded, Encoding, NotText, decode, trimmed};
pub use inspect::{Identity, Inspection, LARGEST_BYTES, inspect};
pub use kind::{DocumentKind, Status};
pub use notes::{Effect, NOTES};
pub use parts::{MOST_PARTS, Part, part, parts};
pub use signature::{Signature, signature_of};
pub use taxpayer::{Taxpayer, punctuate};
