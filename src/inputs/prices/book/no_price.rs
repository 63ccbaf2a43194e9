//! Calls that have no price, and why.

/// Why a call has no price.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum NoPrice {
    /// The log names no model.
    NoModel,
    /// No model of that name is known.
    UnknownModel,
    /// The model is known, but no sheet has a price of it at that seller.
    NotOnSheet,
    /// The sheet has the offer, but no price for something that the call used.
    NoMeter,
    /// The name selects a free tier, and the list price is not what it cost.
    FreeTier,
    /// A subscription covers it.
    Plan,
}

impl NoPrice {
    /// Every reason, with the word for it in files.
    const WORDS: [(Self, &'static str); 6] = [
        (Self::NoModel, "no_model"),
        (Self::UnknownModel, "unknown_model"),
        (Self::NotOnSheet, "not_on_sheet"),
        (Self::NoMeter, "no_meter"),
        (Self::FreeTier, "free_tier"),
        (Self::Plan, "plan"),
    ];

    /// The word for it.
    pub fn word(&self) -> &'static str {
        Self::WORDS.iter().find(|(why, _)| why == self).map_or("", |(_, word)| word)
    }

    /// The reason of a word.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::WORDS.iter().find(|(_, known)| *known == word).map(|(why, _)| why.clone())
    }
}
