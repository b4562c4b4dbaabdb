//! Our reading of a reply: what became of each document, and what it says of the server. Pure.
//!
//! The table is DESIGN's; what the service is known to do stands in [`crate::zen`].

use crate::zen::{
    AlreadyThere, Answer, DocumentKeys, EntryVerdict, Reply, entries, match_to, words_of_error,
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
    /// It asks for patience: the header `Retry-After`, if it was sent.
    Pushback(Option<String>),
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
            429 => failed(Sign::Pushback(answer.retry_after.clone())),
            503 if answer.retry_after.is_some() => {
                failed(Sign::Pushback(answer.retry_after.clone()))
            }
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
        let documents = matched
            .into_iter()
            .map(|entry| self.judge_entry(entry, answer))
            .collect();
        Judgement {
            sign: if has_entry {
                Sign::Answers
            } else {
                Sign::NoEntries
            },
            documents,
            split: false,
            has_entry,
            http: Some(answer.status),
        }
    }

    fn judge_entry(&self, entry: Option<EntryVerdict>, answer: &Answer) -> DocumentVerdict {
        let Some(entry) = entry else {
            let text = format!("no entry for this document: {}", words(answer));
            return self.without_entry(text);
        };
        let message = with_msg_erro(answer, &entry.message);
        let already = self.already_there.says(&message);
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

    fn judge_unreadable(&self, answer: &Answer, count: usize) -> Judgement {
        let text = words(answer);
        if is_html(answer) {
            let sign = Sign::Refusal(Refusal::NotTheService);
            return whole(sign, Verdict::Failed, Some(answer.status), &text, count);
        }
        let one = self.without_entry(format!("no readable answer: {text}"));
        Judgement {
            sign: Sign::NoEntries,
            documents: vec![one; count],
            split: false,
            has_entry: false,
            http: Some(answer.status),
        }
    }

    /// A document that a 2xx says nothing of.
    fn without_entry(&self, message: String) -> DocumentVerdict {
        DocumentVerdict {
            verdict: if self.trust_status {
                Verdict::Accepted
            } else {
                Verdict::Unknown
            },
            message,
            client: String::new(),
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
        let mut judged = whole(
            Sign::Answers,
            verdict,
            Some(answer.status),
            &message,
            documents.len(),
        );
        judged.split = documents.len() > 1;
        judged
    }
}

/// One verdict for all. A batch that failed whole is sent again in halves, but for what says nothing of it.
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
        split: count > 1 && sign == Sign::Fault,
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
mod tests {
    use super::*;

    const ONE: &str = "35260712ABC34501DE35550010000001231102030403";
    const TWO: &str = "35190511222333000181550010000000011000000010";

    fn rules() -> Rules {
        Rules {
            already_there: AlreadyThere::default(),
            trust_status: false,
        }
    }

    fn answer(status: u16, body: &str) -> Answer {
        Answer {
            status,
            content_type: "application/json; charset=utf-8".to_owned(),
            retry_after: None,
            msg_erro: None,
            body: body.as_bytes().to_vec(),
        }
    }

    fn judge(answer: Answer, keys: &[&str]) -> Judgement {
        let keys: Vec<_> = keys
            .iter()
            .map(|key| DocumentKeys::new(Some(key), None))
            .collect();
        rules().judge(&Reply::Answered(answer), &keys)
    }

    fn verdicts(judged: &Judgement) -> Vec<Verdict> {
        judged.documents.iter().map(|one| one.verdict).collect()
    }

    #[test]
    fn the_table_of_verdicts_for_one_document() {
        use Verdict::{Accepted, Failed, Rejected, Unknown};
        let yes = format!(r#"[{{"Key":"{ONE}","Success":true,"Message":"ok"}}]"#);
        let no = format!(r#"[{{"Key":"{ONE}","Success":false,"Message":"cliente"}}]"#);
        let there = format!(r#"[{{"Key":"{ONE}","Success":false,"Message":"j\u00e1 existe"}}]"#);
        let credentials = Sign::Refusal(Refusal::Credentials);
        for (status, body, verdict, sign) in [
            (200, yes.as_str(), Accepted, Sign::Answers),
            (201, &yes, Accepted, Sign::Answers),
            (200, &no, Rejected, Sign::Answers),
            (200, &there, Accepted, Sign::Answers),
            (200, "[]", Unknown, Sign::NoEntries),
            (200, "", Unknown, Sign::NoEntries),
            (204, "", Unknown, Sign::NoEntries),
            (
                200,
                "<html></html>",
                Failed,
                Sign::Refusal(Refusal::NotTheService),
            ),
            (302, "", Failed, Sign::Refusal(Refusal::NotTheService)),
            (400, &no, Rejected, Sign::Answers),
            (400, "nonsense", Rejected, Sign::Answers),
            (409, &there, Accepted, Sign::Answers),
            (413, "", Rejected, Sign::Answers),
            (415, "", Rejected, Sign::Answers),
            (422, "", Rejected, Sign::Answers),
            (401, "", Failed, credentials.clone()),
            (403, &there, Failed, credentials),
            (404, "", Failed, Sign::Refusal(Refusal::NotFound)),
            (407, "", Failed, Sign::Refusal(Refusal::NotTheService)),
            (408, "", Failed, Sign::Fault),
            (429, "", Failed, Sign::Pushback(None)),
            (500, &there, Failed, Sign::Fault),
            (503, "", Failed, Sign::Fault),
            (101, "", Failed, Sign::Fault),
        ] {
            let judged = judge(answer(status, body), &[ONE]);
            assert_eq!(verdicts(&judged), [verdict], "{status} {body}");
            assert_eq!(judged.sign, sign, "{status} {body}");
            assert!(!judged.split, "{status} {body}");
        }
    }

    #[test]
    fn what_is_there_already_is_accepted_in_whatever_words_the_error_comes() {
        for body in [
            r#"{"Message":"Registro j\u00e1 existe"}"#,
            r#"{"Message":"An error has occurred.","ExceptionMessage":"NF-e j\u00e1 importada"}"#,
            r#""documento j\u00e1 cadastrado""#,
            r#"{"errors":["duplicidade de chave"]}"#,
            "já importado",
        ] {
            let judged = judge(answer(400, body), &[ONE]);
            assert_eq!(verdicts(&judged), [Verdict::Accepted], "{body}");
            let said = &judged.documents[0].message;
            assert!(said.starts_with(ALREADY_THERE), "{said}");
        }
        let mut header = answer(422, "<html><body>erro</body></html>");
        header.msg_erro = Some("Documento já importado".to_owned());
        assert_eq!(verdicts(&judge(header, &[ONE])), [Verdict::Accepted]);
        let two = format!(
            r#"[{{"Key":"{ONE}","Success":false,"Message":"cliente não cadastrado"}},{{"Key":"{ONE}","Success":false,"Message":"já existe"}}]"#
        );
        assert_eq!(
            verdicts(&judge(answer(200, &two), &[ONE])),
            [Verdict::Accepted]
        );
    }

    #[test]
    fn a_batch_that_is_refused_or_fails_whole_is_told_apart_in_halves() {
        for (status, split) in [
            (400, true),
            (413, true),
            (422, true),
            (500, true),
            (502, true),
            (429, false),
            (401, false),
            (404, false),
            (302, false),
        ] {
            let judged = judge(answer(status, ""), &[ONE, TWO]);
            assert_eq!(judged.split, split, "{status}");
            assert_eq!(verdicts(&judged), [Verdict::Failed; 2], "{status}");
        }
    }

    #[test]
    fn a_document_that_an_answer_passes_over_is_unknown() {
        let body = format!(r#"[{{"Key":"{TWO}","Success":true}}]"#);
        let judged = judge(answer(200, &body), &[ONE, TWO]);
        assert_eq!(verdicts(&judged), [Verdict::Unknown, Verdict::Accepted]);
        assert_eq!(judged.sign, Sign::Answers);
        let trusting = Rules {
            trust_status: true,
            ..rules()
        };
        let keys = [DocumentKeys::new(Some(ONE), None)];
        let judged = trusting.judge(&Reply::Answered(answer(200, "fine")), &keys);
        assert_eq!(verdicts(&judged), [Verdict::Accepted]);
    }

    #[test]
    fn what_never_left_has_failed_and_what_left_without_answer_is_unknown() {
        let keys = [DocumentKeys::new(Some(ONE), None)];
        for (certificate, sign) in [
            (false, Sign::Fault),
            (true, Sign::Refusal(Refusal::Certificate)),
        ] {
            let message = "no route".to_owned();
            let reply = Reply::NotReached {
                message,
                certificate,
            };
            let judged = rules().judge(&reply, &keys);
            assert_eq!(verdicts(&judged), [Verdict::Failed]);
            assert_eq!(judged.sign, sign);
        }
        let reply = Reply::NoAnswer {
            message: "reset".to_owned(),
        };
        let judged = rules().judge(&reply, &keys);
        assert_eq!(verdicts(&judged), [Verdict::Unknown]);
        assert_eq!(judged.sign, Sign::Fault);
    }

    #[test]
    fn patience_is_asked_for_by_429_and_by_503_with_a_time() {
        let mut busy = answer(503, "");
        busy.retry_after = Some("7".to_owned());
        let judged = judge(busy, &[ONE, TWO]);
        assert_eq!(judged.sign, Sign::Pushback(Some("7".to_owned())));
        assert!(!judged.split);
    }

    #[test]
    fn the_header_msg_erro_comes_first() {
        let mut said = answer(400, "<html><title>Error</title></html>");
        said.content_type = "text/html".to_owned();
        said.msg_erro = Some(" CNPJ inválido ".to_owned());
        let judged = judge(said, &[ONE]);
        assert_eq!(judged.documents[0].message, "CNPJ inválido; page \"Error\"");
    }
}
