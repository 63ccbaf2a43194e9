//! A bar on standard error while logs are read; nothing where standard error is no terminal.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::manners::manners;
use crate::inputs::logs::Progress;

/// The bar.
pub struct Bar {
    bar: ProgressBar,
    shown: AtomicBool,
}

/// Reading that takes less than this shows no bar.
const PATIENCE: Duration = Duration::from_millis(150);

impl Bar {
    /// A bar that appears once reading takes a while.
    pub fn new() -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        Self { bar, shown: AtomicBool::new(false) }
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

impl Progress for Bar {
    fn total(&self, bytes: u64) {
        // Standard input has no size, so there is no end to draw a bar towards.
        let template =
            if bytes == 0 { "reading {bytes}" } else { "reading {wide_bar} {bytes}/{total_bytes} {eta}" };
        if let Ok(style) = ProgressStyle::with_template(template) {
            self.bar.set_style(style);
        }
        if bytes > 0 {
            self.bar.set_length(bytes);
        }
    }

    fn add(&self, bytes: u64) {
        if !manners().quiet && self.bar.elapsed() >= PATIENCE && !self.shown.swap(true, Ordering::Relaxed) {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        self.bar.inc(bytes);
    }
}
