//! `malote sandbox`

use std::path::PathBuf;

use clap::Args;

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
    /// Share of answers that take longer, 0 to 1
    #[arg(long, value_name = "SHARE", default_value_t = 0.0)]
    pub slow: f64,
    /// How much longer these take
    #[arg(long, value_name = "TIME", default_value = "30s")]
    pub slow_for: String,
    /// Share of requests answered with 500, 0 to 1
    #[arg(long, value_name = "SHARE", default_value_t = 0.0)]
    pub fail: f64,
    /// Share of requests answered with 429, 0 to 1
    #[arg(long, value_name = "SHARE", default_value_t = 0.0)]
    pub push_back: f64,
    /// Share of requests answered with 503 and a Retry-After, 0 to 1
    #[arg(long, value_name = "SHARE", default_value_t = 0.0)]
    pub unavailable: f64,
    /// Seconds in the Retry-After of a 429 or 503
    #[arg(long, value_name = "SECONDS", default_value_t = 1)]
    pub retry_after: u64,
    /// Share of documents refused, 0 to 1
    #[arg(long, value_name = "SHARE", default_value_t = 0.0)]
    pub refuse: f64,
    /// Share of requests that are carried out but never answered, 0 to 1
    #[arg(long, value_name = "SHARE", default_value_t = 0.0)]
    pub lose: f64,
    /// Share of requests that are neither carried out nor answered, 0 to 1
    #[arg(long, value_name = "SHARE", default_value_t = 0.0)]
    pub reset: f64,
    /// Share of requests that are carried out and whose answer breaks off in its middle, 0 to 1
    #[arg(long, value_name = "SHARE", default_value_t = 0.0)]
    pub cut: f64,
    /// Share of answers in a shape that the vendor's description leaves open, 0 to 1
    #[arg(long, value_name = "SHARE", default_value_t = 0.0)]
    pub odd: f64,
    /// Answer 500 to requests of several documents where one is longer than so many bytes
    #[arg(long, value_name = "BYTES")]
    pub batch_poison: Option<usize>,
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
