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
    assert_eq!(filling(&now, &waiting).slots(1.0).len(), 1);
}

const SECOND: u64 = 1_000_000_000;
const DOLLAR: i64 = 1_000_000_000_000;

/// A part of a second, in which the naive search below counts.
const UNIT: u64 = SECOND / 4;

/// Work in units: slot or day, units, dollars a second.
type Work = (i32, u64, i64);

fn surface_of(work: &[Work]) -> Surface {
    let dollars = |units: u64, density: i64| units as i64 * density * (DOLLAR / 4);
    let calls: Vec<Call> =
        work.iter().map(|(at, units, density)| (*at, units * UNIT, dollars(*units, *density))).collect();
    surface(&calls)
}

/// What the best so many units of a slot or day are worth, from none up, in dollars times 4.
fn best_units(work: &[Work], at: i32, most: usize) -> Vec<i64> {
    let own = work.iter().filter(|(place, _, density)| *place == at && *density > 0);
    let mut units: Vec<i64> =
        own.flat_map(|(_, units, density)| std::iter::repeat_n(*density, *units as usize)).collect();
    units.sort_unstable_by(|a, b| b.cmp(a));
    (0..=most).map(|count| units.iter().take(count).sum()).collect()
}

/// What `room` units in each of the three slots of the days −1 to 1 can be worth at most: of every number of units that the slots use
/// for their own the best, and the rest of the day's room for what waits.
fn naive_days(now: &[Work], waiting: &[Work], room: usize) -> f64 {
    let day = |day: i32| {
        let mut own = vec![0_i64; 3 * room + 1];
        for slot in 3 * day..3 * day + 3 {
            let best = best_units(now, slot, room);
            let split = |used: usize| (0..=used.min(room)).map(|here| own[used - here] + best[here]).max();
            own = (0..own.len()).filter_map(split).collect();
        }
        let waits = best_units(waiting, day, 3 * room);
        own.iter().zip(waits.iter().rev()).map(|(own, waits)| own + waits).max().unwrap_or(0)
    };
    (-1..2).map(day).sum::<i64>() as f64 / 4.0
}

proptest! {
    #[test]
    fn a_day_is_filled_as_trying_every_split_of_it_fills_it(
        now in prop::collection::vec((-3..6_i32, 1..12_u64, -2..9_i64), 0..12),
        waiting in prop::collection::vec((-1..2_i32, 1..16_u64, -2..9_i64), 0..6),
        room in 0..16_usize,
    ) {
        let (served, waits) = (surface_of(&now), surface_of(&waiting));
        let filler = Filling { now: &served, waiting: &waits, slots_per_day: 3, cold: 0.0 }.ready();
        let filled = filler.fill(room as f64 / 4.0);
        let wanted = naive_days(&now, &waiting, room);
        prop_assert!((filled.worth - wanted).abs() < 1e-9, "{} {wanted}", filled.worth);
        prop_assert!(filled.seconds <= 9.0 * room as f64 / 4.0 + 1e-9);
    }
}

#[test]
fn a_further_moment_is_worth_the_next_work_where_the_room_of_a_slot_and_of_its_day_end_together() {
    // Two slots of a second. What waits takes one at 5 dollars; the other is the first slot's own at 3, which has two such seconds.
    let now = surface(&[(0, 2 * SECOND, 6 * DOLLAR)]);
    let waiting = surface(&[(0, SECOND, 5 * DOLLAR), (0, SECOND, DOLLAR)]);
    let filler = Filling { now: &now, waiting: &waiting, slots_per_day: 2, cold: 0.0 }.ready();
    // Of a further moment in both slots one goes to the slot's own at 3, the other to what waits at 1.
    let further = filler.fill(1.25).worth - filler.fill(1.0).worth;
    assert!((further - 0.25 * 4.0).abs() < 1e-9);
}

#[test]
fn a_surface_says_what_is_in_it() {
    let (mut one, mut collector) = (Surface::default(), Collector::default());
    for (nanos, worth, cold) in [(2_250_000_000, -1, 5), (1_500_000_000, 7, 40)] {
        collector.add(nanos, worth, cold);
    }
    collector.flush(&mut one, 3);
    collector.add(SECOND / 2, DOLLAR, 300);
    collector.flush(&mut one, -2);
    let mut two = one.clone();
    two.merge(one.clone());
    assert_eq!(one.seconds().collect::<Vec<_>>(), [(-2, 0.5), (3, 3.75)]);
    assert_eq!(one.total(), Bin { calls: 3, nanos: 4_250_000_000, worth: 1_000_000_000_006, cold: 345 });
    assert_eq!(two.total(), Bin { calls: 6, nanos: 8_500_000_000, worth: 2_000_000_000_012, cold: 690 });
    let cells: Vec<(i32, u16, Bin)> = one.cells().map(|(slot, code, bin)| (slot, code, *bin)).collect();
    assert_eq!(
        cells.iter().map(|(slot, _, bin)| (*slot, bin.calls, bin.worth, bin.cold)).collect::<Vec<_>>(),
        [(-2, 1, i128::from(DOLLAR), 300), (3, 1, -1, 5), (3, 1, 7, 40)]
    );
    assert!(cells[1].1 == 0 && 0 < cells[2].1 && cells[2].1 < cells[0].1);
    assert_eq!(Surface::of(cells.into_iter()), one);
}

#[test]
fn the_outermost_densities_have_bins() {
    let mut collector = Collector::default();
    for (nanos, worth) in [(0, i64::MAX), (1, i64::MAX), (u64::MAX, 1), (SECOND, i64::MIN)] {
        let code = code(worth, nanos);
        assert!(usize::from(code) < CODES && (code > 0) == (worth > 0));
    }
    collector.add(0, i64::MAX, 0);
    collector.add(u64::MAX, 1, 0);
    let mut surface = Surface::default();
    collector.flush(&mut surface, 0);
    assert_eq!(surface.cells().count(), 2);
}

#[test]
fn a_slot_is_filled_up_to_the_call_that_is_cut() {
    // Two calls of a second worth 3, four worth 1; with cold caches they would cost 0.4 and 0.1 more.
    let (mut now, mut collector, none) = (Surface::default(), Collector::default(), Surface::default());
    for (count, worth, cold) in [(2, 3 * DOLLAR, DOLLAR / 5 * 2), (4, DOLLAR, DOLLAR / 10)] {
        (0..count).for_each(|_| collector.add(SECOND, worth, cold));
    }
    collector.flush(&mut now, 5);
    let filler = Filling { now: &now, waiting: &none, slots_per_day: 24, cold: 0.5 }.ready();
    let slots = filler.slots(3.0);
    let [(5, filled)] = slots[..] else { panic!("{slots:?}") };
    // Of six seconds half is done: what is left of 1.2 dollars, 0.3, is paid to half of that half.
    for (found, wanted) in [
        (filled.calls, 3.0),
        (filled.seconds, 3.0),
        (filled.worth, 7.0),
        (filled.cold, 0.5 * 0.5 * 0.3),
        (filled.gain(), 7.0 - 0.075),
    ] {
        assert!((found - wanted).abs() < 1e-9, "{found} {wanted}");
    }
    assert_eq!(filler.fill(3.0), filled);
    // A second of the two is worth 3, then one of the four 1, and then there is nothing left.
    for (room, worth) in [(0.0, 0.0), (1.5, 4.5), (2.0, 6.0), (5.5, 9.5), (6.0, 10.0), (7.0, 10.0)] {
        assert!((filler.fill(room).worth - worth).abs() < 1e-9, "{room}");
    }
}

#[test]
fn cold_caches_count_however_little_they_cost_and_stay_warm_where_nothing_is_done() {
    let (mut now, mut collector, none) = (Surface::default(), Collector::default(), Surface::default());
    // Two calls of a second, as worthwhile; each would cost a millionth of a dollar more.
    (0..2).for_each(|_| collector.add(SECOND, DOLLAR / 1_000, DOLLAR / 1_000_000));
    collector.flush(&mut now, 0);
    let filler = Filling { now: &now, waiting: &none, slots_per_day: 24, cold: 1.0 }.ready();
    assert!((filler.fill(1.0).cold - 0.5e-6).abs() < 1e-14);
    // A slot in which calls take no time, and are worth nothing here.
    collector.add(0, -1, DOLLAR);
    let mut now = Surface::default();
    collector.flush(&mut now, 0);
    let filler = Filling { now: &now, waiting: &none, slots_per_day: 24, cold: 1.0 }.ready();
    assert_eq!(filler.fill(1.0), Filled::default());
}

#[test]
fn work_that_waits_is_counted_where_it_is_worth_more_than_a_price() {
    let now = surface(&[(0, SECOND, 9 * DOLLAR), (1, SECOND, DOLLAR), (30, SECOND, DOLLAR)]);
    let waiting =
        surface(&[(0, SECOND, 2 * DOLLAR), (0, 2 * SECOND, 5 * DOLLAR), (2, 4 * SECOND, 12 * DOLLAR)]);
    let filler = filling(&now, &waiting);
    for (price, calls, seconds, worth) in
        [(0.0, 3.0, 7.0, 19.0), (2.0, 2.0, 6.0, 17.0), (2.7, 1.0, 4.0, 12.0)]
    {
        let above = filler.waiting_above(price);
        let off = [above.calls - calls, above.seconds - seconds, above.worth - worth];
        assert!(off.iter().all(|off| off.abs() < 1e-9), "{price} {above:?}");
    }
    assert_eq!(filler.waiting_above(3.0), Filled::default());
    // Days 0, 1 and 2 of 24 slots; where nothing waits, three slots.
    assert_eq!(filler.slots_with_calls(), 72);
    assert_eq!(filling(&now, &Surface::default()).slots_with_calls(), 3);
}

#[test]
fn a_single_kind_of_work_that_waits_is_worth_its_price_for_every_second() {
    // 100 seconds a day at 3 dollars: 24 slots of 4.17 seconds do them all.
    let filler = filling(&Surface::default(), &surface(&[(0, 100 * SECOND, 300 * DOLLAR)]));
    for (room, worth) in [(1e-5, 72e-5), (0.123, 8.856), (2.0, 144.0), (10.0, 300.0), (1_000.0, 300.0)] {
        assert!((filler.worth_scaled(room, 1.0) - worth).abs() < 1e-9 * worth, "{room}");
    }
    // Twice the calls on twice the room.
    assert!((filler.worth_scaled(4.0, 2.0) - 288.0).abs() < 1e-6);
}
