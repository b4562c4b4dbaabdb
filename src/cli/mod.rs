//! The command line as it is typed: clap types only. What the values mean is [`crate::config`]'s matter.

mod doctor;
mod everywhere;
mod fetch_known;
mod not_text;
mod plan;
mod portuguese;
mod run;
mod sandbox;
mod wrong;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

pub use doctor::{DoctorArgs, SideArg};
pub use everywhere::{LangArg, LangArgs, LevelArg, LogArgs};
pub use fetch_known::FetchKnownArgs;
pub use not_text::not_text;
pub use plan::{EventsArg, OrderArg, PlanArgs, RoutesArg, SelectionArgs};
pub use run::{
    DeclarationArg, DestinationArgs, FormArgs, ProgressArg, RunArgs, SendingArgs, StopArgs,
};
pub use sandbox::SandboxArgs;
pub use wrong::in_portuguese;

use crate::lang::Lang;

/// The version, with the commit and the features of this build.
pub const VERSION: &str = env!("MALOTE_VERSION");

/// Moves an archive of Brazilian fiscal XMLs into a Zen account: once, completely, and gently.
#[derive(Debug, Parser)]
#[command(
    name = "malote",
    version = VERSION,
    propagate_version = true,
    max_term_width = 100
)]
pub struct Cli {
    /// What to do; nothing: say what there is to do.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// How it speaks.
    #[command(flatten)]
    pub lang: LangArgs,
    /// Where to log.
    #[command(flatten)]
    pub log: LogArgs,
}

impl Cli {
    /// Reads the command line `args`. Variables stand in for options that are not given. Help is in `lang`.
    ///
    /// # Errors
    /// What is to be printed instead of going on: clap knows how and where.
    pub fn read(args: &[OsString], lang: Lang) -> Result<Self, clap::Error> {
        let command = Self::command().mut_args(discreet);
        let mut command = command.mut_subcommands(|one| one.mut_args(discreet));
        if lang == Lang::Portuguese {
            command = portuguese::translated(command);
        }
        let matches = command.try_get_matches_from_mut(asked_for(args));
        let matches = matches.map_err(|error| with_equals_sign(error, args))?;
        Self::from_arg_matches(&matches).map_err(|error| error.format(&mut command))
    }
}

/// `error` with what was meant where a pattern stands behind `--retry-rejected` without a sign between the two: the
/// option may stand alone, so it does not take the next word.
fn with_equals_sign(mut error: clap::Error, args: &[OsString]) -> clap::Error {
    let option = args.iter().position(|word| word == "--retry-rejected");
    let pattern = option.and_then(|place| args.get(place + 1)?.to_str());
    let pattern = pattern.filter(|word| !word.starts_with('-'));
    if let (ErrorKind::UnknownArgument, Some(pattern)) = (error.kind(), pattern) {
        let meant = format!("--retry-rejected={pattern}");
        error.insert(ContextKind::SuggestedArg, ContextValue::String(meant));
    }
    error
}

/// The command line as clap understands it: to its `help` an option is the name of a command. The language has been
/// heeded before.
fn asked_for(args: &[OsString]) -> Vec<&OsString> {
    let is_help = args.get(1).is_some_and(|word| word == "help");
    let mut words = args.iter();
    let mut asked = Vec::with_capacity(args.len());
    while let Some(word) = words.next() {
        if is_help && word == "--lang" {
            words.next();
        } else if is_help && (word == "--help" || word == "-h") {
            // It is help that is asked for.
        } else if !(is_help && word.as_encoded_bytes().starts_with(b"--lang=")) {
            asked.push(word);
        }
    }
    asked
}

/// An option whose variable counts as unset where it is empty, and is never shown: it may hold what it should not.
fn discreet(option: Arg) -> Arg {
    let value = option.get_env().and_then(std::env::var_os);
    let option = option.hide_env_values(true);
    if value.is_some_and(|value| value.is_empty()) {
        // clap does not let go of a variable, but takes another name: one that no variable can have.
        option.env("").hide_env(true)
    } else {
        option
    }
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Look through an archive and write the manifest: what will be sent, for a person to review
    Plan(PlanArgs),
    /// Send what the manifest says and the journal does not call settled
    Run(Box<RunArgs>),
    /// Say what still needs sending, and why
    Diff(DiffArgs),
    /// Write one page for the accountant and the client: what was sent, when, and what is left
    Report(ReportArgs),
    /// Try the whole job: plan, run against the sandbox, diff, in a temporary folder
    Rehearse(RehearseArgs),
    /// Ask Zen which documents it already holds, for --known
    FetchKnown(FetchKnownArgs),
    /// Serve the simulated Zen on this machine until Ctrl-C
    Sandbox(Box<SandboxArgs>),
    /// Check key, office, clock and disk before the first night
    Doctor(Box<DoctorArgs>),
    /// Print what lets a shell complete commands and options
    Completions(CompletionsArgs),
    /// Print the manual page, for man
    Man,
}

/// `malote completions`
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    pub shell: Shell,
}

/// How differences are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FormatArg {
    /// The balance, and what is left by message
    Table,
    /// The rows in the chosen states, as a manifest that run takes again
    Csv,
    /// The balance as one object
    Json,
}

/// `malote diff`
#[derive(Debug, Args)]
pub struct DiffArgs {
    /// The manifest
    pub manifest: PathBuf,
    /// The journal, or several [env: MALOTE_JOURNAL] [default: the manifest's name with .journal.csv]
    #[arg(long, value_name = "FILE")]
    pub journal: Vec<PathBuf>,
    /// Also list what is accepted and Zen does not show: the file that fetch-known wrote after the run
    #[arg(long, value_name = "FILE")]
    pub known: Option<PathBuf>,
    /// Only rows in these states (for csv): accepted, rejected, failed, unknown, changed, missing, pending; with
    /// --known also not-shown
    #[arg(long, value_name = "STATE", value_delimiter = ',')]
    pub only: Vec<String>,
    /// How to show it
    #[arg(long, value_enum, default_value = "table")]
    pub format: FormatArg,
    /// Write to a file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// `malote report`
#[derive(Debug, Args)]
pub struct ReportArgs {
    /// The manifest
    pub manifest: PathBuf,
    /// The journal, or several [env: MALOTE_JOURNAL] [default: the manifest's name with .journal.csv]
    #[arg(long, value_name = "FILE")]
    pub journal: Vec<PathBuf>,
    /// Only documents that this client issued or received, and the list of them: a proof to hand over
    #[arg(long, value_name = "CNPJ")]
    pub client: Option<String>,
    /// Where to write the page; an older one is replaced
    #[arg(short, long, value_name = "FILE", default_value = "report.html")]
    pub output: PathBuf,
}

/// `malote rehearse`
#[derive(Debug, Args)]
pub struct RehearseArgs {
    /// What to look through.
    #[command(flatten)]
    pub selection: SelectionArgs,
    /// The ceiling on documents
    #[arg(long, default_value = "unlimited")]
    pub rate: String,
    /// Documents in one request, 1 to 50
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub batch: usize,
    /// How progress is shown
    #[arg(long, value_enum, env = "MALOTE_PROGRESS", default_value = "auto")]
    pub progress: ProgressArg,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn command_lines_are_taken_or_refused() {
        for (line, taken) in [
            (
                "malote plan a b -o x.csv --exclude *.bak --from 2020-01-01",
                true,
            ),
            ("malote plan", false),
            ("malote run m.csv --sandbox", true),
            (
                "malote run m.csv --office escritorio --retry-rejected",
                true,
            ),
            (
                "malote run m.csv --office escritorio --retry-rejected=cliente",
                true,
            ),
            (
                "malote run m.csv --office a --base-url http://127.0.0.1:1",
                false,
            ),
            ("malote run m.csv --office a --sandbox", false),
            ("malote run m.csv --token abc", false),
            ("malote run", false),
            (
                "malote diff m.csv --only rejected,failed --format csv",
                true,
            ),
            ("malote diff m.csv --known k.csv --only not-shown", true),
            ("malote diff m.csv --format xml", false),
            (
                "malote report m.csv --client 11.222.333/0001-81 -o r.html --lang EN",
                true,
            ),
            ("malote report m.csv --journal a --journal b", true),
            ("malote report", false),
            ("malote report m.csv --lang fr", false),
            (
                "malote fetch-known --office a --clients c.csv --from 2019-01-01 --to 2019-12-31",
                true,
            ),
            ("malote fetch-known --office a --from 2019-01-01", false),
            ("malote plan a --clients c.csv --known k.csv", true),
            ("malote", true),
            ("malote --log-file a.log", true),
            ("malote run m.csv --sandbox --log-level debug", true),
            ("malote --log-level debug run m.csv --sandbox", true),
            ("malote run m.csv --sandbox --log-level all", false),
            ("malote doctor", true),
            ("malote doctor --office a --one b.xml --yes", true),
            ("malote doctor --yes", false),
            ("malote completions powershell", true),
            ("malote completions cmd", false),
            ("malote man", true),
            ("malote --lang pt-BR run m.csv --sandbox", true),
            ("malote run m.csv --sandbox --lang pt", true),
            ("malote run m.csv --sandbox --lang fr", false),
        ] {
            let parsed = Cli::try_parse_from(line.split(' '));
            assert_eq!(parsed.is_ok(), taken, "{line}: {parsed:?}");
        }
    }
}
