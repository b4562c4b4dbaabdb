//! The codes in the manifest's column `notes` that come from the archive rather than from a document.

use crate::dfe::{Effect, NOTES};

/// Every code of `plan` itself, its effect, and what it says.
pub const PLAN_NOTES: &[(&str, Effect, &str)] = &[
    (
        "duplicate-of",
        Effect::Skip,
        "the same bytes lie at the path that follows, which is sent or skipped instead",
    ),
    (
        "superseded-by",
        Effect::Skip,
        "a better copy of the same document lies at the path that follows",
    ),
    (
        "outside-period",
        Effect::Skip,
        "issued outside --from and --to",
    ),
    (
        "unsupported-archive",
        Effect::Skip,
        "an archive that malote does not look into: unpack it and plan again",
    ),
    (
        "no-client",
        Effect::Skip,
        "none of the clients of --clients takes part in it",
    ),
    (
        "already-in-zen",
        Effect::Skip,
        "Zen has it already, as --known says",
    ),
    (
        "encrypted-archive",
        Effect::Skip,
        "it asks for a password: unpack it and plan again",
    ),
    (
        "broken-archive",
        Effect::Skip,
        "an archive, or something in it, that is damaged or ends too early",
    ),
    (
        "archive-bomb",
        Effect::Skip,
        "an archive that inflates to far more than documents do: it is not looked into",
    ),
    (
        "nested-too-deep",
        Effect::Skip,
        "an archive that lies in three others: unpack it and plan again",
    ),
    (
        "link-not-followed",
        Effect::Skip,
        "a link to a folder: name its target as a further PATH to include it",
    ),
    ("special-file", Effect::Skip, "neither a file nor a folder"),
    (
        "unreadable",
        Effect::Skip,
        "a file or folder that could not be opened or read",
    ),
    (
        "status-conflict",
        Effect::Note,
        "copies of the document disagree on its status",
    ),
    (
        "number-reused",
        Effect::Note,
        "another document of the issuer has the same state, model, series and number",
    ),
    (
        "cancelled-by-event",
        Effect::Note,
        "its cancellation lies elsewhere in the archive and is sent too",
    ),
    (
        "cancelled-without-route",
        Effect::Note,
        "cancelled by the layout before events, which Zen has no route for: cancel it there by hand",
    ),
];

/// Codes by a small number; 0 is none.
#[must_use]
pub(super) fn number(code: &str) -> u8 {
    let position = all().position(|one| one == code);
    position
        .and_then(|at| u8::try_from(at + 1).ok())
        .unwrap_or(0)
}

/// The code of that number.
#[must_use]
pub(super) fn code(number: u8) -> Option<&'static str> {
    all().nth(usize::from(number.checked_sub(1)?))
}

fn all() -> impl Iterator<Item = &'static str> {
    NOTES.iter().chain(PLAN_NOTES).map(|(code, _, _)| *code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_number_of_its_own() {
        for (index, name) in all().enumerate() {
            assert_eq!(usize::from(number(name)), index + 1, "{name}");
            assert_eq!(code(number(name)), Some(name));
        }
        assert_eq!((number("nothing"), code(0), code(255)), (0, None, None));
    }
}
