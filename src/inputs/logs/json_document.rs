//! A JSON document over many lines, or an array on one: its values one after another, so that no more than one of them is held
//! in memory.

use std::io::{self, BufRead, ErrorKind};
use std::ops::Range;

use serde_json::value::RawValue;

use super::json_rows::{JsonRow, not_json};
use super::sink::Sink;

/// Calls `take` for each value of a document that begins with `begun` at line `first` and goes on in the reader: values
/// after one another, and the elements of an array. From where the document breaks, each line that is an object is a row.
pub fn for_each(
    begun: Vec<u8>,
    reader: &mut dyn BufRead,
    first: u64,
    sink: &mut Sink,
    take: &mut impl FnMut(JsonRow<'_>, &mut Sink),
) {
    let mut document = Document { held: begun, begin: 0, line: first, reader, scan: Scan::default() };
    let stopped = loop {
        match document.next() {
            Ok(Some(value)) => {
                document.go_to(value.start);
                let (bytes, line) = (&document.held[value.clone()], document.line);
                match serde_json::from_slice::<&RawValue>(bytes) {
                    Ok(value) => take(JsonRow { line, value }, sink),
                    Err(error) => sink.reject(line, not_json(bytes, &error)),
                }
                document.go_to(value.end);
            }
            Ok(None) => break None,
            Err(error) => break Some(error),
        }
    };
    let lost = by_line(&document.held[document.begin..], document.line, sink, take);
    let reason = match stopped.map(|error| (error.kind(), error)) {
        Some((ErrorKind::UnexpectedEof, _)) => "the compressed file is cut off here".to_owned(),
        Some((_, error)) => format!("reading stopped here: {error}"),
        None if lost || document.scan.in_array => "the document is cut off or not JSON".to_owned(),
        None => return,
    };
    sink.stop(document.line, reason);
}

/// The part of a document that is held in memory.
struct Document<'a> {
    held: Vec<u8>,
    /// Where what has not been dealt with begins.
    begin: usize,
    /// The line of that place.
    line: u64,
    reader: &'a mut dyn BufRead,
    scan: Scan,
}

/// How far the held part was looked at, and what is open there.
#[derive(Default)]
struct Scan {
    at: usize,
    in_array: bool,
    /// Where the value began; `None`: between values.
    start: Option<usize>,
    /// Braces and brackets that are open in the value.
    depth: usize,
    in_string: bool,
    escaped: bool,
}

impl Document<'_> {
    /// The next value. `None`: what is held is the end of the document, without a whole value.
    fn next(&mut self) -> io::Result<Option<Range<usize>>> {
        loop {
            if let Some(value) = self.scan.value(&self.held) {
                return Ok(Some(value));
            }
            self.held.drain(..self.begin);
            self.scan.at -= self.begin;
            self.scan.start = self.scan.start.map(|start| start - self.begin);
            self.begin = 0;
            match self.reader.fill_buf() {
                Ok([]) => return Ok(self.scan.last(&self.held)),
                Ok(more) => {
                    self.held.extend_from_slice(more);
                    let length = more.len();
                    self.reader.consume(length);
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Leaves what is before a place behind.
    fn go_to(&mut self, place: usize) {
        self.line += memchr::memchr_iter(b'\n', &self.held[self.begin..place]).count() as u64;
        self.begin = place;
    }
}

impl Scan {
    /// The next value that ends within the bytes.
    fn value(&mut self, bytes: &[u8]) -> Option<Range<usize>> {
        while let Some(&byte) = bytes.get(self.at) {
            let Some(start) = self.start else {
                self.between(byte);
                self.at += 1;
                continue;
            };
            let nested = self.depth > 0 || self.in_string;
            if !nested && (byte == b'\n' || (self.in_array && matches!(byte, b',' | b']'))) {
                // A number or a word has no end of its own.
                self.start = None;
                return Some(start..self.at);
            }
            self.inside(byte);
            self.at += 1;
            if self.depth == 0 && !self.in_string && matches!(byte, b'}' | b']' | b'"') {
                self.start = None;
                return Some(start..self.at);
            }
        }
        None
    }

    fn between(&mut self, byte: u8) {
        match byte {
            b'[' if !self.in_array => self.in_array = true,
            b']' => self.in_array = false,
            b',' | 0xef | 0xbb | 0xbf => {}
            byte if byte.is_ascii_whitespace() => {}
            byte => {
                self.start = Some(self.at);
                self.inside(byte);
            }
        }
    }

    fn inside(&mut self, byte: u8) {
        if self.in_string {
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' => self.escaped = true,
                b'"' => self.in_string = false,
                _ => {}
            }
        } else {
            match byte {
                b'"' => self.in_string = true,
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' => self.depth = self.depth.saturating_sub(1),
                _ => {}
            }
        }
    }

    /// A number or a word at the end of the document.
    fn last(&mut self, bytes: &[u8]) -> Option<Range<usize>> {
        let start = self.start.filter(|_| self.depth == 0 && !self.in_string)?;
        self.start = None;
        self.at = bytes.len();
        Some(start..bytes.len())
    }
}

/// What is left of a document that breaks: each line that is an object is a row, the others are rejected. If no line is
/// one, the document is lost from here, which is the answer.
fn by_line(rest: &[u8], first: u64, sink: &mut Sink, take: &mut impl FnMut(JsonRow<'_>, &mut Sink)) -> bool {
    let lines = || {
        let numbered = rest.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii).zip(first..);
        numbered.filter(|(line, _)| !line.iter().all(|byte| b"[], \t".contains(byte)))
    };
    if !lines().any(|(line, _)| element(line).is_some()) {
        return lines().next().is_some();
    }
    for (bytes, line) in lines() {
        match element(bytes) {
            Some(value) => take(JsonRow { line, value }, sink),
            None => sink.reject(line, "not a JSON object"),
        }
    }
    false
}

/// The object on a line of its own, as an element of an array or not.
fn element(line: &[u8]) -> Option<&RawValue> {
    let line = line.strip_suffix(b",").unwrap_or(line);
    serde_json::from_slice::<&RawValue>(line).ok().filter(|value| value.get().starts_with('{'))
}

#[cfg(test)]
mod tests {
    use super::*;

    type Numbered = Vec<(u64, String)>;

    /// The values with their lines, and the rejects with theirs, read a few bytes at a time.
    fn read(text: &str) -> (Numbered, Numbered) {
        let (mut found, mut sink) = (Vec::new(), Sink::default());
        let mut reader = io::BufReader::with_capacity(7, text.as_bytes());
        for_each(Vec::new(), &mut reader, 1, &mut sink, &mut |row: JsonRow<'_>, _: &mut Sink| {
            found.push((row.line, row.value.get().to_owned()));
        });
        (found, sink.rejects.into_iter().map(|reject| (reject.line, reject.reason)).collect())
    }

    fn owned(values: &[(u64, &str)]) -> Numbered {
        values.iter().map(|(line, value)| (*line, (*value).to_owned())).collect()
    }

    #[test]
    fn elements_of_an_array_come_one_by_one_with_their_lines() {
        let text = "[{\"a\":\"]}\\\"\"},\n {\"b\":[1,{}]}, 12,\n\"x\", [2]\n]\n";
        let values = [(1, "{\"a\":\"]}\\\"\"}"), (2, "{\"b\":[1,{}]}"), (2, "12"), (3, "\"x\""), (3, "[2]")];
        assert_eq!(read(text), (owned(&values), Vec::new()));
    }

    #[test]
    fn an_element_that_is_no_json_costs_only_itself() {
        let (found, rejects) = read("[\n{\"a\":1},\n{a:2},\nwords\n, {\"a\":3}]");
        assert_eq!(found, owned(&[(2, "{\"a\":1}"), (5, "{\"a\":3}")]));
        assert_eq!(rejects.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [3, 4]);
    }

    #[test]
    fn an_array_that_is_cut_says_so() {
        for (text, values) in
            [("[{\"a\":1},{\"a\":", 1), ("[{\"a\":1},\n", 1), ("[[[[", 0), ("[{\"a\":1}, 1", 2)]
        {
            let (found, rejects) = read(text);
            assert_eq!((found.len(), rejects.len()), (values, 1), "{text}");
        }
    }

    #[test]
    fn an_empty_array_has_no_rows() {
        assert_eq!(read(" [ ]\n"), (Vec::new(), Vec::new()));
    }
}
