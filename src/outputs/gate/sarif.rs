//! Findings in the form SARIF 2.1.0, which code scanning reads.

use serde_json::{Value as Json, json};

use super::Report;
use crate::outputs::findings::{Level, codes};
use crate::outputs::provenance::Provenance;
use crate::outputs::wording::clean;

/// Results that code scanning takes.
const MOST: usize = 5_000;

/// The log: one run, a rule a code, a result a finding at the line of the budget that it is about.
pub fn print(report: &Report<'_>) -> String {
    let mut used: Vec<&str> = Vec::new();
    for finding in report.told() {
        if !used.contains(&finding.code) {
            used.push(finding.code);
        }
    }
    let rules: Vec<Json> = used
        .iter()
        .map(|code| {
            json!({
                "id": code,
                "shortDescription": { "text": codes::about(code).unwrap_or(code) },
            })
        })
        .collect();
    let results: Vec<Json> = report
        .told()
        .take(MOST)
        .map(|finding| {
            let rule = finding.rule.map_or("", |at| report.judged.verdicts[at].rule.name.as_str());
            let level = match finding.level {
                Level::Deny => "error",
                Level::Warn => "warning",
                Level::Note => "note",
            };
            json!({
                "ruleId": finding.code,
                "ruleIndex": used.iter().position(|code| *code == finding.code),
                "level": level,
                "message": { "text": clean(&finding.message) },
                "locations": [{
                    "physicalLocation": {
                        "artifactLocation": { "uri": uri(report.budget) },
                        "region": { "startLine": finding.line },
                    },
                }],
                "partialFingerprints": {
                    "switchpoint/v1": Provenance::digest([report.tag, finding.code, rule]),
                },
            })
        })
        .collect();
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {
                "driver": {
                    "name": "switchpoint",
                    "semanticVersion": env!("CARGO_PKG_VERSION"),
                    "rules": rules,
                },
            },
            "automationDetails": { "id": format!("switchpoint/{}", if report.tag.is_empty() { "gate" } else { report.tag }) },
            "results": results,
        }],
    });
    let mut text = serde_json::to_string_pretty(&log).unwrap_or_default();
    text.push('\n');
    text
}

/// A path as a relative reference: what has a meaning in one is escaped.
fn uri(path: &str) -> String {
    let mut text = String::new();
    for byte in path.replace('\\', "/").bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            text.push(char::from(byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_a_reference() {
        assert_eq!(uri("ci/my budget#1.toml"), "ci/my%20budget%231.toml");
    }
}
