//! What stays in memory of each document, so small that a million of them fit easily.

use jiff::civil::Date;
use sha2::{Digest, Sha256};

use super::codes;
use crate::dfe::{AccessKey, DocumentKind, Identity, Inspection, Status};
use crate::digest::ContentHash;

/// A row's fixed-size part.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fact {
    pub hash: Option<ContentHash>,
    /// Half a SHA-256 of the identity; all zeros: it has none.
    pub identity: [u8; 16],
    /// Half a SHA-256 of the access key: the document's own, or the one that it cancels.
    pub key: [u8; 16],
    /// A hash of what numbers a document by its own key; 0: it has none, or was not issued.
    pub number: u64,
    /// Where its texts begin in the spill.
    pub offset: u64,
    pub bytes: u64,
    /// Days since 1970; [`NO_DATE`] where there is none.
    pub issued: i32,
    /// Which text of the column `clients` it has; 0: none.
    pub clients: u32,
    pub kind: DocumentKind,
    pub status: Status,
    /// Code of why it is not sent; 0: it may be.
    pub skip: u8,
    pub flags: Flags,
}

/// A fact without a date.
pub(super) const NO_DATE: i32 = i32::MIN;

/// Yes-or-no facts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Flags(u16);

impl Flags {
    /// Of the test environment.
    pub const HOMOLOGATION: Self = Self(1);
    /// `digVal` and `DigestValue` are the same.
    pub const DIGEST_AGREES: Self = Self(1 << 1);
    pub const SIGNED: Self = Self(1 << 2);
    /// It cancels the document of its key.
    pub const CANCELS: Self = Self(1 << 3);
    /// By a SAT device of tests.
    pub const SAT_OF_TESTS: Self = Self(1 << 4);
    /// A cancellation of it is sent.
    pub const CANCELLED_BY_EVENT: Self = Self(1 << 5);
    /// It was cancelled by a layout that has no route.
    pub const CANCELLED_WITHOUT_ROUTE: Self = Self(1 << 6);
    /// Copies of it disagree on its status.
    pub const STATUS_CONFLICT: Self = Self(1 << 7);
    /// It could not be opened or read.
    pub const TROUBLE: Self = Self(1 << 8);
    /// The same bytes lie elsewhere.
    pub const DUPLICATE: Self = Self(1 << 9);
    /// A better copy lies elsewhere.
    pub const SUPERSEDED: Self = Self(1 << 10);
    /// Another document has its number.
    pub const NUMBER_REUSED: Self = Self(1 << 11);
    /// No copy of it has the tax office's answer.
    pub const WITHOUT_PROTOCOL: Self = Self(1 << 12);
    /// It tells of a note that is not in the archive.
    pub const NOTE_ELSEWHERE: Self = Self(1 << 13);

    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    pub const fn set(&mut self, other: Self) {
        self.0 |= other.0;
    }

    fn set_if(&mut self, holds: bool, other: Self) {
        if holds {
            self.set(other);
        }
    }
}

impl Fact {
    /// The fact of an inspected document.
    pub fn new(inspection: &Inspection, hash: ContentHash, bytes: u64) -> Self {
        let mut flags = Flags::default();
        flags.set_if(inspection.homologation, Flags::HOMOLOGATION);
        flags.set_if(inspection.digest_agrees == Some(true), Flags::DIGEST_AGREES);
        flags.set_if(inspection.signed, Flags::SIGNED);
        flags.set_if(inspection.cancels.is_some(), Flags::CANCELS);
        flags.set_if(inspection.sat_of_tests, Flags::SAT_OF_TESTS);
        let key = inspection.cancels.or(inspection.access_key);
        Self {
            hash: Some(hash),
            identity: short(inspection.identity.as_ref().map(Identity::as_str)),
            key: short(key.as_ref().map(AccessKey::as_str)),
            number: number_of(inspection),
            offset: 0,
            bytes,
            issued: inspection.issued.map_or(NO_DATE, days),
            clients: 0,
            kind: inspection.kind,
            status: inspection.status,
            skip: inspection.skip.map_or(0, codes::number),
            flags,
        }
    }

    /// The fact of something that was not read.
    pub fn unread(kind: DocumentKind, code: &str, trouble: bool) -> Self {
        let mut flags = Flags::default();
        flags.set_if(trouble, Flags::TROUBLE);
        Self {
            hash: None,
            identity: [0; 16],
            key: [0; 16],
            number: 0,
            offset: 0,
            bytes: 0,
            issued: NO_DATE,
            clients: 0,
            kind,
            status: Status::Unknown,
            skip: codes::number(code),
            flags,
        }
    }

    /// Whether it is to be sent as it stands.
    pub const fn is_sent(&self) -> bool {
        self.skip == 0 && !self.flags.has(Flags::DUPLICATE) && !self.flags.has(Flags::SUPERSEDED)
    }
}

/// Days since 1970.
pub(super) fn days(date: Date) -> i32 {
    let epoch = jiff::civil::date(1970, 1, 1);
    epoch
        .duration_until(date)
        .as_hours()
        .checked_div(24)
        .and_then(|days| i32::try_from(days).ok())
        .unwrap_or(0)
}

/// A hash of what numbers an issued document: no other may have it.
fn number_of(inspection: &Inspection) -> u64 {
    // What was denied has used its number up, too.
    let issued = matches!(
        inspection.status,
        Status::Authorised | Status::Cancelled | Status::Denied
    );
    let Some(Identity::Key(key)) = &inspection.identity else {
        return 0;
    };
    if !issued || inspection.homologation {
        return 0;
    }
    let half = short(Some(&key.numbering().concat()));
    half.first_chunk()
        .map_or(0, |first| u64::from_le_bytes(*first))
}

/// Half a SHA-256 of a text; of none nothing.
fn short(text: Option<&str>) -> [u8; 16] {
    let mut half = [0; 16];
    if let Some(text) = text {
        half.copy_from_slice(&Sha256::digest(text.as_bytes())[..16]);
    }
    half
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fact_is_small() {
        assert!(size_of::<Fact>() <= 104, "{}", size_of::<Fact>());
    }

    /// Bug: a number that was used up by a denial was not called re-used.
    #[test]
    fn what_was_issued_or_denied_has_used_a_number_up() {
        let key = "35190511222333000181550010000000011000000196";
        let number = |code: &str, environment: &str| {
            let text = format!(
                "<nfeProc><NFe><infNFe Id=\"NFe{key}\"><ide><tpAmb>{environment}</tpAmb></ide></infNFe></NFe><protNFe>\
                 <infProt><chNFe>{key}</chNFe><cStat>{code}</cStat></infProt></protNFe></nfeProc>"
            );
            let inspection = crate::dfe::inspect(text.as_bytes());
            Fact::new(&inspection, ContentHash::of(b""), 0).number
        };
        assert_ne!(number("100", "1"), 0);
        for (code, environment, same) in [
            ("101", "1", true),
            ("301", "1", true),
            ("217", "1", false),
            ("", "1", false),
            ("100", "2", false),
        ] {
            let alike = number(code, environment) == number("100", "1");
            assert_eq!(alike, same, "{code} {environment}");
        }
    }

    #[test]
    fn days_are_counted_from_1970() {
        for (date, count) in [
            (jiff::civil::date(1969, 12, 31), -1),
            (jiff::civil::date(1970, 1, 1), 0),
            (jiff::civil::date(2019, 5, 31), 18_047),
        ] {
            assert_eq!(days(date), count);
        }
    }
}
