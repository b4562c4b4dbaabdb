//! `malote plan`, and what other commands share with it.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::everywhere::yes_or_no;

/// Which order the manifest has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum OrderArg {
    /// Roots as given, names sorted
    Path,
    /// Newest issue date first
    Newest,
}

/// Which events are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum EventsArg {
    /// Cancellations, corrections and the recipient's statements
    Default,
    /// Every event that has a route
    All,
}

/// Which table of routes applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RoutesArg {
    /// The vendor's public API collection
    Documented,
    /// What the predecessor of this tool used
    Legacy,
}

/// What to select documents by.
#[derive(Debug, Args)]
pub struct SelectionArgs {
    /// Files and folders to look through
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Look only at files that match (a pattern without / matches names), whatever their extension; {a,b} is either
    #[arg(long, value_name = "GLOB", env = "MALOTE_INCLUDE")]
    pub include: Vec<String>,
    /// Leave out files and folders that match
    #[arg(long, value_name = "GLOB", env = "MALOTE_EXCLUDE")]
    pub exclude: Vec<String>,
    /// Skip documents issued before this day
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub from: Option<String>,
    /// Skip documents issued after this day
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub to: Option<String>,
    /// Skip documents in which none of these takes part, and send their NFS-e: a CNPJ or CPF a line, behind it a name
    #[arg(long, value_name = "FILE")]
    pub clients: Option<PathBuf>,
    /// Skip documents that Zen has already: a file of access keys, as fetch-known writes it
    #[arg(long, value_name = "FILE")]
    pub known: Option<PathBuf>,
    /// The order of the rows, and so of sending
    #[arg(long, value_enum, env = "MALOTE_ORDER", default_value = "path")]
    pub order: OrderArg,
    /// Which events to send
    #[arg(long, value_enum, env = "MALOTE_EVENTS", default_value = "default")]
    pub events: EventsArg,
    /// Which table of routes to use
    #[arg(long, value_enum, env = "MALOTE_ROUTES", default_value = "documented")]
    pub routes: RoutesArg,
}

/// `malote plan`
#[derive(Debug, Args)]
pub struct PlanArgs {
    /// What to look through.
    #[command(flatten)]
    pub selection: SelectionArgs,
    /// Where to write the manifest
    #[arg(short, long, value_name = "FILE", default_value = "malote.csv")]
    pub output: PathBuf,
    /// Replace an existing manifest
    #[arg(long)]
    pub force: bool,
    /// Verify signatures and say in the column signature what became of each; nothing is skipped for it (only in a build
    /// with the feature signatures)
    #[arg(long, env = "MALOTE_VERIFY_SIGNATURES", value_parser = yes_or_no)]
    pub verify_signatures: bool,
    /// Write what a Brazilian Excel opens by a double click: semicolons, byte-order mark, CRLF
    #[arg(long, env = "MALOTE_EXCEL", value_parser = yes_or_no)]
    pub excel: bool,
}
