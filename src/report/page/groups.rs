//! By kind, year and issuer; rejections by message; what stays out.

use maud::{Markup, html};

use super::super::causes::Cause;
use super::super::chart::{self, HALF};
use super::{Chart, LONGEST, View, command, fill, foreign};
use crate::diff::Balance;
use crate::journal::State;

/// Issuers that are shown.
const MOST_ISSUERS: usize = 25;

/// Messages that are shown.
const MOST_CAUSES: usize = 40;

/// Clients that are shown of each message.
const MOST_CLIENTS: usize = 4;

impl View<'_> {
    pub(super) fn kinds(&self) -> Markup {
        let (texts, rows) = (self.texts, &self.facts.rows);
        if self.facts.balance.planned == 0 {
            return html! {};
        }
        let kinds = rows.tally.by_kind();
        let years = rows.tally.by_year();
        let chart = Chart {
            id: "years-chart",
            wide: HALF,
            title: texts.years_title,
            desc: texts.years_desc,
            legend: &[
                ("a", texts.accepted),
                ("r", texts.rejected),
                ("o", texts.others),
            ],
        };
        let year = |year: &Option<u16>| {
            year.map_or_else(|| texts.no_year.to_owned(), |year| year.to_string())
        };
        html! {
            section id="kinds" {
                h2 { (texts.kinds) }
                (self.sums(texts.kind, kinds.iter().map(|(kind, one)| (texts.kind_of(*kind).to_owned(), *one))))
                div class="pair" {
                    div { (self.sums(texts.year, years.iter().map(|(one, sums)| (year(one), *sums)))) }
                    @if years.keys().flatten().count() > 1 {
                        (chart.figure(|canvas| chart::years(&years, self.language, canvas)))
                    }
                }
                (self.issuers())
            }
        }
    }

    fn issuers(&self) -> Markup {
        let texts = self.texts;
        let (largest, rest, sum) = self.facts.rows.issuers.largest(MOST_ISSUERS);
        let name = |name: &str| match name {
            "" => texts.no_issuer.to_owned(),
            name => foreign(name, 40).into_owned(),
        };
        let rest = match rest {
            Some(0) => None,
            Some(count) => Some(fill(
                texts.issuers_rest,
                &[("count", &self.n(count as u64))],
            )),
            None => Some(texts.issuers_rest_many.to_owned()),
        };
        let cut = rest.is_some();
        let shown = self.n(largest.len() as u64);
        let all = largest.iter().map(|(one, sums)| (name(one), *sums));
        html! {
            (self.sums(texts.issuer, all.chain(rest.map(|rest| (rest, sum)))))
            @if cut {
                p class="note" { (fill(texts.issuers_cut, &[("shown", &shown)])) }
                (command(&self.diff_command(State::ALL, texts.csv_all)))
            }
        }
    }

    /// A table of balances with its total.
    fn sums(&self, head: &str, lines: impl Iterator<Item = (String, Balance)>) -> Markup {
        let texts = self.texts;
        let balance = &self.facts.balance;
        html! {
            div class="scroll" { table {
                thead { tr {
                    th { (head) }
                    @for text in [texts.planned, texts.accepted, texts.rejected, texts.others, texts.share_accepted] {
                        th class="n" { (text) }
                    }
                } }
                tbody {
                    @for (name, sums) in lines { tr { th scope="row" { (name) } (self.sum(&sums)) } }
                    tr class="total" { th scope="row" { (texts.total) } (self.sum(balance)) }
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
        let texts = self.texts;
        html! {
            section id="rejections" {
                h2 { (texts.rejections) }
                @if self.facts.balance.rejected == 0 {
                    p { (texts.rejections_none) }
                } @else {
                    p class="note" { (texts.rejections_note) }
                    (self.causes(State::Rejected))
                    p class="note" { (texts.all_of_them) }
                    (command(&self.diff_command(&[State::Rejected], texts.csv_rejected)))
                }
            }
        }
    }

    /// The messages of documents in `state`.
    pub(super) fn causes(&self, state: State) -> Markup {
        let texts = self.texts;
        let Some(caused) = self.facts.caused(state) else {
            return html! {};
        };
        let shown = caused.causes.len().min(MOST_CAUSES);
        let (shown, hidden) = caused.causes.split_at(shown);
        let rest = hidden.iter().map(|cause| cause.count).sum::<u64>() + caused.others;
        let messages = self.n(hidden.len() as u64) + if caused.others > 0 { "+" } else { "" };
        html! {
            table class="stack" {
                thead { tr {
                    th class="n" { (texts.count) } th { (texts.message) } th { (texts.clients) }
                    th { (texts.first_one) }
                } }
                tbody { @for cause in shown { (self.cause(cause)) } }
            }
            @if rest > 0 {
                p class="note" { (fill(texts.causes_cut, &[("messages", &messages), ("count", &self.n(rest))])) }
            }
        }
    }

    fn cause(&self, cause: &Cause) -> Markup {
        let texts = self.texts;
        let more = cause.clients.len().saturating_sub(MOST_CLIENTS);
        html! {
            tr {
                td class="n" data-of=(texts.count) { (self.n(cause.count)) }
                td class="msg" {
                    @if cause.message.is_empty() { (texts.no_message) }
                    @else { (foreign(&cause.message, LONGEST)) }
                }
                td class="who-of" data-of=(texts.clients) {
                    @for (index, (client, count)) in cause.clients.iter().take(MOST_CLIENTS).enumerate() {
                        @if index > 0 { br; }
                        (foreign(client, 40)) " (" (self.n(*count)) ")"
                    }
                    @if cause.more_clients { br; (texts.many_clients) }
                    @else if more > 0 { br; (fill(texts.more_clients, &[("count", &self.n(more as u64))])) }
                }
                td data-of=(texts.first_one) {
                    span class="id" { (foreign(&cause.first, 80)) }
                    @if let Some(when) = cause.when { br; (self.language.moment(when)) }
                }
            }
        }
    }

    pub(super) fn left_out(&self) -> Markup {
        let (texts, rows) = (self.texts, &self.facts.rows);
        let mut codes: Vec<_> = rows.skipped.iter().collect();
        codes.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
        let note = fill(
            texts.left_out_note,
            &[
                ("rows", &self.n(rows.seen)),
                ("planned", &self.n(rows.balance.planned)),
                ("repeated", &self.n(rows.repeated)),
                ("left_out", &self.n(rows.left_out())),
            ],
        );
        html! {
            @if !codes.is_empty() {
                section id="left-out" {
                    h2 { (texts.left_out) }
                    p class="note" { (note) }
                    div class="scroll" { table {
                        thead { tr { th { (texts.reason) } th { (texts.code) } th class="n" { (texts.count) } } }
                        tbody {
                            @for (code, count) in codes { tr {
                                td { (texts.skip(code)) } td class="id" { (foreign(code, 60)) } (self.cell(*count))
                            } }
                            tr class="total" { th scope="row" { (texts.total) } td {} (self.cell(rows.left_out())) }
                        }
                    } }
                }
            }
        }
    }
}
