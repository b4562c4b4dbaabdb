//! `malote sandbox`: the simulated Zen as a server of its own.

use std::time::Duration;

use secrecy::ExposeSecret;
use tokio::runtime::Runtime;

use super::env;
use super::evidence::refuse;
use super::output::Output;
use super::signals::Signals;
use crate::cli::SandboxArgs;
use crate::config;
use crate::exit::ExitStatus;
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

fn served(args: &SandboxArgs, output: &mut Output) -> Result<(), String> {
    let settings = settings(args)?;
    let given =
        config::token(args.token_file.as_deref(), &env).map_err(|error| error.to_string())?;
    let made_up = given.is_none();
    let token = given.unwrap_or_else(Sandbox::made_up_token);
    let runtime = Runtime::new().map_err(|error| error.to_string())?;
    runtime.block_on(async {
        let mut heard = Signals::new().map_err(|error| error.to_string())?;
        let sandbox = Sandbox::start(settings, args.port, token).await.map_err(|error| error.to_string())?;
        output.say(format_args!("simulated Zen at {}", sandbox.base_url()));
        if made_up {
            // This one opens nothing but this sandbox, and without it nobody could use it.
            let token = sandbox.token().expose_secret();
            output.say(format_args!("its key (put it into MALOTE_TOKEN): {token}"));
        }
        output.say("Ctrl-C ends it");
        heard.next().await;
        let account = sandbox.account();
        output.say(format_args!(
            "requests {}, of them faults by order {}, answers lost {}; documents {} = accepted {} + there already {} \
             + refused {}; arrived more than once {}, of one key within a request {}",
            account.requests,
            account.faults,
            account.lost,
            account.documents,
            account.accepted,
            account.duplicates,
            account.refused,
            sandbox.repeated(),
            account.same_key,
        ));
        Ok(())
    })
}

fn settings(args: &SandboxArgs) -> Result<Settings, String> {
    let time = |option: &str, text: &str| match text {
        "0" | "0s" => Ok(Duration::ZERO),
        text => parse_duration(text).map_err(|error| format!("--{option}: {error}")),
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
    settings.check().map_err(|error| error.to_string())?;
    match settings.log.as_deref().and_then(|log| refuse("--log", log)) {
        Some(refused) => Err(refused),
        None => Ok(settings),
    }
}

/// `10s-50s`
fn outage(text: &str) -> Result<(Duration, Duration), String> {
    let wrong = || format!("--outage: {text:?} is not FROM-TO, as 10s-50s");
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
