//! Writes synthetic Claude Code sessions to measure reading with: `cargo run --release --example make_sessions -- FOLDER MIB
//! FILES [dirty]`. The same arguments give the same bytes.
//!
//! Sizes of files are log-normal. An answer has one row per content block and each row repeats its usage, as the client
//! writes it; prompts and tool results carry most of the bytes. `dirty` adds what real folders have: a session that was
//! resumed and repeats rows of another file, counts of a stream's beginning, cut lines and lines that are no JSON.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use chrono::{DateTime, TimeDelta, Utc};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};
use rand_distr::{Distribution as _, LogNormal};

const SEED: u64 = 0x5E55_1025;
const MODELS: [&str; 4] =
    ["claude-opus-4-8", "claude-opus-4-8", "claude-sonnet-4-5-20250929", "claude-haiku-4-5-20251001"];
const PROJECTS: u64 = 40;
/// Shape of the sizes of files: the 99th percentile is about fifty times the median, as in folders of real sessions.
const SIGMA: f64 = 1.7;
/// Files of 87 MB were the largest seen; a file may have this many times the mean.
const LARGEST: f64 = 60.0;
/// 2026-05-01, where the sessions begin.
const START: i64 = 1_777_593_600;

fn main() -> io::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().ok_or_else(usage)?);
    let mut number = || arguments.next().and_then(|text| text.parse::<u64>().ok()).filter(|n| *n > 0);
    let (Some(mib), Some(files)) = (number(), number()) else { return Err(usage()) };
    let dirty = arguments.next().is_some_and(|word| word == "dirty");
    let mut sizes = Dice::new(0);
    let shape = LogNormal::new(0.0, SIGMA).map_err(io::Error::other)?;
    let weights: Vec<f64> = (0..files).map(|_| shape.sample(&mut sizes.0).min(LARGEST)).collect();
    let sum: f64 = weights.iter().sum();
    let mut kept = String::new();
    for (index, weight) in weights.iter().enumerate() {
        let bytes = (mib as f64 * 1_048_576.0 * weight / sum) as u64;
        kept = Session::new(index as u64, dirty).write(&folder, bytes, &kept)?;
    }
    Ok(())
}

fn usage() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, "arguments: FOLDER MIB FILES [dirty]")
}

/// A random stream of its own for each session.
struct Dice(ChaCha8Rng);

impl Dice {
    fn new(stream: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(SEED);
        rng.set_stream(stream);
        Self(rng)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.0.next_u64() % limit.max(1)
    }

    fn percent(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// Text with the escapes and the letters outside ASCII that code and prose have.
    fn words(&mut self, bytes: u64) -> String {
        const WORDS: [&str; 12] = [
            "the",
            "function",
            "returns",
            "\\\"value\\\"",
            "if",
            "let x = 1;\\n",
            "naïve",
            "\\t",
            "error[E0308]:",
            "src/main.rs",
            "expected",
            "über",
        ];
        let mut text = String::with_capacity(bytes as usize + 16);
        while (text.len() as u64) < bytes {
            text.push_str(WORDS[self.below(12) as usize]);
            text.push(' ');
        }
        text
    }

    fn hex(&mut self) -> String {
        format!("{:016x}", self.0.next_u64())
    }
}

struct Session {
    dice: Dice,
    id: String,
    project: u64,
    model: &'static str,
    now: DateTime<Utc>,
    context: u64,
    dirty: bool,
}

impl Session {
    fn new(index: u64, dirty: bool) -> Self {
        let mut dice = Dice::new(index + 1);
        let start = DateTime::from_timestamp(START, 0).unwrap_or_default();
        Self {
            id: format!("{}-{}", dice.hex(), dice.hex()),
            project: dice.below(PROJECTS),
            model: MODELS[dice.below(4) as usize],
            now: start + TimeDelta::seconds(dice.below(150 * 86_400).cast_signed()),
            context: 12_000 + dice.below(10_000),
            dice,
            dirty,
        }
    }

    /// Writes about so many bytes, and returns an answer that a later file may repeat.
    fn write(mut self, folder: &Path, bytes: u64, earlier: &str) -> io::Result<String> {
        let project = folder.join(format!("projects/-code-project-{:02}", self.project));
        fs::create_dir_all(&project)?;
        let mut file = BufWriter::new(File::create(project.join(format!("{}.jsonl", self.id)))?);
        let mut written = 0;
        let mut kept = String::new();
        if self.dirty && self.dice.percent(20) {
            file.write_all(earlier.as_bytes())?;
            written += earlier.len() as u64;
        }
        while written == 0 || written < bytes {
            let prompt = self.prompt();
            let answer = self.answer();
            file.write_all(prompt.as_bytes())?;
            file.write_all(answer.as_bytes())?;
            written += (prompt.len() + answer.len()) as u64;
            if self.dirty && self.dice.percent(1) {
                let bad = ["", "not json at all\n", "{\"type\":\"assistant\",\"mess\n"]
                    [self.dice.below(3) as usize];
                file.write_all(bad.as_bytes())?;
            }
            kept = answer;
        }
        file.flush()?;
        Ok(kept)
    }

    fn prompt(&mut self) -> String {
        self.now += TimeDelta::milliseconds(500 + self.dice.below(40_000).cast_signed());
        let length =
            if self.dice.percent(70) { 200 + self.dice.below(3_000) } else { self.dice.below(16_000) };
        self.context += length / 4;
        format!(
            "{{\"parentUuid\":\"{}\",\"isSidechain\":false,\"type\":\"user\",\"message\":{{\"role\":\"user\",\"content\":[{{\"tool_use_id\":\"toolu_{}\",\"type\":\"tool_result\",\"content\":\"{}\"}}]}},\"uuid\":\"{}\",\"timestamp\":\"{}\",\"cwd\":\"/code/project-{:02}\",\"sessionId\":\"{}\",\"version\":\"2.1.157\"}}\n",
            self.dice.hex(),
            self.dice.hex(),
            self.dice.words(length),
            self.dice.hex(),
            self.time(),
            self.project,
            self.id,
        )
    }

    /// One to four rows with the usage of one answer; only the last one has the output that counts in a `dirty` log.
    fn answer(&mut self) -> String {
        let (message, request) = (self.dice.hex(), self.dice.hex());
        let (fresh, write) = (1 + self.dice.below(40), 100 + self.dice.below(5_000));
        let output = 20 + self.dice.below(2_500);
        if self.context > 180_000 {
            self.context = 20_000;
        }
        let read = self.context;
        self.context += write;
        let rows = 1 + self.dice.below(4);
        let mut text = String::new();
        for row in 1..=rows {
            self.now += TimeDelta::milliseconds(self.dice.below(9_000).cast_signed());
            let (output, stop) = match (self.dirty, row == rows) {
                (true, false) => (1 + self.dice.below(5), "null"),
                _ => (output, "\"tool_use\""),
            };
            let length = 60 + self.dice.below(1_500);
            text.push_str(&format!(
                "{{\"parentUuid\":\"{}\",\"isSidechain\":false,\"message\":{{\"model\":\"{}\",\"id\":\"msg_{message}\",\"type\":\"message\",\"role\":\"assistant\",\"content\":[{{\"type\":\"text\",\"text\":\"{}\"}}],\"stop_reason\":{stop},\"usage\":{{\"input_tokens\":{fresh},\"cache_creation_input_tokens\":{write},\"cache_read_input_tokens\":{read},\"output_tokens\":{output},\"service_tier\":\"standard\",\"cache_creation\":{{\"ephemeral_1h_input_tokens\":0,\"ephemeral_5m_input_tokens\":{write}}}}}}},\"type\":\"assistant\",\"requestId\":\"req_{request}\",\"uuid\":\"{}\",\"timestamp\":\"{}\",\"cwd\":\"/code/project-{:02}\",\"sessionId\":\"{}\",\"version\":\"2.1.157\"}}\n",
                self.dice.hex(),
                self.model,
                self.dice.words(length),
                self.dice.hex(),
                self.time(),
                self.project,
                self.id,
            ));
        }
        text
    }

    fn time(&self) -> String {
        self.now.format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
    }
}
