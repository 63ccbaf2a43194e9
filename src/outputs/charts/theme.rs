//! Colours and sizes.

use plotters::style::RGBColor;

use crate::units::Tier;

/// A colour.
pub type Colour = RGBColor;

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    /// Behind everything.
    pub paper: Colour,
    /// Titles and what matters.
    pub ink: Colour,
    /// Everything else that is read.
    pub grey: Colour,
    /// The grid.
    pub grid: Colour,
    /// The line that values stand on.
    pub base: Colour,
    /// Series, told apart by people who see few colours, too (Okabe and Ito 2008).
    pub series: [Colour; 6],
    /// The same for text, dark enough (or light enough) to be read.
    pub texts: [Colour; 6],
}

/// For paper.
pub const LIGHT: Theme = Theme {
    paper: RGBColor(255, 255, 255),
    ink: RGBColor(27, 38, 49),
    grey: RGBColor(91, 103, 115),
    grid: RGBColor(230, 233, 237),
    base: RGBColor(160, 170, 180),
    series: [
        RGBColor(0, 114, 178),
        RGBColor(0, 158, 115),
        RGBColor(230, 159, 0),
        RGBColor(213, 94, 0),
        RGBColor(86, 180, 233),
        RGBColor(204, 121, 167),
    ],
    texts: [
        RGBColor(0, 108, 170),
        RGBColor(0, 120, 87),
        RGBColor(140, 95, 0),
        RGBColor(184, 78, 0),
        RGBColor(22, 112, 165),
        RGBColor(160, 70, 118),
    ],
};

/// For screens in the dark.
pub const DARK: Theme = Theme {
    paper: RGBColor(18, 24, 31),
    ink: RGBColor(236, 240, 244),
    grey: RGBColor(160, 171, 182),
    grid: RGBColor(42, 51, 61),
    base: RGBColor(95, 107, 119),
    series: [
        RGBColor(64, 156, 214),
        RGBColor(38, 186, 142),
        RGBColor(240, 178, 50),
        RGBColor(235, 124, 40),
        RGBColor(120, 200, 245),
        RGBColor(222, 150, 190),
    ],
    texts: [
        RGBColor(102, 180, 230),
        RGBColor(66, 204, 162),
        RGBColor(240, 186, 76),
        RGBColor(242, 146, 74),
        RGBColor(140, 210, 250),
        RGBColor(230, 165, 202),
    ],
};

impl Theme {
    /// Place of a tier among the series.
    pub const fn of_tier(tier: Tier) -> usize {
        match tier {
            Tier::Closed => 0,
            Tier::Hosted => 1,
            Tier::Local => 2,
        }
    }
}

/// What a chart is drawn for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Name on the command line.
    pub name: &'static str,
    /// Width in pixels of 1/96 inch.
    pub width: u32,
    /// Height of most charts; those with many rows are as high as they need to be.
    pub height: u32,
}

/// Sizes: a slide of 16 to 9, the column of text of an A4 page (166 mm), a whole A4 page across.
pub const SIZES: [Size; 3] = [
    Size { name: "slide", width: 880, height: 500 },
    Size { name: "column", width: 627, height: 392 },
    Size { name: "page", width: 1_010, height: 620 },
];

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance (WCAG 2.1).
    fn luminance(colour: Colour) -> f64 {
        let part = |value: u8| {
            let value = f64::from(value) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * part(colour.0) + 0.7152 * part(colour.1) + 0.0722 * part(colour.2)
    }

    #[test]
    fn texts_can_be_read_on_their_paper() {
        for theme in [LIGHT, DARK] {
            for colour in theme.texts.iter().chain([&theme.ink, &theme.grey]) {
                let (one, other) = (luminance(*colour) + 0.05, luminance(theme.paper) + 0.05);
                let contrast = (one / other).max(other / one);
                assert!(contrast >= 4.5, "{colour:?} {contrast}");
            }
        }
    }
}
