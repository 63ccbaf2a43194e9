//! JSON documents as rows with line numbers: one object a line, objects spread over lines, or an array of objects.

use std::io::{self, BufRead, ErrorKind};

use serde_json::value::RawValue;

use super::sink::Sink;

/// One JSON value of a file.
pub struct JsonRow<'a> {
    /// Line at which it begins, from 1.
    pub line: u64,
    /// The value in its bytes.
    pub value: &'a RawValue,
}

/// Calls `take` for each value of the file. Lines that are not JSON are rejected with their number; blank lines are no
/// rows. A document that does not hold one value a line is read as a whole.
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
    let mut line = Vec::new();
    let mut number = 0;
    while let Some(ended) = next_line(reader, &mut line, &mut number, sink) {
        let bytes = without_bom(&line, number);
        if bytes.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        if quick(bytes, number, sink) {
            continue;
        }
        match serde_json::from_slice::<&RawValue>(bytes) {
            Ok(value) if value.get().starts_with('[') => spread(value.get(), number, sink, &mut take),
            Ok(value) => take(JsonRow { line: number, value }, sink),
            // Only the start of a document may span lines: later on it would swallow good rows.
            Err(error) if error.is_eof() && ended && sink.rows() == 0 && !sink.lines_only => {
                let mut document = bytes.to_vec();
                if let Err(error) = reader.read_to_end(&mut document) {
                    sink.stop(number, format!("reading stopped here: {error}"));
                    return;
                }
                whole_document(&document, number, sink, &mut take);
                return;
            }
            Err(error) if error.is_eof() && !ended => {
                sink.reject(number, "the last line is cut off");
            }
            Err(error) => sink.reject(number, not_json(bytes, &error)),
        }
    }
}

/// Reads the next line without its end; the answer says whether an end was there. `None` at the end of the file, or
/// after an error, which is kept as a reject.
fn next_line(
    reader: &mut dyn BufRead,
    line: &mut Vec<u8>,
    number: &mut u64,
    sink: &mut Sink,
) -> Option<bool> {
    line.clear();
    match read_line(reader, line) {
        Ok(0) => None,
        Ok(_) => {
            *number += 1;
            Some(line.ends_with(b"\n"))
        }
        Err(error) => {
            let reason = if error.kind() == ErrorKind::UnexpectedEof {
                "the compressed file is cut off here".to_owned()
            } else {
                format!("reading stopped here: {error}")
            };
            sink.stop(*number + 1, reason);
            None
        }
    }
}

/// As `read_until` of the standard library, with a faster search.
fn read_line(reader: &mut dyn BufRead, line: &mut Vec<u8>) -> io::Result<usize> {
    loop {
        let available = match reader.fill_buf() {
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            available => available?,
        };
        let end = memchr::memchr(b'\n', available).map_or(available.len(), |at| at + 1);
        let found = available[..end].ends_with(b"\n");
        line.extend_from_slice(&available[..end]);
        reader.consume(end);
        if found || end == 0 {
            return Ok(line.len());
        }
    }
}

fn without_bom(line: &[u8], number: u64) -> &[u8] {
    if number == 1 { line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line) } else { line }
}

fn not_json(bytes: &[u8], error: &serde_json::Error) -> String {
    if std::str::from_utf8(bytes).is_err() {
        return "not UTF-8".to_owned();
    }
    format!("not JSON (at column {})", error.column())
}

/// Values after one another, or one array, that span lines.
fn whole_document(
    document: &[u8],
    first: u64,
    sink: &mut Sink,
    take: &mut impl FnMut(JsonRow<'_>, &mut Sink),
) {
    let mut values = serde_json::Deserializer::from_slice(document).into_iter::<&RawValue>();
    let mut seen = 0;
    let mut line = first;
    loop {
        let start = values.byte_offset();
        match values.next() {
            None => return,
            Some(Ok(value)) => {
                let begin = values.byte_offset() - value.get().len();
                line += newlines(&document[seen..begin]);
                seen = begin;
                if value.get().starts_with('[') {
                    spread(value.get(), line, sink, take);
                } else {
                    take(JsonRow { line, value }, sink);
                }
            }
            Some(Err(_)) => {
                let broken = &document[start..];
                by_line(broken, line + newlines(&document[seen..start]), sink, take);
                return;
            }
        }
    }
}

/// What is left of a document that breaks: each line that is an object is a row, the others are rejected. If no line is
/// one, the document is lost from here.
fn by_line(broken: &[u8], first: u64, sink: &mut Sink, take: &mut impl FnMut(JsonRow<'_>, &mut Sink)) {
    let lines = || {
        let numbered = broken.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii).zip(first..);
        numbered.filter(|(line, _)| !matches!(*line, b"" | b"[" | b"]"))
    };
    if !lines().any(|(line, _)| element(line).is_some()) {
        sink.stop(first, "the document is cut off or not JSON");
        return;
    }
    for (bytes, line) in lines() {
        match element(bytes) {
            Some(value) => take(JsonRow { line, value }, sink),
            None => sink.reject(line, "not a JSON object"),
        }
    }
}

/// The object on a line of its own, as an element of an array or not.
fn element(line: &[u8]) -> Option<&RawValue> {
    let line = line.strip_suffix(b",").unwrap_or(line);
    serde_json::from_slice::<&RawValue>(line).ok().filter(|value| value.get().starts_with('{'))
}

/// The elements of an array, each a row.
fn spread(array: &str, first: u64, sink: &mut Sink, take: &mut impl FnMut(JsonRow<'_>, &mut Sink)) {
    let Ok(elements) = serde_json::from_str::<Vec<&RawValue>>(array) else {
        sink.stop(first, "not JSON");
        return;
    };
    let (mut seen, mut line) = (0, first);
    for value in elements {
        let begin = value.get().as_ptr() as usize - array.as_ptr() as usize;
        line += newlines(&array.as_bytes()[seen..begin]);
        seen = begin;
        take(JsonRow { line, value }, sink);
    }
}

fn newlines(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|&&byte| byte == b'\n').count() as u64
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
