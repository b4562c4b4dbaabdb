//! Reads single messages back from where their records lie.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use super::columns::{Column, Columns};
use super::state::Slot;
use crate::csv_text::Cells;

/// The journals, open for looking a message up.
#[derive(Debug)]
pub struct Messages {
    journals: Vec<PathBuf>,
    open: HashMap<usize, Journal>,
}

#[derive(Debug)]
struct Journal {
    file: BufReader<File>,
    /// Which field is the message.
    column: usize,
    line: Vec<u8>,
    cells: Cells,
}

impl Messages {
    /// Looks into the journals at `paths`, in the order in which they were replayed.
    #[must_use]
    pub fn new(paths: &[&Path]) -> Self {
        Self {
            journals: paths.iter().map(|path| path.to_path_buf()).collect(),
            open: HashMap::new(),
        }
    }

    /// The message of the record behind `slot`.
    ///
    /// # Errors
    /// Where the journal cannot be read.
    pub fn read(&mut self, slot: &Slot) -> io::Result<String> {
        let (index, offset) = slot.place();
        if !self.open.contains_key(&index) {
            let path = self.journals.get(index).ok_or(io::ErrorKind::NotFound)?;
            self.open.insert(index, Journal::open(path)?);
        }
        let journal = self.open.get_mut(&index).ok_or(io::ErrorKind::NotFound)?;
        journal.message_at(offset)
    }
}

impl Journal {
    fn open(path: &Path) -> io::Result<Self> {
        let mut file = BufReader::with_capacity(16 * 1024, File::open(path)?);
        let mut header = Vec::new();
        file.by_ref()
            .take(64 * 1024)
            .read_until(b'\n', &mut header)?;
        let columns = Columns::read(&header).unwrap_or_default();
        Ok(Self {
            file,
            column: columns.place(Column::Message).unwrap_or(usize::MAX),
            line: Vec::new(),
            cells: Cells::new(b','),
        })
    }

    fn message_at(&mut self, offset: u64) -> io::Result<String> {
        let here = self.file.stream_position()?;
        let away = i64::try_from(offset).unwrap_or(i64::MAX) - i64::try_from(here).unwrap_or(0);
        // Records are mostly asked for in their order: what is in the buffer is not read again.
        if (0..1 << 20).contains(&away) {
            self.file.seek_relative(away)?;
        } else {
            self.file.seek(SeekFrom::Start(offset))?;
        }
        self.line.clear();
        self.file
            .by_ref()
            .take(64 * 1024)
            .read_until(b'\n', &mut self.line)?;
        self.cells.read(self.line.trim_ascii_end());
        let message = self.cells.get(self.column).unwrap_or_default();
        Ok(String::from_utf8_lossy(message).into_owned())
    }
}
