//! The key of the account: there, well formed, and kept from others.

use std::path::Path;

use secrecy::ExposeSecret;

use super::Finding;
use super::target::Target;
use crate::cli::DoctorArgs;
use crate::command::shell;
#[cfg(unix)]
use crate::config::note_on_token_file;

const SUBJECT: &str = "key";

pub(super) fn examine(args: &DoctorArgs, target: &Target) -> Vec<Finding> {
    if target.is_sandbox() {
        return vec![Finding::fine(
            SUBJECT,
            "the simulated Zen has one of its own",
        )];
    }
    let file = args.destination.token_file.as_deref();
    let mut findings = vec![match &target.token {
        Err(error) => Finding::problem(SUBJECT, error, "mend that file or variable"),
        Ok(None) => Finding::problem(
            SUBJECT,
            "there is none",
            "put the key of the Zen account (Minha Conta > Chave Acesso) into the variable MALOTE_TOKEN or into a \
             file named by --token-file",
        ),
        Ok(Some(token)) => shape(token.expose_secret(), file.is_some()),
    }];
    findings.extend(file.and_then(open_to_others));
    findings
}

/// Whether it looks as Zen shows keys. It is not shown, not even in part.
fn shape(token: &str, in_file: bool) -> Finding {
    let place = if in_file {
        "the key's file"
    } else {
        "MALOTE_TOKEN"
    };
    if token.len() == 32 && token.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Finding::fine(
            SUBJECT,
            format!("{place} holds one of 32 hexadecimal digits"),
        );
    }
    let length = token.len();
    Finding::warning(
        SUBJECT,
        format!("{place} holds one of {length} characters; Zen shows 32 of 0-9 and a-f"),
        "copy it once more from Zen, Minha Conta > Chave Acesso",
    )
}

/// Whether others on this computer can read the key's file.
#[cfg(unix)]
fn open_to_others(path: &Path) -> Option<Finding> {
    let note = note_on_token_file(path)?;
    let name = path.to_string_lossy();
    let advice = shell::command(["chmod", "600", &name]);
    Some(Finding::problem(SUBJECT, note, advice))
}

/// Windows keeps who may read in lists that this program does not read.
#[cfg(not(unix))]
fn open_to_others(path: &Path) -> Option<Finding> {
    let name = path.to_string_lossy();
    path.exists().then(|| {
        Finding::fine(
            SUBJECT,
            format!(
                "who can read its file: {}",
                shell::command(["icacls", &name])
            ),
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
