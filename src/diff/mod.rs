//! Manifest × journal: what still needs sending, and why. The balance, and the rows behind it.

mod balance;
mod messages;
mod report;
mod survey;

pub use balance::Balance;
pub use messages::{Group, mask};
pub use report::{DiffError, groups, write_rows, write_table};
pub use survey::{Survey, journal_of, survey};
