//! `malote doctor`

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{DestinationArgs, FormArgs};

/// On which side of an NFS-e the office's client is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SideArg {
    /// The client took the service
    Received,
    /// The client provided it
    Issued,
    /// One client provided it to another
    Both,
}

/// `malote doctor`
#[derive(Debug, Args)]
pub struct DoctorArgs {
    /// Where documents will go.
    #[command(flatten)]
    pub destination: DestinationArgs,
    /// The manifest that will be sent [default: the newest in this folder]
    #[arg(long, value_name = "FILE")]
    pub manifest: Option<PathBuf>,
    /// Look at this document too; with --yes, send it
    #[arg(long, value_name = "FILE")]
    pub one: Option<PathBuf>,
    /// Really send the document of --one, quiet hours or not, and explain the answer. No journal has it: a run that
    /// sends it again is answered that it is there already
    #[arg(long, requires = "one")]
    pub yes: bool,
    /// The client's side of the document of --one, where that is an NFS-e
    #[arg(long, value_enum, requires = "one")]
    pub side: Option<SideArg>,
    /// The zone of the quiet hours
    #[arg(
        long,
        value_name = "ZONE",
        env = "MALOTE_TIMEZONE",
        default_value = "America/Sao_Paulo"
    )]
    pub timezone: String,
    /// What in a refusal means that the server has the document already
    #[arg(long, value_name = "REGEX", env = "MALOTE_ALREADY_THERE")]
    pub already_there: Option<String>,
    /// How a document is put into a request.
    #[command(flatten)]
    pub form: FormArgs,
}
