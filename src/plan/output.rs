//! Writes the manifest: whole or not at all.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempPath;

use super::behind::Behind;
use crate::digest::ContentHash;
pub(super) use crate::disk::folder_of;
use crate::disk::{Disk, LocalDisk};
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
pub(super) struct Output<D: Disk = LocalDisk> {
    disk: D,
    path: PathBuf,
    layout: Layout,
    current: Option<(ManifestWriter<Behind<D::File>>, TempPath)>,
    rows: u64,
    done: Vec<(TempPath, ContentHash)>,
}

impl Output {
    pub fn new(path: &Path, layout: Layout) -> Self {
        Self::on(LocalDisk, path, layout)
    }
}

impl<D: Disk> Output<D> {
    /// Files on any disk.
    fn on(disk: D, path: &Path, layout: Layout) -> Self {
        Self {
            disk,
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
            .map_or(Ok(()), |(writer, _)| writer.write(action, cells));
        written.map_err(|error| self.failed(error))
    }

    fn open(&mut self) -> Result<(), OutputError> {
        let (file, path) = self.temporary().map_err(|error| self.failed(error))?;
        let file = Behind::new(file).map_err(|error| self.failed(error))?;
        self.current = Some((ManifestWriter::new(file, self.layout), path));
        Ok(())
    }

    /// A file beside the manifest that others may read as far as new files here may be read: it becomes the manifest.
    fn temporary(&self) -> io::Result<(D::File, TempPath)> {
        let mut builder = tempfile::Builder::new();
        let named = builder
            .prefix(".malote-")
            .make_in(folder_of(&self.path), |path| self.disk.create_new(path))?;
        Ok(named.into_parts())
    }

    fn close(&mut self) -> Result<(), OutputError> {
        let Some((writer, path)) = self.current.take() else {
            return Ok(());
        };
        // The file is closed with this: what is open cannot take a name everywhere.
        let hash = writer.finish().and_then(Behind::finish);
        let hash = hash.map_err(|error| self.failed(error))?;
        self.done.push((path, hash));
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
            self.rename(file, &path)?;
            written.push(Written { path, sha256 });
        }
        if self.layout.excel {
            remove_further_parts(&self.path, written.len()).map_err(|error| self.failed(error))?;
        }
        self.disk
            .sync_names(&self.path)
            .map_err(|error| self.failed(error))?;
        Ok(written)
    }

    /// Gives `file` its name, or keeps it under the one that it has.
    fn rename(&self, file: TempPath, path: &Path) -> Result<(), OutputError> {
        let renamed = self.disk.rename(&file, path);
        let path = path.to_path_buf();
        match (renamed, file.keep()) {
            (Ok(()), _) => Ok(()),
            (Err(source), Ok(kept)) => Err(OutputError::Rename { path, kept, source }),
            (Err(_), Err(lost)) => Err(OutputError::Write {
                path,
                source: lost.error,
            }),
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disk::{Fault, Faulty, Survival};

    /// Writes a manifest of a few portions; what it would be.
    fn written(output: &mut Output<Faulty>) -> Result<(), OutputError> {
        for number in 0..6000 {
            let known = format!("nfe,,importarxmlnfearray,NFe{number:044},,,,,1,{:064},", 0);
            let cells = Cells {
                notes: "",
                known: known.as_bytes(),
                clients: "",
                path: "/a/b.xml",
            };
            output.write(Action::Send, &cells)?;
        }
        Ok(())
    }

    /// The old manifest or the whole new one, whatever the disk does, and whenever the power fails.
    #[test]
    fn at_whatever_call_the_disk_fails_there_is_no_half_a_manifest() {
        let whole = {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("malote.csv");
            let mut output = Output::on(Faulty::default(), &path, Layout::default());
            written(&mut output).unwrap();
            output.finish().unwrap();
            fs::read(path).unwrap()
        };
        let mut cases = 0;
        for call in 0.. {
            let mut came = false;
            for (fault, survival) in Fault::ALL
                .iter()
                .flat_map(|fault| Survival::ALL.map(|one| (*fault, one)))
            {
                let folder = tempfile::tempdir().unwrap();
                let path = folder.path().join("malote.csv");
                fs::write(&path, "old").unwrap();
                let disk = Faulty::new(&[&path], Some((call, fault)));
                let mut output = Output::on(disk.clone(), &path, Layout::default());
                let done = written(&mut output).and_then(|()| output.finish());
                came |= disk.has_failed();
                assert_eq!(done.is_err(), disk.has_failed(), "call {call}: {fault:?}");
                if let Err(OutputError::Rename { kept, .. }) = &done {
                    // Where the disk did it and said that it did not, it has the name.
                    assert!(!kept.exists() || fs::read(kept).unwrap() == whole);
                }
                for crash in [None, Some(survival)] {
                    crash.inspect(|survival| disk.crash(*survival));
                    let found = fs::read(&path).unwrap();
                    let right = found == whole || (done.is_err() && found == b"old");
                    assert!(
                        right,
                        "call {call}: {fault:?}, {crash:?}: {} bytes",
                        found.len()
                    );
                }
                cases += 1;
            }
            if !came {
                break;
            }
        }
        // To create, three portions and the rest, to sync, to rename, to sync names: and then once without a fault.
        assert!(cases >= 7 * 12, "{cases}");
    }
}
