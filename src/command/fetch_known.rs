//! `malote fetch-known`: asks Zen page by page which documents it holds for the office's clients.

use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::time::{Duration, Instant};

use jiff::civil::Date;
use secrecy::SecretString;
use tokio::runtime::Builder;
use tokio::time::sleep;

use super::evidence::{KNOWN_HEADER, Kind};
use super::output::Output;
use super::output_file::OutputFile;
use super::plan::{day, in_order};
use super::signals::Signals;
use super::survey::{Refused, failed};
use super::words::InWords;
use super::{env, shell};
use crate::cli::FetchKnownArgs;
use crate::config::{self, Destination};
use crate::exit::ExitStatus;
use crate::lang::{Arg, Message, Tell, message};
use crate::pace::Pace;
use crate::plan::Clients;
use crate::sandbox::{Sandbox, Settings};
use crate::zen::{Held, HttpLookup, Lookup, Page, Query, Reply, TransportOptions, page};

/// Pauses before a request is repeated; then it is given up.
const PAUSES: [Duration; 3] = [
    Duration::from_secs(2),
    Duration::from_secs(10),
    Duration::from_mins(1),
];

/// How often it tells how far it is.
const TELL_EVERY: Duration = Duration::from_secs(10);

/// The longest that the server may ask to wait.
const LONGEST_WAIT: Duration = Duration::from_hours(1);

pub(super) fn fetch_known(
    args: &FetchKnownArgs,
    line: &[OsString],
    output: &mut Output,
) -> ExitStatus {
    match fetched(args, line, output) {
        Ok(status) => status,
        Err((reason, status)) => {
            output.fail(reason);
            status
        }
    }
}

/// What is asked for, in all.
struct Wanted {
    clients: Clients,
    from: Date,
    to: Date,
    rate: Option<f64>,
}

fn fetched(
    args: &FetchKnownArgs,
    line: &[OsString],
    output: &mut Output,
) -> Result<ExitStatus, Refused> {
    let usage = |error: &dyn InWords| (error.in_words(), ExitStatus::Usage);
    let the_day = |option, text: &str| {
        let found = day(option, Some(text)).map_err(|reason| (reason, ExitStatus::Usage))?;
        let missing = || message!("fetch-no-day", option = option);
        found.ok_or_else(|| (missing(), ExitStatus::Usage))
    };
    let rate = config::rate(&args.rate).map_err(|error| usage(&error))?;
    let (from, to) = (the_day("from", &args.from)?, the_day("to", &args.to)?);
    in_order(from, to).map_err(|reason| (reason, ExitStatus::Usage))?;
    let wanted = Wanted {
        clients: Clients::read(&args.clients).map_err(|error| usage(&error))?,
        from,
        to,
        rate: rate.per_second(),
    };
    let timeout = config::duration("timeout", &args.timeout).map_err(|error| usage(&error))?;
    let destination =
        config::destination(&args.destination, false, &env).map_err(|error| usage(&error))?;
    let token_file = args.destination.token_file.as_deref();
    if let Some(open) = token_file.and_then(config::open_to_others) {
        output.note(open.in_words());
    }
    // Before hours of asking.
    let read = token_file.into_iter().chain([args.clients.as_path()]);
    let read: Vec<_> = read.map(Path::to_path_buf).collect();
    let mut file = OutputFile::create(&args.output, &read, &[Kind::Known])?;
    let agent = config::user_agent(args.user_agent.as_deref());
    let agent = agent.map_err(|error| usage(&error))?;
    let runtime = Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| failed(&error))?;
    let fetched = runtime.block_on(async {
        let (base_url, token, _sandbox) = wire(destination).await?;
        let lookup = HttpLookup::new(&TransportOptions {
            base_url,
            token,
            timeout,
            user_agent: agent,
            connections: 1,
        });
        let lookup = lookup.map_err(|error| usage(&error))?;
        let mut signals = Signals::new().map_err(|error| failed(&error))?;
        let fetching = Fetching {
            lookup: &lookup,
            wanted: &wanted,
            pace: Pace::new(wanted.rate),
            file: &mut file,
            output: &mut *output,
            count: 0,
            told: Instant::now(),
        };
        tokio::select! {
            done = fetching.all() => done.map(Some),
            _ = signals.next() => Ok(None),
        }
    })?;
    let Some(count) = fetched else {
        output.note(message!("fetch-interrupted"));
        return Ok(ExitStatus::Interrupted);
    };
    file.finish()?;
    tell_found(args, line, count, output);
    Ok(ExitStatus::Success)
}

/// How many there are, and what to do with the list.
fn tell_found(args: &FetchKnownArgs, line: &[OsString], count: u64, output: &mut Output) {
    output.say(message!(
        "fetch-found",
        count = count,
        path = args.output.display()
    ));
    let known = args.output.as_os_str();
    let command = |verb: &str, place: String| {
        let words = [verb, &place, "--known"].map(OsStr::new);
        format!("  {}", shell::next(line, words.into_iter().chain([known])))
    };
    let archive = message!("place-path").tell(output.lang());
    output.say(command("plan", archive));
    output.say(message!("fetch-compare"));
    let manifest = message!("place-manifest").tell(output.lang());
    output.say(command("diff", manifest));
}

async fn wire(
    destination: Destination,
) -> Result<(String, SecretString, Option<Sandbox>), Refused> {
    match destination {
        Destination::Server { base_url, token } => Ok((base_url, token, None)),
        Destination::Sandbox | Destination::Named { .. } | Destination::Nowhere => {
            let started = Sandbox::start(Settings::default(), 0, Sandbox::made_up_token()).await;
            let sandbox = started.map_err(|error| (Message::plain(error), ExitStatus::Usage))?;
            let token = sandbox.token().clone();
            Ok((sandbox.base_url(), token, Some(sandbox)))
        }
    }
}

/// Asks for everything and writes it down, and tells of it now and then.
struct Fetching<'a> {
    lookup: &'a HttpLookup,
    wanted: &'a Wanted,
    pace: Pace,
    file: &'a mut OutputFile,
    output: &'a mut Output,
    /// Documents so far.
    count: u64,
    /// When something was told last.
    told: Instant,
}

impl Fetching<'_> {
    /// Writes everything into the file; how many documents there are.
    async fn all(mut self) -> Result<u64, Refused> {
        self.put(&format!("{KNOWN_HEADER}\n"))?;
        let wanted = self.wanted;
        let clients = wanted.clients.numbers();
        for (done, client) in clients.iter().enumerate() {
            for route in Lookup::ALL.iter().copied() {
                if self.told.elapsed() >= TELL_EVERY {
                    self.told = Instant::now();
                    self.output.note(message!(
                        "fetch-progress",
                        done = done,
                        clients = clients.len(),
                        count = self.count,
                    ));
                }
                self.list(client, route).await?;
            }
        }
        Ok(self.count)
    }

    /// One list of one client, page by page.
    async fn list(&mut self, client: &str, route: Lookup) -> Result<(), Refused> {
        let mut query = Query {
            client,
            from: self.wanted.from,
            to: self.wanted.to,
            skip: 0,
        };
        let mut before = Vec::new();
        loop {
            let found = self.ask(route, &query).await?;
            if found.more && !found.held.is_empty() && found.held == before {
                // A server that does not pass over what it has shown would be asked for ever.
                let reason = message!("fetch-same-page");
                let reason = message!("fetch-stopped", route = route.as_str(), reason = reason);
                return Err((reason, ExitStatus::Failed));
            }
            let kind = route.kind();
            let line = |held: &Held| format!("{},{kind},{client},{}\n", held.key, held.canceled);
            self.put(&found.held.iter().map(line).collect::<String>())?;
            self.count += found.held.len() as u64;
            query.skip += found.items;
            if !found.more {
                return Ok(());
            }
            before = found.held;
        }
    }

    fn put(&mut self, lines: &str) -> Result<(), Refused> {
        self.file.put(lines.as_bytes())
    }

    /// Asks for a page, again where it may help.
    async fn ask(&mut self, route: Lookup, query: &Query<'_>) -> Result<Page, Refused> {
        let mut pauses = PAUSES.iter();
        loop {
            while let Err(wait) = self.pace.take() {
                sleep(wait).await;
            }
            let (asked, reason) = match judge(&self.lookup.ask(route, query.body().into()).await) {
                Next::Page(found) => return Ok(found),
                Next::Stop(reason) => {
                    let reason = message!("fetch-stopped", route = route.as_str(), reason = reason);
                    return Err((reason, ExitStatus::Failed));
                }
                Next::Again(asked, reason) => (asked, reason),
            };
            let reason = Arg::said(&reason);
            let Some(pause) = pauses.next() else {
                let reason = message!("fetch-later", route = route.as_str(), reason = reason);
                return Err((reason, ExitStatus::Unsettled));
            };
            let pause = asked.unwrap_or(*pause).min(LONGEST_WAIT);
            self.output.note(message!(
                "fetch-again",
                route = route.as_str(),
                reason = reason,
                seconds = pause.as_secs(),
            ));
            self.told = Instant::now();
            sleep(pause).await;
        }
    }
}

/// What follows a reply.
#[derive(Debug, PartialEq, Eq)]
enum Next {
    Page(Page),
    /// The same once more, after so long where the server says how long.
    Again(Option<Duration>, String),
    Stop(Message),
}

fn judge(reply: &Reply) -> Next {
    let answer = match reply {
        Reply::Answered(answer) => answer,
        Reply::NotReached {
            message,
            certificate: true,
        } => return Next::Stop(message!("fetch-untrusted", reason = Arg::said(message))),
        Reply::NotReached { message, .. } | Reply::NoAnswer { message } => {
            return Next::Again(None, message.clone());
        }
    };
    let status = answer.status;
    let words = answer
        .msg_erro
        .as_deref()
        .map(|words| format!(" ({words})"));
    let said = format!("HTTP {status}{}", words.unwrap_or_default());
    match status {
        429 | 408 | 500..=599 => {
            let seconds = answer
                .retry_after
                .as_deref()
                .and_then(|text| text.trim().parse().ok());
            Next::Again(seconds.map(Duration::from_secs), said)
        }
        401 | 403 => Next::Stop(message!("fetch-key", said = said)),
        404 => Next::Stop(message!("fetch-office", said = said)),
        200..=299 if answer.content_type.contains("html") => {
            Next::Stop(message!("fetch-page", said = said))
        }
        200..=299 => match page(&answer.body) {
            Some(page) => Next::Page(page),
            None => Next::Stop(message!("fetch-no-list", said = said)),
        },
        300..=399 | 407 => Next::Stop(message!("fetch-elsewhere", said = said)),
        _ => Next::Stop(message!("fetch-not-taken", said = said)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::zen::Answer;

    fn answered(status: u16, content_type: &str, body: &str) -> Next {
        judge(&Reply::Answered(Answer {
            status,
            content_type: content_type.to_owned(),
            retry_after: (status == 429).then(|| "7".to_owned()),
            body: body.as_bytes().to_vec(),
            ..Answer::default()
        }))
    }

    #[test]
    fn replies_are_pages_or_tried_again_or_the_end() {
        let seven = Some(Duration::from_secs(7));
        assert!(matches!(
            answered(200, "application/json", "{\"items\":[]}"),
            Next::Page(_)
        ));
        assert!(matches!(answered(429, "text/html", ""), Next::Again(wait, _) if wait == seven));
        assert!(matches!(
            answered(503, "text/html", ""),
            Next::Again(None, _)
        ));
        for (status, content_type, body) in [
            (200, "text/html", "<html>"),
            (200, "application/json", "{}"),
            (302, "", ""),
            (400, "", ""),
            (401, "", ""),
            (403, "", ""),
            (404, "", ""),
        ] {
            let next = answered(status, content_type, body);
            assert!(matches!(next, Next::Stop(_)), "{status}: {next:?}");
        }
        let lost = |certificate| {
            judge(&Reply::NotReached {
                message: String::new(),
                certificate,
            })
        };
        assert!(matches!(lost(true), Next::Stop(_)));
        assert!(matches!(lost(false), Next::Again(None, _)));
    }
}
