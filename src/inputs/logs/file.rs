//! One file: what it is, and what its rows are.

use std::fs::File;
use std::io::{self, Cursor, Read};

use super::buffers::Buffers;
use super::detect::{Head, Likeness};
use super::discover::{Input, Origin};
use super::load::LoadOptions;
use super::open::Opened;
use super::report::FileReport;
use super::sink::Sink;
use super::strings::Strings;
use super::{FORMATS, LogFormat, Progress, ReadContext, open, parts, refused, table};

/// What a file gave.
pub struct FileRead {
    /// What was read.
    pub report: FileReport,
    /// Index of its format in [`FORMATS`].
    pub format: usize,
    /// Its rows, whose strings are in the table of the group.
    pub sink: Sink,
    /// BLAKE3 of its bytes.
    pub digest: [u8; 32],
}

/// What a thread keeps from one file to the next of a group.
pub struct Workplace<'a> {
    /// The strings of all files so far.
    pub strings: Strings,
    buffers: &'a Buffers,
}

impl<'a> Workplace<'a> {
    /// An empty one.
    pub fn new(buffers: &'a Buffers) -> Self {
        Self { strings: Strings::default(), buffers }
    }
}

/// Reads a file. A file that cannot be opened is a problem in its report: the others count all the same.
pub fn read(
    input: &Input,
    options: &LoadOptions,
    progress: &dyn Progress,
    at: &mut Workplace<'_>,
) -> FileRead {
    let mut sink = Sink::default();
    sink.strings = std::mem::take(&mut at.strings);
    let mut memory = at.buffers.take();
    let found = open::open(input, progress, &mut memory)
        .map_err(|error| format!("cannot be read: {error}"))
        .map(|opened| read_opened(opened, input, options, at.buffers, &mut sink));
    at.buffers.give(memory);
    let (format, likeness, problem, digest) = match found {
        Ok(found) => found,
        Err(problem) => (None, None, Some(problem), [0; 32]),
    };
    at.strings = sink.finish();
    let report = FileReport {
        name: input.name.clone(),
        format: format.map(|format| FORMATS[format].id()),
        likeness,
        rows: sink.rows(),
        usage_rows: sink.calls.len() as u64 + sink.repeats,
        no_call: sink.no_call,
        rejects: std::mem::take(&mut sink.rejects),
        more_rejected: 0,
        notes: std::mem::take(&mut sink.notes),
        stopped: sink.stopped,
        problem,
    };
    FileRead { report, format: format.unwrap_or(0), sink, digest }
}

/// Format, how much the file looks like it, what is wrong with the whole file, digest.
type Found = (Option<usize>, Option<Likeness>, Option<String>, [u8; 32]);

fn read_opened(
    mut opened: Opened<'_>,
    input: &Input,
    options: &LoadOptions,
    buffers: &Buffers,
    sink: &mut Sink,
) -> Found {
    let bytes = std::mem::take(&mut opened.head);
    let mut head = Head::new(&bytes, input.extension());
    if head.is_parquet() {
        head = head.with_columns(match &input.origin {
            Origin::File(path) => File::open(path).map_or_else(|_| Vec::new(), table::parquet::columns),
            Origin::Memory(bytes) => table::parquet::columns(Cursor::new(*bytes)),
            Origin::Stdin | Origin::Remote(_) => Vec::new(),
        });
    }
    let (format, likeness) = match (refused::reason(&bytes), options.format) {
        (Some(reason), _) => (Err(reason), None),
        (None, Some(format)) => (Ok(format), None),
        (None, None) => match detect(&head, options.map.is_some()) {
            Some((format, likeness)) => (Ok(format), Some(likeness)),
            None => (Err("is not a log of a known format"), None),
        },
    };
    let result = format.map_err(str::to_owned).and_then(|format| {
        let context = ReadContext { file: &input.name, head: Some(&head), map: options.map.as_ref() };
        read_rows(FORMATS[format], &mut opened, &context, buffers, sink)
    });
    let format = format.ok();
    // The digest covers the whole file, also what an adapter had no need to read.
    if let Err(error) = io::copy(&mut opened.reader.by_ref(), &mut io::sink()) {
        sink.notes.push(format!(
            "the end of the file could not be read ({error}): its digest is that of the part before"
        ));
    }
    let problem = result.err().or_else(|| {
        let silent = sink.calls.is_empty() && sink.rejects.is_empty();
        format.filter(|_| silent).map(|format| format!("holds no call: {}", FORMATS[format].nothing_found()))
    });
    (format, likeness, problem, opened.fingerprint.finish())
}

fn read_rows(
    format: &dyn LogFormat,
    opened: &mut Opened<'_>,
    context: &ReadContext<'_>,
    buffers: &Buffers,
    sink: &mut Sink,
) -> Result<(), String> {
    if !format.lines_stand_alone() || !context.head.is_some_and(Head::is_json_lines) {
        return format.read(&mut *opened.reader, context, sink);
    }
    if opened.in_memory {
        sink.lines_only = true;
        sink.merge_repeats();
        return format.read(&mut *opened.reader, context, sink);
    }
    parts::read(format, &mut *opened.reader, context, buffers, sink)
}

/// The format a file looks most like; the earlier in the list where two look alike.
fn detect(head: &Head, has_map: bool) -> Option<(usize, Likeness)> {
    if has_map {
        // A column map is for tables and nothing else.
        let table = FORMATS.iter().position(|format| format.id() == table::ID);
        return table.map(|table| (table, Likeness::Certain));
    }
    let mut best = None;
    for (index, format) in FORMATS.iter().enumerate() {
        let likeness = format.likeness(head);
        if likeness > best.map_or(Likeness::None, |(_, known)| known) {
            best = Some((index, likeness));
        }
        if likeness == Likeness::Certain {
            break;
        }
    }
    best
}
