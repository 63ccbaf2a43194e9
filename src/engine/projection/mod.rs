//! What calls will cost, month by month, along many paths that the future could take.
//!
//! A path is one draw of everything that is uncertain. On every path all plans are followed side by side, so that plans differ by what they
//! do and not by their luck. Money is dollars a month, times are months from now, a month's flows are those of its middle.

mod adoption;
pub mod correlation;
pub mod decide;
mod draws;
pub mod fleet;
pub mod inputs;
mod lanes;
#[cfg(test)]
mod laws;
mod power;
pub mod run;
#[cfg(test)]
mod tests;
pub mod trend;

pub use self::adoption::Adoption;

use self::correlation::Factor;
use self::fleet::Fleet;
use self::inputs::{Input, Uncertain};

/// Calls of a workload that one model served, a month of them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lane {
    /// Dollars as logged.
    pub spent: f64,
    /// Whose prices it pays today: lanes of one model have their prices changed together.
    pub series: usize,
    /// When open models are good enough.
    pub wait: Wait,
    /// Where it may move, in the order of [`Move::ALL`].
    pub moves: [Moved; MOVES],
    /// Dollars once for moving it.
    pub switching: f64,
    /// Dollars each time that a model is picked again for it.
    pub requalifying: f64,
    /// Dollars, at the best offers of today, of those of its calls that machines of one's own could serve.
    pub servable: f64,
}

/// Where calls may move.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Move {
    /// To the cheapest closed models of the same quality.
    Closed,
    /// To open models at hosts.
    Open,
    /// To the cheapest of both.
    Either,
}

/// Moves.
pub const MOVES: usize = 3;

impl Move {
    /// All of them.
    pub const ALL: [Self; MOVES] = [Self::Closed, Self::Open, Self::Either];
}

/// What a move is for a lane, in dollars a month at the prices of today.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moved {
    /// As logged, of the calls that closed models take.
    pub from_closed: f64,
    /// At those models.
    pub closed: f64,
    /// As logged, of the calls that open models take.
    pub from_open: f64,
    /// At those models.
    pub open: f64,
    /// What no price of an offer changes: on devices.
    pub flat: f64,
    /// Failures beyond those of today once all of it has moved: mean and standard deviation.
    pub failures: (f64, f64),
    /// Whether the lane takes part.
    pub joins: bool,
}

impl Moved {
    /// Nothing moves.
    pub const NOTHING: Self = Self {
        from_closed: 0.0,
        closed: 0.0,
        from_open: 0.0,
        open: 0.0,
        flat: 0.0,
        failures: (0.0, 0.0),
        joins: false,
    };

    /// Dollars as logged of all calls that move.
    pub fn from(&self) -> f64 {
        self.from_closed + self.from_open
    }
}

/// When open models are good enough, in months from now.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Wait {
    /// They are.
    Over,
    /// A closed model reached it so many months ago, and open ones follow after a log-normal time; it has not passed yet.
    Lag {
        /// Months since the closed model.
        since: f64,
        /// Median of the lag in months.
        median: f64,
        /// Standard deviation of its logarithm.
        spread: f64,
    },
    /// The trend of open models says so.
    Trend {
        /// Months.
        mean: f64,
        /// Standard deviation.
        error: f64,
    },
    /// Never within any horizon that the records allow to look at.
    Never,
}

/// Something that a scenario lets happen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Events {
    /// All closed prices fall by this share …
    pub closed_cut: f64,
    /// … in this month; beyond the horizon: never.
    pub closed_cut_month: u32,
    /// All prices of open models fall by this share …
    pub open_cut: f64,
    /// … in this month.
    pub open_cut_month: u32,
    /// By this share the closed price falls once open models compete for a workload …
    pub response_cut: f64,
    /// … after so many months.
    pub response_months: f64,
    /// This share of what has moved loses its open model …
    pub offline_share: f64,
    /// … in this month …
    pub offline_month: u32,
    /// … and is back where it was for so many months.
    pub offline_months: u32,
}

/// A plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Plan {
    /// The models of today, until their sellers change the price.
    Stay,
    /// Always the newest closed models.
    Frontier,
    /// The cheapest closed model of the same quality, picked again every few months.
    Repick,
    /// Calls that may move go to open models at hosts, workload by workload.
    Hosted,
    /// Every call to the cheapest of both that is good enough.
    Routed,
    /// The same, and machines rented by the hour wherever they pay, sized again every month.
    Rented,
    /// The same, and machines for the length of a contract.
    Committed,
}

impl Plan {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Stay, Self::Frontier, Self::Repick, Self::Hosted, Self::Routed, Self::Rented, Self::Committed];

    /// Its name in data.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Stay => "stay",
            Self::Repick => "re-pick",
            Self::Frontier => "frontier",
            Self::Hosted => "hosted",
            Self::Routed => "routed",
            Self::Rented => "rented",
            Self::Committed => "committed",
        }
    }

    /// The plan of a name.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|plan| plan.word() == word)
    }
}

/// Plans.
pub const PLANS: usize = Plan::ALL.len();

/// Everything that paths start from.
#[derive(Debug, Clone)]
pub struct Projection {
    /// What is served today.
    pub lanes: Vec<Lane>,
    /// How many models have prices of their own.
    pub series: usize,
    /// What is uncertain, in the order of [`Input::ALL`].
    pub inputs: [Uncertain; Input::COUNT],
    /// How they depend on each other.
    pub factor: Factor,
    /// What happens.
    pub events: Events,
    /// Months that are looked at.
    pub horizon: usize,
    /// Months from one choice of a model to the next.
    pub repick_months: u32,
    /// Least and most by which the price of a model falls when its seller changes it.
    pub reprice_cut: (f64, f64),
    /// How what may move does move.
    pub adoption: Adoption,
    /// By how much rents fall a year.
    pub rent_fall: f64,
    /// Share of a workload's lag that all workloads have in common.
    pub lag_shared: f64,
    /// Interest a month.
    pub interest: f64,
    /// The plan that others are compared with.
    pub baseline: Plan,
    /// Machines of one's own; `None`: nothing is known of them.
    pub fleet: Option<Fleet>,
}

impl Projection {
    /// Plans that there are.
    pub fn plans(&self) -> Vec<Plan> {
        let committed = self.fleet.as_ref().is_some_and(|fleet| fleet.committed.is_some());
        let exists = |plan: &Plan| match plan {
            Plan::Rented => self.fleet.is_some(),
            Plan::Committed => committed,
            _ => true,
        };
        Plan::ALL.into_iter().filter(exists).collect()
    }

    /// An uncertain input.
    pub const fn input(&self, input: Input) -> &Uncertain {
        &self.inputs[input as usize]
    }
}
