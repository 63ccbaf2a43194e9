//! What is doubtful in sheets that can be read: prices that look like a mistake of units or of data entry.

use super::book::{OfferId, PriceBook};
use super::rate::PriceKind;
use super::sheet;
use super::sources::Problem;
use crate::inputs::embedded::Facts;
use crate::inputs::models::Models;
use crate::inputs::toml_file::FileProblem;
use crate::units::{Meter, Prices};

/// How many times another price a price may be before a mistake of units is likelier than a bargain: per token instead of
/// per thousand, cents instead of dollars.
const UNIT_MISTAKE: i64 = 50;

/// The problems of the shipped sheets, file by file.
///
/// # Errors
/// When the folder cannot be read.
pub fn problems_of_shipped(facts: &Facts) -> Result<Vec<(String, Vec<Problem>)>, FileProblem> {
    let models = Models::load(facts)?;
    let mut files = Vec::new();
    for (file, text) in facts.files("prices")? {
        let problems = match sheet::parse(&file, &text) {
            Err(all) => {
                all.0.into_iter().map(|p| Problem::lost(p.line.unwrap_or(0), "", p.problem)).collect()
            }
            Ok(sheet) => sheet
                .offers
                .iter()
                .flat_map(|offer| {
                    let at = format!("{}/{}", sheet.seller.id, offer.listed_as);
                    let unknown = models.id(&offer.model).is_none().then(|| {
                        Problem::lost(offer.line, at.clone(), format!("there is no model `{}`", offer.model))
                    });
                    let rates = offer.rates.iter();
                    let doubts = rates.flat_map(move |rate| {
                        doubts(&rate.prices, rate.kind)
                            .map(|what| Problem::doubt(offer.line, at.clone(), what))
                            .collect::<Vec<_>>()
                    });
                    unknown.into_iter().chain(doubts)
                })
                .collect(),
        };
        files.push((file, problems));
    }
    Ok(files)
}

/// The problems of a layer: what reading it told, and what is doubtful beside the sheets under it.
pub fn problems_of_layer(book: &PriceBook, layer: usize, models: &Models, told: &[Problem]) -> Vec<Problem> {
    let mut problems = told.to_vec();
    for (id, offer) in book.offers() {
        for held in book.rates(id).iter().filter(|held| held.layer == layer) {
            let at = format!("{}/{}", book.seller_of(id).id, models.get(offer.model).id);
            for what in doubts(&held.rate.prices, held.rate.kind) {
                problems.push(Problem::doubt(0, at.clone(), what));
            }
            if let Some(what) = far_from_others(book, id, layer, &held.rate.prices, held.rate.kind) {
                problems.push(Problem::doubt(0, at, what));
            }
        }
    }
    problems
}

/// What is doubtful in prices by themselves.
fn doubts(prices: &Prices, kind: PriceKind) -> impl Iterator<Item = String> {
    let price = |meter| prices.stated(meter);
    let zero = (kind.is_price() && prices.is_zero())
        .then(|| "every price is zero: say `kind = \"free\"` or `\"plan\"` if nothing is charged".to_owned());
    let cached = price(Meter::CacheRead).zip(price(Meter::Input)).filter(|(read, input)| read > input);
    let cached = cached.map(|_| "a token read from the cache costs more than a fresh one".to_owned());
    let output = price(Meter::Output).zip(price(Meter::Input)).filter(|(output, input)| {
        *output > 0 && *input > 0 && (output / input >= UNIT_MISTAKE || input / output >= UNIT_MISTAKE)
    });
    let output = output
        .map(|_| "input and output are so far apart that one of them may be in another unit".to_owned());
    [zero, cached, output].into_iter().flatten()
}

/// Whether an input price is so far from what every layer under it says that the unit may be wrong.
fn far_from_others(
    book: &PriceBook,
    id: OfferId,
    layer: usize,
    prices: &Prices,
    kind: PriceKind,
) -> Option<String> {
    let own = prices.stated(Meter::Input).filter(|own| *own > 0 && kind.is_price())?;
    let below = book.rates(id).iter().filter(|held| held.layer < layer && held.rate.kind.is_price());
    let others: Vec<i64> =
        below.filter_map(|held| held.rate.prices.stated(Meter::Input)).filter(|p| *p > 0).collect();
    let far = |other: &i64| own / other >= UNIT_MISTAKE || other / own >= UNIT_MISTAKE;
    (!others.is_empty() && others.iter().all(far)).then(|| {
        let other = sheet::price_text(Meter::Input, others[0]);
        let own = sheet::price_text(Meter::Input, own);
        format!("input at {own} dollars per million tokens, where other sheets say {other}: a wrong unit?")
    })
}
