//! What was read, reconciled: rows = calls + merged duplicates + rows that are no call + rejected rows.

use super::detect::Likeness;
use super::sink::Reject;
use crate::units::{TokenBuckets, Usd};

/// What a seller billed for some time, as its report says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Billed {
    /// Microseconds since 1970-01-01 UTC.
    pub from: Option<i64>,
    /// Microseconds since 1970-01-01 UTC, exclusive.
    pub until: Option<i64>,
    /// Who billed it.
    pub seller: Option<String>,
    /// Model or line of the report.
    pub item: Option<String>,
    /// The amount.
    pub usd: Usd,
}

/// What one file gave.
#[derive(Debug, Clone)]
pub struct FileReport {
    /// Name of the file.
    pub name: String,
    /// Id of its format; `None` when it is not a log.
    pub format: Option<&'static str>,
    /// How much it looks like that format; `None`: the user named it.
    pub likeness: Option<Likeness>,
    /// Rows read.
    pub rows: u64,
    /// Rows that hold a call, duplicates included.
    pub usage_rows: u64,
    /// Rows that are no call.
    pub no_call: u64,
    /// Rows that could not be read.
    pub rejects: Vec<Reject>,
    /// Further rows that could not be read, of which only the number is known.
    pub more_rejected: u64,
    /// Things about the whole file that a user should know.
    pub notes: Vec<String>,
    /// Line at which reading had to stop; rows behind it are lost and not counted.
    pub stopped: Option<u64>,
    /// Why nothing could be read from it.
    pub problem: Option<String>,
}

/// What a load read.
#[derive(Debug, Clone, Default)]
pub struct LoadReport {
    /// Each file, in order.
    pub files: Vec<FileReport>,
    /// Calls after deduplication.
    pub calls: u64,
    /// Rows merged into another row of the same call.
    pub merged: u64,
    /// Calls that share their id with another call from which they differ.
    pub same_id: u64,
    /// Tokens of every usage row, as a reader that does not deduplicate counts them.
    pub naive: TokenBuckets,
    /// Tokens of the calls.
    pub tokens: TokenBuckets,
    /// How often each quality bit is set, in the order of the bits.
    pub quality: Vec<u64>,
    /// What sellers billed, as their reports say.
    pub bills: Vec<Billed>,
    /// Names of workloads whose rule matches no call.
    pub idle_rules: Vec<String>,
    /// What could not be looked into.
    pub problems: Vec<String>,
    /// BLAKE3 of the log: of the file's bytes for one file, of the files' digests in order for several.
    pub digest: String,
    /// Calls whose times count from the start of a session and were moved to an anchor.
    pub anchored: u64,
    /// Calls whose times count from the start of a session and have no date.
    pub relative: u64,
}

impl FileReport {
    /// Rows that could not be read.
    pub fn rejected(&self) -> u64 {
        self.rejects.len() as u64 + self.more_rejected
    }
}

impl LoadReport {
    /// Rows read.
    pub fn rows(&self) -> u64 {
        self.files.iter().map(|file| file.rows).sum()
    }

    /// Rows that hold a call, duplicates included.
    pub fn usage_rows(&self) -> u64 {
        self.files.iter().map(|file| file.usage_rows).sum()
    }

    /// Rows that are no call.
    pub fn no_call(&self) -> u64 {
        self.files.iter().map(|file| file.no_call).sum()
    }

    /// Rows that could not be read.
    pub fn rejected(&self) -> u64 {
        self.files.iter().map(FileReport::rejected).sum()
    }

    /// The formats that occurred, in order of first use.
    pub fn formats(&self) -> Vec<&'static str> {
        let mut formats = Vec::new();
        for format in self.files.iter().filter_map(|file| file.format) {
            if !formats.contains(&format) {
                formats.push(format);
            }
        }
        formats
    }

    /// How often a quality bit is set.
    pub fn flagged(&self, bit: u32) -> u64 {
        self.quality.get(bit.trailing_zeros() as usize).copied().unwrap_or(0)
    }
}
