//! The journal (histórico de envio): what happened to each document, appended as it happens, one record a line.

mod blocks;
mod columns;
mod damage;
#[cfg(test)]
mod faults;
mod file;
mod kept;
mod line;
mod lock;
mod mend;
mod messages;
mod network;
mod record;
mod records;
mod replay;
mod scan;
mod state;
mod writer;

pub use crate::disk::Storage;
pub use columns::Columns;
pub use damage::Damage;
pub use file::{OpenError, Opened, default_path, files_of, open, open_on};
pub use kept::{Failure, Kept};
pub use line::HEADER;
pub use messages::Messages;
pub use network::is_on_network;
pub use record::{Begin, Event, FORMAT, Record};
pub use records::{Entry, records};
pub use replay::{Replayed, replay};
pub use scan::{Scanned, Torn};
pub use state::{Slot, State, States};
pub use writer::{Ack, JournalWriter};
