//! The root table: what a root element is, and whether its like is sent.

use super::DocumentKind;
use super::collect::Found;
use super::names::Name;

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
}

/// The class of what was found.
pub(super) fn classify(found: &Found) -> Class {
    use DocumentKind as K;
    let root = found.root.to_ascii_lowercase();
    let national = found.namespace.contains("sped.fazenda.gov.br/nfse");
    if national {
        return if root == "nfse" {
            Class::Out(K::Nfse, "nfse")
        } else {
            Class::Out(K::Technical, "technical")
        };
    }
    if let Some(class) = of_document(&root, found) {
        return class;
    }
    if let Some(class) = of_event(&root, found) {
        return class;
    }
    match root.as_str() {
        "resnfe" | "resevento" | "rescte" => Class::Out(K::Summary, "summary"),
        "retdistdfeint" => Class::Out(K::Container, "technical"),
        "envelope" => Class::Out(K::Technical, "technical"),
        _ if is_nfse(&root) => Class::Out(K::Nfse, "nfse"),
        _ if is_technical(&root, found) => Class::Out(K::Technical, "technical"),
        _ => Class::Out(K::Other, "not-dfe"),
    }
}

/// Documents, with and without protocol. The inner element must be there: São Paulo calls its NFS-e `NFe` too.
fn of_document(root: &str, found: &Found) -> Option<Class> {
    use DocumentKind as K;
    let (inner, kind, with_answer) = match root {
        "nfeproc" => (Name::InfNfe, nfe_kind(found), true),
        "nfe" | "envinfe" => (Name::InfNfe, nfe_kind(found), false),
        "cteproc" => (Name::InfCte, cte_kind(found), true),
        "cte" | "envicte" => (Name::InfCte, cte_kind(found), false),
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

/// The model in `ide`, or else in the key: 55 or 65.
fn nfe_kind(found: &Found) -> DocumentKind {
    match model(found) {
        "65" => DocumentKind::Nfce,
        _ => DocumentKind::Nfe,
    }
}

fn cte_kind(found: &Found) -> DocumentKind {
    match model(found) {
        "67" => DocumentKind::CteOs,
        "64" => DocumentKind::Gtve,
        _ => DocumentKind::Cte,
    }
}

fn model<'a>(found: &'a Found) -> &'a str {
    let info = &found.info;
    if !info.model.is_empty() {
        return &info.model;
    }
    let digits = info.id.find(|letter: char| letter.is_ascii_digit());
    digits
        .and_then(|start| info.id.get(start + 20..start + 22))
        .unwrap_or_default()
}

/// Events with and without answer. `evento` is NF-e's only where its `infEvento` names a key: the national NFS-e
/// has an element of that name too.
fn of_event(root: &str, found: &Found) -> Option<Class> {
    use DocumentKind as K;
    let has = |name| found.events.iter().any(|event| event.name == Some(name));
    let (inner, kind, answered) = match root {
        "proceventonfe" => (Name::InfEvento, K::NfeEvent, true),
        "evento" | "envevento" => (Name::InfEvento, K::NfeEvent, false),
        "proceventocte" => (Name::InfEvento, cte_event_kind(found), true),
        "eventocte" => (Name::InfEvento, cte_event_kind(found), false),
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
    let keyed = inner != Name::InfEvento || found.events.iter().any(|event| !event.key.is_empty());
    if !has(inner) || !keyed {
        return None;
    }
    Some(if answered {
        Class::Event(kind)
    } else {
        Class::Request(kind)
    })
}

/// The event of a CT-e by the model in its key.
fn cte_event_kind(found: &Found) -> DocumentKind {
    let key = found
        .events
        .iter()
        .map(|event| event.key.as_ref())
        .find(|key| !key.is_empty());
    match key.and_then(|key| key.get(20..22)) {
        Some("67") => DocumentKind::CteOsEvent,
        Some("64") => DocumentKind::GtveEvent,
        _ => DocumentKind::CteEvent,
    }
}

/// Municipal NFS-e and the answers that carry them.
fn is_nfse(root: &str) -> bool {
    matches!(
        root,
        "compnfse" | "listanfse" | "nfse" | "nfd" | "nota" | "notas" | "nfe"
    ) || (root.ends_with("resposta") && (root.contains("nfse") || root.contains("rps")))
}

/// Requests to services and their answers, of any fiscal document.
fn is_technical(root: &str, found: &Found) -> bool {
    const STARTS: [&str; 9] = [
        "ret", "cons", "prot", "ped", "dist", "env", "inut", "canc", "evento",
    ];
    const PARTS: [&str; 6] = ["nfse", "rps", "dps", "nfe", "cte", "mdfe"];
    STARTS.iter().any(|start| root.starts_with(start)) && found.namespace.contains("portalfiscal")
        || root.ends_with("envio")
        || PARTS.iter().any(|part| root.contains(part))
}
