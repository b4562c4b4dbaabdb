//! `malote report`

use jiff::ZonedDateTime;

use super::evidence::refuse;
use super::output::Output;
use super::survey::{Refused, journal_path, wrong_manifest};
use crate::cli::{LangArg, ReportArgs};
use crate::exit::ExitStatus;
use crate::journal::default_path;
use crate::report::{
    Client, Language, Moment, ReportError, Subject, WriteError, gather, render, write,
};

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
    let client = client.map_err(|error| (format!("--client: {error}"), ExitStatus::Usage))?;
    if let Some(absent) = args.journal.iter().find(|path| !path.exists()) {
        let reason = format!("there is no journal {}", absent.display());
        return Err((reason, ExitStatus::Usage));
    }
    let journals = if args.journal.is_empty() {
        vec![journal_path(&args.manifest, None, false)?]
    } else {
        args.journal.clone()
    };
    let program = std::env::current_exe().map_err(|error| {
        let reason = ReportError::Program(error).to_string();
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
    facts
        .spare(&args.output)
        .map_err(|error| unwritten(&error))?;
    let language = match args.lang {
        LangArg::PtBr => Language::Portuguese,
        LangArg::En => Language::English,
    };
    if let Some(refused) = refuse("--output", &args.output) {
        return Err((refused, ExitStatus::Usage));
    }
    write(&args.output, &render(&facts, language)).map_err(|error| unwritten(&error))?;
    output.say(facts.balance);
    output.note(format_args!("written: {}", args.output.display()));
    advise(args, &journals[0], facts.balance.planned, output);
    Ok(())
}

/// What a person may have meant, where a page says little.
fn advise(args: &ReportArgs, journal: &std::path::Path, planned: u64, output: &mut Output) {
    let sandbox = default_path(&args.manifest, true);
    if args.journal.is_empty() && !journal.exists() && sandbox.exists() {
        output.note(format_args!(
            "there is no journal {}; that of the sandbox is taken with --journal {}",
            journal.display(),
            sandbox.display()
        ));
    }
    if let Some(client) = args.client.as_deref().filter(|_| planned == 0) {
        output.note(format_args!(
            "no row to send has {client} as issuer or recipient"
        ));
    }
}

fn refused(args: &ReportArgs, error: &ReportError) -> Refused {
    match error {
        ReportError::Manifest(_) | ReportError::NoClients => wrong_manifest(&args.manifest, error),
        ReportError::Changed => (
            format!("{}: {error}", args.manifest.display()),
            ExitStatus::Failed,
        ),
        _ => (error.to_string(), ExitStatus::Failed),
    }
}

fn unwritten(error: &WriteError) -> Refused {
    let status = match error {
        WriteError::Protected(_) => ExitStatus::Usage,
        WriteError::Io { .. } => ExitStatus::Failed,
    };
    (error.to_string(), status)
}
