//! Workloads by the rules of a scenario: the first rule that matches a call names its workload, other calls keep theirs.

use polars::prelude::{Column, DataFrame, DataType, PolarsResult, StringChunked};

use crate::inputs::scenario::workloads::{Condition, Rule};
use crate::tables::calls as c;

/// The table of calls with the workloads of the rules; also how many calls each rule names.
///
/// # Errors
/// When the frame is not the table of calls.
pub fn assign(frame: &mut DataFrame, rules: &[Rule]) -> PolarsResult<Vec<u64>> {
    let mut counts = vec![0; rules.len()];
    if rules.is_empty() {
        return Ok(counts);
    }
    // Each rule once over all rows, the last one first, so that the first one has the last word.
    let mut named: Vec<Option<usize>> = vec![None; frame.height()];
    for (index, rule) in rules.iter().enumerate().rev() {
        let mut matches = vec![true; frame.height()];
        for (column, condition) in &rule.conditions {
            restrict(&mut matches, frame.column(column)?, condition)?;
        }
        for (name, _) in named.iter_mut().zip(&matches).filter(|(_, matches)| **matches) {
            *name = Some(index);
        }
    }
    for index in named.iter().flatten() {
        counts[*index] += 1;
    }
    let before = frame.column(c::WORKLOAD.name)?.str()?.clone();
    let workloads: StringChunked = named
        .iter()
        .zip(before.iter())
        .map(|(rule, before)| rule.map_or(before, |rule| Some(rules[rule].name.as_str())))
        .collect();
    frame.with_column(Column::new(c::WORKLOAD.name.into(), workloads))?;
    Ok(counts)
}

/// Takes the rows out of which a condition does not hold.
fn restrict(matches: &mut [bool], column: &Column, condition: &Condition) -> PolarsResult<()> {
    match condition {
        Condition::Text(_) => {
            for (matches, text) in matches.iter_mut().zip(column.str()?.iter()) {
                *matches = *matches && condition.holds_of_text(text);
            }
        }
        Condition::Number { .. } => {
            let numbers = column.cast(&DataType::Float64)?;
            for (matches, number) in matches.iter_mut().zip(numbers.f64()?.iter()) {
                *matches = *matches && condition.holds_of_number(number);
            }
        }
        Condition::Boolean(_) => {
            for (matches, truth) in matches.iter_mut().zip(column.bool()?.iter()) {
                *matches = *matches && condition.holds_of_boolean(truth);
            }
        }
    }
    Ok(())
}
