//! `malote doctor`: what would go wrong in the first night, found before it.

mod disk;
mod key;
mod one;
mod server;
mod system;
mod target;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use tokio::runtime::Builder;

use super::folder::newest_manifest;
use super::output::Output;
use crate::cli::DoctorArgs;
use crate::exit::ExitStatus;
use target::Target;

/// How something was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Grade {
    Fine,
    /// It may go wrong.
    Warning,
    /// It will go wrong.
    Problem,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Finding {
    grade: Grade,
    /// What was looked at, in a word.
    subject: &'static str,
    words: String,
    /// What to do, where there is something.
    advice: Option<String>,
}

impl Finding {
    fn fine(subject: &'static str, words: impl Into<String>) -> Self {
        Self {
            grade: Grade::Fine,
            subject,
            words: words.into(),
            advice: None,
        }
    }

    fn warning(subject: &'static str, words: impl Into<String>, advice: impl Into<String>) -> Self {
        Self {
            grade: Grade::Warning,
            advice: Some(advice.into()),
            ..Self::fine(subject, words)
        }
    }

    fn problem(subject: &'static str, words: impl Into<String>, advice: impl Into<String>) -> Self {
        Self {
            grade: Grade::Problem,
            ..Self::warning(subject, words, advice)
        }
    }
}

/// Tells of findings as they come, and counts them.
struct Report<'a> {
    output: &'a mut Output,
    warnings: usize,
    problems: usize,
}

impl Report<'_> {
    fn tell(&mut self, finding: &Finding) {
        let grade = match finding.grade {
            Grade::Fine => "ok",
            Grade::Warning => "warning",
            Grade::Problem => "problem",
        };
        self.warnings += usize::from(finding.grade == Grade::Warning);
        self.problems += usize::from(finding.grade == Grade::Problem);
        let Finding { subject, words, .. } = finding;
        tracing::info!(grade, subject, words, "found");
        self.output
            .say(format_args!("{grade:8} {subject:9} {words}"));
        if let Some(advice) = &finding.advice {
            self.output.say(format_args!("{:18} {advice}", ""));
        }
    }

    fn tell_all(&mut self, findings: impl IntoIterator<Item = Finding>) {
        for finding in findings {
            self.tell(&finding);
        }
    }

    fn end(self) -> ExitStatus {
        let (warnings, problems) = (self.warnings, self.problems);
        self.output.say(format_args!(
            "\nproblems {problems}, warnings {warnings}{}",
            if problems > 0 {
                ": mend the problems before the first night"
            } else {
                ""
            }
        ));
        if problems > 0 {
            ExitStatus::NeedsAPerson
        } else {
            ExitStatus::Success
        }
    }
}

pub(super) fn doctor(args: &DoctorArgs, line: &[OsString], output: &mut Output) -> ExitStatus {
    match examined(args, line, output) {
        Ok(status) => status,
        Err(reason) => {
            output.fail(reason);
            ExitStatus::Usage
        }
    }
}

fn examined(
    args: &DoctorArgs,
    line: &[OsString],
    output: &mut Output,
) -> Result<ExitStatus, String> {
    let runtime = Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| error.to_string())?;
    // The simulated Zen lives as long as the target, on this runtime.
    let target = runtime.block_on(Target::new(args))?;
    let mut report = Report {
        output,
        warnings: 0,
        problems: 0,
    };
    report.tell_all(key::examine(args, &target));
    report.tell_all(runtime.block_on(server::examine(args, &target))?);
    report.tell(&system::zone(&args.timezone));
    report.tell_all(system::windows());
    report.tell_all(disk::examine(manifest(args)?.as_deref()));
    if let Some(path) = &args.one {
        let sound = report.problems == 0;
        let findings = runtime.block_on(one::examine(path, args, &target, sound, line))?;
        report.tell_all(findings);
    }
    let status = report.end();
    runtime.block_on(async { drop(target) });
    Ok(status)
}

/// The manifest that is asked about.
fn manifest(args: &DoctorArgs) -> Result<Option<PathBuf>, String> {
    match &args.manifest {
        Some(path) if path.is_file() => Ok(Some(path.clone())),
        Some(path) => Err(format!("there is no manifest {}", path.display())),
        None => Ok(newest_manifest(Path::new("."))),
    }
}
