use std::array;
use std::collections::BTreeMap;

use proptest::prelude::*;

use super::kernel::{Choices, Columns, METERS, NOBODY, route};
use super::prune::{in_order, survivors};
use super::*;
use crate::units::MeterRates;

#[test]
fn a_candidate_needs_the_tokens_of_the_call_unless_it_is_said() {
    let same = candidate(0, 1, 1);
    assert!(same.same_tokens() && !Candidate { token_ratio: TokenRatio::of(1.2), ..same }.same_tokens());
}

fn candidate(offer: u16, input: i64, output: i64) -> Candidate {
    Candidate {
        offer,
        tariff: Tariff::flat(MeterRates { input, output, ..MeterRates::default() }),
        max_total: 1_000_000,
        max_output: 1_000_000,
        token_ratio: TokenRatio::ONE,
        risk: 0,
    }
}

const CALL: TokenBuckets =
    TokenBuckets { fresh: 1_000, read: 0, write_5m: 0, write_1h: 0, out: 100, reasoning: 0 };

#[test]
fn the_cheapest_offer_that_fits_wins() {
    let small = Candidate { max_total: 1_099, ..candidate(3, 1, 1) };
    let brief = Candidate { max_output: 99, ..candidate(4, 1, 1) };
    let offers = [candidate(1, 5, 25), candidate(2, 2, 10), small, brief];
    assert_eq!(cheapest_of(&CALL, &offers), Some((1, 3_000)));
}

#[test]
fn a_tie_goes_to_the_earlier_candidate() {
    let same = [candidate(2, 5, 25), candidate(3, 5, 25)];
    assert_eq!(cheapest_of(&CALL, &same), Some((0, 7_500)));
}

#[test]
fn a_risk_is_weighed_and_not_paid() {
    let risky = Candidate { risk: 5_000, ..candidate(2, 2, 10) };
    assert_eq!((risky.cost(&CALL), risky.weighed(&CALL)), (Some(3_000), Some(8_000)));
    assert_eq!(cheapest_of(&CALL, &[candidate(1, 5, 25), risky]), Some((0, 7_500)));
}

#[test]
fn a_model_that_needs_more_tokens_costs_more_and_may_not_fit() {
    let wordy = Candidate { token_ratio: TokenRatio::of(1.5), ..candidate(2, 2, 10) };
    assert_eq!(wordy.cost(&CALL), Some(2 * 1_500 + 10 * 150));
    assert_eq!(Candidate { max_total: 1_649, ..wordy }.cost(&CALL), None);
    let talkative = Candidate { token_ratio: TokenRatio { input: 1.1, output: 2.0 }, ..candidate(2, 2, 10) };
    assert_eq!(talkative.cost(&CALL), Some(2 * 1_100 + 10 * 200));
}

/// An offer in plain numbers, for a loop that shares nothing with the one under test.
#[derive(Debug, Clone)]
struct Plain {
    /// Rates and the fee of a request, by the least input of their tier; the base begins at 0.
    steps: BTreeMap<i64, ([i64; METERS], i64)>,
    max_total: i64,
    max_output: i64,
    ratio: TokenRatio,
    risk: i64,
}

impl Plain {
    fn of(rates: [i64; METERS], fee: i64) -> Self {
        let steps = BTreeMap::from([(0, (rates, fee))]);
        Self { steps, max_total: i64::MAX, max_output: i64::MAX, ratio: TokenRatio::ONE, risk: 0 }
    }

    fn with_tier(mut self, least: i64, rates: [i64; METERS], fee: i64) -> Self {
        self.steps.insert(least, (rates, fee));
        self
    }

    fn cost(&self, call: &[i64; METERS]) -> Option<i128> {
        let ratios = [[self.ratio.input; 4].as_slice(), &[self.ratio.output; 2]].concat();
        let tokens: Vec<i64> =
            call.iter().zip(ratios).map(|(count, ratio)| (*count as f64 * ratio).round() as i64).collect();
        let input: i64 = tokens[..4].iter().sum();
        if input + tokens[4] > self.max_total || tokens[4] > self.max_output {
            return None;
        }
        let (rates, fee) = self.steps.range(..=input).next_back().expect("a base").1;
        let paid: i128 =
            tokens.iter().zip(rates).map(|(count, rate)| i128::from(*count) * i128::from(*rate)).sum();
        Some(paid + i128::from(*fee) + i128::from(self.risk))
    }

    fn candidate(&self, offer: usize) -> Candidate {
        let rates = |(rates, request): &([i64; METERS], i64)| {
            let [input, cache_read, cache_write_5m, cache_write_1h, output, reasoning] = *rates;
            MeterRates {
                input,
                cache_read,
                cache_write_5m,
                cache_write_1h,
                output,
                reasoning,
                request: *request,
                unpriced: 0,
            }
        };
        let base = Tariff::flat(rates(&self.steps[&0]));
        let tariff =
            self.steps.iter().skip(1).fold(base, |made, (least, of)| made.with_tier(*least, rates(of)));
        Candidate {
            offer: offer as u16,
            tariff,
            max_total: self.max_total,
            max_output: self.max_output,
            token_ratio: self.ratio,
            risk: self.risk,
        }
    }
}

fn candidates(offers: &[Plain]) -> Vec<Candidate> {
    offers.iter().enumerate().map(|(offer, plain)| plain.candidate(offer)).collect()
}

/// Places and costs of calls by the loop in doubles; a column that `shown` does not name is left out.
fn routed(
    calls: &[[i64; METERS]],
    shown: &[usize],
    offers: &[Plain],
    choices: &mut Choices,
) -> Vec<(u32, i64)> {
    let columns: [Vec<f64>; METERS] =
        array::from_fn(|meter| calls.iter().map(|call| call[meter] as f64).collect());
    let tokens = array::from_fn(|meter| shown.contains(&meter).then_some(columns[meter].as_slice()));
    route(&Columns { tokens, len: calls.len() }, &candidates(offers), choices);
    assert_eq!(choices.place.len(), choices.cost.len());
    choices.place.iter().copied().zip(choices.cost.iter().copied()).collect()
}

/// The same by looking at every offer for every call.
fn naive(calls: &[[i64; METERS]], offers: &[Plain]) -> Vec<(u32, i64)> {
    let cheapest = |call: &[i64; METERS]| {
        let costs = offers.iter().enumerate().filter_map(|(place, offer)| Some((offer.cost(call)?, place)));
        costs.min().map_or((NOBODY, 0), |(cost, place)| (place as u32, cost as i64))
    };
    calls.iter().map(cheapest).collect()
}

const EVERY: [usize; METERS] = [0, 1, 2, 3, 4, 5];

/// One call at one offer.
fn one(call: [i64; METERS], offer: Plain) -> (u32, i64) {
    routed(&[call], &EVERY, &[offer], &mut Choices::default())[0]
}

#[test]
fn however_many_columns_there_are_each_counts_once() {
    let call = [1, 10, 100, 1_000, 10_000, 100_000];
    // 17; 2·1; 3·10; 5·100; 7·1,000; 11·10,000; 13·100,000 on top of one another.
    let sums = [17, 19, 49, 549, 7_549, 117_549, 1_417_549];
    for (count, cost) in sums.into_iter().enumerate() {
        let offers = [Plain::of([2, 3, 5, 7, 11, 13], 17)];
        let found = routed(&[call; 3], &EVERY[..count], &offers, &mut Choices::default());
        assert_eq!(found, [(0, cost); 3], "{count} columns");
    }
}

#[test]
fn a_call_that_no_candidate_takes_goes_to_nobody_and_costs_nothing() {
    let call = [1, 0, 0, 0, 5, 0];
    let nobody = vec![(NOBODY, 0)];
    assert_eq!(routed(&[call], &EVERY, &[], &mut Choices::default()), nobody);
    let offer = Plain::of([1; METERS], 0);
    let small = Plain { max_total: 5, ..offer.clone() };
    let brief = Plain { max_output: 4, ..offer.clone() };
    let brief_in_its_tokens = Plain { max_output: 7, ratio: TokenRatio::of(1.5), ..offer.clone() };
    let none = [small, brief, brief_in_its_tokens];
    assert_eq!(routed(&[call], &EVERY, &none, &mut Choices::default()), nobody);
    // With one token more each takes it, but not a call that is longer by one.
    let longer = [2, 0, 0, 0, 5, 0];
    for enough in [Plain { max_total: 6, ..offer.clone() }, Plain { max_total: 6, max_output: 5, ..offer }] {
        let found = routed(&[call, longer], &EVERY, &[enough], &mut Choices::default());
        assert_eq!(found, [(0, 6), (NOBODY, 0)]);
    }
}

#[test]
fn a_tier_prices_calls_from_its_least_input_on_and_output_does_not_count_for_it() {
    let offer = Plain::of([2, 1, 2, 2, 10, 0], 1).with_tier(100, [4, 3, 4, 4, 15, 0], 2).with_tier(
        300,
        [5; METERS],
        0,
    );
    let calls = [[99, 0, 0, 0, 9, 0], [60, 40, 0, 0, 9, 0], [0, 0, 0, 299, 0, 0], [100, 100, 50, 50, 1, 0]];
    // 99·2 + 9·10 + 1; 60·4 + 40·3 + 9·15 + 2; 299·4 + 2; 301·5.
    let found = routed(&calls, &EVERY, &[offer], &mut Choices::default());
    assert_eq!(found, [(0, 289), (0, 497), (0, 1_198), (0, 1_505)]);
}

#[test]
fn a_cost_that_no_double_holds_is_exact() {
    // 2⁵³ + 1 is the least whole number that is no double.
    const LEAST: (u32, i64) = (0, 9_007_199_254_740_993);
    let input = |rate| [rate, 0, 0, 0, 0, 0];
    let call = |fresh| [fresh, 0, 0, 0, 0, 0];
    let dear = input(1 << 33);
    assert_eq!(one(call(1 << 20), Plain::of(dear, 1)), LEAST);
    assert_eq!(one(call(0), Plain { risk: 1 << 53, ..Plain::of(dear, 1) }), LEAST);
    // In a tier, and below one.
    assert_eq!(one(call(1 << 20), Plain::of(input(1), 0).with_tier(1 << 20, dear, 1)), LEAST);
    assert_eq!(one(call(1 << 20), Plain::of(dear, 1).with_tier(1 << 21, input(1), 0)), LEAST);
    // Twice the tokens; and a token and a half, which are two.
    assert_eq!(one(call(1 << 19), Plain { ratio: TokenRatio::of(2.0), ..Plain::of(dear, 1) }), LEAST);
    assert_eq!(one(call(1), Plain { ratio: TokenRatio::of(1.5), ..Plain::of(input(1 << 52), 1) }), LEAST);
}

/// Small numbers, so that limits are just met and costs are often equal.
fn any_offer() -> impl Strategy<Value = Plain> {
    let rates = || (prop::array::uniform5(0_i64..4), -2_i64..3, 0_i64..3);
    let tiers = prop::collection::btree_map(1_i64..20, rates(), 0..3);
    let limit = |most| prop_oneof![Just(i64::MAX), 0_i64..most];
    let other = (0.5..2.5, 0.5..2.5).prop_map(|(input, output)| TokenRatio { input, output });
    let ratio = prop_oneof![3 => Just(TokenRatio::ONE), 1 => other];
    (rates(), tiers, limit(30), limit(6), ratio, 0_i64..3).prop_map(
        |(base, tiers, max_total, max_output, ratio, risk)| {
            let step =
                |([a, b, c, d, e], reasoning, fee): ([i64; 5], i64, i64)| ([a, b, c, d, e, reasoning], fee);
            let steps = tiers.into_iter().chain([(0, base)]).map(|(least, of)| (least, step(of))).collect();
            Plain { steps, max_total, max_output, ratio, risk }
        },
    )
}

fn any_offers() -> impl Strategy<Value = Vec<Plain>> {
    prop::collection::vec(any_offer(), 0..6)
}

fn any_calls() -> impl Strategy<Value = Vec<[i64; METERS]>> {
    prop::collection::vec(prop::array::uniform6(0_i64..6), 1..40)
}

proptest! {
    #[test]
    fn every_call_goes_where_the_naive_loop_sends_it(
        calls in any_calls(),
        // Less than a block of calls, about one, about two.
        len in prop_oneof![0_usize..40, 1_020_usize..1_030, 2_045_usize..2_055],
        shown in prop::sample::subsequence(EVERY.to_vec(), 0..=METERS),
        mut offers in any_offers(),
        // Picodollars that doubles hold, and some that they do not.
        unit in prop_oneof![2 => Just(1_i64), 1 => Just((1 << 48) + 1)],
    ) {
        let mut calls: Vec<[i64; METERS]> = calls.into_iter().cycle().take(len).collect();
        for call in &mut calls {
            EVERY.iter().filter(|meter| !shown.contains(meter)).for_each(|meter| call[*meter] = 0);
        }
        for offer in &mut offers {
            offer.risk *= unit;
            for (rates, fee) in offer.steps.values_mut() {
                *rates = rates.map(|rate| rate * unit);
                *fee *= unit;
            }
        }
        let wanted = naive(&calls, &offers);
        let mut choices = Choices::default();
        prop_assert_eq!(&routed(&calls, &shown, &offers, &mut choices), &wanted);
        // What an answer was before does not matter to the next one.
        let less = len / 3;
        prop_assert_eq!(routed(&calls[less..], &shown, &offers, &mut choices), &wanted[less..]);
        let by_call = |call| cheapest_of(&TokenBuckets::of(call), &candidates(&offers)).unwrap_or((NOBODY, 0));
        prop_assert_eq!(calls.into_iter().take(40).map(by_call).collect::<Vec<_>>(), &wanted[..len.min(40)]);
    }

    #[test]
    fn what_is_dominated_is_missed_by_no_call(offers in prop::collection::vec(any_offer(), 0..12), calls in any_calls()) {
        let mut all = candidates(&offers);
        in_order(&mut all);
        let left = survivors(&all);
        for mut call in calls {
            // Reasoning is a part of the output.
            call[5] = call[5].min(call[4]);
            let choice = |of: &[Candidate]| {
                cheapest_of(&TokenBuckets::of(call), of).map(|(place, cost)| (of[place as usize].offer, cost))
            };
            prop_assert_eq!(choice(&all), choice(&left));
        }
    }
}

#[test]
fn cheaper_rates_come_first_then_wider_limits_then_the_order_of_the_caller() {
    let offer = |offer, input, max_total, max_output| Candidate {
        max_total,
        max_output,
        ..candidate(offer, input, 4)
    };
    let mut all = [
        offer(1, 3, 900, 90),
        Candidate { risk: 5, ..offer(2, 1, 900, 90) },
        offer(3, 2, 900, 90),
        offer(4, 2, 800, 95),
        offer(5, 2, 800, 90),
        offer(0, 2, 800, 90),
    ];
    in_order(&mut all);
    // Inputs and outputs, the latter with and without reasoning: 2 + 8, 3 + 8, 1 + 8 + 5.
    assert_eq!(all.map(|candidate| candidate.offer), [3, 4, 0, 5, 1, 2]);
}

#[test]
fn an_offer_is_left_out_only_where_an_earlier_one_is_no_dearer_for_any_call() {
    let all = |rate| MeterRates {
        input: rate,
        cache_read: rate,
        cache_write_5m: rate,
        cache_write_1h: rate,
        output: rate,
        reasoning: 0,
        request: rate,
        unpriced: 0,
    };
    let (ten, dear) = (all(10), all(20));
    let first = Candidate { tariff: Tariff::flat(ten), max_output: 50, risk: 5, ..candidate(1, 0, 0) };
    let at = |rates| Candidate { offer: 2, tariff: Tariff::flat(rates), ..first.clone() };
    let kept = |later: Candidate| survivors(&[first.clone(), later]).len() == 2;
    for no_cheaper in [
        at(ten),
        at(dear),
        // 20 − 9 = 11 for a token of reasoning.
        at(MeterRates { reasoning: -9, ..dear }),
        Candidate { risk: 0, ..at(dear) },
        Candidate { max_total: 9, max_output: 9, ..at(dear) },
        Candidate { tariff: Tariff::flat(dear).with_tier(50, ten), ..first.clone() },
    ] {
        assert!(!kept(no_cheaper.clone()), "{no_cheaper:?}");
    }
    for cheaper_somewhere in [
        at(MeterRates { input: 9, ..dear }),
        at(MeterRates { cache_read: 9, ..dear }),
        at(MeterRates { cache_write_5m: 9, ..dear }),
        at(MeterRates { cache_write_1h: 9, ..dear }),
        at(MeterRates { output: 9, reasoning: 11, ..dear }),
        at(MeterRates { reasoning: -11, ..dear }),
        // What a request pays and what it risks count together: 15 against 14.
        at(MeterRates { request: 9, ..dear }),
        Candidate { risk: 4, ..at(ten) },
        Candidate { max_total: first.max_total + 1, ..at(dear) },
        Candidate { max_output: 51, ..at(dear) },
        Candidate { token_ratio: TokenRatio::of(0.5), ..at(dear) },
        Candidate { tariff: Tariff::flat(dear).with_tier(50, all(9)), ..first.clone() },
    ] {
        assert!(kept(cheaper_somewhere.clone()), "{cheaper_somewhere:?}");
    }
    // A tier of the earlier one counts as well.
    let steep = Candidate { tariff: Tariff::flat(ten).with_tier(50, all(30)), ..first.clone() };
    assert_eq!(survivors(&[steep.clone(), at(dear)]).len(), 2);
    assert_eq!(survivors(&[steep.clone(), Candidate { offer: 2, ..steep.clone() }]), [steep]);
}
