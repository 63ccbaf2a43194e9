//! The same calls give the same bytes, however they are packed, split or threaded.

use std::io::Write as _;

use serde_json::Value;

use polars::prelude::{
    CsvReadOptions, DataFrame, Int64Chunked, IntoSeries as _, ParquetReader, ParquetWriter, SerReader as _,
};

use super::{Run, fixtures};

/// A page without what names the file it came from.
fn numbers(run: Run) -> String {
    let page = run.json();
    let parts = ["read", "spent", "workloads", "tiers", "self_hosting"].map(|key| {
        let mut part = page[key].clone();
        if let Some(read) = part.as_object_mut() {
            read.remove("files");
        }
        part.to_string()
    });
    parts.join("\n")
}

#[test]
fn the_same_input_twice_gives_the_same_bytes() {
    for format in ["text", "json", "csv", "markdown"] {
        let run = || Run::audit(&["claude_code", "table/calls.csv", "--format", format]).run().stdout;
        assert_eq!(run(), run(), "{format}");
    }
}

#[test]
fn one_thread_or_four_give_the_same_bytes() {
    let on = |threads: &str| {
        Run::audit(&["claude_code", "table", "litellm", "--threads", threads, "--format", "json"]).run()
    };
    let (one, four) = (on("1"), on("4"));
    assert_eq!(one.code, 0, "{}", one.stderr);
    assert_eq!(one.stdout, four.stdout);
}

#[test]
fn csv_tsv_json_lines_and_parquet_of_the_same_calls_agree() {
    let csv = numbers(Run::audit(&["table/calls.csv"]));
    assert_eq!(numbers(Run::audit(&["table/calls.tsv"])), csv);
    assert_eq!(numbers(Run::audit(&["table/calls.jsonl"])), csv);

    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("calls.parquet");
    let mut frame = CsvReadOptions::default()
        .try_into_reader_with_file_path(Some(fixtures().join("logs/table/calls.csv")))
        .and_then(polars::prelude::CsvReader::finish)
        .expect("a frame");
    ParquetWriter::new(std::fs::File::create(&path).expect("a file")).finish(&mut frame).expect("written");
    assert_eq!(numbers(Run::audit(&[path.to_str().expect("UTF-8")])), csv);
}

#[test]
fn a_converted_table_is_audited_where_it_lies_and_gives_the_same() {
    let folder = tempfile::tempdir().expect("a folder");
    // Calls, rows of many calls, searches, stated costs, calls without a date and without a price.
    for log in ["claude_code", "table/calls.csv", "litellm", "formats"] {
        let out = folder.path().join("calls.parquet");
        let name = out.to_str().expect("UTF-8");
        let converted = Run::bare(&["logs", "convert", log, "--out", name]).run();
        assert_eq!(converted.code, 0, "{}", converted.stderr);
        let (original, stored) = (Run::audit(&[log]).json(), Run::audit(&[name]).json());
        for part in ["spent", "workloads", "tiers", "self_hosting", "unpriced", "rules"] {
            assert_eq!(stored[part], original[part], "{log} {part}");
        }
        for count in ["calls", "in_uncached", "in_cache_read", "in_cache_write_1h", "out_total"] {
            assert_eq!(stored["read"][count], original["read"][count], "{log} {count}");
        }
        // In two pieces, which are taken as they are.
        let twice = Run::audit(&[name, name]).json();
        assert_eq!(twice["spent"], stored["spent"], "the same file is one file");
        let copy = folder.path().join("copy.parquet");
        std::fs::copy(&out, &copy).expect("copied");
        let both = Run::audit(&[name, copy.to_str().expect("UTF-8")]).json();
        assert_eq!(both["read"]["rows"].as_u64(), stored["read"]["rows"].as_u64().map(|rows| 2 * rows));
    }
}

#[test]
fn a_table_is_read_where_it_lies_only_if_every_row_is_one_that_a_table_may_have() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name).to_str().expect("UTF-8").to_owned();
    let convert = |log: &str, out: &str| {
        assert_eq!(Run::bare(&["logs", "convert", log, "--out", out]).run().code, 0);
        ParquetReader::new(std::fs::File::open(out).expect("a file")).finish().expect("a table")
    };
    let write = |frame: &mut DataFrame, name: &str| {
        ParquetWriter::new(std::fs::File::create(at(name)).expect("a file")).finish(frame).expect("written");
        Run::audit(&[&at(name)]).json()
    };
    let mut sound = convert("table/calls.csv", &at("sound.parquet"));
    // A call has the place that it had in its log, which only a table that is not loaded keeps.
    let place = [
        "explain",
        "table/calls.csv:2",
        &at("sound.parquet"),
        "--data",
        "../data",
        "--benchmark",
        "fixture-index",
    ];
    assert_eq!(Run::bare(&place).run().code, 0);
    let calls = sound.height() as u64;
    let out = sound.column("out_total").and_then(|column| column.i64().cloned()).expect("a column");
    for (name, first) in [("negative.parquet", -1), ("large.parquet", 20_000_000_000)] {
        let changed: Int64Chunked =
            out.iter().enumerate().map(|(row, n)| if row == 0 { Some(first) } else { n }).collect();
        let mut frame = sound.clone();
        frame.with_column(changed.into_series().with_name("out_total".into()).into()).expect("a column");
        let page = write(&mut frame, name);
        assert_eq!(page["read"]["rejected"], 1, "{name}");
        assert_eq!(page["read"]["calls"].as_u64(), Some(calls - 1), "{name}");
    }
    // Tables of other columns are no one table: they are loaded, and merged.
    let mut fewer = sound.drop("latency_ms").expect("a column");
    write(&mut fewer, "fewer.parquet");
    let both = Run::audit(&[&at("sound.parquet"), &at("fewer.parquet")]).json();
    assert_eq!(both["read"]["rows"].as_u64(), Some(2 * calls));
    assert_eq!(both["spent"], write(&mut sound, "again.parquet")["spent"]);
}

#[test]
fn sums_by_day_and_by_hour_add_up_to_the_audit() {
    let folder = tempfile::tempdir().expect("a folder");
    let sums = |by: &str| {
        let out = folder.path().join(format!("{by}.jsonl"));
        let page = Run::bare(&["audit", "--sums", out.to_str().expect("UTF-8"), "--sums-by", by]).json();
        let text = std::fs::read_to_string(&out).expect("a table");
        let rows: Vec<Value> = text.lines().map(|row| serde_json::from_str(row).expect("JSON")).collect();
        (page, rows)
    };
    let (page, days) = sums("day");
    let (_, hours) = sums("hour");
    assert!(hours.len() > days.len());
    let of = |rows: &[Value], way: &str, key: &str| -> i64 {
        rows.iter().filter(|row| row["way"] == way).map(|row| row[key].as_i64().unwrap_or(0)).sum()
    };
    for key in ["calls", "tokens", "cost_pusd"] {
        assert_eq!(of(&days, "logged", key), of(&hours, "logged", key));
        assert_eq!(of(&days, "routed", key), of(&hours, "routed", key));
    }
    assert_eq!(of(&days, "logged", "tokens"), of(&days, "routed", "tokens"));
    let spent: f64 = page["spent"]["spent_usd"].as_str().and_then(|text| text.parse().ok()).expect("dollars");
    assert!((of(&days, "logged", "cost_pusd") as f64 / 1e12 - spent).abs() < 1e-9);
    // An hour begins on the hour, a day at midnight.
    let starts = |rows: &[Value], end: &str| {
        rows.iter().all(|row| row["start"].as_str().is_some_and(|start| start.ends_with(end)))
    };
    assert!(starts(&days, "T00:00:00.000000Z") && starts(&hours, ":00:00.000000Z"));
}

#[test]
fn compressed_files_and_standard_input_agree_with_the_plain_file() {
    let plain = std::fs::read(fixtures().join("logs/table/calls.csv")).expect("a fixture");
    let expected = numbers(Run::audit(&["table/calls.csv"]));
    assert_eq!(numbers(Run::audit(&["-"]).stdin(&plain)), expected);

    let folder = tempfile::tempdir().expect("a folder");
    let gz = folder.path().join("calls.csv.gz");
    let mut encoder = flate2::write::GzEncoder::new(
        std::fs::File::create(&gz).expect("a file"),
        flate2::Compression::fast(),
    );
    encoder.write_all(&plain).and_then(|()| encoder.finish().map(drop)).expect("written");
    assert_eq!(numbers(Run::audit(&[gz.to_str().expect("UTF-8")])), expected);

    let zst = folder.path().join("calls.csv.zst");
    std::fs::write(&zst, zstd::encode_all(plain.as_slice(), 1).expect("compressed")).expect("written");
    assert_eq!(numbers(Run::audit(&[zst.to_str().expect("UTF-8")])), expected);
}

#[test]
fn a_cut_archive_keeps_the_rows_before_the_cut() {
    let header = "call_id,model_raw,in_uncached,out_total\n";
    // Numbers that do not compress away, so that the cut falls among them.
    let rows: String = (0..5_000_u64)
        .map(|n| format!("c{n},gpt-4o,{},{}\n", n * 7_919 % 104_729, n * 104_729 % 7_919))
        .collect();
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(format!("{header}{rows}").as_bytes()).expect("compressed");
    let whole = encoder.finish().expect("compressed");
    let page = Run::audit(&["-"]).stdin(&whole[..whole.len() / 2]).json();
    assert!(page["read"]["calls"].as_u64().is_some_and(|calls| calls > 1_000));
    assert_eq!(page["read"]["rejected"], 1);
}

#[test]
fn a_log_in_two_files_sums_to_the_log_in_one() {
    let text = std::fs::read_to_string(fixtures().join("logs/table/calls.csv")).expect("a fixture");
    let lines: Vec<&str> = text.lines().collect();
    let folder = tempfile::tempdir().expect("a folder");
    for (name, rows) in [("a.csv", &lines[1..4]), ("b.csv", &lines[4..])] {
        std::fs::write(folder.path().join(name), format!("{}\n{}\n", lines[0], rows.join("\n")))
            .expect("written");
    }
    let split = numbers(Run::audit(&[folder.path().to_str().expect("UTF-8")]));
    assert_eq!(split, numbers(Run::audit(&["table/calls.csv"])));
}

#[test]
fn the_order_of_rows_does_not_change_the_sums() {
    let text = std::fs::read_to_string(fixtures().join("logs/table/calls.csv")).expect("a fixture");
    let (header, rows) = text.split_once('\n').expect("a header");
    let mut rows: Vec<&str> = rows.lines().collect();
    let expected = numbers(Run::audit(&["-"]).stdin(text.as_bytes()));
    for turn in 0..rows.len() {
        rows.rotate_left(1);
        if turn % 2 == 0 {
            rows.reverse();
        }
        let log = format!("{header}\n{}\n", rows.join("\n"));
        assert_eq!(numbers(Run::audit(&["-"]).stdin(log.as_bytes())), expected);
    }
}

#[test]
fn whatever_changes_the_page_changes_its_provenance() {
    let digests = |run: Run| {
        let page = run.json();
        ["log_blake3", "prices_sha256", "facts_sha256", "scenario_sha256"]
            .map(|key| page["provenance"][key].clone())
    };
    let plain = digests(Run::audit(&["table/azure.csv", "--as-of", "2026-06-15"]));
    for change in
        [&["--model", "gpt-4o"][..], &["--tolerance", "3"], &["--days", "30"], &["--no-context-tiers"]]
    {
        let arguments = [&["table/azure.csv", "--as-of", "2026-06-15"], change].concat();
        assert_ne!(digests(Run::audit(&arguments)), plain, "{change:?}");
    }
}
