//! The computer itself: its time zone, and what Windows does at night.

use std::process::Command;
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::{Finding, Subject};
use crate::lang::{Message, message};

/// Whether this computer lives in the zone in which the hours are kept.
pub(super) fn zone(wanted: &str) -> Finding {
    let Ok(zone) = TimeZone::get(wanted) else {
        return Finding::problem(
            Subject::Zone,
            message!("doctor-no-zone", zone = format!("{wanted:?}")),
            message!("doctor-name-zone"),
        );
    };
    let now = Timestamp::now();
    let (there, here) = (zone.to_offset(now), TimeZone::system().to_offset(now));
    if there == here {
        Finding::fine(
            Subject::Zone,
            message!("doctor-zone-fine", offset = there.to_string()),
        )
    } else {
        Finding::warning(
            Subject::Zone,
            message!(
                "doctor-other-zone",
                zone = wanted,
                there = there.to_string(),
                here = here.to_string(),
            ),
            message!("doctor-set-zone"),
        )
    }
}

/// What Windows itself is set to.
pub(super) fn windows() -> Vec<Finding> {
    if !cfg!(windows) {
        return Vec::new();
    }
    let sleep = said(
        "powercfg",
        &["/query", "SCHEME_CURRENT", "SUB_SLEEP", "STANDBYIDLE"],
    );
    let long = said(
        "reg",
        &[
            "query",
            r"HKLM\SYSTEM\CurrentControlSet\Control\FileSystem",
            "/v",
            "LongPathsEnabled",
        ],
    );
    [
        sleep.as_deref().and_then(falls_asleep),
        long.as_deref().map(long_paths),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// What a command of the system prints.
fn said(program: &str, args: &[&str]) -> Option<String> {
    let output = Command::new(program).args(args).output().ok()?;
    // Its words are in the language and the code page of the system; only the numbers matter.
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The numbers that a command of Windows writes as `0x…`.
fn numbers(text: &str) -> impl Iterator<Item = u32> {
    text.split_whitespace().filter_map(|word| {
        let digits = word.strip_prefix("0x")?;
        u32::from_str_radix(digits, 16).ok()
    })
}

/// After how long Windows falls asleep: the last two numbers are the seconds with mains power and with the battery.
fn falls_asleep(text: &str) -> Option<Finding> {
    let all: Vec<_> = numbers(text).collect();
    let [.., mains, battery] = all[..] else {
        return None;
    };
    let minutes = |seconds: u32| Duration::from_secs(seconds.into()).as_secs() / 60;
    Some(match (mains, battery) {
        (0, 0) => Finding::fine(Subject::Power, message!("doctor-awake")),
        (0, battery) => Finding::fine(
            Subject::Power,
            message!("doctor-asleep-on-battery", minutes = minutes(battery)),
        ),
        (mains, _) if cfg!(feature = "keep-awake") => Finding::fine(
            Subject::Power,
            message!("doctor-kept-awake", minutes = minutes(mains)),
        ),
        (mains, _) => Finding::warning(
            Subject::Power,
            message!("doctor-asleep", minutes = minutes(mains)),
            Message::plain("powercfg /change standby-timeout-ac 0"),
        ),
    })
}

/// Whether Windows lets every program use paths of more than 260 characters. This one always can.
fn long_paths(text: &str) -> Finding {
    if numbers(text).last() == Some(1) {
        return Finding::fine(Subject::Paths, message!("doctor-long-paths"));
    }
    Finding::fine(Subject::Paths, message!("doctor-long-paths-here"))
}

#[cfg(test)]
mod tests {
    use super::super::Grade;
    use super::*;
    use crate::lang::{Lang, Tell};

    fn english(finding: &Finding) -> String {
        finding.words.tell(Lang::English)
    }

    #[test]
    fn what_powercfg_says_is_understood_in_any_language() {
        let text = |mains: &str, battery: &str| {
            format!(
                "GUID do Esquema de Energia: 381b4222-f694-41f0-9685-ff5bb260df2e  (Equilibrado)\r\n\
                 Configura\u{fffd}\u{fffd}o m\u{fffd}nima poss\u{fffd}vel: 0x00000000\r\n\
                 Configura\u{fffd}\u{fffd}o m\u{fffd}xima poss\u{fffd}vel: 0xffffffff\r\n\
                 \u{cd}ndice CA atual: {mains}\r\n\u{cd}ndice CC atual: {battery}\r\n\r\n"
            )
        };
        for (mains, battery, words) in [
            ("0x00000000", "0x00000000", "does not fall asleep"),
            ("0x00000000", "0x00000384", "after 15 min, on its battery"),
            ("0x00000708", "0x00000384", "after 30 min"),
        ] {
            let finding = falls_asleep(&text(mains, battery)).unwrap();
            assert!(english(&finding).contains(words), "{finding:?}");
        }
        assert_eq!(falls_asleep("no such setting"), None);
    }

    #[test]
    fn the_switch_for_long_paths_is_read() {
        let on = "\r\nHKEY_LOCAL_MACHINE\\SYSTEM\r\n    LongPathsEnabled    REG_DWORD    0x1\r\n";
        assert!(english(&long_paths(on)).contains("can be used"));
        assert!(english(&long_paths("ERROR")).contains("read by malote"));
    }

    #[test]
    fn a_zone_that_is_none_is_a_problem() {
        assert_eq!(zone("Mars/Olympus").grade, Grade::Problem);
        assert_ne!(zone("America/Sao_Paulo").grade, Grade::Problem);
    }
}
