//! The codes in the manifest's column `notes` that come from a document itself.

/// What a code does to its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// The row is not to be sent.
    Skip,
    /// The row is to be sent; a person may want to know.
    Note,
}

/// Every code, its effect, and what it says.
pub const NOTES: &[(&str, Effect, &str)] = &[
    (
        "empty",
        Effect::Skip,
        "the file has no bytes, or only blanks",
    ),
    (
        "nul-filled",
        Effect::Skip,
        "the file holds only NULs, as after a power cut",
    ),
    ("too-large", Effect::Skip, "the file is larger than 32 MiB"),
    (
        "html",
        Effect::Skip,
        "a web page, mostly an error page saved as .xml",
    ),
    (
        "doctype",
        Effect::Skip,
        "it has a document type declaration, which no fiscal document has",
    ),
    ("ill-formed", Effect::Skip, "it is not well-formed XML"),
    (
        "too-deep",
        Effect::Skip,
        "its elements lie in each other more than 256 deep",
    ),
    (
        "not-dfe",
        Effect::Skip,
        "well-formed XML, but no fiscal document",
    ),
    (
        "looked-into",
        Effect::Skip,
        "a container: the documents in it have rows of their own",
    ),
    (
        "technical",
        Effect::Skip,
        "a request to a service or its answer",
    ),
    (
        "summary",
        Effect::Skip,
        "a summary (resNFe, resEvento): the document itself is elsewhere",
    ),
    (
        "nfse",
        Effect::Skip,
        "an NFS-e: sent with --clients only, which tell the client's side of it; further codes say what else is in the way",
    ),
    (
        "no-parties",
        Effect::Skip,
        "an NFS-e that names neither provider nor taker by a valid CNPJ or CPF, so that no side of it is known",
    ),
    ("no-route", Effect::Skip, "Zen's API has no route for it"),
    (
        "no-protocol",
        Effect::Skip,
        "without the tax office's answer",
    ),
    (
        "protocol-replaced",
        Effect::Skip,
        "another answer (204, 135, 136, 155) stands where the protocol was: decide by hand",
    ),
    ("not-authorised", Effect::Skip, "the tax office refused it"),
    (
        "homologation",
        Effect::Skip,
        "issued in the test environment",
    ),
    (
        "bad-check-digit",
        Effect::Skip,
        "the access key's check digit is wrong",
    ),
    (
        "no-access-key",
        Effect::Skip,
        "it has no access key, or one that is not of 44 positions",
    ),
    (
        "several-documents",
        Effect::Skip,
        "one file holds several documents: take them apart and plan again",
    ),
    (
        "no-sale",
        Effect::Skip,
        "a cancellation that names no sale by a valid access key",
    ),
    (
        "protocol-other-key",
        Effect::Skip,
        "the protocol is for another access key",
    ),
    (
        "protocols-differ",
        Effect::Skip,
        "the tax office's answers in it say different things: decide by hand",
    ),
    (
        "other-event",
        Effect::Skip,
        "an event of a type that is sent with --events all only",
    ),
    (
        "denied",
        Effect::Note,
        "the tax office denied the operation: a fiscal fact, sent",
    ),
    ("cancelled", Effect::Note, "cancelled within the file"),
    (
        "digest-differs",
        Effect::Note,
        "the protocol's digVal is not the signature's DigestValue",
    ),
    (
        "key-differs-from-fields",
        Effect::Note,
        "state, model, series, number or digit differ from the access key",
    ),
    (
        "issuer-differs-from-key",
        Effect::Note,
        "the issuer is not the one in the access key",
    ),
    (
        "id-differs",
        Effect::Note,
        "its Id lacks its prefix, its key or, of an event, its type and number; the column id has them",
    ),
    (
        "date-outside-key-month",
        Effect::Note,
        "issued in another month than the access key says",
    ),
    (
        "trimmed",
        Effect::Note,
        "NULs, 0x1A or blanks around the document are not sent",
    ),
    (
        "further-protocols",
        Effect::Note,
        "more answers of the tax office stand in it than one: those for its key say the same",
    ),
];
