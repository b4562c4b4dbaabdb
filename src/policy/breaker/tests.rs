//! When an outage begins and ends, and who is to blame.

use super::*;

fn second(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + seconds).unwrap()
}

fn tripped() -> Breaker<u32> {
    let mut breaker = Breaker::new(1);
    for one in 0..5 {
        assert_eq!(breaker.on_fault(second(0), &[one]), one == 4);
    }
    breaker
}

fn probe(breaker: &mut Breaker<u32>, at: i64, document: u32, success: bool) {
    assert_eq!(breaker.gate(second(at)), Gate::Probe, "{at}");
    breaker.probe_sent(document);
    breaker.on_probe(second(at + 1), document, success);
}

fn pause(breaker: &mut Breaker<u32>, at: i64) -> i64 {
    match breaker.gate(second(at)) {
        Gate::Wait { until } => second(at).duration_until(until).as_secs(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn one_poison_document_is_no_outage() {
    let mut breaker = Breaker::new(1);
    for attempt in 0..100 {
        assert!(!breaker.on_fault(second(attempt), &[1u32]));
        assert_eq!(breaker.gate(second(attempt)), Gate::Go);
    }
}

#[test]
fn the_parts_of_a_batch_that_hold_one_poison_document_are_no_outage() {
    let mut breaker = Breaker::new(1);
    let batch: Vec<_> = (0..50u32).collect();
    for _ in 0..3 {
        for length in [50, 25, 13, 7, 4, 2, 1, 1, 1] {
            assert!(!breaker.on_fault(second(0), &batch[..length]));
        }
    }
}

/// Bug: with no more than four batches left, a dead server was sent every document of them nine times.
#[test]
fn the_last_batches_of_a_night_find_an_outage() {
    let mut breaker = Breaker::new(1);
    let batch: Vec<_> = (0..20u32).collect();
    let parts = [
        0..20,
        0..10,
        10..20,
        0..5,
        5..10,
        10..15,
        15..20,
        0..3,
        3..5,
    ];
    let tripped = parts.map(|part| breaker.on_fault(second(0), &batch[part]));
    assert_eq!(tripped.iter().position(|tripped| *tripped), Some(8));
}

#[test]
fn a_success_between_begins_anew() {
    let mut breaker = Breaker::new(1);
    for one in 0..100u32 {
        assert!(!breaker.on_fault(second(0), &[one]));
        if one % 4 == 3 {
            breaker.on_success(second(0), &[1000]);
        }
    }
}

#[test]
fn a_day_of_outage_costs_about_a_hundred_probes() {
    let mut breaker = tripped();
    let (mut now, mut probes) = (0, 0u32);
    while now < 24 * 3600 {
        match breaker.gate(second(now)) {
            Gate::Wait { until } => now += second(now).duration_until(until).as_secs().max(1),
            Gate::Probe => {
                probes += 1;
                breaker.probe_sent(probes % 2);
                breaker.on_probe(second(now), probes % 2, false);
            }
            Gate::Go => panic!("open at {now}"),
        }
    }
    assert!((80..=105).contains(&probes), "{probes}");
    assert_eq!(breaker.open_since(), Some(second(0)));
}

#[test]
fn the_flow_comes_back_step_by_step() {
    let mut breaker = tripped();
    assert_eq!(breaker.allowance(second(0)), 0);
    probe(&mut breaker, 40, 1, true);
    for (at, allowed) in [(41, 1), (46, 2), (51, 4), (61, 16)] {
        assert_eq!(breaker.allowance(second(at)), allowed, "{at}");
    }
    assert_eq!(breaker.allowance(second(300)), usize::MAX);
    assert_eq!(breaker.open_since(), None);
}

#[test]
fn while_it_comes_back_three_faults_in_a_row_stop_it_and_one_does_not() {
    let mut breaker = tripped();
    probe(&mut breaker, 40, 9, true);
    for one in 10..100u32 {
        assert!(!breaker.on_fault(second(42), &[one]));
        if one % 2 == 1 {
            breaker.on_success(second(42), &[1000]);
        }
    }
    for one in 100..103u32 {
        let tripped = breaker.on_fault(second(43), &[one]);
        assert_eq!(tripped, one == 102);
    }
    assert_eq!(
        breaker.open_since(),
        Some(second(43)),
        "it is another outage"
    );
    assert!(
        (30..=36).contains(&pause(&mut breaker, 43)),
        "with its own pauses"
    );
}

#[test]
fn a_probe_without_success_doubles_the_pause() {
    let mut breaker = tripped();
    assert!((30..=36).contains(&pause(&mut breaker, 0)));
    probe(&mut breaker, 40, 1, false);
    assert!((60..=72).contains(&pause(&mut breaker, 41)));
}

#[test]
fn what_left_before_the_outage_neither_ends_it_nor_is_a_probe() {
    let mut breaker = tripped();
    breaker.on_success(second(1), &[9]);
    assert!(matches!(breaker.gate(second(2)), Gate::Wait { .. }));
    assert_eq!(breaker.gate(second(40)), Gate::Probe);
    breaker.probe_sent(1);
    breaker.on_success(second(41), &[9]);
    assert!(!breaker.on_fault(second(41), &[77]));
    assert_eq!(breaker.gate(second(41)), Gate::Probe);
}

#[test]
fn poison_documents_that_meet_after_the_others_are_no_outage() {
    let mut breaker = Breaker::new(1);
    for one in 0..10u32 {
        breaker.on_fault(second(0), &[one]);
        breaker.on_success(second(0), &[100 + one]);
    }
    for _ in 0..3 {
        for one in 0..10u32 {
            assert!(!breaker.on_fault(second(9), &[one]));
        }
    }
    assert!((200..205u32).any(|one| breaker.on_fault(second(9), &[one])));
}

#[test]
fn too_many_of_them_are_one_after_all() {
    let mut breaker = Breaker::new(1);
    for one in 0..100u32 {
        breaker.on_fault(second(0), &[one]);
        breaker.on_success(second(0), &[1000]);
    }
    let mut sent = (0..100u32).map(|one| breaker.on_fault(second(9), &[one]));
    assert_eq!(sent.position(|tripped| tripped), Some(FAULTS_OF_ANY - 1));
}

#[test]
fn those_of_an_outage_that_another_document_ends_are_suspected() {
    let mut breaker = tripped();
    probe(&mut breaker, 40, 9, true);
    for one in 0..5u32 {
        assert!(!breaker.on_fault(second(42), &[one]));
    }
    breaker.on_success(second(43), &[0, 1, 2]);
    assert_eq!(breaker.suspects.len(), 2);
}

#[test]
fn a_clock_set_back_does_not_lengthen_the_pause() {
    let mut breaker = tripped();
    let Gate::Wait { until } = breaker.gate(second(-7200)) else {
        panic!()
    };
    assert!(until <= second(-7200 + 36), "{until}");
}

#[test]
fn a_probe_that_is_never_heard_of_is_no_dead_end() {
    let mut breaker = tripped();
    assert_eq!(breaker.gate(second(40)), Gate::Probe);
    breaker.probe_sent(1);
    assert_eq!(breaker.gate(second(40 + 3600)), Gate::Probe);
    breaker.probe_sent(2);
    breaker.on_probe(second(3700), 2, true);
    assert_eq!(breaker.gate(second(3700)), Gate::Go);
}
