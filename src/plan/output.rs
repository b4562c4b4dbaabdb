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
    /// Data rows in one file for Excel.
    most_rows: u64,
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
            most_rows: EXCEL_ROWS,
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
        if self.layout.excel && self.rows == self.most_rows {
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
        let files = std::mem::take(&mut self.done);
        let mut written = Vec::new();
        let mut named = Ok(());
        // The first comes last: where it is the new one, so are the others. Those that can take their name do, whatever
        // becomes of another: together with the one that is kept they are the whole.
        for (index, (file, sha256)) in files.into_iter().enumerate().rev() {
            let path = numbered(&self.path, index);
            named = named.and(self.rename(file, &path));
            written.push(Written { path, sha256 });
        }
        named?;
        written.reverse();
        if self.layout.excel {
            self.remove_further_parts(written.len())
                .map_err(|error| self.failed(error))?;
        }
        self.disk
            .sync_names(&self.path)
            .map_err(|error| self.failed(error))?;
        Ok(written)
    }

    /// Removes the files of a longer manifest for Excel that this one of `parts` files replaces.
    fn remove_further_parts(&self, parts: usize) -> io::Result<()> {
        for part in parts..MOST_PARTS {
            match self.disk.remove(&numbered(&self.path, part)) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
                other => other?,
            }
        }
        Ok(())
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
    let mut name = path.file_stem().unwrap_or_default().to_owned();
    name.push(format!("-{}", index + 1));
    if let Some(extension) = path.extension() {
        name.push(".");
        name.push(extension);
    }
    path.with_file_name(name)
}

/// The files that a manifest at `path` would replace, as far as there are any; for Excel there may be several.
pub fn replaced(path: &Path, excel: bool) -> impl Iterator<Item = PathBuf> {
    let exists = |path: &PathBuf| fs::symlink_metadata(path).is_ok();
    let parts = if excel { MOST_PARTS } else { 1 };
    (0..parts)
        .map(move |part| numbered(path, part))
        .filter(exists)
}

/// Files that a manifest for Excel is looked for in: a hundred million rows.
const MOST_PARTS: usize = 100;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disk::{Fault, Faulty, Survival, at_every_call};

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
        let cases = at_every_call(&Survival::ALL, |fails_at, survival| {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("malote.csv");
            fs::write(&path, "old").unwrap();
            let disk = Faulty::new(&[&path], Some(fails_at));
            let mut output = Output::on(disk.clone(), &path, Layout::default());
            let done = written(&mut output).and_then(|()| output.finish());
            assert_eq!(done.is_err(), disk.has_failed(), "{fails_at:?}");
            if let Err(OutputError::Rename { kept, .. }) = &done {
                // Where the disk did it and said that it did not, it has the name.
                assert!(!kept.exists() || fs::read(kept).unwrap() == whole);
            }
            for crash in [None, Some(survival)] {
                crash.inspect(|survival| disk.crash(*survival));
                let found = fs::read(&path).unwrap();
                let right = found == whole || (done.is_err() && found == b"old");
                assert!(right, "{fails_at:?}, {crash:?}: {} bytes", found.len());
            }
            disk.has_failed()
        });
        // To create, three portions and the rest, to sync, to rename, to sync names: and then once without a fault.
        assert!(cases >= 7 * 12, "{cases}");
    }

    /// A manifest for Excel in three parts, over an older one of two or four.
    fn in_parts(disk: &Faulty, path: &Path) -> Result<Vec<Written>, OutputError> {
        let layout = Layout {
            excel: true,
            ..Layout::default()
        };
        let mut output = Output::on(disk.clone(), path, layout);
        output.most_rows = 2500;
        written(&mut output).and_then(|()| output.finish())
    }

    /// Each part is the old one or the whole new one, and where the first is new all are. Bug: where one part could not
    /// take its name, those behind it were thrown away.
    #[test]
    fn at_whatever_call_the_disk_fails_no_part_for_excel_is_half() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("malote.csv");
        let parts = in_parts(&Faulty::default(), &path).unwrap();
        let whole: Vec<_> = parts
            .iter()
            .map(|part| fs::read(&part.path).unwrap())
            .collect();
        assert_eq!(whole.len(), 3);
        let survivals = [Survival::All, Survival::None];
        let cases = [2, 4].map(|olds| {
            at_every_call(&survivals, |fails_at, survival| {
                over_old_parts(&whole, olds, fails_at, survival)
            })
        });
        let cases: usize = cases.iter().sum();
        // To create, to write and to sync three, to rename them, to sync names.
        assert!(cases >= 2 * 13 * 6, "{cases}");
    }

    /// Writes `whole` over so many old parts on a disk that fails so. False: it did not come to that.
    fn over_old_parts(
        whole: &[Vec<u8>],
        olds: usize,
        fails_at: (usize, Fault),
        survival: Survival,
    ) -> bool {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("malote.csv");
        let old: Vec<_> = (0..olds).map(|part| numbered(&path, part)).collect();
        for path in &old {
            fs::write(path, "old").unwrap();
        }
        let existing: Vec<_> = old.iter().map(PathBuf::as_path).collect();
        let disk = Faulty::new(&existing, Some(fails_at));
        let done = in_parts(&disk, &path);
        let what = format!(
            "{olds}, {fails_at:?}, {survival:?}: {:?}",
            done.as_ref().err()
        );
        assert!(done.is_ok() || disk.has_failed(), "{what}");
        let renaming = matches!(done, Err(OutputError::Rename { .. }));
        if renaming {
            let parts = (0..3).filter(|part| {
                fs::read(numbered(&path, *part)).ok().as_ref() == Some(&whole[*part])
            });
            assert!(parts.count() >= 2, "{what}");
        }
        for crash in [false, true] {
            if crash {
                disk.crash(survival);
            }
            let found: Vec<_> = (0..4)
                .map(|part| fs::read(numbered(&path, part)).ok())
                .collect();
            let is_new = |part: usize| found[part].as_ref() == Some(&whole[part]);
            for (part, now) in found.iter().take(3).enumerate() {
                let old = (part < olds).then(|| b"old".to_vec());
                let right = is_new(part) || (done.is_err() && *now == old);
                assert!(right, "{what}: {part}");
            }
            assert!(found[3].is_none() || (done.is_err() && olds == 4), "{what}");
            assert!(renaming || !is_new(0) || (is_new(1) && is_new(2)), "{what}");
        }
        if let Err(OutputError::Rename { path, kept, .. }) = &done
            && kept.exists()
        {
            let part =
                (0..3).find(|part| numbered(&folder.path().join("malote.csv"), *part) == *path);
            assert!(fs::read(kept).unwrap() == whole[part.unwrap()], "{what}");
        }
        disk.has_failed()
    }
}
