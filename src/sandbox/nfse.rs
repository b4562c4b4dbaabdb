//! The route of NFS-e: one file a request, of any city's layout, and an answer that names no document.

use std::borrow::Cow;

use serde_json::json;

use super::account::Arrival;
use super::chance::share_of;
use super::decision::Decision;
use super::document::{Unseen, see};
use super::form::Form;
use super::service::Service;
use crate::digest::ContentHash;

/// The segment of the URL.
pub(super) const ROUTE: &str = "nfse";

impl Service {
    /// What is answered to the form of an NFS-e. `None` of a form: the request was none.
    pub(super) fn take_nfse(&mut self, form: Option<&Form>) -> Decision {
        let Some(form) = form else {
            return Decision::page(415, "Tipo de conteúdo não suportado");
        };
        let side = matches!(form.side.as_str(), "0" | "1" | "2");
        let [file] = form.files.as_slice() else {
            return Decision::page(500, "Erro").with("MsgErro", "Arquivo não informado");
        };
        if !side {
            return Decision::page(500, "Erro").with("MsgErro", "Tipo não informado");
        }
        let hash = ContentHash::of(file);
        let identity = format!("nfse/{hash}");
        let refused = self.refusal(&identity, &text(file));
        self.count_nfse(&identity, hash, refused.as_deref());
        let message = refused.map_or(serde_json::Value::Null, Into::into);
        let success = message.is_null() || (message == ALREADY && self.settings.duplicates_succeed);
        self.deliver(&json!({"Success": success, "ErrorMessage": message}))
    }

    /// Why the document is not taken, if it is not.
    fn refusal(&self, identity: &str, text: &str) -> Option<String> {
        // What has an access key is no NFS-e, nor is what is in the portal's namespace.
        let is_other = text.contains("portalfiscal.inf.br");
        match see(text) {
            Err(Unseen::IllFormed) => Some("XML malformado".to_owned()),
            _ if is_other => Some("Arquivo não é uma NFS-e".to_owned()),
            _ if self.memory.taken.contains(identity) => Some(ALREADY.to_owned()),
            _ if share_of(identity, self.settings.seed) < self.settings.refuse => {
                Some("Cliente da NFS-e não cadastrado".to_owned())
            }
            _ => None,
        }
    }

    fn count_nfse(&mut self, identity: &str, sha256: ContentHash, refused: Option<&str>) {
        let account = &mut self.memory.account;
        account.documents += 1;
        let (count, outcome) = match refused {
            None => (&mut account.accepted, "accepted"),
            Some(ALREADY) => (&mut account.duplicates, "duplicate"),
            Some(_) => (&mut account.refused, "refused"),
        };
        *count += 1;
        if refused.is_none() {
            self.memory.taken.insert(identity.to_owned());
        }
        *self.memory.arrivals.entry(identity.to_owned()).or_default() += 1;
        let arrival = Arrival {
            key: String::new(),
            sha256,
            outcome,
            same_key: false,
        };
        self.memory.log(ROUTE, &arrival);
        self.memory.flush();
    }
}

const ALREADY: &str = "Documento já importado";

/// The text of a file in whatever encoding.
fn text(file: &[u8]) -> Cow<'_, str> {
    let (text, _, _) = encoding_rs::UTF_8.decode(file);
    if text.contains('\u{fffd}') {
        encoding_rs::WINDOWS_1252.decode(file).0
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::super::account::Memory;
    use super::super::chance::Chance;
    use super::super::settings::Settings;
    use super::*;

    #[test]
    fn an_nfse_is_taken_once_and_only_as_a_form_that_says_its_side() {
        let mut service = Service {
            settings: Settings::default(),
            memory: Memory::default(),
            chance: Chance::new(0),
        };
        let mut post = |side: &str, files: &[&'static str]| {
            let form = Form {
                side: side.to_owned(),
                files: files.iter().map(|file| (*file).into()).collect(),
            };
            let decision = service.answer("POST", "/api/v1/t/nfse", "t", b"", Some(&form));
            let documents = service.memory.account.documents;
            (decision.status, decision.body, documents)
        };
        let note = "<CompNfse><Numero>1</Numero></CompNfse>";
        let taken = r#"{"ErrorMessage":null,"Success":true}"#.to_owned();
        assert_eq!(post("1", &[note]), (200, taken, 1));
        let again = r#"{"ErrorMessage":"Documento já importado","Success":false}"#.to_owned();
        assert_eq!(post("0", &[note]), (200, again, 2));
        for (side, files) in [
            ("", &[note][..]),
            ("3", &[note]),
            ("1", &[]),
            ("1", &[note, note]),
        ] {
            let (status, _, documents) = post(side, files);
            assert_eq!((status, documents), (500, 2), "{side} {files:?}");
        }
        for file in ["<a>", "<NFe xmlns='http://www.portalfiscal.inf.br/nfe'/>"] {
            assert!(post("1", &[file]).1.contains("\"Success\":false"), "{file}");
        }
        let json = service.answer("POST", "/api/v1/t/nfse", "t", b"[]", None);
        assert_eq!((json.status, service.memory.account.documents), (415, 4));
    }
}
