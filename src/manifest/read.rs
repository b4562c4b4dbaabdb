//! Reads a manifest as `plan` wrote it or as a spreadsheet saved it: other separators, a byte-order mark, CRLF,
//! columns moved, added or dropped. Streams; a row costs no allocation.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use csv::{ByteRecord, ReaderBuilder};
use sha2::{Digest, Sha256};

use super::error::ManifestError;
use super::row::{Action, RowRef};
use crate::dfe::DocumentKind;
use crate::digest::ContentHash;
use crate::zen::{Envelope, Route, Routes};

/// Which cell of a row is where.
#[derive(Debug, Clone, Copy)]
struct Columns {
    action: usize,
    kind: usize,
    route: usize,
    id: usize,
    sha256: usize,
    path: usize,
    envelope: Option<usize>,
    journal: Option<usize>,
}

/// Reads rows one after the other.
pub struct ManifestReader<R: Read> {
    csv: csv::Reader<Hashing<R>>,
    headers: Vec<String>,
    columns: Columns,
    record: ByteRecord,
    delimiter: u8,
    crlf: bool,
}

impl ManifestReader<File> {
    /// Opens the manifest at `path`.
    ///
    /// # Errors
    /// Where it cannot be read or its first line lacks a column.
    pub fn open(path: &Path) -> Result<Self, ManifestError> {
        Self::new(File::open(path)?)
    }
}

impl<R: Read> ManifestReader<R> {
    /// Reads the first line.
    ///
    /// # Errors
    /// Where it cannot be read or lacks a column.
    pub fn new(source: R) -> Result<Self, ManifestError> {
        let mut source = Hashing {
            source: BufReader::with_capacity(256 * 1024, source),
            hash: Sha256::new(),
            end: b"\n",
            last: b'\n',
        };
        let (delimiter, crlf) = source.first_line()?;
        let mut csv = ReaderBuilder::new()
            .delimiter(delimiter)
            .has_headers(false)
            .flexible(true)
            .buffer_capacity(256 * 1024)
            .from_reader(source);
        let mut record = ByteRecord::new();
        csv.read_byte_record(&mut record)
            .map_err(|error| of_csv(&error))?;
        let headers = names(&record)?;
        let columns = Columns::find(&headers)?;
        Ok(Self {
            csv,
            headers,
            columns,
            record,
            delimiter,
            crlf,
        })
    }

    /// The next row; `None` at the end. Empty rows, as spreadsheets leave them, are passed over.
    ///
    /// # Errors
    /// [`ManifestError`] for the first thing that is wrong with it.
    pub fn next_row(&mut self) -> Result<Option<RowRef<'_>>, ManifestError> {
        loop {
            let more = self.csv.read_byte_record(&mut self.record);
            if !more.map_err(|error| of_csv(&error))? {
                return Ok(None);
            }
            if !self.record.iter().all(|cell| cell.trim_ascii().is_empty()) {
                break;
            }
        }
        let line = self.line();
        self.columns
            .read(&self.record, line, self.headers.len())
            .map(Some)
    }

    /// The line on which the row read last begins, as an editor shows it. The csv crate's own count is of the place
    /// before the end of the line before, and passes over empty lines.
    fn line(&self) -> u64 {
        let end = self.csv.position().line() - u64::from(!self.crlf);
        end - memchr::memchr_iter(b'\n', self.record.as_slice()).count() as u64
    }

    /// The names of the columns, as they are written.
    #[must_use]
    pub fn headers(&self) -> &[String] {
        &self.headers
    }

    /// The cells of the row that was read last.
    #[must_use]
    pub fn cells(&self) -> &ByteRecord {
        &self.record
    }

    /// The sign between cells.
    #[must_use]
    pub const fn delimiter(&self) -> u8 {
        self.delimiter
    }

    /// The journal that the row read last names, where there is such a column.
    #[must_use]
    pub fn journal(&self) -> Option<&str> {
        let cell = self.record.get(self.columns.journal?)?;
        std::str::from_utf8(cell)
            .ok()
            .filter(|name| !name.is_empty())
    }

    /// The hash of what was read so far: after the last row, the manifest's.
    #[must_use]
    pub fn sha256(&self) -> ContentHash {
        let hash = self.csv.get_ref().hash.clone();
        ContentHash::from_bytes(hash.finalize().into())
    }
}

/// Reads the manifest at `path` to its last line.
///
/// # Errors
/// [`ManifestError`] for the first thing that is wrong.
pub fn check(path: &Path) -> Result<(), ManifestError> {
    let mut reader = ManifestReader::open(path)?;
    while reader.next_row()?.is_some() {}
    Ok(())
}

fn names(record: &ByteRecord) -> Result<Vec<String>, ManifestError> {
    let name = |cell: &[u8]| {
        let cell = cell.strip_prefix(b"\xef\xbb\xbf").unwrap_or(cell);
        let name = std::str::from_utf8(cell).map_err(|_| ManifestError::NotUtf8(1))?;
        Ok(name.trim().trim_matches('"').to_ascii_lowercase())
    };
    record.iter().map(name).collect()
}

impl Columns {
    fn find(names: &[String]) -> Result<Self, ManifestError> {
        let at = |name: &str| names.iter().position(|one| one == name);
        let need = |name: &'static str| at(name).ok_or(ManifestError::MissingColumn(name));
        Ok(Self {
            action: need("action")?,
            kind: need("kind")?,
            route: need("route")?,
            id: need("id")?,
            sha256: need("sha256")?,
            path: need("path")?,
            envelope: at("envelope"),
            journal: at("journal"),
        })
    }

    fn read<'a>(
        &self,
        record: &'a ByteRecord,
        line: u64,
        width: usize,
    ) -> Result<RowRef<'a>, ManifestError> {
        if record.len() < width {
            return Err(ManifestError::TooFewCells(line));
        }
        let cell = |at: usize| {
            let cell = record.get(at).unwrap_or_default();
            std::str::from_utf8(cell).map_err(|_| ManifestError::NotUtf8(line))
        };
        let action = action(cell(self.action)?, line)?;
        let sends = action == Action::Send;
        let kind = DocumentKind::from_text(cell(self.kind)?.trim()).unwrap_or(DocumentKind::Other);
        let route = route(cell(self.route)?.trim(), line)?;
        let sha256 = hash(cell(self.sha256)?.trim(), line)?;
        let path = cell(self.path)?;
        if sends && route.is_none() {
            return Err(ManifestError::NoRoute(line));
        }
        if sends && sha256.is_none() {
            let hash = String::new();
            return Err(ManifestError::Hash { line, hash });
        }
        if sends && path.is_empty() {
            return Err(ManifestError::NoPath(line));
        }
        let word = self
            .envelope
            .map(cell)
            .transpose()?
            .unwrap_or_default()
            .trim();
        Ok(RowRef {
            line,
            action,
            kind,
            route,
            envelope: envelope(word, kind, route, line)?,
            id: cell(self.id)?.trim(),
            sha256,
            path,
        })
    }
}

fn action(text: &str, line: u64) -> Result<Action, ManifestError> {
    match text.trim() {
        "send" => Ok(Action::Send),
        "skip" => Ok(Action::Skip),
        word if word.eq_ignore_ascii_case("send") => Ok(Action::Send),
        word if word.eq_ignore_ascii_case("skip") => Ok(Action::Skip),
        word => Err(ManifestError::Action {
            line,
            action: word.to_owned(),
        }),
    }
}

fn route(text: &str, line: u64) -> Result<Option<Route>, ManifestError> {
    if text.is_empty() {
        return Ok(None);
    }
    let route = Route::from_text(text).ok_or_else(|| ManifestError::Route {
        line,
        route: text.to_owned(),
    })?;
    Ok(Some(route))
}

fn hash(text: &str, line: u64) -> Result<Option<ContentHash>, ManifestError> {
    if text.is_empty() {
        return Ok(None);
    }
    let hash = ContentHash::from_hex(text.as_bytes()).map_err(|_| ManifestError::Hash {
        line,
        hash: text.chars().take(80).collect(),
    })?;
    Ok(Some(hash))
}

/// The envelope that the manifest names, or else the one of the table that has `kind` on `route`.
fn envelope(
    word: &str,
    kind: DocumentKind,
    route: Option<Route>,
    line: u64,
) -> Result<Envelope, ManifestError> {
    if !word.is_empty() {
        return Envelope::from_text(word).ok_or_else(|| ManifestError::Envelope {
            line,
            envelope: word.to_owned(),
        });
    }
    let Some(route) = route else {
        return Ok(Envelope::Array);
    };
    let by_table = [Routes::Documented, Routes::Legacy]
        .into_iter()
        .filter_map(|table| table.of(kind))
        .find(|(of_kind, _)| *of_kind == route);
    Ok(by_table.map_or(route.documented_envelope(), |(_, envelope)| envelope))
}

fn of_csv(error: &csv::Error) -> ManifestError {
    let line = error.position().map_or(0, csv::Position::line);
    match error.kind() {
        csv::ErrorKind::Io(error) => {
            ManifestError::Io(io::Error::new(error.kind(), error.to_string()))
        }
        _ => ManifestError::Csv {
            line,
            reason: error.to_string(),
        },
    }
}

/// Hashes what is read through it, and ends the last line where the file does not: lines are counted by their ends.
struct Hashing<R> {
    source: BufReader<R>,
    hash: Sha256,
    end: &'static [u8],
    last: u8,
}

impl<R: Read> Hashing<R> {
    /// The sign between cells, by how often each stands in the first line, and whether lines end with CRLF.
    fn first_line(&mut self) -> io::Result<(u8, bool)> {
        let start = self.source.fill_buf()?;
        let line = start
            .split(|byte| *byte == b'\n')
            .next()
            .unwrap_or_default();
        let count = |sign: u8| memchr::memchr_iter(sign, line).count();
        let signs = [b'\t', b';', b','].into_iter();
        let crlf = line.ends_with(b"\r");
        self.end = if crlf { b"\r\n" } else { b"\n" };
        Ok((signs.max_by_key(|sign| count(*sign)).unwrap_or(b','), crlf))
    }
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.source.read(buffer)?;
        self.hash.update(&buffer[..read]);
        if let Some(last) = buffer[..read].last() {
            self.last = *last;
        } else if self.last != b'\n' && buffer.len() >= self.end.len() {
            self.last = b'\n';
            buffer[..self.end.len()].copy_from_slice(self.end);
            return Ok(self.end.len());
        }
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::super::row::{Known, Row};
    use super::super::write::{Cells, Layout, ManifestWriter};
    use super::*;
    use crate::dfe::Status;

    const HASH: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    fn rows(text: &[u8]) -> Result<Vec<Row>, ManifestError> {
        let mut reader = ManifestReader::new(text)?;
        let mut rows = Vec::new();
        while let Some(row) = reader.next_row()? {
            rows.push(row.to_row());
        }
        Ok(rows)
    }

    fn known<'a>(path: &str, id: &'a str) -> Known<'a> {
        Known {
            kind: DocumentKind::Nfe,
            event: "",
            route: Some(Route::Nfe),
            envelope: None,
            id,
            issuer: "12.ABC.345/01DE-35",
            recipient: "",
            issued: Some(jiff::civil::date(2019, 5, 31)),
            status: Status::Cancelled,
            bytes: 7000,
            sha256: Some(ContentHash::of(path.as_bytes())),
        }
    }

    fn written(path: &str, known: &Known, layout: Layout) -> Vec<u8> {
        let mut text = Vec::new();
        layout.render(known, &mut text);
        let mut writer = ManifestWriter::new(Vec::new(), layout);
        writer
            .write(
                Action::Send,
                &Cells {
                    notes: "cancelled",
                    known: &text,
                    clients: "11.222.333/0001-81",
                    path,
                },
            )
            .unwrap();
        writer.finish().unwrap()
    }

    #[test]
    fn the_columns_are_those_of_the_contract() {
        let text = written("/a/b.xml", &known("/a/b.xml", "NFe1"), Layout::default());
        let hash = ContentHash::of(b"/a/b.xml");
        let expected = format!(
            "action,notes,kind,event,route,id,issuer,recipient,issued,status,bytes,sha256,path\n\
             send,cancelled,nfe,,importarxmlnfearray,NFe1,12.ABC.345/01DE-35,,2019-05-31,cancelled,7000,{hash},/a/b.xml\n"
        );
        assert_eq!(String::from_utf8(text).unwrap(), expected);
    }

    #[test]
    fn what_a_spreadsheet_saved_means_the_same() {
        let known = known("/a/b;c.xml", "NFe1");
        let plain = rows(&written("/a/b;c.xml", &known, Layout::default())).unwrap();
        let excel = written(
            "/a/b;c.xml",
            &known,
            Layout {
                excel: true,
                ..Layout::default()
            },
        );
        assert_eq!(rows(&excel).unwrap(), plain);
        let moved = format!(
            "\u{feff}PATH;Minha coluna;Sha256;id;route;kind;Action\r\n\
             /a;x;{};NFe1;importarxmlnfearray;nfe; SEND \r\n;;;;;;\r\n/b;;;;;unreadable;skip\r\n",
            HASH.to_uppercase()
        );
        let found = rows(moved.as_bytes()).unwrap();
        assert_eq!(
            (found[0].path.as_str(), found[0].action, found[0].line),
            ("/a", Action::Send, 2)
        );
        assert_eq!(
            (found[1].path.as_str(), found[1].action, found[1].line),
            ("/b", Action::Skip, 4)
        );
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line() {
        let header = "action,kind,route,id,sha256,path\n";
        let good = format!("send,nfe,importarxmlnfearray,NFe1,{HASH},\"/a\nb\"\n");
        for (row, words) in [
            (
                format!("sned,nfe,importarxmlnfearray,NFe1,{HASH},/a"),
                "line 4: the action \"sned\"",
            ),
            (
                format!("send,nfe,,NFe1,{HASH},/a"),
                "line 4: it says send but has no route",
            ),
            (
                format!("send,nfe,importarxmlnfe,NFe1,{HASH},/a"),
                "line 4: \"importarxmlnfe\" is no route",
            ),
            (
                "send,nfe,importarxmlnfearray,NFe1,3.5E+44,/a".to_owned(),
                "line 4: \"3.5E+44\" is not a SHA-256",
            ),
            (
                "send,nfe,importarxmlnfearray,NFe1,,/a".to_owned(),
                "line 4: \"\" is not a SHA-256",
            ),
            (
                format!("send,nfe,importarxmlnfearray,NFe1,{HASH},"),
                "line 4: it says send but has no path",
            ),
            ("send,nfe".to_owned(), "line 4: it has fewer cells"),
        ] {
            let text = format!("{header}{good}{row}\n");
            let error = rows(text.as_bytes()).unwrap_err().to_string();
            assert!(error.starts_with(words), "{error}");
        }
        let latin = [header.as_bytes(), b"skip,nfe,,,,/a/caf\xe9.xml\n"].concat();
        assert!(
            rows(&latin)
                .unwrap_err()
                .to_string()
                .starts_with("line 2: it is not UTF-8")
        );
        let error = rows(b"action,kind,route,id,sha256\n")
            .unwrap_err()
            .to_string();
        assert!(
            error.starts_with("line 1: the column \"path\" is missing"),
            "{error}"
        );
        assert!(rows(b"").is_err());
    }

    #[test]
    fn the_envelope_follows_the_table_that_plan_used() {
        let header = "action,kind,route,envelope,id,sha256,path\n";
        for (kind, route, word, envelope) in [
            ("nfe", "importarxmlnfearray", "", Envelope::Array),
            ("nfe-event", "importarxmlnfeeventarray", "", Envelope::Data),
            ("nfe-event", "importarxmlnfearray", "", Envelope::Array),
            ("cte", "importarxmlcteosarray", "", Envelope::Data),
            ("cte-os", "importarxmlcteosarray", "", Envelope::Array),
            ("cte-os", "importarxmlcteosarray", "data", Envelope::Data),
            ("cfe", "importarxmlcfearray", "data", Envelope::Data),
        ] {
            let text = format!("{header}send,{kind},{route},{word},x,{HASH},/a\n");
            assert_eq!(
                rows(text.as_bytes()).unwrap()[0].envelope,
                envelope,
                "{kind} {route}"
            );
        }
    }

    proptest::proptest! {
           #[test]
           fn any_row_is_read_as_it_was_written(path in "/[^\\x00-\\x1f\\x7f]{1,40}", id in "\\PC{0,60}", excel: bool) {
               let layout = Layout {
    excel,
    envelope: true,
    clients: excel,
    };
               let mut one = known(&path, &id);
               one.envelope = Some(Envelope::Data);
               let read = rows(&written(&path, &one, layout)).unwrap();
               proptest::prop_assert_eq!(&read[0].path, &path);
               proptest::prop_assert_eq!(read[0].envelope, Envelope::Data);
               proptest::prop_assert_eq!(read[0].id.trim_start_matches('\''), id.trim().trim_start_matches('\''));
           }
       }
}
