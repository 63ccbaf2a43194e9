//! The capacity surface: what each amount of capacity would be worth, for every amount at once.
//!
//! A call needs `s` replica-seconds and is worth `v`, its best other offer less what it costs here. In each slot of time the best use
//! of some capacity is the fractional knapsack: calls in the order of their density `v/s`. One pass over a log fills bins of slot ×
//! density with `Σs` and `Σv`; bins add up over batches and machines, because they hold whole nanoseconds and picodollars. From them
//! follows what any capacity gains, and at its margin what a further second of it would.

mod fill;

use std::collections::BTreeMap;

pub use self::fill::{Filled, Filler, Filling};

/// Calls of one slot and about one density.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Bin {
    /// Calls.
    pub calls: u64,
    /// Replica-nanoseconds.
    pub nanos: u64,
    /// Picodollars that they are worth.
    pub worth: i128,
    /// Picodollars that they cost more elsewhere where caches are cold there.
    pub cold: i128,
}

impl Bin {
    fn add(&mut self, other: &Self) {
        self.calls += other.calls;
        self.nanos += other.nanos;
        self.worth += other.worth;
        self.cold += other.cold;
    }
}

/// A density in picodollars a nanosecond as a code that rises with it: the exponent and five bits of the double, so that a bin is no
/// wider than one part in 32. None of whole picodollars and nanoseconds lies beyond 2⁶³ or below 2⁻⁶⁴. Worth nothing or less: 0.
fn code(worth: i64, nanos: u64) -> u16 {
    if worth <= 0 {
        return 0;
    }
    let density = worth as f64 / nanos.max(1) as f64;
    const LEAST: u64 = (1_023 - 64) << 5;
    (density.to_bits() >> 47).saturating_sub(LEAST).max(1) as u16
}

/// 128 exponents of 32 bins.
const CODES: usize = 1 << 12;

/// Bins by slot and density.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Surface {
    /// By slot, the bins in the order of their codes.
    slots: BTreeMap<i32, Vec<(u16, Bin)>>,
}

impl Surface {
    /// A surface of bins in the order of their slots and codes.
    pub fn of(cells: impl Iterator<Item = (i32, u16, Bin)>) -> Self {
        let mut surface = Self::default();
        for (slot, code, bin) in cells {
            surface.slots.entry(slot).or_default().push((code, bin));
        }
        surface
    }

    /// Every bin with its slot and its code, in their order.
    pub fn cells(&self) -> impl Iterator<Item = (i32, u16, &Bin)> {
        self.slots.iter().flat_map(|(slot, bins)| bins.iter().map(|(code, bin)| (*slot, *code, bin)))
    }

    /// Adds another one.
    pub fn merge(&mut self, other: Self) {
        if self.slots.is_empty() {
            *self = other;
            return;
        }
        for (slot, bins) in other.slots {
            self.put(slot, bins);
        }
    }

    fn put(&mut self, slot: i32, bins: Vec<(u16, Bin)>) {
        let own = self.slots.entry(slot).or_default();
        if own.is_empty() {
            *own = bins;
            return;
        }
        let mut merged = Vec::with_capacity(own.len() + bins.len());
        let (mut left, mut right) = (std::mem::take(own).into_iter().peekable(), bins.into_iter().peekable());
        loop {
            match (left.peek(), right.peek()) {
                (Some(a), Some(b)) if a.0 == b.0 => {
                    let (code, mut bin) = *a;
                    bin.add(&b.1);
                    merged.push((code, bin));
                    left.next();
                    right.next();
                }
                (Some(a), Some(b)) if a.0 < b.0 => merged.extend(left.next()),
                (_, Some(_)) => merged.extend(right.next()),
                (Some(_), None) => merged.extend(left.next()),
                (None, None) => break,
            }
        }
        *own = merged;
    }

    /// The sum of all bins.
    pub fn total(&self) -> Bin {
        let mut sum = Bin::default();
        self.slots.values().flatten().for_each(|(_, bin)| sum.add(bin));
        sum
    }

    /// Whether no call is in it.
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// Replica-seconds of each slot that has calls, in the order of time.
    pub fn seconds(&self) -> impl Iterator<Item = (i32, f64)> {
        self.slots.iter().map(|(slot, bins)| {
            let nanos: u64 = bins.iter().map(|(_, bin)| bin.nanos).sum();
            (*slot, nanos as f64 / NANOS)
        })
    }

    fn bins(&self, slot: i32) -> &[(u16, Bin)] {
        self.slots.get(&slot).map_or(&[], Vec::as_slice)
    }
}

/// Nanoseconds of a second.
const NANOS: f64 = 1e9;
/// Picodollars of a dollar.
const PICOS: f64 = 1e12;

/// Adds calls of one slot before they go to a surface.
#[derive(Debug)]
pub struct Collector {
    bins: Vec<Bin>,
    touched: Vec<u16>,
}

impl Default for Collector {
    fn default() -> Self {
        Self { bins: vec![Bin::default(); CODES], touched: Vec::new() }
    }
}

impl Collector {
    /// Adds a call: replica-nanoseconds, what it is worth and what cold caches cost it elsewhere, in picodollars.
    #[inline]
    pub fn add(&mut self, nanos: u64, worth: i64, cold: i64) {
        let code = code(worth, nanos);
        let bin = &mut self.bins[usize::from(code)];
        if bin.calls == 0 {
            self.touched.push(code);
        }
        bin.calls += 1;
        bin.nanos += nanos;
        bin.worth += i128::from(worth);
        bin.cold += i128::from(cold);
    }

    /// Moves what was added to a slot of a surface.
    pub fn flush(&mut self, surface: &mut Surface, slot: i32) {
        if self.touched.is_empty() {
            return;
        }
        self.touched.sort_unstable();
        let taken = self.touched.drain(..);
        let bins = taken.map(|code| (code, std::mem::take(&mut self.bins[usize::from(code)]))).collect();
        surface.put(slot, bins);
    }
}

#[cfg(test)]
mod tests;
