//! What the service answers: a request in, a decision out. Knows nothing of sockets.

use std::borrow::Cow;
use std::time::Duration;

use serde::Deserialize;
use serde_json::json;

use super::account::{Arrival, Memory};
use super::chance::{Chance, share_of};
use super::document::{Seen, see};
use super::lookup::model_of;
use super::settings::Settings;
use crate::digest::ContentHash;

/// nginx's default.
const LARGEST_BODY: usize = 1024 * 1024;

/// What the framework deserialises at most.
const MOST_ENTRIES: usize = 333;

/// What to answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Decision {
    pub status: u16,
    pub content_type: &'static str,
    pub headers: Vec<(&'static str, String)>,
    pub body: String,
    /// Carry the request out, but cut the connection before answering.
    pub cut: bool,
}

impl Decision {
    fn page(status: u16, title: &str) -> Self {
        Self {
            status,
            content_type: "text/html; charset=utf-8",
            headers: Vec::new(),
            body: format!(
                "<!DOCTYPE html><html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>"
            ),
            cut: false,
        }
    }

    fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    fn json(body: &serde_json::Value) -> Self {
        Self {
            status: 200,
            content_type: "application/json; charset=utf-8",
            headers: Vec::new(),
            body: body.to_string(),
            cut: false,
        }
    }
}

#[derive(Deserialize)]
struct Item<'a> {
    #[serde(borrow, rename = "Xml")]
    xml: Cow<'a, str>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Body<'a> {
    #[serde(borrow)]
    Array(Vec<Item<'a>>),
    Data {
        #[serde(borrow)]
        data: Vec<Item<'a>>,
    },
}

/// The service: its settings, its memory and its chances.
#[derive(Debug)]
pub(super) struct Service {
    pub settings: Settings,
    pub memory: Memory,
    pub chance: Chance,
}

impl Service {
    /// What is answered to anyone before the request is looked at. `None`: it is looked at.
    pub fn fault(&mut self, since_start: Duration) -> Option<Decision> {
        self.memory.account.requests += 1;
        let out = self
            .settings
            .outages
            .iter()
            .any(|(from, to)| (*from..*to).contains(&since_start));
        let decision = if out || self.chance.happens(self.settings.fail) {
            Decision::page(500, "Erro interno do servidor")
        } else if self.chance.happens(self.settings.push_back) {
            let seconds = self.settings.retry_after.to_string();
            Decision::page(429, "Muitas requisições").with("Retry-After", seconds)
        } else {
            return None;
        };
        self.memory.account.faults += 1;
        Some(decision)
    }

    /// The answer to `path` (what follows the host) with `body`.
    pub fn answer(&mut self, method: &str, path: &str, token: &str, body: &[u8]) -> Decision {
        let Some(route) = path.strip_prefix("/api/v1/") else {
            return Decision::page(404, "Página não encontrada");
        };
        let Some((given, route)) = route.split_once('/') else {
            return Decision::page(404, "Página não encontrada");
        };
        if given != token {
            return Decision::page(403, "Acesso negado");
        }
        if let Some(model) = model_of(route) {
            return match self.memory.shelf.page(model, body) {
                Some(page) if method == "POST" => Decision::json(&page),
                _ => Decision::page(500, "Erro").with("MsgErro", "Filtro invalido"),
            };
        }
        if !ROUTES.iter().any(|(name, _)| *name == route) {
            return Decision::page(404, "Página não encontrada");
        }
        if method != "POST" {
            return Decision::page(405, "Método não permitido");
        }
        if body.len() > LARGEST_BODY {
            return Decision::page(413, "Request Entity Too Large");
        }
        let read = serde_json::from_slice(body);
        let Ok(Body::Array(items) | Body::Data { data: items }) = read else {
            return Decision::page(500, "Erro").with("MsgErro", "JSON invalido");
        };
        if items.len() > MOST_ENTRIES {
            let reason = "The JSON request was too large to be deserialized";
            return Decision::page(500, "Erro").with("MsgErro", reason);
        }
        self.import(route, &items)
    }

    fn import(&mut self, route: &str, items: &[Item]) -> Decision {
        let mut entries: Vec<_> = items
            .iter()
            .map(|item| self.take(route, &item.xml))
            .collect();
        for at in (1..entries.len()).rev() {
            entries.swap(at, self.chance.below(at + 1));
        }
        let mut decision = Decision::json(&serde_json::Value::Array(entries));
        if self.chance.happens(self.settings.lose) {
            self.memory.account.lost += 1;
            decision.cut = true;
        }
        decision
    }

    /// Takes or refuses one document; its entry of the answer.
    fn take(&mut self, route: &str, xml: &str) -> serde_json::Value {
        self.memory.account.documents += 1;
        let Some(seen) = see(xml) else {
            self.memory.account.refused += 1;
            return json!({"Key": null, "Success": false, "Message": "Documento sem chave de acesso"});
        };
        let outcome = self.judge(route, &seen);
        let (success, message, word) = match outcome {
            Ok(()) => {
                self.memory.account.accepted += 1;
                self.memory.taken.insert(seen.identity.clone());
                self.memory.shelf.take(&seen, xml);
                if seen.follows.is_none() {
                    self.memory.notes.insert(seen.key.to_owned());
                }
                (true, "Documento importado".to_owned(), "accepted")
            }
            Err(Refusal::Duplicate) => {
                self.memory.account.duplicates += 1;
                let message = "Documento já importado".to_owned();
                (self.settings.duplicates_succeed, message, "duplicate")
            }
            Err(Refusal::Other(message)) => {
                self.memory.account.refused += 1;
                (false, message, "refused")
            }
        };
        let arrival = Arrival {
            key: seen.key.to_owned(),
            sha256: ContentHash::of(xml.as_bytes()),
            outcome: word,
        };
        self.memory.log(route, &arrival);
        *self
            .memory
            .arrivals
            .entry(seen.identity.clone())
            .or_default() += 1;
        json!({
            "Key": seen.key,
            "CnpjClient": seen.issuer,
            "Type": 1,
            "Success": success,
            "Message": message,
            "DataEmissao": seen.issued,
            "ClientId": 1,
        })
    }

    fn judge(&self, route: &str, seen: &Seen) -> Result<(), Refusal> {
        let roots = ROUTES
            .iter()
            .find(|(name, _)| *name == route)
            .map_or(&[][..], |(_, roots)| roots);
        if !roots.contains(&seen.root) {
            return Err(Refusal::Other(format!(
                "Elemento {} não esperado",
                seen.root
            )));
        }
        if self.memory.taken.contains(&seen.identity) {
            return Err(Refusal::Duplicate);
        }
        if share_of(&seen.identity, self.settings.seed) < self.settings.refuse {
            let issuer = seen.issuer;
            return Err(Refusal::Other(format!("Cliente {issuer} não cadastrado")));
        }
        let orphan = seen
            .follows
            .is_some_and(|note| !self.memory.notes.contains(note));
        if orphan && !self.settings.loose_events {
            return Err(Refusal::Other(
                "Documento do evento não encontrado".to_owned(),
            ));
        }
        Ok(())
    }
}

enum Refusal {
    Duplicate,
    Other(String),
}

/// Routes, and the roots that each takes: those of the vendor's collection, and those that the predecessor of this
/// tool sent there.
const ROUTES: &[(&str, &[&str])] = &[
    ("importarxmlnfearray", &["nfeProc", "procEventoNFe"]),
    ("importarxmlnfeeventarray", &["procEventoNFe"]),
    (
        "importarxmlctearray",
        &["cteProc", "cteSimpProc", "cteProcSimp"],
    ),
    ("importarxmlcteeventarray", &["procEventoCTe"]),
    (
        "importarxmlcteosarray",
        &[
            "cteOSProc",
            "cteProc",
            "cteSimpProc",
            "cteProcSimp",
            "procEventoCTe",
        ],
    ),
    ("importarxmlcteoseventarray", &["procEventoCTe"]),
    ("importarxmlcfearray", &["CFe", "CFeCanc"]),
    ("importarxmlcfeeventarray", &["CFeCanc"]),
];
