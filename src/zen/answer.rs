//! The answer, read leniently: its shape is known from a description only.

use regex::{Regex, RegexBuilder};
use serde_json::{Map, Value};

/// What an answer says of one document.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReplyEntry {
    /// `Key`, bare: without prefix and blanks.
    pub key: Option<String>,
    /// `Success`.
    pub success: Option<bool>,
    /// `Message`.
    pub message: String,
    /// `CnpjClient`.
    pub client: String,
}

/// The access keys by which an answer may name a document.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DocumentKeys {
    keys: Vec<String>,
    /// Whatever an answer names, it means this one.
    any: bool,
}

/// What the entries of one document come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryVerdict {
    /// Accepted; of two entries (issuer and recipient are both clients) either is enough.
    pub success: bool,
    /// The server's words.
    pub message: String,
    /// The CNPJ that it named.
    pub client: String,
}

impl DocumentKeys {
    /// The keys of a document: its own, and the sale's where it cancels one.
    #[must_use]
    pub fn new(own: Option<&str>, second: Option<&str>) -> Self {
        Self {
            keys: [own, second].into_iter().flatten().map(bare).collect(),
            any: false,
        }
    }

    /// Those of the only document of a request whose answer has none, or keys of another sort (NFS-e).
    #[must_use]
    pub const fn any() -> Self {
        Self {
            keys: Vec::new(),
            any: true,
        }
    }

    fn holds(&self, key: &str) -> bool {
        self.any || self.keys.iter().any(|one| one == key)
    }
}

/// A key without prefix (`NFe…`) and blanks, in capitals.
fn bare(key: &str) -> String {
    let mut plain = String::with_capacity(key.len());
    plain.extend(key.chars().filter(char::is_ascii_alphanumeric));
    plain.drain(..plain.len().saturating_sub(44));
    plain.make_ascii_uppercase();
    plain
}

/// The entries of an answer: an array of them, a single one, or an object that holds the array under any name.
/// `None` where `body` is nothing of the kind.
#[must_use]
pub fn entries(body: &[u8]) -> Option<Vec<ReplyEntry>> {
    list(&json(body)?, 4)
}

/// The JSON of `body`, in UTF-8 or, as of old, in Windows-1252.
pub(super) fn json(body: &[u8]) -> Option<Value> {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    match std::str::from_utf8(body) {
        Ok(text) => serde_json::from_str(text).ok(),
        Err(_) => serde_json::from_str(&encoding_rs::WINDOWS_1252.decode(body).0).ok(),
    }
}

fn list(value: &Value, depth: u8) -> Option<Vec<ReplyEntry>> {
    match value {
        Value::Array(items) if items.iter().all(|item| item.is_object() || item.is_null()) => {
            let inside = |item: &Value| object(item.as_object()?, depth);
            let found: Vec<_> = items.iter().filter_map(inside).flatten().collect();
            (items.is_empty() || !found.is_empty()).then_some(found)
        }
        Value::Object(fields) => object(fields, depth),
        // A JSON text within a JSON text: what a service of this framework answers that serialises twice.
        Value::String(text) if depth > 0 => {
            let inner: Value = serde_json::from_str(text).ok()?;
            list(&inner, depth - 1)
        }
        _ => None,
    }
}

/// What an object holds: arrays of entries under any names, then the lists of the answer without details, then its own
/// entry if that names its document, then what lies deeper: an outer success without a key is that of the call.
fn object(fields: &Map<String, Value>, depth: u8) -> Option<Vec<ReplyEntry>> {
    let own = entry(fields);
    let deeper = |sign: char, is_wanted: fn(&Value) -> bool| {
        let wanted = |value: &&Value| {
            let text = value.as_str().map(str::trim_start);
            is_wanted(value) || text.is_some_and(|text| text.starts_with(sign))
        };
        let values = fields.values().filter(wanted);
        let found: Vec<_> = values
            .filter_map(|value| list(value, depth.checked_sub(1)?))
            .flatten()
            .collect();
        (!found.is_empty()).then_some(found)
    };
    if let Some(mut found) = deeper('[', Value::is_array) {
        found.extend(own.filter(|own| own.key.is_some()));
        return Some(found);
    }
    let plain = plain_lists(fields);
    if plain.as_ref().is_some_and(|found| !found.is_empty()) {
        return plain;
    }
    let names_its_own = |own: &ReplyEntry| own.success.is_some() && own.key.is_some();
    if own.as_ref().is_some_and(names_its_own) {
        return own.map(|own| vec![own]);
    }
    if let Some(found) = deeper('{', Value::is_object) {
        return Some(found);
    }
    let empty = |value: &Value| value.as_array().is_some_and(Vec::is_empty);
    let nothing = || fields.values().any(empty).then(Vec::new);
    own.map(|own| vec![own]).or(plain).or_else(nothing)
}

/// The answer without details: `Erros` (messages) and `CfeImportadas` (keys).
fn plain_lists(fields: &Map<String, Value>) -> Option<Vec<ReplyEntry>> {
    let texts = |name: &str| {
        let list = field(fields, &[name])?.as_array()?;
        Some(
            list.iter()
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect::<Vec<_>>(),
        )
    };
    let (errors, imported) = (texts("erros"), texts("cfeimportadas"));
    if errors.is_none() && imported.is_none() {
        return None;
    }
    let refused = errors
        .unwrap_or_default()
        .into_iter()
        .map(|message| ReplyEntry {
            key: key_within(&message),
            success: Some(false),
            message,
            client: String::new(),
        });
    let taken = imported
        .unwrap_or_default()
        .into_iter()
        .map(|key| ReplyEntry {
            key: Some(bare(&key)),
            success: Some(true),
            ..ReplyEntry::default()
        });
    Some(taken.chain(refused).collect())
}

/// A run of 44 letters and digits in a message: the key of the document that it speaks of.
fn key_within(message: &str) -> Option<String> {
    message
        .split(|letter: char| !letter.is_ascii_alphanumeric())
        .find(|word| word.len() >= 44)
        .map(bare)
}

fn entry(fields: &Map<String, Value>) -> Option<ReplyEntry> {
    let success = field(fields, &["success", "sucess", "sucesso"]).and_then(truth);
    let key = field(fields, &["key", "chave"])
        .and_then(Value::as_str)
        .map(bare);
    if success.is_none() && key.as_deref().is_none_or(str::is_empty) {
        return None;
    }
    let message = field(fields, &["message", "mensagem", "errormessage"]);
    Some(ReplyEntry {
        key: key.filter(|key| !key.is_empty()),
        success,
        message: message.map(text).unwrap_or_default(),
        client: field(fields, &["cnpjclient", "cnpjcliente"])
            .map(text)
            .unwrap_or_default(),
    })
}

/// The field of one of these names, in any letter case.
fn field<'a>(fields: &'a Map<String, Value>, names: &[&str]) -> Option<&'a Value> {
    let of_name = |name: &&str| {
        fields
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
    };
    names.iter().find_map(of_name).map(|(_, value)| value)
}

fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(truth) => Some(*truth),
        Value::Number(number) => Some(number.as_f64() != Some(0.0)),
        Value::String(text) => match text.trim().to_ascii_lowercase().as_str() {
            "true" | "1" | "sim" => Some(true),
            "false" | "0" | "não" | "nao" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        Value::Array(parts) => parts.iter().map(text).collect::<Vec<_>>().join("; "),
        other => other.to_string(),
    }
}

/// The words of a JSON body that holds no entry, as ASP.NET and its like word an error. `None` where it is no JSON or
/// says nothing.
#[must_use]
pub fn words_of_error(body: &[u8]) -> Option<String> {
    let value = json(body)?;
    let mut words = Vec::new();
    gather_words(&value, 3, &mut words);
    (!words.is_empty()).then(|| words.join("; "))
}

/// Whether a JSON body says anywhere that something failed: an entry without success, or an error by name.
#[must_use]
pub fn says_failure(body: &[u8]) -> bool {
    json(body).is_some_and(|value| holds_failure(&value, 6))
}

fn holds_failure(value: &Value, depth: u8) -> bool {
    const ERRORS: [&str; 6] = [
        "erro",
        "erros",
        "error",
        "errors",
        "exceptionmessage",
        "errormessage",
    ];
    match value {
        _ if depth == 0 => false,
        Value::Array(items) => items.iter().any(|item| holds_failure(item, depth - 1)),
        Value::String(text) => serde_json::from_str(text)
            .is_ok_and(|inner: Value| !inner.is_string() && holds_failure(&inner, depth - 1)),
        Value::Object(fields) => {
            let failed = field(fields, &["success", "sucess", "sucesso"]).and_then(truth);
            let named = ERRORS.iter().filter_map(|name| field(fields, &[name]));
            failed == Some(false)
                || named
                    .map(text)
                    .any(|said| !said.is_empty() && said != "false")
                || fields.values().any(|inner| holds_failure(inner, depth - 1))
        }
        _ => false,
    }
}

fn gather_words(value: &Value, depth: u8, words: &mut Vec<String>) {
    const NAMES: [&str; 9] = [
        "message",
        "mensagem",
        "errormessage",
        "exceptionmessage",
        "erro",
        "erros",
        "error",
        "errors",
        "title",
    ];
    match value {
        Value::String(said) if !said.trim().is_empty() => words.push(said.clone()),
        Value::Array(parts) if depth > 0 => {
            for part in parts.iter().take(5) {
                gather_words(part, depth - 1, words);
            }
        }
        Value::Object(fields) if depth > 0 => {
            for name in NAMES {
                if let Some(inner) = field(fields, &[name]) {
                    gather_words(inner, depth - 1, words);
                }
            }
        }
        _ => {}
    }
}

/// What the entries say of each document of a request, in the order of `documents`. Entries belong to documents by
/// key; in a request of one document an entry without a usable key belongs to it.
#[must_use]
pub fn match_to(documents: &[DocumentKeys], entries: &[ReplyEntry]) -> Vec<Option<EntryVerdict>> {
    let alone = documents.len() == 1;
    documents
        .iter()
        .map(|keys| {
            // A document without a key of its own, as where a spreadsheet has mangled it, can be alone only.
            let any = alone && keys.keys.is_empty();
            let mine = entries.iter().filter(|entry| match &entry.key {
                Some(key) if key.len() == 44 => any || keys.holds(key),
                _ => alone,
            });
            merge(mine)
        })
        .collect()
}

/// One verdict of a document's entries: accepted if any is, else what the refusals say.
fn merge<'a>(entries: impl Iterator<Item = &'a ReplyEntry>) -> Option<EntryVerdict> {
    let mut merged: Option<EntryVerdict> = None;
    for entry in entries {
        let Some(success) = entry.success else {
            continue;
        };
        match &mut merged {
            Some(before) if !before.success && !success => {
                if !before.message.contains(&entry.message) {
                    before.message.push_str("; ");
                    before.message.push_str(&entry.message);
                }
            }
            Some(before) if before.success || !success => {}
            _ => {
                merged = Some(EntryVerdict {
                    success,
                    message: entry.message.clone(),
                    client: entry.client.clone(),
                });
            }
        }
    }
    merged
}

/// How a refusal says that the server has the document already.
#[derive(Debug, Clone)]
pub struct AlreadyThere {
    /// As it was written, and without accents where that makes another.
    patterns: Vec<Regex>,
}

impl AlreadyThere {
    /// What a duplicate is expected to be answered, without accents and case.
    const PHRASES: &str = r"\bja\s+(importad|cadastrad|existe)|\bduplicidade";

    /// Refusals that match `pattern` (in any letter case; with accents or without) are no refusals.
    ///
    /// # Errors
    /// Where `pattern` is no regular expression.
    pub fn new(pattern: &str) -> Result<Self, regex::Error> {
        let build = |pattern: &str| RegexBuilder::new(pattern).case_insensitive(true).build();
        let mut patterns = vec![build(pattern)?];
        // Signs of ASCII stay as they are: small letters would make `\s` of `\S`.
        let plain: String = pattern
            .chars()
            .map(|sign| match sign {
                sign if sign.is_ascii() => sign.to_string(),
                sign => fold(sign.encode_utf8(&mut [0; 4])),
            })
            .collect();
        if plain != pattern {
            // A range that ends at a letter with an accent may be none without it.
            patterns.extend(build(&plain));
        }
        Ok(Self { patterns })
    }

    /// Whether `message` says so.
    #[must_use]
    pub fn says(&self, message: &str) -> bool {
        let plain = fold(message);
        let found = |pattern: &Regex| pattern.is_match(message) || pattern.is_match(&plain);
        self.patterns.iter().any(found)
    }
}

impl Default for AlreadyThere {
    fn default() -> Self {
        // The pattern is a constant that a test compiles; were it wrong, nothing would be taken as already there.
        Self::new(Self::PHRASES).unwrap_or(Self {
            patterns: Vec::new(),
        })
    }
}

/// `text` in small letters without the accents of Portuguese.
#[must_use]
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let plain = |letter: char| match letter {
        'á' | 'à' | 'â' | 'ã' | 'ä' => 'a',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'í' | 'ì' | 'î' | 'ï' => 'i',
        'ó' | 'ò' | 'ô' | 'õ' | 'ö' => 'o',
        'ú' | 'ù' | 'û' | 'ü' => 'u',
        'ç' => 'c',
        other => other,
    };
    let unmarked = |letter: &char| !('\u{300}'..='\u{36f}').contains(letter);
    text.to_lowercase()
        .chars()
        .filter(unmarked)
        .map(plain)
        .collect()
}

#[cfg(test)]
mod tests;
