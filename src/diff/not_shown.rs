//! What the journal calls accepted, held against Zen's own list: the office's proof that all of it arrived.
//!
//! Zen lists documents by their access key, and neither events nor cancellations nor NFS-e: those cannot be shown, and
//! are counted apart. What Zen lists as cancelled is there all the same.

use std::collections::HashSet;
use std::io::{self, Write};
use std::path::Path;

use super::Survey;
use crate::dfe::{AccessKey, DocumentKind};
use crate::digest::ContentHash;
use crate::journal::{Slot, State, States};
use crate::known::KnownKeys;
use crate::lang::{Lang, Tell, message};
use crate::manifest::{Action, ManifestError, ManifestReader, RowRef};
use crate::shown::on_screen;

/// The word in the column `state` for what is accepted and not shown.
pub const NOT_SHOWN: &str = "not-shown";

/// How many are told by name.
const FIRST: usize = 5;

/// What became of holding the accepted contents against Zen's list.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct HeldAgainst {
    /// Zen shows them.
    pub shown: u64,
    /// Zen does not show them.
    pub not_shown: u64,
    /// They are of a kind that Zen does not list, or have no access key to find them by.
    pub unlisted: u64,
    /// `Id` and path of the first that are not shown.
    pub first: Vec<(String, String)>,
}

/// How a row's document stands with Zen's list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    Shown,
    NotShown,
    Unlisted,
}

fn standing(row: &RowRef, known: &KnownKeys) -> Standing {
    match listed_key(row.kind, row.id) {
        None => Standing::Unlisted,
        Some(key) if known.has(&key) => Standing::Shown,
        Some(_) => Standing::NotShown,
    }
}

/// Whether the document of `row`, which is accepted, is one that Zen would list and does not.
pub(super) fn is_not_shown(row: &RowRef, known: &KnownKeys) -> bool {
    standing(row, known) == Standing::NotShown
}

/// The key by which Zen lists a document of that kind and `Id`, if it lists it.
fn listed_key(kind: DocumentKind, id: &str) -> Option<AccessKey> {
    use DocumentKind as K;
    let listed = matches!(
        kind,
        K::Nfe | K::Nfce | K::Cte | K::CteSimp | K::CteOs | K::Cfe
    );
    let start = id.len().checked_sub(44)?;
    let key = AccessKey::new(id.get(start..)?).ok();
    key.filter(|_| listed)
}

/// Holds the accepted contents of the manifest at `path` against `known`. Of a million rows it keeps the first few.
///
/// # Errors
/// [`ManifestError`] where the manifest cannot be read.
pub fn hold_against(
    path: &Path,
    survey: &Survey,
    states: &States,
    known: &KnownKeys,
) -> Result<HeldAgainst, ManifestError> {
    let mut held = HeldAgainst::default();
    let mut counted: HashSet<ContentHash> = HashSet::new();
    let mut reader = ManifestReader::open(path)?;
    while let Some(row) = reader.next_row()? {
        let (Action::Send, Some(hash)) = (row.action, row.sha256) else {
            continue;
        };
        let accepted = states.get(&hash).map(Slot::state) == Some(State::Accepted);
        if !accepted || (survey.repeated.contains(&hash) && !counted.insert(hash)) {
            continue;
        }
        match standing(&row, known) {
            Standing::Shown => held.shown += 1,
            Standing::Unlisted => held.unlisted += 1,
            Standing::NotShown => {
                held.not_shown += 1;
                if held.first.len() < FIRST {
                    held.first.push((row.id.to_owned(), row.path.to_owned()));
                }
            }
        }
    }
    Ok(held)
}

/// Writes what came of it, for a person; `list` is the file of Zen's list.
///
/// # Errors
/// Where the output cannot be written.
pub fn write_held(
    held: &HeldAgainst,
    list: &Path,
    lang: Lang,
    out: &mut dyn Write,
) -> io::Result<()> {
    let HeldAgainst {
        shown,
        not_shown,
        unlisted,
        first,
    } = held;
    let list = list.display().to_string();
    let held = if *unlisted > 0 {
        message!(
            "held-against-unlisted",
            list = &list,
            shown = *shown,
            lacking = *not_shown,
            count = *unlisted
        )
    } else {
        message!(
            "held-against",
            list = &list,
            shown = *shown,
            lacking = *not_shown
        )
    };
    writeln!(
        out,
        "
{}",
        on_screen(&held.tell(lang))
    )?;
    if *not_shown == 0 {
        return Ok(());
    }
    let heading = message!(
        "held-lacking",
        state = NOT_SHOWN,
        count = *not_shown,
        list = &list
    );
    writeln!(out, "\n{}", on_screen(&heading.tell(lang)))?;
    for (id, path) in first {
        writeln!(out, "  {}  {}", on_screen(id), on_screen(path))?;
    }
    let more = not_shown - first.len() as u64;
    if more > 0 {
        let more = message!("held-more", count = more, state = NOT_SHOWN);
        writeln!(out, "  {}", more.tell(lang))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "35170458716523000119550010000000121000123458";

    #[test]
    fn only_what_zen_lists_by_its_key_can_be_shown() {
        use DocumentKind as K;
        for (kind, id, listed) in [
            (K::Nfe, format!("NFe{KEY}"), true),
            (K::Nfce, KEY.to_owned(), true),
            (K::CteSimp, format!("CTe{KEY}"), true),
            (K::Nfe, "NFe1".to_owned(), false),
            (K::Nfe, format!("NFe{}9", &KEY[..43]), false),
            (K::NfeEvent, format!("ID110111{KEY}01"), false),
            (K::CfeCancel, format!("CFe{KEY}"), false),
            (K::Mdfe, format!("MDFe{KEY}"), false),
        ] {
            assert_eq!(listed_key(kind, &id).is_some(), listed, "{kind} {id}");
        }
    }

    #[test]
    fn the_first_are_named_and_the_others_counted() {
        let written = |held: &HeldAgainst| {
            let mut out = Vec::new();
            write_held(held, Path::new("known.csv"), Lang::English, &mut out).unwrap();
            String::from_utf8(out).unwrap()
        };
        let clean = HeldAgainst {
            shown: 7,
            ..HeldAgainst::default()
        };
        assert_eq!(
            written(&clean),
            "\naccepted, held against known.csv: Zen shows 7, and does not show 0\n"
        );
        let lacking = HeldAgainst {
            not_shown: 3,
            unlisted: 2,
            first: vec![("NFe1".to_owned(), "/a.xml".to_owned())],
            ..clean
        };
        let text = written(&lacking);
        for words in [
            "Zen shows 7, and does not show 3; 2 more (events, cancellations, NFS-e) it does not list\n",
            "\nnot-shown: 3 (",
            "\n  NFe1  /a.xml\n  and 2 more: --format csv --only not-shown lists all\n",
        ] {
            assert!(text.contains(words), "{text}");
        }
    }
}
