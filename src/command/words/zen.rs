//! What is wrong on the way to Zen.

use super::InWords;
use crate::journal::Failure;
use crate::lang::{Arg, Message, message};
use crate::policy::Refusal;
use crate::send::Fatal;
use crate::zen::TransportError;

impl InWords for TransportError {
    fn in_words(&self) -> Message {
        match self {
            Self::NotAUrl(url, reason) => {
                message!("zen-not-a-url", url = super::quoted(url), reason = reason)
            }
            Self::PlainHttp(url) => message!("zen-plain-http", url = super::quoted(url)),
            Self::MoreThanAHost => message!("zen-more-than-a-host"),
            Self::Client(reason) => message!("zen-client", reason = reason),
        }
    }
}

impl InWords for Fatal {
    fn in_words(&self) -> Message {
        match self {
            Self::NoEntries { route, http, said } => message!(
                "stop-no-entries",
                route = route.as_str(),
                http = http.unwrap_or_default(),
                said = Arg::said(said),
            ),
            Self::Refused {
                why,
                route,
                http: Some(http),
                said,
            } => message!(
                "stop-refused",
                route = route.as_str(),
                http = *http,
                check = check(*why),
                said = Arg::said(said),
            ),
            Self::Refused {
                why,
                route,
                http: None,
                said,
            } => message!(
                "stop-turned-away",
                route = route.as_str(),
                check = check(*why),
                said = Arg::said(said),
            ),
            Self::JournalFailed(Failure::Disk(reason)) => {
                message!("stop-journal", reason = Arg::system(reason))
            }
            Self::JournalFailed(Failure::Moved(path)) => {
                message!("stop-journal-moved", path = path.display())
            }
            Self::JournalFailed(Failure::Altered(path)) => {
                message!("stop-journal-altered", path = path.display())
            }
            Self::JournalUnfinished => message!("stop-journal-end"),
            Self::ManifestChanged(path) => message!("stop-manifest", path = path.display()),
            Self::Manifest(path, reason) => super::of_file(path, Message::plain(reason)),
        }
    }
}

fn check(why: Refusal) -> Message {
    match why {
        Refusal::Credentials => message!("check-credentials"),
        Refusal::NotFound => message!("check-not-found"),
        Refusal::NotTheService => message!("check-not-the-service"),
        Refusal::NotTaken => message!("check-not-taken"),
        Refusal::Certificate => message!("check-certificate"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::assert_same;
    use super::*;
    use crate::zen::Route;

    #[test]
    fn what_ends_a_run_reads_as_the_journal_has_it() {
        let said = || "a { b".to_owned();
        let route = Route::ALL[0];
        for why in [
            Refusal::Credentials,
            Refusal::NotFound,
            Refusal::NotTheService,
            Refusal::NotTaken,
            Refusal::Certificate,
        ] {
            for http in [Some(403), None] {
                assert_same(&Fatal::Refused {
                    why,
                    route,
                    http,
                    said: said(),
                });
            }
        }
        for fatal in [
            Fatal::NoEntries {
                route,
                http: Some(200),
                said: said(),
            },
            Fatal::JournalFailed(Failure::Disk(said())),
            Fatal::JournalFailed(Failure::Moved("/a b".into())),
            Fatal::JournalFailed(Failure::Altered("/a b".into())),
            Fatal::JournalUnfinished,
            Fatal::ManifestChanged("/a b".into()),
        ] {
            assert_same(&fatal);
        }
    }

    /// Bug: that the disk was full was said in the system's English.
    #[cfg(unix)]
    #[test]
    fn that_the_disk_is_full_is_told_in_portuguese() {
        use crate::lang::{Lang, Tell};
        let full = std::io::Error::from_raw_os_error(28);
        let fatal = Fatal::JournalFailed(full.into());
        assert_same(&fatal);
        let told = fatal.in_words().tell(Lang::Portuguese);
        assert!(
            told.contains("envio: não há mais espaço no disco. "),
            "{told}"
        );
    }

    #[test]
    fn what_is_wrong_with_an_address_reads_as_the_error_does() {
        for error in [
            TransportError::NotAUrl("a\"b".to_owned(), "c".to_owned()),
            TransportError::PlainHttp("http://a".to_owned()),
            TransportError::MoreThanAHost,
            TransportError::Client("a".to_owned()),
        ] {
            assert_same(&error);
        }
    }
}
