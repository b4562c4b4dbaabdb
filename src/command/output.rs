//! Standard output and standard error, of which either may be closed under us without that being a failure. What is
//! said may hold names of files and a server's words: the terminal obeys neither.

use std::borrow::Cow;
use std::io::{self, Write};

use clap::error::{ContextKind, ContextValue};

use crate::cli::in_portuguese;
use crate::lang::{Choice, Lang, Tell};
use crate::shown::on_screen;

/// Where a command speaks.
pub(super) struct Output {
    out: io::Stdout,
    err: io::Stderr,
    choice: Choice,
    /// The last failure, in English.
    failed: Option<String>,
}

impl Output {
    /// It speaks the language of `choice`.
    pub fn new(choice: Choice) -> Self {
        Self {
            out: io::stdout(),
            err: io::stderr(),
            choice,
            failed: None,
        }
    }

    /// What was told of the last failure, in English.
    pub fn failed(&self) -> Option<&str> {
        self.failed.as_deref()
    }

    /// The language that is spoken here.
    pub fn lang(&self) -> Lang {
        self.choice.speech()
    }

    /// The language of a page that is handed on.
    pub fn language_of_pages(&self) -> Lang {
        self.choice.page()
    }

    /// A result, on standard output.
    pub fn say(&mut self, text: impl Tell) {
        let text = text.tell(self.lang());
        let _ = writeln!(self.out, "{}", on_screen(&text));
        let _ = self.out.flush();
    }

    /// A word on the way, on standard error.
    pub fn note(&mut self, text: impl Tell) {
        // The log is read by whoever looks after the program, in one language.
        tracing::warn!(text = text.tell(Lang::English), "remark");
        let text = text.tell(self.lang());
        let _ = writeln!(self.err, "{}", on_screen(&text));
    }

    /// A failure, on standard error.
    pub fn fail(&mut self, text: impl Tell) {
        let english = text.tell(Lang::English);
        tracing::error!(text = english, "failure");
        self.failed = Some(english);
        let text = text.tell(self.lang());
        let _ = writeln!(self.err, "malote: {}", on_screen(&text));
    }

    /// clap's answer to a command line: its help, or what is wrong with it.
    pub fn answer(&mut self, error: &clap::Error) {
        if let Some(ContextValue::String(option)) = error.get(ContextKind::InvalidArg) {
            self.failed = Some(option.clone());
        }
        let is_wrong = error.use_stderr() && self.lang() == Lang::Portuguese;
        if let Some(text) = is_wrong.then(|| in_portuguese(error)).flatten() {
            let _ = write!(self.err, "{}", on_screen(&text));
            return;
        }
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
