//! Writes the page: whole or not at all.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Why the page was not written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The name is that of a file the report is about.
    #[error("-o: {} is the manifest or a journal: give the report another name", .0.display())]
    Protected(PathBuf),
    /// The folder does not take it.
    #[error("the report {} cannot be written: {source}", path.display())]
    Io {
        /// The page.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// Refuses `path` where it is one of `kept`.
///
/// # Errors
/// [`WriteError::Protected`]
pub fn spare<'a>(path: &Path, kept: impl IntoIterator<Item = &'a Path>) -> Result<(), WriteError> {
    let Ok(real) = path.canonicalize() else {
        // What is not there yet cannot be one of the files that were just read.
        return Ok(());
    };
    let is_one = |one: &Path| one.canonicalize().is_ok_and(|one| one == real);
    if kept.into_iter().any(is_one) {
        return Err(WriteError::Protected(path.to_path_buf()));
    }
    Ok(())
}

/// Writes `page` to `path` by way of a temporary file beside it.
///
/// # Errors
/// [`WriteError::Io`]; then `path` is what it was.
pub fn write(path: &Path, page: &str) -> Result<(), WriteError> {
    let failed = |source| WriteError::Io {
        path: path.to_path_buf(),
        source,
    };
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut builder = tempfile::Builder::new();
    builder.prefix(".malote-");
    let mut file = readable(&mut builder).tempfile_in(folder).map_err(failed)?;
    file.write_all(page.as_bytes()).map_err(failed)?;
    file.as_file().sync_all().map_err(failed)?;
    file.persist(path).map_err(|error| failed(error.error))?;
    Ok(())
}

/// The page is to be handed on: others may read it as far as the user's mask lets them.
#[cfg(unix)]
fn readable<'a, 'p, 's>(
    builder: &'a mut tempfile::Builder<'p, 's>,
) -> &'a mut tempfile::Builder<'p, 's> {
    use std::os::unix::fs::PermissionsExt;
    builder.permissions(std::fs::Permissions::from_mode(0o666))
}

#[cfg(not(unix))]
fn readable<'a, 'p, 's>(
    builder: &'a mut tempfile::Builder<'p, 's>,
) -> &'a mut tempfile::Builder<'p, 's> {
    builder
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_replaces_a_page_but_never_what_it_is_about() {
        let folder = tempfile::tempdir().unwrap();
        let page = folder.path().join("report.html");
        let manifest = folder.path().join("m.csv");
        std::fs::write(&manifest, "m").unwrap();
        for text in ["one", "two"] {
            spare(&page, [manifest.as_path()]).unwrap();
            write(&page, text).unwrap();
            assert_eq!(std::fs::read_to_string(&page).unwrap(), text);
        }
        let again = folder.path().join(".").join("m.csv");
        let refused = spare(&again, [manifest.as_path()]);
        assert!(matches!(refused, Err(WriteError::Protected(_))));
        let names = std::fs::read_dir(folder.path()).unwrap().count();
        assert_eq!(names, 2);
        let nowhere = write(&folder.path().join("none/report.html"), "x");
        assert!(matches!(nowhere, Err(WriteError::Io { .. })));
    }
}
