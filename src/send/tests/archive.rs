//! The archive goes away, or files of it do.

use std::time::Duration;

use super::sim::{Reading, Sim};
use super::world::Act;
use crate::journal::Event;

/// Bug: the whole patience was used up in milliseconds, and what was left of the archive was recorded as missing.
#[tokio::test(start_paused = true)]
async fn a_share_that_is_away_for_ten_minutes_costs_ten_minutes() {
    for root_is_there in [false, true] {
        for batch in [1, 20] {
            let mut sim = Sim::new(5000, |_| Act::Accept);
            sim.archive(move |_, at| match at.as_secs() {
                100..700 => Reading::Unreachable(root_is_there),
                _ => Reading::Ready,
            });
            sim.batch = batch;
            let ending = sim.run().await;
            assert_eq!(ending.balance.accepted, 5000, "{}", ending.balance);
            let world = sim.world();
            let leaving = world.requests_between(106, 700);
            assert_eq!(leaving, 0, "nothing leaves while it is away");
            let (last, _) = world.arrivals[world.arrivals.len() - 1];
            assert!(last < Duration::from_secs(500 + 600 + 310), "{last:?}");
            let notes = |wanted| {
                world
                    .notes
                    .iter()
                    .filter(move |(event, _)| *event == wanted)
            };
            assert_eq!(notes(Event::Resume).count(), 1);
            assert!((3..=6).contains(&notes(Event::Pause).count()));
        }
    }
}

/// Bug: eight files that were deleted held the others back for minutes.
#[tokio::test(start_paused = true)]
async fn files_that_were_deleted_hold_nobody_back() {
    let mut sim = Sim::new(1000, |_| Act::Accept);
    sim.archive(|number, _| match number {
        500..508 => Reading::Missing,
        600 => Reading::Changed,
        _ => Reading::Ready,
    });
    let ending = sim.run().await;
    let balance = ending.balance;
    assert_eq!(
        (balance.accepted, balance.missing, balance.changed),
        (991, 8, 1)
    );
    assert!(sim.world().now() < "2026-10-10T00:01:45-03:00".parse().unwrap());
    assert_eq!(ending.status(), crate::exit::ExitStatus::NeedsAPerson);
}

#[tokio::test(start_paused = true)]
async fn a_folder_of_which_nothing_is_known_is_missing_after_twenty_minutes_and_holds_nobody_back()
{
    let mut sim = Sim::new(3000, |_| Act::Accept);
    sim.archive(|number, _| match number {
        500..530 => Reading::Unreachable(true),
        _ => Reading::Ready,
    });
    let ending = sim.run().await;
    assert_eq!(
        (ending.balance.accepted, ending.balance.missing),
        (2970, 30)
    );
    let world = sim.world();
    let sent_in_time = world.requests_between(0, 8 * 60);
    assert!(sent_in_time >= 2900, "{sent_in_time}");
    assert!(world.now() < "2026-10-10T00:40:00-03:00".parse().unwrap());
}

/// A drive that stays away is waited for; the run ends when it is told to, and nothing is missing.
#[tokio::test(start_paused = true)]
async fn a_root_that_stays_away_is_waited_for() {
    let mut sim = Sim::new(3000, |_| Act::Accept);
    sim.archive(|_, at| match at.as_secs() {
        0..60 => Reading::Ready,
        _ => Reading::Unreachable(false),
    });
    sim.max_duration = Some(Duration::from_hours(30));
    let ending = sim.run().await;
    let balance = ending.balance;
    assert_eq!(balance.missing, 0);
    assert_eq!(balance.accepted + balance.pending + balance.failed, 3000);
    assert_eq!(ending.status(), crate::exit::ExitStatus::Unsettled);
}

#[tokio::test(start_paused = true)]
async fn slow_readers_change_nothing() {
    let mut sim = Sim::new(2000, |_| Act::Accept);
    sim.read_delay = Duration::from_millis(700);
    sim.batch = 20;
    sim.archive(|number, at| match at.as_secs() {
        50..200 => Reading::Unreachable(false),
        _ if number % 100 == 3 => Reading::Missing,
        _ => Reading::Ready,
    });
    let ending = sim.run().await;
    assert_eq!(
        (ending.balance.accepted, ending.balance.missing),
        (1980, 20)
    );
}
