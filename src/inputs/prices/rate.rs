//! One rate of an offer, and when two of them contradict each other.

use super::window::Window;
use crate::units::{Day, Mode, Prices};

/// What a price is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum PriceKind {
    /// What the seller charges everybody.
    #[default]
    List,
    /// A list price that the seller calls temporary.
    Promo,
    /// What somebody charges who passes calls on to other sellers; it may not be what a call's own host charged.
    Reseller,
    /// Covered by a subscription: nothing is charged for a call, which says nothing about what it is worth.
    Plan,
    /// A free tier with limits.
    Free,
    /// Negotiated, or set by the user.
    Custom,
}

impl PriceKind {
    /// Every kind.
    pub const ALL: [Self; 6] =
        [Self::List, Self::Promo, Self::Reseller, Self::Plan, Self::Free, Self::Custom];

    /// The word in sheets and on pages.
    pub const fn word(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Promo => "promo",
            Self::Reseller => "reseller",
            Self::Plan => "plan",
            Self::Free => "free",
            Self::Custom => "custom",
        }
    }

    /// The kind of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// Whether it says what a call costs: a plan or a free tier does not.
    pub const fn is_price(self) -> bool {
        !matches!(self, Self::Plan | Self::Free)
    }
}

/// Where a context tier begins. Its rate prices every token of a call that reaches it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Threshold {
    /// Least total input of a call in the tier; 0: the base, below every tier.
    pub least: i64,
    /// Whether the seller counts its threshold as inside the tier ("from" and not "above").
    pub inclusive: bool,
}

impl Threshold {
    /// Below every tier.
    pub const BASE: Self = Self { least: 0, inclusive: false };

    /// The tier of calls with more input than that.
    pub const fn above(tokens: i64) -> Self {
        Self { least: tokens + 1, inclusive: false }
    }

    /// The tier of calls with at least so much input.
    pub const fn at_least(tokens: i64) -> Self {
        Self { least: tokens, inclusive: true }
    }
}

/// One rate of an offer: for a mode, a region, a time, a context tier and hours of the week.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rate {
    /// First day; `None`: always before.
    pub from: Option<Day>,
    /// Day after the last; `None`: still in force.
    pub until: Option<Day>,
    /// For which mode.
    pub mode: Mode,
    /// For calls in this region only, in lower case; `None`: for every region without a rate of its own.
    pub region: Option<String>,
    /// Its context tier.
    pub tier: Threshold,
    /// Hours of the week; `None`: the hours that no other rate claims.
    pub window: Option<Window>,
    /// What the price is.
    pub kind: PriceKind,
    /// The prices that the sheet states.
    pub prices: Prices,
    /// Index of the source.
    pub source: usize,
}

impl Rate {
    /// Whether it is in force on a day.
    pub fn holds_on(&self, day: Day) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day < until)
    }

    /// Whether it is for the same calls as another, apart from the days.
    pub fn same_calls(&self, other: &Self) -> bool {
        self.mode == other.mode
            && self.region == other.region
            && self.tier.least == other.tier.least
            && self.window == other.window
    }

    /// The words that tell it from the other rates of an offer: mode, region, tier, hours.
    pub fn label(&self) -> String {
        let mut words = vec![self.mode.word().to_owned()];
        words.extend(self.region.clone());
        if self.tier.least > 0 {
            words.push(format!("from {} tokens", self.tier.least));
        }
        words.extend(self.window.as_ref().map(Window::label));
        words.join(", ")
    }
}

/// Two rates that hold for the same calls on the same day, if there are any: which of them is meant is unknown.
pub fn overlap(rates: &[Rate]) -> Option<(usize, usize)> {
    let ends_before = |first: &Rate, second: &Rate| first.until.zip(second.from).is_some_and(|(u, f)| u <= f);
    rates.iter().enumerate().find_map(|(index, rate)| {
        let clash =
            |other: &Rate| other.same_calls(rate) && !ends_before(rate, other) && !ends_before(other, rate);
        rates[..index].iter().position(clash).map(|other| (other, index))
    })
}
