//! The key of the account: there, well formed, and kept from others.

use std::ffi::OsStr;
use std::path::Path;

use secrecy::ExposeSecret;

use super::target::Target;
use super::{Finding, Subject};
use crate::cli::DoctorArgs;
use crate::command::shell;
use crate::command::words::InWords;
#[cfg(unix)]
use crate::config;
use crate::lang::{Message, message};

pub(super) fn examine(args: &DoctorArgs, target: &Target) -> Vec<Finding> {
    if target.is_sandbox() {
        return vec![Finding::fine(
            Subject::Key,
            message!("doctor-key-of-sandbox"),
        )];
    }
    let file = args.destination.token_file.as_deref();
    let mut findings = vec![match &target.token {
        Err(error) => Finding::problem(Subject::Key, error.in_words(), message!("doctor-mend-key")),
        Ok(None) => Finding::problem(
            Subject::Key,
            message!("doctor-no-key"),
            message!("doctor-put-key"),
        ),
        Ok(Some(token)) => shape(token.expose_secret(), file.is_some()),
    }];
    findings.extend(file.and_then(open_to_others));
    findings
}

/// Whether it looks as Zen shows keys. It is not shown, not even in part.
fn shape(token: &str, in_file: bool) -> Finding {
    let place = if in_file {
        message!("doctor-key-file")
    } else {
        Message::plain("MALOTE_TOKEN")
    };
    if token.len() == 32 && token.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Finding::fine(Subject::Key, message!("doctor-key-fine", place = place));
    }
    let length = token.len();
    Finding::warning(
        Subject::Key,
        message!("doctor-key-length", place = place, length = length),
        message!("doctor-copy-key"),
    )
}

/// Whether others on this computer can read the key's file.
#[cfg(unix)]
fn open_to_others(path: &Path) -> Option<Finding> {
    let open = config::open_to_others(path)?;
    let words = [OsStr::new("chmod"), OsStr::new("600"), path.as_os_str()];
    let advice = match &open.file.0 {
        Some(_) => Message::plain(shell::command(words)),
        // Its name looks like the key itself.
        None => message!("doctor-mend-key"),
    };
    Some(Finding::problem(Subject::Key, open.in_words(), advice))
}

/// Windows keeps who may read in lists that this program does not read.
#[cfg(not(unix))]
fn open_to_others(path: &Path) -> Option<Finding> {
    let words = [OsStr::new("icacls"), path.as_os_str()];
    path.exists().then(|| {
        Finding::fine(
            Subject::Key,
            message!("doctor-who-reads", command = shell::command(words)),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::super::Grade;
    use super::*;

    #[test]
    fn a_key_is_judged_by_its_shape_and_not_shown() {
        for (token, grade) in [
            ("0123456789abcdef0123456789ABCDEF", Grade::Fine),
            ("0123456789abcdef", Grade::Warning),
            ("0123456789abcdef0123456789abcdeg", Grade::Warning),
        ] {
            let finding = shape(token, false);
            assert_eq!(finding.grade, grade, "{token}");
            assert!(!format!("{finding:?}").contains(token));
        }
    }
}
