//! JSON sheets: objects in the order of the file, numbers as the text that they are, and the line of everything.

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::NotASheet;
use crate::inputs::prices::sheet::div_half_even;
use crate::units::{Meter, TokenRate, parse_scaled};

/// An object: keys and raw values in the order of the text, borrowed from it.
#[derive(Debug, Default)]
pub struct Object<'t>(pub Vec<(String, &'t RawValue)>);

impl<'de> Deserialize<'de> for Object<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Pairs;
        impl<'de> Visitor<'de> for Pairs {
            type Value = Object<'de>;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object<'de>, A::Error> {
                let mut pairs = Vec::with_capacity(map.size_hint().unwrap_or(0));
                while let Some(pair) = map.next_entry::<String, &'de RawValue>()? {
                    pairs.push(pair);
                }
                Ok(Object(pairs))
            }
        }
        deserializer.deserialize_map(Pairs)
    }
}

impl<'t> Object<'t> {
    /// The value of a key that is not null; the last one, should the key stand there twice.
    pub fn get(&self, key: &str) -> Option<&'t RawValue> {
        let value = self.0.iter().rev().find(|(known, _)| known == key).map(|(_, value)| *value);
        value.filter(|value| value.get() != "null")
    }

    /// The text of a key.
    pub fn text(&self, key: &str) -> Option<String> {
        self.get(key).and_then(text)
    }

    /// The object of a key.
    pub fn object(&self, key: &str) -> Option<Object<'t>> {
        self.get(key).and_then(object)
    }

    /// The items of a key; none where it is no list.
    pub fn items(&self, key: &str) -> Vec<&'t RawValue> {
        self.get(key).and_then(items).unwrap_or_default()
    }

    /// The whole number of a key.
    pub fn count(&self, key: &str) -> Option<i64> {
        let number = self.get(key)?.get().trim_matches('"');
        parse_scaled(number, 0).ok().filter(|number| number.exact)?.to_i64(number).ok()
    }

    /// The boolean of a key.
    pub fn truth(&self, key: &str) -> Option<bool> {
        serde_json::from_str(self.get(key)?.get()).ok()
    }
}

/// An object, if it is one.
pub fn object(value: &RawValue) -> Option<Object<'_>> {
    serde_json::from_str(value.get()).ok()
}

/// The items of a list, if it is one.
pub fn items(value: &RawValue) -> Option<Vec<&RawValue>> {
    serde_json::from_str(value.get()).ok()
}

/// A text, if it is one.
pub fn text(value: &RawValue) -> Option<String> {
    serde_json::from_str(value.get()).ok()
}

/// A number as it is written, whether it stands in quotes or not; `None`: it is no number.
pub fn number(value: &RawValue) -> Option<String> {
    let text = value.get();
    match text.as_bytes().first()? {
        b'"' => serde_json::from_str(text).ok(),
        b'-' | b'0'..=b'9' => Some(text.to_owned()),
        _ => None,
    }
}

/// A text of JSON and where its lines end.
#[derive(Debug)]
pub struct Document<'t> {
    text: &'t str,
    ends: Vec<usize>,
}

impl<'t> Document<'t> {
    /// The document of a text.
    pub fn of(text: &'t str) -> Self {
        let text = text.trim_start_matches('\u{feff}');
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at).collect();
        Self { text, ends }
    }

    /// Its root, of whatever shape is asked for.
    ///
    /// # Errors
    /// Where the text is no JSON of that shape.
    pub fn root<T: Deserialize<'t>>(&self) -> Result<T, NotASheet> {
        serde_json::from_str(self.text)
            .map_err(|error| NotASheet { line: error.line(), what: error.to_string() })
    }

    /// The line of a value that was borrowed from the text.
    pub fn line(&self, value: &RawValue) -> usize {
        // Borrowed values lie inside the text, so the distance of the two addresses is the place in it.
        let at = (value.get().as_ptr() as usize).wrapping_sub(self.text.as_ptr() as usize);
        if at > self.text.len() { 0 } else { self.ends.partition_point(|end| *end < at) + 1 }
    }
}

/// How a source quotes a price, as the power of ten that makes it picodollars per unit of the meter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Dollars per token, request, second.
    UsdEach,
    /// Dollars per thousand.
    UsdPerThousand,
    /// Dollars per million.
    UsdPerMillion,
    /// US cents per token, request, second.
    CentsEach,
}

impl Unit {
    const fn power(self) -> u32 {
        match self {
            Self::UsdEach => 12,
            Self::UsdPerThousand => 9,
            Self::UsdPerMillion => 6,
            Self::CentsEach => 10,
        }
    }

    /// Picodollars per one of the meter, rounded half to even where the sheet is finer (float dust, thirds).
    ///
    /// # Errors
    /// When the text is no number, negative, or beyond any real price.
    pub fn pico(self, meter: Meter, text: &str) -> Result<i64, String> {
        let amount = parse_scaled(text, self.power()).map_err(|error| error.to_string())?;
        let most = if meter.per_million() { TokenRate::MAX.pico() } else { TokenRate::MAX_PER_PIECE };
        match i64::try_from(amount.units) {
            Ok(pico) if pico < 0 => Err(format!("`{text}` is negative")),
            Ok(pico) if pico <= most => Ok(pico),
            _ => Err(format!("`{text}` is beyond any real price")),
        }
    }
}

/// A price times a decimal factor such as `1.1`, rounded half to even; `None`: the factor is no number.
pub fn times(pico: i64, factor: &str) -> Option<i64> {
    let factor = parse_scaled(factor, 6).ok().filter(|factor| factor.units >= 0)?;
    i64::try_from(div_half_even(i128::from(pico) * factor.units, 1_000_000)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_become_picodollars_without_a_float() {
        let cases = [
            (Unit::UsdEach, "4e-06", 4_000_000),
            (Unit::UsdEach, "0.0000029999900000000002", 2_999_990),
            (Unit::UsdEach, "1.41953125E-7", 141_953),
            (Unit::UsdPerMillion, "0.08333333333333334", 83_333),
            (Unit::CentsEach, "0.000125", 1_250_000),
        ];
        for (unit, text, pico) in cases {
            assert_eq!(unit.pico(Meter::Input, text), Ok(pico), "{text}");
        }
        assert_eq!(Unit::UsdPerThousand.pico(Meter::WebSearch, "10"), Ok(10_000_000_000));
        assert_eq!(Unit::UsdEach.pico(Meter::Request, "0.005"), Ok(5_000_000_000));
    }

    #[test]
    fn a_negative_price_is_no_price() {
        assert_eq!(Unit::UsdEach.pico(Meter::Input, "-1"), Err("`-1` is negative".to_owned()));
        assert!(Unit::UsdEach.pico(Meter::Input, "4").is_err());
    }

    #[test]
    fn an_uplift_is_exact_where_it_can_be() {
        assert_eq!(times(5_000_000, "1.1"), Some(5_500_000));
        assert_eq!(times(25, "1.1"), Some(28));
        assert_eq!(times(25, "-1"), None);
    }

    #[test]
    fn values_know_their_line() {
        let document = Document::of("{\n \"a\": 1,\n \"b\": {\"c\":\n 2}\n}");
        let root: Object<'_> = document.root().expect("an object");
        let lines: Vec<usize> = root.0.iter().map(|(_, value)| document.line(value)).collect();
        assert_eq!(lines, [2, 3]);
        let inner = root.object("b").expect("an object");
        assert_eq!(document.line(inner.get("c").expect("c")), 4);
    }
}
