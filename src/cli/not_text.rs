//! Values that are no UTF-8 where a text is needed. clap says that there is one somewhere on the command line, not which,
//! and means variables, too.

use std::ffi::{OsStr, OsString};

use clap::builder::ValueParser;
use clap::{Arg, Command, CommandFactory};

use super::Cli;

/// The option on the command line `args`, or else the variable in `env`, whose value is no text though it should be one.
pub fn not_text(args: &[OsString], env: &dyn Fn(&str) -> Option<OsString>) -> Option<String> {
    let mut program = Cli::command();
    program.build();
    let command = args.iter().skip(1).find_map(|word| named(&program, word));
    let options = command.unwrap_or(&program).get_arguments();
    let options: Vec<_> = options.filter(|option| needs_text(option)).collect();
    let given = |option: &&Arg| {
        let name = format!("--{}", option.get_long()?);
        let value = value(args, &name)?;
        value.to_str().is_none().then_some(name)
    };
    let set = |option: &&Arg| {
        let name = option.get_env()?.to_str()?;
        let is_text = env(name)?.to_str().is_some();
        (!is_text).then(|| name.to_owned())
    };
    let on_the_line = options.iter().find_map(given);
    on_the_line.or_else(|| options.iter().find_map(set))
}

fn named<'a>(program: &'a Command, word: &OsStr) -> Option<&'a Command> {
    program.find_subcommand(word.to_str()?)
}

/// Any bytes may be the name of a file.
fn needs_text(option: &Arg) -> bool {
    let names_a_file = option.get_value_parser().type_id() == ValueParser::path_buf().type_id();
    option.get_action().takes_values() && !names_a_file
}

/// The value of the option `name`, behind it or glued to it.
fn value<'a>(args: &'a [OsString], name: &str) -> Option<&'a OsStr> {
    let glued = |word: &OsStr| {
        let rest = word.as_encoded_bytes().strip_prefix(name.as_bytes())?;
        rest.starts_with(b"=").then_some(())
    };
    let mut words = args.iter();
    while let Some(word) = words.next() {
        if word == name {
            return words.next().map(OsString::as_os_str);
        }
        if glued(word).is_some() {
            return Some(word);
        }
    }
    None
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::ffi::OsStringExt;

    use super::*;

    #[test]
    fn the_option_is_named_before_the_variable() {
        let word = |bytes: &[u8]| OsString::from_vec(bytes.to_vec());
        for (line, variable, found) in [
            (&[&b"run"[..], b"m.csv"][..], "", None),
            (&[b"run", b"\xff.csv"], "", None),
            (&[b"run", b"--journal", b"\xff"], "", None),
            (&[b"run", b"\xff", b"--rate", b"\xff"], "", Some("--rate")),
            (&[b"run", b"--rate=1\xff"], "MALOTE_RATE", Some("--rate")),
            (&[b"run", b"--rates=1\xff"], "", None),
            (&[b"run"], "MALOTE_RATE", Some("MALOTE_RATE")),
            (&[b"diff"], "MALOTE_RATE", None),
            (&[b"run"], "MALOTE_TOKEN_FILE", None),
            (&[b"diff", b"--only", b"\xff"], "", Some("--only")),
            (&[], "MALOTE_LOG_LEVEL", Some("MALOTE_LOG_LEVEL")),
        ] {
            let args = [&b"malote"[..]].into_iter().chain(line.iter().copied());
            let args: Vec<_> = args.map(word).collect();
            let env = |name: &str| (name == variable).then(|| word(b"\xff"));
            assert_eq!(
                not_text(&args, &env).as_deref(),
                found,
                "{args:?} {variable}"
            );
        }
    }
}
