//! How far `plan` is: an archive on a share may take an hour to look through.

use std::io::{self, IsTerminal};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::screen::Screen;
use crate::lang::{Lang, Tell, message};

/// Shows on a terminal how many files were met, and elsewhere nothing; it is gone when this is dropped.
#[derive(Debug)]
pub struct WalkWatch {
    drawn: Option<ProgressBar>,
    lang: Lang,
}

impl WalkWatch {
    /// It speaks `lang`.
    #[must_use]
    pub fn new(lang: Lang) -> Self {
        let is_seen = io::stderr().is_terminal() && !console::is_dumb();
        let drawn = is_seen.then(|| {
            let target = ProgressDrawTarget::term_like_with_hz(Box::new(Screen::new()), 5);
            let bar = ProgressBar::with_draw_target(None, target);
            match ProgressStyle::with_template("{wide_msg}") {
                Ok(style) => bar.with_style(style),
                Err(_) => bar,
            }
        });
        let watch = Self { drawn, lang };
        watch.show(0);
        watch
    }

    /// So many were met so far.
    pub fn show(&self, count: u64) {
        if let Some(bar) = &self.drawn {
            bar.set_message(message!("plan-met", count = count).tell(self.lang));
            bar.tick();
        }
    }
}

impl Drop for WalkWatch {
    fn drop(&mut self) {
        if let Some(bar) = &self.drawn {
            bar.finish_and_clear();
        }
    }
}
