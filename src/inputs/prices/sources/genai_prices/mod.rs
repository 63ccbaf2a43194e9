//! genai-prices, version 2: sellers with models with dated prices and variants of them for modes.
//!
//! Both shapes are read: the published JSON (`{"or": […]}`) and the dump of the Python package, which names the type of each
//! clause and constraint (`{"or_": […], "_type": "ClauseOr"}`).

mod periods;

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use self::periods::{Entry, Period, Table, periods};
use super::json::{Document, Object, Unit, items, number, object};
use super::{Found, FoundOffer, NotASheet, Problem, SheetSource};
use crate::inputs::prices::rate::{Rate, Threshold};
use crate::units::{Day, Meter, Mode, Prices};

/// The source.
pub struct GenaiPrices;

/// Keys of prices, their meter and unit. Thousands are pages, requests and searches; millions are tokens and characters.
const KEYS: [(&str, Meter, Unit); 24] = [
    ("input_mtok", Meter::Input, Unit::UsdPerMillion),
    ("output_mtok", Meter::Output, Unit::UsdPerMillion),
    ("cache_read_mtok", Meter::CacheRead, Unit::UsdPerMillion),
    ("cache_write_mtok", Meter::CacheWrite5m, Unit::UsdPerMillion),
    ("cache_write_5m_mtok", Meter::CacheWrite5m, Unit::UsdPerMillion),
    ("cache_write_1h_mtok", Meter::CacheWrite1h, Unit::UsdPerMillion),
    ("output_reasoning_mtok", Meter::OutputReasoning, Unit::UsdPerMillion),
    ("input_audio_mtok", Meter::InputAudio, Unit::UsdPerMillion),
    ("cache_audio_read_mtok", Meter::CacheReadAudio, Unit::UsdPerMillion),
    ("output_audio_mtok", Meter::OutputAudio, Unit::UsdPerMillion),
    ("input_image_mtok", Meter::InputImage, Unit::UsdPerMillion),
    ("cache_image_read_mtok", Meter::CacheReadImage, Unit::UsdPerMillion),
    ("output_image_mtok", Meter::OutputImage, Unit::UsdPerMillion),
    ("input_video_mtok", Meter::InputVideo, Unit::UsdPerMillion),
    ("output_video_mtok", Meter::OutputVideo, Unit::UsdPerMillion),
    ("input_mchars", Meter::InputCharacter, Unit::UsdPerMillion),
    ("web_searches_kcount", Meter::WebSearch, Unit::UsdPerThousand),
    ("storage_searches_kcount", Meter::FileSearch, Unit::UsdPerThousand),
    ("code_executions_kcount", Meter::CodeExecution, Unit::UsdPerThousand),
    ("requests_kcount", Meter::Request, Unit::UsdPerThousand),
    ("input_document_kpages", Meter::Page, Unit::UsdPerThousand),
    ("audio_hours", Meter::AudioHour, Unit::UsdEach),
    ("input_audio_hours", Meter::AudioHour, Unit::UsdEach),
    // A count of messages is a count of requests to the seller that charges for it.
    ("input_text_messages_kcount", Meter::Request, Unit::UsdPerThousand),
];

/// Keys that are known and have no meter: they are charged beside a meter of the same offer.
const LEFT_OUT: [&str; 2] = ["input_annotated_document_kpages", "output_citation_mtok"];

/// Since when a seller's hours of the day hold on working days only, which the sheet cannot say.
///
/// DeepSeek charges the off-peak price all day at weekends from 2026-08-23 on; the sheet's own comments on its models say so.
const WORKING_DAYS_FROM: [(&str, Day); 1] = [("deepseek", Day(20_688))];

impl SheetSource for GenaiPrices {
    fn id(&self) -> &'static str {
        "genai-prices"
    }

    fn about(&self) -> &'static str {
        "genai-prices by Pydantic: dated prices, modes and context tiers of some fifty sellers"
    }

    fn licence(&self) -> &'static str {
        "MIT"
    }

    fn url(&self) -> Option<&'static str> {
        Some("https://raw.githubusercontent.com/pydantic/genai-prices/main/prices/new_data/v2/data.json")
    }

    fn is_dated(&self) -> bool {
        true
    }

    fn is_it(&self, _name: &str, text: &str) -> bool {
        let head = &text[..text.len().min(4_096)];
        head.trim_start().starts_with('[') && head.contains("\"api_pattern\"")
    }

    fn read(&self, text: &str) -> Result<Found, NotASheet> {
        let document = Document::of(text);
        let sellers: Vec<Object<'_>> = document.root()?;
        let mut found = Found::default();
        for seller in &sellers {
            let Some(id) = seller.text("id") else {
                found.problems.push(Problem::lost(0, "", "a seller has no `id`"));
                continue;
            };
            for model in seller.items("models") {
                Reader { document: &document, seller: &id, found: &mut found }.model(model);
            }
        }
        Ok(found)
    }
}

struct Reader<'r, 't> {
    document: &'r Document<'t>,
    seller: &'r str,
    found: &'r mut Found,
}

impl Reader<'_, '_> {
    fn model(&mut self, raw: &RawValue) {
        let line = self.document.line(raw);
        let (Some(model), at) = (object(raw), self.seller.to_owned()) else {
            self.found.problems.push(Problem::lost(line, self.seller, "a model is no object"));
            return;
        };
        let Some(id) = model.text("id") else {
            self.found.problems.push(Problem::lost(line, at, "a model has no `id`"));
            return;
        };
        let at = format!("{at}/{id}");
        let read = self.entries(&model, &at).and_then(|entries| {
            let variants = self.variants(&model, &at)?;
            Ok((entries, variants))
        });
        let (entries, variants) = match read {
            Ok(read) => read,
            Err(what) => {
                self.found.problems.push(Problem::lost(line, at, what));
                return;
            }
        };
        let working_days = WORKING_DAYS_FROM.iter().find(|(seller, _)| *seller == self.seller);
        let periods = periods(&entries, working_days.map(|(_, day)| *day));
        let mut rates: Vec<Rate> =
            periods.iter().flat_map(|period| period.rates(Mode::Standard, None)).collect();
        for variant in &variants {
            rates.extend(variant.rates(&periods));
        }
        if rates.is_empty() {
            return;
        }
        let mut also = Vec::new();
        if let Some(clause) = model.get("match") {
            equals(clause, &mut also);
        }
        also.retain(|name| *name != id);
        self.found.offers.push(FoundOffer {
            seller: self.seller.to_owned(),
            model: id,
            also,
            line,
            context: model.count("context_window"),
            rates,
            ..FoundOffer::default()
        });
    }

    /// The prices of a model with the days or hours for which they are meant, in the order of the sheet.
    fn entries(&mut self, model: &Object<'_>, at: &str) -> Result<Vec<Entry>, String> {
        let prices = model.get("prices").ok_or("has no `prices`")?;
        let Some(list) = items(prices) else {
            let table = self.table(prices, at)?;
            return Ok(vec![Entry { from: None, hours: None, table }]);
        };
        list.into_iter()
            .map(|entry| {
                let entry = object(entry).ok_or("a price is no object")?;
                let table = self.table(entry.get("prices").ok_or("a price has no `prices`")?, at)?;
                let constraint = entry.object("constraint").unwrap_or_default();
                Ok(Entry { from: start_date(&constraint)?, hours: hours(&constraint)?, table })
            })
            .collect()
    }

    fn variants(&mut self, model: &Object<'_>, at: &str) -> Result<Vec<Variant>, String> {
        let mut variants: Vec<Variant> = Vec::new();
        for raw in model.items("price_variants") {
            let variant = object(raw).ok_or("a variant is no object")?;
            let when = variant.object("when").unwrap_or_default();
            let table =
                variant.get("prices").map_or(Ok(Table::default()), |prices| self.table(prices, at))?;
            let from = start_date(&variant.object("constraint").unwrap_or_default())?;
            match meaning(&when) {
                // Prices of the default are the prices.
                Some((Mode::Standard, None)) if table.is_empty() => {}
                Some((mode, region)) => {
                    let same = |v: &Variant| v.mode == mode && v.region == region;
                    // The first variant that is active wins, so one without a date hides those after it.
                    let until = variants.iter().filter(|v| same(v)).map(|v| v.from).min();
                    if until != Some(None) {
                        variants.push(Variant { mode, region, from, until: until.flatten(), table });
                    }
                }
                None => {
                    let words: Vec<String> =
                        when.0.iter().map(|(k, v)| format!("{k} = {}", v.get())).collect();
                    let what = format!("prices for {} have no place in the book", words.join(", "));
                    self.found.problems.push(Problem::doubt(self.document.line(raw), at, what));
                }
            }
        }
        Ok(variants)
    }

    /// The prices of one object: by threshold of the context tier, each a whole set.
    fn table(&mut self, raw: &RawValue, at: &str) -> Result<Table, String> {
        let prices = object(raw).ok_or("`prices` is no object")?;
        let mut own: BTreeMap<i64, Prices> = BTreeMap::new();
        for (key, value) in &prices.0 {
            let Some((_, meter, unit)) = KEYS.iter().find(|(known, ..)| known == key) else {
                if !LEFT_OUT.contains(&key.as_str()) {
                    let what = format!("`{key}` is no known price");
                    self.found.problems.push(Problem::doubt(self.document.line(value), at, what));
                }
                continue;
            };
            for (least, text) in steps(value).ok_or_else(|| format!("`{key}` is no price"))? {
                let pico = unit.pico(*meter, &text).map_err(|problem| format!("`{key}`: {problem}"))?;
                own.entry(least).or_default().set(*meter, pico);
            }
        }
        Ok(Table::of(own))
    }
}

/// A variant of the prices of a model.
struct Variant {
    mode: Mode,
    region: Option<String>,
    from: Option<Day>,
    until: Option<Day>,
    table: Table,
}

impl Variant {
    /// Its rates: in each period the standard prices, with those that the variant states in their place.
    fn rates(&self, periods: &[Period]) -> Vec<Rate> {
        let within = periods.iter().filter_map(|period| period.cut(self.from, self.until));
        let rates = within.flat_map(|period| {
            let period = Period { table: self.table.over(&period.table), ..period };
            period.rates(self.mode, self.region.as_deref())
        });
        rates.collect()
    }
}

/// The mode and region that a variant is for; `None`: something that the book does not tell apart.
fn meaning(when: &Object<'_>) -> Option<(Mode, Option<String>)> {
    let [(key, _)] = when.0.as_slice() else { return None };
    let value = when.text(key)?;
    match (key.as_str(), value.as_str()) {
        ("service_tier", "default") => Some((Mode::Standard, None)),
        ("service_tier" | "processing" | "speed", word) => {
            Mode::from_word(word).filter(|mode| *mode != Mode::Standard).map(|mode| (mode, None))
        }
        // A route of a reseller to one region of the host: `mistral/eu`.
        ("route", route) => {
            route.rsplit_once('/').map(|(_, region)| (Mode::Standard, Some(region.to_owned())))
        }
        // The default kind of search is what the standard prices hold.
        ("search_type", "web") => Some((Mode::Standard, None)),
        _ => None,
    }
}

/// (least total input, price) of a price: one, or a base with tiers. A tier starts above its threshold.
fn steps(value: &RawValue) -> Option<Vec<(i64, String)>> {
    if let Some(text) = number(value) {
        return Some(vec![(0, text)]);
    }
    let tiered = object(value)?;
    let mut steps = vec![(0, number(tiered.get("base")?)?)];
    for tier in tiered.items("tiers") {
        let tier = object(tier)?;
        steps.push((Threshold::above(tier.count("start")?).least, number(tier.get("price")?)?));
    }
    Some(steps)
}

fn start_date(constraint: &Object<'_>) -> Result<Option<Day>, String> {
    let Some(text) = constraint.text("start_date") else { return Ok(None) };
    let date = text.parse().map_err(|_| format!("`{text}` is no date"))?;
    Ok(Some(Day::of_date(date)))
}

/// Minutes of the day from `start_time` to `end_time`, both in UTC.
fn hours(constraint: &Object<'_>) -> Result<Option<(u16, u16)>, String> {
    let (Some(start), Some(end)) = (constraint.text("start_time"), constraint.text("end_time")) else {
        return Ok(None);
    };
    let minute = |text: &str| -> Option<u16> {
        let in_utc = text.strip_suffix("+00:00").or_else(|| text.strip_suffix('Z')).unwrap_or(text);
        let mut parts = in_utc.split(':').map(|part| part.parse::<u16>().ok());
        let (hour, minute) = (parts.next()??, parts.next()??);
        (hour < 24 && minute < 60).then_some(hour * 60 + minute)
    };
    match (minute(&start), minute(&end)) {
        (Some(start), Some(end)) if start != end => Ok(Some((start, end))),
        _ => Err(format!("`{start}` to `{end}` is no time of the day in UTC")),
    }
}

/// Every name that a match clause says is exactly this model.
fn equals(clause: &RawValue, names: &mut Vec<String>) {
    let Some(clause) = object(clause) else { return };
    names.extend(clause.text("equals"));
    for key in ["or", "or_"] {
        for inner in clause.items(key) {
            equals(inner, names);
        }
    }
}

#[cfg(test)]
mod tests;
