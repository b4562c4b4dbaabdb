//! What is said at the end of a run: how it ended, what to do next, and the balance.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::output::Output;
use super::shell;
use super::survey::default_journal;
use crate::exit::ExitStatus;
use crate::send::{Ending, StopReason};

/// What the commands that come next are made of.
pub(super) struct Next<'a> {
    /// The command line of this run.
    pub line: &'a [OsString],
    pub manifest: PathBuf,
    pub journal: PathBuf,
}

/// Says how it ended; the balance comes last. `next` is there where a person can go on.
pub(super) fn conclude(ending: &Ending, next: Option<&Next>, output: &mut Output) -> ExitStatus {
    let status = ending.status();
    if !ending.unrecorded.is_empty() {
        output.note("answers that could not be recorded:");
        for one in &ending.unrecorded {
            output.note(format_args!("  {}  {}  {}", one.id, one.path, one.answer));
        }
    }
    match &ending.reason {
        Some(StopReason::Fatal(reason)) => output.fail(reason),
        Some(reason) => tell_stop(reason, output),
        None => {}
    }
    if let Some(next) = next {
        match status {
            ExitStatus::Success => {}
            ExitStatus::NeedsAPerson => {
                output.note(format_args!("what needs a person: {}", next.diff()));
            }
            _ => output.note(format_args!("to go on: {}", next.run())),
        }
    }
    output.say(ending.balance);
    status
}

fn tell_stop(reason: &StopReason, output: &mut Output) {
    output.note(format_args!("stopped: {}", words(reason)));
    if let StopReason::Pilot { untried } = reason {
        for route in untried {
            let route = route.as_str();
            output.note(format_args!(
                "not tried: {route}, for Zen has no note that an event of the archive belongs to"
            ));
        }
    }
}

fn words(reason: &StopReason) -> &'static str {
    match reason {
        StopReason::Interrupted => "interrupted",
        StopReason::Until => "the time of --until has come",
        StopReason::MaxDuration => "--max-duration is over",
        StopReason::MaxDocs => "--max-docs have been sent",
        StopReason::MaxRejected => "more documents were rejected than --max-rejected allows",
        StopReason::OutageLimit => "Zen has not answered for as long as --outage-limit allows",
        StopReason::Pilot { .. } => {
            "the pilot has sent one document of each sort; look at them in Zen"
        }
        StopReason::Fatal(_) => "failed",
    }
}

impl Next<'_> {
    /// The command that does the rest.
    fn run(&self) -> String {
        let words = self.line.iter().map(|word| word.to_string_lossy());
        shell::command(words.filter(|word| !is_for_once(word)))
    }

    /// The command that shows what is left.
    fn diff(&self) -> String {
        let program = self.line.first().map(OsString::as_os_str);
        let mut words = vec![
            program.unwrap_or_default().to_string_lossy(),
            "diff".into(),
            self.manifest.to_string_lossy(),
        ];
        let default = default_journal(&self.manifest);
        if default.ok().as_deref() != Some(Path::new(&self.journal)) {
            words.extend(["--journal".into(), self.journal.to_string_lossy()]);
        }
        shell::command(words)
    }
}

/// Options of the run that has ended, but not of one that does the rest: what the pilot tried and what was to be tried
/// again has been.
fn is_for_once(word: &str) -> bool {
    matches!(word, "--pilot" | "--retry-rejected") || word.starts_with("--retry-rejected=")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn going_on_means_doing_the_rest() {
        for (line, rest) in [
            (
                "malote run m.csv --office a --pilot",
                "malote run m.csv --office a",
            ),
            (
                "malote run m.csv --retry-rejected=cliente --max-docs 5 --office a",
                "malote run m.csv --max-docs 5 --office a",
            ),
            (
                "malote run m.csv --retry-rejected --until 06:00 --office a",
                "malote run m.csv --until 06:00 --office a",
            ),
        ] {
            let line: Vec<_> = line.split(' ').map(OsString::from).collect();
            let next = Next {
                line: &line,
                manifest: PathBuf::new(),
                journal: PathBuf::new(),
            };
            assert_eq!(next.run(), rest);
        }
    }

    #[cfg(unix)]
    #[test]
    fn the_command_for_what_is_left_is_complete() {
        let line = ["malote".into(), "run".into()];
        for (manifest, journal, command) in [
            ("a.csv", "a.journal.csv", "malote diff a.csv"),
            ("a.csv", "b.csv", "malote diff a.csv --journal b.csv"),
            (
                "my a.csv",
                "my b.csv",
                "malote diff 'my a.csv' --journal 'my b.csv'",
            ),
        ] {
            let folder = tempfile::tempdir().unwrap();
            let [manifest, journal] = [manifest, journal].map(|name| folder.path().join(name));
            std::fs::write(&manifest, "action,kind,route,id,sha256,path\n").unwrap();
            let next = Next {
                line: &line,
                manifest,
                journal,
            };
            let prefix = format!("{}/", folder.path().display());
            assert_eq!(next.diff().replace(&prefix, ""), command);
        }
    }
}
