//! Plan (levantamento): an archive is walked, every document inspected, copies are settled, and the manifest written.
//!
//! Walking, reading and writing are streamed; of each document a fixed-size `fact` stays in memory and the rest
//! waits in a temporary file, so that memory does not depend on the size of documents.

mod archives;
mod behind;
mod choose;
mod clients;
mod codes;
mod fact;
mod gaps;
mod inspect;
mod met;
mod names;
mod output;
mod pipeline;
mod reading;
mod run;
mod select;
mod settle;
mod spill;
mod summary;
mod tally;
mod walk;
mod years;

pub use clients::{Clients, ClientsError};
pub use codes::PLAN_NOTES as NOTES;
pub use gaps::Gap;
pub use output::{OutputError, replaced};
pub use run::{Order, PlanError, PlanOptions, plan};
pub use select::{Selection, SelectionError};
pub use summary::{Skipped, Summary};
