//! Assumptions about how good models are, what failures cost, how evidence is gathered, and what suppliers may do.

use std::collections::BTreeMap;

use super::{Reader, Value};
use crate::units::TaskKind;

/// How good models are taken to be.
#[derive(Debug, Clone, PartialEq)]
pub struct Quality {
    /// Kind of workloads that state none.
    pub kind: TaskKind,
    /// Dollars of a failed call, of workloads that state none of their own; `None`: nobody says.
    pub failure_cost: Option<f64>,
    /// Probability of a success rate below the lower bound.
    pub bound: f64,
    /// Whether models without a score are guessed from their line.
    pub infer: bool,
    /// Graded calls that benchmarks of a workload's own kind are worth.
    pub prior_alike: f64,
    /// The same of benchmarks in general.
    pub prior_other: f64,
    /// Shares of scores that are discounted: private, rolling, public, contaminated questions; tuned models.
    pub discounts: [f64; 5],
    /// Success of the model that serves workloads of a kind of which nothing better is known.
    pub success: BTreeMap<TaskKind, f64>,
    /// Low and high end of the band of tokens that another model needs.
    pub token_band: (f64, f64),
    /// Whether benchmarks that report tokens say how many other models need.
    pub tokens_from_benchmarks: bool,
    /// How evidence is gathered.
    pub evals: Evals,
    /// What a cascade is taken to do where a scenario does not say.
    pub cascade: CascadeDefaults,
    /// What a move has to fulfil.
    pub conditions: Conditions,
    /// What suppliers may do.
    pub suppliers: Suppliers,
}

/// How evidence is gathered.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Evals {
    /// Error of the first kind.
    pub alpha: f64,
    /// One minus the error of the second kind.
    pub power: f64,
    /// How much less often a candidate may succeed.
    pub gap: f64,
    /// Dollars for grading a call.
    pub grading: f64,
    /// Months that a decision is lived with.
    pub months: f64,
    /// Share of calls that a canary gets.
    pub canary_share: f64,
    /// Probability of promoting a worse candidate.
    pub false_promote: f64,
    /// Probability of stopping one that is not worse.
    pub false_stop: f64,
}

/// What a cascade is taken to do.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CascadeDefaults {
    /// Cost of a verification as a share of the cheap call.
    pub verifier_share: f64,
    /// Share of right answers that are accepted.
    pub accepts_right: f64,
    /// Share of wrong answers that are accepted.
    pub accepts_wrong: f64,
    /// How much harder escalated calls are, in logits.
    pub hard_logits: f64,
}

/// What a move has to fulfil.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Conditions {
    /// Availability of all hosts together.
    pub availability: f64,
    /// Availability of one host.
    pub host_availability: f64,
    /// Share of outages that all hosts have together.
    pub common_cause: f64,
    /// Hosts of a commodity.
    pub hosts: usize,
    /// Times cheaper.
    pub gap: f64,
    /// Share of calls with features of one seller alone.
    pub only_here: f64,
    /// Months ahead.
    pub horizon: f64,
    /// Median lag in months.
    pub lag: f64,
    /// Lag that one in ten exceeds.
    pub lag_p90: f64,
}

/// What suppliers may do.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Suppliers {
    /// Closed models withdrawn a year.
    pub closed: f64,
    /// Open models delisted a year.
    pub hosted: f64,
    /// Models taken out of reach by an authority a year.
    pub government: f64,
    /// Hours to move a workload.
    pub switch_hours: f64,
    /// Days down.
    pub days_down: f64,
    /// Dollars a day without the workload.
    pub margin_day: f64,
}

impl Reader<'_> {
    pub(super) fn quality(&mut self) -> Quality {
        let success = TaskKind::ALL.map(|kind| {
            let name = format!("success.{}", kind.word().replace('-', "_"));
            (kind, self.within(&name, 0.01, 0.999))
        });
        let discounts = ["private", "rolling", "public", "contaminated", "tuned"];
        Quality {
            kind: self.kind("quality.kind"),
            failure_cost: self.dollars("quality.failure_cost_usd"),
            bound: self.within("quality.bound", 0.001, 0.5),
            infer: self.boolean("quality.infer"),
            prior_alike: self.within("quality.prior_alike", 0.0, 1e6),
            prior_other: self.within("quality.prior_other", 0.0, 1e6),
            discounts: discounts.map(|name| self.within(&format!("discount.{name}"), 0.0, 0.9)),
            success: success.into_iter().collect(),
            token_band: (
                self.within("replay.token_ratio_low", 0.01, 100.0),
                self.within("replay.token_ratio_high", 0.01, 100.0),
            ),
            tokens_from_benchmarks: self.boolean("replay.tokens_from_benchmarks"),
            evals: self.evals(),
            cascade: CascadeDefaults {
                verifier_share: self.within("verifier.cost_share", 0.0, 100.0),
                accepts_right: self.within("verifier.accepts_right", 0.0, 1.0),
                accepts_wrong: self.within("verifier.accepts_wrong", 0.0, 1.0),
                hard_logits: self.within("verifier.hard_logits", 0.0, 10.0),
            },
            conditions: self.conditions(),
            suppliers: Suppliers {
                closed: self.within("suppliers.closed_a_year", 0.0, 100.0),
                hosted: self.within("suppliers.hosted_a_year", 0.0, 100.0),
                government: self.within("suppliers.government_a_year", 0.0, 100.0),
                switch_hours: self.within("suppliers.switch_hours", 0.0, 1e5),
                days_down: self.within("suppliers.days_down", 0.0, 366.0),
                margin_day: self.within("suppliers.margin_usd_day", 0.0, 1e9),
            },
        }
    }

    fn evals(&mut self) -> Evals {
        Evals {
            alpha: self.within("evals.alpha", 1e-6, 0.5),
            power: self.within("evals.power", 0.5, 0.999_999),
            gap: self.within("evals.gap", 0.001, 0.5),
            grading: self.within("evals.grading_usd", 0.0, 1e6),
            months: self.within("evals.months", 0.1, 120.0),
            canary_share: self.within("canary.share", 0.001, 1.0),
            false_promote: self.within("canary.false_promote", 1e-6, 0.5),
            false_stop: self.within("canary.false_stop", 1e-6, 0.5),
        }
    }

    fn conditions(&mut self) -> Conditions {
        Conditions {
            availability: self.within("conditions.availability", 0.0, 1.0),
            host_availability: self.within("conditions.host_availability", 0.0, 1.0),
            common_cause: self.within("conditions.common_cause", 0.0, 1.0),
            hosts: self.within("conditions.hosts", 1.0, 1_000.0) as usize,
            gap: self.within("conditions.gap", 1.0, 1e6),
            only_here: self.within("conditions.only_here", 0.0, 1.0),
            horizon: self.within("conditions.horizon_months", 1.0, 120.0),
            lag: self.within("conditions.lag_months", 0.1, 120.0),
            lag_p90: self.within("conditions.lag_p90_months", 0.1, 240.0),
        }
    }

    fn kind(&mut self, name: &str) -> TaskKind {
        TaskKind::from_word(&self.text(name)).unwrap_or_else(|| {
            let words: Vec<&str> = TaskKind::ALL.iter().map(|kind| kind.word()).collect();
            self.wrong(name, &format!("must be one of {}", words.join(", ")));
            TaskKind::General
        })
    }

    /// Dollars, or the word that nobody says.
    fn dollars(&mut self, name: &str) -> Option<f64> {
        match self.value(name) {
            Some(Value::Text(word)) if word == "unstated" => None,
            _ => Some(self.within(name, 0.0, 1e6)),
        }
    }
}
