//! `malote diff`

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::output::Output;
use crate::cli::{DiffArgs, FormatArg};
use crate::diff::{
    Balance, DiffError, Survey, groups, journal_of, survey, write_rows, write_table,
};
use crate::exit::ExitStatus;
use crate::journal::{Messages, Replayed, State, default_path, replay};

pub(super) fn diff(args: &DiffArgs, output: &mut Output) -> ExitStatus {
    let only = match states(&args.only) {
        Ok(only) => only,
        Err(reason) => {
            output.fail(reason);
            return ExitStatus::Usage;
        }
    };
    let (paths, mut replayed) = match journals(args) {
        Ok(read) => read,
        Err((reason, status)) => {
            output.fail(reason);
            return status;
        }
    };
    for (path, scanned) in &replayed.journals {
        if let Some(torn) = &scanned.torn {
            let path = path.display();
            output.note(format_args!(
                "{path}: the last {} bytes are not whole records (a run is writing, or was cut off)",
                torn.cut.len() - torn.whole.len()
            ));
        }
    }
    let found = match survey(&args.manifest, &mut replayed.states) {
        Ok(found) => found,
        Err(error) => {
            output.fail(format_args!("{}: {error}", args.manifest.display()));
            return ExitStatus::Usage;
        }
    };
    let shown = show(args, &paths, &replayed, &found, &only, output);
    if let Err(error) = shown {
        output.fail(error);
        return ExitStatus::Failed;
    }
    status(&found.balance)
}

/// 0 where every row to send is accepted, 1 where something is left.
fn status(balance: &Balance) -> ExitStatus {
    if balance.accepted == balance.planned {
        ExitStatus::Success
    } else {
        ExitStatus::NeedsAPerson
    }
}

/// The journals to read, and what they say.
fn journals(args: &DiffArgs) -> Result<(Vec<PathBuf>, Replayed), (String, ExitStatus)> {
    let wrong = |error: &dyn std::fmt::Display| {
        (
            format!("{}: {error}", args.manifest.display()),
            ExitStatus::Usage,
        )
    };
    let paths = if args.journal.is_empty() {
        let named = journal_of(&args.manifest).map_err(|error| wrong(&error))?;
        vec![named.unwrap_or_else(|| default_path(&args.manifest, false))]
    } else {
        args.journal.clone()
    };
    if let Some(absent) = args.journal.iter().find(|path| !path.exists()) {
        return Err((
            format!("there is no journal {}", absent.display()),
            ExitStatus::Usage,
        ));
    }
    let borrowed: Vec<&Path> = paths.iter().map(PathBuf::as_path).collect();
    let replayed = replay(&borrowed).map_err(|error| (error.to_string(), ExitStatus::Failed))?;
    Ok((paths, replayed))
}

fn states(words: &[String]) -> Result<Vec<State>, String> {
    if words.is_empty() {
        let all = State::ALL.iter().copied();
        return Ok(all.filter(|state| *state != State::Accepted).collect());
    }
    let known = || {
        State::ALL
            .iter()
            .map(|state| state.as_str())
            .collect::<Vec<_>>()
            .join(", ")
    };
    let read = |word: &String| {
        State::from_text(word.trim())
            .ok_or_else(|| format!("--only: {word:?} is no state (there are {})", known()))
    };
    words.iter().map(read).collect()
}

fn show(
    args: &DiffArgs,
    journals: &[PathBuf],
    replayed: &Replayed,
    found: &Survey,
    only: &[State],
    output: &mut Output,
) -> Result<(), DiffError> {
    let mut file = args
        .output
        .as_deref()
        .map(File::create)
        .transpose()?
        .map(BufWriter::new);
    let out: &mut dyn Write = match &mut file {
        Some(file) => file,
        None => output.out(),
    };
    match args.format {
        FormatArg::Json => {
            let json = serde_json::to_string(&found.balance).map_err(io::Error::from)?;
            writeln!(out, "{json}")?;
        }
        FormatArg::Table => {
            let paths: Vec<&Path> = journals.iter().map(PathBuf::as_path).collect();
            let groups = groups(&replayed.states, &mut Messages::new(&paths))?;
            write_table(&found.balance, &groups, out)?;
        }
        FormatArg::Csv => {
            write_rows(&args.manifest, found, &replayed.states, journals, only, out)?;
        }
    }
    out.flush()?;
    if let Some(file) = file {
        file.into_inner()
            .map_err(io::IntoInnerError::into_error)?
            .sync_all()?;
    }
    Ok(())
}
