//! Walks roots in a fixed order: as given, and within folders by the bytes of names. Links to folders are not followed,
//! so that no loop is possible; they are reported.

use std::collections::HashSet;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};

use super::met::{EXCLUDED, Met, Role, met, trouble, unread};
use super::names::{Kind, Names, path_of};
use super::select::{Choice, Selection};

/// A folder that is being walked.
struct Folder {
    path: PathBuf,
    /// The path below its root, with `/` and at its end.
    relative: String,
    names: Names,
    next: usize,
}

/// The walk over all roots.
pub(super) struct Walk<'a> {
    roots: std::vec::IntoIter<Root>,
    folders: Vec<Folder>,
    selection: &'a Selection,
    /// All roots, as the system names them: each has its turn, and within another it is passed by.
    named: HashSet<PathBuf>,
    /// Their last parts, by which most of what is met is told from a root without asking the system.
    last_parts: HashSet<OsString>,
}

/// A root, and how the system names it.
struct Root {
    path: PathBuf,
    real: PathBuf,
}

impl<'a> Walk<'a> {
    pub fn new(roots: Vec<PathBuf>, selection: &'a Selection) -> Self {
        let mut named = HashSet::new();
        let roots = roots.into_iter().map(|root| {
            let path = std::path::absolute(&root).unwrap_or(root);
            let real = fs::canonicalize(&path).unwrap_or_else(|_| path.clone());
            Root { path, real }
        });
        // One that is named twice has one turn.
        let roots: Vec<_> = roots
            .filter(|root| named.insert(root.real.clone()))
            .collect();
        let last_parts = named.iter().filter_map(|root| root.file_name());
        Self {
            roots: roots.into_iter(),
            folders: Vec::new(),
            selection,
            last_parts: last_parts.map(OsStr::to_owned).collect(),
            named,
        }
    }

    /// Begins with a root. What it comes to by itself, if it is no folder.
    fn begin(&mut self, path: PathBuf) -> Option<Met> {
        match fs::metadata(&path) {
            Ok(found) if found.is_dir() => self.enter(path, String::new()),
            Ok(found) if found.is_file() => {
                let name = path
                    .file_name()
                    .unwrap_or_default()
                    .to_string_lossy()
                    .into_owned();
                // A file that is named is meant, whatever its extension.
                match self.selection.choose(&name) {
                    Choice::Read | Choice::Sniff | Choice::Pass => {
                        let (role, below) = (Role::Document, 1);
                        Some(Met::File { path, role, below })
                    }
                    choice => Some(met(path, &name, choice)),
                }
            }
            Ok(_) => Some(unread(path, "special-file")),
            Err(_) => Some(trouble(path)),
        }
    }

    /// Goes into a folder.
    fn enter(&mut self, path: PathBuf, relative: String) -> Option<Met> {
        match Names::read(&path) {
            Ok(names) => {
                self.folders.push(Folder {
                    path,
                    relative,
                    names,
                    next: 0,
                });
                None
            }
            Err(_) => Some(trouble(path)),
        }
    }

    /// The next thing in the innermost folder.
    fn step(&mut self) -> Option<Met> {
        let folder = self.folders.last_mut()?;
        let Some((name, kind)) = folder.names.get(folder.next) else {
            self.folders.pop();
            return None;
        };
        folder.next += 1;
        let path = path_of(&folder.path, name);
        let relative = below(&folder.relative, name);
        if self.named.len() > 1 && self.is_named(&path) {
            return None;
        }
        if self.selection.excludes(&relative) {
            return match kind {
                Kind::Folder => None,
                _ => Some(Met::Passed(EXCLUDED.to_owned())),
            };
        }
        match kind {
            Kind::Folder => self.enter(path, relative + "/"),
            Kind::File => Some(self.file(path, &relative)),
            Kind::Special => Some(unread(path, "special-file")),
            Kind::Link => Some(match fs::metadata(&path) {
                Ok(found) if found.is_dir() => unread(path, "link-not-followed"),
                Ok(found) if found.is_file() => self.file(path, &relative),
                Ok(_) => unread(path, "special-file"),
                Err(_) => trouble(path),
            }),
        }
    }

    /// Whether `path` is a root, which has a turn of its own.
    fn is_named(&self, path: &Path) -> bool {
        let may_be = path
            .file_name()
            .is_some_and(|last| self.last_parts.contains(last));
        may_be && fs::canonicalize(path).is_ok_and(|real| self.named.contains(&real))
    }

    fn file(&self, path: PathBuf, relative: &str) -> Met {
        met(path, relative, self.selection.choose(relative))
    }
}

/// The text of `name` in the folder `relative`.
fn below(relative: &str, name: &[u8]) -> String {
    let mut text = String::with_capacity(relative.len() + name.len());
    text.push_str(relative);
    match simdutf8::basic::from_utf8(name) {
        Ok(name) => text.push_str(name),
        Err(_) => text.push_str(&String::from_utf8_lossy(name)),
    }
    text
}

impl Iterator for Walk<'_> {
    type Item = Met;

    fn next(&mut self) -> Option<Met> {
        loop {
            let met = if self.folders.is_empty() {
                let root = self.roots.next()?;
                self.begin(root.path)
            } else {
                self.step()
            };
            if met.is_some() {
                return met;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walk(roots: &[&Path], exclude: &[&str]) -> Vec<String> {
        let exclude: Vec<_> = exclude.iter().map(|glob| (*glob).to_owned()).collect();
        let selection = Selection::new(&[], &exclude).unwrap();
        let roots = roots.iter().map(|root| root.to_path_buf()).collect();
        Walk::new(roots, &selection)
            .map(|met| match met {
                Met::File { path, role, .. } => match role {
                    Role::Sniffed => format!("{}?", name(&path)),
                    _ => name(&path),
                },
                Met::Zip { path, .. } => format!("{} zip", name(&path)),
                Met::Unread { path, code, .. } => format!("{} {code}", name(&path)),
                Met::Passed(extension) => format!("passed {extension}"),
                other => panic!("{other:?}"),
            })
            .collect()
    }

    fn name(path: &Path) -> String {
        path.file_name().unwrap().to_string_lossy().into_owned()
    }

    fn archive(names: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for name in names {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "<a/>").unwrap();
        }
        folder
    }

    #[test]
    fn the_order_is_fixed_and_everything_is_met() {
        let folder = archive(&[
            "b/2.xml", "b/1.XML", "a.xml", "c.pdf", "z", "b.zip", "B/x.xml",
        ]);
        let met = walk(&[folder.path()], &[]);
        assert_eq!(
            met,
            [
                "x.xml",
                "a.xml",
                "1.XML",
                "2.xml",
                "b.zip zip",
                "passed pdf",
                "z?"
            ]
        );
        assert_eq!(
            walk(&[folder.path()], &["b", "*.pdf"]).len(),
            4,
            "both b and B"
        );
    }

    #[test]
    fn what_is_named_twice_is_met_once() {
        let folder = archive(&["a/1.xml", "b/2.xml", "b/nota.txt"]);
        let (inner, file) = (folder.path().join("b"), folder.path().join("a/1.xml"));
        for roots in [
            vec![folder.path(), folder.path()],
            vec![folder.path(), &inner],
            vec![&inner, folder.path()],
            vec![&file, folder.path()],
            vec![folder.path(), &file],
        ] {
            assert_eq!(walk(&roots, &[]).len(), 3, "{roots:?}");
        }
        assert_eq!(
            walk(&[folder.path(), &inner], &["b"]).len(),
            3,
            "b is meant"
        );
        let text = inner.join("nota.txt");
        let met = walk(&[folder.path(), &text], &[]);
        assert_eq!(met, ["1.xml", "2.xml", "nota.txt"], "and so is a text");
    }

    #[cfg(unix)]
    #[test]
    fn links_make_no_loop() {
        use std::os::unix::fs::symlink;
        let folder = archive(&["a/1.xml"]);
        symlink(folder.path(), folder.path().join("a/loop")).unwrap();
        symlink("1.xml", folder.path().join("a/2.xml")).unwrap();
        symlink("nowhere", folder.path().join("a/3.xml")).unwrap();
        let met = walk(&[folder.path()], &[]);
        assert_eq!(
            met,
            [
                "1.xml",
                "2.xml",
                "3.xml unreadable",
                "loop link-not-followed"
            ]
        );
    }
}
