//! The keys of one row of a sheet, read the same from a TOML table and from a line of CSV, and the rate they make.

use chrono::NaiveDate;

use crate::inputs::prices::rate::{PriceKind, Rate, Threshold};
use crate::inputs::prices::window::{Window, WindowKind};
use crate::inputs::spelling;
use crate::units::{Day, Meter, Mode, TokenRate, Usd, parse_scaled};

/// Keys of a rate beside its meters.
pub const RATE_KEYS: [&str; 13] = [
    "from",
    "until",
    "mode",
    "region",
    "above",
    "at_least",
    "hours",
    "hours_utc",
    "weekdays",
    "utc_offset",
    "window",
    "kind",
    "source",
];

/// One key of a row.
#[derive(Debug, Clone)]
pub struct Field {
    /// The key.
    pub key: String,
    /// Its value as text; a list is joined by spaces.
    pub text: String,
    /// Line of the file.
    pub line: usize,
}

/// Something wrong in a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// Line of the file.
    pub line: usize,
    /// What is wrong.
    pub problem: String,
}

/// The keys of one row.
#[derive(Debug, Clone, Default)]
pub struct Fields {
    /// Line of the row.
    pub line: usize,
    /// Its keys, in their order.
    pub fields: Vec<Field>,
}

/// How money of a sheet becomes dollars.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Currency {
    /// ISO 4217 code.
    pub code: String,
    /// Millionths of a dollar for one unit.
    pub micro_usd: i128,
}

impl Currency {
    /// US dollars.
    pub fn usd() -> Self {
        Self { code: "USD".to_owned(), micro_usd: 1_000_000 }
    }

    /// Picodollars of an amount in 10⁻¹² of the currency, rounded half to even.
    fn to_pico(&self, amount: i128) -> Option<i128> {
        amount.checked_mul(self.micro_usd).map(|scaled| div_half_even(scaled, 1_000_000))
    }
}

/// `value / by`, rounded half to even; `by` is positive.
pub fn div_half_even(value: i128, by: i128) -> i128 {
    let (whole, rest) = (value.div_euclid(by), value.rem_euclid(by));
    match (rest * 2).cmp(&by) {
        std::cmp::Ordering::Greater => whole + 1,
        std::cmp::Ordering::Equal => whole + (whole & 1),
        std::cmp::Ordering::Less => whole,
    }
}

impl Fields {
    /// The text of a key that is not empty.
    pub fn get(&self, key: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.key == key && !field.text.trim().is_empty())
    }

    /// The text of a key that must be there.
    ///
    /// # Errors
    /// When it is missing or empty.
    pub fn required(&self, key: &str) -> Result<&Field, Wrong> {
        self.get(key).ok_or_else(|| self.wrong(format!("`{key}` is missing")))
    }

    /// A problem of the row.
    pub fn wrong(&self, problem: impl Into<String>) -> Wrong {
        Wrong { line: self.line, problem: problem.into() }
    }

    /// Every key that is neither a key of a rate, nor a meter, nor among `others`.
    pub fn unknown_keys(&self, others: &[&str], wrongs: &mut Vec<Wrong>) {
        for field in &self.fields {
            let known = || {
                let meters = Meter::ALL.iter().map(|meter| meter.word());
                RATE_KEYS.iter().copied().chain(meters).chain(others.iter().copied())
            };
            if !known().any(|key| key == field.key) {
                let meant = spelling::meant(&field.key, known());
                wrongs.push(field.wrong(format!("there is no key `{}`{meant}", field.key)));
            }
        }
    }

    /// The rate that the row states, without its source; every problem goes to `wrongs`.
    pub fn rate(&self, currency: &Currency, wrongs: &mut Vec<Wrong>) -> Option<Rate> {
        let before = wrongs.len();
        let mut take = |result: Result<(), Wrong>| wrongs.extend(result.err());
        let mut rate = Rate::default();
        take(self.day("from").map(|day| rate.from = day));
        take(self.day("until").map(|day| rate.until = day));
        take(self.word("mode", Mode::from_word, "mode").map(|mode| rate.mode = mode.unwrap_or_default()));
        take(
            self.word("kind", PriceKind::from_word, "kind").map(|kind| rate.kind = kind.unwrap_or_default()),
        );
        take(self.tier().map(|tier| rate.tier = tier));
        take(self.window().map(|window| rate.window = window));
        rate.region = self.get("region").map(|field| field.text.trim().to_ascii_lowercase());
        if let (Some(first), Some(after)) = (rate.from, rate.until)
            && first >= after
        {
            take(Err(self.wrong("the rate ends before it begins")));
        }
        for field in &self.fields {
            if let Some(meter) = Meter::from_word(&field.key)
                && !field.text.trim().is_empty()
            {
                take(field.price(meter, currency).map(|price| rate.prices.set(meter, price)));
            }
        }
        if rate.prices.is_empty() && wrongs.len() == before {
            wrongs.push(self.wrong("the row states no price"));
        }
        (wrongs.len() == before).then_some(rate)
    }

    /// The day of a key.
    ///
    /// # Errors
    /// When it is no date.
    pub fn day(&self, key: &str) -> Result<Option<Day>, Wrong> {
        let Some(field) = self.get(key) else { return Ok(None) };
        let date: Result<NaiveDate, _> = field.text.trim().parse();
        date.map(|date| Some(Day::of_date(date)))
            .map_err(|_| field.wrong(format!("`{}` is no date such as 2026-09-01", field.text)))
    }

    /// A whole number of at least zero.
    ///
    /// # Errors
    /// When it is none.
    pub fn count(&self, key: &str) -> Result<Option<i64>, Wrong> {
        let Some(field) = self.get(key) else { return Ok(None) };
        let number = field.text.trim().replace('_', "").parse::<i64>().ok().filter(|number| *number >= 0);
        number.map(Some).ok_or_else(|| field.wrong(format!("`{}` is no whole number", field.text)))
    }

    fn word<T>(&self, key: &str, of: impl Fn(&str) -> Option<T>, what: &str) -> Result<Option<T>, Wrong> {
        let Some(field) = self.get(key) else { return Ok(None) };
        let word = field.text.trim().to_ascii_lowercase();
        of(&word).map(Some).ok_or_else(|| field.wrong(format!("`{}` is no {what}", field.text)))
    }

    fn tier(&self) -> Result<Threshold, Wrong> {
        match (self.count("above")?, self.count("at_least")?) {
            (None, None) => Ok(Threshold::BASE),
            (Some(above), None) if above < i64::MAX => Ok(Threshold::above(above)),
            (None, Some(least)) if least > 0 => Ok(Threshold::at_least(least)),
            (Some(_), Some(_)) => Err(self.wrong("a tier has `above` or `at_least`, not both")),
            _ => Err(self.wrong("the tier begins nowhere")),
        }
    }

    fn window(&self) -> Result<Option<Window>, Wrong> {
        let text = |key| self.get(key).map_or("", |field| field.text.as_str());
        let hours = if text("hours").is_empty() { text("hours_utc") } else { text("hours") };
        let kind = self.word("window", WindowKind::from_word, "kind of window (peak or offpeak)")?;
        if hours.is_empty() && text("weekdays").is_empty() {
            return match kind {
                Some(_) => Err(self.wrong("a window needs `hours` or `weekdays`")),
                None => Ok(None),
            };
        }
        let window = Window::parse(hours, text("weekdays"), text("utc_offset"))
            .map_err(|problem| self.wrong(problem))?;
        Ok(Some(match kind {
            Some(kind) => window.of_kind(kind),
            None => window,
        }))
    }
}

impl Field {
    /// A problem of the key.
    pub fn wrong(&self, problem: impl Into<String>) -> Wrong {
        Wrong { line: self.line, problem: problem.into() }
    }

    /// The price of a meter, from decimal text in dollars (or the sheet's currency) per unit.
    ///
    /// # Errors
    /// When it is no number, negative, finer than a picodollar or beyond any real price.
    pub fn price(&self, meter: Meter, currency: &Currency) -> Result<i64, Wrong> {
        let text = self.text.trim();
        // One currency unit per million is 10⁻⁶ per piece: six places of it are 10⁻¹².
        let scale = if meter.per_million() { 6 } else { 12 };
        let amount = parse_scaled(text, scale).map_err(|error| self.wrong(error.to_string()))?;
        if amount.units < 0 {
            return Err(self.wrong(format!("`{text}` is negative")));
        }
        if !amount.exact {
            return Err(self.wrong(format!("`{text}` is finer than a picodollar per {}", piece(meter))));
        }
        let pico = currency.to_pico(amount.units).and_then(|pico| i64::try_from(pico).ok());
        let most = if meter.per_million() { TokenRate::MAX.pico() } else { TokenRate::MAX_PER_PIECE };
        pico.filter(|pico| *pico <= most).ok_or_else(|| {
            let most = price_text(meter, most);
            self.wrong(format!(
                "`{text}` is beyond any real price (most: {most} dollars per {})",
                meter.unit()
            ))
        })
    }
}

fn piece(meter: Meter) -> &'static str {
    match meter.unit() {
        "1M tokens" => "token",
        "1M characters" => "character",
        unit => unit,
    }
}

/// A price in dollars per unit of its meter, with all digits that matter and no more.
pub fn price_text(meter: Meter, pico: i64) -> String {
    if meter.per_million() {
        TokenRate::from_pico(pico).to_string()
    } else {
        Usd::from_pico(i128::from(pico)).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(pairs: &[(&str, &str)]) -> Fields {
        let field =
            |(key, text): &(&str, &str)| Field { key: (*key).to_owned(), text: (*text).to_owned(), line: 3 };
        Fields { line: 3, fields: pairs.iter().map(field).collect() }
    }

    fn problems(pairs: &[(&str, &str)]) -> Vec<String> {
        let mut wrongs = Vec::new();
        fields(pairs).rate(&Currency::usd(), &mut wrongs);
        wrongs.into_iter().map(|wrong| wrong.problem).collect()
    }

    #[test]
    fn every_problem_of_a_row_is_told() {
        let wrong = problems(&[
            ("input", "-1"),
            ("output", "0.1234567"),
            ("cache_read", "5e9"),
            ("mode", "warp"),
            ("from", "soon"),
        ]);
        assert_eq!(
            wrong,
            [
                "`soon` is no date such as 2026-09-01",
                "`warp` is no mode",
                "`-1` is negative",
                "`0.1234567` is finer than a picodollar per token",
                "`5e9` is beyond any real price (most: 800 dollars per 1M tokens)",
            ]
        );
        assert_eq!(problems(&[("mode", "batch")]), ["the row states no price"]);
    }

    #[test]
    fn another_currency_becomes_dollars_at_the_stated_rate() {
        let euro = Currency { code: "EUR".to_owned(), micro_usd: 1_083_400 };
        let rate = fields(&[("input", "2.5"), ("web_search", "0.01")]).rate(&euro, &mut Vec::new());
        let prices = rate.expect("a rate").prices;
        assert_eq!(prices.stated(Meter::Input), Some(2_708_500));
        assert_eq!(prices.stated(Meter::WebSearch), Some(10_834_000_000));
    }

    #[test]
    fn halves_round_to_even() {
        assert_eq!([5, 15, 25, -5].map(|value| div_half_even(value, 10)), [0, 2, 2, 0]);
    }
}
