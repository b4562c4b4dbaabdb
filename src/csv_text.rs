//! Lines of CSV in memory: put together to be written in one go, and taken apart. The csv crate quotes; when, is decided
//! here, because a spreadsheet may split at other signs than ours.

use csv_core::{
    QuoteStyle, ReadRecordResult, Reader, ReaderBuilder, WriteResult, Writer, WriterBuilder,
};

/// Appends fields to a buffer, each with the delimiter behind it.
pub(crate) struct Fields<'a> {
    csv: Writer,
    delimiter: u8,
    out: &'a mut Vec<u8>,
}

impl<'a> Fields<'a> {
    /// Fields behind what `out` holds.
    pub fn new(delimiter: u8, out: &'a mut Vec<u8>) -> Self {
        Self {
            csv: WriterBuilder::new()
                .delimiter(delimiter)
                .quote_style(QuoteStyle::Always)
                .build(),
            delimiter,
            out,
        }
    }

    /// A field that never needs quotes.
    pub fn plain(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        write(self.out);
        self.out.push(self.delimiter);
    }

    /// A number, or nothing.
    pub fn number(&mut self, number: Option<u64>) {
        self.plain(|out| {
            if let Some(number) = number {
                push_number(number, out);
            }
        });
    }

    /// A field of any content.
    pub fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    /// A field of any bytes.
    pub fn bytes(&mut self, bytes: &[u8]) {
        let quoted = |byte: &u8| matches!(byte, b'"' | b'\n' | b'\r' | b'#' | b',' | b';' | b'\t');
        // No early end, so that many bytes are looked at in one instruction.
        if bytes.iter().fold(false, |any, byte| any | quoted(byte)) {
            self.quoted(bytes);
        } else {
            self.out.extend_from_slice(bytes);
            self.out.push(self.delimiter);
        }
    }

    fn quoted(&mut self, mut rest: &[u8]) {
        loop {
            let start = self.out.len();
            self.out.resize(start + rest.len() * 2 + 8, 0);
            let (result, read, written) = self.csv.field(rest, &mut self.out[start..]);
            self.out.truncate(start + written);
            rest = &rest[read..];
            if result == WriteResult::InputEmpty {
                break;
            }
        }
        let start = self.out.len();
        self.out.resize(start + 8, 0);
        let (_, written) = self.csv.delimiter(&mut self.out[start..]);
        self.out.truncate(start + written);
    }
}

/// Takes lines apart into cells, in a buffer that is used again and again.
#[derive(Debug)]
pub(crate) struct Cells {
    csv: Reader,
    delimiter: u8,
    bytes: Vec<u8>,
    /// Where each cell lies in `bytes`; there is a byte for the delimiter between two, or none.
    places: Vec<(usize, usize)>,
    ends: Vec<usize>,
}

impl Cells {
    pub fn new(delimiter: u8) -> Self {
        Self {
            csv: ReaderBuilder::new().delimiter(delimiter).build(),
            delimiter,
            bytes: Vec::new(),
            places: Vec::new(),
            ends: Vec::new(),
        }
    }

    /// Takes `line` apart. False: a quote in it does not close.
    pub fn read(&mut self, line: &[u8]) -> bool {
        self.places.clear();
        if memchr::memchr(b'"', line).is_some() {
            return self.read_quoted(line);
        }
        self.bytes.clear();
        self.bytes.extend_from_slice(line);
        let mut start = 0;
        for end in memchr::memchr_iter(self.delimiter, line) {
            self.places.push((start, end));
            start = end + 1;
        }
        self.places.push((start, line.len()));
        true
    }

    fn read_quoted(&mut self, line: &[u8]) -> bool {
        // Whatever the quotes, there are no more cells than delimiters let there be, and no more bytes.
        let most = 1 + memchr::memchr_iter(self.delimiter, line).count();
        self.bytes.resize(line.len() + 1, 0);
        self.ends.resize(most, 0);
        let (_, _, bytes, ends) = self.csv.read_record(line, &mut self.bytes, &mut self.ends);
        let (result, _, _, last) =
            self.csv
                .read_record(b"\n", &mut self.bytes[bytes..], &mut self.ends[ends..]);
        if !matches!(result, ReadRecordResult::Record) {
            self.csv.reset();
            return false;
        }
        let mut start = 0;
        for end in &self.ends[..ends + last] {
            self.places.push((start, *end));
            start = *end;
        }
        true
    }

    /// The cell at `index`.
    pub fn get(&self, index: usize) -> Option<&[u8]> {
        let (start, end) = *self.places.get(index)?;
        Some(&self.bytes[start..end])
    }

    /// All cells.
    pub fn iter(&self) -> impl Iterator<Item = &[u8]> {
        let places = self.places.iter();
        places.map(|(start, end)| &self.bytes[*start..*end])
    }
}

/// Whether a spreadsheet would take `text` for a formula. It forgives the wide forms of the signs, too.
pub(crate) fn begins_formula(text: &str) -> bool {
    text.starts_with([
        '=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}',
    ])
}

/// Appends `number` in decimal digits.
fn push_number(mut number: u64, out: &mut Vec<u8>) {
    let mut digits = [0; 20];
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b'0' + u8::try_from(number % 10).unwrap_or(0);
        number /= 10;
        if number == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[at..]);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bug: a message with a semicolon was split by a spreadsheet that takes it for the delimiter.
    #[test]
    fn what_any_spreadsheet_splits_at_is_quoted() {
        for (text, written) in [
            ("a b", "a b,"),
            ("a;b", "\"a;b\","),
            ("a\tb", "\"a\tb\","),
            ("a,b", "\"a,b\","),
            ("a\"b", "\"a\"\"b\","),
            ("", ","),
        ] {
            let mut out = Vec::new();
            Fields::new(b',', &mut out).text(text);
            assert_eq!(String::from_utf8(out).unwrap(), written, "{text:?}");
        }
    }

    #[test]
    fn cells_are_told_apart_by_delimiters_outside_quotes() {
        let mut cells = Cells::new(b';');
        for (line, expected) in [
            ("", Some(vec![""])),
            ("a;b", Some(vec!["a", "b"])),
            (";a;;", Some(vec!["", "a", "", ""])),
            ("a;\"b;c\";d", Some(vec!["a", "b;c", "d"])),
            ("\"a\"\"b\";\"\"", Some(vec!["a\"b", ""])),
            ("a\"b;c", Some(vec!["a\"b", "c"])),
            ("a;\"b;c", None),
            ("\"", None),
            ("a;b,c", Some(vec!["a", "b,c"])),
        ] {
            let closed = cells.read(line.as_bytes());
            let read = cells.iter().map(|cell| std::str::from_utf8(cell).unwrap());
            let read: Vec<_> = read.collect();
            assert_eq!(closed.then_some(read), expected, "{line}");
        }
    }

    #[test]
    fn formulas_are_known_by_their_first_sign() {
        for text in ["=1", "+1", "-1", "@a", "＝1", "＋1", "－1", "＠a"] {
            assert!(begins_formula(text), "{text}");
        }
        for text in ["", "1", "a=1", "'=1", "–1"] {
            assert!(!begins_formula(text), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn fields_are_read_as_they_were_written(fields: Vec<String>, number: u64, semicolon: bool) {
            let delimiter = if semicolon { b';' } else { b',' };
            let mut out = Vec::new();
            let mut writer = Fields::new(delimiter, &mut out);
            writer.number(Some(number));
            writer.number(None);
            for field in &fields {
                writer.text(field);
            }
            let mut reader = csv::ReaderBuilder::new()
                .has_headers(false)
                .delimiter(delimiter)
                .from_reader(out.as_slice());
            let record = reader.byte_records().next().unwrap().unwrap();
            let read: Vec<_> = record.iter().collect();
            let number = number.to_string();
            let mut expected: Vec<&[u8]> = vec![number.as_bytes(), b""];
            expected.extend(fields.iter().map(String::as_bytes));
            expected.push(b"");
            proptest::prop_assert_eq!(read, expected);
        }
    }
}
