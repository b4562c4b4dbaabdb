//! Whether a document is still what was signed. Told and never judged: about half of the documents in old archives were
//! indented anew by some program, and are none the worse for it.
//!
//! It is asked whether the bytes are those that the certificate in the document has signed, not whether that certificate
//! was anybody's or has expired since.

/// What becomes of a document's own signature (the manifest's column `signature`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Signature {
    /// It is right.
    Valid,
    /// It is right once the blanks between elements are taken out, which somebody has put in.
    ValidIfUnindented,
    /// It is wrong: something was changed, or it is none that can be verified.
    Altered,
    /// There is none.
    Absent,
}

impl Signature {
    /// This build can verify signatures.
    pub const CAN_BE_VERIFIED: bool = cfg!(feature = "signatures");

    /// The one of that word in the manifest, if there is one.
    #[must_use]
    pub fn from_text(text: &str) -> Option<Self> {
        [
            Self::Valid,
            Self::ValidIfUnindented,
            Self::Altered,
            Self::Absent,
        ]
        .into_iter()
        .find(|one| one.as_str() == text)
    }

    /// The word in the manifest.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::ValidIfUnindented => "valid-if-unindented",
            Self::Altered => "altered",
            Self::Absent => "absent",
        }
    }
}

#[cfg(feature = "signatures")]
mod verify {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use bergshamra::{DsigContext, KeysManager};

    use super::Signature;
    use crate::dfe::tags::Tags;
    use crate::dfe::{DocumentKind as K, Inspection};

    /// The signature of the document with that `text`, of which `found` was found. `None`: it is no document.
    #[must_use]
    pub fn signature_of(text: &str, found: &Inspection) -> Option<Signature> {
        let nothing = matches!(
            found.kind,
            K::Summary | K::Container | K::Technical | K::Other | K::Archive | K::Unreadable
        );
        if nothing {
            return None;
        }
        Some(if !found.signed {
            Signature::Absent
        } else if verifies(text) {
            Signature::Valid
        } else {
            let plain = unindented(text);
            if plain.len() < text.len() && verifies(&plain) {
                Signature::ValidIfUnindented
            } else {
                Signature::Altered
            }
        })
    }

    /// Whether the first signature in `text`, which is well-formed, is right by the key that it carries.
    fn verifies(text: &str) -> bool {
        // No document needs anything but itself to be verified, and one that asks for a file of this computer gets none.
        if !Tags::of(text).all(|tag| asks_for_nothing(&text[tag.from..tag.to], tag.element())) {
            return false;
        }
        let context = DsigContext::new_permissive(KeysManager::new()).with_insecure(true);
        // Certificates are made by anybody; whatever one does to the library, the others are still looked at.
        let verified = catch_unwind(AssertUnwindSafe(|| bergshamra::verify(&context, text)));
        verified
            .ok()
            .and_then(Result::ok)
            .is_some_and(|result| result.all_reference_digests_verified())
    }

    /// Whether a tag refers to nothing outside its document.
    fn asks_for_nothing(tag: &str, element: &str) -> bool {
        match element {
            "Reference" => {
                ["URI=\"#", "URI='#"].iter().any(|own| tag.contains(own)) || tag.starts_with("</")
            }
            "RetrievalMethod" => false,
            _ => true,
        }
    }

    /// `text` without the blanks between elements, where nothing else stands between them.
    fn unindented(text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut from = 0;
        let mut opened = false;
        for tag in Tags::of(text) {
            let between = &text[from..tag.from];
            // Blanks that are all there is in an element are its text.
            let is_text = opened && !tag.opens;
            if is_text || !between.trim_ascii().is_empty() {
                out.push_str(between);
            }
            out.push_str(&text[tag.from..tag.to]);
            opened = tag.opens && !tag.closes;
            from = tag.to;
        }
        out.push_str(&text[from..]);
        out
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn only_blanks_between_elements_are_taken_out() {
            for (text, plain) in [
                (
                    "<a>\n  <b> c </b>\r\n  <d/>\n</a>\n",
                    "<a><b> c </b><d/></a>\n",
                ),
                ("<a> <b> </b> </a>", "<a><b> </b></a>"),
                ("<a>x <b/> y</a>", "<a>x <b/> y</a>"),
                ("<a>\n<!-- c -->\n<b/></a>", "<a>\n<!-- c -->\n<b/></a>"),
            ] {
                assert_eq!(unindented(text), plain);
            }
        }

        #[test]
        fn what_refers_to_something_elsewhere_is_not_asked_for() {
            for (inner, fine) in [
                ("<Reference URI=\"#NFe1\"></Reference>", true),
                ("<n:Reference URI='#NFe1'/>", true),
                ("<Reference URI=\"/etc/passwd\"></Reference>", false),
                ("<Reference></Reference>", false),
                ("<RetrievalMethod URI=\"#x\"/>", false),
            ] {
                let mut tags = Tags::of(inner);
                let all = tags.all(|tag| asks_for_nothing(&inner[tag.from..tag.to], tag.element()));
                assert_eq!(all, fine, "{inner}");
            }
        }
    }
}

#[cfg(feature = "signatures")]
pub use verify::signature_of;

/// Without the feature nothing is verified, and nobody can ask for it.
#[cfg(not(feature = "signatures"))]
#[must_use]
pub const fn signature_of(_text: &str, _found: &super::Inspection) -> Option<Signature> {
    None
}
