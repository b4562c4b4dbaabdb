//! The command line as it is typed: clap types only. What the values mean is [`crate::config`]'s matter.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Moves an archive of Brazilian fiscal XMLs into a Zen account: once, completely, and gently.
#[derive(Debug, Parser)]
#[command(
    name = "malote",
    version,
    propagate_version = true,
    max_term_width = 100
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
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
    /// Try the whole job: plan, run against the sandbox, diff, in a temporary folder
    Rehearse(RehearseArgs),
    /// Ask Zen which documents it already holds, for --known
    FetchKnown(FetchKnownArgs),
    /// Serve the simulated Zen on this machine until Ctrl-C
    Sandbox(Box<SandboxArgs>),
}

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
    /// Look only at files that match (a pattern without / matches names), whatever their extension
    #[arg(long, value_name = "GLOB")]
    pub include: Vec<String>,
    /// Leave out files and folders that match
    #[arg(long, value_name = "GLOB")]
    pub exclude: Vec<String>,
    /// Skip documents issued before this day
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub from: Option<String>,
    /// Skip documents issued after this day
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub to: Option<String>,
    /// Skip documents in which none of these takes part: a CNPJ or CPF a line, behind it a name
    #[arg(long, value_name = "FILE")]
    pub clients: Option<PathBuf>,
    /// Skip documents that Zen has already: a file of access keys, as fetch-known writes it
    #[arg(long, value_name = "FILE")]
    pub known: Option<PathBuf>,
    /// The order of the rows, and so of sending
    #[arg(long, value_enum, default_value = "path")]
    pub order: OrderArg,
    /// Which events to send
    #[arg(long, value_enum, default_value = "default")]
    pub events: EventsArg,
    /// Which table of routes to use
    #[arg(long, value_enum, default_value = "documented")]
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
    /// Write what a Brazilian Excel opens by a double click: semicolons, byte-order mark, CRLF
    #[arg(long)]
    pub excel: bool,
}

/// How progress is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ProgressArg {
    /// A bar on a terminal, plain lines elsewhere
    Auto,
    /// A bar
    Bar,
    /// A line every 30 s
    Plain,
    /// One JSON object a line, every second, on standard output
    Json,
    /// Nothing
    None,
}

/// Whether the XML declaration travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DeclarationArg {
    /// As it is written
    Keep,
    /// Without it: for a server that garbles accents under a declaration of another encoding
    Drop,
}

/// Where documents go.
#[derive(Debug, Args)]
pub struct DestinationArgs {
    /// The first part of the address at which the office logs in to Zen [env: MALOTE_OFFICE]
    #[arg(long, value_name = "NAME", group = "destination")]
    pub office: Option<String>,
    /// Another address instead of the office's [env: MALOTE_BASE_URL]
    #[arg(long, value_name = "URL", group = "destination")]
    pub base_url: Option<String>,
    /// A simulated Zen inside this process: no network, no account
    #[arg(long, group = "destination")]
    pub sandbox: bool,
    /// A file that holds the key of the Zen account; else MALOTE_TOKEN holds it
    #[arg(long, value_name = "FILE", env = "MALOTE_TOKEN_FILE")]
    pub token_file: Option<PathBuf>,
}

/// How documents are sent.
#[derive(Debug, Args)]
pub struct SendingArgs {
    /// The ceiling on documents, everything counted: 11/s, 600/min, unlimited
    #[arg(long, env = "MALOTE_RATE", default_value = "11/s")]
    pub rate: String,
    /// Requests underway at once
    #[arg(
        long,
        value_name = "N",
        env = "MALOTE_CONCURRENCY",
        default_value_t = 16
    )]
    pub concurrency: usize,
    /// Documents in one request, 1 to 50
    #[arg(long, value_name = "N", env = "MALOTE_BATCH", default_value_t = 1)]
    pub batch: usize,
    /// Longest wait for an answer
    #[arg(long, env = "MALOTE_TIMEOUT", default_value = "120s")]
    pub timeout: String,
    /// Attempts of one document within one run
    #[arg(long, value_name = "N", env = "MALOTE_ATTEMPTS", default_value_t = 3)]
    pub attempts: u32,
    /// When nothing is sent; holidays count as Sundays; none: never [default: mon-fri 00:00-18:00; none with --sandbox]
    #[arg(long, value_name = "HOURS", env = "MALOTE_QUIET_HOURS")]
    pub quiet_hours: Option<String>,
    /// The zone of those hours
    #[arg(
        long,
        value_name = "ZONE",
        env = "MALOTE_TIMEZONE",
        default_value = "America/Sao_Paulo"
    )]
    pub timezone: String,
    /// How long an outage may last, quiet hours not counted
    #[arg(
        long,
        value_name = "TIME",
        env = "MALOTE_OUTAGE_LIMIT",
        default_value = "26h"
    )]
    pub outage_limit: String,
    /// What in a refusal means that the server has the document already
    #[arg(long, value_name = "REGEX", env = "MALOTE_ALREADY_THERE")]
    pub already_there: Option<String>,
    /// Take a 2xx without a readable entry as accepted
    #[arg(long)]
    pub trust_status: bool,
    /// Whether the XML declaration travels
    #[arg(long, value_enum, env = "MALOTE_DECLARATION", default_value = "keep")]
    pub declaration: DeclarationArg,
    /// What the program calls itself [default: malote/<version>]
    #[arg(long, value_name = "TEXT", env = "MALOTE_USER_AGENT")]
    pub user_agent: Option<String>,
}

/// When a run stops by itself.
#[derive(Debug, Args)]
pub struct StopArgs {
    /// Send one document of each route, layout version and encoding, then stop
    #[arg(long)]
    pub pilot: bool,
    /// Stop after so many documents
    #[arg(long, value_name = "N")]
    pub max_docs: Option<u64>,
    /// Stop after so long
    #[arg(long, value_name = "TIME")]
    pub max_duration: Option<String>,
    /// Stop at this time of day
    #[arg(long, value_name = "HH:MM")]
    pub until: Option<String>,
    /// Stop when more than so many are rejected, or so many % after 1,000 answers
    #[arg(long, value_name = "N|N%", env = "MALOTE_MAX_REJECTED")]
    pub max_rejected: Option<String>,
}

/// `malote run`
#[derive(Debug, Args)]
pub struct RunArgs {
    /// The manifest
    pub manifest: PathBuf,
    /// Where documents go.
    #[command(flatten)]
    pub destination: DestinationArgs,
    /// The journal [default: the manifest's name with .journal.csv]
    #[arg(long, value_name = "FILE")]
    pub journal: Option<PathBuf>,
    /// Read what the manifest has under OLD from under NEW
    #[arg(long, value_name = "OLD=NEW")]
    pub root: Vec<String>,
    /// How documents are sent.
    #[command(flatten)]
    pub sending: SendingArgs,
    /// When the run stops by itself.
    #[command(flatten)]
    pub stop: StopArgs,
    /// Send rejected documents again, all or those whose message matches
    #[arg(long, value_name = "REGEX", num_args = 0..=1, require_equals = true)]
    pub retry_rejected: Option<Option<String>>,
    /// Read, hash and encode everything that would be sent; send nothing, write no journal
    #[arg(long)]
    pub dry_run: bool,
    /// How progress is shown
    #[arg(long, value_enum, env = "MALOTE_PROGRESS", default_value = "auto")]
    pub progress: ProgressArg,
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
    /// The journal, or several [default: the manifest's name with .journal.csv]
    #[arg(long, value_name = "FILE")]
    pub journal: Vec<PathBuf>,
    /// Only rows in these states (for csv)
    #[arg(long, value_name = "STATE", value_delimiter = ',')]
    pub only: Vec<String>,
    /// How to show it
    #[arg(long, value_enum, default_value = "table")]
    pub format: FormatArg,
    /// Write to a file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
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

/// `malote fetch-known`
#[derive(Debug, Args)]
pub struct FetchKnownArgs {
    /// Whom to ask.
    #[command(flatten)]
    pub destination: DestinationArgs,
    /// Whose documents to ask for: a CNPJ or CPF a line, behind it a name
    #[arg(long, value_name = "FILE")]
    pub clients: PathBuf,
    /// The first day of issue
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub from: String,
    /// The last day of issue
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub to: String,
    /// Where to write the keys
    #[arg(short, long, value_name = "FILE", default_value = "known.csv")]
    pub output: PathBuf,
    /// The ceiling on requests: 11/s, 600/min, unlimited
    #[arg(long, env = "MALOTE_RATE", default_value = "11/s")]
    pub rate: String,
    /// Longest wait for an answer
    #[arg(long, env = "MALOTE_TIMEOUT", default_value = "120s")]
    pub timeout: String,
    /// What the program calls itself [default: malote/<version>]
    #[arg(long, value_name = "TEXT", env = "MALOTE_USER_AGENT")]
    pub user_agent: Option<String>,
}

/// `malote sandbox`
#[derive(Debug, Args)]
pub struct SandboxArgs {
    /// The port on this machine; 0 takes a free one
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    pub port: u16,
    /// A file that holds the key to ask for; else MALOTE_TOKEN holds it, else one is made up and shown
    #[arg(long, value_name = "FILE")]
    pub token_file: Option<PathBuf>,
    /// What moves every chance below
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    /// How long an answer takes
    #[arg(long, value_name = "TIME", default_value = "0s")]
    pub latency: String,
    /// Share of requests answered with 500, 0 to 1
    #[arg(long, value_name = "SHARE", default_value_t = 0.0)]
    pub fail: f64,
    /// Share of requests answered with 429, 0 to 1
    #[arg(long, value_name = "SHARE", default_value_t = 0.0)]
    pub push_back: f64,
    /// Seconds in the Retry-After of a 429
    #[arg(long, value_name = "SECONDS", default_value_t = 1)]
    pub retry_after: u64,
    /// Share of documents refused, 0 to 1
    #[arg(long, value_name = "SHARE", default_value_t = 0.0)]
    pub refuse: f64,
    /// Share of requests that are carried out but never answered, 0 to 1
    #[arg(long, value_name = "SHARE", default_value_t = 0.0)]
    pub lose: f64,
    /// Answer 500 to everything from one time after the start to another, as 10s-50s
    #[arg(long, value_name = "FROM-TO")]
    pub outage: Vec<String>,
    /// Answer duplicates as a success rather than as a refusal that says they are there
    #[arg(long)]
    pub duplicates_succeed: bool,
    /// Take events whose document has not arrived
    #[arg(long)]
    pub loose_events: bool,
    /// Write what arrives into a CSV file
    #[arg(long, value_name = "FILE")]
    pub log: Option<PathBuf>,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

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
            ("malote diff m.csv --format xml", false),
            (
                "malote fetch-known --office a --clients c.csv --from 2019-01-01 --to 2019-12-31",
                true,
            ),
            ("malote fetch-known --office a --from 2019-01-01", false),
            ("malote plan a --clients c.csv --known k.csv", true),
            ("malote", false),
        ] {
            let parsed = Cli::try_parse_from(line.split(' '));
            assert_eq!(parsed.is_ok(), taken, "{line}: {parsed:?}");
        }
    }
}
