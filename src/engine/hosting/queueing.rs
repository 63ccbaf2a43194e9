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
        assert_eq!(slots_needed(100.0, 10.0, 1.0, 0.01, 1_000), Some(118));
        assert_eq!(slots_needed(6.0, 30.0, 2.0, 0.01, 1_000), Some(13));
        assert_eq!(slots_needed(6.0, 30.0, 2.0, 0.01, 12), None);
    }

    proptest! {
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
