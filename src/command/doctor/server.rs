//! The office: whether its name resolves, who answers there, and what time it is there.

use crate::zen::Url;
use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;

use super::target::Target;
use super::{Finding, Subject};
use crate::command::words::InWords;
use crate::lang::{Arg, Message, message};
use crate::policy::{Refusal, Rules, Sign};
use crate::zen::{AlreadyThere, DocumentKeys, Knock, Reply, knock};

/// From here on certificates and the records of the journal are not what they say.
const WRONG_CLOCK: SignedDuration = SignedDuration::from_mins(5);

/// A server tells its time in whole seconds, and the answer travels.
const LATE_CLOCK: SignedDuration = SignedDuration::from_secs(30);

pub(super) async fn examine(target: &Target) -> Result<Vec<Finding>, Message> {
    // The key has no part in this, so another stands for it.
    let Some(options) = target.options(SecretString::from("none")) else {
        return Ok(vec![Finding::warning(
            Subject::Office,
            message!("doctor-no-office"),
            message!("doctor-name-office"),
        )]);
    };
    let url = Url::parse(&options.base_url).map_err(Message::plain)?;
    let heard = knock(&options).await.map_err(|error| error.in_words())?;
    let now = Timestamp::now();
    let mut findings = vec![match &heard.reply {
        Reply::Answered(_) => answered(&heard, &url, target),
        Reply::NotReached {
            certificate: true,
            message,
        } => untrusted(&url, message),
        Reply::NotReached { message, .. } => not_reached(&url, message).await,
        Reply::NoAnswer { message } => Finding::problem(
            Subject::Office,
            message!(
                "doctor-no-answer",
                host = host(&url),
                reason = Arg::said(message)
            ),
            message!("doctor-no-answer-advice"),
        ),
    }];
    let asked = now - heard.took;
    findings.extend(
        heard
            .date
            .map(|date| clock(closest(asked, now, date), date)),
    );
    Ok(findings)
}

fn host(url: &Url) -> &str {
    url.host_str().unwrap_or_default()
}

fn untrusted(url: &Url, message: &str) -> Finding {
    Finding::problem(
        Subject::Office,
        message!(
            "doctor-untrusted",
            host = host(url),
            reason = Arg::said(message)
        ),
        message!("doctor-untrusted-advice"),
    )
}

async fn not_reached(url: &Url, message: &str) -> Finding {
    let port = url.port_or_known_default().unwrap_or(443);
    let resolved = tokio::net::lookup_host((host(url), port)).await;
    if resolved.is_ok_and(|mut addresses| addresses.next().is_some()) {
        return Finding::problem(
            Subject::Office,
            message!(
                "doctor-not-reached",
                host = host(url),
                reason = Arg::said(message)
            ),
            message!("doctor-not-reached-advice"),
        );
    }
    Finding::problem(
        Subject::Office,
        message!("doctor-no-such-name", host = host(url)),
        message!("doctor-no-such-name-advice"),
    )
}

/// What an answer without a key tells. Its page may well be the page to log in at.
fn answered(heard: &Knock, url: &Url, target: &Target) -> Finding {
    if target.is_sandbox() {
        return Finding::fine(Subject::Office, message!("doctor-sandbox-answers"));
    }
    let host = host(url);
    let rules = Rules {
        already_there: AlreadyThere::default(),
        trust_status: false,
    };
    let judged = rules.judge(&heard.reply, &[DocumentKeys::default()]);
    let status = judged.http.unwrap_or_default();
    let said = judged
        .documents
        .first()
        .map_or("", |one| one.message.as_str());
    if let Some(other) = &heard.elsewhere {
        return Finding::warning(
            Subject::Office,
            message!("doctor-leads-on", host = host, other = other, http = status,),
            message!("doctor-leads-on-advice"),
        );
    }
    match judged.sign {
        _ if status == 407 => Finding::problem(
            Subject::Office,
            message!("doctor-proxy"),
            message!("doctor-proxy-advice"),
        ),
        Sign::Refusal(Refusal::NotFound) if target.is_office => Finding::problem(
            Subject::Office,
            message!("doctor-unknown-office", host = host, said = Arg::said(said)),
            message!("doctor-unknown-office-advice"),
        ),
        Sign::Fault | Sign::Pushback(_) => Finding::warning(
            Subject::Office,
            message!(
                "doctor-faulty",
                host = host,
                http = status,
                said = Arg::said(said)
            ),
            message!("doctor-faulty-advice"),
        ),
        _ => Finding::fine(Subject::Office, {
            let millis = heard.took.as_millis().to_string();
            match url.scheme() {
                "https" => message!(
                    "doctor-answers",
                    host = host,
                    millis = millis,
                    http = status,
                    said = Arg::said(said),
                ),
                _ => message!(
                    "doctor-answers-here",
                    host = host,
                    millis = millis,
                    http = status,
                    said = Arg::said(said),
                ),
            }
        }),
    }
}

/// What this computer's clock showed when the server told `date`, as near to it as it can have been: the answer came at
/// some moment between `asked` and `now`, and a body may have been waited for in vain after it.
fn closest(asked: Timestamp, now: Timestamp, date: Timestamp) -> Timestamp {
    date.clamp(asked, now.max(asked))
}

fn clock(now: Timestamp, server: Timestamp) -> Finding {
    let off = server.duration_until(now);
    let seconds = off.abs().as_secs().unsigned_abs();
    let words = if off.is_negative() {
        message!("doctor-clock-slow", seconds = seconds)
    } else {
        message!("doctor-clock-fast", seconds = seconds)
    };
    let advice = if cfg!(windows) {
        message!("doctor-set-clock-windows")
    } else {
        message!("doctor-set-clock")
    };
    if off.abs() > WRONG_CLOCK {
        Finding::problem(Subject::Clock, words, advice)
    } else if off.abs() > LATE_CLOCK {
        Finding::warning(Subject::Clock, words, advice)
    } else {
        Finding::fine(Subject::Clock, message!("doctor-clock-agrees"))
    }
}

#[cfg(test)]
mod tests {
    use super::super::Grade;
    use super::*;

    /// Bug: where the rest of an answer was waited for in vain, this computer's clock was called fast for as long.
    #[test]
    fn a_slow_answer_makes_no_wrong_clock() {
        let at = |second: i64| Timestamp::from_second(1_800_000_000 + second).unwrap();
        for (date, seen) in [(0, 0), (12, 12), (30, 30), (-50, 0), (90, 30)] {
            assert_eq!(closest(at(0), at(30), at(date)), at(seen), "{date}");
        }
    }

    #[test]
    fn a_clock_may_be_half_a_minute_off() {
        let server: Timestamp = "2026-11-25T20:00:00Z".parse().unwrap();
        for (seconds, grade) in [
            (0, Grade::Fine),
            (30, Grade::Fine),
            (-31, Grade::Warning),
            (300, Grade::Warning),
            (301, Grade::Problem),
            (-86_400, Grade::Problem),
        ] {
            let now = server + SignedDuration::from_secs(seconds);
            assert_eq!(clock(now, server).grade, grade, "{seconds}");
        }
    }
}
