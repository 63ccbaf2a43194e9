//! The file format of a sheet: one file a seller, prices as decimal text.

mod fields;
mod read;
mod write;

use serde::Deserialize;

use super::rate::Rate;
use crate::units::{Day, Features};

pub use self::fields::{Currency, Field, Fields, Wrong, div_half_even, price_text};
pub use self::read::{features, parse, read_rows, text_of};
pub use self::write::{rate_line, write};

/// What kind of seller it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SellerKind {
    /// Sells its own models.
    Lab,
    /// Sells open weights of others.
    Host,
    /// Sells models of others beside its machines.
    Cloud,
    /// Passes calls on to other sellers.
    Reseller,
    /// Known from a user's sheet alone.
    Unlisted,
}

impl SellerKind {
    /// The word in sheets and on pages.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Lab => "lab",
            Self::Host => "host",
            Self::Cloud => "cloud",
            Self::Reseller => "reseller",
            Self::Unlisted => "unlisted",
        }
    }

    /// The kind of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Lab, Self::Host, Self::Cloud, Self::Reseller, Self::Unlisted]
            .into_iter()
            .find(|kind| kind.word() == word)
    }
}

/// A seller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seller {
    /// Id; the name of the file.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// What kind of seller it is.
    pub kind: SellerKind,
    /// Where it is at home, as an ISO 3166 code; empty: not known.
    pub country: String,
    /// What logs and gateways call it.
    pub aliases: Vec<String>,
}

impl Seller {
    /// A seller of which no more than its name is known.
    pub fn unlisted(name: &str) -> Self {
        Self {
            id: name.to_owned(),
            name: name.to_owned(),
            kind: SellerKind::Unlisted,
            country: String::new(),
            aliases: Vec::new(),
        }
    }
}

/// Where rates are from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Id within the file.
    pub id: String,
    /// Name and version.
    pub name: String,
    /// Day of the sheet.
    pub day: Option<Day>,
    /// Licence of its data; empty: the user's own.
    pub licence: String,
    /// Where it is published.
    pub url: Option<String>,
    /// SHA-256 of the file that was read.
    pub sha256: Option<String>,
}

/// An offer as its file states it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetOffer {
    /// Canonical id of the model.
    pub model: String,
    /// Line at which it stands.
    pub line: usize,
    /// The seller's own name for it.
    pub listed_as: String,
    /// Other names under which the seller lists it.
    pub also: Vec<String>,
    /// Most tokens of a call.
    pub context: Option<i64>,
    /// Most output tokens of a call.
    pub max_output: Option<i64>,
    /// What it can do; `None`: not known.
    pub features: Option<Features>,
    /// Its rates.
    pub rates: Vec<Rate>,
}

/// A sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// Who sells.
    pub seller: Seller,
    /// Where the rates are from.
    pub sources: Vec<Source>,
    /// What is sold.
    pub offers: Vec<SheetOffer>,
}
