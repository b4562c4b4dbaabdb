//! Progress over time, documents per hour, and the nights.

use std::collections::BTreeMap;

use jiff::civil::Date;
use maud::{Markup, html};

use super::super::chart::{self, WIDE};
use super::super::labels;
use super::super::language::{clock, offset, span};
use super::super::moment::{Moment, civil};
use super::super::pauses::Pause;
use super::super::timeline::{Counts, Night};
use super::{Chart, View};
use crate::journal::State;
use crate::lang::{Message, message};

/// Seconds that an upload must take for a chart of it to say anything.
const SHORTEST: i64 = 600;

/// Pauses that are shown one by one.
const MOST_PAUSES: usize = 60;

/// Nights that are shown one by one, the latest.
const MOST_NIGHTS: usize = 120;

impl View<'_> {
    pub(super) fn progress(&self) -> Markup {
        let history = &self.facts.history;
        let planned = self.facts.balance.planned;
        let Some(desc) = self.progress_desc() else {
            return html! {
                section id="progress" {
                    h2 { (self.say(message!("page-progress"))) }
                    @if history.timeline.nights.is_empty() { p { (self.say(message!("page-progress-none"))) } }
                    @else { p { (self.say(message!("page-progress-short"))) } }
                    (self.pauses())
                }
            };
        };
        let chart = Chart {
            id: "progress-chart",
            wide: WIDE,
            title: message!("page-progress-title"),
            desc,
            legend: &[
                ("a", message!("page-legend-accepted")),
                ("g", message!("page-legend-planned")),
                ("q", message!("page-legend-quiet")),
                ("z", message!("page-legend-outage")),
            ],
        };
        html! {
            section id="progress" {
                h2 { (self.say(message!("page-progress"))) }
                p class="note" { (self.say(message!("page-progress-title"))) }
                (self.figure(&chart, |canvas| {
                    chart::progress(&history.timeline, &history.pauses, planned, self.language, canvas)
                }))
                (self.pauses())
            }
        }
    }

    fn progress_desc(&self) -> Option<Message> {
        let (from, to) = self.ends()?;
        Some(message!(
            "page-progress-desc",
            from = from,
            to = to,
            accepted = self.facts.balance.accepted,
            planned = self.facts.balance.planned,
        ))
    }

    /// The ends of the upload, where it took long enough for a chart.
    fn ends(&self) -> Option<(String, String)> {
        let span = self.facts.history.timeline.span();
        let (from, to) = span.filter(|(from, to)| to - from >= SHORTEST)?;
        Some((self.language.minute(from), self.language.minute(to)))
    }

    fn pauses(&self) -> Markup {
        let history = &self.facts.history;
        html! {
            @if !history.pause_totals.is_empty() {
                h3 { (self.say(message!("page-pauses"))) }
                div class="scroll" { table {
                    thead { tr {
                        (self.head(message!("page-pause-reason")))
                        (self.number_head(message!("page-pause-times")))
                        (self.number_head(message!("page-pause-total")))
                    } }
                    tbody { @for (reason, total) in &history.pause_totals { tr {
                        th scope="row" { (super::foreign(&self.say(labels::pause(reason)), 60)) }
                        (self.cell(total.times))
                        td class="n" { (span(total.seconds)) }
                    } } }
                } }
                details {
                    summary { (self.say(message!("page-pauses-each"))) }
                    (self.each_pause(&history.pauses))
                }
            }
        }
    }

    fn each_pause(&self, pauses: &[Pause]) -> Markup {
        let mut shown: Vec<_> = pauses.iter().collect();
        shown.sort_by_key(|pause| -pause.seconds());
        shown.truncate(MOST_PAUSES);
        shown.sort_by_key(|pause| pause.from.unix());
        html! {
            @if shown.len() < pauses.len() {
                p class="note" { (self.say(message!("page-pauses-cut", shown = shown.len(), count = pauses.len()))) }
            }
            div class="scroll" { table {
                thead { tr {
                    (self.head(message!("page-pause-from"))) (self.head(message!("page-pause-to")))
                    (self.number_head(message!("page-pause-length"))) (self.head(message!("page-pause-reason")))
                } }
                tbody { @for pause in shown { tr {
                    td { (self.language.moment(pause.from)) }
                    td { (self.language.moment(pause.to)) }
                    td class="n" { (span(pause.seconds())) }
                    td { (super::foreign(&self.say(labels::pause(&pause.reason)), 60)) }
                } } }
            } }
        }
    }

    pub(super) fn hours(&self) -> Markup {
        let history = &self.facts.history;
        let Some((from, to)) = self.ends() else {
            return html! {};
        };
        let hours = chart::bar_hours(&history.timeline);
        let buckets = history.timeline.buckets(hours);
        let each = |counts: &Counts| counts.all().div_ceil(hours.unsigned_abs());
        let most = buckets.values().map(each).max().unwrap_or(0);
        let desc = message!("page-hours-desc", from = from, to = to, most = most);
        let chart = Chart {
            id: "hours-chart",
            wide: WIDE,
            title: message!("page-hours"),
            desc,
            legend: &[
                ("a", message!("page-accepted")),
                ("r", message!("page-rejected")),
                ("o", message!("page-unsettled")),
                ("q", message!("page-legend-quiet")),
                ("z", message!("page-legend-outage")),
            ],
        };
        html! {
            section id="hours" {
                h2 { (self.say(message!("page-hours"))) }
                @if hours > 1 {
                    p class="note" { (self.say(message!("page-hours-mean", hours = hours.unsigned_abs()))) }
                }
                (self.figure(&chart, |canvas| {
                    chart::hours(&history.timeline, &history.pauses, self.language, canvas)
                }))
                (self.hours_table(&buckets))
            }
        }
    }

    fn hours_table(&self, buckets: &BTreeMap<i64, Counts>) -> Markup {
        html! {
            details {
                summary { (self.say(message!("page-hours-table"))) }
                div class="scroll" { table {
                    thead { tr { (self.head(message!("page-hours-from"))) (self.count_heads()) } }
                    tbody { @for (start, counts) in buckets { tr {
                        td { (self.language.minute(*start)) } (self.counts(counts))
                    } } }
                } }
            }
        }
    }

    fn count_heads(&self) -> Markup {
        html! {
            (self.number_head(message!("page-accepted"))) (self.number_head(message!("page-rejected")))
            (self.number_head(message!("page-unsettled"))) (self.number_head(message!("page-total")))
        }
    }

    fn counts(&self, counts: &Counts) -> Markup {
        html! {
            (self.cell(counts.accepted)) (self.cell(counts.rejected)) (self.cell(counts.open))
            (self.cell(counts.all()))
        }
    }

    pub(super) fn nights(&self) -> Markup {
        let history = &self.facts.history;
        let timeline = &history.timeline;
        if timeline.nights.is_empty() {
            return html! {};
        }
        let minutes = history.latest.unwrap_or(self.facts.made).offset_minutes();
        let hidden = timeline.nights.len().saturating_sub(MOST_NIGHTS);
        let mut before = Counts::default();
        timeline
            .nights
            .values()
            .take(hidden)
            .for_each(|night| before.merge(&night.counts));
        let mut sum = before.accepted;
        let shown = timeline.nights.iter().skip(hidden).map(|(date, night)| {
            sum += night.counts.accepted;
            (*date, night, sum)
        });
        html! {
            section id="nights" {
                h2 { (self.say(message!("page-nights"))) }
                p class="note" { (self.say(message!("page-nights-note", offset = offset(minutes)))) }
                div class="scroll" { table {
                    (self.night_heads())
                    tbody {
                        @if hidden > 0 { (self.other_night(
                            message!("page-nights-cut", count = hidden), &before)) }
                        @for (date, night, sum) in shown {
                            (self.night(date, night, sum))
                        }
                        @if timeline.timeless.all() > 0 { (self.other_night(message!("page-timeless"), &timeline.timeless)) }
                        (self.night_total())
                    }
                } }
            }
        }
    }

    fn night_heads(&self) -> Markup {
        html! {
            thead { tr {
                (self.head(message!("page-night"))) (self.count_heads())
                (self.number_head(message!("page-first-document"))) (self.number_head(message!("page-last-document")))
                (self.number_head(message!("page-per-hour"))) (self.number_head(message!("page-sum-accepted")))
            } }
        }
    }

    fn night(&self, date: Date, night: &Night, sum: u64) -> Markup {
        let clock = |moment: Moment| clock(civil(moment.local()), false);
        let seconds = (night.last.unix() - night.first.unix()).unsigned_abs();
        let mean = night.counts.all() * 3600 / seconds.max(1);
        html! {
            tr {
                th scope="row" { (self.language.night(date)) }
                (self.counts(&night.counts))
                td class="n" { (clock(night.first)) } td class="n" { (clock(night.last)) }
                td class="n" { @if seconds >= 600 { (self.n(mean)) } @else { "–" } }
                td class="n" { (self.n(sum)) }
            }
        }
    }

    fn other_night(&self, name: Message, counts: &Counts) -> Markup {
        html! {
            tr { th scope="row" { (self.say(name)) } (self.counts(counts)) td {} td {} td {} td {} }
        }
    }

    /// The nights and what was never tried are all that was planned.
    fn night_total(&self) -> Markup {
        let balance = &self.facts.balance;
        let total = self.facts.history.timeline.total();
        let pending = balance.of(State::Pending);
        html! {
            @if pending > 0 {
                tr {
                    th scope="row" { (self.say(message!("page-not-tried"))) }
                    (self.cell(0)) (self.cell(0)) (self.cell(pending)) (self.cell(pending))
                    td {} td {} td {} td {}
                }
            }
            tr class="total" {
                th scope="row" { (self.say(message!("page-total"))) }
                (self.cell(total.accepted)) (self.cell(total.rejected))
                (self.cell(total.open + pending)) (self.cell(total.all() + pending))
                td {} td {} td {} td class="n" { (self.n(total.accepted)) }
            }
        }
    }
}
