//! Findings as a report of GitLab Code Quality. A fingerprint has no number in it, so that a finding keeps its identity when its value moves.

use serde_json::json;

use super::Report;
use crate::outputs::findings::Level;
use crate::outputs::provenance::Provenance;
use crate::outputs::wording::clean;

/// The report.
pub fn print(report: &Report<'_>) -> String {
    let issues: Vec<serde_json::Value> = report
        .told()
        .map(|finding| {
            let rule = finding.rule.map_or("", |at| report.judged.verdicts[at].rule.name.as_str());
            let severity = match finding.level {
                Level::Deny => "critical",
                Level::Warn => "minor",
                Level::Note => "info",
            };
            json!({
                "description": clean(&finding.message),
                "check_name": format!("switchpoint/{}", finding.code),
                "fingerprint": Provenance::digest([report.tag, finding.code, rule]),
                "severity": severity,
                "location": { "path": report.budget, "lines": { "begin": finding.line } },
            })
        })
        .collect();
    let mut text = serde_json::to_string_pretty(&issues).unwrap_or_default();
    text.push('\n');
    text
}
