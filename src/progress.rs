//! How a run shows itself: a bar on a terminal, a line every 30 s elsewhere, JSON lines for a program.

mod screen;
mod walk;
mod words;

use std::io::{self, IsTerminal, Write};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::cli::ProgressArg;
use crate::lang::{Lang, Tell, message};
use crate::policy::QuietHours;
use crate::send::{Observer, Pass, Snapshot, Waiting};
use screen::Screen;
pub use walk::WalkWatch;
use words::{counts_words, outlook_words, pace_words, pass_words, plain_line};

/// Over how long the present rate is measured.
const RATE_WINDOW: Duration = Duration::from_secs(30);

/// The observer for `wanted`, which speaks `lang`, and how often it looks.
#[must_use]
pub fn observer(
    wanted: ProgressArg,
    quiet: &QuietHours,
    lang: Lang,
) -> (Box<dyn Observer>, Duration) {
    let wanted = match wanted {
        // Elsewhere a bar would not be seen at all, or as signs that nobody can read.
        ProgressArg::Auto | ProgressArg::Bar
            if io::stderr().is_terminal() && !console::is_dumb() =>
        {
            ProgressArg::Bar
        }
        ProgressArg::Auto | ProgressArg::Bar => ProgressArg::Plain,
        other => other,
    };
    let gauge = Gauge::new(quiet.clone());
    match wanted {
        ProgressArg::Bar => (Box::new(Bar::new(gauge, lang)), Duration::from_millis(200)),
        ProgressArg::Json => (Box::new(Json { gauge }), Duration::from_secs(1)),
        ProgressArg::None => (Box::new(Nothing), Duration::from_hours(1)),
        ProgressArg::Plain | ProgressArg::Auto => {
            (Box::new(Plain { gauge, lang }), Duration::from_secs(30))
        }
    }
}

/// Measures the rate and foretells the end.
#[derive(Debug)]
struct Gauge {
    quiet: QuietHours,
    /// When so many were answered; the oldest first.
    seen: std::collections::VecDeque<(Timestamp, u64)>,
}

impl Gauge {
    fn new(quiet: QuietHours) -> Self {
        Self {
            quiet,
            seen: std::collections::VecDeque::new(),
        }
    }

    /// Documents a second over the last while.
    fn rate(&mut self, snapshot: &Snapshot) -> f64 {
        self.seen.push_back((snapshot.now, snapshot.answered));
        let oldest_kept = snapshot.now - RATE_WINDOW;
        while self.seen.len() > 2 && self.seen[1].0 <= oldest_kept {
            self.seen.pop_front();
        }
        let (since, answered) = self.seen[0];
        let seconds = since.duration_until(snapshot.now).as_secs_f64();
        if seconds <= 0.0 {
            return 0.0;
        }
        let rate = (snapshot.answered - answered) as f64 / seconds;
        // The first documents leave together, and answers come in bunches; more than the ceiling never leaves.
        snapshot.ceiling.map_or(rate, |ceiling| rate.min(ceiling))
    }

    /// When everything will have been sent once at `rate`, quiet hours counted.
    fn end(&self, snapshot: &Snapshot, rate: f64) -> Option<Timestamp> {
        let rate = if rate > 0.01 { rate } else { snapshot.ceiling? };
        let left = left(snapshot) as f64 / rate;
        let left = SignedDuration::try_from_secs_f64(left).ok()?;
        let from = snapshot
            .waiting
            .and_then(Waiting::until)
            .unwrap_or(snapshot.now);
        Some(self.quiet.finish_at(from.max(snapshot.now), left))
    }

    /// That, where anything is left that this run still sends.
    fn end_shown(&self, snapshot: &Snapshot, rate: f64) -> Option<Timestamp> {
        // While it stops, or where nobody has ever answered, no end can be told.
        let stops = matches!(
            snapshot.waiting,
            Some(Waiting::Draining | Waiting::Outage { unheard: true, .. })
        );
        let goes_on = !stops && left(snapshot) > 0;
        goes_on.then(|| self.end(snapshot, rate)).flatten()
    }

    fn zone(&self) -> &TimeZone {
        self.quiet.time_zone()
    }
}

/// Documents that this run still has to deal with.
fn left(snapshot: &Snapshot) -> u64 {
    let balance = &snapshot.balance;
    balance.pending + balance.failed + balance.unknown
}

/// Documents of the manifest that are settled.
fn settled(snapshot: &Snapshot) -> u64 {
    snapshot.balance.planned - left(snapshot).min(snapshot.balance.planned)
}

/// The pass as a program reads it.
fn pass_code(pass: Pass) -> &'static str {
    match pass {
        Pass::Documents => "documents",
        Pass::Events => "events",
    }
}

/// A bar on a terminal, on standard error.
struct Bar {
    gauge: Gauge,
    lang: Lang,
    drawn: ProgressBar,
}

impl Bar {
    fn new(gauge: Gauge, lang: Lang) -> Self {
        let target = ProgressDrawTarget::term_like(Box::new(Screen::new()));
        let bar = ProgressBar::with_draw_target(None, target);
        // Numbers stand as in the other lines: a comma between thousands would be a decimal one in Portuguese.
        let style =
            ProgressStyle::with_template("{prefix}\n{wide_msg}\n{bar:24} {pos}/{len} {percent}%");
        if let Ok(style) = style {
            bar.set_style(style);
        }
        Self {
            gauge,
            lang,
            drawn: bar,
        }
    }
}

impl Observer for Bar {
    fn show(&mut self, snapshot: &Snapshot) {
        self.drawn.set_length(snapshot.balance.planned);
        self.drawn.set_position(settled(snapshot));
        let rate = self.gauge.rate(snapshot);
        self.drawn
            .set_prefix(counts_words(snapshot).tell(self.lang));
        let pass = pass_words(snapshot.pass);
        // Three lines that fit into 80 columns: what waits does not need its rate shown.
        let doing = if snapshot.waiting.is_some() {
            pass
        } else {
            message!(
                "progress-pass-at",
                pass = pass,
                pace = pace_words(rate, snapshot),
            )
        };
        let message = outlook_words(&self.gauge, rate, snapshot, doing);
        self.drawn.set_message(message.tell(self.lang));
        self.drawn.tick();
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        // What is said at the end says more than the last picture, which would still wait for something.
        self.drawn.finish_and_clear();
    }
}

/// A line every 30 s, on standard error.
struct Plain {
    gauge: Gauge,
    lang: Lang,
}

impl Observer for Plain {
    fn show(&mut self, snapshot: &Snapshot) {
        let line = plain_line(&mut self.gauge, snapshot).tell(self.lang);
        // A closed standard error must not end a run.
        let _ = writeln!(io::stderr(), "{line}");
    }
}

/// A JSON object a line, on standard output.
struct Json {
    gauge: Gauge,
}

impl Observer for Json {
    fn show(&mut self, snapshot: &Snapshot) {
        let rate = self.gauge.rate(snapshot);
        let end = self.gauge.end_shown(snapshot, rate);
        let object = serde_json::json!({
            "time": snapshot.now.to_string(),
            "pass": pass_code(snapshot.pass),
            "balance": snapshot.balance,
            "in_flight": snapshot.in_flight,
            "sent": snapshot.sent,
            "rate": rate,
            "ceiling": snapshot.ceiling,
            "eta": end.map(|end| end.to_string()),
            "waiting": snapshot.waiting.map(Waiting::code),
            "cause": (!snapshot.cause.is_empty()).then_some(&snapshot.cause),
            "until": snapshot.waiting.and_then(Waiting::until).map(|until| until.to_string()),
        });
        // A closed standard output must not end a run.
        let _ = writeln!(io::stdout(), "{object}");
    }
}

struct Nothing;

impl Observer for Nothing {
    fn show(&mut self, _snapshot: &Snapshot) {}
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diff::Balance;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn snapshot(now: &str, pending: u64, waiting: Option<Waiting>) -> Snapshot {
        let balance = Balance {
            planned: 40_000,
            accepted: 40_000 - pending,
            pending,
            ..Balance::default()
        };
        Snapshot {
            now: at(now),
            balance,
            pass: Pass::Documents,
            in_flight: 0,
            sent: 0,
            answered: balance.accepted,
            ceiling: Some(1.0),
            waiting,
            cause: String::new(),
        }
    }

    fn gauge() -> Gauge {
        let zone = TimeZone::get("America/Sao_Paulo").unwrap();
        Gauge::new(QuietHours::parse("mon-fri 00:00-18:00", zone).unwrap())
    }

    #[test]
    fn the_end_is_foretold_with_the_quiet_hours_counted() {
        // Six hours from Monday 18:00 on, then as many on Tuesday.
        let line = plain_line(
            &mut gauge(),
            &snapshot("2026-11-23T18:00:00-03:00", 39_600, None),
        );
        assert_eq!(
            line.tell(Lang::English),
            "2026-11-23 18:00:00 400 of 40000: 400 accepted, 0 rejected, 0 failed, 0 unknown; 0.0/s of 1.0/s; \
             documents: done about Tue 24 Nov 23:00"
        );
        assert_eq!(
            line.tell(Lang::Portuguese),
            "2026-11-23 18:00:00 400 de 40000: aceitos 400, recusados 0, com falha 0, sem resposta 0; 0,0/s de 1,0/s; \
             documentos: fim previsto ter 24 nov 23:00"
        );
    }

    /// Bug: two documents that left together made a rate of hundreds, where the ceiling is one.
    #[test]
    fn no_rate_is_above_the_ceiling() {
        let mut gauge = gauge();
        let first = snapshot("2026-11-23T18:00:00-03:00", 100, None);
        assert!(gauge.rate(&first).abs() < f64::EPSILON);
        let mut next = snapshot("2026-11-23T18:00:00.003-03:00", 98, None);
        assert!((gauge.rate(&next) - 1.0).abs() < f64::EPSILON);
        next.ceiling = None;
        assert!(gauge.rate(&next) > 100.0);
    }

    #[test]
    fn why_there_is_a_pause_comes_last_and_cannot_reach_the_terminal() {
        let until = at("2026-11-23T18:00:00-03:00");
        let waiting = Some(Waiting::Archive { until });
        let mut snapshot = snapshot("2026-11-23T17:30:00-03:00", 10, waiting);
        snapshot.cause = format!("/a/b\u{1b}[31m.xml: {}", "gone ".repeat(100));
        let line = plain_line(&mut gauge(), &snapshot).tell(Lang::English);
        let (said, cause) = line.split_once(" (").unwrap();
        assert!(
            said.ends_with("18:00") && cause.starts_with("/a/b"),
            "{line}"
        );
        assert!(
            !cause.contains('\u{1b}') && cause.chars().count() <= 201,
            "{line}"
        );
    }

    #[test]
    fn a_wait_is_shown_with_its_end_and_a_line_never_ends_in_a_blank() {
        let until = at("2026-11-23T18:00:00-03:00");
        for (waiting, shown) in [
            (
                Waiting::QuietHours { until },
                "quiet hours until Mon 23 Nov 18:00",
            ),
            (
                Waiting::Outage {
                    until,
                    unheard: false,
                },
                "Zen does not answer; next look 18:00:00",
            ),
            (
                Waiting::Outage {
                    until,
                    unheard: true,
                },
                "no answer from Zen yet; check --office and network; next 18:00:00",
            ),
            (
                Waiting::RetryAfter {
                    until,
                    absurd: false,
                },
                "Zen asked to wait until 18:00:00",
            ),
            (
                Waiting::RetryAfter {
                    until,
                    absurd: true,
                },
                "Zen asked for more than an hour; next look 18:00:00",
            ),
            (
                Waiting::Archive { until },
                "files out of reach; next look 18:00:00",
            ),
        ] {
            let snapshot = snapshot("2026-11-23T17:30:00-03:00", 10, Some(waiting));
            let line = plain_line(&mut gauge(), &snapshot).tell(Lang::English);
            let is_unheard = matches!(waiting, Waiting::Outage { unheard: true, .. });
            let end = if is_unheard {
                ""
            } else {
                ", done about Mon 23 Nov 18:00"
            };
            assert!(
                line.ends_with(&format!("documents: {shown}{end}")),
                "{line}"
            );
            // What the last column holds wraps in some terminals.
            for lang in Lang::ALL {
                let outlook = outlook_words(&gauge(), 0.0, &snapshot, pass_words(snapshot.pass));
                let outlook = outlook.tell(lang);
                let is_rare = matches!(waiting, Waiting::RetryAfter { absurd: true, .. });
                assert!(outlook.chars().count() <= 79 || is_rare, "{outlook}");
            }
        }
        let snapshot_of_a_stop = snapshot("2026-11-23T17:30:00-03:00", 10, Some(Waiting::Draining));
        let line = plain_line(&mut gauge(), &snapshot_of_a_stop).tell(Lang::English);
        assert!(
            line.ends_with("documents: finishing what is in flight"),
            "{line}"
        );
        let done = plain_line(
            &mut gauge(),
            &snapshot("2026-11-23T18:30:00-03:00", 0, None),
        )
        .tell(Lang::English);
        assert!(done.ends_with("; documents"), "{done}");
    }
}
