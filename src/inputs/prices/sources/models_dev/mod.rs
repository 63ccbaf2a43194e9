//! models.dev's `api.json`: sellers with models, dollars per million tokens, context tiers, and which weights are open.

use serde_json::value::RawValue;

use super::json::{Document, Object, Unit, number, object, text};
use super::{Found, FoundOffer, NotASheet, Problem, SheetSource};
use crate::inputs::prices::rate::{PriceKind, Rate, Threshold};
use crate::units::{Feature, Features, Meter, Mode, Prices};

/// The source.
pub struct ModelsDev;

const KEYS: [(&str, Meter); 7] = [
    ("input", Meter::Input),
    ("output", Meter::Output),
    ("cache_read", Meter::CacheRead),
    ("cache_write", Meter::CacheWrite5m),
    ("reasoning", Meter::OutputReasoning),
    ("input_audio", Meter::InputAudio),
    ("output_audio", Meter::OutputAudio),
];

/// Keys beside prices. `context_over_200k` repeats the last of the tiers under a name that is wrong for most of them.
const NO_PRICES: [&str; 3] = ["tiers", "tier", "context_over_200k"];

/// Words in the ids of sellers of subscriptions, where a price of zero means that the subscription pays.
const PLANS: [&str; 5] = ["-plan", "copilot", "gitlab", "opencode", "-code"];

impl SheetSource for ModelsDev {
    fn id(&self) -> &'static str {
        "models.dev"
    }

    fn about(&self) -> &'static str {
        "models.dev: prices of open and closed models at some two hundred sellers"
    }

    fn licence(&self) -> &'static str {
        "MIT"
    }

    fn url(&self) -> Option<&'static str> {
        Some("https://models.dev/api.json")
    }

    fn is_dated(&self) -> bool {
        false
    }

    fn is_it(&self, _name: &str, text: &str) -> bool {
        text.trim_start().starts_with('{')
            && text.contains("\"models\"")
            && text.contains("\"npm\"")
            && text.contains("\"cost\"")
    }

    fn read(&self, text: &str) -> Result<Found, NotASheet> {
        let document = Document::of(text);
        let root: Object<'_> = document.root()?;
        let mut found = Found::default();
        for (seller, raw) in &root.0 {
            let Some(models) = object(raw).and_then(|seller| seller.object("models")) else {
                found.problems.push(Problem::lost(document.line(raw), seller, "has no `models`"));
                continue;
            };
            for (id, raw) in &models.0 {
                let mut reader =
                    Reader { document: &document, at: format!("{seller}/{id}"), found: &mut found };
                reader.model(seller, id, raw);
            }
        }
        if found.offers.is_empty() {
            return Err(NotASheet { line: 0, what: "no model has a price".to_owned() });
        }
        Ok(found)
    }
}

struct Reader<'r, 't> {
    document: &'r Document<'t>,
    at: String,
    found: &'r mut Found,
}

/// What a model can do at a seller; `None`: the sheet does not say.
fn features(model: &Object<'_>) -> Option<Features> {
    let inputs = model.object("modalities").unwrap_or_default();
    let inputs: Vec<String> = inputs.items("input").into_iter().filter_map(text).collect();
    let takes = |kind: &str| inputs.iter().any(|input| input == kind);
    let says = |key: &str| model.truth(key) == Some(true);
    model.truth("tool_call")?;
    let features = [
        (Feature::Tools, says("tool_call")),
        (Feature::Vision, takes("image")),
        (Feature::StructuredOutput, says("structured_output")),
        (Feature::Reasoning, says("reasoning")),
        (Feature::Audio, takes("audio")),
    ];
    Some(features.into_iter().filter(|(_, has)| *has).map(|(feature, _)| feature).collect())
}

impl Reader<'_, '_> {
    fn model(&mut self, seller: &str, id: &str, raw: &RawValue) {
        let Some(model) = object(raw) else {
            self.found.problems.push(Problem::lost(self.document.line(raw), &self.at, "is no object"));
            return;
        };
        // Without prices it is listed and not sold by the token.
        let Some(cost) = model.object("cost") else { return };
        let rates = match self.rates(seller, &cost, &model) {
            Ok(rates) => rates,
            Err(what) => {
                self.found.problems.push(Problem::lost(self.document.line(raw), &self.at, what));
                return;
            }
        };
        let limit = model.object("limit").unwrap_or_default();
        let known = |key: &str| limit.count(key).filter(|tokens| *tokens > 0);
        if !rates.is_empty() {
            self.found.offers.push(FoundOffer {
                seller: seller.to_owned(),
                model: id.to_owned(),
                line: self.document.line(raw),
                context: known("context"),
                max_output: known("output"),
                features: features(&model),
                open_weights: model.truth("open_weights"),
                rates,
                ..FoundOffer::default()
            });
        }
    }

    fn rates(&mut self, seller: &str, cost: &Object<'_>, model: &Object<'_>) -> Result<Vec<Rate>, String> {
        let base = self.prices(cost)?;
        if base.is_empty() {
            return Ok(Vec::new());
        }
        let kind = match base.is_zero() {
            false => PriceKind::List,
            true if PLANS.iter().any(|word| seller.contains(word)) => PriceKind::Plan,
            true => PriceKind::Free,
        };
        let mut rates = vec![Rate { kind, prices: base.clone(), ..Rate::default() }];
        for raw in cost.items("tiers") {
            let Some(tier) = object(raw) else { continue };
            let about = tier.object("tier").unwrap_or_default();
            match (about.text("type").as_deref(), about.count("size").filter(|size| *size > 0)) {
                (Some("context"), Some(size)) => {
                    let prices = over(&base, &self.prices(&tier)?);
                    rates.push(Rate { kind, tier: Threshold::above(size), prices, ..Rate::default() });
                }
                _ => self.doubt(raw, "a tier is of no known type"),
            }
        }
        if rates.len() == 1
            && let Some(raw) = cost.get("context_over_200k")
        {
            self.doubt(raw, "a price for long prompts without its threshold was left out");
        }
        let modes = model.object("experimental").and_then(|experimental| experimental.object("modes"));
        for (name, raw) in modes.iter().flat_map(|modes| &modes.0) {
            let cost = object(raw).and_then(|mode| mode.object("cost"));
            match (Mode::from_word(name), cost) {
                (Some(mode), Some(cost)) if mode != Mode::Standard => {
                    let prices = over(&base, &self.prices(&cost)?);
                    rates.push(Rate { kind, mode, prices, ..Rate::default() });
                }
                (_, None) => {}
                _ => self.doubt(raw, &format!("`{name}` is no known mode")),
            }
        }
        Ok(rates)
    }

    /// The prices of an object. A cache that costs nothing where input costs something is one whose price nobody entered.
    fn prices(&mut self, cost: &Object<'_>) -> Result<Prices, String> {
        let mut prices = Prices::default();
        for (key, value) in &cost.0 {
            let Some((_, meter)) = KEYS.iter().find(|(known, _)| known == key) else {
                if !NO_PRICES.contains(&key.as_str()) {
                    self.doubt(value, &format!("`{key}` is no known price"));
                }
                continue;
            };
            if let Some(text) = number(value) {
                let pico = Unit::UsdPerMillion
                    .pico(*meter, &text)
                    .map_err(|problem| format!("`{key}`: {problem}"))?;
                prices.set(*meter, pico);
            }
        }
        if prices.stated(Meter::Input).is_some_and(|input| input > 0) {
            for meter in [Meter::CacheRead, Meter::CacheWrite5m] {
                if prices.stated(meter) == Some(0) {
                    prices.clear(meter);
                }
            }
        }
        Ok(prices)
    }

    fn doubt(&mut self, at: &RawValue, what: &str) {
        self.found.problems.push(Problem::doubt(self.document.line(at), &self.at, what));
    }
}

/// A tier or a mode prices the whole call: what it does not state holds on.
fn over(base: &Prices, own: &Prices) -> Prices {
    base.iter().chain(own.iter()).collect()
}

#[cfg(test)]
mod tests;
