//! From the command line and the environment to settings that are known to be right.
//!
//! Everything a person can get wrong is found here, before a file is written or a request leaves; what comes
//! after never sees the command line.

mod destination;
mod error;
mod limits;

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use jiff::Timestamp;
use regex::Regex;

pub use destination::{Destination, OpenToOthers, destination, open_to_others, token};
pub use error::{ConfigError, KeyFile, WrongValue};
pub use limits::{rate, within};

use crate::cli::{DeclarationArg, ProgressArg, RunArgs, SendingArgs};
use crate::policy::{Rules, parse_duration};
use crate::send::Limits;
use crate::zen::{AlreadyThere, FileField};
use limits::{limits, quiet_hours};

/// The settings of a run.
#[derive(Debug)]
pub struct RunConfig {
    /// The manifest.
    pub manifest: PathBuf,
    /// The journal, where one was named.
    pub journal: Option<PathBuf>,
    /// Where documents go.
    pub destination: Destination,
    /// Prefixes of paths that are elsewhere now: old, new.
    pub roots: Vec<(String, String)>,
    /// Bounds.
    pub limits: Limits,
    /// How answers are judged.
    pub rules: Rules,
    /// Longest wait for an answer.
    pub timeout: Duration,
    /// What the program calls itself.
    pub user_agent: String,
    /// The XML declaration stays behind.
    pub drop_declaration: bool,
    /// The field of a form that holds the file.
    pub file_field: FileField,
    /// Which rejected documents are sent again.
    pub retry_rejected: RetryRejectedConfig,
    /// One document of each sort is sent, then no more.
    pub pilot: bool,
    /// Nothing is sent.
    pub dry_run: bool,
    /// How progress is shown.
    pub progress: ProgressArg,
    /// The settings as the journal's `begin` keeps them; holds no secret.
    pub settings: serde_json::Value,
}

/// Which rejected documents are sent again.
#[derive(Debug)]
pub enum RetryRejectedConfig {
    /// None but those whose route was changed.
    No,
    /// All.
    All,
    /// Those whose message matches.
    Matching(Regex),
}

/// The environment, as far as it matters.
pub type Environment<'a> = &'a dyn Fn(&str) -> Option<OsString>;

/// The variable of that name, where it is set and not empty.
fn variable(name: &str, env: Environment) -> Option<OsString> {
    env(name).filter(|value| !value.is_empty())
}

/// The journal that the site has fixed.
#[must_use]
pub fn journal_variable(env: Environment) -> Option<PathBuf> {
    variable("MALOTE_JOURNAL", env).map(PathBuf::from)
}

impl RunConfig {
    /// Validates `args`.
    ///
    /// # Errors
    /// [`ConfigError`] for the first thing that is wrong.
    pub fn new(args: &RunArgs, env: Environment, now: Timestamp) -> Result<Self, ConfigError> {
        let destination = destination(&args.destination, args.dry_run, env)?;
        let quiet_hours = quiet_hours(&args.sending, &destination, env)?;
        let limits = limits(&args.sending, &args.stop, quiet_hours, now)?;
        let sandbox = matches!(destination, Destination::Sandbox);
        let journal = args.journal.clone();
        let rules = rules(&args.sending)?;
        let retry_rejected = match &args.retry_rejected {
            None => RetryRejectedConfig::No,
            Some(None) => RetryRejectedConfig::All,
            Some(Some(text)) => RetryRejectedConfig::Matching(regex("retry-rejected", text)?),
        };
        Ok(Self {
            manifest: args.manifest.clone(),
            journal: journal.or_else(|| (!sandbox).then(|| journal_variable(env)).flatten()),
            destination,
            roots: args
                .root
                .iter()
                .map(|text| root(text))
                .collect::<Result<_, _>>()?,
            timeout: duration("timeout", &args.sending.timeout)?,
            user_agent: user_agent(args.sending.form.user_agent.as_deref())?,
            drop_declaration: args.sending.form.declaration == DeclarationArg::Drop,
            file_field: file_field(&args.sending.form.nfse_field)?,
            retry_rejected,
            dry_run: args.dry_run,
            progress: args.progress,
            pilot: args.stop.pilot,
            settings: settings(args, &limits),
            limits,
            rules,
        })
    }
}

/// The name that the program goes by on the wire, if it is given no other.
pub const OWN_NAME: &str = concat!("malote/", env!("CARGO_PKG_VERSION"));

/// The name that the program goes by on the wire.
///
/// # Errors
/// Where `wanted` has signs that no header may have.
pub fn user_agent(wanted: Option<&str>) -> Result<String, ConfigError> {
    let name = wanted.unwrap_or(OWN_NAME);
    if name.chars().any(char::is_control) {
        return Err(ConfigError::of("user-agent", WrongValue::NotALine));
    }
    Ok(name.to_owned())
}

fn rules(sending: &SendingArgs) -> Result<Rules, ConfigError> {
    let already_there = sending.already_there.as_deref().map(already_there_as);
    Ok(Rules {
        already_there: already_there.transpose()?.unwrap_or_default(),
        trust_status: sending.trust_status,
    })
}

/// The phrases of `--already-there`.
///
/// # Errors
/// Where `text` is no regular expression, or one that an empty text matches.
pub fn already_there_as(text: &str) -> Result<AlreadyThere, ConfigError> {
    let already_there =
        AlreadyThere::new(text).map_err(|error| no_regex("already-there", text, &error))?;
    if already_there.says("") {
        return Err(ConfigError::of("already-there", WrongValue::MatchesAll));
    }
    Ok(already_there)
}

fn no_regex(option: &'static str, text: &str, error: &regex::Error) -> ConfigError {
    let (text, reason) = (text.to_owned(), error.to_string());
    ConfigError::of(option, WrongValue::Regex { text, reason })
}

/// The field of `--nfse-field`.
///
/// # Errors
/// It is no plain word.
pub fn file_field(name: &str) -> Result<FileField, ConfigError> {
    FileField::new(name).ok_or_else(|| ConfigError::of("nfse-field", WrongValue::NoPlainWord))
}

fn root(text: &str) -> Result<(String, String), ConfigError> {
    match text.split_once('=') {
        Some((old, new)) if !old.is_empty() && !new.is_empty() => {
            Ok((old.to_owned(), new.to_owned()))
        }
        _ => Err(ConfigError::of("root", WrongValue::Root(text.to_owned()))),
    }
}

fn regex(option: &'static str, text: &str) -> Result<Regex, ConfigError> {
    regex::RegexBuilder::new(text)
        .case_insensitive(true)
        .build()
        .map_err(|error| no_regex(option, text, &error))
}

/// A length of time above zero.
///
/// # Errors
/// Where `text` is none; the error names `option`.
pub fn duration(option: &'static str, text: &str) -> Result<Duration, ConfigError> {
    parse_duration(text).map_err(|error| ConfigError::of(option, error))
}

/// What `begin` keeps of the settings.
fn settings(args: &RunArgs, limits: &Limits) -> serde_json::Value {
    let sending = &args.sending;
    serde_json::json!({
        "rate": sending.rate,
        "concurrency": limits.concurrency,
        "batch": limits.batch,
        "timeout": sending.timeout,
        "attempts": limits.attempts,
        "quiet_hours": limits.quiet_hours.to_string(),
        "timezone": sending.timezone,
        "outage_limit": sending.outage_limit,
        "pilot": args.stop.pilot,
        "trust_status": sending.trust_status,
        "declaration": if sending.form.declaration == DeclarationArg::Drop { "drop" } else { "keep" },
        "nfse_field": sending.form.nfse_field,
    })
}

#[cfg(test)]
mod tests;
