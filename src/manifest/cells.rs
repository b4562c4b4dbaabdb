//! The cells of one line, in a buffer that is used again and again.

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

/// Takes lines apart into cells.
pub(super) struct Cells {
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

#[cfg(test)]
mod tests {
    use super::*;

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
}
