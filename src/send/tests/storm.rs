//! Everything at once, by chance that can be repeated: whatever happens, the books balance.

use std::time::Duration;

use super::chance::Chance;
use super::sim::{Reading, Sim, event_of, note};
use super::world::{Act, Request, push_back, say};
use crate::policy::QuietHours;

/// Documents that the server can never deal with.
const POISON: [usize; 3] = [17, 90, 91];

fn weather(seed: u64) -> impl FnMut(&Request) -> Act + Send + 'static {
    let mut chance = Chance::new(seed);
    let share = chance.below(60) + 1;
    let begins = chance.below(60);
    let outage = begins..begins + chance.below(400);
    move |request| {
        if request.documents.iter().any(|one| POISON.contains(one)) {
            return say(500, "poison");
        }
        if request.number < 8 || request.is_first_of_route {
            return Act::Accept;
        }
        if outage.contains(&request.second()) {
            return chance.one_of(&[say(500, "x"), Act::NotReached, Act::Lose]);
        }
        if !chance.happens(share * 5) {
            return Act::Accept;
        }
        let one = request.documents[chance.place(request.documents.len())];
        match chance.below(12) {
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
    let quiet = QuietHours::none(jiff::tz::TimeZone::UTC);
    let start = "2026-10-10T00:00:00-03:00".parse().unwrap();
    let mut sim = Sim::starting(start, quiet, specs, weather(seed));
    let away = chance.below(100);
    let away = away..away + chance.below(200);
    let gone = chance.place(count);
    sim.archive(move |number, at| {
        if away.contains(&at.as_secs()) {
            Reading::Unreachable(number % 2 == 0)
        } else if number == gone {
            Reading::Missing
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
    sim
}

/// The balance, the ceiling and the order of things are checked by every run; here, that it comes to its end.
#[tokio::test(start_paused = true)]
async fn a_storm_of_all_faults_at_once_ends_with_balanced_books() {
    for seed in 0..150 {
        for batch in [1, 20] {
            let mut sim = storm(seed, batch);
            let ending = sim.run().await;
            let balance = ending.balance;
            assert_eq!(ending.reason, None, "seed {seed}, batches of {batch}");
            let bound = balance.planned * 2 / 3;
            assert!(
                balance.accepted > bound,
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
            let known = |number: &usize| world.state(*number) == crate::journal::State::Accepted;
            let accepted = (0..world.specs.len()).filter(known);
            assert!(
                accepted.into_iter().all(|number| world.has[number]),
                "seed {seed}"
            );
        }
    }
}
