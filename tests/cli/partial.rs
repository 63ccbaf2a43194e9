//! Logs in parts: sums of parts make the pages of the whole, and what does not belong together does not add up.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use polars::prelude::{IpcStreamWriter, ParquetReader, SerReader as _, SerWriter as _};

use super::Run;

/// Everything is on frozen facts, on one day, for people and machines that are the same each time.
const COMMON: &[&str] =
    &["--data", "../data", "--benchmark", "fixture-index", "--tolerance", "100", "--no-config"];
const DAY: &str = "2026-06-20";
/// The day of pages of the whole.
const SAME_DAY: &[&str] = &["--as-of", DAY];

/// A folder with a log in parts, as tables.
struct Parts {
    folder: tempfile::TempDir,
}

impl Parts {
    /// So many tables of calls of four users, three workloads and two models over two weeks.
    fn of(parts: u32) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        for part in 0..parts {
            let mut text =
                "call_id,ts_start,workload,user,seller,model_raw,in_uncached,in_cache_read,out_total\n"
                    .to_owned();
            for call in (0..600_u32).filter(|call| call % parts == part) {
                let (day, hour, minute) = (1 + call % 14, call * 7 % 24, call * 13 % 60);
                let workload = ["triage", "draft", ""][call as usize % 3];
                let model = ["claude-sonnet-4-20250514", "claude-opus-4-20250514", "nobody-knows-it"]
                    [call as usize % 11 % 3];
                writeln!(
                    text,
                    "c{call},2026-06-{day:02}T{hour:02}:{minute:02}:00Z,{workload},user-{},anthropic,{model},{},{},{}",
                    call % 4,
                    40_000 + call * 17 % 9_000,
                    call * 31 % 20_000,
                    1_000 + call * 7 % 3_000,
                )
                .expect("text");
            }
            let csv = folder.path().join("part.csv");
            std::fs::write(&csv, text).expect("written");
            let out = folder.path().join(format!("log/{part}.parquet"));
            std::fs::create_dir_all(out.parent().expect("a folder")).expect("a folder");
            let ran = Run::bare(&["logs", "convert"]).arg(&csv).arg("--out").arg(&out).run();
            assert_eq!(ran.code, 0, "{}", ran.stderr);
        }
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn tables(&self) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(self.path("log")).expect("tables");
        let mut tables: Vec<PathBuf> = entries.map(|entry| entry.expect("a table").path()).collect();
        tables.sort();
        tables
    }

    fn partial(&self, table: &Path, out: &str, more: &[&str]) -> Run {
        let run = Run::bare(&["partial", "--as-of", DAY]).args(COMMON).arg(table);
        run.arg("--out").arg(self.path(out)).args(more)
    }

    /// Every round for a page; the answer is how many there were.
    fn rounds(&self, page: &str) -> u32 {
        let tables = self.tables();
        let whole = self.path("whole.parquet");
        for round in 1..9 {
            for (at, table) in tables.iter().enumerate() {
                let number = format!("{}/{}", at + 1, tables.len());
                let mut run = self.partial(
                    table,
                    &format!("rounds/{round}/{at}.parquet"),
                    &["--for", page, "--part", &number],
                );
                if round > 1 {
                    run = run.arg("--after").arg(&whole);
                }
                let ran = run.run();
                assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
            }
            let merged = Run::bare(&["partial", "--for", page, "--from-partials"]).arg(self.path("rounds"));
            let merged = merged.args(COMMON).arg("--out").arg(&whole).json();
            if merged["partial"]["left"] == 0 {
                return round;
            }
        }
        panic!("rounds without end");
    }

    /// A page of the log where it lies, and of its sums.
    fn both(&self, command: &[&str], sums: &str) -> (String, String) {
        let of = |run: Run| {
            let ran = run.args(COMMON).args(SAME_DAY).run();
            assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{command:?}");
            ran.stdout
        };
        let mut whole = Run::bare(command);
        for table in self.tables() {
            whole = whole.arg(table);
        }
        (of(whole), of(Run::bare(command).arg("--from-partials").arg(self.path(sums))))
    }
}

/// A page without the lines that say what it was added up from.
fn without_provenance(page: &str) -> String {
    let is_it = |line: &&str| {
        let line = line.trim_start();
        !line.starts_with("added up") && !line.starts_with("\"partials\":") && !line.starts_with("\"parts\":")
    };
    page.lines().filter(is_it).collect::<Vec<_>>().join("\n")
}

#[test]
fn pages_of_sums_are_those_of_the_log() {
    let parts = Parts::of(3);
    let rounds =
        [("audit", 1), ("breakeven", 2), ("frontier", 5), ("devices", 1), ("seats", 3), ("assess", 1)];
    for (page, most) in rounds {
        assert!(parts.rounds(page) <= most, "{page}");
        let commands: &[&[&str]] = match page {
            "audit" => {
                &[&["audit"], &["audit", "--explain"], &["trends"], &["forecast", "--month", "2026-06"]]
            }
            "breakeven" => &[&["breakeven"], &["project", "--paths", "200"]],
            other => &[&[other]],
        };
        for command in commands {
            for form in ["text", "json"] {
                let command = [command, &["--format", form][..]].concat();
                let (whole, sums) = parts.both(&command, "rounds");
                assert_eq!(without_provenance(&whole), without_provenance(&sums), "{command:?}");
            }
        }
        std::fs::remove_dir_all(parts.path("rounds")).expect("removed");
    }
}

#[test]
fn a_report_of_sums_is_that_of_the_log() {
    let parts = Parts::of(2);
    parts.rounds("report");
    let out = parts.path("report.html");
    let mut written = Vec::new();
    let command = ["report", "--paths", "200", "--out", out.to_str().expect("UTF-8")];
    let _ = parts.both(&command, "rounds");
    written.push(std::fs::read_to_string(&out).expect("a report"));
    let mut whole = Run::bare(&command).args(COMMON).args(SAME_DAY);
    for table in parts.tables() {
        whole = whole.arg(table);
    }
    assert_eq!(whole.run().code, 0);
    written.push(std::fs::read_to_string(&out).expect("a report"));
    let lines = |report: &str| -> Vec<String> { report.lines().map(str::to_owned).collect() };
    let (sums, whole) = (lines(&written[0]), lines(&written[1]));
    // The digest of the log is that of its tables in both, so only what says that sums were added up is in one of them.
    let beside: Vec<&String> = sums.iter().filter(|line| !whole.contains(line)).collect();
    let missing: Vec<&String> = whole.iter().filter(|line| !sums.contains(line)).collect();
    assert!(missing.is_empty() && beside.len() <= 1, "{missing:#?} {beside:#?}");
    assert!(written[0].contains("2 parts of the log") && !written[1].contains("parts of the log"));
}

#[test]
fn sums_add_up_in_any_order_and_grouping() {
    let parts = Parts::of(4);
    for (at, table) in parts.tables().iter().enumerate() {
        let number = format!("{}/4", at + 1);
        let ran = parts.partial(table, &format!("p/{at}.parquet"), &["--part", &number]).run();
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    }
    let merge = |from: &[&str], out: &str| -> Vec<u8> {
        let mut run = Run::bare(&["partial", "--quiet", "--out"]).arg(parts.path(out)).args(COMMON);
        for name in from {
            run = run.arg("--from-partials").arg(parts.path(name));
        }
        let ran = run.run();
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
        std::fs::read(parts.path(out)).expect("a partial")
    };
    let flat = merge(&["p"], "flat.parquet");
    assert_eq!(merge(&["p/3.parquet", "p/1.parquet", "p/0.parquet", "p/2.parquet"], "turned.parquet"), flat);
    merge(&["p/3.parquet", "p/0.parquet"], "left.parquet");
    merge(&["p/1.parquet", "p/2.parquet"], "right.parquet");
    assert_eq!(merge(&["right.parquet", "left.parquet"], "tree.parquet"), flat);
}

#[test]
fn partials_of_a_later_round_are_made_one_as_well() {
    let parts = Parts::of(3);
    assert_eq!(parts.rounds("breakeven"), 2);
    let second = Run::bare(&["partial", "--quiet", "--out"]).arg(parts.path("second.parquet"));
    let second = second.args(COMMON).arg("--from-partials").arg(parts.path("rounds/2")).run();
    assert_eq!((second.code, second.stderr.as_str()), (0, ""));
    let page = |names: &[&str]| {
        let mut run = Run::bare(&["breakeven"]).args(COMMON);
        for name in names {
            run = run.arg("--from-partials").arg(parts.path(name));
        }
        let ran = run.run();
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
        without_provenance(&ran.stdout)
    };
    assert_eq!(page(&["rounds/1", "second.parquet"]), page(&["rounds"]));
}

#[test]
fn a_stream_of_arrow_is_a_part_like_a_file() {
    let parts = Parts::of(2);
    for (at, table) in parts.tables().iter().enumerate() {
        let mut frame =
            ParquetReader::new(std::fs::File::open(table).expect("a table")).finish().expect("rows");
        let mut bytes = Vec::new();
        IpcStreamWriter::new(&mut bytes).finish(&mut frame).expect("a stream");
        let number = format!("{}/2", at + 1);
        let run =
            Run::bare(&["partial", "--as-of", DAY, "--arrow-stdin", "calls", "--part", &number]).args(COMMON);
        let run = run.arg("--out").arg(parts.path(&format!("rounds/{at}.parquet")));
        // Whoever writes it is stopped: nothing of it counts.
        if at == 0 {
            let cut = Run::bare(&["partial", "--arrow-stdin", "--out"]).arg(parts.path("cut.parquet"));
            let cut = cut.args(COMMON).stdin(&bytes[..bytes.len() - 8]).run();
            assert_eq!(cut.code, 4);
            assert!(cut.stderr.contains("end mark") && !parts.path("cut.parquet").exists(), "{}", cut.stderr);
        }
        let ran = run.stdin(&bytes).run();
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    }
    let (whole, sums) = parts.both(&["audit", "--format", "json"], "rounds");
    let [whole, sums] =
        [whole, sums].map(|page| serde_json::from_str::<serde_json::Value>(&page).expect("JSON"));
    for section in ["spent", "workloads", "tiers", "self_hosting", "unpriced"] {
        assert!(!whole[section].is_null(), "{section}");
        assert_eq!(whole[section], sums[section], "{section}");
    }
    // One log in two streams is one log.
    assert_eq!(sums["read"]["files"], 1);
    assert_eq!((&sums["read"]["rows"], &sums["read"]["calls"]), (&600.into(), &600.into()));
}

#[test]
fn what_does_not_belong_together_does_not_add_up() {
    let parts = Parts::of(3);
    let tables = parts.tables();
    let made = |table: usize, out: &str, more: &[&str]| {
        let ran = parts.partial(&tables[table], out, more).run();
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    };
    made(0, "first.parquet", &["--part", "1/3"]);
    made(1, "second.parquet", &["--part", "2/3"]);
    made(2, "third.parquet", &["--part", "3/3"]);
    made(2, "again.parquet", &["--part", "3/3"]);
    made(0, "unnumbered.parquet", &[]);
    made(0, "unnumbered-again.parquet", &[]);
    made(2, "dearer.parquet", &["--part", "3/3", "--policy", "incumbent"]);
    made(2, "of-a-run.parquet", &["--part", "3/3", "--run", "november"]);
    made(0, "all/1.parquet", &["--part", "1/1"]);
    made(1, "other/1.parquet", &["--part", "1/1"]);
    std::fs::copy(parts.path("all/1.parquet"), parts.path("whole.parquet")).expect("copied");
    let after = parts.path("whole.parquet");
    let after = after.to_str().expect("UTF-8");
    made(0, "next.parquet", &["--part", "1/1", "--for", "breakeven", "--after", after]);
    let page = |command: &[&str], names: &[&str]| {
        let mut run = Run::bare(command).args(COMMON);
        for name in names {
            run = run.arg("--from-partials").arg(parts.path(name));
        }
        let folder = parts.folder.path().display().to_string();
        run.text().replace(&folder, "[folder]")
    };
    let three = ["first.parquet", "second.parquet", "third.parquet"];
    let cases: Vec<(&str, String)> = vec![
        ("a part is missing", page(&["audit"], &three[..2])),
        ("a part is there twice", page(&["audit"], &[&three[..], &["again.parquet"]].concat())),
        ("the same calls twice", page(&["audit"], &["unnumbered.parquet", "unnumbered-again.parquet"])),
        ("another scenario", page(&["audit"], &["first.parquet", "second.parquet", "dearer.parquet"])),
        ("another run", page(&["audit"], &["first.parquet", "second.parquet", "of-a-run.parquet"])),
        ("numbered and not", page(&["audit"], &["second.parquet", "unnumbered.parquet"])),
        ("another day", page(&["audit", "--as-of", "2026-07-01"], &three)),
        ("flags that are not repeated", page(&["audit", "--policy", "incumbent"], &three)),
        ("a round is left", page(&["breakeven"], &three)),
        ("a round of other sums", page(&["breakeven"], &["other/1.parquet", "next.parquet"])),
        ("a round alone", page(&["breakeven"], &["next.parquet"])),
        ("no partial", page(&["audit"], &["log/0.parquet"])),
        ("not there", page(&["audit"], &["nowhere"])),
        ("single calls", page(&["explain", "c1"], &three)),
        ("a gate", page(&["gate"], &three)),
        ("held out", page(&["audit", "--holdout", "2026-06-07"], &three)),
    ];
    let mut text = String::new();
    for (name, told) in cases {
        writeln!(text, "# {name}\n{told}").expect("text");
    }
    insta::assert_snapshot!(text);
    // A job whose list of files is empty must not add up the sample.
    let nothing = Run::bare(&["partial", "--no-config", "--out"]).arg(parts.path("none.parquet")).run();
    assert_eq!((nothing.code, nothing.stderr.lines().next()), (2, Some("error: no log is named")));
    // Nothing is left to ask: a file would be empty.
    let nothing = parts.partial(&tables[0], "none.parquet", &["--part", "1/1", "--after", after]).run();
    assert_eq!(nothing.code, 2);
    assert!(nothing.stderr.contains("no round is left") && !parts.path("none.parquet").exists());
}

#[test]
fn rules_that_name_no_call_of_any_part_are_told() {
    let parts = Parts::of(2);
    let scenario = parts.path("mine.toml");
    let text = "[[workload]]\nname = \"mine\"\nmatch = { user = \"user-1\" }\n[[workload]]\nname = \"idle\"\nmatch = { user = \"nobody\" }\n";
    std::fs::write(&scenario, text).expect("written");
    let scenario = scenario.to_str().expect("UTF-8");
    for (at, table) in parts.tables().iter().enumerate() {
        let ran = parts.partial(table, &format!("p/{at}.parquet"), &["--scenario", scenario]).run();
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    }
    let (whole, sums) = parts.both(&["audit", "--scenario", scenario], "p");
    assert_eq!(without_provenance(&whole), without_provenance(&sums));
    assert!(sums.contains("idle-rule") && sums.contains("workload `idle`"), "{sums}");
}
