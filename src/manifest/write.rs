//! Writes rows in the manifest's columns.

use std::borrow::Cow;
use std::io::{self, Write};

use csv::{Terminator, WriterBuilder};

use super::Entry;

/// Which columns there are, and for whom.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Layout {
    /// For a Brazilian Excel: semicolons, byte-order mark, CRLF.
    pub excel: bool,
    /// With the column `envelope`: the routes are not the documented ones.
    pub envelope: bool,
}

/// Writes a manifest.
pub struct ManifestWriter<W: Write> {
    csv: csv::Writer<W>,
    layout: Layout,
}

impl<W: Write> ManifestWriter<W> {
    /// Writes the first line.
    ///
    /// # Errors
    /// What the sink says.
    pub fn new(mut sink: W, layout: Layout) -> io::Result<Self> {
        if layout.excel {
            sink.write_all("\u{feff}".as_bytes())?;
        }
        let mut csv = WriterBuilder::new()
            .delimiter(if layout.excel { b';' } else { b',' })
            .terminator(if layout.excel {
                Terminator::CRLF
            } else {
                Terminator::Any(b'\n')
            })
            .buffer_capacity(256 * 1024)
            .from_writer(sink);
        let before = ["action", "notes", "kind", "event", "route"];
        let after = [
            "id",
            "issuer",
            "recipient",
            "issued",
            "status",
            "bytes",
            "sha256",
        ];
        let envelope = layout.envelope.then_some("envelope");
        csv.write_record(
            before
                .into_iter()
                .chain(after)
                .chain(envelope)
                .chain(["path"]),
        )?;
        Ok(Self { csv, layout })
    }

    /// Writes a row.
    ///
    /// # Errors
    /// What the sink says.
    pub fn write(&mut self, entry: &Entry) -> io::Result<()> {
        let csv = &mut self.csv;
        csv.write_field(entry.action.as_str())?;
        csv.write_field(entry.notes.as_str())?;
        csv.write_field(entry.kind.as_str())?;
        csv.write_field(entry.event.as_str())?;
        csv.write_field(entry.route.map_or("", |route| route.as_str()))?;
        csv.write_field(harmless(&entry.id).as_bytes())?;
        csv.write_field(harmless(&entry.issuer).as_bytes())?;
        csv.write_field(harmless(&entry.recipient).as_bytes())?;
        let issued = entry.issued.map(|date| date.to_string());
        csv.write_field(issued.as_deref().unwrap_or_default())?;
        csv.write_field(entry.status.as_str())?;
        csv.write_field(entry.bytes.to_string())?;
        let hash = entry.sha256.map(|hash| hash.to_string());
        csv.write_field(hash.as_deref().unwrap_or_default())?;
        if self.layout.envelope {
            csv.write_field(entry.envelope.map_or("", |envelope| envelope.as_str()))?;
        }
        csv.write_field(entry.path.as_str())?;
        Ok(csv.write_record(None::<&[u8]>)?)
    }

    /// Hands everything to the sink and gives it back.
    ///
    /// # Errors
    /// What the sink says; the csv crate's own drop would swallow it.
    pub fn finish(mut self) -> io::Result<W> {
        self.csv.flush()?;
        self.csv
            .into_inner()
            .map_err(|error| io::Error::other(error.to_string()))
    }
}

/// A text of a document as a spreadsheet takes it for a text: what would begin a formula gets an apostrophe, and
/// breaks and controls become blanks.
fn harmless(text: &str) -> Cow<'_, str> {
    let formula = text.starts_with(['=', '+', '-', '@']);
    if !formula && !text.chars().any(char::is_control) {
        return Cow::Borrowed(text);
    }
    let plain = text
        .chars()
        .map(|letter| if letter.is_control() { ' ' } else { letter });
    Cow::Owned(formula.then_some('\'').into_iter().chain(plain).collect())
}
