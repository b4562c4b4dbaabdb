//! The names of elements that matter, as small values.

/// A local name; the schemas write it in one letter case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Name {
    Other,
    InfNfe,
    InfCte,
    InfCfe,
    InfMdfe,
    InfBpe,
    InfNf3e,
    InfNfcom,
    InfNfgas,
    InfNfag,
    InfDce,
    InfNfse,
    InfEvento,
    InfInut,
    InfCanc,
    InfProt,
    Signature,
    Reference,
    DigestValue,
    Ide,
    Emit,
    Dest,
    CUf,
    Mod,
    Serie,
    NSerieSat,
    Number,
    CDv,
    DhEmi,
    DEmi,
    TpAmb,
    Cnpj,
    Cpf,
    Key,
    CStat,
    DigVal,
    TpEvento,
    NSeqEvento,
    DhEvento,
}

impl Name {
    /// The value of a local name.
    pub fn of(local: &str) -> Self {
        match local {
            "infNFe" => Self::InfNfe,
            "infCte" | "infCTe" | "infCTeOS" | "infGTVe" => Self::InfCte,
            "infCFe" => Self::InfCfe,
            "infMDFe" => Self::InfMdfe,
            "infBPe" => Self::InfBpe,
            "infNF3e" => Self::InfNf3e,
            "infNFCom" => Self::InfNfcom,
            "infNFGas" => Self::InfNfgas,
            "infNFAg" => Self::InfNfag,
            "infDCe" => Self::InfDce,
            "infNFSe" | "InfNfse" => Self::InfNfse,
            "infEvento" => Self::InfEvento,
            "infInut" => Self::InfInut,
            "infCanc" => Self::InfCanc,
            "infProt" => Self::InfProt,
            "Signature" => Self::Signature,
            "Reference" => Self::Reference,
            "DigestValue" => Self::DigestValue,
            "ide" => Self::Ide,
            "emit" => Self::Emit,
            "dest" => Self::Dest,
            "cUF" => Self::CUf,
            "mod" => Self::Mod,
            "serie" => Self::Serie,
            "nserieSAT" => Self::NSerieSat,
            "nNF" | "nCT" | "nCFe" | "nMDF" | "nBP" | "nDC" => Self::Number,
            "cDV" => Self::CDv,
            "dhEmi" => Self::DhEmi,
            "dEmi" => Self::DEmi,
            "tpAmb" => Self::TpAmb,
            "CNPJ" => Self::Cnpj,
            "CPF" => Self::Cpf,
            "chNFe" | "chCTe" | "chMDFe" | "chBPe" | "chNF3e" | "chNFCom" | "chNFGas"
            | "chNFAg" | "chDCe" | "chNFSe" => Self::Key,
            "cStat" => Self::CStat,
            "digVal" => Self::DigVal,
            "tpEvento" => Self::TpEvento,
            "nSeqEvento" => Self::NSeqEvento,
            "dhEvento" | "dhRegEvento" | "dhRecbto" => Self::DhEvento,
            _ => Self::Other,
        }
    }

    /// Whether a document's own data begins with it.
    pub const fn is_info(self) -> bool {
        matches!(
            self,
            Self::InfNfe
                | Self::InfCte
                | Self::InfCfe
                | Self::InfMdfe
                | Self::InfBpe
                | Self::InfNf3e
                | Self::InfNfcom
                | Self::InfNfgas
                | Self::InfNfag
                | Self::InfDce
                | Self::InfNfse
        )
    }

    /// Whether an event, a voiding or a legacy cancellation begins with it.
    pub const fn is_event(self) -> bool {
        matches!(self, Self::InfEvento | Self::InfInut | Self::InfCanc)
    }
}
