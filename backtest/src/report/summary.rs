//! The figures of one run.

use strat_runtime::money::Money;
use strat_runtime::time::Duration;

use super::metrics::{
    Drawdown, Exposure, Figure, Returns, RoundTrips, calmar, sharpe, sortino, total_return,
    turnover_ratio,
};
use crate::record::RunRecord;

/// The figures of one run.
#[derive(Debug, Clone, PartialEq)]
pub struct Summary {
    /// Equity at the end less cash at the start.
    pub pnl: Money,
    /// Profit and loss of closed positions, before fees.
    pub realized: Money,
    /// Profit and loss of open positions at their last marks, before fees.
    pub unrealized: Money,
    /// Fees charged.
    pub fees: Money,
    /// Equity at the end.
    pub equity: Money,
    /// What was made of the cash at the start, as a share of it.
    pub total_return: Figure,
    /// Largest fall of equity from its peak.
    pub drawdown: Drawdown,
    /// Sharpe ratio per year.
    pub sharpe: Figure,
    /// Sortino ratio per year.
    pub sortino: Figure,
    /// Calmar ratio per year.
    pub calmar: Figure,
    /// Closed round trips.
    pub trips: RoundTrips,
    /// Time and size of positions.
    pub exposure: Exposure,
    /// Price times size of all fills, in units of 1e-9.
    pub turnover: i128,
    /// The same over the cash at the start.
    pub turnover_ratio: Figure,
    /// Step of the grid on which returns were taken.
    pub step: Duration,
    /// Number of returns.
    pub samples: usize,
    /// Market events after the warm-up.
    pub events: u64,
    /// Orders sent.
    pub orders: u64,
    /// Executions.
    pub fills: u64,
}

/// Works the figures of a run out.
pub fn summarize(record: &RunRecord) -> Summary {
    let returns = Returns::of(record.curve.points(), record.curve.step());
    let total = total_return(record.cash_start, record.equity_end);
    let days = record
        .data_to
        .since(record.trading_from)
        .map_or(0.0, |span| span.as_secs_real() / 86_400.0);
    Summary {
        pnl: record.pnl(),
        realized: record.realized,
        unrealized: record.unrealized,
        fees: record.fees,
        equity: record.equity_end,
        total_return: total,
        drawdown: record.drawdown,
        sharpe: sharpe(&returns),
        sortino: sortino(&returns),
        calmar: calmar(total, days, &record.drawdown),
        trips: record.trips,
        exposure: record.exposure,
        turnover: record.turnover,
        turnover_ratio: turnover_ratio(record.turnover, record.cash_start),
        step: record.curve.step(),
        samples: returns.values().len(),
        events: record.events,
        orders: record.orders,
        fills: record.fills,
    }
}
