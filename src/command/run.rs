//! `malote run`

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use secrecy::SecretString;
use tokio::runtime::Builder;
use tokio::sync::mpsc;

use super::dry_run::dry_run;
use super::output::Output;
use super::pilot::scout;
use super::survey::{Refused, Surveyed, journal_path, strike, wrong_manifest};
use super::{env, signals};
use crate::cli::{ProgressArg, RunArgs};
use crate::config::{Destination, RunConfig};
use crate::container::Archives;
use crate::exit::ExitStatus;
use crate::journal::{self, Begin, Event as JournalEvent, FORMAT, JournalWriter, Opened, Record};
use crate::policy::QuietHours;
use crate::progress;
use crate::sandbox::{Sandbox, Settings};
use crate::send::{
    Dispatcher, Ending, Event, Ledger, ManifestFile, Ports, ReaderPool, Reading, StopReason,
};
use crate::zen::{HttpTransport, TransportOptions};

/// The host that the journal names for the simulated Zen inside the process.
const SANDBOX_HOST: &str = "sandbox";

/// Threads that read documents, at most: a share on the network answers slowly, but many at once.
const MOST_READERS: usize = 16;

pub(super) fn run(args: &RunArgs, line: &[OsString], output: &mut Output) -> ExitStatus {
    let config = match RunConfig::new(args, &env, Timestamp::now()) {
        Ok(config) => config,
        Err(error) => {
            output.fail(error);
            return ExitStatus::Usage;
        }
    };
    match run_with(config, Some(line), output) {
        Ok(status) => status,
        Err((reason, status)) => {
            output.fail(reason);
            status
        }
    }
}

/// Runs with settings that are known to be right. `line` is the command to go on with, where there is one.
pub(super) fn run_with(
    config: RunConfig,
    line: Option<&[OsString]>,
    output: &mut Output,
) -> Result<ExitStatus, Refused> {
    let sandbox = matches!(config.destination, Destination::Sandbox);
    let path = journal_path(&config.manifest, config.journal.as_deref(), sandbox)?;
    if config.dry_run {
        let replayed =
            journal::replay(&[&path]).map_err(|error| (error.to_string(), ExitStatus::Failed))?;
        let surveyed = strike(&config.manifest, &path, replayed, &config.retry_rejected)?;
        return Ok(dry_run(&config, surveyed, output));
    }
    // One thread for the dispatcher and all requests: what passes between them then wakes nobody.
    let runtime = Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| (error.to_string(), ExitStatus::Failed))?;
    let ending = runtime.block_on(send(config, &path, output))?;
    // A request that is still in the air after a second Ctrl-C is not waited for.
    runtime.shutdown_timeout(Duration::from_millis(100));
    Ok(conclude(&ending, line, output))
}

/// Where documents go, once it is up.
struct Wire {
    transport: HttpTransport,
    host: String,
    /// Serves as long as it is kept.
    _sandbox: Option<Sandbox>,
}

async fn wire(config: &mut RunConfig) -> Result<Wire, Refused> {
    let usage = |error: &dyn std::fmt::Display| (error.to_string(), ExitStatus::Usage);
    let destination = std::mem::replace(&mut config.destination, Destination::Nowhere);
    let (base_url, token, sandbox): (String, SecretString, _) = match destination {
        Destination::Server { base_url, token } => (base_url, token, None),
        Destination::Sandbox | Destination::Nowhere => {
            let started = Sandbox::start(Settings::default(), 0, Sandbox::made_up_token()).await;
            let sandbox = started.map_err(|error| usage(&error))?;
            (sandbox.base_url(), sandbox.token().clone(), Some(sandbox))
        }
    };
    let transport = HttpTransport::new(&TransportOptions {
        base_url,
        token,
        timeout: config.timeout,
        user_agent: config.user_agent.clone(),
        connections: config.limits.concurrency,
    });
    let transport = transport.map_err(|error| usage(&error))?;
    let host = if sandbox.is_some() {
        SANDBOX_HOST.to_owned()
    } else {
        transport.host().to_owned()
    };
    Ok(Wire {
        transport,
        host,
        _sandbox: sandbox,
    })
}

async fn send(mut config: RunConfig, path: &Path, output: &mut Output) -> Result<Ending, Refused> {
    let wire = wire(&mut config).await?;
    // The manifest is checked before the journal is touched: what is wrong there leaves no trace.
    crate::manifest::check(&config.manifest)
        .map_err(|error| wrong_manifest(&config.manifest, &error))?;
    if journal::is_on_network(path) {
        output.note(format_args!(
            "the journal {} is on a network drive, which may lose what it has confirmed: a folder of this computer is \
             safer (--journal)",
            path.display()
        ));
    }
    let opened = journal::open(path).map_err(|error| (error.to_string(), ExitStatus::Failed))?;
    if let Some(kept) = &opened.torn {
        let kept = kept.display();
        output.note(format_args!(
            "the journal's end was torn; what was cut off is kept in {kept}"
        ));
    }
    refuse_other_host(&opened, &wire.host, path)?;
    let Opened {
        file,
        replayed,
        guard: _guard,
        ..
    } = opened;
    let surveyed = strike(&config.manifest, path, replayed, &config.retry_rejected)?;
    let (events, inbox) = mpsc::unbounded_channel();
    let acks = events.clone();
    let writer = Arc::new(JournalWriter::start(file, move |ack| {
        // Nobody listens any more only after the end of the run.
        let _ = acks.send(Event::Journal(ack));
    }));
    writer.append(&[begin(&config, &surveyed, &wire.host)]);
    if let Err(error) = signals::listen(events.clone()) {
        output.note(format_args!(
            "Ctrl-C cannot be heard ({error}): it ends the run at once"
        ));
    }
    let pilot = config.pilot.then(|| {
        let reading = reading(&config);
        scout(&config.manifest, &surveyed.standing, &reading)
    });
    let pilot = pilot
        .transpose()
        .map_err(|error| wrong_manifest(&config.manifest, &error))?;
    let ports = ports(&config, &surveyed, wire.transport, &writer, &events, inbox);
    let dispatcher =
        Dispatcher::new(config.limits, config.rules, surveyed.standing, ports).with_pilot(pilot);
    let mut ending = dispatcher.run().await;
    let written = Arc::into_inner(writer).is_none_or(JournalWriter::finish);
    if !written && ending.reason.is_none() {
        ending.reason = Some(StopReason::Fatal(
            "the journal's end could not be written".to_owned(),
        ));
    }
    Ok(ending)
}

fn ports(
    config: &RunConfig,
    surveyed: &Surveyed,
    transport: HttpTransport,
    writer: &Arc<JournalWriter>,
    events: &mpsc::UnboundedSender<Event>,
    inbox: mpsc::UnboundedReceiver<Event>,
) -> Ports<HttpTransport> {
    let reading = reading(config);
    let threads = config.limits.concurrency.min(MOST_READERS);
    let root = surveyed
        .root
        .as_deref()
        .map(|root| reading.locate(&crate::path_text::encode(root)));
    let readers = ReaderPool::start(threads, &reading, root, events);
    let (observer, observe_every) = progress::observer(config.progress, &config.limits.quiet_hours);
    Ports {
        transport: Arc::new(transport),
        ledger: Box::new(Writing(Arc::clone(writer))),
        readers: Box::new(readers),
        rows: Box::new(ManifestFile::new(&config.manifest, surveyed.sha256)),
        clock: Box::new(Timestamp::now),
        observer,
        observe_every,
        events: inbox,
    }
}

/// How documents are read for sending.
fn reading(config: &RunConfig) -> Reading {
    Reading {
        roots: config.roots.clone(),
        drop_declaration: config.drop_declaration,
        sorts: config.pilot,
        archives: Archives::default(),
    }
}

/// The journal's writer as the dispatcher knows it.
struct Writing(Arc<JournalWriter>);

impl Ledger for Writing {
    fn append(&mut self, records: &[Record]) -> u64 {
        self.0.append(records)
    }
}

fn refuse_other_host(opened: &Opened, host: &str, path: &Path) -> Result<(), Refused> {
    let Some(other) = opened.replayed.hosts().find(|one| *one != host) else {
        return Ok(());
    };
    let reason = format!(
        "the journal {} is of documents sent to {other}, and this run goes to {host}: name another with --journal",
        path.display()
    );
    Err((reason, ExitStatus::Usage))
}

fn begin(config: &RunConfig, surveyed: &Surveyed, host: &str) -> Record {
    let name = config.manifest.file_name().unwrap_or_default();
    let begin = Begin {
        format: FORMAT,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        host: host.to_owned(),
        manifest: name.to_string_lossy().into_owned(),
        manifest_sha256: surveyed.sha256.to_string(),
        settings: config.settings.clone(),
    };
    let message = serde_json::to_string(&begin).unwrap_or_default();
    let now = Timestamp::now();
    let offset = config.limits.quiet_hours.time_zone().to_offset(now);
    Record::note(now, offset, JournalEvent::Begin, message)
}

/// Says how it ended; the balance comes last.
fn conclude(ending: &Ending, line: Option<&[OsString]>, output: &mut Output) -> ExitStatus {
    let status = ending.status();
    if !ending.unrecorded.is_empty() {
        output.note("answers that could not be recorded:");
        for one in &ending.unrecorded {
            output.note(format_args!("  {}  {}  {}", one.id, one.path, one.answer));
        }
    }
    match &ending.reason {
        Some(StopReason::Fatal(reason)) => output.fail(reason),
        Some(reason) => {
            output.note(format_args!("stopped: {}", words(reason)));
            if let StopReason::Pilot { untried } = reason {
                for route in untried {
                    let route = route.as_str();
                    output.note(format_args!("not tried: {route}, for Zen has no note that an event of the archive belongs to"));
                }
            }
        }
        None => {}
    }
    let goes_on = !matches!(status, ExitStatus::Success | ExitStatus::NeedsAPerson);
    if let Some(line) = line.filter(|_| goes_on) {
        output.note(format_args!("to go on: {}", shell(line)));
    }
    if status == ExitStatus::NeedsAPerson {
        output.note("what needs a person: malote diff");
    }
    output.say(ending.balance);
    status
}

fn words(reason: &StopReason) -> &'static str {
    match reason {
        StopReason::Interrupted => "interrupted",
        StopReason::Until => "the time of --until has come",
        StopReason::MaxDuration => "--max-duration is over",
        StopReason::MaxDocs => "--max-docs have been sent",
        StopReason::MaxRejected => "more documents were rejected than --max-rejected allows",
        StopReason::OutageLimit => "Zen has not answered for as long as --outage-limit allows",
        StopReason::Pilot { .. } => {
            "the pilot has sent one document of each sort; look at them in Zen"
        }
        StopReason::Fatal(_) => "failed",
    }
}

/// The command line as a shell takes it.
fn shell(line: &[OsString]) -> String {
    let quoted = line.iter().map(|word| {
        let word = word.to_string_lossy();
        let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_./:=\\,%".contains(letter);
        if !word.is_empty() && word.chars().all(plain) {
            word.into_owned()
        } else {
            format!("\"{word}\"")
        }
    });
    quoted.collect::<Vec<_>>().join(" ")
}

/// Settings of a run to the sandbox, as `rehearse` needs them.
pub(super) fn sandboxed(
    manifest: PathBuf,
    rate: Option<f64>,
    batch: usize,
    progress: ProgressArg,
) -> RunConfig {
    use crate::config::{RetryRejectedConfig, user_agent};
    use crate::policy::Rules;
    use crate::send::Limits;
    use crate::zen::AlreadyThere;
    RunConfig {
        manifest,
        journal: None,
        destination: Destination::Sandbox,
        roots: Vec::new(),
        limits: Limits {
            rate,
            concurrency: 16,
            batch,
            attempts: 3,
            quiet_hours: QuietHours::none(jiff::tz::TimeZone::system()),
            outage_limit: Duration::from_hours(1),
            max_docs: None,
            max_duration: None,
            until: None,
            max_rejected: None,
        },
        rules: Rules {
            already_there: AlreadyThere::default(),
            trust_status: false,
        },
        timeout: Duration::from_mins(2),
        user_agent: user_agent(None),
        drop_declaration: false,
        retry_rejected: RetryRejectedConfig::No,
        pilot: false,
        dry_run: false,
        progress,
        settings: serde_json::json!({"rehearsal": true}),
    }
}
