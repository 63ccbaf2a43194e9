//! Throughput of one replica from first principles: bytes read and operations done for each decoding step, added and not the larger of
//! the two, and the balance of continuous batching.
//!
//! Units: bytes, floating-point operations, seconds, tokens.

/// Bytes of keys and values for a token with grouped-query attention: `2·L·n_kv·d_h·bytes`.
pub fn kv_bytes_grouped(layers: f64, kv_heads: f64, head_dim: f64, bytes: f64) -> f64 {
    2.0 * layers * kv_heads * head_dim * bytes
}

/// The same with latent attention: `(d_c + d_rope)·L·bytes`.
pub fn kv_bytes_latent(layers: f64, latent_dim: f64, bytes: f64) -> f64 {
    latent_dim * layers * bytes
}

/// Weights of a model.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weights {
    /// Parameters, all of them: they have to fit.
    pub total: f64,
    /// Parameters that a token uses.
    pub active: f64,
    /// Parameters in experts; 0: the model is dense.
    pub in_experts: f64,
    /// Experts that a token uses, and experts.
    pub experts: (f64, f64),
    /// Bytes of a parameter.
    pub bytes: f64,
}

impl Weights {
    /// A dense model.
    pub const fn dense(parameters: f64, bytes: f64) -> Self {
        Self { total: parameters, active: parameters, in_experts: 0.0, experts: (1.0, 1.0), bytes }
    }

    /// Bytes that a step reads for `batch` tokens that are routed uniformly: from the active ones to all of them.
    pub fn read(&self, batch: f64) -> f64 {
        let (used, all) = self.experts;
        let touched = 1.0 - (1.0 - used / all).powf(batch);
        self.bytes * ((self.total - self.in_experts) + self.in_experts * touched)
    }
}

/// A machine as a replica uses it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Accelerators {
    /// How many work on one replica.
    pub count: f64,
    /// Memory bandwidth of one, bytes a second.
    pub bandwidth: f64,
    /// Dense operations of one at the precision used, a second.
    pub flops: f64,
    /// Share of the bandwidth that decoding reaches.
    pub bandwidth_used: f64,
    /// Share of the operations that prefill and decoding reach.
    pub flops_used: f64,
    /// Share that is left of several where they exchange data.
    pub parallel: f64,
    /// Seconds of a step that no model makes shorter.
    pub step_overhead: f64,
}

impl Accelerators {
    fn bytes_a_second(&self) -> f64 {
        self.bandwidth_used * self.bandwidth * self.count * self.parallel
    }

    fn operations_a_second(&self) -> f64 {
        self.flops_used * self.flops * self.count * self.parallel
    }
}

/// Attention as prefill pays for it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Attention {
    /// Layers.
    pub layers: f64,
    /// Query heads.
    pub heads: f64,
    /// Size of a head.
    pub head_dim: f64,
    /// Bytes of keys and values for a token.
    pub kv_bytes: f64,
}

/// Calls of one shape, in tokens.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shape {
    /// Input, of which some may be cached.
    pub input: f64,
    /// Input that is in the replica's cache.
    pub cached: f64,
    /// Output.
    pub output: f64,
}

impl Shape {
    /// Mean context of a decoding step: all of the input and half of the output.
    pub fn context(&self) -> f64 {
        self.input + self.output / 2.0
    }
}

/// Seconds of a decoding step, `t(B) = a + b·B`, and of a prefill.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Times {
    /// Seconds of a step whatever the batch; of a mixture of experts those at one token.
    pub a: f64,
    /// Seconds for each call in the batch.
    pub b: f64,
    /// Seconds of a call's prefill.
    pub prefill: f64,
}

/// A model on a replica.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Replica {
    /// The model.
    pub weights: Weights,
    /// Its attention.
    pub attention: Attention,
    /// The machine.
    pub on: Accelerators,
    /// What production reaches of a closed-loop benchmark: every time is divided by it.
    pub efficiency: f64,
}

impl Replica {
    /// Seconds of a decoding step of `batch` calls.
    pub fn step(&self, shape: &Shape, batch: f64) -> f64 {
        let fixed = self.on.step_overhead + self.weights.read(batch) / self.on.bytes_a_second();
        (fixed + self.for_each_call(shape) * batch) / self.efficiency
    }

    fn for_each_call(&self, shape: &Shape) -> f64 {
        shape.context() * self.attention.kv_bytes / self.on.bytes_a_second()
            + 2.0 * self.weights.active / self.on.operations_a_second()
    }

    /// Seconds of the prefill of a call: what is new goes through the weights, and attention over all of it.
    pub fn prefill(&self, shape: &Shape) -> f64 {
        let new = shape.input - shape.cached;
        let attention = 2.0
            * self.attention.layers
            * self.attention.heads
            * self.attention.head_dim
            * (shape.input.powi(2) - shape.cached.powi(2));
        (2.0 * self.weights.active * new + attention) / self.on.operations_a_second() / self.efficiency
    }

    /// The times of a dense model.
    pub fn times(&self, shape: &Shape) -> Times {
        let b = self.for_each_call(shape) / self.efficiency;
        Times { a: self.step(shape, 1.0) - b, b, prefill: self.prefill(shape) }
    }

    /// Calls a second at `batch` calls at once: `B/(B·t_p + OSL·t(B))`.
    pub fn rate(&self, shape: &Shape, batch: f64) -> f64 {
        batch / (batch * self.prefill(shape) + shape.output * self.step(shape, batch))
    }

    /// Calls that the memory holds at once on average, with `reserve` bytes of each machine kept free: `(mem·0.9·n − weights − reserve·n) / (κ·context)`.
    pub fn most_at_once(&self, shape: &Shape, memory: f64, used: f64, reserve: f64) -> f64 {
        let free =
            memory * used * self.on.count - self.weights.total * self.weights.bytes - reserve * self.on.count;
        (free / (self.attention.kv_bytes * shape.context())).max(0.0)
    }
}

impl Times {
    /// The most calls a second that a replica can take: `1/(t_p + OSL·b)`.
    pub fn ceiling(&self, output: f64) -> f64 {
        1.0 / (self.prefill + output * self.b)
    }

    /// Calls at once at a rate: `λ·OSL·a/(1 − λ·(t_p + OSL·b))`; `None` at the ceiling and beyond.
    pub fn at_once(&self, rate: f64, output: f64) -> Option<f64> {
        let left = 1.0 - rate * (self.prefill + output * self.b);
        (left > 0.0).then(|| rate * output * self.a / left)
    }

    /// Seconds for an output token at a rate: `a/(1 − λ/λ_max)`.
    pub fn per_token(&self, rate: f64, output: f64) -> Option<f64> {
        let load = rate / self.ceiling(output);
        (load < 1.0).then(|| self.a / (1.0 - load))
    }

    /// The most calls a second within a bound on the time for an output token and on calls at once; 0: not even one call meets it.
    pub fn within(&self, output: f64, per_token: f64, at_once: f64) -> f64 {
        let by_time = self.ceiling(output) * (1.0 - self.a / per_token);
        let by_memory = at_once / (at_once * self.prefill + output * (self.a + self.b * at_once));
        by_time.min(by_memory).max(0.0)
    }

    /// Dollars of an input and of an output token at `batch` calls at once, at dollars an hour: what a call costs is split by what it
    /// holds the replica for.
    pub fn rates(&self, input: f64, batch: f64, dollars_an_hour: f64) -> (f64, f64) {
        let second = dollars_an_hour / 3_600.0;
        (second * self.prefill / input, second * (self.a + self.b * batch) / batch)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn near(value: f64, wanted: f64) {
        assert!((value / wanted - 1.0).abs() < 1e-6, "{value} {wanted}");
    }

    const H100: Accelerators = Accelerators {
        count: 1.0,
        bandwidth: 3.35e12,
        flops: 1_979e12,
        bandwidth_used: 0.9,
        flops_used: 0.5,
        parallel: 1.0,
        step_overhead: 0.0015,
    };

    /// Qwen3-8B: 36 layers, 32 query heads of 128, 147,456 bytes of keys and values a token.
    fn qwen3_8b(bytes: f64, on: Accelerators) -> Replica {
        Replica {
            weights: Weights::dense(8.19e9, bytes),
            attention: Attention { layers: 36.0, heads: 32.0, head_dim: 128.0, kv_bytes: 147_456.0 },
            on,
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
            },
            on: H100,
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
}
