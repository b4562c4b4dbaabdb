//! A client's documents, one by one: the proof that the office hands over.

use maud::{Markup, html};

use super::super::language::offset;
use super::super::rows::{Document, MOST_DOCUMENTS};
use super::{View, command, fill, foreign};
use crate::journal::State;

impl View<'_> {
    pub(super) fn documents(&self) -> Markup {
        let (texts, balance) = (self.texts, &self.facts.balance);
        if self.facts.client.is_none() || balance.planned == 0 {
            return html! {};
        }
        let shown = balance.planned.min(MOST_DOCUMENTS);
        let count = [("shown", self.n(shown)), ("count", self.n(balance.planned))];
        let count = count
            .each_ref()
            .map(|(name, value)| (*name, value.as_str()));
        let zone = self.facts.history.latest.unwrap_or(self.facts.made);
        html! {
            section id="documents" {
                h2 { (texts.documents) }
                p class="note" {
                    (fill(texts.documents_note, &count)) " "
                    (fill(texts.documents_times, &[("offset", &offset(zone.offset_minutes()))]))
                }
                @if shown < balance.planned {
                    p class="note" { (fill(texts.documents_cut, &count)) }
                    (command(&self.diff_command(State::ALL, texts.csv_all)))
                }
                table class="stack list keys" {
                    thead { tr {
                        th { (texts.key) } th { (texts.kind) } th { (texts.issued) } th { (texts.situation) }
                        th { (texts.accepted_at) }
                    } }
                    tbody {
                        @for one in self.facts.rows.documents.iter().take(limit(shown)) { (self.document(one)) }
                    }
                }
            }
        }
    }

    fn document(&self, document: &Document) -> Markup {
        let texts = self.texts;
        html! {
            tr {
                td { (foreign(&document.id, 80)) }
                td { (texts.kind_of(document.kind)) }
                td { (foreign(&self.language.issued(&document.issued), 20)) }
                td { (texts.state(document.state)) }
                td { @if let Some(when) = document.when { (self.language.moment(when)) } }
            }
        }
    }
}

fn limit(shown: u64) -> usize {
    usize::try_from(shown).unwrap_or(usize::MAX)
}
