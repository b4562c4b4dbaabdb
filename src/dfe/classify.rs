//! The root table: what a root element is, and whether its like is sent.

use super::event::key_text;
use super::found::{EventInfo, Found};
use super::names::Name;
use super::{AccessKey, DocumentKind};

/// What a text is by its root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// A document with the tax office's answer around it, or a CF-e, which needs none.
    Document(DocumentKind),
    /// A document without its answer.
    Bare(DocumentKind),
    /// An event, a voiding or a legacy cancellation with its answer.
    Event(DocumentKind),
    /// One that was only asked for.
    Request(DocumentKind),
    /// Nothing that is sent: its kind, and the code that says why.
    Out(DocumentKind, &'static str),
    /// A municipal NFS-e or a request that has the same root.
    PerhapsNfse,
}

/// What follows `http://www.portalfiscal.inf.br/` in the namespaces of fiscal documents.
const FISCAL: [&str; 9] = [
    "nfe", "cte", "mdfe", "bpe", "nf3e", "nfcom", "nfgas", "nfag", "dce",
];

/// The class of what was found.
pub(super) fn classify(found: &Found) -> Class {
    use DocumentKind as K;
    let root = found.root.to_ascii_lowercase();
    if found.namespace.contains("sped.fazenda.gov.br/nfse") {
        // Who asks for a note by its key sends an empty one.
        return if root.starts_with("nfse") && !found.info.issuer.is_empty() {
            Class::Out(K::Nfse, "nfse")
        } else {
            Class::Out(K::Technical, "technical")
        };
    }
    let fiscal = is_fiscal(&found.namespace);
    if fiscal && let Some(class) = of_document(&root, found).or_else(|| of_event(&root, found)) {
        return class;
    }
    match root.as_str() {
        "resnfe" | "resevento" | "rescte" if fiscal => Class::Out(K::Summary, "summary"),
        "retdistdfeint" if fiscal => Class::Out(K::Container, "technical"),
        "envelope" => Class::Out(K::Technical, "technical"),
        _ if is_service_of_cities(&root) => Class::Out(K::Technical, "technical"),
        _ if is_nfse(&root, found) => Class::Out(K::Nfse, "nfse"),
        _ if may_be_nfse(&root, found) => Class::PerhapsNfse,
        _ if fiscal && is_service(found.root) => Class::Out(K::Technical, "technical"),
        _ if speaks_of_documents(&root) => Class::Out(K::Technical, "technical"),
        _ => Class::Out(K::Other, "not-dfe"),
    }
}

/// Whether a fiscal document may be in `namespace`: in one of the portal's, or in none.
fn is_fiscal(namespace: &str) -> bool {
    let of_portal = namespace.strip_prefix("http://www.portalfiscal.inf.br/");
    namespace.is_empty() || of_portal.is_some_and(|name| FISCAL.contains(&name))
}

/// Documents, with and without protocol. The inner element must be there: São Paulo calls its NFS-e `NFe` too.
fn of_document(root: &str, found: &Found) -> Option<Class> {
    use DocumentKind as K;
    let (inner, kind, with_answer) = match root {
        "nfeproc" => (Name::InfNfe, nfe_kind(found)?, true),
        "nfe" | "envinfe" => (Name::InfNfe, nfe_kind(found)?, false),
        "cteproc" => (Name::InfCte, cte_kind(found)?, true),
        "cte" | "envicte" => (Name::InfCte, cte_kind(found)?, false),
        "ctesimpproc" | "cteprocsimp" => (Name::InfCte, K::CteSimp, true),
        "ctesimp" => (Name::InfCte, K::CteSimp, false),
        "cteosproc" => (Name::InfCte, K::CteOs, true),
        "cteos" => (Name::InfCte, K::CteOs, false),
        "gtveproc" => (Name::InfCte, K::Gtve, true),
        "gtve" => (Name::InfCte, K::Gtve, false),
        "mdfeproc" => (Name::InfMdfe, K::Mdfe, true),
        "mdfe" | "envimdfe" => (Name::InfMdfe, K::Mdfe, false),
        "bpeproc" | "bpetmproc" | "bpetaproc" => (Name::InfBpe, K::Bpe, true),
        "bpe" | "bpetm" | "bpeta" => (Name::InfBpe, K::Bpe, false),
        "nf3eproc" => (Name::InfNf3e, K::Nf3e, true),
        "nf3e" => (Name::InfNf3e, K::Nf3e, false),
        "nfcomproc" => (Name::InfNfcom, K::Nfcom, true),
        "nfcom" => (Name::InfNfcom, K::Nfcom, false),
        "nfgasproc" => (Name::InfNfgas, K::Nfgas, true),
        "nfgas" => (Name::InfNfgas, K::Nfgas, false),
        "nfagproc" => (Name::InfNfag, K::Nfag, true),
        "nfag" => (Name::InfNfag, K::Nfag, false),
        "dceproc" => (Name::InfDce, K::Dce, true),
        "dce" => (Name::InfDce, K::Dce, false),
        "cfe" => (Name::InfCfe, K::Cfe, true),
        "cfecanc" => (Name::InfCfe, K::CfeCancel, true),
        _ => return None,
    };
    if found.info.name != Some(inner) {
        return None;
    }
    Some(if with_answer {
        Class::Document(kind)
    } else {
        Class::Bare(kind)
    })
}

/// Which of its models a document is of: the one that `ide` names, or else its key. Nothing: another one's.
fn nfe_kind(found: &Found) -> Option<DocumentKind> {
    match model(found) {
        "65" => Some(DocumentKind::Nfce),
        other => (!is_model(other) || other == "55").then_some(DocumentKind::Nfe),
    }
}

fn cte_kind(found: &Found) -> Option<DocumentKind> {
    match model(found) {
        "67" => Some(DocumentKind::CteOs),
        "64" => Some(DocumentKind::Gtve),
        other => (!is_model(other) || other == "57").then_some(DocumentKind::Cte),
    }
}

/// The models of fiscal documents; any other number is a mistake that says nothing (99 too, in what was made anonymous).
fn is_model(text: &str) -> bool {
    const MODELS: [&str; 12] = [
        "55", "57", "58", "59", "62", "63", "64", "65", "66", "67", "75", "76",
    ];
    MODELS.contains(&text)
}

/// The model that `ide` names, or else the one in the key; empty where neither is to be read.
fn model<'a>(found: &'a Found) -> &'a str {
    let info = &found.info;
    if !info.model.is_empty() {
        return &info.model;
    }
    let digits = info.id.find(|letter: char| letter.is_ascii_digit());
    digits
        .and_then(|start| model_in(info.id.get(start..)?))
        .unwrap_or_default()
}

/// The model in a key, if it is one.
fn model_in(key: &str) -> Option<&str> {
    AccessKey::new(key).ok()?;
    key.get(20..22)
}

/// Events with and without answer. `evento` is NF-e's only where its `infEvento` names a key: the national NFS-e
/// has an element of that name too.
fn of_event(root: &str, found: &Found) -> Option<Class> {
    use DocumentKind as K;
    let has = |name| found.events.iter().any(|event| event.name == Some(name));
    let (inner, kind, answered) = match root {
        "proceventonfe" => (Name::InfEvento, nfe_event_kind(found)?, true),
        "evento" | "envevento" => (Name::InfEvento, nfe_event_kind(found)?, false),
        "proceventocte" => (Name::InfEvento, cte_event_kind(found)?, true),
        "eventocte" => (Name::InfEvento, cte_event_kind(found)?, false),
        "proceventomdfe" => (Name::InfEvento, K::MdfeEvent, true),
        "eventomdfe" => (Name::InfEvento, K::MdfeEvent, false),
        "proceventobpe" => (Name::InfEvento, K::BpeEvent, true),
        "eventobpe" => (Name::InfEvento, K::BpeEvent, false),
        "proceventonf3e" => (Name::InfEvento, K::Nf3eEvent, true),
        "eventonf3e" => (Name::InfEvento, K::Nf3eEvent, false),
        "proceventonfcom" => (Name::InfEvento, K::NfcomEvent, true),
        "eventonfcom" => (Name::InfEvento, K::NfcomEvent, false),
        "proceventonfgas" => (Name::InfEvento, K::NfgasEvent, true),
        "eventonfgas" => (Name::InfEvento, K::NfgasEvent, false),
        "proceventonfag" => (Name::InfEvento, K::NfagEvent, true),
        "eventonfag" => (Name::InfEvento, K::NfagEvent, false),
        "proceventodce" => (Name::InfEvento, K::DceEvent, true),
        "eventodce" => (Name::InfEvento, K::DceEvent, false),
        "procinutnfe" => (Name::InfInut, K::NfeVoid, true),
        "inutnfe" => (Name::InfInut, K::NfeVoid, false),
        "procinutcte" => (Name::InfInut, K::CteVoid, true),
        "inutcte" => (Name::InfInut, K::CteVoid, false),
        "proccancnfe" => (Name::InfCanc, K::NfeLegacyCancel, true),
        "cancnfe" => (Name::InfCanc, K::NfeLegacyCancel, false),
        "proccanccte" => (Name::InfCanc, K::CteLegacyCancel, true),
        "canccte" => (Name::InfCanc, K::CteLegacyCancel, false),
        _ => return None,
    };
    let named = |event: &EventInfo| !key_text(event).is_empty();
    let keyed = inner != Name::InfEvento || found.events.iter().any(named);
    if !has(inner) || !keyed {
        return None;
    }
    Some(if answered {
        Class::Event(kind)
    } else {
        Class::Request(kind)
    })
}

/// The event of an NF-e, unless the key is another document's.
fn nfe_event_kind(found: &Found) -> Option<DocumentKind> {
    let (model, valid) = event_model(found);
    let other = valid && is_model(model) && !matches!(model, "55" | "65");
    (!other).then_some(DocumentKind::NfeEvent)
}

/// The event of a CT-e by the model in its key.
fn cte_event_kind(found: &Found) -> Option<DocumentKind> {
    match event_model(found) {
        ("67", _) => Some(DocumentKind::CteOsEvent),
        ("64", _) => Some(DocumentKind::GtveEvent),
        (model, valid) => {
            let other = valid && is_model(model) && model != "57";
            (!other).then_some(DocumentKind::CteEvent)
        }
    }
}

/// The model in the key that the events name, and whether that key is a valid one.
fn event_model<'a>(found: &'a Found) -> (&'a str, bool) {
    let mut keys = found.events.iter().map(key_text);
    let key = keys.find(|key| key.len() == 44).unwrap_or_default();
    (
        key.get(20..22).unwrap_or_default(),
        AccessKey::new(key).is_ok(),
    )
}

/// Requests to the services of cities, which have namespaces of their own.
fn is_service_of_cities(root: &str) -> bool {
    root.ends_with("envio") || root == "dps" || root == "rps"
}

/// Municipal NFS-e, and the answers that carry them.
fn is_nfse(root: &str, found: &Found) -> bool {
    let answer = root.ends_with("resposta") && (root.contains("nfse") || root.contains("rps"));
    let holds = found.info.name == Some(Name::InfNfse);
    // The national one names its issuer so, in its namespace or in none.
    let national = root == "nfse" && !found.info.issuer.is_empty();
    (holds && (answer || national)) || matches!(root, "compnfse" | "listanfse")
}

/// Roots under which cities issue their NFS-e, and take requests too. São Paulo's `NFe`, and the answer that carries it,
/// are in no namespace of the portal.
fn may_be_nfse(root: &str, found: &Found) -> bool {
    let sao_paulo =
        matches!(root, "nfe" | "retornoconsulta") && !found.namespace.contains("portalfiscal");
    sao_paulo || root.starts_with("nfse") || matches!(root, "nfd" | "nota" | "notas")
}

/// Whether the text of one that may be an NFS-e is that of one: who issues it gives it a code by which it is verified,
/// and it names who took the service or, where that is not known, when it was issued. A request lacks one or the other.
pub(super) fn is_issued_nfse(text: &str) -> bool {
    let lower = text.to_lowercase();
    let verified = lower.contains("verific") || lower.contains("autenticidade");
    verified && (lower.contains("tomador") || lower.contains("emissao"))
}

/// Requests to the portal's services and their answers: `consStatServ`, `retEnvEvento`, `distDFeInt`. The capital
/// behind the first word tells them from words such as `pedido`.
fn is_service(root: &str) -> bool {
    const STARTS: [&str; 9] = [
        "ret", "cons", "prot", "ped", "dist", "env", "inut", "canc", "evento",
    ];
    let lower = root.to_ascii_lowercase();
    STARTS.iter().any(|start| {
        let rest = root.get(start.len()..).unwrap_or_default();
        let word_ends = rest.is_empty() || rest.starts_with(|next: char| next.is_ascii_uppercase());
        lower.starts_with(start) && word_ends
    })
}

/// Whether a name speaks of fiscal documents and is not that of one: what programs and cities call their requests.
fn speaks_of_documents(root: &str) -> bool {
    const PARTS: [&str; 8] = ["nfse", "rps", "dps", "nfe", "cte", "mdfe", "nota", "lote"];
    let of_document = root.starts_with("proc") || root.ends_with("proc");
    let of_tax = root.contains("gnre");
    !of_document && !of_tax && PARTS.iter().any(|part| root.contains(part))
}
