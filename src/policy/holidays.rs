//! Brazilian national holidays: days on which offices and the vendor's support do not work.
//!
//! Lei 662/1949 with Lei 10.607/2002 (1 January, 21 April, 1 May, 7 September, 2 November, 15 November,
//! 25 December), Lei 6.802/1980 (12 October), Lei 14.759/2023 (20 November, from 2024 on), Lei 9.093/1995 (Good
//! Friday as every municipality has it). Carnival and Corpus Christi are not national holidays.

use jiff::ToSpan;
use jiff::civil::{Date, date};

/// Whether `day` is a national holiday.
pub(super) fn is_national_holiday(day: Date) -> bool {
    let fixed = matches!(
        (day.month(), day.day()),
        (1 | 5, 1) | (4, 21) | (9, 7) | (10, 12) | (11, 2 | 15) | (12, 25)
    );
    let consciousness = day.year() >= 2024 && (day.month(), day.day()) == (11, 20);
    fixed || consciousness || good_friday(day.year()) == Some(day)
}

fn good_friday(year: i16) -> Option<Date> {
    easter(year)?.checked_sub(2.days()).ok()
}

/// Easter Sunday of the Gregorian calendar (the anonymous algorithm that Meeus gives).
fn easter(year: i16) -> Option<Date> {
    let y = i32::from(year);
    let golden = y % 19;
    let (century, of_century) = (y / 100, y % 100);
    let moon =
        (19 * golden + century - century / 4 - (century - (century + 8) / 25 + 1) / 3 + 15) % 30;
    let weekday = (32 + 2 * (century % 4) + 2 * (of_century / 4) - moon - of_century % 4) % 7;
    let late = (golden + 11 * moon + 22 * weekday) / 451;
    let day = moon + weekday - 7 * late + 114;
    let (month, day) = (
        i8::try_from(day / 31).ok()?,
        i8::try_from(day % 31 + 1).ok()?,
    );
    (1900..=9999)
        .contains(&year)
        .then(|| date(year, month, day))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holidays_of_known_years() {
        for (day, holiday) in [
            (date(2026, 4, 3), true),
            (date(2024, 3, 29), true),
            (date(2025, 4, 18), true),
            (date(2000, 4, 21), true),
            (date(2026, 1, 1), true),
            (date(2026, 9, 7), true),
            (date(2023, 11, 20), false),
            (date(2024, 11, 20), true),
            (date(2026, 2, 17), false),
            (date(2026, 6, 4), false),
            (date(2026, 11, 24), false),
        ] {
            assert_eq!(is_national_holiday(day), holiday, "{day}");
        }
    }
}
