//! `malote diff`

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::evidence::Kind;
use super::output::Output;
use super::output_file::OutputFile;
use super::survey::{Refused, named_journals, wrong_manifest};
use super::words::InWords;
use crate::cli::{DiffArgs, FormatArg};
use crate::diff::{
    Balance, HeldAgainst, NOT_SHOWN, RowsError, Survey, Wanted, groups, hold_against, survey,
    write_held, write_rows, write_table,
};
use crate::exit::ExitStatus;
use crate::journal::{Messages, Replayed, State, files_of, replay};
use crate::known::KnownKeys;
use crate::lang::{Lang, Message, Tell, message};

/// What it writes, in one format or another.
const RESULTS: [Kind; 2] = [Kind::Manifest, Kind::Balance];

pub(super) fn diff(args: &DiffArgs, output: &mut Output) -> ExitStatus {
    match shown(args, output) {
        Ok(status) => status,
        Err((reason, status)) => {
            output.fail(reason);
            status
        }
    }
}

fn shown(args: &DiffArgs, output: &mut Output) -> Result<ExitStatus, Refused> {
    let only = Only::read(&args.only, args.known.is_some())
        .map_err(|reason| (reason, ExitStatus::Usage))?;
    let known = args.known.as_deref().map(KnownKeys::read).transpose();
    let known = known.map_err(|error| {
        let reason = error.in_words();
        let lang = output.lang();
        (
            Message::plain(format_args!("--known: {}", reason.tell(lang))),
            ExitStatus::Usage,
        )
    })?;
    let paths = named_journals(&args.journal, &args.manifest)?;
    let file = args.output.as_deref();
    let file = file.map(|name| OutputFile::create(name, &sources(args, &paths), &RESULTS));
    let mut file = file.transpose()?;
    let borrowed: Vec<&Path> = paths.iter().map(PathBuf::as_path).collect();
    let mut replayed = replay(&borrowed).map_err(|error| (error.in_words(), ExitStatus::Failed))?;
    tell_torn(&replayed, output);
    let found = survey(&args.manifest, &mut replayed.states)
        .map_err(|error| wrong_manifest(&args.manifest, &error))?;
    let held = known
        .as_ref()
        .map(|known| hold_against(&args.manifest, &found, &replayed.states, known))
        .transpose()
        .map_err(|error| wrong_manifest(&args.manifest, &error))?;
    let left = Left {
        args,
        journals: &paths,
        replayed: &replayed,
        found: &found,
        only: &only,
        known: known.as_ref(),
        held: held.as_ref(),
        lang: output.lang(),
    };
    let out: &mut dyn Write = match &mut file {
        Some(file) => file,
        None => output.out(),
    };
    if let Err(error) = left.write(out) {
        return Err(left.refused(error, file.as_ref()));
    }
    if let (Some(file), Some(name)) = (file, args.output.as_deref()) {
        file.finish()?;
        output.note(message!("report-written", path = name.display()));
    }
    Ok(status(&found.balance, held.as_ref()))
}

fn tell_torn(replayed: &Replayed, output: &mut Output) {
    for (path, scanned) in &replayed.journals {
        if let Some(torn) = &scanned.torn {
            output.note(message!(
                "diff-torn",
                path = path.display(),
                bytes = torn.cut.len() - torn.whole.len(),
            ));
        }
    }
}

/// 0 where every row to send is accepted, and shown by Zen as far as that was asked; 1 where something is left.
fn status(balance: &Balance, held: Option<&HeldAgainst>) -> ExitStatus {
    let shown = held.is_none_or(|held| held.not_shown == 0);
    if balance.accepted == balance.planned && shown {
        ExitStatus::Success
    } else {
        ExitStatus::NeedsAPerson
    }
}

/// What the result must not be written over.
fn sources(args: &DiffArgs, journals: &[PathBuf]) -> Vec<PathBuf> {
    let journals = journals.iter().flat_map(|journal| files_of(journal));
    let read = [args.manifest.clone()]
        .into_iter()
        .chain(args.known.clone());
    journals.chain(read).collect()
}

/// What `--only` names.
struct Only {
    states: Vec<State>,
    not_shown: bool,
}

impl Only {
    /// Reads its words; none: all but what is done with. `known`: Zen's list is there to tell what it does not show.
    fn read(words: &[String], known: bool) -> Result<Self, Message> {
        let mut only = Self {
            states: Vec::new(),
            not_shown: words.is_empty(),
        };
        if words.is_empty() {
            let all = State::ALL.iter().copied();
            only.states = all.filter(|state| *state != State::Accepted).collect();
        }
        for word in words.iter().map(|word| word.trim()) {
            match State::from_text(word) {
                Some(state) => only.states.push(state),
                None if word == NOT_SHOWN && known => only.not_shown = true,
                None if word == NOT_SHOWN => {
                    return Err(message!("diff-only-not-shown", word = NOT_SHOWN));
                }
                None => {
                    let all = State::ALL.iter().map(|state| state.as_str());
                    let all = all.chain([NOT_SHOWN]).collect::<Vec<_>>().join(", ");
                    return Err(message!(
                        "diff-only",
                        word = format!("{word:?}"),
                        known = all
                    ));
                }
            }
        }
        Ok(only)
    }
}

/// What there is to show.
struct Left<'a> {
    args: &'a DiffArgs,
    journals: &'a [PathBuf],
    replayed: &'a Replayed,
    found: &'a Survey,
    only: &'a Only,
    /// What Zen shows, where that was asked, and what came of holding the accepted against it.
    known: Option<&'a KnownKeys>,
    held: Option<&'a HeldAgainst>,
    lang: Lang,
}

impl Left<'_> {
    fn write(&self, out: &mut dyn Write) -> Result<(), RowsError> {
        let written = match self.args.format {
            FormatArg::Json => self.write_json(out),
            FormatArg::Table => {
                let paths: Vec<&Path> = self.journals.iter().map(PathBuf::as_path).collect();
                let groups = groups(&self.replayed.states, &mut Messages::new(&paths))
                    .map_err(RowsError::Journal)?;
                write_table(&self.found.balance, &groups, self.lang, out)
                    .and_then(|()| self.write_held(out))
            }
            FormatArg::Csv => {
                let (found, states) = (self.found, &self.replayed.states);
                write_rows(
                    &self.args.manifest,
                    found,
                    states,
                    self.journals,
                    Wanted {
                        states: &self.only.states,
                        known: self.known,
                        not_shown: self.only.not_shown,
                    },
                    out,
                )?;
                Ok(())
            }
        };
        written
            .and_then(|()| out.flush())
            .map_err(RowsError::Output)
    }

    fn write_held(&self, out: &mut dyn Write) -> io::Result<()> {
        match (self.held, self.args.known.as_deref()) {
            (Some(held), Some(list)) => write_held(held, list, self.lang, out),
            _ => Ok(()),
        }
    }

    fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        debug_assert!(self.found.balance.is_balanced());
        let json = serde_json::to_string(&self.found.balance)?;
        writeln!(out, "{json}")
    }

    /// What to say of `error`: which file it is about.
    fn refused(&self, error: RowsError, file: Option<&OutputFile>) -> Refused {
        match (error, file) {
            (RowsError::Manifest(error), _) => wrong_manifest(&self.args.manifest, &error),
            (RowsError::Output(error), Some(file)) => file.failed(&error),
            (error, _) => (error.in_words(), ExitStatus::Failed),
        }
    }
}
