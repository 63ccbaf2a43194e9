//! What a rule may limit.

use crate::units::Tier;

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MetricKind {
    /// Dollars a month.
    CostPerMonth,
    /// Dollars on the dearest day.
    CostPerDay,
    /// Dollars a call.
    CostPerCall,
    /// Dollars a thousand calls.
    CostPer1000Calls,
    /// Tokens a call.
    TokensPerCall,
    /// Increase of the cost of a call against the baseline, per cent.
    IncreasePercent,
    /// The same in dollars a thousand calls.
    IncreasePer1000Calls,
    /// The same in dollars a month at the calls of the baseline.
    IncreasePerMonth,
    /// Share of calls on a tier, per cent.
    TierShare(Tier),
    /// Dollars a month that routing would save.
    MissedSavingPerMonth,
    /// The same, per cent of what is spent.
    MissedSavingPercent,
    /// Calls without a price, per cent.
    UnpricedPercent,
    /// Age of the oldest price in days.
    PriceAge,
    /// Probability of exceeding a month's budget, per cent.
    BreachPercent,
    /// Input tokens read from the cache, per cent.
    CacheHitPercent,
}

/// What a rule may limit, and how.
#[derive(Debug, PartialEq, Eq)]
pub struct Metric {
    /// Its key in a rule.
    pub key: &'static str,
    /// What is measured.
    pub kind: MetricKind,
    /// Whether the limit is a least and not a most.
    pub is_least: bool,
    /// Unit of the limit.
    pub unit: Unit,
    /// What it is, for people.
    pub about: &'static str,
    /// Code of the finding where it does not hold.
    pub code: &'static str,
}

/// Unit of a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Dollars.
    Usd,
    /// Per cent.
    Percent,
    /// Tokens.
    Tokens,
    /// Days.
    Days,
}

const fn most(
    key: &'static str,
    kind: MetricKind,
    unit: Unit,
    about: &'static str,
    code: &'static str,
) -> Metric {
    Metric { key, kind, is_least: false, unit, about, code }
}

const fn least(
    key: &'static str,
    kind: MetricKind,
    unit: Unit,
    about: &'static str,
    code: &'static str,
) -> Metric {
    Metric { key, kind, is_least: true, unit, about, code }
}

/// Everything that a rule may limit.
pub static METRICS: [Metric; 20] = [
    most("max_cost_per_month", MetricKind::CostPerMonth, Unit::Usd, "cost a month", "over-budget"),
    most("max_cost_per_day", MetricKind::CostPerDay, Unit::Usd, "cost on the dearest day", "over-budget"),
    most("max_cost_per_call", MetricKind::CostPerCall, Unit::Usd, "cost a call", "over-budget"),
    most(
        "max_cost_per_1000_calls",
        MetricKind::CostPer1000Calls,
        Unit::Usd,
        "cost a thousand calls",
        "over-budget",
    ),
    most("max_tokens_per_call", MetricKind::TokensPerCall, Unit::Tokens, "tokens a call", "tokens-per-call"),
    most(
        "max_increase_percent",
        MetricKind::IncreasePercent,
        Unit::Percent,
        "increase of the cost of a call against the baseline",
        "cost-increase",
    ),
    most(
        "max_increase_per_1000_calls",
        MetricKind::IncreasePer1000Calls,
        Unit::Usd,
        "increase of the cost of a thousand calls against the baseline",
        "cost-increase",
    ),
    most(
        "max_increase_per_month",
        MetricKind::IncreasePerMonth,
        Unit::Usd,
        "increase of a month's cost against the baseline, at the baseline's number of calls",
        "cost-increase",
    ),
    most(
        "max_closed_percent",
        MetricKind::TierShare(Tier::Closed),
        Unit::Percent,
        "calls on closed models",
        "tier-share",
    ),
    most(
        "max_hosted_percent",
        MetricKind::TierShare(Tier::Hosted),
        Unit::Percent,
        "calls on hosted open models",
        "tier-share",
    ),
    most(
        "max_local_percent",
        MetricKind::TierShare(Tier::Local),
        Unit::Percent,
        "calls on machines of one's own",
        "tier-share",
    ),
    least(
        "min_closed_percent",
        MetricKind::TierShare(Tier::Closed),
        Unit::Percent,
        "calls on closed models",
        "tier-share",
    ),
    least(
        "min_hosted_percent",
        MetricKind::TierShare(Tier::Hosted),
        Unit::Percent,
        "calls on hosted open models",
        "tier-share",
    ),
    least(
        "min_local_percent",
        MetricKind::TierShare(Tier::Local),
        Unit::Percent,
        "calls on machines of one's own",
        "tier-share",
    ),
    most(
        "max_missed_saving_per_month",
        MetricKind::MissedSavingPerMonth,
        Unit::Usd,
        "what routing would save a month",
        "missed-saving",
    ),
    most(
        "max_missed_saving_percent",
        MetricKind::MissedSavingPercent,
        Unit::Percent,
        "what routing would save of the cost",
        "missed-saving",
    ),
    most(
        "max_unpriced_percent",
        MetricKind::UnpricedPercent,
        Unit::Percent,
        "calls without a price",
        "unpriced-calls",
    ),
    most(
        "max_price_age_days",
        MetricKind::PriceAge,
        Unit::Days,
        "age of the oldest price that calls were billed at",
        "stale-prices",
    ),
    most(
        "max_breach_percent",
        MetricKind::BreachPercent,
        Unit::Percent,
        "probability that the month exceeds `month_budget`",
        "forecast-breach",
    ),
    least(
        "min_cache_hit_percent",
        MetricKind::CacheHitPercent,
        Unit::Percent,
        "input tokens read from the cache",
        "cache-hits",
    ),
];

impl Metric {
    /// The metric of a key.
    pub fn of_key(key: &str) -> Option<&'static Self> {
        METRICS.iter().find(|metric| metric.key == key)
    }

    /// What a limit of it may be.
    pub const fn range(&self) -> (f64, f64) {
        match (self.unit, self.kind) {
            (Unit::Percent, MetricKind::IncreasePercent) => (0.0, 10_000.0),
            (Unit::Percent, _) => (0.0, 100.0),
            (Unit::Usd | Unit::Tokens | Unit::Days, _) => (0.0, 1e12),
        }
    }

    /// Whether it needs a baseline.
    pub const fn needs_baseline(&self) -> bool {
        matches!(
            self.kind,
            MetricKind::IncreasePercent | MetricKind::IncreasePer1000Calls | MetricKind::IncreasePerMonth
        )
    }

    /// Whether calls without a price would be part of it.
    pub const fn is_of_cost(&self) -> bool {
        !matches!(
            self.kind,
            MetricKind::TokensPerCall
                | MetricKind::UnpricedPercent
                | MetricKind::PriceAge
                | MetricKind::CacheHitPercent
        )
    }
}
