//! The page: what was gathered, as HTML. Everything that comes from a file passes through [`foreign`] and the
//! template's escaping.

mod balance;
mod documents;
mod evidence;
mod groups;
mod open;
mod time;

use std::borrow::Cow;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::chart::Canvas;
use super::facts::Facts;
use super::foreign::foreign;
use super::language::{Language, offset};
use super::texts::{Texts, fill};
use crate::journal::State;

const STYLE: &str = include_str!("../style.css");

/// Nothing but this page's own style and its empty icon may be loaded or run, whatever a file smuggled in.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/// Letters at most of a text from a file.
const LONGEST: usize = 500;

/// The page in `language`.
#[must_use]
pub fn render(facts: &Facts, language: Language) -> String {
    let view = View {
        facts,
        language,
        texts: language.texts(),
    };
    view.page().into_string()
}

/// What is shown, and in which words.
#[derive(Clone, Copy)]
struct View<'a> {
    facts: &'a Facts,
    language: Language,
    texts: &'static Texts,
}

impl View<'_> {
    fn title(&self) -> &'static str {
        match self.facts.client {
            Some(_) => self.texts.title_client,
            None => self.texts.title,
        }
    }

    fn page(&self) -> Markup {
        let name = match &self.facts.client {
            Some(client) => format!("{} · {client}", self.title()),
            None => format!("{} · {}", self.title(), self.manifest_name()),
        };
        html! {
            (DOCTYPE)
            html lang=(self.language.tag()) {
                head {
                    meta charset="utf-8";
                    meta http-equiv="Content-Security-Policy" content=(POLICY);
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="generator" content={ "malote " (env!("CARGO_PKG_VERSION")) };
                    title { (name) }
                    link rel="icon" href="data:,";
                    style { (PreEscaped(STYLE)) }
                }
                body {
                    (self.top())
                    main {
                        (self.balance())
                        (self.progress())
                        (self.hours())
                        (self.nights())
                        (self.rejections())
                        (self.open())
                        (self.kinds())
                        (self.left_out())
                        (self.documents())
                        (self.evidence())
                    }
                    footer { p { (self.texts.footer) } }
                }
            }
        }
    }

    fn top(&self) -> Markup {
        let texts = self.texts;
        html! {
            header class="top" {
                p class="mark" { "malote" }
                h1 { (self.title()) }
                p class="sub" { (texts.subtitle) }
                @if let Some(client) = &self.facts.client {
                    p class="who" {
                        (texts.client) " " (client)
                        small { (texts.client_scope) }
                    }
                }
                @if self.is_rehearsal() {
                    p class="banner" role="note" { (texts.sandbox) }
                }
                dl class="facts" {
                    (fact(texts.manifest, &self.manifest_name()))
                    @if let Some(hosts) = self.hosts() {
                        (fact(texts.destination, &hosts))
                    }
                    @if let Some(period) = self.period() {
                        (fact(texts.period, &period))
                    }
                    (fact(texts.made, &self.made()))
                }
            }
        }
    }

    fn made(&self) -> String {
        // In the journal's own offset, so that all times of the page can be compared.
        let made = match self.facts.history.latest {
            Some(latest) => latest.plus(self.facts.made.unix() - latest.unix()),
            None => self.facts.made,
        };
        let time = self.language.minute(made.local());
        format!("{time} ({})", offset(made.offset_minutes()))
    }

    fn period(&self) -> Option<String> {
        let (from, to) = self.facts.history.timeline.span()?;
        let (from, to) = (self.language.minute(from), self.language.minute(to));
        Some(fill(
            self.texts.period_value,
            &[("from", &from), ("to", &to)],
        ))
    }

    fn hosts(&self) -> Option<String> {
        let runs = self.facts.history.runs.iter();
        let mut hosts: Vec<_> = runs.map(|run| run.begin.host.as_str()).collect();
        hosts.sort_unstable();
        hosts.dedup();
        (!hosts.is_empty()).then(|| hosts.join(", "))
    }

    /// Whether documents went to the sandbox, or to this machine itself: there is no Zen on loopback.
    fn is_rehearsal(&self) -> bool {
        let mut runs = self.facts.history.runs.iter();
        runs.any(|run| {
            matches!(
                run.begin.host.as_str(),
                "sandbox" | "127.0.0.1" | "::1" | "[::1]" | "localhost"
            )
        })
    }

    fn manifest_name(&self) -> Cow<'_, str> {
        name_of(&self.facts.manifest)
    }

    fn n(&self, number: u64) -> String {
        self.language.number(number)
    }

    /// A cell with a number; zero is pale.
    fn cell(&self, number: u64) -> Markup {
        html! { td.n.zero[number == 0] { (self.n(number)) } }
    }

    /// The command that gives every row in `states`.
    fn diff_command(&self, states: &[State], output: &str) -> String {
        let words: Vec<_> = states.iter().map(|state| state.as_str()).collect();
        let books = self.books();
        format!(
            "malote diff {books} --only {} --format csv -o {output}",
            words.join(",")
        )
    }

    /// Manifest and journals as they were named on the command line.
    fn books(&self) -> String {
        let journals = self.facts.history.journals.iter();
        let journals = journals.map(|one| format!(" --journal {}", quoted(&one.path)));
        quoted(&self.facts.manifest) + &journals.collect::<String>()
    }
}

/// What stands around a chart.
struct Chart<'a> {
    id: &'a str,
    wide: Canvas,
    title: &'a str,
    desc: &'a str,
    legend: &'a [(&'a str, &'a str)],
}

impl Chart<'_> {
    /// A chart in its two sizes, with its text alternative.
    fn figure(&self, draw: impl Fn(Canvas) -> String) -> Markup {
        let sizes = [("wide", self.wide), ("narrow", super::chart::NARROW)];
        html! {
            figure {
                @for (class, canvas) in sizes {
                    @let id = format!("{}-{class}", self.id);
                    svg class=(class) viewBox={ "0 0 " (canvas.width) " " (canvas.height) } role="img"
                        aria-labelledby={ (id) "-t " (id) "-d" } {
                        title id={ (id) "-t" } { (self.title) }
                        desc id={ (id) "-d" } { (self.desc) }
                        (PreEscaped(draw(canvas)))
                    }
                }
                ul class="legend" {
                    @for (class, text) in self.legend {
                        li { i class=(class) {} (text) }
                    }
                }
            }
        }
    }
}

fn fact(name: &str, value: &str) -> Markup {
    html! { div { dt { (name) } dd { (foreign(value, LONGEST)) } } }
}

/// A command to be typed; a line breaks between its words only.
fn command(text: &str) -> Markup {
    html! {
        code { @for word in text.split(' ') { span { (word) } " " } }
    }
}

fn name_of(path: &std::path::Path) -> Cow<'_, str> {
    path.file_name()
        .unwrap_or(path.as_os_str())
        .to_string_lossy()
}

/// A path as a shell takes it.
fn quoted(path: &std::path::Path) -> String {
    let text = path.to_string_lossy();
    let plain = |letter: char| letter.is_alphanumeric() || "._-/\\:".contains(letter);
    if text.chars().all(plain) {
        text.into_owned()
    } else {
        format!("\"{text}\"")
    }
}
