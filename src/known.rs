//! Files of access keys: what Zen holds already, as `fetch-known` writes it or as a spreadsheet saved it.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::dfe::AccessKey;

/// Access keys, as halves of their SHA-256: 16 bytes each, however many they are.
#[derive(Debug, Clone, Default)]
pub struct KnownKeys {
    halves: Vec<[u8; 16]>,
    /// Those of which the list says that they are not cancelled.
    valid: Vec<[u8; 16]>,
}

/// Why a file of keys cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KnownError {
    /// It cannot be read.
    #[error("{} cannot be read: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It has lines, but no key.
    #[error("{} holds no access key", .0.display())]
    NoKey(PathBuf),
    /// It is one of malote's own tables, whose keys say nothing of what Zen holds.
    #[error("{} is a manifest or a journal and no list of access keys: fetch-known writes one", .0.display())]
    NoList(PathBuf),
}

impl KnownKeys {
    /// Reads the file at `path`: in each line the first field that is an access key, with or without the letters of an
    /// `Id` before it. A heading, and lines without a key, are passed over; but where the heading has a field
    /// `canceled`, as `fetch-known` writes it, that is read, too.
    ///
    /// # Errors
    /// [`KnownError`]; also where several lines hold no key at all, or none and no text, for that is the wrong file.
    pub fn read(path: &Path) -> Result<Self, KnownError> {
        let unreadable = |source| KnownError::Unreadable {
            path: path.to_path_buf(),
            source,
        };
        let file = File::open(path).map_err(unreadable)?;
        let mut keys = Self::default();
        let (mut without, mut is_text) = (0, true);
        let mut canceled = None;
        for (number, line) in BufReader::new(file).split(b'\n').enumerate() {
            let line = line.map_err(unreadable)?;
            if number == 0 && is_own_table(&line) {
                return Err(KnownError::NoList(path.to_path_buf()));
            }
            if let Some(key) = key_in(&line) {
                let half = half(&key);
                keys.halves.push(half);
                if canceled.is_some_and(|place| says_no(&line, place)) {
                    keys.valid.push(half);
                }
            } else {
                without += usize::from(!line.trim_ascii().is_empty());
                is_text &= std::str::from_utf8(&line).is_ok();
            }
            if number == 0 {
                canceled = fields(&line).position(|field| field == b"canceled");
            }
        }
        if keys.halves.is_empty() && (without > 1 || !is_text) {
            return Err(KnownError::NoKey(path.to_path_buf()));
        }
        Ok(keys.sorted())
    }

    fn sorted(mut self) -> Self {
        for halves in [&mut self.halves, &mut self.valid] {
            halves.sort_unstable();
            halves.dedup();
        }
        self
    }

    /// Keys by their halves, and whether the list says that they are cancelled.
    #[cfg(test)]
    pub(crate) fn of(keys: impl IntoIterator<Item = ([u8; 16], Option<bool>)>) -> Self {
        let mut known = Self::default();
        for (half, canceled) in keys {
            known.halves.push(half);
            known
                .valid
                .extend((canceled == Some(false)).then_some(half));
        }
        known.sorted()
    }

    /// Whether the key with that half of a SHA-256 is one of them.
    #[must_use]
    pub fn has_half(&self, half: &[u8; 16]) -> bool {
        self.halves.binary_search(half).is_ok()
    }

    /// Whether the key with that half of a SHA-256 is one of them, of which the list says that it is not cancelled.
    #[must_use]
    pub fn has_as_valid(&self, half: &[u8; 16]) -> bool {
        self.valid.binary_search(half).is_ok()
    }

    /// Whether that key is one of them.
    #[must_use]
    pub fn has(&self, key: &AccessKey) -> bool {
        self.has_half(&half(key))
    }

    /// How many there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.halves.len()
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.halves.is_empty()
    }
}

fn half(key: &AccessKey) -> [u8; 16] {
    let mut half = [0; 16];
    half.copy_from_slice(&Sha256::digest(key.as_str().as_bytes())[..16]);
    half
}

/// The fields of a line without quotes and blanks, as `fetch-known` or a spreadsheet parts them.
fn fields(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    let fields = line.split(|byte| matches!(byte, b',' | b';' | b'\t'));
    fields.map(|field| {
        let plain = field.strip_prefix(b"\"").unwrap_or(field).trim_ascii();
        plain.strip_suffix(b"\"").unwrap_or(plain)
    })
}

/// Whether the heading is that of a manifest or a journal: both hold keys of documents that never arrived.
fn is_own_table(heading: &[u8]) -> bool {
    let heading = heading.strip_prefix(b"\xef\xbb\xbf").unwrap_or(heading);
    let has = |name: &[u8]| fields(heading).any(|field| field == name);
    has(b"sha256") && (has(b"action") || has(b"event"))
}

/// Whether the field at `place` says no, in words that a spreadsheet may have made of `false`.
fn says_no(line: &[u8], place: usize) -> bool {
    let field = fields(line).nth(place).unwrap_or_default();
    ["false", "falso", "no", "0"]
        .iter()
        .any(|word| field.eq_ignore_ascii_case(word.as_bytes()))
}

/// The first access key among the fields of a line.
fn key_in(line: &[u8]) -> Option<AccessKey> {
    let fields =
        line.split(|byte| matches!(byte, b',' | b';' | b'\t' | b'"' | b' ' | b'\r' | b'\''));
    fields
        .filter_map(|field| std::str::from_utf8(field).ok())
        .find_map(|field| {
            let start = field.len().checked_sub(44)?;
            let letters = field.get(..start)?;
            let plain = letters.bytes().all(|byte| byte.is_ascii_alphanumeric());
            // A byte-order mark may stand before the first.
            let fits = start <= 5 && plain || letters == "\u{feff}";
            AccessKey::new(field.get(start..)?).ok().filter(|_| fits)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "35170458716523000119550010000000121000123458";
    const OTHER: &str = "41130181452880000139570010000018971536074822";

    fn read(text: &str) -> Result<KnownKeys, KnownError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("known.csv");
        std::fs::write(&path, text).unwrap();
        KnownKeys::read(&path)
    }

    #[test]
    fn what_the_list_says_is_not_cancelled_is_known() {
        let key = AccessKey::new(KEY).unwrap();
        for (text, valid) in [
            (
                format!("key,kind,client,canceled\n{KEY},nfe,1,false\n"),
                true,
            ),
            (
                format!("key,kind,client,canceled\n{KEY},nfe,1,true\n"),
                false,
            ),
            (
                format!("key;kind;client;canceled\r\n{KEY};nfe;1;FALSO\r\n"),
                true,
            ),
            (format!("\u{feff}canceled,key\nfalse,{KEY}\n"), false),
            (format!("{KEY},false\n"), false),
        ] {
            let keys = read(&text).unwrap();
            assert!(keys.has(&key));
            assert_eq!(keys.has_as_valid(&half(&key)), valid, "{text}");
        }
    }

    #[test]
    fn keys_are_found_however_they_were_saved() {
        for (text, count) in [
            (format!("{KEY}\n{OTHER}\n"), 2),
            (format!("key,kind\r\n{KEY},nfe\r\n{KEY},nfe\r\n"), 1),
            (format!("\u{feff}{KEY}\n"), 1),
            (format!("nome;chave\n\"Padaria; Aurora\";\"NFe{KEY}\"\n"), 1),
            ("key,kind,client,canceled\n".to_owned(), 0),
            (String::new(), 0),
        ] {
            assert_eq!(read(&text).unwrap().len(), count, "{text}");
        }
        for own in [
            "action,notes,kind,sha256,path",
            "\u{feff}path;sha256;action\r",
            crate::journal::HEADER.trim_end(),
        ] {
            let found = read(&format!("{own}\n{KEY}\n"));
            assert!(matches!(found, Err(KnownError::NoList(_))), "{own}");
        }
        let keys = read(KEY).unwrap();
        assert!(keys.has(&AccessKey::new(KEY).unwrap()));
        assert!(!keys.has(&AccessKey::new(OTHER).unwrap()));
        assert!(
            read("action,notes\nsend,\nsend,\n").is_err(),
            "the wrong file"
        );
    }
}
