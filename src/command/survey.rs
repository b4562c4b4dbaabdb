//! Before anything is sent: the manifest checked to its last line, the journal replayed, and the two held together.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::env;
use super::words::{InWords, of_file};
use crate::config::{RetryRejectedConfig, RunConfig, journal_variable};
use crate::diff::{journal_of, mask, survey};
use crate::digest::ContentHash;
use crate::exit::ExitStatus;
use crate::journal::{Messages, Replayed, Slot, State, States, default_path};
use crate::lang::{Message, message};
use crate::manifest::{Action, ManifestError, ManifestReader};
use crate::send::{Document, RetryRejected, Standing};

/// What a run starts from.
#[derive(Debug)]
pub(super) struct Surveyed {
    pub standing: Standing,
    pub sha256: ContentHash,
    /// There are events to send.
    pub holds_events: bool,
    /// The folder that holds every file to send.
    pub root: Option<PathBuf>,
    /// Rejected documents were asked for by a pattern, and none of those that there are matches it.
    pub none_matched: bool,
}

/// Why a command ends before it has begun, and with which status.
pub(super) type Refused = (Message, ExitStatus);

/// The journal that belongs to `manifest`: as given, as the manifest names it, or by the manifest's name.
pub(super) fn journal_path(
    manifest: &Path,
    given: Option<&Path>,
    sandbox: bool,
) -> Result<PathBuf, Refused> {
    if let Some(path) = given {
        return Ok(path.to_path_buf());
    }
    let named = journal_of(manifest).map_err(|error| wrong_manifest(manifest, &error))?;
    // What was really sent is none of the sandbox's business, and the other way round.
    let fits =
        |path: &PathBuf| !sandbox || path.to_string_lossy().ends_with(".sandbox.journal.csv");
    let Some(path) = named.filter(fits) else {
        return Ok(default_path(manifest, sandbox));
    };
    // A journal that is elsewhere now would be begun anew, and everything sent again.
    if path.try_exists().unwrap_or(true) {
        return Ok(path);
    }
    let reason = message!("journal-named-gone", path = path.display());
    Err((of_file(manifest, reason), ExitStatus::Usage))
}

/// The journal of `manifest` where no option names one: the one that the site has fixed, or the manifest's own.
pub(super) fn default_journal(manifest: &Path) -> Result<PathBuf, Refused> {
    journal_path(manifest, journal_variable(&env).as_deref(), false)
}

/// The journals that are read for `manifest`, where options name `given`. One that is named is there; the default one
/// need not be, before the first run.
pub(super) fn named_journals(given: &[PathBuf], manifest: &Path) -> Result<Vec<PathBuf>, Refused> {
    let named = if given.is_empty() {
        journal_variable(&env).into_iter().collect()
    } else {
        given.to_vec()
    };
    if let Some(absent) = named.iter().find(|path| !path.exists()) {
        let reason = message!("journal-absent", path = absent.display());
        return Err((reason, ExitStatus::Usage));
    }
    if named.is_empty() {
        return Ok(vec![default_journal(manifest)?]);
    }
    Ok(named)
}

/// Strikes the balance of the manifest of `config` under what was `replayed` from `journal`.
pub(super) fn strike(
    config: &RunConfig,
    journal: &Path,
    mut replayed: Replayed,
) -> Result<Surveyed, Refused> {
    let manifest = &config.manifest;
    let found =
        survey(manifest, &mut replayed.states).map_err(|error| wrong_manifest(manifest, &error))?;
    let mut none_matched = false;
    let retry = match &config.retry_rejected {
        RetryRejectedConfig::No => RetryRejected::RouteChanged,
        RetryRejectedConfig::All => RetryRejected::All,
        RetryRejectedConfig::Matching(regex) => {
            let mut these = matching(manifest, journal, &replayed.states, regex)?;
            these.extend(of_accepted_since(manifest, &replayed.states, &these)?);
            none_matched = these.is_empty() && found.balance.rejected > 0;
            RetryRejected::These(these)
        }
    };
    let later = match config.limits.max_docs {
        Some(most) => out_of_turn(manifest, &replayed.states, &retry, most)?,
        None => HashSet::new(),
    };
    let now = Timestamp::now();
    let seed = now.as_microsecond().unsigned_abs();
    let standing = Standing::new(replayed.states, found.balance, found.repeated, retry, seed);
    Ok(Surveyed {
        standing: standing.leaving_for_later(later),
        sha256: found.sha256,
        holds_events: found.holds_events,
        root: found.root,
        none_matched,
    })
}

pub(super) fn wrong_manifest(manifest: &Path, error: &dyn InWords) -> Refused {
    (of_file(manifest, error.in_words()), ExitStatus::Usage)
}

/// An error of the system, in its own words.
pub(super) fn failed(error: &dyn std::fmt::Display) -> Refused {
    (Message::plain(error), ExitStatus::Failed)
}

/// The manifest's rejected contents whose last message matches, and the rejected events of the documents among them: an
/// event is refused for want of its document in words of its own.
fn matching(
    manifest: &Path,
    journal: &Path,
    states: &States,
    regex: &regex::Regex,
) -> Result<HashSet<ContentHash>, Refused> {
    let mut messages = Messages::new(&[journal]);
    let mut chosen = HashSet::new();
    let mut keys = HashSet::new();
    each_in(State::Rejected, manifest, states, |row, hash, slot| {
        let message = messages.read(slot).map_err(|error| {
            let reason = of_file(journal, Message::plain(error));
            (reason, ExitStatus::Failed)
        })?;
        // What `diff` and the page show has its digits masked, and may be pasted from there.
        if regex.is_match(&message) || regex.is_match(&mask(&message)) {
            chosen.insert(hash);
            keys.extend(Document::access_key_in(&row.id).map(str::to_owned));
        }
        Ok(())
    })?;
    if !keys.is_empty() {
        each_in(State::Rejected, manifest, states, |row, hash, _| {
            let key = Document::access_key_in(&row.id);
            if row.is_event && key.is_some_and(|key| keys.contains(key)) {
                chosen.insert(hash);
            }
            Ok(())
        })?;
    }
    Ok(chosen)
}

/// The rejected events beside `chosen` whose document was accepted after they were refused: a run that was to send both
/// ended between the two, and the document, which was chosen then, is rejected no more.
fn of_accepted_since(
    manifest: &Path,
    states: &States,
    chosen: &HashSet<ContentHash>,
) -> Result<Vec<ContentHash>, Refused> {
    // By access key: there may be a million of them.
    let mut refused: Vec<([u8; 44], u64, ContentHash)> = Vec::new();
    each_in(State::Rejected, manifest, states, |row, hash, slot| {
        if row.is_event
            && !chosen.contains(&hash)
            && let Some(key) = key_in(&row.id)
        {
            refused.push((key, slot.place().1, hash));
        }
        Ok(())
    })?;
    let mut found = Vec::new();
    if refused.is_empty() {
        return Ok(found);
    }
    refused.sort_unstable_by_key(|(key, ..)| *key);
    each_in(State::Accepted, manifest, states, |row, _, slot| {
        if let Some(key) = key_in(&row.id).filter(|_| !row.is_event) {
            let first = refused.partition_point(|(other, ..)| *other < key);
            let events = refused[first..]
                .iter()
                .take_while(|(other, ..)| *other == key);
            let before = events.filter(|(_, place, _)| *place < slot.place().1);
            found.extend(before.map(|(.., hash)| *hash));
        }
        Ok(())
    })?;
    Ok(found)
}

fn key_in(id: &str) -> Option<[u8; 44]> {
    Document::access_key_in(id)?.as_bytes().try_into().ok()
}

/// The contents of `retry` beyond the `most` whose refusal is the longest ago. Without them the first of the manifest
/// would be asked for again night after night, and those behind them never.
fn out_of_turn(
    manifest: &Path,
    states: &States,
    retry: &RetryRejected,
    most: u64,
) -> Result<HashSet<ContentHash>, Refused> {
    let chosen = match retry {
        RetryRejected::RouteChanged => return Ok(HashSet::new()),
        RetryRejected::All => None,
        RetryRejected::These(chosen) => Some(chosen),
    };
    let mut asked_for = Vec::new();
    each_in(State::Rejected, manifest, states, |_, hash, slot| {
        if chosen.is_none_or(|chosen| chosen.contains(&hash)) {
            // A run has one journal, which only grows.
            asked_for.push((slot.place().1, hash));
        }
        Ok(())
    })?;
    // Rows of one content are one document.
    asked_for.sort_unstable_by_key(|(place, _)| *place);
    asked_for.dedup();
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    let later = asked_for.into_iter().skip(most);
    Ok(later.map(|(_, hash)| hash).collect())
}

/// A row to send.
struct Sent {
    id: String,
    is_event: bool,
}

/// The rows to send whose contents are in `state`.
fn each_in(
    state: State,
    manifest: &Path,
    states: &States,
    mut take: impl FnMut(Sent, ContentHash, &Slot) -> Result<(), Refused>,
) -> Result<(), Refused> {
    let wrong = |error: ManifestError| wrong_manifest(manifest, &error);
    let mut reader = ManifestReader::open(manifest).map_err(wrong)?;
    while let Some(row) = reader.next_row().map_err(wrong)? {
        let (Action::Send, Some(hash)) = (row.action, row.sha256) else {
            continue;
        };
        let slot = states.get(&hash);
        if let Some(slot) = slot.filter(|slot| slot.state() == state) {
            let sent = Sent {
                id: row.id.to_string(),
                is_event: row.kind.follows_its_note(),
            };
            take(sent, hash, slot)?;
        }
    }
    Ok(())
}
