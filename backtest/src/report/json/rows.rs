//! From records to the rows of a report.

use strat_runtime::fixed;
use strat_runtime::instrument::InstrumentId;
use strat_runtime::manifest::{HandlerId, Manifest};
use strat_runtime::session::Settlement;
use strat_runtime::time::Time;

use super::schema::{
    AccountInfo, FigureRow, FillRow, HandlerRow, InstrumentRow, Metrics, ModelRow, OutcomeInfo,
    Param, RunInfo, SettlementRow, StrategyInfo, WhyNotRow,
};
use crate::record::{FeedsSeen, InstrumentRecord, Outcome, RunRecord, WhyNot};
use crate::report::metrics::Figure;
use crate::report::summary::Summary;
use crate::report::trades::{TradeRow, liquidity_name};
use crate::report::{Context, assumptions};

pub(super) fn strategy(manifest: &Manifest) -> StrategyInfo<'_> {
    StrategyInfo {
        name: &manifest.name,
        title: &manifest.title,
        version: manifest.version,
        behaviour_hash: format!("{:016x}", manifest.behaviour_hash),
        venue: manifest.venue.name(),
        venue_version: manifest.venue.capabilities().version,
        params: manifest.params.iter().map(|(name, value)| Param { name, value }).collect(),
    }
}

pub(super) fn run_info<'a>(
    context: &'a Context,
    manifest: &Manifest,
    feeds: &FeedsSeen,
) -> RunInfo<'a> {
    RunInfo {
        data: &context.data,
        seed: context.seed,
        backend: context.backend,
        models: assumptions(&context.models, manifest, feeds)
            .into_iter()
            .map(|(name, text)| ModelRow { name, text })
            .collect(),
        assumed: &context.assumed,
    }
}

pub(super) fn outcome(outcome: &Outcome) -> OutcomeInfo {
    match outcome {
        Outcome::Fired => OutcomeInfo { fired: true, reason: None },
        Outcome::NothingFired(why) => OutcomeInfo { fired: false, reason: Some(why.to_string()) },
    }
}

pub(super) fn account(record: &RunRecord) -> AccountInfo {
    AccountInfo {
        cash_start: record.cash_start.to_string(),
        cash_end: record.cash_end.to_string(),
        positions_end: record
            .equity_end
            .checked_sub(record.cash_end)
            .unwrap_or_default()
            .to_string(),
        equity_end: record.equity_end.to_string(),
        pnl: record.pnl().to_string(),
        realized: record.realized.to_string(),
        unrealized: record.unrealized.to_string(),
        fees: record.fees.to_string(),
        turnover: wide(record.turnover),
    }
}

pub(super) fn metrics(summary: &Summary) -> Metrics {
    Metrics {
        total_return: figure(summary.total_return),
        max_drawdown: summary.drawdown.ratio,
        max_drawdown_money: summary.drawdown.money.to_string(),
        max_drawdown_from: time(summary.drawdown.peak_at),
        max_drawdown_to: time(summary.drawdown.trough_at),
        sharpe: figure(summary.sharpe),
        sortino: figure(summary.sortino),
        calmar: figure(summary.calmar),
        returns: summary.samples,
        return_step_seconds: summary.step.nanos() / 1_000_000_000,
        round_trips: summary.trips.closed,
        round_trips_won: summary.trips.won,
        round_trips_lost: summary.trips.lost,
        win_rate: figure(summary.trips.win_rate()),
        profit_factor: figure(summary.trips.profit_factor()),
        time_in_market: summary.exposure.time,
        leverage_mean: summary.exposure.leverage,
        leverage_max: summary.exposure.leverage_max,
        turnover_ratio: figure(summary.turnover_ratio),
        fees: summary.fees.to_string(),
    }
}

pub(super) fn figure(figure: Figure) -> FigureRow {
    match figure {
        Figure::Value(value) => FigureRow { value: Some(value), reason: None },
        Figure::Absent(reason) => FigureRow { value: None, reason: Some(reason) },
    }
}

pub(super) fn instrument(row: &InstrumentRecord) -> InstrumentRow<'_> {
    InstrumentRow {
        symbol: &row.instrument.symbol,
        name: &row.instrument.name,
        outcome: &row.instrument.outcome,
        position: row.position.to_string(),
        cost: row.cost.to_string(),
        mark: row.mark.map(|mark| mark.to_string()),
        realized: row.realized.to_string(),
        unrealized: row.unrealized.to_string(),
        fees: row.fees.to_string(),
        fills: row.fills,
        turnover: wide(row.turnover),
    }
}

pub(super) fn handlers<'a>(manifest: &'a Manifest, fired: &[u64]) -> Vec<HandlerRow<'a>> {
    manifest
        .handlers
        .iter()
        .zip(fired)
        .map(|(handler, fired)| HandlerRow {
            name: &handler.name,
            line: handler.line,
            fired: *fired,
        })
        .collect()
}

pub(super) fn fill<'a>(row: &TradeRow<'a>) -> FillRow<'a> {
    FillRow {
        time: time(row.time),
        ts_event: time(row.ts_event),
        symbol: row.symbol,
        side: row.side.as_str(),
        price: row.price.to_string(),
        size: row.size.to_string(),
        fee: row.fee.to_string(),
        liquidity: liquidity_name(row.liquidity),
        cash_flow: row.cash_flow.to_string(),
        realized: row.realized.to_string(),
        position: row.position.to_string(),
        order: row.order.clone(),
        slot: row.slot,
        handler: row.handler,
        because: row.because,
    }
}

pub(super) fn settlement<'a>(settlement: &Settlement, record: &'a RunRecord) -> SettlementRow<'a> {
    SettlementRow {
        time: time(settlement.ts),
        symbol: record
            .instruments
            .get(settlement.instrument.index())
            .map_or("", |row| row.instrument.symbol.as_str()),
        size: settlement.size.to_string(),
        payout: settlement.payout.to_string(),
        cash_flow: settlement.booked.cash.to_string(),
        realized: settlement.booked.realized.to_string(),
    }
}

/// Handlers are named by their lines, as `strat explain --handler` takes them.
pub(super) fn why_not(why: WhyNot, record: &RunRecord) -> WhyNotRow {
    let stopped = why.stopped;
    let line = |id: HandlerId| record.manifest.handlers.get(usize::from(id.0)).map(|h| h.line);
    let symbol = |id: InstrumentId| {
        record.instruments.get(id.index()).map(|row| row.instrument.symbol.clone())
    };
    WhyNotRow {
        by: why.source.name(),
        reason: why.text,
        count: why.count,
        handler: stopped.and_then(|stopped| line(stopped.handler)),
        share: stopped.map(|stopped| stopped.share),
        last: stopped.map(|stopped| time(stopped.last.last)),
        instrument: stopped.and_then(|stopped| stopped.last.instrument).and_then(symbol),
    }
}

pub(super) fn time(time: Time) -> String {
    time.to_string()
}

/// A wide amount in units of 1e-9 as exact decimal text.
pub(super) fn wide(raw: i128) -> String {
    let scale = i128::from(fixed::SCALE);
    let sign = if raw < 0 { "-" } else { "" };
    let (whole, part) = ((raw / scale).unsigned_abs(), (raw % scale).unsigned_abs());
    let text = format!("{sign}{whole}.{part:09}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
