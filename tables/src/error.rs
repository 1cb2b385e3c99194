//! Everything that can go wrong with a table, said so that the reader can mend it.

use std::io;
use std::path::PathBuf;

/// Why a table was not written or read.
///
/// The message says everything; no error has a `source` that would repeat a part of it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The table has no columns, so there is nothing a file could hold.
    #[error("table `{table}` has no columns; give it at least one")]
    NoColumns {
        /// The table's name.
        table: String,
    },
    /// A column's name is empty.
    #[error("column {position} of table `{table}` has no name; give it one")]
    UnnamedColumn {
        /// The table's name.
        table: String,
        /// The column's place, counted from 1.
        position: usize,
    },
    /// Two columns have the same name.
    #[error("table `{table}` has two columns named `{column}`; rename one of them")]
    RepeatedColumn {
        /// The table's name.
        table: String,
        /// The name that occurs twice.
        column: String,
    },
    /// Two columns differ in length.
    #[error(
        "column `{column}` of table `{table}` has {rows} rows, but its first column `{first}` has \
         {expected}; fill the gaps with missing values"
    )]
    UnevenColumns {
        /// The table's name.
        table: String,
        /// The column that does not fit.
        column: String,
        /// The rows of that column.
        rows: usize,
        /// The first column, which sets the length.
        first: String,
        /// The rows of the first column.
        expected: usize,
    },
    /// A text cell is too long for a Parquet page.
    #[error(
        "row {row} of column `{column}` holds {bytes} bytes of text; a Parquet cell takes at most \
         {limit}, so shorten it or write CSV"
    )]
    LongText {
        /// The column.
        column: String,
        /// The row, counted from 1.
        row: usize,
        /// The length of the text in bytes.
        bytes: usize,
        /// The longest text that is taken, in bytes.
        limit: usize,
    },
    /// The extension of a path names no format that can be written or read.
    #[error("the extension does not say the format; {help}")]
    UnknownFormat {
        /// Which extensions would do.
        help: &'static str,
    },
    /// The bytes are not a sound Parquet file.
    #[error("not a sound Parquet file ({reason}); write it again or fetch it again")]
    Corrupt {
        /// What does not hold.
        reason: String,
    },
    /// A column of a Parquet file is of a kind that a table does not have.
    #[error("column `{column}` holds {found}, which a table cannot hold; {help}")]
    UnsupportedColumn {
        /// The column.
        column: String,
        /// What it holds.
        found: String,
        /// What to do about it.
        help: &'static str,
    },
    /// A column of a Parquet file is compressed in a way that is not built in.
    #[error(
        "column `{column}` is compressed with {codec}, which is not built in; write the file again \
         with Snappy or without compression"
    )]
    UnsupportedCompression {
        /// The column.
        column: String,
        /// The compression.
        codec: String,
    },
    /// A cell of a Parquet file does not fit its kind.
    #[error("row {row} of column `{column}` is beyond the range of {kind}; {help}")]
    OutOfRange {
        /// The column.
        column: String,
        /// The row, counted from 1.
        row: usize,
        /// The kind the column was read as.
        kind: crate::Kind,
        /// The range, and what to do about it.
        help: &'static str,
    },
    /// A Parquet file is larger than a table may be.
    #[error("the file has {rows} rows, more than the {limit} a table may have; split it")]
    TooManyRows {
        /// The rows the file claims.
        rows: u64,
        /// The limit.
        limit: u64,
    },
    /// The texts of a Parquet file are longer than those of a table may be.
    #[error("the texts of the file take more than {limit} bytes; split it")]
    TooMuchText {
        /// The limit in bytes.
        limit: usize,
    },
    /// polars could not write the table.
    #[error("the table could not be encoded as Parquet ({reason}); write CSV instead")]
    Encode {
        /// What polars said.
        reason: String,
    },
    /// The file or the stream could not be read or written.
    #[error("{doing}: {error}; check that the place exists, has room and may be used")]
    Io {
        /// What was being done.
        doing: &'static str,
        /// What the system said.
        error: io::Error,
    },
    /// Any of the above, with the file it happened to.
    #[error("`{}`: {error}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What went wrong.
        error: Box<Error>,
    },
}

impl Error {
    /// This error, said of a file.
    pub(crate) fn of(self, path: &std::path::Path) -> Self {
        Self::File { path: path.to_path_buf(), error: Box::new(self) }
    }

    /// An input or output error that happened while `doing` something.
    pub(crate) fn io(doing: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |error| Self::Io { doing, error }
    }
}
