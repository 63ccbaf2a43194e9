//! Portkey's sheets: one file a seller, US cents per token, with batch prices and, for some models, regions, modes and
//! context tiers.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::value::RawValue;

use super::json::{Document, Object, Unit, number, object};
use super::{Found, FoundOffer, NotASheet, Problem, SheetSource};
use crate::inputs::prices::rate::{Rate, Threshold};
use crate::units::{Meter, Mode, Prices};

/// The source.
pub struct Portkey;

const KEYS: [(&str, Meter); 14] = [
    ("request_token", Meter::Input),
    ("response_token", Meter::Output),
    ("cache_read_input_token", Meter::CacheRead),
    ("cache_write_input_token", Meter::CacheWrite5m),
    ("reasoning_token", Meter::OutputReasoning),
    ("thinking_token", Meter::OutputReasoning),
    ("request_audio_token", Meter::InputAudio),
    ("cache_read_audio_input_token", Meter::CacheReadAudio),
    ("response_audio_token", Meter::OutputAudio),
    ("request_image_token", Meter::InputImage),
    ("response_image_token", Meter::OutputImage),
    ("web_search", Meter::WebSearch),
    ("file_search", Meter::FileSearch),
    ("cache_write_1h", Meter::CacheWrite1h),
];

/// Keys without a meter here: pictures by size, lengths of sound and video, and fees of gateways and tools of their own.
const LEFT_OUT: [&str; 2] = ["image", "additional_units"];

impl SheetSource for Portkey {
    fn id(&self) -> &'static str {
        "portkey"
    }

    fn about(&self) -> &'static str {
        "Portkey's pricing files, one a seller, named after it"
    }

    fn licence(&self) -> &'static str {
        "MIT"
    }

    fn url(&self) -> Option<&'static str> {
        // One file a seller: which one is the user's choice.
        None
    }

    fn is_dated(&self) -> bool {
        false
    }

    fn is_it(&self, _name: &str, text: &str) -> bool {
        text.trim_start().starts_with('{')
            && text.contains("\"pricing_config\"")
            && text.contains("\"request_token\"")
    }

    fn read(&self, text: &str) -> Result<Found, NotASheet> {
        self.read_named("portkey", text)
    }

    fn read_named(&self, name: &str, text: &str) -> Result<Found, NotASheet> {
        let seller = Path::new(name)
            .file_stem()
            .map_or_else(|| name.to_owned(), |stem| stem.to_string_lossy().into_owned());
        let document = Document::of(text);
        let root: Object<'_> = document.root()?;
        let mut found = Found::default();
        // `default` is the shape that the others begin with.
        for (id, raw) in root.0.iter().filter(|(id, _)| id != "default") {
            let line = document.line(raw);
            let at = format!("{seller}/{id}");
            let mut reader = Reader { document: &document, at: &at, problems: Vec::new() };
            match reader.rates(raw) {
                Ok(rates) if rates.is_empty() => {}
                Ok(rates) => found.offers.push(FoundOffer {
                    seller: seller.clone(),
                    model: id.clone(),
                    line,
                    rates,
                    ..FoundOffer::default()
                }),
                Err(what) => reader.problems.push(Problem::lost(line, &at, what)),
            }
            found.problems.append(&mut reader.problems);
        }
        if found.offers.is_empty() {
            return Err(NotASheet { line: 0, what: "no model has a price".to_owned() });
        }
        Ok(found)
    }
}

struct Reader<'r, 't> {
    document: &'r Document<'t>,
    at: &'r str,
    problems: Vec<Problem>,
}

impl Reader<'_, '_> {
    fn rates(&mut self, raw: &RawValue) -> Result<Vec<Rate>, String> {
        let Some(entry) = object(raw) else { return Err("is no object".to_owned()) };
        let Some(config) = entry.object("pricing_config") else { return Ok(Vec::new()) };
        if let Some(currency) = config.text("currency").filter(|currency| currency != "USD") {
            return Err(format!("has prices in {currency}"));
        }
        let base = self.prices(config.object("pay_as_you_go"))?;
        let mut rates = Vec::new();
        if !base.is_empty() {
            rates.push(Rate { prices: base.clone(), ..Rate::default() });
        }
        let batch = self.prices(config.object("batch_config"))?;
        // A template has zeros where nobody entered a price.
        if !batch.is_empty() && !batch.is_zero() && !base.is_empty() {
            let prices = base.iter().chain(batch.iter()).collect();
            rates.push(Rate { mode: Mode::Batch, prices, ..Rate::default() });
        }
        if let Some(custom) = entry.object("custom_pricing") {
            for rate in self.custom(&custom)? {
                // What is stated in both places is the same price twice.
                if !rates.iter().any(|known| known.same_calls(&rate)) {
                    rates.push(rate);
                }
            }
        }
        Ok(rates)
    }

    /// Regions × modes × context tiers. `context_tier_map` says above how many tokens each tier begins.
    fn custom(&mut self, custom: &Object<'_>) -> Result<Vec<Rate>, String> {
        let map = custom.object("context_tier_map").unwrap_or_default();
        let starts: BTreeMap<String, i64> = map
            .0
            .iter()
            .filter_map(|(start, raw)| Some((super::json::text(raw)?, start.parse().ok()?)))
            .collect();
        let mut rates = Vec::new();
        for (regions, raw) in &custom.object("regions").unwrap_or_default().0 {
            let modes = object(raw).and_then(|region| region.object("execution_modes")).unwrap_or_default();
            for (mode_name, raw) in &modes.0 {
                let Some(mode) = Mode::from_word(mode_name) else {
                    self.doubt(raw, format!("`{mode_name}` is no known mode"));
                    continue;
                };
                let tiers = object(raw).and_then(|mode| mode.object("context_tiers")).unwrap_or_default();
                for (tier, raw) in &tiers.0 {
                    let Some(&above) = starts.get(tier) else {
                        self.doubt(raw, format!("the tier `{tier}` begins nowhere"));
                        continue;
                    };
                    let config = object(raw).and_then(|tier| tier.object("pricing_config"));
                    let prices = self.prices(config.and_then(|config| config.object("pay_as_you_go")))?;
                    let tier = if above == 0 { Threshold::BASE } else { Threshold::above(above) };
                    for region in regions.split(',').map(str::trim) {
                        let region = (region != "default").then(|| region.to_owned());
                        rates.push(Rate { mode, region, tier, prices: prices.clone(), ..Rate::default() });
                    }
                }
            }
        }
        rates.retain(|rate| !rate.prices.is_empty());
        Ok(rates)
    }

    /// The prices of an object. A cache for nothing is unknown where input costs something, and zeros for anything but input
    /// and output are what the template left.
    fn prices(&mut self, object: Option<Object<'_>>) -> Result<Prices, String> {
        let mut prices = Prices::default();
        let Some(stated) = object else { return Ok(prices) };
        let additional = stated.object("additional_units").unwrap_or_default();
        let beside = additional.0.iter().filter(|(key, _)| KEYS.iter().any(|(known, _)| known == key));
        for (key, raw) in stated.0.iter().chain(beside) {
            let Some((_, meter)) = KEYS.iter().find(|(known, _)| known == key) else {
                if !LEFT_OUT.contains(&key.as_str()) {
                    self.doubt(raw, format!("`{key}` is no known price"));
                }
                continue;
            };
            let price = super::json::object(raw).and_then(|price| number(price.get("price")?));
            let Some(text) = price else { continue };
            let pico =
                Unit::CentsEach.pico(*meter, &text).map_err(|problem| format!("`{key}`: {problem}"))?;
            if pico > 0 || matches!(meter, Meter::Input | Meter::Output) {
                prices.set(*meter, pico);
            }
        }
        Ok(prices)
    }

    fn doubt(&mut self, raw: &RawValue, what: String) {
        self.problems.push(Problem::doubt(self.document.line(raw), self.at, what));
    }
}

#[cfg(test)]
mod tests;
