//! Trades of one Polymarket token, one JSON object a line:
//! `{"price":"0.57","size":"5","side":"buy","timestamp":"1765450870482",
//! "local_timestamp":"1765450870614"}`. The side is the taker's and may be missing; other fields
//! are not used.

use serde::Deserialize;
use strat_runtime::price::Price;
use strat_runtime::quantity::Quantity;
use strat_runtime::side::Side;
use strat_runtime::time::Time;

use super::decimal::{Grid, probability, size};
use super::error::{DataError, RowProblem};
use super::json::{Written, lines, object};
use super::quotes_csv::not_before;
use super::spec::DataSpec;
use super::timestamp::Stamps;

/// One trade.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TradeRow {
    pub(crate) ts_event: Time,
    pub(crate) ts_recv: Time,
    pub(crate) price: Price,
    pub(crate) size: Quantity,
    pub(crate) aggressor: Option<Side>,
}

/// The rows of a file.
#[derive(Debug)]
pub(crate) struct TradeRows {
    pub(crate) rows: Vec<TradeRow>,
    pub(crate) assumed: Vec<String>,
    pub(crate) remarks: Vec<String>,
}

#[derive(Deserialize)]
struct TradeLine<'t> {
    #[serde(borrow)]
    price: Written<'t>,
    #[serde(borrow)]
    size: Written<'t>,
    #[serde(borrow)]
    side: Option<Written<'t>>,
    #[serde(borrow)]
    timestamp: Written<'t>,
    #[serde(borrow)]
    local_timestamp: Option<Written<'t>>,
}

/// Reads the file.
pub(crate) fn read(spec: &DataSpec, text: &str) -> Result<TradeRows, DataError> {
    let mut clocks = (Stamps::new(spec.zone), Stamps::new(spec.zone));
    let mut grid = Grid::COARSEST;
    let mut rows: Vec<TradeRow> = Vec::new();
    for (at, line) in lines(&spec.path, text) {
        let trade: TradeLine<'_> = object(at, line)?;
        let ts_event = clocks.0.read(at, trade.timestamp.text())?;
        let ts_recv = match trade.local_timestamp {
            Some(local) => clocks.1.read(at, local.text())?,
            None => ts_event,
        };
        if let Some(last) = rows.last() {
            not_before(at, last.ts_recv, ts_recv)?;
        }
        let price = probability(at, trade.price.text(), &mut grid)?;
        let quantity = size(at, "size", trade.size.text())?;
        if quantity.is_zero() {
            let found = trade.size.text().to_owned();
            return Err(at.error(RowProblem::NotPositive { field: "size", found }));
        }
        let aggressor = match trade.side.map(Written::text) {
            None | Some("null") => None,
            Some("buy" | "BUY") => Some(Side::Buy),
            Some("sell" | "SELL") => Some(Side::Sell),
            Some(found) => return Err(at.error(RowProblem::Side { found: found.to_owned() })),
        };
        rows.push(TradeRow { ts_event, ts_recv, price, size: quantity, aggressor });
    }
    let assumed = clocks.0.assumed().into_iter().collect();
    Ok(TradeRows { rows, assumed, remarks: Vec::new() })
}
