//! `malote run`

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::runtime::Builder;
use tokio::sync::mpsc;

use super::awake::Awake;
use super::conclude::{Next, conclude};
use super::dry_run::dry_run;
use super::output::Output;
use super::pilot::scout;
use super::roots::remark_idle;
use super::survey::{Refused, Surveyed, failed, journal_path, strike, wrong_manifest};
use super::wire::{host_in_name, wire};
use super::words::InWords;
use super::{env, log, signals};
use crate::cli::{ProgressArg, RunArgs};
use crate::config::{Destination, RetryRejectedConfig, RunConfig, open_to_others};
use crate::container::Archives;
use crate::exit::ExitStatus;
use crate::journal::{
    self, Begin, Event as JournalEvent, FORMAT, Failure, JournalWriter, Opened, Record, Replayed,
};
use crate::lang::{Lang, message};
use crate::policy::QuietHours;
use crate::progress;
use crate::send::{
    Dispatcher, Ending, Event, Fatal, Ledger, ManifestFile, Ports, ReaderPool, Reading, StopReason,
};
use crate::zen::HttpTransport;

/// Threads that read documents, at most: a share on the network answers slowly, but many at once.
const MOST_READERS: usize = 16;

pub(super) fn run(args: &RunArgs, line: &[OsString], output: &mut Output) -> ExitStatus {
    let config = match RunConfig::new(args, &env, Timestamp::now()) {
        Ok(config) => config,
        Err(error) => {
            output.fail(error.in_words());
            return ExitStatus::Usage;
        }
    };
    let token_file = args.destination.token_file.as_deref();
    if let Some(open) = token_file.and_then(open_to_others) {
        output.note(open.in_words());
    }
    match run_with(config, Some(line), output) {
        Ok(status) => status,
        Err((reason, status)) => {
            output.fail(reason);
            status
        }
    }
}

/// Runs with settings that are known to be right. `line` is the command line, where a person can go on with it.
pub(super) fn run_with(
    config: RunConfig,
    line: Option<&[OsString]>,
    output: &mut Output,
) -> Result<ExitStatus, Refused> {
    let sandbox = matches!(config.destination, Destination::Sandbox);
    let path = journal_path(&config.manifest, config.journal.as_deref(), sandbox)?;
    if config.dry_run {
        return look(&config, &path, output);
    }
    let next = line.map(|line| Next {
        line,
        manifest: config.manifest.clone(),
        journal: path.clone(),
    });
    let json = config.progress == ProgressArg::Json;
    let _awake = Awake::begin(output);
    // One thread for the dispatcher and all requests: what passes between them then wakes nobody.
    let runtime = Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| failed(&error))?;
    let ending = runtime.block_on(send(config, &path, output))?;
    // A request that is still in the air after a second Ctrl-C is not waited for.
    runtime.shutdown_timeout(Duration::from_millis(100));
    Ok(conclude(&ending, next.as_ref(), json, output))
}

/// Looks at everything that would be sent, and refuses what would be refused.
fn look(config: &RunConfig, path: &Path, output: &mut Output) -> Result<ExitStatus, Refused> {
    let host = host_in_name(config)?;
    let replayed = replay(path)?;
    if let Some(host) = host {
        refuse_other_host(&replayed, &host, path)?;
    }
    let surveyed = strike(config, path, replayed)?;
    tell_idle(config, surveyed.none_matched, output)?;
    Ok(dry_run(config, surveyed, output))
}

async fn send(mut config: RunConfig, path: &Path, output: &mut Output) -> Result<Ending, Refused> {
    let wire = wire(&mut config).await?;
    if journal::is_on_network(path) {
        output.note(message!("run-journal-on-network", path = path.display()));
    }
    let (surveyed, opened) = begin_books(&config, path, &wire.host, output)?;
    let Opened {
        file,
        columns,
        guard: _guard,
        ..
    } = opened;
    wire.recall(&config.manifest, path)?;
    tell_idle(&config, surveyed.none_matched, output)?;
    let (events, inbox) = mpsc::unbounded_channel();
    let acks = events.clone();
    let at_once = config.limits.concurrency * config.limits.batch;
    let writer = JournalWriter::start(file, columns, move |ack| {
        // Nobody listens any more only after the end of the run.
        let _ = acks.send(Event::Journal(ack));
    });
    let writer = Arc::new(writer.expecting(at_once));
    Writing(Arc::clone(&writer)).append(&[begin(&config, &surveyed, &wire.host)]);
    if let Err(error) = signals::listen(events.clone()) {
        output.note(message!("run-deaf", error = &error));
    }
    let pilot = config.pilot.then(|| {
        let reading = reading(&config);
        scout(&config.manifest, &surveyed.standing, &reading)
    });
    let pilot = pilot
        .transpose()
        .map_err(|error| wrong_manifest(&config.manifest, &error))?;
    let lang = output.lang();
    let ports = ports(
        &config,
        &surveyed,
        wire.transport,
        &writer,
        &events,
        inbox,
        lang,
    );
    let dispatcher =
        Dispatcher::new(config.limits, config.rules, surveyed.standing, ports).with_pilot(pilot);
    let mut ending = dispatcher.run().await;
    if let Err(failure) = Arc::into_inner(writer).map_or(Ok(()), JournalWriter::finish) {
        ending_unwritten(&mut ending, failure);
    }
    Ok(ending)
}

/// Holds manifest and journal together, and opens the journal.
fn begin_books(
    config: &RunConfig,
    path: &Path,
    host: &str,
    output: &mut Output,
) -> Result<(Surveyed, Opened), Refused> {
    // Both are read before the journal is touched: what is wrong with either leaves no trace.
    open_books(replay(path)?, config, path, host, output)
}

/// As [`begin_books`], where the journal was `replayed` just before: another run may have written it since.
fn open_books(
    mut replayed: Replayed,
    config: &RunConfig,
    path: &Path,
    host: &str,
    output: &mut Output,
) -> Result<(Surveyed, Opened), Refused> {
    refuse_other_host(&replayed, host, path)?;
    let seen = replayed.journals.pop().map(|(_, scanned)| scanned);
    let mut surveyed = strike(config, path, replayed)?;
    let opened = journal::open(path, seen);
    let mut opened = opened.map_err(|error| (error.in_words(), ExitStatus::Failed))?;
    if let Some(kept) = &opened.torn {
        output.note(message!("run-torn", kept = kept.display()));
    }
    if let Some(replayed) = opened.replayed.take() {
        refuse_other_host(&replayed, host, path)?;
        surveyed = strike(config, path, replayed)?;
    }
    Ok((surveyed, opened))
}

/// The last record could not be written: that the journal is gone is more than that a limit was reached.
fn ending_unwritten(ending: &mut Ending, failure: Failure) {
    if !matches!(ending.reason, Some(StopReason::Fatal(_))) {
        ending.reason = Some(StopReason::Fatal(match failure {
            Failure::Disk(_) => Fatal::JournalUnfinished,
            failure => Fatal::JournalFailed(failure),
        }));
    }
}

fn replay(path: &Path) -> Result<Replayed, Refused> {
    journal::replay(&[path]).map_err(|error| (error.in_words(), ExitStatus::Failed))
}

/// Remarks options that choose nothing: whoever wrote them meant something.
fn tell_idle(config: &RunConfig, none_matched: bool, output: &mut Output) -> Result<(), Refused> {
    if let (RetryRejectedConfig::Matching(regex), true) = (&config.retry_rejected, none_matched) {
        output.note(message!("run-none-matched", pattern = regex.as_str()));
    }
    remark_idle(&config.manifest, &config.roots, output)
        .map_err(|error| wrong_manifest(&config.manifest, &error))
}

fn ports(
    config: &RunConfig,
    surveyed: &Surveyed,
    transport: HttpTransport,
    writer: &Arc<JournalWriter>,
    events: &mpsc::UnboundedSender<Event>,
    inbox: mpsc::UnboundedReceiver<Event>,
    lang: Lang,
) -> Ports<HttpTransport> {
    let reading = reading(config);
    let threads = config.limits.concurrency.min(MOST_READERS);
    let root = surveyed
        .root
        .as_deref()
        .map(|root| reading.locate(&crate::path_text::encode(root)));
    let readers = ReaderPool::start(threads, &reading, root, events);
    let (observer, observe_every) =
        progress::observer(config.progress, &config.limits.quiet_hours, lang);
    Ports {
        transport: Arc::new(transport),
        ledger: Box::new(Writing(Arc::clone(writer))),
        readers: Box::new(readers),
        rows: Box::new(ManifestFile::new(
            &config.manifest,
            surveyed.sha256,
            surveyed.holds_events,
        )),
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
        file_field: config.file_field.clone(),
        sorts: config.pilot,
        archives: Archives::default(),
    }
}

/// The journal's writer as the dispatcher knows it.
struct Writing(Arc<JournalWriter>);

impl Ledger for Writing {
    fn append(&mut self, records: &[Record]) -> u64 {
        log::records(records);
        self.0.append(records)
    }
}

fn refuse_other_host(replayed: &Replayed, host: &str, path: &Path) -> Result<(), Refused> {
    let Some(other) = replayed.hosts().find(|one| *one != host) else {
        return Ok(());
    };
    let reason = message!(
        "run-other-host",
        path = path.display(),
        other = other,
        host = host,
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

/// Settings of a run to the sandbox, as `rehearse` needs them.
pub(super) fn sandboxed(
    manifest: PathBuf,
    rate: Option<f64>,
    batch: usize,
    progress: ProgressArg,
) -> RunConfig {
    use crate::config::OWN_NAME;
    use crate::policy::Rules;
    use crate::send::Limits;
    use crate::zen::{AlreadyThere, FileField};
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
        user_agent: OWN_NAME.to_owned(),
        drop_declaration: false,
        file_field: FileField::default(),
        retry_rejected: RetryRejectedConfig::No,
        pilot: false,
        dry_run: false,
        progress,
        settings: serde_json::json!({"rehearsal": true}),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::digest::ContentHash;
    use crate::lang::Choice;
    use crate::zen::Route;

    /// Between the look at the journal and the lock another run may begin and end.
    #[test]
    fn what_another_run_wrote_just_before_the_lock_counts() {
        let folder = tempfile::tempdir().unwrap();
        let manifest = folder.path().join("malote.csv");
        let hash = ContentHash::of(b"a");
        let row = format!("send,nfe,{},NFe1,{hash},/a.xml", Route::Nfe.as_str());
        fs::write(
            &manifest,
            format!("action,kind,route,id,sha256,path\n{row}\n"),
        )
        .unwrap();
        let path = folder.path().join("malote.journal.csv");
        let config = sandboxed(manifest, None, 1, ProgressArg::None);
        let mut output = Output::new(Choice::of(Lang::English));
        let seen = || replay(&folder.path().join("none.csv")).unwrap();

        let books = open_books(seen(), &config, &path, "a.example", &mut output);
        let (surveyed, opened) = books.unwrap();
        let balance = surveyed.standing.balance();
        assert_eq!((balance.planned, balance.accepted), (1, 0));
        let begin = begin(&config, &surveyed, "a.example");
        let mut accepted = Record::note(
            begin.time,
            begin.offset,
            JournalEvent::Accepted,
            String::new(),
        );
        (accepted.sha256, accepted.route) = (Some(hash), Some(Route::Nfe));
        let writer = JournalWriter::start(opened.file, opened.columns, |_| ());
        writer.append(&[begin, accepted]);
        writer.finish().unwrap();
        drop(opened.guard);

        let books = open_books(seen(), &config, &path, "b.example", &mut output);
        assert_eq!(books.map(drop).unwrap_err().1, ExitStatus::Usage);
        let books = open_books(seen(), &config, &path, "a.example", &mut output);
        let (surveyed, _opened) = books.unwrap();
        assert_eq!(surveyed.standing.balance().accepted, 1);
    }
}
