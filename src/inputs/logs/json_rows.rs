//! JSON documents as rows with line numbers: one object a line, objects spread over lines, or an array of objects.

use std::io::{self, BufRead, ErrorKind};

use serde_json::value::RawValue;

use super::json_document;
use super::sink::Sink;

/// One JSON value of a file.
pub struct JsonRow<'a> {
    /// Line at which it begins, from 1.
    pub line: u64,
    /// The value in its bytes.
    pub value: &'a RawValue,
}

/// Calls `take` for each value of the file. Lines that are not JSON are rejected with their number; blank lines are no
/// rows. A document that does not hold one value a line is read value by value.
pub fn for_each(reader: &mut dyn BufRead, sink: &mut Sink, take: impl FnMut(JsonRow<'_>, &mut Sink)) {
    for_each_line(reader, sink, |_, _, _| false, take);
}

/// As [`for_each`], but each line is offered to `quick` first, with its number: where it answers that the line is dealt
/// with, that was all. Sessions are large, and most of their bytes are text that need not be looked at twice, or at all.
pub fn for_each_line(
    reader: &mut dyn BufRead,
    sink: &mut Sink,
    mut quick: impl FnMut(&[u8], u64, &mut Sink) -> bool,
    mut take: impl FnMut(JsonRow<'_>, &mut Sink),
) {
    if !sink.lines_only && begins_an_array(reader) {
        json_document::for_each(Vec::new(), reader, 1, sink, &mut take);
        return;
    }
    let mut lines = Lines::default();
    while let Some(line) = lines.next(reader, sink) {
        let number = lines.number;
        let bytes = without_bom(lines.bytes(line, reader), number);
        if bytes.trim_ascii_start().is_empty() || quick(bytes, number, sink) {
            lines.done(line, reader);
            continue;
        }
        match serde_json::from_slice::<&RawValue>(bytes) {
            Ok(value) if value.get().starts_with('[') => {
                json_document::for_each(value.get().into(), &mut io::empty(), number, sink, &mut take);
            }
            Ok(value) => take(JsonRow { line: number, value }, sink),
            // Only the start of a document may span lines: later on it would swallow good rows.
            Err(error) if error.is_eof() && line.ended && sink.rows() == 0 && !sink.lines_only => {
                let begun = bytes.to_vec();
                lines.done(line, reader);
                json_document::for_each(begun, reader, number, sink, &mut take);
                return;
            }
            Err(error) => {
                let reason = if error.is_eof() && !line.ended {
                    "the last line is cut off".to_owned()
                } else {
                    not_json(bytes, &error)
                };
                sink.reject(number, reason);
                if let Some(value) = glued(bytes) {
                    take(JsonRow { line: number, value }, sink);
                }
            }
        }
        lines.done(line, reader);
    }
}

/// Whether the first byte that is no blank opens an array: all of it may stand on one line, which would have to be held.
fn begins_an_array(reader: &mut dyn BufRead) -> bool {
    let bytes = reader.fill_buf().unwrap_or_default();
    without_bom(bytes, 1).trim_ascii_start().starts_with(b"[")
}

/// The row behind one that was cut off without a line end, so that the next one was written on the same line: it begins as
/// the line does.
fn glued(line: &[u8]) -> Option<&RawValue> {
    /// Bytes that may be parsed in search of it: a line without end must not cost time without end.
    const EFFORT: usize = 64 * 1024 * 1024;
    let key = memchr::memchr_iter(b'"', line).nth(1)?;
    let begin = line[..=key].trim_ascii_start();
    if !begin.starts_with(b"{\"") {
        return None;
    }
    let starts = memchr::memmem::find_iter(&line[key..], begin).map(|at| &line[key + at..]);
    let tries = (EFFORT / line.len()).clamp(1, 100);
    starts.take(tries).find_map(|rest| serde_json::from_slice::<&RawValue>(rest).ok())
}

/// Lines of a reader, looked at in its own buffer where they lie in it as a whole.
#[derive(Default)]
struct Lines {
    /// Number of the line that was given last, from 1.
    number: u64,
    /// A line that the reader's buffer does not hold as a whole.
    long: Vec<u8>,
}

/// A line of [`Lines`].
#[derive(Clone, Copy)]
struct Line {
    /// Bytes in the reader's buffer; `None`: it was taken out.
    buffered: Option<usize>,
    /// Whether an end of line was there.
    ended: bool,
}

impl Lines {
    /// The next line; `None` at the end of the file, or after an error, which is kept as a reject.
    fn next(&mut self, reader: &mut dyn BufRead, sink: &mut Sink) -> Option<Line> {
        self.long.clear();
        match self.find(reader) {
            Ok(line) => {
                self.number += u64::from(line.is_some());
                line
            }
            Err(error) => {
                let reason = if error.kind() == ErrorKind::UnexpectedEof {
                    "the compressed file is cut off here".to_owned()
                } else {
                    format!("reading stopped here: {error}")
                };
                sink.stop(self.number + 1, reason);
                None
            }
        }
    }

    fn find(&mut self, reader: &mut dyn BufRead) -> io::Result<Option<Line>> {
        loop {
            let available = match reader.fill_buf() {
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                available => available?,
            };
            let end = memchr::memchr(b'\n', available);
            match end {
                Some(end) if self.long.is_empty() => {
                    return Ok(Some(Line { buffered: Some(end + 1), ended: true }));
                }
                None if available.is_empty() => {
                    let line = Line { buffered: None, ended: false };
                    return Ok((!self.long.is_empty()).then_some(line));
                }
                _ => {
                    let length = end.map_or(available.len(), |end| end + 1);
                    self.long.extend_from_slice(&available[..length]);
                    reader.consume(length);
                    if end.is_some() {
                        return Ok(Some(Line { buffered: None, ended: true }));
                    }
                }
            }
        }
    }

    /// The bytes of the line that was given last.
    fn bytes<'a>(&'a self, line: Line, reader: &'a mut dyn BufRead) -> &'a [u8] {
        let Some(length) = line.buffered else { return &self.long };
        // The buffer is not empty, so filling it reads nothing and cannot fail.
        reader.fill_buf().map_or(&[], |available| &available[..length])
    }

    /// Leaves the line behind.
    fn done(&self, line: Line, reader: &mut dyn BufRead) {
        reader.consume(line.buffered.unwrap_or(0));
    }
}

fn without_bom(line: &[u8], number: u64) -> &[u8] {
    if number == 1 { line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line) } else { line }
}

pub(super) fn not_json(bytes: &[u8], error: &serde_json::Error) -> String {
    if std::str::from_utf8(bytes).is_err() {
        return "not UTF-8".to_owned();
    }
    format!("not JSON (at column {})", error.column())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> (Vec<(u64, String)>, Sink) {
        let (mut found, mut sink) = (Vec::new(), Sink::default());
        for_each(&mut text.as_bytes(), &mut sink, |row, sink| {
            found.push((row.line, row.value.get().to_owned()));
            sink.no_call();
        });
        (found, sink)
    }

    #[test]
    fn one_object_a_line_keeps_going_after_a_bad_line() {
        let (found, sink) = rows("{\"a\":1}\nnot json\n\n{\"a\":2}\n{\"a\":");
        assert_eq!(found, [(1, "{\"a\":1}".to_owned()), (4, "{\"a\":2}".to_owned())]);
        let reasons: Vec<_> = sink.rejects.iter().map(|r| (r.line, r.reason.as_str())).collect();
        assert_eq!(reasons, [(2, "not JSON (at column 2)"), (5, "the last line is cut off")]);
    }

    #[test]
    fn a_row_behind_one_that_was_cut_on_its_line_is_kept() {
        let text = "{\"id\":1,\"text\":\"cut {\"id\":2,\"of\":{\"id\":3}}\n{\"id\":4}\n{\"id\":5,\"x\n";
        let (found, sink) = rows(text);
        assert_eq!(found, [(1, "{\"id\":2,\"of\":{\"id\":3}}".to_owned()), (2, "{\"id\":4}".to_owned())]);
        assert_eq!(sink.rejects.iter().map(|reject| reject.line).collect::<Vec<_>>(), [1, 3]);
    }

    #[test]
    fn lines_longer_than_the_buffer_are_whole() {
        let long = "x".repeat(1_000);
        let text = format!("{{\"a\":\"{long}\"}}\n{{\"b\":1}}\n{{\"a\":\"{long}\"}}");
        let (mut found, mut sink) = (Vec::new(), Sink::default());
        let mut reader = io::BufReader::with_capacity(64, text.as_bytes());
        for_each(&mut reader, &mut sink, |row, _| found.push((row.line, row.value.get().len())));
        assert_eq!(found, [(1, 1_008), (2, 7), (3, 1_008)]);
        assert_eq!(sink.rejects, []);
    }

    #[test]
    fn an_array_over_many_lines_keeps_the_line_of_each_element() {
        let (found, sink) = rows("[\n {\"a\":1},\n {\"a\":\n  2}\n]\n");
        assert_eq!(found.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [2, 3]);
        assert!(sink.rejects.is_empty());
    }

    #[test]
    fn a_pretty_printed_object_is_one_row() {
        let (found, sink) = rows("{\n \"a\": 1\n}\n{\n \"a\": 2\n}\n");
        assert_eq!(found.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [1, 4]);
        assert!(sink.rejects.is_empty());
    }

    #[test]
    fn lines_after_one_that_is_cut_are_still_read() {
        let (found, sink) = rows("{\"a\":1,\n{\"a\":2}\n{\"a\":3}\n");
        assert_eq!(found.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [2, 3]);
        assert_eq!(sink.rejects.len(), 1);
    }

    #[test]
    fn elements_of_an_array_that_is_cut_are_still_read() {
        let (found, sink) = rows("[\n{\"a\":1},\n{\"a\":2},\n{\"a\":");
        assert_eq!(found.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [2, 3]);
        assert_eq!(sink.rejects.len(), 1);
    }

    #[test]
    fn a_document_that_ends_early_is_rejected_once() {
        let (found, sink) = rows("{\n \"a\": 1\n");
        assert!(found.is_empty());
        assert_eq!(sink.rejects.len(), 1);
    }
}
