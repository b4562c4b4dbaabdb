//! The manifest (relação de envio): one CSV row for each document that `plan` saw.

mod error;
mod read;
mod row;
mod write;

pub use error::ManifestError;
pub use read::{ManifestReader, check};
pub use row::{Action, Known, Row, RowRef};
pub use write::{Cells, Layout, ManifestWriter};
