//! By kind, year and issuer; rejections by message; what stays out.

use maud::{Markup, html};

use super::super::causes::Cause;
use super::super::chart::{self, HALF};
use super::super::labels;
use super::{Chart, LONGEST, View, command, foreign};
use crate::diff::Balance;
use crate::journal::State;
use crate::lang::{Message, message};

/// Issuers that are shown.
const MOST_ISSUERS: usize = 25;

/// Messages that are shown.
const MOST_CAUSES: usize = 40;

/// Clients that are shown of each message.
const MOST_CLIENTS: usize = 4;

impl View<'_> {
    pub(super) fn kinds(&self) -> Markup {
        let rows = &self.facts.rows;
        if self.facts.balance.planned == 0 {
            return html! {};
        }
        let kinds = rows.tally.by_kind();
        let years = rows.tally.by_year();
        let chart = Chart {
            id: "years-chart",
            wide: HALF,
            title: message!("page-years-title"),
            desc: message!("page-years-desc"),
            legend: &[
                ("a", message!("page-accepted")),
                ("r", message!("page-rejected")),
                ("o", message!("page-others")),
            ],
        };
        let year = |year: &Option<u16>| {
            year.map_or_else(
                || self.say(message!("page-no-year")),
                |year| year.to_string(),
            )
        };
        html! {
            section id="kinds" {
                h2 { (self.say(message!("page-kinds"))) }
                (self.sums(message!("page-kind"), kinds.iter().map(|(kind, one)| (self.say(labels::kind(*kind)), *one))))
                div class="pair" {
                    div { (self.sums(message!("page-year"), years.iter().map(|(one, sums)| (year(one), *sums)))) }
                    @if years.keys().flatten().count() > 1 {
                        (self.figure(&chart, |canvas| chart::years(&years, self.language, canvas)))
                    }
                }
                (self.issuers())
            }
        }
    }

    fn issuers(&self) -> Markup {
        let (largest, rest, sum) = self.facts.rows.issuers.largest(MOST_ISSUERS);
        let name = |name: &str| match name {
            "" => self.say(message!("page-no-issuer")),
            name => foreign(name, 40).into_owned(),
        };
        let rest = match rest {
            Some(0) => None,
            Some(count) => Some(self.say(message!("page-issuers-rest", count = count))),
            None => Some(self.say(message!("page-issuers-rest-many"))),
        };
        let cut = rest.is_some();
        let shown = largest.len();
        let all = largest.iter().map(|(one, sums)| (name(one), *sums));
        html! {
            (self.sums(message!("page-issuer"), all.chain(rest.map(|rest| (rest, sum)))))
            @if cut {
                p class="note" { (self.say(message!("page-issuers-cut", shown = shown))) }
                (command(&self.diff_command(State::ALL, message!("page-csv-all"))))
            }
        }
    }

    /// A table of balances with its total.
    fn sums(&self, head: Message, lines: impl Iterator<Item = (String, Balance)>) -> Markup {
        let balance = &self.facts.balance;
        html! {
            div class="scroll" { table {
                thead { tr {
                    (self.head(head)) (self.number_head(message!("page-planned")))
                    (self.number_head(message!("page-accepted"))) (self.number_head(message!("page-rejected")))
                    (self.number_head(message!("page-others"))) (self.number_head(message!("page-share-accepted")))
                } }
                tbody {
                    @for (name, sums) in lines { tr { th scope="row" { (name) } (self.sum(&sums)) } }
                    tr class="total" { th scope="row" { (self.say(message!("page-total"))) } (self.sum(balance)) }
                }
            } }
        }
    }

    fn sum(&self, sums: &Balance) -> Markup {
        html! {
            (self.cell(sums.planned)) (self.cell(sums.accepted)) (self.cell(sums.rejected))
            (self.cell(sums.planned - sums.accepted - sums.rejected))
            td class="n" { (self.language.share(sums.accepted, sums.planned)) }
        }
    }

    pub(super) fn rejections(&self) -> Markup {
        html! {
            section id="rejections" {
                h2 { (self.say(message!("page-rejections"))) }
                @if self.facts.balance.rejected == 0 {
                    p { (self.say(message!("page-rejections-none"))) }
                } @else {
                    p class="note" { (self.say(message!("page-rejections-note"))) }
                    (self.causes(State::Rejected))
                    p class="note" { (self.say(message!("page-all-of-them"))) }
                    (command(&self.diff_command(&[State::Rejected], message!("page-csv-rejected"))))
                }
            }
        }
    }

    /// The messages of documents in `state`.
    pub(super) fn causes(&self, state: State) -> Markup {
        let Some(caused) = self.facts.caused(state) else {
            return html! {};
        };
        let shown = caused.causes.len().min(MOST_CAUSES);
        let (shown, hidden) = caused.causes.split_at(shown);
        let rest = hidden.iter().map(|cause| cause.count).sum::<u64>() + caused.others;
        let cut = if caused.others > 0 {
            message!(
                "page-causes-cut-uncounted",
                messages = hidden.len(),
                count = rest
            )
        } else {
            message!("page-causes-cut", messages = hidden.len(), count = rest)
        };
        html! {
            table class="stack" {
                thead { tr {
                    (self.number_head(message!("page-count"))) (self.head(message!("page-message")))
                    (self.head(message!("page-clients"))) (self.head(message!("page-first-one")))
                } }
                tbody { @for cause in shown { (self.cause(cause)) } }
            }
            @if rest > 0 {
                p class="note" { (self.say(cut)) }
            }
        }
    }

    fn cause(&self, cause: &Cause) -> Markup {
        let more = cause.clients.len().saturating_sub(MOST_CLIENTS);
        html! {
            tr {
                td class="n" data-of=(self.say(message!("page-count"))) { (self.n(cause.count)) }
                td class="msg" {
                    @if cause.message.is_empty() { (self.say(message!("page-no-message"))) }
                    @else { (foreign(&self.said(&cause.message), LONGEST)) }
                }
                td class="who-of" data-of=(self.say(message!("page-clients"))) {
                    @for (index, (client, count)) in cause.clients.iter().take(MOST_CLIENTS).enumerate() {
                        @if index > 0 { br; }
                        (foreign(client, 40)) " (" (self.n(*count)) ")"
                    }
                    @if cause.more_clients { br; (self.say(message!("page-many-clients"))) }
                    @else if more > 0 { br; (self.say(message!("page-more-clients", count = more))) }
                }
                td data-of=(self.say(message!("page-first-one"))) {
                    span class="id" { (foreign(&cause.first, 80)) }
                    @if let Some(when) = cause.when { br; (self.language.moment(when)) }
                }
            }
        }
    }

    pub(super) fn left_out(&self) -> Markup {
        let rows = &self.facts.rows;
        let mut codes: Vec<_> = rows.skipped.iter().collect();
        codes.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
        let note = self.say(message!(
            "page-left-out-note",
            rows = rows.seen,
            planned = rows.balance.planned,
            repeated = rows.repeated,
            left_out = rows.left_out(),
        ));
        html! {
            @if !codes.is_empty() {
                section id="left-out" {
                    h2 { (self.say(message!("page-left-out"))) }
                    p class="note" { (note) }
                    div class="scroll" { table {
                        thead { tr {
                            (self.head(message!("page-reason"))) (self.head(message!("page-code")))
                            (self.number_head(message!("page-count")))
                        } }
                        tbody {
                            @for (code, count) in codes { tr {
                                td { @if let Some(why) = labels::skip(code) { (self.say(why)) } }
                                td class="id" { (foreign(code, 60)) } (self.cell(*count))
                            } }
                            tr class="total" { th scope="row" { (self.say(message!("page-total"))) } td {} (self.cell(rows.left_out())) }
                        }
                    } }
                }
            }
        }
    }
}
