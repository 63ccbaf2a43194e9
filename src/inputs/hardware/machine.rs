//! Machines: what they can do, what they cost to rent and to buy.

use serde::Deserialize;

use crate::units::{Usd, UsdEstimate};

/// How a machine is paid for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum Commitment {
    /// By the hour, without a commitment.
    #[serde(rename = "on_demand")]
    OnDemand,
    /// By the hour, may be taken away.
    #[serde(rename = "spot")]
    Spot,
    /// Committed for a year.
    #[serde(rename = "1y")]
    OneYear,
    /// Committed for three years.
    #[serde(rename = "3y")]
    ThreeYears,
    /// Bought; no rent has it, what it costs follows from the price.
    #[serde(rename = "owned")]
    Owned,
}

impl Commitment {
    /// Every way to pay.
    pub const ALL: [Self; 5] = [Self::OnDemand, Self::Spot, Self::OneYear, Self::ThreeYears, Self::Owned];

    /// The word in files and on pages.
    pub const fn word(self) -> &'static str {
        match self {
            Self::OnDemand => "on_demand",
            Self::Spot => "spot",
            Self::OneYear => "1y",
            Self::ThreeYears => "3y",
            Self::Owned => "owned",
        }
    }

    /// The commitment of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|c| c.word() == word)
    }
}

/// What one GPU costs per hour.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rent {
    /// How it is paid for.
    pub commitment: Commitment,
    /// Median, in dollars per GPU and hour.
    pub usd_hour: String,
    /// Lowest offer.
    pub low: Option<String>,
    /// Highest offer.
    pub high: Option<String>,
    /// Day of the offers.
    pub date: toml::value::Datetime,
    /// Where the figure is from.
    pub source: String,
}

impl Rent {
    /// The median, in dollars per GPU and hour.
    pub fn hourly(&self) -> Option<UsdEstimate> {
        Usd::parse(&self.usd_hour).ok().map(Usd::estimate)
    }
}

/// What something costs to buy.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Price {
    /// Dollars.
    pub usd: String,
    /// Day of the price.
    pub date: toml::value::Datetime,
    /// Where it is from.
    pub source: String,
}

impl Price {
    /// Dollars.
    pub fn dollars(&self) -> Option<UsdEstimate> {
        Usd::parse(&self.usd).ok().map(Usd::estimate)
    }
}

/// A server that can be bought, with several of one machine in it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    /// Id.
    pub id: String,
    /// The machine in it.
    pub machine: String,
    /// How many.
    pub count: u32,
    /// Dollars.
    pub usd: String,
    /// Kilowatts of the whole server at work.
    pub kilowatts: f64,
    /// Day of the price.
    pub date: toml::value::Datetime,
    /// Where it is from.
    pub source: String,
}

impl Server {
    /// Dollars.
    pub fn dollars(&self) -> Option<UsdEstimate> {
        Usd::parse(&self.usd).ok().map(Usd::estimate)
    }
}

/// A machine; the figures are those of one GPU.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Machine {
    /// Id.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Who makes it.
    pub vendor: String,
    /// Memory in GB.
    pub memory_gb: f64,
    /// Memory bandwidth in GB/s.
    pub bandwidth_gbs: f64,
    /// Dense BF16 TFLOPS.
    pub bf16_tflops: Option<f64>,
    /// Dense FP8 TFLOPS.
    pub fp8_tflops: Option<f64>,
    /// Dense FP4 TFLOPS.
    pub fp4_tflops: Option<f64>,
    /// Power in watts.
    pub tdp_w: Option<f64>,
    /// GB/s to another one, in one direction.
    pub link_gbs: Option<f64>,
    /// Whether that is a direct link, and not the bus of the host.
    #[serde(default)]
    pub linked: bool,
    /// Whether it stands on somebody's desk.
    #[serde(default)]
    pub device: bool,
    /// What one costs to buy by itself.
    pub price: Option<Price>,
    /// Where the facts are from.
    pub source: String,
    /// Day of the facts.
    pub date: toml::value::Datetime,
    /// What it costs to rent.
    #[serde(default)]
    pub rent: Vec<Rent>,
}

/// The price of a machine with its share of what it comes in.
#[derive(Debug, Clone, PartialEq)]
pub struct Bought {
    /// Dollars for one.
    pub price: UsdEstimate,
    /// Kilowatts of one at work.
    pub kilowatts: f64,
    /// How many come together.
    pub together: u32,
    /// Whether network and storage come on top.
    pub server: bool,
    /// Where the price is from.
    pub source: String,
}

impl Machine {
    /// Dollars an hour at a rent.
    pub fn rent(&self, commitment: Commitment) -> Option<&Rent> {
        self.rent.iter().find(|rent| rent.commitment == commitment)
    }
}
