//! malote moves an archive of Brazilian fiscal XMLs into a Zen account: once, completely, and gently.

pub mod cli;
mod command;
pub mod config;
pub mod container;
mod csv_text;
pub mod dfe;
pub mod diff;
pub mod digest;
pub mod disk;
pub mod exit;
pub mod journal;
pub mod known;
pub mod lang;
pub mod manifest;
pub mod pace;
pub mod path_text;
pub mod plan;
pub mod policy;
pub mod progress;
pub mod report;
pub mod sandbox;
pub mod send;
pub mod shown;
pub mod zen;

use std::ffi::OsString;
use std::process::ExitCode;

/// Runs the command line `args` (the program's own name first) and says how it ended.
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    command::main(args).into()
}
