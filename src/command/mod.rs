//! The commands: each puts the parts together, and says in words and in an exit status what came of it. What is
//! printed is printed here and in [`crate::progress`], nowhere else.

mod conclude;
mod core_dump;
mod diff;
mod dry_run;
mod fetch_known;
mod output;
mod output_file;
mod pilot;
mod plan;
mod rehearse;
mod report;
mod roots;
mod run;
mod sandbox;
mod shell;
mod signals;
mod survey;
mod wire;

use std::ffi::OsString;

use clap::error::ErrorKind;

use crate::cli::{Cli, Command};
use crate::exit::ExitStatus;
use output::Output;

/// Runs the command line `args` and says how it ended.
pub fn main(args: impl IntoIterator<Item = OsString>) -> ExitStatus {
    let args: Vec<_> = args.into_iter().collect();
    let mut output = Output::new();
    let cli = match Cli::read(&args) {
        Ok(cli) => cli,
        Err(error) => {
            // clap knows where its own messages go; a closed stream must not end in a panic.
            let _ = error.print();
            return match error.kind() {
                ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => ExitStatus::Success,
                _ => ExitStatus::Usage,
            };
        }
    };
    match cli.command {
        Command::Plan(args) => plan::plan(&args, &mut output),
        Command::Run(run) => run::run(&run, &args, &mut output),
        Command::Diff(args) => diff::diff(&args, &mut output),
        Command::Report(args) => report::report(&args, &mut output),
        Command::Rehearse(args) => rehearse::rehearse(&args, &mut output),
        Command::FetchKnown(args) => fetch_known::fetch_known(&args, &mut output),
        Command::Sandbox(args) => sandbox::sandbox(&args, &mut output),
    }
}

/// The environment, as [`crate::config`] asks for it.
fn env(name: &str) -> Option<OsString> {
    std::env::var_os(name)
}
