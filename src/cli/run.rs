//! `malote run`

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::everywhere::yes_or_no;

/// How progress is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ProgressArg {
    /// The same as bar
    Auto,
    /// A bar, and plain lines where there is no terminal
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
    #[arg(
        long,
        value_name = "TIME",
        env = "MALOTE_TIMEOUT",
        default_value = "120s"
    )]
    pub timeout: String,
    /// Attempts of one document within one run
    #[arg(long, value_name = "N", env = "MALOTE_ATTEMPTS", default_value_t = 3)]
    pub attempts: u32,
    /// When nothing is sent, as "mon-fri 00:00-18:00; sat 00:00-12:00"; holidays count as Sundays; none: never [env:
    /// MALOTE_QUIET_HOURS, not with --sandbox] [default: mon-fri 00:00-18:00; none with --sandbox]
    #[arg(long, value_name = "HOURS")]
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
    #[arg(long, env = "MALOTE_TRUST_STATUS", value_parser = yes_or_no)]
    pub trust_status: bool,
    /// How a document is put into a request.
    #[command(flatten)]
    pub form: FormArgs,
}

/// How a document is put into a request.
#[derive(Debug, Args)]
pub struct FormArgs {
    /// Whether the XML declaration travels
    #[arg(long, value_enum, env = "MALOTE_DECLARATION", default_value = "keep")]
    pub declaration: DeclarationArg,
    /// The field of the form in which an NFS-e is sent that holds the file
    #[arg(
        long,
        value_name = "NAME",
        env = "MALOTE_NFSE_FIELD",
        default_value = "File"
    )]
    pub nfse_field: String,
    /// What the program calls itself [default: malote/VERSION]
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
    #[arg(long, value_name = "TIME", env = "MALOTE_MAX_DURATION")]
    pub max_duration: Option<String>,
    /// Stop at this time of day
    #[arg(long, value_name = "HH:MM", env = "MALOTE_UNTIL")]
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
    /// The journal [env: MALOTE_JOURNAL, not with --sandbox] [default: the manifest's name with .journal.csv]
    #[arg(long, value_name = "FILE")]
    pub journal: Option<PathBuf>,
    /// Read what the manifest has under OLD from under NEW
    #[arg(long, value_name = "OLD=NEW", env = "MALOTE_ROOT")]
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
