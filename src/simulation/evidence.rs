//! What one's own graded calls say: how often models succeed on a workload, what the same items take in tokens, and what a dear
//! model makes of the items on which a cheap one fails.

use std::collections::BTreeMap;

use crate::inputs::benchmarks::ScoreTable;
use crate::inputs::graded::calls::{GradedCall, GradedCalls};
use crate::inputs::models::{ModelId, Models};
use crate::units::TokenRatio;

/// Graded calls of a model on a workload.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Tally {
    /// Calls.
    pub calls: f64,
    /// Sum of their outcomes.
    pub successes: f64,
}

/// How many tokens one model needs for those of another, measured on the same items.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MeasuredRatio {
    /// Tokens for tokens.
    pub ratio: TokenRatio,
    /// Low and high end of what all tokens together cost more or less, in nine of ten draws.
    pub band: (f64, f64),
    /// Items that both answered.
    pub items: usize,
}

/// All of it, models by id.
#[derive(Debug, Clone, Default)]
pub struct Evidence {
    tallies: BTreeMap<Option<String>, BTreeMap<ModelId, Tally>>,
    ratios: BTreeMap<(ModelId, ModelId), MeasuredRatio>,
    /// Tokens of a task on benchmarks that report them, input and output, by benchmark and model: those of the best run.
    per_task: Vec<BTreeMap<ModelId, [f64; 2]>>,
    /// Of items that the first model failed: calls of the second, and their successes.
    hard: BTreeMap<(Option<String>, ModelId, ModelId), Tally>,
    /// Names that are those of no model, with their calls.
    pub unknown: BTreeMap<String, usize>,
    /// Calls that count.
    pub calls: usize,
    /// Rows that could not be used: line and reason.
    pub rejects: Vec<(u64, String)>,
}

/// A score, and the tokens of a task, input and output.
type BestRun = (f64, [f64; 2]);

/// Fewer items say nothing about a ratio.
const LEAST_ITEMS: usize = 5;
/// Standard errors on either side that nine of ten draws lie in.
const Z: f64 = 1.645;

impl Evidence {
    /// What a table says.
    pub fn of(table: &GradedCalls, models: &Models) -> Self {
        let mut evidence = Self { rejects: table.rejects.clone(), ..Self::default() };
        let mut items: BTreeMap<(Option<String>, String), BTreeMap<ModelId, &GradedCall>> = BTreeMap::new();
        for call in &table.calls {
            let Some(model) = models.resolve(&call.model).map(|model| models.base(model)) else {
                *evidence.unknown.entry(call.model.clone()).or_default() += 1;
                continue;
            };
            evidence.calls += 1;
            let tally = evidence.tallies.entry(call.workload.clone()).or_default().entry(model).or_default();
            tally.calls += 1.0;
            tally.successes += call.outcome;
            if let Some(item) = &call.item {
                items.entry((call.workload.clone(), item.clone())).or_default().insert(model, call);
            }
        }
        evidence.note_pairs(&items);
        evidence
    }

    fn note_pairs(&mut self, items: &BTreeMap<(Option<String>, String), BTreeMap<ModelId, &GradedCall>>) {
        let mut tokens: BTreeMap<(ModelId, ModelId), Vec<[f64; 4]>> = BTreeMap::new();
        for ((workload, _), calls) in items {
            for (one, first) in calls {
                for (other, second) in calls.iter().filter(|(other, _)| *other != one) {
                    if first.outcome < 0.5 {
                        let hard = self.hard.entry((workload.clone(), *one, *other)).or_default();
                        hard.calls += 1.0;
                        hard.successes += second.outcome;
                    }
                    let four =
                        (first.input_tokens, first.output_tokens, second.input_tokens, second.output_tokens);
                    if let (Some(a), Some(b), Some(c), Some(d)) = four {
                        tokens.entry((*one, *other)).or_default().push([a, b, c, d]);
                    }
                }
            }
        }
        self.ratios =
            tokens.into_iter().filter_map(|(pair, items)| Some((pair, measured(&items)?))).collect();
    }

    /// Graded calls of a model on a workload; those that name no workload are of all.
    pub fn of_model(&self, workload: Option<&str>, model: ModelId) -> Tally {
        self.on(workload).fold(Tally::default(), |sum, (other, tally)| {
            if other != model {
                return sum;
            }
            Tally { calls: sum.calls + tally.calls, successes: sum.successes + tally.successes }
        })
    }

    /// All graded calls on a workload.
    pub fn on(&self, workload: Option<&str>) -> impl Iterator<Item = (ModelId, Tally)> {
        let own = workload.and_then(|name| self.tallies.get(&Some(name.to_owned())));
        let of_all = self.tallies.get(&None);
        own.into_iter().chain(of_all).flatten().map(|(model, tally)| (*model, *tally))
    }

    /// Workloads with graded calls of their own.
    pub fn workloads(&self) -> impl Iterator<Item = &str> {
        self.tallies.keys().filter_map(Option::as_deref)
    }

    /// Tokens that a candidate needs for those of an incumbent, where both answered the same items.
    pub fn ratio(&self, incumbent: ModelId, candidate: ModelId) -> Option<MeasuredRatio> {
        self.ratios.get(&(incumbent, candidate)).copied()
    }

    /// The same from the benchmarks that both ran and that report tokens: the geometric mean of their ratios.
    pub fn benchmark_ratio(&self, incumbent: ModelId, candidate: ModelId) -> Option<TokenRatio> {
        let both = self.per_task.iter().filter_map(|of| Some((of.get(&incumbent)?, of.get(&candidate)?)));
        let logs: Vec<[f64; 2]> =
            both.map(|(own, other)| [(other[0] / own[0]).ln(), (other[1] / own[1]).ln()]).collect();
        let mean = |at: usize| (logs.iter().map(|log| log[at]).sum::<f64>() / logs.len() as f64).exp();
        (!logs.is_empty()).then(|| TokenRatio { input: mean(0), output: mean(1) })
    }

    /// Takes up what benchmarks report of tokens.
    #[must_use]
    pub fn with_benchmarks(mut self, table: &ScoreTable) -> Self {
        let mut best: BTreeMap<(&str, Option<&str>), BTreeMap<ModelId, BestRun>> = BTreeMap::new();
        for score in table.scores.iter().filter(|score| score.subset.is_none() && !score.is_pair()) {
            let (Some(model), Some(items)) = (score.id, score.items.filter(|items| *items > 0)) else {
                continue;
            };
            // A run of which nobody noted the tokens says zero.
            let tokens = score
                .input_tokens
                .zip(score.output_tokens)
                .filter(|(input, output)| *input > 0.0 && *output > 0.0);
            let Some((input, output)) = tokens else { continue };
            let per_task = [input / items as f64, output / items as f64];
            let of = best.entry((score.benchmark.as_str(), score.version.as_deref())).or_default();
            let known = of.entry(model).or_insert((score.value, per_task));
            if score.value > known.0 {
                *known = (score.value, per_task);
            }
        }
        let tokens =
            |of: BTreeMap<ModelId, BestRun>| of.into_iter().map(|(id, (_, tokens))| (id, tokens)).collect();
        self.per_task = best.into_values().map(tokens).collect();
        self
    }

    /// What `then` made of the items on which `first` failed.
    pub fn on_hard_items(&self, workload: Option<&str>, first: ModelId, then: ModelId) -> Tally {
        let of =
            |workload: Option<String>| self.hard.get(&(workload, first, then)).copied().unwrap_or_default();
        let (own, all) = (workload.map(|name| of(Some(name.to_owned()))).unwrap_or_default(), of(None));
        Tally { calls: own.calls + all.calls, successes: own.successes + all.successes }
    }
}

/// Ratio of sums, with the band of the total by the delta method.
fn measured(items: &[[f64; 4]]) -> Option<MeasuredRatio> {
    if items.len() < LEAST_ITEMS {
        return None;
    }
    let sum = |at: usize| items.iter().map(|item| item[at]).sum::<f64>();
    let ratio = |of: f64, to: f64| if to > 0.0 { of / to } else { 1.0 };
    let [input, output] = [ratio(sum(2), sum(0)), ratio(sum(3), sum(1))];
    let (before, after) = (sum(0) + sum(1), sum(2) + sum(3));
    if before <= 0.0 || after <= 0.0 {
        return None;
    }
    let whole = after / before;
    let count = items.len() as f64;
    let squares: f64 = items.iter().map(|[a, b, c, d]| (c + d - whole * (a + b)).powi(2)).sum();
    let error = (squares / (count - 1.0) / count).sqrt() / (before / count);
    let band = ((whole - Z * error).max(0.01), whole + Z * error);
    Some(MeasuredRatio { ratio: TokenRatio { input, output }, band, items: items.len() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inputs::embedded::Facts;

    fn call(model: &str, item: usize, outcome: f64, tokens: (f64, f64)) -> GradedCall {
        GradedCall {
            workload: Some("chat".to_owned()),
            model: model.to_owned(),
            item: Some(item.to_string()),
            outcome,
            cost_usd: None,
            input_tokens: Some(tokens.0),
            output_tokens: Some(tokens.1),
        }
    }

    #[test]
    fn pairs_give_ratios_and_what_is_hard() {
        let models = Models::load(&Facts::embedded()).expect("valid files");
        let mut calls = Vec::new();
        for item in 0..10 {
            calls.push(call("gpt-4o", item, 1.0, (100.0, 10.0)));
            calls.push(call("gpt-4o-mini", item, if item < 8 { 1.0 } else { 0.0 }, (110.0, 20.0)));
        }
        calls.push(call("gpt-4o", 11, 0.0, (1.0, 1.0)));
        calls.push(call("no-such-model", 1, 1.0, (1.0, 1.0)));
        let evidence = Evidence::of(&GradedCalls { calls, rejects: Vec::new() }, &models);
        let (big, small) =
            (models.id("gpt-4o").expect("a model"), models.id("gpt-4o-mini").expect("a model"));
        assert_eq!(evidence.of_model(Some("chat"), small), Tally { calls: 10.0, successes: 8.0 });
        assert_eq!(evidence.of_model(Some("other"), small), Tally::default());
        assert_eq!(evidence.on_hard_items(Some("chat"), small, big), Tally { calls: 2.0, successes: 2.0 });
        let ratio = evidence.ratio(big, small).expect("ten items");
        assert!((ratio.ratio.input - 1.1).abs() < 1e-12 && (ratio.ratio.output - 2.0).abs() < 1e-12);
        // Every item is the same, so nothing is uncertain: 130 for 110.
        assert!((ratio.band.0 - 130.0 / 110.0).abs() < 1e-9 && (ratio.band.1 - ratio.band.0).abs() < 1e-9);
        assert_eq!(evidence.unknown["no-such-model"], 1);
    }

    #[test]
    fn benchmarks_that_report_tokens_give_ratios_at_the_best_effort() {
        let facts = Facts::embedded();
        let models = Models::load(&facts).expect("valid files");
        let table = ScoreTable::load(&facts, &[], &models).expect("valid files");
        let evidence = Evidence::default().with_benchmarks(&table);
        let id = |name: &str| models.id(name).expect("a model");
        // Aider polyglot, 225 tasks each: claude-opus-4 at a budget of 32k 2,567,514 and 363,142 tokens, gpt-5 at high effort
        // 2,675,561 and 2,623,429.
        let ratio = evidence.benchmark_ratio(id("claude-opus-4"), id("gpt-5")).expect("both ran it");
        assert!((ratio.input - 2_675_561.0 / 2_567_514.0).abs() < 1e-3, "{ratio:?}");
        assert!((ratio.output - 2_623_429.0 / 363_142.0).abs() < 1e-2, "{ratio:?}");
        assert_eq!(evidence.benchmark_ratio(id("claude-opus-4"), id("gpt-4o")), None);
    }
}
