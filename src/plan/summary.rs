//! What `plan` found, for a person.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;

use super::gaps::Gap;
use super::output::Written;
use crate::dfe::DocumentKind;
use crate::path_text;

/// What `plan` found.
#[derive(Debug, Clone, Default)]
pub struct Summary {
    /// Rows to send, by kind.
    pub send: BTreeMap<DocumentKind, u64>,
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
    /// How long sending will take, in words; the caller knows rate and hours.
    pub duration: Option<String>,
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

    fn write_sent(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (documents, bytes) = (self.to_send(), size(self.send_bytes));
        writeln!(f, "\nto send: {documents} documents, {bytes}")?;
        let years: BTreeSet<_> = self.years.keys().map(|(_, year)| *year).collect();
        write!(f, "  {:<14}", "")?;
        for year in &years {
            let year = year.map_or("no date".to_owned(), |year| year.to_string());
            write!(f, "{year:>9}")?;
        }
        writeln!(f, "{:>10}", "all")?;
        for (kind, all) in &self.send {
            write!(f, "  {:<14}", kind.as_str())?;
            for year in &years {
                match self.years.get(&(*kind, *year)) {
                    Some(count) => write!(f, "{count:>9}")?,
                    None => write!(f, "{:>9}", "-")?,
                }
            }
            writeln!(f, "{all:>10}")?;
        }
        Ok(())
    }

    fn write_issuers(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.issuers.is_empty() {
            return Ok(());
        }
        writeln!(f, "\nby issuer:")?;
        for (issuer, count) in &self.issuers {
            writeln!(f, "  {count:>9}  {issuer}")?;
        }
        let (issuers, count) = self.further_issuers;
        if issuers > 0 {
            writeln!(f, "  {count:>9}  {issuers} others")?;
        }
        if self.other_issuers > 0 {
            let count = self.other_issuers;
            writeln!(f, "  {count:>9}  without a valid CNPJ or CPF")?;
        }
        Ok(())
    }

    fn write_skipped(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.skip.is_empty() {
            return Ok(());
        }
        writeln!(f, "\nskipped: {}", self.skipped())?;
        let mut reasons: Vec<_> = self.skip.iter().collect();
        reasons.sort_by_key(|(code, reason)| (std::cmp::Reverse(reason.count), **code));
        for (code, reason) in reasons {
            writeln!(f, "  {:>9}  {code}", reason.count)?;
            for example in &reason.examples {
                writeln!(f, "             {example}")?;
            }
        }
        Ok(())
    }

    fn write_incomplete(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lists = [
            (
                &self.without_protocol,
                "notes without the tax office's answer, in no copy",
            ),
            (
                &self.notes_elsewhere,
                "notes that only a summary or an event tells of",
            ),
        ];
        if lists.iter().all(|(found, _)| found.0 == 0) {
            return Ok(());
        }
        writeln!(f, "\nto be recovered before the old system goes:")?;
        for ((count, keys), what) in lists {
            if *count > 0 {
                writeln!(f, "  {count:>9}  {what}")?;
                write_list(f, keys, *count)?;
            }
        }
        Ok(())
    }

    fn write_gaps(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.of_clients || self.gaps.is_empty() {
            return Ok(());
        }
        writeln!(
            f,
            "\nnumbers of the clients' own documents that are missing, voided ones not counted:"
        )?;
        for gap in self.gaps.iter().take(SERIES) {
            let Gap {
                issuer,
                model,
                series,
                missing,
                ranges,
            } = gap;
            write!(f, "  {missing:>9}  {issuer} model {model} series {series}:")?;
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
            writeln!(
                f,
                "             and {} more series",
                self.gaps.len() - SERIES
            )?;
        }
        Ok(())
    }
}

/// Keys, and how many more there are.
fn write_list(f: &mut fmt::Formatter<'_>, keys: &[String], count: u64) -> fmt::Result {
    for key in keys {
        writeln!(f, "             {key}")?;
    }
    let more = count.saturating_sub(keys.len() as u64);
    if more > 0 {
        writeln!(f, "             and {more} more")?;
    }
    Ok(())
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let passed: u64 = self.passed.values().sum();
        let seen = self.to_send() + self.skipped() + passed;
        writeln!(
            f,
            "seen {seen} = send {} + skip {} + passed over {passed}",
            self.to_send(),
            self.skipped()
        )?;
        self.write_sent(f)?;
        self.write_issuers(f)?;
        self.write_skipped(f)?;
        if !self.notes.is_empty() {
            writeln!(f, "\nnoted on what is sent:")?;
            for (code, count) in &self.notes {
                writeln!(f, "  {count:>9}  {code}")?;
            }
        }
        self.write_incomplete(f)?;
        self.write_gaps(f)?;
        if passed > 0 {
            writeln!(f, "\npassed over: {passed}")?;
            for (extension, count) in &self.passed {
                let extension = path_text::encode(Path::new(extension));
                writeln!(f, "  {count:>9}  {extension}")?;
            }
        }
        if self.troubles > 0 {
            writeln!(
                f,
                "\n{} files or folders could not be opened or read; they have rows",
                self.troubles
            )?;
        }
        if let Some(duration) = &self.duration {
            writeln!(f, "\nsending will take {duration}")?;
        }
        for manifest in &self.manifests {
            write!(
                f,
                "\nmanifest {}\nSHA-256  {}",
                manifest.path.display(),
                manifest.sha256
            )?;
        }
        Ok(())
    }
}

/// Bytes in a unit that a person reads.
fn size(bytes: u64) -> String {
    let units = [("GB", 1e9), ("MB", 1e6), ("kB", 1e3)];
    let found = units.iter().find(|(_, unit)| bytes as f64 >= *unit);
    match found {
        Some((name, unit)) => format!("{:.1} {name}", bytes as f64 / unit),
        None => format!("{bytes} bytes"),
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
            assert_eq!(size(bytes), text);
        }
    }
}
