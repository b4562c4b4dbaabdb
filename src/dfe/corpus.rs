//! Agreement with a collection of public documents, where it lies beside the project.

use std::path::Path;

use super::{DocumentKind, inspect};

#[test]
fn the_public_collection_is_read_as_its_index_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    let Ok(mut index) = csv::Reader::from_path(folder.join("INDEX.csv")) else {
        return;
    };
    let (mut files, mut sendable, mut wrong) = (0, 0, Vec::new());
    let headers = index.headers().unwrap().clone();
    for record in index.records() {
        let record = record.unwrap();
        let field = |name: &str| {
            let at = headers.iter().position(|header| header == name).unwrap();
            record.get(at).unwrap()
        };
        let bytes = std::fs::read(folder.join(field("file"))).unwrap();
        let found = inspect(&bytes);
        files += 1;
        let well_formed = found.kind != DocumentKind::Unreadable;
        let key = field("doc_key");
        let found_key = found.access_key.map(|key| key.to_string());
        let test = field("tpAmb") == "2";
        let technical = field("category").ends_with("-ws") || field("category") == "distractor";
        // A cancellation by a SAT of tests is recognised by its serial number, which plan looks at.
        if found.skip.is_none() && !(found.kind == DocumentKind::CfeCancel && found.sat_of_tests) {
            sendable += 1;
            if found.kind != DocumentKind::Nfe && found.kind != DocumentKind::Nfce {
                wrong.push(format!("{}: {:?} is sendable", field("file"), found.kind));
            }
        }
        if !well_formed && field("well_formed") == "y" {
            wrong.push(format!("{}: {:?}", field("file"), found.skip));
        }
        if let Some(found_key) = found_key.filter(|found| !key.is_empty() && found != key) {
            wrong.push(format!("{}: key {found_key} is not {key}", field("file")));
        }
        if (test || technical) && found.skip.is_none() {
            wrong.push(format!("{}: is sendable", field("file")));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert_eq!(files, 789);
    assert!((25..=35).contains(&sendable), "{sendable} sendable");
}
