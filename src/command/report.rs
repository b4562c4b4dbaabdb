//! `malote report`

use jiff::ZonedDateTime;

use super::evidence::Kind;
use super::output::Output;
use super::output_file::OutputFile;
use super::survey::{Refused, named_journals, wrong_manifest};
use super::words::{InWords, of_file};
use crate::cli::ReportArgs;
use crate::exit::ExitStatus;
use crate::journal::{default_path, files_of};
use crate::lang::message;
use crate::report::{Client, Moment, ReportError, Subject, gather, render};

pub(super) fn report(args: &ReportArgs, output: &mut Output) -> ExitStatus {
    match make(args, output) {
        Ok(()) => ExitStatus::Success,
        Err((reason, status)) => {
            output.fail(reason);
            status
        }
    }
}

fn make(args: &ReportArgs, output: &mut Output) -> Result<(), Refused> {
    let client = args.client.as_deref().map(str::parse::<Client>).transpose();
    let client = client.map_err(|error| {
        let reason = message!(
            "config-option",
            option = "client",
            reason = error.in_words()
        );
        (reason, ExitStatus::Usage)
    })?;
    let journals = named_journals(&args.journal, &args.manifest)?;
    let sources = journals.iter().flat_map(|journal| files_of(journal));
    let sources: Vec<_> = sources.chain([args.manifest.clone()]).collect();
    let mut file = OutputFile::create(&args.output, &sources, &[Kind::Page])?;
    let program = std::env::current_exe().map_err(|error| {
        let reason = ReportError::Program(error).in_words();
        (reason, ExitStatus::Failed)
    })?;
    let subject = Subject {
        manifest: &args.manifest,
        journals: &journals,
        client: client.as_ref(),
        program: &program,
    };
    let now = ZonedDateTime::now();
    let facts = gather(&subject, Moment::new(now.timestamp(), now.offset()))
        .map_err(|error| refused(args, &error))?;
    let page = render(&facts, output.language_of_pages());
    file.put(page.as_bytes())?;
    file.finish()?;
    output.say(facts.balance.words());
    output.note(message!("report-written", path = args.output.display()));
    advise(args, &journals[0], facts.balance.planned, output);
    Ok(())
}

/// What a person may have meant, where a page says little.
fn advise(args: &ReportArgs, journal: &std::path::Path, planned: u64, output: &mut Output) {
    let sandbox = default_path(&args.manifest, true);
    if args.journal.is_empty() && !journal.exists() && sandbox.exists() {
        output.note(message!(
            "report-only-sandbox",
            path = journal.display(),
            sandbox = sandbox.display(),
        ));
    }
    if let Some(client) = args.client.as_deref().filter(|_| planned == 0) {
        output.note(message!("report-no-row", client = client));
    }
}

fn refused(args: &ReportArgs, error: &ReportError) -> Refused {
    match error {
        ReportError::Manifest(_) | ReportError::NoClients => wrong_manifest(&args.manifest, error),
        ReportError::Changed => (
            of_file(&args.manifest, error.in_words()),
            ExitStatus::Failed,
        ),
        _ => (error.in_words(), ExitStatus::Failed),
    }
}
