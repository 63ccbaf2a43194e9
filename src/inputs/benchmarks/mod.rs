//! Benchmarks and scores: what each benchmark measures, and one long table of what models scored, the shipped rows and the
//! user's.

pub mod catalogue;
pub mod score;
pub mod sources;
mod table;

use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;

pub use self::catalogue::{Benchmark, Catalogue, Exposure, Scale};
pub use self::score::{Score, ScoreProblem};
pub use self::table::frame;

use self::sources::{FoundScores, ScoreFile, ScoreSource, detect};
use super::embedded::Facts;
use super::models::{ModelId, Models};
use super::toml_file::{self, FileProblem};

/// Every score that is known, with the catalogue that its benchmarks are in.
#[derive(Debug, Clone, Default)]
pub struct ScoreTable {
    /// What the benchmarks are.
    pub catalogue: Catalogue,
    /// The scores, the shipped ones first.
    pub scores: Vec<Score>,
    /// What could not be taken.
    pub problems: Vec<ScoreProblem>,
}

impl ScoreTable {
    /// The scores of some facts, and those of the user's files over them.
    ///
    /// # Errors
    /// When a file cannot be read, or is no table of scores.
    pub fn load(facts: &Facts, own: &[PathBuf], models: &Models) -> Result<Self, FileProblem> {
        let mut table = Self { catalogue: Catalogue::load(facts)?, ..Self::default() };
        for (name, text) in facts.tables("benchmarks")? {
            table.add(&ScoreFile { name, text }, None, models)?;
        }
        table.add_all(own, None, models)?;
        Ok(table)
    }

    /// The scores of the user's files alone.
    ///
    /// # Errors
    /// When a file cannot be read, or is no table of scores.
    pub fn of_files(
        facts: &Facts,
        own: &[PathBuf],
        source: Option<&'static dyn ScoreSource>,
        models: &Models,
    ) -> Result<Self, FileProblem> {
        let mut table = Self { catalogue: Catalogue::load(facts)?, ..Self::default() };
        table.add_all(own, source, models)?;
        Ok(table)
    }

    fn add_all(
        &mut self,
        own: &[PathBuf],
        source: Option<&'static dyn ScoreSource>,
        models: &Models,
    ) -> Result<(), FileProblem> {
        for path in own {
            for file in files(path)? {
                self.add(&file, source, models)?;
            }
        }
        Ok(())
    }

    /// Adds what a file states.
    fn add(
        &mut self,
        file: &ScoreFile,
        source: Option<&'static dyn ScoreSource>,
        models: &Models,
    ) -> Result<(), FileProblem> {
        let source = source.or_else(|| detect(file)).ok_or_else(|| {
            let known: Vec<&str> = sources::SCORE_SOURCES.iter().map(|source| source.about()).collect();
            let problem = format!("looks like no table of scores; those are {}", known.join("; "));
            toml_file::whole(&file.name, problem)
        })?;
        let FoundScores { scores, problems } = source.read(file);
        self.problems.extend(problems);
        for score in scores {
            let line = score.line;
            match score.admit(&mut self.catalogue, models) {
                Ok(score) => self.scores.push(score),
                Err(what) => {
                    self.problems.push(ScoreProblem { file: file.name.clone(), line, what, lost: true });
                }
            }
        }
        Ok(())
    }

    /// The best score of each model on one benchmark.
    ///
    /// # Errors
    /// When there is no such benchmark, with the ids of those that can decide.
    pub fn of_benchmark(&self, id: &str) -> Result<Scores, FileProblem> {
        let Some(benchmark) = self.catalogue.named(id) else {
            let scored: BTreeSet<&str> = self.scores.iter().map(|score| score.benchmark.as_str()).collect();
            let able: Vec<&str> = self
                .catalogue
                .iter()
                .filter(|benchmark| benchmark.tolerance.is_some() && scored.contains(benchmark.id.as_str()))
                .map(|benchmark| benchmark.id.as_str())
                .collect();
            let problem = format!("there is no benchmark `{id}`; there are {}", able.join(", "));
            return Err(toml_file::whole("quality.benchmark", problem));
        };
        Ok(self.best_of(benchmark))
    }

    fn best_of(&self, benchmark: &Benchmark) -> Scores {
        let mut best: HashMap<ModelId, f64> = HashMap::new();
        let (mut sources, mut licences) = (BTreeSet::new(), BTreeSet::new());
        let whole =
            |score: &&Score| score.benchmark == benchmark.id && score.subset.is_none() && !score.is_pair();
        let edition = self.edition(&benchmark.id);
        for score in self.scores.iter().filter(whole).filter(|score| score.version == edition) {
            let Some(model) = score.id else { continue };
            let known = best.entry(model).or_insert(score.value);
            *known = known.max(score.value);
            sources.insert(score.source.clone());
            licences.insert(if score.licence.is_empty() { "licence not known" } else { &score.licence });
        }
        Scores {
            benchmark: benchmark.clone(),
            source: sources.into_iter().collect::<Vec<_>>().join(", "),
            licence: licences.into_iter().collect::<Vec<_>>().join(", "),
            best,
        }
    }

    /// The edition of a benchmark that decides: the one without a name, else the last one.
    fn edition(&self, id: &str) -> Option<String> {
        let editions: BTreeSet<Option<&String>> = self
            .scores
            .iter()
            .filter(|score| score.benchmark == id)
            .map(|score| score.version.as_ref())
            .collect();
        if editions.contains(&None) { None } else { editions.into_iter().next_back().flatten().cloned() }
    }
}

/// The files of a path: itself, or what lies in the folder and looks like a table of scores, by name.
fn files(path: &PathBuf) -> Result<Vec<ScoreFile>, FileProblem> {
    let unreadable = |path: &PathBuf, error: std::io::Error| {
        toml_file::whole(&path.display().to_string(), format!("cannot be read: {error}"))
    };
    let read = |path: &PathBuf| {
        let text = std::fs::read_to_string(path).map_err(|error| unreadable(path, error))?;
        Ok(ScoreFile { name: path.display().to_string(), text })
    };
    if !path.is_dir() {
        return Ok(vec![read(path)?]);
    }
    let entries = std::fs::read_dir(path).map_err(|error| unreadable(path, error))?;
    let mut inside: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    inside.retain(|file| {
        let ending = file.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        ["csv", "tsv", "json", "yml", "yaml"].contains(&ending)
    });
    inside.sort();
    inside.iter().map(read).collect()
}

/// A benchmark with the best score of each model: a team that depends on quality runs a model at the effort that gives
/// it.
#[derive(Debug, Clone)]
pub struct Scores {
    /// The benchmark.
    pub benchmark: Benchmark,
    /// Who measured.
    pub source: String,
    /// Licences of the scores.
    pub licence: String,
    best: HashMap<ModelId, f64>,
}

impl Scores {
    /// No score at all, for what prices and does not route.
    ///
    /// # Errors
    /// When there is no benchmark.
    pub fn none(catalogue: &Catalogue) -> Result<Self, FileProblem> {
        let benchmark = catalogue.iter().next().cloned();
        let benchmark = benchmark.ok_or_else(|| toml_file::whole("benchmarks", "there is no benchmark"))?;
        Ok(Self { benchmark, source: String::new(), licence: String::new(), best: HashMap::new() })
    }

    /// The score of a model; `None`: not scored, which is never good enough.
    pub fn of(&self, model: ModelId) -> Option<f64> {
        self.best.get(&model).copied()
    }

    /// The best score of all: what a model may have of which no score is known.
    pub fn frontier(&self) -> Option<f64> {
        self.best.values().copied().max_by(f64::total_cmp)
    }

    /// Models with a score.
    pub fn len(&self) -> usize {
        self.best.len()
    }

    /// Whether no model has a score.
    pub fn is_empty(&self) -> bool {
        self.best.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_scores_have_sources_and_licences_that_allow_shipping() {
        let facts = Facts::embedded();
        let models = Models::load(&facts).expect("valid files");
        let table = ScoreTable::load(&facts, &[], &models).expect("valid files");
        assert_eq!(table.problems, []);
        assert!(table.scores.len() > 2_000, "{}", table.scores.len());
        let listed = Catalogue::load(&facts).expect("a valid file");
        for score in &table.scores {
            assert!(!score.source.is_empty(), "{score:?}");
            assert!(["CC-BY-4.0", "Apache-2.0", "MIT"].contains(&score.licence.as_str()), "{score:?}");
            assert!(listed.named(&score.benchmark).is_some(), "{score:?}");
        }
        for id in ["epoch-eci", "gpqa-diamond", "aider-polyglot", "swe-bench-verified"] {
            assert!(table.of_benchmark(id).expect("a benchmark").len() > 10, "{id}");
        }
        let error = table.of_benchmark("nonsense").expect_err("no benchmark").to_string();
        assert!(error.contains("epoch-eci"), "{error}");
    }
}
