//! Models on machines of one's own: what a deployment delivers and costs, and which calls of a log it could serve.

pub mod against;
pub mod ahead;
pub mod answers;
pub mod breakeven;
pub mod costs;
pub mod devices;
pub mod fine_tuning;
pub mod fleet;
mod gather;
pub mod gathered;
pub mod group;
mod hosts;
pub mod replica;
pub mod shared;
pub mod sheet;
pub mod spread;
mod telling;
pub mod throughput;
pub mod validate;
pub mod volume;
pub mod waterfall;

use crate::engine::hosting::roofline::Shape;
use crate::inputs::models::{ModelId, Models};
use crate::units::TokenBuckets;

/// A mean call in whole tokens, for a price.
fn whole(mean: &Shape) -> TokenBuckets {
    let whole = |tokens: f64| tokens.round() as i64;
    TokenBuckets {
        fresh: whole(mean.input - mean.cached),
        read: whole(mean.cached),
        write_5m: 0,
        write_1h: 0,
        out: whole(mean.output),
        reasoning: 0,
    }
}

/// The model whose weights a name means: of files of weights it may end with how they were made.
pub fn weights_named(models: &Models, name: &str) -> Option<ModelId> {
    let before = || Some(name.split_once("-quantized")?.0);
    models.resolve(name).or_else(|| models.resolve(before()?)).map(|id| models.base(id))
}
