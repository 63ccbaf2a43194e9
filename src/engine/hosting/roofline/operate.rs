//! Where a replica is run: as many calls at once as memory, scheduler and latency allow.

use super::{Replica, Shape};
use crate::engine::capacity::{ServiceTime, Terms};

/// What bounds the calls that a replica works on at once.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// Bytes of memory of one accelerator.
    pub memory: f64,
    /// Share of it that an engine takes.
    pub used: f64,
    /// Bytes of each accelerator that neither weights nor keys and values have.
    pub reserve: f64,
    /// The most calls that the scheduler takes.
    pub at_once: f64,
    /// The most seconds for an output token; `None`: nobody waits.
    pub per_token: Option<f64>,
}

/// Which limit it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// No more keys and values fit.
    Memory,
    /// The scheduler takes no more.
    Scheduler,
    /// An output token would take too long.
    Latency,
}

/// Where a replica is run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Operating {
    /// Calls at once.
    pub at_once: f64,
    /// What bounds them.
    pub bound: Bound,
    /// Calls a second.
    pub rate: f64,
    /// Seconds for an output token, with the prefills of other calls between.
    pub per_token: f64,
    /// Seconds of a call's prefill.
    pub prefill: f64,
}

/// Why a model cannot be served on a machine.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Unfit {
    /// Bytes that are missing for the weights and one call.
    Memory(f64),
    /// Seconds for an output token of a single call.
    Latency(f64),
}

impl Replica {
    /// Seconds for an output token with so many calls at once: `t(B) + B·t_p/OSL`.
    pub fn per_token(&self, shape: &Shape, at_once: f64) -> f64 {
        self.step(shape, at_once) + at_once * self.prefill(shape) / shape.output
    }

    /// Where the replica is run within limits.
    ///
    /// # Errors
    /// Not even one call at once fits, or meets the bound on latency.
    pub fn operate(&self, shape: &Shape, limits: &Limits) -> Result<Operating, Unfit> {
        let by_memory = self.most_at_once(shape, limits.memory, limits.used, limits.reserve);
        if by_memory < 1.0 {
            let one = self.attention.held(shape.context());
            return Err(Unfit::Memory(one - self.free(limits.memory, limits.used, limits.reserve)));
        }
        let (most, bound) = if by_memory < limits.at_once {
            (by_memory, Bound::Memory)
        } else {
            (limits.at_once, Bound::Scheduler)
        };
        let (at_once, bound) = match limits.per_token {
            Some(longest) if self.per_token(shape, 1.0) > longest => {
                return Err(Unfit::Latency(self.per_token(shape, 1.0)));
            }
            Some(longest) if self.per_token(shape, most) > longest => {
                let (mut low, mut high) = (1.0, most);
                for _ in 0..60 {
                    let middle = 0.5 * (low + high);
                    if self.per_token(shape, middle) > longest { high = middle } else { low = middle }
                }
                (low, Bound::Latency)
            }
            _ => (most, bound),
        };
        Ok(self.at(shape, at_once, bound))
    }

    /// How it runs with so many calls at once.
    pub fn at(&self, shape: &Shape, at_once: f64, bound: Bound) -> Operating {
        Operating {
            at_once,
            bound,
            rate: self.rate(shape, at_once),
            per_token: self.per_token(shape, at_once),
            prefill: self.prefill(shape),
        }
    }

    /// Replica-seconds of a call's parts with so many calls at once; linear in the parts, so that they add up over calls. What layers
    /// with a window read is that of the shape.
    pub fn service(&self, shape: &Shape, at_once: f64) -> ServiceTime {
        let bytes = self.on.bytes_a_second();
        let fixed = self.fixed(at_once);
        let heads = 2.0 * self.attention.heads * self.attention.head_dim;
        let windowed = self.attention.windowed_kv_bytes * shape.context().min(self.attention.window);
        let seen = (2.0 * self.attention.window).min(shape.input);
        let operations = self.on.attention_a_second();
        let terms = Terms {
            prefilled: self.prefilled() + heads * self.attention.windowed_layers * seen / operations,
            attended: heads * self.attention.layers / operations,
            output: fixed / at_once + self.token() + windowed / bytes,
            context_reads: self.context_token(),
        };
        ServiceTime::of(terms.map(|term| term / self.efficiency))
    }
}
