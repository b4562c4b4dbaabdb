//! From the command line and the environment to settings that are known to be right.
//!
//! Everything a person can get wrong is found here, before a file is written or a request leaves; what comes
//! after never sees the command line.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use regex::Regex;
use secrecy::SecretString;

use crate::cli::{DeclarationArg, DestinationArgs, ProgressArg, RunArgs, SendingArgs, StopArgs};
use crate::policy::{QuietHours, Rate, Rules, parse_duration, parse_until};
use crate::send::{Limits, RejectedLimit};
use crate::zen::{AlreadyThere, MAX_BATCH};

/// What is wrong with the command line or the environment.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The value of an option means nothing.
    #[error("--{option}: {reason}")]
    Option {
        /// The option's name.
        option: &'static str,
        /// What is wrong.
        reason: String,
    },
    /// No destination.
    #[error("say where to send: --office NAME, --base-url URL, or --sandbox to try")]
    NoDestination,
    /// No token.
    #[error(
        "no key: put the key of the Zen account (Minha Conta > Chave Acesso) into the variable MALOTE_TOKEN or into \
         a file named by --token-file"
    )]
    NoToken,
    /// The token file cannot be read.
    #[error("the key's file {path:?} cannot be read: {source}")]
    TokenFile {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The token is none. What it is is not said.
    #[error(
        "the key must be one word of letters, digits, - and _ (32 of 0-9 and a-f, as Zen shows it)"
    )]
    NotAToken,
}

/// Where documents go.
#[derive(Debug)]
pub enum Destination {
    /// A server.
    Server {
        /// Its address.
        base_url: String,
        /// The key of the account.
        token: SecretString,
    },
    /// The simulated Zen inside this process.
    Sandbox,
    /// Nowhere: a dry run.
    Nowhere,
}

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

impl RunConfig {
    /// Validates `args`.
    ///
    /// # Errors
    /// [`ConfigError`] for the first thing that is wrong.
    pub fn new(args: &RunArgs, env: Environment, now: Timestamp) -> Result<Self, ConfigError> {
        let destination = if args.dry_run {
            Destination::Nowhere
        } else {
            destination(&args.destination, env)?
        };
        let sandboxed = !matches!(destination, Destination::Server { .. });
        let limits = limits(&args.sending, &args.stop, sandboxed, now)?;
        let rules = rules(&args.sending)?;
        let retry_rejected = match &args.retry_rejected {
            None => RetryRejectedConfig::No,
            Some(None) => RetryRejectedConfig::All,
            Some(Some(text)) => RetryRejectedConfig::Matching(regex("retry-rejected", text)?),
        };
        Ok(Self {
            manifest: args.manifest.clone(),
            journal: args.journal.clone(),
            destination,
            roots: args
                .root
                .iter()
                .map(|text| root(text))
                .collect::<Result<_, _>>()?,
            timeout: duration("timeout", &args.sending.timeout)?,
            user_agent: user_agent(args.sending.user_agent.as_deref()),
            drop_declaration: args.sending.declaration == DeclarationArg::Drop,
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

/// The name that the program goes by on the wire.
#[must_use]
pub fn user_agent(wanted: Option<&str>) -> String {
    wanted.map_or_else(
        || concat!("malote/", env!("CARGO_PKG_VERSION")).to_owned(),
        str::to_owned,
    )
}

/// Where a command goes that speaks to Zen.
///
/// # Errors
/// Where there is no destination, or no token for it.
pub fn destination(args: &DestinationArgs, env: Environment) -> Result<Destination, ConfigError> {
    if args.sandbox {
        return Ok(Destination::Sandbox);
    }
    let named = args.office.is_some() || args.base_url.is_some();
    let variable = |name| {
        let value = (!named).then(|| env(name)).flatten()?;
        Some(value.to_string_lossy().into_owned()).filter(|text| !text.is_empty())
    };
    let base_url = args
        .base_url
        .clone()
        .or_else(|| variable("MALOTE_BASE_URL"));
    let office = args.office.clone().or_else(|| variable("MALOTE_OFFICE"));
    let base_url = match (base_url, office) {
        (Some(url), _) => url,
        (None, Some(office)) => office_url(&office)?,
        (None, None) => return Err(ConfigError::NoDestination),
    };
    let token = token(args.token_file.as_deref(), env)?.ok_or(ConfigError::NoToken)?;
    Ok(Destination::Server { base_url, token })
}

/// The address of an office; its name is one label of a host name.
fn office_url(office: &str) -> Result<String, ConfigError> {
    let label = office
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if office.is_empty() || office.len() > 63 || !label || office.starts_with('-') {
        return Err(ConfigError::Option {
            option: "office",
            reason: format!(
                "{office:?} is no office: it is the first part of the address of Zen, \"escritorio\" in \
                 https://escritorio.app.questorpublico.com.br"
            ),
        });
    }
    Ok(format!("https://{office}.app.questorpublico.com.br"))
}

/// The token from the file or from the variable, if there is one.
///
/// # Errors
/// Where the file cannot be read, or what it holds is no token.
pub fn token(file: Option<&Path>, env: Environment) -> Result<Option<SecretString>, ConfigError> {
    let text = match file {
        Some(path) => {
            let path = path.to_path_buf();
            std::fs::read_to_string(&path)
                .map_err(|source| ConfigError::TokenFile { path, source })?
        }
        None => match env("MALOTE_TOKEN") {
            Some(value) => value.into_string().map_err(|_| ConfigError::NotAToken)?,
            None => return Ok(None),
        },
    };
    let word = text.trim_start_matches('\u{feff}').trim();
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    if word.is_empty() || !word.bytes().all(plain) {
        return Err(ConfigError::NotAToken);
    }
    Ok(Some(SecretString::from(word)))
}

fn limits(
    sending: &SendingArgs,
    stop: &StopArgs,
    sandboxed: bool,
    now: Timestamp,
) -> Result<Limits, ConfigError> {
    let zone = TimeZone::get(&sending.timezone).map_err(|error| wrong("timezone", &error))?;
    let default = if sandboxed {
        "none"
    } else {
        "mon-fri 00:00-18:00"
    };
    let hours = match (&sending.quiet_hours, sandboxed) {
        (Some(hours), false) => hours,
        _ => default,
    };
    let quiet_hours =
        QuietHours::parse(hours, zone.clone()).map_err(|error| wrong("quiet-hours", &error))?;
    let rate: Rate = sending
        .rate
        .parse()
        .map_err(|error| wrong("rate", &error))?;
    let until = stop
        .until
        .as_deref()
        .map(|text| parse_until(text, now, &zone));
    let max_duration = stop.max_duration.as_deref();
    Ok(Limits {
        rate: rate.per_second(),
        concurrency: within("concurrency", sending.concurrency, 1..=1024)?,
        batch: within("batch", sending.batch, 1..=MAX_BATCH)?,
        attempts: within("attempts", sending.attempts, 1..=100)?,
        quiet_hours,
        outage_limit: duration("outage-limit", &sending.outage_limit)?,
        max_docs: stop.max_docs,
        max_duration: max_duration
            .map(|text| duration("max-duration", text))
            .transpose()?,
        until: until.transpose().map_err(|error| wrong("until", &error))?,
        max_rejected: stop
            .max_rejected
            .as_deref()
            .map(rejected_limit)
            .transpose()?,
    })
}

fn rules(sending: &SendingArgs) -> Result<Rules, ConfigError> {
    let already_there = match &sending.already_there {
        None => AlreadyThere::default(),
        Some(text) => AlreadyThere::new(text).map_err(|error| wrong("already-there", &error))?,
    };
    Ok(Rules {
        already_there,
        trust_status: sending.trust_status,
    })
}

fn rejected_limit(text: &str) -> Result<RejectedLimit, ConfigError> {
    let limit = match text.trim().strip_suffix('%') {
        Some(share) => share
            .trim()
            .parse()
            .ok()
            .filter(|share| (0.0..=100.0).contains(share))
            .map(RejectedLimit::Percent),
        None => text.trim().parse().ok().map(RejectedLimit::Count),
    };
    limit.ok_or_else(|| ConfigError::Option {
        option: "max-rejected",
        reason: format!("{text:?} is neither a number (100) nor a share (50%)"),
    })
}

fn root(text: &str) -> Result<(String, String), ConfigError> {
    match text.split_once('=') {
        Some((old, new)) if !old.is_empty() && !new.is_empty() => {
            Ok((old.to_owned(), new.to_owned()))
        }
        _ => Err(ConfigError::Option {
            option: "root",
            reason: format!("{text:?} is not OLD=NEW, as in --root D:\\notas=E:\\notas"),
        }),
    }
}

fn regex(option: &'static str, text: &str) -> Result<Regex, ConfigError> {
    regex::RegexBuilder::new(text)
        .case_insensitive(true)
        .build()
        .map_err(|error| wrong(option, &error))
}

/// A length of time above zero.
///
/// # Errors
/// Where `text` is none; the error names `option`.
pub fn duration(option: &'static str, text: &str) -> Result<Duration, ConfigError> {
    parse_duration(text).map_err(|error| wrong(option, &error))
}

fn within<N: PartialOrd + std::fmt::Display>(
    option: &'static str,
    value: N,
    range: std::ops::RangeInclusive<N>,
) -> Result<N, ConfigError> {
    if range.contains(&value) {
        return Ok(value);
    }
    let (least, most) = range.into_inner();
    let reason = format!("{value} is not between {least} and {most}");
    Err(ConfigError::Option { option, reason })
}

fn wrong(option: &'static str, error: &dyn std::fmt::Display) -> ConfigError {
    let reason = error.to_string();
    ConfigError::Option { option, reason }
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
        "declaration": if sending.declaration == DeclarationArg::Drop { "drop" } else { "keep" },
    })
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::cli::{Cli, Command};

    fn config(line: &str, variables: &[(&str, &str)]) -> Result<RunConfig, ConfigError> {
        let cli = Cli::try_parse_from(line.split(' ')).unwrap();
        let Command::Run(args) = cli.command else {
            panic!("{line}")
        };
        let env = |name: &str| {
            let found = variables.iter().find(|(key, _)| *key == name)?;
            Some(OsString::from(found.1))
        };
        RunConfig::new(&args, &env, Timestamp::UNIX_EPOCH)
    }

    const TOKEN: (&str, &str) = ("MALOTE_TOKEN", "0123456789abcdef0123456789abcdef");

    #[test]
    fn an_office_needs_a_token_and_a_plain_name() {
        let office = "malote run m.csv --office escritorio";
        assert!(matches!(config(office, &[]), Err(ConfigError::NoToken)));
        let Ok(RunConfig {
            destination: Destination::Server { base_url, .. },
            ..
        }) = config(office, &[TOKEN])
        else {
            panic!()
        };
        assert_eq!(base_url, "https://escritorio.app.questorpublico.com.br");
        for name in ["a.b", "a/b", "https://a", ""] {
            let line = format!("malote run m.csv --office={name}");
            assert!(config(&line, &[TOKEN]).is_err(), "{name}");
        }
    }

    #[test]
    fn variables_stand_in_for_the_destination_only_where_none_is_named() {
        let office = ("MALOTE_OFFICE", "do-ambiente");
        assert!(matches!(
            config("malote run m.csv", &[TOKEN]),
            Err(ConfigError::NoDestination)
        ));
        assert!(config("malote run m.csv", &[TOKEN, office]).is_ok());
        let sandbox = config("malote run m.csv --sandbox", &[office]).unwrap();
        assert!(matches!(sandbox.destination, Destination::Sandbox));
        let dry = config("malote run m.csv --dry-run", &[]).unwrap();
        assert!(matches!(dry.destination, Destination::Nowhere));
    }

    #[test]
    fn a_token_is_one_word_and_is_never_shown() {
        for (value, right) in [
            ("0123456789abcdef0123456789abcdef", true),
            (" 0123456789ABCDEF \r\n", true),
            ("", false),
            ("two words", false),
            ("../../etc", false),
            ("a?b", false),
        ] {
            let config = config("malote run m.csv --office a", &[("MALOTE_TOKEN", value)]);
            assert_eq!(config.is_ok(), right, "{value:?}");
            let shown = format!("{config:?}");
            assert!(
                value.trim().is_empty() || !shown.contains(value.trim()),
                "{shown}"
            );
        }
    }

    #[test]
    fn values_that_mean_nothing_are_refused_by_name() {
        for (option, value) in [
            ("rate", "fast"),
            ("rate", "0/s"),
            ("concurrency", "0"),
            ("batch", "51"),
            ("attempts", "0"),
            ("timeout", "soon"),
            ("quiet-hours", "night"),
            ("timezone", "Mars/Olympus"),
            ("until", "25:00"),
            ("max-rejected", "half"),
            ("max-duration", "-1h"),
            ("root", "C:"),
            ("retry-rejected", "("),
            ("already-there", "["),
        ] {
            let line = format!("malote run m.csv --base-url http://127.0.0.1:1 --{option}={value}");
            let error = config(&line, &[TOKEN]).unwrap_err().to_string();
            assert!(error.starts_with(&format!("--{option}: ")), "{error}");
        }
    }
}
