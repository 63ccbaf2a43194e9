//! How many replicas there should be, and how they should be paid for.

use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;

use super::costs::{MonthlyCost, Way};
use super::gathered::{Gathered, Ready, Versus};
use crate::engine::hosting::queueing::{Held, carried};
use crate::engine::hosting::surface::{Filled, Filler, Filling};
use crate::inputs::hardware::Commitment;
use crate::inputs::scenario::SelfHosting;

/// A deployment against a log: what any number of replicas would gain.
#[derive(Debug)]
pub struct Plan<'a> {
    /// The deployment.
    pub ready: &'a Ready,
    /// What the pass found.
    pub found: &'a Gathered,
    /// What is assumed.
    pub assumed: &'a SelfHosting,
    /// Minutes of a slot.
    pub slot_minutes: i32,
    /// Hours that the log covers.
    pub hours: f64,
    /// A month over the log.
    pub month: f64,
    /// What the queue is held to.
    pub held: Held,
    /// Calls at once on a replica.
    pub at_once: f64,
    /// How capacity against each alternative is filled, where it was asked before.
    pub fillers: [OnceCell<Filler>; Versus::ALL.len()],
    /// What so many replicas may be used, where it was asked before.
    pub known: RefCell<BTreeMap<u32, f64>>,
}

/// A fleet of one size, paid for in one way.
#[derive(Debug, Clone, PartialEq)]
pub struct Sized {
    /// Replicas that serve.
    pub replicas: u32,
    /// What they do in the log.
    pub filled: Filled,
    /// Dollars a month that they gain before what they cost.
    pub gain: f64,
    /// What they cost a month.
    pub cost: MonthlyCost,
}

impl Sized {
    /// Dollars a month that are saved.
    pub fn saving(&self) -> f64 {
        self.gain - self.cost.total()
    }
}

/// Sizes beyond which not every one is tried.
const EVERY: u32 = 64;
/// Fleets that take every call are looked for up to here.
const MOST_ALONE: u32 = 65_536;
/// The largest fleet that is looked at.
const LARGEST: u32 = 100_000;

impl Plan<'_> {
    /// How capacity against an alternative is filled.
    pub fn filling(&self, versus: Versus) -> &Filler {
        self.fillers[versus as usize].get_or_init(|| self.filled_by(versus).ready())
    }

    fn filled_by(&self, versus: Versus) -> Filling<'_> {
        let cold = if versus == Versus::Best { self.assumed.overflow_cold } else { 0.0 };
        Filling {
            now: &self.found.now[versus as usize],
            waiting: &self.found.waiting[versus as usize],
            slots_per_day: 1_440 / self.slot_minutes,
            cold,
        }
    }

    /// Share of so many replicas that work may take: what finds no slot goes elsewhere, or rarely waits too long where nothing else may
    /// take it; machines fail, too.
    pub fn usable(&self, replicas: u32) -> f64 {
        if let Some(known) = self.known.borrow().get(&replicas) {
            return *known;
        }
        let slots = f64::from(replicas) * self.at_once.max(1.0);
        let headroom = if self.assumed.overflow {
            carried(slots, self.held.dispersion)
        } else {
            self.held.headroom(slots)
        };
        let usable = headroom.min(self.assumed.max_utilisation) * self.assumed.owned.availability;
        self.known.borrow_mut().insert(replicas, usable);
        usable
    }

    /// Replicas with which calls rarely wait too long in the busiest slot, if none may go elsewhere (Erlang C).
    pub fn without_overflow(&self) -> Option<u32> {
        let slots = self.found.now[Versus::Best as usize].seconds().map(|(_, seconds)| seconds);
        let load = slots.fold(0.0, f64::max) / (f64::from(self.slot_minutes) * 60.0);
        let takes = |replicas: u32| {
            let all = f64::from(replicas);
            load <= all * self.held.headroom(all * self.at_once.max(1.0)) * self.assumed.owned.availability
        };
        let mut high = 1;
        while !takes(high) {
            high *= 2;
            if high > MOST_ALONE {
                return None;
            }
        }
        let mut low = high / 2;
        while high - low > 1 {
            let middle = u32::midpoint(low, high);
            if takes(middle) { high = middle } else { low = middle }
        }
        Some(high)
    }

    /// Usable seconds of so many replicas in a slot.
    pub fn room(&self, replicas: u32) -> f64 {
        f64::from(replicas) * self.usable(replicas) * f64::from(self.slot_minutes) * 60.0
    }

    /// A fleet of a size.
    pub fn sized(&self, way: &Way, replicas: u32) -> Sized {
        let filled = if replicas == 0 {
            Filled::default()
        } else {
            self.filling(Versus::Best).fill(self.room(replicas))
        };
        let cost = way.month(replicas, self.assumed);
        Sized { replicas, filled, gain: filled.gain() * self.month, cost }
    }

    /// Sizes worth looking at: every small one, then in steps, up to where all that is worth something is served.
    pub fn sizes(&self) -> Vec<u32> {
        let all = self.filling(Versus::Best).fill(f64::INFINITY).seconds;
        let (mut sizes, mut size) = (vec![0], 1);
        while size <= LARGEST {
            sizes.push(size);
            if self.filling(Versus::Best).fill(self.room(size)).seconds >= all * (1.0 - 1e-9) {
                break;
            }
            size += (size / EVERY).max(1);
        }
        sizes
    }

    /// The size that saves the most; the smaller of equals, and none where nothing is saved.
    pub fn best(&self, way: &Way, sizes: &[u32]) -> Sized {
        let mut best = self.sized(way, 0);
        for size in sizes.iter().skip(1) {
            let other = self.sized(way, *size);
            if other.saving() > best.saving() {
                best = other;
            }
        }
        best
    }

    /// The size that loses the least, if there must be one.
    pub fn least_bad(&self, way: &Way, sizes: &[u32]) -> Sized {
        let least = sizes.iter().skip(1).map(|size| self.sized(way, *size));
        least.max_by(|a, b| a.saving().total_cmp(&b.saving())).unwrap_or_else(|| self.sized(way, 1))
    }

    /// A base that is paid in any case and a peak that is rented by the hour only in slots in which it pays, each start with its cold
    /// start: the base that saves the most. `None`: nothing can be rented by the hour.
    pub fn mixed(&self, base: &Way, peak: &Way, sizes: &[u32]) -> Option<Mixed> {
        if peak.commitment != Commitment::OnDemand || self.found.now[Versus::Best as usize].is_empty() {
            return None;
        }
        let most = sizes.last().copied()?.min(EVERY);
        let filling = self.filling(Versus::Best);
        let slot_hours = f64::from(self.slot_minutes) / 60.0;
        let started = peak.hour * self.assumed.cold_start / 3_600.0;
        // By replica beyond the first `j`: what it gains in slots in which it pays, and how many those are.
        let mut before = filling.slots(0.0);
        let mut peaks = Vec::new();
        for replica in 1..=most {
            let now = filling.slots(self.room(replica));
            let (mut gain, mut used, mut last) = (0.0, 0.0, None);
            for ((slot, now), (_, before)) in now.iter().zip(&before) {
                let start = if last == Some(slot - 1) { 0.0 } else { started };
                let net = now.gain() - before.gain() - peak.hour * slot_hours - start;
                if net > 0.0 {
                    gain += net;
                    used += slot_hours;
                    last = Some(*slot);
                }
            }
            peaks.push((gain, used));
            before = now;
        }
        let beyond = |base: u32| -> (f64, f64) {
            peaks.iter().skip(base as usize).fold((0.0, 0.0), |sum, peak| (sum.0 + peak.0, sum.1 + peak.1))
        };
        let of = |replicas: u32| {
            let fixed = self.sized(base, replicas);
            let (gain, hours) = beyond(replicas);
            let people = if replicas == 0 && hours > 0.0 { way_people(base, self) } else { 0.0 };
            let saving = fixed.saving() + gain * self.month - people;
            Mixed { base: fixed, peak_hours: hours * self.month, saving }
        };
        (0..=most).map(of).max_by(|a, b| a.saving.total_cmp(&b.saving))
    }
}

/// What people cost where nothing but peaks is rented.
fn way_people(way: &Way, plan: &Plan<'_>) -> f64 {
    way.month(1, plan.assumed).people()
}

/// A base and a peak.
#[derive(Debug, Clone, PartialEq)]
pub struct Mixed {
    /// The base.
    pub base: Sized,
    /// Replica-hours a month that are rented beyond it.
    pub peak_hours: f64,
    /// Dollars a month that are saved.
    pub saving: f64,
}
