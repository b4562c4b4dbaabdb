//! Which route takes which document, and in which envelope.

use super::Side;
use crate::dfe::DocumentKind;

/// A route of the API: the last segment of its URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Route {
    /// NF-e and NFC-e.
    Nfe,
    /// Events of NF-e and NFC-e.
    NfeEvent,
    /// CT-e and CT-e simplificado.
    Cte,
    /// Events of CT-e.
    CteEvent,
    /// CT-e OS.
    CteOs,
    /// Events of CT-e OS.
    CteOsEvent,
    /// CF-e SAT.
    Cfe,
    /// Cancellations of CF-e SAT.
    CfeCancel,
    /// NFS-e.
    Nfse,
}

/// What surrounds the documents of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Envelope {
    /// `[{…}, …]`
    Array,
    /// `{"data": [{…}, …]}`
    Data,
    /// A form with the file of one document, and on which side of it the client is.
    Form(Side),
}

/// Which table of routes applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Routes {
    /// The vendor's public API collection.
    #[default]
    Documented,
    /// What the predecessor of this tool sent about a million documents with.
    Legacy,
}

impl Route {
    /// Every route.
    pub const ALL: &[Self] = &[
        Self::Nfe,
        Self::NfeEvent,
        Self::Cte,
        Self::CteEvent,
        Self::CteOs,
        Self::CteOsEvent,
        Self::Cfe,
        Self::CfeCancel,
        Self::Nfse,
    ];

    /// The segment of the URL, as it stands in the manifest.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Nfe => "importarxmlnfearray",
            Self::NfeEvent => "importarxmlnfeeventarray",
            Self::Cte => "importarxmlctearray",
            Self::CteEvent => "importarxmlcteeventarray",
            Self::CteOs => "importarxmlcteosarray",
            Self::CteOsEvent => "importarxmlcteoseventarray",
            Self::Cfe => "importarxmlcfearray",
            Self::CfeCancel => "importarxmlcfeeventarray",
            Self::Nfse => "nfse",
        }
    }

    /// The route of that name, if there is one.
    #[must_use]
    pub fn from_text(text: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|route| route.as_str() == text)
    }

    /// Whether a request to it may hold several documents.
    #[must_use]
    pub const fn takes_batches(self) -> bool {
        !matches!(self, Self::Nfse)
    }

    /// The envelope that the vendor's collection shows for the route, or shows for its like. Of a form it is for each
    /// document to say which side it is about.
    #[must_use]
    pub const fn documented_envelope(self) -> Envelope {
        match self {
            Self::Nfe | Self::Cte | Self::CteOs | Self::Cfe => Envelope::Array,
            Self::NfeEvent | Self::CteEvent | Self::CteOsEvent | Self::CfeCancel => Envelope::Data,
            Self::Nfse => Envelope::Form(Side::Both),
        }
    }
}

impl Envelope {
    /// The word that stands in the manifest's column `envelope`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Array => "array",
            Self::Data => "data",
            Self::Form(_) => "form",
        }
    }

    /// The envelope of documents in JSON that has that word, if there is one.
    #[must_use]
    pub fn from_text(text: &str) -> Option<Self> {
        match text {
            "array" => Some(Self::Array),
            "data" => Some(Self::Data),
            _ => None,
        }
    }
}

impl Routes {
    /// Route and envelope for documents of `kind`; `None` where the API has no route for them.
    #[must_use]
    pub const fn of(self, kind: DocumentKind) -> Option<(Route, Envelope)> {
        use DocumentKind as K;
        let documented = match kind {
            K::Nfe | K::Nfce => Route::Nfe,
            K::NfeEvent => Route::NfeEvent,
            K::Cte | K::CteSimp => Route::Cte,
            K::CteEvent => Route::CteEvent,
            K::CteOs => Route::CteOs,
            K::CteOsEvent => Route::CteOsEvent,
            K::Cfe => Route::Cfe,
            K::CfeCancel => Route::CfeCancel,
            K::Nfse => Route::Nfse,
            _ => return None,
        };
        Some(match self {
            Self::Documented => (documented, documented.documented_envelope()),
            Self::Legacy => match documented {
                Route::Nfe | Route::NfeEvent => (Route::Nfe, Envelope::Array),
                Route::Cte | Route::CteEvent | Route::CteOs | Route::CteOsEvent => {
                    (Route::CteOs, Envelope::Data)
                }
                Route::Cfe | Route::CfeCancel => (Route::Cfe, Envelope::Data),
                // It sent none.
                Route::Nfse => return None,
            },
        })
    }
}
