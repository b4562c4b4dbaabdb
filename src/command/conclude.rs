//! What is said at the end of a run: how it ended, what to do next, and the balance.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use super::output::Output;
use super::shell;
use super::survey::default_journal;
use super::words::InWords;
use crate::exit::ExitStatus;
use crate::lang::{Arg, Message, message};
use crate::send::{Ending, StopReason};

/// What the commands that come next are made of.
pub(super) struct Next<'a> {
    /// The command line of this run.
    pub line: &'a [OsString],
    pub manifest: PathBuf,
    pub journal: PathBuf,
}

/// Says how it ended; the balance comes last. `next` is there where a person can go on. Where standard output is `json`
/// for a program, it holds nothing else.
pub(super) fn conclude(
    ending: &Ending,
    next: Option<&Next>,
    json: bool,
    output: &mut Output,
) -> ExitStatus {
    let status = ending.status();
    if !ending.unrecorded.is_empty() {
        output.note(message!("run-unrecorded"));
        for one in &ending.unrecorded {
            output.note(message!(
                "run-unrecorded-one",
                id = &one.id,
                path = &one.path,
                answer = Arg::said(&one.answer),
            ));
        }
    }
    match &ending.reason {
        Some(StopReason::Fatal(fatal)) => output.fail(fatal.in_words()),
        Some(reason) => tell_stop(reason, output),
        None => {}
    }
    // What ends a run at once says itself what to check.
    if ending.unheard && !matches!(ending.reason, Some(StopReason::Fatal(_))) {
        output.note(message!("run-unheard"));
    }
    // Every row was looked at: what is pending all the same was held back.
    if ending.reason.is_none() && ending.balance.pending > 0 {
        output.note(message!("run-events-wait", count = ending.balance.pending));
    }
    if let Some(next) = next {
        match status {
            ExitStatus::Success => {}
            ExitStatus::NeedsAPerson => {
                output.note(message!("run-needs-a-person", command = next.diff()));
            }
            _ => {
                let command = next.run(ending.reason.as_ref());
                output.note(message!("run-to-go-on", command = command));
            }
        }
    }
    if json {
        output.note(ending.balance.words());
    } else {
        output.say(ending.balance.words());
    }
    status
}

fn tell_stop(reason: &StopReason, output: &mut Output) {
    output.note(stopped(reason));
    if let StopReason::Pilot { untried } = reason {
        for route in untried {
            let route = route.as_str();
            output.note(message!("run-not-tried", route = route));
        }
    }
}

fn stopped(reason: &StopReason) -> Message {
    match reason {
        StopReason::Interrupted => message!("stopped-interrupted"),
        StopReason::Until => message!("stopped-until"),
        StopReason::MaxDuration => message!("stopped-max-duration"),
        StopReason::MaxDocs => message!("stopped-max-docs"),
        StopReason::MaxRejected => message!("stopped-max-rejected"),
        StopReason::OutageLimit => message!("stopped-outage-limit"),
        StopReason::Pilot { .. } => message!("stopped-pilot"),
        StopReason::Fatal(fatal) => fatal.in_words(),
    }
}

impl Next<'_> {
    /// The command that does the rest of a run that ended for `reason`.
    fn run(&self, reason: Option<&StopReason>) -> String {
        let is_done = |word: &OsString| word.to_str().is_some_and(|word| is_done(word, reason));
        shell::command(self.line.iter().filter(|word| !is_done(word)))
    }

    /// The command that shows what is left.
    fn diff(&self) -> String {
        let mut words = vec![OsStr::new("diff"), self.manifest.as_os_str()];
        let default = default_journal(&self.manifest);
        if default.ok().as_deref() != Some(Path::new(&self.journal)) {
            words.extend([OsStr::new("--journal"), self.journal.as_os_str()]);
        }
        shell::next(self.line, words)
    }
}

/// Whether the option `word` has done what it was given for, where a run ended for `reason`: a pilot that was stopped
/// before its end goes on as a pilot, and what was to be tried again may not have been.
fn is_done(word: &str, reason: Option<&StopReason>) -> bool {
    let ended = matches!(reason, None | Some(StopReason::Pilot { .. }));
    match word.split_once('=').map_or(word, |(name, _)| name) {
        // After a bound on documents those refused come next whose refusal is now the longest ago.
        "--pilot" | "--retry-rejected" => ended,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn going_on_means_doing_the_rest() {
        let piloted = || StopReason::Pilot {
            untried: Vec::new(),
        };
        for (line, reason, rest) in [
            (
                "malote run m.csv --office a --pilot",
                Some(piloted()),
                "malote run m.csv --office a",
            ),
            (
                "malote run m.csv --office a --pilot",
                Some(StopReason::Interrupted),
                "malote run m.csv --office a --pilot",
            ),
            (
                "malote run m.csv --retry-rejected=cliente --max-docs 5 --office a",
                Some(StopReason::MaxDocs),
                "malote run m.csv --retry-rejected=cliente --max-docs 5 --office a",
            ),
            (
                "malote run m.csv --retry-rejected --office a",
                None,
                "malote run m.csv --office a",
            ),
            (
                "malote run m.csv --retry-rejected=a=b --until 06:00 --office a",
                Some(StopReason::Until),
                "malote run m.csv --retry-rejected=a=b --until 06:00 --office a",
            ),
        ] {
            let line: Vec<_> = line.split(' ').map(OsString::from).collect();
            let next = Next {
                line: &line,
                manifest: PathBuf::new(),
                journal: PathBuf::new(),
            };
            assert_eq!(next.run(reason.as_ref()), rest, "{reason:?}");
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
