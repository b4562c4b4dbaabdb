//! Standard output and standard error, of which either may be closed under us without that being a failure.

use std::fmt::Display;
use std::io::{self, Write};

/// Where a command speaks.
pub(super) struct Output {
    out: io::Stdout,
    err: io::Stderr,
}

impl Output {
    pub fn new() -> Self {
        Self {
            out: io::stdout(),
            err: io::stderr(),
        }
    }

    /// A result, on standard output.
    pub fn say(&mut self, text: impl Display) {
        let _ = writeln!(self.out, "{text}");
        let _ = self.out.flush();
    }

    /// A word on the way, on standard error.
    pub fn note(&mut self, text: impl Display) {
        tracing::warn!(text = text.to_string(), "remark");
        let _ = writeln!(self.err, "{text}");
    }

    /// A failure, on standard error.
    pub fn fail(&mut self, text: impl Display) {
        tracing::error!(text = text.to_string(), "failure");
        let _ = writeln!(self.err, "malote: {text}");
    }

    /// Standard output itself, for what is long.
    pub fn out(&mut self) -> &mut impl Write {
        &mut self.out
    }
}
