//! What comes back whole for a batch is told apart in halves, and a document that is to blame ends by itself.

use std::time::Duration;

use super::sim::Sim;
use super::world::{Act, say};
use crate::journal::State;

/// Answers to every request that holds one document, by which nothing can be said of it.
fn strange_answers() -> Vec<(&'static str, Act, State)> {
    vec![
        ("404", say(404, "no such file"), State::Failed),
        ("nothing", say(200, ""), State::Unknown),
        ("no entries", say(200, "[]"), State::Unknown),
        ("a page", say(200, "<html>login</html>"), State::Failed),
        ("a redirect", say(302, ""), State::Failed),
        ("403", say(403, "firewall"), State::Failed),
        ("500", say(500, "fault"), State::Failed),
        ("a time-out", Act::Lose, State::Unknown),
        ("400", say(400, "no"), State::Rejected),
        ("405", say(405, "no"), State::Rejected),
    ]
}

/// Bug: all but faults and refusals were sent again every second for ever, as they were.
#[tokio::test(start_paused = true)]
async fn a_document_that_spoils_its_batch_is_found_and_ends_by_itself() {
    for batch in [1, 2, 20, 50] {
        for (name, act, state) in strange_answers() {
            let mut sim = Sim::new(300, move |request| {
                if request.holds(115) {
                    act.clone()
                } else {
                    Act::Accept
                }
            });
            sim.batch = batch;
            let ending = sim.run().await;
            assert_eq!(ending.reason, None, "{name} in batches of {batch}");
            assert_eq!(ending.balance.accepted, 299, "{name} in batches of {batch}");
            let world = sim.world();
            assert_eq!(world.state(115), state, "{name} in batches of {batch}");
            let came = world.came[115];
            assert!(came <= 12, "{name} in batches of {batch}: {came} times");
        }
    }
}

/// Bug: a second document that a firewall dislikes ended the run when both came up for their retries.
#[tokio::test(start_paused = true)]
async fn two_documents_that_a_firewall_dislikes_end_as_failed() {
    for batch in [1, 20] {
        for pair in [[50, 250], [110, 112], [298, 150]] {
            let mut sim = Sim::new(300, move |request| {
                if pair.iter().any(|one| request.holds(*one)) {
                    say(403, "firewall")
                } else {
                    Act::Accept
                }
            });
            sim.batch = batch;
            let ending = sim.run().await;
            assert_eq!(ending.reason, None, "{pair:?} in batches of {batch}");
            assert_eq!(
                (ending.balance.accepted, ending.balance.failed),
                (298, 2),
                "{pair:?} in batches of {batch}"
            );
        }
    }
}

/// A key that is withdrawn in the middle of a run stops it soon.
#[tokio::test(start_paused = true)]
async fn a_key_that_is_refused_from_some_moment_on_stops_the_run() {
    for batch in [1, 20] {
        let mut sim = Sim::new(3000, |request| {
            if request.second() >= 20 {
                say(401, "key")
            } else {
                Act::Accept
            }
        });
        sim.batch = batch;
        let ending = sim.run().await;
        assert_eq!(ending.status(), crate::exit::ExitStatus::Failed);
        let refused = sim.world().requests_between(20, u64::MAX);
        assert!(refused <= 16, "{refused}");
    }
}

/// Bug: a document longer than everything that may wait hung the run.
#[tokio::test(start_paused = true)]
async fn a_document_longer_than_what_may_wait_is_sent_by_itself() {
    for batch in [1, 2, 20] {
        let mut sim = Sim::new(100, |_| Act::Accept);
        {
            let mut world = sim.world();
            for (number, bytes) in [
                (0, 13_000_000),
                (40, 13_000_000),
                (41, 999_000),
                (42, 1_200_000),
                (99, 13_000_000),
            ] {
                world.specs[number].bytes = bytes;
            }
            for number in 60..80 {
                world.specs[number].bytes = 990_000;
            }
        }
        sim.batch = batch;
        let ending = sim.run().await;
        assert_eq!(ending.balance.accepted, 100, "{batch}");
        assert!(sim.world().now() < "2026-10-10T00:02:00-03:00".parse().unwrap());
    }
}

/// Bug: these were sent again every second.
#[tokio::test(start_paused = true)]
async fn a_document_that_answers_pass_over_is_asked_for_ever_more_rarely() {
    let mut sim = Sim::new(100, |request| {
        if request.documents.len() > 1 {
            Act::PassOver(vec![50])
        } else if request.holds(50) {
            say(200, "[]")
        } else {
            Act::Accept
        }
    });
    sim.batch = 20;
    sim.attempts = 4;
    let ending = sim.run().await;
    assert_eq!((ending.balance.accepted, ending.balance.unknown), (99, 1));
    let world = sim.world();
    assert_eq!(world.came[50], 4);
    // 5 s, 30 s, 180 s.
    let (last, _) = world.arrivals[world.arrivals.len() - 1];
    assert!(last > Duration::from_secs(215), "{last:?}");
}

/// Bug: each was refused for good, one by one, for the whole archive.
#[tokio::test(start_paused = true)]
async fn an_address_that_takes_no_documents_stops_the_run_within_three_requests() {
    for status in [405, 410, 404, 401, 403, 302, 407] {
        let mut sim = Sim::new(100, move |_| say(status, "no"));
        let ending = sim.run().await;
        assert_eq!(ending.status(), crate::exit::ExitStatus::Failed, "{status}");
        let world = sim.world();
        assert!(world.arrivals.len() <= 3, "{status}");
        assert_eq!(ending.balance.rejected, 0, "{status}");
    }
    // What speaks of documents may be said of many of them.
    let mut sim = Sim::new(100, |_| say(400, "cliente"));
    assert_eq!(sim.run().await.balance.rejected, 100);
}

#[tokio::test(start_paused = true)]
async fn an_untrusted_answer_is_not_trusted_where_it_says_failure() {
    let mut sim = Sim::new(100, |request| {
        if request.holds(30) {
            say(200, r#"[{"Success":false,"Message":"erro"}]"#)
        } else {
            say(200, "")
        }
    });
    (sim.batch, sim.trust_status) = (20, true);
    let ending = sim.run().await;
    assert_eq!((ending.balance.accepted, ending.balance.rejected), (99, 1));
}
