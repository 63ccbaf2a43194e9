//! The budget: rules about what calls may cost, each with a level, a reason and an owner.
//!
//! ```toml
//! owner = "platform team"            # of rules that name none
//!
//! [[rule]]
//! workload = "support"               # or model, seller, team, user, tag; none of them: all calls
//! max_increase_percent = 5           # against the baseline, of the cost of a call
//! max_increase_per_month = 200       # dollars, at the baseline's number of calls
//! when = "all"                       # both must be exceeded; without it one is enough
//! level = "deny"                     # or warn
//! reason = "margin of the support product"
//! owner = "support team"
//! ```

mod metric;
mod read;

pub use self::metric::{METRICS, Metric, MetricKind, Unit};
pub use self::read::{Parsed, parse};

use crate::tables::Scope;

/// What happens where a rule does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Level {
    /// It is said.
    Warn,
    /// The gate says no.
    #[default]
    Deny,
}

/// A limit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limit {
    /// What is limited.
    pub metric: &'static Metric,
    /// The most of it, or the least, in its unit.
    pub value: f64,
}

/// A rule.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// Its name; made from its scope and limits where it has none.
    pub name: String,
    /// Line in the file at which it begins.
    pub line: usize,
    /// Which calls it is about.
    pub scope: Scope,
    /// What happens where it does not hold.
    pub level: Level,
    /// Its limits; at least one.
    pub limits: Vec<Limit>,
    /// Whether all limits must be exceeded, and not one.
    pub all: bool,
    /// Dollars a month that a forecast is compared with.
    pub month_budget: Option<f64>,
    /// Why there is such a rule; empty: nobody says.
    pub reason: String,
    /// Who answers for it; empty: nobody says.
    pub owner: String,
}

/// Rules.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Budget {
    /// Name of the file, as messages give it.
    pub file: String,
    /// The rules, in their order.
    pub rules: Vec<Rule>,
}

impl Budget {
    /// The scopes that the sums of an audit do not tell, each once.
    pub fn scopes_of_calls(&self) -> Vec<Scope> {
        let mut scopes: Vec<Scope> =
            self.rules.iter().map(|rule| rule.scope.clone()).filter(|scope| !scope.is_in_sums()).collect();
        scopes.sort();
        scopes.dedup();
        scopes
    }
}
