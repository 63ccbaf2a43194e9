//! Charts of ordinary and of odd logs: nothing overlaps, nothing is cut, and the three files of a drawing are the same picture.

use std::fmt::Write as _;
use std::path::Path;

use switchpoint::outputs::charts::font::{MISSING, Weight, width};

use crate::cli::{Run, fixtures};

/// A text with the box it takes.
#[derive(Debug)]
struct Placed {
    text: String,
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
}

fn texts(svg: &str) -> (Vec<Placed>, (f64, f64)) {
    let document = roxmltree::Document::parse(svg).expect("SVG");
    let root = document.root_element();
    let number = |node: &roxmltree::Node<'_, '_>, name: &str| -> f64 {
        node.attribute(name).unwrap_or_else(|| panic!("{name}")).parse().expect("a number")
    };
    let placed = document.descendants().filter(|node| node.has_tag_name("text")).map(|node| {
        let text = node.text().unwrap_or_default().to_owned();
        let weight = match node.attribute("font-weight") {
            Some("600") => Weight::SemiBold,
            Some("500") => Weight::Medium,
            _ => Weight::Regular,
        };
        let (x, y, size) = (number(&node, "x"), number(&node, "y"), number(&node, "font-size"));
        let wide = width(&text, size, weight);
        let left = match node.attribute("text-anchor") {
            Some("end") => x - wide,
            Some("middle") => x - wide / 2.0,
            _ => x,
        };
        Placed { text, left, right: left + wide, top: y - 0.727 * size, bottom: y }
    });
    (placed.collect(), (number(&root, "width"), number(&root, "height")))
}

/// Every chart of a log, as SVG with texts; those that cannot be drawn say why.
fn charts(log: &str, more: &[&str]) -> (Vec<(String, String)>, String) {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("calls.csv"), log).expect("written");
    let ran = Run::bare(&[
        "chart",
        "--all",
        "calls.csv",
        "--out",
        "out",
        "--as",
        "svg-text",
        "--benchmark",
        "fixture-index",
    ])
    .arg("--data")
    .arg(fixtures().join("data"))
    .within(folder.path())
    .args(more)
    .run();
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{}", ran.stdout);
    (read(&folder.path().join("out")), ran.stdout)
}

fn read(folder: &Path) -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> = std::fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| {
            let path = entry.expect("an entry").path();
            (
                path.file_name().expect("a name").to_string_lossy().into_owned(),
                std::fs::read_to_string(&path).expect("a file"),
            )
        })
        .collect();
    files.sort();
    files
}

/// No text leaves the picture, and none lies over another.
fn tidy(charts: &[(String, String)]) {
    for (name, svg) in charts {
        assert!(!svg.contains("NaN") && !svg.contains("inf"), "{name}");
        let (texts, (width, height)) = texts(svg);
        assert!(texts.len() > 3, "{name}");
        for text in &texts {
            let inside =
                text.left >= 0.0 && text.right <= width + 0.5 && text.top >= 0.0 && text.bottom <= height;
            assert!(inside, "{name}: `{}` at {text:?}", text.text);
        }
        for (at, one) in texts.iter().enumerate() {
            for other in &texts[at + 1..] {
                let wide = one.right.min(other.right) - one.left.max(other.left);
                let high = one.bottom.min(other.bottom) - one.top.max(other.top);
                assert!(
                    wide < 1.0 || high < 1.0,
                    "{name}: `{}` {one:?} over `{}` {other:?}",
                    one.text,
                    other.text
                );
            }
        }
    }
}

/// Calls of some workloads on each of some days.
fn log(days: u32, workloads: &[String], model: &str) -> String {
    let mut text =
        "call_id,ts_start,workload,user,seller,model_raw,in_uncached,in_cache_read,out_total\n".to_owned();
    for day in 0..days {
        for (at, name) in workloads.iter().enumerate() {
            let date = format!("2026-{:02}-{:02}", 6 + day / 30, day % 30 + 1);
            let tokens = 20_000 + 700 * at;
            writeln!(
                text,
                "c{day}-{at},{date}T10:00:00Z,\"{name}\",user {at},anthropic,{model},{tokens},5000,900"
            )
            .expect("text");
        }
    }
    text
}

const SONNET: &str = "claude-sonnet-4-20250514";

#[test]
fn charts_of_an_ordinary_log_are_tidy_at_every_size_and_in_the_dark() {
    let names: Vec<String> = ["support", "search", "triage"].map(str::to_owned).to_vec();
    let log = log(28, &names, SONNET);
    let folder = tempfile::tempdir().expect("a folder");
    let baseline = folder.path().join("base.json");
    std::fs::write(folder.path().join("before.csv"), self::log(14, &names[1..], "claude-opus-4-8"))
        .expect("written");
    let saved =
        Run::bare(&["baseline", "save", "before.csv", "--out", "base.json", "--benchmark", "fixture-index"])
            .arg("--data")
            .arg(fixtures().join("data"))
            .within(folder.path())
            .run();
    assert_eq!(saved.code, 0, "{}", saved.stderr);
    let baseline = ["--baseline", baseline.to_str().expect("UTF-8")];
    for more in [&[][..], &["--size", "column"], &["--size", "page", "--dark"]] {
        let (charts, told) = charts(&log, &[&baseline, more].concat());
        let names: Vec<&str> = charts.iter().map(|(name, _)| name.as_str()).collect();
        for name in [
            "spend",
            "workloads",
            "tokens",
            "conditions",
            "frontier",
            "breakeven",
            "load",
            "gain",
            "waterfall",
            "projection",
            "seats",
            "bridge",
        ] {
            assert!(names.contains(&format!("{name}.text.svg").as_str()), "{name}: {told}");
        }
        tidy(&charts);
    }
}

#[test]
fn one_call_is_enough() {
    let (charts, told) = charts(&log(1, &["support".to_owned()], SONNET), &["--days", "30"]);
    assert!(charts.len() >= 5, "{told}");
    tidy(&charts);
}

#[test]
fn many_workloads_with_long_names_in_other_scripts_stay_within_the_picture() {
    let names: Vec<String> = (0..200)
        .map(|n| match n % 3 {
            0 => format!("a workload whose name has eighty characters and whose number at the end is {n}"),
            1 => format!("検索と要約のための長い名前のワークロード {n}"),
            _ => format!("<b>&{n}"),
        })
        .collect();
    let (charts, told) = charts(&log(15, &names, SONNET), &[]);
    assert!(charts.len() >= 8, "{told}");
    tidy(&charts);
    let (_, workloads) = charts.iter().find(|(name, _)| name == "workloads.text.svg").expect("a chart");
    assert!(workloads.contains(MISSING) && workloads.contains("the 16 dearest of 200"));
}

#[test]
fn a_routing_that_costs_more_says_so() {
    let names = vec!["support".to_owned()];
    let dearer = ["--assign", "support=claude-opus-4-8@anthropic"];
    let (charts, _) = charts(&log(20, &names, SONNET), &dearer);
    tidy(&charts);
    let (_, spend) = charts.iter().find(|(name, _)| name == "spend.text.svg").expect("a chart");
    assert!(spend.contains("The routing asked for would have cost"), "{spend}");
}

#[test]
fn nothing_to_draw_is_told() {
    let text = "call_id,seller,model_raw,in_uncached,out_total\na,anthropic,nobody-knows-1,10,10\n";
    let (charts, told) = charts(text, &[]);
    tidy(&charts);
    assert!(
        told.contains("no call has a price above nothing") && told.contains("the calls have no dates"),
        "{told}"
    );
    let ran = Run::bare(&["chart", "spnd"]).run();
    assert_eq!(
        (ran.code, ran.stderr.as_str()),
        (2, "error: there is no chart `spnd`; did you mean `spend`?\n")
    );
    let ran = Run::bare(&["chart"]).run();
    assert_eq!(ran.code, 0);
    assert!(ran.stdout.contains("waterfall"));
}

#[test]
fn the_files_of_a_drawing_are_one_picture_and_the_same_bytes_each_time() {
    let folder = tempfile::tempdir().expect("a folder");
    let draw = |out: &str| {
        let ran = Run::bare(&[
            "chart",
            "tokens",
            "workloads",
            "--out",
            out,
            "--as",
            "svg,svg-text,png,pdf",
            "--as-of",
            "2026-11-10",
        ])
        .within(folder.path())
        .run();
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    };
    draw("one");
    draw("two");
    for name in ["tokens", "workloads"] {
        for ending in ["svg", "text.svg", "png", "pdf"] {
            let of = |out: &str| {
                std::fs::read(folder.path().join(out).join(format!("{name}.{ending}"))).expect("a file")
            };
            assert_eq!(of("one"), of("two"), "{name}.{ending}");
        }
        let bytes =
            |ending: &str| std::fs::read(folder.path().join(format!("one/{name}.{ending}"))).expect("a file");
        let svg = String::from_utf8(bytes("svg")).expect("UTF-8");
        // Outlines need no font; the texts of the other one are all there as glyphs.
        assert!(!svg.contains("<text") && svg.contains("<path"));
        let text = String::from_utf8(bytes("text.svg")).expect("UTF-8");
        let options = resvg::usvg::Options {
            fontdb: switchpoint::outputs::charts::font::database(),
            font_family: "Inter".to_owned(),
            ..resvg::usvg::Options::default()
        };
        let tree = resvg::usvg::Tree::from_str(&text, &options).expect("SVG");
        fn count(group: &resvg::usvg::Group) -> usize {
            let of = |node: &resvg::usvg::Node| match node {
                resvg::usvg::Node::Group(group) => count(group),
                resvg::usvg::Node::Text(_) => 1,
                _ => 0,
            };
            group.children().iter().map(of).sum()
        }
        // A font that is not there loses its text without a word.
        assert_eq!(count(tree.root()), text.matches("<text").count());
        let png = bytes("png");
        assert_eq!(&png[..8], b"\x89PNG\r\n\x1a\n");
        let size = |at: usize| u32::from_be_bytes([png[at], png[at + 1], png[at + 2], png[at + 3]]);
        assert_eq!(size(16), 2 * 880);
        assert!(bytes("pdf").starts_with(b"%PDF-"));
    }
}
