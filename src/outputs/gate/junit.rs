//! Rules as test cases in the JUnit form: one that is exceeded fails, one that could not be evaluated is an error, one in doubt is skipped with
//! its reason. Levels of the command line count: what is allowed or only warns fails no case.

use quick_junit::{NonSuccessKind, Report as Suites, TestCase, TestCaseStatus, TestSuite};

use super::{Finding, Report};
use crate::outputs::findings::Level;
use crate::outputs::gate::words;
use crate::outputs::wording::clean;
use crate::simulation::gate::{State, Verdict};

/// The report: a suite for the budget, a case for each rule, and one for each other finding that denies.
pub fn print(report: &Report<'_>) -> String {
    let mut suite = TestSuite::new(clean(report.budget));
    for (at, verdict) in report.judged.verdicts.iter().enumerate() {
        let finding = report.findings.iter().find(|finding| finding.rule == Some(at));
        let mut case = TestCase::new(clean(&verdict.rule.name), status(verdict, finding));
        case.set_classname(format!("switchpoint.{}", clean(&verdict.rule.scope.text())));
        let measured: Vec<String> = verdict
            .checks
            .iter()
            .map(|check| {
                let (is, allowed) = (words::measured(check), words::limit(&check.limit));
                format!("{} is {is}, {allowed}", check.limit.metric.about)
            })
            .collect();
        case.set_system_out(clean(&measured.join("; ")));
        suite.add_test_case(case);
    }
    for finding in
        report.findings.iter().filter(|finding| finding.rule.is_none() && finding.level == Level::Deny)
    {
        let mut case = TestCase::new(finding.code, failed(finding, NonSuccessKind::Failure));
        case.set_classname("switchpoint.log");
        suite.add_test_case(case);
    }
    let mut suites = Suites::new(if report.tag.is_empty() { "switchpoint" } else { report.tag });
    suites.add_test_suite(suite);
    suites.to_string().unwrap_or_default()
}

fn failed(finding: &Finding, kind: NonSuccessKind) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(kind);
    status.set_type(finding.code).set_message(clean(&finding.message));
    status
}

fn status(verdict: &Verdict, finding: Option<&Finding>) -> TestCaseStatus {
    match finding {
        None => TestCaseStatus::success(),
        Some(finding) if finding.level == Level::Deny => {
            let unknown = verdict.state == State::Unknown;
            failed(finding, if unknown { NonSuccessKind::Error } else { NonSuccessKind::Failure })
        }
        Some(finding) => {
            let mut status = TestCaseStatus::skipped();
            status.set_type(finding.code).set_message(clean(&finding.message));
            status
        }
    }
}
