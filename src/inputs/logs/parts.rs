//! A file whose lines stand alone, read in parts on all cores: one thread cuts it at line ends, the others parse. The parts come
//! together in their order, so nothing depends on the number of threads.

use std::io::{self, BufRead};

use rayon::prelude::*;

use super::buffers::Buffers;
use super::sink::Sink;
use super::{LogFormat, ReadContext};

/// Bytes of a part, unless a line is longer.
const PART: usize = 1024 * 1024;

/// Reads the lines into the sink.
///
/// # Errors
/// As [`LogFormat::read`] of the first part.
pub fn read(
    format: &dyn LogFormat,
    reader: &mut dyn BufRead,
    context: &ReadContext<'_>,
    buffers: &Buffers,
    sink: &mut Sink,
) -> Result<(), String> {
    sink.merge_repeats();
    // The reader need not be able to move to another thread: it stays here, and the parsing moves. Waiting must not hold a
    // thread of the pool, or files that are read side by side would wait for each other.
    let at_once = rayon::current_num_threads().max(1);
    let mut cutter = Cutter { reader, over: Vec::new(), buffers, ended: false };
    let mut next = cutter.round(1);
    let mut parsed = Vec::new();
    let mut lines = 0;
    while !next.is_empty() || !parsed.is_empty() {
        let parts = std::mem::take(&mut next);
        let mut results = Vec::new();
        let mut outcome = Ok(());
        rayon::in_place_scope(|scope| {
            if !parts.is_empty() {
                scope.spawn(|_| results = parse(format, &parts, context));
            }
            // The next parts are cut and the last ones taken in while these are parsed.
            next = cutter.round(at_once);
            outcome = take_in(std::mem::take(&mut parsed), &mut lines, sink);
        });
        outcome?;
        parts.into_iter().filter_map(Result::ok).for_each(|part| buffers.give(part.bytes));
        parsed = results;
    }
    Ok(())
}

/// What each part gave: whether it could be read, its rows, and how many lines it has.
type Parsed = Vec<(Result<(), String>, Sink, u64)>;

fn take_in(parsed: Parsed, lines: &mut u64, sink: &mut Sink) -> Result<(), String> {
    for (result, part, count) in parsed {
        result?;
        sink.absorb(part, *lines);
        *lines += count;
    }
    Ok(())
}

fn parse(format: &dyn LogFormat, parts: &[Part], context: &ReadContext<'_>) -> Parsed {
    let one = |part: &Part| {
        let mut sink = Sink::of_lines();
        sink.merge_repeats();
        match part {
            Ok(Lines { bytes, length }) => {
                let bytes = &bytes[..*length];
                let result = format.read(&mut &*bytes, context, &mut sink);
                let lines = memchr::memchr_iter(b'\n', bytes).count() as u64;
                (result, sink, lines)
            }
            Err(error) => {
                let reason = match error.kind() {
                    io::ErrorKind::UnexpectedEof => "the compressed file is cut off here".to_owned(),
                    _ => format!("reading stopped here: {error}"),
                };
                sink.stop(1, reason);
                (Ok(()), sink, 1)
            }
        }
    };
    parts.par_iter().map(one).collect()
}

/// Whole lines of a file: the first bytes of a buffer that is used again.
struct Lines {
    bytes: Vec<u8>,
    length: usize,
}

/// Lines of a file, or the error after which there are no more.
type Part = Result<Lines, io::Error>;

struct Cutter<'a> {
    reader: &'a mut dyn BufRead,
    /// The beginning of a line whose end has not been read yet.
    over: Vec<u8>,
    buffers: &'a Buffers,
    ended: bool,
}

impl Cutter<'_> {
    /// The next parts of a file; none at its end.
    fn round(&mut self, at_once: usize) -> Vec<Part> {
        let mut parts = Vec::new();
        while parts.len() < at_once && !self.ended {
            let (lines, error) = self.part();
            if lines.length > 0 {
                parts.push(Ok(lines));
            }
            parts.extend(error.map(Err));
        }
        parts
    }

    /// The next whole lines, or what is left at the end of the file.
    fn part(&mut self) -> (Lines, Option<io::Error>) {
        let mut bytes = self.buffers.take();
        let mut filled = self.over.len();
        bytes.resize(bytes.len().max(PART).max(2 * filled), 0);
        bytes[..filled].copy_from_slice(&self.over);
        let mut searched = 0;
        self.over.clear();
        loop {
            if filled == bytes.len() {
                if let Some(end) = memchr::memrchr(b'\n', &bytes[searched..filled]) {
                    let length = searched + end + 1;
                    self.over.extend_from_slice(&bytes[length..filled]);
                    return (Lines { bytes, length }, None);
                }
                searched = filled;
                bytes.resize(2 * filled, 0);
            }
            match self.reader.read(&mut bytes[filled..]) {
                Ok(0) => {
                    self.ended = true;
                    return (Lines { bytes, length: filled }, None);
                }
                Ok(read) => filled += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    self.ended = true;
                    return (Lines { bytes, length: filled }, Some(error));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;
    use crate::inputs::logs::claude_code::ClaudeCode;

    /// A log of more than two parts, with calls that repeat across their borders, a bad line and a cut last one.
    fn log() -> String {
        let padding = "x".repeat(4_000);
        let mut text = String::new();
        for row in 0..3_000 {
            if row == 1_500 {
                text.push_str("{broken\n");
            }
            text.push_str(&format!(
                "{{\"sessionId\":\"s\",\"timestamp\":\"2026-06-01T10:00:00Z\",\"message\":{{\"id\":\"m{}\",\"model\":\"claude-opus-5\",\"content\":\"{padding}\",\"stop_reason\":\"end_turn\",\"usage\":{{\"input_tokens\":{row},\"output_tokens\":{}}}}}}}\n",
                row / 3,
                row % 3 + 10,
            ));
        }
        text.push_str("{\"sessionId\":");
        text
    }

    #[test]
    fn parts_give_what_the_whole_gives() {
        let text = log();
        assert!(text.len() > 2 * PART);
        let context = ReadContext { file: "f", ..ReadContext::default() };
        let mut whole = Sink::default();
        ClaudeCode.read(&mut text.as_bytes(), &context, &mut whole).expect("readable");
        let mut merged = Sink::default();
        read(&ClaudeCode, &mut text.as_bytes(), &context, &Buffers::default(), &mut merged)
            .expect("readable");
        assert_eq!((merged.rows(), merged.naive), (whole.rows(), whole.naive));
        assert_eq!(merged.rejects, whole.rejects);
        assert_eq!((merged.calls.len(), merged.repeats), (1_000, 2_000));
        // The best row of each call, with the line at which it stands.
        assert!(merged.calls.iter().all(|call| call.out_total == Some(12)));
        let lines: Vec<u64> = merged.calls[499..502].iter().map(|call| call.line).collect();
        assert_eq!(lines, [1_500, 1_504, 1_507]);
    }

    #[test]
    fn an_error_in_the_middle_keeps_what_came_before() {
        struct Fails<'a>(&'a [u8]);
        impl Read for Fails<'_> {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                let read = self.0.read(buffer)?;
                if read == 0 { Err(io::Error::from(io::ErrorKind::UnexpectedEof)) } else { Ok(read) }
            }
        }
        let text = log();
        let context = ReadContext { file: "f", ..ReadContext::default() };
        let mut sink = Sink::default();
        let mut reader = io::BufReader::new(Fails(text.as_bytes()));
        read(&ClaudeCode, &mut reader, &context, &Buffers::default(), &mut sink).expect("readable");
        assert_eq!(sink.calls.len(), 1_000);
        assert!(sink.stopped.is_some());
    }
}
