//! Worked examples of throughput, and laws.

use proptest::prelude::*;

use super::*;

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
