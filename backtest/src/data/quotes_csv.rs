//! Quotes of the touch as CSV.
//!
//! With a header: a time, `bid` and `ask` (also `bid_price`, `ask_price`), perhaps sizes
//! (`bid_size`, `bid_sz`, `bid_amount`, `bid_qty`, the same for asks), `local_timestamp` for when
//! the recorder received it, and `symbol`. Without: `yyyymmdd hhmmssmmm,bid,ask,volume`, whose
//! volume is not used. Equal stamps are legal, a bid above its ask is not.

use strat_runtime::book::Level;
use strat_runtime::price::Price;
use strat_runtime::quantity::Quantity;
use strat_runtime::time::Time;

use super::bars_csv::unused_remark;
use super::decimal::{Grid, price, size};
use super::detect::{ASK, BID, TIME};
use super::error::{At, DataError, RowProblem};
use super::spec::DataSpec;
use super::table::Table;
use super::timestamp::Stamps;

/// Size at the touch where the file has none.
pub(crate) const TOUCH_UNITS: i64 = 1_000_000;

/// One row.
#[derive(Debug, Clone, Copy)]
pub(crate) struct QuoteRow {
    pub(crate) ts_event: Time,
    pub(crate) ts_recv: Time,
    pub(crate) bid: Level,
    pub(crate) ask: Level,
}

/// The rows of a file.
#[derive(Debug)]
pub(crate) struct QuoteRows {
    pub(crate) rows: Vec<QuoteRow>,
    pub(crate) grid: Grid,
    pub(crate) symbol: Option<String>,
    pub(crate) assumed: Vec<String>,
    pub(crate) remarks: Vec<String>,
}

/// Places of the columns.
#[derive(Debug, Clone, Copy)]
struct Columns {
    time: usize,
    local: Option<usize>,
    bid: usize,
    ask: usize,
    sizes: Option<(usize, usize)>,
    symbol: Option<usize>,
}

/// Reads a file with a header.
pub(crate) fn read(spec: &DataSpec, text: &str) -> Result<QuoteRows, DataError> {
    let table = Table::with_header(&spec.path, text)?;
    let bid_sizes = ["bid_size", "bid_sz", "bid_amount", "bid_qty"];
    let ask_sizes = ["ask_size", "ask_sz", "ask_amount", "ask_qty"];
    let columns = Columns {
        time: table.required(TIME)?,
        local: table.column(&["local_timestamp"]),
        bid: table.required(BID)?,
        ask: table.required(ASK)?,
        sizes: table.column(&bid_sizes).zip(table.column(&ask_sizes)),
        symbol: table.column(&["symbol"]),
    };
    let used = [
        Some(columns.time),
        columns.local,
        Some(columns.bid),
        Some(columns.ask),
        columns.sizes.map(|s| s.0),
        columns.sizes.map(|s| s.1),
        columns.symbol,
    ];
    let remarks = unused_remark(&table.unused(&used));
    // The form of tick generators, whose clock begins at zero.
    let relative = table.header_is(&["ts", "bid", "ask", "bid_sz", "ask_sz"]);
    let stamps = Stamps::new(spec.zone);
    let stamps = if relative { stamps.nanos_if_small() } else { stamps };
    read_rows(table, columns, stamps, remarks)
}

/// Reads a file without header.
pub(crate) fn read_compact(spec: &DataSpec, text: &str) -> Result<QuoteRows, DataError> {
    let columns = Columns { time: 0, local: None, bid: 1, ask: 2, sizes: None, symbol: None };
    let table = Table::without_header(&spec.path, text, 4);
    read_rows(table, columns, Stamps::new(spec.zone), Vec::new())
}

fn read_rows(
    mut table: Table<'_>,
    columns: Columns,
    mut stamps: Stamps,
    mut remarks: Vec<String>,
) -> Result<QuoteRows, DataError> {
    let mut local_stamps = stamps.clone();
    let mut grid = Grid::COARSEST;
    let mut rows: Vec<QuoteRow> = Vec::new();
    let mut locked = 0_u64;
    while let Some(at) = table.next_row()? {
        if let Some(column) = columns.symbol {
            table.check_symbol(at, column)?;
        }
        let ts_event = stamps.read(at, table.field(columns.time))?;
        let ts_recv = match columns.local {
            Some(column) => local_stamps.read(at, table.field(column))?,
            None => ts_event,
        };
        let bid = price(at, "bid", table.field(columns.bid), &mut grid)?;
        let ask = price(at, "ask", table.field(columns.ask), &mut grid)?;
        let assumed = Quantity::from_int(TOUCH_UNITS).unwrap_or(Quantity::ONE);
        let (bid_size, ask_size) = match columns.sizes {
            Some((b, a)) => {
                (size(at, "bid size", table.field(b))?, size(at, "ask size", table.field(a))?)
            }
            None => (assumed, assumed),
        };
        locked += u64::from(is_locked(at, bid, ask)?);
        if let Some(last) = rows.last() {
            not_before(at, last.ts_recv, ts_recv)?;
        }
        let (bid, ask) = (Level::new(bid, bid_size), Level::new(ask, ask_size));
        rows.push(QuoteRow { ts_event, ts_recv, bid, ask });
    }
    if locked > 0 {
        remarks.push(format!("{locked} quotes have a bid equal to their ask"));
    }
    let mut assumed: Vec<String> = stamps.assumed().into_iter().collect();
    if columns.sizes.is_none() {
        assumed.push(format!("the touch holds {TOUCH_UNITS} units a side"));
    }
    Ok(QuoteRows { rows, grid, symbol: table.symbol(), assumed, remarks })
}

/// Refuses a bid above the ask; whether they are equal.
pub(crate) fn is_locked(at: At<'_>, bid: Price, ask: Price) -> Result<bool, DataError> {
    if bid > ask {
        return Err(at.error(RowProblem::Crossed { bid, ask }));
    }
    Ok(bid == ask)
}

/// Ticks may share a stamp but not go back.
pub(crate) fn not_before(at: At<'_>, before: Time, stamp: Time) -> Result<(), DataError> {
    if stamp < before {
        return Err(at.error(RowProblem::Unsorted { at: stamp, before }));
    }
    Ok(())
}
