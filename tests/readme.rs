//! What README and LEIA-ME say that malote says.

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

/// The messages that the table of `heading` in `file` tells of.
fn messages(file: &str, heading: &str) -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(root.join(file)).unwrap();
    let section = text.split(heading).nth(1).unwrap();
    let section = section.split("\n## ").next().unwrap();
    let cells = section.lines().filter(|line| line.starts_with("| `"));
    let cells = cells.map(|line| line.split('|').nth(1).unwrap());
    let messages = cells.flat_map(|cell| cell.split('`').skip(1).step_by(2));
    messages.map(str::to_owned).collect()
}

#[test]
fn the_messages_in_readme_and_leia_me_are_messages_of_the_program() {
    let english = messages("README.md", "\n## When malote says no\n");
    let portuguese = messages("LEIA-ME.md", "\n## Quando o malote diz não\n");
    assert!(english.len() > 15, "{english:?}");
    // Whoever reads one of the two finds what stands in the other.
    assert_eq!(english.len(), portuguese.len());
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut said = String::new();
    texts(&root.join("src"), &mut said);
    for message in english.iter().chain(&portuguese) {
        assert!(said.contains(message), "{message}");
    }
}
