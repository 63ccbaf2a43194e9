//! What a file is, from its first bytes.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;
use std::sync::OnceLock;

use memchr::{memchr_iter, memmem};
use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// How much a file looks like a format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Likeness {
    /// It does not.
    None,
    /// It could be, if nothing else fits.
    Possible,
    /// It has the shape, but nothing that only this format has.
    Likely,
    /// It has what only this format has.
    Certain,
}

impl Likeness {
    /// The word on pages.
    pub const fn word(self) -> &'static str {
        match self {
            Self::None => "not",
            Self::Possible => "possible",
            Self::Likely => "likely",
            Self::Certain => "certain",
        }
    }
}

/// Bytes looked at to tell the format, where they hold a whole line.
pub const HEAD_BYTES: usize = 32 * 1024;

/// Bytes looked at where the first line is longer, or a document spans lines.
pub const LONG_HEAD_BYTES: usize = 1024 * 1024;

/// Objects of which the keys are looked at.
const OBJECTS: usize = 16;

/// The beginning of a file, decompressed.
///
/// Each line is looked at once it is asked for: of a hundred thousand small sessions, the first lines tell what they are.
pub struct Head<'a> {
    bytes: &'a [u8],
    extension: String,
    text: OnceLock<String>,
    lines: OnceLock<Vec<Line>>,
    columns: Vec<String>,
}

/// A line, and the keys of the object on it once they were asked for.
struct Line {
    span: Range<usize>,
    keys: OnceLock<Option<Vec<String>>>,
}

impl<'a> Head<'a> {
    /// The head of a file whose name, without `.gz` or `.zst`, ends in `extension`.
    pub fn new(bytes: &'a [u8], extension: &str) -> Self {
        Self {
            bytes: bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes),
            extension: extension.to_ascii_lowercase(),
            text: OnceLock::new(),
            lines: OnceLock::new(),
            columns: Vec::new(),
        }
    }

    /// The head of a Parquet table, which names its columns at its end.
    pub fn with_columns(mut self, columns: Vec<String>) -> Self {
        self.columns = columns;
        self
    }

    /// The columns that were found in another way than by the first bytes.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// The text, with replacement characters where it is not UTF-8.
    pub fn text(&self) -> &str {
        self.text.get_or_init(|| text_of(self.bytes))
    }

    /// Whether the words stand anywhere in it.
    pub fn holds(&self, words: &str) -> bool {
        memmem::find(self.bytes, words.as_bytes()).is_some()
    }

    /// Whether it begins as a Parquet file does.
    pub fn is_parquet(&self) -> bool {
        self.bytes.starts_with(b"PAR1")
    }

    /// Whether it begins as an SQLite database does.
    pub fn is_sqlite(&self) -> bool {
        self.bytes.starts_with(b"SQLite format 3\0")
    }

    /// End of the file name without its dot, lower case.
    pub fn extension(&self) -> &str {
        &self.extension
    }

    /// The first line that is not blank.
    pub fn first_line(&self) -> &str {
        self.text().lines().find(|line| !line.trim().is_empty()).unwrap_or("")
    }

    /// Whether it begins as JSON does.
    pub fn is_json(&self) -> bool {
        matches!(self.bytes.trim_ascii_start().first(), Some(b'{' | b'['))
    }

    /// Whether its first line is a whole JSON object, so that each line is one.
    pub fn is_json_lines(&self) -> bool {
        lines(self.bytes, 0).next().is_some_and(|first| keys_of(&self.bytes[first]).is_some())
    }

    /// Whether one of the first JSON objects has all these keys.
    pub fn object_with(&self, keys: &[&str]) -> bool {
        self.objects().any(|own| has_all(own, keys))
    }

    /// How many of the first JSON objects have all these keys.
    pub fn objects_with(&self, keys: &[&str]) -> usize {
        self.objects().filter(|own| has_all(own, keys)).count()
    }

    /// The keys of the first JSON objects, in the order of the file.
    pub fn objects(&self) -> impl Iterator<Item = &Vec<String>> {
        self.lines().iter().filter_map(|line| self.keys(line)).take(OBJECTS)
    }

    fn keys<'s>(&'s self, line: &'s Line) -> Option<&'s Vec<String>> {
        line.keys.get_or_init(|| keys_of(&self.bytes[line.span.clone()])).as_ref()
    }

    /// The lines that are not blank; where a document spans lines, one with the keys of its first object.
    fn lines(&self) -> &[Line] {
        self.lines.get_or_init(|| {
            let text = self.bytes.trim_ascii_start();
            let text = text.strip_prefix(b"[").map_or(text, <[u8]>::trim_ascii_start);
            let start = self.bytes.len() - text.len();
            let elements = || {
                lines(self.bytes, start).map(|line| {
                    if self.bytes[line.clone()].ends_with(b",") { line.start..line.end - 1 } else { line }
                })
            };
            let stand_alone = elements().next().is_some_and(|first| keys_of(&self.bytes[first]).is_some());
            if !text.starts_with(b"{") || stand_alone {
                return elements().map(|span| Line { span, keys: OnceLock::new() }).collect();
            }
            let mut values = serde_json::Deserializer::from_slice(text).into_iter::<Keys>();
            let keys = match values.next() {
                Some(Ok(keys)) => keys.sorted(),
                _ => keys_by_sight(self.text()),
            };
            vec![Line { span: start..self.bytes.len(), keys: OnceLock::from(Some(keys)) }]
        })
    }
}

fn has_all(own: &[String], keys: &[&str]) -> bool {
    keys.iter().all(|key| own.iter().any(|own| own == key))
}

/// The lines from `start` on, without their ends and without the blank ones.
fn lines(text: &[u8], mut start: usize) -> impl Iterator<Item = Range<usize>> {
    let ends =
        memchr_iter(b'\n', &text[start..]).map(move |end| start + end).chain(std::iter::once(text.len()));
    ends.filter_map(move |end| {
        let line = text[start..end].trim_ascii_start();
        let begin = end - line.len();
        start = end + 1;
        let length = line.trim_ascii_end().len();
        (length > 0).then_some(begin..begin + length)
    })
}

/// The text, without the letter that the end of the head cuts; only what is no UTF-8 takes the slow way.
fn text_of(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default().to_owned()
        }
        Err(_) => String::from_utf8_lossy(bytes).into_owned(),
    }
}

fn keys_of(line: &[u8]) -> Option<Vec<String>> {
    serde_json::from_slice::<Keys>(line).ok().map(Keys::sorted)
}

/// The keys of an object, whose values are skipped in the bytes.
struct Keys<'a>(Vec<Cow<'a, str>>);

impl Keys<'_> {
    fn sorted(self) -> Vec<String> {
        let mut keys: Vec<String> = self.0.into_iter().map(Cow::into_owned).collect();
        keys.sort();
        keys.dedup();
        keys
    }
}

impl<'de> Deserialize<'de> for Keys<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeysVisitor;
        impl<'de> Visitor<'de> for KeysVisitor {
            type Value = Keys<'de>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut keys = Vec::new();
                while let Some((key, IgnoredAny)) = map.next_entry::<Key, _>()? {
                    keys.push(key.0);
                }
                Ok(Keys(keys))
            }
        }
        deserializer.deserialize_map(KeysVisitor)
    }
}

#[derive(Deserialize)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

/// Keys of an object that is cut off before it ends: every quoted word before a colon.
fn keys_by_sight(text: &str) -> Vec<String> {
    let mut keys: Vec<String> = text
        .split('"')
        .collect::<Vec<_>>()
        .windows(2)
        .filter(|pair| pair[1].trim_start().starts_with(':') && !pair[0].is_empty() && pair[0].len() < 64)
        .map(|pair| pair[0].to_owned())
        .collect();
    keys.sort();
    keys.dedup();
    keys
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_are_seen_one_a_line_in_arrays_and_over_lines() {
        for text in [
            "{\"a\":1,\"b\":2}\n{\"a\":1",
            "[\n{\"a\":1,\"b\":2},\n",
            "{\n \"a\": 1,\n \"b\": 2\n}",
            "{\n \"a\": 1,\n \"b\": 2,\n \"c\": \"",
        ] {
            assert_eq!(Head::new(text.as_bytes(), "json").objects_with(&["a", "b"]), 1, "{text}");
        }
    }

    #[test]
    fn binary_bytes_are_no_json() {
        assert!(!Head::new(&[0, 159, 146, 150], "").is_json());
    }
}
