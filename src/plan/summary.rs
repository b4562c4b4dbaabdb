//! What `plan` found, for a person.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

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
    /// Rows that stay out, by reason: how many, and the first.
    pub skip: BTreeMap<&'static str, (u64, String)>,
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

impl Summary {
    /// Rows to send.
    #[must_use]
    pub fn to_send(&self) -> u64 {
        self.send.values().sum()
    }

    /// Rows that stay out.
    #[must_use]
    pub fn skipped(&self) -> u64 {
        self.skip.values().map(|(count, _)| count).sum()
    }
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
        writeln!(
            f,
            "\nto send: {} documents, {}",
            self.to_send(),
            size(self.send_bytes)
        )?;
        for (kind, count) in &self.send {
            writeln!(f, "  {count:>9}  {kind}")?;
        }
        if !self.skip.is_empty() {
            writeln!(f, "\nskipped: {}", self.skipped())?;
            let mut reasons: Vec<_> = self.skip.iter().collect();
            reasons.sort_by_key(|(code, (count, _))| (std::cmp::Reverse(*count), **code));
            for (code, (count, first)) in reasons {
                writeln!(f, "  {count:>9}  {code}  ({first})")?;
            }
        }
        if !self.notes.is_empty() {
            writeln!(f, "\nnoted on what is sent:")?;
            for (code, count) in &self.notes {
                writeln!(f, "  {count:>9}  {code}")?;
            }
        }
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
