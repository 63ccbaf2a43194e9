//! What can be wrong with a budget, a baseline and the arguments of a gate.

use super::{BUDGET, Project, SUITE, Suite};
use crate::cli::Run;

#[test]
fn all_mistakes_of_a_budget_are_told_in_one_run() {
    let project = Project::of(BUDGET);
    project.write(
        "bad.toml",
        "[[rule]]\nworkloud = \"support\"\nmax_cost_per_mont = 3\n\n[[rule]]\nlevel = \"dent\"\nmax_cost_per_day = \"x\"\n",
    );
    let ran = project.run(&["gate", "before.csv", "--budget", "bad.toml"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
    assert_eq!(
        ran.stderr,
        "error: `bad.toml` line 2 column 1: there is no key `workloud`; did you mean `workload`?\n\
         `bad.toml` line 3 column 1: there is no key `max_cost_per_mont`; did you mean `max_cost_per_month`?\n\
         `bad.toml` line 6 column 9: `level` is deny or warn, not `dent`; did you mean `deny`?\n\
         `bad.toml` line 7 column 20: `max_cost_per_day` is a number\n"
    );
}

#[test]
fn models_and_sellers_that_there_are_not_are_told() {
    let project = Project::of(BUDGET);
    project.write(
        "bad.toml",
        "[[rule]]\nmodel = \"claude-opus-48\"\nmax_cost_per_call = 1\n[[rule]]\nseller = \"antropic\"\nmax_cost_per_call = 1\n",
    );
    for arguments in [&["gate", "before.csv", "--budget", "bad.toml"][..], &["gate", "--check", "bad.toml"]] {
        let ran = project.run(arguments);
        assert_eq!(ran.code, 2);
        assert_eq!(
            ran.stderr,
            "error: `bad.toml` line 1: there is no model `claude-opus-48`; did you mean `claude-opus-4-8`?\n\
             `bad.toml` line 4: there is no seller `antropic`; did you mean `anthropic`?\n"
        );
    }
    let fine = project.run(&["gate", "--check"]);
    assert_eq!(fine.code, 0, "{}", fine.stderr);
    assert!(fine.stdout.starts_with("switchpoint gate: budget.toml: 2 rules, nothing is wrong"));
}

#[test]
fn what_cannot_be_used_says_so() {
    let project = Project::of(BUDGET);
    let told = |arguments: &[&str], code: i32, words: &str| {
        let ran = project.run(arguments);
        assert_eq!(ran.code, code, "{}", ran.stderr);
        assert!(ran.stderr.contains(words), "{}", ran.stderr);
        assert_eq!(ran.stdout, "");
    };
    // A list of logs that is empty by mistake must not pass on the sample.
    told(&["gate"], 2, "no log is named");
    told(&["baseline", "save", "--out", "x.json"], 2, "no log is named");
    told(&["gate", "before.csv", "--budget", "no.toml"], 2, "the budget `no.toml` cannot be read");
    told(
        &["gate", "before.csv", "--baseline", "no.json"],
        4,
        "`no.json` is no baseline that can be used: it cannot be read",
    );
    told(&["gate", "before.csv", "--baseline", "budget.toml"], 4, "is no baseline");
    told(&["gate", "before.csv", "-D", "cost-increse"], 2, "did you mean `cost-increase`?");
    told(&["gate", "before.csv", "--write", "junt=x.xml"], 2, "did you mean `junit`?");
    told(&["gate", "before.csv", "--write", "junit"], 2, "--write needs FORM=FILE");
    told(
        &["gate", "before.csv", "--write", "junit=no/such/folder/x.xml"],
        1,
        "writing `no/such/folder/x.xml`",
    );
    told(&["compare", "before.csv"], 2, "`compare` needs two logs or baselines, not 1");
    project.write(
        "undated.csv",
        "call_id,seller,model_raw,in_uncached,out_total\na,anthropic,claude-opus-4-8,10,10\n",
    );
    told(&["gate", "undated.csv"], 2, "--as-of DATE states it, --today takes today");
    let ran = project.run(&["gate", "undated.csv", "--today", "-A", "no-baseline"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stdout.contains("not-evaluated"), "{}", ran.stdout);
}

#[test]
fn a_baseline_that_was_changed_by_hand_is_refused() {
    let project = Project::of(BUDGET);
    project.write("base.json", &project.read("base.json").replacen("\"calls\":600", "\"calls\":601", 1));
    let ran = project.gate("before.csv", &[]);
    assert_eq!(ran.code, 4);
    assert!(ran.stderr.contains("do not add up to its calls and cost"), "{}", ran.stderr);
}

#[test]
fn a_failed_run_leaves_the_old_baseline() {
    let project = Project::of(BUDGET);
    let before = project.read("base.json");
    project.write("broken.csv", "not,a,log\n1,2,3\n");
    let ran = project.run(&["baseline", "save", "broken.csv", "--out", "base.json"]);
    assert_ne!(ran.code, 0);
    assert_eq!(before, project.read("base.json"));
}

#[test]
fn a_baseline_names_no_user_unless_a_rule_does() {
    let project = Project::of(BUDGET);
    assert!(!project.read("base.json").contains("user-3") && !project.read("base.json").contains("care"));
    project.log("now.csv", Suite { seed: 2, ..SUITE });
    let help = Run::bare(&["gate", "--help"]).run();
    assert_eq!(help.code, 0);
    for word in ["sarif", "junit", "gitlab", "comment", "summary", "github"] {
        assert!(help.stdout.contains(word), "{word}");
    }
}
