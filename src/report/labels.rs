//! Codes of manifest and journal in the reader's words.

use super::pauses::Reason;
use crate::dfe::DocumentKind;
use crate::journal::State;
use crate::lang::{Message, message};

/// The words for the state of one document.
#[must_use]
pub(super) const fn state(state: State) -> Message {
    match state {
        State::Accepted => message!("page-state-accepted"),
        State::Rejected => message!("page-state-rejected"),
        State::Failed => message!("page-state-failed"),
        State::Unknown => message!("page-state-unknown"),
        State::Changed => message!("page-state-changed"),
        State::Missing => message!("page-state-missing"),
        State::Pending => message!("page-state-pending"),
    }
}

/// The words below the number of documents in `state`.
#[must_use]
pub(super) fn part(state: State, count: u64) -> Message {
    match state {
        State::Accepted => message!("page-part-accepted", count = count),
        State::Rejected => message!("page-part-rejected", count = count),
        State::Failed => message!("page-part-failed", count = count),
        State::Unknown => message!("page-part-unknown", count = count),
        State::Changed => message!("page-part-changed", count = count),
        State::Missing => message!("page-part-missing", count = count),
        State::Pending => message!("page-part-pending"),
    }
}

/// How many documents are left in `state`, which is none of those that are settled.
#[must_use]
pub(super) fn open(state: State, count: u64) -> Message {
    match state {
        State::Failed => message!("page-open-failed", count = count),
        State::Unknown => message!("page-open-unknown", count = count),
        State::Changed => message!("page-open-changed", count = count),
        State::Missing => message!("page-open-missing", count = count),
        State::Pending => message!("page-open-pending", count = count),
        State::Accepted | State::Rejected => part(state, count),
    }
}

/// What to do about documents in `state`.
#[must_use]
pub(super) fn what_to_do(state: State) -> Message {
    match state {
        State::Accepted => message!("page-balanced"),
        State::Rejected => message!("page-rejections-note"),
        State::Failed => message!("page-todo-failed"),
        State::Unknown => message!("page-todo-unknown"),
        State::Changed => message!("page-todo-changed"),
        State::Missing => message!("page-todo-missing"),
        State::Pending => message!("page-todo-pending"),
    }
}

/// The name of `kind`; the manifest's own word where the kind is rarely sent.
#[must_use]
pub(super) fn kind(kind: DocumentKind) -> Message {
    match kind {
        DocumentKind::Nfe => Message::plain("NF-e"),
        DocumentKind::Nfce => Message::plain("NFC-e"),
        DocumentKind::Nfse => Message::plain("NFS-e"),
        DocumentKind::Cte => Message::plain("CT-e"),
        DocumentKind::CteSimp => Message::plain("CT-e simplificado"),
        DocumentKind::CteOs => Message::plain("CT-e OS"),
        DocumentKind::Cfe => Message::plain("CF-e SAT"),
        DocumentKind::CfeCancel => message!("page-kind-cfe-cancel"),
        DocumentKind::NfeEvent => message!("page-kind-nfe-event"),
        DocumentKind::CteEvent => message!("page-kind-cte-event"),
        DocumentKind::CteOsEvent => message!("page-kind-cte-os-event"),
        DocumentKind::Other => message!("page-kind-other"),
        rare => Message::plain(rare.as_str()),
    }
}

/// The words for why nothing left.
#[must_use]
pub(super) fn pause(reason: &Reason) -> Message {
    match reason {
        Reason::QuietHours => message!("page-legend-quiet"),
        Reason::Outage => message!("page-legend-outage"),
        Reason::RetryAfter => message!("page-pause-retry-after"),
        Reason::Archive => message!("page-pause-archive"),
        Reason::Other(code) => Message::plain(code),
    }
}

/// The words for why a run ended; the journal's own where it is a newer program's.
#[must_use]
pub(super) fn ending(code: &str) -> Message {
    match code {
        "finished" => message!("page-end-finished"),
        "interrupted" => message!("page-end-interrupted"),
        "until" => message!("page-end-until"),
        "max-duration" => message!("page-end-max-duration"),
        "max-docs" => message!("page-end-max-docs"),
        "max-rejected" => message!("page-end-max-rejected"),
        "outage-limit" => message!("page-end-outage-limit"),
        "pilot" => message!("page-end-pilot"),
        "failed" => message!("page-end-failed"),
        other => Message::plain(other),
    }
}

/// Why a row stays out, by its code; nothing for a code of a newer program, which speaks for itself.
#[must_use]
pub(super) fn skip(code: &str) -> Option<Message> {
    Some(match code {
        "" => message!("page-by-reviewer"),
        "duplicate-of" => message!("page-skip-duplicate"),
        "superseded-by" => message!("page-skip-superseded"),
        "no-protocol" => message!("page-skip-no-protocol"),
        "no-route" => message!("page-skip-no-route"),
        "not-authorised" => message!("page-skip-not-authorised"),
        "homologation" => message!("page-skip-homologation"),
        "summary" => message!("page-skip-summary"),
        "technical" => message!("page-skip-technical"),
        "not-dfe" => message!("page-skip-not-dfe"),
        // A row never has the second as its reason, but behind the first.
        "nfse" | "no-parties" => message!("page-skip-nfse"),
        "other-event" => message!("page-skip-other-event"),
        "outside-period" => message!("page-skip-period"),
        "empty" | "nul-filled" | "too-large" | "html" | "doctype" | "ill-formed" | "too-deep" => {
            message!("page-skip-damaged")
        }
        "bad-check-digit" | "no-access-key" | "no-sale" => message!("page-skip-key"),
        "protocol-replaced" | "protocol-other-key" | "protocols-differ" => {
            message!("page-skip-protocol")
        }
        "several-documents" => message!("page-skip-several"),
        "looked-into" => message!("page-skip-looked-into"),
        "no-client" => message!("page-skip-no-client"),
        "already-in-zen" => message!("page-skip-in-zen"),
        "unsupported-archive"
        | "encrypted-archive"
        | "broken-archive"
        | "archive-bomb"
        | "nested-too-deep"
        | "link-not-followed"
        | "special-file" => message!("page-skip-not-looked-into"),
        "unreadable" => message!("page-skip-unreadable"),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dfe::{Effect, NOTES};
    use crate::plan::NOTES as PLAN_NOTES;

    #[test]
    fn every_code_for_which_a_row_stays_out_has_its_words() {
        for (code, effect, _) in NOTES.iter().chain(PLAN_NOTES) {
            assert!(*effect == Effect::Note || skip(code).is_some(), "{code}");
        }
    }

    #[test]
    fn every_word_for_the_end_of_a_run_is_known() {
        use crate::send::StopReason;
        for reason in [
            StopReason::Interrupted,
            StopReason::Until,
            StopReason::MaxDuration,
            StopReason::MaxDocs,
            StopReason::MaxRejected,
            StopReason::OutageLimit,
            StopReason::Pilot {
                untried: Vec::new(),
            },
            StopReason::Fatal(crate::send::Fatal::JournalUnfinished),
        ] {
            let code = reason.code();
            assert_ne!(ending(code), Message::plain(code));
        }
        assert_eq!(ending("novo"), Message::plain("novo"));
    }
}
