//! What a model of open weights is made of, as far as its speed and its memory depend on it.

use serde::{Deserialize, Serialize};

/// Layers, heads and experts of a model.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ModelShape {
    /// Id of the model.
    pub model: String,
    /// Layers.
    pub layers: u32,
    /// Layers that see all of the context; missing: every layer does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub full_layers: Option<u32>,
    /// Tokens that the other layers see; missing: they keep a state of constant size.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window: Option<u32>,
    /// Heads that ask.
    pub heads: u32,
    /// Heads whose keys and values are held; missing where they are held in a latent form.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kv_heads: Option<u32>,
    /// Size of a head; of latent attention the mean of that of keys and of values.
    pub head_dim: u32,
    /// Values that a layer holds for a token in a latent form.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latent: Option<u32>,
    /// Size of the hidden state.
    pub hidden: u32,
    /// Experts of a layer; missing: the model is dense.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub experts: Option<u32>,
    /// Experts that a token uses.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub experts_used: Option<u32>,
    /// Bits of a parameter as the weights were released; missing: 16.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bits: Option<f64>,
    /// Where it is from.
    pub source: String,
}

impl ModelShape {
    /// Layers that see all of the context.
    pub fn seeing_all(&self) -> u32 {
        self.full_layers.unwrap_or(self.layers)
    }

    /// Keys and values that a layer holds for a token.
    pub fn held_by_layer(&self) -> f64 {
        self.latent.map_or_else(
            || 2.0 * f64::from(self.kv_heads.unwrap_or(self.heads)) * f64::from(self.head_dim),
            f64::from,
        )
    }
}

/// The file of shapes in the folder of models.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ShapesFile {
    pub(super) shape: Vec<ModelShape>,
}
