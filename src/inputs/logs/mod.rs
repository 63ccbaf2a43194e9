//! Logs in any known format, made into the canonical table of calls.

pub mod apim;
pub mod batch_results;
pub mod bedrock;
mod buffers;
pub mod call;
pub mod claude_code;
pub mod codex;
pub mod cursor;
mod dedup;
pub mod detect;
mod discover;
mod file;
mod frame;
pub mod gemini_cli;
pub mod helicone;
mod json_document;
mod json_rows;
pub mod langfuse;
pub mod litellm;
mod load;
mod mapped;
mod merge;
mod object;
mod open;
pub mod opencode;
pub mod openrouter;
pub mod otel;
mod parts;
pub mod portkey;
pub mod prefix;
pub mod provider_reports;
pub mod pseudonym;
pub mod quality;
pub mod qwen_code;
mod refused;
pub mod report;
mod rows;
pub mod sink;
mod stored;
pub mod strings;
pub mod summary;
pub mod table;
mod usage;
pub mod values;
pub mod vertex;
mod workload;

use std::io::BufRead;

use thiserror::Error;

pub use self::discover::{Input, discover};
pub use self::load::{LoadOptions, LoadedLog, load, load_any};
pub use self::sink::Reject;
pub use self::stored::{OpenedLog, TABLES_AS_THEY_ARE, of_stream, open};

use self::detect::{Head, Likeness};
use self::sink::Sink;
use self::table::map::ColumnMap;

/// What an adapter knows about the file it reads.
#[derive(Default)]
pub struct ReadContext<'a> {
    /// Name of the file.
    pub file: &'a str,
    /// Its first bytes.
    pub head: Option<&'a Head<'a>>,
    /// The column map that the user named.
    pub map: Option<&'a ColumnMap>,
}

/// A log format.
pub trait LogFormat: Sync {
    /// Name for `--format`.
    fn id(&self) -> &'static str;
    /// What files it reads, for help and documentation.
    fn about(&self) -> &'static str;
    /// How much a file that begins so looks like this format.
    fn likeness(&self, head: &Head) -> Likeness;
    /// Reads a file into the sink: every row becomes a call, a row that is no call, or a reject.
    ///
    /// # Errors
    /// When nothing of the file can be read, a sentence that continues "`file` …".
    fn read(
        &self,
        reader: &mut dyn BufRead,
        context: &ReadContext<'_>,
        sink: &mut Sink,
    ) -> Result<(), String>;
    /// Whether an id means a call only within its file's own world, so that two files may use it for different calls.
    fn ids_are_local(&self) -> bool {
        false
    }
    /// Whether each line of JSON is a row that needs no other line: then parts of a file are read on all cores.
    fn lines_stand_alone(&self) -> bool {
        false
    }
    /// Whether an id means a call only within its session, or the session it was forked from.
    fn ids_are_of_sessions(&self) -> bool {
        false
    }
    /// Why a file of this format may hold no call, for the message when it does not.
    fn nothing_found(&self) -> &'static str;
}

/// Every format, in the order in which detection asks them. A new one is a folder and its line here.
pub static FORMATS: [&dyn LogFormat; 19] = [
    &claude_code::ClaudeCode,
    &codex::Codex,
    &gemini_cli::GeminiCli,
    &opencode::OpenCode,
    &qwen_code::QwenCode,
    &bedrock::Bedrock,
    &batch_results::BatchResults,
    &provider_reports::ProviderReports,
    &vertex::Vertex,
    &langfuse::Langfuse,
    &otel::Otel,
    &openrouter::OpenRouter,
    &openrouter::ACTIVITY,
    &cursor::CURSOR,
    &helicone::HELICONE,
    &portkey::PORTKEY,
    &apim::APIM,
    &litellm::LiteLlm,
    &table::Table,
];

/// Told how many bytes were read; the caller draws the bar.
pub trait Progress: Sync {
    /// So many bytes will be read.
    fn total(&self, bytes: u64);
    /// So many more bytes were read.
    fn add(&self, bytes: u64);
}

/// No progress is shown.
impl Progress for () {
    fn total(&self, _bytes: u64) {}
    fn add(&self, _bytes: u64) {}
}

/// Why no log could be loaded.
#[derive(Debug, Error)]
pub enum LogError {
    /// A path does not exist.
    #[error(
        "`{path}` does not exist\n\nhint: name a file, a folder, a pattern in quotes, or `-` for standard input"
    )]
    Missing {
        /// As named.
        path: String,
    },
    /// A path is a web or object-store address.
    #[error(
        "`{path}` is not on this machine\n\nhint: download it and name the file; a program built with `--features cloud` reads tables of calls from s3://, gs://, az:// and https://"
    )]
    Remote {
        /// As named.
        path: String,
    },
    /// An object store gave no table of calls.
    #[error("`{path}` cannot be read as a table of calls: {reason}")]
    ObjectStore {
        /// Address, without what may give access.
        path: String,
        /// What is wrong.
        reason: String,
    },
    /// A table of calls is not as it was written.
    #[error(
        "`{path}` is damaged: it is not as it was written\n\nhint: make it anew with `switchpoint logs convert`"
    )]
    Damaged {
        /// As named.
        path: String,
    },
    /// A pattern is wrong or matches nothing.
    #[error("pattern `{pattern}`: {reason}")]
    Pattern {
        /// As named.
        pattern: String,
        /// What is wrong.
        reason: String,
    },
    /// A folder without logs.
    #[error(
        "no log in folder `{path}`: no file in it ends in .jsonl, .ndjson, .json, .csv, .tsv, .parquet or .db (or those with .gz or .zst){}\n\nhint: Claude Code keeps sessions in ~/.claude/projects", problems.iter().map(|problem| format!("\n{problem}")).collect::<String>()
    )]
    EmptyFolder {
        /// As named.
        path: String,
        /// What in it could not be looked into.
        problems: Vec<String>,
    },
    /// Files were read and hold no call.
    #[error("no call found\n{}\n\nhint: `switchpoint logs formats` lists what can be read; a table in other columns needs `--map FILE`", problems.join("\n"))]
    NoCalls {
        /// One line a file, then one a rejected row.
        problems: Vec<String>,
    },
    /// A stream of Arrow that cannot be used.
    #[error("the stream of Arrow on standard input {reason}")]
    Stream {
        /// What is wrong, a sentence that goes on.
        reason: String,
    },
    /// The canonical frame could not be built.
    #[error("the calls do not make a table: {0}")]
    Frame(#[from] polars::error::PolarsError),
    /// A column map is wrong.
    #[error("map `{path}`: {reason}")]
    Map {
        /// The map file or the name of a shipped map.
        path: String,
        /// What is wrong.
        reason: String,
    },
}
