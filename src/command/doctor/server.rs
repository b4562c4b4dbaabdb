//! The office: whether its name resolves, who answers there, and what time it is there.

use crate::zen::Url;
use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;

use super::Finding;
use super::target::Target;
use crate::cli::DoctorArgs;
use crate::policy::{Refusal, Rules, Sign};
use crate::zen::{AlreadyThere, DocumentKeys, Knock, Reply, knock};

const SUBJECT: &str = "office";

/// From here on certificates and the records of the journal are not what they say.
const WRONG_CLOCK: SignedDuration = SignedDuration::from_mins(5);

/// A server tells its time in whole seconds, and the answer travels.
const LATE_CLOCK: SignedDuration = SignedDuration::from_secs(30);

pub(super) async fn examine(args: &DoctorArgs, target: &Target) -> Result<Vec<Finding>, String> {
    // The key has no part in this, so another stands for it.
    let Some(options) = target.options(args, SecretString::from("none")) else {
        return Ok(vec![Finding::warning(
            SUBJECT,
            "not looked at: none was named",
            "say which with --office NAME (or --base-url URL, or --sandbox to try)",
        )]);
    };
    let url = Url::parse(&options.base_url).map_err(|error| error.to_string())?;
    let heard = knock(&options).await.map_err(|error| error.to_string())?;
    let now = Timestamp::now();
    let mut findings = vec![match &heard.reply {
        Reply::Answered(_) => answered(&heard, &url, target),
        Reply::NotReached {
            certificate: true,
            message,
        } => untrusted(&url, message),
        Reply::NotReached { message, .. } => not_reached(&url, message).await,
        Reply::NoAnswer { message } => Finding::problem(
            SUBJECT,
            format!("{} does not answer: {message}", host(&url)),
            "try again; if it stays so, ask whoever keeps the network whether a firewall or a proxy is in the way",
        ),
    }];
    findings.extend(heard.date.map(|date| clock(now, date)));
    Ok(findings)
}

fn host(url: &Url) -> &str {
    url.host_str().unwrap_or_default()
}

fn untrusted(url: &Url, message: &str) -> Finding {
    Finding::problem(
        SUBJECT,
        format!("the certificate of {} is not trusted: {message}", host(url)),
        "check the computer's date; where a proxy or an antivirus opens encrypted connections, let it leave this \
         host alone",
    )
}

async fn not_reached(url: &Url, message: &str) -> Finding {
    let port = url.port_or_known_default().unwrap_or(443);
    let resolved = tokio::net::lookup_host((host(url), port)).await;
    if resolved.is_ok_and(|mut addresses| addresses.next().is_some()) {
        return Finding::problem(
            SUBJECT,
            format!("{} cannot be reached: {message}", host(url)),
            "check the connection to the Internet, and whether a firewall or a proxy is in the way (HTTPS_PROXY names \
             one)",
        );
    }
    Finding::problem(
        SUBJECT,
        format!("the name {} leads nowhere", host(url)),
        "check the spelling (NAME is the first part of the address at which the office logs in to Zen) and the \
         connection to the Internet",
    )
}

/// What an answer without a key tells. Its page may well be the page to log in at.
fn answered(heard: &Knock, url: &Url, target: &Target) -> Finding {
    if target.is_sandbox() {
        return Finding::fine(SUBJECT, "the simulated Zen answers");
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
            SUBJECT,
            format!("{host} leads on to {other} (HTTP {status})"),
            "look at both in a browser: is that Zen, or the page of a proxy or of the network?",
        );
    }
    match judged.sign {
        _ if status == 407 => Finding::problem(
            SUBJECT,
            "a proxy asks for a password (HTTP 407)",
            "put name and password into HTTPS_PROXY, as http://NAME:PASSWORD@PROXY:PORT, or ask for a way past it",
        ),
        Sign::Refusal(Refusal::NotFound) if target.is_office => Finding::problem(
            SUBJECT,
            format!("{host} knows no such office (HTTP 404): {said}"),
            "check --office: it is the first part of the address at which the office logs in to Zen",
        ),
        Sign::Fault | Sign::Pushback(_) => Finding::warning(
            SUBJECT,
            format!("{host} answers with a fault now (HTTP {status}): {said}"),
            "try again later: a run waits such a fault out by itself",
        ),
        _ => Finding::fine(SUBJECT, {
            let millis = heard.took.as_millis();
            let secure = match url.scheme() {
                "https" => "over TLS, its certificate is trusted,",
                _ => "without TLS, as only this computer may,",
            };
            format!("{host} answers {secure} in {millis} ms (HTTP {status}, {said})")
        }),
    }
}

fn clock(now: Timestamp, server: Timestamp) -> Finding {
    const SUBJECT: &str = "clock";
    let off = server.duration_until(now);
    let direction = if off.is_negative() { "slow" } else { "fast" };
    let words = format!("this computer's is {} s {direction}", off.abs().as_secs());
    let advice = if cfg!(windows) {
        "set it right: w32tm /resync (as administrator)"
    } else {
        "set it right: timedatectl set-ntp true"
    };
    if off.abs() > WRONG_CLOCK {
        Finding::problem(SUBJECT, words, advice)
    } else if off.abs() > LATE_CLOCK {
        Finding::warning(SUBJECT, words, advice)
    } else {
        Finding::fine(SUBJECT, "this computer's agrees with the server's")
    }
}

#[cfg(test)]
mod tests {
    use super::super::Grade;
    use super::*;

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
