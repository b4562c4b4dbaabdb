//! The difference as a manifest: the rows that are left, with what became of them.

use std::collections::HashSet;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::Survey;
use super::not_shown::{NOT_SHOWN, is_not_shown};
use crate::csv_text::Fields;
use crate::digest::ContentHash;
use crate::journal::{Messages, Slot, State, States};
use crate::known::KnownKeys;
use crate::manifest::{Action, Form, ManifestError, ManifestReader, RowRef};
use crate::path_text;

/// Bytes that are put together before they are written.
const PORTION: usize = 256 * 1024;

/// Why the rows cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum RowsError {
    /// The manifest is wrong.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// A journal cannot be read.
    #[error("a message cannot be read back from the journal: {0}")]
    Journal(io::Error),
    /// The output cannot be written.
    #[error("the output cannot be written: {0}")]
    Output(io::Error),
}

/// What `diff --format csv` writes beside the manifest's own columns.
const ADDED: [&str; 3] = ["state", "message", "journal"];

/// Which rows are written.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// Those in one of these states.
    pub states: &'a [State],
    /// What Zen shows, where that is known: what is accepted and not shown is in the state [`NOT_SHOWN`] instead.
    pub known: Option<&'a KnownKeys>,
    /// Those in that state too.
    pub not_shown: bool,
}

impl Wanted<'_> {
    /// The word for the state of `row`, where it is wanted.
    fn word(&self, row: &RowRef, state: State) -> Option<&'static str> {
        let held = self.known.filter(|_| state == State::Accepted);
        if held.is_some_and(|known| is_not_shown(row, known)) {
            return self.not_shown.then_some(NOT_SHOWN);
        }
        self.states.contains(&state).then(|| state.as_str())
    }
}

/// Writes the rows to send that are `wanted`, as a manifest that `run` takes again, in the form of the one at
/// `manifest`.
///
/// # Errors
/// Where manifest or journal cannot be read or the output cannot be written.
pub fn write_rows(
    manifest: &Path,
    survey: &Survey,
    states: &States,
    journals: &[PathBuf],
    wanted: Wanted,
    out: &mut dyn Write,
) -> Result<(), RowsError> {
    let mut reader = ManifestReader::open(manifest)?;
    let is_kept = |name: &String| !ADDED.contains(&name.as_str()) && name != "path";
    let kept: Vec<_> = reader.headers().iter().map(is_kept).collect();
    let mut text = Text::begin(reader.form(), out);
    let names = reader.headers().iter().zip(&kept);
    let names = names
        .filter(|(_, kept)| **kept)
        .map(|(name, _)| name.as_bytes());
    text.line(names, &[ADDED[0], ADDED[1], ADDED[2], "path"])?;
    let mut messages = Messages::new(&journals.iter().map(PathBuf::as_path).collect::<Vec<_>>());
    let names: Vec<_> = journals.iter().map(|path| journal_text(path)).collect();
    // Where there are several, it is not known in which one a document that was never sent will stand.
    let pending = if names.len() == 1 { 0 } else { usize::MAX };
    let mut written: HashSet<ContentHash> = HashSet::new();
    while let Some(row) = reader.next_row()? {
        let (Action::Send, Some(hash)) = (row.action, row.sha256) else {
            continue;
        };
        let slot = states.get(&hash);
        let state = slot.map_or(State::Pending, Slot::state);
        let once = !survey.repeated.contains(&hash) || written.insert(hash);
        let Some(word) = wanted.word(&row, state).filter(|_| once) else {
            continue;
        };
        let message = slot.map(|slot| messages.read(slot)).transpose();
        let message = message.map_err(RowsError::Journal)?.unwrap_or_default();
        let journal = names.get(slot.map_or(pending, |slot| slot.place().0));
        let path = row.path.to_owned();
        let journal = journal.map_or("", String::as_str);
        // A row may end before its last columns.
        let cells = reader.cells().chain(std::iter::repeat(&b""[..]));
        let cells = cells.zip(&kept).filter(|(_, kept)| **kept);
        text.line(
            cells.map(|(cell, _)| cell),
            &[word, &message, journal, &path],
        )?;
    }
    text.end()
}

/// A journal's path as the column `journal` has it: absolute, for the rows may be saved elsewhere.
fn journal_text(path: &Path) -> String {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    path_text::encode(&absolute)
}

/// Lines of CSV on their way out.
struct Text<'a> {
    form: Form,
    portion: Vec<u8>,
    out: &'a mut dyn Write,
}

impl<'a> Text<'a> {
    fn begin(form: Form, out: &'a mut dyn Write) -> Self {
        let mut portion = Vec::with_capacity(PORTION + 8192);
        form.begin(&mut portion);
        Self { form, portion, out }
    }

    fn line<'b>(
        &mut self,
        cells: impl Iterator<Item = &'b [u8]>,
        more: &[&'b str],
    ) -> Result<(), RowsError> {
        let mut fields = Fields::new(self.form.delimiter, &mut self.portion);
        for cell in cells.chain(more.iter().map(|text| text.as_bytes())) {
            fields.bytes(cell);
        }
        self.form.end_line(&mut self.portion);
        if self.portion.len() >= PORTION {
            self.out
                .write_all(&self.portion)
                .map_err(RowsError::Output)?;
            self.portion.clear();
        }
        Ok(())
    }

    fn end(self) -> Result<(), RowsError> {
        self.out.write_all(&self.portion).map_err(RowsError::Output)
    }
}
