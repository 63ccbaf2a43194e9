//! Usage maps of Langfuse, as objects or as text in a cell, made into buckets.

use crate::inputs::logs::call::{Call, Convention};
use crate::inputs::logs::object::{self, Object};
use crate::inputs::logs::quality;
use crate::inputs::logs::usage::check_total;
use crate::inputs::logs::values::{self, whole_number};

/// The entries of the first of these maps that is there.
pub fn details(fields: &Object<'_>, keys: &[&str]) -> Result<Vec<(String, String)>, String> {
    for key in keys {
        let Some(text) = object::embedded(fields.get(key)) else { continue };
        let map = Object::or_empty(object::raw(&text))?;
        let entries = map
            .entries()
            .filter_map(|(key, value)| Some((key.to_owned(), values::text(Some(value))?.into_owned())));
        return Ok(entries.collect());
    }
    Ok(Vec::new())
}

/// Fills the buckets of a call; says whether there is a usage at all.
///
/// # Errors
/// A sentence naming a count that is no whole number, or parts that do not fit into their whole.
pub fn fill(call: &mut Call, fields: &Object<'_>) -> Result<bool, String> {
    let mut parts = Vec::new();
    for (key, value) in details(fields, &["usageDetails", "usage_details"])? {
        let count = whole_number(&value).ok_or_else(|| format!("`{key}` is not a whole number"))?;
        parts.push((key, count));
    }
    if parts.is_empty() {
        return legacy(call, fields);
    }
    let sum = |keep: &dyn Fn(&str) -> bool| -> Option<i64> {
        let mut counts = parts.iter().filter(|(key, _)| keep(key)).map(|(_, count)| *count).peekable();
        counts.peek()?;
        Some(counts.fold(0, i64::saturating_add))
    };
    let of_which = |key: &str| key.contains("_details.");
    let reads = |key: &str| {
        !of_which(key)
            && (key.contains("cache_read") || key.contains("cached_tokens") || key == "input_cached")
    };
    let writes =
        |key: &str| !of_which(key) && (key.contains("cache_creation") || key.contains("cache_write"));
    let hour = |key: &str| writes(key) && key.ends_with("_1h");
    let input = |key: &str| !of_which(key) && key.contains("input") && !reads(key) && !writes(key);
    let output = |key: &str| !of_which(key) && key.contains("output");
    let apart = sum(&reads);
    let within = sum(&|key| key.starts_with("prompt_details.") && key.contains("cache_read"));
    call.in_cache_read = apart.or(within);
    call.in_uncached = sum(&input);
    if let (None, Some(within), Some(all)) = (apart, within, call.in_uncached) {
        call.in_uncached = Some(crate::inputs::logs::usage::without_cache(all, within)?);
    }
    call.in_cache_write_5m = sum(&|key| writes(key) && !hour(key));
    call.in_cache_write_1h = sum(&hour);
    call.out_total = sum(&output);
    let beside = sum(&|key| output(key) && key.contains("reasoning"));
    call.out_reasoning =
        beside.or(sum(&|key| key.starts_with("completion_details.") && key.contains("reasoning")));
    call.convention = Convention::Exclusive;
    if call.in_cache_read.is_none() && call.in_cache_write_5m.is_none() && call.in_cache_write_1h.is_none() {
        call.quality |= quality::CACHE_UNKNOWN;
    }
    if let Some(total) = sum(&|key| key == "total") {
        check_total(call, total);
    }
    Ok(call.in_total().is_some() || call.out_total.is_some())
}

/// Older rows have sums only.
fn legacy(call: &mut Call, fields: &Object<'_>) -> Result<bool, String> {
    let usage = fields.object("usage")?;
    if usage.text("unit").is_some_and(|unit| unit != "TOKENS") {
        return Ok(false);
    }
    let first = |keys: &[&str], inner: &[&str]| -> Result<Option<i64>, String> {
        match fields.first_integer(keys)? {
            None => usage.first_integer(inner),
            found => Ok(found),
        }
    };
    let input = first(&["inputUsage", "promptTokens", "prompt_tokens"], &["input", "promptTokens"])?;
    let output =
        first(&["outputUsage", "completionTokens", "completion_tokens"], &["output", "completionTokens"])?;
    // Zeros where nothing was reported: an observation that is no call of a model.
    if input.unwrap_or(0) == 0 && output.unwrap_or(0) == 0 {
        return Ok(false);
    }
    call.in_uncached = input;
    call.out_total = output;
    call.quality |= quality::CACHE_UNKNOWN;
    Ok(true)
}
