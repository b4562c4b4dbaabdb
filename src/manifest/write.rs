//! Writes rows in the manifest's columns.

use std::borrow::Cow;
use std::io::{self, Write};

use super::{Action, Form, Known};
use crate::csv_text::{Fields, begins_formula};

/// Bytes that are put together before they are written.
const PORTION: usize = 256 * 1024;

/// Which columns there are, and for whom.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a column or a form of its own"
)]
pub struct Layout {
    /// For a Brazilian Excel that opens it by a double click: semicolons, byte-order mark, CRLF.
    pub excel: bool,
    /// With the column `signature`.
    pub signature: bool,
    /// With the column `envelope`.
    pub envelope: bool,
    /// With the columns `side` and `clients`.
    pub clients: bool,
}

/// What a row holds besides its action.
#[derive(Debug, Clone, Copy)]
pub struct Cells<'a> {
    /// Codes, separated by blanks.
    pub notes: &'a str,
    /// What [`Layout::render`] made, of the same layout.
    pub known: &'a [u8],
    /// The column `clients`; written only where the layout has it.
    pub clients: &'a str,
    /// The column `path`.
    pub path: &'a str,
}

impl Layout {
    /// What stands between two columns.
    #[must_use]
    pub const fn delimiter(self) -> u8 {
        self.form().delimiter
    }

    const fn form(self) -> Form {
        if self.excel { Form::EXCEL } else { Form::PLAIN }
    }

    /// Appends the columns of `known` to `out`, each with the delimiter behind it. They do not depend on other rows,
    /// so any thread can do it at any time.
    pub fn render(self, known: &Known, out: &mut Vec<u8>) {
        let mut fields = Fields::new(self.form().delimiter, out);
        let word =
            |text: &'static str| move |out: &mut Vec<u8>| out.extend_from_slice(text.as_bytes());
        fields.plain(word(known.kind.as_str()));
        fields.text(&harmless(known.event));
        fields.plain(word(known.route.map_or("", |route| route.as_str())));
        fields.text(&harmless(known.id));
        fields.text(&harmless(known.issuer));
        fields.text(&harmless(known.recipient));
        fields.plain(|out| {
            if let Some(date) = known.issued {
                // A vector takes all that is written.
                let _ = write!(out, "{date}");
            }
        });
        fields.plain(word(known.status.as_str()));
        fields.number(Some(known.bytes));
        fields.plain(|out| {
            if let Some(hash) = known.sha256 {
                hash.write_hex(out);
            }
        });
        if self.signature {
            fields.plain(word(
                known.signature.map_or("", |signature| signature.as_str()),
            ));
        }
        if self.envelope {
            fields.plain(word(
                known.envelope.map_or("", |envelope| envelope.as_str()),
            ));
        }
        if self.clients {
            fields.plain(word(known.side.map_or("", |side| side.as_str())));
        }
    }
}

/// Writes a manifest.
pub struct ManifestWriter<W: Write> {
    sink: W,
    layout: Layout,
    portion: Vec<u8>,
}

impl<W: Write> ManifestWriter<W> {
    /// Begins a manifest with its header.
    #[must_use]
    pub fn new(sink: W, layout: Layout) -> Self {
        let mut portion = Vec::with_capacity(PORTION + 4096);
        let form = layout.form();
        form.begin(&mut portion);
        let columns = [
            "action",
            "notes",
            "kind",
            "event",
            "route",
            "id",
            "issuer",
            "recipient",
            "issued",
            "status",
            "bytes",
            "sha256",
        ];
        let signature = layout.signature.then_some("signature");
        let envelope = layout.envelope.then_some("envelope");
        let mut fields = Fields::new(form.delimiter, &mut portion);
        let clients = layout.clients.then_some(["side", "clients"]);
        let clients = clients.into_iter().flatten();
        let columns = columns.into_iter().chain(signature);
        let columns = columns.chain(envelope).chain(clients);
        for column in columns.chain(["path"]) {
            fields.text(column);
        }
        form.end_line(&mut portion);
        Self {
            sink,
            layout,
            portion,
        }
    }

    /// Appends a row.
    ///
    /// # Errors
    /// Those of the sink.
    pub fn write(&mut self, action: Action, cells: &Cells) -> io::Result<()> {
        let form = self.layout.form();
        let mut fields = Fields::new(form.delimiter, &mut self.portion);
        fields.text(action.as_str());
        fields.text(cells.notes);
        self.portion.extend_from_slice(cells.known);
        let mut fields = Fields::new(form.delimiter, &mut self.portion);
        if self.layout.clients {
            fields.text(cells.clients);
        }
        fields.text(cells.path);
        form.end_line(&mut self.portion);
        if self.portion.len() >= PORTION {
            self.sink.write_all(&self.portion)?;
            self.portion.clear();
        }
        Ok(())
    }

    /// Writes what is left and gives the sink back.
    ///
    /// # Errors
    /// Those of the sink.
    pub fn finish(mut self) -> io::Result<W> {
        self.sink.write_all(&self.portion)?;
        self.sink.flush()?;
        Ok(self.sink)
    }
}

/// A text of a document as a spreadsheet takes it for a text: what would begin a formula gets an apostrophe, and
/// breaks and controls become blanks.
fn harmless(text: &str) -> Cow<'_, str> {
    let formula = begins_formula(text);
    if !formula
        && (text.bytes().all(|byte| (0x20..0x7f).contains(&byte))
            || !text.chars().any(char::is_control))
    {
        return Cow::Borrowed(text);
    }
    let plain = text
        .chars()
        .map(|letter| if letter.is_control() { ' ' } else { letter });
    Cow::Owned(formula.then_some('\'').into_iter().chain(plain).collect())
}
