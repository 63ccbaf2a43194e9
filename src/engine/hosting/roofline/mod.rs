//! Throughput of one replica from first principles: bytes read and operations done for each decoding step, added and not the larger of
//! the two, and the balance of continuous batching.
//!
//! Units: bytes, floating-point operations, seconds, tokens.

mod operate;

pub use self::operate::{Bound, Limits, Operating, Unfit};

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
        self.bytes * ((self.total - self.in_experts) + self.in_experts * self.touched(batch))
    }

    /// Share of the experts that `batch` tokens use.
    fn touched(&self, batch: f64) -> f64 {
        let (used, all) = self.experts;
        1.0 - (1.0 - used / all).powf(batch)
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
    /// What attention reaches of them: 1, or less where weights are in fewer bits than attention is computed in.
    pub attention: f64,
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

    fn attention_a_second(&self) -> f64 {
        self.operations_a_second() * self.attention
    }

    fn operations_a_second(&self) -> f64 {
        self.flops_used * self.flops * self.count * self.parallel
    }
}

/// Attention: what prefill pays for it, and what decoding reads.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Attention {
    /// Layers that see all of the context.
    pub layers: f64,
    /// Query heads.
    pub heads: f64,
    /// Size of a head.
    pub head_dim: f64,
    /// Bytes of keys and values for a token, over the layers that see all of the context.
    pub kv_bytes: f64,
    /// Layers that see a window.
    pub windowed_layers: f64,
    /// Bytes of keys and values for a token, over the layers that see a window.
    pub windowed_kv_bytes: f64,
    /// Tokens of the window.
    pub window: f64,
    /// Operations of decoding a token for each token of context, where they count beside reading it: with latent attention every
    /// head works on all that is held.
    pub decode_operations: f64,
}

impl Attention {
    /// Bytes of keys and values of a call with a context of so many tokens.
    pub fn held(&self, context: f64) -> f64 {
        self.kv_bytes * context + self.windowed_kv_bytes * context.min(self.window)
    }

    /// Operations of attention in a prefill of `input` tokens of which some are cached.
    fn operations(&self, input: f64, cached: f64) -> f64 {
        let heads = 2.0 * self.heads * self.head_dim;
        // A token sees at most the window, on average half of what is there where that is less.
        let seen = |tokens: f64| tokens * (2.0 * self.window).min(tokens);
        heads * self.layers * (input.powi(2) - cached.powi(2))
            + heads * self.windowed_layers * (seen(input) - seen(cached))
    }
}

/// What several accelerators exchange: two sums over all of them for each layer and step.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Exchange {
    /// Seconds of a step, whatever the batch.
    pub step: f64,
    /// Seconds for each token of a step or of a prefill.
    pub token: f64,
}

impl Exchange {
    /// Of `count` accelerators that are linked at `link` bytes a second and start an exchange after `latency` seconds; activations
    /// have two bytes. A ring sends `2·(n − 1)/n` of what is summed; a switch that sums what passes through it, half of that.
    pub fn of(count: f64, layers: f64, hidden: f64, link: f64, latency: f64, switched: bool) -> Self {
        if count <= 1.0 {
            return Self::default();
        }
        let (sums, times) = (2.0 * layers, if switched { 1.0 } else { 2.0 });
        Self { step: sums * latency, token: sums * hidden * 2.0 * times * (count - 1.0) / count / link }
    }
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

/// Rows of the smallest tile of a matrix product.
const SMALLEST_TILE: f64 = 16.0;
/// Tokens of prefills that are taken together: the default of vLLM.
const CHUNK: f64 = 8_192.0;

/// A model on a replica.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Replica {
    /// The model.
    pub weights: Weights,
    /// Its attention.
    pub attention: Attention,
    /// The machine.
    pub on: Accelerators,
    /// What its accelerators exchange.
    pub exchange: Exchange,
    /// Rows of tokens that each expert costs beside its own: matrix products work in tiles, and few tokens come to each of many
    /// experts.
    pub expert_rows: f64,
    /// By what the way of a token through the weights takes longer because it is sent to several experts: 1 for none.
    pub routing: f64,
    /// What production reaches of a closed-loop benchmark: every time is divided by it.
    pub efficiency: f64,
}

impl Replica {
    /// Seconds of a decoding step of `batch` calls.
    pub fn step(&self, shape: &Shape, batch: f64) -> f64 {
        (self.fixed(batch) + self.for_each_call(shape) * batch) / self.efficiency
    }

    /// Seconds of a step that its calls share, before the efficiency.
    fn fixed(&self, batch: f64) -> f64 {
        let weights = self.weights.read(batch) / self.on.bytes_a_second();
        let tiles = self.tiles(batch) * self.weights.touched(batch);
        self.on.step_overhead + self.exchange.step + weights + tiles
    }

    /// Seconds of the rows that all experts cost beside `batch` tokens. Tiles are chosen by how many tokens come to an expert, so few
    /// of them cost about twice their number and no less than the smallest tile.
    fn tiles(&self, batch: f64) -> f64 {
        let (used, all) = self.weights.experts;
        let rows = self.expert_rows.min(batch * used / all + SMALLEST_TILE);
        2.0 * rows * self.weights.in_experts / self.on.operations_a_second()
    }

    fn for_each_call(&self, shape: &Shape) -> f64 {
        let windowed = self.attention.windowed_kv_bytes * shape.context().min(self.attention.window);
        shape.context() * self.context_token() + windowed / self.on.bytes_a_second() + self.token()
    }

    /// Seconds of a decoding step for each token of a call's context.
    fn context_token(&self) -> f64 {
        self.attention.kv_bytes / self.on.bytes_a_second()
            + self.attention.decode_operations / self.on.attention_a_second()
    }

    /// Seconds of a token of a prefill, which goes through the weights together with many others.
    fn prefilled(&self) -> f64 {
        self.token() + self.tiles(CHUNK) / CHUNK
    }

    /// Seconds of a token's way through the weights.
    fn token(&self) -> f64 {
        self.routing * 2.0 * self.weights.active / self.on.operations_a_second() + self.exchange.token
    }

    /// Seconds of the prefill of a call: what is new goes through the weights, and attention over all of it.
    pub fn prefill(&self, shape: &Shape) -> f64 {
        let new = shape.input - shape.cached;
        let attention = self.attention.operations(shape.input, shape.cached);
        (self.prefilled() * new + attention / self.on.attention_a_second()) / self.efficiency
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

    /// Bytes that the weights leave for keys and values, with `reserve` bytes of each machine kept free: `mem·0.9·n − weights − reserve·n`;
    /// less than nothing where the model does not fit.
    pub fn free(&self, memory: f64, used: f64, reserve: f64) -> f64 {
        memory * used * self.on.count - self.weights.total * self.weights.bytes - reserve * self.on.count
    }

    /// Calls that the memory holds at once on average.
    pub fn most_at_once(&self, shape: &Shape, memory: f64, used: f64, reserve: f64) -> f64 {
        (self.free(memory, used, reserve) / self.attention.held(shape.context())).max(0.0)
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
mod tests;
