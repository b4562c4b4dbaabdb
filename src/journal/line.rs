//! Records as bytes: one line of CSV each, closed by a checksum. Pure.

use std::borrow::Cow;
use std::fmt::Write as _;

use jiff::tz::{Offset, TimeZone};

use super::columns::{Column, Columns};
use super::{Event, Record};
use crate::csv_text::{Fields, begins_formula};
use crate::shown::acts;

/// The journal's first line, without its end.
pub const HEADER: &str = "time,event,sha256,id,route,http,attempt,millis,client,message,crc";

/// Bytes at most of a message.
const LONGEST_MESSAGE: usize = 4096;

/// Makes lines of records, for a journal that has its columns.
#[derive(Debug, Default)]
pub(super) struct Encoder {
    columns: Columns,
    second: Second,
}

/// A second in words. Hundreds of records have the same one, and to put a time into words costs more than all the rest
/// of a record.
#[derive(Debug, Default)]
struct Second {
    of: Option<(i64, Offset)>,
    /// `2026-11-24T22:15:03`
    words: String,
    /// `-03:00`
    offset: String,
}

impl Encoder {
    pub fn new(columns: Columns) -> Self {
        Self {
            columns,
            second: Second::default(),
        }
    }

    /// Appends `record` to `out` as a whole line.
    pub fn encode(&mut self, record: &Record, out: &mut Vec<u8>) {
        self.second.turn_to(record);
        let start = out.len();
        let mut fields = Fields::new(b',', out);
        for column in self.columns.iter() {
            match column {
                Some(Column::Time) => fields.plain(|out| self.second.write(record, out)),
                Some(column) => field(record, column, &mut fields),
                None => fields.plain(|_| ()),
            }
        }
        // The last comma is not part of what the checksum covers.
        let crc = crc32fast::hash(&out[start..out.len() - 1]);
        let _ = writeln!(Text(out), "{crc:08x}");
    }
}

impl Second {
    fn turn_to(&mut self, record: &Record) {
        let of = (record.time.as_second(), record.offset);
        if self.of == Some(of) {
            return;
        }
        let zoned = record
            .time
            .to_zoned_datetime(TimeZone::fixed(record.offset));
        self.of = Some(of);
        self.words = zoned.strftime("%Y-%m-%dT%H:%M:%S").to_string();
        self.offset = zoned.strftime("%:z").to_string();
    }

    fn write(&self, record: &Record, out: &mut Vec<u8>) {
        out.extend_from_slice(self.words.as_bytes());
        // Before 1970 the second of a time is the one towards it.
        let millis = record.time.subsec_millisecond().unsigned_abs();
        let _ = write!(Text(out), ".{millis:03}{}", self.offset);
    }
}

fn field(record: &Record, column: Column, fields: &mut Fields) {
    match column {
        // It is written by who knows the second.
        Column::Time => {}
        Column::Event => {
            fields.plain(|out| out.extend_from_slice(record.event.as_str().as_bytes()));
        }
        Column::Sha256 => fields.plain(|out| {
            if let Some(hash) = &record.sha256 {
                hash.write_hex(out);
            }
        }),
        Column::Id => fields.text(&harmless(&record.id)),
        Column::Route => fields.plain(|out| {
            let route = record.route.map_or("", |route| route.as_str());
            out.extend_from_slice(route.as_bytes());
        }),
        Column::Http => fields.number(record.http.map(u64::from)),
        Column::Attempt => {
            fields.number((record.attempt > 0).then_some(u64::from(record.attempt)));
        }
        Column::Millis => fields.number(record.millis),
        Column::Client => fields.text(&harmless(&record.client)),
        // It is JSON, and read again: what is escaped in it is escaped as JSON does, and nothing is cut off.
        Column::Message if record.event == Event::Begin => {
            fields.text(&harmless_json(&record.message));
        }
        Column::Message => fields.text(&harmless(&record.message)),
    }
}

/// Whether `line`, without its end, is what its checksum says.
#[must_use]
pub fn is_whole(line: &[u8]) -> bool {
    let Some(comma) = memchr::memrchr(b',', line) else {
        return false;
    };
    let sum = &line[comma + 1..];
    if sum.len() != 8
        || !sum
            .iter()
            .all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'))
    {
        return false;
    }
    let digits = std::str::from_utf8(sum).unwrap_or_default();
    u32::from_str_radix(digits, 16) == Ok(crc32fast::hash(&line[..comma]))
}

/// `text` as one line that neither terminal nor spreadsheet takes for a command: controls, line separators and
/// marks that turn the direction of writing are escaped, a first sign that would begin a formula gets an
/// apostrophe, and what is longer than 4 KiB is cut.
fn harmless(text: &str) -> Cow<'_, str> {
    let formula = begins_formula(text);
    let plain = text.bytes().all(|byte| (b' '..0x7f).contains(&byte));
    if !formula && plain && text.len() <= LONGEST_MESSAGE {
        return Cow::Borrowed(text);
    }
    if !formula && text.len() <= LONGEST_MESSAGE && !text.chars().any(acts) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len().min(LONGEST_MESSAGE) + 16);
    if formula {
        out.push('\'');
    }
    for letter in text.chars() {
        let before = out.len();
        match letter {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            harmful if acts(harmful) => {
                let _ = write!(out, "\\u{{{:x}}}", u32::from(harmful));
            }
            plain => out.push(plain),
        }
        if out.len() > LONGEST_MESSAGE - '…'.len_utf8() {
            out.truncate(before);
            out.push('…');
            break;
        }
    }
    Cow::Owned(out)
}

/// A text of JSON that no terminal takes for a command, and that means the same.
fn harmless_json(text: &str) -> Cow<'_, str> {
    if !text.chars().any(acts) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for letter in text.chars() {
        if acts(letter) {
            let _ = write!(out, "\\u{:04x}", u32::from(letter));
        } else {
            out.push(letter);
        }
    }
    Cow::Owned(out)
}

/// Formats into bytes.
struct Text<'a>(&'a mut Vec<u8>);

impl std::fmt::Write for Text<'_> {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        self.0.extend_from_slice(text.as_bytes());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::Offset;

    use super::*;
    use crate::digest::ContentHash;
    use crate::zen::Route;

    fn record(message: &str) -> Record {
        Record {
            time: "2026-11-25T01:15:03.123Z".parse().unwrap(),
            offset: Offset::constant(-3),
            event: Event::Accepted,
            sha256: Some(ContentHash::of(b"abc")),
            id: "NFe35170458716523000119550010000000121000123458".to_owned(),
            route: Some(Route::Nfe),
            http: Some(200),
            attempt: 1,
            millis: Some(87),
            client: "12.345.678/0001-95".to_owned(),
            message: message.to_owned(),
        }
    }

    fn line(message: &str) -> String {
        let mut out = Vec::new();
        Encoder::default().encode(&record(message), &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_record_is_one_line_with_its_checksum() {
        let text = line("importado, \"ok\"");
        let fields = "2026-11-24T22:15:03.123-03:00,accepted,\
                      ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad,\
                      NFe35170458716523000119550010000000121000123458,importarxmlnfearray,200,1,87,\
                      12.345.678/0001-95,\"importado, \"\"ok\"\"\"";
        let expected = format!("{fields},{:08x}\n", crc32fast::hash(fields.as_bytes()));
        assert_eq!(text, expected);
        assert!(is_whole(text.trim_end().as_bytes()));
    }

    #[test]
    fn a_record_has_the_columns_of_its_journal() {
        let columns = Columns::read(b"message,new,event,sha256,time,event,crc\n").unwrap();
        let mut out = Vec::new();
        Encoder::new(columns).encode(&record("ok"), &mut out);
        let fields = "ok,,accepted,ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad,\
                      2026-11-24T22:15:03.123-03:00,accepted";
        let expected = format!("{fields},{:08x}\n", crc32fast::hash(fields.as_bytes()));
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }

    #[test]
    fn the_second_is_that_of_each_record() {
        let mut encoder = Encoder::default();
        for (time, offset, written) in [
            (
                "2026-11-25T01:15:03.123Z",
                -3,
                "2026-11-24T22:15:03.123-03:00",
            ),
            (
                "2026-11-25T01:15:03.007Z",
                -3,
                "2026-11-24T22:15:03.007-03:00",
            ),
            (
                "2026-11-25T01:15:03.007Z",
                -4,
                "2026-11-24T21:15:03.007-04:00",
            ),
            ("2026-11-25T01:15:04Z", -4, "2026-11-24T21:15:04.000-04:00"),
        ] {
            let one = Record {
                time: time.parse().unwrap(),
                offset: Offset::constant(offset),
                ..record("")
            };
            let mut out = Vec::new();
            encoder.encode(&one, &mut out);
            assert!(out.starts_with(written.as_bytes()), "{written}");
        }
    }

    #[test]
    fn a_message_stays_one_harmless_line() {
        for (message, written) in [
            ("a\nb\r\tc", "a\\nb\\r\\tc"),
            ("\u{1b}[31mred", "\\u{1b}[31mred"),
            ("a\u{202e}b\u{2028}c\0", "a\\u{202e}b\\u{2028}c\\u{0}"),
            ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
            ("＝1+1", "'＝1+1"),
            ("a; b", "\"a; b\""),
            ("ação", "ação"),
        ] {
            assert!(
                line(message).contains(&format!(",{written},")),
                "{}",
                line(message)
            );
        }
    }

    #[test]
    fn a_message_has_4_kib_at_most() {
        let letters = |count| "a".repeat(count);
        for (message, written) in [
            (letters(4096), letters(4096)),
            (letters(4097), letters(4093) + "…"),
            ("ç".repeat(5000), "ç".repeat(2046) + "…"),
        ] {
            assert!(line(&message).contains(&format!(",{written},")));
        }
    }

    /// Bug: marks of direction in a manifest's name, and settings of more than 4 KiB, made a `begin` that no later run
    /// could read, so that it let documents go to another host.
    #[test]
    fn a_begin_can_always_be_read_again() {
        for name in [
            "a\u{202e}b\u{2028}\u{85}.csv",
            "=1.csv",
            "\"\\\n",
            &"ç".repeat(5000),
        ] {
            let json = serde_json::to_string(&serde_json::json!({"manifest": name})).unwrap();
            let mut out = Vec::new();
            let begin = Record {
                event: Event::Begin,
                ..record(&json)
            };
            Encoder::default().encode(&begin, &mut out);
            let mut reader = csv::ReaderBuilder::new()
                .has_headers(false)
                .from_reader(&out[..]);
            let read = reader.records().next().unwrap().unwrap();
            assert!(!read[9].chars().any(acts), "{}", &read[9]);
            let message: serde_json::Value = serde_json::from_str(&read[9]).unwrap();
            assert_eq!(message["manifest"], name);
        }
    }

    #[test]
    fn any_flipped_bit_is_noticed() {
        let text = line("importado");
        let line = text.trim_end().as_bytes();
        for at in 0..line.len() * 8 {
            let mut broken = line.to_vec();
            broken[at / 8] ^= 1 << (at % 8);
            assert!(!is_whole(&broken), "bit {at}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_comes_back_by_csv(id: String, client: String, message: String) {
            let mut one = record(&message);
            one.id = id;
            one.client = client;
            let mut out = Vec::new();
            Encoder::default().encode(&one, &mut out);
            proptest::prop_assert_eq!(memchr::memchr_iter(b'\n', &out).count(), 1);
            proptest::prop_assert!(is_whole(&out[..out.len() - 1]));
            let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(&out[..]);
            let read = reader.records().next().unwrap().unwrap();
            proptest::prop_assert_eq!(read.len(), 11);
            proptest::prop_assert_eq!(read[9].to_owned(), harmless(&one.message).into_owned());
            proptest::prop_assert_eq!(read[3].to_owned(), harmless(&one.id).into_owned());
        }
    }
}
