//! The log of `--log-file`: one line an event, appended, and nothing of what other crates have to say, for that may
//! hold the address of a request and with it the key.

use std::ffi::OsString;
use std::fmt;
use std::fs::File;
use std::path::Path;
use std::sync::{LazyLock, Mutex};
use std::time::Instant;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use regex::{Captures, Regex};
use tracing::level_filters::LevelFilter;
use tracing::{info, trace, warn};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::FormatTime;
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;

use super::evidence::{Kind, refuse};
use crate::cli::{LevelArg, LogArgs, VERSION};
use crate::exit::ExitStatus;
use crate::journal::{Event, Record};
use crate::lang::{Message, message};

/// A command between its first and its last line in the log.
pub(super) struct Logged(Instant);

impl Logged {
    /// Opens the log that `args` name, if they do, and tells it of the command `line`.
    ///
    /// # Errors
    /// Why the log cannot be written.
    pub(super) fn begin(args: &LogArgs, line: &[OsString]) -> Result<Self, Message> {
        if let Some(path) = &args.log_file {
            open(path, args.log_level)?;
        }
        let words = line.iter().map(|word| masked(&word.to_string_lossy()));
        let line = words.collect::<Vec<_>>().join(" ");
        info!(version = VERSION, line, "command begins");
        Ok(Self(Instant::now()))
    }

    /// The command has ended.
    pub(super) fn end(self, status: ExitStatus) -> ExitStatus {
        let millis = self.0.elapsed().as_millis();
        info!(status = status as u8, millis, "command ends");
        status
    }
}

fn open(path: &Path, level: LevelArg) -> Result<(), Message> {
    let shown = masked(&path.to_string_lossy());
    let is_table = path
        .extension()
        .is_some_and(|end| end.eq_ignore_ascii_case("csv"));
    if is_table {
        return Err(message!("log-table", path = shown));
    }
    if let Some(refused) = refuse("--log-file", path, &[Kind::Log]) {
        return Err(refused);
    }
    let file = File::options().create(true).append(true).open(path);
    let file = file.map_err(|error| message!("log-unopened", path = shown, error = &error))?;
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(Mutex::new(file))
        .with_timer(WallClock)
        .with_ansi(false)
        .with_target(false)
        // A full disk is remarked of the journal, once, not of each line of the log.
        .log_internal_errors(false);
    let ours = Targets::new().with_target("malote", filter(level));
    tracing_subscriber::registry()
        .with(lines.with_filter(ours))
        .try_init()
        .map_err(Message::plain)
}

const fn filter(level: LevelArg) -> LevelFilter {
    match level {
        LevelArg::Error => LevelFilter::ERROR,
        LevelArg::Warn => LevelFilter::WARN,
        LevelArg::Info => LevelFilter::INFO,
        LevelArg::Debug => LevelFilter::DEBUG,
        LevelArg::Trace => LevelFilter::TRACE,
    }
}

/// RFC 3339 with the offset of this computer.
struct WallClock;

impl FormatTime for WallClock {
    fn format_time(&self, writer: &mut Writer<'_>) -> fmt::Result {
        let now = Timestamp::now().to_zoned_datetime(TimeZone::system());
        write!(writer, "{}", now.strftime("%Y-%m-%dT%H:%M:%S%.3f%:z"))
    }
}

/// Tells the log what the journal is told: settings, pauses and the balance always, of documents what went wrong, and
/// all of them where everything is logged.
pub(super) fn records(records: &[Record]) {
    for record in records {
        let (event, id) = (record.event.as_str(), record.id.as_str());
        let route = record.route.map(crate::zen::Route::as_str);
        let (http, attempt) = (record.http, record.attempt);
        match record.event {
            Event::Begin | Event::Pause | Event::Resume | Event::End => {
                info!(event, said = masked(&record.message), "run");
            }
            Event::Attempt | Event::Accepted => {
                trace!(event, id, route, http, attempt, "document");
            }
            _ => {
                let message = &record.message;
                warn!(
                    event,
                    id,
                    route,
                    http,
                    attempt,
                    said = masked(message),
                    "document"
                );
            }
        }
    }
}

/// `text` without what may be the key or hold it: of an address only the host stays, of long runs of hexadecimal digits
/// nothing. Whoever mistypes a command puts the key anywhere.
fn masked(text: &str) -> String {
    static SECRETS: LazyLock<Option<(Regex, Regex)>> = LazyLock::new(|| {
        let address = Regex::new(r"(?i)\b(https?://)(?:[^/@\s]*@)?([^/\s?#']*)[^\s']*").ok()?;
        let digits = Regex::new(r"[0-9A-Fa-f]{32,}").ok()?;
        Some((address, digits))
    });
    let Some((address, digits)) = &*SECRETS else {
        return "(not shown)".to_owned();
    };
    let text = address.replace_all(text, "$1$2/...");
    let shown = |found: &Captures| match found[0].len() {
        // An access key, a SHA-256: no key of an account.
        44 | 64 => found[0].to_owned(),
        _ => "(not shown)".to_owned(),
    };
    digits.replace_all(&text, shown).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_the_key_is_masked() {
        const HASH: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
        let key = "c0ffee00c0ffee00c0ffee00c0ffee00";
        for (text, shown) in [
            ("run", "run"),
            ("--rate=11/s", "--rate=11/s"),
            (key, "(not shown)"),
            (
                "--token=c0ffee00c0ffee00c0ffee00c0ffee00",
                "--token=(not shown)",
            ),
            (HASH, HASH),
            ("https://a.example", "https://a.example/..."),
            ("https://a.example/api/v1/secret/x", "https://a.example/..."),
            (
                "HTTPS://me:secret@a.example:8080",
                "HTTPS://a.example:8080/...",
            ),
            (
                "no resource at 'https://a.example/api/v1/secret/x'.",
                "no resource at 'https://a.example/...'.",
            ),
        ] {
            assert_eq!(masked(text), shown);
        }
    }
}
