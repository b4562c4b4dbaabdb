//! What becomes of a file that is read to be sent.

use super::*;

#[test]
fn a_root_that_moved_is_followed_and_its_namesake_is_not() {
    let reading = Reading {
        roots: vec![
            ("/old".to_owned(), "/new".to_owned()),
            ("D:\\notas\\".to_owned(), "E:\\".to_owned()),
        ],
        ..Reading::default()
    };
    for (path, found) in [
        ("/old/a.xml", "/new/a.xml"),
        ("/older/a.xml", "/older/a.xml"),
        ("/else/old/a.xml", "/else/old/a.xml"),
        ("D:\\notas\\a.xml", "E:\\a.xml"),
        ("/old/100%25.xml", "/new/100%.xml"),
    ] {
        assert_eq!(reading.locate(path), PathBuf::from(found), "{path}");
    }
}

/// Bug: `--root /old/=/new` made `/newa.xml` of `/old/a.xml`.
#[test]
fn a_separator_at_the_end_of_a_root_says_nothing() {
    for (path, old, new, found) in [
        ("/old/a.xml", "/old", "/new", Some("/new/a.xml")),
        ("/old/a.xml", "/old/", "/new", Some("/new/a.xml")),
        ("/old/a.xml", "/old", "/new/", Some("/new/a.xml")),
        ("/old/a.xml", "/old//", "/new//", Some("/new/a.xml")),
        ("/old/a.xml", "/", "/new", Some("/new/old/a.xml")),
        ("/old/a.xml", "/old", "/", Some("/a.xml")),
        (
            "/old/a.xml",
            "/old",
            "\\\\server\\new\\",
            Some("\\\\server\\new/a.xml"),
        ),
        ("D:\\a.xml", "D:\\", "E:\\new", Some("E:\\new\\a.xml")),
        ("D:\\a.xml", "D:", "E:\\new\\", Some("E:\\new\\a.xml")),
        ("D:\\n\\a.xml", "D:\\n/", "E:/", Some("E:\\a.xml")),
        ("/older/a.xml", "/old/", "/new/", None),
        ("/old", "/old/", "/new/", Some("/new/")),
    ] {
        assert_eq!(
            Reading::moved(path, old, new).as_deref(),
            found,
            "{path} {old} {new}"
        );
    }
}

/// What grows while it is read, or before, is read to its end or refused, never taken for what was planned; so is what
/// was larger than the first portion that is read.
#[test]
fn a_file_of_many_portions_that_grew_or_shrank_is_changed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.xml");
    let mut text = b"<nfeProc/>".to_vec();
    let mut buffer = Vec::new();
    for length in [65_535, 65_536, 65_537, 131_072, 200_000] {
        text.resize(length, b' ');
        let planned = ContentHash::of(&text);
        for (now, same) in [
            (length, true),
            (length + 1, false),
            (length * 2, false),
            (length * 5, false),
            (length - 1, false),
            (10, false),
            (0, false),
        ] {
            let mut bytes = text.clone();
            bytes.resize(now, b'x');
            std::fs::write(&path, &bytes).unwrap();
            let (read, hash) = read(&path, &planned, &mut buffer).unwrap();
            assert_eq!(hash == planned, same, "{length}, now {now}");
            // Of one that has grown the planned bytes may be found before its end is.
            assert_eq!(read, now, "{length}");
            assert_eq!(hash, ContentHash::of(&bytes), "{length}, now {now}");
        }
    }
}

/// Somebody appends without end to a file of which the first portions are those that were planned.
#[cfg(unix)]
#[test]
fn a_file_that_grows_while_it_is_read_is_what_was_planned_or_is_not_sent() {
    use std::io::Write as _;
    use std::sync::atomic::{AtomicBool, Ordering};
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.xml");
    let text = vec![b' '; 150_000];
    let planned = ContentHash::of(&text);
    std::fs::write(&path, &text).unwrap();
    let ended = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut file = File::options().append(true).open(&path).unwrap();
            for _ in 0..20_000 {
                if ended.load(Ordering::Relaxed) {
                    return;
                }
                file.write_all(&[b'x'; 100]).unwrap();
            }
        });
        let mut buffer = Vec::new();
        for _ in 0..200 {
            let (length, hash) = read(&path, &planned, &mut buffer).unwrap();
            assert_eq!(hash, ContentHash::of(&buffer[..length]));
            assert_eq!(hash == planned, length == text.len());
        }
        ended.store(true, Ordering::Relaxed);
    });
}

#[test]
fn the_second_key_and_the_layout_are_found() {
    let text = "<CFeCanc><infCFe Id=\"CFe1\" chCanc=\"CFe35150908723218000186599000040190000360539948\" versao='0.07'>";
    assert_eq!(
        cancelled_key(text).as_deref(),
        Some("35150908723218000186599000040190000360539948")
    );
    assert_eq!(layout(text), "0.07");
    assert_eq!((cancelled_key("<a/>"), layout("<a/>")), (None, ""));
}
