//! The journal on disk: cut anywhere it opens, damaged anywhere else it is refused.

use std::fs;
use std::path::Path;
use std::sync::mpsc::channel;

use jiff::Timestamp;
use jiff::tz::Offset;
use malote::digest::ContentHash;
use malote::journal::{self, Ack, Event, HEADER, JournalWriter, OpenError, Record, State};
use malote::zen::Route;

fn hash(number: usize) -> ContentHash {
    ContentHash::of(&number.to_le_bytes())
}

fn record(event: Event, number: usize) -> Record {
    Record {
        sha256: Some(hash(number)),
        id: format!("NFe{number:044}"),
        route: Some(Route::Nfe),
        attempt: 1,
        ..Record::note(
            Timestamp::UNIX_EPOCH,
            Offset::UTC,
            event,
            "já importado, \"sim\"".to_owned(),
        )
    }
}

/// A journal of documents that were sent and accepted.
fn written(path: &Path, documents: usize) {
    let opened = journal::open(path, None).unwrap();
    let (report, acks) = channel();
    let writer = JournalWriter::start(opened.file, opened.columns, move |ack| {
        report.send(ack).unwrap();
    });
    let mut last = 0;
    for number in 0..documents {
        last = writer.append(&[
            record(Event::Attempt, number),
            record(Event::Accepted, number),
        ]);
    }
    assert_eq!(writer.finish(), Ok(()));
    assert_eq!(acks.iter().last(), Some(Ack::Synced(last)));
}

#[test]
fn cut_after_every_byte_it_opens_and_loses_only_the_torn_record() {
    let folder = tempfile::tempdir().unwrap();
    let whole = folder.path().join("whole.csv");
    written(&whole, 3);
    let bytes = fs::read(&whole).unwrap();
    for cut in 0..=bytes.len() {
        let path = folder.path().join(format!("{cut}.csv"));
        fs::write(&path, &bytes[..cut]).unwrap();
        let opened =
            journal::open(&path, None).unwrap_or_else(|error| panic!("cut at {cut}: {error}"));
        let records = memchr::memchr_iter(b'\n', &bytes[..cut])
            .count()
            .saturating_sub(1);
        for number in 0..3 {
            let state = opened
                .replayed
                .as_ref()
                .unwrap()
                .states
                .get(&hash(number))
                .map(journal::Slot::state);
            let expected = match records.saturating_sub(number * 2) {
                0 => None,
                1 => Some(State::Unknown),
                _ => Some(State::Accepted),
            };
            assert_eq!(state, expected, "cut at {cut}, document {number}");
        }
        let header = HEADER.len() + 1;
        let at_an_end = cut == 0 || (cut >= header && bytes[cut - 1] == b'\n');
        assert_eq!(opened.torn.is_none(), at_an_end, "cut at {cut}");
        if let Some(kept) = &opened.torn {
            let start = bytes[..cut].iter().rposition(|byte| *byte == b'\n');
            let start = start.map_or(0, |end| end + 1);
            assert_eq!(fs::read(kept).unwrap(), bytes[start..cut], "cut at {cut}");
            // One that has lost its first line begins anew.
            let left = if start == 0 { header } else { start };
            assert_eq!(fs::read(&path).unwrap(), bytes[..left], "cut at {cut}");
        }
        drop(opened);
        written(&path, 4);
        let again = journal::replay(&[&path]).unwrap();
        assert_eq!(
            again.states.get(&hash(3)).map(journal::Slot::state),
            Some(State::Accepted)
        );
    }
}

#[test]
fn foreign_bytes_in_the_tail_are_cut_out_and_whole_records_behind_them_kept() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.csv");
    written(&path, 2);
    let before = fs::read(&path).unwrap();
    for foreign in [
        &b"\0\0\0\0\0\0\0\0"[..],
        b"\xff\xfegarbage\n",
        b"accepted,not a record\n",
    ] {
        let other = folder.path().join("other.csv");
        let _ = fs::remove_file(&other);
        written(&other, 5);
        let tail = fs::read(&other).unwrap();
        let tail = &tail[tail.len() - before.len() / 3..];
        let start = 1 + tail.iter().position(|byte| *byte == b'\n').unwrap();
        fs::write(&path, [&before, foreign, &tail[start..]].concat()).unwrap();
        let opened = journal::open(&path, None).unwrap();
        let kept = opened.torn.clone().expect("something was cut");
        assert!(fs::read(kept).unwrap().starts_with(foreign));
        assert_eq!(
            opened
                .replayed
                .as_ref()
                .unwrap()
                .states
                .get(&hash(4))
                .map(journal::Slot::state),
            Some(State::Accepted)
        );
        assert_eq!(
            opened
                .replayed
                .as_ref()
                .unwrap()
                .states
                .get(&hash(1))
                .map(journal::Slot::state),
            Some(State::Accepted)
        );
    }
}

/// Bug: --retry-rejected read messages where the records had lain before the tear was cut out.
#[test]
fn messages_are_found_after_a_torn_tail_was_mended() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.csv");
    written(&path, 3);
    let whole = fs::read(&path).unwrap();
    let last = 1 + memchr::memrchr(b'\n', &whole[..whole.len() - 1]).unwrap();
    fs::write(&path, [&whole[..last], b"torn\n", &whole[last..]].concat()).unwrap();
    let opened = journal::open(&path, None).unwrap();
    assert!(opened.torn.is_some());
    let mut messages = journal::Messages::new(&[&path]);
    for number in 0..3 {
        let slot = opened
            .replayed
            .as_ref()
            .unwrap()
            .states
            .get(&hash(number))
            .unwrap();
        assert_eq!(messages.read(slot).unwrap(), "já importado, \"sim\"");
    }
}

/// Each bit of the first line, of one in the middle, and of the last that is no tail.
#[test]
fn any_flipped_bit_before_the_tail_is_refused_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.csv");
    written(&path, 170);
    let bytes = fs::read(&path).unwrap();
    let ends: Vec<_> = memchr::memchr_iter(b'\n', &bytes).collect();
    let tail = bytes.len() - 64 * 1024;
    let last = ends.iter().position(|end| *end >= tail).unwrap();
    let mut broken = bytes.clone();
    for line in [2, last / 2, last + 1] {
        let start = ends[line - 2] + 1;
        assert!(start < tail, "{line}");
        for bit in start * 8..(ends[line - 1] + 1) * 8 {
            broken[bit / 8] ^= 1 << (bit % 8);
            fs::write(&path, &broken).unwrap();
            let refused = journal::replay(&[&path]).unwrap_err().to_string();
            let words = format!("at line {line}:");
            assert!(refused.contains(&words), "bit {bit}, {line}: {refused}");
            broken[bit / 8] = bytes[bit / 8];
        }
        broken[start + 7] ^= 4;
        fs::write(&path, &broken).unwrap();
        assert!(matches!(
            journal::open(&path, None),
            Err(OpenError::Damage(_))
        ));
        assert!(fs::read(&path).unwrap() == broken, "nothing is changed");
        broken[start + 7] = bytes[start + 7];
    }
}

#[test]
fn a_second_writer_is_refused_and_learns_who_the_first_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.csv");
    let first = journal::open(&path, None).unwrap();
    let Err(OpenError::Held { holder, .. }) = journal::open(&path, None) else {
        panic!("two writers");
    };
    assert!(
        holder.contains(&format!("process {}", std::process::id())),
        "{holder}"
    );
    assert!(journal::replay(&[&path]).is_ok(), "readers need no lock");
    drop(first);
    assert!(journal::open(&path, None).is_ok());
}

#[test]
fn columns_more_or_fewer_are_read_and_a_newer_format_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.csv");
    let line = |fields: &str| format!("{fields},{:08x}\n", crc32fast::hash(fields.as_bytes()));
    let older = format!(
        "event,sha256,crc\n{}",
        line(&format!("accepted,{}", hash(1)))
    );
    fs::write(&path, older).unwrap();
    let read = journal::replay(&[&path]).unwrap();
    assert_eq!(
        read.states.get(&hash(1)).map(journal::Slot::state),
        Some(State::Accepted)
    );
    let newer = format!(
        "new,event,sha256,route,crc\n{}",
        line(&format!("x,rejected,{},importarxmlnfearray", hash(1)))
    );
    fs::write(&path, newer).unwrap();
    let read = journal::replay(&[&path]).unwrap();
    assert_eq!(
        read.states.get(&hash(1)).map(journal::Slot::state),
        Some(State::Rejected)
    );
    let begin =
        "2026-11-24T22:00:00.000-03:00,begin,,,,,,,,\"{\"\"format\"\":99,\"\"host\"\":\"\"a\"\"}\"";
    fs::write(&path, format!("{HEADER}\n{}", line(begin))).unwrap();
    let refused = journal::replay(&[&path]).unwrap_err().to_string();
    assert!(refused.contains("format 99"), "{refused}");
}

/// Bug: records were appended in this program's columns, whatever columns the journal had, and read back wrongly.
#[test]
fn a_journal_with_other_columns_is_continued_in_them() {
    let folder = tempfile::tempdir().unwrap();
    for header in [
        "new,time,event,sha256,id,route,http,attempt,millis,client,message,crc",
        "message,sha256,event,time,crc",
        "time,event,sha256,crc",
    ] {
        let path = folder.path().join("journal.csv");
        fs::write(&path, format!("{header}\n")).unwrap();
        for documents in [2, 3] {
            written(&path, documents);
        }
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.starts_with(&format!("{header}\n")), "{text}");
        let width = header.split(',').count();
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        for record in reader.records() {
            assert_eq!(record.unwrap().len(), width, "{header}");
        }
        let read = journal::replay(&[&path]).unwrap();
        let (_, scanned) = &read.journals[0];
        assert!(scanned.torn.is_none() && scanned.records == 10, "{header}");
        for number in 0..3 {
            let slot = read.states.get(&hash(number)).unwrap();
            assert_eq!(slot.state(), State::Accepted);
            let message = journal::Messages::new(&[&path]).read(slot).unwrap();
            let expected = if header.contains("message") {
                "já importado, \"sim\""
            } else {
                ""
            };
            assert_eq!(message, expected);
        }
    }
}

#[test]
fn a_journal_without_a_needed_column_is_not_continued() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.csv");
    for header in [
        "event,sha256,crc",
        "time,sha256,crc",
        "time,event,crc",
        "time,event,sha256",
        "crc,time,event,sha256",
        // Bug (found by fuzzing): its torn tail was cut off before it was refused.
        "event,sha256,crc\nhalf a li",
    ] {
        let text = format!("{header}\n");
        fs::write(&path, &text).unwrap();
        assert!(journal::open(&path, None).is_err(), "{header}");
        assert_eq!(
            fs::read_to_string(&path).unwrap(),
            text,
            "nothing is changed"
        );
    }
}

/// Bug: a small journal that an editor had saved with CRLF was taken for torn from its second line on, and all that it
/// said was cut off.
#[test]
fn a_journal_that_was_saved_again_is_refused_however_small() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.csv");
    for documents in [1, 3, 1000] {
        let _ = fs::remove_file(&path);
        written(&path, documents);
        let text = fs::read_to_string(&path).unwrap();
        let (header, records) = text.split_once('\n').unwrap();
        for saved in [
            text.replace('\n', "\r\n"),
            format!("\u{feff}{}", text.replace('\n', "\r\n")),
            format!("{header}\n{}", records.replace('\n', "\r\n")),
            format!("{header}\r\n{}", records.replace("importado", "imported")),
        ] {
            fs::write(&path, &saved).unwrap();
            let refused = journal::replay(&[&path]).unwrap_err().to_string();
            assert!(
                refused.contains("saved again") && refused.contains("line 2"),
                "{refused}"
            );
            assert!(journal::open(&path, None).is_err());
            assert_eq!(
                fs::read_to_string(&path).unwrap(),
                saved,
                "nothing is changed"
            );
        }
    }
}

/// A torn tail is at most 64 KiB, to the byte.
#[test]
fn a_bad_line_is_a_torn_tail_within_64_kib_of_the_end_and_damage_before() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.csv");
    for (bytes, is_torn) in [(65_535, true), (65_536, true), (65_537, false)] {
        let _ = fs::remove_file(&path);
        written(&path, 600);
        let whole = fs::read(&path).unwrap();
        // A bad line from which on there are so many bytes, all others whole.
        let mut starts = memchr::memchr_iter(b'\n', &whole).map(|end| end + 1);
        let start = starts
            .find(|start| whole.len() - start < bytes - 8)
            .unwrap();
        let more = bytes - (whole.len() - start);
        let mut bad = vec![b'x'; more - 1];
        bad.push(b'\n');
        let line = 1 + memchr::memchr_iter(b'\n', &whole[..start]).count();
        let torn = [&whole[..start], &bad, &whole[start..]].concat();
        fs::write(&path, &torn).unwrap();
        let opened = journal::open(&path, None);
        if is_torn {
            let opened = opened.unwrap_or_else(|error| panic!("{bytes}: {error}"));
            let kept = fs::read(opened.torn.unwrap()).unwrap();
            assert_eq!(kept.len(), bytes);
            assert!(
                fs::read(&path).unwrap() == whole,
                "{bytes}: each record is there once"
            );
        } else {
            let Err(OpenError::Damage(damage)) = opened else {
                panic!("{bytes}: it is opened");
            };
            assert!(
                damage.to_string().contains(&format!("line {line}:")),
                "{damage}"
            );
            assert!(fs::read(&path).unwrap() == torn, "nothing is changed");
        }
    }
}

/// Bug: a record whose checksum is right but whose cells are not those of the first line was read by the wrong columns, or
/// cut off as torn and appended anew by every run.
#[test]
fn a_whole_line_that_says_nothing_is_damage_and_no_torn_tail() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.csv");
    written(&path, 2);
    let whole = fs::read_to_string(&path).unwrap();
    let line = |fields: &str| format!("{fields},{:08x}\n", crc32fast::hash(fields.as_bytes()));
    let hash = hash(0);
    for (text, number) in [
        (whole.replacen(",id,route,", ",id-route,", 1), 2),
        (whole.replacen(",millis,", ",mi,lis,", 1), 2),
        (format!("{whole}{}", line(&format!("t,accepted,{hash}"))), 6),
        (format!("{whole}{}", line("t,accepted,no hash,,,,,,,")), 6),
        (format!("{whole}{}", line("t,begin,,,,,,,,no JSON")), 6),
        (
            format!(
                "{whole}half a li\n\0\0{}",
                line("t,accepted,no hash,,,,,,,")
            ),
            7,
        ),
    ] {
        fs::write(&path, &text).unwrap();
        let Err(OpenError::Damage(damage)) = journal::open(&path, None) else {
            panic!("{text} was taken");
        };
        let words = format!("damaged at line {number}:");
        assert!(damage.to_string().contains(&words), "{damage}");
        assert_eq!(
            fs::read_to_string(&path).unwrap(),
            text,
            "nothing is changed"
        );
    }
}

/// Bug: no checksum covers the first line, so that a flipped bit in it hid a column: refused documents were sent again.
#[test]
fn any_flipped_bit_of_the_first_line_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.csv");
    written(&path, 2);
    let bytes = fs::read(&path).unwrap();
    for at in 0..(HEADER.len() + 1) * 8 {
        let mut broken = bytes.clone();
        broken[at / 8] ^= 1 << (at % 8);
        fs::write(&path, &broken).unwrap();
        assert!(journal::replay(&[&path]).is_err(), "bit {at}");
        assert!(journal::open(&path, None).is_err(), "bit {at}");
        assert!(fs::read(&path).unwrap() == broken, "nothing is changed");
    }
}
