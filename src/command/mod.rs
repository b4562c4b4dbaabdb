//! The commands: each puts the parts together, and says in words and in an exit status what came of it. What is
//! printed is printed here and in [`crate::progress`], nowhere else.

mod awake;
mod conclude;
mod core_dump;
mod diff;
mod doctor;
mod dry_run;
mod evidence;
mod fetch_known;
mod first;
mod folder;
mod log;
mod man;
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
mod words;

use std::ffi::OsString;

use clap::error::ErrorKind;

use crate::cli::{Cli, Command, not_text};
use crate::exit::ExitStatus;
use crate::lang::{Choice, UnknownLanguage, choose, message};
use log::Logged;
use output::Output;
use words::InWords;

/// Runs the command line `args` and says how it ended.
pub fn main(args: impl IntoIterator<Item = OsString>) -> ExitStatus {
    core_dump::forbid();
    let args: Vec<_> = args.into_iter().collect();
    let mut output = match language(&args) {
        Ok(choice) => Output::new(choice),
        Err((by_locale, error)) => {
            Output::new(by_locale).fail(error.in_words());
            return ExitStatus::Usage;
        }
    };
    let cli = match Cli::read(&args, output.lang()) {
        Ok(cli) => cli,
        Err(error) => {
            answer(&error, &args, &mut output);
            if matches!(
                error.kind(),
                ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
            ) {
                return ExitStatus::Success;
            }
            remark_variable(&args, &mut output);
            return ExitStatus::Usage;
        }
    };
    let logged = match Logged::begin(&cli.log, &args) {
        Ok(logged) => logged,
        Err(reason) => {
            output.fail(reason);
            return ExitStatus::Usage;
        }
    };
    let status = carry_out(cli.command, &args, &mut output);
    if status == ExitStatus::Usage {
        remark_variable(&args, &mut output);
    }
    logged.end(status)
}

/// Says whose value is wrong where an option is named that nobody has typed.
fn remark_variable(args: &[OsString], output: &mut Output) {
    let named = output.failed().and_then(|text| text.strip_prefix("--"));
    let named = named.map(|text| {
        let end = text.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-');
        &text[..end.unwrap_or(text.len())]
    });
    let Some(option) = named.filter(|name| !name.is_empty()) else {
        return;
    };
    let typed = args
        .iter()
        .filter_map(|word| word.to_str()?.strip_prefix("--"));
    let mut typed = typed.map(|word| word.split('=').next().unwrap_or_default());
    let variable = format!("MALOTE_{}", option.to_ascii_uppercase().replace('-', "_"));
    let is_set = env(&variable).is_some_and(|value| !value.is_empty());
    if is_set && !typed.any(|word| word == option) {
        let remark = message!(
            "config-by-variable",
            option = option,
            variable = variable.as_str(),
        );
        output.note(remark);
    }
}

/// What clap has to say of the command line `args`.
fn answer(error: &clap::Error, args: &[OsString], output: &mut Output) {
    let is_no_text = error.kind() == ErrorKind::InvalidUtf8;
    match is_no_text.then(|| not_text(args, &env)).flatten() {
        Some(name) => output.fail(message!("config-not-utf8", name = name)),
        None => output.answer(error),
    }
}

/// The language to speak, or, where the variable names none, why not, and the one to say so in.
fn language(args: &[OsString]) -> Result<Choice, (Choice, UnknownLanguage)> {
    let locale = sys_locale::get_locale();
    choose(args, env("MALOTE_LANG"), locale.as_deref())
        .map_err(|error| (Choice::by_locale(locale.as_deref()), error))
}

/// Does what `command` says; `line` is the whole command line.
fn carry_out(command: Option<Command>, line: &[OsString], output: &mut Output) -> ExitStatus {
    if command.as_ref().is_some_and(holds_key) {
        core_dump::hide();
    }
    match command {
        None => first::first(line, output),
        Some(Command::Plan(args)) => plan::plan(&args, line, output),
        Some(Command::Run(args)) => run::run(&args, line, output),
        Some(Command::Diff(args)) => diff::diff(&args, output),
        Some(Command::Report(args)) => report::report(&args, output),
        Some(Command::Rehearse(args)) => rehearse::rehearse(&args, output),
        Some(Command::FetchKnown(args)) => fetch_known::fetch_known(&args, line, output),
        Some(Command::Sandbox(args)) => sandbox::sandbox(&args, output),
        Some(Command::Doctor(args)) => doctor::doctor(&args, line, output),
        Some(Command::Completions(args)) => man::completions(args.shell, output),
        Some(Command::Man) => man::man(output),
    }
}

/// Whether it has the key in its memory.
const fn holds_key(command: &Command) -> bool {
    matches!(
        command,
        Command::Run(_) | Command::FetchKnown(_) | Command::Doctor(_) | Command::Sandbox(_)
    )
}

/// The environment, as [`crate::config`] asks for it.
fn env(name: &str) -> Option<OsString> {
    std::env::var_os(name)
}
