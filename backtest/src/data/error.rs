//! Why recorded data is refused: file, line, what was found, how to mend it.

use strat_runtime::fixed::ParseFixedError;
use strat_runtime::time::{Duration, Time};
use thiserror::Error;

/// Why data was refused. Lines count from 1.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DataError {
    /// A data argument that cannot be read.
    #[error("`{text}`: {problem}")]
    Spec {
        /// The argument.
        text: String,
        /// What is wrong and how to mend it.
        problem: String,
    },
    /// The file could not be read or unpacked.
    #[error("cannot read {file}: {source}")]
    Io {
        /// The file.
        file: String,
        /// Why.
        source: std::io::Error,
    },
    /// Unpacked it is larger than this reader takes.
    #[error("{file} is larger than {limit_mib} MiB unpacked; split it by time")]
    TooLarge {
        /// The file.
        file: String,
        /// The limit in MiB.
        limit_mib: u64,
    },
    /// No reader knows the content.
    #[error("{file}: {problem}")]
    Format {
        /// The file.
        file: String,
        /// What was found and what would be read.
        problem: String,
    },
    /// A row that cannot be used.
    #[error("{file}:{line}: {problem}")]
    Row {
        /// The file.
        file: String,
        /// The line.
        line: u64,
        /// What is wrong with it.
        problem: RowProblem,
    },
    /// It cannot be told which instrument a file feeds, or an instrument has no data.
    #[error("{problem}")]
    Binding {
        /// What is missing and how to give it.
        problem: String,
    },
}

/// What is wrong with a row.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum RowProblem {
    /// The text is not UTF-8, or the CSV or JSON is broken.
    #[error("{0}")]
    Broken(String),
    /// Too few or too many columns.
    #[error("expected {expected} columns, found {found}")]
    Columns {
        /// As many as the header has.
        expected: usize,
        /// As many as there are.
        found: usize,
    },
    /// A field that is no decimal number.
    #[error("{field} `{found}`: {cause}")]
    Number {
        /// The field.
        field: &'static str,
        /// What stands there.
        found: String,
        /// Why it is no number.
        cause: ParseFixedError,
    },
    /// A volume that is no number of zero or more.
    #[error("{field} `{found}` is not a number of zero or more; correct it or remove the row")]
    Volume {
        /// The field.
        field: &'static str,
        /// What stands there.
        found: String,
    },
    /// A price of zero or below.
    #[error("{field} `{found}` must be above zero; remove the row")]
    NotPositive {
        /// The field.
        field: &'static str,
        /// What stands there.
        found: String,
    },
    /// A size below zero.
    #[error("{field} `{found}` must not be negative; remove the row")]
    Negative {
        /// The field.
        field: &'static str,
        /// What stands there.
        found: String,
    },
    /// The price of an outcome token outside of 0 to 1.
    #[error("price {found} of an outcome token must lie between 0 and 1")]
    NotAProbability {
        /// The price.
        found: strat_runtime::price::Price,
    },
    /// A high that is not the highest, or a low that is not the lowest.
    #[error("the bar's prices lie outside of its low and high; correct or remove the row")]
    BarRange,
    /// A bid above the ask.
    #[error("bid {bid} is above ask {ask}; remove crossed rows")]
    Crossed {
        /// Best bid.
        bid: strat_runtime::price::Price,
        /// Best ask.
        ask: strat_runtime::price::Price,
    },
    /// A stamp before the one above it.
    #[error("{at} comes after {before}; sort the rows by time")]
    Unsorted {
        /// Stamp of this row.
        at: Time,
        /// Stamp of the row before.
        before: Time,
    },
    /// Two bars with the same stamp.
    #[error("there are two bars at {at}; remove one of them")]
    Duplicate {
        /// Their stamp.
        at: Time,
    },
    /// Bars closer together than they are long.
    #[error(
        "this bar is {apart} after the one before, but most are {step} apart; give each length of bar its own file"
    )]
    Overlap {
        /// Distance of the two.
        apart: Duration,
        /// Length of a bar.
        step: Duration,
    },
    /// A stamp that cannot be read or is ambiguous.
    #[error("time `{found}`: {problem}")]
    Stamp {
        /// What stands there.
        found: String,
        /// What is wrong and how to mend it.
        problem: String,
    },
    /// A side that is neither buy nor sell.
    #[error("side `{found}` is neither buy nor sell")]
    Side {
        /// What stands there.
        found: String,
    },
    /// Rows of several symbols in one file.
    #[error("symbol `{found}` after `{before}`; give each instrument its own file")]
    Symbol {
        /// Symbol of this row.
        found: String,
        /// Symbol of the rows before.
        before: String,
    },
}

/// A place in a file, to make errors from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct At<'f> {
    pub(crate) file: &'f str,
    pub(crate) line: u64,
}

impl At<'_> {
    pub(crate) fn error(self, problem: RowProblem) -> DataError {
        DataError::Row { file: self.file.to_owned(), line: self.line, problem }
    }
}
