//! Laws of routing: pruning and the fast loop change nothing, and more choice never costs more.

/// Many batches.
mod pass;

use proptest::prelude::*;
use switchpoint::engine::route::kernel::{self, Choices, Columns, NOBODY};
use switchpoint::engine::route::{Candidate, cheapest_of, prune};
use switchpoint::units::{MeterRates, Tariff, TokenBuckets, TokenRatio};

/// Few distinct values, so that ties and offers that dominate others are common; now and then one of a size that doubles do
/// not hold.
fn rate() -> impl Strategy<Value = i64> {
    prop_oneof![20 => 0..6_i64, 3 => 0..2_000_000_i64, 1 => Just(900_000_000_i64)]
}

fn rates() -> impl Strategy<Value = MeterRates> {
    (prop::array::uniform5(rate()), 0..3_i64, prop_oneof![4 => Just(0_i64), 1 => 0..5_i64]).prop_map(
        |([input, cache_read, cache_write_5m, cache_write_1h, output], less, request)| MeterRates {
            input,
            cache_read,
            cache_write_5m,
            cache_write_1h,
            output,
            reasoning: 1 - less.min(output + 1),
            request,
            ..MeterRates::default()
        },
    )
}

fn tariff() -> impl Strategy<Value = Tariff> {
    let tier = (prop::sample::select(vec![10_i64, 50, 200]), rates());
    (rates(), prop::collection::vec(tier, 0..3)).prop_map(|(base, tiers)| {
        let mut starts = Vec::new();
        tiers.into_iter().fold(Tariff::flat(base), |tariff, (start, rates)| {
            if starts.contains(&start) {
                return tariff;
            }
            starts.push(start);
            tariff.with_tier(start, rates)
        })
    })
}

fn candidates() -> impl Strategy<Value = Vec<Candidate>> {
    let limit = prop::sample::select(vec![5_i64, 60, 1_000, i64::MAX]);
    let other = Just(TokenRatio { input: 1.1, output: 1.37 });
    let ratio = prop_oneof![5 => Just(TokenRatio::ONE), 1 => other];
    // What a failure is expected to cost, in the order of calls that are cheap.
    let risk = prop_oneof![3 => Just(0_i64), 2 => 0..4_000_i64];
    let one = (tariff(), limit.clone(), limit, ratio, risk);
    prop::collection::vec(one, 0..24).prop_map(|offers| {
        let candidate = |(offer, (tariff, max_total, max_output, token_ratio, risk))| Candidate {
            offer,
            tariff,
            max_total,
            max_output,
            token_ratio,
            risk,
        };
        let mut candidates: Vec<Candidate> = (0_u16..).zip(offers).map(candidate).collect();
        prune::in_order(&mut candidates);
        candidates
    })
}

fn calls() -> impl Strategy<Value = Vec<TokenBuckets>> {
    let count =
        || prop_oneof![3 => 0..80_i64, 1 => Just(0_i64), 1 => 0..2_000_i64, 1 => Just(40_000_000_i64)];
    let call = (prop::array::uniform5(count()), 0..100_i64).prop_map(
        |([fresh, read, write_5m, write_1h, out], share)| TokenBuckets {
            fresh,
            read,
            write_5m,
            write_1h,
            out,
            reasoning: out * share / 100,
        },
    );
    prop::collection::vec(call, 1..60)
}

fn columns(calls: &[TokenBuckets]) -> [Vec<f64>; kernel::METERS] {
    let column = |get: fn(&TokenBuckets) -> i64| calls.iter().map(|call| get(call) as f64).collect();
    [
        column(|call| call.fresh),
        column(|call| call.read),
        column(|call| call.write_5m),
        column(|call| call.write_1h),
        column(|call| call.out),
        column(|call| call.reasoning),
    ]
}

/// Offer and cost of each call, by the fast loop over what pruning leaves. Columns without tokens are left out.
fn fast(calls: &[TokenBuckets], candidates: &[Candidate]) -> Vec<Option<(u16, i64)>> {
    let columns = columns(calls);
    let tokens =
        columns.each_ref().map(|column| column.iter().any(|n| *n > 0.0).then_some(column.as_slice()));
    let kept = prune::survivors(candidates);
    let mut choices = Choices::default();
    kernel::route(&Columns { tokens, len: calls.len() }, &kept, &mut choices);
    let chosen = choices.place.iter().zip(&choices.cost);
    chosen.map(|(&place, &cost)| (place != NOBODY).then(|| (kept[place as usize].offer, cost))).collect()
}

/// The same by the naive loop over all offers.
fn naive(calls: &[TokenBuckets], candidates: &[Candidate]) -> Vec<Option<(u16, i64)>> {
    let of =
        |call| cheapest_of(call, candidates).map(|(place, cost)| (candidates[place as usize].offer, cost));
    calls.iter().map(of).collect()
}

fn total(chosen: &[Option<(u16, i64)>]) -> i128 {
    chosen.iter().flatten().map(|(_, cost)| i128::from(*cost)).sum()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn pruning_and_the_fast_loop_choose_what_the_naive_loop_chooses(calls in calls(), offers in candidates()) {
        prop_assert_eq!(fast(&calls, &offers), naive(&calls, &offers));
    }

    #[test]
    fn many_calls_are_routed_as_each_of_them(calls in calls(), offers in candidates()) {
        // Several blocks, the last of them not full.
        let many: Vec<TokenBuckets> = calls.iter().cycle().take(2_500).copied().collect();
        prop_assert_eq!(fast(&many, &offers), naive(&many, &offers));
    }

    #[test]
    fn another_offer_never_raises_the_cost_and_a_stricter_rule_never_lowers_it(
        calls in calls(),
        offers in candidates(),
        dropped in any::<prop::sample::Index>(),
    ) {
        prop_assume!(!offers.is_empty());
        let mut fewer = offers.clone();
        fewer.remove(dropped.index(offers.len()));
        let pairs = fast(&calls, &offers).into_iter().zip(fast(&calls, &fewer));
        for (with, without) in pairs {
            let dearer = match (with, without) {
                (Some((_, with)), Some((_, without))) => with > without,
                (None, Some(_)) => true,
                (_, None) => false,
            };
            prop_assert!(!dearer, "{with:?} {without:?}");
        }
    }

    #[test]
    fn the_order_of_calls_and_offers_decides_nothing(
        calls in calls(),
        offers in candidates(),
        shuffled in any::<prop::sample::Index>(),
    ) {
        let mut turned = offers.clone();
        if !turned.is_empty() {
            turned.rotate_left(shuffled.index(offers.len()));
            turned.reverse();
            prune::in_order(&mut turned);
        }
        let mut backwards: Vec<TokenBuckets> = calls.clone();
        backwards.reverse();
        let mut other = fast(&backwards, &turned);
        other.reverse();
        prop_assert_eq!(fast(&calls, &offers), other);
    }

    #[test]
    fn two_halves_add_up_to_the_whole(calls in calls(), offers in candidates(), cut in any::<prop::sample::Index>()) {
        let (first, second) = calls.split_at(cut.index(calls.len()));
        let halves = total(&fast(first, &offers)) + total(&fast(second, &offers));
        prop_assert_eq!(halves, total(&fast(&calls, &offers)));
    }
}

#[test]
fn an_offer_that_is_dearer_throughout_and_no_wider_is_left_out() {
    let offer = |offer, input, output, max_total| Candidate {
        offer,
        tariff: Tariff::flat(MeterRates { input, output, ..MeterRates::default() }),
        max_total,
        max_output: i64::MAX,
        token_ratio: TokenRatio::ONE,
        risk: 0,
    };
    let mut offers = [
        offer(0, 3, 15, 200_000),
        offer(1, 2, 10, 200_000),
        offer(2, 3, 9, 100_000),
        offer(3, 5, 25, 1_000_000),
    ];
    prune::in_order(&mut offers);
    let mut kept: Vec<u16> = prune::survivors(&offers).iter().map(|kept| kept.offer).collect();
    kept.sort_unstable();
    assert_eq!(kept, [1, 2, 3]);
}
