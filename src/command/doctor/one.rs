//! One document, chosen by a person: what it is, and what Zen makes of it.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::Path;

use super::target::Target;
use super::{Finding, Subject};
use crate::cli::{DeclarationArg, DoctorArgs, SideArg};
use crate::command::shell;
use crate::command::words::InWords;
use crate::config;
use crate::dfe::{self, DocumentKind, Inspection};
use crate::lang::{Arg, Message, message};
use crate::policy::{ALREADY_THERE, DocumentVerdict, Judgement, Refusal, Rules, Sign, Verdict};
use crate::zen::{
    Body, DocumentKeys, FileField, HttpTransport, Route, Routes, Side, Transport, drop_declaration,
    form, item,
};

/// A document that can be sent.
struct Sendable {
    route: Route,
    body: Body,
    keys: DocumentKeys,
}

pub(super) async fn examine(
    path: &Path,
    args: &DoctorArgs,
    target: &Target,
    sound: bool,
    line: &[OsString],
    manner: &Manner,
) -> Result<Vec<Finding>, Message> {
    let Manner { rules, field } = manner;
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) => {
            let reason = message!("doctor-unreadable", path = path.display(), error = &error);
            let advice = message!("doctor-name-another");
            return Ok(vec![Finding::problem(Subject::Document, reason, advice)]);
        }
    };
    let inspection = dfe::inspect(&bytes);
    let mut findings = vec![what_it_is(&inspection, args.side)];
    let Some(sendable) = sendable(&bytes, &inspection, args, field) else {
        return Ok(findings);
    };
    if !args.yes {
        let words = line.iter().map(OsString::as_os_str);
        let command = shell::command(words.chain([OsStr::new("--yes")]));
        findings.push(Finding::fine(
            Subject::Document,
            message!("doctor-to-send", command = command),
        ));
        return Ok(findings);
    }
    let Ok(Some(token)) = &target.token else {
        findings.push(not_sent(message!("doctor-not-sent-no-key")));
        return Ok(findings);
    };
    let Some(options) = target.options(token.clone()) else {
        findings.push(not_sent(message!("doctor-not-sent-no-office")));
        return Ok(findings);
    };
    if !sound {
        findings.push(not_sent(message!("doctor-not-sent-problems")));
        return Ok(findings);
    }
    let transport = HttpTransport::new(&options).map_err(|error| error.in_words())?;
    let reply = transport.post(sendable.route, sendable.body).await;
    findings.push(explain(&rules.judge(&reply, &[sendable.keys])));
    Ok(findings)
}

/// How a document is sent and its answer read.
pub(super) struct Manner {
    rules: Rules,
    field: FileField,
}

impl Manner {
    /// As `args` say, whether there is a document or not.
    ///
    /// # Errors
    /// What a run would refuse, too.
    pub fn new(args: &DoctorArgs) -> Result<Self, Message> {
        let already_there = args.already_there.as_deref();
        let already_there = already_there.map(config::already_there_as).transpose();
        let field = config::file_field(&args.form.nfse_field);
        Ok(Self {
            rules: Rules {
                already_there: already_there
                    .map_err(|error| error.in_words())?
                    .unwrap_or_default(),
                trust_status: false,
            },
            field: field.map_err(|error| error.in_words())?,
        })
    }
}

fn not_sent(words: Message) -> Finding {
    Finding::problem(Subject::Document, words, message!("doctor-mend-first"))
}

fn what_it_is(inspection: &Inspection, side: Option<SideArg>) -> Finding {
    let kind = inspection.kind.as_str();
    if inspection.awaits_side && side.is_none() {
        return Finding::problem(
            Subject::Document,
            message!("doctor-nfse"),
            message!("doctor-nfse-advice"),
        );
    }
    if let Some(code) = why_not(inspection) {
        return Finding::problem(
            Subject::Document,
            message!(
                "doctor-skipped",
                kind = kind,
                code = code,
                meaning = Message::of_note(code),
            ),
            message!("doctor-name-another"),
        );
    }
    let status = inspection.status.as_str();
    // An NFS-e of many cities has no Id.
    let words = [kind, status, &inspection.id];
    let words: Vec<_> = words.into_iter().filter(|word| !word.is_empty()).collect();
    let words = Message::plain(words.join(", "));
    let noted = |words, note: &&'static str| {
        message!(
            "doctor-noted",
            document = words,
            note = Message::of_note(note)
        )
    };
    Finding::fine(
        Subject::Document,
        inspection.notes.iter().fold(words, noted),
    )
}

/// The code for which it is not sent. Of an NFS-e the first only says that its side is not known from the document.
fn why_not(inspection: &Inspection) -> Option<&'static str> {
    if inspection.kind == DocumentKind::Nfse {
        let waits = inspection.awaits_side;
        return inspection.skip.filter(|_| !waits).map(|code| {
            // What else is in the way says more.
            inspection.notes.first().copied().unwrap_or(code)
        });
    }
    inspection.skip
}

/// An NFS-e, which travels as the file that it is.
fn as_file(bytes: &[u8], side: SideArg, field: &FileField) -> Option<Sendable> {
    let side = match side {
        SideArg::Received => Side::Received,
        SideArg::Issued => Side::Issued,
        SideArg::Both => Side::Both,
    };
    let decoded = dfe::decode(bytes).ok()?;
    Some(Sendable {
        route: Route::Nfse,
        body: form(side, field, dfe::trimmed(bytes, &decoded)).into(),
        keys: DocumentKeys::any(),
    })
}

fn sendable(
    bytes: &[u8],
    inspection: &Inspection,
    args: &DoctorArgs,
    field: &FileField,
) -> Option<Sendable> {
    if inspection.awaits_side {
        return as_file(bytes, args.side?, field);
    }
    if inspection.skip.is_some() {
        return None;
    }
    let (route, envelope) = Routes::Documented.of(inspection.kind)?;
    let decoded = dfe::decode(bytes).ok()?;
    let text = match args.form.declaration {
        DeclarationArg::Keep => &decoded.text,
        DeclarationArg::Drop => drop_declaration(&decoded.text),
    };
    let mut json = Vec::new();
    item(envelope, text, &mut json);
    let own = inspection.access_key.as_ref().map(dfe::AccessKey::as_str);
    let sale = inspection.cancels.as_ref().map(dfe::AccessKey::as_str);
    Some(Sendable {
        route,
        body: Body::new(envelope, vec![json]),
        keys: DocumentKeys::new(own, sale),
    })
}

/// What the answer means, in words.
fn explain(judged: &Judgement) -> Finding {
    let Some(DocumentVerdict {
        verdict,
        message,
        client,
    }) = judged.documents.first()
    else {
        return not_sent(message!("doctor-not-sent-none"));
    };
    // Where nothing answered there is no status, and its place stays empty.
    let http = judged.http.map_or(Message::plain(""), |http| {
        message!("doctor-status", http = http)
    });
    match verdict {
        Verdict::Accepted if message.starts_with(ALREADY_THERE) => Finding::fine(
            Subject::Document,
            message!(
                "doctor-was-there",
                http = http,
                said = Arg::said(behind(message))
            ),
        ),
        // The answer to an NFS-e has no words where all is well.
        Verdict::Accepted if client.is_empty() && message.is_empty() => Finding::fine(
            Subject::Document,
            message!("doctor-taken-without-words", http = http),
        ),
        Verdict::Accepted if client.is_empty() => Finding::fine(
            Subject::Document,
            message!("doctor-taken", http = http, said = Arg::said(message)),
        ),
        Verdict::Accepted => Finding::fine(
            Subject::Document,
            message!(
                "doctor-taken-for",
                client = client,
                http = http,
                said = Arg::said(message),
            ),
        ),
        Verdict::Rejected if judged.sign == Sign::Answers => Finding::warning(
            Subject::Document,
            message!("doctor-refused", http = http, said = Arg::said(message)),
            if judged.has_entry {
                message!("doctor-refused-advice")
            } else {
                message!("doctor-refused-whole-advice")
            },
        ),
        Verdict::Rejected | Verdict::Unknown | Verdict::Failed => Finding::problem(
            Subject::Document,
            message!("doctor-not-taken", http = http, said = Arg::said(message)),
            advice(&judged.sign),
        ),
    }
}

/// The server's own words, behind the mark that it had the document already.
fn behind(message: &str) -> &str {
    let said = message.strip_prefix(ALREADY_THERE).unwrap_or(message);
    said.trim_start_matches([':', ' '])
}

fn advice(sign: &Sign) -> Message {
    match sign {
        Sign::Refusal(Refusal::Credentials) => message!("doctor-advice-credentials"),
        Sign::Refusal(Refusal::NotFound | Refusal::NotTaken) => {
            message!("doctor-advice-address")
        }
        Sign::Refusal(Refusal::NotTheService) => message!("doctor-advice-page"),
        Sign::Refusal(Refusal::Certificate) => message!("doctor-advice-certificate"),
        Sign::NoEntries | Sign::Answers => message!("doctor-advice-no-entry"),
        Sign::Pushback(_) => message!("doctor-advice-patience"),
        Sign::Fault => message!("doctor-advice-fault"),
    }
}
