//! Where each content stands by the journal: the last of its events, small enough for millions of them.

use std::fmt;

use hashbrown::HashTable;

use super::Event;
use crate::digest::ContentHash;
use crate::zen::Route;

/// Where a document stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum State {
    /// The server has it.
    Accepted,
    /// The server refused it.
    Rejected,
    /// It will be sent again: a fault, or not reached.
    Failed,
    /// It will be sent again: no usable answer came.
    Unknown,
    /// Not sent: its bytes differ from the manifest.
    Changed,
    /// Not sent: it cannot be read.
    Missing,
    /// Never tried.
    Pending,
}

impl State {
    /// Every state, in the order of the balance.
    pub const ALL: &[Self] = &[
        Self::Accepted,
        Self::Rejected,
        Self::Failed,
        Self::Unknown,
        Self::Changed,
        Self::Missing,
        Self::Pending,
    ];

    /// The word in `diff`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
            Self::Changed => "changed",
            Self::Missing => "missing",
            Self::Pending => "pending",
        }
    }

    /// The state of that word, if there is one.
    #[must_use]
    pub fn from_text(text: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|state| state.as_str() == text)
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The last event of a content. Sixteen bytes without alignment: there are millions of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slot {
    /// Milliseconds since 1970, 48 bits; 0 where a single journal needs no times.
    time: [u8; 6],
    /// Where the record begins in its journal, 40 bits.
    offset: [u8; 5],
    /// Which journal.
    journal: u8,
    event: Event,
    /// Index into [`Route::ALL`], or [`NO_ROUTE`].
    route: u8,
    flags: u8,
}

const NO_ROUTE: u8 = u8::MAX;

/// An attempt went unanswered.
const UNANSWERED: u8 = 1;

/// The server said that it had the document already.
const ALREADY_THERE: u8 = 2;

/// The manifest has it among its rows to send.
const PLANNED: u8 = 4;

/// One event of a content, as the fold takes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Change {
    pub hash: ContentHash,
    pub event: Event,
    pub route: Option<Route>,
    pub already: bool,
    pub time_ms: u64,
    pub offset: u64,
    pub journal: u8,
}

impl Slot {
    /// The state by the last event: an attempt with nothing after it is unknown.
    #[must_use]
    pub const fn state(&self) -> State {
        match self.event {
            Event::Accepted => State::Accepted,
            Event::Rejected => State::Rejected,
            Event::Failed => State::Failed,
            Event::Attempt | Event::Unknown => State::Unknown,
            Event::Changed => State::Changed,
            Event::Missing => State::Missing,
            Event::Begin | Event::Pause | Event::Resume | Event::End => State::Pending,
        }
    }

    /// The route of the last event.
    #[must_use]
    pub fn route(&self) -> Option<Route> {
        Route::ALL.get(usize::from(self.route)).copied()
    }

    /// Whether an attempt may have reached the server and went unanswered.
    #[must_use]
    pub const fn was_unanswered(&self) -> bool {
        self.flags & UNANSWERED != 0 || matches!(self.event, Event::Attempt)
    }

    /// Whether the server said that it had the document already.
    #[must_use]
    pub const fn was_already_there(&self) -> bool {
        self.flags & ALREADY_THERE != 0
    }

    /// Which journal holds the last event, and at which byte.
    #[must_use]
    pub fn place(&self) -> (usize, u64) {
        let mut bytes = [0; 8];
        bytes[..5].copy_from_slice(&self.offset);
        (usize::from(self.journal), u64::from_le_bytes(bytes))
    }

    fn time_ms(&self) -> u64 {
        let mut bytes = [0; 8];
        bytes[..6].copy_from_slice(&self.time);
        u64::from_le_bytes(bytes)
    }

    fn new(change: &Change) -> Self {
        let time = change.time_ms.to_le_bytes();
        let offset = change.offset.to_le_bytes();
        Self {
            time: [time[0], time[1], time[2], time[3], time[4], time[5]],
            offset: [offset[0], offset[1], offset[2], offset[3], offset[4]],
            journal: change.journal,
            event: change.event,
            route: change.route.map_or(NO_ROUTE, |route| route as u8),
            flags: if change.already { ALREADY_THERE } else { 0 },
        }
    }

    /// Takes a later record of the same journal, or one of another journal: accepted is never left, and of two
    /// journals the later event counts.
    fn take(&mut self, change: &Change) {
        let kept = self.flags & (UNANSWERED | PLANNED);
        let unanswered = change.event == Event::Unknown
            || (self.event == Event::Attempt
                && (change.event == Event::Attempt || self.journal != change.journal));
        let unanswered = if unanswered { UNANSWERED } else { 0 };
        let stays = self.event == Event::Accepted
            || (self.journal != change.journal
                && change.event != Event::Accepted
                && change.time_ms < self.time_ms());
        if stays {
            self.flags |= unanswered;
            return;
        }
        *self = Self::new(change);
        self.flags |= kept | unanswered;
    }
}

/// Slots that lie in one piece, so that their growth never copies them all.
const PIECE: usize = 4096;

/// Every content's [`Slot`], in the order in which they came, and where to find them: 48 bytes each, and five to ten for
/// the index, which is cut into 256 by the first byte, so that growing one part never doubles them all at once.
#[derive(Debug)]
pub struct States {
    index: Vec<HashTable<u32>>,
    pieces: Vec<Vec<(ContentHash, Slot)>>,
    /// The slot behind the one that was found last. Answers come nearly in the order of attempts, and a manifest has
    /// the order in which it was sent: what is asked for next is often there, and where it is not, little is lost.
    next: u32,
}

impl Default for States {
    fn default() -> Self {
        Self {
            index: (0..256).map(|_| HashTable::new()).collect(),
            pieces: Vec::new(),
            next: 0,
        }
    }
}

impl States {
    /// The slot of `hash`.
    #[must_use]
    pub fn get(&self, hash: &ContentHash) -> Option<&Slot> {
        self.number(hash).map(|number| &self.at(number).1)
    }

    /// How many contents have a slot.
    #[must_use]
    pub fn len(&self) -> usize {
        let last = self.pieces.last().map_or(0, Vec::len);
        self.pieces.len().saturating_sub(1) * PIECE + last
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Marks the content as one of the manifest's, where the journal knows it: whether it was marked before, and its
    /// slot; `None`: the journal does not know it.
    pub fn mark_planned(&mut self, hash: &ContentHash) -> Option<(bool, Slot)> {
        let slot = self.find(hash)?;
        let before = slot.flags & PLANNED != 0;
        slot.flags |= PLANNED;
        Some((before, *slot))
    }

    /// The slots of the manifest's contents, in no order.
    pub fn planned(&self) -> impl Iterator<Item = &Slot> {
        let slots = self.pieces.iter().flatten().map(|(_, slot)| slot);
        slots.filter(|slot| slot.flags & PLANNED != 0)
    }

    /// A result of this run has become durable.
    pub fn set(&mut self, hash: ContentHash, event: Event, route: Route, already: bool) {
        self.fold(&Change {
            hash,
            event,
            route: Some(route),
            already,
            time_ms: 0,
            offset: 0,
            journal: 0,
        });
    }

    pub(super) fn fold(&mut self, change: &Change) {
        if let Some(slot) = self.find(&change.hash) {
            slot.take(change);
            return;
        }
        let mut slot = Slot::new(change);
        if change.event == Event::Unknown {
            slot.flags |= UNANSWERED;
        }
        // More than four thousand million contents are in no journal that memory holds.
        let number = u32::try_from(self.len()).unwrap_or(u32::MAX);
        match self.pieces.last_mut() {
            Some(piece) if piece.len() < PIECE => piece.push((change.hash, slot)),
            _ => {
                let mut piece = Vec::with_capacity(PIECE);
                piece.push((change.hash, slot));
                self.pieces.push(piece);
            }
        }
        let pieces = &self.pieces;
        let of_number = |number: &u32| {
            let number = *number as usize;
            spread(&pieces[number / PIECE][number % PIECE].0)
        };
        self.index[usize::from(change.hash.as_bytes()[0])].insert_unique(
            spread(&change.hash),
            number,
            of_number,
        );
    }

    /// Which slot is the one of `hash`.
    fn number(&self, hash: &ContentHash) -> Option<u32> {
        let index = &self.index[usize::from(hash.as_bytes()[0])];
        let is_it = |number: &u32| self.at(*number).0 == *hash;
        index.find(spread(hash), is_it).copied()
    }

    /// The slot of `hash`, looked for where it is likely first.
    fn find(&mut self, hash: &ContentHash) -> Option<&mut Slot> {
        let piece = self.pieces.get(self.next as usize / PIECE);
        let likely = piece.and_then(|piece| piece.get(self.next as usize % PIECE));
        let number = match likely {
            Some((found, _)) if found == hash => self.next,
            _ => self.number(hash)?,
        };
        self.next = number + 1;
        let number = number as usize;
        Some(&mut self.pieces[number / PIECE][number % PIECE].1)
    }

    fn at(&self, number: u32) -> &(ContentHash, Slot) {
        let number = number as usize;
        &self.pieces[number / PIECE][number % PIECE]
    }
}

/// A SHA-256 is as good a hash as any: eight of its bytes serve.
fn spread(hash: &ContentHash) -> u64 {
    let bytes = hash.as_bytes();
    u64::from_le_bytes([
        bytes[8], bytes[9], bytes[10], bytes[11], bytes[12], bytes[13], bytes[14], bytes[15],
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(event: Event, journal: u8, time_ms: u64) -> Change {
        Change {
            hash: ContentHash::of(b"a"),
            event,
            route: Some(Route::Nfe),
            already: false,
            time_ms,
            offset: time_ms,
            journal,
        }
    }

    fn folded(changes: &[(Event, u8, u64)]) -> Slot {
        let mut states = States::default();
        for (event, journal, time) in changes {
            states.fold(&change(*event, *journal, *time));
        }
        *states.get(&ContentHash::of(b"a")).unwrap()
    }

    #[test]
    fn a_slot_is_small() {
        assert_eq!(size_of::<(ContentHash, Slot)>(), 47);
    }

    #[test]
    fn the_last_event_counts_and_accepted_is_never_left() {
        use Event::{Accepted, Attempt, Changed, Failed, Missing, Rejected, Unknown};
        for (events, state, unanswered) in [
            (vec![Attempt], State::Unknown, true),
            (vec![Attempt, Accepted], State::Accepted, false),
            (
                vec![Attempt, Accepted, Attempt, Failed],
                State::Accepted,
                false,
            ),
            (vec![Attempt, Failed], State::Failed, false),
            (vec![Attempt, Unknown], State::Unknown, true),
            (vec![Attempt, Attempt, Rejected], State::Rejected, true),
            (
                vec![Attempt, Unknown, Attempt, Rejected],
                State::Rejected,
                true,
            ),
            (vec![Rejected, Attempt, Accepted], State::Accepted, false),
            (vec![Changed, Missing], State::Missing, false),
        ] {
            let changes: Vec<_> = events.iter().map(|event| (*event, 0, 0)).collect();
            let slot = folded(&changes);
            assert_eq!(
                (slot.state(), slot.was_unanswered()),
                (state, unanswered),
                "{events:?}"
            );
        }
    }

    #[test]
    fn over_journals_accepted_wins_and_else_the_latest() {
        use Event::{Accepted, Failed, Rejected};
        for (changes, state) in [
            ([(Accepted, 0, 1), (Rejected, 1, 2)], State::Accepted),
            ([(Rejected, 0, 2), (Accepted, 1, 1)], State::Accepted),
            ([(Rejected, 0, 2), (Failed, 1, 1)], State::Rejected),
            ([(Rejected, 0, 1), (Failed, 1, 2)], State::Failed),
        ] {
            assert_eq!(folded(&changes).state(), state, "{changes:?}");
        }
    }

    #[test]
    fn a_place_is_kept() {
        assert_eq!(
            folded(&[(Event::Failed, 3, 0xab_cdef_0123)]).place(),
            (3, 0xab_cdef_0123)
        );
    }
}
