//! What ends a run at once, for no retry mends it; the words tell an operator what to check.

use std::fmt;
use std::path::PathBuf;

use crate::journal::Failure;
use crate::policy::Refusal;
use crate::zen::Route;

/// What no retry mends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fatal {
    /// A first answer that could not be read.
    NoEntries {
        /// Whose.
        route: Route,
        /// Its status.
        http: Option<u16>,
        /// Its words.
        said: String,
    },
    /// Two documents, or the only one, turned away before the service looked at them.
    Refused {
        /// How.
        why: Refusal,
        /// Where.
        route: Route,
        /// With which status.
        http: Option<u16>,
        /// In which words.
        said: String,
    },
    /// The journal can no longer be written, for this reason.
    JournalFailed(Failure),
    /// The journal's last records could not be written.
    JournalUnfinished,
    /// The manifest was changed meanwhile.
    ManifestChanged(PathBuf),
    /// The manifest can no longer be read, for this reason.
    Manifest(PathBuf, String),
}

impl fmt::Display for Fatal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoEntries { route, http, said } => write!(
                f,
                "the first answer of {} (HTTP {}) holds no readable entry for the document: {said}\n\
                 Look at it in Zen. If the document did arrive, go on with --trust-status; otherwise check the office \
                 and the address.",
                route.as_str(),
                http.unwrap_or_default(),
            ),
            Self::Refused {
                why,
                route,
                http,
                said,
            } => {
                f.write_str(route.as_str())?;
                if let Some(http) = http {
                    write!(f, " (HTTP {http})")?;
                }
                write!(f, ": {}. It said: {said}", check(*why))
            }
            Self::JournalFailed(Failure::Disk(reason)) => write!(
                f,
                "the journal cannot be written any more: {reason}. Nothing has left since. Make room or mend the disk, \
                 then run again: what was sent and not recorded is sent again as unknown"
            ),
            Self::JournalFailed(failure @ Failure::Moved(_)) => write!(
                f,
                "the journal {failure} during the run. Nothing has left since. Put it back where it was, then run \
                 again: what was sent and not recorded is sent again as unknown"
            ),
            Self::JournalFailed(failure @ Failure::Altered(_)) => write!(
                f,
                "the journal {failure} during the run. Nothing has left since. Keep other programs away from it, \
                 restore it from a copy if it is damaged, then run again: what was sent and not recorded is sent again \
                 as unknown"
            ),
            Self::JournalUnfinished => f.write_str("the journal's end could not be written"),
            Self::ManifestChanged(path) => write!(
                f,
                "the manifest {} was changed while it was being sent; look at it and run again",
                path.display()
            ),
            Self::Manifest(path, reason) => write!(f, "{}: {reason}", path.display()),
        }
    }
}

/// What to check.
const fn check(why: Refusal) -> &'static str {
    match why {
        Refusal::Credentials => {
            "the key was refused. Check that MALOTE_TOKEN, or the file of --token-file, holds the key shown in Zen \
             under Minha Conta > Chave Acesso, that it is this office's, and that the vendor has not blocked it; if a web page came with it, \
             check whether a proxy or a firewall stands between this computer and Zen"
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
    }
}
