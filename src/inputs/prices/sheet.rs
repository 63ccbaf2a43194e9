//! The file format of a sheet: one file a seller, dollars per million tokens as text.

use serde::Deserialize;
use toml::Spanned;

use super::window::Window;
use crate::inputs::toml_file::{self, FileProblem, date_of};
use crate::units::{Day, MeterRates, Mode, TokenRate};

/// What kind of seller it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SellerKind {
    /// Sells its own models.
    Lab,
    /// Sells open weights of others.
    Host,
    /// Sells models of others beside its machines.
    Cloud,
    /// Passes calls on to other sellers.
    Reseller,
}

impl SellerKind {
    /// The word in sheets and on pages.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Lab => "lab",
            Self::Host => "host",
            Self::Cloud => "cloud",
            Self::Reseller => "reseller",
        }
    }
}

/// A seller.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seller {
    /// Id; the name of the file.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// What kind of seller it is.
    pub kind: SellerKind,
    /// Where it is at home, as an ISO 3166 code.
    pub country: String,
    /// What logs and gateways call it.
    #[serde(default)]
    pub aliases: Vec<String>,
}

/// Where rates are from.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Id within the file.
    pub id: String,
    /// Name and version.
    pub name: String,
    /// Day of the sheet.
    pub date: toml::value::Datetime,
    #[serde(rename = "licence")]
    _licence: String,
    #[serde(rename = "url")]
    _url: Option<String>,
}

impl Source {
    /// Day of the sheet.
    pub fn day(&self) -> Option<Day> {
        date_of(&self.date).map(Day::of_date)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SheetFile {
    seller: Seller,
    source: Vec<Source>,
    #[serde(default)]
    offer: Vec<OfferRows>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfferRows {
    model: Spanned<String>,
    listed_as: String,
    context: Option<i64>,
    max_output: Option<i64>,
    #[serde(default)]
    rate: Vec<RateRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RateRow {
    from: Option<toml::value::Datetime>,
    until: Option<toml::value::Datetime>,
    mode: Option<Spanned<String>>,
    above: Option<i64>,
    at_least: Option<i64>,
    #[serde(default)]
    hours_utc: Vec<String>,
    #[serde(default)]
    weekdays: Vec<String>,
    input: Spanned<String>,
    output: Spanned<String>,
    cache_read: Option<Spanned<String>>,
    cache_write_5m: Option<Spanned<String>>,
    cache_write_1h: Option<Spanned<String>>,
    source: Spanned<String>,
    #[serde(rename = "kind")]
    _kind: Option<String>,
}

/// One rate of an offer: for a mode, a time, a context tier and hours of the week.
#[derive(Debug, Clone)]
pub struct Rate {
    /// First day; `None`: always before.
    pub from: Option<Day>,
    /// Day after the last; `None`: still in force.
    pub until: Option<Day>,
    /// For which mode.
    pub mode: Mode,
    /// Least total input of the context tier; 0 for the base.
    pub from_total: i64,
    /// Hours of the week; `None`: the hours that no other rate claims.
    pub window: Option<Window>,
    /// The rates, with missing cache rates filled in from the input rate.
    pub meters: MeterRates,
    /// Which cache rates the sheet states: read, written for five minutes, written for an hour.
    pub states_cache: [bool; 3],
    /// Index of the source in the file.
    pub source: usize,
}

/// An offer as its file states it.
#[derive(Debug, Clone)]
pub struct SheetOffer {
    /// Canonical id of the model.
    pub model: String,
    /// Line at which it stands.
    pub problem_at: FileProblem,
    /// The seller's own name for it.
    pub listed_as: String,
    /// Most tokens of a call.
    pub context: Option<i64>,
    /// Most output tokens of a call.
    pub max_output: Option<i64>,
    /// Its rates.
    pub rates: Vec<Rate>,
}

/// A sheet.
#[derive(Debug, Clone)]
pub struct Sheet {
    /// Who sells.
    pub seller: Seller,
    /// Where the rates are from.
    pub sources: Vec<Source>,
    /// What is sold.
    pub offers: Vec<SheetOffer>,
}

/// Reads a sheet.
///
/// # Errors
/// The first problem with its line.
pub fn parse(file: &str, text: &str) -> Result<Sheet, FileProblem> {
    let parsed: SheetFile = toml_file::parse(file, text)?;
    let reader = Reader { file, text, sources: &parsed.source };
    let mut offers = Vec::with_capacity(parsed.offer.len());
    for rows in &parsed.offer {
        let rates = rows.rate.iter().map(|row| reader.rate(row)).collect::<Result<Vec<_>, _>>()?;
        if rates.is_empty() {
            return Err(toml_file::at(file, text, &rows.model.span(), "the offer has no rate"));
        }
        offers.push(SheetOffer {
            model: rows.model.get_ref().clone(),
            problem_at: toml_file::at(
                file,
                text,
                &rows.model.span(),
                format!("there is no model `{}`", rows.model.get_ref()),
            ),
            listed_as: rows.listed_as.clone(),
            context: rows.context,
            max_output: rows.max_output,
            rates,
        });
    }
    Ok(Sheet { seller: parsed.seller, sources: parsed.source, offers })
}

struct Reader<'a> {
    file: &'a str,
    text: &'a str,
    sources: &'a [Source],
}

impl Reader<'_> {
    fn rate(&self, row: &RateRow) -> Result<Rate, FileProblem> {
        let input = self.meter(&row.input)?;
        let optional = |price: &Option<Spanned<String>>, fallback: i64| match price {
            Some(price) => self.meter(price),
            // A seller that lists no cache rate bills cached tokens as input.
            None => Ok(fallback),
        };
        let cache_write_5m = optional(&row.cache_write_5m, input)?;
        let meters = MeterRates {
            input,
            cache_read: optional(&row.cache_read, input)?,
            cache_write_5m,
            cache_write_1h: optional(&row.cache_write_1h, cache_write_5m)?,
            output: self.meter(&row.output)?,
        };
        let states_cache = [&row.cache_read, &row.cache_write_5m, &row.cache_write_1h].map(Option::is_some);
        let here = row.input.span();
        let wrong = |problem: String| toml_file::at(self.file, self.text, &here, problem);
        let day = |date: &Option<toml::value::Datetime>| match date {
            None => Ok(None),
            Some(date) => {
                date_of(date).map(Day::of_date).map(Some).ok_or_else(|| wrong(format!("`{date}` is no date")))
            }
        };
        let (from, until) = (day(&row.from)?, day(&row.until)?);
        if let (Some(first), Some(after)) = (from, until)
            && first >= after
        {
            return Err(wrong("the rate ends before it begins".to_owned()));
        }
        let mode = match &row.mode {
            None => Mode::Standard,
            Some(word) => Mode::from_word(word.get_ref()).ok_or_else(|| {
                toml_file::at(self.file, self.text, &word.span(), format!("`{}` is no mode", word.get_ref()))
            })?,
        };
        let from_total = match (row.above, row.at_least) {
            (None, None) => 0,
            (Some(above), None) => above + 1,
            (None, Some(least)) => least,
            (Some(_), Some(_)) => return Err(wrong("a tier has `above` or `at_least`, not both".to_owned())),
        };
        let window = if row.hours_utc.is_empty() && row.weekdays.is_empty() {
            None
        } else {
            Some(Window::parse(&row.hours_utc, &row.weekdays).map_err(wrong)?)
        };
        let source =
            self.sources.iter().position(|source| source.id == *row.source.get_ref()).ok_or_else(|| {
                let problem = format!("there is no source `{}` in this file", row.source.get_ref());
                toml_file::at(self.file, self.text, &row.source.span(), problem)
            })?;
        Ok(Rate { from, until, mode, from_total, window, meters, states_cache, source })
    }

    fn meter(&self, price: &Spanned<String>) -> Result<i64, FileProblem> {
        let wrong = |problem: String| toml_file::at(self.file, self.text, &price.span(), problem);
        let (rate, exact) =
            TokenRate::parse_usd_per_mtok(price.get_ref()).map_err(|error| wrong(error.to_string()))?;
        if !exact {
            return Err(wrong(format!("`{}` is finer than a picodollar per token", price.get_ref())));
        }
        if rate.pico() < 0 {
            return Err(wrong(format!("`{}` is negative", price.get_ref())));
        }
        Ok(rate.pico())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "[seller]\nid='x'\nname='X'\nkind='lab'\ncountry='US'\n[[source]]\nid='s'\nname='S'\ndate=2026-01-01\nlicence='MIT'\n[[offer]]\nmodel='m'\nlisted_as='m'\n";

    fn problem(rate: &str) -> String {
        parse("x.toml", &format!("{HEAD}[[offer.rate]]\n{rate}")).expect_err("a problem").to_string()
    }

    #[test]
    fn problems_name_file_and_line() {
        assert_eq!(
            problem("input='0.1234567'\noutput='1'\nsource='s'"),
            "`x.toml` line 15: `0.1234567` is finer than a picodollar per token"
        );
        assert_eq!(problem("input='1'\noutput='-1'\nsource='s'"), "`x.toml` line 16: `-1` is negative");
        assert!(problem("input='1'\noutput='1'\nsource='t'").contains("line 17: there is no source `t`"));
        assert!(
            problem("input='1'\noutput='1'\nsource='s'\nmode='warp'").contains("line 18: `warp` is no mode")
        );
    }

    #[test]
    fn a_missing_cache_rate_is_the_input_rate_and_an_hour_costs_as_five_minutes() {
        let sheet = parse(
            "x.toml",
            &format!("{HEAD}[[offer.rate]]\ninput='2'\noutput='8'\ncache_write_5m='3'\nsource='s'"),
        );
        let meters = sheet.expect("a sheet").offers[0].rates[0].meters;
        assert_eq!(
            (meters.cache_read, meters.cache_write_5m, meters.cache_write_1h),
            (2_000_000, 3_000_000, 3_000_000)
        );
    }
}
