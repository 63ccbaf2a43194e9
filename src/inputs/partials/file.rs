//! The file of a partial: Parquet, with its head as JSON in the metadata, so that any engine can add partials up.

use std::collections::{BTreeMap, HashSet};
use std::io::{self, Cursor};
use std::path::Path;
use std::sync::Arc;

use polars::prelude::{
    Column, DataFrame, DataType, Int128Chunked, IntoColumn as _, KeyValueMetadata, NewChunkedArray as _,
    ParquetCompression, ParquetReader, ParquetWriter, PolarsError, PolarsResult, SerReader as _,
};

use super::rows::{Amounts, Place, Rows};
use super::{FORM, Head, Partial, PartialError, no_partial};
use crate::inputs::files::write_atomically_with;
use crate::inputs::logs::table::parquet::guarded;
use crate::inputs::seal;
use crate::tables::partials as p;

/// Key of the head among the metadata of the file.
const HEAD: &str = "switchpoint_partial";

/// Writes a partial as a whole or not at all.
///
/// # Errors
/// When the folder cannot be written to.
pub fn write(path: &Path, partial: &Partial) -> io::Result<()> {
    let head = serde_json::to_string(&partial.head).map_err(io::Error::other)?;
    let metadata = KeyValueMetadata::from_static(vec![(HEAD.to_owned(), head), seal::unsealed()]);
    write_atomically_with(path, |mut file| {
        let writer = ParquetWriter::new(io::BufWriter::new(file.try_clone()?))
            .with_compression(ParquetCompression::Zstd(None))
            .with_key_value_metadata(Some(metadata));
        in_pieces(writer, &partial.answers).map_err(io::Error::other)?;
        seal::seal(&mut file)
    })
}

/// Rows that become columns at once: more take memory and save nothing.
const PIECE: usize = 500_000;

fn in_pieces(writer: ParquetWriter<impl io::Write>, answers: &BTreeMap<String, Rows>) -> PolarsResult<()> {
    let mut rows = answers
        .iter()
        .flat_map(|(question, rows)| rows.iter().map(move |(place, amounts)| (question, place, amounts)));
    let mut piece: Vec<Row<'_>> = rows.by_ref().take(PIECE).collect();
    let first = frame(&piece)?;
    let mut batches = writer.batched(first.schema())?;
    batches.write_batch(&first)?;
    loop {
        piece.clear();
        piece.extend(rows.by_ref().take(PIECE));
        if piece.is_empty() {
            return batches.finish().map(|_| ());
        }
        batches.write_batch(&frame(&piece)?)?;
    }
}

/// A question, where a sum of it belongs, and what it comes to.
type Row<'a> = (&'a String, &'a Place, &'a Amounts);

const DAMAGED: &str = "it is not as it was written, so it is damaged\n\nhint: make this part anew";

/// Reads a partial.
///
/// # Errors
/// When the file is none.
pub fn read(path: &Path) -> Result<Partial, PartialError> {
    let name = path.display().to_string();
    let wrong = |problem: &str| no_partial(&name, problem);
    let bytes = std::fs::read(path).map_err(|error| wrong(&error.to_string()))?;
    // Before anything else is read of it.
    let whole = seal::holds(&bytes);
    if whole == Some(false) {
        return Err(wrong(DAMAGED));
    }
    let mut reader = ParquetReader::new(Cursor::new(bytes));
    let metadata = in_words(guarded(|| reader.get_metadata().cloned())).map_err(|error| wrong(&error))?;
    let mut pairs = metadata.key_value_metadata().iter().flatten();
    let head = pairs.find(|pair| pair.key == HEAD).and_then(|pair| pair.value.clone());
    let head = head.ok_or_else(|| wrong("it is a table of something else"))?;
    // Its form is looked at first: another one may have other fields.
    #[derive(serde::Deserialize)]
    struct Form {
        switchpoint_partial: u32,
    }
    let form: Form = serde_json::from_str(&head).map_err(|error| wrong(&error.to_string()))?;
    if form.switchpoint_partial != FORM {
        let problem = format!("it has form {}, this program reads {FORM}", form.switchpoint_partial);
        return Err(wrong(&problem));
    }
    if whole.is_none() {
        return Err(wrong(DAMAGED));
    }
    let head: Head = serde_json::from_str(&head).map_err(|error| wrong(&error.to_string()))?;
    let frame = in_words(guarded(|| reader.finish())).map_err(|error| wrong(&error))?;
    let mut answers = answers(&frame).map_err(|error| wrong(&first_line(&error.to_string())))?;
    for question in &head.questions {
        answers.entry(question.clone()).or_default();
    }
    Ok(Partial { file: name, head, answers })
}

/// What a reader gave, or its problem in a line.
fn in_words<T>(read: Result<PolarsResult<T>, String>) -> Result<T, String> {
    match read {
        Ok(Ok(read)) => Ok(read),
        Ok(Err(error)) => Err(first_line(&error.to_string())),
        Err(damaged) => Err(first_line(&damaged)),
    }
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().to_owned()
}

fn frame(rows: &[Row<'_>]) -> PolarsResult<DataFrame> {
    let text = |column: &crate::tables::Column, get: fn(&Place) -> Option<&str>| {
        Column::new(column.name.into(), rows.iter().map(|(_, place, _)| get(place)).collect::<Vec<_>>())
    };
    let number = |column: &crate::tables::Column, get: fn(&Place) -> i32| {
        Column::new(column.name.into(), rows.iter().map(|(_, place, _)| get(place)).collect::<Vec<_>>())
    };
    let whole = |column: &crate::tables::Column, get: fn(&Amounts) -> i128| {
        let values: Vec<i128> = rows.iter().map(|(_, _, amounts)| get(amounts)).collect();
        Int128Chunked::from_slice(column.name.into(), &values)
            .into_decimal_unchecked(p::DIGITS, 0)
            .into_column()
    };
    let questions: Vec<&str> = rows.iter().map(|(question, ..)| question.as_str()).collect();
    let calls: Vec<i64> = rows.iter().map(|(_, _, amounts)| amounts.calls).collect();
    let columns = vec![
        Column::new(p::QUESTION.name.into(), questions),
        text(&p::SUM, |place| Some(&*place.sum)),
        number(&p::ITEM, |place| place.item),
        text(&p::NAME, |place| place.name.as_deref()),
        text(&p::FROM, |place| place.from.as_deref()),
        text(&p::TO, |place| place.to.as_deref()),
        number(&p::AT, |place| place.at),
        number(&p::BIN, |place| place.bin),
        Column::new(p::CALLS.name.into(), calls),
        whole(&p::UNITS, |amounts| amounts.units),
        whole(&p::AMOUNT, |amounts| amounts.amount),
        whole(&p::BESIDE, |amounts| amounts.beside),
    ];
    DataFrame::new(rows.len(), columns)
}

/// The sums of a table, by question.
fn answers(frame: &DataFrame) -> PolarsResult<BTreeMap<String, Rows>> {
    p::PARTIALS.check(frame).map_err(|error| PolarsError::ComputeError(error.to_string().into()))?;
    let text = |column: &crate::tables::Column| frame.column(column.name)?.str();
    let number = |column: &crate::tables::Column| frame.column(column.name)?.i32();
    let whole = |column: &crate::tables::Column| -> PolarsResult<Vec<i128>> {
        let values = frame.column(column.name)?.decimal()?.physical().clone();
        Ok(values.iter().map(Option::unwrap_or_default).collect())
    };
    let (questions, sums) = (text(&p::QUESTION)?, text(&p::SUM)?);
    let (names, from, to) = (text(&p::NAME)?, text(&p::FROM)?, text(&p::TO)?);
    let (items, at, bins) = (number(&p::ITEM)?, number(&p::AT)?, number(&p::BIN)?);
    let calls = frame.column(p::CALLS.name)?.cast(&DataType::Int64)?;
    let calls = calls.i64()?;
    let (units, amounts, beside) = (whole(&p::UNITS)?, whole(&p::AMOUNT)?, whole(&p::BESIDE)?);
    let mut found: BTreeMap<String, Rows> = BTreeMap::new();
    let mut shared: [Shared; 4] = Default::default();
    for row in 0..frame.height() {
        let place = Place {
            sum: shared[0].of(sums.get(row)).unwrap_or_default(),
            item: items.get(row).unwrap_or_default(),
            name: shared[1].of(names.get(row)),
            from: shared[2].of(from.get(row)),
            to: shared[3].of(to.get(row)),
            at: at.get(row).unwrap_or_default(),
            bin: bins.get(row).unwrap_or_default(),
        };
        let own = Amounts {
            calls: calls.get(row).unwrap_or_default(),
            units: units[row],
            amount: amounts[row],
            beside: beside[row],
        };
        let question = questions.get(row).unwrap_or_default();
        if !found.contains_key(question) {
            found.insert(question.to_owned(), Rows::default());
        }
        if let Some(rows) = found.get_mut(question) {
            rows.put(place, own);
        }
    }
    Ok(found)
}

/// The texts of a column, each stored once; rows are in order, so that most have the text of the row before.
#[derive(Default)]
struct Shared {
    last: Option<Arc<str>>,
    known: HashSet<Arc<str>>,
}

impl Shared {
    fn of(&mut self, text: Option<&str>) -> Option<Arc<str>> {
        let text = text?;
        if self.last.as_deref() != Some(text) {
            if !self.known.contains(text) {
                self.known.insert(text.into());
            }
            self.last = self.known.get(text).cloned();
        }
        self.last.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inputs::logs::report::LoadReport;
    use crate::inputs::partials::{Told, Under};

    fn partial() -> Partial {
        let mut rows = Rows::default();
        for at in 0..40 {
            let place = Place {
                at,
                name: Some("chat".into()),
                to: (at > 20).then(|| "a@b".into()),
                ..Place::of("cost")
            };
            rows.add(place, Amounts { calls: 7, units: 1 << 70, amount: -i128::from(at), beside: 1 });
        }
        let under = Under {
            version: "1".to_owned(),
            as_of: "2026-11-22".to_owned(),
            reprice: false,
            prices: String::new(),
            facts: String::new(),
            assumed: Vec::new(),
            columns: Vec::new(),
            run: None,
        };
        let report = LoadReport::default();
        let told = Told {
            under,
            after: None,
            of: None,
            logs: Vec::new(),
            report: &report,
            stream: false,
            rules: Vec::new(),
        };
        let answers = [("all".to_owned(), rows), ("nothing".to_owned(), Rows::default())];
        Partial::of(told, answers.into())
    }

    #[test]
    fn a_damaged_file_is_refused_and_gives_no_other_sums() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("sums.parquet");
        let partial = partial();
        write(&path, &partial).expect("written");
        let read_back = read(&path).expect("a partial");
        assert_eq!((&read_back.head, &read_back.answers), (&partial.head, &partial.answers));

        let whole = std::fs::read(&path).expect("bytes");
        let mut refused = 0;
        let mut try_bytes = |bytes: &[u8]| {
            std::fs::write(&path, bytes).expect("written");
            match read(&path) {
                Ok(_) => {}
                Err(_) => refused += 1,
            }
        };
        for length in (0..whole.len()).step_by(37) {
            try_bytes(&whole[..length]);
        }
        for at in 0..whole.len() {
            let mut bytes = whole.clone();
            bytes[at] ^= 1 << (at % 8);
            try_bytes(&bytes);
        }
        assert_eq!(refused, whole.len() + whole.len().div_ceil(37));
    }
}
