//! Classes of licences.

use serde::Deserialize;

/// How freely a model's weights may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LicenseClass {
    /// No weights.
    Closed,
    /// A licence approved by the Open Source Initiative.
    Osi,
    /// Weights under a licence of the lab's own.
    Custom,
    /// Weights, not for commercial use.
    NonCommercial,
    /// Weights under a licence that is not known.
    Unknown,
}

impl LicenseClass {
    /// The word in scenarios.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Osi => "osi",
            Self::Custom => "custom",
            Self::NonCommercial => "non-commercial",
            Self::Unknown => "unknown",
        }
    }

    /// The class of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        let all = [Self::Closed, Self::Osi, Self::Custom, Self::NonCommercial, Self::Unknown];
        all.into_iter().find(|class| class.word() == word)
    }
}
