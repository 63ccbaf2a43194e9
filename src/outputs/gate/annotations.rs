//! Findings as workflow commands of GitHub Actions, which become annotations of a change.
//!
//! At most ten of a kind and step are shown and fifty of a job: the gravest come first, and one line stands for the rest.

use super::{Finding, Report};
use crate::outputs::findings::Level;
use crate::outputs::wording::{clean, counted};

/// Annotations of a kind that one step may have.
const MOST: usize = 10;

/// The commands, a line each.
pub fn print(report: &Report<'_>) -> String {
    let mut lines = Vec::new();
    for (level, command) in [(Level::Deny, "error"), (Level::Warn, "warning")] {
        let of_level: Vec<&Finding> = report.told().filter(|finding| finding.level == level).collect();
        let shown = if of_level.len() > MOST { MOST - 1 } else { of_level.len() };
        for finding in &of_level[..shown] {
            lines.push(line(command, report.budget, finding.line, finding.code, &finding.message));
        }
        if of_level.len() > shown {
            let rest = (of_level.len() - shown) as u64;
            let message = format!("{} more; the page of the gate has all", counted(rest, "finding"));
            lines.push(line(command, report.budget, 1, "more", &message));
        }
    }
    lines.iter().map(|line| format!("{line}\n")).collect()
}

fn line(command: &str, file: &str, line: usize, code: &str, message: &str) -> String {
    let title = format!("switchpoint: {code}");
    format!("::{command} file={},line={line},title={}::{}", property(file), property(&title), data(message))
}

/// A message: what would end it is escaped, other control characters are replaced.
fn data(text: &str) -> String {
    let escaped = text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    clean(&escaped)
}

/// A property: what would end it, too.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_end_a_command_is_escaped() {
        assert_eq!(
            line("error", "a,b:c.toml", 3, "over-budget", "50 % more:\n::error::x\r"),
            "::error file=a%2Cb%3Ac.toml,line=3,title=switchpoint%3A over-budget::50 %25 more:%0A::error::x%0D"
        );
        assert_eq!(data("\u{1b}[31m"), "\u{fffd}[31m");
    }
}
