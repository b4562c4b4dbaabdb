//! malote moves an archive of Brazilian fiscal XMLs into a Zen account: once, completely, and gently.
//!
//! # How documents flow
//!
//! ```text
//! files, zips, envelopes
//!   │  plan       walks, reads each once, knows what it is, settles copies
//!   ▼
//! manifest (CSV)  one row for each document: what is to be sent, for a person to review
//!   │  run        rows → readers → rate limiter → attempt on the disk → request → answer on the disk
//!   ▼
//! journal (CSV)   what happened, appended as it happens, one record a line
//!   │  diff, report
//!   ▼
//! manifest × journal: what still needs sending, and why; a page for the client
//! ```
//!
//! There is no database and no other state: a rerun of `run` sends the difference of the two files. Everything is keyed by
//! the SHA-256 of a file's bytes ([`digest`]), never by its name or its place.
//!
//! In a run one [`send::Dispatcher`] knows everything and decides by [`policy`]; the feed that reads rows, the readers that
//! hash and encode, the journal's writer and the flights that carry requests only do as they are told and report back.
//! So every decision can be tried under a clock and a service of a test's own making.
//!
//! # What is promised, and where it is kept
//!
//! 1. The books balance: every file has a row or is counted, every row is in one state ([`diff::Balance`]).
//! 2. Nothing counts before it is on the disk; no request leaves before its attempt is ([`journal`], through [`disk`]).
//! 3. Nothing that changed is sent: it is hashed again when it is read to be sent ([`send::Reading`]).
//! 4. The ceiling holds over everything that leaves ([`pace`]).
//! 5. An outage costs the server next to nothing, and no document is blamed for it ([`policy`]).
//! 6. The token is never seen ([`zen`]).
//!
//! # Where things are
//!
//! A module imports no other module of this crate than its row names, and packages that have a module to themselves
//! are used nowhere else; a test reads this table and holds the sources to it.
//!
//! | module | what belongs there | may import |
//! |---|---|---|
//! | `cli` | the command line as it is typed | `lang` |
//! | `config` | settings that are known to be right, from the command line and the environment | `cli`, `policy`, `send`, `zen` |
//! | `command` | the commands: puts the parts together and says in words what came of it | all |
//! | `exit` | the exit statuses | |
//! | `dfe` | fiscal documents: what a text is, whose, of when, and whether it may be sent | |
//! | `container` | documents within other files | `dfe`, `digest`, `path_text` |
//! | `plan` | from an archive to a manifest | `container`, `dfe`, `digest`, `disk`, `known`, `manifest`, `path_text`, `zen`, `lang` |
//! | `known` | files of access keys | `dfe` |
//! | `manifest` | what we intend: reading and writing the rows | `csv_text`, `dfe`, `digest`, `zen` |
//! | `journal` | what happened: records, replay, the one writer | `csv_text`, `digest`, `disk`, `shown`, `zen` |
//! | `diff` | manifest × journal | `csv_text`, `dfe`, `digest`, `journal`, `known`, `manifest`, `path_text`, `shown`, `lang` |
//! | `report` | manifest × journal as a page | `csv_text`, `dfe`, `diff`, `digest`, `journal`, `manifest`, `plan`, `shown`, `lang` |
//! | `policy` | when to send, how fast, what to make of an answer; pure | `zen` |
//! | `pace` | the ceiling | |
//! | `send` | a run: the dispatcher and those who work for it | `container`, `dfe`, `diff`, `digest`, `exit`, `journal`, `manifest`, `pace`, `path_text`, `policy`, `zen` |
//! | `progress` | how a run shows itself | `cli`, `policy`, `send`, `shown`, `lang` |
//! | `zen` | the service: routes, envelopes, answers, the wire, and every assumption about it | `dfe`, `digest` |
//! | `sandbox` | the simulated service; it shares nothing with the client that it is to judge | `digest` |
//! | `disk` | the seam through which evidence reaches the disk | |
//! | `digest` | the SHA-256 that everything is keyed by | |
//! | `csv_text` | lines of CSV in memory | |
//! | `path_text` | paths as text | |
//! | `lang` | what is said to a person, in Portuguese or English: the catalogue | |
//! | `shown` | texts from elsewhere, as a terminal or a page may show them | |
//!
//! Packages with a module to themselves: `governor` in `pace`, `indicatif` and `console` in `progress`, `globset` in `plan`, `reqwest` in
//! `zen`, `maud` and `plotters` in `report`, `hyper` in `sandbox`, `rawzip` and `flate2` in `container`.

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
