//! Findings about what the user brings beside the log: scores, graded calls, what is said of workloads.

use std::collections::BTreeSet;

use super::{Level, List, NAMED};
use crate::simulation::World;
use crate::simulation::audit::Audit;

impl List {
    pub(super) fn evidence(&mut self, audit: &Audit, world: &World) {
        let quality = &world.quality;
        let rows = quality.evidence.rejects.iter().map(|(line, why)| format!("line {line}: {why}"));
        self.some(
            "rejected-graded",
            Level::Warn,
            "row of graded calls left out",
            "rows of graded calls left out",
            &rows.collect::<Vec<_>>(),
        );
        let names: Vec<String> = quality.evidence.unknown.keys().cloned().collect();
        self.some(
            "unknown-graded",
            Level::Warn,
            "name in the graded calls that means no model",
            "names in the graded calls that mean no model",
            &names,
        );
        let rows =
            quality.lost_scores.iter().map(|lost| format!("{} line {}: {}", lost.file, lost.line, lost.what));
        self.some(
            "rejected-scores",
            Level::Warn,
            "row of scores left out",
            "rows of scores left out",
            &rows.collect::<Vec<_>>(),
        );
        let there: BTreeSet<&str> = audit.workloads.iter().map(String::as_str).collect();
        let absent = |names: &mut dyn Iterator<Item = &str>| -> Vec<String> {
            names.filter(|name| !there.contains(name)).map(|name| format!("`{name}`")).collect()
        };
        let graded = absent(&mut quality.evidence.workloads());
        self.some(
            "unused-graded",
            Level::Note,
            "workload with graded calls that no call of the log is of",
            "workloads with graded calls that no call of the log is of",
            &graded,
        );
        let scenario = &world.scenario;
        let bounds = scenario.policy.max_seconds.iter().flat_map(|bounds| bounds.workloads.keys());
        let said: BTreeSet<&str> =
            scenario.needs.keys().chain(scenario.pins.keys()).chain(bounds).map(String::as_str).collect();
        let said = absent(&mut said.into_iter());
        self.some(
            "idle-workload",
            Level::Warn,
            "workload of which something is said, and that no priced call is of",
            "workloads of which something is said, and that no priced call is of",
            &said,
        );
    }

    /// A finding that names some of what it is about, if there is anything.
    fn some(&mut self, code: &'static str, level: Level, one: &str, many: &str, all: &[String]) {
        if all.is_empty() {
            return;
        }
        let mut named: Vec<String> = all.iter().take(NAMED).cloned().collect();
        if all.len() > NAMED {
            named.push(format!("{} more", all.len() - NAMED));
        }
        let words = if all.len() == 1 { one } else { many };
        self.add(code, level, format!("{} {words}: {}", all.len(), named.join("; ")));
    }
}
