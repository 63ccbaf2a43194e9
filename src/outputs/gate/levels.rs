//! Levels that the command line gives to findings.

use super::Finding;
use crate::outputs::findings::{Level, codes};

/// Which codes deny, warn, or are allowed, whatever their rules say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Levels {
    /// Codes that deny.
    pub deny: Vec<String>,
    /// Codes that warn.
    pub warn: Vec<String>,
    /// Codes that are left out.
    pub allow: Vec<String>,
}

/// The word for all warnings, instead of a code.
const WARNINGS: &str = "warnings";

impl Levels {
    /// Levels that are well said.
    ///
    /// # Errors
    /// Every code that there is not, with what it was meant to be, and every code that is given two levels.
    pub fn checked(self, meant: impl Fn(&str) -> String) -> Result<Self, String> {
        let mut wrong = Vec::new();
        let all = || self.deny.iter().chain(&self.warn).chain(&self.allow);
        for code in all() {
            if code != WARNINGS && codes::about(code).is_none() {
                wrong.push(format!("there is no finding `{code}`{}", meant(code)));
            }
        }
        let lists = [&self.deny, &self.warn, &self.allow];
        for (at, list) in lists.iter().enumerate() {
            for code in list.iter().filter(|code| lists[at + 1..].iter().any(|other| other.contains(code))) {
                wrong.push(format!("`{code}` is given two levels"));
            }
        }
        if self.warn.iter().any(|code| code == WARNINGS) {
            wrong.push("`warnings` warn as they are".to_owned());
        }
        if wrong.is_empty() { Ok(self) } else { Err(wrong.join("\n")) }
    }

    /// Gives findings their levels; what is allowed goes, and is counted.
    pub(super) fn apply(&self, findings: &mut Vec<Finding>) -> Vec<(&'static str, usize)> {
        let mut allowed: Vec<(&'static str, usize)> = Vec::new();
        let named = |codes: &[String], finding: &Finding| {
            codes
                .iter()
                .any(|code| code == finding.code || (code == WARNINGS && finding.level == Level::Warn))
        };
        findings.retain_mut(|finding| {
            // A code by its own name counts before all warnings together.
            let own = |codes: &[String]| codes.iter().any(|code| code == finding.code);
            if own(&self.allow) || (named(&self.allow, finding) && !own(&self.deny)) {
                match allowed.iter_mut().find(|(code, _)| *code == finding.code) {
                    Some((_, count)) => *count += 1,
                    None => allowed.push((finding.code, 1)),
                }
                return false;
            }
            if own(&self.warn) {
                finding.level = Level::Warn;
            } else if named(&self.deny, finding) {
                finding.level = Level::Deny;
            }
            true
        });
        allowed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(code: &'static str, level: Level) -> Finding {
        Finding { code, level, message: String::new(), rule: None, line: 1 }
    }

    fn levels(deny: &[&str], warn: &[&str], allow: &[&str]) -> Levels {
        let of = |codes: &[&str]| codes.iter().map(|code| (*code).to_owned()).collect();
        Levels { deny: of(deny), warn: of(warn), allow: of(allow) }
    }

    #[test]
    fn codes_get_the_levels_that_they_are_given() {
        let mut found = vec![
            finding("stale-prices", Level::Warn),
            finding("undated", Level::Note),
            finding("cost-increase", Level::Deny),
            finding("rejected-rows", Level::Warn),
        ];
        let allowed = levels(&["warnings"], &["cost-increase"], &["rejected-rows"]).apply(&mut found);
        let of: Vec<(&str, Level)> = found.iter().map(|finding| (finding.code, finding.level)).collect();
        assert_eq!(
            of,
            [("stale-prices", Level::Deny), ("undated", Level::Note), ("cost-increase", Level::Warn)]
        );
        assert_eq!(allowed, [("rejected-rows", 1)]);
    }

    #[test]
    fn what_is_no_code_is_told() {
        let wrong = levels(&["stale"], &["undated", "warnings"], &["undated"]);
        let told =
            wrong.checked(|_| "; did you mean `stale-prices`?".to_owned()).expect_err("three mistakes");
        assert_eq!(
            told,
            "there is no finding `stale`; did you mean `stale-prices`?\n`undated` is given two levels\n`warnings` warn as they are"
        );
    }
}
