//! The font of charts, embedded: Inter in three weights, under the SIL Open Font License (reports/fonts/OFL.txt).

use std::sync::{Arc, LazyLock};

use resvg::usvg::fontdb::Database;
use rustybuzz::{Face, UnicodeBuffer};

/// A weight of the font.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// Plain text.
    Regular,
    /// Labels.
    Medium,
    /// Titles and what matters.
    SemiBold,
}

/// Name of the family.
pub const FAMILY: &str = "Inter";
/// Height of capital letters, as a part of the size.
pub const CAP_HEIGHT: f64 = 0.727;

static REGULAR: &[u8] = include_bytes!("../../../reports/fonts/Inter-Regular.otf");
static MEDIUM: &[u8] = include_bytes!("../../../reports/fonts/Inter-Medium.otf");
static SEMI_BOLD: &[u8] = include_bytes!("../../../reports/fonts/Inter-SemiBold.otf");

impl Weight {
    /// All weights.
    pub const ALL: [Self; 3] = [Self::Regular, Self::Medium, Self::SemiBold];

    /// Its number in SVG.
    pub const fn number(self) -> u16 {
        match self {
            Self::Regular => 400,
            Self::Medium => 500,
            Self::SemiBold => 600,
        }
    }

    /// The font file.
    pub fn bytes(self) -> &'static [u8] {
        match self {
            Self::Regular => REGULAR,
            Self::Medium => MEDIUM,
            Self::SemiBold => SEMI_BOLD,
        }
    }

    fn face(self) -> Option<&'static Face<'static>> {
        static FACES: LazyLock<[Option<Face<'static>>; 3]> =
            LazyLock::new(|| Weight::ALL.map(|weight| Face::from_slice(weight.bytes(), 0)));
        FACES[self as usize].as_ref()
    }
}

/// The fonts for drawing, and no others.
pub fn database() -> Arc<Database> {
    static DATABASE: LazyLock<Arc<Database>> = LazyLock::new(|| {
        let mut database = Database::new();
        for weight in Weight::ALL {
            database.load_font_data(weight.bytes().to_vec());
        }
        Arc::new(database)
    });
    Arc::clone(&DATABASE)
}

/// Width of a text at a size, in the unit of the size.
pub fn width(text: &str, size: f64, weight: Weight) -> f64 {
    let Some(face) = weight.face() else { return 0.0 };
    let mut buffer = UnicodeBuffer::new();
    buffer.push_str(text);
    let shaped = rustybuzz::shape(face, &[], buffer);
    let advance: i32 = shaped.glyph_positions().iter().map(|position| position.x_advance).sum();
    f64::from(advance) * size / f64::from(face.units_per_em())
}

/// A text with what the font cannot draw replaced: a name in another script is shown as long as it is, and never silently lost.
pub fn drawable(text: &str) -> String {
    let Some(face) = Weight::Regular.face() else { return text.to_owned() };
    text.chars().map(|c| if face.glyph_index(c).is_some() { c } else { MISSING }).collect()
}

/// What stands for a character that the font has not.
pub const MISSING: char = '\u{25a1}';

/// A text that is no wider than it may be, cut with an ellipsis.
pub fn fitted(text: &str, size: f64, weight: Weight, most: f64) -> String {
    if width(text, size, weight) <= most {
        return text.to_owned();
    }
    let characters: Vec<char> = text.chars().collect();
    let cut = |count: usize| format!("{}…", characters[..count].iter().collect::<String>().trim_end());
    let fits = |count: &usize| width(&cut(*count), size, weight) <= most;
    // Widths grow with the text: the first count that is too wide ends it.
    let (mut least, mut beyond) = (0, characters.len());
    while beyond - least > 1 {
        let middle = usize::midpoint(least, beyond);
        if fits(&middle) { least = middle } else { beyond = middle }
    }
    cut(least)
}

/// A text in lines that are no wider than they may be; a word that is wider is cut.
pub fn wrapped(text: &str, size: f64, weight: Weight, most: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        let longer = lines.last().map(|line| format!("{line} {word}"));
        match longer.filter(|line| width(line, size, weight) <= most) {
            Some(longer) => *lines.last_mut().unwrap_or(&mut String::new()) = longer,
            None => lines.push(fitted(word, size, weight, most)),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_are_those_of_the_font() {
        // Figures of the font have one width each; a wider weight is wider.
        let one = width("1234", 10.0, Weight::Regular);
        assert!((20.0..30.0).contains(&one), "{one}");
        assert!((width("12341234", 10.0, Weight::Regular) - 2.0 * one).abs() < 0.5);
        assert!(width("Cost", 10.0, Weight::SemiBold) > width("Cost", 10.0, Weight::Regular));
    }

    #[test]
    fn texts_fit_where_they_must() {
        let name = "a workload with a name that nobody can read to its end in one go";
        let cut = fitted(name, 12.0, Weight::Regular, 120.0);
        assert!(cut.ends_with('…') && width(&cut, 12.0, Weight::Regular) <= 120.0, "{cut}");
        for line in wrapped(name, 12.0, Weight::Regular, 120.0) {
            assert!(width(&line, 12.0, Weight::Regular) <= 120.0, "{line}");
        }
        assert_eq!(wrapped(name, 12.0, Weight::Regular, 120.0).join(" "), name);
    }

    #[test]
    fn what_cannot_be_drawn_is_seen_to_be_missing() {
        assert_eq!(drawable("Ünïcode ≥ €"), "Ünïcode ≥ €");
        assert_eq!(drawable("検索 ok"), "□□ ok");
        assert_eq!(drawable(&MISSING.to_string()), "□");
    }
}
