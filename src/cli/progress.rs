//! A bar on standard error while logs are read; nothing where standard error is no terminal.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::inputs::logs::Progress;

/// The bar.
pub struct Bar(ProgressBar);

/// Reading that takes less than this shows no bar.
const PATIENCE: Duration = Duration::from_millis(150);

impl Bar {
    /// A bar that appears once reading takes a while.
    pub fn new() -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        if let Ok(style) = ProgressStyle::with_template("reading {wide_bar} {bytes}/{total_bytes} {eta}") {
            bar.set_style(style);
        }
        Self(bar)
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        self.0.finish_and_clear();
    }
}

impl Progress for Bar {
    fn total(&self, bytes: u64) {
        // Standard input has no size: a spinner would say nothing more than the prompt does.
        self.0.set_length(bytes);
    }

    fn add(&self, bytes: u64) {
        if self.0.elapsed() >= PATIENCE {
            self.0.inc(bytes);
        } else {
            self.0.set_position(self.0.position() + bytes);
        }
    }
}
