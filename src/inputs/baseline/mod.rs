//! What a log came to, kept in a file that later logs are compared with: sums by cell, no call of its own, no user's name unless a
//! rule asked for one.

mod file;

use std::collections::BTreeMap;

use crate::tables::Scope;
use crate::units::{Consumed, Day, MONTH_DAYS, Mode, Tier, Usd};

pub use self::file::{BaselineError, is_baseline, read, write};

/// Groups that calls are put into, all calls of a conversation into the same one: their sums tell how sure a mean is.
pub const GROUPS: usize = 256;

/// The sums of a log.
#[derive(Debug, Clone, PartialEq)]
pub struct Baseline {
    /// Where they come from.
    pub made: Made,
    /// First and last day of the calls; `None`: they have no dates.
    pub days: Option<(Day, Day)>,
    /// Days that the log stands for; `None`: it does not tell what a month is. The sums are of the log, not of a month.
    pub month_days: Option<f64>,
    /// Of all calls first, then of the teams, users and tags that were asked for.
    pub tallies: Vec<Tally>,
}

/// Where sums come from: the digests of the page of an audit.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Made {
    /// Version of the program.
    pub version: String,
    /// Day of the audit.
    pub as_of: String,
    /// Digest of the price sheets.
    pub prices: String,
    /// Digest of models, scores and hardware.
    pub facts: String,
    /// Digest of the assumptions.
    pub scenario: String,
    /// Digest of the log; empty: it has none.
    pub log: String,
}

/// What calls of a cell share.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// Workload.
    pub workload: Option<String>,
    /// Tier of the offer that served them.
    pub tier: Tier,
    /// Canonical id of the model.
    pub model: String,
    /// Id of the seller.
    pub seller: String,
    /// Pricing mode.
    pub mode: Mode,
    /// Region as logged.
    pub region: Option<String>,
}

/// The calls of a cell.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sums {
    /// What they consumed and cost.
    pub consumed: Consumed,
    /// Calls and cost by group; groups without a call are left out.
    pub groups: BTreeMap<u16, (u64, Usd)>,
    /// Day of the oldest source of their prices; `None`: no source has one.
    pub oldest_source: Option<Day>,
}

/// Calls without a price, by workload and model as logged.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnpricedKey {
    /// Workload.
    pub workload: Option<String>,
    /// Canonical id of the model where it is known, else as logged; empty: the log names none.
    pub model: String,
    /// Id of the seller where it is known, else as logged; empty: the log names none.
    pub seller: String,
}

/// The sums of some calls.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tally {
    /// Which calls.
    pub scope: Scope,
    /// Priced calls by cell.
    pub cells: BTreeMap<Key, Sums>,
    /// Calls without a price, and their tokens.
    pub unpriced: BTreeMap<UnpricedKey, (u64, i64)>,
}

impl Key {
    /// Whether the calls of the cell are among those of a scope that sums tell.
    pub fn is_in(&self, scope: &Scope) -> bool {
        scope.has(self.workload.as_deref(), &self.model, &self.seller)
    }
}

impl UnpricedKey {
    /// The same of calls without a price.
    pub fn is_in(&self, scope: &Scope) -> bool {
        scope.has(self.workload.as_deref(), &self.model, &self.seller)
    }
}

impl Sums {
    /// Adds those of other calls.
    pub fn merge(&mut self, other: &Self) {
        self.consumed += other.consumed;
        for (group, (calls, cost)) in &other.groups {
            let own = self.groups.entry(*group).or_default();
            own.0 += calls;
            own.1 += *cost;
        }
        self.oldest_source = self.oldest_source.into_iter().chain(other.oldest_source).min();
    }
}

impl Tally {
    /// The sum of the cells of a scope.
    pub fn sum(&self, scope: &Scope) -> Sums {
        let mut sum = Sums::default();
        self.cells.iter().filter(|(key, _)| key.is_in(scope)).for_each(|(_, sums)| sum.merge(sums));
        sum
    }

    /// Calls of a scope without a price, and their tokens.
    pub fn unpriced(&self, scope: &Scope) -> (u64, i64) {
        let found = self.unpriced.iter().filter(|(key, _)| key.is_in(scope));
        found.fold((0, 0), |sum, (_, (calls, tokens))| (sum.0 + calls, sum.1 + tokens))
    }
}

impl Baseline {
    /// The sums that tell of a scope; `None`: they were not asked for when it was saved.
    pub fn tally(&self, scope: &Scope) -> Option<&Tally> {
        let wanted = if scope.is_in_sums() { &Scope::All } else { scope };
        self.tallies.iter().find(|tally| tally.scope == *wanted)
    }

    /// What sums of the log are multiplied by for a month; `None`: the log does not tell.
    pub fn month_factor(&self) -> Option<f64> {
        self.month_days.map(|days| MONTH_DAYS / days)
    }
}

/// The group of a conversation; the same name is in the same group in every log and every version.
pub fn group_of(name: &str) -> u16 {
    let digest = blake3::hash(name.as_bytes());
    let [one, other, ..] = *digest.as_bytes();
    u16::from_le_bytes([one, other]) % GROUPS as u16
}
