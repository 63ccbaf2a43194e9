//! Graded calls: one's own evaluations, a row a call of a model, with how well it did.

use std::path::Path;

use super::records::Records;
use super::{GradedError, ITEMS};

/// A graded call.
#[derive(Debug, Clone, PartialEq)]
pub struct GradedCall {
    /// The workload that it is of.
    pub workload: Option<String>,
    /// The model in the table's words.
    pub model: String,
    /// What was asked: calls of several models with the same item are pairs.
    pub item: Option<String>,
    /// How well it did, 0 to 1.
    pub outcome: f64,
    /// Dollars that it cost.
    pub cost_usd: Option<f64>,
    /// Input tokens.
    pub input_tokens: Option<f64>,
    /// Output tokens.
    pub output_tokens: Option<f64>,
}

/// A table of graded calls.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct GradedCalls {
    /// The calls, in the order of the table.
    pub calls: Vec<GradedCall>,
    /// Rows that could not be used: line and reason.
    pub rejects: Vec<(u64, String)>,
}

/// Reads a table: CSV, TSV, JSON lines or Parquet.
///
/// # Errors
/// When it cannot be read, or has no columns of models and outcomes.
pub fn read(path: &Path) -> Result<GradedCalls, GradedError> {
    of_records(&path.display().to_string(), Records::open(path)?)
}

fn of_records(name: &str, records: Records) -> Result<GradedCalls, GradedError> {
    let column = |names: &[&str]| {
        names.iter().find_map(|name| records.header.iter().position(|title| title.eq_ignore_ascii_case(name)))
    };
    let (model, outcome) =
        (column(&["model", "model_name"]), column(&["outcome", "score", "correct", "passed", "success"]));
    let (Some(model), Some(outcome)) = (model, outcome) else {
        return Err(GradedError::NoCalls { path: name.to_owned(), columns: records.header.join(", ") });
    };
    let columns = Columns {
        workload: column(&["workload"]),
        model,
        item: column(&ITEMS),
        outcome,
        cost: column(&["cost_usd", "cost"]),
        input: column(&["input_tokens", "prompt_tokens", "tokens_in"]),
        output: column(&["output_tokens", "completion_tokens", "tokens_out"]),
    };
    let mut table = GradedCalls::default();
    for (line, record) in records.rows {
        match record.and_then(|record| columns.call(&record)) {
            Ok(call) => table.calls.push(call),
            Err(reason) => table.rejects.push((line, reason)),
        }
    }
    Ok(table)
}

struct Columns {
    workload: Option<usize>,
    model: usize,
    item: Option<usize>,
    outcome: usize,
    cost: Option<usize>,
    input: Option<usize>,
    output: Option<usize>,
}

impl Columns {
    fn call(&self, record: &csv::StringRecord) -> Result<GradedCall, String> {
        let text = |at: Option<usize>| {
            at.and_then(|at| record.get(at)).map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
        };
        let number = |at: Option<usize>| -> Result<Option<f64>, String> {
            let Some(text) = text(at) else { return Ok(None) };
            match text.to_ascii_lowercase().as_str() {
                "true" | "pass" | "passed" => return Ok(Some(1.0)),
                "false" | "fail" | "failed" => return Ok(Some(0.0)),
                _ => {}
            }
            match text.parse::<f64>() {
                Ok(number) if number.is_finite() && number >= 0.0 => Ok(Some(number)),
                _ => Err(format!("`{text}` is no number from 0 on")),
            }
        };
        let outcome = number(Some(self.outcome))?.ok_or("the row has no outcome")?;
        if outcome > 1.0 {
            return Err(format!("an outcome of {outcome} does not lie between 0 and 1"));
        }
        Ok(GradedCall {
            workload: text(self.workload),
            model: text(Some(self.model)).ok_or("the row names no model")?,
            item: text(self.item),
            outcome,
            cost_usd: number(self.cost)?,
            input_tokens: number(self.input)?,
            output_tokens: number(self.output)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<GradedCalls, GradedError> {
        of_records("t", Records::of_text("t", text).expect("a table"))
    }

    #[test]
    fn a_row_is_a_call() {
        let table =
            parse("workload,model,item,outcome,output_tokens\nchat,m,1,pass,20\nchat,m,2,1.5,\n,n,1,0,\n")
                .expect("calls");
        assert_eq!(table.calls.len(), 2);
        assert_eq!(
            (table.calls[0].outcome.to_bits(), table.calls[0].output_tokens),
            (1.0_f64.to_bits(), Some(20.0))
        );
        assert_eq!(table.calls[1].workload, None);
        assert_eq!(table.rejects[0].0, 3);
    }

    #[test]
    fn json_lines_say_the_same() {
        let lines = "{\"model\":\"m\",\"outcome\":true,\"item\":7}\n{\"model\":\"m\"}\nno json\n";
        let table = parse(lines).expect("calls");
        assert_eq!((table.calls.len(), table.rejects.len()), (1, 2));
        assert_eq!(table.calls[0].item.as_deref(), Some("7"));
    }

    #[test]
    fn a_table_without_outcomes_is_refused_with_what_it_has() {
        let error = parse("a,b\n1,2\n").expect_err("no calls").to_string();
        assert!(error.contains("its columns are a, b"), "{error}");
    }
}
