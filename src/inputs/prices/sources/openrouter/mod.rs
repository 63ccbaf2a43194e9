//! OpenRouter's lists: all models at its own price, or the endpoints of one model, each at the price of its host. Dollars
//! per token as decimal text.

use serde_json::value::RawValue;

use super::json::{Document, Object, Unit, number, object, text};
use super::{Found, FoundOffer, NotASheet, Problem, SheetSource};
use crate::inputs::prices::rate::{PriceKind, Rate, Threshold};
use crate::inputs::prices::window::Window;
use crate::units::{Feature, Features, Meter, Prices};

/// The source.
pub struct OpenRouter;

/// The seller under which its own prices stand.
const SELLER: &str = "openrouter";

const KEYS: [(&str, Meter); 16] = [
    ("prompt", Meter::Input),
    ("completion", Meter::Output),
    ("input_cache_read", Meter::CacheRead),
    ("input_cache_write", Meter::CacheWrite5m),
    ("input_cache_write_1h", Meter::CacheWrite1h),
    ("internal_reasoning", Meter::OutputReasoning),
    ("audio", Meter::InputAudio),
    ("input_audio", Meter::InputAudio),
    ("input_audio_cache", Meter::CacheReadAudio),
    ("audio_output", Meter::OutputAudio),
    ("image", Meter::InputImage),
    ("image_token", Meter::InputImage),
    ("image_output", Meter::OutputImage),
    ("request", Meter::Request),
    ("web_search", Meter::WebSearch),
    ("video", Meter::InputVideo),
];

/// Keys that are no prices: changes of price, and a discount that the prices already have.
const NO_PRICES: [&str; 6] =
    ["overrides", "discount", "min_prompt_tokens", "utc_start", "utc_end", "max_price"];

impl SheetSource for OpenRouter {
    fn id(&self) -> &'static str {
        "openrouter"
    }

    fn about(&self) -> &'static str {
        "OpenRouter's /models, or the /endpoints of a model: what it and its hosts charge"
    }

    fn licence(&self) -> &'static str {
        ""
    }

    fn url(&self) -> Option<&'static str> {
        Some("https://openrouter.ai/api/v1/models")
    }

    fn is_dated(&self) -> bool {
        false
    }

    fn is_it(&self, _name: &str, text: &str) -> bool {
        let head: String = text.chars().filter(|c| !c.is_whitespace()).take(40).collect();
        head.starts_with("{\"data\":") && text.contains("\"pricing\"") && text.contains("\"prompt\"")
    }

    fn read(&self, text: &str) -> Result<Found, NotASheet> {
        let document = Document::of(text);
        let root: Object<'_> = document.root()?;
        let mut found = Found::default();
        let data = root.get("data").ok_or_else(|| NotASheet { line: 0, what: "has no `data`".to_owned() })?;
        let mut reader = Reader { document: &document, found: &mut found };
        match object(data) {
            Some(model) => reader.endpoints(&model),
            None => {
                for raw in root.items("data") {
                    reader.model(raw);
                }
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
    found: &'r mut Found,
}

impl Reader<'_, '_> {
    fn model(&mut self, raw: &RawValue) {
        let line = self.document.line(raw);
        let Some((model, id)) = object(raw).and_then(|model| model.text("id").map(|id| (model, id))) else {
            self.found.problems.push(Problem::lost(line, SELLER, "a model has no `id`"));
            return;
        };
        let top = model.object("top_provider").unwrap_or_default();
        let offer = FoundOffer {
            seller: SELLER.to_owned(),
            // A moving alias is what it points to on the day of the sheet.
            also: model.object("alias_target").and_then(|target| target.text("slug")).into_iter().collect(),
            context: model.count("context_length"),
            max_output: top.count("max_completion_tokens"),
            features: features(model.items("supported_parameters"), &model),
            open_weights: model.text("hugging_face_id").filter(|id| !id.is_empty()).map(|_| true),
            model: id,
            line,
            ..FoundOffer::default()
        };
        self.offer(&model, offer);
    }

    /// The endpoints of one model: the seller of each is its host. Hosts may have several, of other precision or speed; those
    /// keep a name of their own.
    fn endpoints(&mut self, model: &Object<'_>) {
        let id = model.text("id").unwrap_or_default();
        for raw in model.items("endpoints") {
            let line = self.document.line(raw);
            let Some(endpoint) = object(raw) else { continue };
            let Some(host) = endpoint.text("provider_name") else {
                self.found.problems.push(Problem::lost(line, &id, "an endpoint has no `provider_name`"));
                continue;
            };
            let known = self.found.offers.iter().any(|offer| offer.seller == host && offer.model == id);
            let tag = endpoint.text("tag").or_else(|| endpoint.text("quantization"));
            let name = match tag.filter(|_| known) {
                Some(tag) => format!("{id}#{tag}"),
                None => id.clone(),
            };
            let offer = FoundOffer {
                seller: host,
                model: name,
                line,
                context: endpoint.count("context_length"),
                max_output: endpoint.count("max_completion_tokens"),
                features: features(endpoint.items("supported_parameters"), model),
                ..FoundOffer::default()
            };
            self.offer(&endpoint, offer);
        }
    }

    fn offer(&mut self, of: &Object<'_>, mut offer: FoundOffer) {
        let at = format!("{}/{}", offer.seller, offer.model);
        match self.rates(of, &at) {
            Ok(rates) if rates.is_empty() => {}
            Ok(rates) => {
                offer.rates = rates;
                self.found.offers.push(offer);
            }
            Err(what) => self.found.problems.push(Problem::lost(offer.line, at, what)),
        }
    }

    fn rates(&mut self, of: &Object<'_>, at: &str) -> Result<Vec<Rate>, String> {
        let Some(pricing) = of.object("pricing") else { return Ok(Vec::new()) };
        let base = self.prices(&pricing, at)?;
        let kind = if base.is_zero() { PriceKind::Free } else { PriceKind::Reseller };
        let mut rates = vec![Rate { kind, prices: base.clone(), ..Rate::default() }];
        for raw in pricing.items("overrides") {
            let Some(other) = object(raw) else { continue };
            let prices: Prices = base.iter().chain(self.prices(&other, at)?.iter()).collect();
            let rate = Rate { kind, prices, ..Rate::default() };
            let window = other.count("utc_start").zip(other.count("utc_end"));
            match (other.count("min_prompt_tokens"), window) {
                (Some(least), None) if least > 0 => {
                    rates.push(Rate { tier: Threshold::at_least(least), ..rate });
                }
                (None, Some((start, end))) => match hours(start, end) {
                    // Hours at the base price say nothing new.
                    Some(_) if rate.prices == base => {}
                    Some(window) => rates.push(Rate { window: Some(window), ..rate }),
                    None => self.doubt(raw, at, "hours that cannot be read were left out"),
                },
                _ => self.doubt(raw, at, "a change of price for no known reason was left out"),
            }
        }
        Ok(rates)
    }

    fn prices(&mut self, pricing: &Object<'_>, at: &str) -> Result<Prices, String> {
        let mut prices = Prices::default();
        for (key, value) in &pricing.0 {
            let Some((_, meter)) = KEYS.iter().find(|(known, _)| known == key) else {
                if !NO_PRICES.contains(&key.as_str()) {
                    self.doubt(value, at, &format!("`{key}` is no known price"));
                }
                continue;
            };
            let Some(text) = number(value) else { continue };
            // A router costs what it routes to, which it says as -1.
            let pico = Unit::UsdEach.pico(*meter, &text).map_err(|problem| format!("`{key}`: {problem}"))?;
            // Old entries state a fee of nothing for what they do not charge apart.
            if pico > 0 || matches!(meter, Meter::Input | Meter::Output) {
                prices.set(*meter, pico);
            }
        }
        Ok(prices)
    }

    fn doubt(&mut self, raw: &RawValue, at: &str, what: &str) {
        self.found.problems.push(Problem::doubt(self.document.line(raw), at, what));
    }
}

/// Hours written as the number `hhmm`; the end may lie on the next day.
fn hours(start: i64, end: i64) -> Option<Window> {
    let minute = |hhmm: i64| {
        let (hour, minute) = (hhmm / 100, hhmm % 100);
        ((0..24).contains(&hour) && (0..60).contains(&minute)).then_some((hour * 60 + minute) as u16)
    };
    Window::of_minutes(&[(minute(start)?, minute(end)?)])
}

/// What parameters and modalities of a model say that it can do; `None`: nothing is said.
fn features(parameters: Vec<&RawValue>, model: &Object<'_>) -> Option<Features> {
    let words = |items: Vec<&RawValue>| items.into_iter().filter_map(text).collect::<Vec<String>>();
    let (parameters, inputs) = (
        words(parameters),
        words(model.object("architecture").unwrap_or_default().items("input_modalities")),
    );
    let has = |list: &[String], word: &str| list.iter().any(|known| known == word);
    let features = [
        (Feature::Tools, has(&parameters, "tools")),
        (Feature::Vision, has(&inputs, "image")),
        (Feature::StructuredOutput, has(&parameters, "structured_outputs")),
        (Feature::Reasoning, has(&parameters, "reasoning")),
        (Feature::Audio, has(&inputs, "audio")),
    ];
    let of = features.into_iter().filter(|(_, has)| *has).map(|(feature, _)| feature);
    (!parameters.is_empty()).then(|| of.collect())
}

#[cfg(test)]
mod tests;
