//! `malote rehearse`: the whole job against the simulated Zen, in a temporary folder.

use super::output::Output;
use super::{diff, plan, run};
use crate::cli::{DiffArgs, FormatArg, RehearseArgs};
use crate::exit::ExitStatus;
use crate::journal::default_path;
use crate::plan::plan as make_plan;
use crate::policy::Rate;
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

fn rehearsed(args: &RehearseArgs, output: &mut Output) -> Result<ExitStatus, (String, ExitStatus)> {
    let usage = |reason: String| (reason, ExitStatus::Usage);
    let rate: Rate = args
        .rate
        .parse()
        .map_err(|error| usage(format!("--rate: {error}")))?;
    if !(1..=MAX_BATCH).contains(&args.batch) {
        return Err(usage(format!(
            "--batch: {} is not between 1 and {MAX_BATCH}",
            args.batch
        )));
    }
    let folder = tempfile::Builder::new().prefix("malote-").tempdir();
    let folder = folder.map_err(|error| (error.to_string(), ExitStatus::Failed))?;
    let manifest = folder.path().join("malote.csv");

    output.say("malote plan: what is in the archive\n");
    let options = plan::options(&args.selection, &manifest, false, false).map_err(usage)?;
    let summary = make_plan(&options, &|_| ()).map_err(|error| usage(error.to_string()))?;
    output.say(&summary);

    output.say("\nmalote run --sandbox: sending it to a simulated Zen on this computer\n");
    let config = run::sandboxed(
        manifest.clone(),
        rate.per_second(),
        args.batch,
        args.progress,
    );
    let sent = run::run_with(config, None, output)?;

    output.say("\nmalote diff: what is left\n");
    let args = DiffArgs {
        journal: vec![default_path(&manifest, true)],
        manifest,
        known: None,
        only: Vec::new(),
        format: FormatArg::Table,
        output: None,
    };
    let left = diff::diff(&args, output);
    output.say("\nThis was a rehearsal: nothing has left this computer, and its folder is gone.");
    Ok(if sent == ExitStatus::Success {
        left
    } else {
        sent
    })
}
