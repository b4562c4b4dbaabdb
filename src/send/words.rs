//! The sentences that tell an operator why a run stopped and what to check.

use crate::policy::Refusal;
use crate::zen::Route;

/// A first answer that could not be read.
pub(super) fn no_entries(route: Route, http: Option<u16>, said: &str) -> String {
    format!(
        "the first answer of {} (HTTP {}) holds no readable entry for the document: {said}\n\
         Look at it in Zen. If the document did arrive, go on with --trust-status; otherwise check the office and \
         the address.",
        route.as_str(),
        http.unwrap_or_default(),
    )
}

/// Two documents, or the only one, turned away before the service looked at them.
pub(super) fn refused(why: Refusal, route: Route, http: Option<u16>, said: &str) -> String {
    let status = http.map_or_else(String::new, |status| format!(" (HTTP {status})"));
    let check = match why {
        Refusal::Credentials => {
            "the key was refused. Check that MALOTE_TOKEN holds the key shown in Zen under Minha Conta > Chave \
             Acesso, that it is this office's, and that the vendor has not blocked it"
        }
        Refusal::NotFound => {
            "the address does not exist there. Check --office: it is the first part of the address at which you log \
             in to Zen"
        }
        Refusal::NotTheService => {
            "a web page or a redirect came instead of an answer. Check --office, and whether a proxy or a login page \
             stands between this computer and Zen"
        }
        Refusal::NotTaken => {
            "the address does not take documents. Check --office or --base-url, whether a proxy stands between this \
             computer and Zen, and whether the vendor has changed the route"
        }
        Refusal::Certificate => {
            "the server's certificate is not trusted. Check the computer's date, and whether a proxy or an antivirus \
             opens encrypted connections"
        }
    };
    format!("{}{status}: {check}. It said: {said}", route.as_str())
}

/// The journal can no longer be written.
pub(super) fn journal_failed(reason: &str) -> String {
    format!(
        "the journal cannot be written any more: {reason}. Nothing has left since. Make room or mend the disk, then \
         run again: what was sent and not recorded is sent again as unknown"
    )
}
