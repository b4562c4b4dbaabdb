//! Where every document of the manifest stands, and which of them this run sends.

use std::collections::HashSet;

use super::document::Document;
use super::settle::Settlement;
use crate::diff::Balance;
use crate::digest::ContentHash;
use crate::journal::{Slot, State, States};
use crate::manifest::Row;

/// Which rejected documents are sent again.
#[derive(Debug, Default)]
pub enum RetryRejected {
    /// Only those whose route was changed in the manifest since.
    #[default]
    RouteChanged,
    /// All.
    All,
    /// Those whose last message was chosen.
    These(HashSet<ContentHash>),
}

/// The standing of a run: the journal's states, kept up as results become durable, and the balance over them.
#[derive(Debug)]
pub struct Standing {
    states: States,
    balance: Balance,
    /// Contents that the manifest holds more than once to send; and those of them that had their turn.
    repeated: HashSet<ContentHash>,
    had_their_turn: HashSet<ContentHash>,
    retry_rejected: RetryRejected,
    /// Rejected contents that are to be sent again, but by a later run.
    later: HashSet<ContentHash>,
    answered: u64,
    accepted_now: u64,
    rejected_now: u64,
    random: u64,
}

impl Standing {
    /// Starts from the journal's `states` and the manifest's `balance` under them. `repeated` are the contents that
    /// several rows to send have. `seed` moves the jitter of pauses.
    #[must_use]
    pub fn new(
        states: States,
        balance: Balance,
        repeated: HashSet<ContentHash>,
        retry_rejected: RetryRejected,
        seed: u64,
    ) -> Self {
        Self {
            states,
            balance,
            repeated,
            had_their_turn: HashSet::new(),
            retry_rejected,
            later: HashSet::new(),
            answered: 0,
            accepted_now: 0,
            rejected_now: 0,
            random: seed,
        }
    }

    /// Leaves these rejected contents, which are to be sent again, for a later run.
    #[must_use]
    pub fn leaving_for_later(mut self, later: HashSet<ContentHash>) -> Self {
        self.later = later;
        self
    }

    /// Whether rejected contents that are to be sent again were left for a later run.
    pub(super) fn leaves_some_for_later(&self) -> bool {
        !self.later.is_empty()
    }

    /// The balance, over durable results.
    #[must_use]
    pub fn balance(&self) -> Balance {
        self.balance
    }

    /// Durable results of this run, of any kind.
    pub(super) fn answered(&self) -> u64 {
        self.answered
    }

    /// Documents that were accepted or rejected in this run.
    pub(super) fn answered_now(&self) -> u64 {
        self.accepted_now + self.rejected_now
    }

    /// Documents that were rejected in this run.
    pub(super) fn rejected_now(&self) -> u64 {
        self.rejected_now
    }

    /// The document of `row`, if this run is to send it; a content that several rows have, once.
    pub fn take(&mut self, row: &Row) -> Option<Document> {
        let document = self.wants(row)?;
        let hash = document.hash;
        if self.later.contains(&hash) {
            return None;
        }
        let again = self.repeated.contains(&hash) && !self.had_their_turn.insert(hash);
        (!again).then_some(document)
    }

    /// Whether [`Standing::take`] would give the document of `row`, in this run or in a later one.
    pub(super) fn would_take(&self, row: &Row) -> bool {
        self.wants(row)
            .is_some_and(|document| !self.had_their_turn.contains(&document.hash))
    }

    /// Whether Zen has accepted the content of `hash`.
    #[must_use]
    pub fn has(&self, hash: &ContentHash) -> bool {
        let slot = self.states.get(hash);
        slot.is_some_and(|slot| slot.state() == State::Accepted)
    }

    /// The document of `row`, if it is among those that this run sends.
    #[must_use]
    pub fn wants(&self, row: &Row) -> Option<Document> {
        let (hash, route) = (row.sha256?, row.route?);
        let slot = self.states.get(&hash);
        let wanted = match slot.map(Slot::state) {
            Some(State::Accepted) => false,
            Some(State::Rejected) => match &self.retry_rejected {
                RetryRejected::All => true,
                RetryRejected::These(chosen) if chosen.contains(&hash) => true,
                _ => slot.is_some_and(|slot| slot.route() != Some(route)),
            },
            _ => true,
        };
        wanted.then(|| Document {
            hash,
            id: row.id.clone(),
            route,
            envelope: row.envelope,
            path: row.path.clone(),
            tries: 0,
            requests: 0,
            left: false,
            unanswered: slot.is_some_and(Slot::was_unanswered),
        })
    }

    /// A result is durable.
    pub(super) fn count(&mut self, one: &Settlement) {
        self.answered += 1;
        self.accepted_now += u64::from(one.state == State::Accepted);
        self.rejected_now += u64::from(one.state == State::Rejected);
        let hash = &one.document.hash;
        let before = self.states.get(hash).map_or(State::Pending, Slot::state);
        if before == State::Accepted {
            return;
        }
        *self.balance.of_mut(before) -= 1;
        *self.balance.of_mut(one.state) += 1;
        self.balance.already_there += u64::from(one.already);
        let event = super::pen::event(one.state);
        self.states
            .set(*hash, event, one.document.route, one.already);
    }

    /// A document has left, or its attempt is on the disk, and no result will be: as the journal will be read.
    pub(super) fn count_unanswered(&mut self, document: &Document) {
        let before = self.states.get(&document.hash);
        let before = before.map_or(State::Pending, Slot::state);
        if before != State::Accepted {
            *self.balance.of_mut(before) -= 1;
            *self.balance.of_mut(State::Unknown) += 1;
            let event = super::pen::event(State::Unknown);
            self.states.set(document.hash, event, document.route, false);
        }
    }

    /// The seed of this run's jitter.
    pub(super) fn seed(&self) -> u64 {
        self.random
    }

    /// A number from 0 to below 1 that spreads pauses (SplitMix64).
    pub(super) fn jitter(&mut self) -> f64 {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.random;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        (mixed >> 11) as f64 / (1u64 << 53) as f64
    }
}
