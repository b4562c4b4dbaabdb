//! The table that a person reads.

use std::fmt;

use super::measure::Cost;

/// One line.
pub struct Line {
    name: String,
    figure: String,
    ratio: String,
    target: String,
    met: Option<bool>,
}

impl Line {
    /// A time whose ratio to a yardstick's may be `most`.
    pub fn at_most(name: &str, cost: &Cost, ratio: f64, against: &str, most: f64) -> Self {
        Self {
            name: name.to_owned(),
            figure: format!("{:.3} s ({against})", cost.wall),
            ratio: format!("{ratio:.2}"),
            target: format!("≤ {most}"),
            met: Some(ratio <= most),
        }
    }

    /// A rate whose ratio to a yardstick's must be `least`.
    pub fn at_least(name: &str, cost: &Cost, ratio: f64, against: &str, least: f64) -> Self {
        Self {
            name: name.to_owned(),
            figure: format!("{:.3} s ({against})", cost.wall),
            ratio: format!("{ratio:.2}"),
            target: format!("≥ {least}"),
            met: Some(ratio >= least),
        }
    }

    /// A time and a memory with bounds of their own.
    pub fn bounded(name: &str, cost: &Cost, seconds: f64, mb: f64, growth: &str) -> Self {
        let time = if seconds.is_finite() {
            format!("≤ {seconds} s, ")
        } else {
            String::new()
        };
        Self {
            name: name.to_owned(),
            figure: format!("{:.2} s, {:.0} MB", cost.wall, cost.memory),
            ratio: growth.to_owned(),
            target: format!("{time}≤ {mb:.0} MB"),
            met: Some(cost.wall <= seconds && cost.memory <= mb),
        }
    }

    /// Something that is only told.
    pub fn told(name: &str, figure: &str) -> Self {
        Self {
            name: name.to_owned(),
            figure: figure.to_owned(),
            ratio: String::new(),
            target: String::new(),
            met: None,
        }
    }
}

/// All lines.
#[derive(Default)]
pub struct Table(Vec<Line>);

impl Table {
    /// Adds a line, and shows it at once: the whole takes minutes.
    pub fn add(&mut self, line: Line) {
        eprintln!("{}: {} {}", line.name, line.figure, line.ratio);
        self.0.push(line);
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "| what | figure (yardstick) | ratio | target | met |\n|---|---|---|---|---|"
        )?;
        for line in &self.0 {
            let met = match line.met {
                Some(true) => "yes",
                Some(false) => "NO",
                None => "",
            };
            writeln!(
                f,
                "| {} | {} | {} | {} | {met} |",
                line.name, line.figure, line.ratio, line.target
            )?;
        }
        Ok(())
    }
}
