//! What stands around every chart: a title that says what was found, what is drawn, and where it comes from.

use super::Drawing;
use super::font::{Weight, wrapped};
use super::pen::{Pen, Text, escaped};
use super::theme::{Size, Theme};
use crate::outputs::wording::clean;

/// What a chart says beside its drawing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// What was found, in a sentence from the data.
    pub title: String,
    /// What is drawn, with units.
    pub subtitle: String,
    /// Where it comes from, with its day.
    pub source: String,
}

/// The rectangle that is left for a drawing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Space {
    /// Left edge.
    pub left: f64,
    /// Upper edge.
    pub top: f64,
    /// Right edge.
    pub right: f64,
    /// Lower edge.
    pub bottom: f64,
}

/// Distance of everything to the edge.
const MARGIN: f64 = 22.0;
const TITLE: f64 = 18.0;
const SUBTITLE: f64 = 12.5;
const SOURCE: f64 = 10.0;
/// Size of labels beside marks.
pub const LABEL: f64 = 12.0;
/// Size of numbers on axes.
pub const TICK: f64 = 11.5;

/// Texts of a theme.
#[derive(Clone, Copy)]
pub struct Look {
    /// The theme.
    pub theme: Theme,
}

impl Look {
    /// Numbers on axes, and what is said beside.
    pub const fn small(self) -> Text {
        Text::plain(TICK, self.theme.grey)
    }

    /// Labels.
    pub const fn label(self) -> Text {
        Text::plain(LABEL, self.theme.ink)
    }

    /// What matters.
    pub const fn strong(self) -> Text {
        self.label().weight(Weight::SemiBold)
    }

    /// What matters of a series.
    pub const fn of_series(self, series: usize) -> Text {
        Text::plain(LABEL, self.theme.texts[series]).weight(Weight::SemiBold)
    }
}

/// Height of what stands around a drawing, for charts whose height follows from their rows.
pub fn around(words: &Words, width: f64) -> f64 {
    let (titles, subtitles, sources) = lines(words, width);
    head(titles.len(), subtitles.len()) + foot(sources.len())
}

fn head(titles: usize, subtitles: usize) -> f64 {
    MARGIN + titles as f64 * TITLE * 1.3 + subtitles as f64 * SUBTITLE * 1.35 + 14.0
}

fn foot(sources: usize) -> f64 {
    sources as f64 * SOURCE * 1.35 + MARGIN + 8.0
}

fn lines(words: &Words, width: f64) -> (Vec<String>, Vec<String>, Vec<String>) {
    let most = width - 2.0 * MARGIN;
    (
        wrapped(&clean(&words.title), TITLE, Weight::SemiBold, most),
        wrapped(&clean(&words.subtitle), SUBTITLE, Weight::Regular, most),
        wrapped(&clean(&words.source), SOURCE, Weight::Regular, most),
    )
}

/// A picture with its words; the rest of it is given to the drawing.
pub fn framed(words: &Words, size: Size, theme: Theme, draw: impl FnOnce(&Pen, Space)) -> Drawing {
    let (width, height) = (f64::from(size.width), f64::from(size.height));
    let pen = Pen::new(width, height, theme.paper);
    let (titles, subtitles, sources) = lines(words, width);
    let mut y = MARGIN + TITLE * 0.5;
    for line in &titles {
        pen.text(line, (MARGIN, y), &Text::plain(TITLE, theme.ink).weight(Weight::SemiBold));
        y += TITLE * 1.3;
    }
    y += (SUBTITLE - TITLE) * 0.5;
    for line in &subtitles {
        pen.text(line, (MARGIN, y), &Text::plain(SUBTITLE, theme.grey));
        y += SUBTITLE * 1.35;
    }
    let mut foot_y = height - MARGIN + SOURCE * 0.4 - (sources.len() as f64 - 1.0) * SOURCE * 1.35;
    for line in &sources {
        pen.text(line, (MARGIN, foot_y), &Text::plain(SOURCE, theme.grey));
        foot_y += SOURCE * 1.35;
    }
    let space = Space {
        left: MARGIN,
        top: head(titles.len(), subtitles.len()),
        right: width - MARGIN,
        bottom: height - foot(sources.len()),
    };
    draw(&pen, space);
    let (title, subtitle) = (clean(&words.title), clean(&words.subtitle));
    let alt = format!("{title}. {subtitle}.");
    let (title, subtitle) = (escaped(&title), escaped(&subtitle));
    let svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{w}\" height=\"{h}\" viewBox=\"0 0 {w} {h}\" role=\"img\">\n\
         <title>{title}</title>\n<desc>{subtitle}</desc>\n{}</svg>\n",
        pen.body(),
        w = size.width,
        h = size.height,
    );
    Drawing { svg, alt }
}

impl Space {
    /// Its width.
    pub fn width(&self) -> f64 {
        self.right - self.left
    }
}
