//! Charts as SVG: drawn by plotters into a text, twice each, for wide and for narrow screens. Colours differ in
//! lightness, so that they can be told apart in grey; what they say also stands in a table of the page.

mod axis;
mod draw;

use std::collections::BTreeMap;

use super::pauses::{Pause, Reason};
use super::timeline::{Counts, Timeline};
use crate::diff::Balance;
use crate::lang::Lang;
use draw::{Bands, Bar, Drawing, bars, line};

/// How large a chart is, in pixels at its own scale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Canvas {
    pub width: u32,
    pub height: u32,
}

/// Across the page.
pub(super) const WIDE: Canvas = Canvas {
    width: 960,
    height: 320,
};

/// Beside a table.
pub(super) const HALF: Canvas = Canvas {
    width: 540,
    height: 300,
};

/// On a telephone.
pub(super) const NARROW: Canvas = Canvas {
    width: 360,
    height: 260,
};

/// Bars in one chart at most.
const MOST_BARS: i64 = 170;

/// Hours that a bar may stand for.
const BAR_HOURS: [i64; 9] = [1, 2, 3, 6, 12, 24, 48, 168, 720];

/// The inside of an `<svg>`: the sum of accepted documents over time, pauses as bands behind it.
pub(super) fn progress(
    timeline: &Timeline,
    pauses: &[Pause],
    planned: u64,
    language: Lang,
    canvas: Canvas,
) -> String {
    let Some((from, to)) = timeline.span() else {
        return String::new();
    };
    let to = to.max(from + 60);
    let sums = timeline.accepted().map(|(end, sum)| (end.min(to), sum));
    let points = thinned(from, to, sums, canvas.width.into());
    let drawing = Drawing {
        from,
        to,
        most: planned.max(1),
        bands: bands(pauses, from, to),
        language,
        canvas,
    };
    line(&drawing, &points, planned).unwrap_or_default()
}

/// How many hours one bar of [`hours`] stands for.
pub(super) fn bar_hours(timeline: &Timeline) -> i64 {
    let (from, to) = timeline.span().unwrap_or_default();
    let fits = |hours: &&i64| (to - from) / (**hours * 3600) < MOST_BARS;
    let last = BAR_HOURS[BAR_HOURS.len() - 1];
    BAR_HOURS.iter().find(fits).copied().unwrap_or(last)
}

/// The inside of an `<svg>`: documents per hour over time.
pub(super) fn hours(
    timeline: &Timeline,
    pauses: &[Pause],
    language: Lang,
    canvas: Canvas,
) -> String {
    let width = bar_hours(timeline);
    let buckets = timeline.buckets(width);
    let (Some(first), Some(last)) = (buckets.keys().next(), buckets.keys().next_back()) else {
        return String::new();
    };
    let (from, to) = (*first, last + width * 3600);
    let hours = width.unsigned_abs();
    let all: Vec<_> = buckets
        .iter()
        .map(|(start, counts)| Bar {
            from: *start,
            to: start + width * 3600,
            parts: parts(counts).map(|part| part.div_ceil(hours)),
        })
        .collect();
    let drawing = Drawing {
        from,
        to,
        most: all.iter().map(Bar::height).max().unwrap_or(1).max(1),
        bands: bands(pauses, from, to),
        language,
        canvas,
    };
    bars(&drawing, &all, &|ticks| {
        axis::times(from, to, ticks, language)
    })
    .unwrap_or_default()
}

/// The inside of an `<svg>`: documents by year of issue.
pub(super) fn years(
    years: &BTreeMap<Option<u16>, Balance>,
    language: Lang,
    canvas: Canvas,
) -> String {
    // A year is ten wide, of which its bar covers eight.
    let dated = years
        .iter()
        .filter_map(|(year, balance)| Some(((*year)?, balance)));
    let all: Vec<_> = dated
        .map(|(year, balance)| Bar {
            from: i64::from(year) * 10 - 4,
            to: i64::from(year) * 10 + 4,
            parts: [
                balance.accepted,
                balance.rejected,
                balance.planned - balance.accepted - balance.rejected,
            ],
        })
        .collect();
    let (Some(first), Some(last)) = (all.first(), all.last()) else {
        return String::new();
    };
    let (from, to) = (first.from - 2, last.to + 2);
    let drawing = Drawing {
        from,
        to,
        most: all.iter().map(Bar::height).max().unwrap_or(1).max(1),
        bands: Bands::default(),
        language,
        canvas,
    };
    bars(&drawing, &all, &|ticks| axis::years(from, to, ticks)).unwrap_or_default()
}

const fn parts(counts: &Counts) -> [u64; 3] {
    [counts.accepted, counts.rejected, counts.open]
}

/// What is shaded: quiet hours, and everything else that kept documents from leaving.
fn bands(pauses: &[Pause], from: i64, to: i64) -> Bands {
    let mut bands = Bands::default();
    for pause in pauses {
        let (start, end) = (pause.from.local().max(from), pause.to.local().min(to));
        if start < end {
            match pause.reason {
                Reason::QuietHours => bands.quiet.push((start, end)),
                _ => bands.outages.push((start, end)),
            }
        }
    }
    bands
}

/// One point for each pixel at most: the sum at its end, and at its start where it has risen within.
fn thinned(
    from: i64,
    to: i64,
    sums: impl Iterator<Item = (i64, u64)>,
    pixels: i64,
) -> Vec<(i64, u64)> {
    let step = ((to - from) / pixels).max(1);
    let mut points = vec![(from, 0)];
    let mut before = 0;
    for (time, sum) in sums {
        let last = points.len() - 1;
        if points.len() > 1 && points[last].0 / step == time / step {
            points[last].1 = sum;
        } else {
            // The line runs level through a time without documents instead of climbing across it.
            let idle = time - points[last].0 > step * 2 + 120;
            if idle {
                points.push((time - step.max(60), before));
            }
            points.push((time, sum));
        }
        before = sum;
    }
    points.push((to, before));
    points
}

#[cfg(test)]
mod tests {
    use jiff::tz::Offset;

    use super::super::moment::Moment;
    use super::*;
    use crate::journal::State;

    fn timeline(hours: i64) -> Timeline {
        let mut timeline = Timeline::default();
        for minute in 0..hours * 60 {
            let time = jiff::Timestamp::from_second(1_800_000_000 + minute * 60).unwrap();
            timeline.add(Some(Moment::new(time, Offset::UTC)), State::Accepted);
        }
        timeline
    }

    #[test]
    fn bars_widen_with_the_time_they_cover() {
        for (hours, width) in [(1, 1), (100, 1), (180, 2), (1000, 6), (24 * 365, 168)] {
            assert_eq!(bar_hours(&timeline(hours)), width, "{hours}");
        }
    }

    #[test]
    fn charts_stay_small_and_are_drawn_even_for_one_document() {
        for hours in [1, 10, 500] {
            let timeline = timeline(hours);
            for canvas in [WIDE, NARROW] {
                let line = progress(&timeline, &[], 1_000_000, Lang::Portuguese, canvas);
                let bars = super::hours(&timeline, &[], Lang::English, canvas);
                for svg in [line, bars] {
                    assert!(svg.contains("<text") && svg.len() < 60_000, "{}", svg.len());
                    assert!(!svg.contains("http"), "{svg}");
                }
            }
        }
        let mut one = Timeline::default();
        assert_eq!(progress(&one, &[], 1, Lang::Portuguese, WIDE), "");
        let time = jiff::Timestamp::from_second(1_800_000_000).unwrap();
        one.add(Some(Moment::new(time, Offset::UTC)), State::Accepted);
        assert!(progress(&one, &[], 1, Lang::Portuguese, WIDE).contains("<poly"));
        assert!(hours_of(&one).contains("<rect"));
    }

    fn hours_of(timeline: &Timeline) -> String {
        hours(timeline, &[], Lang::Portuguese, NARROW)
    }

    #[test]
    fn a_line_is_level_where_nothing_happens() {
        let sums = [(60, 5), (120, 9), (90_000, 10)];
        let points = thinned(0, 90_000, sums.into_iter(), 900);
        assert_eq!(points[0], (0, 0));
        assert!(points.contains(&(90_000 - 100, 9)), "{points:?}");
        assert_eq!(points.last(), Some(&(90_000, 10)));
        assert!(points.is_sorted());
    }
}
