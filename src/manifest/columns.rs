//! Which cell of a row is where, and what stands in it.

use super::error::ManifestError;
use super::row::{Action, RowRef};
use crate::csv_text::Cells;
use crate::dfe::DocumentKind;
use crate::digest::ContentHash;
use crate::zen::{Envelope, Route, Routes, Side};

/// The columns that no manifest lacks.
const NEEDED: [&str; 6] = ["action", "kind", "route", "id", "sha256", "path"];

/// Those that are read where they are there.
const FURTHER: [&str; 3] = ["envelope", "side", "journal"];

/// Which cell of a row is where.
#[derive(Debug, Clone, Copy)]
pub(super) struct Columns {
    action: usize,
    kind: usize,
    route: usize,
    id: usize,
    sha256: usize,
    path: usize,
    envelope: Option<usize>,
    side: Option<usize>,
    journal: Option<usize>,
}

impl Columns {
    /// Finds them by their names. Of two with one name either may be the one that a reviewer has changed.
    pub fn find(names: &[String]) -> Result<Self, ManifestError> {
        let times = |name: &str| names.iter().filter(|one| *one == name).count();
        if let Some(name) = NEEDED.iter().chain(&FURTHER).find(|name| times(name) > 1) {
            return Err(ManifestError::DoubledColumn(name));
        }
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
            side: at("side"),
            journal: at("journal"),
        })
    }

    /// The row of `record`, which is on that line.
    pub fn read<'a>(&self, record: &'a Cells, line: u64) -> Result<RowRef<'a>, ManifestError> {
        self.reaches_what_is_needed(record, line)?;
        let cell = |at: usize| {
            let cell = record.get(at).unwrap_or_default();
            std::str::from_utf8(cell).map_err(|_| ManifestError::NotUtf8(line))
        };
        let word = |at: Option<usize>| at.map_or(Ok(""), |at| cell(at).map(str::trim));
        let action = action(cell(self.action)?, line)?;
        let sends = action == Action::Send;
        let kind = kind(cell(self.kind)?.trim(), sends, line)?;
        let route = route(cell(self.route)?.trim(), line)?;
        let sha256 = hash(cell(self.sha256)?.trim(), line)?;
        let path = cell(self.path)?;
        // A journal whose name is lost would be taken for none, and begun anew.
        word(self.journal)?;
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
        let envelope = match route {
            Some(Route::Nfse) => form(word(self.side)?, sends, line)?,
            _ => envelope(word(self.envelope)?, kind, route, line)?,
        };
        Ok(RowRef {
            line,
            action,
            kind,
            route,
            envelope,
            id: cell(self.id)?.trim(),
            sha256,
            path,
        })
    }

    /// Later cells than those that are needed may be left out: some programs do not write empty ones.
    fn reaches_what_is_needed(&self, record: &Cells, line: u64) -> Result<(), ManifestError> {
        let places = [
            self.action,
            self.kind,
            self.route,
            self.id,
            self.sha256,
            self.path,
        ];
        let lacking = places
            .iter()
            .zip(NEEDED)
            .find(|(at, _)| record.get(**at).is_none());
        lacking.map_or(Ok(()), |(_, column)| {
            Err(ManifestError::TooFewCells { line, column })
        })
    }

    /// Whether there is a column that names journals.
    pub const fn has_journal(&self) -> bool {
        self.journal.is_some()
    }

    /// The journal that `record` names, if it does.
    pub fn journal<'a>(&self, record: &'a Cells) -> Option<&'a str> {
        let cell = record.get(self.journal?)?;
        let name = std::str::from_utf8(cell).ok()?.trim();
        (!name.is_empty()).then_some(name)
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

/// The kind decides in which pass a row is sent, so on a row to send it must be one.
fn kind(text: &str, sends: bool, line: u64) -> Result<DocumentKind, ManifestError> {
    let known = DocumentKind::from_text(text)
        .or_else(|| DocumentKind::from_text(&text.to_ascii_lowercase()));
    match known {
        Some(kind) => Ok(kind),
        None if sends => Err(ManifestError::Kind {
            line,
            kind: text.to_owned(),
        }),
        None => Ok(DocumentKind::Other),
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

/// The form of an NFS-e. Nothing but the manifest says on which side of it the client is, so on a row to send it must.
fn form(word: &str, sends: bool, line: u64) -> Result<Envelope, ManifestError> {
    match Side::from_text(word) {
        Some(side) => Ok(Envelope::Form(side)),
        None if sends => Err(ManifestError::Side {
            line,
            side: word.to_owned(),
        }),
        None => Ok(Route::Nfse.documented_envelope()),
    }
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

#[cfg(test)]
mod tests {
    use super::super::ManifestReader;
    use super::*;

    /// Bug: the first of two columns counted, so that what a reviewer had changed in the other was not heeded.
    #[test]
    fn a_column_that_is_there_twice_is_refused() {
        let header = "action,kind,route,id,sha256,path";
        for (more, doubled) in [
            ("", None),
            (",note,note", None),
            (",Action", Some("action")),
            (",path", Some("path")),
            (",journal,x,journal ", Some("journal")),
        ] {
            let text = format!("{header}{more}\n");
            let found = ManifestReader::new(text.as_bytes()).err();
            let told = found.map(|error| error.to_string());
            let expected = doubled.map(|name| {
                format!("line 1: the column \"{name}\" is there twice, and which is meant is not said: take one away")
            });
            assert_eq!(told, expected, "{more}");
        }
    }

    #[test]
    fn an_nfse_is_sent_only_where_the_side_of_the_client_is_said() {
        let hash = ContentHash::of(b"a");
        let header = "action,kind,route,side,id,sha256,path\n";
        for (action, side, envelope) in [
            ("send", "received", Some(Envelope::Form(Side::Received))),
            ("send", " Issued ", Some(Envelope::Form(Side::Issued))),
            ("send", "both", Some(Envelope::Form(Side::Both))),
            ("send", "", None),
            ("send", "1", None),
            ("skip", "", Some(Envelope::Form(Side::Both))),
        ] {
            let text = format!("{header}{action},nfse,nfse,{side},x,{hash},/a\n");
            let mut reader = ManifestReader::new(text.as_bytes()).unwrap();
            let found = reader.next_row().map(|row| row.unwrap().envelope);
            assert_eq!(found.as_ref().ok(), envelope.as_ref(), "{action} {side:?}");
            if let Err(error) = found {
                let error = error.to_string();
                assert!(error.starts_with("line 2: the column side says"), "{error}");
            }
        }
    }
}
