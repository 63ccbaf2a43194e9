//! Rounding and words for values: the one place where digits are dropped.

use crate::inputs::prices::NoPrice;
use crate::outputs::page::{Fact, Value};
use crate::units::{Usd, UsdEstimate};

/// Where a value is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In a line of facts: small amounts with all their digits.
    Line,
    /// In a column: short.
    Column,
}

/// A value for people.
pub fn value(value: &Value, place: Place) -> String {
    match value {
        Value::Text(text) => clean(text),
        Value::Count(n) => grouped(&n.to_string()),
        Value::Tokens(n) if place == Place::Column => compact(*n as f64),
        Value::Tokens(n) => grouped(&n.to_string()),
        Value::Usd(usd) => usd_text(*usd, place),
        Value::Rate(rate) => rate.to_string(),
        Value::Estimate(estimate) if !estimate.0.is_finite() => "unknown".to_owned(),
        Value::Estimate(estimate) => estimate_text(*estimate),
        Value::Share(share) => percent(share.value()),
        Value::Change(change) if *change > 0.0 => format!("+{}", percent(*change)),
        Value::Change(change) => percent(*change),
        Value::Number(n) if !n.is_finite() => "unknown".to_owned(),
        Value::Number(n) => number(*n),
        Value::Score(score) => points(*score),
        // Twelve digits tell digests apart.
        Value::Digest(digest) => digest.chars().take(12).collect(),
        Value::Unknown => "unknown".to_owned(),
        Value::Nothing => "–".to_owned(),
    }
}

/// Exact money: cents from a dollar on; below, all digits in a line and four in a column.
fn usd_text(usd: Usd, place: Place) -> String {
    let dollars = usd.estimate().0;
    let sign = if usd < Usd::ZERO { "-" } else { "" };
    let text = if usd == Usd::ZERO {
        "0.00".to_owned()
    } else if dollars.abs() >= 1.0 {
        grouped(&cents(usd))
    } else if place == Place::Line {
        usd.to_string().trim_start_matches('-').to_owned()
    } else {
        significant(dollars.abs(), 4)
    };
    format!("{sign}${text}")
}

/// The magnitude in whole cents, rounded half away from zero on the exact amount.
fn cents(usd: Usd) -> String {
    const PICO_PER_CENT: u128 = 10_000_000_000;
    let cents = (usd.pico().unsigned_abs() + PICO_PER_CENT / 2) / PICO_PER_CENT;
    format!("{}.{:02}", cents / 100, cents % 100)
}

/// Estimated money: never more than three significant digits of cents' worth, whole dollars from a hundred on.
fn estimate_text(estimate: UsdEstimate) -> String {
    let sign = if estimate.0 < 0.0 { "-" } else { "" };
    let magnitude = estimate.0.abs();
    let text = if magnitude >= 100.0 {
        grouped(&format!("{magnitude:.0}"))
    } else if magnitude >= 1.0 {
        format!("{magnitude:.2}")
    } else if magnitude == 0.0 {
        "0.00".to_owned()
    } else {
        significant(magnitude, 3)
    };
    format!("{sign}${text}")
}

/// A share in per cent, with one decimal where it is small.
pub fn percent(share: f64) -> String {
    let percent = share * 100.0;
    let magnitude = percent.abs();
    if magnitude != 0.0 && magnitude < 0.1 {
        if percent < 0.0 { ">-0.1%".to_owned() } else { "<0.1%".to_owned() }
    } else if magnitude < 10.0 && magnitude != 0.0 {
        format!("{percent:.1}%")
    } else {
        format!("{percent:.0}%")
    }
}

/// A number with three significant digits, grouped.
pub fn number(n: f64) -> String {
    if n == 0.0 {
        "0".to_owned()
    } else if n.abs() >= 100.0 {
        grouped(&format!("{n:.0}"))
    } else {
        significant(n, 3)
    }
}

/// A large count in thousands, millions or billions.
pub fn compact(n: f64) -> String {
    for (scale, suffix) in [(1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k")] {
        if n.abs() >= scale * 0.9995 {
            return format!("{}{suffix}", significant(n / scale, 3));
        }
    }
    significant(n, 3)
}

/// `digits` significant digits, without trailing zeros after the point.
fn significant(n: f64, digits: i32) -> String {
    if n == 0.0 || !n.is_finite() {
        return "0".to_owned();
    }
    let places = (digits - 1 - n.abs().log10().floor() as i32).clamp(0, 15) as usize;
    let text = format!("{n:.places$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// Commas between groups of three digits before the point.
pub fn grouped(number: &str) -> String {
    let (sign, digits) = number.strip_prefix('-').map_or(("", number), |digits| ("-", digits));
    let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(whole, f)| (whole, Some(f)));
    let mut text = String::from(sign);
    for (index, digit) in whole.char_indices() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if let Some(fraction) = fraction {
        text.push('.');
        text.push_str(fraction);
    }
    text
}

/// Text from data without control characters: a name in a log must not steer a terminal or break a line.
pub fn clean(text: &str) -> String {
    text.chars().map(|c| if c.is_control() || is_bidi_control(c) { '\u{fffd}' } else { c }).collect()
}

/// Characters that reorder the text around them.
const fn is_bidi_control(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The items of a fact as one line. Items whose words lead on to the next are joined by a space, others by a comma.
pub fn sentence(fact: &Fact) -> String {
    let mut text = String::new();
    let mut leads_on = true;
    for item in &fact.items {
        if !text.is_empty() {
            text.push_str(if leads_on { " " } else { ", " });
        }
        text.push_str(format!("{} {}", value(&item.value, Place::Line), item.words).trim());
        leads_on = item.words.ends_with([':', ';']) || LEADING.iter().any(|word| item.words.ends_with(word));
    }
    text
}

/// Words after which a fact goes on without a comma.
const LEADING: &[&str] = &["by", "for", "from", "to", "cost", "count", "and", "of", "on", "over"];

/// The text with a capital letter at its beginning.
pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Estimated money in a sentence.
pub fn usd(dollars: f64) -> String {
    value(&Value::Estimate(UsdEstimate(dollars)), Place::Column)
}

/// `1 call`, `2 calls`.
pub fn counted(count: u64, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", grouped(&count.to_string()))
}

/// Why a call has no price.
pub const fn why_unpriced(why: &NoPrice) -> &'static str {
    match why {
        NoPrice::NoModel => "the log names no model (name one with --model)",
        NoPrice::UnknownModel => "no known model",
        NoPrice::NotOnSheet => "on no price sheet for that seller",
        NoPrice::NoMeter => "the sheet has no price for some of the tokens",
        NoPrice::Plan => "a subscription covers it: no price per call",
        NoPrice::FreeTier => "a free tier: the list price is not what it cost",
    }
}

/// A score: an index with one decimal, a share with three.
pub fn points(score: f64) -> String {
    if score.abs() >= 10.0 { format!("{score:.1}") } else { format!("{score:.3}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Share;

    #[test]
    fn small_amounts_keep_their_digits_in_lines_and_four_in_columns() {
        let usd = Value::Usd(Usd::parse("0.5795915").expect("an amount"));
        assert_eq!(value(&usd, Place::Line), "$0.5795915");
        assert_eq!(value(&usd, Place::Column), "$0.5796");
        let total = Value::Usd(Usd::parse("3963.01358915").expect("an amount"));
        assert_eq!(value(&total, Place::Line), "$3,963.01");
        assert_eq!(
            value(&Value::Usd(Usd::parse("-1234.565").expect("an amount")), Place::Column),
            "-$1,234.57"
        );
        assert_eq!(value(&Value::Usd(Usd::ZERO), Place::Line), "$0.00");
    }

    #[test]
    fn estimates_promise_no_more_than_they_know() {
        let text = |usd: f64| value(&Value::Estimate(UsdEstimate(usd)), Place::Column);
        assert_eq!(text(16_955.4), "$16,955");
        assert_eq!(text(0.004_567), "$0.00457");
        assert_eq!(text(-12.5), "-$12.50");
    }

    #[test]
    fn an_unknown_never_looks_like_zero() {
        assert_eq!(value(&Value::Unknown, Place::Column), "unknown");
        assert_eq!(value(&Value::Nothing, Place::Column), "–");
        assert_eq!(value(&Value::share(Share::of(1.0, 0.0)), Place::Column), "unknown");
        assert_eq!(percent(0.0), "0%");
        assert_eq!(percent(0.0004), "<0.1%");
    }

    #[test]
    fn control_characters_of_a_name_are_made_visible() {
        assert_eq!(clean("a\u{1b}[31mb\nc\u{202e}d"), "a\u{fffd}[31mb\u{fffd}c\u{fffd}d");
    }

    #[test]
    fn large_counts_are_short_in_columns() {
        assert_eq!(value(&Value::Tokens(6_037_445_403), Place::Column), "6.04B");
        assert_eq!(value(&Value::Tokens(6_037_445_403), Place::Line), "6,037,445,403");
        assert_eq!(compact(999.6), "1k");
    }
}
