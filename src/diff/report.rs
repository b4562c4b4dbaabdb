//! The difference for a person: the balance, and what is left by cause.

use std::io::{self, Write};

use super::Balance;
use super::messages::{Group, Groups};
use crate::journal::{Messages, State, States};
use crate::lang::{Lang, Message, Tell, message, said_again};

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

/// Writes in `lang` the balance and, for each state with something left, how many and the most frequent messages.
///
/// # Errors
/// Where the output cannot be written.
pub fn write_table(
    balance: &Balance,
    groups: &[(State, Vec<Group>)],
    lang: Lang,
    out: &mut dyn Write,
) -> io::Result<()> {
    writeln!(out, "{}", balance.words().tell(lang))?;
    for state in State::ALL.iter().filter(|state| **state != State::Accepted) {
        let count = balance.of(*state);
        if count == 0 {
            continue;
        }
        writeln!(out, "\n{}", what_follows(*state, count).tell(lang))?;
        let found = groups.iter().find(|(one, _)| one == state);
        let found = found
            .map(|(_, groups)| groups.as_slice())
            .unwrap_or_default();
        for group in found
            .iter()
            .take(SHOWN)
            .filter(|group| group.message.as_deref() != Some(""))
        {
            let others = || message!("diff-other-messages").tell(lang);
            let message = group.message.as_deref();
            let message = message.map_or_else(others, |text| said_again(text, lang).into_owned());
            writeln!(out, "  {:>9}  {message}", group.count)?;
        }
        if found.len() > SHOWN {
            let more = message!("diff-more-messages", count = found.len() - SHOWN);
            writeln!(out, "  {}", more.tell(lang))?;
        }
    }
    Ok(())
}

/// How many are in `state`, and what that means.
fn what_follows(state: State, count: u64) -> Message {
    match state {
        State::Accepted => message!("diff-accepted", count = count),
        State::Rejected => message!("diff-rejected", count = count),
        State::Failed => message!("diff-failed", count = count),
        State::Unknown => message!("diff-unknown", count = count),
        State::Changed => message!("diff-changed", count = count),
        State::Missing => message!("diff-missing", count = count),
        State::Pending => message!("diff-pending", count = count),
    }
}
