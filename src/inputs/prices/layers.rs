//! Where prices come from, in the order in which they win, and what a user's contract changes.

use glob::Pattern;

use super::sheet::div_half_even;
use crate::units::{Day, Prices, Usd};

/// Whose prices a layer holds. Later ones win.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LayerKind {
    /// In the binary, or in the folder that stands for it.
    Shipped,
    /// Downloaded by `prices sync`.
    Synced,
    /// Named by the user.
    User,
}

impl LayerKind {
    /// The word on pages.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Shipped => "shipped",
            Self::Synced => "synced",
            Self::User => "yours",
        }
    }
}

/// One set of sheets that wins, or loses, as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layer {
    /// Whose prices.
    pub kind: LayerKind,
    /// Name on pages: the file, or the synced source.
    pub name: String,
}

impl Layer {
    /// The shipped prices.
    pub fn shipped() -> Self {
        Self { kind: LayerKind::Shipped, name: "shipped".to_owned() }
    }
}

/// A discount on the list prices of a seller, of a model, or of both.
#[derive(Debug, Clone, PartialEq)]
pub struct Discount {
    /// Only this seller, by its id; `None`: every one.
    pub seller: Option<String>,
    /// Only these models, by their canonical ids; `None`: every one.
    pub models: Option<Pattern>,
    /// Hundred-millionths that remain of a price: 85,000,000 is a discount of 15 per cent.
    pub remains: i64,
    /// First day.
    pub from: Option<Day>,
    /// Day after the last.
    pub until: Option<Day>,
    /// The file that states it.
    pub stated_in: String,
}

/// One whole, in the unit of [`Discount::remains`].
pub const WHOLE: i64 = 100_000_000;

impl Discount {
    /// Whether it is for an offer on a day.
    pub fn is_for(&self, seller: &str, model: &str, day: Day) -> bool {
        self.seller.as_deref().is_none_or(|own| own == seller)
            && self.models.as_ref().is_none_or(|pattern| pattern.matches(model))
            && self.from.is_none_or(|from| from <= day)
            && self.until.is_none_or(|until| day < until)
    }

    /// The prices after it, each rounded half to even at the picodollar.
    pub fn of(&self, prices: &Prices) -> Prices {
        let reduced = |price: i64| div_half_even(i128::from(price) * i128::from(self.remains), WHOLE.into());
        prices.map(|price| i64::try_from(reduced(price)).unwrap_or(price))
    }

    /// The discount in per cent, as text: `12.5`.
    pub fn percent(&self) -> String {
        let millionths = WHOLE - self.remains;
        let text = format!("{}.{:06}", millionths / 1_000_000, millionths % 1_000_000);
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    }
}

/// Money that is owed to a seller whether it is used or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commitment {
    /// The seller, by its id.
    pub seller: String,
    /// Dollars a month.
    pub per_month: Usd,
    /// First day.
    pub from: Option<Day>,
    /// Day after the last.
    pub until: Option<Day>,
    /// The file that states it.
    pub stated_in: String,
}

/// What a user's contracts say beside prices.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Terms {
    /// Discounts; several on one price apply one after the other.
    pub discounts: Vec<Discount>,
    /// Commitments.
    pub commitments: Vec<Commitment>,
}

impl Terms {
    /// Days on which a discount begins or ends.
    pub fn changes(&self) -> impl Iterator<Item = Day> + '_ {
        self.discounts.iter().flat_map(|discount| discount.from.into_iter().chain(discount.until))
    }

    /// Adds those of another file.
    pub fn extend(&mut self, other: Self) {
        self.discounts.extend(other.discounts);
        self.commitments.extend(other.commitments);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Meter;

    #[test]
    fn a_discount_rounds_each_price_at_the_picodollar() {
        let discount = Discount {
            seller: Some("acme".to_owned()),
            models: Pattern::new("big-*").ok(),
            remains: 87_500_000,
            from: None,
            until: Some(Day(10)),
            stated_in: "contract.toml".to_owned(),
        };
        let prices: Prices = [(Meter::Input, 3), (Meter::Output, 2_000_000)].into_iter().collect();
        let reduced = discount.of(&prices);
        assert_eq!((reduced.stated(Meter::Input), reduced.stated(Meter::Output)), (Some(3), Some(1_750_000)));
        assert_eq!(discount.percent(), "12.5");
        assert!(discount.is_for("acme", "big-1", Day(9)));
        assert!(!discount.is_for("acme", "big-1", Day(10)));
        assert!(!discount.is_for("acme", "small", Day(9)) && !discount.is_for("other", "big-1", Day(9)));
    }
}
