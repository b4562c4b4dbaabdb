//! The office's clients: who they are, and which of them takes part in a document. Pure but for the reading of the file.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::dfe::{AccessKey, Inspection, Taxpayer, decode, punctuate};
use crate::zen::Side;

/// The clients of `--clients`.
#[derive(Debug, Clone, Default)]
pub struct Clients {
    numbers: HashMap<Taxpayer, String>,
}

/// Why a list of clients cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ClientsError {
    /// It cannot be read.
    #[error("--clients: {} cannot be read: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A line begins with no CNPJ and no CPF.
    #[error("--clients: {} line {line}: {text:?} is neither a CNPJ nor a CPF", path.display())]
    NotATaxpayer {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What it begins with.
        text: String,
    },
    /// There is none in it.
    #[error("--clients: {} names nobody", .0.display())]
    Nobody(PathBuf),
}

impl Clients {
    /// Reads the file at `path`: a CNPJ or CPF at the beginning of each line, and behind `;`, `,` or a blank a name.
    ///
    /// # Errors
    /// [`ClientsError`].
    pub fn read(path: &Path) -> Result<Self, ClientsError> {
        let bytes = fs::read(path).map_err(|source| ClientsError::Unreadable {
            path: path.to_path_buf(),
            source,
        })?;
        // What is no text, or none at all, names nobody.
        let text = decode(&bytes).map_err(|_| ClientsError::Nobody(path.to_path_buf()))?;
        let clients = Self::parse(&text.text);
        let clients = clients.map_err(|(line, text)| ClientsError::NotATaxpayer {
            path: path.to_path_buf(),
            line,
            text,
        })?;
        if clients.numbers.is_empty() {
            return Err(ClientsError::Nobody(path.to_path_buf()));
        }
        Ok(clients)
    }

    /// The clients in `text`, or the first line that is wrong.
    fn parse(text: &str) -> Result<Self, (usize, String)> {
        let mut numbers = HashMap::new();
        for (index, line) in text.lines().enumerate() {
            let ends = [';', ',', '\t', ' '];
            let line = line.trim().trim_matches('"');
            let first = line
                .split(ends)
                .next()
                .unwrap_or_default()
                .trim_matches('"');
            let is_heading = index == 0 && !first.contains(|letter: char| letter.is_ascii_digit());
            if line.is_empty() || line.starts_with('#') || is_heading {
                continue;
            }
            let Some(taxpayer) = Taxpayer::new(first) else {
                return Err((index + 1, first.to_owned()));
            };
            let shown = punctuate(taxpayer.as_str());
            numbers.insert(taxpayer, shown);
        }
        Ok(Self { numbers })
    }

    /// Their numbers as they are punctuated, in a fixed order.
    #[must_use]
    pub fn numbers(&self) -> Vec<&str> {
        let mut numbers: Vec<_> = self.numbers.keys().map(Taxpayer::as_str).collect();
        numbers.sort_unstable();
        numbers
    }

    /// Whether one of them has that number.
    #[must_use]
    pub fn has(&self, number: &str) -> bool {
        Taxpayer::new(number).is_some_and(|number| self.numbers.contains_key(&number))
    }

    /// On which side of an NFS-e a client is, if on any.
    pub(super) fn side_of(&self, found: &Inspection) -> Option<Side> {
        match (self.has(&found.issuer), self.has(&found.recipient)) {
            (true, true) => Some(Side::Both),
            (true, false) => Some(Side::Issued),
            (false, true) => Some(Side::Received),
            (false, false) => None,
        }
    }

    /// Those who take part in a document, punctuated and separated by blanks.
    pub(super) fn in_document(&self, found: &Inspection) -> String {
        let of_key = found.access_key.as_ref().map(AccessKey::issuer);
        let named = [found.issuer.as_str(), &found.recipient];
        let parties = found.parties.iter().map(String::as_str);
        let mut text = String::new();
        for party in named.into_iter().chain(parties).chain(of_key) {
            let client = Taxpayer::new(party).and_then(|party| self.numbers.get(&party));
            if let Some(client) = client.filter(|client| !text.contains(client.as_str())) {
                let blank = if text.is_empty() { "" } else { " " };
                // A string takes all that is written.
                let _ = write!(text, "{blank}{client}");
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read_however_it_was_written() {
        let text = "CNPJ;Nome\n11.222.333/0001-81;Padaria\n\"44555666000181\",Brisa\n# a comment\n\n  403.644.788-29 \
                    Ana Inventada\n7XK4P2T9000164\n1222333000181\tsem o zero\n";
        let found = Clients::parse(text);
        assert_eq!(found.unwrap_err(), (8, "1222333000181".to_owned()));
        let clients = Clients::parse(&text.replace("1222333000181\tsem o zero\n", "")).unwrap();
        assert_eq!(clients.numbers.len(), 4);
        for (number, has) in [
            ("11222333000181", true),
            ("11.222.333/0001-81", true),
            ("00040364478829", true),
            ("7xk4p2t9000164", true),
            ("11222333000262", false),
            ("", false),
        ] {
            assert_eq!(clients.has(number), has, "{number}");
        }
    }
}
