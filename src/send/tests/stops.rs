//! How a run ends early, and what it says then.

use std::time::Duration;

use super::sim::{Reading, Sim, event_of, note};
use super::world::{Act, push_back, say};
use crate::exit::ExitStatus;
use crate::journal::{Event, State};
use crate::send::{RejectedLimit, Signal, StopReason};
use crate::zen::Route;

/// Bug: what was in the air, and what had its attempt recorded, was in no state of the last balance.
#[tokio::test(start_paused = true)]
async fn after_the_second_ctrl_c_the_balance_is_what_the_journal_says() {
    for batch in [1, 7] {
        for millis in (2100..4000).step_by(37) {
            let mut sim = Sim::new(500, |_| Act::Accept);
            (sim.batch, sim.rate) = (batch, Some(50.0));
            sim.world().latency = Duration::from_millis(900);
            sim.journal_takes(|| Duration::from_millis(30));
            let at = Duration::from_millis(millis);
            sim.signals = vec![(at, Signal::Drain), (at, Signal::Leave)];
            let ending = sim.run().await;
            assert_eq!(ending.status(), ExitStatus::Interrupted);
            assert!(ending.balance.unknown > 0, "{}", ending.balance);
            let world = sim.world();
            let (event, message) = world.notes.last().unwrap();
            assert_eq!(*event, Event::End);
            assert!(
                message.contains(&ending.balance.to_string()),
                "{message}, and {}",
                ending.balance
            );
        }
    }
}

#[tokio::test(start_paused = true)]
async fn after_the_first_ctrl_c_what_is_in_the_air_is_finished() {
    let mut sim = Sim::new(500, |_| Act::Accept);
    sim.world().latency = Duration::from_secs(20);
    sim.signals = vec![(Duration::from_secs(30), Signal::Drain)];
    let ending = sim.run().await;
    assert_eq!(ending.status(), ExitStatus::Interrupted);
    assert_eq!(ending.balance.unknown, 0);
    let world = sim.world();
    assert_eq!(world.requests_between(31, 1000), 0);
    assert!(world.now() < "2026-10-10T00:00:51-03:00".parse().unwrap());
}

/// Whichever group of records fails: after it no request leaves (the world looks at each); what left and cannot be recorded
/// is named, and nothing else.
#[tokio::test(start_paused = true)]
async fn a_journal_that_fails_stops_the_run_and_names_what_left() {
    for batch in [1, 10] {
        let mut cases = 0;
        while fails_at(cases + 1, batch).await {
            cases += 1;
        }
        assert!(cases > 15, "{cases} groups of batches of {batch}");
    }
}

/// A run with faults, whose journal fails at that group of records. False: there are not so many.
async fn fails_at(group: usize, batch: usize) -> bool {
    let mut sim = Sim::new(120, |request| match request.number % 9 {
        4 if request.number > 9 => say(500, "x"),
        5 if request.number > 9 => push_back(429, "1"),
        _ => Act::Accept,
    });
    (sim.rate, sim.concurrency, sim.batch) = (Some(100.0), 8, batch);
    sim.world().fail_at_group = Some(group);
    let ending = sim.run().await;
    if ending.reason.is_none() {
        return false;
    }
    assert_eq!(ending.status(), ExitStatus::Failed);
    let world = sim.world();
    let came = |id: &str| {
        let number = world.specs.iter().position(|spec| spec.id == id);
        world.came[number.unwrap()] > 0
    };
    for one in &ending.unrecorded {
        assert!(came(&one.id), "{one:?} never left");
    }
    let left = world.came.iter().filter(|came| **came > 0).count() as u64;
    let balance = ending.balance;
    let told = balance.accepted + balance.unknown + balance.failed;
    assert!(left <= told, "{balance}");
    true
}

/// While a group of records is on its way to the disk others wait behind it: that it arrived says nothing of theirs. The
/// watcher compares what is shown with what is on the disk, and the end is held to the same.
#[tokio::test(start_paused = true)]
async fn nothing_counts_as_accepted_before_it_is_on_the_disk() {
    for batch in [1, 10] {
        let mut sim = Sim::new(3000, |_| Act::Accept);
        sim.batch = batch;
        sim.journal_takes(|| Duration::from_millis(900));
        sim.world().fail_at_group = Some(250);
        let ending = sim.run().await;
        assert_eq!(ending.status(), ExitStatus::Failed);
        assert!(ending.balance.accepted > 500, "{}", ending.balance);
        let ending = sim.run().await;
        assert_eq!(ending.status(), ExitStatus::Success);
    }
}

/// Bug: a journal that failed after Ctrl-C hid the interruption.
#[tokio::test(start_paused = true)]
async fn an_interruption_is_told_whatever_else_happened() {
    for (signal, group) in [(1, 30), (1, 60), (3, 30)] {
        let mut sim = Sim::new(500, |_| Act::Accept);
        sim.world().latency = Duration::from_secs(3);
        sim.world().fail_at_group = Some(group);
        sim.signals = vec![(Duration::from_secs(signal), Signal::Drain)];
        let ending = sim.run().await;
        assert_eq!(ending.status(), ExitStatus::Interrupted);
        if !ending.unrecorded.is_empty() {
            assert!(matches!(ending.reason, Some(StopReason::Fatal(_))));
        }
    }
}

/// Bug: a run of as many rows as --max-docs said that it had stopped early.
#[tokio::test(start_paused = true)]
async fn max_docs_of_all_there_is_is_a_run_that_finished() {
    for (count, most, reason) in [
        (300, 299, Some(StopReason::MaxDocs)),
        (300, 300, None),
        (256, 256, None),
        (257, 256, Some(StopReason::MaxDocs)),
        (300, 301, None),
    ] {
        let mut sim = Sim::new(count, |_| Act::Accept);
        sim.max_docs = Some(most);
        let ending = sim.run().await;
        assert_eq!(ending.reason, reason, "{most} of {count}");
        assert_eq!(ending.balance.accepted, most.min(count as u64));
        let again = sim.run().await;
        assert_eq!((again.reason, again.balance.accepted), (None, count as u64));
    }
}

/// Bug: a refusal counted for --max-rejected only when it was on the disk, and meanwhile others left.
#[tokio::test(start_paused = true)]
async fn a_refusal_counts_for_max_rejected_before_it_is_on_the_disk() {
    for (most, millis) in (3..9).flat_map(|most| [1, 80, 300, 2000].map(|millis| (most, millis))) {
        let mut sim = Sim::new(100, |request| Act::Refuse(request.documents.clone()));
        sim.journal_takes(move || Duration::from_millis(millis));
        (sim.concurrency, sim.rate) = (2, None);
        sim.max_rejected = Some(RejectedLimit::Count(most));
        let ending = sim.run().await;
        assert_eq!(ending.reason, Some(StopReason::MaxRejected));
        let rejected = ending.balance.rejected;
        assert!(
            (most + 1..=most + 2).contains(&rejected),
            "{most}, {millis} ms: {rejected}"
        );
    }
}

/// Bug: a document that was sent and could not be read for its retry made room for one more.
#[tokio::test(start_paused = true)]
async fn what_was_sent_and_then_vanishes_counts_for_max_docs() {
    let mut sim = Sim::new(300, |request| {
        if request.holds(10) {
            say(500, "x")
        } else {
            Act::Accept
        }
    });
    sim.archive(|number, at| match number {
        10 if at.as_secs() > 3 => Reading::Missing,
        20..25 => Reading::Missing,
        _ => Reading::Ready,
    });
    sim.max_docs = Some(50);
    sim.run().await;
    let came = sim.world().came.iter().filter(|came| **came > 0).count();
    assert_eq!(came, 50);
}

/// Bug: the end was noticed up to half a minute late.
#[tokio::test(start_paused = true)]
async fn the_end_of_max_duration_is_noticed_in_time() {
    for seconds in [7, 61] {
        let mut sim = Sim::new(500, |_| Act::Accept);
        (sim.rate, sim.max_duration) = (Some(0.01), Some(Duration::from_secs(seconds)));
        let before = sim.world().now();
        let ending = sim.run().await;
        assert_eq!(ending.reason, Some(StopReason::MaxDuration));
        let took = before.duration_until(sim.world().now()).as_secs_f64();
        assert!((took - seconds as f64).abs() < 1.0, "{took}");
    }
}

/// Bug: an event was refused for good because its note had only failed.
#[tokio::test(start_paused = true)]
async fn an_event_waits_for_another_run_where_its_note_has_not_come_in() {
    let mut specs: Vec<_> = (0..100).map(note).collect();
    for number in 0..20 {
        specs.push(event_of(&specs[number * 5], 100 + number));
    }
    // An event of a note that is not in the archive is Zen's to judge.
    specs.push(event_of(&note(5000), 120));
    let quiet = crate::policy::QuietHours::none(jiff::tz::TimeZone::UTC);
    let start = "2026-10-10T00:00:00-03:00".parse().unwrap();
    let mut sim = Sim::starting(start, quiet, specs, |request| match request.documents[..] {
        [10] => say(500, "poison"),
        [20] => Act::Lose,
        [35] => say(400, "cliente"),
        _ => Act::Accept,
    });
    sim.archive(|number, _| match number {
        30 => Reading::Missing,
        _ => Reading::Ready,
    });
    let ending = sim.run().await;
    assert_eq!(
        (ending.reason.clone(), ending.status()),
        (None, ExitStatus::Unsettled)
    );
    {
        let world = sim.world();
        for (note, state, event) in [
            (10, State::Failed, State::Pending),
            (20, State::Unknown, State::Pending),
            (30, State::Missing, State::Pending),
            (35, State::Rejected, State::Accepted),
            (40, State::Accepted, State::Accepted),
        ] {
            assert_eq!(world.state(note), state, "{note}");
            assert_eq!(world.state(100 + note / 5), event, "event of {note}");
        }
        assert_eq!(world.state(120), State::Accepted);
    }
    sim.world().script = Box::new(|_| Act::Accept);
    sim.archive(|_, _| Reading::Ready);
    let ending = sim.run().await;
    assert_eq!(ending.balance.accepted, 120);
}

/// A route that stays closed keeps little, and does not keep others from being sent.
#[tokio::test(start_paused = true)]
async fn little_is_read_ahead_for_a_route_that_is_closed() {
    let mut specs: Vec<_> = (0..2000).map(note).collect();
    for spec in &mut specs[500..1500] {
        spec.route = Route::Cte;
        spec.id = spec.id.replace("NFe", "CTe");
    }
    let quiet = crate::policy::QuietHours::none(jiff::tz::TimeZone::UTC);
    let start = "2026-10-10T00:00:00-03:00".parse().unwrap();
    let mut sim = Sim::starting(start, quiet, specs, |_| Act::Accept);
    (sim.batch, sim.rate) = (20, None);
    let ending = sim.run().await;
    assert_eq!(ending.balance.accepted, 2000);
}

/// Documents that wait for a retry are bounded, and reading pauses.
#[tokio::test(start_paused = true)]
async fn no_more_than_four_thousand_documents_wait_for_a_retry() {
    for batch in [1, 20] {
        let mut sim = Sim::new(20_000, |request| {
            let spoilt = request.documents.iter().any(|one| one % 5 != 0);
            if spoilt && request.number > 0 {
                say(404, "x")
            } else {
                Act::Accept
            }
        });
        (sim.batch, sim.rate, sim.attempts) = (batch, None, 100);
        sim.run_for(Duration::from_hours(2)).await;
        let world = sim.world();
        let waits =
            |number: &usize| world.came[*number] > 0 && world.state(*number) != State::Accepted;
        let waiting = (0..world.specs.len()).filter(waits).count();
        // Beside those that wait there are those in the air and those that were read ahead.
        let bounds = 4096..=4096 + 4 * 16 * batch;
        assert!(bounds.contains(&waiting), "{waiting} in batches of {batch}");
    }
}

/// Bug: the last note that was left, which a firewall turns away, ended every night with a wrong key's words, and the
/// events behind it never left.
#[tokio::test(start_paused = true)]
async fn a_note_that_is_turned_away_does_not_keep_the_events_back() {
    let mut specs: Vec<_> = (0..40).map(note).collect();
    for number in 0..10 {
        specs.push(event_of(&specs[number * 4 + 1], 40 + number));
    }
    let quiet = crate::policy::QuietHours::none(jiff::tz::TimeZone::UTC);
    let start = "2026-10-10T00:00:00-03:00".parse().unwrap();
    let mut sim = Sim::starting(start, quiet, specs, |request| match request.documents[..] {
        [0] => say(403, "x"),
        _ => Act::Accept,
    });
    sim.max_docs = Some(41);
    sim.run().await;
    sim.max_docs = None;
    let ending = sim.run().await;
    assert_eq!(
        (ending.reason.clone(), ending.status()),
        (None, ExitStatus::Unsettled)
    );
    assert_eq!((ending.balance.accepted, ending.balance.failed), (49, 1));
    // With nothing else to try, nobody knows whose matter it is.
    let before = sim.world().arrivals.len();
    let ending = sim.run().await;
    assert_eq!(ending.status(), ExitStatus::Failed);
    assert!(sim.world().arrivals.len() <= before + 3);
}

/// Bug: where the file of a note had changed and its cancellation waited, each run said to run again later.
#[tokio::test(start_paused = true)]
async fn an_event_whose_note_waits_for_a_person_waits_for_one_too() {
    let mut specs: Vec<_> = (0..10).map(note).collect();
    specs.push(event_of(&specs[3], 10));
    let quiet = crate::policy::QuietHours::none(jiff::tz::TimeZone::UTC);
    let start = "2026-10-10T00:00:00-03:00".parse().unwrap();
    let mut sim = Sim::starting(start, quiet, specs, |_| Act::Accept);
    sim.archive(|number, _| match number {
        3 => Reading::Changed,
        _ => Reading::Ready,
    });
    let ending = sim.run().await;
    assert_eq!(ending.status(), ExitStatus::NeedsAPerson);
    assert_eq!((ending.balance.changed, ending.balance.pending), (1, 1));
}
