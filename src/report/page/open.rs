//! What is left, and what to do about it.

use maud::{Markup, html};

use super::super::rows::{Document, MOST_LISTED};
use super::{LONGEST, View, fill, foreign};
use crate::journal::State;

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
        let (texts, balance) = (self.texts, &self.facts.balance);
        let left: u64 = OPEN.iter().map(|state| balance.of(*state)).sum();
        html! {
            section id="open" {
                h2 { (texts.todo) }
                @if left == 0 {
                    p { (texts.todo_none) }
                } @else {
                    @for state in OPEN {
                        @if balance.of(state) > 0 { (self.open_state(state)) }
                    }
                }
            }
        }
    }

    fn open_state(&self, state: State) -> Markup {
        let texts = self.texts;
        let count = self.facts.balance.of(state);
        html! {
            h3 { (texts.state(state)) ": " (self.n(count)) }
            p { (texts.what_to_do(state)) }
            @match state {
                State::Unknown | State::Changed | State::Missing => (self.listed(state, count)),
                State::Failed => (self.causes(state)),
                _ => {}
            }
        }
    }

    fn listed(&self, state: State, count: u64) -> Markup {
        let texts = self.texts;
        let documents = self.facts.rows.documents.iter();
        let documents = documents.filter(|one| one.state == state && !one.path.is_empty());
        let command = self.diff_command(&[state], texts.csv_open);
        html! {
            table class="stack list" {
                thead { tr {
                    th { (texts.document) } th { (texts.file) } th { (texts.message) }
                } }
                tbody { @for document in documents { (self.open_document(document)) } }
            }
            @if count > MOST_LISTED {
                p class="note" {
                    (fill(texts.list_cut, &[("shown", &self.n(MOST_LISTED)), ("count", &self.n(count))]))
                }
                (super::command(&command))
            }
        }
    }

    fn open_document(&self, document: &Document) -> Markup {
        let texts = self.texts;
        html! {
            tr {
                td { (texts.kind_of(document.kind)) " "
                    span class="id" style="white-space:normal" { (foreign(&document.id, 80)) } }
                td class="msg" data-of=(texts.file) { (foreign(&document.path, LONGEST)) }
                td class="msg" {
                    @if !document.message.is_empty() { (foreign(&document.message, LONGEST)) }
                    @else if document.state == State::Unknown { (texts.unanswered) }
                    @if let Some(when) = document.when { br; (self.language.moment(when)) }
                }
            }
        }
    }
}
