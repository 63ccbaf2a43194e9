//! Worked examples of throughput, and laws.

use proptest::prelude::*;

use super::*;
use crate::engine::capacity::Terms;

fn near(value: f64, wanted: f64) {
    assert!((value / wanted - 1.0).abs() < 1e-6, "{value} {wanted}");
}

const H100: Accelerators = Accelerators {
    count: 1.0,
    bandwidth: 3.35e12,
    flops: 1_979e12,
    attention: 1.0,
    bandwidth_used: 0.9,
    flops_used: 0.5,
    parallel: 1.0,
    step_overhead: 0.0015,
};

/// Qwen3-8B: 36 layers, 32 query heads of 128, 147,456 bytes of keys and values a token.
fn qwen3_8b(bytes: f64, on: Accelerators) -> Replica {
    Replica {
        weights: Weights::dense(8.19e9, bytes),
        attention: Attention {
            layers: 36.0,
            heads: 32.0,
            head_dim: 128.0,
            kv_bytes: 147_456.0,
            ..Attention::default()
        },
        on,
        exchange: Exchange::default(),
        expert_rows: 0.0,
        routing: 1.0,
        efficiency: 1.0,
    }
}

#[test]
fn keys_and_values_of_published_models() {
    near(kv_bytes_grouped(36.0, 8.0, 128.0, 2.0), 147_456.0);
    near(kv_bytes_grouped(80.0, 8.0, 128.0, 2.0), 327_680.0);
    near(kv_bytes_latent(61.0, 576.0, 2.0), 70_272.0);
}

#[test]
fn qwen3_8b_on_an_h100() {
    let (replica, shape) = (qwen3_8b(1.0, H100), Shape { input: 128.0, cached: 0.0, output: 1_024.0 });
    near(replica.prefill(&shape), 2.123771438e-3);
    for (batch, step, rate) in [
        (1.0, 4.264272502e-3, 0.2288990125),
        (16.0, 4.982091369e-3, 3.115482017),
        (64.0, 7.279111746e-3, 8.432445531),
        (256.0, 16.46719325e-3, 14.70749489),
    ] {
        near(replica.step(&shape, batch), step);
        near(replica.rate(&shape, batch), rate);
    }
    let bf16 = qwen3_8b(2.0, Accelerators { flops: 989e12, flops_used: 0.75, ..H100 });
    let long = Shape { input: 8_192.0, cached: 0.0, output: 512.0 };
    near(bf16.step(&long, 1.0), 7.368088978e-3);
    near(bf16.prefill(&long), 0.207584994);
    near(bf16.prefill(&Shape { cached: 7_168.0, ..long }), 28.86644379e-3);
}

#[test]
fn a_mixture_reads_from_its_active_to_all_of_its_weights() {
    let qwen3_30b =
        Weights { total: 30.5e9, active: 3.3e9, in_experts: 28.99e9, experts: (8.0, 128.0), bytes: 1.0 };
    for (batch, gigabytes) in [(1.0, 3.321875), (8.0, 13.20110245), (64.0, 30.03397426)] {
        near(qwen3_30b.read(batch) / 1e9, gigabytes);
    }
}

#[test]
fn memory_bounds_calls_at_once() {
    let shape = Shape { input: 2_048.0, cached: 0.0, output: 2_048.0 };
    near(qwen3_8b(1.0, H100).most_at_once(&shape, 85_899_345_920.0, 0.9, 3_758_096_384.0), 144.2902948);
}

#[test]
fn llama_8b_under_load() {
    // 8.03 billion parameters in fp8, 32 layers, 8 of 32 heads for keys and values; production reaches 0.76.
    let replica = Replica {
        weights: Weights::dense(8.03e9, 1.0),
        attention: Attention {
            layers: 32.0,
            heads: 32.0,
            head_dim: 128.0,
            kv_bytes: kv_bytes_grouped(32.0, 8.0, 128.0, 2.0),
            ..Attention::default()
        },
        on: H100,
        exchange: Exchange::default(),
        expert_rows: 0.0,
        routing: 1.0,
        efficiency: 0.76,
    };
    let shape = Shape { input: 512.0, cached: 0.0, output: 256.0 };
    let times = replica.times(&shape);
    near(times.a, 0.005478091996);
    near(times.b, 5.796490988e-5);
    near(times.prefill, 0.01102555714);
    near(times.ceiling(256.0), 38.66292163);
    for (rate, at_once, per_token) in [
        (1.0, 1.439626887, 5.623542528e-3),
        (5.0, 8.053453474, 6.291760527e-3),
        (10.0, 18.91661825, 7.389304003e-3),
        (25.0, 99.21112794, 15.50173874e-3),
    ] {
        near(times.at_once(rate, 256.0).expect("below the ceiling"), at_once);
        near(times.per_token(rate, 256.0).expect("below the ceiling"), per_token);
    }
    near(times.within(256.0, 0.02, 256.0), 28.07296955);
    assert_eq!(times.at_once(39.0, 256.0), None);
    assert!(times.within(256.0, 0.004, 256.0) <= 0.0);
    // The own price sheet: 64 calls at once at 2.69 dollars an hour.
    let (input, output) = times.rates(512.0, 64.0, 2.69);
    near(input * 1e6, 0.01609090098);
    near(output * 1e6, 0.1072712949);
    near(512.0 * input + 256.0 * output, 3.569999281e-5);
    near(
        2.69 / 3_600.0 / (64.0 / (64.0 * times.prefill + 256.0 * (times.a + 64.0 * times.b))),
        3.569999281e-5,
    );
}

proptest! {
    #[test]
    fn rates_rise_with_calls_at_once_and_never_beyond_the_ceiling(batch in 1.0_f64..500.0, more in 0.1_f64..100.0) {
        let (replica, shape) = (qwen3_8b(1.0, H100), Shape { input: 512.0, cached: 0.0, output: 256.0 });
        prop_assert!(replica.rate(&shape, batch + more) > replica.rate(&shape, batch));
        prop_assert!(replica.rate(&shape, batch) < replica.times(&shape).ceiling(256.0));
    }

    #[test]
    fn weights_read_lie_between_the_active_and_all(batch in 1.0_f64..1_000.0) {
        let mixture = Weights { total: 30.5e9, active: 3.3e9, in_experts: 28.99e9, experts: (8.0, 128.0), bytes: 1.0 };
        prop_assert!(mixture.read(1.0) <= mixture.read(batch) + 1.0 && mixture.read(batch) <= 30.5e9);
    }
}

#[test]
fn a_window_bounds_what_is_held_and_read() {
    // gpt-oss-20b: 12 layers see everything, 12 the last 128 tokens; 8 heads of 64 for keys and values, two bytes.
    let half = kv_bytes_grouped(12.0, 8.0, 64.0, 2.0);
    let attention = Attention {
        layers: 12.0,
        heads: 64.0,
        head_dim: 64.0,
        kv_bytes: half,
        windowed_layers: 12.0,
        windowed_kv_bytes: half,
        window: 128.0,
        ..Attention::default()
    };
    near(attention.held(100.0), 2.0 * half * 100.0);
    near(attention.held(10_000.0), half * 10_128.0);
    // Below the window both kinds of layers do the same.
    let all = Attention { layers: 24.0, windowed_layers: 0.0, ..attention };
    near(attention.operations(200.0, 0.0), all.operations(200.0, 0.0));
    assert!(attention.operations(10_000.0, 0.0) < 0.52 * all.operations(10_000.0, 0.0));
}

#[test]
fn one_accelerator_exchanges_nothing_and_two_half_of_what_many_do() {
    assert_eq!(Exchange::of(1.0, 32.0, 4_096.0, 450e9, 1e-5, false), Exchange::default());
    let two = Exchange::of(2.0, 32.0, 4_096.0, 450e9, 1e-5, false);
    // 64 sums of 8,192 bytes, each sent once.
    near(two.step, 64.0 * 1e-5);
    near(two.token, 64.0 * 8_192.0 / 450e9);
    near(Exchange::of(1e9, 32.0, 4_096.0, 450e9, 1e-5, false).token, 2.0 * two.token);
}

/// A mixture on two accelerators of which no factor is 1 and none like another.
/// - Bytes a second: 0.75 · 4e12 · 2 · 0.8 = 4.8e12.
/// - Operations a second: 0.6 · 1e15 · 2 · 0.8 = 9.6e14, and a quarter of them in attention: 2.4e14.
const MIXTURE: Replica = Replica {
    weights: Weights { total: 40e9, active: 10e9, in_experts: 32e9, experts: (4.0, 16.0), bytes: 1.5 },
    attention: Attention {
        layers: 10.0,
        heads: 8.0,
        head_dim: 64.0,
        kv_bytes: 96_000.0,
        windowed_layers: 6.0,
        windowed_kv_bytes: 24_000.0,
        window: 500.0,
        decode_operations: 9.6e6,
    },
    on: Accelerators {
        count: 2.0,
        bandwidth: 4e12,
        flops: 1e15,
        attention: 0.25,
        bandwidth_used: 0.75,
        flops_used: 0.6,
        parallel: 0.8,
        step_overhead: 3e-3,
    },
    exchange: Exchange { step: 2e-4, token: 1e-6 },
    expert_rows: 20.0,
    routing: 1.5,
    efficiency: 0.8,
};

/// Its context is 3,000 + 400/2 = 3,200 tokens.
const CALL: Shape = Shape { input: 3_000.0, cached: 800.0, output: 400.0 };

/// The prefill of that call on that mixture, in seconds; see the first test of it.
const PREFILL: f64 = 0.089_656_477_812_5;

/// Leaves 80e9 · 0.9 · 2 − 40e9 · 1.5 − 4e9 · 2 = 76e9 bytes, of which a call takes 96,000 · 3,200 + 24,000 · 500 = 319.2e6.
const LIMITS: Limits = Limits { memory: 80e9, used: 0.9, reserve: 4e9, at_once: 64.0, per_token: None };

#[test]
fn each_part_of_a_step_and_of_a_prefill_is_as_calculated_by_hand() {
    // Two calls touch 1 − 0.75² = 0.4375 of the experts: 1.5 · (8e9 + 32e9 · 0.4375) = 33e9 bytes, 6.875 ms.
    // Rows: 2 · 4/16 + 16 = 16.5, which is less than 20; 2 · 16.5 · 32e9 operations in 1.1 ms, of which 0.4375 is 0.48125 ms.
    // With overhead and exchange 3 + 0.2 + 6.875 + 0.48125 = 10.55625 ms.
    // Context, for a token: 96,000 bytes in 20 ns, 9.6e6 operations in 40 ns; for a call 3,200 · 60 ns = 0.192 ms.
    // Window: 24,000 · 500 bytes in 0.0025 ms. Weights: 1.5 · 2 · 10e9 operations in 0.03125 ms, with exchange 0.03225 ms.
    // Together 0.192 + 0.0025 + 0.03225 = 0.22675 ms for each call; (10.55625 + 2 · 0.22675) / 0.8 = 13.7621875 ms.
    near(MIXTURE.step(&CALL, 2.0), 13.762_187_5e-3);
    // One call: 24e9 bytes in 5 ms, 16.25 rows in 1.083333 ms of which a quarter is 0.2708333 ms.
    let times = MIXTURE.times(&CALL);
    near(times.a, (3.0 + 0.2 + 5.0 + 0.270_833_333) / 0.8 * 1e-3);
    near(times.b, 0.226_75 / 0.8 * 1e-3);
    // Prefill: 2,200 tokens of 32.25 µs, and 20 rows of all experts in 1.333333 ms for 8,192 tokens: 70.95 + 0.358072917 ms.
    // Attention: 2 · 8 · 64 · (10 · (3,000² − 800²) + 6 · (3,000 · 1,000 − 800 · 800)) = 1.001062e11 operations in 0.417109333 ms.
    near(PREFILL, (70.95 + 0.358_072_917 + 0.417_109_333) / 0.8 * 1e-3);
    near(MIXTURE.prefill(&CALL), PREFILL);
    near(times.prefill, PREFILL);
    // Two calls take two prefills and 400 steps.
    near(MIXTURE.rate(&CALL, 2.0), 2.0 / (2.0 * 0.089_656_477_8 + 400.0 * 13.762_187_5e-3));
    near(MIXTURE.per_token(&CALL, 2.0), 13.762_187_5e-3 + 0.448_282_389e-3);
    near(MIXTURE.free(80e9, 0.9, 4e9), 76e9);
    near(MIXTURE.most_at_once(&CALL, 80e9, 0.9, 4e9), 76e9 / 319.2e6);
}

#[test]
fn the_parts_of_a_call_are_as_calculated_by_hand() {
    let service = MIXTURE.service(&CALL, 2.0);
    // A token of a prefill: 32.25 µs, 1.333333 ms / 8,192, and 1,024 · 6 · 1,000 operations of windows in 0.0256 µs.
    near(service.per.prefilled, (32.25 + 0.162_760_417 + 0.025_6) / 0.8 * 1e-6);
    near(service.per.attended, 10_240.0 / 2.4e14 / 0.8);
    // Half of what two calls share, the way through the weights and the window.
    near(service.per.output, (10.556_25 / 2.0 + 0.032_25 + 0.002_5) / 0.8 * 1e-3);
    near(service.per.context_reads, 60e-9 / 0.8);
    // An input within two windows sees itself: 400 tokens and not 1,000, 0.01024 µs.
    let short = MIXTURE.service(&Shape { input: 400.0, ..CALL }, 2.0);
    near(short.per.prefilled, (32.25 + 0.162_760_417 + 0.010_24) / 0.8 * 1e-6);
}

/// Seconds for an output token of that mixture, from the figures above.
fn naive_per_token(calls: f64) -> f64 {
    let touched = 1.0 - 0.75_f64.powf(calls);
    let read = 1.5 * (8e9 + 32e9 * touched) / 4.8e12;
    let rows = if calls < 16.0 { 16.0 + calls / 4.0 } else { 20.0 };
    let tiles = touched * rows * 64e9 / 9.6e14;
    (3.2e-3 + read + tiles + 0.226_75e-3 * calls) / 0.8 + calls * PREFILL / 400.0
}

#[test]
fn a_limit_for_an_output_token_is_met_as_a_search_in_small_steps_meets_it() {
    for longest in [0.015, 0.025, 0.037] {
        let limits = Limits { per_token: Some(longest), ..LIMITS };
        let found = MIXTURE.operate(&CALL, &limits).expect("room for many");
        let mut steps = 1_000;
        while naive_per_token(f64::from(steps + 1) / 1_000.0) <= longest {
            steps += 1;
        }
        let wanted = f64::from(steps) / 1_000.0;
        assert_eq!(found.bound, Bound::Latency);
        assert!(wanted > 2.0 && (found.at_once - wanted).abs() < 0.002, "{} {wanted}", found.at_once);
        near(found.per_token, longest);
        // A call is at work for all of its output tokens.
        near(found.rate, found.at_once / (400.0 * longest));
        near(found.prefill, PREFILL);
    }
}

#[test]
fn without_a_limit_that_binds_scheduler_or_memory_bound_the_calls_at_once() {
    for per_token in [None, Some(0.1)] {
        let found = MIXTURE.operate(&CALL, &Limits { per_token, ..LIMITS }).expect("room for many");
        assert_eq!((found.at_once, found.bound), (64.0, Bound::Scheduler));
        near(found.per_token, naive_per_token(64.0));
        let limits = Limits { per_token, at_once: 1_024.0, memory: 42e9, ..LIMITS };
        // 75.6e9 − 60e9 − 8e9 = 7.6e9 bytes.
        let found = MIXTURE.operate(&CALL, &limits).expect("room for some");
        assert_eq!(found.bound, Bound::Memory);
        near(found.at_once, 7.6e9 / 319.2e6);
        near(found.per_token, naive_per_token(7.6e9 / 319.2e6));
    }
}

#[test]
fn a_replica_that_has_no_room_or_is_too_slow_for_one_call_says_by_how_much() {
    // 63e9 − 60e9 − 8e9 = −5e9 bytes for keys and values.
    match MIXTURE.operate(&CALL, &Limits { memory: 35e9, ..LIMITS }) {
        Err(Unfit::Memory(missing)) => near(missing, 5e9 + 319.2e6),
        other => panic!("{other:?}"),
    }
    match MIXTURE.operate(&CALL, &Limits { per_token: Some(0.011), ..LIMITS }) {
        Err(Unfit::Latency(seconds)) => near(seconds, naive_per_token(1.0)),
        other => panic!("{other:?}"),
    }
    near(naive_per_token(1.0), 11.096_120_4e-3);
}

#[test]
fn what_just_meets_a_limit_is_within_it() {
    // Room for one call to the byte: 60e9 and 319.2e6 bytes in two accelerators.
    let one = Limits { memory: 30.159_6e9, used: 1.0, reserve: 0.0, ..LIMITS };
    let found = MIXTURE.operate(&CALL, &one).expect("room for one");
    assert_eq!((found.at_once, found.bound), (1.0, Bound::Memory));
    let most = MIXTURE.most_at_once(&CALL, LIMITS.memory, LIMITS.used, LIMITS.reserve);
    let found = MIXTURE.operate(&CALL, &Limits { at_once: most, ..LIMITS }).expect("room for many");
    assert_eq!((found.at_once, found.bound), (most, Bound::Scheduler));
    let slowest = MIXTURE.per_token(&CALL, 64.0);
    let found =
        MIXTURE.operate(&CALL, &Limits { per_token: Some(slowest), ..LIMITS }).expect("room for many");
    assert_eq!((found.at_once, found.bound), (64.0, Bound::Scheduler));
    let single = Limits { per_token: Some(MIXTURE.per_token(&CALL, 1.0)), ..LIMITS };
    let found = MIXTURE.operate(&CALL, &single).expect("time for one");
    assert!((found.at_once - 1.0).abs() < 1e-9 && found.bound == Bound::Latency);
}

#[test]
fn at_the_ceiling_no_number_of_calls_is_enough_and_memory_may_bound_before_time() {
    // A quarter of a second for the prefill and one for the only output token: two calls a second at most.
    let times = Times { a: 0.5, b: 0.25, prefill: 0.25 };
    assert_eq!((times.at_once(2.0, 1.0), times.per_token(2.0, 1.0)), (None, None));
    // Ten calls at once: ten prefills of 0.1 s and 50 steps of 10 + 10 · 1 ms take 2 s. With 1 s for a token nothing hurries.
    let times = Times { a: 0.01, b: 0.001, prefill: 0.1 };
    near(times.within(50.0, 1.0, 10.0), 5.0);
}

proptest! {
    #[test]
    fn the_parts_of_a_call_add_up_to_its_share_of_the_replica(
        input in 1.0_f64..20_000.0, output in 1.0_f64..4_000.0, at_once in 1.0_f64..300.0,
    ) {
        let shape = Shape { input, cached: 0.0, output };
        let work = Terms::of_call(input, input, output);
        let seconds = MIXTURE.service(&shape, at_once).seconds(&work);
        prop_assert!((seconds * MIXTURE.rate(&shape, at_once) - 1.0).abs() < 1e-9);
    }
}
