//! What proves the figures: the files, the program, the runs and their settings.

use maud::{Markup, html};

use super::super::history::{JournalRead, Run};
use super::super::labels;
use super::{LONGEST, View, foreign, name_of, quoted};
use crate::lang::{Message, message};

impl View<'_> {
    pub(super) fn evidence(&self) -> Markup {
        let facts = self.facts;
        let program = self.say(message!(
            "page-program-value",
            version = env!("CARGO_PKG_VERSION")
        ));
        let manifest = quoted(&facts.manifest);
        html! {
            section id="evidence" {
                h2 { (self.say(message!("page-evidence"))) }
                p class="note" { (self.say(message!("page-evidence-note"))) }
                code { "certutil -hashfile " (manifest) " SHA256      (Windows)\nsha256sum " (manifest) "      (Linux)" }
                (self.hash(message!("page-manifest"), &self.manifest_name(), &facts.manifest_sha256.to_string()))
                @for journal in &facts.history.journals { (self.journal(journal)) }
                (self.hash(message!("page-program"), &program, &facts.program_sha256.to_string()))
                (self.runs())
            }
        }
    }

    fn hash(&self, what: Message, name: &str, hash: &str) -> Markup {
        html! {
            p class="hash" {
                b { (self.say(what)) }
                (foreign(name, LONGEST))
                span class="id" { (hash) }
            }
        }
    }

    fn journal(&self, journal: &JournalRead) -> Markup {
        let name = name_of(&journal.path);
        if journal.bytes == 0 {
            let none = self.say(message!("page-journal-none"));
            return self.hash(message!("page-journal"), &name, &none);
        }
        html! {
            (self.hash(message!("page-journal"), &name, &journal.sha256.to_string()))
            p class="note" {
                (self.say(message!("page-journal-bytes", bytes = journal.bytes)))
                @if journal.torn > 0 {
                    " " (self.say(message!("page-journal-torn", bytes = journal.torn)))
                }
            }
        }
    }

    fn runs(&self) -> Markup {
        let history = &self.facts.history;
        html! {
            @if !history.runs.is_empty() {
                h3 { (self.say(message!("page-runs"))) }
                @if history.earlier_runs > 0 {
                    p class="note" { (self.say(message!("page-runs-cut", count = history.earlier_runs))) }
                }
                table class="stack list" {
                    thead { tr {
                        (self.head(message!("page-run-started"))) (self.head(message!("page-run-ended")))
                        (self.head(message!("page-run-how"))) (self.head(message!("page-run-version")))
                        (self.head(message!("page-run-settings")))
                    } }
                    tbody { @for run in &history.runs { (self.run(run)) } }
                }
            }
        }
    }

    fn run(&self, run: &Run) -> Markup {
        let own = run.begin.manifest_sha256 == self.facts.manifest_sha256.to_string();
        let manifest = foreign(&run.begin.manifest, 80);
        html! {
            tr {
                td data-of=(self.say(message!("page-run-started"))) {
                    @if let Some(from) = run.from { (self.language.moment(from)) }
                }
                td data-of=(self.say(message!("page-run-ended"))) {
                    @if let Some((end, _)) = &run.end { (self.language.moment(*end)) }
                }
                td data-of=(self.say(message!("page-run-how"))) {
                    @match &run.end {
                        Some((_, reason)) => (foreign(&self.say(labels::ending(reason)), 80)),
                        None => (self.say(message!("page-end-unknown"))),
                    }
                }
                td data-of=(self.say(message!("page-run-version"))) { (foreign(&run.begin.version, 40)) }
                td class="msg" {
                    (foreign(&settings(&run.begin.settings), LONGEST))
                    @if !own { br; (self.say(message!("page-run-other-manifest", name = manifest))) }
                }
            }
        }
    }
}

/// `rate: 11/s · batch: 1 · …`: names and values as the journal has them.
fn settings(settings: &serde_json::Value) -> String {
    let Some(settings) = settings.as_object() else {
        return String::new();
    };
    let each = settings.iter().map(|(name, value)| match value.as_str() {
        Some(text) => format!("{name}: {text}"),
        None => format!("{name}: {value}"),
    });
    each.collect::<Vec<_>>().join(" · ")
}
