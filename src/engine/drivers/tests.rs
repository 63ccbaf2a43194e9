use proptest::prelude::*;

use super::*;
use crate::units::TOKEN_METERS;

/// Calls of one kind: tokens a call and a base rate for each meter.
fn side(calls: u64, tokens: [i64; TOKEN_METERS], rates: [i128; TOKEN_METERS]) -> Consumed {
    let mut side = Consumed { calls, ..Consumed::default() };
    for meter in 0..TOKEN_METERS {
        side.tokens[meter] = tokens[meter] * calls as i64;
        side.base[meter] = i128::from(side.tokens[meter]) * rates[meter];
        side.paid[meter] = side.base[meter];
    }
    side
}

const RATES: [i128; TOKEN_METERS] = [100, 10, 125, 200, 500, 0];

fn cell(path: [u32; LEVELS], before: Consumed, after: Consumed) -> Cell {
    Cell { path, sides: [before, after] }
}

fn part(found: &Decomposition, driver: Driver) -> i128 {
    found.parts[driver as usize]
}

fn only(found: &Decomposition, driver: Driver, worth: i128) {
    for (at, part) in found.parts.iter().enumerate() {
        assert_eq!(*part, if at == driver as usize { worth } else { 0 }, "{:?}", Driver::ALL[at]);
    }
}

#[test]
fn drivers_stand_in_the_order_of_their_numbers() {
    for (at, driver) in Driver::ALL.into_iter().enumerate() {
        assert_eq!(driver as usize, at);
        assert_eq!(driver.level(), (1..=LEVELS).contains(&at).then(|| at.wrapping_sub(1)));
    }
}

#[test]
fn what_alone_changes_is_the_whole_change() {
    let was = side(1_000, [800, 200, 0, 0, 100, 0], RATES);
    let of = |after: Consumed| decompose(&[cell([0; LEVELS], was, after)]);
    only(&of(was), Driver::Volume, 0);
    // 1,000 calls cost 800·100 + 200·10 + 100·500 = 132,000 each.
    only(&of(side(1_500, [800, 200, 0, 0, 100, 0], RATES)), Driver::Volume, 500 * 132_000);
    only(&of(side(1_000, [1_600, 400, 0, 0, 100, 0], RATES)), Driver::Input, 1_000 * 82_000);
    only(&of(side(1_000, [200, 800, 0, 0, 100, 0], RATES)), Driver::Cache, 1_000 * (28_000 - 82_000));
    only(&of(side(1_000, [800, 200, 0, 0, 300, 0], RATES)), Driver::Output, 1_000 * 100_000);
    let halved = RATES.map(|rate| rate / 2);
    let cheaper = side(1_000, [800, 200, 0, 0, 100, 0], halved);
    only(&of(cheaper), Driver::Prices, -1_000 * 66_000);
    let mut long = was;
    long.paid = long.base.map(|base| 2 * base);
    only(&of(long), Driver::LongPrompts, 1_000 * 132_000);
    let mut searching = was;
    (searching.searches, searching.searched) = (10, 10 * 7);
    only(&of(searching), Driver::Searches, 70);
    let mut paying = was;
    paying.requests = 1_000 * 3;
    only(&of(paying), Driver::Prices, 3_000);
}

#[test]
fn calls_that_had_no_input_before_are_not_said_to_have_changed_its_cache() {
    let (was, now) = (side(10, [0, 0, 0, 0, 7, 0], RATES), side(10, [30, 60, 0, 0, 7, 0], RATES));
    // 30·100 + 60·10 a call.
    only(&decompose(&[cell([0; LEVELS], was, now)]), Driver::Input, 10 * 3_600);
    only(&decompose(&[cell([0; LEVELS], now, was)]), Driver::Input, -10 * 3_600);
}

#[test]
fn what_is_paid_where_the_base_is_free_is_a_price() {
    // 20 calls of 50 tokens at a base of 0, of which each pays 3 and then 8 all the same: 5,000 more.
    let paying = |rate: i128| {
        let mut side = side(20, [50, 0, 0, 0, 0, 0], [0; TOKEN_METERS]);
        side.paid[0] = 1_000 * rate;
        side
    };
    only(&decompose(&[cell([0; LEVELS], paying(3), paying(8))]), Driver::Prices, 5_000);
}

#[test]
fn two_factors_share_what_they_have_in_common() {
    // Twice the calls at twice the tokens: 4 − 1 = 3 times the cost, of which half is each one's: 1 alone and half of the 1 of both.
    let was = side(100, [10, 0, 0, 0, 0, 0], RATES);
    let found = decompose(&[cell([0; LEVELS], was, side(200, [20, 0, 0, 0, 0, 0], RATES))]);
    assert_eq!(part(&found, Driver::Volume), 150_000);
    assert_eq!(part(&found, Driver::Input), 150_000);
}

#[test]
fn a_model_that_replaces_another_is_a_matter_of_the_mix() {
    let dear = side(500, [100, 0, 0, 0, 50, 0], RATES);
    let cheap = side(500, [120, 0, 0, 0, 40, 0], RATES.map(|rate| rate / 10));
    let nobody = Consumed::default();
    for (level, driver) in [
        (0, Driver::Workloads),
        (1, Driver::Tiers),
        (2, Driver::Models),
        (3, Driver::Sellers),
        (4, Driver::Modes),
    ] {
        let mut other = [0; LEVELS];
        other[level] = 1;
        let found = decompose(&[cell([0; LEVELS], dear, nobody), cell(other, nobody, cheap)]);
        only(&found, driver, cheap.cost().pico() - dear.cost().pico());
    }
}

#[test]
fn a_log_that_was_empty_is_volume() {
    let now = side(5, [100, 0, 0, 0, 50, 0], RATES);
    only(&decompose(&[cell([0; LEVELS], Consumed::default(), now)]), Driver::Volume, now.cost().pico());
    only(&decompose(&[]), Driver::Volume, 0);
}

#[test]
fn the_value_is_the_mean_over_all_orders_by_hand() {
    // A game of three drivers, the other nine change nothing: v = a + 2b + 4ab + 8abc.
    let worth: Vec<i128> = (0..1_usize << DRIVERS)
        .map(|set| {
            let of = |bit: usize| (set >> bit & 1) as i128;
            60 * (of(0) + 2 * of(1) + 4 * of(0) * of(1) + 8 * of(0) * of(1) * of(2))
        })
        .collect();
    let parts = shapley(&worth);
    // a: 1 + 4/2 + 8/3; b: 2 + 4/2 + 8/3; c: 8/3.
    assert_eq!(parts[..3], [60 * 3 + 160, 60 * 4 + 160, 160]);
    assert!(parts[3..].iter().all(|part| *part == 0));
}

fn any_side() -> impl Strategy<Value = Consumed> {
    let tokens = prop::array::uniform6(0_i64..2_000_000);
    let rates = prop::array::uniform6(0_i128..100_000);
    let searches = (0_i64..50, 0_i128..10_000_000_000);
    (0_u64..500, tokens, rates, prop::array::uniform6(0_i128..50_000), searches, 0_i128..1_000_000).prop_map(
        |(calls, tokens, rates, more, (searches, price), fee)| {
            let mut side = Consumed { calls, ..Consumed::default() };
            if calls > 0 {
                side.tokens = tokens;
                side.tokens[5] = side.tokens[5].min(side.tokens[4]);
                for meter in 0..TOKEN_METERS {
                    side.base[meter] = i128::from(side.tokens[meter]) * rates[meter];
                    side.paid[meter] = i128::from(side.tokens[meter]) * (rates[meter] + more[meter]);
                }
                (side.searches, side.searched) = (searches, i128::from(searches) * price);
                side.requests = i128::from(calls) * fee;
            }
            side
        },
    )
}

fn any_cells() -> impl Strategy<Value = Vec<Cell>> {
    let path = prop::array::uniform5(0_u32..3);
    prop::collection::btree_map(path, (any_side(), any_side()), 0..12).prop_map(|cells| {
        cells.into_iter().map(|(path, (before, after))| cell(path, before, after)).collect()
    })
}

proptest! {
    #[test]
    fn parts_add_up_to_the_change_exactly(cells in any_cells()) {
        let found = decompose(&cells);
        let cost = |side: usize| cells.iter().map(|cell| cell.sides[side].cost().pico()).sum::<i128>();
        prop_assert_eq!(found.parts.iter().sum::<i128>(), cost(1) - cost(0));
        // And the parts of the cells to the parts, as far as estimates go.
        let size = (cost(0) + cost(1)) as f64 + 1.0;
        for (driver, part) in found.parts.iter().enumerate() {
            let cells: f64 = found.by_cell.iter().map(|parts| parts[driver]).sum();
            prop_assert!((cells - *part as f64).abs() <= 1e-9 * size + 10.0, "{} {}", cells, part);
        }
    }

    #[test]
    fn back_is_there_the_other_way_round(cells in any_cells()) {
        let back: Vec<Cell> =
            cells.iter().map(|cell| Cell { sides: [cell.sides[1], cell.sides[0]], ..*cell }).collect();
        let (there, back) = (decompose(&cells), decompose(&back));
        for (one, other) in there.parts.iter().zip(&back.parts) {
            // Rounding down is not symmetric: a picodollar a driver.
            prop_assert!((one + other).abs() <= 1 + (one.abs() >> 40), "{} {}", one, other);
        }
    }

    #[test]
    fn the_order_of_cells_changes_nothing_but_rounding(cells in any_cells()) {
        let mut turned = cells.clone();
        turned.reverse();
        for (one, other) in decompose(&cells).parts.iter().zip(&decompose(&turned).parts) {
            prop_assert!((one - other).abs() <= 1 + (one.abs() >> 40), "{} {}", one, other);
        }
    }

    #[test]
    fn no_order_of_drivers_is_preferred(worth in prop::collection::vec(-1_000_000_i128..1_000_000, 1 << DRIVERS), one in 0..DRIVERS, other in 0..DRIVERS) {
        let swap = |set: usize| {
            let (a, b) = (set >> one & 1, set >> other & 1);
            set & !(1 << one) & !(1 << other) | b << one | a << other
        };
        let swapped: Vec<i128> = (0..worth.len()).map(|set| worth[swap(set)]).collect();
        let (parts, of_swapped) = (shapley(&worth), shapley(&swapped));
        prop_assert!((parts[one] - of_swapped[other]).abs() <= 1);
        prop_assert!((parts[other] - of_swapped[one]).abs() <= 1);
        prop_assert_eq!(parts.iter().sum::<i128>(), of_swapped.iter().sum::<i128>());
    }
}
