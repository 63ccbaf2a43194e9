//! Break-even tables that others have published: their inputs and their figures.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use super::embedded::Facts;
use super::toml_file::{self, FileProblem};

/// A published table.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Study {
    /// What it is.
    #[serde(rename = "study")]
    pub about: About,
    /// What was assumed and not said.
    #[serde(default)]
    pub hidden: Vec<Hidden>,
    /// Figures with their inputs.
    #[serde(default, rename = "figure")]
    pub figures: Vec<Figure>,
    /// Terms of a table of models and interfaces.
    pub terms: Option<Terms>,
    /// Its machines.
    #[serde(default, rename = "gpu")]
    pub gpus: Vec<Gpu>,
    /// Its interfaces.
    #[serde(default, rename = "api")]
    pub apis: Vec<Api>,
    /// Its models.
    #[serde(default, rename = "model")]
    pub models: Vec<Model>,
}

/// What a table is.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct About {
    /// Id; the name of the file.
    pub id: String,
    /// Title.
    pub title: String,
    /// Who published it.
    pub source: String,
    /// When.
    pub date: String,
    /// How far a figure may lie from its recomputation.
    pub tolerance: f64,
    /// Whether that is a part of the figure.
    #[serde(default)]
    pub relative: bool,
    /// Unit of the figures.
    pub unit: String,
}

/// Something that was assumed and not said.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hidden {
    /// What.
    pub what: String,
}

/// A figure with its inputs.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Figure {
    /// What it is of.
    pub case: String,
    /// As published.
    pub published: f64,
    /// Its unit.
    pub unit: String,
    /// How far it may lie off, where that is its own.
    pub tolerance: Option<f64>,
    /// How it is computed.
    #[serde(flatten)]
    pub by: Formula,
}

/// How a figure is computed. Prices are dollars, rates dollars an hour.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Formula {
    /// Hours until a price is earned: `price / (cloud − own)`.
    Hours {
        /// Price of the machine.
        price: f64,
        /// Dollars an hour of running it.
        own_hour: f64,
        /// Dollars an hour of renting it.
        cloud_hour: f64,
    },
    /// Hours a day from which owning pays: `(price + own · hours) / (cloud · days)`.
    HoursADay {
        /// Price of the machine.
        price: f64,
        /// Dollars an hour of running it.
        own_hour: f64,
        /// Dollars an hour of renting it.
        cloud_hour: f64,
        /// Hours of its life.
        hours: f64,
        /// Days of its life.
        days: f64,
    },
    /// `price + hour · hours`.
    Total {
        /// Price of the machine; 0: it is rented.
        #[serde(default)]
        price: f64,
        /// Dollars an hour.
        hour: f64,
        /// Hours.
        hours: f64,
    },
    /// What owning saves: `cloud · hours − price − own · hours`.
    Saved {
        /// Price of the machine.
        price: f64,
        /// Dollars an hour of running it.
        own_hour: f64,
        /// Dollars an hour of renting it.
        cloud_hour: f64,
        /// Hours.
        hours: f64,
    },
    /// The same in per cent of what renting costs.
    SavedShare {
        /// Price of the machine.
        price: f64,
        /// Dollars an hour of running it.
        own_hour: f64,
        /// Dollars an hour of renting it.
        cloud_hour: f64,
        /// Hours.
        hours: f64,
    },
    /// An hour over the life of the machine: `price / hours + own`.
    Hour {
        /// Price of the machine.
        price: f64,
        /// Dollars an hour of running it.
        own_hour: f64,
        /// Hours of its life.
        hours: f64,
    },
    /// Dollars a million tokens.
    PerMillion {
        /// Dollars an hour.
        hour: f64,
        /// Tokens a second.
        tokens_a_second: f64,
    },
    /// One number over another.
    Ratio {
        /// Above.
        of: f64,
        /// Below.
        to: f64,
    },
}

/// Terms of a table of models and interfaces.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Terms {
    /// Hours of use a month.
    pub hours_month: f64,
    /// Dollars a kilowatt-hour.
    pub kilowatt_hour: f64,
    /// Share of the tokens that are input.
    pub input_share: f64,
}

/// A machine of such a table.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gpu {
    /// Id.
    pub id: String,
    /// Price.
    pub usd: f64,
    /// Power as stated.
    pub watts_stated: f64,
    /// Power that its table of electricity implies.
    pub watts_implied: f64,
}

/// An interface of such a table.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Api {
    /// Id.
    pub id: String,
    /// Dollars a million input tokens.
    pub input: f64,
    /// Dollars a million output tokens.
    pub output: f64,
}

/// A model of such a table.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// Id.
    pub id: String,
    /// Machines.
    pub gpus: f64,
    /// Which.
    pub gpu: String,
    /// Tokens a second.
    pub tokens_a_second: f64,
    /// Dollars of power a month as stated.
    pub power_month: f64,
    /// Months, by interface.
    pub published: BTreeMap<String, f64>,
}

/// The ids of the tables that there are.
///
/// # Errors
/// When a file cannot be read.
pub fn ids(facts: &Facts) -> Result<Vec<String>, FileProblem> {
    let stem = |file: &str| Path::new(file).file_stem().map(|stem| stem.to_string_lossy().into_owned());
    Ok(facts.files("published")?.iter().filter_map(|(file, _)| stem(file)).collect())
}

/// The table of an id; `None`: there is none.
///
/// # Errors
/// What is wrong with its file.
pub fn load(facts: &Facts, id: &str) -> Result<Option<Study>, FileProblem> {
    let files = facts.files("published")?;
    let named = |file: &str| Path::new(file).file_stem().is_some_and(|stem| stem.to_string_lossy() == id);
    let Some((file, text)) = files.iter().find(|(file, _)| named(file)) else { return Ok(None) };
    toml_file::parse(file, text).map(Some)
}
