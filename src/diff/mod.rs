//! Manifest × journal: what still needs sending, and why. The balance, and the rows behind it.

mod balance;
mod messages;
mod not_shown;
mod report;
mod rows;
mod survey;

pub use balance::Balance;
pub use messages::{Group, mask};
pub use not_shown::{HeldAgainst, NOT_SHOWN, hold_against, write_held};
pub use report::{groups, write_table};
pub use rows::{RowsError, Wanted, write_rows};
pub use survey::{Survey, journal_of, survey};
