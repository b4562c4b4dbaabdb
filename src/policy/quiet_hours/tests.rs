//! When nothing is sent, and when it may be again.

use super::*;

fn hours(text: &str, zone: &str) -> QuietHours {
    QuietHours::parse(text, TimeZone::get(zone).unwrap()).unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[test]
fn the_default_leaves_weekday_evenings_and_weekends() {
    let quiet = hours("mon-fri 00:00-18:00", "America/Sao_Paulo");
    for (now, until) in [
        (
            "2026-11-24T10:00:00-03:00",
            Some("2026-11-24T18:00:00-03:00"),
        ),
        ("2026-11-24T18:00:00-03:00", None),
        ("2026-11-24T23:59:59-03:00", None),
        (
            "2026-11-25T00:00:00-03:00",
            Some("2026-11-25T18:00:00-03:00"),
        ),
        ("2026-11-28T10:00:00-03:00", None),
        ("2026-11-29T10:00:00-03:00", None),
        // Christmas on a Friday counts as a Sunday.
        ("2026-12-25T10:00:00-03:00", None),
    ] {
        assert_eq!(quiet.quiet_until(at(now)), until.map(at), "{now}");
    }
    let friday_evening = at("2026-11-27T19:00:00-03:00");
    assert_eq!(
        quiet.next_quiet(friday_evening),
        Some(at("2026-11-30T00:00:00-03:00"))
    );
}

#[test]
fn ranges_go_past_midnight_and_join() {
    let quiet = hours("sex-dom 22:00-06:00; seg 06h-8h30", "America/Sao_Paulo");
    for (now, until) in [
        ("2026-11-27T21:59:00-03:00", None),
        (
            "2026-11-27T22:00:00-03:00",
            Some("2026-11-28T06:00:00-03:00"),
        ),
        (
            "2026-11-30T05:00:00-03:00",
            Some("2026-11-30T08:30:00-03:00"),
        ),
        ("2026-12-01T05:00:00-03:00", None),
    ] {
        assert_eq!(quiet.quiet_until(at(now)), until.map(at), "{now}");
    }
}

#[test]
fn clocks_that_jump_are_followed() {
    // In 2026 New York's clocks skip 02:00 to 03:00 on 8 March and repeat 01:00 to 02:00 on 1 November.
    let quiet = hours("sun 02:30-04:00", "America/New_York");
    let skipped = quiet.quiet_until(at("2026-03-08T07:31:00Z"));
    assert_eq!(skipped, Some(at("2026-03-08T08:00:00Z")));
    let quiet = hours("sun 00:00-01:30", "America/New_York");
    assert_eq!(
        quiet.quiet_until(at("2026-11-01T05:29:00Z")),
        Some(at("2026-11-01T05:30:00Z"))
    );
    assert_eq!(quiet.quiet_until(at("2026-11-01T06:15:00Z")), None);
    // Brazil's summer time, until 2019: at midnight of 4 November 2018 clocks jumped to 01:00.
    let quiet = hours("sun 00:00-02:00", "America/Sao_Paulo");
    assert_eq!(
        quiet.quiet_until(at("2018-11-04T03:30:00Z")),
        Some(at("2018-11-04T04:00:00Z"))
    );
}

#[test]
fn open_time_is_counted_and_foretold() {
    let quiet = hours("mon-fri 00:00-18:00", "America/Sao_Paulo");
    let monday = at("2026-11-23T12:00:00-03:00");
    let wednesday = at("2026-11-25T12:00:00-03:00");
    assert_eq!(
        quiet.open_between(monday, wednesday),
        SignedDuration::from_hours(12)
    );
    let done = quiet.finish_at(monday, SignedDuration::from_hours(7));
    assert_eq!(done, at("2026-11-24T19:00:00-03:00"));
    let none = QuietHours::none(TimeZone::UTC);
    assert_eq!(
        none.finish_at(monday, SignedDuration::from_hours(7)),
        monday + SignedDuration::from_hours(7)
    );
    assert_eq!(
        none.open_between(monday, wednesday),
        SignedDuration::from_hours(48)
    );
}

#[test]
fn what_means_nothing_is_refused() {
    for text in [
        "",
        "night",
        "mon-fri",
        "mon 18:00",
        "mon 25:00-26:00",
        "mon 10:61-11:00",
        "mon 10:00-10:00",
        "xyz 00:00-18:00",
        "00:00-18:00 mon",
        ";",
        "mon-sun 00:00-24:00",
        "22:00-10:00;10:00-22:00",
    ] {
        assert!(QuietHours::parse(text, TimeZone::UTC).is_err(), "{text:?}");
    }
    for text in [
        "none",
        "NONE",
        "segunda-feira 08:00-10:00",
        "mon,wed fri-sat 1:00-2:00,3:00-4:00",
        "12:00-13:00",
    ] {
        assert!(QuietHours::parse(text, TimeZone::UTC).is_ok(), "{text:?}");
    }
}

#[test]
fn every_name_of_a_day_is_that_day() {
    for (number, names) in [
        ["mon", "monday", "seg", "segunda", "segunda-feira"],
        ["tue", "tuesday", "ter", "terça", "terca-feira"],
        ["wed", "wednesday", "qua", "quarta", "quarta-feira"],
        ["thu", "thursday", "qui", "quinta", "quinta-feira"],
        ["fri", "friday", "sex", "sexta", "sexta-feira"],
        ["sat", "saturday", "sáb", "sábado", "sabado"],
        ["sun", "sunday", "dom", "domingo", "DOM"],
    ]
    .into_iter()
    .enumerate()
    {
        for name in names {
            let hours = hours(&format!("{name} 10:00-12:00"), "America/Sao_Paulo");
            for day in 0..7 {
                // 2026-08-03 is a Monday, and no holiday is in that week.
                let time = at(&format!("2026-08-{:02}T11:00:00-03:00", 3 + day));
                let is_quiet = hours.quiet_until(time).is_some();
                assert_eq!(is_quiet, day == number, "{name}, {day}");
            }
        }
    }
}

proptest::proptest! {
#[test]
    fn the_end_of_quiet_hours_is_open(seconds in 1_500_000_000i64..2_000_000_000) {
        let now = Timestamp::from_second(seconds).unwrap();
        for text in ["mon-fri 00:00-18:00", "22:00-06:00; sat 05:00-09:00", "sun-mon 12:00-11:00"] {
            let quiet = hours(text, "America/Sao_Paulo");
            if let Some(end) = quiet.quiet_until(now) {
                proptest::prop_assert!(end > now);
                proptest::prop_assert_eq!(quiet.quiet_until(end), None);
            } else if let Some(next) = quiet.next_quiet(now) {
                proptest::prop_assert!(next > now);
                proptest::prop_assert!(quiet.quiet_until(next).is_some());
            }
        }
    }
}
