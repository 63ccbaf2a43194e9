//! Tables of calls in an object store: a real server that speaks S3, on the loopback address, started and ended by the test.
//!
//! The server is `s3s-fs`; it is installed once, below `target`:
//!
//!     cargo install s3s-fs@0.11.1 --locked --features binary --root target/tools
//!     cargo test --features cloud --test object_store

use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

const KEY: &str = "AKIATESTKEY";
const SECRET: &str = "a-secret-that-must-not-be-printed";

/// A server over a folder whose folders are buckets.
struct Server {
    child: Child,
    endpoint: String,
}

impl Server {
    /// Starts a server; `locked` servers want a signature.
    fn start(root: &Path, locked: bool) -> Self {
        let tools = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/tools/bin/s3s-fs");
        let program = std::env::var_os("S3S_FS").map_or(tools, PathBuf::from);
        let port =
            TcpListener::bind("127.0.0.1:0").and_then(|any| any.local_addr()).expect("a free port").port();
        let mut command = Command::new(&program);
        command.args(["--host", "127.0.0.1", "--port", &port.to_string()]);
        if locked {
            command.args(["--access-key", KEY, "--secret-key", SECRET]);
        }
        let child = command.arg(root).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let child = child.unwrap_or_else(|error| {
            panic!("{}: {error}; the head of this file says how to install it", program.display())
        });
        let started = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(started.elapsed() < Duration::from_secs(20), "the server does not listen");
            std::thread::sleep(Duration::from_millis(20));
        }
        Self { child, endpoint: format!("http://127.0.0.1:{port}") }
    }

    fn audit(&self, path: &str, secret: &str, command: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_switchpoint"))
            .args(command)
            .args([path, "--as-of", "2026-11-10", "--no-synced", "--format", "json"])
            .env("AWS_ENDPOINT_URL", &self.endpoint)
            .env("AWS_ALLOW_HTTP", "true")
            .env("AWS_REGION", "us-east-1")
            .env("AWS_ACCESS_KEY_ID", KEY)
            .env("AWS_SECRET_ACCESS_KEY", secret)
            .output()
            .expect("the program")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A folder with a bucket `logs`, in it the sample as a table of calls in two pieces.
fn bucket() -> tempfile::TempDir {
    let root = tempfile::tempdir().expect("a folder");
    let bucket = root.path().join("logs");
    std::fs::create_dir(&bucket).expect("a bucket");
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/sample/calls.csv");
    let converted = Command::new(env!("CARGO_BIN_EXE_switchpoint"))
        .args(["logs", "convert"])
        .arg(sample)
        .arg("--out")
        .arg(bucket.join("calls.parquet"))
        .output()
        .expect("the program");
    assert!(converted.status.success(), "{}", String::from_utf8_lossy(&converted.stderr));
    std::fs::write(bucket.join("not-a-table.parquet"), b"PAR1 and nothing else").expect("written");
    root
}

/// What a page says of money, without where it came from.
fn numbers(run: &Output) -> Vec<Value> {
    let text = String::from_utf8_lossy(&run.stdout);
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let page: Value = serde_json::from_str(&text).expect("JSON");
    ["spent", "workloads", "tiers", "self_hosting", "claim"].map(|key| page[key].clone()).to_vec()
}

#[test]
fn a_table_in_a_bucket_gives_what_the_file_gives() {
    let root = bucket();
    let server = Server::start(root.path(), true);
    let file = root.path().join("logs/calls.parquet");
    let local = server.audit(file.to_str().expect("UTF-8"), SECRET, &["audit"]);
    let remote = server.audit("s3://logs/calls.parquet", SECRET, &["audit"]);
    assert_eq!(numbers(&remote), numbers(&local));
    // Nothing tells that the bytes were the same.
    let page: Value = serde_json::from_slice(&remote.stdout).expect("JSON");
    assert_eq!(page["provenance"]["log_blake3"], Value::Null);
    let pattern = server.audit("s3://logs/cal*.parquet", SECRET, &["audit"]);
    assert_eq!(numbers(&pattern), numbers(&local));
}

#[test]
fn a_call_in_a_bucket_can_be_explained() {
    let root = bucket();
    let server = Server::start(root.path(), true);
    let run = server.audit("s3://logs/calls.parquet", SECRET, &["explain", "c00002"]);
    let page: Value = serde_json::from_slice(&run.stdout).expect("JSON");
    assert!(page["offers"].as_array().is_some_and(|offers| offers.len() > 100));
}

#[test]
fn what_cannot_be_had_is_said_without_a_secret() {
    let root = bucket();
    let server = Server::start(root.path(), true);
    for (path, secret) in [
        ("s3://logs/calls.parquet", "a-wrong-secret"),
        ("s3://logs/nothing.parquet", SECRET),
        ("s3://logs/not-a-table.parquet", SECRET),
        ("s3://nobucket/calls.parquet", SECRET),
    ] {
        let run = server.audit(path, secret, &["audit"]);
        let said = String::from_utf8_lossy(&run.stderr);
        assert_eq!((run.status.code(), run.stdout.len()), (Some(4), 0), "{path}: {said}");
        assert!(said.contains(path), "{said}");
        assert!(!said.contains(SECRET) && !said.contains("wrong-secret") && !said.contains(KEY), "{said}");
    }
}

#[test]
fn a_table_behind_a_plain_address_is_read_too() {
    let root = bucket();
    let server = Server::start(root.path(), false);
    let file = root.path().join("logs/calls.parquet");
    let local = server.audit(file.to_str().expect("UTF-8"), SECRET, &["audit"]);
    let address = format!("{}/logs/calls.parquet", server.endpoint);
    assert_eq!(numbers(&server.audit(&address, SECRET, &["audit"])), numbers(&local));
    // The query of an address may be a signature.
    let missing = format!("{}/logs/nothing.parquet?X-Amz-Signature=0123abcd", server.endpoint);
    let run = server.audit(&missing, SECRET, &["audit"]);
    let said = String::from_utf8_lossy(&run.stderr);
    assert_eq!(run.status.code(), Some(4), "{said}");
    assert!(said.contains("nothing.parquet") && !said.contains("0123abcd"), "{said}");
}
