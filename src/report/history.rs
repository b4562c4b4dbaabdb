//! One pass over the journals: when documents were settled, what was said of the others, when nothing left, and the
//! runs with their settings.

use std::collections::{BTreeMap, VecDeque};
use std::path::PathBuf;

use super::ReportError;
use super::causes::{Causes, Told};
use super::moment::Moment;
use super::pauses::{Pause, Pauses, Reason, Total};
use super::rows::{Decided, Document, Rows, place};
use super::timeline::Timeline;
use crate::dfe::punctuate;
use crate::digest::ContentHash;
use crate::journal::{Begin, Entry, Event, Scanned, State, records};

/// Runs that are kept, the latest; of those before only the number.
const MOST_RUNS: usize = 100;

/// One run.
#[derive(Debug, Clone)]
pub struct Run {
    /// When it began.
    pub from: Option<Moment>,
    /// What its `begin` says.
    pub begin: Begin,
    /// When it ended, and the word for why; `None`: the journal does not say.
    pub end: Option<(Moment, String)>,
}

/// A journal as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalRead {
    /// Its path.
    pub path: PathBuf,
    /// How many of its bytes were read; 0 where there is none.
    pub bytes: u64,
    /// Their hash.
    pub sha256: ContentHash,
    /// Bytes at its end that are no whole records.
    pub torn: u64,
}

/// What the journals tell.
#[derive(Debug, Default)]
pub struct History {
    /// When documents were settled.
    pub timeline: Timeline,
    /// What was said of those that are not accepted.
    pub causes: Causes,
    /// When nothing left.
    pub pauses: Vec<Pause>,
    /// How often and how long, by reason.
    pub pause_totals: BTreeMap<Reason, Total>,
    /// The latest runs, in the order of the journals.
    pub runs: VecDeque<Run>,
    /// How many came before those.
    pub earlier_runs: u64,
    /// The journals.
    pub journals: Vec<JournalRead>,
    /// The offset from UTC that was written last, as a moment.
    pub latest: Option<Moment>,
}

/// Reads the journals as far as they were replayed. `now` is when the report is made, in Unix seconds.
///
/// # Errors
/// Where one is no longer what it was.
pub(super) fn read(
    journals: &[(PathBuf, Scanned)],
    rows: &mut Rows,
    now: i64,
) -> Result<History, ReportError> {
    let mut history = History::default();
    let mut decided = std::mem::take(&mut rows.decided);
    decided.sort_unstable_by_key(|one| one.place);
    let mut next = decided.iter().peekable();
    for (index, (path, scanned)) in journals.iter().enumerate() {
        let mut pauses = Pauses::default();
        let sha256 = records(path, scanned, |entry| {
            if let Some(one) = next.next_if(|one| one.place == place(index, entry.offset)) {
                history.settle(entry, one, rows);
            } else {
                history.note(entry, &mut pauses);
            }
        })?;
        let (stretches, totals) = pauses.finish(now);
        history.pauses.extend(stretches);
        for (reason, total) in totals {
            let sum = history.pause_totals.entry(reason).or_default();
            sum.times += total.times;
            sum.seconds += total.seconds;
        }
        let torn = scanned.torn.as_ref();
        history.journals.push(JournalRead {
            path: path.clone(),
            bytes: scanned.bytes,
            sha256,
            torn: torn.map_or(0, |torn| (torn.cut.len() - torn.whole.len()) as u64),
        });
    }
    match next.next() {
        // A balance whose documents are not all accounted for is no report.
        Some(_) => Err(ReportError::JournalChanged),
        None => Ok(history),
    }
}

impl History {
    /// The record that decides the state of a document.
    fn settle(&mut self, entry: &Entry, decided: &Decided, rows: &mut Rows) {
        let when = entry.time().map(|(time, offset)| Moment::new(time, offset));
        self.latest = when.or(self.latest);
        self.timeline.add(when, decided.state);
        let Rows {
            issuers, documents, ..
        } = rows;
        if let Some(document) = documents.get_mut(decided.document as usize) {
            tell(document, entry, when);
        }
        if decided.state == State::Accepted {
            return;
        }
        let client = entry.client();
        let client = match client.trim() {
            "" => issuers.name(decided.issuer).to_owned(),
            named => punctuate(named),
        };
        self.causes.add(&Told {
            state: decided.state,
            message: &entry.message(),
            client: &client,
            id: &entry.id(),
            when,
        });
    }

    /// A record of the run itself.
    fn note(&mut self, entry: &Entry, pauses: &mut Pauses) {
        if !matches!(
            entry.event,
            Event::Begin | Event::Pause | Event::Resume | Event::End
        ) {
            return;
        }
        let when = entry.time().map(|(time, offset)| Moment::new(time, offset));
        self.latest = when.or(self.latest);
        match (entry.event, when) {
            (Event::Begin, _) => {
                if let Some(when) = when {
                    pauses.cut(when.unix());
                }
                self.begin(when, &entry.message());
            }
            (Event::Pause, Some(when)) => pauses.pause(when, &entry.message()),
            (Event::Resume, Some(when)) => pauses.resume(when),
            (Event::End, Some(when)) => {
                pauses.resume(when);
                let message = entry.message();
                let reason = message.split_once(';').map_or(&*message, |(code, _)| code);
                if let Some(run) = self.runs.back_mut().filter(|run| run.end.is_none()) {
                    run.end = Some((when, reason.trim().to_owned()));
                }
            }
            _ => {}
        }
    }

    fn begin(&mut self, from: Option<Moment>, message: &str) {
        let Ok(begin) = serde_json::from_str(message) else {
            return;
        };
        if self.runs.len() == MOST_RUNS {
            self.runs.pop_front();
            self.earlier_runs += 1;
        }
        self.runs.push_back(Run {
            from,
            begin,
            end: None,
        });
    }
}

/// Adds to `document` what the journal says of it.
fn tell(document: &mut Document, entry: &Entry, when: Option<Moment>) {
    document.when = when;
    if document.state != State::Accepted {
        document.message = entry.message().chars().take(300).collect();
    }
}
