//! The table: named columns of optional values, one kind to a column.

use std::collections::BTreeSet;
use std::fmt;

use crate::error::Error;

/// A named list of columns of equal length.
///
/// The fields are open, so a table can be built in any way; what has to hold (at least one column,
/// no empty or repeated name, equal lengths) is checked by [`Table::rows`] and so by every writer.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// What the rows are, such as `trades`. Kept in Parquet files, absent from CSV.
    pub name: String,
    /// The columns from left to right.
    pub columns: Vec<Column>,
}

/// One column: a name and its values from the first row to the last.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// The header; unique in its table and not empty.
    pub name: String,
    /// The cells.
    pub values: Values,
}

/// The cells of one column. `None` is a missing value.
#[derive(Debug, Clone, PartialEq)]
pub enum Values {
    /// Whole numbers. Parquet: `INT64`.
    Int(Vec<Option<i64>>),
    /// Floating-point numbers, infinities and NaN included. Parquet: `DOUBLE`.
    Real(Vec<Option<f64>>),
    /// Unicode text. Parquet: `STRING`. A cell holds at most 1 MiB.
    Text(Vec<Option<String>>),
    /// Instants as nanoseconds since 1970-01-01T00:00:00 UTC (1677 to 2262). Parquet:
    /// `TIMESTAMP(NANOS, UTC)`; CSV: RFC 3339.
    Time(Vec<Option<i64>>),
    /// Truth values. CSV: `true` and `false`.
    Bool(Vec<Option<bool>>),
    /// Fixed-point numbers in units of 1e-9. Parquet: `DECIMAL(19, 9)`; CSV: exact decimal text
    /// without trailing zeros.
    Decimal(Vec<Option<i64>>),
}

/// The kind of a column's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// See [`Values::Int`].
    Int,
    /// See [`Values::Real`].
    Real,
    /// See [`Values::Text`].
    Text,
    /// See [`Values::Time`].
    Time,
    /// See [`Values::Bool`].
    Bool,
    /// See [`Values::Decimal`].
    Decimal,
}

impl Table {
    /// The number of rows, after checking that the columns make a table.
    ///
    /// # Errors
    /// [`Error::NoColumns`], [`Error::UnnamedColumn`], [`Error::RepeatedColumn`] or
    /// [`Error::UnevenColumns`]. A table with columns but no rows is fine.
    pub fn rows(&self) -> Result<usize, Error> {
        let Some(first) = self.columns.first() else {
            return Err(Error::NoColumns { table: self.name.clone() });
        };
        let rows = first.values.len();
        let mut seen = BTreeSet::new();
        for (index, column) in self.columns.iter().enumerate() {
            if column.name.is_empty() {
                return Err(Error::UnnamedColumn { table: self.name.clone(), position: index + 1 });
            }
            if !seen.insert(column.name.as_str()) {
                return Err(Error::RepeatedColumn {
                    table: self.name.clone(),
                    column: column.name.clone(),
                });
            }
            if column.values.len() != rows {
                return Err(Error::UnevenColumns {
                    table: self.name.clone(),
                    column: column.name.clone(),
                    rows: column.values.len(),
                    first: first.name.clone(),
                    expected: rows,
                });
            }
        }
        Ok(rows)
    }

    /// The column of that name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }
}

impl Column {
    /// A column of that name and these values.
    pub fn new(name: impl Into<String>, values: Values) -> Self {
        Self { name: name.into(), values }
    }
}

impl Values {
    /// A column of that kind without cells.
    pub fn empty(kind: Kind) -> Self {
        match kind {
            Kind::Int => Self::Int(Vec::new()),
            Kind::Real => Self::Real(Vec::new()),
            Kind::Text => Self::Text(Vec::new()),
            Kind::Time => Self::Time(Vec::new()),
            Kind::Bool => Self::Bool(Vec::new()),
            Kind::Decimal => Self::Decimal(Vec::new()),
        }
    }

    /// The kind of the cells.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Int(_) => Kind::Int,
            Self::Real(_) => Kind::Real,
            Self::Text(_) => Kind::Text,
            Self::Time(_) => Kind::Time,
            Self::Bool(_) => Kind::Bool,
            Self::Decimal(_) => Kind::Decimal,
        }
    }

    /// The number of cells, missing ones included.
    pub fn len(&self) -> usize {
        match self {
            Self::Int(cells) | Self::Time(cells) | Self::Decimal(cells) => cells.len(),
            Self::Real(cells) => cells.len(),
            Self::Text(cells) => cells.len(),
            Self::Bool(cells) => cells.len(),
        }
    }

    /// Whether there is no cell at all.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Int => "whole numbers",
            Self::Real => "real numbers",
            Self::Text => "text",
            Self::Time => "times",
            Self::Bool => "truth values",
            Self::Decimal => "decimals",
        })
    }
}
