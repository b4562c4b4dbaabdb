//! The drawing itself.

use std::io;

use plotters::coord::combinators::{BindKeyPoints, WithKeyPoints};
use plotters::coord::types::RangedCoordi64;
use plotters::prelude::*;

use super::Canvas;
use super::axis::{self, Marks};
use crate::lang::Lang;

/// Aceitos; recusados; neither. From dark to light.
pub(super) const PARTS: [RGBColor; 3] = [
    RGBColor(0x1f, 0x56, 0x73),
    RGBColor(0xd9, 0x8b, 0x2b),
    RGBColor(0xb9, 0xc2, 0xcc),
];

const UNDER_LINE: RGBColor = RGBColor(0xc9, 0xdb, 0xe5);
const QUIET: RGBColor = RGBColor(0xee, 0xf1, 0xf4);
const OUTAGE: RGBColor = RGBColor(0xf7, 0xe6, 0xdf);
const STRIPE: RGBColor = RGBColor(0xc4, 0x74, 0x58);
const GRID: RGBColor = RGBColor(0xdd, 0xe3, 0xe9);
const AXIS: RGBColor = RGBColor(0x8a, 0x96, 0xa3);
const LABEL: RGBColor = RGBColor(0x4b, 0x58, 0x65);

/// Pixels between the stripes of an outage.
const STRIPE_EVERY: usize = 5;

/// Stretches of time behind a chart.
#[derive(Debug, Default)]
pub(super) struct Bands {
    pub quiet: Vec<(i64, i64)>,
    pub outages: Vec<(i64, i64)>,
}

/// What every chart has.
#[derive(Debug)]
pub(super) struct Drawing {
    pub from: i64,
    pub to: i64,
    /// The largest number to be shown.
    pub most: u64,
    pub bands: Bands,
    pub language: Lang,
    pub canvas: Canvas,
}

/// A bar of parts on top of each other.
#[derive(Debug)]
pub(super) struct Bar {
    pub from: i64,
    pub to: i64,
    pub parts: [u64; 3],
}

impl Bar {
    pub fn height(&self) -> u64 {
        self.parts.iter().sum()
    }
}

type Failed = DrawingAreaErrorKind<io::Error>;

type Axis = WithKeyPoints<RangedCoordi64>;

type Chart<'a, 'b> = ChartContext<'a, SVGBackend<'b>, Cartesian2d<Axis, Axis>>;

/// A line that rises to at most `planned`, which is a line of its own.
pub(super) fn line(
    drawing: &Drawing,
    points: &[(i64, u64)],
    planned: u64,
) -> Result<String, Failed> {
    let marks = axis::times(drawing.from, drawing.to, drawing.marks(), drawing.language);
    drawing.draw(&marks, |chart| {
        let points: Vec<_> = points
            .iter()
            .map(|(time, sum)| (*time, signed(*sum)))
            .collect();
        let mut area = points.clone();
        area.extend([(drawing.to, 0), (drawing.from, 0)]);
        chart.draw_series([Polygon::new(area, UNDER_LINE.mix(0.7).filled())])?;
        let goal = [
            (drawing.from, signed(planned)),
            (drawing.to, signed(planned)),
        ];
        chart.draw_series([PathElement::new(goal, AXIS.stroke_width(1))])?;
        chart.draw_series([PathElement::new(points, PARTS[0].stroke_width(2))])?;
        Ok(())
    })
}

/// Bars beside each other; `marks` gives at most so many marks of the horizontal axis.
pub(super) fn bars(
    drawing: &Drawing,
    bars: &[Bar],
    marks: &dyn Fn(usize) -> Marks,
) -> Result<String, Failed> {
    drawing.draw(&marks(drawing.marks()), |chart| {
        for bar in bars {
            let mut base = 0;
            let gap = (bar.to - bar.from) / 16;
            for (part, colour) in bar.parts.iter().zip(PARTS) {
                let top = base + signed(*part);
                if *part > 0 {
                    let corners = [(bar.from + gap, top), (bar.to - gap, base)];
                    chart.draw_series([Rectangle::new(corners, colour.filled())])?;
                }
                base = top;
            }
        }
        Ok(())
    })
}

impl Drawing {
    /// Marks that the horizontal axis has room for.
    fn marks(&self) -> usize {
        usize::try_from(self.canvas.width / 75).unwrap_or(4)
    }

    /// Bands, axes and what `content` draws: the inside of an `<svg>`.
    fn draw(
        &self,
        marks: &Marks,
        content: impl FnOnce(&mut Chart) -> Result<(), Failed>,
    ) -> Result<String, Failed> {
        let mut svg = String::new();
        let size = (self.canvas.width, self.canvas.height);
        let root = SVGBackend::with_string(&mut svg, size).into_drawing_area();
        let heights = axis::numbers(self.most, 4);
        let top = heights.last().copied().unwrap_or(1);
        let keys = marks.iter().map(|(mark, _)| *mark).collect();
        let mut chart = ChartBuilder::on(&root)
            .margin(6)
            .margin_right(22)
            .margin_top(10)
            .x_label_area_size(26)
            .y_label_area_size(if self.canvas.width < 500 { 56 } else { 72 })
            .build_cartesian_2d(
                (self.from..self.to).with_key_points(keys),
                (0..top).with_key_points(heights),
            )?;
        self.shade(&root, &mut chart, top)?;
        self.mesh(&mut chart, marks)?;
        content(&mut chart)?;
        root.present()?;
        drop(chart);
        drop(root);
        Ok(inside(&svg).to_owned())
    }

    fn shade(
        &self,
        root: &DrawingArea<SVGBackend, plotters::coord::Shift>,
        chart: &mut Chart,
        top: i64,
    ) -> Result<(), Failed> {
        for (bands, colour) in [(&self.bands.quiet, QUIET), (&self.bands.outages, OUTAGE)] {
            let bands = bands.iter();
            let bands =
                bands.map(|(from, to)| Rectangle::new([(*from, top), (*to, 0)], colour.filled()));
            chart.draw_series(bands)?;
        }
        // Stripes tell an outage from quiet hours without any colour, and show even a short one.
        for (from, to) in &self.bands.outages {
            let area = chart.plotting_area();
            let (left, upper) = area.map_coordinate(&(*from, top));
            let (right, lower) = area.map_coordinate(&(*to, 0));
            for at in (left..=right.max(left)).step_by(STRIPE_EVERY) {
                let stripe = PathElement::new([(at, upper), (at, lower)], STRIPE.stroke_width(1));
                root.draw(&stripe)?;
            }
        }
        Ok(())
    }

    fn mesh(&self, chart: &mut Chart, marks: &Marks) -> Result<(), Failed> {
        let label = ("sans-serif", 15).into_font().color(&LABEL);
        let text = |mark: &i64| {
            let found = marks.iter().find(|(one, _)| one == mark);
            found.map_or_else(String::new, |(_, text)| text.clone())
        };
        chart
            .configure_mesh()
            .disable_x_mesh()
            .bold_line_style(GRID)
            .light_line_style(TRANSPARENT)
            .axis_style(AXIS)
            .x_label_style(label.clone())
            .y_label_style(label)
            .x_label_formatter(&text)
            .y_label_formatter(&|count| self.language.number(count.unsigned_abs()))
            .draw()
    }
}

fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// What lies between the tags of the `<svg>` that plotters writes: the page has one of its own around it.
fn inside(svg: &str) -> &str {
    let start = svg
        .find("<svg")
        .and_then(|at| Some(at + svg[at..].find('>')? + 1));
    let end = svg.rfind("</svg>").unwrap_or(svg.len());
    svg[start.unwrap_or(0).min(end)..end].trim()
}
