//! Against the plainest loop, and laws.

use proptest::prelude::*;

use super::*;

/// A call: slot, nanoseconds, picodollars.
type Call = (i32, u64, i64);

fn surface(calls: &[Call]) -> Surface {
    let (mut surface, mut collector) = (Surface::default(), Collector::default());
    for (slot, nanos, worth) in calls {
        collector.add(*nanos, *worth, 0);
        collector.flush(&mut surface, *slot);
    }
    surface
}

fn filling(now: &Surface, waiting: &Surface) -> Filler {
    Filling { now, waiting, slots_per_day: 24, cold: 0.0 }.ready()
}

/// The knapsack of each slot by sorting its calls.
fn brute(calls: &[Call], room: f64) -> f64 {
    let mut gain = 0.0;
    let mut slots: Vec<i32> = calls.iter().map(|call| call.0).collect();
    slots.sort_unstable();
    slots.dedup();
    for slot in slots {
        let mut own: Vec<&Call> = calls.iter().filter(|call| call.0 == slot && call.2 > 0).collect();
        own.sort_by(|a, b| (b.2 as f64 / b.1 as f64).total_cmp(&(a.2 as f64 / a.1 as f64)));
        let mut left = room;
        for (_, nanos, worth) in own {
            let seconds = *nanos as f64 / NANOS;
            let part = (left / seconds).min(1.0);
            gain += part * *worth as f64 / PICOS;
            left -= part * seconds;
            if left <= 0.0 {
                break;
            }
        }
    }
    gain
}

fn calls() -> impl Strategy<Value = Vec<Call>> {
    // From a millisecond to a minute, from nothing to a dollar, spread over magnitudes.
    let nanos = (6.0_f64..10.8).prop_map(|digits| 10_f64.powf(digits) as u64);
    let worth = (6.0_f64..12.0).prop_map(|digits| 10_f64.powf(digits) as i64);
    prop::collection::vec((0..30_i32, nanos, worth), 1..400)
}

proptest! {
    #[test]
    fn it_is_the_knapsack_of_every_slot_to_a_tenth_of_a_per_cent(calls in calls(), room in 0.01_f64..3_600.0) {
        let (now, waiting) = (surface(&calls), Surface::default());
        let (found, wanted) = (filling(&now, &waiting).fill(room).gain(), brute(&calls, room));
        prop_assert!((found - wanted).abs() <= 1e-3 * wanted, "{found} {wanted}");
        prop_assert!(found <= wanted * (1.0 + 1e-9), "bins cannot beat the best use");
    }

    #[test]
    fn more_capacity_gains_more_and_each_further_second_less(calls in calls(), room in 0.01_f64..1_000.0) {
        let (now, waiting) = (surface(&calls), Surface::default());
        let gain = |times: f64| filling(&now, &waiting).fill(room * times).gain();
        let gains: Vec<f64> = (0..8).map(|times| gain(f64::from(times))).collect();
        prop_assert!(gains.windows(2).all(|pair| pair[1] >= pair[0] - 1e-9));
        prop_assert!(gains.windows(3).all(|three| three[2] - three[1] <= three[1] - three[0] + 1e-9));
    }

    #[test]
    fn the_price_at_the_margin_is_the_finite_difference(calls in calls(), waits in calls(), room in 0.01_f64..600.0, any in any::<bool>()) {
        let now = surface(&calls);
        let of_days: Vec<Call> = waits.into_iter().map(|(slot, nanos, worth)| (slot / 24, nanos, worth)).collect();
        let waiting = if any { surface(&of_days) } else { Surface::default() };
        let filling = filling(&now, &waiting);
        let step = 1e-6;
        let (here, further) = (filling.fill(room), filling.fill(room + step));
        let difference = (further.gain() - here.gain()) / step;
        // A kink between the two amounts leaves the difference between the two prices.
        let (low, high) = (further.at_margin.min(here.at_margin), further.at_margin.max(here.at_margin));
        let near = 1e-3 * high + 1e-6;
        prop_assert!(difference >= low - near && difference <= high + near, "{difference} {low} {high}");
    }

    #[test]
    fn parts_of_a_log_add_up_in_any_order(calls in calls(), cut in 0.0_f64..1.0) {
        let at = (calls.len() as f64 * cut) as usize;
        let (mut one, two) = (surface(&calls[..at]), surface(&calls[at..]));
        let mut other = two.clone();
        other.merge(one.clone());
        one.merge(two);
        prop_assert_eq!(&one, &surface(&calls));
        prop_assert_eq!(one, other);
    }

    #[test]
    fn work_that_waits_is_worth_no_less_than_work_that_does_not(calls in calls(), room in 0.01_f64..600.0) {
        let none = Surface::default();
        let now = surface(&calls);
        let of_days: Vec<Call> = calls.iter().map(|(slot, nanos, worth)| (slot / 24, *nanos, *worth)).collect();
        let days = surface(&of_days);
        let (strict, free) = (filling(&now, &none).fill(room), filling(&none, &days).fill(room));
        prop_assert!(free.gain() >= strict.gain() * (1.0 - 2e-3) - 1e-9);
        // A day of free work is one knapsack of the whole day.
        let wanted = brute(&of_days, room * 24.0);
        prop_assert!((free.gain() - wanted).abs() <= 1e-3 * wanted);
    }

    #[test]
    fn a_volume_scales_the_surface(calls in calls(), room in 0.01_f64..100.0, times in 0.1_f64..20.0) {
        let (now, none) = (surface(&calls), Surface::default());
        let filler = filling(&now, &none);
        let wanted = times * filler.fill(room).worth;
        prop_assert!((filler.worth_scaled(room * times, times) - wanted).abs() <= 1e-9 * wanted.max(1.0));
        // Where work waits it is read off between capacities that were filled.
        let of_days: Vec<Call> = calls.iter().map(|(slot, nanos, worth)| (slot / 24, *nanos, *worth)).collect();
        let waits = surface(&of_days);
        let filler = filling(&now, &waits);
        let wanted = filler.fill(room).worth;
        prop_assert!((filler.worth_scaled(room, 1.0) - wanted).abs() <= 0.02 * wanted);
    }
}

#[test]
fn calls_worth_nothing_stay_elsewhere() {
    let (now, none) =
        (surface(&[(0, 1_000_000_000, -5), (0, 1_000_000_000, 0), (0, 0, 7)]), Surface::default());
    let filled = filling(&now, &none).fill(10.0);
    assert!((filled.calls - 1.0).abs() < 1e-12 && (filled.gain() - 7e-12).abs() < 1e-20);
    assert_eq!(now.total().calls, 3);
}

#[test]
fn what_stays_elsewhere_pays_for_cold_caches_as_far_as_others_left() {
    let (mut now, mut collector, none) = (Surface::default(), Collector::default(), Surface::default());
    // Two calls of a second, the second worth less; each would cost 0.10 more with a cold cache.
    for worth in [4e11, 2e11] {
        collector.add(1_000_000_000, worth as i64, 100_000_000_000);
    }
    collector.flush(&mut now, 5);
    let filling = Filling { now: &now, waiting: &none, slots_per_day: 24, cold: 1.0 }.ready();
    // With room for one: it does half of the work, so the other one finds half of its cache cold.
    assert!((filling.fill(1.0).gain() - (0.4 - 0.5 * 0.1)).abs() < 1e-9);
    assert!((filling.fill(2.0).gain() - 0.6).abs() < 1e-9);
}

#[test]
fn a_day_with_work_that_waits() {
    // A machine for one second an hour; an hour has two seconds of calls worth 3 a second, the day one of 2 that waits.
    let second = 1_000_000_000;
    let now = surface(&[(24, 2 * second, 6_000_000_000_000)]);
    let waiting = surface(&[(1, second, 2_000_000_000_000)]);
    let filled = filling(&now, &waiting).fill(1.0);
    assert!((filled.gain() - 5.0).abs() < 1e-9 && (filled.seconds - 2.0).abs() < 1e-9);
    assert!((filled.at_margin - 3.0).abs() < 1e-9);
    assert_eq!(filling(&now, &waiting).slots(1.0).len(), 1);
}
