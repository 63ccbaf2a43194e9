//! The names of prices on LiteLLM's sheet: what is counted, in which unit, in which mode, from which context on.

use crate::inputs::prices::sources::json::Unit;
use crate::units::{Meter, Mode};

/// A name of a price, taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    /// What is counted.
    pub meter: Meter,
    /// How it is quoted.
    pub unit: Unit,
    /// In which mode.
    pub mode: Mode,
    /// Above how many tokens of input; 0: from the first on.
    pub above: i64,
    /// Whether it is an old name, beside which a new one may stand.
    pub legacy: bool,
}

/// What a field of an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// A price with a meter.
    Price(Key),
    /// A price that the book has no meter or mode for, on purpose.
    LeftOut,
    /// Something that looks like a price and is not known.
    Unknown,
    /// No price at all.
    NoPrice,
}

const METERS: [(&str, Meter, Unit); 24] = [
    ("input_cost_per_token", Meter::Input, Unit::UsdEach),
    ("output_cost_per_token", Meter::Output, Unit::UsdEach),
    ("cache_read_input_token_cost", Meter::CacheRead, Unit::UsdEach),
    ("cache_creation_input_token_cost", Meter::CacheWrite5m, Unit::UsdEach),
    ("cache_creation_input_token_cost_above_1hr", Meter::CacheWrite1h, Unit::UsdEach),
    ("cache_creation_input_token_cost_above_12hr", Meter::CacheWrite12h, Unit::UsdEach),
    ("output_cost_per_reasoning_token", Meter::OutputReasoning, Unit::UsdEach),
    ("input_cost_per_audio_token", Meter::InputAudio, Unit::UsdEach),
    ("cache_read_input_audio_token_cost", Meter::CacheReadAudio, Unit::UsdEach),
    ("output_cost_per_audio_token", Meter::OutputAudio, Unit::UsdEach),
    ("input_cost_per_image_token", Meter::InputImage, Unit::UsdEach),
    ("cache_read_input_image_token_cost", Meter::CacheReadImage, Unit::UsdEach),
    ("output_cost_per_image_token", Meter::OutputImage, Unit::UsdEach),
    ("input_cost_per_video_token", Meter::InputVideo, Unit::UsdEach),
    ("output_cost_per_video_token", Meter::OutputVideo, Unit::UsdEach),
    ("input_cost_per_character", Meter::InputCharacter, Unit::UsdEach),
    ("input_cost_per_request", Meter::Request, Unit::UsdEach),
    ("input_cost_per_query", Meter::Request, Unit::UsdEach),
    ("input_cost_per_text_message", Meter::Request, Unit::UsdEach),
    ("output_cost_per_image", Meter::Image, Unit::UsdEach),
    ("ocr_cost_per_page", Meter::Page, Unit::UsdEach),
    ("file_search_cost_per_1k_calls", Meter::FileSearch, Unit::UsdPerThousand),
    ("code_interpreter_cost_per_session", Meter::CodeExecution, Unit::UsdEach),
    // A price by the second is one of audio for what listens and speaks, and one of rented capacity elsewhere.
    ("input_cost_per_second", Meter::AudioSecond, Unit::UsdEach),
];

/// Operations whose seconds are seconds of audio.
const AUDIO: [&str; 2] = ["audio_transcription", "audio_speech"];

/// Beginnings of prices without a meter here: pictures and video by size and length, storage, units of a cloud's own,
/// rented capacity, grounding on maps, and parts of an answer that are charged beside the tokens.
const LEFT_OUT: [&str; 21] = [
    "input_dbu_cost_",
    "output_dbu_cost_",
    "input_cost_per_image",
    "output_cost_per_image_",
    "input_cost_per_pixel",
    "output_cost_per_pixel",
    "input_cost_per_video_per_second",
    "output_cost_per_video_per_second",
    "input_cost_per_audio_per_second",
    "output_cost_per_second",
    "input_cost_per_second",
    "cost_per_second",
    "output_cost_per_character",
    "explicit_cache_read_input_token_cost",
    "cache_creation_input_audio_token_cost",
    "google_maps_grounding_cost",
    "annotation_cost_per_page",
    "ocr_cost_per_credit",
    "guardrail_cost_per_unit",
    "citation_cost_per_token",
    "computer_use_",
];

/// More beginnings of this kind: storage by volume and time.
const STORAGE: [&str; 2] = ["file_search_cost_per_gb", "vector_store_cost_per_gb"];

/// Suffixes of modes, and those of modes that only LiteLLM's own routing knows.
const MODES: [(&str, Mode); 4] =
    [("_batches", Mode::Batch), ("_flex", Mode::Flex), ("_priority", Mode::Priority), ("_fast", Mode::Fast)];
const OTHER_MODES: [&str; 3] = ["_balanced", "_ultrafast", "_decisions"];

impl Key {
    /// What a field is, in an entry for an operation (LiteLLM's `mode`).
    pub fn of(field: &str, operation: &str) -> Part {
        if super::NESTED.contains(&field) || !field.contains("cost") {
            return Part::NoPrice;
        }
        let (rest, mode) = MODES
            .iter()
            .find_map(|(suffix, mode)| Some((field.strip_suffix(suffix)?, *mode)))
            .unwrap_or((field, Mode::Standard));
        if OTHER_MODES.iter().any(|suffix| rest.ends_with(suffix)) {
            return Part::LeftOut;
        }
        let (base, above) = without_tier(rest);
        if base == "input_cost_per_token_cache_hit" {
            let key = Self { meter: Meter::CacheRead, unit: Unit::UsdEach, mode, above, legacy: true };
            return Part::Price(key);
        }
        if base.ends_with("cost_per_second") && !AUDIO.contains(&operation) {
            return Part::LeftOut;
        }
        if let Some((_, meter, unit)) = METERS.iter().find(|(known, ..)| *known == base) {
            return Part::Price(Self { meter: *meter, unit: *unit, mode, above, legacy: false });
        }
        let left_out = LEFT_OUT.iter().chain(&STORAGE).any(|beginning| base.starts_with(beginning));
        if left_out { Part::LeftOut } else { Part::Unknown }
    }
}

/// The name without `_above_272k_tokens`, and 272,000. `_above_1hr` is how long a cache lives and stays.
fn without_tier(name: &str) -> (String, i64) {
    let tier = name.match_indices("_above_").find_map(|(at, mark)| {
        let rest = &name[at + mark.len()..];
        let (digits, after) = rest.split_once("k_tokens")?;
        let thousands: i64 = digits.parse().ok().filter(|n| *n > 0 && *n < 1_000_000)?;
        Some((format!("{}{after}", &name[..at]), thousands * 1_000))
    });
    tier.unwrap_or_else(|| (name.to_owned(), 0))
}
