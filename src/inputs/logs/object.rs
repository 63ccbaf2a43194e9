//! A JSON object by its keys, with its values left in their bytes: what no adapter asks for is never read.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::call::When;
use super::values::{self, Raw};
use crate::units::Usd;

/// An object.
#[derive(Debug, Default)]
pub struct Object<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

/// A key, borrowed where it has no escapes.
#[derive(serde::Deserialize)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Object<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries;
        impl<'de> Visitor<'de> for Entries {
            type Value = Object<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Object<'de>, M::Error> {
                let mut entries: Vec<(Cow<'de, str>, &'de RawValue)> = Vec::new();
                while let Some((Key(key), value)) = map.next_entry::<Key<'de>, &'de RawValue>()? {
                    if entries.iter().any(|(known, _)| *known == key) {
                        return Err(M::Error::custom(format_args!("the key `{key}` stands twice")));
                    }
                    entries.push((key, value));
                }
                Ok(Object(entries))
            }
        }
        deserializer.deserialize_map(Entries)
    }
}

impl<'a> Object<'a> {
    /// The object of a value; `None`: it is missing, null or something else.
    ///
    /// # Errors
    /// When it is an object that cannot be read, above all one that has a key twice.
    pub fn of(raw: Raw<'a>) -> Result<Option<Self>, String> {
        values::object(raw)
    }

    /// The object of a value; an empty one where it is missing or something else.
    ///
    /// # Errors
    /// As [`Object::of`].
    pub fn or_empty(raw: Raw<'a>) -> Result<Self, String> {
        Ok(Self::of(raw)?.unwrap_or_default())
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Raw<'a> {
        self.0.iter().find(|(known, _)| known == key).map(|(_, value)| *value)
    }

    /// Whether a key is there, with whatever value.
    pub fn has(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// Every key with its value.
    pub fn entries(&self) -> impl Iterator<Item = (&str, &'a RawValue)> {
        self.0.iter().map(|(key, value)| (key.as_ref(), *value))
    }

    /// Every key with its value, for good.
    pub fn into_entries(self) -> Vec<(Cow<'a, str>, &'a RawValue)> {
        self.0
    }

    /// The object below a key.
    ///
    /// # Errors
    /// As [`Object::of`].
    pub fn object(&self, key: &str) -> Result<Self, String> {
        Self::or_empty(self.get(key))
    }

    /// The elements of the array below a key.
    pub fn items(&self, key: &str) -> Vec<&'a RawValue> {
        items(self.get(key))
    }

    /// A text, a number or a boolean as text.
    pub fn text(&self, key: &str) -> Option<Cow<'a, str>> {
        values::text(self.get(key))
    }

    /// The first of several keys that has a text.
    pub fn first(&self, keys: &[&str]) -> Option<Cow<'a, str>> {
        keys.iter().find_map(|key| self.text(key))
    }

    /// A whole number.
    ///
    /// # Errors
    /// A sentence naming the key when its value is no whole number.
    pub fn integer(&self, key: &str) -> Result<Option<i64>, String> {
        values::integer(self.get(key), key)
    }

    /// The first of several keys that has a whole number.
    ///
    /// # Errors
    /// As [`Object::integer`].
    pub fn first_integer(&self, keys: &[&str]) -> Result<Option<i64>, String> {
        for key in keys {
            if let Some(number) = self.integer(key)? {
                return Ok(Some(number));
            }
        }
        Ok(None)
    }

    /// A number.
    pub fn number(&self, key: &str) -> Option<f64> {
        values::number(self.get(key))
    }

    /// Dollars.
    ///
    /// # Errors
    /// A sentence naming the key when its value is no amount.
    pub fn dollars(&self, key: &str) -> Result<Option<Usd>, String> {
        values::dollars(self.get(key), key)
    }

    /// True or false.
    pub fn boolean(&self, key: &str) -> Option<bool> {
        values::boolean(self.get(key))
    }

    /// The moment below the first of several keys that has one.
    pub fn when(&self, keys: &[&str]) -> When {
        let moment = keys.iter().find_map(|key| values::moment(&self.text(key)?));
        moment.map_or(When::None, When::Absolute)
    }
}

/// The elements of an array; none where it is none.
pub fn items(raw: Raw<'_>) -> Vec<&RawValue> {
    raw.and_then(|raw| serde_json::from_str(raw.get()).ok()).unwrap_or_default()
}

/// JSON that may stand inside a string: its text, unescaped where it must be.
pub fn embedded(raw: Raw<'_>) -> Option<Cow<'_, str>> {
    let json = raw?.get();
    if !json.starts_with('"') {
        return json.starts_with(['{', '[']).then_some(Cow::Borrowed(json));
    }
    values::text(raw).filter(|text| text.trim_start().starts_with(['{', '[']))
}

/// The value of JSON text.
pub fn raw(text: &str) -> Raw<'_> {
    serde_json::from_str(text.trim()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stay_in_their_bytes_until_they_are_asked_for() {
        let text = r#"{"a": 1, "b": {"c": "x"}, "d": [1, 2], "e": "{\"f\": 2}", "n": null}"#;
        let object: Object = serde_json::from_str(text).expect("an object");
        assert_eq!(object.integer("a"), Ok(Some(1)));
        assert_eq!(object.object("b").expect("an object").text("c").as_deref(), Some("x"));
        assert_eq!((object.items("d").len(), object.items("a").len()), (2, 0));
        let inner = embedded(object.get("e")).expect("JSON");
        assert_eq!(Object::or_empty(raw(&inner)).expect("an object").integer("f"), Ok(Some(2)));
        assert!(object.has("n") && object.text("n").is_none() && !object.has("z"));
    }

    #[test]
    fn a_key_that_stands_twice_is_an_error() {
        assert!(serde_json::from_str::<Object>(r#"{"a": 1, "a": 2}"#).is_err());
    }
}
