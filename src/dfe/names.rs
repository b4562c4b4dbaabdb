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
    SignedInfo,
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
    QrCodeSignature,
    Cnpj,
    Cpf,
    Key,
    CStat,
    DigVal,
    TpEvento,
    NSeqEvento,
    DhEvento,
    DocZip,
    Summary,
    Party,
}

/// The names, sorted.
const KNOWN: [(&str, Name); 71] = [
    ("CNPJ", Name::Cnpj),
    ("CPF", Name::Cpf),
    ("DigestValue", Name::DigestValue),
    ("InfNfse", Name::InfNfse),
    ("Reference", Name::Reference),
    ("Signature", Name::Signature),
    ("SignedInfo", Name::SignedInfo),
    ("assinaturaQRCODE", Name::QrCodeSignature),
    ("cDV", Name::CDv),
    ("cStat", Name::CStat),
    ("cUF", Name::CUf),
    ("chBPe", Name::Key),
    ("chCTe", Name::Key),
    ("chDCe", Name::Key),
    ("chMDFe", Name::Key),
    ("chNF3e", Name::Key),
    ("chNFAg", Name::Key),
    ("chNFCom", Name::Key),
    ("chNFGas", Name::Key),
    ("chNFSe", Name::Key),
    ("chNFe", Name::Key),
    ("dEmi", Name::DEmi),
    ("dest", Name::Dest),
    ("dhEmi", Name::DhEmi),
    ("dhEvento", Name::DhEvento),
    ("dhRecbto", Name::DhEvento),
    ("dhRegEvento", Name::DhEvento),
    ("digVal", Name::DigVal),
    ("docZip", Name::DocZip),
    ("emit", Name::Emit),
    ("exped", Name::Party),
    ("ide", Name::Ide),
    ("infBPe", Name::InfBpe),
    ("infCFe", Name::InfCfe),
    ("infCTe", Name::InfCte),
    ("infCTeOS", Name::InfCte),
    ("infCanc", Name::InfCanc),
    ("infCte", Name::InfCte),
    ("infDCe", Name::InfDce),
    ("infEvento", Name::InfEvento),
    ("infGTVe", Name::InfCte),
    ("infInut", Name::InfInut),
    ("infMDFe", Name::InfMdfe),
    ("infNF3e", Name::InfNf3e),
    ("infNFAg", Name::InfNfag),
    ("infNFCom", Name::InfNfcom),
    ("infNFGas", Name::InfNfgas),
    ("infNFSe", Name::InfNfse),
    ("infNFe", Name::InfNfe),
    ("infProt", Name::InfProt),
    ("mod", Name::Mod),
    ("nBP", Name::Number),
    ("nCFe", Name::Number),
    ("nCT", Name::Number),
    ("nDC", Name::Number),
    ("nMDF", Name::Number),
    ("nNF", Name::Number),
    ("nSeqEvento", Name::NSeqEvento),
    ("nserieSAT", Name::NSerieSat),
    ("receb", Name::Party),
    ("rem", Name::Party),
    ("resCTe", Name::Summary),
    ("resEvento", Name::Summary),
    ("resNFe", Name::Summary),
    ("serie", Name::Serie),
    ("toma", Name::Party),
    ("toma04", Name::Party),
    ("toma4", Name::Party),
    ("tomaTerceiro", Name::Party),
    ("tpAmb", Name::TpAmb),
    ("tpEvento", Name::TpEvento),
];

/// For each first letter: where its names begin and end in [`KNOWN`], and as bits the lengths that they have. Of the
/// hundreds of elements in a document a few dozen matter; the others are told by this table alone.
const BY_LETTER: [(usize, usize, u32); 128] = {
    let mut table = [(0, 0, 0); 128];
    let mut index = 0;
    while index < KNOWN.len() {
        let name = KNOWN[index].0.as_bytes();
        let letter = &mut table[name[0] as usize];
        if letter.1 == 0 {
            letter.0 = index;
        }
        letter.1 = index + 1;
        letter.2 |= 1 << name.len();
        index += 1;
    }
    table
};

impl Name {
    /// The value of a local name.
    pub fn of(local: &[u8]) -> Self {
        let first = local.first().copied().unwrap_or_default();
        let Some((from, to, lengths)) = BY_LETTER.get(usize::from(first)) else {
            return Self::Other;
        };
        if local.len() >= 32 || lengths & (1 << local.len()) == 0 {
            return Self::Other;
        }
        KNOWN[*from..*to]
            .iter()
            .find(|(name, _)| name.as_bytes() == local)
            .map_or(Self::Other, |(_, value)| *value)
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

    /// Whether an event, a voiding or a legacy cancellation begins with it, or a summary, which is read like one.
    pub const fn is_event(self) -> bool {
        matches!(
            self,
            Self::InfEvento | Self::InfInut | Self::InfCanc | Self::Summary
        )
    }
}

/// Whether an element of this name holds what was asked for, an answer what came of it.
pub(super) fn is_request(local: &str) -> bool {
    ["evento", "canc", "inut"]
        .iter()
        .any(|start| begins(local, start))
}

/// Whether an element of this name holds an answer, whose signature is not the document's.
pub(super) fn is_answer(local: &str) -> bool {
    ["prot", "ret"].iter().any(|start| begins(local, start))
}

/// Whether `local` begins with `start`, in any letter case.
fn begins(local: &str, start: &str) -> bool {
    let beginning = local.as_bytes().get(..start.len());
    beginning.is_some_and(|beginning| beginning.eq_ignore_ascii_case(start.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_found_and_no_other() {
        assert!(KNOWN.is_sorted_by_key(|(name, _)| *name));
        for (name, value) in KNOWN {
            assert_eq!(Name::of(name.as_bytes()), value, "{name}");
            for other in [&name[1..], &format!("{name}x"), &name.to_ascii_uppercase()] {
                let found = KNOWN.iter().find(|(known, _)| known == &other);
                assert_eq!(
                    Name::of(other.as_bytes()),
                    found.map_or(Name::Other, |(_, value)| *value),
                    "{other}"
                );
            }
        }
        for other in ["", "é", "infNF\u{e9}", &"i".repeat(32), &"i".repeat(1000)] {
            assert_eq!(Name::of(other.as_bytes()), Name::Other, "{other}");
        }
    }
}
