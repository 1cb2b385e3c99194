//! Whole books of one Polymarket token, one JSON object a line:
//! `{"bids":[{"price":"0.4","size":"10"}],"asks":[...],"timestamp":"1765450851133",
//! "local_timestamp":"1765450851141"}`. Levels come in any order; `timestamp` is the exchange's,
//! `local_timestamp` (if any) the recorder's, and other fields are not used.
//!
//! The tick is a cent until a book shows a finer price; from there on it is the finer one.

use serde::Deserialize;
use strat_runtime::book::Level;
use strat_runtime::price::Price;
use strat_runtime::time::Time;

use super::decimal::{Grid, probability, size};
use super::error::{At, DataError};
use super::json::{Written, lines, object};
use super::quotes_csv::{is_locked, not_before};
use super::spec::DataSpec;
use super::timestamp::Stamps;

/// A cent: where the tick of a token starts.
pub(crate) const CENT: Price = Price::from_raw(10_000_000);

/// One book; its levels are in [`BookRows::levels`], bids first.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BookRow {
    pub(crate) ts_event: Time,
    pub(crate) ts_recv: Time,
    pub(crate) first: usize,
    pub(crate) bids: usize,
    pub(crate) asks: usize,
    /// The tick from here on, where it changed.
    pub(crate) tick: Option<Price>,
}

/// The rows of a file.
#[derive(Debug)]
pub(crate) struct BookRows {
    pub(crate) rows: Vec<BookRow>,
    pub(crate) levels: Vec<Level>,
    pub(crate) assumed: Vec<String>,
    pub(crate) remarks: Vec<String>,
}

impl BookRows {
    /// Bids and asks of a row.
    pub(crate) fn sides(&self, row: &BookRow) -> (&[Level], &[Level]) {
        let middle = row.first + row.bids;
        let slice = |from, to| self.levels.get(from..to).unwrap_or_default();
        (slice(row.first, middle), slice(middle, middle + row.asks))
    }
}

#[derive(Deserialize)]
struct BookLine<'t> {
    #[serde(borrow)]
    bids: Vec<LevelObject<'t>>,
    #[serde(borrow)]
    asks: Vec<LevelObject<'t>>,
    #[serde(borrow)]
    timestamp: Written<'t>,
    #[serde(borrow)]
    local_timestamp: Option<Written<'t>>,
}

#[derive(Deserialize)]
struct LevelObject<'t> {
    #[serde(borrow)]
    price: Written<'t>,
    #[serde(borrow)]
    size: Written<'t>,
}

/// Reads the file; `tick` is the tick at its start.
pub(crate) fn read(spec: &DataSpec, text: &str, tick: Price) -> Result<BookRows, DataError> {
    let mut clocks = (Stamps::new(spec.zone), Stamps::new(spec.zone));
    let mut books =
        BookRows { rows: Vec::new(), levels: Vec::new(), assumed: Vec::new(), remarks: Vec::new() };
    let mut tick = tick;
    let mut locked = 0_u64;
    for (at, line) in lines(&spec.path, text) {
        let book: BookLine<'_> = object(at, line)?;
        let ts_event = clocks.0.read(at, book.timestamp.text())?;
        let ts_recv = match book.local_timestamp {
            Some(local) => clocks.1.read(at, local.text())?,
            None => ts_event,
        };
        if let Some(last) = books.rows.last() {
            not_before(at, last.ts_recv, ts_recv)?;
        }
        let mut grid = Grid::COARSEST;
        let first = books.levels.len();
        let best_bid = push_side(at, &book.bids, &mut grid, &mut books.levels)?.1;
        let best_ask = push_side(at, &book.asks, &mut grid, &mut books.levels)?.0;
        if let (Some(bid), Some(ask)) = (best_bid, best_ask) {
            locked += u64::from(is_locked(at, bid, ask)?);
        }
        let shown = books.levels.iter().skip(first);
        let off_grid = shown.into_iter().any(|level| !level.price.is_multiple_of(tick));
        let finer = off_grid.then(|| grid.step());
        tick = finer.unwrap_or(tick);
        let (bids, asks) = (book.bids.len(), book.asks.len());
        books.rows.push(BookRow { ts_event, ts_recv, first, bids, asks, tick: finer });
    }
    if locked > 0 {
        books.remarks.push(format!("{locked} books have a bid equal to their ask"));
    }
    books.assumed.extend(clocks.0.assumed());
    Ok(books)
}

/// Adds the levels of a side; their lowest and highest price with a size.
fn push_side(
    at: At<'_>,
    side: &[LevelObject<'_>],
    grid: &mut Grid,
    levels: &mut Vec<Level>,
) -> Result<(Option<Price>, Option<Price>), DataError> {
    let mut ends: (Option<Price>, Option<Price>) = (None, None);
    for level in side {
        let price = probability(at, level.price.text(), grid)?;
        let size = size(at, "size", level.size.text())?;
        levels.push(Level::new(price, size));
        if size.is_positive() {
            ends.0 = Some(ends.0.map_or(price, |low| low.min(price)));
            ends.1 = Some(ends.1.map_or(price, |high| high.max(price)));
        }
    }
    Ok(ends)
}
