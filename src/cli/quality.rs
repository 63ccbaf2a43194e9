//! `assess` and `canary`: whether a cheaper model is good enough.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};

use super::arguments::{AssessArguments, CanaryArguments};
use super::audit::provenance;
use super::exit::UsageError;
use super::prepared::{Prepared, registry_of, usage};
use super::terminal::Printed;
use crate::engine::evidence::posterior::wilson;
use crate::engine::evidence::samples::independent_discordance;
use crate::engine::evidence::sequential::{Rule, expected_pairs, watch};
use crate::inputs::embedded::Facts;
use crate::inputs::graded::calls::{self, GradedCall};
use crate::inputs::models::Models;
use crate::inputs::scenario::Scenario;
use crate::outputs::findings;
use crate::outputs::formats::Format;
use crate::outputs::pages::assess as page;
use crate::outputs::pages::audit::{Detail, assumptions, findings as findings_section};
use crate::outputs::pages::canary::{self, Canary};
use crate::simulation::Slot;
use crate::simulation::assess::{assess as assessed, cascades};
use crate::simulation::audit::audit;

/// Assesses every workload of a log.
///
/// # Errors
/// What is wrong with the arguments or the inputs.
pub fn assess(arguments: &AssessArguments) -> Result<Printed> {
    let prepared = Prepared::of(&arguments.calls)?;
    let world = &prepared.world;
    let result = audit(&prepared.calls, world, Slot::Day).context("auditing the calls")?;
    let cascades = cascades(&prepared.calls, &result, world).context("trying cascades")?;
    let found = assessed(&result, world);
    let more = match prepared.resolved.detail {
        Detail::Short => assumptions::in_short(world, &[]),
        Detail::Explained | Detail::Everything => assumptions::explained(world),
    };
    let found_out = findings::of(&result, &prepared.report(), &prepared.facts.layers, world);
    let more = vec![findings_section(&found_out), more, provenance(&result, &prepared)?.section()];
    Ok(Printed::fine(page::page(&found, &cascades, world, more), prepared.resolved.format))
}

/// Looks at a running canary.
///
/// # Errors
/// What is wrong with the arguments or the table.
pub fn canary(arguments: &CanaryArguments) -> Result<Printed> {
    let (registry, _) = registry_of(arguments.scenario.as_deref())?;
    let evals = Scenario::resolve(&registry).map_err(usage)?.quality.evals;
    let margin = arguments.margin.unwrap_or(evals.gap);
    if !(0.0..0.5).contains(&margin) {
        return Err(UsageError(format!("--margin needs a share from 0 to 0.5, not {margin}")).into());
    }
    if arguments.rate.is_some_and(|rate| !(0.0..=1.0).contains(&rate)) {
        return Err(UsageError("--rate needs a share from 0 to 1".to_owned()).into());
    }
    let rule = Rule { margin, false_promote: evals.false_promote, false_stop: evals.false_stop };
    let table = calls::read(&arguments.file)?;
    let facts = arguments.page.data.as_deref().map_or_else(Facts::embedded, Facts::of_folder);
    let names = Named::of(&Models::load(&facts)?, &table.calls);
    let of_workload: Vec<&GradedCall> = table
        .calls
        .iter()
        .filter(|call| arguments.workload.is_none() || call.workload == arguments.workload)
        .collect();
    let side = |name: &str| -> Result<Vec<&GradedCall>> {
        let own: Vec<&GradedCall> =
            of_workload.iter().copied().filter(|call| names.same(&call.model, name)).collect();
        if own.is_empty() {
            let known: Vec<&str> = names.0.keys().map(String::as_str).collect();
            let problem =
                format!("the table has no graded call of `{name}`; its models are {}", known.join(", "));
            return Err(UsageError(problem).into());
        }
        Ok(own)
    };
    let own = side(&arguments.candidate)?;
    let incumbent = arguments.incumbent.as_deref().map(side).transpose()?;
    let (differences, pairing) = match (&incumbent, arguments.rate) {
        (Some(incumbent), _) => differences(&own, incumbent),
        (None, Some(rate)) => {
            (own.iter().map(|call| call.outcome - rate).collect(), "each call against the rate")
        }
        (None, None) => {
            return Err(UsageError(
                "name what it is compared with: --incumbent MODEL or --rate SHARE".to_owned(),
            )
            .into());
        }
    };
    let mean =
        |calls: &[&GradedCall]| calls.iter().map(|call| call.outcome).sum::<f64>() / calls.len() as f64;
    let rate = incumbent.as_deref().map(mean).or(arguments.rate).unwrap_or(0.5);
    let against = arguments.incumbent.clone().unwrap_or_else(|| format!("a rate of {rate}"));
    let successes: f64 = own.iter().map(|call| call.outcome).sum();
    let found = Canary {
        candidate: &arguments.candidate,
        against: &against,
        own: (own.len() as u64, mean(&own)),
        incumbent: incumbent.as_deref().map(|calls| (calls.len() as u64, mean(calls))),
        pairing,
        interval: wilson(successes, own.len() as f64, 0.9),
        rule,
        standing: watch(differences, &rule),
        expected: expected_pairs(independent_discordance(rate, rate).max(0.01), &rule),
        rejects: &table.rejects,
    };
    Ok(Printed::fine(canary::page(&found), arguments.page.format.unwrap_or(Format::Text)))
}

/// Names of models in a table, with the model that each means; an unknown name means itself.
struct Named(BTreeMap<String, String>);

impl Named {
    fn of(models: &Models, calls: &[GradedCall]) -> Self {
        let meant = |name: &str| {
            models.resolve(name).map_or_else(|| name.to_owned(), |id| models.get(models.base(id)).id.clone())
        };
        Self(calls.iter().map(|call| (call.model.clone(), meant(&call.model))).collect())
    }

    fn same(&self, raw: &str, wanted: &str) -> bool {
        raw == wanted || self.0.get(raw).is_some_and(|id| id == wanted || self.0.get(wanted) == Some(id))
    }
}

/// Differences of pairs: calls with the same item, else the two sides in the order in which they came.
fn differences(own: &[&GradedCall], incumbent: &[&GradedCall]) -> (Vec<f64>, &'static str) {
    let items: BTreeMap<&str, f64> =
        incumbent.iter().filter_map(|call| Some((call.item.as_deref()?, call.outcome))).collect();
    let by_item: Vec<f64> =
        own.iter().filter_map(|call| Some(call.outcome - items.get(call.item.as_deref()?)?)).collect();
    if !by_item.is_empty() {
        return (by_item, "of the same item");
    }
    let by_order = own.iter().zip(incumbent).map(|(own, other)| own.outcome - other.outcome);
    (by_order.collect(), "in the order of the calls")
}
