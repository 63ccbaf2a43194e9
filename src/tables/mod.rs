//! What every table looks like: name, type, unit and meaning of each column, written once.

pub mod calls;
pub mod markdown;
pub mod partials;
pub mod routes;
mod scope;
pub mod scores;
pub mod sums;

pub use self::scope::{Dimension, Scope};

use polars::prelude::{DataFrame, DataType};
use thiserror::Error;

/// One column of a table.
#[derive(Debug, Clone)]
pub struct Column {
    /// Name in frames and files.
    pub name: &'static str,
    /// Type in frames.
    pub dtype: DataType,
    /// Unit of the values, `–` where there is none.
    pub unit: &'static str,
    /// What a value means, and what null means where the column may hold nulls.
    pub about: &'static str,
}

/// A named list of columns.
#[derive(Debug, Clone, Copy)]
pub struct Table {
    /// Name in messages and in the documentation.
    pub name: &'static str,
    /// What one row is.
    pub row: &'static str,
    /// The columns, in order.
    pub columns: &'static [&'static Column],
}

/// Every table, in the order in which data flows.
pub static TABLES: &[&Table] =
    &[&scores::SCORES, &calls::CALLS, &routes::ROUTES, &sums::SUMS, &partials::PARTIALS];

/// A frame that is not the table it should be.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TableError {
    /// A column is not there.
    #[error("table `{table}` has no column `{column}` ({about})")]
    Missing {
        /// Name of the table.
        table: &'static str,
        /// Name of the column.
        column: &'static str,
        /// What the column means.
        about: &'static str,
    },
    /// A column has another type.
    #[error("column `{column}` of table `{table}` is {found}, not {expected}")]
    WrongType {
        /// Name of the table.
        table: &'static str,
        /// Name of the column.
        column: &'static str,
        /// Type in the frame.
        found: String,
        /// Type of the table.
        expected: String,
    },
}

impl Table {
    /// Checks that `frame` has each column of the table with its type.
    ///
    /// # Errors
    /// The first column that is missing or of another type.
    pub fn check(&self, frame: &DataFrame) -> Result<(), TableError> {
        for column in self.columns {
            let found = frame.column(column.name).map_err(|_| TableError::Missing {
                table: self.name,
                column: column.name,
                about: column.about,
            })?;
            if *found.dtype() != column.dtype {
                return Err(TableError::WrongType {
                    table: self.name,
                    column: column.name,
                    found: found.dtype().to_string(),
                    expected: column.dtype.to_string(),
                });
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use polars::prelude::Column as Series;

    #[test]
    fn a_missing_column_is_named_with_its_meaning() {
        let frame = DataFrame::new_infer_height(vec![Series::new("call_id".into(), ["a"])]).expect("a frame");
        let error = calls::CALLS.check(&frame).expect_err("columns are missing");
        assert!(error.to_string().starts_with("table `calls` has no column `"), "{error}");
    }
}
