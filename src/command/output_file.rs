//! A result that goes into a file: whole or not at all, and never over what it was made from.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::evidence::refuse;
use super::survey::Refused;
use crate::exit::ExitStatus;
use crate::lang::message;

/// A file that is being written.
pub(super) struct OutputFile {
    /// As it was given.
    name: PathBuf,
    place: BufWriter<Place>,
}

/// Where bytes go.
enum Place {
    /// Beside the file that they will be.
    Beside { file: NamedTempFile, path: PathBuf },
    /// Straight into a pipe, a terminal or the like, which a file must not replace.
    There(File),
}

impl OutputFile {
    /// Begins to write what will be `name`, which must be none of `sources`.
    pub fn create(name: &Path, sources: &[PathBuf]) -> Result<Self, Refused> {
        let path = resolved(name);
        if sources.iter().any(|source| resolved(source) == path) {
            let reason = message!("output-protected", path = name.display());
            return Err((reason, ExitStatus::Usage));
        }
        if let Some(refused) = refuse("--output", &path) {
            return Err((refused, ExitStatus::Usage));
        }
        let place = open(path).map_err(|error| cannot_be_written(name, &error))?;
        Ok(Self {
            name: name.to_path_buf(),
            place: BufWriter::new(place),
        })
    }

    /// Makes what was written durable and gives it its name.
    pub fn finish(self) -> Result<(), Refused> {
        let name = self.name;
        let place = self.place.into_inner();
        place
            .map_err(io::IntoInnerError::into_error)
            .and_then(Place::finish)
            .map_err(|error| cannot_be_written(&name, &error))
    }

    /// What it says of `error`, which has come of writing to it.
    pub fn failed(&self, error: &io::Error) -> Refused {
        cannot_be_written(&self.name, error)
    }
}

impl Write for OutputFile {
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

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

fn open(path: PathBuf) -> io::Result<Place> {
    if fs::metadata(&path).is_ok_and(|metadata| !metadata.is_file()) {
        return File::options().write(true).open(path).map(Place::There);
    }
    let mut builder = tempfile::Builder::new();
    builder.prefix(".malote-");
    // As any new file: what the umask leaves.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let file = builder.tempfile_in(folder_of(&path))?;
    Ok(Place::Beside { file, path })
}

impl Place {
    fn finish(self) -> io::Result<()> {
        match self {
            Self::There(_) => Ok(()),
            Self::Beside { file, path } => {
                file.as_file().sync_all()?;
                file.persist(&path).map_err(|error| error.error)?;
                // Windows keeps names durable by itself.
                if cfg!(unix) {
                    File::open(folder_of(&path))?.sync_all()?;
                }
                Ok(())
            }
        }
    }
}

impl Write for Place {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Beside { file, .. } => file.write(bytes),
            Self::There(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Beside { file, .. } => file.flush(),
            Self::There(file) => file.flush(),
        }
    }
}
