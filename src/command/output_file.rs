//! A result that goes into a file: whole or not at all, and never over what it was made from.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::TempPath;

use super::evidence::{Kind, refuse};
use super::survey::Refused;
use crate::disk::{Disk, LocalDisk, Storage, folder_of};
use crate::exit::ExitStatus;
use crate::lang::message;

/// A file that is being written.
pub(super) struct OutputFile<D: Disk = LocalDisk> {
    /// As it was given.
    name: PathBuf,
    disk: D,
    place: BufWriter<Place<D::File>>,
}

/// Where bytes go.
enum Place<F> {
    /// Beside the file that they will be.
    Beside {
        file: F,
        beside: TempPath,
        path: PathBuf,
    },
    /// Straight into a pipe, a terminal or the like, which a file must not replace.
    There(File),
}

impl OutputFile {
    /// Begins to write what will be `name`, which must be none of `sources`, and if it is there one of `ours`.
    pub fn create(name: &Path, sources: &[PathBuf], ours: &[Kind]) -> Result<Self, Refused> {
        Self::on(LocalDisk, name, sources, ours)
    }
}

impl<D: Disk> OutputFile<D> {
    /// As [`OutputFile::create`], on any disk.
    fn on(disk: D, name: &Path, sources: &[PathBuf], ours: &[Kind]) -> Result<Self, Refused> {
        let path = resolved(name);
        if sources.iter().any(|source| resolved(source) == path) {
            let reason = message!("output-protected", path = name.display());
            return Err((reason, ExitStatus::Usage));
        }
        if let Some(refused) = refuse("--output", &path, ours) {
            return Err((refused, ExitStatus::Usage));
        }
        let place = open(&disk, path).map_err(|error| cannot_be_written(name, &error))?;
        Ok(Self {
            name: name.to_path_buf(),
            disk,
            place: BufWriter::new(place),
        })
    }

    /// Makes what was written durable and gives it its name.
    pub fn finish(self) -> Result<(), Refused> {
        let Self { name, disk, place } = self;
        let place = place.into_inner();
        place
            .map_err(io::IntoInnerError::into_error)
            .and_then(|place| place.finish(&disk))
            .map_err(|error| cannot_be_written(&name, &error))
    }

    /// Writes `bytes`.
    pub fn put(&mut self, bytes: &[u8]) -> Result<(), Refused> {
        self.write_all(bytes).map_err(|error| self.failed(&error))
    }

    /// What it says of `error`, which has come of writing to it.
    pub fn failed(&self, error: &io::Error) -> Refused {
        cannot_be_written(&self.name, error)
    }
}

impl<D: Disk> Write for OutputFile<D> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.place.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.place.flush()
    }
}

fn cannot_be_written(name: &Path, error: &io::Error) -> Refused {
    let reason = message!("output-unwritten", path = name.display(), error = error);
    (reason, ExitStatus::Failed)
}

/// Where `path` leads, links followed; the file itself need not be there.
fn resolved(path: &Path) -> PathBuf {
    if let Ok(found) = fs::canonicalize(path) {
        return found;
    }
    let folder = fs::canonicalize(folder_of(path));
    match (folder, path.file_name()) {
        (Ok(folder), Some(name)) => folder.join(name),
        _ => path.to_path_buf(),
    }
}

fn open<D: Disk>(disk: &D, path: PathBuf) -> io::Result<Place<D::File>> {
    if fs::metadata(&path).is_ok_and(|metadata| !metadata.is_file()) {
        return File::options().write(true).open(path).map(Place::There);
    }
    let mut builder = tempfile::Builder::new();
    let named = builder
        .prefix(".malote-")
        .make_in(folder_of(&path), |path| disk.create_new(path))?;
    let (file, beside) = named.into_parts();
    Ok(Place::Beside { file, beside, path })
}

impl<F: Storage> Place<F> {
    fn finish(self, disk: &impl Disk) -> io::Result<()> {
        match self {
            Self::There(_) => Ok(()),
            Self::Beside {
                mut file,
                beside,
                path,
            } => {
                file.sync()?;
                // What is open cannot take a name everywhere.
                drop(file);
                disk.rename(&beside, &path)?;
                disk.sync_names(&path)
            }
        }
    }
}

impl<F: Storage> Write for Place<F> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Beside { file, .. } => file.append(bytes).map(|()| bytes.len()),
            Self::There(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Beside { .. } => Ok(()),
            Self::There(file) => file.flush(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disk::{Fault, Faulty, Survival, at_every_call};

    const OLD: &str = "key,kind,client,canceled\n";

    /// The old result or the whole new one, whatever the disk does, and whenever the power fails.
    #[test]
    fn at_whatever_call_the_disk_fails_there_is_no_half_a_result() {
        let whole = b"line\n".repeat(5000);
        let cases = at_every_call(&Survival::ALL, |fails_at, survival| {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("left.csv");
            fs::write(&path, OLD).unwrap();
            let disk = Faulty::new(&[&path], Some(fails_at));
            let done =
                OutputFile::on(disk.clone(), &path, &[], &[Kind::Known]).and_then(|mut file| {
                    whole.chunks(5).try_for_each(|line| file.put(line))?;
                    file.finish()
                });
            assert_eq!(done.is_err(), disk.has_failed(), "{fails_at:?}");
            let names = fs::read_dir(folder.path()).unwrap().count();
            // What was created although the disk denies it is nobody's.
            let most = 1 + usize::from(fails_at == (0, Fault::LateError));
            assert!(names <= most, "litter: {fails_at:?}");
            for crash in [None, Some(survival)] {
                crash.inspect(|survival| disk.crash(*survival));
                let found = fs::read(&path).unwrap();
                let right = found == whole || (done.is_err() && found == OLD.as_bytes());
                assert!(right, "{fails_at:?}, {crash:?}: {}", found.len());
            }
            disk.has_failed()
        });
        // To create, to write, to sync, to rename, to sync names, and once without a fault.
        assert!(cases >= 6 * 12, "{cases}");
    }
}
