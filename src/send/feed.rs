//! Reads the manifest's rows for the dispatcher: a thread for each pass, a chunk at a time, never the whole.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::SystemTime;

use tokio::sync::mpsc;

use super::document::Pass;
use super::fatal::Fatal;
use super::ports::Rows;
use crate::digest::ContentHash;
use crate::manifest::{Action, ManifestReader, Row};

/// Rows in a chunk.
const CHUNK: usize = 256;

/// Chunks that may wait.
const CHUNKS: usize = 4;

/// A manifest on disk, as it was when it was checked.
#[derive(Debug, Clone)]
pub struct ManifestFile {
    path: PathBuf,
    sha256: ContentHash,
    stamp: Option<(u64, SystemTime)>,
    holds_events: bool,
}

impl ManifestFile {
    /// The manifest at `path`, which was read whole and had `sha256`, and events to send or none.
    #[must_use]
    pub fn new(path: &Path, sha256: ContentHash, holds_events: bool) -> Self {
        Self {
            path: path.to_path_buf(),
            sha256,
            stamp: stamp(path),
            holds_events,
        }
    }

    fn told_changed(&self) -> Fatal {
        Fatal::ManifestChanged(self.path.clone())
    }

    /// Sends the rows of `pass` through `chunks`.
    fn read_into(
        &self,
        pass: Pass,
        chunks: &mpsc::Sender<Result<Vec<Row>, Fatal>>,
    ) -> Result<(), Fatal> {
        // What is half written cannot be read either: that it was changed is the better word.
        let failed = |error: &dyn std::fmt::Display| {
            if stamp(&self.path) == self.stamp {
                Fatal::Manifest(self.path.clone(), error.to_string())
            } else {
                self.told_changed()
            }
        };
        let mut reader = ManifestReader::open_hashed(&self.path).map_err(|error| failed(&error))?;
        let mut chunk = Vec::with_capacity(CHUNK);
        while let Some(row) = reader.next_row().map_err(|error| failed(&error))? {
            let follows = row.kind.follows_its_note();
            if row.action != Action::Send || follows != (pass == Pass::Events) {
                continue;
            }
            chunk.push(row.to_row());
            if chunk.len() == CHUNK {
                if stamp(&self.path) != self.stamp {
                    return Err(self.told_changed());
                }
                let full = std::mem::replace(&mut chunk, Vec::with_capacity(CHUNK));
                if chunks.blocking_send(Ok(full)).is_err() {
                    return Ok(());
                }
            }
        }
        if reader.sha256().map_err(|error| failed(&error))? != self.sha256 {
            return Err(self.told_changed());
        }
        // A closed channel: the run stopped, and wants no more rows.
        let _ = chunks.blocking_send(Ok(chunk));
        Ok(())
    }
}

impl Rows for ManifestFile {
    fn read(&mut self, pass: Pass) -> mpsc::Receiver<Result<Vec<Row>, Fatal>> {
        let (chunks, receiver) = mpsc::channel(CHUNKS);
        if pass == Pass::Events && !self.holds_events {
            // There is nothing to read, but was it the manifest that was sent to the end?
            if stamp(&self.path) != self.stamp {
                // The channel is empty, so that there is room.
                let _ = chunks.try_send(Err(self.told_changed()));
            }
            return receiver;
        }
        let file = self.clone();
        thread::spawn(move || {
            if let Err(reason) = file.read_into(pass, &chunks) {
                let _ = chunks.blocking_send(Err(reason));
            }
        });
        receiver
    }

    fn changed(&mut self) -> Option<Fatal> {
        (stamp(&self.path) != self.stamp).then(|| self.told_changed())
    }
}

/// Length and time of the last change, by which a change is seen early.
fn stamp(path: &Path) -> Option<(u64, SystemTime)> {
    let metadata = fs::metadata(path).ok()?;
    Some((metadata.len(), metadata.modified().ok()?))
}

#[cfg(test)]
mod tests {
    use std::fs::File;

    use super::*;

    /// What a program does that puts the time of a file back: the hash alone tells.
    #[test]
    fn a_manifest_that_was_changed_with_its_length_and_time_kept_is_another() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("malote.csv");
        let text = "action,kind,route,id,sha256,path\n";
        fs::write(&path, text).unwrap();
        let file = ManifestFile::new(&path, ContentHash::of(text.as_bytes()), false);
        let (chunks, _receiver) = mpsc::channel(CHUNKS);
        assert_eq!(file.read_into(Pass::Documents, &chunks), Ok(()));
        let (_, time) = file.stamp.unwrap();
        fs::write(&path, text.replace("path", "Path")).unwrap();
        let written = File::options().write(true).open(&path).unwrap();
        written.set_modified(time).unwrap();
        assert_eq!(stamp(&path), file.stamp, "nothing else tells");
        let changed = Err(Fatal::ManifestChanged(path));
        assert_eq!(file.read_into(Pass::Documents, &chunks), changed);
    }
}
