//! Laws of the engine over random inputs.

use proptest::prelude::*;
use switchpoint::engine::breakeven::{BreakEven, FleetCost};
use switchpoint::engine::capacity::{ServiceTime, Shape, Work};
use switchpoint::engine::route::{Candidate, cheapest_of};
use switchpoint::units::{MeterRates, Tariff, TokenBuckets, TokenRatio, Tokens, Usd, UsdEstimate};

fn rates() -> impl Strategy<Value = MeterRates> {
    let rate = || 0..100_000_000_i64;
    (rate(), rate(), rate(), rate(), rate(), prop::option::of(rate()), 0..1_000_000_000_000_i64).prop_map(
        |(input, cache_read, cache_write_5m, cache_write_1h, output, thought, request)| MeterRates {
            input,
            cache_read,
            cache_write_5m,
            cache_write_1h,
            output,
            reasoning: thought.map_or(0, |own| own - output),
            request,
            unpriced: 0,
        },
    )
}

fn tariff() -> impl Strategy<Value = Tariff> {
    (rates(), proptest::collection::vec((1..400_000_i64, rates()), 0..3)).prop_map(|(base, tiers)| {
        tiers.into_iter().fold(Tariff::flat(base), |tariff, (start, rates)| tariff.with_tier(start, rates))
    })
}

fn candidate(offer: u16) -> impl Strategy<Value = Candidate> {
    (
        tariff(),
        1_000..2_000_000_i64,
        100..100_000_i64,
        prop_oneof![
            Just(TokenRatio::ONE),
            (0.5..2.0, 0.5..2.0).prop_map(|(input, output)| TokenRatio { input, output })
        ],
        prop_oneof![Just(0), 0..1_000_000_000_i64],
    )
        .prop_map(move |(tariff, max_total, max_output, token_ratio, risk)| Candidate {
            offer,
            tariff,
            max_total,
            max_output,
            token_ratio,
            risk,
        })
}

fn candidates() -> impl Strategy<Value = Vec<Candidate>> {
    (0..12_usize).prop_flat_map(|n| (0..n).map(|offer| candidate(offer as u16 + 1)).collect::<Vec<_>>())
}

fn call() -> impl Strategy<Value = TokenBuckets> {
    let tokens = || 0..300_000_i64;
    (tokens(), tokens(), tokens(), tokens(), 0..50_000_i64, 0.0..=1.0_f64).prop_map(
        |(fresh, read, write_5m, write_1h, out, thought)| TokenBuckets {
            fresh,
            read,
            write_5m,
            write_1h,
            out,
            reasoning: (out as f64 * thought) as i64,
        },
    )
}

fn fleet() -> impl Strategy<Value = FleetCost> {
    (0.0..50_000.0, 1.0..50_000.0, 1.0..1e8).prop_map(|(fixed, replica, calls)| FleetCost {
        fixed_month: UsdEstimate(fixed),
        replica_month: UsdEstimate(replica),
        calls_per_replica: calls,
    })
}

/// The cost of a call at a tariff, in the widest integers and by the definition.
fn cost_by_definition(tariff: &Tariff, call: &TokenBuckets) -> i128 {
    let rates = tariff.rates(call.input());
    let pairs = [
        (call.fresh, rates.input),
        (call.read, rates.cache_read),
        (call.write_5m, rates.cache_write_5m),
        (call.write_1h, rates.cache_write_1h),
        (call.out - call.reasoning, rates.output),
        (call.reasoning, rates.output + rates.reasoning),
        (1, rates.request),
    ];
    pairs.into_iter().map(|(tokens, rate)| i128::from(tokens) * i128::from(rate)).sum()
}

fn volume(answer: &BreakEven) -> Option<f64> {
    match answer {
        BreakEven::At(volume) | BreakEven::Already(volume) => Some(volume.calls_per_month),
        BreakEven::Never { .. } => None,
    }
}

proptest! {
    #[test]
    fn the_cheapest_offer_is_the_cheapest_by_definition(call in call(), offers in candidates()) {
        let mut best: Option<(i128, u16)> = None;
        for offer in &offers {
            let scale = |tokens: i64| (tokens as f64 * offer.token_ratio.input).round() as i64;
            let scale_out = |tokens: i64| (tokens as f64 * offer.token_ratio.output).round() as i64;
            let own = TokenBuckets { fresh: scale(call.fresh), read: scale(call.read), write_5m: scale(call.write_5m), write_1h: scale(call.write_1h), out: scale_out(call.out), reasoning: scale_out(call.reasoning) };
            let weighed = cost_by_definition(&offer.tariff, &own) + i128::from(offer.risk);
            if own.total() <= offer.max_total && own.out <= offer.max_output && best.is_none_or(|(known, _)| weighed < known) {
                best = Some((weighed, offer.offer));
            }
        }
        let chosen = cheapest_of(&call, &offers).map(|(place, weighed)| (i128::from(weighed), offers[place as usize].offer));
        prop_assert_eq!(chosen, best);
    }

    #[test]
    fn raising_every_rate_never_lowers_the_cost(call in call(), rates in rates(), more in 0..1_000_000_i64) {
        let dearer = MeterRates { input: rates.input + more, cache_read: rates.cache_read + more, cache_write_5m: rates.cache_write_5m + more, cache_write_1h: rates.cache_write_1h + more, output: rates.output + more, ..rates };
        prop_assert_eq!(dearer.cost(&call) - rates.cost(&call), more * call.total());
    }

    #[test]
    fn an_offer_like_the_incumbent_changes_nothing(call in call(), incumbent in candidate(0)) {
        let stays = Candidate { token_ratio: TokenRatio::ONE, max_total: i64::MAX, max_output: i64::MAX, ..incumbent };
        let same = Candidate { offer: 1, ..stays.clone() };
        prop_assert_eq!(cheapest_of(&call, &[stays.clone(), same]), cheapest_of(&call, &[stays]));
    }

    #[test]
    fn exact_money_survives_print_and_parse(pico in any::<i64>()) {
        let usd = Usd::from_pico(i128::from(pico));
        prop_assert_eq!(Usd::parse(&usd.to_string()), Ok(usd));
    }

    #[test]
    fn the_largest_allowed_row_never_overflows(parts in proptest::collection::vec(0..=Tokens::MAX_PER_ROW / 5, 5), rates in rates()) {
        let call = TokenBuckets { fresh: parts[0], read: parts[1], write_5m: parts[2], write_1h: parts[3], out: parts[4], reasoning: parts[4] / 2 };
        prop_assert_eq!(i128::from(rates.cost(&call)), cost_by_definition(&Tariff::flat(rates), &call));
    }

    #[test]
    fn the_break_even_falls_as_the_alternative_gets_dearer(fleet in fleet(), per_call in 1e-6..1.0_f64, dearer in 1.0..10.0_f64) {
        let cheap = BreakEven::of(&fleet, UsdEstimate(per_call), None);
        let dear = BreakEven::of(&fleet, UsdEstimate(per_call * dearer), None);
        match (volume(&cheap), volume(&dear)) {
            (Some(before), Some(after)) => prop_assert!(after <= before * (1.0 + 1e-9)),
            (Some(_), None) => prop_assert!(false, "a dearer alternative made it never"),
            (None, _) => {}
        }
    }

    #[test]
    fn at_the_break_even_the_fleet_costs_what_the_alternative_does(fleet in fleet(), per_call in 1e-6..1.0_f64) {
        if let BreakEven::At(volume) = BreakEven::of(&fleet, UsdEstimate(per_call), None) {
            let own = fleet.fixed_month.0 + volume.replicas * fleet.replica_month.0;
            prop_assert!((own / (volume.calls_per_month * per_call) - 1.0).abs() < 1e-9);
            prop_assert!(volume.calls_per_month <= volume.replicas * fleet.calls_per_replica * (1.0 + 1e-9));
            prop_assert!(volume.calls_per_month.is_finite());
        }
    }

    #[test]
    fn a_fit_is_never_negative_and_gives_back_what_made_it(a in 1e-6..1e-3_f64, b in 1e-5..1e-2_f64, c in 1e-10..1e-7_f64) {
        let made = |input: f64, output: f64| {
            let work = Work::of_call(input, input, output);
            let seconds = a * work.prefilled + b * work.output + c * work.context_reads;
            Shape { input, output, output_tok_s: output / seconds }
        };
        let shapes = [made(1_000.0, 1_000.0), made(1_024.0, 8_192.0), made(8_192.0, 1_024.0), made(32_768.0, 1_024.0)];
        let fit = ServiceTime::fit(&shapes).expect("shapes that differ");
        let per = fit.per;
        prop_assert!(per.prefilled >= 0.0 && per.attended >= 0.0 && per.output >= 0.0 && per.context_reads >= 0.0);
        prop_assert!(fit.worst_error < 1e-6, "{}", fit.worst_error);
    }
}
