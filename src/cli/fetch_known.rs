//! `malote fetch-known` as it is typed.

use std::path::PathBuf;

use clap::Args;

use super::DestinationArgs;

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
    #[arg(
        long,
        env = "MALOTE_RATE",
        hide_env_values = true,
        default_value = "11/s"
    )]
    pub rate: String,
    /// Longest wait for an answer
    #[arg(
        long,
        value_name = "TIME",
        env = "MALOTE_TIMEOUT",
        hide_env_values = true,
        default_value = "120s"
    )]
    pub timeout: String,
    /// What the program calls itself [default: malote/VERSION]
    #[arg(
        long,
        value_name = "TEXT",
        env = "MALOTE_USER_AGENT",
        hide_env_values = true
    )]
    pub user_agent: Option<String>,
}
