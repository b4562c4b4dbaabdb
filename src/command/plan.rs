//! `malote plan`

use std::ffi::{OsStr, OsString};
use std::path::Path;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use super::evidence::{Kind, refuse};
use super::output::Output;
use super::shell;
use super::words::InWords;
use crate::cli::{EventsArg, OrderArg, PlanArgs, RoutesArg, SelectionArgs};
use crate::dfe::Signature;
use crate::exit::ExitStatus;
use crate::known::KnownKeys;
use crate::lang::{Arg, Lang, Message, Tell, message};
use crate::plan::{Clients, Order, PlanOptions, Selection, Summary, plan as make_plan, replaced};
use crate::policy::QuietHours;
use crate::progress::WalkWatch;
use crate::zen::Routes;

/// The default ceiling, by which the duration is foretold.
const DEFAULT_RATE: f64 = 11.0;

pub(super) fn plan(args: &PlanArgs, line: &[OsString], output: &mut Output) -> ExitStatus {
    if args.verify_signatures && !Signature::CAN_BE_VERIFIED {
        output.fail(message!("plan-no-signatures"));
        return ExitStatus::Usage;
    }
    let options = match options(&args.selection, &args.output, args.force, args.excel) {
        Ok(options) => PlanOptions {
            verify_signatures: args.verify_signatures,
            ..options
        },
        Err(reason) => {
            output.fail(reason);
            return ExitStatus::Usage;
        }
    };
    let watch = WalkWatch::new(output.lang());
    let made = make_plan(&options, &|count| watch.show(count));
    drop(watch);
    match made {
        Ok(mut summary) => {
            let is_empty = summary.to_send() == 0;
            summary.duration = (!is_empty).then(|| duration(summary.to_send()));
            output.say(summary.text(output.lang()));
            remark_idle(&options, output);
            if is_empty {
                output.say(message!("plan-nothing"));
            } else {
                tell_next(&summary, line, output);
            }
            if summary.troubles > 0 {
                ExitStatus::NeedsAPerson
            } else {
                ExitStatus::Success
            }
        }
        Err(error) => {
            output.fail(error.in_words());
            ExitStatus::Usage
        }
    }
}

/// Remarks globs that chose nothing: whoever wrote them meant something.
pub(super) fn remark_idle(options: &PlanOptions, output: &mut Output) {
    for (option, pattern) in options.selection.idle() {
        output.note(message!(
            "plan-idle-glob",
            option = option,
            pattern = format!("{pattern:?}"),
        ));
    }
}

fn tell_next(summary: &Summary, line: &[OsString], output: &mut Output) {
    let parts = summary.manifests.iter();
    let names: Vec<_> = parts.map(|part| part.path.as_os_str()).collect();
    output.say(next_steps(&names, line, output.lang()));
}

/// What to do with the manifests of those names, by commands that begin as this command `line` did.
fn next_steps(names: &[&OsStr], line: &[OsString], lang: Lang) -> String {
    let mut quoted = names.iter().map(shell::argument);
    let more =
        |first: Message, next: String| message!("plan-manifest-and", first = first, next = next);
    let first = Message::plain(quoted.next().unwrap_or_default());
    let review = message!("plan-review", manifests = quoted.fold(first, more));
    let mut text = format!("\n{}", review.tell(lang));
    let office = message!("place-office").tell(lang);
    for options in [&["--dry-run"][..], &["--office", &office]] {
        for name in names {
            let words = [OsStr::new("run"), name];
            let options = options.iter().map(OsStr::new);
            text.push_str("\n  ");
            text.push_str(&shell::next(line, words.into_iter().chain(options)));
        }
    }
    text
}

/// The options of a plan, or what is wrong with them.
pub(super) fn options(
    args: &SelectionArgs,
    output: &Path,
    force: bool,
    excel: bool,
) -> Result<PlanOptions, Message> {
    let selection =
        Selection::new(&args.include, &args.exclude).map_err(|error| error.in_words())?;
    if force {
        spare(output, excel)?;
    }
    let (from, to) = period(args)?;
    Ok(PlanOptions {
        paths: args.paths.clone(),
        output: output.to_path_buf(),
        force,
        selection,
        from,
        to,
        order: match args.order {
            OrderArg::Path => Order::Path,
            OrderArg::Newest => Order::Newest,
        },
        all_events: args.events == EventsArg::All,
        clients: args
            .clients
            .as_deref()
            .map(Clients::read)
            .transpose()
            .map_err(|error| error.in_words())?,
        known: args
            .known
            .as_deref()
            .map(KnownKeys::read)
            .transpose()
            .map_err(|error| {
                message!("config-option", option = "known", reason = error.in_words())
            })?,
        routes: match args.routes {
            RoutesArg::Documented => Routes::Documented,
            RoutesArg::Legacy => Routes::Legacy,
        },
        verify_signatures: false,
        excel,
        workers: None,
    })
}

/// Refuses to replace what is no manifest; without `--force` nothing is replaced.
fn spare(output: &Path, excel: bool) -> Result<(), Message> {
    for path in replaced(output, excel) {
        if path.is_dir() {
            return Err(message!("plan-folder", path = path.display()));
        }
        // A manifest takes the place of a pipe or a device, too.
        if path.metadata().is_ok_and(|found| !found.is_file()) {
            return Err(message!("plan-no-file", path = path.display()));
        }
        if let Some(refused) = refuse("--output", &path, &[Kind::Manifest]) {
            return Err(refused);
        }
    }
    Ok(())
}

/// The first and the last day of issue.
fn period(args: &SelectionArgs) -> Result<(Option<Date>, Option<Date>), Message> {
    let from = day("from", args.from.as_deref())?;
    let to = day("to", args.to.as_deref())?;
    if let (Some(from), Some(to)) = (from, to) {
        in_order(from, to)?;
    }
    Ok((from, to))
}

/// Refuses a period that ends before it begins.
pub(super) fn in_order(from: Date, to: Date) -> Result<(), Message> {
    if from <= to {
        return Ok(());
    }
    Err(message!(
        "plan-no-period",
        from = from.to_string(),
        to = to.to_string(),
    ))
}

/// A day as `YYYY-MM-DD`, and in no other way: what else reads as one may mean another.
pub(super) fn day(option: &str, text: Option<&str>) -> Result<Option<Date>, Message> {
    let read = |text: &str| {
        let mut signs = text.bytes().enumerate();
        let shape = signs.all(|(at, sign)| match at {
            4 | 7 => sign == b'-',
            _ => sign.is_ascii_digit(),
        });
        let date = (shape && text.len() == 10).then(|| text.parse().ok());
        date.flatten()
            .ok_or_else(|| message!("plan-day", option = option, value = format!("{text:?}")))
    };
    text.map(read).transpose()
}

/// How long so many documents take at the default rate, quiet hours counted, from now on.
fn duration(documents: u64) -> Message {
    let sending = SignedDuration::try_from_secs_f64(documents as f64 / DEFAULT_RATE)
        .unwrap_or(SignedDuration::MAX);
    // The zone data compiled in are enough for a forecast, and at hand at once.
    let zone = jiff::tz::TimeZoneDatabase::bundled()
        .get("America/Sao_Paulo")
        .unwrap_or(jiff::tz::TimeZone::UTC);
    let now = Timestamp::now();
    let done = QuietHours::parse("mon-fri 00:00-18:00", zone.clone())
        .map_or(now, |quiet| quiet.finish_at(now, sending));
    let done = done.to_zoned_datetime(zone);
    let end = message!(
        "plan-moment",
        year = done.strftime("%Y").to_string(),
        month = done.strftime("%m").to_string(),
        day = done.strftime("%d").to_string(),
        time = done.strftime("%H:%M").to_string(),
    );
    message!(
        "plan-duration",
        time = hours(sending),
        rate = Arg::decimal(DEFAULT_RATE, 0),
        end = end,
    )
}

/// So long, as a person says it.
pub(super) fn hours(time: SignedDuration) -> Message {
    let minutes = time.as_secs() / 60;
    match (minutes / 60, minutes % 60) {
        (0, 0) => message!("plan-less-than-a-minute"),
        (0, minutes) => Message::plain(format_args!("{minutes} min")),
        (hours, minutes) => Message::plain(format_args!("{hours} h {minutes} min")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bug: of a manifest in several files only the first was named, and blanks in its name split it.
    #[test]
    fn every_part_of_the_manifest_is_named_and_quoted() {
        let names = ["my notes.csv", "my notes-2.csv"].map(OsStr::new);
        assert_eq!(
            next_steps(&names, &["malote".into(), "plan".into()], Lang::English),
            "\nlook through 'my notes.csv' and 'my notes-2.csv', turn send to skip where you want, then:\n  \
             malote run 'my notes.csv' --dry-run\n  malote run 'my notes-2.csv' --dry-run\n  \
             malote run 'my notes.csv' --office NAME\n  malote run 'my notes-2.csv' --office NAME"
        );
    }

    #[test]
    fn a_day_is_written_in_one_way_only() {
        for (text, right) in [
            ("2019-05-31", true),
            ("2019-02-29", false),
            ("20190531", false),
            ("2019-05-31T10:00:00", false),
            ("2019-5-31", false),
            ("2019-05-31 ", false),
            ("+2019-5-31", false),
            ("31/05/2019", false),
            ("", false),
        ] {
            assert_eq!(day("from", Some(text)).is_ok(), right, "{text:?}");
        }
    }

    #[test]
    fn durations_in_words() {
        for (seconds, words) in [
            (30, "less than a minute"),
            (90, "1 min"),
            (90_000, "25 h 0 min"),
        ] {
            let said = hours(SignedDuration::from_secs(seconds));
            assert_eq!(said.tell(Lang::English), words);
        }
        let said = duration(950_400).tell(Lang::English);
        assert!(said.starts_with("sending will take 24 h 0 min at 11 documents a second"));
    }
}
