//! The balance (conferência dos totais): every content to send is in exactly one state.

use std::fmt;

use serde::Serialize;

use crate::journal::State;
use crate::lang::{Message, message};

/// How many contents to send are in each state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Balance {
    /// All of them.
    pub planned: u64,
    /// The server has them.
    pub accepted: u64,
    /// Of the accepted, those that the server said it had already.
    #[serde(skip)]
    pub already_there: u64,
    /// The server refused them.
    pub rejected: u64,
    /// They will be sent again: a fault, or not reached.
    pub failed: u64,
    /// They will be sent again: no usable answer came.
    pub unknown: u64,
    /// Their bytes differ from the manifest.
    pub changed: u64,
    /// They cannot be read.
    pub missing: u64,
    /// They were never tried.
    pub pending: u64,
}

impl Balance {
    /// How many are in `state`.
    #[must_use]
    pub const fn of(&self, state: State) -> u64 {
        match state {
            State::Accepted => self.accepted,
            State::Rejected => self.rejected,
            State::Failed => self.failed,
            State::Unknown => self.unknown,
            State::Changed => self.changed,
            State::Missing => self.missing,
            State::Pending => self.pending,
        }
    }

    /// The count of `state`, to be changed.
    pub const fn of_mut(&mut self, state: State) -> &mut u64 {
        match state {
            State::Accepted => &mut self.accepted,
            State::Rejected => &mut self.rejected,
            State::Failed => &mut self.failed,
            State::Unknown => &mut self.unknown,
            State::Changed => &mut self.changed,
            State::Missing => &mut self.missing,
            State::Pending => &mut self.pending,
        }
    }

    /// Whether the states add up to what was planned.
    #[must_use]
    pub fn is_balanced(&self) -> bool {
        self.planned == State::ALL.iter().map(|state| self.of(*state)).sum::<u64>()
    }
}

impl Balance {
    /// The equation in the words of the catalogue. In English it is what the journal's `end` keeps.
    #[must_use]
    pub fn words(&self) -> Message {
        debug_assert!(self.is_balanced(), "the books do not balance: {self:?}");
        let equation = message!(
            "balance",
            planned = self.planned,
            accepted = self.accepted,
            rejected = self.rejected,
            failed = self.failed,
            unknown = self.unknown,
            changed = self.changed,
            missing = self.missing,
            pending = self.pending,
        );
        if self.already_there == 0 {
            return equation;
        }
        message!(
            "balance-already-there",
            equation = equation,
            count = self.already_there,
        )
    }
}

impl fmt::Display for Balance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        debug_assert!(self.is_balanced(), "the books do not balance: {self:?}");
        write!(f, "planned {} =", self.planned)?;
        for (index, state) in State::ALL.iter().enumerate() {
            let plus = if index == 0 { "" } else { " +" };
            write!(f, "{plus} {state} {}", self.of(*state))?;
        }
        if self.already_there > 0 {
            write!(
                f,
                " (of the accepted, {} were there already)",
                self.already_there
            )?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::{Lang, Tell};

    #[test]
    fn it_is_printed_as_an_equation() {
        let balance = Balance {
            planned: 7,
            accepted: 3,
            rejected: 1,
            pending: 3,
            ..Balance::default()
        };
        assert!(balance.is_balanced());
        assert_eq!(
            balance.to_string(),
            "planned 7 = accepted 3 + rejected 1 + failed 0 + unknown 0 + changed 0 + missing 0 + pending 3"
        );
        let there = Balance {
            already_there: 2,
            ..balance
        };
        for balance in [balance, there] {
            assert_eq!(balance.words().tell(Lang::English), balance.to_string());
        }
        assert_eq!(
            there.words().tell(Lang::Portuguese),
            "previstos 7 = aceitos 3 + recusados 1 + com falha 0 + sem resposta 0 + alterados 0 + não encontrados 0 + a \
             enviar 3 (dos aceitos, 2 já estavam lá)"
        );
        let json = serde_json::to_string(&balance).unwrap();
        assert_eq!(
            json,
            r#"{"planned":7,"accepted":3,"rejected":1,"failed":0,"unknown":0,"changed":0,"missing":0,"pending":3}"#
        );
    }
}
