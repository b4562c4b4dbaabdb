//! The options that every command takes: the language and the log.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// How much goes into the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LevelArg {
    /// What a command fails of
    Error,
    /// Documents that were not accepted, and what is remarked
    Warn,
    /// Commands, settings, pauses, the balance
    Info,
    /// Each request
    Debug,
    /// Each record of the journal
    Trace,
}

/// A language that malote speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LangArg {
    /// Brazilian Portuguese
    #[value(name = "pt-BR", alias = "pt")]
    PtBr,
    /// English
    #[value(name = "en")]
    En,
}

/// A word that is neither yes nor no.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("write yes or no")]
pub(super) struct NotYesOrNo;

/// Whether `text` says yes, as a variable does that stands for an option without a value.
pub(super) fn yes_or_no(text: &str) -> Result<bool, NotYesOrNo> {
    match text.trim().to_lowercase().as_str() {
        "yes" | "y" | "true" | "t" | "on" | "1" | "sim" | "s" => Ok(true),
        "no" | "n" | "false" | "f" | "off" | "0" | "não" | "nao" => Ok(false),
        _ => Err(NotYesOrNo),
    }
}

/// In which language malote speaks. [`crate::lang::choose`] reads the same before the command line is understood.
#[derive(Debug, Args)]
pub struct LangArgs {
    /// The language of what malote says and of the report [env: MALOTE_LANG] [default: the system's; else English, and
    /// for the report Portuguese]
    #[arg(
        long,
        value_enum,
        ignore_case = true,
        hide_possible_values = true,
        value_name = "pt-BR|en",
        global = true,
        display_order = 900
    )]
    pub lang: Option<LangArg>,
}

/// Where to log, and how much.
#[derive(Debug, Args)]
pub struct LogArgs {
    /// Append what happens to this file, one line an event; never the key
    #[arg(
        long,
        value_name = "FILE",
        env = "MALOTE_LOG_FILE",
        global = true,
        display_order = 901,
        help_heading = "Log"
    )]
    pub log_file: Option<PathBuf>,
    /// How much of it: error, warn, info (commands, settings, pauses), debug (each request) or trace (each record)
    #[arg(
        long,
        value_name = "LEVEL",
        value_enum,
        env = "MALOTE_LOG_LEVEL",
        default_value = "info",
        hide_possible_values = true,
        global = true,
        display_order = 902,
        help_heading = "Log"
    )]
    pub log_level: LevelArg,
}
