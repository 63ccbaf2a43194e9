//! A running canary: graded calls of a candidate set against those of its incumbent, or against a rate.

use std::collections::BTreeMap;

use crate::engine::evidence::posterior::wilson;
use crate::engine::evidence::samples::independent_discordance;
use crate::engine::evidence::sequential::{Rule, Standing, expected_pairs, watch};
use crate::inputs::graded::calls::GradedCall;
use crate::inputs::models::Models;

/// What a candidate is compared with.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Against<'a> {
    /// The graded calls of a model.
    Model(&'a str),
    /// A rate of success.
    Rate(f64),
}

/// Graded calls of one side.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Side {
    /// Calls.
    pub calls: u64,
    /// Mean outcome.
    pub success: f64,
}

/// How calls were set against each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pairing {
    /// Calls of the same item.
    ByItem,
    /// The first call of one with the first of the other, and so on.
    ByOrder,
    /// Each call against the rate.
    AgainstRate,
}

/// How a canary stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Canary {
    /// The candidate's calls.
    pub candidate: Side,
    /// The incumbent's; `None`: a rate stands for them.
    pub incumbent: Option<Side>,
    /// How calls were set against each other.
    pub pairing: Pairing,
    /// Interval of the candidate's rate at this moment alone, nine of ten.
    pub interval: (f64, f64),
    /// When it is decided.
    pub rule: Rule,
    /// The verdict.
    pub standing: Standing,
    /// About how many pairs a candidate that is as good takes.
    pub expected: f64,
}

/// A side that has no graded call.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the table has no graded call of `{name}`; its models are {}", known.join(", "))]
pub struct NoCalls {
    /// As named.
    pub name: String,
    /// The names that the table has.
    pub known: Vec<String>,
}

/// Share of nine in ten.
const LEVEL: f64 = 0.9;
/// Models that always agree still need some pairs.
const LEAST_DISCORDANCE: f64 = 0.01;

/// How a canary stands after these calls, in the order in which they came.
///
/// # Errors
/// When one of the sides has no call.
pub fn look<'a>(
    calls: &[&'a GradedCall],
    models: &Models,
    candidate: &str,
    against: Against<'_>,
    rule: Rule,
) -> Result<Canary, NoCalls> {
    let meant = |name: &str| {
        models.resolve(name).map_or_else(|| name.to_owned(), |id| models.get(models.base(id)).id.clone())
    };
    let side = |name: &str| -> Result<Vec<&'a GradedCall>, NoCalls> {
        let wanted = meant(name);
        let own: Vec<&GradedCall> =
            calls.iter().copied().filter(|call| meant(&call.model) == wanted).collect();
        if !own.is_empty() {
            return Ok(own);
        }
        let mut known: Vec<String> = calls.iter().map(|call| call.model.clone()).collect();
        known.sort();
        known.dedup();
        Err(NoCalls { name: name.to_owned(), known })
    };
    let own = side(candidate)?;
    let (incumbent, rate, pairing, differences) = match against {
        Against::Model(name) => {
            let others = side(name)?;
            let (pairing, differences) = paired(&own, &others);
            let incumbent = of(&others);
            (Some(incumbent), incumbent.success, pairing, differences)
        }
        Against::Rate(rate) => {
            let differences = own.iter().map(|call| call.outcome - rate).collect();
            (None, rate, Pairing::AgainstRate, differences)
        }
    };
    let candidate = of(&own);
    Ok(Canary {
        candidate,
        incumbent,
        pairing,
        interval: wilson(candidate.success * candidate.calls as f64, candidate.calls as f64, LEVEL),
        rule,
        standing: watch(differences, &rule),
        expected: expected_pairs(independent_discordance(rate, rate).max(LEAST_DISCORDANCE), &rule),
    })
}

fn of(calls: &[&GradedCall]) -> Side {
    let success = calls.iter().map(|call| call.outcome).sum::<f64>() / calls.len() as f64;
    Side { calls: calls.len() as u64, success }
}

/// Differences of pairs. Calls of the same item of a workload are paired, each call once, where most calls of the candidate have such a
/// partner; else the two sides in their order. A call in two pairs would make them say the same twice.
fn paired(own: &[&GradedCall], others: &[&GradedCall]) -> (Pairing, Vec<f64>) {
    let place = |call: &&GradedCall| Some((call.workload.clone(), call.item.clone()?));
    let mut waiting: BTreeMap<_, Vec<f64>> = BTreeMap::new();
    for call in others.iter().rev() {
        if let Some(place) = place(call) {
            waiting.entry(place).or_default().push(call.outcome);
        }
    }
    let by_item: Vec<f64> =
        own.iter().filter_map(|call| Some(call.outcome - waiting.get_mut(&place(call)?)?.pop()?)).collect();
    if by_item.len() * 2 > own.len() {
        return (Pairing::ByItem, by_item);
    }
    (Pairing::ByOrder, own.iter().zip(others).map(|(own, other)| own.outcome - other.outcome).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inputs::embedded::Facts;

    fn call(workload: &str, model: &str, item: Option<usize>, outcome: f64) -> GradedCall {
        GradedCall {
            workload: Some(workload.to_owned()),
            model: model.to_owned(),
            item: item.map(|item| item.to_string()),
            outcome,
            cost_usd: None,
            input_tokens: None,
            output_tokens: None,
        }
    }

    const RULE: Rule = Rule { margin: 0.03, false_promote: 0.05, false_stop: 0.05 };

    #[test]
    fn each_call_is_in_one_pair_and_items_of_two_workloads_are_two() {
        let calls = [
            call("a", "m", Some(1), 1.0),
            call("a", "n", Some(1), 0.0),
            call("b", "m", Some(1), 1.0),
            call("b", "n", Some(1), 1.0),
            // The same item again, of which the incumbent has one call alone.
            call("b", "m", Some(1), 0.0),
        ];
        let of = |model: &str| calls.iter().filter(|call| call.model == model).collect::<Vec<_>>();
        assert_eq!(paired(&of("m"), &of("n")), (Pairing::ByItem, vec![1.0, 0.0]));
    }

    #[test]
    fn an_accidental_item_does_not_cost_the_other_pairs() {
        let mut calls = vec![call("a", "m", Some(1), 1.0), call("a", "n", Some(1), 1.0)];
        for _ in 0..10 {
            calls.extend([call("a", "m", None, 1.0), call("a", "n", None, 0.0)]);
        }
        let all: Vec<&GradedCall> = calls.iter().collect();
        let models = Models::load(&Facts::embedded()).expect("valid files");
        let canary = look(&all, &models, "m", Against::Model("n"), RULE).expect("two sides");
        assert_eq!((canary.pairing, canary.standing.calls), (Pairing::ByOrder, 11));
        let alone = look(&all, &models, "m", Against::Rate(0.5), RULE).expect("a side");
        assert_eq!((alone.pairing, alone.incumbent), (Pairing::AgainstRate, None));
        assert!(look(&all, &models, "nosuch", Against::Rate(0.5), RULE).is_err());
    }
}
