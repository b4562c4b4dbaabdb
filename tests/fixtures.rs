//! The made-up archive, what is expected of it, and what is told of it are one.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::support::{fixtures, records};

/// Every file under `folder`, from there.
fn files(folder: &Path, root: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path: PathBuf = entry.unwrap().path();
        if path.is_dir() {
            files(&path, root, found);
        } else {
            let inner = path.strip_prefix(root).unwrap();
            found.push(inner.to_str().unwrap().replace('\\', "/"));
        }
    }
}

/// Kind, action and first note of each file, as the table in README.md has them.
fn table() -> BTreeMap<String, [String; 3]> {
    let text = fs::read_to_string(fixtures().with_file_name("README.md")).unwrap();
    let rows = text.lines().filter(|line| line.starts_with("| `"));
    rows.map(|line| {
        let cells: Vec<_> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [path, what, kind, action, note] = cells[..] else {
            panic!("{line}");
        };
        assert!(!what.is_empty(), "{line}");
        let cells = [kind, action, note].map(str::to_owned);
        (path.trim_matches('`').to_owned(), cells)
    })
    .collect()
}

#[test]
fn the_readme_names_every_file_and_says_what_is_expected_of_it() {
    let table = table();
    let mut found = Vec::new();
    files(&fixtures(), &fixtures(), &mut found);
    found.sort();
    let of_files = table.keys().filter(|path| !path.contains("!/"));
    assert_eq!(of_files.cloned().collect::<Vec<_>>(), found);
    let expected = fs::read_to_string(fixtures().with_file_name("expected.csv")).unwrap();
    let mut expected: BTreeMap<_, _> = records(&expected)
        .into_iter()
        .map(|row| {
            let cells = ["kind", "action", "note"].map(|name| row[name].clone());
            (row["path"].clone(), cells)
        })
        .collect();
    for (path, cells) in table {
        let passed_over = cells[1] == "passed over";
        assert_eq!(
            expected.remove(&path),
            (!passed_over).then_some(cells),
            "{path}"
        );
    }
    assert!(expected.is_empty(), "{expected:?}");
}
