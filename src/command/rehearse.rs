//! `malote rehearse`: the whole job against the simulated Zen, in a temporary folder.

use super::output::Output;
use super::survey::Refused;
use super::words::InWords;
use super::{diff, plan, run};
use crate::cli::{DiffArgs, FormatArg, RehearseArgs};
use crate::config;
use crate::exit::ExitStatus;
use crate::journal::default_path;
use crate::lang::{Message, message};
use crate::plan::plan as make_plan;
use crate::progress::WalkWatch;
use crate::zen::MAX_BATCH;

pub(super) fn rehearse(args: &RehearseArgs, output: &mut Output) -> ExitStatus {
    match rehearsed(args, output) {
        Ok(status) => status,
        Err((reason, status)) => {
            output.fail(reason);
            status
        }
    }
}

fn rehearsed(args: &RehearseArgs, output: &mut Output) -> Result<ExitStatus, Refused> {
    let usage = |reason: Message| (reason, ExitStatus::Usage);
    let rate = config::rate(&args.rate).map_err(|error| usage(error.in_words()))?;
    let batch = config::within("batch", args.batch, 1..=MAX_BATCH);
    let batch = batch.map_err(|error| usage(error.in_words()))?;
    let folder = tempfile::Builder::new().prefix("malote-").tempdir();
    let folder = folder.map_err(|error| {
        let reason = message!("rehearse-no-folder", error = &error);
        (reason, ExitStatus::Failed)
    })?;
    let manifest = folder.path().join("malote.csv");

    heading(message!("rehearse-plan"), output);
    let options = plan::options(&args.selection, &manifest, false, false).map_err(usage)?;
    let watch = WalkWatch::new(output.lang());
    let summary = make_plan(&options, &|count| watch.show(count));
    drop(watch);
    let summary = summary.map_err(|error| usage(error.in_words()))?;
    output.say(summary.text(output.lang()));
    plan::remark_idle(&options, output);

    output.say(Message::plain(""));
    heading(message!("rehearse-run"), output);
    let config = run::sandboxed(manifest.clone(), rate.per_second(), batch, args.progress);
    let sent = run::run_with(config, None, output)?;

    output.say(Message::plain(""));
    heading(message!("rehearse-diff"), output);
    let args = DiffArgs {
        journal: vec![default_path(&manifest, true)],
        manifest,
        known: None,
        only: Vec::new(),
        format: FormatArg::Table,
        output: None,
    };
    let left = diff::diff(&args, output);
    output.say(Message::plain(""));
    output.say(message!("rehearse-end"));
    let planned = if summary.troubles > 0 {
        ExitStatus::NeedsAPerson
    } else {
        ExitStatus::Success
    };
    let statuses = [sent, left, planned].into_iter();
    let mut wrong = statuses.filter(|status| *status != ExitStatus::Success);
    Ok(wrong.next().unwrap_or(ExitStatus::Success))
}

fn heading(text: Message, output: &mut Output) {
    output.say(text);
    output.say(Message::plain(""));
}
