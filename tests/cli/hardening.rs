//! What goes wrong outside of the program: it is killed, the disk is full, a place cannot be written to.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use super::{Run, fixtures};

const OLD: &[u8] = b"what was there before\n";

/// A command that writes `out`, on a log of its own.
fn writing(folder: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_switchpoint"));
    command
        .args(words)
        .args(["--no-config"])
        .current_dir(folder)
        .env("SWITCHPOINT_CACHE", folder.join("no-cache"))
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}

#[test]
fn a_kill_at_any_moment_leaves_the_old_file_or_the_new_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = fixtures().join("logs/table/calls.csv");
    fs::copy(log, folder.path().join("calls.csv")).expect("copied");
    let data = fixtures().join("data");
    let data = data.to_str().expect("UTF-8");
    let of_calls = ["calls.csv", "--data", data, "--benchmark", "fixture-index", "--out", "out"];
    for words in [
        ["baseline", "save"].iter().chain(&of_calls).copied().collect::<Vec<_>>(),
        vec!["logs", "convert", "calls.csv", "--out", "out.csv"],
        ["export", "csv"].iter().chain(&of_calls).copied().collect(),
        vec!["init", "calls.csv", "--force", "--out", "out"],
    ] {
        let out = folder.path().join(words.last().expect("a file"));
        assert!(writing(folder.path(), &words).status().expect("a program").success(), "{words:?}");
        let new = fs::read(&out).expect("written");
        let mut seen = [false; 2];
        for tick in 0..24 {
            fs::write(&out, OLD).expect("written");
            let mut child = writing(folder.path(), &words).spawn().expect("a program");
            std::thread::sleep(Duration::from_millis(tick * 25));
            // Ends with SIGKILL on Unix; it may have ended by itself.
            let _ = child.kill();
            let _ = child.wait();
            let found = fs::read(&out).expect("a file");
            assert!(found == OLD || found == new, "{words:?} after {tick}: {} bytes", found.len());
            seen[usize::from(found == new)] = true;
        }
        assert!(seen[0], "{words:?}: it was never killed in time");
    }
}

/// Ends a program as Ctrl-C does.
#[cfg(unix)]
#[test]
fn an_interrupted_command_leaves_nothing_beside_the_old_file() {
    use rustix::process::{Pid, Signal, kill_process};
    let folder = tempfile::tempdir().expect("a folder");
    fs::copy(fixtures().join("logs/table/calls.csv"), folder.path().join("calls.csv")).expect("copied");
    let words = ["logs", "convert", "calls.csv", "--out", "out.csv"];
    let out = folder.path().join("out.csv");
    assert!(writing(folder.path(), &words).status().expect("a program").success());
    let new = fs::read(&out).expect("written");
    let mut interrupted = 0;
    for tick in 0..40 {
        fs::write(&out, OLD).expect("written");
        let mut child = writing(folder.path(), &words).spawn().expect("a program");
        std::thread::sleep(Duration::from_millis(10 + tick * 10));
        let id = Pid::from_child(&child);
        // It may have ended by itself.
        let _ = kill_process(id, Signal::INT);
        let code = child.wait().expect("ended").code();
        let found = fs::read(&out).expect("a file");
        assert!(found == OLD || found == new, "after {tick}: {} bytes", found.len());
        let entries = fs::read_dir(folder.path()).expect("a folder");
        let names: Vec<_> = entries.map(|entry| entry.expect("an entry").file_name()).collect();
        assert!(!names.iter().any(|name| name.to_string_lossy().ends_with(".part")), "{names:?}");
        interrupted += u32::from(code == Some(130));
    }
    assert!(interrupted > 0, "it was never interrupted in time");
}

#[test]
fn a_place_that_cannot_be_written_to_is_told_by_its_name() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::copy(fixtures().join("logs/table/calls.csv"), folder.path().join("calls.csv")).expect("copied");
    for out in ["calls.csv/below-a-file.csv", "nowhere/at/all.csv"] {
        let ran = Run::bare(&["logs", "convert", "calls.csv", "--out", out]).within(folder.path()).run();
        assert_eq!((ran.code, ran.stdout.as_str()), (1, ""), "{out}");
        assert!(ran.stderr.contains(out) && ran.stderr.starts_with("error: writing"), "{}", ran.stderr);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_a_failure_and_a_reader_that_stops_is_none() {
    let full = fs::OpenOptions::new().write(true).open("/dev/full").expect("/dev/full");
    let ran = Command::new(env!("CARGO_BIN_EXE_switchpoint"))
        .args(["logs", "formats"])
        .stdout(full)
        .output()
        .expect("a program");
    assert_eq!(ran.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&ran.stderr).contains("No space left"), "{ran:?}");
    let mut child = Command::new(env!("CARGO_BIN_EXE_switchpoint"))
        .args(["scores", "list", "--format", "json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("a program");
    drop(child.stdout.take());
    let ran = child.wait_with_output().expect("an end");
    assert_eq!((ran.status.code(), String::from_utf8_lossy(&ran.stderr).as_ref()), (Some(0), ""));
}

#[cfg(target_os = "linux")]
#[test]
fn a_device_is_written_to_and_not_replaced() {
    use std::os::unix::fs::FileTypeExt as _;
    let folder = tempfile::tempdir().expect("a folder");
    fs::copy(fixtures().join("logs/table/calls.csv"), folder.path().join("calls.csv")).expect("copied");
    let ran = Run::bare(&["init", "calls.csv", "--force", "--out", "/dev/null"]).within(folder.path()).run();
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    assert!(fs::metadata("/dev/null").expect("/dev/null").file_type().is_char_device());
}
