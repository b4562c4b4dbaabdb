//! What is to be sent by kind and year, as a table.

use std::collections::BTreeSet;
use std::fmt::{self, Write as _};

use super::summary::{Summary, Text};
use crate::dfe::DocumentKind;
use crate::lang::{Tell, message};

/// Columns of a console that is not widened.
const WIDTH: usize = 80;

/// Columns of a year's name, and of a sum.
const YEAR_WIDTH: usize = 12;
const SUM_WIDTH: usize = 10;

/// Columns of the numbers of `kind`.
fn width_of(kind: DocumentKind) -> usize {
    kind.as_str().len().max(7) + 2
}

impl Summary {
    /// A row for each year, for there are more years than kinds; in as many blocks as a console of 80 columns asks for.
    pub(super) fn write_years(&self, f: &mut Text) -> fmt::Result {
        let mut blocks: Vec<Vec<DocumentKind>> = Vec::new();
        let mut room = 0;
        for kind in self.send.keys() {
            let needed = width_of(*kind);
            if blocks.is_empty() || needed > room {
                blocks.push(Vec::new());
                room = WIDTH - YEAR_WIDTH - SUM_WIDTH;
            }
            room -= needed;
            blocks
                .last_mut()
                .into_iter()
                .for_each(|block| block.push(*kind));
        }
        for (index, block) in blocks.iter().enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            self.write_block(f, block, index + 1 == blocks.len())?;
        }
        Ok(())
    }

    /// The table of some kinds; with `sums` also of them all.
    fn write_block(&self, f: &mut Text, kinds: &[DocumentKind], sums: bool) -> fmt::Result {
        let all = message!("plan-all-years").tell(f.lang);
        let names = kinds.iter().map(|kind| kind.as_str().to_owned());
        f.row("", kinds, names, sums.then(|| all.clone()))?;
        let years: BTreeSet<_> = self.years.keys().map(|(_, year)| *year).collect();
        for year in years {
            let no_date = || message!("plan-no-date").tell(f.lang);
            let name = year.map_or_else(no_date, |year| year.to_string());
            let count = |kind: &DocumentKind| self.years.get(&(*kind, year)).copied();
            let sum: u64 = self.send.keys().filter_map(count).sum();
            let cells = kinds.iter().map(count);
            let cells = cells.map(|cell| cell.map_or_else(|| "-".to_owned(), |n| n.to_string()));
            f.row(&name, kinds, cells, sums.then(|| sum.to_string()))?;
        }
        let cells = kinds.iter().map(|kind| self.send[kind].to_string());
        f.row(&all, kinds, cells, sums.then(|| self.to_send().to_string()))
    }
}

impl Text {
    /// A row of the table of years.
    fn row(
        &mut self,
        name: &str,
        kinds: &[DocumentKind],
        cells: impl Iterator<Item = String>,
        sum: Option<String>,
    ) -> fmt::Result {
        write!(self, "  {name:<0$}", YEAR_WIDTH - 2)?;
        for (kind, cell) in kinds.iter().zip(cells) {
            write!(self, "{cell:>0$}", width_of(*kind))?;
        }
        match sum {
            Some(sum) => writeln!(self, "{sum:>SUM_WIDTH$}"),
            None => writeln!(self),
        }
    }
}
