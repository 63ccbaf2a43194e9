//! Charts: each is drawn once, as SVG, and comes out as SVG, PNG and PDF.

mod axis;
mod breakeven;
mod bridge;
mod conditions;
mod convergence;
pub mod file;
pub mod font;
mod frame;
mod frontier;
mod gain;
mod labels;
mod load;
mod pen;
mod plot;
mod prices;
mod projection;
mod seats;
mod spend;
mod theme;
mod tokens;
mod tornado;
mod waterfall;
mod workloads;

pub use self::theme::{DARK, LIGHT, SIZES, Size, Theme};

use super::results::{Need, Results};

/// What charts are drawn from.
pub struct Material<'a> {
    /// The results.
    pub of: Results<'a>,
    /// Where the data comes from, for the foot of every chart.
    pub source: String,
    /// How large they are.
    pub size: Size,
    /// Light or dark.
    pub theme: Theme,
}

/// A chart that is drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawing {
    /// It, as SVG with texts that are texts.
    pub svg: String,
    /// What it shows, for whoever cannot see it.
    pub alt: String,
}

/// A kind of chart.
pub struct Chart {
    /// Its name, and that of its file.
    pub name: &'static str,
    /// What it shows.
    pub about: &'static str,
    /// What it needs beside the audit.
    pub needs: Need,
    draw: fn(&Material<'_>) -> Result<Drawing, String>,
}

impl Chart {
    /// The drawing.
    ///
    /// # Errors
    /// Why there is nothing to draw.
    pub fn draw(&self, material: &Material<'_>) -> Result<Drawing, String> {
        (self.draw)(material)
    }
}

/// Every chart.
pub const CHARTS: &[Chart] = &[
    Chart {
        name: "spend",
        about: "what was spent over time, by tier, and what it would have come to routed",
        needs: Need::Nothing,
        draw: spend::draw,
    },
    Chart {
        name: "workloads",
        about: "what each workload costs, and would cost at the best offers of each tier",
        needs: Need::Nothing,
        draw: workloads::draw,
    },
    Chart {
        name: "tokens",
        about: "tokens against dollars, by tier, as logged and routed",
        needs: Need::Nothing,
        draw: tokens::draw,
    },
    Chart {
        name: "conditions",
        about: "the five conditions of each move, and its verdict",
        needs: Need::Nothing,
        draw: conditions::draw,
    },
    Chart {
        name: "frontier",
        about: "what quality costs: the cheapest way to serve the calls at every mean score, and where they are served now",
        needs: Need::Frontier,
        draw: frontier::draw,
    },
    Chart {
        name: "prices",
        about: "what the same capability has cost, at closed and at open models",
        needs: Need::Nothing,
        draw: prices::draw,
    },
    Chart {
        name: "convergence",
        about: "how able closed and open models are, by the day of their release",
        needs: Need::Nothing,
        draw: convergence::draw,
    },
    Chart {
        name: "breakeven",
        about: "cost against volume: other offers, and machines of one's own that grow with it",
        needs: Need::Hosting,
        draw: breakeven::draw,
    },
    Chart {
        name: "load",
        about: "load against the share of time in which there is as much, and what the best fleet takes of it",
        needs: Need::Hosting,
        draw: load::draw,
    },
    Chart {
        name: "gain",
        about: "what machines of one's own gain and cost by their number, and what the next one would gain",
        needs: Need::Hosting,
        draw: gain::draw,
    },
    Chart {
        name: "waterfall",
        about: "from the headline multiple to what machines of one's own save on these calls",
        needs: Need::Hosting,
        draw: waterfall::draw,
    },
    Chart {
        name: "projection",
        about: "what the calls will cost a month, with its band, if nothing changes and under the best plan",
        needs: Need::Projection,
        draw: projection::draw,
    },
    Chart {
        name: "tornado",
        about: "what the saving of the best plan hangs on",
        needs: Need::Projection,
        draw: tornado::draw,
    },
    Chart {
        name: "seats",
        about: "what seats, metered use and a mix of both would cost for all users",
        needs: Need::Seats,
        draw: seats::draw,
    },
    Chart {
        name: "bridge",
        about: "what changed the cost against a baseline (--baseline), driver by driver",
        needs: Need::Baseline,
        draw: bridge::draw,
    },
];

/// The chart of a name.
pub fn named(name: &str) -> Option<&'static Chart> {
    CHARTS.iter().find(|chart| chart.name == name)
}
