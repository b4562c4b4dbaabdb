//! The integration tests: one binary, a file for each feature. They run the program as a process, against the
//! simulated Zen.

use mimalloc::MiMalloc;

/// The program's own: what is left in memory depends on it.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

mod batches;
mod broken_wire;
mod changes;
mod corpus;
mod destination;
mod diff;
mod diff_known;
#[cfg(unix)]
mod displaced;
mod doctor;
mod durability;
mod edited;
mod first;
mod fixtures;
#[cfg(unix)]
mod full_disk;
mod help;
mod hostile;
mod journal;
mod journal_model;
#[cfg(target_os = "linux")]
mod key_in_memory;
mod kills;
mod language;
mod log;
mod module_map;
#[cfg(unix)]
mod moving;
mod nfse;
#[cfg(unix)]
mod not_utf8;
mod one_writer;
mod outage;
mod overwrite;
mod pace;
mod plan;
mod plan_choices;
mod plan_containers;
mod plan_known;
mod plan_written;
mod promises;
mod readme;
mod rejected;
mod report;
mod run;
mod sandbox;
mod secrets;
mod shells;
#[cfg(unix)]
mod signals;
mod signatures;
mod stops;
mod support;
mod usage;
mod wire;
