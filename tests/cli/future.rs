//! What calls will cost: projections, scenarios beside each other, months that are foretold, trends.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{Ran, Run};

/// Nothing is uncertain and nothing changes: everything that may move has moved from the first month on.
const STILL: &str = "\
[drift]
closed_fall = 1
closed_fall_p10 = 1
closed_fall_p90 = 1
open_fall = 1
open_fall_p10 = 1
open_fall_p90 = 1
frontier_fall = 1
frontier_fall_p10 = 1
frontier_fall_p90 = 1
reprice_a_year = 0.001
reprice_a_year_p10 = 0.001
reprice_a_year_p90 = 0.001
[volume]
growth_month = 0
growth_month_p10 = 0
growth_month_p90 = 0
elasticity = 0
elasticity_p10 = 0
[adoption]
rate_month = 50
half_months = 0.01
half_months_p10 = 0.01
half_months_p90 = 0.01
ceiling = 1
ceiling_p10 = 1
[replay]
token_ratio_low = 1
token_ratio_high = 1
[suppliers]
switch_hours = 0
[projection]
repick_hours = 0
paths = 100
";

/// A folder with a log of equal days and a scenario.
struct Made {
    folder: tempfile::TempDir,
}

impl Made {
    /// Calls of 40,000 fresh, 20,000 cached and 4,000 output tokens of Sonnet, as many on every day.
    fn of(days: u32, a_day: u32, scenario: &str) -> Self {
        let mut text =
            "call_id,ts_start,workload,seller,model_raw,mode,in_uncached,in_cache_read,out_total\n"
                .to_owned();
        for day in 0..days {
            // June has 30 days.
            let date = format!("2026-{:02}-{:02}", 6 + day / 30, day % 30 + 1);
            for call in 0..a_day {
                let (hour, minute) = (call * 24 / a_day, call * 1_440 / a_day % 60);
                writeln!(
                    text,
                    "c{day}-{call},{date}T{hour:02}:{minute:02}:00Z,triage,anthropic,claude-sonnet-4-20250514,standard,40000,20000,4000"
                )
                .expect("text");
            }
        }
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("calls.csv"), text).expect("written");
        std::fs::write(folder.path().join("mine.toml"), scenario).expect("written");
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn run(&self, command: &str, more: &[&str]) -> Run {
        let (calls, file) = (self.path("calls.csv"), self.path("mine.toml"));
        let (calls, file) = (calls.to_str().expect("UTF-8"), file.to_str().expect("UTF-8"));
        let common = [command, calls, "--data", "../data", "--benchmark", "fixture-index"];
        let scenario: &[&str] = if command == "compare-scenarios" { &[] } else { &["--scenario", file] };
        Run::bare(&[&common, scenario, more].concat())
    }
}

fn number(row: &Value, key: &str) -> f64 {
    row[key].as_f64().unwrap_or_else(|| panic!("{key} of {row}"))
}

fn plan<'v>(page: &'v Value, id: &str) -> &'v Value {
    page["plans"].as_array().expect("plans").iter().find(|row| row["id"] == id).expect("a plan")
}

/// Dollars of a call: 0.12 fresh, 0.006 cached, 0.06 output.
const CALL: f64 = 0.186;
/// Days of a month.
const MONTH: f64 = 730.0 / 24.0;

#[test]
fn without_uncertainty_a_projection_is_the_month_times_its_months() {
    let made = Made::of(28, 24, STILL);
    let page = made.run("project", &[]).json();
    let month = 24.0 * MONTH * CALL;
    let stay = plan(&page, "stay");
    for key in ["bill_first_usd", "bill_year_usd", "bill_last_usd"] {
        assert!((number(stay, key) / month - 1.0).abs() < 1e-3, "{stay}");
    }
    // What an audit says may be saved today, at the end of each of 36 months at ten per cent a year.
    let audit = made.run("audit", &[]).json();
    let money =
        |key: &str| -> f64 { audit["workloads"][0][key].as_str().expect("money").parse().expect("a number") };
    let saved = money("saved_usd") / 28.0 * MONTH;
    let interest = 1.1_f64.powf(1.0 / 12.0) - 1.0;
    let value = saved * (1.0 - (1.0 + interest).powi(-36)) / interest;
    let routed = plan(&page, "routed");
    for key in ["saving_p10_usd", "saving_p50_usd", "saving_p90_usd", "saving_mean_usd"] {
        assert!((number(routed, key) / value - 1.0).abs() < 2e-3, "{key} {value} {routed}");
    }
    assert_eq!((routed["saves"].as_f64(), routed["pays_back"].as_f64()), (Some(1.0), Some(1.0)));
    assert_eq!(routed["payback_months"].as_f64(), Some(0.0));
}

#[test]
fn a_page_is_the_same_on_any_number_of_threads_and_another_with_another_seed() {
    let made = Made::of(28, 24, "[projection]\npaths = 500\n");
    let text = |threads: &str, seed: &str| {
        made.run("project", &["--seed", seed, "--budget", "100"]).env("RAYON_NUM_THREADS", threads).text()
    };
    let first = text("1", "7");
    assert_eq!(first, text("3", "7"));
    assert_ne!(first, text("1", "8"));
}

#[test]
fn the_page_of_a_projection() {
    let made =
        Made::of(28, 240, "[suppliers]\nswitch_hours = 1\n[projection]\npaths = 2000\nrepick_hours = 1\n");
    let text = made.run("project", &["--budget", "1500"]).env("COLUMNS", "120").text();
    let shown: Vec<&str> = text.split("What is unknown").next().expect("a page").lines().collect();
    insta::assert_snapshot!(shown.join("\n"));
}

#[test]
fn a_budget_is_exceeded_surely_or_never() {
    let made = Made::of(28, 24, STILL);
    let over = |budget: &str| {
        let page = made.run("project", &["--budget", budget]).json();
        number(plan(&page, "stay"), "over_budget")
    };
    assert!((over("100") - 1.0).abs() < 1e-12 && over("1000").abs() < 1e-12);
}

#[test]
fn machines_that_pay_today_pay_along_the_path() {
    // Nobody is paid, only what served the calls may serve them beside machines, and everything stays as it is.
    let free = format!(
        "{STILL}[self_hosting]\nstaff_fte = 0.0\nsetup_weeks = 0.0\nmodel_changes_year = 0.0\n[policy]\nsellers = \"anthropic\"\n[quality]\ntolerance = 100\n"
    );
    let made = Made::of(28, 960, &free);
    let (page, breakeven) = (made.run("project", &[]).json(), made.run("breakeven", &[]).json());
    // On demand, sized once a month as `breakeven` sizes it.
    let ways = breakeven["ways"].as_array().expect("ways");
    let rented = ways
        .iter()
        .find(|row| row["commitment"].as_str().is_some_and(|word| word.replace('_', " ") == "on demand"))
        .expect("rented by the hour");
    let saved = number(rented, "saving_usd_month");
    assert!(saved > 0.0, "{rented}");
    let interest = 1.1_f64.powf(1.0 / 12.0) - 1.0;
    let value = saved * (1.0 - (1.0 + interest).powi(-36)) / interest;
    // Nothing else moves, so all of it is what machines save.
    assert!(plan(&page, "routed")["saving_p50_usd"].is_null());
    let gain = number(plan(&page, "rented"), "saving_p50_usd");
    // Rents wander, but their median does not.
    assert!((gain / value - 1.0).abs() < 0.1, "{gain} {value}");
    assert!(page["machines"].as_array().is_some_and(|rows| !rows.is_empty()), "{}", page["machines"]);
}

#[test]
fn what_scenarios_change_shows() {
    let made = Made::of(28, 24, STILL);
    std::fs::write(
        made.path("halved.toml"),
        format!("{STILL}[events]\nclosed_cut = 0.5\nclosed_cut_month = 13\n"),
    )
    .expect("written");
    let halved = made.path("halved.toml");
    let page =
        made.run("compare-scenarios", &["--with", halved.to_str().expect("UTF-8"), "--paths", "200"]).json();
    let rows = page["scenarios"].as_array().expect("rows");
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0]["scenario"], "default");
    let month = 24.0 * MONTH * CALL;
    assert!((number(&rows[1], "baseline_bill_usd") / month - 0.5).abs() < 1e-3, "{}", rows[1]);
    let refused = made.run("compare-scenarios", &["--scenario", "careful"]).run();
    assert_eq!(refused.code, 2);
    assert!(refused.stderr.contains("--with"), "{}", refused.stderr);
}

#[test]
fn what_cannot_be_projected_is_refused() {
    let made = Made::of(3, 24, STILL);
    let short = made.run("project", &[]).run();
    assert_eq!((short.code, short.stdout.as_str()), (2, ""));
    assert!(short.stderr.contains("covers 3 of at least 7 days"), "{}", short.stderr);
    let made = Made::of(28, 24, "[correlation]\nclosed_fall-open_fall = 0.99\nopen_fall-rent = 0.99\n");
    // Both may be, but not while closed prices and rents have nothing to do with each other.
    let wrong = made.run("project", &[]).run();
    assert_eq!(wrong.code, 2);
    assert!(wrong.stderr.contains("the correlations contradict each other"), "{}", wrong.stderr);
    let twice = Made::of(28, 24, "[projection]\npaths = 200\n[suppliers]\nswitch_hours = 1\n[projection]\n");
    let Ran { code, stderr, .. } = twice.run("project", &[]).run();
    assert_eq!(code, 2);
    assert!(stderr.contains("line 5"), "{stderr}");
    let nosuch = made.run("project", &["--paths", "3"]).run();
    assert!(nosuch.stderr.contains("`projection.paths` must lie between"), "{}", nosuch.stderr);
}

#[test]
fn equal_days_make_a_month_and_a_day_on_which_a_budget_ends() {
    // 45 equal days, until the end of 15 July.
    let made = Made::of(45, 24, "");
    let day = 24.0 * CALL;
    let page = made.run("forecast", &["--budget", "100"]).json();
    assert!((number(&page["month"], "spent_usd") / (15.0 * day) - 1.0).abs() < 1e-9, "{}", page["month"]);
    for key in ["total_p10_usd", "total_p50_usd", "total_p90_usd"] {
        assert!((number(&page["month"], key) / (31.0 * day) - 1.0).abs() < 0.01, "{}", page["month"]);
    }
    // 4.464 a day are 100.0 after 22.4 days: on the 23rd.
    for key in ["day_p10", "day_p50", "day_p90"] {
        assert_eq!(page["budget"][key], "2026-07-23", "{}", page["budget"]);
    }
    let held = made.run("forecast", &["--budget", "200"]).json();
    assert!(number(&held["budget"], "probability") < 1e-9);
    let before = made.run("forecast", &["--budget", "10"]).json();
    assert_eq!(before["budget"]["day_p50"], "2026-07-03");
    let next = made.run("forecast", &["--month", "2026-08"]).json();
    assert!((number(&next["month"], "total_p50_usd") / (31.0 * day) - 1.0).abs() < 0.02, "{}", next["month"]);
    for wrong in ["0", "-5"] {
        let ran = made.run("forecast", &["--budget", wrong]).run();
        assert!(ran.code == 2 && ran.stderr.contains("more than nothing"), "{}", ran.stderr);
    }
    let over = made.run("forecast", &["--month", "2026-06"]).run();
    assert!(over.code == 2 && over.stderr.contains("is over"), "{}", over.stderr);
}

#[test]
fn calls_without_a_date_are_no_day_of_a_forecast() {
    let made = Made::of(28, 24, "");
    let total = || number(&made.run("forecast", &["--as-of", "2026-09-01"]).json()["month"], "total_p50_usd");
    let before = total();
    let text = std::fs::read_to_string(made.path("calls.csv")).expect("written");
    let undated = "x,,triage,anthropic,claude-sonnet-4-20250514,standard,40000,20000,4000\n";
    std::fs::write(made.path("calls.csv"), text + undated).expect("written");
    // Its day would be that of the audit, two months after the others.
    assert!((total() / before - 1.0).abs() < 1e-9);
    let refused = made.run("forecast", &["--as-of", "2026-06-10"]).run();
    assert!(refused.code == 2 && refused.stderr.contains("no dates"), "{}", refused.stderr);
}

#[test]
fn another_question_has_another_provenance() {
    let made = Made::of(28, 24, STILL);
    let digest = |command: &str, more: &[&str]| made.run(command, more).json()["provenance"].to_string();
    for (command, more) in [
        ("forecast", &["--budget", "90"][..]),
        ("forecast", &["--month", "2026-07"]),
        ("trends", &["--back-test", "2025-12-31"]),
        ("project", &["--seed", "9"]),
        ("compare-scenarios", &["--with", "careful"]),
    ] {
        let plain: &[&str] = if command == "compare-scenarios" { &["--with", "prices-halve"] } else { &[] };
        assert_ne!(digest(command, plain), digest(command, more), "{command} {more:?}");
    }
}

#[test]
fn a_short_log_foretells_nothing() {
    let made = Made::of(13, 24, "");
    let refused = made.run("forecast", &[]).run();
    assert_eq!((refused.code, refused.stdout.as_str()), (2, ""));
    assert!(refused.stderr.contains("covers 13 of at least 14 days"), "{}", refused.stderr);
    // A projection says so and takes what is published.
    let page = made.run("project", &["--paths", "100"]).json();
    assert!(page["grounds"].to_string().contains("13 of at least 14 days"), "{}", page["grounds"]);
}

#[test]
fn trends_of_few_models_are_unknown() {
    let made = Made::of(28, 24, "");
    let page = made.run("trends", &["--back-test", "2025-12-31"]).json();
    assert!(page["claim"].as_str().is_some_and(|claim| claim.contains("nobody knows how much")), "{page}");
    assert!((number(&page["volume"], "growth")).abs() < 1e-6);
}

#[test]
fn shipped_scenarios_are_told_and_checked() {
    let page = Run::bare(&["scenario", "list"]).json();
    let names: Vec<&str> = page["scenarios"]
        .as_array()
        .expect("rows")
        .iter()
        .map(|row| row["name"].as_str().expect("a name"))
        .collect();
    for name in [
        "default",
        "memo-2026",
        "careful",
        "prices-halve",
        "no-new-open-models",
        "regulated",
        "open-supply-shock",
        "on-device-first",
        "net-new-volume",
    ] {
        assert!(names.contains(&name), "{names:?}");
    }
    let all: Vec<&str> = ["scenario", "check"].into_iter().chain(names).collect();
    // On the shipped facts: they name sellers, devices and countries of those.
    let ran = Run::bare(&all).run();
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    insta::assert_snapshot!(
        Run::bare(&["scenario", "show", "careful", "--changed"]).env("COLUMNS", "120").text()
    );
}

#[test]
fn all_mistakes_of_a_scenario_are_told_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let wrong = folder.path().join("wrong.toml");
    let text = "[drift]\nclosed_fal = 3\n[adoption]\nceiling = 1.5\n[policy]\ndeny = 3\n[[workload]]\nname = \"x\"\nmatch = { nosuch = \"y\" }\n";
    std::fs::write(&wrong, text).expect("written");
    insta::assert_snapshot!(
        Run::bare(&["scenario", "check", "wrong.toml", "carefull"]).within(folder.path()).text()
    );
    let names = folder.path().join("names.toml");
    std::fs::write(&names, "[policy]\ndeny = \"nosuch-seller\"\n[correlation]\nopen_fall-rent = 0.95\nclosed_fall-open_fall = 0.95\n")
        .expect("written");
    let ran = Run::bare(&["scenario", "check", "names.toml", "--data"]).within(folder.path());
    let ran = ran.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/data")).run();
    assert_eq!(ran.code, 2);
    for word in ["nosuch-seller", "the correlations contradict each other"] {
        assert!(ran.stderr.contains(word), "{}", ran.stderr);
    }
    assert_eq!(Run::bare(&["scenario", "show", "--section", "nosuch"]).run().code, 2);
}
