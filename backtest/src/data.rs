//! Recorded market data, from files to a [`Tape`].
//!
//! What it is: readers of bars, quotes, books and trades that check every row and name the line of
//! the first that is wrong. What it is not: a vendor's importer; it opens no file, it is given
//! readers. Nothing is guessed in silence: what a file does not say is in [`Loaded::assumed`].
//!
//! Where to enter: [`load`]. Formats are told by content; plain text or gzip:
//!
//! | Format | Content |
//! |---|---|
//! | bars | CSV with a header: a time, `open`, `high`, `low`, `close`, perhaps `volume`, `symbol` |
//! | quotes | CSV with a header: a time, `bid`, `ask`, perhaps `bid_size`, `ask_size`, `local_timestamp`, `symbol` |
//! | quotes | CSV without header: `yyyymmdd hhmmssmmm,bid,ask,volume` |
//! | books | a JSON object a line: `bids`, `asks` (each `[{price, size}]`), `timestamp`, perhaps `local_timestamp` |
//! | trades | a JSON object a line: `price`, `size`, `timestamp`, perhaps `side`, `local_timestamp` |
//!
//! A time is a column `timestamp`, `ts`, `time`, `datetime`, `date` or `open_time`: a date and time
//! with or without offset, or a whole number of seconds, milliseconds, microseconds or nanoseconds
//! since 1970, told apart by magnitude. Books and trades are of one Polymarket token each.
//!
//! A market's metadata stands in a JSON object of its own; every field may be missing, others are
//! refused: `symbol` (the token id), `question`, `outcome`, `expires_at` (RFC 3339), `liquidity` (in
//! dollars), `tick`, `lot`, `min_size`, `complement` (the token id of the other outcome), and
//! `resolved_at` with `payout` (0 to 1). Numbers are decimals, with or without quotes.

mod bars_csv;
mod bind;
mod book_jsonl;
mod content;
mod decimal;
mod detect;
mod error;
mod json;
mod loading;
mod merge;
mod meta;
mod quotes_csv;
mod spec;
mod table;
mod text;
mod timestamp;
mod trades_jsonl;

use std::io::Read;

use strat_runtime::instrument::InstrumentId;
use strat_runtime::manifest::Manifest;
use strat_runtime::time::Time;

use crate::tape::Tape;

pub use detect::Format;
pub use error::{DataError, RowProblem};
pub use spec::{BarStamp, DataSpec, QuoteSide};

use loading::Loading;

/// A file that the caller has opened.
pub struct Input<'a> {
    /// What was said about it; its path is its name in errors.
    pub spec: DataSpec,
    /// Its content.
    pub content: Box<dyn Read + 'a>,
    /// The content of its metadata file, if `spec.meta` names one.
    pub meta: Option<Box<dyn Read + 'a>>,
}

impl std::fmt::Debug for Input<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Input").field("spec", &self.spec).finish_non_exhaustive()
    }
}

/// Recorded data, ready to run on.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The events of all files, in the order of a run.
    pub tape: Tape,
    /// What was read from which file.
    pub files: Vec<FileSummary>,
    /// What no file said and was therefore assumed, each with the file or instrument it concerns.
    pub assumed: Vec<String>,
    /// What a reader of the report should know of the data: gaps, locked quotes, missing volume.
    pub remarks: Vec<String>,
    /// Per instrument: whether its bars carry a volume.
    pub has_volume: Vec<bool>,
}

/// One file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileSummary {
    /// Its name.
    pub file: String,
    /// Its format.
    pub format: Format,
    /// The instrument that it feeds.
    pub instrument: InstrumentId,
    /// Rows that were read.
    pub rows: u64,
    /// First and last stamp of the venue, of files with rows.
    pub span: Option<(Time, Time)>,
}

/// Reads all files and binds them to the strategy's instruments.
///
/// # Errors
/// The first thing that is wrong, with its file and line; see [`DataError`].
pub fn load(inputs: Vec<Input<'_>>, manifest: &Manifest) -> Result<Loaded, DataError> {
    if inputs.is_empty() {
        let problem = "there is no data; give at least one `--data FILE`".to_owned();
        return Err(DataError::Binding { problem });
    }
    let mut loading = Loading::new(manifest);
    for input in inputs {
        loading.read(input)?;
    }
    loading.finish()
}
