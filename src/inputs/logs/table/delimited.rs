//! CSV and TSV.

use std::borrow::Cow;
use std::io::{self, BufRead, Read};

use csv::{ByteRecord, ReaderBuilder};

use super::map::ColumnMap;
use super::plan::Plan;
use super::row::Cell;
use crate::inputs::logs::sink::Sink;

/// The delimiter of a header line: the most frequent of tab, semicolon and comma.
pub fn delimiter(header: &str) -> u8 {
    let count = |byte: u8| header.bytes().filter(|&b| b == byte).count();
    [b'\t', b';', b','].into_iter().max_by_key(|&byte| count(byte)).unwrap_or(b',')
}

/// The column names of a header line.
pub fn columns(header: &str) -> Vec<String> {
    let mut reader =
        ReaderBuilder::new().has_headers(false).delimiter(delimiter(header)).from_reader(header.as_bytes());
    let mut record = ByteRecord::new();
    match reader.read_byte_record(&mut record) {
        Ok(true) => record.iter().map(|name| String::from_utf8_lossy(name).trim().to_owned()).collect(),
        _ => Vec::new(),
    }
}

/// Reads the table row by row.
///
/// # Errors
/// When the header cannot be read or lacks a column that is needed.
pub fn read(reader: &mut dyn BufRead, map: Option<&ColumnMap>, sink: &mut Sink) -> Result<(), String> {
    let mut first = Vec::new();
    let mut header_lines = 0;
    loop {
        first.clear();
        header_lines += 1;
        let read =
            reader.read_until(b'\n', &mut first).map_err(|error| format!("cannot be read: {error}"))?;
        if read == 0 {
            return Err("has no header line".to_owned());
        }
        if !first.iter().all(u8::is_ascii_whitespace) {
            break;
        }
    }
    let header_line =
        String::from_utf8_lossy(first.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&first)).into_owned();
    let header = columns(&header_line);
    let map = match map {
        Some(map) => map.clone(),
        None => ColumnMap::for_header(&header)?,
    };
    let mut plan = Plan::new(map, &header)?;
    let mut rows = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter(&header_line))
        .from_reader(Quotes { inner: reader, odd: false });
    let mut record = ByteRecord::new();
    let mut last = None;
    loop {
        let line = rows.position().line() + header_lines;
        match rows.read_byte_record(&mut record) {
            Ok(false) => break,
            Ok(true) => {}
            Err(error) => {
                sink.stop(line, format!("reading stopped here: {error}"));
                break;
            }
        }
        let line = record.position().map_or(line, |at| at.line() + header_lines);
        last = record.iter().any(|field| field.contains(&b'\n')).then_some(line);
        if record.len() != header.len() {
            sink.reject(
                line,
                format!("the number of fields is {}, that of the header {}", record.len(), header.len()),
            );
            continue;
        }
        if plan.columns().any(|column| std::str::from_utf8(&record[column]).is_err()) {
            sink.reject(line, "not UTF-8");
            continue;
        }
        plan.take(line, |column| cell(&record[column]), sink);
    }
    // A quote that is never closed makes one row of all the rest.
    if let Some(line) = last.filter(|_| rows.get_ref().odd) {
        plan.retract(line, "a quote is opened and never closed: the row runs to the end of the file", sink);
    }
    plan.finish(sink);
    Ok(())
}

/// Tells whether the number of quotation marks read so far is odd.
struct Quotes<R> {
    inner: R,
    odd: bool,
}

impl<R: Read> Read for Quotes<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.odd ^= buffer[..read].iter().filter(|&&byte| byte == b'"').count() % 2 == 1;
        Ok(read)
    }
}

fn cell(bytes: &[u8]) -> Cell<'_> {
    match String::from_utf8_lossy(bytes) {
        text if text.is_empty() || text == "null" || text == "NULL" || text == "NaN" => Cell::Null,
        Cow::Borrowed(text) => Cell::Text(Cow::Borrowed(text)),
        Cow::Owned(text) => Cell::Text(Cow::Owned(text)),
    }
}
