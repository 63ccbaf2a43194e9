//! Values of a log: times, and JSON scalars that may be numbers, strings, null or missing.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use chrono::{DateTime, NaiveDate, NaiveDateTime};
use serde::de::value::MapAccessDeserializer;
use serde::de::{IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::units::Usd;

/// A JSON value as it stands in the bytes; missing and null are the same.
pub type Raw<'a> = Option<&'a RawValue>;

/// A text that is missing, null or empty is `None`; a number or boolean is its literal.
pub fn text(raw: Raw<'_>) -> Option<Cow<'_, str>> {
    let literal = raw?.get();
    match literal.as_bytes().first()? {
        b'"' => string(literal).filter(|text| !text.trim().is_empty()),
        b'n' | b'{' | b'[' => None,
        _ => Some(Cow::Borrowed(literal)),
    }
}

/// What a JSON string says. Most have no escapes, and a raw value is known to be a whole string.
fn string(literal: &str) -> Option<Cow<'_, str>> {
    let inner = literal.get(1..literal.len().checked_sub(1)?)?;
    if memchr::memchr(b'\\', inner.as_bytes()).is_none() {
        return Some(Cow::Borrowed(inner));
    }
    serde_json::from_str::<StringValue>(literal).ok().map(|string| string.0)
}

/// A JSON string, borrowed where it has no escapes.
#[derive(Deserialize)]
struct StringValue<'a>(#[serde(borrow)] Cow<'a, str>);

/// A whole number, given as a number or as text.
///
/// # Errors
/// A sentence naming `field` when there is a value and it is no whole number.
pub fn integer(raw: Raw<'_>, field: &str) -> Result<Option<i64>, String> {
    text(raw).map_or(Ok(None), |value| whole_number(&value).map(Some).ok_or_else(|| not_whole(field, &value)))
}

fn not_whole(field: &str, value: &str) -> String {
    format!("`{field}` is not a whole number, or beyond any count: {}", quoted(value))
}

/// Beyond this nothing is a count. Counts within it can be added up by adapters without running over, before it is checked
/// whether a row is plausible.
const MOST: i64 = 1_000_000_000_000_000;

/// A whole number that may be a count, in plain, decimal or scientific notation.
pub fn whole_number(text: &str) -> Option<i64> {
    let text = text.trim();
    let number = match text.parse::<i64>() {
        Ok(number) => number,
        Err(_) => {
            let scaled = crate::units::parse_scaled(text, 0).ok().filter(|scaled| scaled.exact)?;
            i64::try_from(scaled.units).ok()?
        }
    };
    is_count(number).then_some(number)
}

/// Whether a number may be a count, or a difference of counts.
pub fn is_count(number: i64) -> bool {
    number.unsigned_abs() <= MOST.unsigned_abs()
}

/// A number, given as a number or as text.
pub fn number(raw: Raw<'_>) -> Option<f64> {
    text(raw)?.trim().parse::<f64>().ok().filter(|n| n.is_finite())
}

/// Dollars, read as decimal text and never as a float.
///
/// # Errors
/// A sentence naming `field` when there is a value and it is no amount.
pub fn dollars(raw: Raw<'_>, field: &str) -> Result<Option<Usd>, String> {
    text(raw).map_or(Ok(None), |value| {
        Usd::parse(&value).map(Some).map_err(|_| format!("`{field}` is no amount: {}", quoted(&value)))
    })
}

/// Dollars from an amount in cents.
pub fn cents(text: &str) -> Option<Usd> {
    crate::units::parse_scaled(text.trim(), 10).ok().map(|scaled| Usd::from_pico(scaled.units))
}

/// `true`, `"True"`, `"true"` and their opposites; anything else is not reported.
pub fn boolean(raw: Raw<'_>) -> Option<bool> {
    match text(raw)?.to_ascii_lowercase().as_str() {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

/// An object of known shape; what is no object is `None`.
///
/// # Errors
/// When it is an object that cannot be read, above all one that has a key twice: which of the two holds is unknown.
pub fn object<'a, T: Deserialize<'a>>(raw: Raw<'a>) -> Result<Option<T>, String> {
    let Some(json) = raw.map(RawValue::get).filter(|json| json.starts_with('{')) else { return Ok(None) };
    serde_json::from_str(json).map(Some).map_err(|error| {
        let text = error.to_string();
        text.split(" at line ").next().unwrap_or("unreadable").to_owned()
    })
}

/// An object inside another one, read in the same pass; anything else than an object is `None`.
#[derive(Debug)]
pub struct Nested<T>(pub Option<T>);

impl<T> Default for Nested<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Nested<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NestedVisitor(PhantomData))
    }
}

struct NestedVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for NestedVisitor<T> {
    type Value = Nested<T>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map(|object| Nested(Some(object)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Nested(None))
    }

    fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
        Ok(Nested(None))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(Nested(None))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(Nested(None))
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
        Ok(Nested(None))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(Nested(None))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Nested(None))
    }
}

/// A moment in microseconds since 1970-01-01 UTC: RFC 3339, `YYYY-MM-DD hh:mm:ss[.f]` (taken as UTC), a date, or
/// seconds, milliseconds or microseconds since the epoch.
pub fn moment(text: &str) -> Option<i64> {
    let text = text.trim();
    if let Ok(with_zone) = DateTime::parse_from_rfc3339(text) {
        return Some(with_zone.timestamp_micros());
    }
    if text.len() == 8 && text.starts_with("20") && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return midnight(NaiveDate::parse_from_str(text, "%Y%m%d").ok()?);
    }
    if let Ok(epoch) = text.parse::<f64>() {
        return epoch_micros(epoch);
    }
    for format in [
        "%Y-%m-%d %H:%M:%S%.f",
        "%Y-%m-%dT%H:%M:%S%.f",
        "%Y-%m-%d %H:%M:%S%.f UTC",
        "%Y-%m-%dT%H:%M",
        "%Y-%m-%d %H:%M",
    ] {
        if let Ok(naive) = NaiveDateTime::parse_from_str(text, format) {
            return Some(naive.and_utc().timestamp_micros());
        }
    }
    for format in ["%Y-%m-%d %H:%M:%S%.f%#z", "%Y-%m-%dT%H:%M:%S%.f%#z"] {
        if let Ok(with_zone) = DateTime::parse_from_str(text, format) {
            return Some(with_zone.timestamp_micros());
        }
    }
    midnight(text.parse::<NaiveDate>().ok()?)
}

fn midnight(date: NaiveDate) -> Option<i64> {
    Some(date.and_hms_opt(0, 0, 0)?.and_utc().timestamp_micros())
}

/// The unit follows from the magnitude: seconds until the year 5138, then milliseconds, then microseconds.
fn epoch_micros(epoch: f64) -> Option<i64> {
    let scale = match epoch.abs() {
        magnitude if !magnitude.is_finite() => return None,
        // Before 1973 there was nothing to log: such a number is a year, a count or an offset.
        magnitude if magnitude < 1e8 => return None,
        magnitude if magnitude < 1e11 => 1e6,
        magnitude if magnitude < 1e14 => 1e3,
        magnitude if magnitude < 1e17 => 1.0,
        _ => return None,
    };
    Some((epoch * scale).round() as i64)
}

/// A value for a message. A column that is mapped wrongly may hold a prompt: only what looks like a number or a word is
/// repeated.
pub fn quoted(value: &str) -> String {
    const LONGEST: usize = 24;
    let value = value.trim();
    let plain =
        value.chars().count() <= LONGEST && !value.chars().any(|c| c.is_whitespace() || c.is_control());
    if plain { format!("`{value}`") } else { format!("a text of {} characters", value.chars().count()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_notation_of_a_moment_in_real_logs_is_read() {
        let same = [
            "2023-11-16 18:17:03.9799600",
            "2023-11-16T18:17:03.97996Z",
            "2023-11-16T19:17:03.979960+01:00",
            "1700158623.97996",
            "1700158623979960",
        ];
        for text in same {
            assert_eq!(moment(text), Some(1_700_158_623_979_960), "{text}");
        }
        assert_eq!(moment("1970-01-02"), Some(86_400_000_000));
        assert_eq!(moment("20260801"), moment("2026-08-01"));
        assert_eq!(moment("2026-08-01T10:00"), moment("2026-08-01T12:00:00+0200"));
        assert_eq!(moment("2024"), None);
        assert_eq!(moment("yesterday"), None);
        assert_eq!(moment("NaN"), None);
    }

    #[test]
    fn numbers_as_text_and_text_as_numbers_are_understood() {
        for (json, expected) in
            [("12", Some(12)), ("\"12\"", Some(12)), ("12.0", Some(12)), ("null", None), ("\"\"", None)]
        {
            let raw: &RawValue = serde_json::from_str(json).expect("json");
            assert_eq!(integer(Some(raw), "n"), Ok(expected), "{json}");
        }
        let half: &RawValue = serde_json::from_str("1.5").expect("json");
        assert!(integer(Some(half), "n").is_err());
    }
}
