//! What a file is, from its first bytes.

use std::collections::HashMap;
use std::sync::OnceLock;

use serde_json::value::RawValue;

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

/// Bytes looked at where the first line is longer.
pub const LONG_HEAD_BYTES: usize = 1024 * 1024;

/// Objects of which the keys are looked at.
const OBJECTS: usize = 16;

/// The beginning of a file, decompressed.
pub struct Head {
    text: String,
    parquet: bool,
    sqlite: bool,
    extension: String,
    keys: OnceLock<Vec<Vec<String>>>,
}

impl Head {
    /// The head of a file whose name, without `.gz` or `.zst`, ends in `extension`.
    pub fn new(bytes: &[u8], extension: &str) -> Self {
        let text = text_of(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes));
        Self {
            parquet: bytes.starts_with(b"PAR1"),
            sqlite: bytes.starts_with(b"SQLite format 3\0"),
            text,
            extension: extension.to_ascii_lowercase(),
            keys: OnceLock::new(),
        }
    }

    /// The text, with replacement characters where it is not UTF-8.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it begins as a Parquet file does.
    pub fn is_parquet(&self) -> bool {
        self.parquet
    }

    /// Whether it begins as an SQLite database does.
    pub fn is_sqlite(&self) -> bool {
        self.sqlite
    }

    /// End of the file name without its dot, lower case.
    pub fn extension(&self) -> &str {
        &self.extension
    }

    /// The first line that is not blank.
    pub fn first_line(&self) -> &str {
        self.text.lines().find(|line| !line.trim().is_empty()).unwrap_or("")
    }

    /// Whether it begins as JSON does.
    pub fn is_json(&self) -> bool {
        self.text.trim_start().starts_with(['{', '['])
    }

    /// Whether its first line is a whole JSON object, so that each line is one.
    pub fn is_json_lines(&self) -> bool {
        keys_of(self.first_line()).is_some()
    }

    /// How many of the first JSON objects have all these keys.
    pub fn objects_with(&self, keys: &[&str]) -> usize {
        self.objects().iter().filter(|own| keys.iter().all(|key| own.iter().any(|k| k == key))).count()
    }

    /// The keys of the first JSON objects, in the order of the file.
    pub fn objects(&self) -> &[Vec<String>] {
        self.keys.get_or_init(|| {
            let text = self.text.trim_start();
            let text = text.strip_prefix('[').map_or(text, str::trim_start);
            let of_lines = || {
                text.lines().filter_map(|line| keys_of(line.trim_end_matches(','))).take(OBJECTS).collect()
            };
            let first = text.lines().next().unwrap_or("");
            if keys_of(first.trim_end_matches(',')).is_some() || !text.starts_with('{') {
                return of_lines();
            }
            let mut values =
                serde_json::Deserializer::from_str(text).into_iter::<HashMap<String, &RawValue>>();
            match values.next() {
                Some(Ok(object)) => vec![sorted(object)],
                _ => vec![keys_by_sight(text)],
            }
        })
    }
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

fn keys_of(line: &str) -> Option<Vec<String>> {
    serde_json::from_str::<HashMap<String, &RawValue>>(line).ok().map(sorted)
}

fn sorted(object: HashMap<String, &RawValue>) -> Vec<String> {
    let mut keys: Vec<String> = object.into_keys().collect();
    keys.sort();
    keys
}

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
