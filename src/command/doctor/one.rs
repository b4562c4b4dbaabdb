//! One document, chosen by a person: what it is, and what Zen makes of it.

use std::ffi::OsString;
use std::fs;
use std::path::Path;

use super::Finding;
use super::target::Target;
use crate::cli::{DeclarationArg, DoctorArgs};
use crate::command::shell;
use crate::dfe::{self, Inspection};
use crate::plan;
use crate::policy::{ALREADY_THERE, DocumentVerdict, Judgement, Refusal, Rules, Sign, Verdict};
use crate::zen::{
    AlreadyThere, DocumentKeys, HttpTransport, Route, Routes, Transport, body, drop_declaration,
    item,
};

const SUBJECT: &str = "document";

/// A document that can be sent.
struct Sendable {
    route: Route,
    body: Vec<u8>,
    keys: DocumentKeys,
}

pub(super) async fn examine(
    path: &Path,
    args: &DoctorArgs,
    target: &Target,
    sound: bool,
    line: &[OsString],
) -> Result<Vec<Finding>, String> {
    let rules = rules(args)?;
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) => {
            let reason = format!("{} cannot be read: {error}", path.display());
            return Ok(vec![Finding::problem(SUBJECT, reason, "name another")]);
        }
    };
    let inspection = dfe::inspect(&bytes);
    let mut findings = vec![what_it_is(&inspection)];
    let Some(sendable) = sendable(&bytes, &inspection, args) else {
        return Ok(findings);
    };
    if !args.yes {
        let words = line.iter().map(|word| word.to_string_lossy());
        let command = shell::command(words.chain(["--yes".into()]));
        findings.push(Finding::fine(
            SUBJECT,
            format!("not sent; to send it and see what Zen answers: {command}"),
        ));
        return Ok(findings);
    }
    let Ok(Some(token)) = &target.token else {
        findings.push(not_sent("there is no key"));
        return Ok(findings);
    };
    let Some(options) = target.options(args, token.clone()) else {
        findings.push(not_sent("no office was named"));
        return Ok(findings);
    };
    if !sound {
        findings.push(not_sent("there are problems above"));
        return Ok(findings);
    }
    let transport = HttpTransport::new(&options).map_err(|error| error.to_string())?;
    let reply = transport.post(sendable.route, sendable.body).await;
    findings.push(explain(&rules.judge(&reply, &[sendable.keys])));
    Ok(findings)
}

fn rules(args: &DoctorArgs) -> Result<Rules, String> {
    let already_there = match &args.already_there {
        None => AlreadyThere::default(),
        Some(text) => {
            AlreadyThere::new(text).map_err(|error| format!("--already-there: {error}"))?
        }
    };
    Ok(Rules {
        already_there,
        trust_status: false,
    })
}

fn not_sent(reason: &str) -> Finding {
    Finding::problem(SUBJECT, format!("not sent: {reason}"), "mend that first")
}

fn what_it_is(inspection: &Inspection) -> Finding {
    let kind = inspection.kind.as_str();
    if let Some(code) = inspection.skip {
        return Finding::problem(
            SUBJECT,
            format!("{kind}, which plan would skip as {code}: {}", meaning(code)),
            "name another",
        );
    }
    let notes: Vec<_> = inspection.notes.iter().copied().map(meaning).collect();
    let notes = if notes.is_empty() {
        String::new()
    } else {
        format!("; {}", notes.join("; "))
    };
    let status = inspection.status.as_str();
    Finding::fine(
        SUBJECT,
        format!("{kind}, {status}, {}{notes}", inspection.id),
    )
}

fn meaning(code: &str) -> &str {
    let mut all = dfe::NOTES.iter().chain(plan::NOTES);
    all.find(|(one, ..)| *one == code)
        .map_or(code, |(.., words)| words)
}

fn sendable(bytes: &[u8], inspection: &Inspection, args: &DoctorArgs) -> Option<Sendable> {
    if inspection.skip.is_some() {
        return None;
    }
    let (route, envelope) = Routes::Documented.of(inspection.kind)?;
    let decoded = dfe::decode(bytes).ok()?;
    let text = match args.declaration {
        DeclarationArg::Keep => &decoded.text,
        DeclarationArg::Drop => drop_declaration(&decoded.text),
    };
    let mut json = Vec::new();
    item(text, &mut json);
    let own = inspection.access_key.as_ref().map(dfe::AccessKey::as_str);
    let sale = inspection.cancels.as_ref().map(dfe::AccessKey::as_str);
    Some(Sendable {
        route,
        body: body(envelope, &[json]),
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
        return not_sent("there is none");
    };
    let http = judged
        .http
        .map_or_else(String::new, |http| format!(" (HTTP {http})"));
    match verdict {
        Verdict::Accepted if message.starts_with(ALREADY_THERE) => Finding::fine(
            SUBJECT,
            format!("sent{http}; Zen had it already: {message}"),
        ),
        Verdict::Accepted => {
            let client = if client.is_empty() {
                String::new()
            } else {
                format!(" for the client {client}")
            };
            Finding::fine(
                SUBJECT,
                format!("sent, and taken by Zen{client}{http}: {message}. Look at it there"),
            )
        }
        Verdict::Rejected if judged.sign == Sign::Answers => Finding::warning(
            SUBJECT,
            format!("sent, and refused by Zen{http}: {message}"),
            "key and office are right, the document is what Zen does not take: mostly its client is not registered \
             there",
        ),
        Verdict::Rejected | Verdict::Unknown | Verdict::Failed => Finding::problem(
            SUBJECT,
            format!("sent, and not taken{http}: {message}"),
            advice(&judged.sign),
        ),
    }
}

fn advice(sign: &Sign) -> &'static str {
    match sign {
        Sign::Refusal(Refusal::Credentials) => {
            "the key was refused: is it this office's, as Zen shows it, and not blocked by the vendor?"
        }
        Sign::Refusal(Refusal::NotFound | Refusal::NotTaken) => {
            "that address takes no documents: check --office or --base-url"
        }
        Sign::Refusal(Refusal::NotTheService) => {
            "a web page or a redirect came instead of an answer: check --office, and whether a proxy is in the way"
        }
        Sign::Refusal(Refusal::Certificate) => {
            "the certificate is not trusted: check the computer's date"
        }
        Sign::NoEntries | Sign::Answers => {
            "no entry for the document could be read: look in Zen whether it did arrive, and tell who keeps malote"
        }
        Sign::Pushback(_) => "Zen asks for patience: try again later",
        Sign::Fault => "Zen does not work now: try again later",
    }
}
