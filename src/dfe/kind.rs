//! What a document is and what the tax office said of it.

use std::fmt;

macro_rules! text_enum {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum $name { $($(#[$doc])* $variant,)* }

        impl $name {
            /// Every value, in the order of declaration.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The text that stands in the manifest.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }

            /// The value whose text is `text`, if any.
            #[must_use]
            pub fn from_text(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$variant),)* _ => None }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }
    };
}

text_enum! {
    /// The kind of a fiscal document, by its root element and model (the manifest's column `kind`).
    DocumentKind {
        /// NF-e, model 55.
        Nfe = "nfe",
        /// NFC-e, model 65.
        Nfce = "nfce",
        /// CT-e, model 57.
        Cte = "cte",
        /// CT-e simplificado, model 57.
        CteSimp = "cte-simp",
        /// CT-e OS, model 67.
        CteOs = "cte-os",
        /// GTV-e, model 64.
        Gtve = "gtve",
        /// MDF-e, model 58.
        Mdfe = "mdfe",
        /// CF-e SAT, model 59.
        Cfe = "cfe",
        /// Cancellation of a CF-e SAT (`CFeCanc`).
        CfeCancel = "cfe-cancel",
        /// BP-e, model 63.
        Bpe = "bpe",
        /// NF3e, model 66.
        Nf3e = "nf3e",
        /// NFCom, model 62.
        Nfcom = "nfcom",
        /// NFGas, model 76.
        Nfgas = "nfgas",
        /// NFAg, model 75.
        Nfag = "nfag",
        /// DC-e, model 99.
        Dce = "dce",
        /// Event of an NF-e or NFC-e.
        NfeEvent = "nfe-event",
        /// Event of a CT-e of model 57.
        CteEvent = "cte-event",
        /// Event of a CT-e OS.
        CteOsEvent = "cte-os-event",
        /// Event of a GTV-e.
        GtveEvent = "gtve-event",
        /// Event of an MDF-e.
        MdfeEvent = "mdfe-event",
        /// Event of a BP-e.
        BpeEvent = "bpe-event",
        /// Event of an NF3e.
        Nf3eEvent = "nf3e-event",
        /// Event of an NFCom.
        NfcomEvent = "nfcom-event",
        /// Event of an NFGas.
        NfgasEvent = "nfgas-event",
        /// Event of an NFAg.
        NfagEvent = "nfag-event",
        /// Event of a DC-e.
        DceEvent = "dce-event",
        /// Voided numbers of NF-e or NFC-e (inutilização).
        NfeVoid = "nfe-void",
        /// Voided numbers of CT-e.
        CteVoid = "cte-void",
        /// NF-e cancelled by the layout before events (`procCancNFe`).
        NfeLegacyCancel = "nfe-legacy-cancel",
        /// CT-e cancelled by the layout before events (`procCancCTe`).
        CteLegacyCancel = "cte-legacy-cancel",
        /// NFS-e, national or municipal.
        Nfse = "nfse",
        /// Summary of a document or event (`resNFe`, `resEvento`).
        Summary = "summary",
        /// Answer of the tax office that carries documents (`retDistDFeInt`).
        Container = "container",
        /// Request to or answer of a service, not a document.
        Technical = "technical",
        /// Well-formed XML that is no fiscal document.
        Other = "other",
        /// An archive file such as `.zip` or `.rar`.
        Archive = "archive",
        /// What could not be read as XML.
        Unreadable = "unreadable",
    }
}

impl DocumentKind {
    /// Whether it is a document with an access key of its own, of which summaries, events and answers tell.
    #[must_use]
    pub const fn is_document(self) -> bool {
        matches!(
            self,
            Self::Nfe
                | Self::Nfce
                | Self::Cte
                | Self::CteSimp
                | Self::CteOs
                | Self::Gtve
                | Self::Mdfe
                | Self::Cfe
                | Self::Bpe
                | Self::Nf3e
                | Self::Nfcom
                | Self::Nfgas
                | Self::Nfag
                | Self::Dce
                | Self::Nfse
        )
    }

    /// Whether it tells of another document that must be booked first: an event or a cancellation.
    #[must_use]
    pub const fn follows_its_note(self) -> bool {
        matches!(
            self,
            Self::CfeCancel
                | Self::NfeEvent
                | Self::CteEvent
                | Self::CteOsEvent
                | Self::GtveEvent
                | Self::MdfeEvent
                | Self::BpeEvent
                | Self::Nf3eEvent
                | Self::NfcomEvent
                | Self::NfgasEvent
                | Self::NfagEvent
                | Self::DceEvent
                | Self::NfeLegacyCancel
                | Self::CteLegacyCancel
        )
    }
}

text_enum! {
    /// What the tax office said of a document (the manifest's column `status`).
    Status {
        /// Nothing is known.
        Unknown = "",
        /// Authorised (autorizado).
        Authorised = "authorised",
        /// Authorised, and cancelled since (cancelado).
        Cancelled = "cancelled",
        /// Denied (denegado): a fiscal fact of its own.
        Denied = "denied",
        /// Refused, or never answered.
        NotAuthorised = "not-authorised",
    }
}
