//! The balance (conferência dos totais), large, as the equation that adds up.

use maud::{Markup, html};

use super::View;
use super::fill;
use crate::journal::State;

impl View<'_> {
    pub(super) fn balance(&self) -> Markup {
        let (texts, balance) = (self.texts, &self.facts.balance);
        let planned = self.n(balance.planned);
        html! {
            section id="balance" {
                h2 { (texts.balance) }
                @if balance.planned == 0 {
                    p class="verdict" {
                        @if self.facts.client.is_some() { (texts.nothing_planned_client) }
                        @else { (texts.nothing_planned) }
                    }
                }
                p class="big" {
                    data value=(balance.accepted) { (self.n(balance.accepted)) }
                    span { (fill(texts.accepted_of, &[("planned", &planned)])) }
                    b { (self.language.share(balance.accepted, balance.planned)) }
                }
                (self.verdict())
                (self.equation())
                p class="note" {
                    @if balance.is_balanced() { (texts.balanced) } @else { strong { (texts.unbalanced) } }
                    @if balance.already_there > 0 {
                        " " (fill(texts.already_there, &[("count", &self.n(balance.already_there))]))
                    }
                    @if self.facts.rows.repeated > 0 {
                        " " (fill(texts.repeated, &[("count", &self.n(self.facts.rows.repeated))]))
                    }
                }
            }
        }
    }

    fn verdict(&self) -> Markup {
        let (texts, balance) = (self.texts, &self.facts.balance);
        let left = balance.planned - balance.accepted;
        html! {
            @if balance.planned > 0 {
                p class="verdict" {
                    @if left == 0 { (texts.complete) }
                    @else { (fill(texts.incomplete, &[("left", &self.n(left))])) }
                }
            }
        }
    }

    fn equation(&self) -> Markup {
        let (texts, balance) = (self.texts, &self.facts.balance);
        html! {
            ul class="sum" aria-label=(texts.equation) {
                li class="whole" data-sign="" {
                    data value=(balance.planned) { (self.n(balance.planned)) }
                    span { (texts.planned) }
                }
                @for state in State::ALL {
                    @let count = balance.of(*state);
                    li.zero[count == 0] data-sign=(if *state == State::Accepted { "=" } else { "+" }) {
                        data value=(count) { (self.n(count)) }
                        span { (texts.state(*state)) }
                    }
                }
            }
        }
    }
}
