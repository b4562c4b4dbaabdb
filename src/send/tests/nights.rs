//! Nights and weekends: quiet hours, holidays, an outage of a day, clocks that jump.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::sim::{Reading, Sim, event_of, lock, note};
use super::world::{Act, say};
use crate::exit::ExitStatus;
use crate::journal::Event;
use crate::policy::QuietHours;
use crate::send::StopReason;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn hours(text: &str, zone: &str) -> QuietHours {
    QuietHours::parse(text, TimeZone::get(zone).unwrap()).unwrap()
}

/// The wait of a client that a vendor would wish for: a long weekend of a Friday evening to a Tuesday, with Our Lady of
/// Aparecida on the Monday and the service down from Saturday noon to Sunday noon.
#[tokio::test(start_paused = true)]
async fn two_hundred_thousand_documents_over_a_weekend_with_a_day_of_outage() {
    const COUNT: u32 = 200_000;
    let start = at("2026-10-09T18:00:00-03:00");
    let (down, up) = (
        at("2026-10-10T12:00:00-03:00"),
        at("2026-10-11T12:00:00-03:00"),
    );
    let quiet = hours("mon-fri 00:00-18:00", "America/Sao_Paulo");
    let into_outage = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&into_outage);
    let specs = (0..COUNT as usize).map(note).collect();
    let mut sim = Sim::starting(start, quiet, specs, move |request| {
        if (down..up).contains(&request.wall) {
            lock(&seen).push(request.wall);
            say(500, "Object reference not set to an instance of an object.")
        } else {
            Act::Accept
        }
    });
    sim.rate = Some(1.0);
    let ending = sim.run().await;
    assert_eq!(ending.balance.accepted, u64::from(COUNT));

    let asked = lock(&into_outage);
    assert!((80..=120).contains(&asked.len()), "{}", asked.len());
    let seconds = |pair: &[Timestamp]| pair[0].duration_until(pair[1]).as_secs();
    // The fifth fault opens it; then 30 s, doubling to 15 min, a fifth more at most.
    for (look, pair) in asked[4..].windows(2).enumerate() {
        let pause = (30i64 << look.min(5)).min(900);
        let waited = seconds(pair);
        assert!(
            (pause..=pause + pause / 5 + 2).contains(&waited),
            "{look}: {waited}"
        );
    }
    // What was left of the day after the outage was used: it ends on Tuesday evening, within the hour of the ideal.
    let world = sim.world();
    let open = 6 + 12 + 12 + 24;
    let left = i64::from(COUNT) - open * 3600;
    let ideal = at("2026-10-13T18:00:00-03:00") + SignedDuration::from_secs(left);
    let late = ideal.duration_until(world.now());
    let hour = SignedDuration::ZERO..=SignedDuration::from_mins(60);
    assert!(hour.contains(&late), "{late}");
}

/// Bug: a run that had nothing left to send waited for the end of the quiet hours before it said so.
#[tokio::test(start_paused = true)]
async fn a_run_with_nothing_to_send_does_not_wait_for_the_end_of_the_hours() {
    let quiet = hours("00:00-18:00", "America/Sao_Paulo");
    let mut specs: Vec<_> = (0..600).map(note).collect();
    specs.push(event_of(&specs[5].clone(), 600));
    let start = at("2026-10-09T20:00:00-03:00");
    let mut sim = Sim::starting(start, quiet, specs, |_| Act::Refuse(vec![3]));
    assert_eq!(sim.run().await.balance.accepted, 600);
    sim.world().set_clock(SignedDuration::from_hours(12));
    let before = sim.world().now();
    let ending = sim.run().await;
    assert_eq!(ending.status(), ExitStatus::NeedsAPerson);
    let waited = before.duration_until(sim.world().now());
    assert!(waited < SignedDuration::from_mins(2), "{waited}");
}

/// Sleeps through the night: Tokio's clock stands still, the wall clock goes on.
#[tokio::test(start_paused = true)]
async fn a_laptop_that_slept_wakes_rightly() {
    let quiet = hours("00:00-18:00", "America/Sao_Paulo");
    for (asleep, awake_at) in [(5, "03:00"), (5, "17:59:40"), (5, "19:00")] {
        let start = at("2026-10-09T23:30:00-03:00");
        let specs = (0..10_000).map(note).collect();
        let mut sim = Sim::starting(start, quiet.clone(), specs, |_| Act::Accept);
        sim.rate = Some(2.0);
        let world = Arc::clone(&sim.world);
        let wakes = at(&format!("2026-10-10T{awake_at}-03:00"));
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_mins(asleep)).await;
            let mut world = lock(&world);
            let asleep = world.now().duration_until(wakes);
            world.set_clock(asleep);
        });
        let ending = sim.run().await;
        assert_eq!(ending.balance.accepted, 10_000, "{awake_at}");
        // 600 before it slept; the rest from the evening on, within half a minute.
        let done = at("2026-10-10T18:00:00-03:00").max(wakes) + Duration::from_secs(4700 + 32);
        assert!(
            sim.world().now() <= done,
            "{awake_at}: {}",
            sim.world().now()
        );
    }
}

/// Bug: a computer that slept over a weekend in the middle of an outage ended the run when it woke, without asking
/// whether the service was back.
#[tokio::test(start_paused = true)]
async fn an_outage_that_was_slept_through_is_asked_after_first() {
    let mut sim = Sim::new(1000, |request| match request.second() {
        20..300 => say(500, "x"),
        _ => Act::Accept,
    });
    sim.outage_limit = Duration::from_hours(26);
    let world = Arc::clone(&sim.world);
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_mins(5)).await;
        lock(&world).set_clock(SignedDuration::from_hours(60));
    });
    let ending = sim.run().await;
    assert_eq!((ending.reason, ending.balance.accepted), (None, 1000));
}

/// Sleeps in the middle of an outage, of a pause that was asked for, and of the flow.
#[tokio::test(start_paused = true)]
async fn a_sleep_in_the_middle_of_anything_is_no_dead_end() {
    for batch in [1, 20] {
        for second in (0..200).step_by(7) {
            let mut sim = Sim::new(1000, |request| match request.second() {
                20..70 => say(500, "x"),
                100..105 => super::world::push_back(429, "40"),
                _ => Act::Accept,
            });
            sim.batch = batch;
            let world = Arc::clone(&sim.world);
            tokio::spawn(async move {
                tokio::time::sleep(Duration::from_secs(second)).await;
                lock(&world).set_clock(SignedDuration::from_hours(9));
            });
            let ending = sim.run().await;
            assert_eq!(ending.balance.accepted, 1000, "asleep at {second}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_is_set_loses_no_more_than_its_jump() {
    for jump in [-7200i64, -90, 90, 7200] {
        for second in [10, 40, 110, 160] {
            let mut sim = Sim::new(1000, |request| match request.second() {
                20..70 => say(500, "x"),
                100..105 => super::world::push_back(429, "40"),
                _ => Act::Accept,
            });
            let world = Arc::clone(&sim.world);
            tokio::spawn(async move {
                tokio::time::sleep(Duration::from_secs(second)).await;
                lock(&world).set_clock(SignedDuration::from_secs(jump));
            });
            let ending = sim.run().await;
            assert_eq!(ending.balance.accepted, 1000);
            let (last, _) = *sim.world().arrivals.last().unwrap();
            assert!(
                last < Duration::from_mins(10),
                "{jump} at {second}: {last:?}"
            );
        }
    }
}

/// The hours are those that the clocks show, on the night on which they are changed too: every request is checked.
#[tokio::test(start_paused = true)]
async fn a_change_of_the_zones_rule_is_followed() {
    for (start, ends) in [
        // Clocks skip 02:00 to 03:00.
        ("2026-03-07T20:00:00-05:00", "2026-03-08T22:00:00-04:00"),
        // Clocks show 01:00 to 02:00 twice.
        ("2026-10-31T20:00:00-04:00", "2026-11-01T22:00:00-05:00"),
    ] {
        let quiet = hours("00:30-06:00, 08:00-18:00", "America/New_York");
        let specs = (0..10_000).map(note).collect();
        let mut sim = Sim::starting(at(start), quiet, specs, |_| Act::Accept);
        sim.rate = Some(0.2);
        sim.until = Some(at(ends));
        let ending = sim.run().await;
        // 4.5 h, 2 h and 4 h of sending, a document in 5 s.
        let expected = (4.5 + 2.0 + 4.0) * 720.0;
        let sent = ending.balance.accepted as f64;
        assert!((sent - expected).abs() < 25.0, "{start}: {sent}");
    }
}

/// The journal's pauses and resumes.
fn notes(sim: &Sim) -> Vec<(Event, String)> {
    let world = sim.world();
    let notes = world.notes.iter();
    notes
        .filter(|(event, _)| matches!(event, Event::Pause | Event::Resume))
        .cloned()
        .collect()
}

#[tokio::test(start_paused = true)]
async fn quiet_hours_begin_and_end_in_the_journal() {
    let quiet = hours("08:00-18:00", "America/Sao_Paulo");
    let specs = (0..100).map(note).collect();
    let start = at("2026-10-10T07:59:55-03:00");
    let mut sim = Sim::starting(start, quiet, specs, |_| Act::Accept);
    sim.run().await;
    let until = "quiet-hours until 2026-10-10T18:00:00-03:00";
    let expected = [
        (Event::Pause, until.to_owned()),
        (Event::Resume, "quiet-hours".to_owned()),
    ];
    assert_eq!(notes(&sim), expected);
}

/// An outage from half an hour before quiet hours to an hour after them: they do not count toward its limit, and no
/// probe leaves in them, which the world checks.
#[tokio::test(start_paused = true)]
async fn an_outage_that_runs_into_quiet_hours_and_out_again_is_counted_without_them() {
    for (limit, weathered) in [(100, true), (80, false)] {
        let quiet = hours("08:00-18:00", "America/Sao_Paulo");
        let specs = (0..1000).map(note).collect();
        let down = at("2026-10-10T07:30:00-03:00")..at("2026-10-10T19:00:00-03:00");
        let start = at("2026-10-10T07:29:30-03:00");
        let mut sim = Sim::starting(start, quiet, specs, move |request| {
            if down.contains(&request.wall) {
                say(500, "x")
            } else {
                Act::Accept
            }
        });
        sim.outage_limit = Duration::from_mins(limit);
        let ending = sim.run().await;
        if weathered {
            assert_eq!((ending.reason, ending.balance.accepted), (None, 1000));
        } else {
            assert_eq!(ending.reason, Some(StopReason::OutageLimit));
            // 80 minutes without the hours: half an hour before, 50 minutes after them.
            let late = at("2026-10-10T18:50:00-03:00").duration_until(sim.world().now());
            assert!((0..=60).contains(&late.as_secs()), "{late}");
        }
        let codes: Vec<_> = notes(&sim)
            .into_iter()
            .map(|(event, message)| {
                let code = message.split(' ').next().unwrap_or_default().to_owned();
                (event, code)
            })
            .collect();
        let of = |event, code: &str| {
            codes
                .iter()
                .filter(|one| **one == (event, code.to_owned()))
                .count()
        };
        assert_eq!(of(Event::Pause, "quiet-hours"), 1, "{codes:?}");
        assert!(of(Event::Pause, "outage") >= 6, "{codes:?}");
        assert_eq!(
            of(Event::Resume, "outage"),
            usize::from(weathered),
            "{codes:?}"
        );
    }
}

/// The archive's share goes away in the middle of an outage or of quiet hours, or before, and comes back in them or after:
/// nothing is missing.
#[tokio::test(start_paused = true)]
async fn a_share_that_is_away_in_an_outage_or_quiet_hours_costs_nothing_but_time() {
    const MINUTE: u64 = 60;
    const HOUR: u64 = 3600;
    // From 07:00 on; the hours are from 1 h to 11 h. A root that is there is believed after 20 minutes of looking.
    for (root_is_there, away) in [
        (false, MINUTE..14 * HOUR),
        (false, 30 * MINUTE..14 * HOUR),
        (false, 2 * HOUR..3 * HOUR),
        (false, 2 * HOUR..14 * HOUR),
        (true, 30 * MINUTE..40 * MINUTE),
        (true, 55 * MINUTE..11 * HOUR + 5 * MINUTE),
        (true, 2 * HOUR..11 * HOUR + 10 * MINUTE),
        (true, 12 * HOUR..12 * HOUR + 15 * MINUTE),
    ] {
        for outage in [
            30..13 * HOUR,
            30 * MINUTE..15 * HOUR,
            11 * HOUR + 5 * MINUTE..13 * HOUR,
        ] {
            let name = format!("away {away:?}, outage {outage:?}");
            let quiet = hours("08:00-18:00", "America/Sao_Paulo");
            let specs = (0..1200).map(note).collect();
            let start = at("2026-10-10T07:00:00-03:00");
            let mut sim = Sim::starting(start, quiet, specs, move |request| {
                if outage.contains(&request.second()) {
                    say(500, "x")
                } else {
                    Act::Accept
                }
            });
            (sim.rate, sim.attempts) = (Some(0.2), 1);
            let away = away.clone();
            sim.archive(move |_, at| {
                if away.contains(&at.as_secs()) {
                    Reading::Unreachable(root_is_there)
                } else {
                    Reading::Ready
                }
            });
            let ending = sim.run().await;
            let balance = ending.balance;
            assert_eq!(balance.accepted, 1200, "{name}: {balance}");
            assert_eq!(ending.reason, None, "{name}");
        }
    }
}
