//! A client's documents, one by one: the proof that the office hands over.

use maud::{Markup, html};

use super::super::labels;
use super::super::language::offset;
use super::super::rows::{Document, MOST_DOCUMENTS};
use super::{View, command, foreign};
use crate::journal::State;
use crate::lang::message;

impl View<'_> {
    pub(super) fn documents(&self) -> Markup {
        let balance = &self.facts.balance;
        if self.facts.client.is_none() || balance.planned == 0 {
            return html! {};
        }
        let shown = balance.planned.min(MOST_DOCUMENTS);
        let zone = self.facts.history.latest.unwrap_or(self.facts.made);
        html! {
            section id="documents" {
                h2 { (self.say(message!("page-documents"))) }
                p class="note" {
                    (self.say(message!("page-documents-note", shown = shown, count = balance.planned))) " "
                    (self.say(message!("page-documents-times", offset = offset(zone.offset_minutes()))))
                }
                @if shown < balance.planned {
                    p class="note" { (self.say(message!("page-documents-cut", shown = shown))) }
                    (command(&self.diff_command(State::ALL, message!("page-csv-all"))))
                }
                table class="stack list keys" {
                    thead { tr {
                        (self.head(message!("page-key"))) (self.head(message!("page-kind")))
                        (self.head(message!("page-issued"))) (self.head(message!("page-situation")))
                        (self.head(message!("page-accepted-at")))
                    } }
                    tbody {
                        @for one in self.facts.rows.documents.iter().take(limit(shown)) { (self.document(one)) }
                    }
                }
            }
        }
    }

    fn document(&self, document: &Document) -> Markup {
        html! {
            tr {
                td { (foreign(&document.id, 80)) }
                td { (self.say(labels::kind(document.kind))) }
                td { (foreign(&self.language.issued(&document.issued), 20)) }
                td { (self.say(labels::state(document.state))) }
                td { @if let Some(when) = document.when { (self.language.moment(when)) } }
            }
        }
    }
}

fn limit(shown: u64) -> usize {
    usize::try_from(shown).unwrap_or(usize::MAX)
}
