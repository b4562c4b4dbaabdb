//! One pass over the manifest: sums, a bounded list of documents, and for each document the place of the record that
//! decides its state. No row is kept.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use super::ReportError;
use super::client::Client;
use super::moment::Moment;
use super::tally::{Issuers, Tally, count, year};
use crate::csv_text::Cells;
use crate::dfe::{DocumentKind, Effect, NOTES};
use crate::diff::{Balance, Survey};
use crate::journal::{Slot, State, States};
use crate::manifest::{Action, ManifestReader};
use crate::plan::NOTES as PLAN_NOTES;

/// Documents in the list of a client at most.
pub const MOST_DOCUMENTS: u64 = 10_000;

/// Documents listed at most of each state that asks for a person.
pub const MOST_LISTED: u64 = 100;

/// Codes of rows that stay out that are kept apart.
const MOST_CODES: usize = 200;

/// A document that the page names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Its `Id`.
    pub id: String,
    /// Its kind.
    pub kind: DocumentKind,
    /// Date of issue as the manifest has it.
    pub issued: String,
    /// Path, where a person must look at the file.
    pub path: String,
    /// Where it stands.
    pub state: State,
    /// The journal's time of that.
    pub when: Option<Moment>,
    /// The journal's words for that, except for what is accepted.
    pub message: String,
}

/// A document that the journal knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Decided {
    /// Where the record lies that decides its state, as [`place`] has it.
    pub place: u64,
    pub state: State,
    pub issuer: u32,
    /// Index among the documents; [`UNNAMED`] for most.
    pub document: u32,
}

/// A byte of a journal, in the order in which the journals are read.
pub(super) const fn place(journal: usize, offset: u64) -> u64 {
    (journal as u64) << 40 | offset
}

/// The page does not name it.
pub(super) const UNNAMED: u32 = u32::MAX;

/// What a manifest comes to, restricted to a client where there is one.
#[derive(Debug, Default)]
pub struct Rows {
    /// The balance over rows to send, by content.
    pub balance: Balance,
    /// The same by kind and year.
    pub tally: Tally,
    /// The same by issuer.
    pub issuers: Issuers,
    /// Rows, those that stay out included.
    pub seen: u64,
    /// Rows to send whose content another row has too.
    pub repeated: u64,
    /// Rows that stay out, by the code that says why; empty: a reviewer's decision.
    pub skipped: BTreeMap<String, u64>,
    /// The documents that the page names: a client's, and those of states that ask for a person.
    pub documents: Vec<Document>,
    pub(super) decided: Vec<Decided>,
}

/// Which cell of a row is where; not all must be there.
struct Columns {
    notes: Option<usize>,
    issuer: Option<usize>,
    recipient: Option<usize>,
    clients: Option<usize>,
    issued: Option<usize>,
    id: Option<usize>,
    path: Option<usize>,
}

impl Columns {
    fn find(headers: &[String]) -> Self {
        let at = |name: &str| headers.iter().position(|one| one == name);
        Self {
            notes: at("notes"),
            issuer: at("issuer"),
            recipient: at("recipient"),
            clients: at("clients"),
            issued: at("issued"),
            id: at("id"),
            path: at("path"),
        }
    }

    fn name_clients(&self) -> bool {
        [self.issuer, self.recipient, self.clients]
            .iter()
            .any(Option::is_some)
    }

    fn is_of(&self, client: &Client, cells: &Cells) -> bool {
        let is = |column| client.is(cell(cells, column));
        is(self.issuer) || is(self.recipient) || client.is_among(cell(cells, self.clients))
    }
}

fn cell(cells: &Cells, column: Option<usize>) -> &[u8] {
    column.and_then(|at| cells.get(at)).unwrap_or_default()
}

fn text(cells: &Cells, column: Option<usize>) -> &str {
    std::str::from_utf8(cell(cells, column))
        .unwrap_or_default()
        .trim()
}

/// A row to send, and what the journal knows of it.
struct ToSend<'a> {
    kind: DocumentKind,
    slot: Option<&'a Slot>,
    cells: &'a Cells,
    columns: &'a Columns,
}

impl ToSend<'_> {
    fn text(&self, column: Option<usize>) -> &str {
        text(self.cells, column)
    }

    fn document(&self, state: State, with_path: bool) -> Document {
        let path = self.columns.path.filter(|_| with_path);
        Document {
            id: self.text(self.columns.id).to_owned(),
            kind: self.kind,
            issued: self.text(self.columns.issued).to_owned(),
            path: self.text(path).to_owned(),
            state,
            when: None,
            message: String::new(),
        }
    }
}

/// Reads the manifest at `path`, which `survey` has found right, against `states`.
///
/// # Errors
/// Where it is no longer what was surveyed, or has no column that names a client.
pub(super) fn read(
    path: &Path,
    survey: &Survey,
    states: &States,
    client: Option<&Client>,
) -> Result<Rows, ReportError> {
    let mut reader = ManifestReader::open_hashed(path)?;
    let columns = Columns::find(reader.headers());
    if client.is_some() && !columns.name_clients() {
        return Err(ReportError::NoClients);
    }
    let (mut rows, mut seen) = (Rows::default(), HashSet::new());
    while let Some(row) = reader.next_row()? {
        let (action, kind, hash) = (row.action, row.kind, row.sha256);
        let cells = reader.row();
        if client.is_some_and(|client| !columns.is_of(client, cells)) {
            continue;
        }
        rows.seen += 1;
        let (Action::Send, Some(hash)) = (action, hash) else {
            rows.skip(text(cells, columns.notes));
            continue;
        };
        if survey.repeated.contains(&hash) && !seen.insert(hash) {
            rows.repeated += 1;
            continue;
        }
        let row = ToSend {
            kind,
            slot: states.get(&hash),
            cells,
            columns: &columns,
        };
        rows.send(&row, client.is_some());
    }
    if reader.sha256()? != survey.sha256 {
        return Err(ReportError::Changed);
    }
    Ok(rows)
}

impl Rows {
    fn skip(&mut self, notes: &str) {
        let first = notes.split_whitespace().next().unwrap_or_default();
        let code = first.split_once(':').map_or(first, |(code, _)| code);
        // A row whose notes give no reason to stay out was taken out by who reviewed the manifest.
        let warns = NOTES
            .iter()
            .chain(PLAN_NOTES)
            .any(|(name, effect, _)| *name == code && *effect == Effect::Note);
        let code = if warns { "" } else { code };
        if let Some(count) = self.skipped.get_mut(code) {
            *count += 1;
        } else {
            let kept = self.skipped.len() < MOST_CODES;
            let code = if kept { code } else { "…" };
            *self.skipped.entry(code.to_owned()).or_default() += 1;
        }
    }

    fn send(&mut self, row: &ToSend, of_client: bool) {
        let state = row.slot.map_or(State::Pending, Slot::state);
        let asks = matches!(state, State::Unknown | State::Changed | State::Missing);
        let listed = asks && self.balance.of(state) < MOST_LISTED;
        let named = listed || (of_client && self.balance.planned < MOST_DOCUMENTS);
        count(&mut self.balance, state);
        let already_there = row.slot.is_some_and(Slot::was_already_there);
        self.balance.already_there += u64::from(already_there);
        let year = year(row.text(row.columns.issued));
        self.tally.add(row.kind, year, state);
        let issuer = self.issuers.add(row.text(row.columns.issuer), state);
        let mut document = UNNAMED;
        if named {
            document = u32::try_from(self.documents.len()).unwrap_or(UNNAMED);
            self.documents.push(row.document(state, listed));
        }
        if let Some(slot) = row.slot {
            let (journal, offset) = slot.place();
            self.decided.push(Decided {
                place: place(journal, offset),
                state,
                issuer,
                document,
            });
        }
    }

    /// Rows that stay out.
    #[must_use]
    pub fn left_out(&self) -> u64 {
        self.skipped.values().sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diff::survey;
    use crate::digest::ContentHash;

    const HEADER: &str = "action,notes,kind,route,id,issuer,recipient,issued,clients,sha256,path\n";

    fn line(action: &str, notes: &str, parties: &str, content: &str) -> String {
        let hash = ContentHash::of(content.as_bytes());
        format!(
            "{action},{notes},nfe,importarxmlnfearray,NFe{content},{parties},{hash},/a/{content}.xml\n"
        )
    }

    fn rows(text: &str, client: Option<&str>) -> Result<Rows, ReportError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("m.csv");
        std::fs::write(&path, text).unwrap();
        let mut states = States::default();
        let found = survey(&path, &mut states).unwrap();
        let client = client.map(|text| text.parse::<Client>().unwrap());
        read(&path, &found, &states, client.as_ref())
    }

    const A: &str = "11.222.333/0001-81,,2019-05-15,";
    const B: &str = "44.555.666/0001-81,11.222.333/0001-81,2020-01-01,";
    const C: &str = "44.555.666/0001-81,,2020-01-01,403.644.788-29 11.222.333/0001-81";
    const D: &str = "44.555.666/0001-81,,,";

    #[test]
    fn all_rows_or_those_of_one_client() {
        let text = [
            HEADER.to_owned(),
            line("send", "", A, "1"),
            line("send", "", B, "2"),
            line("send", "", C, "3"),
            line("send", "", D, "4"),
            line("send", "", A, "4"),
            line("skip", "duplicate-of:/a/1.xml", A, "1"),
            line("skip", "trimmed", D, "5"),
        ]
        .concat();
        let all = rows(&text, None).unwrap();
        assert_eq!((all.balance.planned, all.balance.pending), (4, 4));
        assert_eq!((all.seen, all.repeated, all.left_out()), (7, 1, 2));
        assert_eq!(all.skipped["duplicate-of"] + all.skipped[""], 2);
        assert!(all.documents.is_empty());
        let one = rows(&text, Some("11222333000181")).unwrap();
        assert_eq!(
            (one.balance.planned, one.repeated, one.left_out()),
            (4, 0, 1)
        );
        let ids: Vec<_> = one.documents.iter().map(|one| one.id.as_str()).collect();
        assert_eq!(ids, ["NFe1", "NFe2", "NFe3", "NFe4"]);
        let none = rows(&text, Some("40364478829")).unwrap();
        assert_eq!(none.balance.planned, 1);
    }

    #[test]
    fn a_client_needs_a_column_that_names_it() {
        let hash = ContentHash::of(b"1");
        let text = format!(
            "action,kind,route,id,sha256,path\nsend,nfe,importarxmlnfearray,NFe1,{hash},/a\n"
        );
        assert_eq!(rows(&text, None).unwrap().balance.planned, 1);
        let refused = rows(&text, Some("40364478829"));
        assert!(
            matches!(refused, Err(ReportError::NoClients)),
            "{refused:?}"
        );
    }
}
