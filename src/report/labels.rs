//! Codes of manifest and journal in the reader's words.

use super::pauses::Reason;
use super::texts::Texts;
use crate::dfe::DocumentKind;
use crate::journal::State;

impl Texts {
    /// The words for `state`.
    #[must_use]
    pub const fn state(&self, state: State) -> &'static str {
        match state {
            State::Accepted => self.state_accepted,
            State::Rejected => self.state_rejected,
            State::Failed => self.state_failed,
            State::Unknown => self.state_unknown,
            State::Changed => self.state_changed,
            State::Missing => self.state_missing,
            State::Pending => self.state_pending,
        }
    }

    /// What to do about documents in `state`.
    #[must_use]
    pub const fn what_to_do(&self, state: State) -> &'static str {
        match state {
            State::Accepted => self.complete,
            State::Rejected => self.rejections_note,
            State::Failed => self.todo_failed,
            State::Unknown => self.todo_unknown,
            State::Changed => self.todo_changed,
            State::Missing => self.todo_missing,
            State::Pending => self.todo_pending,
        }
    }

    /// The name of `kind`; the manifest's own word where the kind is rarely sent.
    #[must_use]
    pub const fn kind_of(&self, kind: DocumentKind) -> &'static str {
        match kind {
            DocumentKind::Nfe => self.kind_nfe,
            DocumentKind::Nfce => self.kind_nfce,
            DocumentKind::Cte => self.kind_cte,
            DocumentKind::CteSimp => self.kind_cte_simp,
            DocumentKind::CteOs => self.kind_cte_os,
            DocumentKind::Cfe => self.kind_cfe,
            DocumentKind::CfeCancel => self.kind_cfe_cancel,
            DocumentKind::NfeEvent => self.kind_nfe_event,
            DocumentKind::CteEvent => self.kind_cte_event,
            DocumentKind::CteOsEvent => self.kind_cte_os_event,
            DocumentKind::Other => self.kind_other,
            rare => rare.as_str(),
        }
    }

    /// The words for why nothing left.
    #[must_use]
    pub fn pause_of<'a>(&self, reason: &'a Reason) -> &'a str {
        match reason {
            Reason::QuietHours => self.pause_quiet,
            Reason::Outage => self.pause_outage,
            Reason::RetryAfter => self.pause_retry_after,
            Reason::Archive => self.pause_archive,
            Reason::Other(code) => code,
        }
    }

    /// The words for why a run ended; the journal's own where it is a newer program's.
    #[must_use]
    pub fn ending<'a>(&self, code: &'a str) -> &'a str {
        match code {
            "finished" => self.end_finished,
            "interrupted" => self.end_interrupted,
            "until" => self.end_until,
            "max-duration" => self.end_max_duration,
            "max-docs" => self.end_max_docs,
            "max-rejected" => self.end_max_rejected,
            "outage-limit" => self.end_outage_limit,
            "pilot" => self.end_pilot,
            "failed" => self.end_failed,
            other => other,
        }
    }

    /// Why a row stays out, by its code; nothing for a code of a newer program, which speaks for itself.
    #[must_use]
    pub fn skip(&self, code: &str) -> &'static str {
        match code {
            "" => self.by_reviewer,
            "duplicate-of" => self.skip_duplicate,
            "superseded-by" => self.skip_superseded,
            "no-protocol" => self.skip_no_protocol,
            "no-route" => self.skip_no_route,
            "not-authorised" => self.skip_not_authorised,
            "homologation" => self.skip_homologation,
            "summary" => self.skip_summary,
            "technical" => self.skip_technical,
            "not-dfe" => self.skip_not_dfe,
            // A row never has the second as its reason, but behind the first.
            "nfse" | "no-parties" => self.skip_nfse,
            "other-event" => self.skip_other_event,
            "outside-period" => self.skip_period,
            "empty" | "nul-filled" | "too-large" | "html" | "doctype" | "ill-formed"
            | "too-deep" => self.skip_damaged,
            "bad-check-digit" | "no-access-key" | "no-sale" => self.skip_key,
            "protocol-replaced" | "protocol-other-key" => self.skip_protocol,
            "several-documents" => self.skip_several,
            "looked-into" => self.skip_looked_into,
            "no-client" => self.skip_no_client,
            "already-in-zen" => self.skip_in_zen,
            "unsupported-archive"
            | "encrypted-archive"
            | "broken-archive"
            | "archive-bomb"
            | "nested-too-deep"
            | "link-not-followed"
            | "special-file" => self.skip_not_looked_into,
            "unreadable" => self.skip_unreadable,
            _ => "",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::texts::{EN, PT_BR};
    use crate::dfe::{Effect, NOTES};
    use crate::plan::NOTES as PLAN_NOTES;

    #[test]
    fn every_code_for_which_a_row_stays_out_has_its_words() {
        for (code, effect, _) in NOTES.iter().chain(PLAN_NOTES) {
            for texts in [&PT_BR, &EN] {
                let words = texts.skip(code);
                assert!(*effect == Effect::Note || !words.is_empty(), "{code}");
            }
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
            assert_ne!(PT_BR.ending(reason.code()), reason.code());
        }
        assert_eq!(PT_BR.ending("novo"), "novo");
    }
}
