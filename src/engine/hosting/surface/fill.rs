//! What a capacity gains.

use super::{Bin, NANOS, PICOS, Surface};

/// How capacity is filled.
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
    /// Dollars that a further second of capacity in every slot would gain.
    pub at_margin: f64,
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
        self.at_margin += other.at_margin;
    }
}

/// A bin as arithmetic needs it.
#[derive(Debug, Clone, Copy)]
struct Piece {
    code: u16,
    /// Its slot; `None`: it can wait.
    slot: Option<i32>,
    seconds: f64,
    calls: f64,
    worth: f64,
    cold: f64,
}

impl Piece {
    fn of(slot: Option<i32>, (code, bin): &(u16, Bin)) -> Self {
        Self {
            code: *code,
            slot,
            // A call that takes no time is done at once.
            seconds: (bin.nanos as f64 / NANOS).max(1e-12),
            calls: bin.calls as f64,
            worth: bin.worth as f64 / PICOS,
            cold: bin.cold as f64 / PICOS,
        }
    }

    fn part(&self, seconds: f64) -> Filled {
        let share = seconds / self.seconds;
        Filled {
            calls: self.calls * share,
            seconds,
            worth: self.worth * share,
            cold: self.cold * share,
            at_margin: 0.0,
        }
    }
}

impl Filling<'_> {
    /// What so many usable seconds in every slot are filled with.
    pub fn fill(&self, room: f64) -> Filled {
        let mut sum = Filled::default();
        if self.waiting.is_empty() {
            for (slot, bins) in &self.now.slots {
                sum.add(&self.slot(*slot, bins, room));
            }
            return sum;
        }
        for day in self.days() {
            sum.add(&self.day(day, room));
        }
        sum
    }

    /// The same at a volume of `times` as many calls, spread over time as they are.
    pub fn fill_scaled(&self, room: f64, times: f64) -> Filled {
        let Filled { calls, seconds, worth, cold, at_margin } = self.fill(room / times);
        Filled {
            calls: calls * times,
            seconds: seconds * times,
            worth: worth * times,
            cold: cold * times,
            at_margin,
        }
    }

    /// What each slot is filled with, in the order of time; of work that waits nothing is in it.
    pub fn slots(&self, room: f64) -> Vec<(i32, Filled)> {
        self.now.slots.iter().map(|(slot, bins)| (*slot, self.slot(*slot, bins, room))).collect()
    }

    fn days(&self) -> Vec<i32> {
        let of = self.now.slots.keys().map(|slot| slot.div_euclid(self.slots_per_day));
        let mut days: Vec<i32> = of.chain(self.waiting.slots.keys().copied()).collect();
        days.sort_unstable();
        days.dedup();
        days
    }

    fn slot(&self, slot: i32, bins: &[(u16, Bin)], room: f64) -> Filled {
        let (mut left, mut done) = (room, Filled::default());
        for bin in bins.iter().rev().filter(|(code, _)| *code > 0) {
            let piece = Piece::of(Some(slot), bin);
            let part = piece.part(piece.seconds.min(left));
            done.add(&part);
            left -= part.seconds;
            if left <= 0.0 {
                // What comes next is the rest of this bin: the margin.
                done.at_margin = piece.worth / piece.seconds;
                break;
            }
        }
        done.cold = self.chilled(bins, &done);
        done
    }

    /// What calls of a slot that stay elsewhere pay for cold caches.
    fn chilled(&self, bins: &[(u16, Bin)], done: &Filled) -> f64 {
        let (mut seconds, mut cold) = (0.0, 0.0);
        for (_, bin) in bins {
            seconds += bin.nanos as f64 / NANOS;
            cold += bin.cold as f64 / PICOS;
        }
        let share = if seconds > 0.0 { (done.seconds / seconds).min(1.0) } else { 0.0 };
        self.cold * share * (cold - done.cold).max(0.0)
    }

    /// A day with work that can wait. The sets of work that fit form a polymatroid (each slot has its room, all together that of the
    /// day), so taking pieces in the order of their density is the optimum here, too.
    fn day(&self, day: i32, room: f64) -> Filled {
        let first = day * self.slots_per_day;
        let slots = first..first + self.slots_per_day;
        let mut pieces: Vec<Piece> = slots
            .clone()
            .flat_map(|slot| self.now.bins(slot).iter().map(move |bin| Piece::of(Some(slot), bin)))
            .chain(self.waiting.bins(day).iter().map(|bin| Piece::of(None, bin)))
            .filter(|piece| piece.code > 0)
            .collect();
        pieces.sort_by(|a, b| b.code.cmp(&a.code).then(a.slot.cmp(&b.slot)));
        let mut used = vec![Filled::default(); self.slots_per_day as usize];
        // Densities at which the room of a slot ended, and that of the day.
        let (mut margins, mut of_day): (Vec<Option<f64>>, Option<f64>) = (vec![None; used.len()], None);
        let mut left = room * f64::from(self.slots_per_day);
        let mut done = Filled::default();
        for piece in &pieces {
            let at = piece.slot.map(|slot| (slot - first) as usize);
            let here = at.map_or(f64::INFINITY, |at| room - used[at].seconds);
            let part = piece.part(piece.seconds.min(here).min(left).max(0.0));
            if part.seconds < piece.seconds {
                let ended = if here < left { at.map(|at| &mut margins[at]) } else { Some(&mut of_day) };
                ended.map(|margin| margin.get_or_insert(piece.worth / piece.seconds));
            }
            if let Some(at) = at {
                used[at].add(&part);
            }
            done.add(&part);
            left -= part.seconds;
        }
        // The room of a slot is worth what ended it, as far as that is more than the room of any slot.
        let anywhere = of_day.unwrap_or(0.0);
        done.at_margin = margins.iter().map(|margin| margin.unwrap_or(0.0).max(anywhere)).sum();
        done.cold = slots.zip(&used).map(|(slot, used)| self.chilled(self.now.bins(slot), used)).sum();
        done
    }
}
