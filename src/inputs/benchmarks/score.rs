//! Scores: one result of one model on one benchmark, from whatever source, in one shape.

use super::catalogue::{Benchmark, Catalogue, Scale};
use crate::inputs::models::{ModelId, Models, benchmark_forms};
use crate::units::Day;

/// A score as its source states it, or in the unit of its benchmark once a catalogue has admitted it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Score {
    /// The benchmark: the source's name for it, or its id once admitted.
    pub benchmark: String,
    /// Edition of its questions; scores of two editions are not compared.
    pub version: Option<String>,
    /// Part of the benchmark; `None`: all of it.
    pub subset: Option<String>,
    /// Canonical id of the model, where the table knows better than the rules of names.
    pub model: Option<String>,
    /// The model, once admitted: what the table says, else what the rules of benchmark names find. `None`: the name is that of none.
    pub id: Option<ModelId>,
    /// The model in the source's words.
    pub raw: String,
    /// Reasoning effort of the run.
    pub effort: Option<String>,
    /// Program or agent that ran the model.
    pub harness: Option<String>,
    /// The score.
    pub value: f64,
    /// Its unit in the source's words.
    pub unit: Option<String>,
    /// The best score, where the source says.
    pub most: Option<f64>,
    /// Kind of tasks, where the source says.
    pub kind: Option<String>,
    /// Tasks of the run.
    pub items: Option<u64>,
    /// Dollars that the run cost, at the prices of its day.
    pub cost_usd: Option<f64>,
    /// Input tokens of the run.
    pub input_tokens: Option<f64>,
    /// Output tokens of the run.
    pub output_tokens: Option<f64>,
    /// Day of the run.
    pub date: Option<Day>,
    /// Day of the model's release.
    pub released: Option<Day>,
    /// Who published it.
    pub source: String,
    /// Licence of the source; empty: not known.
    pub licence: String,
    /// Line in the file.
    pub line: u64,
}

/// A row that was lost, or taken with a doubt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScoreProblem {
    /// The file.
    pub file: String,
    /// Line; 0: of the file as a whole.
    pub line: u64,
    /// What is wrong.
    pub what: String,
    /// Whether the row was left out.
    pub lost: bool,
}

impl Score {
    /// The model that it is of, and the effort in its name.
    fn resolved(&self, models: &Models) -> (Option<ModelId>, Option<String>) {
        if let Some(id) = self.model.as_deref().and_then(|name| models.id(name)) {
            return (Some(models.base(id)), self.effort.clone());
        }
        let forms = benchmark_forms(&self.raw);
        let found = forms.iter().find_map(|(name, effort)| Some((models.resolve(name)?, effort.clone())));
        let effort = self.effort.clone().or_else(|| remark(&self.raw));
        match found {
            Some((id, named)) => (Some(models.base(id)), effort.or(named)),
            None => (None, effort),
        }
    }

    /// Two models at once: a score of neither.
    pub fn is_pair(&self) -> bool {
        self.raw.contains(" + ") || self.raw.contains(" & ")
    }

    /// Its place in the catalogue, its value in the unit of the benchmark, its model and effort; a benchmark that nobody lists is added.
    ///
    /// # Errors
    /// When the value cannot be one of the benchmark.
    pub(super) fn admit(mut self, catalogue: &mut Catalogue, models: &Models) -> Result<Self, String> {
        if !self.value.is_finite() {
            return Err("the score is no number".to_owned());
        }
        if catalogue.named(&self.benchmark).is_none() {
            let scale = self.stated_scale();
            let new = Benchmark::unlisted(&self.benchmark, self.kind.as_deref(), scale);
            catalogue.add(new).map_err(|name| format!("there is a benchmark `{name}`"))?;
        }
        let Some(benchmark) = catalogue.named(&self.benchmark) else {
            return Err(format!("there is no benchmark `{}`", self.benchmark));
        };
        self.benchmark.clone_from(&benchmark.id);
        if benchmark.scale == Scale::Share {
            // Without a word about the unit, a score above one is in per cent, or in what the catalogue says.
            let unsaid = if self.value.abs() > 1.0 { benchmark.raw_most.unwrap_or(100.0) } else { 1.0 };
            let most = self.most.or_else(|| self.stated_most()).unwrap_or(unsaid);
            self.value /= most;
            if !(-1e-9..=1.0 + 1e-9).contains(&self.value) {
                return Err(format!("a score of {} is no share of the tasks", self.value));
            }
            // A division by a hundred leaves digits that nobody measured.
            self.value = (self.value.clamp(0.0, 1.0) * 1e9).round() / 1e9;
        } else if benchmark.scale == Scale::Minutes && self.value <= 0.0 {
            return Err("a time must be more than 0".to_owned());
        }
        self.unit = Some(benchmark.scale.words().to_owned());
        self.most = None;
        (self.id, self.effort) = self.resolved(models);
        Ok(self)
    }

    fn stated_most(&self) -> Option<f64> {
        let unit = self.unit.as_deref()?.to_lowercase();
        if ["fraction", "share", "share solved"].contains(&unit.as_str()) {
            return Some(1.0);
        }
        (unit == "%" || unit.contains("percent")).then_some(100.0)
    }

    fn stated_scale(&self) -> Scale {
        let unit = self.unit.as_deref().unwrap_or_default().to_lowercase();
        if unit.contains("elo") {
            Scale::Elo
        } else if unit.contains("minute") {
            Scale::Minutes
        } else if unit.contains("index") {
            Scale::Index
        } else {
            Scale::Share
        }
    }
}

/// The effort in a remark behind a name: `o3 (high)`, `claude-opus-4 (32k thinking)`.
fn remark(raw: &str) -> Option<String> {
    let (_, rest) = raw.rsplit_once('(')?;
    let words = rest.trim_end_matches(')').to_lowercase();
    let first = words.split([' ', ',']).next()?;
    let budget = first.strip_suffix('k').is_some_and(|digits| digits.parse::<u32>().is_ok());
    let level = ["none", "minimal", "low", "medium", "high", "xhigh", "max"].contains(&first);
    if words.starts_with("no think") {
        return Some("none".to_owned());
    }
    (budget || level).then(|| first.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admitted(benchmark: &str, value: f64, unit: Option<&str>) -> Result<Score, String> {
        let mut catalogue =
            Catalogue::load(&crate::inputs::embedded::Facts::embedded()).expect("a valid file");
        let models = Models::load(&crate::inputs::embedded::Facts::embedded()).expect("valid files");
        let unit = unit.map(str::to_owned);
        Score { benchmark: benchmark.to_owned(), value, unit, ..Score::default() }
            .admit(&mut catalogue, &models)
    }

    #[test]
    fn scores_come_into_the_unit_of_their_benchmark() {
        let value = |benchmark, value, unit| admitted(benchmark, value, unit).expect("a score").value;
        assert!((value("aider_polyglot", 35.6, Some("%")) - 0.356).abs() < 1e-12);
        assert!((value("gpqa_diamond", 0.8737, Some("fraction")) - 0.8737).abs() < 1e-12);
        assert!((value("lech_mazur_writing", 8.0, Some("raw")) - 0.8).abs() < 1e-12);
        assert!((value("GPQA Diamond", 95.5, None) - 0.955).abs() < 1e-12);
        assert!((value("webdev_arena", 1512.0, Some("raw")) - 1512.0).abs() < 1e-12);
        assert!((value("our own evals", 0.5, Some("fraction")) - 0.5).abs() < 1e-12);
    }

    #[test]
    fn the_effort_of_a_run_stands_in_its_name_in_many_ways() {
        let models = Models::load(&crate::inputs::embedded::Facts::embedded()).expect("valid files");
        for (raw, id, effort) in [
            ("o3 (high)", "o3", Some("high")),
            ("claude-opus-4-20250514 (32k thinking)", "claude-opus-4", Some("32k")),
            ("claude-opus-4-20250514 (no think)", "claude-opus-4", Some("none")),
            ("gpt-5-2025-08-07_medium", "gpt-5", Some("medium")),
            ("DeepSeek R1 (0528)", "deepseek-r1", None),
        ] {
            let score = Score { raw: raw.to_owned(), ..Score::default() };
            let (model, found) = score.resolved(&models);
            assert_eq!(model.map(|id| models.get(id).id.as_str()), Some(id), "{raw}");
            assert_eq!(found.as_deref(), effort, "{raw}");
        }
    }

    #[test]
    fn what_no_score_can_be_is_refused() {
        assert!(admitted("gpqa_diamond", 1.2, Some("fraction")).is_err());
        assert!(admitted("aider_polyglot", f64::NAN, None).is_err());
        assert!(admitted("metr_time_horizons", 0.0, Some("minutes")).is_err());
    }
}
