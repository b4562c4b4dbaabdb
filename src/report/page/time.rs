//! Progress over time, documents per hour, and the nights.

use std::collections::BTreeMap;

use jiff::civil::Date;
use maud::{Markup, html};

use super::super::chart::{self, WIDE};
use super::super::language::{clock, offset, span};
use super::super::moment::{Moment, civil};
use super::super::pauses::Pause;
use super::super::timeline::{Counts, Night};
use super::{Chart, View, fill};
use crate::journal::State;

/// Seconds that an upload must take for a chart of it to say anything.
const SHORTEST: i64 = 600;

/// Pauses that are shown one by one.
const MOST_PAUSES: usize = 60;

/// Nights that are shown one by one, the latest.
const MOST_NIGHTS: usize = 120;

impl View<'_> {
    pub(super) fn progress(&self) -> Markup {
        let (texts, history) = (self.texts, &self.facts.history);
        let planned = self.facts.balance.planned;
        let Some(desc) = self.progress_desc() else {
            return html! {
                section id="progress" {
                    h2 { (texts.progress) }
                    @if history.timeline.nights.is_empty() { p { (texts.progress_none) } }
                    @else { p { (texts.progress_short) } }
                    (self.pauses())
                }
            };
        };
        let chart = Chart {
            id: "progress-chart",
            wide: WIDE,
            title: texts.progress_title,
            desc: &desc,
            legend: &[
                ("a", texts.legend_accepted),
                ("g", texts.legend_planned),
                ("q", texts.legend_quiet),
                ("z", texts.legend_outage),
            ],
        };
        html! {
            section id="progress" {
                h2 { (texts.progress) }
                p class="note" { (texts.progress_title) }
                (chart.figure(|canvas| {
                    chart::progress(&history.timeline, &history.pauses, planned, self.language, canvas)
                }))
                (self.pauses())
            }
        }
    }

    fn progress_desc(&self) -> Option<String> {
        let (from, to) = self.ends()?;
        let values = [
            ("from", from.as_str()),
            ("to", &to),
            ("accepted", &self.n(self.facts.balance.accepted)),
            ("planned", &self.n(self.facts.balance.planned)),
        ];
        Some(fill(self.texts.progress_desc, &values))
    }

    /// The ends of the upload, where it took long enough for a chart.
    fn ends(&self) -> Option<(String, String)> {
        let span = self.facts.history.timeline.span();
        let (from, to) = span.filter(|(from, to)| to - from >= SHORTEST)?;
        Some((self.language.minute(from), self.language.minute(to)))
    }

    fn pauses(&self) -> Markup {
        let (texts, history) = (self.texts, &self.facts.history);
        html! {
            @if !history.pause_totals.is_empty() {
                h3 { (texts.pauses) }
                div class="scroll" { table {
                    thead { tr {
                        th { (texts.pause_reason) }
                        th class="n" { (texts.pause_times) }
                        th class="n" { (texts.pause_total) }
                    } }
                    tbody { @for (reason, total) in &history.pause_totals { tr {
                        th scope="row" { (super::foreign(texts.pause_of(reason), 60)) }
                        (self.cell(total.times))
                        td class="n" { (span(total.seconds)) }
                    } } }
                } }
                details {
                    summary { (texts.pauses_each) }
                    (self.each_pause(&history.pauses))
                }
            }
        }
    }

    fn each_pause(&self, pauses: &[Pause]) -> Markup {
        let texts = self.texts;
        let mut shown: Vec<_> = pauses.iter().collect();
        shown.sort_by_key(|pause| -pause.seconds());
        shown.truncate(MOST_PAUSES);
        shown.sort_by_key(|pause| pause.from.unix());
        let (some, all) = (self.n(shown.len() as u64), self.n(pauses.len() as u64));
        html! {
            @if shown.len() < pauses.len() {
                p class="note" { (fill(texts.pauses_cut, &[("shown", &some), ("count", &all)])) }
            }
            div class="scroll" { table {
                thead { tr {
                    th { (texts.pause_from) } th { (texts.pause_to) }
                    th class="n" { (texts.pause_length) } th { (texts.pause_reason) }
                } }
                tbody { @for pause in shown { tr {
                    td { (self.language.moment(pause.from)) }
                    td { (self.language.moment(pause.to)) }
                    td class="n" { (span(pause.seconds())) }
                    td { (super::foreign(texts.pause_of(&pause.reason), 60)) }
                } } }
            } }
        }
    }

    pub(super) fn hours(&self) -> Markup {
        let (texts, history) = (self.texts, &self.facts.history);
        let Some((from, to)) = self.ends() else {
            return html! {};
        };
        let hours = chart::bar_hours(&history.timeline);
        let buckets = history.timeline.buckets(hours);
        let each = |counts: &Counts| counts.all().div_ceil(hours.unsigned_abs());
        let most = self.n(buckets.values().map(each).max().unwrap_or(0));
        let desc = fill(
            texts.hours_desc,
            &[("from", &from), ("to", &to), ("most", &most)],
        );
        let chart = Chart {
            id: "hours-chart",
            wide: WIDE,
            title: texts.hours,
            desc: &desc,
            legend: &[
                ("a", texts.accepted),
                ("r", texts.rejected),
                ("o", texts.unsettled),
                ("q", texts.legend_quiet),
                ("z", texts.legend_outage),
            ],
        };
        html! {
            section id="hours" {
                h2 { (texts.hours) }
                @if hours > 1 {
                    p class="note" { (fill(texts.hours_mean, &[("hours", &hours.to_string())])) }
                }
                (chart.figure(|canvas| {
                    chart::hours(&history.timeline, &history.pauses, self.language, canvas)
                }))
                (self.hours_table(&buckets))
            }
        }
    }

    fn hours_table(&self, buckets: &BTreeMap<i64, Counts>) -> Markup {
        let texts = self.texts;
        html! {
            details {
                summary { (texts.hours_table) }
                div class="scroll" { table {
                    thead { tr { th { (texts.hours_from) } (self.count_heads()) } }
                    tbody { @for (start, counts) in buckets { tr {
                        td { (self.language.minute(*start)) } (self.counts(counts))
                    } } }
                } }
            }
        }
    }

    fn count_heads(&self) -> Markup {
        let texts = self.texts;
        html! {
            @for head in [texts.accepted, texts.rejected, texts.unsettled, texts.total] {
                th class="n" { (head) }
            }
        }
    }

    fn counts(&self, counts: &Counts) -> Markup {
        html! {
            (self.cell(counts.accepted)) (self.cell(counts.rejected)) (self.cell(counts.open))
            (self.cell(counts.all()))
        }
    }

    pub(super) fn nights(&self) -> Markup {
        let (texts, history) = (self.texts, &self.facts.history);
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
                h2 { (texts.nights) }
                p class="note" { (fill(texts.nights_note, &[("offset", &offset(minutes))])) }
                div class="scroll" { table {
                    (self.night_heads())
                    tbody {
                        @if hidden > 0 { (self.other_night(
                            &fill(texts.nights_cut, &[("count", &self.n(hidden as u64))]), &before)) }
                        @for (date, night, sum) in shown {
                            (self.night(date, night, sum))
                        }
                        @if timeline.timeless.all() > 0 { (self.other_night(texts.timeless, &timeline.timeless)) }
                        (self.night_total())
                    }
                } }
            }
        }
    }

    fn night_heads(&self) -> Markup {
        let texts = self.texts;
        html! {
            thead { tr {
                th { (texts.night) } (self.count_heads())
                @for head in [texts.first_document, texts.last_document, texts.per_hour, texts.sum_accepted] {
                    th class="n" { (head) }
                }
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

    fn other_night(&self, name: &str, counts: &Counts) -> Markup {
        html! {
            tr { th scope="row" { (name) } (self.counts(counts)) td {} td {} td {} td {} }
        }
    }

    /// The nights and what was never tried are all that was planned.
    fn night_total(&self) -> Markup {
        let (texts, balance) = (self.texts, &self.facts.balance);
        let total = self.facts.history.timeline.total();
        let pending = balance.of(State::Pending);
        html! {
            @if pending > 0 {
                tr {
                    th scope="row" { (texts.not_tried) }
                    (self.cell(0)) (self.cell(0)) (self.cell(pending)) (self.cell(pending))
                    td {} td {} td {} td {}
                }
            }
            tr class="total" {
                th scope="row" { (texts.total) }
                (self.cell(total.accepted)) (self.cell(total.rejected))
                (self.cell(total.open + pending)) (self.cell(total.all() + pending))
                td {} td {} td {} td class="n" { (self.n(total.accepted)) }
            }
        }
    }
}
