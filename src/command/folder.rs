//! What lies in the folder at hand.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::manifest::ManifestReader;

/// Files that are looked at by name, at most: the folder may be the archive itself.
const MOST_NAMES: usize = 20_000;

/// Tables that are opened, at most.
const MOST_TABLES: usize = 50;

/// The manifest in `folder` that was written last, by its name there. One that `diff` wrote holds a part of another, so
/// it is the last resort.
pub(super) fn newest_manifest(folder: &Path) -> Option<PathBuf> {
    let mut tables: Vec<(SystemTime, PathBuf)> = fs::read_dir(folder)
        .ok()?
        .take(MOST_NAMES)
        .filter_map(Result::ok)
        .filter(|entry| is_table(&entry.path()))
        .filter_map(|entry| {
            let modified = entry.metadata().ok()?.modified().ok()?;
            Some((modified, PathBuf::from(entry.file_name())))
        })
        .collect();
    // Of two that are equally new the first by name.
    tables.sort_by(|(one, a), (other, b)| other.cmp(one).then_with(|| a.cmp(b)));
    let tables = tables.into_iter().map(|(_, name)| name);
    let mut part = None;
    for name in tables.take(MOST_TABLES) {
        match ManifestReader::open(&folder.join(&name)) {
            Ok(reader) if !reader.names_journals() => return Some(name),
            Ok(_) => part = part.or(Some(name)),
            Err(_) => {}
        }
    }
    part
}

fn is_table(path: &Path) -> bool {
    path.extension()
        .is_some_and(|end| end.eq_ignore_ascii_case("csv"))
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::time::Duration;

    use super::*;

    #[test]
    fn the_newest_table_with_the_columns_of_a_manifest() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(newest_manifest(folder.path()), None);
        let start = SystemTime::now() - Duration::from_hours(1);
        for (minutes, name, text) in [
            (1, "old.csv", "action,kind,route,id,sha256,path\n"),
            (2, "NEW.CSV", "path;sha256;id;route;kind;action\r\n"),
            (3, "new.journal.csv", crate::journal::HEADER),
            (4, "clients.csv", "cnpj,name\n"),
            (5, "notes.txt", "action,kind,route,id,sha256,path\n"),
            (6, "empty.csv", ""),
            (
                7,
                "rest.csv",
                "action,kind,route,id,sha256,journal,path\nskip,nfe,,,,/a.journal.csv,/a\n",
            ),
        ] {
            let path = folder.path().join(name);
            fs::write(&path, text).unwrap();
            let file = File::options().write(true).open(&path).unwrap();
            file.set_modified(start + Duration::from_mins(minutes))
                .unwrap();
        }
        fs::create_dir(folder.path().join("folder.csv")).unwrap();
        assert_eq!(newest_manifest(folder.path()), Some("NEW.CSV".into()));
        for whole in ["old.csv", "NEW.CSV"] {
            fs::remove_file(folder.path().join(whole)).unwrap();
        }
        assert_eq!(newest_manifest(folder.path()), Some("rest.csv".into()));
    }
}
