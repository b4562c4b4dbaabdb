//! What fuzzing has found, and where it started from, as ordinary tests: see `tests/fuzz`.

use std::fs;
use std::path::{Path, PathBuf};

#[path = "fuzz/probes.rs"]
mod probes;

/// Gives every file of the corpus `name`, and of each of its prefixes some, to `probe`.
fn each(name: &str, probe: impl Fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/corpus");
    let entries = fs::read_dir(folder.join(name)).unwrap();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(!paths.is_empty(), "{name}");
    for path in paths {
        let bytes = fs::read(&path).unwrap();
        let step = (bytes.len() / 200).max(1);
        for end in (0..bytes.len()).step_by(step).chain([bytes.len()]) {
            probe(&bytes[..end]);
        }
    }
}

#[test]
fn documents_of_the_corpus_hold() {
    each("document", probes::document);
}

#[test]
fn manifests_of_the_corpus_hold() {
    each("manifest", probes::manifest);
}

#[test]
fn journals_of_the_corpus_hold() {
    let folder = tempfile::tempdir().unwrap();
    each("journal", |bytes| probes::journal(bytes, folder.path()));
}

#[test]
fn answers_of_the_corpus_hold() {
    each("answer", probes::answer);
}
