//! Which command lines and variables are settings, and which are not.

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
