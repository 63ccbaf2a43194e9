//! What the future is taken to be, for projections.

use super::Reader;
use super::registry::Value;

/// What the future is taken to be.
#[derive(Debug, Clone, PartialEq)]
pub struct Projecting {
    /// Futures that are drawn.
    pub paths: usize,
    /// Seed of the draws.
    pub seed: u64,
    /// Plan that others are compared with: `stay`, `re-pick` or `frontier`.
    pub baseline: String,
    /// Months from one choice of a model to the next.
    pub repick_months: u32,
    /// Hours of an engineer each time that a model is picked again for a workload.
    pub repick_hours: f64,
    /// Whether open models go on appearing.
    pub new_open_models: bool,
    /// Price of a new open model over the closed one's.
    pub open_ratio: f64,
    /// How far workloads wait for open models together.
    pub lag_shared: f64,
    /// Dollars a month that must not be exceeded; `None`: nothing was said.
    pub budget: Option<f64>,
    /// Device that takes what it can; `None`: there is none.
    pub device: Option<String>,
    /// How prices move.
    pub drift: Drift,
    /// How volume moves.
    pub volume: Volume,
    /// How fast calls move.
    pub adoption: Adoption,
    /// What happens.
    pub events: Happening,
    /// Correlations by the names of both inputs.
    pub correlations: Vec<(String, String, f64)>,
    /// How seats are looked at.
    pub seats: Seats,
}

/// A median with its tenth and ninetieth percentile.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    /// Median.
    pub median: f64,
    /// Percentiles.
    pub band: (f64, f64),
}

/// The same, fitted from data unless it is stated.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fitted {
    /// Whether it was stated.
    pub stated: bool,
    /// As stated, or where nothing could be fitted.
    pub spread: Spread,
}

/// How prices move, in times a year.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Drift {
    /// Fall of the cheapest closed price of the same quality.
    pub closed: Fitted,
    /// The same of open models at hosts.
    pub open: Fitted,
    /// Fall of the newest closed models' price.
    pub frontier: Spread,
    /// How often a model's price is changed.
    pub reprice: Fitted,
    /// Least and most share by which it then falls.
    pub reprice_cut: (f64, f64),
    /// Fall of rents.
    pub rent_fall: f64,
    /// Standard deviation of their logarithm after a year.
    pub rent_sigma: f64,
    /// Engineers over those that are assumed: percentiles.
    pub staff: (f64, f64),
}

/// How volume moves.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Volume {
    /// Growth a month.
    pub growth: Fitted,
    /// Standard deviation of growth before a log is looked at.
    pub prior: f64,
    /// Standard deviation of growth ahead around that of the log.
    pub wander: f64,
    /// Answer to the price.
    pub elasticity: Spread,
}

/// How fast calls move.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Adoption {
    /// Steepness a month, of the logistic curve.
    pub rate: f64,
    /// Innovation and imitation a year, where the curve is that of Bass.
    pub bass: Option<(f64, f64)>,
    /// Months until half has moved.
    pub half: Spread,
    /// Share of what may move that ever does.
    pub ceiling: Spread,
}

/// What happens; a month of 0 is never.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Happening {
    /// Share by which closed prices fall, and when.
    pub closed_cut: (f64, u32),
    /// The same of open models.
    pub open_cut: (f64, u32),
    /// Share by which closed prices fall where open models compete, and how many months later.
    pub response: (f64, f64),
    /// Share that loses its model, when, and for how many months.
    pub offline: (f64, u32, u32),
}

/// How seats are looked at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Seats {
    /// How often a year a flat price is turned into a metered one.
    pub reprice_a_year: f64,
    /// What serving costs its seller, over the list price.
    pub cost_ratio: f64,
    /// Price of use beyond the cap, over the list price.
    pub overflow: f64,
}

/// Published values where nothing can be fitted: falls of closed and of open prices, growth, changes of a price a year.
const PUBLISHED: (f64, f64, f64, f64) = (5.0, 4.0, 0.0, 1.0);

/// Pairs of inputs whose correlation is assumed.
const PAIRS: [(&str, &str); 8] = [
    ("closed_fall", "open_fall"),
    ("closed_fall", "frontier_fall"),
    ("closed_fall", "reprice"),
    ("open_fall", "rent"),
    ("lag", "closed_fall"),
    ("lag", "open_fall"),
    ("growth", "closed_fall"),
    ("quality", "tokens"),
];

impl Reader<'_> {
    pub(super) fn projection(&mut self) -> Projecting {
        let baseline = self.text("projection.baseline");
        if !matches!(baseline.as_str(), "stay" | "re-pick" | "frontier") {
            self.wrong("projection.baseline", "must be stay, re-pick or frontier");
        }
        let device = self.text("projection.device");
        let correlations = PAIRS
            .into_iter()
            .map(|(a, b)| {
                let value = self.within(&format!("correlation.{a}-{b}"), -0.999, 0.999);
                (a.to_owned(), b.to_owned(), value)
            })
            .collect();
        Projecting {
            paths: self.within("projection.paths", 100.0, 1e6) as usize,
            seed: self.within("projection.seed", 0.0, 4_294_967_295.0) as u64,
            baseline,
            repick_months: self.within("projection.repick_months", 1.0, 120.0) as u32,
            repick_hours: self.within("projection.repick_hours", 0.0, 10_000.0),
            new_open_models: self.boolean("projection.new_open_models"),
            open_ratio: self.within("projection.open_ratio", 0.001, 1.0),
            lag_shared: self.within("projection.lag_shared", 0.0, 1.0),
            budget: self.word_or("projection.budget_usd_month", "none", (0.0, 1e12)),
            device: (device != "none").then_some(device),
            drift: self.drift(),
            volume: Volume {
                growth: self.fitted("volume.growth_month", PUBLISHED.2, (-0.5, 1.0)),
                prior: self.within("volume.growth_prior", 0.0001, 1.0),
                wander: self.within("volume.growth_wander", 0.0, 1.0),
                elasticity: self.spread("volume.elasticity", (-5.0, 0.0)),
            },
            adoption: self.adoption(),
            events: self.happening(),
            correlations,
            seats: Seats {
                reprice_a_year: self.within("seats.reprice_a_year", 0.0, 12.0),
                cost_ratio: self.within("seats.cost_ratio", 0.0, 1.0),
                overflow: self.within("seats.overflow", 0.0, 10.0),
            },
        }
    }

    fn drift(&mut self) -> Drift {
        let falls = (0.1, 10_000.0);
        let cut = (
            self.within("drift.reprice_cut_low", 0.0, 0.99),
            self.within("drift.reprice_cut_high", 0.0, 0.99),
        );
        if cut.1 < cut.0 {
            self.wrong("drift.reprice_cut_high", "must not be less than drift.reprice_cut_low");
        }
        Drift {
            closed: self.fitted("drift.closed_fall", PUBLISHED.0, falls),
            open: self.fitted("drift.open_fall", PUBLISHED.1, falls),
            frontier: self.spread("drift.frontier_fall", falls),
            reprice: self.fitted("drift.reprice_a_year", PUBLISHED.3, (0.001, 50.0)),
            reprice_cut: cut,
            rent_fall: self.within("drift.rent_fall", 0.1, 10.0),
            rent_sigma: self.within("drift.rent_sigma", 0.0, 3.0),
            staff: (self.within("drift.staff_p10", 0.01, 100.0), self.within("drift.staff_p90", 0.01, 100.0)),
        }
    }

    fn adoption(&mut self) -> Adoption {
        let curve = self.text("adoption.curve");
        if !matches!(curve.as_str(), "logistic" | "bass") {
            self.wrong("adoption.curve", "must be logistic or bass");
        }
        let bass = (
            self.within("adoption.bass_innovation", 0.0001, 10.0),
            self.within("adoption.bass_imitation", 0.0, 10.0),
        );
        Adoption {
            rate: self.within("adoption.rate_month", 0.001, 50.0),
            bass: (curve == "bass").then_some(bass),
            half: self.spread("adoption.half_months", (0.01, 240.0)),
            ceiling: self.spread("adoption.ceiling", (0.01, 1.0)),
        }
    }

    fn happening(&mut self) -> Happening {
        let mut share = |key: &str| self.within(&format!("events.{key}"), 0.0, 0.99);
        let (closed, open, response) = (share("closed_cut"), share("open_cut"), share("response_cut"));
        let offline = self.within("events.offline_share", 0.0, 1.0);
        let mut month = |key: &str| self.within(&format!("events.{key}"), 0.0, 1_200.0) as u32;
        Happening {
            closed_cut: (closed, month("closed_cut_month")),
            open_cut: (open, month("open_cut_month")),
            offline: (offline, month("offline_month"), month("offline_months")),
            response: (response, self.within("events.response_months", 0.0, 1_200.0)),
        }
    }

    /// A number within bounds, or a word for none.
    fn word_or(&mut self, name: &str, none: &str, (least, most): (f64, f64)) -> Option<f64> {
        match self.value(name) {
            Some(Value::Text(word)) if word == none => None,
            _ => Some(self.within(name, least, most)),
        }
    }

    /// A median with the percentiles beside it.
    fn spread(&mut self, name: &str, (least, most): (f64, f64)) -> Spread {
        let median = self.within(name, least, most);
        Spread { median, band: self.band(name, median, (least, most)) }
    }

    fn band(&mut self, name: &str, median: f64, (least, most): (f64, f64)) -> (f64, f64) {
        let (low, high) = (format!("{name}_p10"), format!("{name}_p90"));
        let band = (self.within(&low, least, most), self.within(&high, least, most));
        // A median that a scenario states may lie beyond a band that it leaves as it is: then it is taken for certain there.
        (band.0.min(median), band.1.max(median))
    }

    fn fitted(&mut self, name: &str, published: f64, bounds: (f64, f64)) -> Fitted {
        let stated = self.word_or(name, "fitted", bounds);
        let median = stated.unwrap_or(published);
        let spread = Spread { median, band: self.band(name, median, bounds) };
        Fitted { stated: stated.is_some(), spread }
    }
}
