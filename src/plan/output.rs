//! Writes the manifest: whole or not at all.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;

use crate::digest::ContentHash;
use crate::manifest::{Action, Cells, Layout, ManifestWriter};

/// Data rows in one file for Excel, whose sheets end at 1,048,576 with the first line.
const EXCEL_ROWS: u64 = 1_048_575;

/// A manifest that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Its file.
    pub path: PathBuf,
    /// Its hash.
    pub sha256: ContentHash,
}

/// Why a manifest cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum OutputError {
    /// The folder does not take a file.
    #[error("the manifest {} cannot be written: {source}", path.display())]
    Write {
        /// The manifest.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The finished file cannot take its name.
    #[error(
        "the manifest {} cannot be replaced ({source}); is it open in a spreadsheet? The new one is complete and lies \
         in {}", path.display(), kept.display()
    )]
    Rename {
        /// The manifest.
        path: PathBuf,
        /// The file that is kept.
        kept: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// Takes rows and makes files of them.
pub(super) struct Output {
    path: PathBuf,
    layout: Layout,
    current: Option<ManifestWriter<Sink>>,
    rows: u64,
    done: Vec<(NamedTempFile, ContentHash)>,
}

impl Output {
    pub fn new(path: &Path, layout: Layout) -> Self {
        Self {
            path: path.to_path_buf(),
            layout,
            current: None,
            rows: 0,
            done: Vec::new(),
        }
    }

    fn failed(&self, source: io::Error) -> OutputError {
        OutputError::Write {
            path: self.path.clone(),
            source,
        }
    }

    /// Writes a row.
    pub fn write(&mut self, action: Action, cells: &Cells) -> Result<(), OutputError> {
        if self.layout.excel && self.rows == EXCEL_ROWS {
            self.close()?;
        }
        if self.current.is_none() {
            self.open()?;
        }
        self.rows += 1;
        let written = self
            .current
            .as_mut()
            .map_or(Ok(()), |writer| writer.write(action, cells));
        written.map_err(|error| self.failed(error))
    }

    fn open(&mut self) -> Result<(), OutputError> {
        let file = temporary(folder_of(&self.path));
        let sink = Sink {
            file: file.map_err(|error| self.failed(error))?,
            hash: Sha256::new(),
        };
        self.current = Some(ManifestWriter::new(sink, self.layout));
        Ok(())
    }

    fn close(&mut self) -> Result<(), OutputError> {
        let Some(writer) = self.current.take() else {
            return Ok(());
        };
        let sink = writer.finish().map_err(|error| self.failed(error))?;
        sink.file
            .as_file()
            .sync_all()
            .map_err(|error| self.failed(error))?;
        let hash = ContentHash::from_bytes(sink.hash.finalize().into());
        self.done.push((sink.file, hash));
        self.rows = 0;
        Ok(())
    }

    /// Gives the files their names, durably.
    pub fn finish(mut self) -> Result<Vec<Written>, OutputError> {
        if self.current.is_none() && self.done.is_empty() {
            self.open()?;
        }
        self.close()?;
        let mut written = Vec::new();
        for (index, (file, sha256)) in std::mem::take(&mut self.done).into_iter().enumerate() {
            let path = numbered(&self.path, index);
            rename(file, &path)?;
            written.push(Written { path, sha256 });
        }
        if self.layout.excel {
            remove_further_parts(&self.path, written.len()).map_err(|error| self.failed(error))?;
        }
        sync_folder(folder_of(&self.path)).map_err(|error| self.failed(error))?;
        Ok(written)
    }
}

/// A temporary file that others may read as far as new files here may be read: it becomes the manifest.
fn temporary(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".malote-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}

fn rename(file: NamedTempFile, path: &Path) -> Result<(), OutputError> {
    let Err(error) = file.persist(path) else {
        return Ok(());
    };
    let source = error.error;
    let path = path.to_path_buf();
    Err(match error.file.keep() {
        Ok((_, kept)) => OutputError::Rename { path, kept, source },
        Err(lost) => OutputError::Write {
            path,
            source: lost.error,
        },
    })
}

/// `malote.csv`, `malote-2.csv`, …
fn numbered(path: &Path, index: usize) -> PathBuf {
    if index == 0 {
        return path.to_path_buf();
    }
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let extension = path
        .extension()
        .map(|one| format!(".{}", one.to_string_lossy()));
    let name = format!("{stem}-{}{}", index + 1, extension.unwrap_or_default());
    path.with_file_name(name)
}

/// The folder that a file lies in.
pub(super) fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Makes names durable. Windows keeps them durable by itself.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(windows) {
        return Ok(());
    }
    File::open(folder)?.sync_all()
}

/// The first of the files that would be replaced, if there is one; for Excel there may be several.
pub(super) fn existing(path: &Path, excel: bool) -> Option<PathBuf> {
    let exists = |path: &PathBuf| fs::symlink_metadata(path).is_ok();
    let parts = if excel { MOST_PARTS } else { 1 };
    (0..parts).map(|part| numbered(path, part)).find(exists)
}

/// Files that a manifest for Excel is looked for in: a hundred million rows.
const MOST_PARTS: usize = 100;

/// Removes the files of a longer manifest for Excel that this one of `parts` files replaces.
fn remove_further_parts(path: &Path, parts: usize) -> io::Result<()> {
    for part in parts..MOST_PARTS {
        match fs::remove_file(numbered(path, part)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            other => other?,
        }
    }
    Ok(())
}

/// A file whose bytes are hashed as they pass.
struct Sink {
    file: NamedTempFile,
    hash: Sha256,
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.hash.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}
