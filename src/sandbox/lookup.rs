//! What the simulated Zen lists of what it has taken.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::document::Seen;

/// A document that was taken.
#[derive(Debug)]
struct Held {
    /// Numbers of issuer and recipient.
    issuer: Box<str>,
    recipient: Box<str>,
    /// `YYYYMMDD`.
    issued: Box<str>,
    canceled: bool,
}

/// Documents that were taken, by key.
#[derive(Debug, Default)]
pub(super) struct Shelf(BTreeMap<String, Held>);

/// Routes, and the models that each lists.
const ROUTES: &[(&str, &str)] = &[
    ("obternfeporfiltro", "55"),
    ("obternfceporfiltro", "65"),
    ("obtercteporfiltro", "57"),
    ("obtercteosporfiltro", "67"),
    ("obtercfeporfiltro", "59"),
];

/// The model that `route` lists, if it is one that lists.
pub(super) fn model_of(route: &str) -> Option<&'static str> {
    let found = ROUTES.iter().find(|(name, _)| *name == route);
    found.map(|(_, model)| *model)
}

impl Shelf {
    /// Takes in what was accepted: a document, or what cancels one.
    pub fn take(&mut self, seen: &Seen, xml: &str) {
        if let Some(note) = &seen.follows {
            let cancels = seen.root == "cfecanc"
                || ["/110111/", "/110112/"]
                    .iter()
                    .any(|kind| seen.identity.contains(kind));
            if let Some(held) = self.0.get_mut(note.as_str()).filter(|_| cancels) {
                held.canceled = true;
            }
            return;
        }
        let held = Held {
            issuer: seen.issuer.as_str().into(),
            recipient: recipient(xml).into(),
            issued: digits(&seen.issued).into(),
            canceled: false,
        };
        self.0.insert(seen.key.clone(), held);
    }

    /// The page that `body` asks for. `None`: it asks for nothing that is understood.
    pub fn page(&self, model: &str, body: &[u8]) -> Option<Value> {
        let body: Value = serde_json::from_slice(body).ok()?;
        let search = body.get("search")?;
        let clients = search.get("Client")?.as_array()?;
        let is_client = |number: &str| clients.iter().any(|one| one.as_str() == Some(number));
        let (from, to) = (
            day(search, "DateEmissionStart")?,
            day(search, "DateEmissionEnd")?,
        );
        let kind = search.get("Type").and_then(Value::as_u64).unwrap_or(2);
        let count = |name| {
            let number = search.get(name).and_then(Value::as_u64);
            number.and_then(|number| usize::try_from(number).ok())
        };
        let (take, skip) = (count("Take")?.clamp(1, 100), count("Skip").unwrap_or(0));
        let wanted = |(key, held): &(&String, &Held)| {
            let issued = kind != 0 && is_client(&held.issuer);
            let received = kind != 1 && is_client(&held.recipient);
            key.get(20..22) == Some(model)
                && (issued || received)
                && (from.as_str()..=to.as_str()).contains(&&held.issued[..])
        };
        let all: Vec<_> = self.0.iter().filter(wanted).collect();
        let items: Vec<_> = all
            .iter()
            .skip(skip)
            .take(take)
            .map(|(key, held)| {
                // The service writes its truths as words.
                let canceled = if held.canceled { "True" } else { "False" };
                json!({"Key": key, "Canceled": canceled})
            })
            .collect();
        Some(json!({
            "metaData": {
                "PageCount": all.len().div_ceil(take),
                "TotalItemCount": all.len(),
                "HasNextPage": skip + items.len() < all.len(),
            },
            "items": items,
        }))
    }
}

/// `DD/MM/YYYY` as `YYYYMMDD`.
fn day(search: &Value, name: &str) -> Option<String> {
    let text = search.get(name)?.as_str()?;
    let mut parts = text.split('/');
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    Some(format!("{year}{month:0>2}{day:0>2}"))
}

/// The first eight digits of a date.
fn digits(date: &str) -> String {
    let digits = date.chars().filter(char::is_ascii_digit);
    digits.take(8).collect()
}

/// CNPJ or CPF in the element `dest`.
fn recipient(xml: &str) -> &str {
    let inner = xml
        .split_once("<dest>")
        .and_then(|(_, rest)| rest.split_once("</dest>"));
    let inner = inner.map_or("", |(inner, _)| inner);
    let between = |start, end| {
        let (_, rest) = inner.split_once(start)?;
        Some(rest.split_once(end)?.0)
    };
    between("<CNPJ>", "</CNPJ>")
        .or_else(|| between("<CPF>", "</CPF>"))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SALE: &str = "35180311222333000181590001234560000022222220";
    const OTHER: &str = "35180311222333000181590001234560000033333339";

    fn seen(root: &str, key: &str, follows: Option<&str>) -> Seen {
        Seen {
            root: root.to_owned(),
            key: key.to_owned(),
            identity: key.to_owned(),
            follows: follows.map(str::to_owned),
            issuer: "11222333000181".to_owned(),
            issued: "20180305".to_owned(),
        }
    }

    /// Bug: a sale whose cancellation had come was listed as a valid one.
    #[test]
    fn a_sale_that_was_cancelled_is_listed_as_such() {
        let mut shelf = Shelf::default();
        shelf.take(&seen("cfe", SALE, None), "");
        let search = json!({"search": {"Client": ["11222333000181"], "DateEmissionStart": "01/01/2018",
            "DateEmissionEnd": "31/12/2018", "Take": 100}});
        let asked = search.to_string();
        let canceled = |shelf: &Shelf| {
            let page = shelf.page("59", asked.as_bytes()).unwrap();
            assert_eq!(page["items"][0]["Key"], SALE);
            page["items"][0]["Canceled"].clone()
        };
        assert_eq!(canceled(&shelf), "False");
        shelf.take(&seen("cfecanc", OTHER, Some(SALE)), "");
        assert_eq!(canceled(&shelf), "True");
    }
}
