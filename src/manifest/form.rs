//! How the lines of a manifest are written down: as `plan` does it, or as a spreadsheet has saved them.

const BYTE_ORDER_MARK: &str = "\u{feff}";

/// Delimiter, byte-order mark and end of line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Form {
    /// The sign between cells.
    pub delimiter: u8,
    /// A byte-order mark stands before the first line.
    pub byte_order_mark: bool,
    /// Lines end with CRLF.
    pub crlf: bool,
}

impl Form {
    /// What `plan` writes.
    pub(super) const PLAIN: Self = Self {
        delimiter: b',',
        byte_order_mark: false,
        crlf: false,
    };

    /// What a Brazilian Excel opens by a double click.
    pub(super) const EXCEL: Self = Self {
        delimiter: b';',
        byte_order_mark: true,
        crlf: true,
    };

    /// The form of a manifest by its first line, and that line without the mark.
    pub(super) fn of(first: &[u8], crlf: bool) -> (Self, &[u8]) {
        let unmarked = first.strip_prefix(BYTE_ORDER_MARK.as_bytes());
        let line = unmarked.unwrap_or(first);
        let count = |sign: u8| memchr::memchr_iter(sign, line).count();
        let signs = [b'\t', b';', b','].into_iter();
        let form = Self {
            delimiter: signs.max_by_key(|sign| count(*sign)).unwrap_or(b','),
            byte_order_mark: unmarked.is_some(),
            crlf,
        };
        (form, line)
    }

    /// Begins a file.
    pub fn begin(self, out: &mut Vec<u8>) {
        if self.byte_order_mark {
            out.extend_from_slice(BYTE_ORDER_MARK.as_bytes());
        }
    }

    /// Ends a line behind its last field.
    pub fn end_line(self, out: &mut Vec<u8>) {
        // The delimiter behind the last field is none.
        out.pop();
        out.extend_from_slice(if self.crlf { b"\r\n" } else { b"\n" });
    }
}
