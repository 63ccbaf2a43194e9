//! Prices of a user's own: a table of CSV, or a TOML file with `[[price]]`, `[[discount]]` and `[[commitment]]`; and the
//! project's own sheets, which others may write as well.
//!
//! ```toml
//! [sheet]
//! name = "Contract 2026"
//! date = 2026-09-01
//! currency = "EUR"          # US dollars where nothing is said
//! usd_per_unit = "1.0834"   # what the contract, or the bank, says
//!
//! [[price]]
//! seller = "openai"
//! model = "gpt-5.4"
//! from = 2026-09-01
//! input = "2"
//! output = "12"
//!
//! [[discount]]
//! seller = "anthropic"
//! model = "claude-opus-*"
//! percent = "12.5"
//!
//! [[commitment]]
//! seller = "anthropic"
//! per_month = "10000"
//! ```

use glob::Pattern;

use super::{Found, FoundOffer, NotASheet, Problem, SheetSource};
use crate::inputs::prices::layers::{Commitment, Discount, WHOLE};
use crate::inputs::prices::rate::{PriceKind, Rate};
use crate::inputs::prices::sheet::{self, Currency, Field, Fields, Wrong, features};
use crate::inputs::spelling;
use crate::units::{Usd, parse_scaled};

/// The source.
pub struct Plain;

/// Keys of a price beside those of a rate.
const PRICE_KEYS: [&str; 7] =
    ["seller", "model", "context", "max_output", "features", "currency", "usd_per_unit"];
const TABLES: [&str; 4] = ["sheet", "price", "discount", "commitment"];

impl SheetSource for Plain {
    fn id(&self) -> &'static str {
        "plain"
    }

    fn about(&self) -> &'static str {
        "your own prices, discounts and commitments, as CSV or TOML; and sheets in the project's own format"
    }

    fn licence(&self) -> &'static str {
        ""
    }

    fn url(&self) -> Option<&'static str> {
        None
    }

    fn is_dated(&self) -> bool {
        true
    }

    fn is_it(&self, name: &str, text: &str) -> bool {
        let name = name.to_ascii_lowercase();
        name.ends_with(".toml") || is_table(&name, text)
    }

    fn read(&self, text: &str) -> Result<Found, NotASheet> {
        if is_table("", text) { table(text) } else { toml(text) }
    }
}

/// Whether a text is a table: its first line names a seller or a model, and separates names.
fn is_table(name: &str, text: &str) -> bool {
    let head = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default().to_ascii_lowercase();
    let words: Vec<&str> = head.split([',', ';', '\t']).map(|word| word.trim().trim_matches('"')).collect();
    let named = [".csv", ".tsv"].iter().any(|ending| name.ends_with(ending));
    words.len() > 1 && (named || (words.contains(&"model") && words.contains(&"seller")))
}

fn table(text: &str) -> Result<Found, NotASheet> {
    let text = text.trim_start_matches('\u{feff}');
    let head = text.lines().next().unwrap_or_default();
    let delimiter =
        [b'\t', b';', b','].into_iter().find(|byte| head.as_bytes().contains(byte)).unwrap_or(b',');
    let mut reader =
        csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(text.as_bytes());
    let broken = |error: &csv::Error| NotASheet {
        line: error.position().map_or(0, |position| position.line() as usize),
        what: error.to_string(),
    };
    let heads: Vec<String> = reader
        .headers()
        .map_err(|error| broken(&error))?
        .iter()
        .map(|h| h.trim().to_ascii_lowercase())
        .collect();
    for needed in ["seller", "model"] {
        if !heads.iter().any(|head| head == needed) {
            return Err(NotASheet { line: 1, what: format!("there is no column `{needed}`") });
        }
    }
    let mut rows = Rows::default();
    for record in reader.records() {
        let record = record.map_err(|error| broken(&error))?;
        let line = record.position().map_or(0, |position| position.line() as usize);
        let cells = heads.iter().zip(record.iter());
        let fields = cells.map(|(key, text)| Field { key: key.clone(), text: text.trim().to_owned(), line });
        rows.price(&Fields { line, fields: fields.collect() }, &Currency::usd());
    }
    Ok(rows.found)
}

fn toml(text: &str) -> Result<Found, NotASheet> {
    let (all, wrongs) = sheet::read_rows(text);
    if all.iter().any(|(table, _)| table == "seller") {
        return own(text);
    }
    if !all.iter().any(|(table, _)| TABLES.contains(&table.as_str())) {
        let first = wrongs.first().map(|wrong| format!(" (line {}: {})", wrong.line, wrong.problem));
        let what = "has neither `[[price]]` nor `[[discount]]` nor `[[commitment]]`".to_owned();
        return Err(NotASheet { line: 0, what: what + &first.unwrap_or_default() });
    }
    let mut rows = Rows::default();
    rows.found.problems.extend(wrongs.into_iter().map(|wrong| lost("", wrong)));
    let currency = rows.sheet(all.iter().find(|(table, _)| table == "sheet").map(|(_, fields)| fields))?;
    for (table, fields) in &all {
        match table.as_str() {
            "sheet" => {}
            "price" => rows.price(fields, &currency),
            "discount" => rows.discount(fields),
            "commitment" => rows.commitment(fields, &currency),
            other => {
                let what =
                    format!("there is no table `{other}`{}", spelling::meant(other, TABLES.into_iter()));
                rows.found.problems.push(Problem::lost(fields.line, other, what));
            }
        }
    }
    Ok(rows.found)
}

/// A sheet in the project's own format.
fn own(text: &str) -> Result<Found, NotASheet> {
    let sheet = sheet::parse("", text).map_err(|problems| {
        let first = problems.0.first();
        NotASheet {
            line: first.and_then(|problem| problem.line).unwrap_or(0),
            what: problems.0.iter().map(|problem| problem.problem.as_str()).collect::<Vec<_>>().join("; "),
        }
    })?;
    let offers = sheet.offers.into_iter().map(|offer| FoundOffer {
        seller: sheet.seller.id.clone(),
        model: offer.model,
        also: std::iter::once(offer.listed_as).chain(offer.also).collect(),
        line: offer.line,
        context: offer.context,
        max_output: offer.max_output,
        features: offer.features,
        open_weights: None,
        rates: offer.rates.into_iter().map(|rate| Rate { source: 0, ..rate }).collect(),
    });
    let day = sheet.sources.iter().filter_map(|source| source.day).min();
    Ok(Found { offers: offers.collect(), day, name: Some(sheet.seller.name), ..Found::default() })
}

fn lost(at: &str, wrong: Wrong) -> Problem {
    Problem::lost(wrong.line, at, wrong.problem)
}

#[derive(Default)]
struct Rows {
    found: Found,
}

impl Rows {
    /// What the head of the file says of all its rows: its currency.
    fn sheet(&mut self, fields: Option<&Fields>) -> Result<Currency, NotASheet> {
        let Some(fields) = fields else { return Ok(Currency::usd()) };
        let refused = |wrong: Wrong| NotASheet { line: wrong.line, what: wrong.problem };
        self.found.name = fields.get("name").map(|field| field.text.clone());
        self.found.day = fields.day("date").map_err(refused)?;
        for field in &fields.fields {
            if !["name", "date", "currency", "usd_per_unit"].contains(&field.key.as_str()) {
                let what = format!("there is no key `{}`", field.key);
                self.found.problems.push(Problem::doubt(field.line, "sheet", what));
            }
        }
        currency(fields, &Currency::usd()).map_err(refused)
    }

    fn take<T>(&mut self, at: &str, result: Result<T, Wrong>) -> Option<T> {
        result.map_err(|wrong| self.found.problems.push(lost(at, wrong))).ok()
    }

    fn price(&mut self, fields: &Fields, default: &Currency) {
        let mut wrongs = Vec::new();
        fields.unknown_keys(&PRICE_KEYS, &mut wrongs);
        let Some(currency) = self.take("price", currency(fields, default)) else { return };
        let rate = fields.rate(&currency, &mut wrongs);
        let text = |key| fields.required(key).map(|field| field.text.trim().to_owned());
        let (seller, model) = (self.take("price", text("seller")), self.take("price", text("model")));
        let (context, max_output) = (fields.count("context"), fields.count("max_output"));
        let (context, max_output) = (self.take("price", context), self.take("price", max_output));
        let at = format!("{}/{}", seller.as_deref().unwrap_or("?"), model.as_deref().unwrap_or("?"));
        self.found.problems.extend(wrongs.into_iter().map(|wrong| lost(&at, wrong)));
        let features = self.take("price", features(fields));
        let (Some(seller), Some(model), Some(rate), Some(context), Some(max_output), Some(features)) =
            (seller, model, rate, context, max_output, features)
        else {
            return;
        };
        // Whatever a user states is the user's, unless the row says what it is.
        let kind = if fields.get("kind").is_some() { rate.kind } else { PriceKind::Custom };
        let rate = Rate { kind, ..rate };
        let known = self.found.offers.iter_mut().find(|offer| offer.seller == seller && offer.model == model);
        match known {
            Some(offer) => offer.rates.push(rate),
            None => self.found.offers.push(FoundOffer {
                seller,
                model,
                line: fields.line,
                context,
                max_output,
                features,
                rates: vec![rate],
                ..FoundOffer::default()
            }),
        }
    }

    fn discount(&mut self, fields: &Fields) {
        let read = || {
            only(fields, &["seller", "model", "percent", "from", "until"])?;
            let percent = fields.required("percent")?;
            let amount =
                parse_scaled(percent.text.trim(), 6).map_err(|error| percent.wrong(error.to_string()))?;
            let part =
                i64::try_from(amount.units).ok().filter(|part| (0..=WHOLE).contains(part) && amount.exact);
            let part = part.ok_or_else(|| {
                percent.wrong(format!("`{}` is no discount from 0 to 100 per cent", percent.text))
            })?;
            let models = match fields.get("model") {
                None => None,
                Some(field) => Some(Pattern::new(field.text.trim()).map_err(|error| field.wrong(error.msg))?),
            };
            let seller = fields.get("seller").map(|field| field.text.trim().to_owned());
            if seller.is_none() && models.is_none() {
                return Err(fields.wrong("a discount needs `seller`, `model` or both"));
            }
            Ok(Discount {
                seller,
                models,
                remains: WHOLE - part,
                from: fields.day("from")?,
                until: fields.day("until")?,
                stated_in: String::new(),
            })
        };
        if let Some(discount) = self.take("discount", read()) {
            self.found.terms.discounts.push(discount);
        }
    }

    fn commitment(&mut self, fields: &Fields, currency: &Currency) {
        let read = || {
            only(fields, &["seller", "per_month", "from", "until"])?;
            let per_month = fields.required("per_month")?;
            let amount =
                parse_scaled(per_month.text.trim(), 6).map_err(|error| per_month.wrong(error.to_string()))?;
            // Millionths of the currency times millionths of a dollar are picodollars.
            let pico = amount.units.checked_mul(currency.micro_usd).filter(|pico| *pico > 0);
            let pico = pico.ok_or_else(|| per_month.wrong(format!("`{}` is no amount", per_month.text)))?;
            Ok(Commitment {
                seller: fields.required("seller")?.text.trim().to_owned(),
                per_month: Usd::from_pico(pico),
                from: fields.day("from")?,
                until: fields.day("until")?,
                stated_in: String::new(),
            })
        };
        if let Some(commitment) = self.take("commitment", read()) {
            self.found.terms.commitments.push(commitment);
        }
    }
}

/// The currency of a row: its own, else that of the sheet. Another one than the dollar needs its worth in dollars.
fn currency(fields: &Fields, default: &Currency) -> Result<Currency, Wrong> {
    let Some(code) = fields.get("currency") else { return Ok(default.clone()) };
    let name = code.text.trim().to_ascii_uppercase();
    let Some(worth) = fields.get("usd_per_unit") else {
        let known = [Currency::usd(), default.clone()].into_iter().find(|known| known.code == name);
        return known.ok_or_else(|| {
            code.wrong(format!("prices in {name} need `usd_per_unit`: the dollars that one unit is worth"))
        });
    };
    let amount = parse_scaled(worth.text.trim(), 6).map_err(|error| worth.wrong(error.to_string()))?;
    if amount.units <= 0 || !amount.exact {
        return Err(worth.wrong(format!("`{}` is no rate of exchange with up to six decimals", worth.text)));
    }
    Ok(Currency { code: name, micro_usd: amount.units })
}

/// Refuses keys that are not among these.
fn only(fields: &Fields, known: &[&str]) -> Result<(), Wrong> {
    match fields.fields.iter().find(|field| !known.contains(&field.key.as_str())) {
        None => Ok(()),
        Some(field) => {
            let meant = spelling::meant(&field.key, known.iter().copied());
            Err(field.wrong(format!("there is no key `{}`{meant}", field.key)))
        }
    }
}

#[cfg(test)]
mod tests;
