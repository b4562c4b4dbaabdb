//! What the README says that malote says.

use std::fs;
use std::path::Path;

/// All texts of the program, as one line: what is wrapped in the source is not wrapped when it is said.
fn texts(folder: &Path, out: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            texts(&path, out);
        } else {
            let text = fs::read_to_string(&path).unwrap();
            let lines = text.lines().map(|line| line.trim().trim_end_matches('\\'));
            out.extend(lines);
        }
    }
}

#[test]
fn the_messages_in_the_readme_are_messages_of_the_program() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = fs::read_to_string(root.join("README.md")).unwrap();
    let section = readme.split("## When malote says no").nth(1).unwrap();
    let section = section.split("\n## ").next().unwrap();
    let cells = section.lines().filter(|line| line.starts_with("| `"));
    let cells = cells.map(|line| line.split('|').nth(1).unwrap());
    let messages: Vec<&str> = cells
        .flat_map(|cell| cell.split('`').skip(1).step_by(2))
        .collect();
    assert!(messages.len() > 15, "{messages:?}");
    let mut said = String::new();
    texts(&root.join("src"), &mut said);
    for message in messages {
        assert!(said.contains(message), "{message}");
    }
}
