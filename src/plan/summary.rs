//! What `plan` found, for a person.

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::path::Path;

use super::gaps::Gap;
use super::met::{EXCLUDED, NO_EXTENSION};
use super::output::Written;
use crate::dfe::{DocumentKind, Signature};
use crate::lang::{Arg, Lang, Message, Tell, message};
use crate::path_text;

/// What `plan` found.
#[derive(Debug, Clone, Default)]
pub struct Summary {
    /// Rows to send, by kind.
    pub send: BTreeMap<DocumentKind, u64>,
    /// Rows to send by their signature, where that is asked.
    pub signatures: BTreeMap<Signature, u64>,
    /// Bytes of the rows to send.
    pub send_bytes: u64,
    /// Rows to send, by kind and year of issue.
    pub years: BTreeMap<(DocumentKind, Option<i16>), u64>,
    /// Rows to send by issuer, punctuated: those who have the most.
    pub issuers: Vec<(String, u64)>,
    /// How many further issuers there are, and their rows.
    pub further_issuers: (u64, u64),
    /// Rows to send whose issuer is not known by a valid number.
    pub other_issuers: u64,
    /// Rows that stay out, by reason.
    pub skip: BTreeMap<&'static str, Skipped>,
    /// Notes of which no copy has the tax office's answer: how many, and the keys of the first.
    pub without_protocol: (u64, Vec<String>),
    /// Notes that only a summary or an event tells of: how many, and the keys of the first.
    pub notes_elsewhere: (u64, Vec<String>),
    /// The clients are known, and so are gaps in their numbers.
    pub of_clients: bool,
    /// Numbers that are missing among those that the clients issued.
    pub gaps: Vec<Gap>,
    /// Files passed over, by extension.
    pub passed: BTreeMap<String, u64>,
    /// Files and folders that could not be opened or read.
    pub troubles: u64,
    /// Notes on rows to send.
    pub notes: BTreeMap<String, u64>,
    /// The manifest's files.
    pub manifests: Vec<Written>,
    /// How long sending will take; the caller knows rate and hours.
    pub duration: Option<Message>,
}

/// Rows that stay out for one reason.
#[derive(Debug, Clone, Default)]
pub struct Skipped {
    /// How many.
    pub count: u64,
    /// The paths of the first.
    pub examples: Vec<String>,
}

/// Series with gaps that are shown.
const SERIES: usize = 30;

impl Summary {
    /// Rows to send.
    #[must_use]
    pub fn to_send(&self) -> u64 {
        self.send.values().sum()
    }

    /// Rows that stay out.
    #[must_use]
    pub fn skipped(&self) -> u64 {
        self.skip.values().map(|reason| reason.count).sum()
    }

    /// All of it in `lang`.
    #[must_use]
    pub fn text(&self, lang: Lang) -> String {
        let mut text = Text {
            lang,
            text: String::new(),
        };
        // A text takes whatever is written to it.
        let _ = self.write(&mut text);
        text.text
    }

    fn write_sent(&self, f: &mut Text) -> fmt::Result {
        writeln!(f)?;
        f.line(&message!(
            "plan-to-send",
            documents = self.to_send(),
            size = size(self.send_bytes),
        ))?;
        self.write_years(f)
    }

    fn write_issuers(&self, f: &mut Text) -> fmt::Result {
        if self.issuers.is_empty() {
            return Ok(());
        }
        f.heading(&message!("plan-by-issuer"))?;
        for (issuer, count) in &self.issuers {
            writeln!(f, "  {count:>9}  {issuer}")?;
        }
        let (issuers, count) = self.further_issuers;
        if issuers > 0 {
            f.counted(count, &message!("plan-other-issuers", count = issuers))?;
        }
        if self.other_issuers > 0 {
            f.counted(self.other_issuers, &message!("plan-no-issuer"))?;
        }
        Ok(())
    }

    fn write_skipped(&self, f: &mut Text) -> fmt::Result {
        if self.skip.is_empty() {
            return Ok(());
        }
        f.heading(&message!("plan-skipped", count = self.skipped()))?;
        let mut reasons: Vec<_> = self.skip.iter().collect();
        reasons.sort_by_key(|(code, reason)| (std::cmp::Reverse(reason.count), **code));
        for (code, reason) in reasons {
            f.coded(reason.count, code)?;
            for example in &reason.examples {
                f.example(example)?;
            }
        }
        Ok(())
    }

    fn write_signatures(&self, f: &mut Text) -> fmt::Result {
        if self.signatures.is_empty() {
            return Ok(());
        }
        f.heading(&message!("plan-signatures"))?;
        for (signature, count) in &self.signatures {
            let meaning = match signature {
                Signature::Valid => message!("plan-signature-valid"),
                Signature::ValidIfUnindented => message!("plan-signature-valid-if-unindented"),
                Signature::Altered => message!("plan-signature-altered"),
                Signature::Absent => message!("plan-signature-absent"),
            };
            f.counted(*count, &meaning)?;
        }
        Ok(())
    }

    fn write_incomplete(&self, f: &mut Text) -> fmt::Result {
        let lists = [
            (
                &self.without_protocol,
                message!("plan-without-protocol", count = self.without_protocol.0),
            ),
            (
                &self.notes_elsewhere,
                message!("plan-notes-elsewhere", count = self.notes_elsewhere.0),
            ),
        ];
        if lists.iter().all(|(found, _)| found.0 == 0) {
            return Ok(());
        }
        f.heading(&message!("plan-to-be-recovered"))?;
        for ((count, keys), what) in lists {
            if *count > 0 {
                f.counted(*count, &what)?;
                write_list(f, keys, *count)?;
            }
        }
        Ok(())
    }

    fn write_gaps(&self, f: &mut Text) -> fmt::Result {
        if !self.of_clients || self.gaps.is_empty() {
            return Ok(());
        }
        f.heading(&message!("plan-gaps"))?;
        for gap in self.gaps.iter().take(SERIES) {
            let Gap {
                issuer,
                model,
                series,
                missing,
                ranges,
            } = gap;
            let series = message!(
                "plan-series",
                issuer = issuer,
                model = model,
                series = *series,
            );
            write!(f, "  {missing:>9}  {}", series.tell(f.lang))?;
            let mut told = 0;
            for (from, to) in ranges {
                told += u64::from(to - from) + 1;
                if from == to {
                    write!(f, " {from}")?;
                } else {
                    write!(f, " {from}-{to}")?;
                }
            }
            writeln!(f, "{}", if told < *missing { " ..." } else { "" })?;
        }
        if self.gaps.len() > SERIES {
            let more = message!("plan-more-series", count = self.gaps.len() - SERIES);
            f.example(&more.tell(f.lang))?;
        }
        Ok(())
    }
}

/// A text that is being written.
pub(super) struct Text {
    pub(super) lang: Lang,
    text: String,
}

impl Text {
    fn line(&mut self, message: &Message) -> fmt::Result {
        let line = message.tell(self.lang);
        writeln!(self, "{line}")
    }

    /// What begins a paragraph.
    fn heading(&mut self, message: &Message) -> fmt::Result {
        writeln!(self)?;
        self.line(message)
    }

    /// How many, and of what.
    fn counted(&mut self, count: u64, message: &Message) -> fmt::Result {
        let what = message.tell(self.lang);
        writeln!(self, "  {count:>9}  {what}")
    }

    /// How many have a code of the column `notes`, and what it means.
    fn coded(&mut self, count: u64, code: &str) -> fmt::Result {
        let meaning = Message::of_note(code).tell(self.lang);
        writeln!(self, "  {count:>9}  {code}: {meaning}")
    }

    /// One of what was counted.
    fn example(&mut self, text: &str) -> fmt::Result {
        writeln!(self, "             {text}")
    }
}

impl fmt::Write for Text {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.text.push_str(text);
        Ok(())
    }
}

/// Keys, and how many more there are.
fn write_list(f: &mut Text, keys: &[String], count: u64) -> fmt::Result {
    for key in keys {
        f.example(key)?;
    }
    let more = count.saturating_sub(keys.len() as u64);
    if more > 0 {
        let more = message!("plan-more-keys", count = more).tell(f.lang);
        f.example(&more)?;
    }
    Ok(())
}

impl Summary {
    fn write(&self, f: &mut Text) -> fmt::Result {
        let passed: u64 = self.passed.values().sum();
        let seen = self.to_send() + self.skipped() + passed;
        f.line(&message!(
            "plan-seen",
            seen = seen,
            send = self.to_send(),
            skip = self.skipped(),
            passed = passed,
        ))?;
        self.write_sent(f)?;
        self.write_issuers(f)?;
        self.write_skipped(f)?;
        if !self.notes.is_empty() {
            f.heading(&message!("plan-noted"))?;
            for (code, count) in &self.notes {
                f.coded(*count, code)?;
            }
        }
        self.write_signatures(f)?;
        self.write_incomplete(f)?;
        self.write_gaps(f)?;
        if passed > 0 {
            f.heading(&message!("plan-passed-over", count = passed))?;
            for (extension, count) in &self.passed {
                match extension.as_str() {
                    EXCLUDED => f.counted(*count, &message!("plan-excluded"))?,
                    NO_EXTENSION => f.counted(*count, &message!("plan-no-extension"))?,
                    _ => {
                        let extension = path_text::encode(Path::new(extension));
                        writeln!(f, "  {count:>9}  {extension}")?;
                    }
                }
            }
        }
        if self.troubles > 0 {
            f.heading(&message!("plan-troubles", count = self.troubles))?;
        }
        if let Some(duration) = &self.duration {
            f.heading(duration)?;
        }
        for manifest in &self.manifests {
            let written = message!(
                "plan-manifest",
                path = manifest.path.display(),
                sha256 = manifest.sha256.to_string(),
            );
            write!(f, "\n{}", written.tell(f.lang))?;
        }
        Ok(())
    }
}

/// Bytes in a unit that a person reads.
fn size(bytes: u64) -> Message {
    let units = [("GB", 1e9), ("MB", 1e6), ("kB", 1e3)];
    let found = units.iter().find(|(_, unit)| bytes as f64 >= *unit);
    match found {
        Some((name, unit)) => message!(
            "plan-size",
            number = Arg::decimal(bytes as f64 / unit, 1),
            unit = *name,
        ),
        None => message!("plan-bytes", count = bytes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_units() {
        for (bytes, text) in [
            (0, "0 bytes"),
            (999, "999 bytes"),
            (7000, "7.0 kB"),
            (2_500_000_000, "2.5 GB"),
        ] {
            assert_eq!(size(bytes).tell(Lang::English), text);
        }
    }
}
