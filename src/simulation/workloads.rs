//! Workloads by the rules of a scenario: the first rule that matches a call names its workload, other calls keep theirs.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use polars::prelude::{Column, DataFrame, DataType, LazyFrame, PolarsResult, StringChunked};

use super::pass::Calls;
use crate::inputs::scenario::workloads::{Condition, Rule};
use crate::tables::calls as c;

/// How many calls each rule of a scenario named, once a log has been passed over.
#[derive(Debug, Clone)]
pub struct Named(Arc<Vec<AtomicU64>>);

impl Named {
    /// Rules of which it is known whether they named a call.
    pub fn known(rules: impl Iterator<Item = bool>) -> Self {
        Self(Arc::new(rules.map(|named| AtomicU64::new(named.into())).collect()))
    }

    /// The rules, by their place, that named no call.
    pub fn idle(&self) -> impl Iterator<Item = usize> {
        let none = |count: &AtomicU64| count.load(Ordering::Relaxed) == 0;
        self.0.iter().enumerate().filter(move |(_, count)| none(count)).map(|(at, _)| at)
    }
}

/// A log whose calls have the workloads of the rules.
pub fn assigned(table: LazyFrame, rules: &[Rule]) -> (Calls, Named) {
    let named = Named(Arc::new(rules.iter().map(|_| AtomicU64::new(0)).collect()));
    if rules.is_empty() {
        return (table.into(), named);
    }
    let also = rules.iter().flat_map(|rule| rule.conditions.iter().map(|(column, _)| column.clone()));
    let (also, rules, counts) = (also.collect(), rules.to_vec(), named.clone());
    let prepare = move |mut batch: DataFrame| {
        let counted = assign(&mut batch, &rules)?;
        for (sum, count) in counts.0.iter().zip(counted) {
            sum.fetch_add(count, Ordering::Relaxed);
        }
        Ok(batch)
    };
    (Calls::from(table).prepared(also, Arc::new(prepare)), named)
}

/// The table of calls with the workloads of the rules; also how many calls each rule names.
///
/// # Errors
/// When the frame is not the table of calls.
fn assign(frame: &mut DataFrame, rules: &[Rule]) -> PolarsResult<Vec<u64>> {
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
    let before = frame.column(c::WORKLOAD.name)?.cast(&DataType::String)?.str()?.clone();
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
