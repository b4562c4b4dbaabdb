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
            user_agent: user_agent(args.sending.user_agent.as_deref()),
            drop_declaration: args.sending.declaration == DeclarationArg::Drop,
            file_field: file_field(&args.sending.nfse_field)?,
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

fn rules(sending: &SendingArgs) -> Result<Rules, ConfigError> {
    let already_there = match &sending.already_there {
        None => AlreadyThere::default(),
        Some(text) => already_there_as(text)?,
    };
    if already_there.says("") {
        return Err(ConfigError::of("already-there", WrongValue::MatchesAll));
    }
    Ok(Rules {
        already_there,
        trust_status: sending.trust_status,
    })
}

/// The phrases of `--already-there`.
///
/// # Errors
/// Where `text` is no regular expression.
pub fn already_there_as(text: &str) -> Result<AlreadyThere, ConfigError> {
    AlreadyThere::new(text)
        .map_err(|error| ConfigError::of("already-there", WrongValue::Regex(error.to_string())))
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
        .map_err(|error| ConfigError::of(option, WrongValue::Regex(error.to_string())))
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
        "declaration": if sending.declaration == DeclarationArg::Drop { "drop" } else { "keep" },
        "nfse_field": sending.nfse_field,
    })
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::cli::{Cli, Command};

    fn config(line: &str, variables: &[(&str, &str)]) -> Result<RunConfig, ConfigError> {
        config_of(line.split(' '), variables)
    }

    fn config_of<'a>(
        words: impl Iterator<Item = &'a str>,
        variables: &[(&str, &str)],
    ) -> Result<RunConfig, ConfigError> {
        let cli = Cli::try_parse_from(words).unwrap();
        let Some(Command::Run(args)) = cli.command else {
            panic!("not a run")
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

    /// Bug: hours that mean nothing were passed over with --sandbox and --dry-run, and so were those that were given.
    #[test]
    fn quiet_hours_are_always_read() {
        let given = "fri 08:00-12:00";
        let fixed = ("MALOTE_QUIET_HOURS", "sat 08:00-12:00");
        let office = "--office a";
        for (destination, variables, hours) in [
            (office, vec![TOKEN], "mon-fri 00:00-18:00"),
            (office, vec![TOKEN, fixed], fixed.1),
            (
                office,
                vec![TOKEN, ("MALOTE_QUIET_HOURS", "")],
                "mon-fri 00:00-18:00",
            ),
            ("--sandbox", vec![], "none"),
            ("--sandbox", vec![fixed], "none"),
            ("--dry-run", vec![], "none"),
            ("--dry-run", vec![fixed], fixed.1),
            ("--office a --dry-run", vec![], "none"),
            ("--sandbox --dry-run", vec![fixed], "none"),
        ] {
            let line = format!("malote run m.csv {destination}");
            let found = config(&line, &variables).unwrap().limits.quiet_hours;
            assert_eq!(found.to_string(), hours, "{line} {variables:?}");
            let wrong = [vec![TOKEN, ("MALOTE_QUIET_HOURS", "night")], variables].concat();
            assert!(config(&line, &wrong).is_err(), "{line}");
            let words = line.split(' ').chain(["--quiet-hours", given]);
            let found = config_of(words, &[TOKEN, fixed])
                .unwrap()
                .limits
                .quiet_hours;
            assert_eq!(found.to_string(), given, "{line}");
        }
    }

    #[test]
    fn a_journal_that_the_site_has_fixed_is_not_for_the_sandbox() {
        let fixed = ("MALOTE_JOURNAL", "all.csv");
        for (options, value, journal) in [
            ("--office a", "all.csv", Some("all.csv")),
            ("--office a", "", None),
            ("--office a --journal b.csv", "all.csv", Some("b.csv")),
            ("--dry-run", "all.csv", Some("all.csv")),
            ("--sandbox", "all.csv", None),
            ("--sandbox --journal b.csv", "all.csv", Some("b.csv")),
        ] {
            let found = config(
                &format!("malote run m.csv {options}"),
                &[TOKEN, (fixed.0, value)],
            );
            assert_eq!(
                found.unwrap().journal,
                journal.map(PathBuf::from),
                "{options}"
            );
        }
    }

    #[test]
    fn a_dry_run_needs_no_key_and_checks_the_address_all_the_same() {
        for (options, named) in [
            ("", None),
            ("--office a", Some("https://a.app.questorpublico.com.br")),
        ] {
            let line = format!("malote run m.csv --dry-run {options}");
            let destination = config(line.trim(), &[]).unwrap().destination;
            let address = match destination {
                Destination::Named { base_url } => Some(base_url),
                _ => None,
            };
            assert_eq!(address.as_deref(), named);
        }
        assert!(config("malote run m.csv --dry-run --office a.b", &[]).is_err());
        assert!(config("malote run m.csv --dry-run --base-url a.b", &[]).is_err());
    }

    /// Bug: an address with the key in it was taken, or shown whole.
    #[test]
    fn what_stands_behind_the_host_of_an_address_is_never_shown() {
        let key = TOKEN.1;
        for address in [
            format!("https://a.example/api/v1/{key}/importarxmlnfearray"),
            "https://a.example/API/V1".to_owned(),
            "https://a.example/zen/api/v1/secret".to_owned(),
            format!("https://a.example/{key}"),
            format!("a.example/{key}"),
            "https://a.example:port/secret".to_owned(),
            "https://me:secret@a.example:port".to_owned(),
            "ftp://a.example/secret".to_owned(),
            "a.example/secret".to_owned(),
            key.to_owned(),
        ] {
            let line = format!("malote run m.csv --base-url {address}");
            let error = config(&line, &[TOKEN]).unwrap_err();
            let shown = format!("{error} {error:?}");
            assert!(shown.starts_with("--base-url: "), "{shown}");
            assert!(!shown.contains(key) && !shown.contains("secret"), "{shown}");
        }
        let line = format!("malote run m.csv --office {key}");
        let error = config(&line, &[TOKEN]).unwrap_err();
        assert!(!format!("{error} {error:?}").contains(key), "{error}");
    }

    /// Bug: a key that was put where the name of its file belongs was shown.
    #[test]
    fn a_key_in_place_of_its_file_is_never_shown() {
        for (file, shown) in [
            ("no/such/file", true),
            (TOKEN.1, false),
            ("./0123456789ABCDEF0123456789ABCDEF", false),
        ] {
            let line = format!("malote run m.csv --office a --token-file {file}");
            let error = config(&line, &[]).unwrap_err();
            assert_eq!(
                format!("{error} {error:?}").contains(file),
                shown,
                "{error}"
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
            ("already-there", ""),
            ("already-there", "(importado)?"),
        ] {
            let line = format!("malote run m.csv --base-url http://127.0.0.1:1 --{option}={value}");
            let error = config(&line, &[TOKEN]).unwrap_err().to_string();
            assert!(error.starts_with(&format!("--{option}: ")), "{error}");
        }
    }
}
