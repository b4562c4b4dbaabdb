//! Tells a file that is gone from a file server that is gone. Pure.
//!
//! A document that cannot be read, and whose folder says nothing of why, is not called missing until it is clear that
//! the archive itself is there: an office's share that drops out for ten minutes at night must not mark the rest of the
//! archive as missing.

use std::collections::HashMap;
use std::time::Duration;

use tokio::time::Instant;

use crate::digest::ContentHash;

/// Documents in a row that cannot be reached before the archive itself is doubted.
const DOUBTED: usize = 5;

/// The first pause before the archive is looked at again; the next ones double.
const FIRST_PAUSE: Duration = Duration::from_secs(30);

/// The longest pause.
const LONGEST_PAUSE: Duration = Duration::from_mins(5);

/// While the root is there but nothing under it can be read, or not this document, so long is it doubted before it is
/// called missing.
const PATIENCE: Duration = Duration::from_mins(20);

/// What is to be done with a document that cannot be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Finding {
    /// It is read again after [`Finding::LATER`]; others go on.
    Later,
    /// It is missing: the archive was there for long, and it was not.
    Missing,
    /// The archive is not there: it is looked at again after the pause, and nothing leaves until then.
    Away(Duration),
}

impl Finding {
    /// How long a document that could not be reached is left alone before it is looked at once more.
    pub const LATER: Duration = Duration::from_secs(15);
}

/// Remembers what could not be reached. Its time is that in which the archive was looked at: what passes in quiet hours
/// or an outage, when nobody reads, says nothing of a file.
#[derive(Debug, Default)]
pub(super) struct ArchiveWatch {
    /// The last look, and how long there have been looks, up to it.
    last_look: Option<Instant>,
    watched: Duration,
    /// Documents that could not be reached, and since when.
    known: HashMap<ContentHash, Duration>,
    /// Others than those, since something could be read.
    in_a_row: usize,
    /// Since when nothing could be read.
    since: Option<Duration>,
    /// The last pause, while the archive is away.
    pause: Option<Duration>,
}

impl ArchiveWatch {
    /// `document` could be read at `now`.
    pub fn on_read(&mut self, now: Instant, document: &ContentHash) {
        self.watched_until(now);
        self.known.remove(document);
        self.in_a_row = 0;
        self.since = None;
        self.pause = None;
    }

    /// `document` could not be reached at `now`, which no pause holds back.
    pub fn on_unreachable(
        &mut self,
        now: Instant,
        document: ContentHash,
        root_is_there: bool,
    ) -> Finding {
        let now = self.watched_until(now);
        let is_new = !self.known.contains_key(&document);
        let first = *self.known.entry(document).or_insert(now);
        let since = *self.since.get_or_insert(now);
        if root_is_there && now.saturating_sub(first.min(since)) >= PATIENCE {
            self.known.remove(&document);
            return Finding::Missing;
        }
        // One that could not be reached while others could says nothing new.
        self.in_a_row += usize::from(is_new);
        if root_is_there && self.in_a_row < DOUBTED && self.pause.is_none() {
            if now.saturating_sub(first) < Finding::LATER {
                return Finding::Later;
            }
            // So few are gone by themselves.
            self.known.remove(&document);
            return Finding::Missing;
        }
        let pause = self.pause.map_or(FIRST_PAUSE, |pause| pause * 2);
        let pause = pause.min(LONGEST_PAUSE);
        self.pause = Some(pause);
        Finding::Away(pause)
    }

    /// How long there have been looks until `now`.
    fn watched_until(&mut self, now: Instant) -> Duration {
        if let Some(last) = self.last_look.replace(now) {
            self.watched += now.saturating_duration_since(last).min(LONGEST_PAUSE);
        }
        self.watched
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unreachable(watch: &mut ArchiveWatch, now: Instant, number: u32, there: bool) -> Finding {
        watch.on_unreachable(now, hash(number), there)
    }

    fn hash(number: u32) -> ContentHash {
        ContentHash::of(&number.to_le_bytes())
    }

    #[test]
    fn five_in_a_row_are_doubted_and_one_that_is_read_begins_anew() {
        let now = Instant::now();
        let mut watch = ArchiveWatch::default();
        for number in 0..12 {
            assert_eq!(unreachable(&mut watch, now, number, true), Finding::Later);
            if number % 4 == 3 {
                watch.on_read(now, &hash(1000));
            }
        }
        for number in 0..12 {
            let found = unreachable(&mut watch, now, number, true);
            assert_eq!(found, Finding::Later, "they are known");
        }
        for number in 20..24 {
            unreachable(&mut watch, now, number, true);
        }
        let found = unreachable(&mut watch, now, 24, true);
        assert_eq!(found, Finding::Away(FIRST_PAUSE));
        let found = unreachable(&mut watch, now, 24, true);
        assert_eq!(found, Finding::Away(FIRST_PAUSE * 2));
    }

    /// Bug: a few files whose folders were gone kept a run waiting for twenty minutes.
    #[test]
    fn a_few_are_missing_when_they_are_looked_at_again() {
        let start = Instant::now();
        let mut watch = ArchiveWatch::default();
        for number in 0..4 {
            assert_eq!(unreachable(&mut watch, start, number, true), Finding::Later);
        }
        for number in 0..4 {
            let found = unreachable(&mut watch, start + Finding::LATER, number, true);
            assert_eq!(found, Finding::Missing, "{number}");
        }
    }

    #[test]
    fn a_root_that_is_not_there_is_doubted_at_once_and_waited_for_without_end() {
        let mut now = Instant::now();
        let mut watch = ArchiveWatch::default();
        for look in 0..1000 {
            let Finding::Away(pause) = unreachable(&mut watch, now, look, false) else {
                panic!("{look}")
            };
            assert!((FIRST_PAUSE..=LONGEST_PAUSE).contains(&pause));
            now += pause;
        }
    }

    /// Bug: patience was counted in documents, and was used up in milliseconds.
    #[test]
    fn under_a_root_that_is_there_files_are_missing_after_twenty_minutes_that_passed() {
        let start = Instant::now();
        let mut watch = ArchiveWatch::default();
        for number in 0..10_000 {
            let found = unreachable(&mut watch, start, number, true);
            assert_ne!(found, Finding::Missing);
        }
        let (almost, over) = (start + PATIENCE - FIRST_PAUSE, start + PATIENCE);
        for look in 1..4 {
            unreachable(&mut watch, start + LONGEST_PAUSE * look, 0, true);
        }
        assert_ne!(unreachable(&mut watch, almost, 1, true), Finding::Missing);
        for number in 0..10 {
            let found = unreachable(&mut watch, over, number, true);
            assert_eq!(found, Finding::Missing);
        }
        watch.on_read(over, &hash(20_000));
        let found = unreachable(&mut watch, over, 20_001, true);
        assert_eq!(found, Finding::Later);
        let found = unreachable(&mut watch, over, 5000, true);
        assert_eq!(
            found,
            Finding::Missing,
            "others were read meanwhile, and it was not"
        );
    }

    /// Bug: a share that was away when quiet hours began and when they ended was taken for one that had been looked at
    /// all the time, and everything in it was recorded as missing.
    #[test]
    fn hours_in_which_nobody_looked_do_not_make_a_file_missing() {
        let (start, night) = (Instant::now(), Duration::from_hours(10));
        let mut watch = ArchiveWatch::default();
        for number in 0..10 {
            unreachable(&mut watch, start, number, true);
        }
        for number in 0..20 {
            let found = unreachable(&mut watch, start + night, number, true);
            assert!(matches!(found, Finding::Away(_)), "{number}: {found:?}");
        }
    }
}
