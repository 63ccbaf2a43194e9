//! Where adapters put what they find in one file.

use std::collections::HashMap;

use foldhash::fast::FixedState;
use sha2::{Digest as _, Sha256};

use super::call::Call;
use super::dedup::rank;
use super::quality;
use super::strings::{Strings, Sym};
use crate::units::{TokenBuckets, Usd};

/// A row that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reject {
    /// Line (or row) of the file, from 1.
    pub line: u64,
    /// What is wrong with it, lower case, without the text of the row.
    pub reason: String,
}

/// What a seller billed for some time, as its report says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bill {
    /// Microseconds since 1970-01-01 UTC.
    pub from: Option<i64>,
    /// Microseconds since 1970-01-01 UTC, exclusive.
    pub until: Option<i64>,
    /// Who billed it.
    pub seller: Option<Sym>,
    /// Model or line of the report.
    pub item: Option<Sym>,
    /// The amount.
    pub usd: Usd,
}

/// What rows of one request of a call share: of them one row is enough.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Same {
    id: Sym,
    request: Option<Sym>,
    model: Option<Sym>,
    seller: Option<Sym>,
    is_subagent: bool,
}

/// What one file gave: `rows = calls + no_call + rejects` until duplicates are merged.
#[derive(Debug, Default)]
pub struct Sink {
    /// The strings of the calls.
    pub strings: Strings,
    /// The calls, in the order of the file.
    pub calls: Vec<Call>,
    /// Where the best row of a call stands, if rows that repeat it are merged as they come.
    places: Option<HashMap<Same, u32, FixedState>>,
    /// Rows that were merged into another one.
    pub repeats: u64,
    /// Tokens of every row with usage, merged or not.
    pub naive: TokenBuckets,
    /// Whether each line is a row by itself: a document over several lines is not looked for.
    pub lines_only: bool,
    /// Sessions and those that they were forked or started from.
    pub parents: Vec<(Sym, Sym)>,
    /// Billed costs; their rows are no calls.
    pub bills: Vec<Bill>,
    /// Rows that are no call: prompts, tool results, titles.
    pub no_call: u64,
    /// Rows that could not be read.
    pub rejects: Vec<Reject>,
    /// Things about the whole file that a user should know.
    pub notes: Vec<String>,
    /// Line at which reading had to stop: what follows it is lost and not counted.
    pub stopped: Option<u64>,
}

impl Sink {
    /// The symbol of a text; an empty one is *not reported*.
    pub fn text(&mut self, text: Option<impl AsRef<str>>) -> Option<Sym> {
        let text = text?;
        let trimmed = text.as_ref().trim();
        (!trimmed.is_empty()).then(|| self.strings.intern(trimmed))
    }

    /// Takes a call, or rejects it when it breaks an invariant. A reported cost that cannot be true is left out and noted:
    /// it is evidence only, and the tokens still count.
    pub fn call(&mut self, mut call: Call) {
        let line = call.line;
        if call.cost_reported.is_some_and(|cost| cost < Usd::ZERO || i64::try_from(cost.pico()).is_err()) {
            call.cost_reported = None;
            self.notes.push(format!("line {line}: the reported cost is negative or too large, and left out"));
        }
        match call.checked() {
            Ok(call) => {
                self.naive += call.buckets();
                self.keep(call);
            }
            Err(reason) => self.reject(line, reason),
        }
    }

    /// A sink for lines that each are a row.
    pub fn of_lines() -> Self {
        Self { lines_only: true, ..Self::default() }
    }

    /// From now on, rows that repeat a call of the same request are merged as they come, so that memory grows with calls
    /// and not with rows.
    pub fn merge_repeats(&mut self) {
        self.places.get_or_insert_default();
    }

    fn keep(&mut self, call: Call) {
        let (Some(places), Some(id)) = (&mut self.places, call.id) else {
            self.calls.push(call);
            return;
        };
        let same = Same {
            id,
            request: call.request_id,
            model: call.model_raw,
            seller: call.seller,
            is_subagent: call.is_subagent == Some(true),
        };
        let next = self.calls.len() as u32;
        let place = *places.entry(same).or_insert(next);
        if place == next {
            self.calls.push(call);
            return;
        }
        self.repeats += 1;
        let best = &mut self.calls[place as usize];
        if rank(&call) > rank(best) {
            *best = call;
        }
        best.quality |= quality::DUP_MERGED;
    }

    /// Takes over what a part of the file gave that begins `lines` lines after its start.
    pub fn absorb(&mut self, mut part: Self, lines: u64) {
        let translation = self.strings.absorb(&part.strings);
        part.translate(&translation);
        for mut call in part.calls {
            call.line += lines;
            self.keep(call);
        }
        self.naive += part.naive;
        self.repeats += part.repeats;
        self.no_call += part.no_call;
        self.rejects
            .extend(part.rejects.into_iter().map(|reject| Reject { line: reject.line + lines, ..reject }));
        self.notes.extend(part.notes);
        self.stopped = self.stopped.or(part.stopped.map(|line| line + lines));
        self.parents.extend(part.parents);
        self.bills.extend(part.bills);
    }

    /// Puts the symbols of another table for those of its own.
    pub fn translate(&mut self, by: &[Sym]) {
        for call in &mut self.calls {
            call.translate(by);
        }
        for (own, parent) in &mut self.parents {
            (*own, *parent) = (own.translated(by), parent.translated(by));
        }
        for bill in &mut self.bills {
            bill.seller = bill.seller.map(|seller| seller.translated(by));
            bill.item = bill.item.map(|item| item.translated(by));
        }
    }

    /// Counts a row that is no call.
    pub fn no_call(&mut self) {
        self.no_call += 1;
    }

    /// Keeps a row that could not be read.
    pub fn reject(&mut self, line: u64, reason: impl Into<String>) {
        self.rejects.push(Reject { line, reason: reason.into() });
    }

    /// Rejects a row after which nothing more can be read.
    pub fn stop(&mut self, line: u64, reason: impl Into<String>) {
        self.reject(line, reason);
        self.stopped = Some(line);
    }

    /// The symbol of a key's name; a secret itself is replaced by the beginning of its digest.
    pub fn key(&mut self, text: Option<impl AsRef<str>>) -> Option<Sym> {
        let text = text?;
        let key = text.as_ref().trim();
        if key.starts_with("sk-") || key.starts_with("Bearer ") {
            let digest = Sha256::digest(key);
            return self.text(Some(format!("sha256:{}", hex(&digest[..6]))));
        }
        self.text(Some(key))
    }

    /// Gives back the strings once the last row is in, and the room that only reading needed.
    pub fn finish(&mut self) -> Strings {
        self.places = None;
        self.calls.shrink_to_fit();
        std::mem::take(&mut self.strings)
    }

    /// Rows read from the file.
    pub fn rows(&self) -> u64 {
        self.calls.len() as u64 + self.repeats + self.no_call + self.rejects.len() as u64
    }
}

/// Bytes as hexadecimal text.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_kept_as_a_digest_and_a_name_as_it_is() {
        let mut sink = Sink::default();
        let secret = sink.key(Some("sk-very-secret")).expect("a symbol");
        assert!(sink.strings.text(secret).starts_with("sha256:"), "{}", sink.strings.text(secret));
        let name = sink.key(Some("ci-runner")).expect("a symbol");
        assert_eq!(sink.strings.text(name), "ci-runner");
    }
}
