//! LiteLLM's sheet: one JSON object, one key a model at a provider, dollars per token; mode and context tier are suffixes of
//! the names of prices.

mod key;
mod off_peak;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::value::RawValue;

use self::key::{Key, Part};
use super::json::{Document, Object, Unit, items, number, object, times};
use super::{Found, FoundOffer, NotASheet, Problem, SheetSource};
use crate::inputs::prices::rate::{Rate, Threshold};
use crate::units::{Feature, Features, Meter, Mode, Prices};

/// The source.
pub struct LiteLlm;

/// Keys of the sheet that are no models.
const NO_MODELS: [&str; 2] = ["sample_spec", "fallback_generalizations"];

/// Fields with prices inside that are read apart from the plain ones.
const NESTED: [&str; 4] =
    ["tiered_pricing", "off_peak_pricing", "search_context_cost_per_query", "provider_specific_entry"];

impl SheetSource for LiteLlm {
    fn id(&self) -> &'static str {
        "litellm"
    }

    fn about(&self) -> &'static str {
        "LiteLLM's model_prices_and_context_window.json: what its proxy charges to budgets, with regions"
    }

    fn licence(&self) -> &'static str {
        "MIT"
    }

    fn url(&self) -> Option<&'static str> {
        Some("https://raw.githubusercontent.com/BerriAI/litellm/main/model_prices_and_context_window.json")
    }

    fn is_dated(&self) -> bool {
        false
    }

    fn is_it(&self, _name: &str, text: &str) -> bool {
        text.trim_start().starts_with('{')
            && text.contains("\"litellm_provider\"")
            && (text.contains("_cost_per_") || text.contains("_token_cost"))
    }

    fn read(&self, text: &str) -> Result<Found, NotASheet> {
        let document = Document::of(text);
        let root: Object<'_> = document.root()?;
        let mut found = Found::default();
        for (name, raw) in root.0.iter().filter(|(name, _)| !NO_MODELS.contains(&name.as_str())) {
            let line = document.line(raw);
            let Some(entry) = object(raw) else {
                found.problems.push(Problem::lost(line, name, "is no object"));
                continue;
            };
            let mut reader = Entry { document: &document, name, entry: &entry, problems: Vec::new() };
            match reader.rates() {
                Ok(rates) if rates.is_empty() => {}
                Ok(rates) => found.offers.push(FoundOffer {
                    seller: entry.text("litellm_provider").unwrap_or_else(|| first_part(name)),
                    model: name.clone(),
                    line,
                    context: entry.count("max_input_tokens").or_else(|| entry.count("max_tokens")),
                    max_output: entry.count("max_output_tokens"),
                    features: features(&entry),
                    rates,
                    ..FoundOffer::default()
                }),
                Err(what) => reader.problems.push(Problem::lost(line, name, what)),
            }
            found.problems.append(&mut reader.problems);
        }
        if found.offers.is_empty() {
            return Err(NotASheet { line: 0, what: "no entry has a price".to_owned() });
        }
        Ok(found)
    }
}

fn first_part(name: &str) -> String {
    name.split('/').next().unwrap_or(name).to_owned()
}

/// Prices of a mode by context tier; the tier is its threshold in tokens, 0 for the base.
type Stated = BTreeMap<(Mode, i64), Prices>;

struct Entry<'e, 't> {
    document: &'e Document<'t>,
    name: &'e str,
    entry: &'e Object<'t>,
    problems: Vec<Problem>,
}

impl Entry<'_, '_> {
    fn rates(&mut self) -> Result<Vec<Rate>, String> {
        let mut stated = self.stated(self.entry)?;
        self.web_searches(&mut stated)?;
        self.tiered(&mut stated)?;
        if stated.is_empty() {
            return Ok(Vec::new());
        }
        let inclusive =
            self.entry.text("litellm_provider").is_some_and(|provider| provider.starts_with("xai"));
        let whole = completed(&stated);
        let mut rates: Vec<Rate> =
            whole.iter().map(|((mode, above), prices)| rate(*mode, *above, inclusive, prices)).collect();
        self.fast(&mut rates);
        if let Some(raw) = self.entry.get("off_peak_pricing") {
            rates = self.off_peak(raw, rates)?;
        }
        let regional = self.regional(&rates);
        rates.extend(regional);
        Ok(rates)
    }

    /// The prices that the plain fields of an object state.
    fn stated(&mut self, object: &Object<'_>) -> Result<Stated, String> {
        let mut stated = Stated::new();
        let operation = self.entry.text("mode").unwrap_or_default();
        for (field, value) in &object.0 {
            let key = match Key::of(field, &operation) {
                Part::NoPrice => continue,
                Part::LeftOut => continue,
                Part::Unknown => {
                    self.doubt(value, format!("`{field}` is no known price"));
                    continue;
                }
                Part::Price(key) => key,
            };
            let Some(text) = number(value) else { continue };
            let pico = key.unit.pico(key.meter, &text).map_err(|problem| format!("`{field}`: {problem}"))?;
            let prices = stated.entry((key.mode, key.above)).or_default();
            // The old name of a price holds only where the new one is missing.
            if !key.legacy || prices.stated(key.meter).is_none() {
                prices.set(key.meter, pico);
            }
        }
        Ok(stated)
    }

    fn doubt(&mut self, at: &RawValue, what: String) {
        self.problems.push(Problem::doubt(self.document.line(at), self.name, what));
    }

    /// A search costs by how much of it goes into the context; the middle size is the default of the sellers that have sizes.
    fn web_searches(&self, stated: &mut Stated) -> Result<(), String> {
        let sizes = self.entry.object("search_context_cost_per_query");
        let Some(text) = sizes.and_then(|sizes| number(sizes.get("search_context_size_medium")?)) else {
            return Ok(());
        };
        let pico = Unit::UsdEach.pico(Meter::WebSearch, &text)?;
        if !stated.is_empty() || pico > 0 {
            stated.entry((Mode::Standard, 0)).or_default().set(Meter::WebSearch, pico);
        }
        Ok(())
    }

    /// `tiered_pricing`: a list of prices, each with the range of input for which it holds.
    fn tiered(&mut self, stated: &mut Stated) -> Result<(), String> {
        for raw in self.entry.items("tiered_pricing") {
            let Some(tier) = object(raw) else { continue };
            let range = tier.get("range").and_then(items).unwrap_or_default();
            let from = range.first().and_then(|from| number(from)).and_then(|text| {
                let tokens = crate::units::parse_scaled(&text, 0).ok()?;
                tokens.to_i64(&text).ok()
            });
            let Some(above) = from else {
                // Search engines have tiers by the number of results, which no meter counts.
                if self.stated(&tier)?.values().any(|prices| !prices.is_empty()) {
                    self.doubt(raw, "a tier has no `range`".to_owned());
                }
                continue;
            };
            for ((mode, _), prices) in self.stated(&tier)? {
                let into = stated.entry((mode, above)).or_default();
                for (meter, price) in prices.iter() {
                    into.set(meter, price);
                }
            }
        }
        Ok(())
    }

    /// `provider_specific_entry.fast`: how many times the standard price the fast mode costs.
    fn fast(&self, rates: &mut Vec<Rate>) {
        let factor =
            self.entry.object("provider_specific_entry").and_then(|entry| number(entry.get("fast")?));
        if let Some(factor) = factor.filter(|_| !rates.iter().any(|rate| rate.mode == Mode::Fast)) {
            let standard = rates.iter().filter(|rate| rate.mode == Mode::Standard);
            let fast: Vec<Rate> = standard
                .filter_map(|rate| Some(Rate { mode: Mode::Fast, ..raised(rate, &factor)? }))
                .collect();
            rates.extend(fast);
        }
    }

    /// Regions that cost a multiple. `regional` stands for every region but the global endpoint.
    fn regional(&self, rates: &[Rate]) -> Vec<Rate> {
        let entry = self.entry.object("provider_specific_entry");
        let multiplier = |field: &str| number(self.entry.get(field)?);
        let factors = [
            ("us", multiplier("regional_processing_uplift_multiplier_us")),
            ("eu", multiplier("regional_processing_uplift_multiplier_eu")),
            ("us", entry.and_then(|entry| number(entry.get("us")?))),
            ("regional", multiplier("regional_endpoint_uplift_multiplier")),
        ];
        let mut done = BTreeSet::new();
        let mut regional = Vec::new();
        for (region, factor) in factors {
            let Some(factor) = factor.filter(|_| done.insert(region)) else { continue };
            let own = rates
                .iter()
                .filter_map(|rate| Some(Rate { region: Some(region.to_owned()), ..raised(rate, &factor)? }));
            regional.extend(own);
        }
        regional
    }

    /// Hours with other prices. The sheet has the dearer hours as its headline; here the base is what holds for most of
    /// the week, as on other sheets.
    fn off_peak(&mut self, raw: &RawValue, rates: Vec<Rate>) -> Result<Vec<Rate>, String> {
        let Some(cheap) = object(raw) else { return Ok(rates) };
        let Some(hours) = off_peak::Hours::of(&cheap) else {
            self.doubt(raw, "`off_peak_pricing` has no hours that can be read".to_owned());
            return Ok(rates);
        };
        let stated = self.stated(&cheap)?;
        let Some(off) = stated.get(&(Mode::Standard, 0)) else { return Ok(rates) };
        let mut all = Vec::new();
        for rate in rates {
            if rate.mode != Mode::Standard || rate.tier != Threshold::BASE {
                all.push(rate);
                continue;
            }
            let mut prices = rate.prices.clone();
            for (meter, price) in off.iter() {
                prices.set(meter, price);
            }
            all.extend(hours.split(&rate, &Rate { prices, ..rate.clone() }));
        }
        Ok(all)
    }
}

/// A rate with every price times a factor; pieces such as searches cost the same everywhere.
fn raised(rate: &Rate, factor: &str) -> Option<Rate> {
    let mut prices = Prices::default();
    for (meter, price) in rate.prices.iter() {
        prices.set(meter, if meter.per_million() { times(price, factor)? } else { price });
    }
    Some(Rate { prices, ..rate.clone() })
}

fn rate(mode: Mode, above: i64, inclusive: bool, prices: &Prices) -> Rate {
    let tier = match above {
        0 => Threshold::BASE,
        above if inclusive => Threshold::at_least(above),
        above => Threshold::above(above),
    };
    Rate { mode, tier, prices: prices.clone(), ..Rate::default() }
}

/// Whole sets of prices: a tier prices the whole call, so a meter without a price in it keeps that of its base; a mode does
/// not touch the prices that it does not name, so they stay standard. A mode that names neither input nor output is none.
fn completed(stated: &Stated) -> Stated {
    let mut whole = Stated::new();
    let standard_base = stated.get(&(Mode::Standard, 0)).cloned().unwrap_or_default();
    for ((mode, above), own) in stated {
        let of_mode = stated.get(&(*mode, 0));
        let is_mode = |prices: &&Prices| {
            prices.stated(Meter::Input).is_some() || prices.stated(Meter::Output).is_some()
        };
        if *mode != Mode::Standard && of_mode.filter(is_mode).is_none() {
            continue;
        }
        let standard_tier = stated.get(&(Mode::Standard, *above));
        let below =
            [Some(&standard_base), of_mode, standard_tier.filter(|_| *mode == Mode::Standard), Some(own)];
        let mut prices = Prices::default();
        for (meter, price) in below.into_iter().flatten().flat_map(Prices::iter) {
            prices.set(meter, price);
        }
        // Reasoning at the price of output is output: in a mode or a tier it costs what output costs there.
        let plain = standard_base.stated(Meter::OutputReasoning) == standard_base.stated(Meter::Output);
        let named = |prices: &Prices| prices.stated(Meter::OutputReasoning).is_some();
        let stated_here =
            (*mode != Mode::Standard && of_mode.is_some_and(named)) || (*above > 0 && named(own));
        if plain && !stated_here {
            prices.clear(Meter::OutputReasoning);
        }
        if *above == 0 || is_mode(&own) {
            whole.insert((*mode, *above), prices);
        }
    }
    whole
}

/// What an entry can do; `None`: it says nothing of the kind.
fn features(entry: &Object<'_>) -> Option<Features> {
    const KEYS: [(Feature, &str); 5] = [
        (Feature::Tools, "supports_function_calling"),
        (Feature::Vision, "supports_vision"),
        (Feature::StructuredOutput, "supports_response_schema"),
        (Feature::Reasoning, "supports_reasoning"),
        (Feature::Audio, "supports_audio_input"),
    ];
    let said = KEYS.iter().any(|(_, key)| entry.truth(key).is_some());
    let has = KEYS.iter().filter(|(_, key)| entry.truth(key) == Some(true));
    said.then(|| has.map(|(feature, _)| *feature).collect())
}

#[cfg(test)]
mod tests;
