//! What the simulated Zen makes of a document's text: a light reading of its own, for it must not share the
//! sender's mistakes.

/// A document as the service sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Seen<'a> {
    /// Local name of the root.
    pub root: &'a str,
    /// Access key; of the note, where it is an event.
    pub key: &'a str,
    /// What makes it the same as another: key, and for an event its type and number.
    pub identity: String,
    /// The key of a document that must have arrived before, if there is one.
    pub follows: Option<&'a str>,
    /// CNPJ or CPF of the issuer.
    pub issuer: &'a str,
    /// Date of issue as it is written.
    pub issued: &'a str,
}

/// Reads `text`. `None`: no root, or no access key.
pub(super) fn see(text: &str) -> Option<Seen<'_>> {
    let root = root(text)?;
    if root == "CFeCanc" {
        let key = last44(attribute(text, "Id")?)?;
        let sale = last44(attribute(text, "chCanc")?)?;
        return Some(Seen {
            root,
            key,
            identity: key.to_owned(),
            follows: Some(sale),
            issuer: element(text, "CNPJ").unwrap_or_default(),
            issued: element(text, "dEmi").unwrap_or_default(),
        });
    }
    if root.starts_with("procEvento") {
        let key = ["chNFe", "chCTe"]
            .iter()
            .find_map(|name| element(text, name))?;
        let kind = element(text, "tpEvento")?;
        let number = element(text, "nSeqEvento")
            .unwrap_or("1")
            .trim_start_matches('0');
        return Some(Seen {
            root,
            key,
            identity: format!("{key}/{kind}/{number}"),
            follows: Some(key),
            issuer: element(text, "CNPJ")
                .or_else(|| element(text, "CPF"))
                .unwrap_or_default(),
            issued: element(text, "dhEvento").unwrap_or_default(),
        });
    }
    let key = last44(attribute(text, "Id")?)?;
    let emit = text.find("<emit>").map_or(text, |at| &text[at..]);
    Some(Seen {
        root,
        key,
        identity: key.to_owned(),
        follows: None,
        issuer: element(emit, "CNPJ")
            .or_else(|| element(emit, "CPF"))
            .unwrap_or_default(),
        issued: element(text, "dhEmi")
            .or_else(|| element(text, "dEmi"))
            .unwrap_or_default(),
    })
}

/// Local name of the first element.
fn root(text: &str) -> Option<&str> {
    let mut rest = text;
    loop {
        let start = rest.find('<')?;
        rest = &rest[start + 1..];
        if rest.starts_with(['?', '!']) {
            continue;
        }
        let end =
            rest.find(|letter: char| letter.is_whitespace() || matches!(letter, '>' | '/'))?;
        let name = &rest[..end];
        return Some(name.rsplit(':').next().unwrap_or(name));
    }
}

/// The value of the first attribute of that name.
fn attribute<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let mut rest = text;
    loop {
        let at = rest.find(name)?;
        let before = rest[..at].ends_with(|letter: char| letter.is_whitespace());
        rest = &rest[at + name.len()..];
        let value = rest.trim_start().strip_prefix('=').map(str::trim_start);
        if let Some(value) = value.filter(|_| before) {
            let quote = value
                .chars()
                .next()
                .filter(|quote| matches!(quote, '"' | '\''))?;
            return value[1..].split(quote).next();
        }
    }
}

/// The text of the first element of that local name.
fn element<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let mut rest = text;
    loop {
        let at = rest.find(name)?;
        let before = rest[..at].ends_with(['<', ':']);
        rest = &rest[at + name.len()..];
        if before && rest.starts_with('>') {
            return rest[1..].split('<').next().map(str::trim);
        }
    }
}

fn last44(text: &str) -> Option<&str> {
    text.len()
        .checked_sub(44)
        .and_then(|start| text.get(start..))
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "35170458716523000119550010000000121000123458";

    #[test]
    fn documents_events_and_cancellations_are_seen() {
        let note = format!(
            "<?xml version=\"1.0\"?><!-- a --><nfeProc versao='4.00'><NFe><infNFe versao='4.00' Id='NFe{KEY}'>\
             <emit><CNPJ>58716523000119</CNPJ></emit></infNFe></NFe></nfeProc>"
        );
        let seen = see(&note).unwrap();
        assert_eq!(
            (seen.root, seen.key, seen.issuer),
            ("nfeProc", KEY, "58716523000119")
        );
        assert_eq!((seen.identity.as_str(), seen.follows), (KEY, None));
        let event = format!(
            "<n:procEventoNFe><evento><infEvento Id='ID1'><chNFe>{KEY}</chNFe><tpEvento>110111</tpEvento>\
             <nSeqEvento>01</nSeqEvento></infEvento></evento></n:procEventoNFe>"
        );
        let seen = see(&event).unwrap();
        assert_eq!((seen.root, seen.follows), ("procEventoNFe", Some(KEY)));
        assert_eq!(seen.identity, format!("{KEY}/110111/1"));
        for text in ["", "no xml", "<a/>", "<nfeProc Id='short'/>"] {
            assert_eq!(see(text), None, "{text}");
        }
    }
}
