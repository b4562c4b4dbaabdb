//! Where an axis has its marks, and what they say.

use super::super::language::clock;
use super::super::moment::civil;
use crate::lang::Lang;

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

/// Distances between marks of time that a clock or a calendar would choose.
const TIME_STEPS: [i64; 18] = [
    60,
    5 * 60,
    10 * 60,
    15 * 60,
    30 * 60,
    HOUR,
    2 * HOUR,
    3 * HOUR,
    6 * HOUR,
    12 * HOUR,
    DAY,
    2 * DAY,
    5 * DAY,
    7 * DAY,
    14 * DAY,
    30 * DAY,
    90 * DAY,
    365 * DAY,
];

/// Marks, and the text of each.
pub(super) type Marks = Vec<(i64, String)>;

/// At most `most` marks of time between `from` and `to`, seconds of the clock on the wall: times of day, and dates
/// where a day begins.
pub(super) fn times(from: i64, to: i64, most: usize, language: Lang) -> Marks {
    let most = i64::try_from(most).unwrap_or(1);
    let fits = |step: &&i64| (to - from) / **step < most;
    let step = TIME_STEPS.iter().find(fits).copied().unwrap_or(1000 * DAY);
    let first = from.div_euclid(step) * step;
    let marks = (0..).map(|index| first + index * step);
    marks
        .skip_while(|mark| *mark < from)
        .take_while(|mark| *mark <= to)
        .map(|mark| (mark, text(mark, language)))
        .collect()
}

fn text(mark: i64, language: Lang) -> String {
    let time = civil(mark);
    if mark.rem_euclid(DAY) == 0 {
        language.short_date(time.date())
    } else {
        clock(time, false)
    }
}

/// Marks for years that are ten wide, as [`super::years`] draws them.
pub(super) fn years(from: i64, to: i64, most: usize) -> Marks {
    let (first, last) = (from.div_euclid(10) + 1, to.div_euclid(10));
    let count = usize::try_from(last - first + 1).unwrap_or(1);
    let all = (first..=last).step_by(count.div_ceil(most).max(1));
    all.map(|year| (year * 10, year.to_string())).collect()
}

/// Round numbers from 0 to `most` or little beyond, about `count` of them.
pub(super) fn numbers(most: u64, count: u64) -> Vec<i64> {
    let rough = (most / count.max(1)).max(1);
    let magnitude = 10u64.pow(rough.ilog10());
    let step = [1, 2, 5, 10]
        .into_iter()
        .map(|times| times * magnitude)
        .find(|step| *step >= rough)
        .unwrap_or(rough);
    (0..=most.div_ceil(step))
        .map(|index| i64::try_from(index * step).unwrap_or(i64::MAX))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_stand_at_round_numbers() {
        for (most, count, marks) in [
            (1, 4, vec![0, 1]),
            (7, 4, vec![0, 1, 2, 3, 4, 5, 6, 7]),
            (36, 4, vec![0, 10, 20, 30, 40]),
            (1000, 4, vec![0, 500, 1000]),
            (950_000, 4, vec![0, 500_000, 1_000_000]),
        ] {
            assert_eq!(numbers(most, count), marks, "{most}");
        }
    }

    #[test]
    fn marks_of_time_are_those_of_a_clock() {
        let midnight = 20_000 * DAY;
        let marks = times(
            midnight - 6 * HOUR,
            midnight + 6 * HOUR,
            6,
            Lang::Portuguese,
        );
        let texts: Vec<_> = marks.iter().map(|(_, text)| text.as_str()).collect();
        assert_eq!(texts, ["18:00", "21:00", "04/10", "03:00", "06:00"]);
        let week = times(midnight, midnight + 7 * DAY, 10, Lang::Portuguese);
        assert_eq!((week.len(), week[1].1.as_str()), (8, "05/10"));
        let long = times(midnight, midnight + 4000 * DAY, 10, Lang::English);
        assert!(long.len() <= 11);
        assert_eq!(years(20_184, 20_216, 10).len(), 3);
    }
}
