use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;

use super::*;
use crate::container::part_text;

/// An answer with notes that come to more than [`SMALL`].
fn answer(word: &str) -> (String, Vec<String>) {
    let note = |number: usize| {
        let text = word.repeat(100);
        format!("<nfeProc><NFe>{number} {text}</NFe></nfeProc>")
    };
    let notes: Vec<_> = (1..=1000).map(note).collect();
    let mut all = String::new();
    for note in &notes {
        let _ = write!(all, "<item>{note}</item>");
    }
    (format!("<answer>{all}</answer>"), notes)
}

fn read(archives: &Archives, file: &str, number: usize, wanted: &str) -> Result<String, Fault> {
    let path = [file, INSIDE, &part_text(number, "nfeProc")].concat();
    let mut out = vec![b'#'; 50];
    let wanted = ContentHash::of(wanted.as_bytes());
    let (length, hash) = archives.read(&path, &wanted, &mut out)?;
    assert_eq!(hash, ContentHash::of(&out[..length]));
    Ok(String::from_utf8(out[..length].to_vec()).unwrap())
}

/// Bug: of an answer with thousands of notes the whole was read and parsed again for each.
#[test]
fn the_documents_of_a_large_xml_are_cut_out_once() {
    let folder = tempfile::tempdir().unwrap();
    let (text, notes) = answer("abc");
    let (plain, packed) = (folder.path().join("a.xml"), folder.path().join("b.xml.gz"));
    fs::write(&plain, &text).unwrap();
    let gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    let mut gz = gz;
    gz.write_all(text.as_bytes()).unwrap();
    fs::write(&packed, gz.finish().unwrap()).unwrap();
    let archives = Archives::default();
    for file in [
        plain.display().to_string(),
        format!("{}{INSIDE}b.xml", packed.display()),
    ] {
        let mut kept = None;
        for number in [1, 2, 1000, 3] {
            let note = &notes[number - 1];
            assert_eq!(read(&archives, &file, number, note).unwrap(), *note);
            let one = Arc::clone(&archives.parted().last().unwrap().parted);
            assert!(Arc::ptr_eq(kept.get_or_insert(Arc::clone(&one)), &one));
        }
        let absent = read(&archives, &file, 1001, "");
        assert!(matches!(absent, Err(Fault::Absent)), "{absent:?}");
    }
}

#[test]
fn a_large_xml_that_changes_is_read_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.xml");
    let file = path.display().to_string();
    let ((old, old_notes), (new, new_notes)) = (answer("abc"), answer("xyzw"));
    let archives = Archives::default();
    for (text, notes) in [(&old, &old_notes), (&new, &new_notes), (&old, &old_notes)] {
        fs::write(&path, text).unwrap();
        for number in [7, 8] {
            let found = read(&archives, &file, number, &old_notes[number - 1]);
            assert_eq!(found.unwrap(), notes[number - 1]);
        }
    }
    fs::write(&path, &old[..old.len() / 2]).unwrap();
    assert_eq!(read(&archives, &file, 7, "").unwrap(), old_notes[6]);
    let absent = read(&archives, &file, 1000, "");
    assert!(matches!(absent, Err(Fault::Absent)), "{absent:?}");
    fs::remove_file(&path).unwrap();
    let gone = read(&archives, &file, 7, "");
    assert!(matches!(gone, Err(Fault::Io(_))), "{gone:?}");
}

#[test]
fn of_two_large_xmls_with_one_name_each_gives_its_documents() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.zip");
    let ((one, of_one), (other, of_other)) = (answer("abc"), answer("xyz"));
    let file = fs::File::create(&path).unwrap();
    let mut zip = rawzip::ZipArchiveWriter::new(file);
    for text in [one, other] {
        let (mut entry, config) = zip.new_file("x.xml").start().unwrap();
        let mut writer = config.wrap(&mut entry);
        writer.write_all(text.as_bytes()).unwrap();
        let (_, descriptor) = writer.finish().unwrap();
        entry.finish(descriptor).unwrap();
    }
    zip.finish().unwrap();
    let archives = Archives::default();
    let file = format!("{}{INSIDE}x.xml", path.display());
    for number in [1, 2, 500] {
        for notes in [&of_one, &of_other, &of_one] {
            let note = &notes[number - 1];
            assert_eq!(read(&archives, &file, number, note).unwrap(), *note);
        }
    }
    assert_eq!(archives.parted().len(), 2);
}
