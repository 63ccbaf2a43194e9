//! Deployments: a model on machines, and what that was measured to deliver.

use serde::{Deserialize, Serialize};

/// What numbers are stored and computed in.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Precision {
    /// Bits of a weight, its share of scales included.
    pub weight_bits: f64,
    /// What the operations are done in.
    pub arithmetic: Arithmetic,
}

/// What operations are done in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arithmetic {
    /// 16 bits.
    Sixteen,
    /// 8 bits.
    Eight,
    /// 4 bits.
    Four,
}

/// Words for precisions, most specific first: bits of a weight with its scales, and the arithmetic.
const PRECISIONS: &[(&str, f64, Arithmetic)] = &[
    ("mxfp4", 4.25, Arithmetic::Four),
    ("fp4", 4.5, Arithmetic::Four),
    ("w4a8", 4.5, Arithmetic::Eight),
    ("w4a16", 4.25, Arithmetic::Sixteen),
    ("int4", 4.25, Arithmetic::Sixteen),
    ("awq", 4.25, Arithmetic::Sixteen),
    ("gptq", 4.25, Arithmetic::Sixteen),
    ("4bit", 4.5, Arithmetic::Sixteen),
    ("4-bit", 4.5, Arithmetic::Sixteen),
    ("gguf4", 4.85, Arithmetic::Sixteen),
    ("mlx4", 4.5, Arithmetic::Sixteen),
    ("q4", 4.85, Arithmetic::Sixteen),
    ("iq4", 4.5, Arithmetic::Sixteen),
    ("q5", 5.7, Arithmetic::Sixteen),
    ("q6", 6.6, Arithmetic::Sixteen),
    ("w8a16", 8.0, Arithmetic::Sixteen),
    ("q8", 8.5, Arithmetic::Sixteen),
    ("8bit", 8.5, Arithmetic::Sixteen),
    ("fp8", 8.0, Arithmetic::Eight),
    ("e4m3", 8.0, Arithmetic::Eight),
    ("int8", 8.0, Arithmetic::Eight),
    ("w8a8", 8.0, Arithmetic::Eight),
    ("bf16", 16.0, Arithmetic::Sixteen),
    ("bfloat16", 16.0, Arithmetic::Sixteen),
    ("fp16", 16.0, Arithmetic::Sixteen),
    ("float16", 16.0, Arithmetic::Sixteen),
    ("half", 16.0, Arithmetic::Sixteen),
    ("f16", 16.0, Arithmetic::Sixteen),
];

impl Precision {
    /// The precision that a word or a name with such a word means.
    pub fn of(word: &str) -> Option<Self> {
        let word = word.to_ascii_lowercase();
        let found = PRECISIONS.iter().find(|(known, ..)| word.contains(known));
        found.map(|(_, weight_bits, arithmetic)| Self { weight_bits: *weight_bits, arithmetic: *arithmetic })
    }
}

/// One measurement of a whole deployment.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Measured {
    /// Input tokens of a call.
    pub input: f64,
    /// Output tokens of a call.
    pub output: f64,
    /// Output tokens per second of the deployment, over all calls at once.
    pub output_tok_s: f64,
    /// Calls at once; missing: as many as the machine takes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_once: Option<f64>,
    /// Median milliseconds for an output token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tpot_ms: Option<f64>,
}

/// A model on a number of machines at a precision.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Deployment {
    /// Id.
    pub id: String,
    /// Canonical id of the model.
    pub model: String,
    /// Id of the machine.
    pub machine: String,
    /// GPUs.
    pub count: u32,
    /// Precision of the weights.
    pub precision: String,
    /// Engine that was measured.
    pub engine: String,
    /// Most tokens, input and output together, that a call may have.
    pub context: i64,
    /// `measured`.
    pub kind: String,
    /// Who measured.
    pub source: String,
    /// Day of the measurement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<toml::value::Datetime>,
    /// Under which conditions.
    pub conditions: String,
    /// The measurements.
    pub measured: Vec<Measured>,
}

#[derive(Serialize)]
struct File<'a> {
    deployment: &'a [Deployment],
}

/// Deployments as a file that `--deployments` reads.
///
/// # Errors
/// When TOML cannot hold them.
pub fn written(deployments: &[Deployment]) -> Result<String, toml::ser::Error> {
    toml::to_string(&File { deployment: deployments })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_for_precisions() {
        let of = |word: &str| Precision::of(word).map(|found| (found.weight_bits, found.arithmetic));
        assert_eq!(of("FP8"), Some((8.0, Arithmetic::Eight)));
        assert_eq!(of("nvidia/Qwen3-8B-NVFP4"), Some((4.5, Arithmetic::Four)));
        assert_eq!(of("RedHatAI/gemma-3-12b-it-quantized.w4a16"), Some((4.25, Arithmetic::Sixteen)));
        assert_eq!(of("Q4_K_M"), Some((4.85, Arithmetic::Sixteen)));
        assert_eq!(of("float16"), Some((16.0, Arithmetic::Sixteen)));
        assert_eq!(of("bfloat16"), Some((16.0, Arithmetic::Sixteen)));
        assert_eq!(of("strange"), None);
    }
}
