//! The exit statuses, which schedulers rely on.

use std::process::ExitCode;

/// How the process ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum ExitStatus {
    /// Every row to send is accepted; the command did what it was asked.
    Success = 0,
    /// Finished; something needs a person.
    NeedsAPerson = 1,
    /// Wrong usage or configuration, invalid manifest; nothing was sent.
    Usage = 2,
    /// Not everything is settled; run again later.
    Unsettled = 3,
    /// Credentials, office or route refused; journal not writable or damaged; manifest changed meanwhile.
    Failed = 4,
    /// Ctrl-C, SIGTERM, console closed.
    Interrupted = 130,
}

impl From<ExitStatus> for ExitCode {
    fn from(status: ExitStatus) -> Self {
        Self::from(status as u8)
    }
}
