//! What the service answers: a request in, a decision out. Knows nothing of sockets.

use std::borrow::Cow;
use std::collections::HashSet;
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};

use super::account::{Arrival, Memory};
use super::chance::{Chance, share_of};
use super::decision::{Decision, End};
use super::document::{Seen, Unseen, see};
use super::form::Form;
use super::lookup::model_of;
use super::settings::Settings;
use super::{nfse, routes, shape};
use crate::digest::ContentHash;

/// nginx's default.
const LARGEST_BODY: usize = 1024 * 1024;

/// What the framework deserialises at most.
const MOST_ENTRIES: usize = 333;

#[derive(Deserialize)]
struct Item<'a> {
    #[serde(borrow, rename = "Xml")]
    xml: Cow<'a, str>,
    #[serde(default, rename = "Format")]
    format: bool,
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
        let settings = &self.settings;
        let mut outages = settings.outages.iter();
        let out = outages.any(|(from, to)| (*from..*to).contains(&since_start));
        let later = settings.retry_after.to_string();
        let decision = if out || self.chance.happens(settings.fail) {
            Decision::page(500, "Erro interno do servidor")
        } else if self.chance.happens(settings.push_back) {
            Decision::page(429, "Muitas requisições").with("Retry-After", later)
        } else if self.chance.happens(settings.unavailable) {
            Decision::page(503, "Serviço indisponível").with("Retry-After", later)
        } else if self.chance.happens(settings.reset) {
            Decision::page(500, "").ending(End::Nothing)
        } else {
            return None;
        };
        self.memory.account.faults += 1;
        Some(decision)
    }

    /// The answer to `path` (what follows the host) with `body`, which may be a `form`.
    pub fn answer(
        &mut self,
        method: &str,
        path: &str,
        token: &str,
        body: &[u8],
        form: Option<&Form>,
    ) -> Decision {
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
        if route != nfse::ROUTE && !routes::exists(route) {
            return Decision::page(404, "Página não encontrada");
        }
        if method != "POST" {
            return Decision::page(405, "Método não permitido");
        }
        if body.len() > LARGEST_BODY {
            return Decision::page(413, "Request Entity Too Large");
        }
        if route == nfse::ROUTE {
            return self.take_nfse(form);
        }
        let read = serde_json::from_slice(body);
        let Ok(Body::Array(items) | Body::Data { data: items }) = read else {
            return Decision::page(500, "Erro").with("MsgErro", "JSON invalido");
        };
        if items.len() > MOST_ENTRIES {
            let reason = "The JSON request was too large to be deserialized";
            return Decision::page(500, "Erro").with("MsgErro", reason);
        }
        if items.len() > 1 && items.iter().any(|item| self.is_poison(item)) {
            self.memory.account.faults += 1;
            return Decision::page(500, "Erro").with("MsgErro", "Objeto nulo");
        }
        self.import(route, &items)
    }

    fn is_poison(&self, item: &Item) -> bool {
        let most = self.settings.batch_poison;
        most.is_some_and(|most| item.xml.len() > most)
    }

    fn import(&mut self, route: &str, items: &[Item]) -> Decision {
        let mut keys = HashSet::new();
        let mut entries: Vec<_> = items
            .iter()
            .map(|item| self.take(route, &item.xml, &mut keys))
            .collect();
        self.memory.flush();
        for at in (1..entries.len()).rev() {
            entries.swap(at, self.chance.below(at + 1));
        }
        let settings = &self.settings;
        let body = if !items.iter().all(|item| item.format) {
            shape::plain(&entries)
        } else if self.chance.happens(settings.odd) {
            shape::odd(entries, self.chance.below(shape::ODD))
        } else {
            shape::detailed(entries)
        };
        self.deliver(&body)
    }

    /// An answer on its way back, on which it may be lost.
    pub(super) fn deliver(&mut self, body: &Value) -> Decision {
        let settings = &self.settings;
        let mut decision = Decision::json(body);
        if self.chance.happens(settings.lose) {
            decision.end = End::Nothing;
        } else if self.chance.happens(settings.cut) {
            decision.end = End::Half;
        }
        if self.chance.happens(settings.slow) {
            decision.delay = settings.slow_for;
        }
        self.memory.account.lost += u64::from(decision.end != End::Whole);
        decision
    }

    /// Takes or refuses one document; its entry of the answer. `keys` are those of the request so far.
    fn take(&mut self, route: &str, xml: &str, keys: &mut HashSet<String>) -> Value {
        let seen = see(xml);
        let judged = match &seen {
            Ok(seen) => self.judge(route, seen),
            Err(Unseen::IllFormed) => Err(Refusal::Other("XML malformado".to_owned())),
            Err(Unseen::NoKey) => Err(Refusal::Other("Documento sem chave de acesso".to_owned())),
        };
        let seen = seen.ok();
        if let Some(seen) = seen.as_ref().filter(|_| judged.is_ok()) {
            self.memory.shelf.take(seen, xml);
        }
        let same_key = seen
            .as_ref()
            .is_some_and(|seen| !keys.insert(seen.key.clone()));
        let (success, message, outcome) = self.count(judged, seen.as_ref());
        let account = &mut self.memory.account;
        account.documents += 1;
        account.same_key += u64::from(same_key);
        let arrival = Arrival {
            key: seen
                .as_ref()
                .map_or_else(String::new, |seen| seen.key.clone()),
            sha256: ContentHash::of(xml.as_bytes()),
            outcome,
            same_key,
        };
        self.memory.log(route, &arrival);
        let Some(seen) = seen else {
            return json!({"Key": null, "Success": success, "Message": message});
        };
        let entry = json!({
            "Key": seen.key,
            "CnpjClient": seen.issuer,
            "Type": 1,
            "Success": success,
            "Message": message,
            "DataEmissao": seen.issued,
            "ClientId": 1,
        });
        *self.memory.arrivals.entry(seen.identity).or_default() += 1;
        entry
    }

    /// Counts what was judged: whether it is a success, in which words, and the log's word for it.
    fn count(
        &mut self,
        judged: Result<(), Refusal>,
        seen: Option<&Seen>,
    ) -> (bool, String, &'static str) {
        let account = &mut self.memory.account;
        match (judged, seen) {
            (Ok(()), seen) => {
                account.accepted += 1;
                if let Some(seen) = seen {
                    self.memory.taken.insert(seen.identity.clone());
                    if seen.follows.is_none() {
                        self.memory.notes.insert(seen.key.clone());
                    }
                }
                (true, "Documento importado".to_owned(), "accepted")
            }
            (Err(Refusal::Duplicate), _) => {
                account.duplicates += 1;
                let message = "Documento já importado".to_owned();
                (self.settings.duplicates_succeed, message, "duplicate")
            }
            (Err(Refusal::Other(message)), _) => {
                account.refused += 1;
                (false, message, "refused")
            }
        }
    }

    fn judge(&self, route: &str, seen: &Seen) -> Result<(), Refusal> {
        if !routes::takes(route, seen) {
            let root = &seen.root;
            return Err(Refusal::Other(format!("Elemento {root} não esperado")));
        }
        if self.memory.taken.contains(&seen.identity) {
            return Err(Refusal::Duplicate);
        }
        if share_of(&seen.identity, self.settings.seed) < self.settings.refuse {
            let issuer = &seen.issuer;
            return Err(Refusal::Other(format!("Cliente {issuer} não cadastrado")));
        }
        let orphan = seen
            .follows
            .as_ref()
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

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "35170458716523000119550010000000121000123458";

    fn service(settings: Settings) -> Service {
        Service {
            chance: Chance::new(settings.seed),
            settings,
            memory: Memory::default(),
        }
    }

    fn note(root: &str) -> String {
        format!("<{root}><NFe><infNFe Id='NFe{KEY}'/></NFe></{root}>")
    }

    fn event(root: &str) -> String {
        format!(
            "<{root}><infEvento><chNFe>{KEY}</chNFe><tpEvento>110111</tpEvento></infEvento></{root}>"
        )
    }

    fn post(service: &mut Service, route: &str, texts: &[&str], format: bool) -> Decision {
        assert_eq!(service.fault(Duration::ZERO), None);
        let items: Vec<_> = texts
            .iter()
            .map(|text| json!({"Xml": text, "Format": format}))
            .collect();
        let body = Value::from(items).to_string();
        let path = format!("/api/v1/t/{route}");
        service.answer("POST", &path, "t", body.as_bytes(), None)
    }

    fn read(decision: &Decision) -> Value {
        serde_json::from_str(&decision.body).unwrap()
    }

    /// Bug: `Format` was ignored.
    #[test]
    fn without_format_the_answer_is_errors_and_keys() {
        let mut service = service(Settings::default());
        let texts = [note("nfeProc"), note("cteProc")];
        let texts: Vec<_> = texts.iter().map(String::as_str).collect();
        let answer = post(&mut service, "importarxmlnfearray", &texts, false);
        let expected = json!({
            "Erros": [format!("{KEY}: Elemento cteproc não esperado")],
            "CfeImportadas": [KEY],
        });
        assert_eq!(read(&answer), expected);
    }

    /// Bug: a root in another letter case was refused, and one with a prefix too.
    #[test]
    fn roots_are_known_in_any_letter_case_and_with_any_prefix() {
        for root in ["nfeProc", "NFeProc", "ns2:nfeProc"] {
            let mut service = service(Settings::default());
            post(&mut service, "importarxmlnfearray", &[&note(root)], true);
            for (kind, taken) in [("ProcEventoNFe", 2), ("x:procEventoNFe", 2)] {
                let text = event(kind);
                post(&mut service, "importarxmlnfeeventarray", &[&text], true);
                assert_eq!(service.memory.account.accepted, taken, "{root}, {kind}");
            }
        }
    }

    /// Bug: that two documents of one key came in one request could not be seen.
    #[test]
    fn two_documents_of_one_key_in_one_request_are_counted() {
        let mut service = service(Settings::default());
        let (note, event) = (note("nfeProc"), event("procEventoNFe"));
        let texts = [note.as_str(), &event, "<a/>", "<a/>", "ill-formed"];
        let answer = post(&mut service, "importarxmlnfearray", &texts, true);
        assert_eq!(read(&answer).as_array().unwrap().len(), 5);
        let account = service.memory.account;
        let counted = (account.documents, account.accepted, account.refused);
        assert_eq!((counted, account.same_key), ((5, 2, 3), 1));
    }

    #[test]
    fn a_long_document_poisons_a_batch_but_is_taken_alone() {
        let mut service = service(Settings {
            batch_poison: Some(40),
            ..Settings::default()
        });
        let note = note("nfeProc");
        let answer = post(&mut service, "importarxmlnfearray", &[&note, "<a/>"], true);
        assert_eq!((answer.status, service.memory.account.documents), (500, 0));
        let answer = post(&mut service, "importarxmlnfearray", &[&note], true);
        assert_eq!((answer.status, service.memory.account.accepted), (200, 1));
    }

    #[test]
    fn faults_by_order_come_before_the_request_is_looked_at() {
        let asked = |set: fn(&mut Settings)| {
            let mut settings = Settings::default();
            set(&mut settings);
            service(settings).fault(Duration::ZERO).unwrap()
        };
        let decision = asked(|settings| settings.unavailable = 1.0);
        assert_eq!(decision.status, 503);
        assert_eq!(decision.headers, [("Retry-After", "1".to_owned())]);
        assert_eq!(asked(|settings| settings.reset = 1.0).end, End::Nothing);
        let mut service = service(Settings {
            cut: 1.0,
            slow: 1.0,
            slow_for: Duration::from_secs(3),
            ..Settings::default()
        });
        let answer = post(
            &mut service,
            "importarxmlnfearray",
            &[&note("nfeProc")],
            true,
        );
        assert_eq!(
            (answer.end, answer.delay),
            (End::Half, Duration::from_secs(3))
        );
        assert_eq!(service.memory.account.lost, 1);
    }
}
