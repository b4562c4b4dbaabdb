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
use super::language::offset;
use crate::journal::State;
use crate::lang::{Lang, Message, Tell, message, said_again};

const STYLE: &str = include_str!("../style.css");

/// Nothing but this page's own style and its empty icon may be loaded or run, whatever a file smuggled in.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/// Letters at most of a text from a file.
const LONGEST: usize = 500;

/// The page in `language`.
#[must_use]
pub fn render(facts: &Facts, language: Lang) -> String {
    View { facts, language }.page().into_string()
}

/// What is shown, and in which words.
#[derive(Clone, Copy)]
struct View<'a> {
    facts: &'a Facts,
    language: Lang,
}

/// A name that comes from a file.
fn named(name: &str) -> Markup {
    html! { (foreign(name, LONGEST)) }
}

impl View<'_> {
    fn title(&self) -> String {
        match self.facts.client {
            Some(_) => self.say(message!("page-title-client")),
            None => self.say(message!("page-title")),
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
                    footer { p { (self.say(message!("page-footer"))) } }
                }
            }
        }
    }

    fn top(&self) -> Markup {
        html! {
            header class="top" {
                p class="mark" { "malote" }
                h1 { (self.title()) }
                p class="sub" { (self.say(message!("page-subtitle"))) }
                @if let Some(client) = &self.facts.client {
                    p class="who" {
                        (self.say(message!("page-client"))) " " (client)
                        small { (self.say(message!("page-client-scope"))) }
                    }
                }
                @if self.is_rehearsal() {
                    p class="banner" role="note" { (self.say(message!("page-sandbox"))) }
                }
                dl class="facts" {
                    (self.fact(message!("page-manifest"), &named(&self.manifest_name())))
                    @if let Some(hosts) = self.hosts() {
                        (self.fact(message!("page-destination"), &named(&hosts)))
                    }
                    @if let Some(period) = self.period() {
                        (self.fact(message!("page-period"), &period))
                    }
                    (self.fact(message!("page-made"), &self.made()))
                }
            }
        }
    }

    fn made(&self) -> Markup {
        // In the journal's own offset, so that all times of the page can be compared.
        let made = match self.facts.history.latest {
            Some(latest) => latest.plus(self.facts.made.unix() - latest.unix()),
            None => self.facts.made,
        };
        let time = self.language.minute(made.local());
        html! { span class="at" { (time) } " (" (offset(made.offset_minutes())) ")" }
    }

    /// From when to when; neither is broken in its middle, however narrow the column.
    fn period(&self) -> Option<Markup> {
        const HOLE: &str = "\u{1}";
        let (from, to) = self.facts.history.timeline.span()?;
        let said = self.say(message!("page-period-value", from = HOLE, to = HOLE));
        let times = [from, to].map(|time| Some(self.language.minute(time)));
        let times = times.into_iter().chain([None]);
        Some(html! {
            @for (words, time) in said.split(HOLE).zip(times) {
                (words) @if let Some(time) = time { span class="at" { (time) } }
            }
        })
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

    /// `message` in the language of the page.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "messages are made where they are said"
    )]
    fn say(&self, message: Message) -> String {
        message.tell(self.language)
    }

    /// What a journal says of a document.
    fn said<'a>(&self, text: &'a str) -> Cow<'a, str> {
        said_again(text, self.language)
    }

    /// The head of a column.
    fn head(&self, message: Message) -> Markup {
        html! { th { (self.say(message)) } }
    }

    /// The head of a column of numbers.
    fn number_head(&self, message: Message) -> Markup {
        html! { th class="n" { (self.say(message)) } }
    }

    fn fact(&self, name: Message, value: &Markup) -> Markup {
        html! { div { dt { (self.say(name)) } dd { (value) } } }
    }

    /// A chart in its two sizes, with its text alternative.
    fn figure(&self, chart: &Chart, draw: impl Fn(Canvas) -> String) -> Markup {
        let sizes = [("wide", chart.wide), ("narrow", super::chart::NARROW)];
        let (title, desc) = (
            chart.title.tell(self.language),
            chart.desc.tell(self.language),
        );
        html! {
            figure {
                @for (class, canvas) in sizes {
                    @let id = format!("{}-{class}", chart.id);
                    svg class=(class) viewBox={ "0 0 " (canvas.width) " " (canvas.height) } role="img"
                        aria-labelledby={ (id) "-t " (id) "-d" } {
                        title id={ (id) "-t" } { (title) }
                        desc id={ (id) "-d" } { (desc) }
                        (PreEscaped(draw(canvas)))
                    }
                }
                ul class="legend" {
                    @for (class, text) in chart.legend {
                        li { i class=(class) {} (text.tell(self.language)) }
                    }
                }
            }
        }
    }

    /// A cell with a number; zero is pale.
    fn cell(&self, number: u64) -> Markup {
        html! { td.n.zero[number == 0] { (self.n(number)) } }
    }

    /// The command that gives every row in `states`.
    fn diff_command(&self, states: &[State], output: Message) -> String {
        let words: Vec<_> = states.iter().map(|state| state.as_str()).collect();
        let (books, output) = (self.books(), self.say(output));
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
    title: Message,
    desc: Message,
    legend: &'a [(&'a str, Message)],
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
