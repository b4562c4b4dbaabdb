//! The routes that list what Zen holds: what is asked, and a lenient reading of what comes. Pure.

use jiff::civil::Date;
use serde_json::{Map, Value, json};

use super::answer;
use crate::dfe::{AccessKey, DocumentKind};

/// Documents of a page, as in the vendor's collection.
pub const PAGE: usize = 100;

/// A route that lists documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Lookup {
    /// NF-e.
    Nfe,
    /// NFC-e.
    Nfce,
    /// CT-e.
    Cte,
    /// CT-e OS.
    CteOs,
    /// CF-e SAT.
    Cfe,
}

/// What is asked of a route.
#[derive(Debug, Clone, Copy)]
pub struct Query<'a> {
    /// CNPJ or CPF without punctuation.
    pub client: &'a str,
    /// The first day of issue.
    pub from: Date,
    /// The last day of issue.
    pub to: Date,
    /// Documents to pass over.
    pub skip: usize,
}

/// A document that Zen holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held {
    /// Its access key.
    pub key: AccessKey,
    /// Zen calls it cancelled.
    pub canceled: bool,
}

/// A page of the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// What it lists; items without a valid key are not among it.
    pub held: Vec<Held>,
    /// How many items it has.
    pub items: usize,
    /// There are more behind it.
    pub more: bool,
}

impl Lookup {
    /// Every route, in the order in which they are asked.
    pub const ALL: &[Self] = &[Self::Nfe, Self::Nfce, Self::Cte, Self::CteOs, Self::Cfe];

    /// The segment of the URL.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Nfe => "obternfeporfiltro",
            Self::Nfce => "obternfceporfiltro",
            Self::Cte => "obtercteporfiltro",
            Self::CteOs => "obtercteosporfiltro",
            Self::Cfe => "obtercfeporfiltro",
        }
    }

    /// The kind of what it lists.
    #[must_use]
    pub const fn kind(self) -> DocumentKind {
        match self {
            Self::Nfe => DocumentKind::Nfe,
            Self::Nfce => DocumentKind::Nfce,
            Self::Cte => DocumentKind::Cte,
            Self::CteOs => DocumentKind::CteOs,
            Self::Cfe => DocumentKind::Cfe,
        }
    }
}

impl Query<'_> {
    /// The request's body: both what the client issued and what it received.
    #[must_use]
    pub fn body(&self) -> Vec<u8> {
        let day = |date: Date| date.strftime("%d/%m/%Y").to_string();
        let search = json!({"search": {
            "Client": [self.client],
            "DateEmissionStart": day(self.from),
            "DateEmissionEnd": day(self.to),
            "Type": 2,
            "Take": PAGE,
            "Skip": self.skip,
            "Json": true,
        }});
        search.to_string().into_bytes()
    }
}

/// Reads a page: an object that holds an array of items under any name, names in any letter case.
#[must_use]
pub fn page(body: &[u8]) -> Option<Page> {
    let value = answer::json(body)?;
    let (items, meta) = match &value {
        Value::Array(items) => (items, None),
        Value::Object(object) => {
            let named = field(object, &["items"]).and_then(Value::as_array);
            let items = named.or_else(|| object.values().find_map(Value::as_array))?;
            (items, field(object, &["metadata"]))
        }
        _ => return None,
    };
    let held: Vec<_> = items.iter().filter_map(held).collect();
    let says = meta
        .and_then(Value::as_object)
        .and_then(|meta| field(meta, &["hasnextpage"]))
        .and_then(truth);
    Some(Page {
        held,
        items: items.len(),
        // An empty page is the last, whatever it says.
        more: !items.is_empty() && says.unwrap_or(items.len() >= PAGE),
    })
}

fn held(item: &Value) -> Option<Held> {
    let text = match item {
        Value::String(key) => key,
        Value::Object(object) => field(object, &["key", "chave"])?.as_str()?,
        _ => return None,
    };
    let start = text.trim().len().checked_sub(44)?;
    let canceled = item
        .as_object()
        .and_then(|object| field(object, &["canceled", "cancelled", "cancelada", "cancelado"]))
        .and_then(truth);
    Some(Held {
        key: AccessKey::new(text.trim().get(start..)?).ok()?,
        canceled: canceled.unwrap_or(false),
    })
}

fn field<'a>(object: &'a Map<String, Value>, names: &[&str]) -> Option<&'a Value> {
    let is_named = |name: &String| names.iter().any(|one| name.eq_ignore_ascii_case(one));
    object
        .iter()
        .find(|(name, _)| is_named(name))
        .map(|(_, value)| value)
}

fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(truth) => Some(*truth),
        Value::String(text) => text.to_ascii_lowercase().parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "35170458716523000119550010000000121000123458";

    #[test]
    fn a_query_is_the_one_of_the_collection() {
        let query = Query {
            client: "97103493000127",
            from: jiff::civil::date(2022, 1, 1),
            to: jiff::civil::date(2022, 12, 31),
            skip: 200,
        };
        let body: Value = serde_json::from_slice(&query.body()).unwrap();
        let expected = json!({"search":{"Client":["97103493000127"],"DateEmissionStart":"01/01/2022",
            "DateEmissionEnd":"31/12/2022","Type":2,"Take":100,"Skip":200,"Json":true}});
        assert_eq!(body, expected);
    }

    #[test]
    fn pages_are_read_leniently() {
        let full = vec![json!({"Key": KEY}); PAGE];
        for (body, read) in [
            (
                json!({"items":[{"Key":KEY,"Canceled":"False"}],"metaData":{"HasNextPage":true}}),
                Some((1, false, true)),
            ),
            (
                json!({"Items":[{"chave":format!("NFe{KEY}"),"CANCELED":true}],"MetaData":{"hasnextpage":"False"}}),
                Some((1, true, false)),
            ),
            (json!([KEY]), Some((1, false, false))),
            (json!({"data": full}), Some((PAGE, false, true))),
            (
                json!({"items":[],"metaData":{"HasNextPage":true}}),
                Some((0, false, false)),
            ),
            (json!({"items":[{"Key":"1"}, 7]}), Some((0, false, false))),
            (json!({"Success":false}), None),
            (json!("text"), None),
        ] {
            let found = page(body.to_string().as_bytes()).map(|page| {
                let canceled = page.held.iter().any(|held| held.canceled);
                (page.held.len(), canceled, page.more)
            });
            assert_eq!(found, read, "{body}");
        }
        assert_eq!(page(b"<html>"), None);
    }

    /// Bug: an answer to an import is read with a byte-order mark and in Windows-1252; a page was no list.
    #[test]
    fn a_page_is_read_in_the_encodings_of_other_answers() {
        let body = format!(r#"[{{"Key":"{KEY}","Emitente":"AÇÚCAR"}}]"#);
        let old: Vec<u8> = body.chars().map(|one| one as u8).collect();
        let marked = format!("\u{feff}{body}").into_bytes();
        for body in [old, marked, body.into_bytes()] {
            let held = page(&body).map(|page| page.held.len());
            assert_eq!(held, Some(1), "{}", String::from_utf8_lossy(&body));
        }
    }
}
