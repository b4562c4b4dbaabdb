//! The difference for a person: the balance, and what is left by cause.

use std::io::{self, Write};

use super::Balance;
use super::messages::{Group, Groups};
use crate::journal::{Messages, State, States};

/// Messages shown for each state.
const SHOWN: usize = 5;

/// The messages of each state but `accepted` and `pending`, by cause, the most frequent first.
///
/// # Errors
/// Where a journal cannot be read.
pub fn groups(states: &States, messages: &mut Messages) -> io::Result<Vec<(State, Vec<Group>)>> {
    let mut slots: Vec<_> = states
        .planned()
        .filter(|slot| slot.state() != State::Accepted)
        .collect();
    slots.sort_unstable_by_key(|slot| slot.place());
    let mut by_state: Vec<_> = State::ALL
        .iter()
        .map(|state| (*state, Groups::default()))
        .collect();
    for slot in slots {
        let message = messages.read(slot)?;
        if let Some((_, groups)) = by_state
            .iter_mut()
            .find(|(state, _)| *state == slot.state())
        {
            groups.add(&message);
        }
    }
    Ok(by_state
        .into_iter()
        .map(|(state, groups)| (state, groups.sorted()))
        .collect())
}

/// Writes the balance and, for each state with something left, how many and the most frequent messages.
///
/// # Errors
/// Where the output cannot be written.
pub fn write_table(
    balance: &Balance,
    groups: &[(State, Vec<Group>)],
    out: &mut dyn Write,
) -> io::Result<()> {
    writeln!(out, "{balance}")?;
    for state in State::ALL.iter().filter(|state| **state != State::Accepted) {
        let count = balance.of(*state);
        if count == 0 {
            continue;
        }
        writeln!(out, "\n{state}: {count} ({})", what_follows(*state))?;
        let found = groups.iter().find(|(one, _)| one == state);
        let found = found
            .map(|(_, groups)| groups.as_slice())
            .unwrap_or_default();
        for group in found
            .iter()
            .take(SHOWN)
            .filter(|group| !group.message.is_empty())
        {
            writeln!(out, "  {:>9}  {}", group.count, group.message)?;
        }
        if found.len() > SHOWN {
            writeln!(out, "  and {} other messages", found.len() - SHOWN)?;
        }
    }
    Ok(())
}

fn what_follows(state: State) -> &'static str {
    match state {
        State::Accepted => "arrived",
        State::Rejected => "refused by Zen; mend the cause, then run --retry-rejected",
        State::Failed | State::Unknown => "run sends them again",
        State::Changed => "the file is not what was planned; plan again",
        State::Missing => "the file cannot be read; run looks again",
        State::Pending => "not tried yet",
    }
}
