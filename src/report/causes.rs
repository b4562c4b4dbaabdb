//! What was not accepted, by the server's message: digits masked, so that one cause is one group.

use std::collections::HashMap;

use super::moment::Moment;
use crate::diff::mask;
use crate::journal::State;

/// Causes that are kept apart; what comes later is counted together.
const MOST_CAUSES: usize = 2048;

/// Clients of one cause that are kept apart.
const MOST_CLIENTS: usize = 64;

/// Letters of a message that are kept.
const LONGEST: usize = 400;

/// Documents with one cause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    /// The message, each run of digits as `#`.
    pub message: String,
    /// How many documents.
    pub count: u64,
    /// The clients concerned and how many documents of each, the most first.
    pub clients: Vec<(String, u64)>,
    /// Whether there are more clients than were kept.
    pub more_clients: bool,
    /// The first document in time: its `Id`.
    pub first: String,
    /// When the first was answered.
    pub when: Option<Moment>,
}

/// A document that is not accepted, as the journal has it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Told<'a> {
    pub state: State,
    pub message: &'a str,
    pub client: &'a str,
    pub id: &'a str,
    pub when: Option<Moment>,
}

#[derive(Debug, Default)]
struct Growing {
    count: u64,
    clients: HashMap<String, u64>,
    more_clients: bool,
    first: String,
    when: Option<Moment>,
}

impl Growing {
    fn add(&mut self, told: &Told) {
        self.count += 1;
        if let Some(count) = self.clients.get_mut(told.client) {
            *count += 1;
        } else if self.clients.len() < MOST_CLIENTS {
            self.clients.insert(told.client.to_owned(), 1);
        } else {
            self.more_clients = true;
        }
        let earlier = told.when.is_some_and(|when| {
            let before = self.when.map(Moment::unix);
            before.is_none_or(|before| when.unix() < before)
        });
        if self.count == 1 || earlier {
            told.id.clone_into(&mut self.first);
            self.when = told.when.or(self.when);
        }
    }

    fn grown(self, message: String) -> Cause {
        let mut clients: Vec<_> = self.clients.into_iter().collect();
        clients.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
        clients.retain(|(name, _)| !name.is_empty());
        Cause {
            message,
            count: self.count,
            clients,
            more_clients: self.more_clients,
            first: self.first,
            when: self.when,
        }
    }
}

/// All causes of all states.
#[derive(Debug, Default)]
pub struct Causes {
    groups: HashMap<(State, String), Growing>,
    others: HashMap<State, u64>,
}

impl Causes {
    pub(super) fn add(&mut self, told: &Told) {
        let mut message = mask(told.message);
        if let Some((end, _)) = message.char_indices().nth(LONGEST) {
            message.truncate(end);
            message.push('…');
        }
        let key = (told.state, message);
        if !self.groups.contains_key(&key) && self.groups.len() >= MOST_CAUSES {
            *self.others.entry(told.state).or_default() += 1;
            return;
        }
        self.groups.entry(key).or_default().add(told);
    }

    /// The causes of `state`, the most frequent first, and how many documents have others still.
    #[must_use]
    pub(super) fn take(&mut self, state: State) -> (Vec<Cause>, u64) {
        let taken = self.groups.extract_if(|(one, _), _| *one == state);
        let mut causes: Vec<_> = taken
            .map(|((_, message), growing)| growing.grown(message))
            .collect();
        causes.sort_by(|one, other| {
            let size = other.count.cmp(&one.count);
            size.then_with(|| one.message.cmp(&other.message))
        });
        (causes, self.others.remove(&state).unwrap_or(0))
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::Offset;

    use super::*;

    fn told<'a>(message: &'a str, client: &'a str, id: &'a str, second: i64) -> Told<'a> {
        let time = jiff::Timestamp::from_second(second).unwrap();
        Told {
            state: State::Rejected,
            message,
            client,
            id,
            when: Some(Moment::new(time, Offset::UTC)),
        }
    }

    #[test]
    fn one_cause_is_one_group_with_its_clients_and_its_first_document() {
        let mut causes = Causes::default();
        causes.add(&told("Cliente 12345678 não cadastrado", "b", "NFe2", 20));
        causes.add(&told("Cliente 87654321 não cadastrado", "b", "NFe1", 10));
        causes.add(&told("Cliente 11111111 não cadastrado", "a", "NFe3", 30));
        causes.add(&told("outra", "", "NFe4", 5));
        let (found, others) = causes.take(State::Rejected);
        assert_eq!((found.len(), others), (2, 0));
        assert_eq!(found[0].message, "Cliente # não cadastrado");
        assert_eq!((found[0].count, found[0].first.as_str()), (3, "NFe1"));
        assert_eq!(found[0].clients, [("b".to_owned(), 2), ("a".to_owned(), 1)]);
        assert!(found[1].clients.is_empty());
        assert_eq!(causes.take(State::Failed).0, []);
    }

    #[test]
    fn messages_without_end_are_counted_together() {
        let mut causes = Causes::default();
        for number in 0..MOST_CAUSES + 5 {
            let word: String = number
                .to_string()
                .bytes()
                .map(|digit| char::from(digit + 50))
                .collect();
            causes.add(&told(&word, "a", "NFe1", 1));
        }
        let (found, others) = causes.take(State::Rejected);
        assert_eq!((found.len(), others), (MOST_CAUSES, 5));
        let mut causes = Causes::default();
        for number in 0..MOST_CLIENTS + 5 {
            causes.add(&told("m", &number.to_string(), "NFe1", 1));
        }
        let cause = causes.take(State::Rejected).0.remove(0);
        assert!(cause.more_clients && cause.count == (MOST_CLIENTS + 5) as u64);
        causes.add(&told(&"ç".repeat(5000), "a", "NFe1", 1));
        assert_eq!(
            causes.take(State::Rejected).0[0].message.chars().count(),
            LONGEST + 1
        );
    }
}
