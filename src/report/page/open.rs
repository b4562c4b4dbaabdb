//! What is left, and what to do about it.

use maud::{Markup, html};

use super::super::labels;
use super::super::rows::{Document, MOST_LISTED};
use super::{LONGEST, View, foreign};
use crate::journal::State;
use crate::lang::message;

/// The states that leave something to do, but for rejections, which have a section of their own.
const OPEN: [State; 5] = [
    State::Unknown,
    State::Changed,
    State::Missing,
    State::Failed,
    State::Pending,
];

impl View<'_> {
    pub(super) fn open(&self) -> Markup {
        let balance = &self.facts.balance;
        let left: u64 = OPEN.iter().map(|state| balance.of(*state)).sum();
        html! {
            section id="open" {
                h2 { (self.say(message!("page-todo"))) }
                @if left == 0 {
                    p { (self.say(message!("page-todo-none"))) }
                } @else {
                    @for state in OPEN {
                        @if balance.of(state) > 0 { (self.open_state(state)) }
                    }
                }
            }
        }
    }

    fn open_state(&self, state: State) -> Markup {
        let count = self.facts.balance.of(state);
        html! {
            h3 { (self.say(labels::open(state, count))) }
            p { (self.say(labels::what_to_do(state))) }
            @match state {
                State::Unknown | State::Changed | State::Missing => (self.listed(state, count)),
                State::Failed => (self.causes(state)),
                _ => {}
            }
        }
    }

    fn listed(&self, state: State, count: u64) -> Markup {
        let documents = self.facts.rows.documents.iter();
        let documents = documents.filter(|one| one.state == state && !one.path.is_empty());
        let command = self.diff_command(&[state], message!("page-csv-open"));
        html! {
            table class="stack list" {
                thead { tr {
                    (self.head(message!("page-document"))) (self.head(message!("page-file")))
                    (self.head(message!("page-message")))
                } }
                tbody { @for document in documents { (self.open_document(document)) } }
            }
            @if count > MOST_LISTED {
                p class="note" {
                    (self.say(message!("page-list-cut", shown = MOST_LISTED, count = count)))
                }
                (super::command(&command))
            }
        }
    }

    fn open_document(&self, document: &Document) -> Markup {
        html! {
            tr {
                td { (self.say(labels::kind(document.kind))) " "
                    span class="id" style="white-space:normal" { (foreign(&document.id, 80)) } }
                td class="msg" data-of=(self.say(message!("page-file"))) { (foreign(&document.path, LONGEST)) }
                td class="msg" {
                    @if !document.message.is_empty() { (foreign(&self.said(&document.message), LONGEST)) }
                    @else if document.state == State::Unknown { (self.say(message!("page-unanswered"))) }
                    @if let Some(when) = document.when { br; (self.language.moment(when)) }
                }
            }
        }
    }
}
