//! The balance (conferência dos totais), large, as the equation that adds up.

use maud::{Markup, html};

use super::super::labels;
use super::View;
use crate::journal::State;
use crate::lang::message;

impl View<'_> {
    pub(super) fn balance(&self) -> Markup {
        let balance = &self.facts.balance;
        html! {
            section id="balance" {
                h2 { (self.say(message!("page-balance"))) }
                @if balance.planned == 0 {
                    p class="verdict" {
                        @if self.facts.client.is_some() { (self.say(message!("page-nothing-planned-client"))) }
                        @else { (self.say(message!("page-nothing-planned"))) }
                    }
                }
                p class="big" {
                    data value=(balance.accepted) { (self.n(balance.accepted)) }
                    span { (self.say(message!("page-accepted-of", accepted = balance.accepted, planned = balance.planned))) }
                    b { (self.language.share(balance.accepted, balance.planned)) }
                }
                (self.verdict())
                (self.equation())
                p class="note" {
                    @if balance.is_balanced() { (self.say(message!("page-balanced"))) }
                    @else { strong { (self.say(message!("page-unbalanced"))) } }
                    @if balance.already_there > 0 {
                        " " (self.say(message!("page-already-there", count = balance.already_there)))
                    }
                    @if self.facts.rows.repeated > 0 {
                        " " (self.say(message!("page-repeated", count = self.facts.rows.repeated)))
                    }
                }
            }
        }
    }

    fn verdict(&self) -> Markup {
        let balance = &self.facts.balance;
        let left = balance.planned - balance.accepted;
        html! {
            @if balance.planned > 0 {
                p class="verdict" {
                    @if left == 0 { (self.say(message!("page-complete", planned = balance.planned))) }
                    @else { (self.say(message!("page-incomplete", left = left))) }
                }
            }
        }
    }

    fn equation(&self) -> Markup {
        let balance = &self.facts.balance;
        html! {
            ul class="sum" aria-label=(self.say(message!("page-equation"))) {
                li class="whole" data-sign="" {
                    data value=(balance.planned) { (self.n(balance.planned)) }
                    span { (self.say(message!("page-part-planned", count = balance.planned))) }
                }
                @for state in State::ALL {
                    @let count = balance.of(*state);
                    li.zero[count == 0] data-sign=(if *state == State::Accepted { "=" } else { "+" }) {
                        data value=(count) { (self.n(count)) }
                        span { (self.say(labels::part(*state, count))) }
                    }
                }
            }
        }
    }
}
