//! What proves the figures: the files, the program, the runs and their settings.

use maud::{Markup, html};

use super::super::history::{JournalRead, Run};
use super::{LONGEST, View, fill, foreign, name_of, quoted};

impl View<'_> {
    pub(super) fn evidence(&self) -> Markup {
        let (texts, facts) = (self.texts, self.facts);
        let program = fill(
            texts.program_value,
            &[("version", env!("CARGO_PKG_VERSION"))],
        );
        let manifest = quoted(&facts.manifest);
        html! {
            section id="evidence" {
                h2 { (texts.evidence) }
                p class="note" { (texts.evidence_note) }
                code { "certutil -hashfile " (manifest) " SHA256      (Windows)\nsha256sum " (manifest) "      (Linux)" }
                (hash(texts.manifest, &self.manifest_name(), &facts.manifest_sha256.to_string()))
                @for journal in &facts.history.journals { (self.journal(journal)) }
                (hash(texts.program, &program, &facts.program_sha256.to_string()))
                (self.runs())
            }
        }
    }

    fn journal(&self, journal: &JournalRead) -> Markup {
        let texts = self.texts;
        let name = name_of(&journal.path);
        if journal.bytes == 0 {
            return hash(texts.journal, &name, texts.journal_none);
        }
        html! {
            (hash(texts.journal, &name, &journal.sha256.to_string()))
            p class="note" {
                (fill(texts.journal_bytes, &[("bytes", &self.n(journal.bytes))]))
                @if journal.torn > 0 {
                    " " (fill(texts.journal_torn, &[("bytes", &self.n(journal.torn))]))
                }
            }
        }
    }

    fn runs(&self) -> Markup {
        let (texts, history) = (self.texts, &self.facts.history);
        html! {
            @if !history.runs.is_empty() {
                h3 { (texts.runs) }
                @if history.earlier_runs > 0 {
                    p class="note" { (fill(texts.runs_cut, &[("count", &self.n(history.earlier_runs))])) }
                }
                table class="stack list" {
                    thead { tr {
                        th { (texts.run_started) } th { (texts.run_ended) } th { (texts.run_how) }
                        th { (texts.run_version) } th { (texts.run_settings) }
                    } }
                    tbody { @for run in &history.runs { (self.run(run)) } }
                }
            }
        }
    }

    fn run(&self, run: &Run) -> Markup {
        let texts = self.texts;
        let own = run.begin.manifest_sha256 == self.facts.manifest_sha256.to_string();
        let manifest = foreign(&run.begin.manifest, 80);
        html! {
            tr {
                td data-of=(texts.run_started) { @if let Some(from) = run.from { (self.language.moment(from)) } }
                td data-of=(texts.run_ended) { @if let Some((end, _)) = &run.end { (self.language.moment(*end)) } }
                td data-of=(texts.run_how) {
                    @match &run.end {
                        Some((_, reason)) => (foreign(texts.ending(reason), 80)),
                        None => (texts.end_unknown),
                    }
                }
                td data-of=(texts.run_version) { (foreign(&run.begin.version, 40)) }
                td class="msg" {
                    (foreign(&settings(&run.begin.settings), LONGEST))
                    @if !own { br; (fill(texts.run_other_manifest, &[("name", &manifest)])) }
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

fn hash(what: &str, name: &str, hash: &str) -> Markup {
    html! {
        p class="hash" {
            b { (what) }
            (foreign(name, LONGEST))
            span class="id" { (hash) }
        }
    }
}
