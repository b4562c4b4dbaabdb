//! The simulated Zen: what its API does, as far as it is known, and the faults it can be told to have.
//!
//! It judges what it gets by its own reading and keeps its own account, so that the journal can be held against it.

mod account;
mod chance;
mod decision;
mod document;
mod form;
mod lookup;
mod nfse;
mod past;
mod routes;
mod server;
mod service;
mod settings;
mod shape;

pub use account::{Account, Arrival, LOG_HEADER};
pub use past::accepted_ids;
pub use server::Sandbox;
pub use settings::{Settings, WrongSettings};
