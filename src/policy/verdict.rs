//! Our reading of a reply: what became of each document, and what it says of the server. Pure.
//!
//! The table is DESIGN's; what the service is known to do stands in [`crate::zen`].

use crate::zen::{
    AlreadyThere, Answer, DocumentKeys, EntryVerdict, Reply, entries, match_to, says_failure,
    words_of_error,
};

/// What became of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The server has it.
    Accepted,
    /// The server refused this document.
    Rejected,
    /// Answered with a fault, or not reached.
    Failed,
    /// The request left, no usable answer came.
    Unknown,
}

/// What became of a document, with the server's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentVerdict {
    /// What became of it.
    pub verdict: Verdict,
    /// The server's words, or ours.
    pub message: String,
    /// The CNPJ that the answer named.
    pub client: String,
}

/// What turns a request away before the service has looked at a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// 401 or 403.
    Credentials,
    /// 404.
    NotFound,
    /// HTML or a redirect: a login page, a proxy.
    NotTheService,
    /// The certificate is not trusted.
    Certificate,
    /// A 4xx that speaks of the request and not of a document: 405 and its like.
    NotTaken,
}

/// How a server asks for patience.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Patience {
    /// The header `Retry-After`, if it was sent.
    pub retry_after: Option<String>,
    /// The header `Date`, if it was sent.
    pub date: Option<String>,
}

/// What a reply says of the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sign {
    /// It is there and answers.
    Answers,
    /// It answered 2xx without an entry for any document.
    NoEntries,
    /// A fault that may be server-wide.
    Fault,
    /// It asks for patience.
    Pushback(Patience),
    /// It turned the request away.
    Refusal(Refusal),
}

/// A reply, judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// What it says of the server.
    pub sign: Sign,
    /// What became of each document, in the order of the request.
    pub documents: Vec<DocumentVerdict>,
    /// The request was refused whole and is sent again in halves.
    pub split: bool,
    /// A document had an entry.
    pub has_entry: bool,
    /// HTTP status, where there was one.
    pub http: Option<u16>,
}

/// What the operator may change about judging.
#[derive(Debug)]
pub struct Rules {
    /// How the server says that it has a document already.
    pub already_there: AlreadyThere,
    /// A 2xx without an entry for a document counts as accepted.
    pub trust_status: bool,
}

/// How the journal's message of an accepted document begins where the server had it already.
pub const ALREADY_THERE: &str = "already-there";

/// At most so much of a body that is no answer goes into a message.
const SNIPPET_CHARS: usize = 300;

impl Rules {
    /// Judges `reply` to a request that held `documents`.
    #[must_use]
    pub fn judge(&self, reply: &Reply, documents: &[DocumentKeys]) -> Judgement {
        match reply {
            Reply::Answered(answer) => self.judge_answer(answer, documents),
            Reply::NotReached {
                message,
                certificate,
            } => {
                let sign = if *certificate {
                    Sign::Refusal(Refusal::Certificate)
                } else {
                    Sign::Fault
                };
                whole(sign, Verdict::Failed, None, message, documents.len())
            }
            Reply::NoAnswer { message } => whole(
                Sign::Fault,
                Verdict::Unknown,
                None,
                message,
                documents.len(),
            ),
        }
    }

    fn judge_answer(&self, answer: &Answer, documents: &[DocumentKeys]) -> Judgement {
        let failed = |sign| {
            let text = words(answer);
            whole(
                sign,
                Verdict::Failed,
                Some(answer.status),
                &text,
                documents.len(),
            )
        };
        match answer.status {
            200..=299 => self.judge_success(answer, documents),
            401 | 403 => failed(Sign::Refusal(Refusal::Credentials)),
            404 => failed(Sign::Refusal(Refusal::NotFound)),
            // 407 is a proxy's, never the service's.
            300..=399 | 407 => failed(Sign::Refusal(Refusal::NotTheService)),
            429 => failed(Sign::Pushback(patience(answer))),
            503 if answer.retry_after.is_some() => failed(Sign::Pushback(patience(answer))),
            408 | 500..=599 => failed(Sign::Fault),
            400..=499 => self.judge_client_error(answer, documents),
            _ => failed(Sign::Fault),
        }
    }

    fn judge_success(&self, answer: &Answer, documents: &[DocumentKeys]) -> Judgement {
        let Some(entries) = entries(&answer.body) else {
            return self.judge_unreadable(answer, documents.len());
        };
        let matched = match_to(documents, &entries);
        let has_entry = matched.iter().any(Option::is_some);
        let alone = documents.len() == 1;
        let trusted = self.trusts(answer);
        let documents: Vec<_> = matched
            .into_iter()
            .map(|entry| {
                if let Some(entry) = entry {
                    self.judge_entry(entry, answer, alone)
                } else {
                    let text = format!("no entry for this document: {}", words(answer));
                    without_entry(trusted, text)
                }
            })
            .collect();
        Judgement {
            sign: if has_entry {
                Sign::Answers
            } else {
                Sign::NoEntries
            },
            split: !alone && !has_entry && !trusted,
            documents,
            has_entry,
            http: Some(answer.status),
        }
    }

    /// The header `MsgErro` speaks of the request: of a document only where it was `alone` in it.
    fn judge_entry(&self, entry: EntryVerdict, answer: &Answer, alone: bool) -> DocumentVerdict {
        let message = with_msg_erro(answer, &entry.message);
        let already = self.already_there.says(&entry.message)
            || (alone && !entry.success && self.already_there.says(&message));
        let (verdict, message) = match (entry.success, already) {
            (_, true) => (Verdict::Accepted, format!("{ALREADY_THERE}: {message}")),
            (true, false) => (Verdict::Accepted, message),
            (false, false) => (Verdict::Rejected, message),
        };
        DocumentVerdict {
            verdict,
            message,
            client: entry.client,
        }
    }

    /// Whether a 2xx counts for documents that it says nothing of: not where it says that anything failed.
    fn trusts(&self, answer: &Answer) -> bool {
        self.trust_status && answer.msg_erro.is_none() && !says_failure(&answer.body)
    }

    fn judge_unreadable(&self, answer: &Answer, count: usize) -> Judgement {
        let text = words(answer);
        if is_html(answer) {
            let sign = Sign::Refusal(Refusal::NotTheService);
            return whole(sign, Verdict::Failed, Some(answer.status), &text, count);
        }
        let trusted = self.trusts(answer);
        let one = without_entry(trusted, format!("no readable answer: {text}"));
        Judgement {
            sign: Sign::NoEntries,
            documents: vec![one; count],
            split: count > 1 && !trusted,
            has_entry: false,
            http: Some(answer.status),
        }
    }

    /// 400, 413, 415, 422 and their like: a single document is refused, a batch is told apart.
    fn judge_client_error(&self, answer: &Answer, documents: &[DocumentKeys]) -> Judgement {
        let message = words(answer);
        let (verdict, message) = if documents.len() > 1 {
            (Verdict::Failed, message)
        } else if self.already_there.says(&message) {
            (Verdict::Accepted, format!("{ALREADY_THERE}: {message}"))
        } else {
            (Verdict::Rejected, message)
        };
        let sign = if matches!(answer.status, 400 | 409 | 413 | 415 | 422) {
            Sign::Answers
        } else {
            Sign::Refusal(Refusal::NotTaken)
        };
        let http = Some(answer.status);
        whole(sign, verdict, http, &message, documents.len())
    }
}

fn patience(answer: &Answer) -> Patience {
    Patience {
        retry_after: answer.retry_after.clone(),
        date: answer.date.clone(),
    }
}

/// A document that a 2xx says nothing of.
fn without_entry(trusted: bool, message: String) -> DocumentVerdict {
    DocumentVerdict {
        verdict: if trusted {
            Verdict::Accepted
        } else {
            Verdict::Unknown
        },
        message,
        client: String::new(),
    }
}

/// One verdict for all. A batch that came back whole is sent again in halves, to tell a bad document from a bad batch,
/// but for what asks for patience only.
fn whole(
    sign: Sign,
    verdict: Verdict,
    http: Option<u16>,
    message: &str,
    count: usize,
) -> Judgement {
    let one = DocumentVerdict {
        verdict,
        message: message.to_owned(),
        client: String::new(),
    };
    Judgement {
        split: count > 1 && !matches!(sign, Sign::Pushback(_)),
        sign,
        documents: vec![one; count],
        has_entry: false,
        http,
    }
}

/// `MsgErro` first where it was sent, then what the body says.
fn words(answer: &Answer) -> String {
    let body = String::from_utf8_lossy(&answer.body[..answer.body.len().min(16 * 1024)]);
    let said: Vec<String> = entries(&answer.body)
        .unwrap_or_default()
        .into_iter()
        .map(|entry| entry.message)
        .filter(|message| !message.is_empty())
        .take(5)
        .collect();
    let text = if !said.is_empty() {
        said.join("; ")
    } else if let Some(said) = words_of_error(&answer.body) {
        snippet(&said)
    } else if is_html(answer) {
        html_text(&body)
    } else {
        snippet(&body)
    };
    let text = with_msg_erro(answer, &text);
    if text.is_empty() {
        format!("HTTP {}, no words", answer.status)
    } else {
        text
    }
}

fn with_msg_erro(answer: &Answer, text: &str) -> String {
    match answer.msg_erro.as_deref().map(str::trim) {
        Some(reason) if text.is_empty() || text == reason => reason.to_owned(),
        Some(reason) => format!("{reason}; {text}"),
        None => text.to_owned(),
    }
}

fn is_html(answer: &Answer) -> bool {
    let start = answer.body.trim_ascii_start();
    let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start);
    answer.content_type.to_ascii_lowercase().contains("html")
        || start.trim_ascii_start().first() == Some(&b'<')
}

/// The title of a page, or else its text without tags.
fn html_text(page: &str) -> String {
    let lower = page.to_ascii_lowercase();
    let title = lower.find("<title").and_then(|start| {
        let from = start + lower[start..].find('>')? + 1;
        let to = from + lower[from..].find("</title")?;
        Some(snippet(&page[from..to]))
    });
    match title {
        Some(title) if !title.is_empty() => format!("page \"{title}\""),
        _ => {
            let mut text = String::with_capacity(page.len());
            let mut inside = false;
            for letter in page.chars() {
                match letter {
                    '<' => inside = true,
                    '>' => {
                        inside = false;
                        text.push(' ');
                    }
                    _ if !inside => text.push(letter),
                    _ => {}
                }
            }
            snippet(&text)
        }
    }
}

/// The beginning, with every run of blanks as one.
fn snippet(text: &str) -> String {
    let mut out = String::new();
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
        if out.chars().count() > SNIPPET_CHARS {
            return out.chars().take(SNIPPET_CHARS).chain(['…']).collect();
        }
    }
    out
}

#[cfg(test)]
mod tests;
