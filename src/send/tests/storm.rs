//! Everything at once, by chance that can be repeated: whatever happens, the books balance.

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use jiff::tz::TimeZone;

use super::chance::Chance;
use super::sim::{Reading, Sim, event_of, lock, note};
use super::world::{Act, Request, push_back, say};
use crate::journal::{Event, State};
use crate::policy::QuietHours;
use crate::send::{Ending, Fatal, StopReason};

/// Documents that the server can never deal with.
const POISON: [usize; 3] = [17, 90, 91];

/// Documents that a firewall dislikes.
const DISLIKED: [usize; 2] = [33, 120];

fn weather(seed: u64) -> impl FnMut(&Request) -> Act + Send + 'static {
    let mut chance = Chance::new(seed);
    let share = chance.below(60) + 1;
    let begins = chance.below(60);
    let outage = begins..begins + chance.below(400);
    move |request| {
        if request.documents.iter().any(|one| POISON.contains(one)) {
            return say(500, "poison");
        }
        if request.documents.iter().any(|one| DISLIKED.contains(one)) {
            return say(403, "Forbidden");
        }
        if request.number < 8 || request.is_first_of_route {
            return Act::Accept;
        }
        if outage.contains(&request.second()) {
            let page = say(200, "<html>login</html>");
            return chance.one_of(&[say(500, "x"), Act::NotReached, Act::Lose, page]);
        }
        if !chance.happens(share * 5) {
            return Act::Accept;
        }
        let one = request.documents[chance.place(request.documents.len())];
        match chance.below(16) {
            0 => push_back(429, chance.one_of(&["0", "3", "99999999", "soon", "-1"])),
            1 => push_back(503, "Sun, 06 Nov 1994 08:49:37 GMT"),
            2 => say(404, "<html>no such file</html>"),
            3 => say(200, "<html>login</html>"),
            4 => say(200, ""),
            5 => Act::PassOver(vec![one]),
            6 => Act::Refuse(vec![one]),
            7 => Act::Lose,
            8 => Act::NotReached,
            9 => say(400, "nonsense"),
            10 => say(302, ""),
            11 => say(407, "proxy"),
            12 if chance.happens(300) => say(chance.one_of(&[401, 403]), ""),
            _ => say(500, "x"),
        }
    }
}

fn storm(seed: u64, batch: usize) -> Sim {
    let mut chance = Chance::new(seed ^ 0xabcd);
    let count = 150 + chance.place(250);
    let mut specs: Vec<_> = (0..count).map(note).collect();
    for number in 0..count / 10 {
        let of = chance.place(count);
        specs.push(event_of(&specs[of], count + number));
    }
    let quiet = chance.one_of(&[
        "",
        "00:01-00:20",
        "00:00-00:02, 00:03-00:05, 05:00-06:30",
        "23:00-00:30, 02:00-07:00",
    ]);
    let zone = TimeZone::get("America/Sao_Paulo").unwrap();
    let quiet = match quiet {
        "" => QuietHours::none(zone),
        text => QuietHours::parse(text, zone).unwrap(),
    };
    let start = "2026-10-10T00:00:00-03:00".parse().unwrap();
    let mut sim = Sim::starting(start, quiet, specs, weather(seed));
    let away = chance.below(100);
    let away = away..away + chance.below(200);
    let (gone, edited) = (chance.place(count), chance.place(count));
    sim.archive(move |number, at| {
        if away.contains(&at.as_secs()) {
            Reading::Unreachable(number % 2 == 0)
        } else if number == gone {
            Reading::Missing
        } else if number == edited {
            Reading::Changed
        } else {
            Reading::Ready
        }
    });
    let mut journal = Chance::new(seed ^ 0x1234);
    sim.journal_takes(move || Duration::from_millis(journal.below(120)));
    (sim.batch, sim.seed) = (batch, seed);
    sim.rate = chance.one_of(&[Some(0.7), Some(20.0), None]);
    sim.concurrency = 1 + chance.place(16);
    sim.read_delay = Duration::from_millis(chance.below(3) * 40);
    sim.world().latency = Duration::from_millis(chance.below(3000));
    clock_is_set(&sim, &mut chance);
    sim
}

/// Now and then the clock is set, by up to three hours back or six forward.
fn clock_is_set(sim: &Sim, chance: &mut Chance) {
    for _ in 0..chance.below(4) {
        let at = Duration::from_millis(chance.below(600_000));
        let minutes = i64::try_from(chance.below(9 * 60)).unwrap() - 3 * 60;
        let world = Arc::clone(&sim.world);
        tokio::spawn(async move {
            tokio::time::sleep(at).await;
            lock(&world).set_clock(SignedDuration::from_mins(minutes));
        });
    }
}

/// Whether it ended because two documents in a row were answered 401 or 403, as they may by chance.
fn was_denied(ending: &Ending) -> bool {
    matches!(
        ending.reason,
        Some(StopReason::Fatal(Fatal::Refused { .. }))
    )
}

/// The balance, the ceiling and the order of things are checked by every run; here, that it comes to its end.
#[tokio::test(start_paused = true)]
async fn a_storm_of_all_faults_at_once_ends_with_balanced_books() {
    for seed in 0..150 {
        for batch in [1, 20] {
            let mut sim = storm(seed, batch);
            let mut ending = sim.run().await;
            for _ in 0..5 {
                if was_denied(&ending) {
                    ending = sim.run().await;
                }
            }
            let balance = ending.balance;
            assert!(
                ending.reason.is_none() || was_denied(&ending),
                "seed {seed}, batches of {batch}: {:?}",
                ending.reason
            );
            let bound = balance.planned * 2 / 3;
            assert!(
                balance.accepted > bound || was_denied(&ending),
                "seed {seed}, batches of {batch}: {balance}"
            );
            sim.world().script = Box::new(|_| Act::Accept);
            sim.archive(|_, _| Reading::Ready);
            let balance = sim.run().await.balance;
            assert_eq!(
                balance.accepted + balance.rejected,
                balance.planned,
                "seed {seed}, batches of {batch}"
            );
        }
    }
}

/// Outages, requests for patience, quiet hours, clocks that are set, an archive that goes away: nothing of it is any
/// document's fault, and with a single attempt each arrives, where five faults have told that it is an outage.
#[tokio::test(start_paused = true)]
async fn what_is_no_documents_fault_costs_none_of_them_an_attempt() {
    for (seed, batch) in (3000..3060).flat_map(|seed| [(seed, 1), (seed, 8)]) {
        let mut chance = Chance::new(seed);
        let mut sim = storm(seed, batch);
        let away = 20..20 + chance.below(1000);
        // Enough are left of which it can be told that it is an outage.
        let (begins, lasts) = (12 + chance.place(6), 60 + chance.below(3000));
        let act = chance.one_of(&[say(500, "x"), Act::NotReached, say(302, "")]);
        let mut outage = None;
        sim.world().script = Box::new(move |request| {
            let second = request.second();
            if request.number == begins {
                outage = Some(second..second + lasts);
            }
            if outage
                .as_ref()
                .is_some_and(|outage| outage.contains(&second))
            {
                return act.clone();
            }
            let opens = request.number < 8 || request.is_first_of_route;
            if !opens && chance.happens(10) {
                return push_back(429, "3");
            }
            Act::Accept
        });
        sim.archive(move |number, at| {
            if away.contains(&at.as_secs()) {
                Reading::Unreachable(number % 2 == 0)
            } else {
                Reading::Ready
            }
        });
        (sim.attempts, sim.concurrency) = (1, 16);
        let ending = sim.run().await;
        let name = format!("seed {seed}, batches of {batch}: {}", ending.balance);
        let world = sim.world();
        let mut notes = world.notes.iter();
        if notes.any(|(event, said)| *event == Event::Pause && said.starts_with("outage")) {
            // Events wait for the next run where the fifth fault was an event's, for their notes go after them then.
            let balance = &ending.balance;
            let (left, most) = (balance.planned - balance.accepted, 2 * (batch as u64 - 1));
            assert!(left == balance.pending && left <= most, "{name}");
        } else {
            // It was over, behind another pause, before the fifth fault told of it.
            assert!(ending.balance.failed < 5 * batch as u64, "{name}");
        }
    }
}

/// Dies again and again, with some of what was on its way to the disk; the next run goes on from there.
#[tokio::test(start_paused = true)]
async fn a_run_that_dies_at_any_moment_is_gone_on_with() {
    for seed in 1000..1080 {
        for batch in [1, 20] {
            let mut chance = Chance::new(seed);
            let mut sim = storm(seed, batch);
            let mut died = 0;
            while died < 12 {
                let most = Duration::from_millis(chance.below(20_000));
                if sim.run_for(most).await.is_some() {
                    break;
                }
                died += 1;
            }
            sim.world().script = Box::new(|_| Act::Accept);
            sim.archive(|_, _| Reading::Ready);
            let balance = sim.run().await.balance;
            assert_eq!(
                balance.accepted + balance.rejected,
                balance.planned,
                "seed {seed}, batches of {batch}"
            );
            let world = sim.world();
            let known = |number: &usize| world.state(*number) == State::Accepted;
            let accepted = (0..world.specs.len()).filter(known);
            assert!(
                accepted.into_iter().all(|number| world.has[number]),
                "seed {seed}"
            );
        }
    }
}
