//! Bars as CSV.
//!
//! Columns by name: a time (`timestamp`, `ts`, `time`, `datetime`, `date`, `open_time`), `open`,
//! `high`, `low`, `close`, perhaps `volume` and `symbol`. The length of a bar is the most common
//! distance between two rows; none may be closer together.

use strat_runtime::price::Price;
use strat_runtime::time::{Duration, Time};

use super::decimal::{Grid, price, volume};
use super::detect::{PRICES, TIME};
use super::error::{At, DataError, RowProblem};
use super::spec::DataSpec;
use super::table::Table;
use super::timestamp::Stamps;

/// One row.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BarRow {
    pub(crate) line: u64,
    pub(crate) stamp: Time,
    pub(crate) open: Price,
    pub(crate) high: Price,
    pub(crate) low: Price,
    pub(crate) close: Price,
    pub(crate) volume: f64,
}

/// The rows of a file.
#[derive(Debug)]
pub(crate) struct BarRows {
    pub(crate) rows: Vec<BarRow>,
    pub(crate) step: Duration,
    pub(crate) grid: Grid,
    pub(crate) has_volume: bool,
    pub(crate) symbol: Option<String>,
    pub(crate) assumed: Vec<String>,
    pub(crate) remarks: Vec<String>,
}

/// Reads the file.
pub(crate) fn read(spec: &DataSpec, text: &str) -> Result<BarRows, DataError> {
    let file = spec.path.as_str();
    let mut table = Table::with_header(file, text)?;
    let time = table.required(TIME)?;
    let mut columns = [0; 4];
    for (column, name) in columns.iter_mut().zip(PRICES) {
        *column = table.required(&[name])?;
    }
    let [open, high, low, close] = columns;
    let volumes = table.column(&["volume", "vol"]);
    let symbols = table.column(&["symbol"]);
    let used = [Some(time), Some(open), Some(high), Some(low), Some(close), volumes, symbols];
    let remarks = unused_remark(&table.unused(&used));
    let mut stamps = Stamps::new(spec.zone);
    let mut grid = Grid::COARSEST;
    let mut rows: Vec<BarRow> = Vec::new();
    while let Some(at) = table.next_row()? {
        if let Some(column) = symbols {
            table.check_symbol(at, column)?;
        }
        let row = BarRow {
            line: at.line,
            stamp: stamps.read(at, table.field(time))?,
            open: price(at, "open", table.field(open), &mut grid)?,
            high: price(at, "high", table.field(high), &mut grid)?,
            low: price(at, "low", table.field(low), &mut grid)?,
            close: price(at, "close", table.field(close), &mut grid)?,
            volume: volumes.map_or(Ok(0.0), |column| volume(at, table.field(column)))?,
        };
        if row.low > row.open.min(row.close) || row.high < row.open.max(row.close) {
            return Err(at.error(RowProblem::BarRange));
        }
        if let Some(last) = rows.last() {
            in_order(at, last.stamp, row.stamp)?;
        }
        rows.push(row);
    }
    let step = step_of(file, &rows)?;
    let assumed = stamps.assumed().into_iter().collect();
    let symbol = table.symbol();
    Ok(BarRows { rows, step, grid, has_volume: volumes.is_some(), symbol, assumed, remarks })
}

/// Bars must have rising stamps.
pub(crate) fn in_order(at: At<'_>, before: Time, stamp: Time) -> Result<(), DataError> {
    if stamp == before {
        return Err(at.error(RowProblem::Duplicate { at: stamp }));
    }
    if stamp < before {
        return Err(at.error(RowProblem::Unsorted { at: stamp, before }));
    }
    Ok(())
}

pub(crate) fn unused_remark(unused: &[&str]) -> Vec<String> {
    if unused.is_empty() {
        Vec::new()
    } else {
        vec![format!("columns that are not used: {}", unused.join(", "))]
    }
}

/// The most common distance of two neighbours, the shorter one of two equally common ones.
fn step_of(file: &str, rows: &[BarRow]) -> Result<Duration, DataError> {
    let gaps = rows.iter().zip(rows.iter().skip(1)).map(|(a, b)| (b.stamp.since(a.stamp), b.line));
    let mut lengths: Vec<Duration> = gaps.clone().filter_map(|(gap, _)| gap).collect();
    lengths.sort_unstable();
    let mut best: Option<(usize, Duration)> = None;
    for run in lengths.chunk_by(|a, b| a == b) {
        if let Some(&length) = run.first()
            && best.is_none_or(|(count, _)| run.len() > count)
        {
            best = Some((run.len(), length));
        }
    }
    let Some((_, step)) = best else {
        let problem = "the length of its bars cannot be told from fewer than two rows; add rows";
        return Err(DataError::Format { file: file.to_owned(), problem: problem.to_owned() });
    };
    for (gap, line) in gaps {
        if let Some(apart) = gap.filter(|gap| *gap < step) {
            return Err(At { file, line }.error(RowProblem::Overlap { apart, step }));
        }
    }
    Ok(step)
}
