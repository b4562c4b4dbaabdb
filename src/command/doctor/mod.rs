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
use crate::lang::{Lang, Message, Tell, message};
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

impl Grade {
    /// The word for it, which the log has too.
    fn words(self) -> Message {
        match self {
            Self::Fine => message!("doctor-fine"),
            Self::Warning => message!("doctor-warning"),
            Self::Problem => message!("doctor-problem"),
        }
    }
}

/// What is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Subject {
    Key,
    Office,
    Clock,
    Zone,
    Power,
    Paths,
    Disk,
    Manifest,
    Journal,
    Document,
}

impl Subject {
    fn words(self) -> Message {
        match self {
            Self::Key => message!("doctor-key"),
            Self::Office => message!("doctor-office"),
            Self::Clock => message!("doctor-clock"),
            Self::Zone => message!("doctor-zone"),
            Self::Power => message!("doctor-power"),
            Self::Paths => message!("doctor-paths"),
            Self::Disk => message!("doctor-disk"),
            Self::Manifest => message!("doctor-manifest"),
            Self::Journal => message!("doctor-journal"),
            Self::Document => message!("doctor-document"),
        }
    }
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Finding {
    grade: Grade,
    subject: Subject,
    words: Message,
    /// What to do, where there is something.
    advice: Option<Message>,
}

impl Finding {
    fn fine(subject: Subject, words: Message) -> Self {
        Self {
            grade: Grade::Fine,
            subject,
            words,
            advice: None,
        }
    }

    fn warning(subject: Subject, words: Message, advice: Message) -> Self {
        Self {
            grade: Grade::Warning,
            advice: Some(advice),
            ..Self::fine(subject, words)
        }
    }

    fn problem(subject: Subject, words: Message, advice: Message) -> Self {
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
        self.warnings += usize::from(finding.grade == Grade::Warning);
        self.problems += usize::from(finding.grade == Grade::Problem);
        let parts = [finding.grade.words(), finding.subject.words()];
        let in_lang = |lang| {
            let [grade, subject] = parts.each_ref().map(|part| part.tell(lang));
            (grade, subject, finding.words.tell(lang))
        };
        let (grade, subject, words) = in_lang(Lang::English);
        tracing::info!(grade, subject, words, "found");
        let lang = self.output.lang();
        let (grade, subject, words) = in_lang(lang);
        self.output.say(format!("{grade:8} {subject:9} {words}"));
        if let Some(advice) = &finding.advice {
            let advice = advice.tell(lang);
            self.output.say(format!("{:18} {advice}", ""));
        }
    }

    fn tell_all(&mut self, findings: impl IntoIterator<Item = Finding>) {
        for finding in findings {
            self.tell(&finding);
        }
    }

    fn end(self) -> ExitStatus {
        let (warnings, problems) = (self.warnings, self.problems);
        self.output.say(Message::plain(""));
        self.output.say(if problems > 0 {
            message!("doctor-mend", problems = problems, warnings = warnings)
        } else {
            message!("doctor-end", problems = problems, warnings = warnings)
        });
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
) -> Result<ExitStatus, Message> {
    let runtime = Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(Message::plain)?;
    // The simulated Zen lives as long as the target, on this runtime.
    let target = runtime.block_on(Target::new(args))?;
    let manner = one::Manner::new(args)?;
    let mut report = Report {
        output,
        warnings: 0,
        problems: 0,
    };
    report.tell_all(key::examine(args, &target));
    report.tell_all(runtime.block_on(server::examine(&target))?);
    report.tell(&system::zone(&args.timezone));
    report.tell_all(system::windows());
    report.tell_all(disk::examine(manifest(args)?.as_deref()));
    if let Some(path) = &args.one {
        let sound = report.problems == 0;
        let findings = runtime.block_on(one::examine(path, args, &target, sound, line, &manner))?;
        report.tell_all(findings);
    }
    let status = report.end();
    runtime.block_on(async { drop(target) });
    Ok(status)
}

/// The manifest that is asked about.
fn manifest(args: &DoctorArgs) -> Result<Option<PathBuf>, Message> {
    match &args.manifest {
        Some(path) if path.is_file() => Ok(Some(path.clone())),
        Some(path) => Err(message!("doctor-no-manifest", path = path.display())),
        None => Ok(newest_manifest(Path::new("."))),
    }
}
