//! The manifest (relação de envio): one CSV row for each document that `plan` saw.

mod ahead;
mod columns;
mod error;
mod form;
mod lines;
mod read;
mod row;
mod write;

pub use ahead::Ahead;
pub use error::ManifestError;
pub use form::Form;
pub use read::ManifestReader;
pub use row::{Action, Known, Row, RowRef};
pub use write::{Cells, Layout, ManifestWriter};
