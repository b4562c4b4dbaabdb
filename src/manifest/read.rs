//! Reads a manifest as `plan` wrote it or as a spreadsheet saved it: other separators, a byte-order mark, CRLF,
//! columns moved, added or dropped. Streams; a row costs no allocation.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::ahead::Ahead;
use super::columns::Columns;
use super::error::ManifestError;
use super::form::Form;
use super::lines::Lines;
use super::row::RowRef;
use crate::csv_text::Cells;
use crate::digest::ContentHash;

/// Reads rows one after the other.
pub struct ManifestReader<R: Read> {
    lines: Lines<R>,
    cells: Cells,
    headers: Vec<String>,
    columns: Columns,
    form: Form,
}

impl ManifestReader<File> {
    /// Opens the manifest at `path`.
    ///
    /// # Errors
    /// Where it cannot be read or its first line lacks a column.
    pub fn open(path: &Path) -> Result<Self, ManifestError> {
        Self::new(File::open(path)?)
    }
}

impl ManifestReader<Ahead> {
    /// Opens the manifest at `path`, to read it to its end and know its hash then.
    ///
    /// # Errors
    /// Where it cannot be read or its first line lacks a column.
    pub fn open_hashed(path: &Path) -> Result<Self, ManifestError> {
        Self::new(Ahead::new(File::open(path)?)?)
    }

    /// The manifest's hash, when the last row was read.
    ///
    /// # Errors
    /// Where it was not.
    pub fn sha256(&self) -> Result<ContentHash, ManifestError> {
        let hash = self.lines.source().sha256();
        Ok(hash.ok_or_else(|| std::io::Error::from(std::io::ErrorKind::UnexpectedEof))?)
    }
}

impl<R: Read> ManifestReader<R> {
    /// Reads the first line.
    ///
    /// # Errors
    /// Where it cannot be read or lacks a column.
    pub fn new(source: R) -> Result<Self, ManifestError> {
        let mut lines = Lines::new(source);
        let (first, crlf) = lines.next()?.unwrap_or_default();
        let (form, first) = Form::of(first, crlf);
        let mut cells = Cells::new(form.delimiter);
        if !cells.read(first) {
            return Err(ManifestError::OpenQuote(1));
        }
        let headers = names(&cells)?;
        let columns = Columns::find(&headers)?;
        Ok(Self {
            lines,
            cells,
            headers,
            columns,
            form,
        })
    }

    /// The next row; `None` at the end. Empty rows, as spreadsheets leave them, are passed over.
    ///
    /// # Errors
    /// [`ManifestError`] for the first thing that is wrong with it.
    pub fn next_row(&mut self) -> Result<Option<RowRef<'_>>, ManifestError> {
        loop {
            let Some((line, _)) = self.lines.next()? else {
                return Ok(None);
            };
            // What `plan` writes has no break within a cell: where a quote is open at the end of a line, the rows
            // that follow would vanish into one cell.
            if !self.cells.read(line) {
                return Err(ManifestError::OpenQuote(self.lines.number()));
            }
            if !self.cells.iter().all(|cell| cell.trim_ascii().is_empty()) {
                break;
            }
        }
        self.columns
            .read(&self.cells, self.lines.number())
            .map(Some)
    }

    /// The names of the columns, as they are written.
    #[must_use]
    pub fn headers(&self) -> &[String] {
        &self.headers
    }

    /// The cells of the row that was read last.
    pub fn cells(&self) -> impl Iterator<Item = &[u8]> {
        self.cells.iter()
    }

    /// The same, to be asked for by their index.
    pub(crate) const fn row(&self) -> &Cells {
        &self.cells
    }

    /// How the manifest is written down.
    #[must_use]
    pub const fn form(&self) -> Form {
        self.form
    }

    /// Whether there is a column that names journals.
    #[must_use]
    pub const fn names_journals(&self) -> bool {
        self.columns.has_journal()
    }

    /// The journal that the row read last names, if it does.
    #[must_use]
    pub fn journal(&self) -> Option<&str> {
        self.columns.journal(&self.cells)
    }
}

fn names(cells: &Cells) -> Result<Vec<String>, ManifestError> {
    let name = |cell: &[u8]| {
        let name = std::str::from_utf8(cell).map_err(|_| ManifestError::NotUtf8(1))?;
        Ok(name.trim().to_ascii_lowercase())
    };
    cells.iter().map(name).collect()
}

#[cfg(test)]
mod tests;
