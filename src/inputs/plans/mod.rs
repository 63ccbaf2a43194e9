//! Subscription plans: what a seat costs a month and how much use it holds.

use serde::Deserialize;

use super::embedded::Facts;
use super::toml_file::{self, FileProblem, FileProblems};

/// A plan.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// Its id.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Id of the lab whose models it holds.
    pub lab: String,
    /// Dollars a month.
    pub price: f64,
    /// Dollars of use at list price that it holds; `None`: not known.
    pub cap: Option<f64>,
    /// Day of its figures.
    pub date: String,
    /// Where they are from.
    pub source: String,
    /// What else is to be known.
    pub note: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PlanFile {
    lab: String,
    #[serde(default)]
    plan: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    id: String,
    name: String,
    usd_month: f64,
    cap_usd_month: Option<f64>,
    date: toml::value::Datetime,
    source: String,
    #[serde(default)]
    note: String,
}

/// The plans of facts, and of a file of the user's own, whose plans replace those of the same id.
///
/// # Errors
/// Every file that is no list of plans, and every price or cap that is none.
pub fn load(facts: &Facts, own: Option<(&str, &str)>) -> Result<Vec<Plan>, FileProblems> {
    let shipped = facts.files("plans").map_err(one)?;
    let files = shipped.iter().map(|(name, text)| (name.as_str(), text.as_str())).chain(own);
    let (mut plans, mut problems): (Vec<Plan>, Vec<FileProblem>) = (Vec::new(), Vec::new());
    for (name, text) in files {
        match parse(name, text) {
            Ok(found) => {
                plans.retain(|plan| found.iter().all(|other| other.id != plan.id));
                plans.extend(found);
            }
            Err(FileProblems(wrong)) => problems.extend(wrong),
        }
    }
    if problems.is_empty() { Ok(plans) } else { Err(FileProblems(problems)) }
}

fn one(problem: FileProblem) -> FileProblems {
    FileProblems(vec![problem])
}

fn parse(name: &str, text: &str) -> Result<Vec<Plan>, FileProblems> {
    let file: PlanFile = toml_file::parse(name, text).map_err(one)?;
    let sane = |dollars: f64| dollars.is_finite() && dollars >= 0.0;
    let wrong: Vec<FileProblem> = file
        .plan
        .iter()
        .filter(|row| !sane(row.usd_month) || !row.cap_usd_month.is_none_or(sane))
        .map(|row| toml_file::whole(name, format!("plan `{}` needs a price and a cap of 0 or more", row.id)))
        .collect();
    if !wrong.is_empty() {
        return Err(FileProblems(wrong));
    }
    let plan = |row: Row| Plan {
        id: row.id,
        name: row.name,
        lab: file.lab.clone(),
        price: row.usd_month,
        cap: row.cap_usd_month,
        date: row.date.to_string(),
        source: row.source,
        note: row.note,
    };
    Ok(file.plan.into_iter().map(plan).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shipped_plans_are_read_and_own_ones_replace_them() {
        let shipped = load(&Facts::embedded(), None).expect("plans");
        assert!(shipped.iter().any(|plan| plan.id == "claude-pro" && plan.cap == Some(163.0)));
        assert!(shipped.iter().any(|plan| plan.cap.is_none()));
        let own = "lab = \"anthropic\"\n[[plan]]\nid = \"claude-pro\"\nname = \"ours\"\nusd_month = 15\ndate = 2026-11-01\nsource = \"contract\"\n";
        let with = load(&Facts::embedded(), Some(("mine.toml", own))).expect("plans");
        assert_eq!(with.len(), shipped.len());
        assert!(with.iter().any(|plan| plan.name == "ours" && plan.cap.is_none()));
    }

    #[test]
    fn wrong_plans_are_refused_with_their_place() {
        let negative = "lab = \"x\"\n[[plan]]\nid = \"a\"\nname = \"a\"\nusd_month = -1\ndate = 2026-11-01\nsource = \"s\"\n";
        let problem = load(&Facts::embedded(), Some(("mine.toml", negative))).expect_err("wrong").to_string();
        assert_eq!(problem, "`mine.toml`: plan `a` needs a price and a cap of 0 or more");
        assert!(load(&Facts::embedded(), Some(("mine.toml", "lab = 3"))).is_err());
    }
}
