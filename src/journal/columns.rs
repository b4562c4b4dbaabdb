//! The columns of a journal. It keeps those with which it was begun, by whatever version of the program: its records are
//! read and written in them.

use super::line::HEADER;

/// What this program writes, but for the checksum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    Time,
    Event,
    Sha256,
    Id,
    Route,
    Http,
    Attempt,
    Millis,
    Client,
    Message,
}

impl Column {
    const NAMES: [&str; 10] = [
        "time", "event", "sha256", "id", "route", "http", "attempt", "millis", "client", "message",
    ];

    fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "time" => Self::Time,
            "event" => Self::Event,
            "sha256" => Self::Sha256,
            "id" => Self::Id,
            "route" => Self::Route,
            "http" => Self::Http,
            "attempt" => Self::Attempt,
            "millis" => Self::Millis,
            "client" => Self::Client,
            "message" => Self::Message,
            _ => return None,
        })
    }
}

/// The columns of one journal, in its order; nothing for those that are unknown here. The checksum comes behind them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns(Vec<Option<Column>>);

impl Default for Columns {
    fn default() -> Self {
        Self::read(HEADER.as_bytes()).unwrap_or(Self(Vec::new()))
    }
}

impl Columns {
    /// The columns that the first line `header` names; `None` where it is not a journal's.
    pub(super) fn read(header: &[u8]) -> Option<Self> {
        let header = header.strip_prefix(b"\xef\xbb\xbf").unwrap_or(header);
        let text = std::str::from_utf8(header)
            .ok()?
            .trim_end_matches(['\r', '\n']);
        let names = text.strip_suffix(",crc")?;
        // No checksum covers this line: a name that one flipped bit has made unknown would hide its column.
        if names.split(',').any(is_damaged) {
            return None;
        }
        let columns = Self(names.split(',').map(Column::from_name).collect());
        let told = [Column::Event, Column::Sha256];
        let is_journal = told.iter().all(|column| columns.place(*column).is_some());
        is_journal.then_some(columns)
    }

    /// Which cell of a record it is in.
    pub(super) fn place(&self, column: Column) -> Option<usize> {
        self.0.iter().position(|one| *one == Some(column))
    }

    /// In the journal's order.
    pub(super) fn iter(&self) -> impl Iterator<Item = Option<Column>> {
        self.0.iter().copied()
    }
}

/// Whether `name` is that of a column but for one bit.
fn is_damaged(name: &str) -> bool {
    let distance = |known: &str| -> u32 {
        let pairs = name.bytes().zip(known.bytes());
        pairs.map(|(one, other)| (one ^ other).count_ones()).sum()
    };
    let near = |known: &&str| known.len() == name.len() && distance(known) == 1;
    Column::NAMES.iter().any(near)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_journal_is_known_by_its_first_line() {
        for (header, places) in [
            (HEADER, Some((Some(0), Some(9)))),
            ("event,sha256,crc", Some((None, None))),
            (
                "\u{feff}message,sha256,event,time,crc\r\n",
                Some((Some(3), Some(0))),
            ),
            ("new,time,event,sha256,crc", Some((Some(1), None))),
            ("time,event,sha256,routd,crc", None),
            ("time,event,sha256,Route,crc", None),
            ("time,event,sha256", None),
            ("crc,time,event,sha256", None),
            ("time,event,crc", None),
            ("time,sha256,crc", None),
            ("", None),
        ] {
            let columns = Columns::read(header.as_bytes());
            let found = columns.map(|one| (one.place(Column::Time), one.place(Column::Message)));
            assert_eq!(found, places, "{header}");
        }
    }
}
