//! The sheets that `prices sync` downloaded, as layers.

use anyhow::Result;

use crate::inputs::prices::LayerInput;
use crate::inputs::prices::layers::LayerKind;
use crate::inputs::prices::sources::source_named;
use crate::inputs::prices::sync::{Cache, Cached};
use crate::units::Day;

/// Sources whose synced sheets win over those before them: dated prices over undated ones, sellers' over resellers'.
const ORDER: [&str; 4] = ["openrouter", "models.dev", "litellm", "genai-prices"];

/// The user's cache; none where the system names no folder.
pub fn cache() -> Option<Cache> {
    Cache::of_user()
}

/// The synced sheets, the ones that win last.
///
/// # Errors
/// When a cached sheet is damaged; syncing again mends it.
pub fn layers() -> Result<Vec<LayerInput>> {
    let Some(cache) = cache() else { return Ok(Vec::new()) };
    let mut ids = cache.ids();
    ids.sort_by_key(|id| ORDER.iter().position(|known| known == id));
    let mut layers = Vec::new();
    for id in ids {
        if let Some(cached) = cache.get(&id)? {
            layers.extend(layer(&cache, &cached)?);
        }
    }
    Ok(layers)
}

/// A cached sheet as a layer; `None`: of a source that is not known.
pub fn layer(cache: &Cache, cached: &Cached) -> Result<Option<LayerInput>> {
    let Some(source) = source_named(&cached.id) else { return Ok(None) };
    let body = cache.body(cached)?;
    Ok(Some(LayerInput {
        kind: LayerKind::Synced,
        name: cached.id.clone(),
        source,
        text: String::from_utf8_lossy(&body).into_owned(),
        day: Some(Day::of_date(cached.fetched_at.date_naive())),
        sha256: cached.sha256.clone(),
    }))
}
