//! Reports: the same bytes each time, tagged and archivable, with every text of a log as text and nothing fetched.
//!
//! `UPDATE_SAMPLES=1 cargo test samples` writes `reports/samples` anew.

use std::fs;
use std::path::{Path, PathBuf};

use crate::cli::{Run, fixtures};

/// A log whose names are what nobody should write.
const HOSTILE: &str = "call_id,ts_start,workload,user,seller,model_raw,in_uncached,out_total
a,2026-06-01T10:00:00Z,<img src=x onerror=alert(1)>,u1,anthropic,claude-sonnet-4-20250514,20000,900
b,2026-06-02T10:00:00Z,#panic(\"x\") $x$ *b* _i_ @c <d> \\ `e`,u2,anthropic,claude-sonnet-4-20250514,21000,900
c,2026-06-03T10:00:00Z,{{ brand }} {% raw %} =HYPERLINK(1),u3,anthropic,claude-sonnet-4-20250514,22000,900
d,2026-06-04T10:00:00Z,検索と要約,u4,anthropic,claude-sonnet-4-20250514,23000,900
";

fn report(folder: &Path, log: &str, arguments: &[&str]) -> (i32, String, String) {
    fs::write(folder.join("calls.csv"), log).expect("written");
    let ran = Run::bare(&["report", "calls.csv", "--benchmark", "fixture-index", "--days", "30"])
        .arg("--data")
        .arg(fixtures().join("data"))
        .within(folder)
        .args(arguments)
        .run();
    (ran.code, ran.stdout, ran.stderr)
}

fn fine(folder: &Path, log: &str, arguments: &[&str]) -> Vec<u8> {
    let (code, _, stderr) = report(folder, log, arguments);
    assert_eq!((code, stderr.as_str()), (0, ""), "{arguments:?}");
    let out = arguments.iter().position(|argument| *argument == "--out").expect("--out") + 1;
    fs::read(folder.join(arguments[out])).expect("a report")
}

fn has(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[test]
fn a_pdf_is_the_same_twice_and_says_that_it_is_tagged_and_archivable() {
    let folder = tempfile::tempdir().expect("a folder");
    let one = fine(folder.path(), HOSTILE, &["--out", "one.pdf"]);
    let two = fine(folder.path(), HOSTILE, &["--out", "two.pdf", "--threads", "1"]);
    assert!(one == two);
    assert!(one.starts_with(b"%PDF-1.7"));
    for said in ["<pdfaid:part>2</pdfaid:part>", "<pdfuaid:part>1</pdfuaid:part>", "/Outlines"] {
        assert!(has(&one, said), "{said}");
    }
}

#[test]
fn html_is_one_file_without_script_and_names_stay_names() {
    let folder = tempfile::tempdir().expect("a folder");
    let bytes = fine(folder.path(), HOSTILE, &["--out", "page.html"]);
    let page = String::from_utf8(bytes).expect("UTF-8");
    assert!(!page.contains("<img src=x") && page.contains("&lt;img src=x onerror=alert(1)&gt;"));
    assert!(page.contains("{{ brand }} {% raw %}") && page.contains("検索と要約"));
    assert!(!page.contains("<script") && !page.contains("<link") && !page.contains("@import"));
    for (at, _) in
        page.match_indices("url(").chain(page.match_indices("src=\"")).chain(page.match_indices("href=\""))
    {
        let address = page[at..].split_once(['(', '"']).expect("an address").1;
        assert!(address.starts_with("data:") || address.starts_with('#'), "{}", &address[..40]);
    }
    assert!(page.matches("<svg").count() >= 8);
    for chapter in [
        "spend",
        "routing",
        "breakeven",
        "projection",
        "risk",
        "assumptions",
        "method",
        "provenance",
        "glossary",
    ] {
        assert!(
            page.contains(&format!("<a href=\"#{chapter}\">")) && page.contains(&format!("id=\"{chapter}\"")),
            "{chapter}"
        );
    }
}

#[test]
fn markdown_comes_with_its_pictures() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = fine(folder.path(), HOSTILE, &["--format", "markdown", "--out", "wiki/page.md"]);
    let text = String::from_utf8(text).expect("UTF-8");
    assert!(text.contains("\\<img src=x onerror=alert(1)>"));
    let mut pictures = 0;
    for (at, _) in text.match_indices("](<page/") {
        let name = text[at + 3..].split('>').next().expect("a name");
        assert!(folder.path().join("wiki").join(name).is_file(), "{name}");
        pictures += 1;
    }
    assert!(pictures >= 8);
}

#[test]
fn odd_logs_have_reports_in_every_form() {
    let head = "call_id,ts_start,workload,seller,model_raw,in_uncached,out_total\n";
    let one = format!("{head}a,2026-06-01T10:00:00Z,support,anthropic,claude-sonnet-4-20250514,20000,900\n");
    let unpriced = format!("{head}a,2026-06-01T10:00:00Z,support,anthropic,nobody-knows-1,20000,900\n");
    let dearer: &[&str] = &["--assign", "support=claude-opus-4-8@anthropic"];
    let folder = tempfile::tempdir().expect("a folder");
    let cases = [
        (&one, &[][..], "1 call cost $0.0735. "),
        (&unpriced, &[], "No call has a price, so it is not known."),
        (&one, dearer, " more than as logged, "),
    ];
    for (log, more, told) in cases {
        let page = fine(folder.path(), log, &[&["--out", "r.html"], more].concat());
        let page = String::from_utf8(page).expect("UTF-8");
        assert!(!page.contains("NaN") && !page.contains("inf "), "{log}");
        assert!(page.replace("</p>", " ").contains(told), "{told}");
        assert!(fine(folder.path(), log, &[&["--out", "r.pdf"], more].concat()).starts_with(b"%PDF"));
    }
}

#[test]
fn a_company_brings_its_own_paper() {
    let folder = tempfile::tempdir().expect("a folder");
    let ran = Run::bare(&["report", "--write-template", "paper"]).within(folder.path()).run();
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    let paper = folder.path().join("paper");
    fs::write(
        paper.join("brand.toml"),
        "company = \"Example & Co\"\naccent = \"#7a1f5c\"\npaper = \"us-letter\"\nlogo = \"logo.svg\"\n",
    )
    .expect("written");
    let logo = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"60\" height=\"20\"><rect width=\"60\" height=\"20\"/></svg>";
    fs::write(paper.join("logo.svg"), logo).expect("written");
    let page = fine(folder.path(), HOSTILE, &["--template", "paper", "--out", "own.html"]);
    let page = String::from_utf8(page).expect("UTF-8");
    assert!(
        page.contains("Example &amp; Co")
            && page.contains("--accent: #7a1f5c")
            && page.contains("size: letter")
    );
    let pdf = fine(folder.path(), HOSTILE, &["--template", "paper", "--out", "own.pdf"]);
    assert!(has(&pdf, "612 792"), "letter paper");
    let again = Run::bare(&["report", "--write-template", "paper"]).within(folder.path()).run();
    assert_eq!(again.code, 2);
    assert!(again.stderr.contains("is there already"), "{}", again.stderr);
    fs::write(paper.join("report.typ"), "#nothing()").expect("written");
    let (code, _, stderr) = report(folder.path(), HOSTILE, &["--template", "paper", "--out", "bad.pdf"]);
    assert_eq!(code, 2);
    assert_eq!(stderr, "error: the template is wrong: report.typ line 1: unknown variable: nothing\n");
    assert!(!folder.path().join("bad.pdf").exists());
}

#[test]
fn mistakes_are_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let told = |arguments: &[&str]| {
        let (code, _, stderr) = report(folder.path(), HOSTILE, arguments);
        (code, stderr)
    };
    assert_eq!(
        told(&["--out", "report.docx"]),
        (2, "error: a report does not end in `.docx`\n\nhint: --format pdf, html, markdown\n".to_owned())
    );
    assert_eq!(told(&["--format", "pdf", "--format", "html"]).0, 2);
    assert_eq!(told(&["--template", "nowhere"]).0, 2);
    let audit = Run::bare(&["audit", "--format", "pdf"]).run();
    assert_eq!((audit.code, audit.stderr.as_str()), (2, "error: only `switchpoint report` is PDF or HTML\n"));
}

/// What is committed of the sample log: file and command.
const SAMPLES: &[&[&str]] = &[
    &["report", "--no-synced", "--out", "report.pdf"],
    &["report", "--no-synced", "--out", "report.html"],
    &[
        "chart",
        "spend",
        "workloads",
        "breakeven",
        "--no-synced",
        "--as-of",
        "2026-11-08",
        "--as",
        "png",
        "--out",
        ".",
    ],
];

#[test]
fn samples_are_current() {
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("reports/samples");
    let folder = tempfile::tempdir().expect("a folder");
    let update = std::env::var_os("UPDATE_SAMPLES").is_some();
    let made = if update { committed.clone() } else { folder.path().to_owned() };
    fs::create_dir_all(&made).expect("a folder");
    for command in SAMPLES {
        let ran = Run::bare(command).within(&made).run();
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{command:?}");
    }
    let names = |folder: &Path| -> Vec<PathBuf> {
        let entries = fs::read_dir(folder).expect("a folder");
        let mut names: Vec<PathBuf> =
            entries.map(|entry| PathBuf::from(entry.expect("an entry").file_name())).collect();
        names.sort();
        names
    };
    assert_eq!(names(&committed), names(&made), "run `UPDATE_SAMPLES=1 cargo test samples`");
    for name in names(&committed) {
        let same =
            fs::read(committed.join(&name)).expect("a file") == fs::read(made.join(&name)).expect("a file");
        assert!(same, "{}: run `UPDATE_SAMPLES=1 cargo test samples`", name.display());
    }
}
