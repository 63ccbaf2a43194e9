//! A plot with values upwards: its grid, its ticks, and where things are in it.

use super::axis::Axis;
use super::frame::{Look, Space};
use super::pen::Pen;

/// Where things are in a plot.
pub struct Plot {
    /// Its left edge, beside the ticks.
    pub left: f64,
    /// Its right edge.
    pub right: f64,
    /// Its upper edge.
    pub top: f64,
    /// Its lower edge.
    pub bottom: f64,
    /// Values upwards.
    pub y: Axis,
}

/// What is kept free around a plot.
#[derive(Clone, Copy)]
pub struct Around {
    /// Above it.
    pub top: f64,
    /// On its right, for labels.
    pub right: f64,
    /// Below it, for ticks.
    pub bottom: f64,
}

/// How values go upwards.
#[derive(Clone, Copy)]
pub enum Scale {
    /// Even steps from zero.
    FromZero,
    /// Even steps from the least.
    FromLeast,
    /// Powers of ten.
    Log,
}

impl Plot {
    /// Draws the grid and the ticks of a plot that holds values from the least to the most.
    pub fn new(
        pen: &Pen,
        look: Look,
        space: Space,
        around: Around,
        (least, most, scale): (f64, f64, Scale),
        words: impl Fn(f64) -> String,
    ) -> Self {
        let (top, bottom) = (space.top + around.top, space.bottom - around.bottom);
        let (y, marks) = match scale {
            Scale::FromZero => Axis::linear(least, most, true, (bottom, top), 5),
            Scale::FromLeast => Axis::linear(least, most, false, (bottom, top), 5),
            Scale::Log => Axis::log(least, most, (bottom, top)),
        };
        let ticks: Vec<String> = marks.iter().map(|mark| words(*mark)).collect();
        let wide = ticks.iter().map(|tick| look.small().width(tick)).fold(0.0, f64::max);
        let (left, right) = (space.left + wide + 10.0, space.right - around.right);
        let base = if matches!(scale, Scale::FromZero) { 0.0 } else { y.ends.0 };
        for (mark, tick) in marks.iter().zip(&ticks) {
            let colour =
                if (*mark - base).abs() <= 1e-12 * mark.abs() { look.theme.base } else { look.theme.grid };
            pen.line(&[(left, y.at(*mark)), (right, y.at(*mark))], colour, 1.0);
            pen.text(tick, (left - 8.0, y.at(*mark)), &look.small().right());
        }
        Self { left, right, top, bottom, y }
    }

    /// Draws ticks below it, with lines of the grid where they are asked for.
    pub fn below(&self, pen: &Pen, look: Look, ticks: &[(f64, String)], lines: bool) {
        if lines {
            for (x, _) in ticks {
                pen.line(&[(*x, self.top), (*x, self.bottom)], look.theme.grid, 1.0);
            }
        }
        ticks_at(pen, look, self.bottom + 14.0, ticks);
    }

    /// Says what goes to the right, below the ticks.
    pub fn across(&self, pen: &Pen, look: Look, words: &str) {
        pen.text(words, (self.right, self.bottom + 30.0), &look.small().right());
    }
}

/// Writes ticks on a line: all of them, or every second, third, … so that none touches the next.
pub fn ticks_at(pen: &Pen, look: Look, y: f64, ticks: &[(f64, String)]) {
    let text = look.small().centred();
    let half: Vec<f64> = ticks.iter().map(|(_, tick)| text.width(tick) / 2.0).collect();
    let apart = |every: usize| {
        let chosen: Vec<usize> = (0..ticks.len()).step_by(every).collect();
        chosen
            .windows(2)
            .all(|pair| ticks[pair[1]].0 - half[pair[1]] > ticks[pair[0]].0 + half[pair[0]] + 8.0)
    };
    let every = (1..=ticks.len().max(1)).find(|every| apart(*every)).unwrap_or(1);
    for (x, tick) in ticks.iter().step_by(every) {
        pen.text(tick, (*x, y), &text);
    }
}
