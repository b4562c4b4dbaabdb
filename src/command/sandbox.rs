//! `malote sandbox`: the simulated Zen as a server of its own.

use std::io;
use std::time::Duration;

use secrecy::ExposeSecret;
use tokio::runtime::Runtime;

use super::env;
use super::evidence::{Kind, refuse};
use super::output::Output;
use super::signals::Signals;
use super::words::InWords;
use crate::cli::SandboxArgs;
use crate::config::{self, ConfigError};
use crate::exit::ExitStatus;
use crate::lang::{Message, message};
use crate::policy::parse_duration;
use crate::sandbox::{Sandbox, Settings};

pub(super) fn sandbox(args: &SandboxArgs, output: &mut Output) -> ExitStatus {
    match served(args, output) {
        Ok(()) => ExitStatus::Success,
        Err(reason) => {
            output.fail(reason);
            ExitStatus::Usage
        }
    }
}

fn served(args: &SandboxArgs, output: &mut Output) -> Result<(), Message> {
    let settings = settings(args)?;
    if let Some(open) = args.token_file.as_deref().and_then(config::open_to_others) {
        output.note(open.in_words());
    }
    let given =
        config::token(args.token_file.as_deref(), &env).map_err(|error| error.in_words())?;
    let made_up = given.is_none();
    let token = given.unwrap_or_else(Sandbox::made_up_token);
    let runtime = Runtime::new().map_err(Message::plain)?;
    runtime.block_on(async {
        let mut heard = Signals::new().map_err(Message::plain)?;
        let sandbox = Sandbox::start(settings, args.port, token).await;
        let sandbox = sandbox.map_err(|error| unstarted(args, &error))?;
        output.say(message!("sandbox-at", url = sandbox.base_url()));
        if made_up {
            // This one opens nothing but this sandbox, and without it nobody could use it.
            let token = sandbox.token().expose_secret();
            output.say(message!("sandbox-key", key = token));
        }
        output.say(message!("sandbox-ctrl-c"));
        heard.next().await;
        let account = sandbox.account();
        output.say(message!(
            "sandbox-account",
            requests = account.requests,
            faults = account.faults,
            lost = account.lost,
            documents = account.documents,
            accepted = account.accepted,
            duplicates = account.duplicates,
            refused = account.refused,
            repeated = sandbox.repeated(),
            same = account.same_key,
        ));
        Ok(())
    })
}

/// Why it has not begun: its port cannot be had, or its log.
fn unstarted(args: &SandboxArgs, error: &io::Error) -> Message {
    let port = args.port;
    // Ports below that belong to the system.
    let denied = error.kind() == io::ErrorKind::PermissionDenied && (1..1024).contains(&port);
    match &args.log {
        _ if error.kind() == io::ErrorKind::AddrInUse => {
            message!("sandbox-port-taken", port = port)
        }
        Some(log) if !denied => {
            message!("output-unwritten", path = log.display(), error = error)
        }
        _ => message!("sandbox-no-port", port = port, error = error),
    }
}

fn settings(args: &SandboxArgs) -> Result<Settings, Message> {
    let time = |option, text: &str| match text {
        "0" | "0s" => Ok(Duration::ZERO),
        text => config::duration(option, text).map_err(|error: ConfigError| error.in_words()),
    };
    let outages = args
        .outage
        .iter()
        .map(|text| outage(text))
        .collect::<Result<_, _>>()?;
    let settings = Settings {
        seed: args.seed,
        latency: time("latency", &args.latency)?,
        slow: args.slow,
        slow_for: time("slow-for", &args.slow_for)?,
        fail: args.fail,
        push_back: args.push_back,
        unavailable: args.unavailable,
        retry_after: args.retry_after,
        reset: args.reset,
        refuse: args.refuse,
        lose: args.lose,
        cut: args.cut,
        odd: args.odd,
        batch_poison: args.batch_poison,
        outages,
        duplicates_succeed: args.duplicates_succeed,
        loose_events: args.loose_events,
        log: args.log.clone(),
    };
    settings.check().map_err(|error| error.in_words())?;
    let log = settings.log.as_deref();
    match log.and_then(|log| refuse("--log", log, &[Kind::SandboxLog])) {
        Some(refused) => Err(refused),
        None => Ok(settings),
    }
}

/// `10s-50s`
fn outage(text: &str) -> Result<(Duration, Duration), Message> {
    let wrong = || message!("sandbox-outage", value = format!("{text:?}"));
    let (from, to) = text.split_once('-').ok_or_else(wrong)?;
    let from = match from {
        "0" | "0s" => Duration::ZERO,
        from => parse_duration(from).map_err(|_| wrong())?,
    };
    let to = parse_duration(to).map_err(|_| wrong())?;
    if from < to {
        Ok((from, to))
    } else {
        Err(wrong())
    }
}
