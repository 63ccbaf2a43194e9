//! What a capacity gains.

use super::{Bin, NANOS, PICOS, Surface};

/// How capacity is to be filled.
#[derive(Debug, Clone, Copy)]
pub struct Filling<'a> {
    /// Calls that are served when they come, by slot.
    pub now: &'a Surface,
    /// Calls that can wait until the end of their day, by day.
    pub waiting: &'a Surface,
    /// Slots of a day.
    pub slots_per_day: i32,
    /// Share to which caches elsewhere are cold for a call, for each share of the work of its slot that is done here.
    pub cold: f64,
}

/// What was done with a capacity.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Filled {
    /// Calls that it serves.
    pub calls: f64,
    /// Replica-seconds of work done.
    pub seconds: f64,
    /// Dollars that elsewhere they would cost, less what they cost here by the call.
    pub worth: f64,
    /// Dollars that calls which stay elsewhere cost more there, because caches are cold.
    pub cold: f64,
}

impl Filled {
    /// Dollars gained by the capacity, before what it costs.
    pub fn gain(&self) -> f64 {
        self.worth - self.cold
    }

    fn add(&mut self, other: &Self) {
        self.calls += other.calls;
        self.seconds += other.seconds;
        self.worth += other.worth;
        self.cold += other.cold;
    }
}

/// Parts of a sum that doubles lose.
const ROUNDING: f64 = 1e-9;

/// A bin as arithmetic needs it.
#[derive(Debug, Clone, Copy)]
struct Piece {
    code: u16,
    /// Its slot of the day; `None`: it can wait.
    slot: Option<usize>,
    sum: Filled,
}

impl Piece {
    fn of(slot: Option<usize>, (code, bin): &(u16, Bin)) -> Self {
        let sum = Filled {
            // A call that takes no time is done at once.
            seconds: (bin.nanos as f64 / NANOS).max(1e-12),
            calls: bin.calls as f64,
            worth: bin.worth as f64 / PICOS,
            cold: bin.cold as f64 / PICOS,
        };
        Self { code: *code, slot, sum }
    }

    fn density(&self) -> f64 {
        self.sum.worth / self.sum.seconds
    }

    fn part(&self, seconds: f64) -> Filled {
        let share = seconds / self.sum.seconds;
        Filled {
            calls: self.sum.calls * share,
            seconds,
            worth: self.sum.worth * share,
            cold: self.sum.cold * share,
        }
    }
}

/// The calls of a slot that are worth something, those worth most a second first.
#[derive(Debug)]
struct Slot {
    slot: i32,
    pieces: Vec<Piece>,
    /// Sums of the pieces before each, and of all.
    before: Vec<Filled>,
    /// Of all calls, also of those worth nothing: replica-seconds, and dollars of cold caches.
    all: (f64, f64),
}

impl Slot {
    fn of(slot: i32, bins: &[(u16, Bin)]) -> Self {
        let worth = bins.iter().rev().filter(|(code, _)| *code > 0);
        let pieces: Vec<Piece> = worth.map(|bin| Piece::of(None, bin)).collect();
        let mut sum = Filled::default();
        let mut before = Vec::with_capacity(pieces.len() + 1);
        for piece in &pieces {
            before.push(sum);
            sum.add(&piece.sum);
        }
        before.push(sum);
        let all = bins.iter().fold((0.0, 0.0), |(seconds, cold), (_, bin)| {
            (seconds + bin.nanos as f64 / NANOS, cold + bin.cold as f64 / PICOS)
        });
        Self { slot, pieces, before, all }
    }

    fn fill(&self, room: f64, cold: f64) -> Filled {
        // The pieces that begin before the room ends, of which the last one may be cut.
        let whole = self.before[..self.pieces.len()].partition_point(|sum| sum.seconds < room);
        let mut done = self.before[whole.saturating_sub(1)];
        if let Some(last) = whole.checked_sub(1).map(|at| &self.pieces[at]) {
            done.add(&last.part(last.sum.seconds.min(room - done.seconds)));
        }
        done.cold = self.chilled(&done, cold);
        done
    }

    /// What calls that stay elsewhere pay for cold caches.
    fn chilled(&self, done: &Filled, cold: f64) -> f64 {
        let (seconds, all) = self.all;
        let share = if seconds > 0.0 { (done.seconds / seconds).min(1.0) } else { 0.0 };
        let left = all - done.cold;
        // What is left of nearly everything is rounding.
        if left > ROUNDING * all { cold * share * left } else { 0.0 }
    }
}

/// A day with work that can wait: all of its pieces, those worth most a second first, and its slots.
#[derive(Debug)]
struct Day {
    pieces: Vec<Piece>,
    slots: Vec<Slot>,
}

/// A filling made ready to be asked for many capacities.
#[derive(Debug)]
pub struct Filler {
    slots: Vec<Slot>,
    /// Where work can wait, the days; then `slots` is not filled by itself.
    days: Vec<Day>,
    slots_per_day: i32,
    cold: f64,
    worth: Worth,
}

impl Filling<'_> {
    /// The same, ready.
    pub fn ready(&self) -> Filler {
        let slots: Vec<Slot> = self.now.slots.iter().map(|(slot, bins)| Slot::of(*slot, bins)).collect();
        let days = if self.waiting.is_empty() { Vec::new() } else { self.days() };
        let mut filler = Filler {
            slots,
            days,
            slots_per_day: self.slots_per_day,
            cold: self.cold,
            worth: Worth::default(),
        };
        filler.worth = Worth::of(&filler);
        filler
    }

    fn days(&self) -> Vec<Day> {
        let of = self.now.slots.keys().map(|slot| slot.div_euclid(self.slots_per_day));
        let mut days: Vec<i32> = of.chain(self.waiting.slots.keys().copied()).collect();
        days.sort_unstable();
        days.dedup();
        let day = |day: i32| {
            let first = day * self.slots_per_day;
            let own = self.now.slots.range(first..first + self.slots_per_day);
            let now = own.clone().flat_map(|(slot, bins)| {
                bins.iter().map(move |bin| Piece::of(Some((slot - first) as usize), bin))
            });
            let waiting = self.waiting.bins(day).iter().map(|bin| Piece::of(None, bin));
            let mut pieces: Vec<Piece> = now.chain(waiting).filter(|piece| piece.code > 0).collect();
            pieces.sort_by(|a, b| b.code.cmp(&a.code).then(a.slot.cmp(&b.slot)));
            Day { pieces, slots: own.map(|(slot, bins)| Slot::of(slot - first, bins)).collect() }
        };
        days.into_iter().map(day).collect()
    }
}

impl Filler {
    /// What so many usable seconds in every slot are filled with.
    pub fn fill(&self, room: f64) -> Filled {
        let mut sum = Filled::default();
        if self.days.is_empty() {
            self.slots.iter().for_each(|slot| sum.add(&slot.fill(room, self.cold)));
        } else {
            self.days.iter().for_each(|day| sum.add(&self.day(day, room)));
        }
        sum
    }

    /// What so many usable seconds in every slot are worth at a volume of `times` as many calls, spread over time as they are; caches
    /// elsewhere left out.
    pub fn worth_scaled(&self, room: f64, times: f64) -> f64 {
        times * self.worth.at(room / times)
    }

    /// What each slot is filled with, in the order of time; of work that waits nothing is in it.
    pub fn slots(&self, room: f64) -> Vec<(i32, Filled)> {
        self.slots.iter().map(|slot| (slot.slot, slot.fill(room, self.cold))).collect()
    }

    /// Slots with calls; with work that can wait all slots of their days.
    pub fn slots_with_calls(&self) -> usize {
        if self.days.is_empty() { self.slots.len() } else { self.days.len() * self.slots_per_day as usize }
    }

    /// Work that can wait and is worth more than so many dollars a second, done on capacity that is paid by the second.
    pub fn waiting_above(&self, second: f64) -> Filled {
        let mut sum = Filled::default();
        let waiting = self.days.iter().flat_map(|day| &day.pieces).filter(|piece| piece.slot.is_none());
        waiting.filter(|piece| piece.density() > second).for_each(|piece| sum.add(&piece.sum));
        sum
    }

    /// A day with work that can wait. The sets of work that fit form a polymatroid (each slot has its room, all together that of the
    /// day), so taking pieces in the order of their density is the optimum here, too.
    fn day(&self, day: &Day, room: f64) -> Filled {
        let mut used = vec![Filled::default(); self.slots_per_day as usize];
        let mut left = room * f64::from(self.slots_per_day);
        let mut done = Filled::default();
        for piece in &day.pieces {
            let here = piece.slot.map_or(f64::INFINITY, |at| room - used[at].seconds);
            let part = piece.part(piece.sum.seconds.min(here).min(left).max(0.0));
            if let Some(at) = piece.slot {
                used[at].add(&part);
            }
            done.add(&part);
            left -= part.seconds;
        }
        done.cold = day.slots.iter().map(|slot| slot.chilled(&used[slot.slot as usize], self.cold)).sum();
        done
    }
}

/// What capacity is worth, as straight lines between capacities: exact where nothing waits, between capacities that were filled where
/// something does.
#[derive(Debug, Default)]
struct Worth {
    /// Capacity, what it is worth, and what each further second is from there on.
    knots: Vec<(f64, f64, f64)>,
}

/// Capacities at which a filling with work that waits is looked at.
const SAMPLES: i32 = 256;

impl Worth {
    fn of(filler: &Filler) -> Self {
        if filler.days.is_empty() { Self::exact(&filler.slots) } else { Self::sampled(filler) }
    }

    /// All slots have the same room, so each piece adds its density to the slope where it begins and takes it off where it ends.
    fn exact(slots: &[Slot]) -> Self {
        let mut turns: Vec<(f64, f64)> = Vec::new();
        for slot in slots {
            let mut density = 0.0;
            for (piece, before) in slot.pieces.iter().zip(&slot.before) {
                turns.push((before.seconds, piece.density() - density));
                density = piece.density();
            }
            turns.push((slot.before[slot.pieces.len()].seconds, -density));
        }
        turns.sort_by(|a, b| a.0.total_cmp(&b.0));
        let (mut at, mut worth, mut slope) = (0.0, 0.0, 0.0);
        let knots = turns.into_iter().map(|(place, change)| {
            worth += slope * (place - at);
            at = place;
            slope += change;
            (at, worth, slope)
        });
        Self { knots: knots.collect() }
    }

    fn sampled(filler: &Filler) -> Self {
        let all = filler.fill(f64::INFINITY).seconds;
        // From a millionth of what could ever be used in one slot up to all of it.
        let rooms =
            (0..=SAMPLES).map(|step| all * 10_f64.powf(6.0 * (f64::from(step) / f64::from(SAMPLES) - 1.0)));
        let mut points = vec![(0.0, 0.0)];
        points.extend(rooms.map(|room| (room, filler.fill(room).worth)));
        let slopes = points.windows(2).map(|pair| (pair[1].1 - pair[0].1) / (pair[1].0 - pair[0].0));
        let slopes: Vec<f64> = slopes.chain([0.0]).collect();
        Self {
            knots: points.into_iter().zip(slopes).map(|((at, worth), slope)| (at, worth, slope)).collect(),
        }
    }

    fn at(&self, room: f64) -> f64 {
        let next = self.knots.partition_point(|knot| knot.0 <= room);
        let Some((at, worth, slope)) = next.checked_sub(1).map(|last| self.knots[last]) else { return 0.0 };
        worth + slope.max(0.0) * (room - at)
    }
}
