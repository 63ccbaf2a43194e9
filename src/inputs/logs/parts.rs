//! A file whose lines stand alone, read in parts on all cores: one thread cuts it at line ends, the others parse. The parts come
//! together in their order, so nothing depends on the number of threads.

use std::io::{self, BufRead, Read};

use rayon::prelude::*;

use super::sink::Sink;
use super::{LogFormat, ReadContext};

/// Bytes of a part, but for the rest of its last line.
const PART: usize = 1024 * 1024;

/// Lines of a file, or the error after which there are no more.
type Part = Result<Vec<u8>, io::Error>;

/// Reads the lines into the sink.
///
/// # Errors
/// As [`LogFormat::read`] of the first part.
pub fn read(
    format: &dyn LogFormat,
    reader: &mut dyn BufRead,
    context: &ReadContext<'_>,
    sink: &mut Sink,
) -> Result<(), String> {
    sink.merge_repeats();
    // The reader need not be able to move to another thread: it stays here, and the parsing moves. Waiting must not hold a
    // thread of the pool, or files that are read side by side would wait for each other.
    let at_once = rayon::current_num_threads().max(1);
    let mut lines = 0;
    let mut next = round(reader, 1);
    if let [Ok(all)] = next.as_slice()
        && all.len() < PART
    {
        sink.lines_only = true;
        return format.read(&mut all.as_slice(), context, sink);
    }
    while !next.is_empty() {
        let parts = std::mem::take(&mut next);
        let failed = parts.last().is_some_and(Result::is_err);
        let mut parsed = Parsed::new();
        rayon::in_place_scope(|scope| {
            scope.spawn(|_| parsed = parse(format, &parts, context));
            // The next parts are read while these are parsed.
            if !failed {
                next = round(reader, at_once);
            }
        });
        for (result, part, count) in parsed {
            result?;
            sink.absorb(part, lines);
            lines += count;
        }
    }
    Ok(())
}

/// What each part gave: whether it could be read, its rows, and how many lines it has.
type Parsed = Vec<(Result<(), String>, Sink, u64)>;

fn parse(format: &dyn LogFormat, parts: &[Part], context: &ReadContext<'_>) -> Parsed {
    let one = |part: &Part| {
        let mut sink = Sink::of_lines();
        sink.merge_repeats();
        match part {
            Ok(bytes) => {
                let result = format.read(&mut bytes.as_slice(), context, &mut sink);
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

/// The next parts of a file; none at its end.
fn round(reader: &mut dyn BufRead, at_once: usize) -> Vec<Part> {
    let mut parts = Vec::new();
    while parts.len() < at_once {
        let mut bytes = Vec::new();
        let read = reader.take(PART as u64).read_to_end(&mut bytes).and_then(|_| {
            if bytes.len() == PART && !bytes.ends_with(b"\n") {
                reader.read_until(b'\n', &mut bytes)?;
            }
            Ok(())
        });
        if !bytes.is_empty() {
            parts.push(Ok(bytes));
        } else if read.is_ok() {
            return parts;
        }
        if let Err(error) = read {
            parts.push(Err(error));
            return parts;
        }
    }
    parts
}

#[cfg(test)]
mod tests {
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
        read(&ClaudeCode, &mut text.as_bytes(), &context, &mut merged).expect("readable");
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
        read(&ClaudeCode, &mut io::BufReader::new(Fails(text.as_bytes())), &context, &mut sink)
            .expect("readable");
        assert_eq!(sink.calls.len(), 1_000);
        assert!(sink.stopped.is_some());
    }
}
