use proptest::prelude::*;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng as _;
use rand_distr::{Distribution as _, LogNormal};

use super::*;

const ASKED: Asked = Asked { level: 0.99, draws: 2_000, seed: 1 };

fn group(before: (f64, f64), after: (f64, f64)) -> Group {
    let side = |(calls, dollars)| Side { calls, dollars };
    Group { before: side(before), after: side(after) }
}

/// Groups of one call a side with skewed costs.
fn drawn(count: usize, grown: f64, seed: u64) -> Vec<Group> {
    let costs = LogNormal::new(0.0, 1.0).expect("a distribution");
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut next = || costs.sample(&mut random);
    (0..count).map(|_| group((1.0, next()), (1.0, grown * next()))).collect()
}

#[test]
fn the_same_calls_have_not_become_dearer() {
    let groups: Vec<Group> = (1..=20).map(|n| group((2.0, f64::from(n)), (2.0, f64::from(n)))).collect();
    let found = increase(&groups, &ASKED).expect("costs");
    assert!(found.estimate().abs() < 1e-12);
    // What both sides share cancels: nothing is left to doubt.
    let interval = found.interval.expect("twenty groups");
    assert!(interval.low.abs() < 1e-9 && interval.high.abs() < 1e-9, "{interval:?}");
}

#[test]
fn the_interval_is_near_that_of_the_delta_method() {
    // Log-normal with σ = 1 has a squared coefficient of variation of e − 1; two sides of 4,000: √(2·1.71828/4,000) = 0.029311, times 2.5758.
    let found = increase(&drawn(4_000, 1.0, 3), &ASKED).expect("costs");
    let interval = found.interval.expect("groups");
    let half = ((1.0 + interval.high) / (1.0 + interval.low)).ln() / 2.0;
    assert!((half / 0.075499 - 1.0).abs() < 0.08, "{half}");
    assert!((found.spread.before / 1.71828 - 1.0).abs() < 0.2, "{:?}", found.spread);
}

#[test]
fn an_increase_is_seen_where_the_advice_says() {
    let plan = Plan { limit: 0.0, increase: 0.1, level: 0.99, power: 0.95 };
    let spread = Spread { before: 1.0, after: 1.0, shared: 0.0 };
    // 2·((2.575829 + 1.644854) / ln 1.1)² = 3,922.1.
    assert_eq!(spread.calls(&plan), Some(3_923.0));
    assert_eq!(spread.calls(&Plan { limit: 0.1, ..plan }), None);
    // Half as far away takes four times as many, nearly.
    let nearer = spread.calls(&Plan { limit: 0.05, ..plan }).expect("a number");
    assert!((4.1..4.4).contains(&(nearer / 3_922.1)), "{nearer}");
    // Shared cases save calls, and never all of them.
    let shared =
        spread.calls(&Plan { limit: 0.0, ..plan }).zip(Spread { shared: 1.0, ..spread }.calls(&plan));
    assert_eq!(shared, Some((3_923.0, 393.0)));
}

#[test]
fn nothing_is_said_of_what_is_not_there() {
    assert_eq!(increase(&[], &ASKED), None);
    assert_eq!(increase(&[group((1.0, 1.0), (0.0, 0.0))], &ASKED), None);
    assert_eq!(increase(&[group((1.0, 0.0), (1.0, 1.0))], &ASKED), None);
    // Dollars without a call have no cost of a call.
    assert_eq!(increase(&[group((0.0, 1.0), (1.0, 1.0))], &ASKED), None);
    let few = increase(&drawn(LEAST - 1, 1.0, 1), &ASKED).expect("costs");
    assert_eq!(few.interval, None);
    assert!(increase(&drawn(LEAST, 1.0, 1), &ASKED).expect("costs").interval.is_some());
}

#[test]
fn the_error_of_the_logarithm_by_hand() {
    // Before: 2 dollars in 1 call and 6 in 3, so 2 a call, and no group differs. After: 4 and 3 dollars, so 3.5 a call of 7: 0.5/7 and −0.5/7.
    let groups = [group((1.0, 2.0), (1.0, 4.0)), group((3.0, 6.0), (1.0, 3.0))];
    let totals = Totals::of(&groups, |_| 1.0);
    assert_eq!(totals.influence(&groups[0]), (0.0, 0.5 / 7.0));
    // Squares 2/196, two of two groups: the root of 4/196.
    assert!((error(&groups, &totals, |_| 1.0) - 1.0 / 7.0).abs() < 1e-12);
    // The first of them three times: squares 4/196, the root of 8/196.
    let often = error(&groups, &totals, |at| if at == 0 { 3.0 } else { 1.0 });
    assert!((often - (8.0_f64 / 196.0).sqrt()).abs() < 1e-12);
    // Everything twice: half the influences, so squares of 4/784, four of three groups.
    let twice = groups.repeat(2);
    let four = error(&twice, &Totals::of(&twice, |_| 1.0), |_| 1.0);
    assert!((four - (4.0 / 784.0 * 4.0 / 3.0_f64).sqrt()).abs() < 1e-12, "{four}");
    // A group of several calls: 7 dollars of 3 before, 9 in all, 2.25 a call: 0.25/9 and −0.25/9.
    let several = [group((3.0, 7.0), (1.0, 1.0)), group((1.0, 2.0), (1.0, 1.0))];
    let (before, after) = Totals::of(&several, |_| 1.0).influence(&several[0]);
    assert!((before - 0.25 / 9.0).abs() < 1e-12 && after == 0.0);
}

#[test]
fn an_interval_stands_as_long_as_most_draws_have_both_sides() {
    // Only the first of a dozen groups has costs before: two draws of three hold it.
    let some: Vec<Group> = (0..12)
        .map(|n| {
            let before = if n == 0 { (1.0, 1.0) } else { (0.0, 0.0) };
            group(before, (1.0, 1.0 + f64::from(n)))
        })
        .collect();
    assert!(increase(&some, &ASKED).expect("costs").interval.is_some());
    // Where only one has some after, too, and it is another one, two of five hold both.
    let few: Vec<Group> = (0..12)
        .map(|n| {
            let side = |at| if n == at { (1.0, 1.0) } else { (1.0, 0.0) };
            group(side(0), side(1))
        })
        .collect();
    assert_eq!(increase(&few, &ASKED).expect("costs").interval, None);
}

#[test]
fn groups_without_calls_change_nothing() {
    let groups = drawn(LEAST, 1.2, 1);
    let mut padded = groups.clone();
    padded.resize(3 * LEAST, Group::default());
    assert_eq!(increase(&padded, &ASKED), increase(&groups, &ASKED));
    let mut few = groups[1..].to_vec();
    few.resize(3 * LEAST, Group::default());
    assert_eq!(increase(&few, &ASKED).expect("costs").interval, None);
}

#[test]
fn draws_of_equal_groups_have_no_error_to_be_divided_by() {
    // A third of the draws, (6/7)⁷, miss the one group that has become dearer: nothing is left to doubt in them.
    let mut groups = vec![group((1.0, 1.0), (1.0, 1.0)); 6];
    groups.push(group((1.0, 1.0), (1.0, 2.0)));
    let interval = increase(&groups, &ASKED).expect("costs").interval.expect("two draws of three");
    assert!(interval.low > -1.0 && interval.high.is_finite(), "{interval:?}");
}

#[test]
fn an_interval_stands_where_no_fewer_than_half_of_the_draws_have_both_sides() {
    // Only the first of a dozen groups costs before; with two draws, one of both is half of them.
    let groups: Vec<Group> = (0..12)
        .map(|n| group(if n == 0 { (1.0, 1.0) } else { (1.0, 0.0) }, (1.0, 1.0 + f64::from(n))))
        .collect();
    let mut halves = 0;
    for seed in 0..40 {
        let asked = Asked { level: 0.9, draws: 2, seed };
        let both =
            resamples(groups.len(), 2, seed, |times| times[0] > 0).into_iter().filter(|both| *both).count();
        halves += usize::from(both == 1);
        assert_eq!(increase(&groups, &asked).expect("costs").interval.is_some(), both >= 1, "{seed}");
    }
    assert!(halves > 5, "{halves}");
}

#[test]
fn the_spread_of_three_groups_by_hand() {
    // Before: 8 dollars of 4 calls, 2 a call: −1/8, 1/8 and 0. After: 36 dollars of 9 calls, 4 a call: 3/36, −2/36 and −1/36.
    let groups =
        [group((1.0, 1.0), (3.0, 15.0)), group((1.0, 3.0), (2.0, 6.0)), group((2.0, 4.0), (4.0, 15.0))];
    let spread = increase(&groups, &ASKED).expect("costs").spread;
    // Three groups of two: 3/2·(2/64)·4, 3/2·(14/1,296)·9, and 3/2·(−3/288 − 2/288)·√36.
    assert!((spread.before - 0.1875).abs() < 1e-12, "{spread:?}");
    assert!((spread.after - 7.0 / 48.0).abs() < 1e-12, "{spread:?}");
    assert!((spread.shared + 5.0 / 32.0).abs() < 1e-12, "{spread:?}");
}

#[test]
fn where_nothing_is_known_or_to_be_seen_no_calls_are_advised() {
    let plan = Plan { limit: 0.0, increase: 0.1, level: 0.99, power: 0.95 };
    // One group alone has no spread, whatever is left of 1/49·49 in doubles.
    let alone = increase(&[group((49.0, 1.0), (49.0, 2.0))], &ASKED).expect("costs").spread;
    assert!(alone.before.is_nan() && alone.after.is_nan() && alone.shared.is_nan(), "{alone:?}");
    assert_eq!(alone.calls(&plan), None);
    // An increase below the limit never exceeds it.
    let spread = Spread { before: 1.0, after: 1.0, shared: 0.0 };
    assert_eq!(spread.calls(&Plan { limit: 0.2, ..plan }), None);
}

proptest! {
    #[test]
    fn intervals_hold_the_estimate_and_repeat(seed in 0_u64..200, grown in 0.5_f64..2.0) {
        let groups = drawn(60, grown, seed);
        let found = increase(&groups, &ASKED).expect("costs");
        let interval = found.interval.expect("sixty groups");
        prop_assert!(interval.low <= found.estimate() && found.estimate() <= interval.high);
        prop_assert!(interval.low > -1.0 && interval.high.is_finite());
        prop_assert_eq!(increase(&groups, &ASKED), Some(found));
    }

    #[test]
    fn a_unit_of_money_changes_nothing(seed in 0_u64..50) {
        let groups = drawn(40, 1.2, seed);
        let cents: Vec<Group> = groups
            .iter()
            .map(|of| group((of.before.calls, 100.0 * of.before.dollars), (of.after.calls, 100.0 * of.after.dollars)))
            .collect();
        let (dollars, cents) = (increase(&groups, &ASKED).expect("costs"), increase(&cents, &ASKED).expect("costs"));
        let (one, other) = (dollars.interval.expect("groups"), cents.interval.expect("groups"));
        prop_assert!((one.low - other.low).abs() < 1e-9 && (one.high - other.high).abs() < 1e-9);
    }
}
