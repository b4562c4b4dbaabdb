//! Where the bar is drawn. indicatif fills each line with blanks up to the edge and lets the terminal wrap it, so that a
//! terminal that is made wider takes them for one line, and what stood above them is cleared away; here each line ends
//! by itself, and how many rows it takes is counted anew at every picture.

use std::io;
use std::sync::{Mutex, PoisonError};

use console::{Term, measure_text_width};
use indicatif::TermLike;

/// Standard error, where that is a terminal.
#[derive(Debug)]
pub(super) struct Screen {
    term: Term,
    pictures: Mutex<Pictures>,
}

/// What is seen, and what comes next.
#[derive(Debug, Default)]
struct Pictures {
    shown: Vec<String>,
    next: Vec<String>,
    width: usize,
}

impl Screen {
    pub fn new() -> Self {
        Self {
            term: Term::buffered_stderr(),
            pictures: Mutex::default(),
        }
    }

    fn columns(&self) -> usize {
        usize::from(self.term.size().1).max(2)
    }
}

/// Rows that `lines` take where there are so many columns.
fn rows(lines: &[String], columns: usize) -> usize {
    let rows = lines
        .iter()
        .map(|line| measure_text_width(line).div_ceil(columns).max(1));
    rows.sum()
}

impl Pictures {
    /// A piece of the next picture: a line, or the blanks behind it and the return before the first.
    fn put(&mut self, piece: &str) {
        if !piece.trim().is_empty() {
            self.next.push(piece.trim_end().to_owned());
        }
    }

    /// How many rows are to be cleared and what is to be written in their place; nothing where all stays as it is.
    fn turn(&mut self, columns: usize) -> Option<(usize, String)> {
        let next = std::mem::take(&mut self.next);
        if next == self.shown && columns == self.width {
            return None;
        }
        let cleared = rows(&self.shown, columns);
        self.shown = next;
        self.width = columns;
        Some((cleared, self.shown.join("\n")))
    }
}

impl TermLike for Screen {
    /// One column less than there are: what reaches the last one wraps, in some terminals.
    fn width(&self) -> u16 {
        u16::try_from(self.columns() - 1).unwrap_or(u16::MAX)
    }

    fn height(&self) -> u16 {
        self.term.size().0
    }

    // Where the cursor has to go is known when the picture is whole.
    fn move_cursor_up(&self, _: usize) -> io::Result<()> {
        Ok(())
    }

    fn move_cursor_down(&self, _: usize) -> io::Result<()> {
        Ok(())
    }

    fn move_cursor_right(&self, _: usize) -> io::Result<()> {
        Ok(())
    }

    fn move_cursor_left(&self, _: usize) -> io::Result<()> {
        Ok(())
    }

    fn clear_line(&self) -> io::Result<()> {
        Ok(())
    }

    fn write_line(&self, text: &str) -> io::Result<()> {
        self.write_str(text)
    }

    fn write_str(&self, text: &str) -> io::Result<()> {
        let mut pictures = self.pictures.lock().unwrap_or_else(PoisonError::into_inner);
        pictures.put(text);
        Ok(())
    }

    fn flush(&self) -> io::Result<()> {
        let mut pictures = self.pictures.lock().unwrap_or_else(PoisonError::into_inner);
        let Some((cleared, text)) = pictures.turn(self.columns()) else {
            return Ok(());
        };
        let above = cleared.saturating_sub(1);
        self.term.move_cursor_up(above)?;
        for row in 0..cleared {
            self.term.clear_line()?;
            if row < above {
                self.term.move_cursor_down(1)?;
            }
        }
        self.term.move_cursor_up(above)?;
        self.term.write_str(&text)?;
        self.term.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(pictures: &mut Pictures, lines: &[&str], columns: usize) -> Option<(usize, String)> {
        pictures.put("\r");
        for line in lines {
            pictures.put(line);
            pictures.put("   ");
        }
        pictures.turn(columns)
    }

    /// Bug: a terminal that was made wider lost the lines above the bar, and one that was made narrower kept pieces of it.
    #[test]
    fn rows_are_counted_by_the_width_that_there_is_now() {
        let mut pictures = Pictures::default();
        let first = ["aceitos 1", &"é".repeat(70), "████ 1/2"];
        let shown = |text: &[&str]| text.join("\n");
        let turned = picture(&mut pictures, &first, 80);
        assert_eq!(turned, Some((0, shown(&first))));
        assert_eq!(picture(&mut pictures, &first, 80), None, "nothing is new");
        assert_eq!(
            picture(&mut pictures, &first, 200),
            Some((3, shown(&first)))
        );
        assert_eq!(
            picture(&mut pictures, &["a", "b"], 40),
            Some((4, "a\nb".to_owned()))
        );
        assert_eq!(picture(&mut pictures, &[], 40), Some((2, String::new())));
    }
}
