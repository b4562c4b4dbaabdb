//! The table of verdicts.

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
        date: None,
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
        (429, "", Failed, Sign::Pushback(Patience::default())),
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
fn a_batch_that_comes_back_whole_is_told_apart_in_halves() {
    for (status, split) in [
        (400, true),
        (413, true),
        (422, true),
        (500, true),
        (502, true),
        (429, false),
        (401, true),
        (404, true),
        (405, true),
        (302, true),
    ] {
        let judged = judge(answer(status, ""), &[ONE, TWO]);
        assert_eq!(judged.split, split, "{status}");
        assert_eq!(verdicts(&judged), [Verdict::Failed; 2], "{status}");
    }
}

/// Bug: these were sent again every second for ever, as they were.
#[test]
fn a_batch_of_which_nothing_can_be_read_is_told_apart_in_halves() {
    for body in ["[]", "", "fine", "<html></html>"] {
        let judged = judge(answer(200, body), &[ONE, TWO]);
        assert!(judged.split && !judged.has_entry, "{body}");
        assert!(!judge(answer(200, body), &[ONE]).split, "{body}");
    }
}

/// Bug: a header of the whole request turned the refusals of a batch into accepted documents.
#[test]
fn msg_erro_says_nothing_of_one_document_of_a_batch() {
    let body = format!(
        r#"[{{"Key":"{ONE}","Success":false,"Message":"cliente"}},{{"Key":"{TWO}","Success":true,"Message":"ok"}}]"#
    );
    let mut said = answer(200, &body);
    said.msg_erro = Some("Documento já importado".to_owned());
    let judged = judge(said.clone(), &[ONE, TWO]);
    assert_eq!(verdicts(&judged), [Verdict::Rejected, Verdict::Accepted]);
    for one in &judged.documents {
        assert!(!one.message.starts_with(ALREADY_THERE), "{}", one.message);
    }
    assert_eq!(verdicts(&judge(said.clone(), &[ONE])), [Verdict::Accepted]);
    let judged = judge(said, &[TWO]);
    let message = &judged.documents[0].message;
    assert!(!message.starts_with(ALREADY_THERE), "{message}");
}

#[test]
fn a_success_that_says_so_itself_is_counted_as_already_there() {
    let body = format!(r#"[{{"Key":"{ONE}","Success":true,"Message":"Documento já importado"}}]"#);
    let judged = judge(answer(200, &body), &[ONE]);
    assert_eq!(verdicts(&judged), [Verdict::Accepted]);
    assert!(judged.documents[0].message.starts_with(ALREADY_THERE));
}

/// Bug: with --trust-status an answer that said failure counted as accepted.
#[test]
fn a_status_is_not_trusted_where_the_answer_says_failure() {
    let trusting = Rules {
        trust_status: true,
        ..rules()
    };
    let keys = [ONE, TWO].map(|key| DocumentKeys::new(Some(key), None));
    let other = "41130181452880000139570010000018971536074822";
    for (body, trusted) in [
        ("fine".to_owned(), true),
        (r#"{"Message":"importado"}"#.to_owned(), true),
        (format!(r#"[{{"Key":"{other}","Success":true}}]"#), true),
        (format!(r#"[{{"Key":"{other}","Success":false}}]"#), false),
        (
            r#"[{"Success":false,"Message":"erro interno"}]"#.to_owned(),
            false,
        ),
        (
            r#"{"Erros":["sem acesso"],"CfeImportadas":[]}"#.to_owned(),
            false,
        ),
        (r#"{"error":"sem acesso"}"#.to_owned(), false),
        (r#"{"d":{"Success":"False"}}"#.to_owned(), false),
        (r#"{"error":null,"Erros":[]}"#.to_owned(), true),
    ] {
        let judged = trusting.judge(&Reply::Answered(answer(200, &body)), &keys);
        let verdict = if trusted {
            Verdict::Accepted
        } else {
            Verdict::Unknown
        };
        assert_eq!(verdicts(&judged), [verdict; 2], "{body}");
        assert_eq!(judged.split, !trusted, "{body}");
    }
    let mut said = answer(200, "fine");
    said.msg_erro = Some("sem acesso".to_owned());
    let judged = trusting.judge(&Reply::Answered(said), &keys);
    assert_eq!(verdicts(&judged), [Verdict::Unknown; 2]);
}

#[test]
fn a_4xx_that_speaks_of_the_request_is_told_from_one_that_speaks_of_a_document() {
    for (status, sign) in [
        (400, Sign::Answers),
        (413, Sign::Answers),
        (405, Sign::Refusal(Refusal::NotTaken)),
        (410, Sign::Refusal(Refusal::NotTaken)),
    ] {
        let judged = judge(answer(status, "no"), &[ONE]);
        assert_eq!(judged.sign, sign, "{status}");
        assert_eq!(verdicts(&judged), [Verdict::Rejected], "{status}");
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
    busy.date = Some("Sun, 06 Nov 1994 08:49:37 GMT".to_owned());
    let (retry_after, date) = (busy.retry_after.clone(), busy.date.clone());
    let judged = judge(busy, &[ONE, TWO]);
    assert_eq!(judged.sign, Sign::Pushback(Patience { retry_after, date }));
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
