//! Standard output and standard error, of which either may be closed under us without that being a failure. What is
//! said may hold names of files and a server's words: the terminal obeys neither.

use std::borrow::Cow;
use std::fmt::Display;
use std::io::{self, Write};

use crate::shown::on_screen;

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
        let text = text.to_string();
        let _ = writeln!(self.out, "{}", on_screen(&text));
        let _ = self.out.flush();
    }

    /// A word on the way, on standard error.
    pub fn note(&mut self, text: impl Display) {
        let text = text.to_string();
        tracing::warn!(text, "remark");
        let _ = writeln!(self.err, "{}", on_screen(&text));
    }

    /// A failure, on standard error.
    pub fn fail(&mut self, text: impl Display) {
        let text = text.to_string();
        tracing::error!(text, "failure");
        let _ = writeln!(self.err, "malote: {}", on_screen(&text));
    }

    /// clap's answer to a command line: its help, or what is wrong with it.
    pub fn answer(&mut self, error: &clap::Error) {
        let text = error.to_string();
        match on_screen(&text) {
            // clap knows whether its help goes to standard output, and in which colours.
            Cow::Borrowed(_) => drop(error.print()),
            Cow::Owned(text) => drop(write!(self.err, "{text}")),
        }
    }

    /// Standard output itself, for what is long.
    pub fn out(&mut self) -> &mut impl Write {
        &mut self.out
    }
}
