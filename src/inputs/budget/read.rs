//! Reading a budget: every mistake at once, each with its place and the nearest valid word.

use std::collections::BTreeSet;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Budget, Level, Limit, METRICS, Metric, MetricKind, Rule};
use crate::inputs::spelling;
use crate::inputs::toml_file::{self, FileProblem};
use crate::tables::{Dimension, Scope};

/// What was understood of a budget, and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Parsed {
    /// The rules that were understood.
    pub budget: Budget,
    /// Everything that is wrong, in the order of the file.
    pub problems: Vec<FileProblem>,
}

/// Keys of a rule beside its scope and its limits.
const OTHERS: [&str; 6] = ["name", "level", "when", "month_budget", "reason", "owner"];
/// Keys beside the rules.
const TOP: [&str; 2] = ["owner", "rule"];

/// Reads a budget.
pub fn parse(file: &str, text: &str) -> Parsed {
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut reader = Reader { file, text, problems: Vec::new() };
    for error in errors {
        reader.wrong(&error.span().unwrap_or(0..0), error.message());
    }
    let owner = reader.top(table.get_ref());
    let rules = match table.get_ref().get("rule").map(Spanned::get_ref) {
        Some(DeValue::Array(rules)) => rules.iter().filter_map(|rule| reader.rule(rule, &owner)).collect(),
        _ => Vec::new(),
    };
    let mut names = BTreeSet::new();
    for rule in &rules {
        let Rule { name, line, .. } = rule;
        if !names.insert(name) {
            let problem = FileProblem {
                line: Some(*line),
                ..toml_file::whole(file, format!("two rules are called `{name}`; a `name` tells them apart"))
            };
            reader.problems.push(problem);
        }
    }
    if rules.is_empty() && reader.problems.is_empty() {
        reader.problems.push(toml_file::whole(file, "has no rule; a rule begins with `[[rule]]`"));
    }
    reader.problems.sort_by_key(|problem| (problem.line, problem.column));
    Parsed { budget: Budget { file: file.to_owned(), rules }, problems: reader.problems }
}

struct Reader<'t> {
    file: &'t str,
    text: &'t str,
    problems: Vec<FileProblem>,
}

/// What was read of a rule so far.
#[derive(Default)]
struct Draft {
    name: Option<String>,
    scope: Option<Scope>,
    level: Level,
    limits: Vec<Limit>,
    all: bool,
    month_budget: Option<f64>,
    reason: String,
    owner: Option<String>,
}

type Key<'a> = Spanned<std::borrow::Cow<'a, str>>;
type Value<'a> = Spanned<DeValue<'a>>;

impl Reader<'_> {
    fn wrong(&mut self, span: &Range<usize>, problem: impl Into<String>) {
        self.problems.push(toml_file::exactly(self.file, self.text, span, problem));
    }

    /// Looks at the keys beside the rules; gives the owner of rules that name none.
    fn top(&mut self, table: &DeTable<'_>) -> String {
        let mut owner = String::new();
        for (key, value) in table {
            match (key.get_ref().as_ref(), value.get_ref()) {
                ("owner", _) => owner = self.words(key, value).unwrap_or_default(),
                ("rule", DeValue::Array(_)) => {}
                ("rule", _) => self.wrong(&key.span(), "`rule` is a list: each rule begins with `[[rule]]`"),
                (other, _) => {
                    let meant = spelling::meant(other, TOP.into_iter());
                    let problem = format!("there is no key `{other}` here{meant}");
                    self.wrong(&key.span(), problem);
                }
            }
        }
        owner
    }

    fn rule(&mut self, rule: &Value<'_>, owner: &str) -> Option<Rule> {
        let DeValue::Table(keys) = rule.get_ref() else {
            self.wrong(&rule.span(), "a rule is a table: it begins with `[[rule]]`");
            return None;
        };
        let before = self.problems.len();
        let mut draft = Draft::default();
        // A table is in the order of the alphabet, its reader in that of the file.
        let mut in_order: Vec<_> = keys.iter().collect();
        in_order.sort_by_key(|(key, _)| key.span().start);
        for (key, value) in in_order {
            self.key(key, value, &mut draft);
        }
        let forecast = draft.limits.iter().any(|limit| limit.metric.kind == MetricKind::BreachPercent);
        match (forecast, draft.month_budget) {
            (true, None) => {
                self.wrong(
                    &rule.span(),
                    "`max_breach_percent` needs the dollars that are exceeded: `month_budget`",
                );
            }
            (false, Some(_)) => {
                self.wrong(&rule.span(), "`month_budget` says nothing without `max_breach_percent`");
            }
            _ => {}
        }
        if draft.limits.is_empty() && self.problems.len() == before {
            self.wrong(&rule.span(), format!("the rule limits nothing; `{}` for example", METRICS[0].key));
        }
        if self.problems.len() > before {
            return None;
        }
        let scope = draft.scope.unwrap_or_default();
        let named = || {
            let limits: Vec<&str> = draft.limits.iter().map(|limit| limit.metric.key).collect();
            format!("{}: {}", scope.words(), limits.join(", "))
        };
        Some(Rule {
            name: draft.name.clone().unwrap_or_else(named),
            line: toml_file::line_of(self.text, &rule.span()),
            scope: scope.clone(),
            level: draft.level,
            limits: draft.limits.clone(),
            all: draft.all,
            month_budget: draft.month_budget,
            reason: draft.reason.clone(),
            owner: draft.owner.clone().unwrap_or_else(|| owner.to_owned()),
        })
    }

    fn key(&mut self, key: &Key<'_>, value: &Value<'_>, draft: &mut Draft) {
        let word = key.get_ref().as_ref();
        if let Some(metric) = Metric::of_key(word) {
            let (least, most) = metric.range();
            if let Some(value) = self.number(key, value, least, most) {
                draft.limits.push(Limit { metric, value });
            }
            return;
        }
        if let Some(dimension) = Dimension::from_word(word) {
            let Some(name) = self.words(key, value) else { return };
            if let Some(other) = draft.scope.replace(Scope::Of(dimension, name)) {
                let problem = format!("a rule is about one thing: {} is named already", other.words());
                self.wrong(&key.span(), problem);
            }
            return;
        }
        match word {
            "name" => draft.name = self.words(key, value),
            "reason" => draft.reason = self.words(key, value).unwrap_or_default(),
            "owner" => draft.owner = self.words(key, value),
            "month_budget" => draft.month_budget = self.number(key, value, 1e-9, 1e12),
            "level" => {
                let levels = [("deny", Level::Deny), ("warn", Level::Warn)];
                draft.level = self.one_of(key, value, &levels).unwrap_or_default();
            }
            "when" => draft.all = self.one_of(key, value, &[("any", false), ("all", true)]).unwrap_or(false),
            other => {
                let metrics = METRICS.iter().map(|metric| metric.key);
                let scopes = Dimension::ALL.into_iter().map(Dimension::word);
                let meant = spelling::meant(other, metrics.chain(scopes).chain(OTHERS));
                self.wrong(&key.span(), format!("there is no key `{other}`{meant}"));
            }
        }
    }

    fn number(&mut self, key: &Key<'_>, value: &Value<'_>, least: f64, most: f64) -> Option<f64> {
        let number = match value.get_ref() {
            DeValue::Integer(number) => number.to_string().replace('_', "").parse::<f64>().ok(),
            DeValue::Float(number) => number.as_str().replace('_', "").parse::<f64>().ok(),
            _ => {
                self.wrong(&value.span(), format!("`{}` is a number", key.get_ref()));
                return None;
            }
        };
        let within = number.filter(|number| (least..=most).contains(number));
        if within.is_none() {
            let problem = match most {
                most if most < 1e12 => format!("`{}` lies between {least} and {most}", key.get_ref()),
                _ => format!(
                    "`{}` is a number of {} or more",
                    key.get_ref(),
                    if least > 0.0 { "more than 0" } else { "0" }
                ),
            };
            self.wrong(&value.span(), problem);
        }
        within
    }

    fn words(&mut self, key: &Key<'_>, value: &Value<'_>) -> Option<String> {
        match value.get_ref() {
            DeValue::String(text) if !text.trim().is_empty() => Some(text.to_string()),
            DeValue::String(_) => {
                self.wrong(&value.span(), format!("`{}` is empty", key.get_ref()));
                None
            }
            _ => {
                self.wrong(&value.span(), format!("`{}` is a text in quotes", key.get_ref()));
                None
            }
        }
    }

    fn one_of<T: Copy>(&mut self, key: &Key<'_>, value: &Value<'_>, known: &[(&str, T)]) -> Option<T> {
        let word = self.words(key, value)?;
        let found = known.iter().find(|(name, _)| *name == word).map(|(_, value)| *value);
        if found.is_none() {
            let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
            let nearest = spelling::nearest(&word, names.iter().copied());
            let meant = nearest.map_or_else(String::new, spelling::asked);
            let problem = format!("`{}` is {}, not `{word}`{meant}", key.get_ref(), names.join(" or "));
            self.wrong(&value.span(), problem);
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_is_read() {
        let text = "owner = \"platform\"\n\n[[rule]]\nworkload = \"support\"\nmax_increase_percent = 5\n\
                    max_increase_per_month = 200.5\nwhen = \"all\"\nlevel = \"warn\"\nreason = \"margin\"\n\
                    [[rule]]\nname = \"all of it\"\nmax_cost_per_month = 1_000\nowner = \"finance\"\n\
                    [[rule]]\nteam = \"search\"\nmax_breach_percent = 10\nmonth_budget = 500\n";
        let Parsed { budget, problems } = parse("budget.toml", text);
        assert_eq!(problems, []);
        let [first, second, third] = &budget.rules[..] else { panic!("three rules") };
        assert_eq!(first.scope, Scope::Of(Dimension::Workload, "support".to_owned()));
        assert_eq!((first.line, first.level, first.all, first.limits.len()), (3, Level::Warn, true, 2));
        assert_eq!((first.owner.as_str(), first.reason.as_str()), ("platform", "margin"));
        assert_eq!(first.name, "workload `support`: max_increase_percent, max_increase_per_month");
        assert_eq!((second.name.as_str(), second.owner.as_str()), ("all of it", "finance"));
        assert!((second.limits[0].value - 1_000.0).abs() < 1e-9);
        assert_eq!((second.level, third.month_budget), (Level::Deny, Some(500.0)));
        assert_eq!(budget.scopes_of_calls(), [Scope::Of(Dimension::Team, "search".to_owned())]);
    }

    #[test]
    fn all_mistakes_are_told_at_once_with_line_column_and_the_nearest_key() {
        let text = "ownr = \"x\"\n[[rule]]\nworkload = \"a\"\nteam = \"b\"\n  max_cost_per_cal = 1\nlevel = \"fail\"\n\
                    [[rule]]\nmax_closed_percent = 120\nmax_tokens_per_call = \"many\"\nreason = 3\n\
                    [[rule]]\nmax_breach_percent = 5\n[[rule]]\nowner = \"me\"\n[[rule]]\nmax_cost_per_day = -1\nname = \"\"\n";
        let problems = parse("b.toml", text).problems;
        let found: Vec<String> = problems.iter().map(ToString::to_string).collect();
        assert_eq!(
            found,
            [
                "`b.toml` line 1 column 1: there is no key `ownr` here; did you mean `owner`?",
                "`b.toml` line 4 column 1: a rule is about one thing: workload `a` is named already",
                "`b.toml` line 5 column 3: there is no key `max_cost_per_cal`; did you mean `max_cost_per_call`?",
                "`b.toml` line 6 column 9: `level` is deny or warn, not `fail`",
                "`b.toml` line 8 column 22: `max_closed_percent` lies between 0 and 100",
                "`b.toml` line 9 column 23: `max_tokens_per_call` is a number",
                "`b.toml` line 10 column 10: `reason` is a text in quotes",
                "`b.toml` line 11 column 1: `max_breach_percent` needs the dollars that are exceeded: `month_budget`",
                "`b.toml` line 13 column 1: the rule limits nothing; `max_cost_per_month` for example",
                "`b.toml` line 16 column 20: `max_cost_per_day` is a number of 0 or more",
                "`b.toml` line 17 column 8: `name` is empty",
            ]
        );
    }

    #[test]
    fn broken_toml_is_told_with_what_else_is_wrong() {
        let found = parse("b.toml", "[[rule]]\nmax_cost_per_day = = 3\nmax_cost_per_mont = 1\n").problems;
        let text: Vec<String> = found.iter().map(ToString::to_string).collect();
        assert!(text.iter().any(|line| line.contains("line 2 column 20")), "{text:?}");
        assert!(text.iter().any(|line| line.contains("did you mean `max_cost_per_month`")), "{text:?}");
    }

    #[test]
    fn a_file_without_a_rule_limits_nothing_and_says_so() {
        assert!(parse("b.toml", "").problems[0].problem.contains("[[rule]]"));
        assert!(parse("b.toml", "rule = 3\n").problems[0].problem.contains("is a list"));
        let twice = "[[rule]]\nmax_cost_per_day = 1\n[[rule]]\nmax_cost_per_day = 2\n";
        assert!(parse("b.toml", twice).problems[0].problem.contains("two rules are called"));
    }

    #[test]
    fn every_key_is_a_key_once() {
        let keys: Vec<&str> = METRICS
            .iter()
            .map(|metric| metric.key)
            .chain(OTHERS)
            .chain(Dimension::ALL.map(Dimension::word))
            .collect();
        let once: BTreeSet<&str> = keys.iter().copied().collect();
        assert_eq!(keys.len(), once.len());
    }
}
