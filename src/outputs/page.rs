//! What every format prints: sections of facts and tables, as values and not as text.

use crate::units::{Share, TokenRate, Usd, UsdEstimate};

/// A value on a page.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Words.
    Text(String),
    /// A count of things.
    Count(u64),
    /// A count of tokens.
    Tokens(i64),
    /// Exact money.
    Usd(Usd),
    /// Price of a token; people see dollars per million tokens.
    Rate(TokenRate),
    /// Estimated money.
    Estimate(UsdEstimate),
    /// A part of a whole.
    Share(Share),
    /// A change as a part of what was before: 0.25 is a quarter more.
    Change(f64),
    /// A number with a unit of its own.
    Number(f64),
    /// A score on a benchmark.
    Score(f64),
    /// A digest; people see its beginning.
    Digest(String),
    /// There is a true value and it is not known.
    Unknown,
    /// There is nothing to state.
    Nothing,
}

impl Value {
    /// A share, unknown if there is none.
    pub fn share(share: Option<Share>) -> Self {
        share.map_or(Self::Unknown, Self::Share)
    }

    /// An estimate, unknown if there is none.
    pub fn estimate(estimate: Option<UsdEstimate>) -> Self {
        estimate.map_or(Self::Unknown, Self::Estimate)
    }

    /// An estimate, nothing if there is none to state.
    pub fn estimate_or_nothing(estimate: Option<UsdEstimate>) -> Self {
        estimate.map_or(Self::Nothing, Self::Estimate)
    }

    /// Whether it is a number, and so stands to the right of its column.
    pub const fn is_numeric(&self) -> bool {
        matches!(
            self,
            Self::Count(_)
                | Self::Tokens(_)
                | Self::Usd(_)
                | Self::Rate(_)
                | Self::Estimate(_)
                | Self::Share(_)
                | Self::Change(_)
                | Self::Number(_)
                | Self::Score(_)
        )
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

/// A value with its key and the words that follow it on a line.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// Key in machine formats.
    pub key: &'static str,
    /// The value.
    pub value: Value,
    /// Words after the value.
    pub words: String,
}

/// A line of facts under a label.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    /// What the facts are about.
    pub label: String,
    /// The facts.
    pub items: Vec<Item>,
}

/// The head of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Key in machine formats.
    pub key: &'static str,
    /// Title for people.
    pub title: String,
    /// Columns of a higher rank are the first to go where there is no room; rank 0 never goes, rank 255 is for machine
    /// formats only.
    pub rank: u8,
    /// Whether its words are names that are better not broken over lines.
    pub solid: bool,
}

/// Rows of values.
#[derive(Debug, Clone, PartialEq)]
pub struct Grid {
    /// The columns.
    pub heads: Vec<Head>,
    /// The rows, each as long as the heads.
    pub rows: Vec<Vec<Value>>,
    /// Rows that people are shown; machine formats have all.
    pub shown: usize,
}

/// What a section holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Body {
    /// Lines of facts.
    Facts(Vec<Fact>),
    /// A table.
    Grid(Grid),
}

/// A part of a page.
#[derive(Debug, Clone, PartialEq)]
pub struct Section {
    /// Key in machine formats.
    pub key: &'static str,
    /// Title for people.
    pub title: String,
    /// What it holds.
    pub body: Body,
    /// Sentences below it.
    pub notes: Vec<String>,
}

/// A page.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// Name of the command that made it.
    pub command: &'static str,
    /// The result in one sentence.
    pub claim: String,
    /// The sections.
    pub sections: Vec<Section>,
}

impl Grid {
    /// The columns that people are shown: those with something to say in some row.
    pub fn visible(&self) -> Vec<usize> {
        let says =
            |column: usize| self.rows.is_empty() || self.rows.iter().any(|row| row[column] != Value::Nothing);
        (0..self.heads.len()).filter(|column| !self.heads[*column].is_hidden() && says(*column)).collect()
    }

    /// Whether a column holds numbers.
    pub fn is_numeric(&self, column: usize) -> bool {
        self.rows.iter().any(|row| row[column].is_numeric())
    }
}

impl Section {
    /// Whether it has anything to show.
    pub const fn has_rows(&self) -> bool {
        match &self.body {
            Body::Facts(facts) => !facts.is_empty(),
            Body::Grid(grid) => !grid.rows.is_empty(),
        }
    }
}

impl Item {
    /// A count with its noun, in the singular for one.
    pub fn counted(key: &'static str, count: u64, one: &str, many: &str) -> Self {
        Self::new(key, Value::Count(count), if count == 1 { one } else { many })
    }

    /// A value with words after it.
    pub fn new(key: &'static str, value: Value, words: impl Into<String>) -> Self {
        Self { key, value, words: words.into() }
    }
}

impl Head {
    /// A column that is dropped at a rank.
    pub fn new(key: &'static str, title: impl Into<String>, rank: u8) -> Self {
        Self { key, title: title.into(), rank, solid: false }
    }

    /// A column of names, dropped at a rank.
    pub fn names(key: &'static str, title: impl Into<String>, rank: u8) -> Self {
        Self { solid: true, ..Self::new(key, title, rank) }
    }

    /// A column that only machine formats have.
    pub fn hidden(key: &'static str) -> Self {
        Self::new(key, "", u8::MAX)
    }

    /// Whether people see the column at all.
    pub const fn is_hidden(&self) -> bool {
        self.rank == u8::MAX
    }
}
