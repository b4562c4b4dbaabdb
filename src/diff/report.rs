//! The difference for a person: the balance, and what is left by cause.

use std::io::{self, Write};

use super::Balance;
use super::messages::{Group, Groups};
use crate::journal::{Messages, State, States};
use crate::lang::{Lang, Message, Tell, message, said_again};

/// Letters of a message that are shown.
const LONGEST: usize = 300;

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
        for group in found.iter().take(SHOWN) {
            let message = words_of(group, *state, lang);
            writeln!(out, "  {:>9}  {message}", group.count)?;
        }
        if found.len() > SHOWN {
            let more = message!("diff-more-messages", count = found.len() - SHOWN);
            writeln!(out, "  {}", more.tell(lang))?;
        }
    }
    Ok(())
}

/// What a group of documents in `state` is called.
fn words_of(group: &Group, state: State, lang: Lang) -> String {
    match group.message.as_deref() {
        None => message!("diff-other-messages").tell(lang),
        Some("") if state == State::Unknown => message!("diff-unanswered").tell(lang),
        Some("") => message!("diff-no-message").tell(lang),
        Some(text) => {
            let text = said_again(text, lang);
            match text.char_indices().nth(LONGEST) {
                Some((end, _)) => format!("{}…", &text[..end]),
                None => text.into_owned(),
            }
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Bug: documents whose answer no run had waited for were counted and told of nowhere, and the words of a server
    /// filled the screen.
    #[test]
    fn every_group_has_words_and_none_fills_the_screen() {
        let shown = |message: Option<&str>, state| {
            let message = message.map(str::to_owned);
            let group = Group { message, count: 1 };
            Lang::ALL.map(|lang| words_of(&group, state, lang))
        };
        for (message, state, pt, en) in [
            (
                Some(""),
                State::Unknown,
                "(o envio parou antes da resposta)",
                "(the run ended before the answer)",
            ),
            (Some(""), State::Failed, "(sem mensagem)", "(no message)"),
            (
                None,
                State::Rejected,
                "(outras mensagens)",
                "(other messages)",
            ),
            (
                Some("HTTP #, no words"),
                State::Failed,
                "HTTP #, sem explicação",
                "HTTP #, no words",
            ),
        ] {
            assert_eq!(shown(message, state), [pt, en]);
        }
        let long = "ç".repeat(301);
        assert_eq!(
            shown(Some(&long), State::Rejected)[0],
            "ç".repeat(300) + "…"
        );
    }
}
