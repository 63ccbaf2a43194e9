//! Every way in which an input can be bad: what is wrong, where, what to do; good rows are kept and none is lost.

use super::Run;

fn refused(arguments: &[&str]) -> String {
    Run::audit(arguments).text()
}

#[test]
fn a_cut_last_line_costs_that_line_only() {
    let page = Run::audit(&["bad/cut.jsonl"]).json();
    assert_eq!((page["read"]["calls"].clone(), page["read"]["rejected"].clone()), (2.into(), 1.into()));
    let message = page["findings"][0]["message"].as_str().expect("a message");
    assert!(message.contains("bad/cut.jsonl line 3: the last line is cut off"), "{message}");
}

#[test]
fn a_line_that_is_no_json_costs_that_line_only() {
    let page = Run::audit(&["bad/not_json.jsonl"]).json();
    assert_eq!((page["read"]["calls"].clone(), page["read"]["rejected"].clone()), (2.into(), 1.into()));
    let message = page["findings"][0]["message"].as_str().expect("a message");
    assert!(message.contains("line 2: not JSON"), "{message}");
}

#[test]
fn negative_counts_words_for_counts_and_short_rows_are_each_rejected_with_their_line() {
    let page = Run::audit(&["bad/negative.csv"]).json();
    let read = ["rows", "calls", "rejected"].map(|key| page["read"][key].as_u64());
    assert_eq!(read, [Some(4), Some(1), Some(3)]);
    let message = page["findings"][0]["message"].as_str().expect("a message");
    for part in [
        "line 3: uncached input tokens are negative (-5)",
        "line 4: `in_uncached` is not a whole number: `many`",
        "line 5: the number of fields is 4, that of the header 13",
    ] {
        assert!(message.contains(part), "{part} in {message}");
    }
}

#[test]
fn a_missing_column_names_what_is_there_and_what_to_do() {
    insta::assert_snapshot!(refused(&["bad/missing_column.csv"]));
}

#[test]
fn a_map_for_other_columns_names_those_that_are_missing() {
    insta::assert_snapshot!(refused(&["table/azure.csv", "--map", "table/own_columns.map.toml"]));
}

#[test]
fn an_empty_file_says_so() {
    insta::assert_snapshot!(refused(&["bad/empty.jsonl"]));
}

#[test]
fn files_that_only_look_like_sessions_hold_no_call() {
    insta::assert_snapshot!(refused(&["bad/status_line.json", "bad/no_usage.jsonl"]));
}

#[test]
fn a_file_that_does_not_exist_says_so() {
    insta::assert_snapshot!(refused(&["nowhere.jsonl"]));
}

#[test]
fn a_pattern_without_a_match_says_so() {
    insta::assert_snapshot!(refused(&["*.nothing"]));
}

#[test]
fn an_address_is_not_fetched() {
    insta::assert_snapshot!(refused(&["https://example.com/log.jsonl"]));
}

#[test]
fn a_folder_without_a_log_says_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().to_str().expect("UTF-8");
    let ran = Run::audit(&[path]).run();
    assert_eq!(ran.code, 4);
    assert!(ran.stderr.contains("no log in folder"), "{}", ran.stderr);
}

#[test]
fn a_file_that_cannot_be_read_says_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("log.jsonl.gz");
    // A header of gzip and nothing behind it: the first byte cannot be had.
    std::fs::write(&path, [0x1f, 0x8b, 0x08, 0, 0, 0, 0, 0, 0, 3]).expect("written");
    let ran = Run::audit(&[path.to_str().expect("UTF-8")]).run();
    assert_eq!((ran.code, ran.stdout.as_str()), (4, ""));
    assert!(ran.stderr.contains("cannot be read"), "{}", ran.stderr);
}

#[cfg(unix)]
#[test]
fn a_file_without_permission_says_so() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("log.jsonl");
    std::fs::write(&path, "{}").expect("written");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o000)).expect("set");
    if std::fs::File::open(&path).is_ok() {
        // The superuser reads everything: nothing to see here.
        return;
    }
    let ran = Run::audit(&[path.to_str().expect("UTF-8")]).run();
    assert_eq!(ran.code, 4);
    assert!(ran.stderr.contains("cannot be read"), "{}", ran.stderr);
}

#[test]
fn a_good_file_beside_a_bad_one_is_read_and_the_bad_one_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let cut = folder.path().join("cut.jsonl.gz");
    std::fs::write(&cut, [0x1f, 0x8b, 0x08, 0, 0, 0, 0, 0, 0, 3]).expect("written");
    let cut = cut.to_str().expect("UTF-8");
    let page = Run::audit(&["table/calls.csv", "bad/empty.jsonl", cut, "bad/status_line.json"]).json();
    let skipped: Vec<_> =
        page["findings"].as_array().expect("rows").iter().filter(|f| f["code"] == "skipped-file").collect();
    assert_eq!(skipped.len(), 3);
    assert_eq!(page["read"]["calls"], 7);
}

#[test]
fn wrong_usage_is_exit_code_two() {
    for arguments in [
        &["--format", "word"][..],
        &["--format", "json", "--format", "csv"],
        &["--days", "-3"],
        &["--days", "0"],
        &["--as-of", "yesterday"],
        &["--threads", "0"],
        &["--threads", "100000"],
        &["--tolerance", "-1"],
        &["--map", "nowhere.toml"],
        &["--scenario", "nowhere.toml"],
    ] {
        let ran = Run::audit(arguments).run();
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{arguments:?}: {}", ran.stderr);
    }
}

#[test]
fn every_mistake_of_a_scenario_is_listed_with_its_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("mine.toml");
    std::fs::write(&path, "[self_hosting]\nstaf_fte = 1\nmax_utilisation = \"full\"\n").expect("written");
    let ran = Run::audit(&["--scenario", path.to_str().expect("UTF-8")]).run();
    assert_eq!(ran.code, 2);
    assert!(
        ran.stderr.contains(
            "line 2: there is no key `self_hosting.staf_fte`; did you mean `self_hosting.staff_fte`?"
        ),
        "{}",
        ran.stderr
    );
    assert!(
        ran.stderr.contains("line 3: `self_hosting.max_utilisation` must be a number, not text"),
        "{}",
        ran.stderr
    );
}

#[test]
fn a_benchmark_that_is_not_there_names_those_that_are() {
    let ran = Run::bare(&["audit", "--benchmark", "nonsense"]).run();
    assert_eq!(ran.code, 2);
    assert!(
        ran.stderr.contains("there is no benchmark `nonsense`") && ran.stderr.contains("epoch-eci"),
        "{}",
        ran.stderr
    );
}

#[test]
fn text_of_prompts_and_answers_is_never_printed() {
    for format in ["text", "json", "csv", "markdown"] {
        let ran = Run::audit(&["claude_code", "--format", format]).run();
        assert!(!ran.stdout.contains("SECRET") && !ran.stderr.contains("SECRET"), "{format}");
    }
}

#[test]
fn names_from_a_log_cannot_steer_a_terminal() {
    let log = "workload,model_raw,in_uncached,out_total\n\u{1b}[31mred,gpt-4o,1,1\n";
    for format in ["text", "markdown", "csv"] {
        let ran = Run::audit(&["-", "--format", format]).stdin(log.as_bytes()).run();
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        assert!(!ran.stdout.contains('\u{1b}'), "{format}");
    }
}

#[test]
fn a_quote_that_is_never_closed_does_not_swallow_rows_in_silence() {
    let log = "call_id,model_raw,in_uncached,out_total,workload\na,gpt-4o,1,1,x\nb,gpt-4o,1,1,\"open\nc,gpt-4o,1,1,x\n";
    let page = Run::audit(&["-"]).stdin(log.as_bytes()).json();
    assert_eq!((page["read"]["calls"].clone(), page["read"]["rejected"].clone()), (1.into(), 1.into()));
    let message = page["findings"][0]["message"].as_str().expect("a message");
    assert!(message.contains("line 3: a quote is opened and never closed"), "{message}");
}

#[test]
fn a_row_with_a_key_twice_is_rejected_because_either_could_hold() {
    let good = r#"{"sessionId":"s","message":{"id":"m1","model":"claude-opus-4-8","usage":{"input_tokens":1,"output_tokens":2}}}"#;
    let twice = r#"{"sessionId":"s","message":{"id":"m2","model":"claude-opus-4-8","usage":{"input_tokens":1,"input_tokens":9,"output_tokens":2}}}"#;
    let page = Run::audit(&["-"]).stdin(format!("{good}\n{twice}\n").as_bytes()).json();
    let message = page["findings"][0]["message"].as_str().expect("a message");
    assert!(message.contains("line 2: duplicate field `input_tokens`"), "{message}");
}

#[test]
fn a_table_with_two_columns_of_a_name_is_refused() {
    let ran = Run::audit(&["-"]).stdin(b"model_raw,in_uncached,in_uncached,out_total\ngpt-4o,1,2,3\n").run();
    assert_eq!(ran.code, 4);
    assert!(ran.stderr.contains("has two columns called `in_uncached`"), "{}", ran.stderr);
}

#[test]
fn a_damaged_parquet_file_is_refused_and_nothing_panics() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("calls.parquet");
    for bytes in
        [&b"PAR1"[..], b"PAR1 and then nothing that makes sense PAR1", b"PAR1\x00\xff\xff\xff\x7fPAR1"]
    {
        std::fs::write(&path, bytes).expect("written");
        let ran = Run::audit(&[path.to_str().expect("UTF-8")]).run();
        assert_eq!((ran.code, ran.stdout.as_str()), (4, ""), "{}", ran.stderr);
        assert!(ran.stderr.contains("Parquet") && !ran.stderr.contains("panicked"), "{}", ran.stderr);
    }
}

#[test]
fn a_table_with_a_changed_bit_is_refused_before_it_is_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let table = folder.path().join("calls.parquet");
    let out = table.to_str().expect("UTF-8");
    let log = super::fixtures().join("logs/table/calls.csv");
    let made = Run::bare(&["logs", "convert", log.to_str().expect("UTF-8"), "--out", out]).run();
    assert_eq!((made.code, made.stderr.as_str()), (0, ""));
    let whole = std::fs::read(&table).expect("bytes");
    let mut refused = 0;
    for at in (4..whole.len()).step_by(whole.len() / 3) {
        let mut bytes = whole.clone();
        bytes[at] ^= 16;
        std::fs::write(&table, bytes).expect("written");
        for words in
            [&["audit", out][..], &["logs", "inspect", out], &["audit", out, log.to_str().expect("UTF-8")]]
        {
            let ran = Run::bare(words).args(&["--no-synced"][..usize::from(words[0] == "audit")]).run();
            // Beside another log the rest is read; it is told what is not.
            let told = format!("{}{}", ran.stdout, ran.stderr);
            assert!(ran.code == 4 || words.len() == 3, "{at} {words:?}: {told}");
            refused += u32::from(told.contains("is damaged"));
        }
    }
    // What hits the frame of the footer is no Parquet at all.
    assert!(refused >= 6, "{refused}");
}

#[test]
fn keys_that_come_after_the_first_rows_count_too() {
    let early = r#"{"model_raw":"gpt-4o","in_uncached":1,"out_total":1,"note":"a row without a cache"}"#;
    let late = r#"{"model_raw":"gpt-4o","in_uncached":1,"out_total":1,"in_cache_read":1000}"#;
    let log = format!("{}{late}\n", format!("{early}\n").repeat(5_000));
    let page = Run::audit(&["-"]).stdin(log.as_bytes()).json();
    assert_eq!(page["read"]["in_cache_read"], 1_000);
}

#[test]
fn a_row_that_states_no_tokens_is_no_call_for_nothing() {
    let log = "model_raw,in_uncached,out_total\ngpt-4o,,\ngpt-4o,5,\ngpt-4o,5,5\n";
    let page = Run::audit(&["-"]).stdin(log.as_bytes()).json();
    assert_eq!((page["read"]["calls"].clone(), page["read"]["rejected"].clone()), (2.into(), 1.into()));
    assert!(super::codes(&page).contains(&"usage-incomplete"));
}

#[test]
fn two_exports_that_both_count_from_one_keep_all_their_calls() {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, month) in [("a.csv", "01"), ("b.csv", "02")] {
        let rows =
            format!("call_id,ts_start,model_raw,in_uncached,out_total\n1,2026-{month}-01,gpt-4o,5,5\n");
        std::fs::write(folder.path().join(name), rows).expect("written");
    }
    let page = Run::audit(&[folder.path().to_str().expect("UTF-8")]).json();
    assert_eq!(
        (page["read"]["calls"].clone(), page["read"]["merged_duplicates"].clone()),
        (2.into(), 0.into())
    );
    assert!(super::codes(&page).contains(&"same-id"));
}

#[test]
fn one_file_under_two_names_is_read_once() {
    let once = Run::audit(&["table/calls.csv"]).json();
    let twice = Run::audit(&["table/calls.csv", "./table/../table/calls.csv"]).json();
    assert_eq!(once["spent"], twice["spent"]);
    assert_eq!(twice["read"]["files"], 1);
}

#[test]
fn what_stands_where_a_header_should_is_not_repeated() {
    let ran = Run::audit(&["-"])
        .stdin("my patient says, and I quote, that it hurts\nmore of it,x,y\n".as_bytes())
        .run();
    assert_eq!(ran.code, 4);
    let wrong = Run::audit(&["-"])
        .stdin(b"model_raw,in_uncached,out_total\ngpt-4o,SECRET PROMPT TEXT,5\ngpt-4o,1,1\n")
        .run();
    assert!(!wrong.stdout.contains("SECRET"), "{}", wrong.stdout);
}
