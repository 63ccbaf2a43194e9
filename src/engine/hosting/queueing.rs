//! How many calls must fit at once, so that few wait long: the M/M/c queue (Erlang 1917).

/// Probability that a call finds all of `slots` taken, at an offered load in calls at once, where calls that find no slot are lost; by
/// recursion.
fn erlang_b(slots: u32, load: f64) -> f64 {
    (1..=slots).fold(1.0, |blocked, slot| load * blocked / (f64::from(slot) + load * blocked))
}

/// Probability that a call has to wait: Erlang's C. 1 where the load is as large as the slots.
pub fn waits(slots: u32, load: f64) -> f64 {
    if load >= f64::from(slots) {
        return 1.0;
    }
    let blocked = erlang_b(slots, load);
    blocked / (1.0 - load / f64::from(slots) * (1.0 - blocked))
}

/// Probability that a call waits longer than `wait` seconds, where calls take `service` seconds.
pub fn waits_longer(slots: u32, load: f64, service: f64, wait: f64) -> f64 {
    let spare = f64::from(slots) - load;
    if spare <= 0.0 { 1.0 } else { waits(slots, load) * (-spare * wait / service).exp() }
}

/// The fewest slots with which no more than a share of calls waits longer than `wait` seconds; `None`: more than `most`.
pub fn slots_needed(load: f64, service: f64, wait: f64, share: f64, most: u32) -> Option<u32> {
    let mut blocked = 1.0;
    for slots in 1..=most {
        let count = f64::from(slots);
        blocked = load * blocked / (count + load * blocked);
        if count <= load {
            continue;
        }
        let waiting = blocked / (1.0 - load / count * (1.0 - blocked));
        if waiting * (-(count - load) * wait / service).exp() <= share {
            return Some(slots);
        }
    }
    None
}

/// What a queue is held to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Held {
    /// Seconds that a call holds a slot.
    pub service: f64,
    /// Seconds that it may wait for one.
    pub wait: f64,
    /// Share of the calls that may wait longer.
    pub late: f64,
    /// Variance of the arrivals in equal times over their mean: 1 for arrivals at random.
    pub dispersion: f64,
}

/// Slots beyond which headroom is taken to be that of so many: it only becomes less.
const MANY: f64 = 4_096.0;

/// Share of the calls that find every slot taken, where they do not wait but go elsewhere: Erlang's loss formula. Arrivals that
/// scatter more than at random are those of a system smaller by their dispersion (Hayward); between whole numbers of slots the
/// share is interpolated.
pub fn lost(slots: f64, load: f64, dispersion: f64) -> f64 {
    let scatter = dispersion.max(1.0);
    let (slots, load) = ((slots / scatter).clamp(0.0, MANY), load / scatter);
    let whole = slots.floor();
    let (less, more) = (erlang_b(whole as u32, load), erlang_b(whole as u32 + 1, load));
    less + (more - less) * (slots - whole)
}

/// The load that so many slots carry of one that would just fill them, as a share of them, where what finds no slot goes elsewhere.
pub fn carried(slots: f64, dispersion: f64) -> f64 {
    let slots = slots.clamp(1.0, MANY);
    1.0 - lost(slots, slots, dispersion)
}

impl Held {
    /// The load that so many slots take, as a share of them. What is needed beyond the load grows with the scatter of the arrivals by
    /// `(1 + dispersion)/2` (Allen and Cunneen).
    pub fn headroom(&self, slots: f64) -> f64 {
        let slots = slots.clamp(1.0, MANY);
        let scatter = 0.5 * (1.0 + self.dispersion.max(0.0));
        let takes = |load: f64| {
            let needed = slots_needed(load, self.service, self.wait, self.late, 4 * MANY as u32);
            needed.is_some_and(|needed| load + (f64::from(needed) - load) * scatter <= slots.floor())
        };
        let (mut low, mut high) = (0.0, slots);
        for _ in 0..40 {
            let middle = 0.5 * (low + high);
            if takes(middle) { low = middle } else { high = middle }
        }
        low / slots
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn near(value: f64, wanted: f64) {
        assert!((value / wanted - 1.0).abs() < 1e-6, "{value} {wanted}");
    }

    #[test]
    fn tables_of_erlang() {
        near(waits(10, 8.0), 0.4091801508);
        near(waits(110, 100.0), 0.2370075003);
        near(waits_longer(110, 100.0, 10.0, 1.0), 0.08719018676);
        // Twice as long is e^−2 of those that wait, ten slots being spare for a second's wait of calls of ten.
        near(waits_longer(110, 100.0, 10.0, 2.0), 0.2370075003 * (-2.0_f64).exp());
        assert_eq!(slots_needed(100.0, 10.0, 1.0, 0.01, 1_000), Some(118));
        assert_eq!(slots_needed(6.0, 30.0, 2.0, 0.01, 1_000), Some(13));
        assert_eq!(slots_needed(6.0, 30.0, 2.0, 0.01, 12), None);
    }

    #[test]
    fn what_finds_no_slot_goes_elsewhere() {
        // Erlang's table: one slot and a load of one lose half, ten and ten 21.46 %.
        near(lost(1.0, 1.0, 1.0), 0.5);
        near(lost(10.0, 10.0, 1.0), 0.214_582_343_1);
        near(carried(10.0, 1.0), 1.0 - 0.214_582_343_1);
        // Between nothing and one slot.
        near(lost(0.5, 1.0, 1.0), 0.75);
        // Peaks twice as high are a system half as large.
        near(lost(20.0, 20.0, 2.0), lost(10.0, 10.0, 1.0));
        assert!(carried(256.0, 1.0) > 0.94 && carried(256.0, 18.0) < 0.85);
    }

    #[test]
    fn headroom_shrinks_with_scale_and_grows_with_scatter() {
        let held = Held { service: 10.0, wait: 1.0, late: 0.01, dispersion: 1.0 };
        // 118 slots are the fewest that take a load of 100.
        assert!((held.headroom(118.0) * 118.0 - 100.0) < 1.0 && held.headroom(118.0) * 118.0 >= 100.0 - 1e-6);
        assert!(held.headroom(13.0) < held.headroom(118.0) && held.headroom(118.0) < held.headroom(2_000.0));
        assert!(Held { dispersion: 9.0, ..held }.headroom(118.0) < 0.5 * held.headroom(118.0));
        assert!(held.headroom(1.0) >= 0.0 && held.headroom(1e9) < 1.0);
    }

    #[test]
    fn calls_that_come_evenly_need_half_as_much_beyond_their_load() {
        let even = Held { service: 10.0, wait: 0.0, late: 1e-9, dispersion: 0.0 };
        let load = even.headroom(MANY) * MANY;
        let needed = slots_needed(load, even.service, even.wait, even.late, 20_000).expect("enough");
        // At random they would need more slots than there are.
        assert!(f64::from(needed) > MANY + 100.0);
        assert!((0.5 * (load + f64::from(needed)) - MANY).abs() < 1.0);
    }

    proptest! {
        #[test]
        fn the_fewest_slots_keep_the_share_and_one_less_does_not(
            load in 0.1_f64..80.0, service in 1.0_f64..60.0, wait in 0.0_f64..20.0, share in 0.001_f64..0.5,
        ) {
            let slots = slots_needed(load, service, wait, share, 10_000).expect("enough");
            prop_assert!(waits_longer(slots, load, service, wait) <= share + 1e-12);
            prop_assert!(waits_longer(slots - 1, load, service, wait) > share - 1e-12);
        }

        #[test]
        fn more_load_waits_more_and_needs_no_fewer_slots(load in 0.1_f64..80.0, more in 0.01_f64..20.0) {
            let (one, other) = (waits(100, load), waits(100, load + more));
            prop_assert!((0.0..=1.0).contains(&one) && one <= other + 1e-12);
            let slots = |load| slots_needed(load, 10.0, 1.0, 0.01, 10_000).expect("enough");
            prop_assert!(slots(load) <= slots(load + more));
            prop_assert!(f64::from(slots(load)) > load);
        }
    }
}
