//! A table of calls as a stream of Arrow: what an engine hands over that reads and deduplicates the log itself.

use std::io::{self, Cursor, Read as _};

use polars::prelude::{DataFrame, DataType, IntoLazy as _, IpcStreamReader, SerReader as _};

use super::totals::Totals;
use super::{NEEDED, OpenedLog, is_table_of_calls};
use crate::inputs::logs::discover::{Input, Origin};
use crate::inputs::logs::open::open;
use crate::inputs::logs::report::LoadReport;
use crate::inputs::logs::sink::hex;
use crate::inputs::logs::{LogError, Progress, quality, table};
use crate::tables::calls::CALLS;

/// What ends a stream; without it whoever wrote it was stopped.
const END: [u8; 8] = [0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0];

/// Reads a table of calls from standard input, under the name of the log that it is a part of. It may hold no call.
///
/// # Errors
/// When it is no whole stream of Arrow, or no table of calls.
pub fn of_stream(name: &str, progress: &dyn Progress) -> Result<OpenedLog, LogError> {
    let input = Input { name: name.to_owned(), origin: Origin::Stdin, size: 0 };
    let mut memory = Vec::new();
    let unread = |error: io::Error| refused(format!("cannot be read: {error}"));
    let mut opened = open(&input, progress, &mut memory).map_err(unread)?;
    let mut bytes = Vec::new();
    opened.reader.read_to_end(&mut bytes).map_err(unread)?;
    let frame = frame(&bytes)?;
    drop(bytes);
    let digest = hex(&opened.fingerprint.finish());
    let calls = frame.lazy();
    let totals = Totals::of(&calls)?;
    if !totals.is_sound() {
        let reason = "has a row that no table of calls may have: a negative or an enormous count, or more reasoning than output";
        return Err(refused(reason.to_owned()));
    }
    let mut report = LoadReport { quality: vec![0; quality::BITS.len()], digest, ..LoadReport::default() };
    totals.add_to(&mut report, &input);
    Ok(OpenedLog { calls, report })
}

fn refused(reason: String) -> LogError {
    LogError::Stream { reason }
}

fn frame(bytes: &[u8]) -> Result<DataFrame, LogError> {
    let damaged = |reason: String| refused(format!("cannot be read as Arrow: {reason}"));
    let read = table::parquet::guarded(|| IpcStreamReader::new(Cursor::new(bytes)).finish());
    let frame = read.and_then(|read| read.map_err(|error| error.to_string())).map_err(damaged)?;
    if !bytes.ends_with(&END) {
        return Err(refused("ends before its end mark: whoever wrote it was stopped".to_owned()));
    }
    let frame = as_calls(frame)?;
    if is_table_of_calls(frame.schema()) {
        return Ok(frame);
    }
    let missing = NEEDED.iter().filter(|column| !frame.schema().contains(column.name));
    let names: Vec<&str> = missing.map(|column| column.name).collect();
    Err(refused(format!("is no table of calls: it has no column {}", names.join(", "))))
}

/// The columns of calls in their types: other engines have no unsigned numbers, and keep texts as dictionaries.
fn as_calls(mut frame: DataFrame) -> Result<DataFrame, LogError> {
    for column in CALLS.columns {
        let Ok(values) = frame.column(column.name) else { continue };
        if *values.dtype() == column.dtype {
            continue;
        }
        // A column of nulls alone may have any type.
        let cast = match (values.dtype(), &column.dtype) {
            (DataType::Datetime(_, None), DataType::Datetime(unit, Some(_))) => {
                values.cast(&DataType::Datetime(*unit, None)).and_then(|values| values.cast(&column.dtype))
            }
            _ => values.strict_cast(&column.dtype),
        };
        let cast = cast.map_err(|error| {
            let line = error.to_string();
            let line = line.lines().next().unwrap_or_default().to_owned();
            refused(format!("has a column `{}` that is no {}: {line}", column.name, column.dtype))
        })?;
        frame.with_column(cast)?;
    }
    Ok(frame)
}

#[cfg(test)]
mod tests {
    use polars::prelude::{Column as Values, IpcStreamWriter, SerWriter as _};

    use super::*;
    use crate::tables::calls as c;

    fn stream(mut frame: DataFrame) -> Vec<u8> {
        let mut bytes = Vec::new();
        IpcStreamWriter::new(&mut bytes).finish(&mut frame).expect("written");
        bytes
    }

    fn calls() -> DataFrame {
        let columns = CALLS.columns.iter().map(|column| {
            let values = Values::full_null(column.name.into(), 2, &column.dtype);
            match &column.dtype {
                // As an engine without unsigned numbers hands them over.
                DataType::UInt64 | DataType::UInt32 => values.cast(&DataType::Int64).expect("nulls"),
                _ => values,
            }
        });
        DataFrame::new(2, columns.collect()).expect("columns of one length")
    }

    #[test]
    fn a_stream_is_a_table_of_calls_only_if_it_is_whole() {
        let bytes = stream(calls());
        let read = frame(&bytes).expect("a table");
        assert!(is_table_of_calls(read.schema()) && read.height() == 2);
        // Without its end mark it may lack batches.
        let cut = frame(&bytes[..bytes.len() - END.len()]).expect_err("cut off");
        assert!(cut.to_string().contains("end mark"), "{cut}");
        assert!(frame(b"nothing of the sort").is_err());
        let other = calls().drop(c::MODEL_RAW.name).expect("a column less");
        let other = frame(&stream(other)).expect_err("no table of calls");
        assert!(other.to_string().contains("model_raw"), "{other}");
    }
}
