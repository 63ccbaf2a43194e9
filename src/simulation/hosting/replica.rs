//! A model on machines as arithmetic sees it.

use std::fmt;

use crate::engine::hosting::roofline::{
    Accelerators, Attention, Exchange, Limits, Replica, Weights, kv_bytes_latent,
};
use crate::inputs::hardware::{Arithmetic, Machine, Precision};
use crate::inputs::models::{ModelId, Models};
use crate::inputs::scenario::Roofline;

/// Why nothing can be said of a model on a machine from first principles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// Its parameters are not known.
    Parameters,
    /// Its layers and heads are not known.
    Shape,
    /// The operations of the machine are not known.
    Operations,
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Parameters => "its parameters are not known",
            Self::Shape => "its layers and heads are not known",
            Self::Operations => "the operations of the machine are not known",
        })
    }
}

/// A model on machines.
#[derive(Debug, Clone, Copy)]
pub struct On<'a> {
    /// The model.
    pub model: ModelId,
    /// The machine.
    pub machine: &'a Machine,
    /// How many of them.
    pub count: f64,
    /// Weights and operations.
    pub precision: Precision,
    /// The engine, as far as what it holds depends on it.
    pub engine: &'a str,
}

/// Values of a latent that hold positions alone.
const POSITIONS: f64 = 64.0;
/// Bytes of a GB/s.
const GIGA: f64 = 1e9;
const TERA: f64 = 1e12;
/// GB/s of a bus whose speed is not known: PCIe 4 with sixteen lanes.
const UNKNOWN_BUS: f64 = 32.0;

impl On<'_> {
    /// The replica from first principles.
    ///
    /// # Errors
    /// What is not known.
    pub fn replica(&self, models: &Models, assumed: &Roofline, efficiency: f64) -> Result<Replica, Missing> {
        let model = models.get(models.base(self.model));
        let shape = models.shape(self.model).ok_or(Missing::Shape)?;
        let total = model.params_total_b.ok_or(Missing::Parameters)? * GIGA;
        let active = model.params_active_b.map_or(total, |billions| billions * GIGA);
        let (used, all) = (shape.experts_used.map_or(1.0, f64::from), shape.experts.map_or(1.0, f64::from));
        // What a token uses is what all share and its part of the experts.
        let in_experts =
            if all > used { ((total - active) / (1.0 - used / all)).clamp(0.0, total) } else { 0.0 };
        let bits = shape.bits.map_or(self.precision.weight_bits, |bits| bits.min(self.precision.weight_bits));
        let (flops, flops_used) = self.operations(bits, assumed).ok_or(Missing::Operations)?;
        let (layers, full) = (f64::from(shape.layers), f64::from(shape.seeing_all()));
        let each = kv_bytes_latent(1.0, shape.held_by_layer(), self.kv_bytes());
        let window = shape.window.map_or(0.0, f64::from);
        let windowed_layers = if window > 0.0 { layers - full } else { 0.0 };
        let latency = if self.machine.linked { assumed.link_latency } else { assumed.bus_latency };
        let link = self.machine.link_gbs.unwrap_or(UNKNOWN_BUS) * GIGA;
        Ok(Replica {
            weights: Weights { total, active, in_experts, experts: (used, all), bytes: bits / 8.0 },
            attention: Attention {
                layers: full,
                heads: f64::from(shape.heads),
                head_dim: f64::from(shape.head_dim),
                kv_bytes: each * full,
                windowed_layers,
                windowed_kv_bytes: each * windowed_layers,
                window,
                decode_operations: shape.latent.map_or(0.0, |latent| {
                    // Queries meet what is held, and what is held is weighed: without its part for positions.
                    let met = 2.0 * f64::from(latent) - POSITIONS;
                    2.0 * f64::from(shape.heads) * met * full
                }),
            },
            on: Accelerators {
                count: self.count,
                bandwidth: self.machine.bandwidth_gbs * GIGA,
                flops,
                // Attention is computed in 16 bits whatever the weights have.
                attention: self
                    .in_sixteen(assumed)
                    .map_or(1.0, |(own, used)| own * used / (flops * flops_used)),
                bandwidth_used: match (self.machine.device, all > used) {
                    (false, _) => assumed.bandwidth_used,
                    (true, false) => assumed.device_bandwidth_used.0,
                    (true, true) => assumed.device_bandwidth_used.1,
                },
                flops_used,
                parallel: 1.0,
                step_overhead: assumed.step,
            },
            exchange: Exchange::of(
                self.count,
                layers,
                f64::from(shape.hidden),
                link,
                latency,
                self.machine.linked,
            ),
            routing: 1.0 + assumed.routing * (used - 1.0),
            expert_rows: if all > used { assumed.expert_rows } else { 0.0 },
            efficiency,
        })
    }

    /// Dense operations a second and the share of them that is reached; a machine without such units computes in 16 bits.
    fn operations(&self, bits: f64, assumed: &Roofline) -> Option<(f64, f64)> {
        let [_, eight, four] = assumed.flops_used;
        // Weights that were released in fewer bits than is said are computed with as they were released.
        let arithmetic = match self.precision.arithmetic {
            Arithmetic::Sixteen if bits < self.precision.weight_bits && bits < 6.0 => Arithmetic::Four,
            Arithmetic::Sixteen if bits < self.precision.weight_bits && bits <= 8.0 => Arithmetic::Eight,
            said => said,
        };
        let narrow = match arithmetic {
            Arithmetic::Sixteen => None,
            // Weights in four bits are widened where there are no units for four.
            _ if bits < 6.0 && self.machine.fp4_tflops.is_none() => None,
            Arithmetic::Eight => self.machine.fp8_tflops.map(|tflops| (tflops * TERA, eight)),
            Arithmetic::Four => self.machine.fp4_tflops.map(|tflops| (tflops * TERA, four)),
        };
        narrow.or_else(|| self.in_sixteen(assumed))
    }

    fn in_sixteen(&self, assumed: &Roofline) -> Option<(f64, f64)> {
        self.machine.bf16_tflops.map(|tflops| (tflops * TERA, assumed.flops_used[0]))
    }

    /// Bytes of a key or value: engines keep them in 16 bits unless told otherwise; TensorRT-LLM's checkpoints of fewer bits keep
    /// eight.
    fn kv_bytes(&self) -> f64 {
        let narrow = self.precision.arithmetic != Arithmetic::Sixteen;
        if narrow && self.engine.contains("TensorRT") { 1.0 } else { 2.0 }
    }

    /// What bounds calls at once.
    pub fn limits(&self, assumed: &Roofline, per_token: Option<f64>) -> Limits {
        Limits {
            memory: self.machine.memory_gb * GIGA,
            used: assumed.memory_used,
            reserve: assumed.reserve,
            at_once: assumed.most_at_once,
            per_token,
        }
    }
}
