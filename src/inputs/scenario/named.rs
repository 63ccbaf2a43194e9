//! Scenarios by the name of a shipped one or by a file, and everything that is wrong with one.

use std::fs;
use std::path::Path;

use super::workloads::{self, Stated};
use super::{Registry, Scenario};
use crate::inputs::embedded;
use crate::inputs::spelling;
use crate::inputs::toml_file::{self, FileProblem, FileProblems};

/// A scenario as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// How problems name it.
    pub file: String,
    /// What it changes of the default.
    pub text: String,
}

impl Written {
    /// A file, or else the shipped scenario of that name.
    ///
    /// # Errors
    /// When there is neither.
    pub fn named(name: &str) -> Result<Self, FileProblem> {
        match (embedded::scenario(name), Path::new(name).exists()) {
            (Some(text), false) => Ok(Self { file: format!("scenarios/{name}.toml"), text: text.to_owned() }),
            (None, false) if !name.contains(['.', '/', '\\']) => {
                let names = embedded::scenario_names();
                let meant = spelling::meant(name, names.iter().copied());
                Err(toml_file::whole(name, format!("is neither a file nor a shipped scenario{meant}")))
            }
            _ => {
                let text = fs::read_to_string(name)
                    .map_err(|error| toml_file::whole(name, format!("cannot be read: {error}")))?;
                Ok(Self { file: name.to_owned(), text })
            }
        }
    }

    /// What it says of itself: the comment at its head, as one line.
    pub fn about(&self) -> String {
        let comment = self.text.lines().map_while(|line| line.strip_prefix('#'));
        comment.map(str::trim).collect::<Vec<_>>().join(" ")
    }

    /// The default with its changes, and what it says of workloads and offers.
    ///
    /// # Errors
    /// Everything that is wrong with it, in the order of its lines; values that are out of their range come last.
    pub fn read(&self) -> Result<(Registry, Stated), FileProblems> {
        let registry = Registry::default_scenario().map_err(|problem| FileProblems(vec![problem]))?;
        self.over((registry, Stated::default()))
    }

    /// The same over other assumptions than the default.
    ///
    /// # Errors
    /// As [`Written::read`].
    pub fn over(
        &self,
        (mut registry, below): (Registry, Stated),
    ) -> Result<(Registry, Stated), FileProblems> {
        let mut problems = Vec::new();
        if let Err(FileProblems(wrong)) = registry.apply(&self.file, &self.text) {
            problems.extend(wrong);
        }
        let stated = workloads::parse(&self.file, &self.text);
        if let Err(FileProblems(wrong)) = &stated {
            problems
                .extend(wrong.iter().filter(|wrong| !problems.contains(wrong)).cloned().collect::<Vec<_>>());
        }
        problems.sort_by_key(|problem| problem.line);
        // What was understood may still be out of range.
        if let Err(FileProblems(wrong)) = Scenario::resolve(&registry) {
            problems.extend(wrong);
        }
        match stated {
            Ok(stated) if problems.is_empty() => Ok((registry, stated.over(below))),
            _ => Err(FileProblems(problems)),
        }
    }
}

impl Stated {
    /// What is said here, and below it what was said before: the first rule that matches a call wins, as does what is said of a name.
    fn over(mut self, below: Self) -> Self {
        self.rules.extend(below.rules);
        self.pins = below.pins.into_iter().chain(self.pins).collect();
        self.bounds = below.bounds.into_iter().chain(self.bounds).collect();
        self.needs = below.needs.into_iter().chain(self.needs).collect();
        let named: Vec<String> = self.speeds.iter().map(|speed| speed.offer.clone()).collect();
        self.speeds.extend(below.speeds.into_iter().filter(|speed| !named.contains(&speed.offer)));
        self.cascades.extend(below.cascades);
        self.fine_tunes.extend(below.fine_tunes);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_scenario_is_valid_and_says_what_it_is() {
        let names = embedded::scenario_names();
        assert!(names.len() >= 10 && names[0] == "default");
        for name in names {
            let written = Written::named(name).expect("shipped");
            let (registry, _) = written.read().unwrap_or_else(|problems| panic!("{problems}"));
            let default = Registry::default_scenario().expect("valid");
            let changed = registry
                .iter()
                .filter(|(key, of)| default.get(key).is_none_or(|default| default.value != of.value))
                .count();
            assert_eq!(changed == 0, name == "default", "{name}");
            assert!(written.about().len() > 20, "{name}");
        }
    }

    #[test]
    fn all_mistakes_come_at_once() {
        let text = "[drift]\nclosed_fal = 3\nopen_fall = \"soon\"\n[adoption]\nceiling = 1.5\n[[workload]]\nnam = \"x\"\n";
        let written = Written { file: "mine.toml".to_owned(), text: text.to_owned() };
        let FileProblems(problems) = written.read().expect_err("mistakes");
        let lines: Vec<Option<usize>> = problems.iter().map(|problem| problem.line).collect();
        assert!(lines.contains(&Some(2)) && lines.contains(&Some(7)), "{problems:?}");
        let text = problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
        for word in ["did you mean `drift.closed_fall`", "adoption.ceiling", "drift.open_fall"] {
            assert!(text.contains(word), "{text}");
        }
    }

    #[test]
    fn a_name_that_is_none_is_told_the_nearest() {
        let problem = Written::named("carefull").expect_err("no such scenario").to_string();
        assert!(problem.contains("did you mean `careful`"), "{problem}");
        assert!(Written::named("nosuch.toml").expect_err("no such file").problem.contains("cannot be read"));
    }
}
