//! The report for programs: `strat.report/1` and `strat.paths/1`, field by field in
//! `docs/report.md`.
//!
//! Money, prices and sizes are exact decimal text, times RFC 3339 in UTC, figures numbers or null
//! with a reason. The order of fields is fixed, so that the same run gives the same bytes.

use serde::Serialize;
use serde_json::Value;
use strat_runtime::fixed;
use strat_runtime::manifest::Manifest;
use strat_runtime::session::Settlement;
use strat_runtime::time::Time;

use super::distribution::{QUANTILES, distributions};
use super::metrics::Figure;
use super::summary::{Summary, summarize};
use super::text::{level_name, notice_text};
use super::trades::{TradeRow, liquidity_name, trades};
use super::{Context, assumptions};
use crate::paths::PathsRecord;
use crate::record::{FeedsSeen, InstrumentRecord, Outcome, RunRecord};

/// The schema of reports on one run.
pub const SCHEMA: &str = "strat.report/1";

/// The schema of reports on many paths.
pub const PATHS_SCHEMA: &str = "strat.paths/1";

/// The report on one run, as JSON with a line end.
///
/// # Errors
/// None that this data can cause; serialising is fallible by its signature.
pub fn single(record: &RunRecord, context: &Context) -> Result<String, serde_json::Error> {
    let summary = summarize(record);
    let report = Report {
        schema: SCHEMA,
        strategy: strategy(&record.manifest),
        run: run_info(context, &record.manifest, &record.feeds()),
        outcome: outcome(&record.outcome),
        period: Period {
            data_from: time(record.data_from),
            trading_from: time(record.trading_from),
            first_fired: record.first_fired.map(time),
            data_to: time(record.data_to),
        },
        account: account(record),
        metrics: metrics(&summary),
        activity: Activity {
            warmup_events: record.warmup_events,
            events: record.events,
            orders: record.orders,
            cancels: record.cancels,
            rejects: record.rejects.values().sum(),
            fills: record.fills,
            maker_fills: record.maker_fills,
            faults: record.counters.faults,
            late_data: record.counters.late,
            partial_bars: record.counters.partial_bars,
        },
        instruments: record.instruments.iter().map(instrument).collect(),
        handlers: handlers(&record.manifest, &record.counters.fired),
        why_not: record
            .why_not()
            .into_iter()
            .map(|row| WhyNotRow { by: row.source.name(), reason: row.text, count: row.count })
            .collect(),
        risk_events: Listed {
            count: record.risk_count,
            first: record
                .risk
                .iter()
                .map(|n| Noted { time: time(n.ts), kind: "risk", text: notice_text(n, record) })
                .collect(),
        },
        messages: Listed {
            count: record.message_counts.iter().sum(),
            first: record
                .messages
                .iter()
                .map(|(at, message)| Noted {
                    time: time(*at),
                    kind: level_name(message.level),
                    text: message.text.clone(),
                })
                .collect(),
        },
        equity: Equity {
            from: record.curve.first().map(time),
            step_seconds: record.curve.step().nanos() / 1_000_000_000,
            values: record.curve.points().iter().map(ToString::to_string).collect(),
        },
        fills: trades(record).map(|row| fill(&row)).collect(),
        settlements: record.settlements.iter().map(|s| settlement(s, record)).collect(),
    };
    write(&report)
}

/// The report on many paths, as JSON with a line end.
///
/// # Errors
/// As [`single`].
pub fn paths(record: &PathsRecord, context: &Context) -> Result<String, serde_json::Error> {
    let all = distributions(record);
    let report = PathsReport {
        schema: PATHS_SCHEMA,
        strategy: strategy(&record.manifest),
        run: run_info(context, &record.manifest, &record.feeds),
        data_from: time(record.data_from),
        data_to: time(record.data_to),
        events: record.events,
        cash_start: record.cash_start.to_string(),
        loss_probability: all.loss_probability,
        ruin_probability: all.ruin_probability,
        nothing_fired: all.nothing_fired,
        quantiles: QUANTILES,
        distributions: all
            .rows
            .iter()
            .map(|row| DistributionRow {
                name: row.name,
                unit: row.unit.name(),
                paths: row.paths,
                mean: (row.paths > 0).then_some(row.mean),
                quantiles: (row.paths > 0).then_some(row.quantiles),
            })
            .collect(),
        handlers: handlers(&record.manifest, &record.fired),
        why_not: record
            .why_not
            .iter()
            .map(|(by, reason, count)| WhyNotRow { by, reason: reason.clone(), count: *count })
            .collect(),
        risk_events: record.risk_count,
        paths: record
            .paths
            .iter()
            .map(|path| PathRow {
                path: path.path,
                outcome: outcome(&path.outcome),
                equity: path.summary.equity.to_string(),
                pnl: path.summary.pnl.to_string(),
                metrics: metrics(&path.summary),
                orders: path.summary.orders,
                fills: path.summary.fills,
            })
            .collect(),
    };
    write(&report)
}

fn write<T: Serialize>(report: &T) -> Result<String, serde_json::Error> {
    serde_json::to_string_pretty(report).map(|mut text| {
        text.push('\n');
        text
    })
}

#[derive(Serialize)]
struct Report<'a> {
    schema: &'static str,
    strategy: StrategyInfo<'a>,
    run: RunInfo<'a>,
    outcome: OutcomeInfo,
    period: Period,
    account: AccountInfo,
    metrics: Metrics,
    activity: Activity,
    instruments: Vec<InstrumentRow<'a>>,
    handlers: Vec<HandlerRow<'a>>,
    why_not: Vec<WhyNotRow>,
    risk_events: Listed,
    messages: Listed,
    equity: Equity,
    fills: Vec<FillRow<'a>>,
    settlements: Vec<SettlementRow<'a>>,
}

#[derive(Serialize)]
struct PathsReport<'a> {
    schema: &'static str,
    strategy: StrategyInfo<'a>,
    run: RunInfo<'a>,
    data_from: String,
    data_to: String,
    events: u64,
    cash_start: String,
    loss_probability: f64,
    ruin_probability: f64,
    nothing_fired: usize,
    quantiles: [f64; 5],
    distributions: Vec<DistributionRow>,
    handlers: Vec<HandlerRow<'a>>,
    why_not: Vec<WhyNotRow>,
    risk_events: u64,
    paths: Vec<PathRow>,
}

#[derive(Serialize)]
struct StrategyInfo<'a> {
    name: &'a str,
    title: &'a str,
    version: u32,
    behaviour_hash: String,
    venue: &'static str,
    venue_version: &'static str,
    params: Vec<Param<'a>>,
}

#[derive(Serialize)]
struct Param<'a> {
    name: &'a str,
    value: &'a str,
}

#[derive(Serialize)]
struct RunInfo<'a> {
    data: &'a [String],
    seed: Option<u64>,
    backend: &'static str,
    models: Vec<ModelRow>,
    assumed: &'a [String],
}

#[derive(Serialize)]
struct ModelRow {
    name: &'static str,
    text: String,
}

#[derive(Serialize)]
struct OutcomeInfo {
    fired: bool,
    reason: Option<String>,
}

#[derive(Serialize)]
struct Period {
    data_from: String,
    trading_from: String,
    first_fired: Option<String>,
    data_to: String,
}

#[derive(Serialize)]
struct AccountInfo {
    cash_start: String,
    cash_end: String,
    positions_end: String,
    equity_end: String,
    pnl: String,
    realized: String,
    unrealized: String,
    fees: String,
    turnover: String,
}

#[derive(Serialize)]
struct Metrics {
    total_return: FigureRow,
    max_drawdown: f64,
    max_drawdown_money: String,
    max_drawdown_from: String,
    max_drawdown_to: String,
    sharpe: FigureRow,
    sortino: FigureRow,
    calmar: FigureRow,
    returns: usize,
    return_step_seconds: i64,
    round_trips: u64,
    round_trips_won: u64,
    round_trips_lost: u64,
    win_rate: FigureRow,
    profit_factor: FigureRow,
    time_in_market: f64,
    leverage_mean: f64,
    leverage_max: f64,
    turnover_ratio: FigureRow,
    fees: String,
}

#[derive(Serialize)]
struct FigureRow {
    value: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
}

#[derive(Serialize)]
struct Activity {
    warmup_events: u64,
    events: u64,
    orders: u64,
    cancels: u64,
    rejects: u64,
    fills: u64,
    maker_fills: u64,
    faults: u64,
    late_data: u64,
    partial_bars: u64,
}

#[derive(Serialize)]
struct InstrumentRow<'a> {
    symbol: &'a str,
    name: &'a str,
    outcome: &'a str,
    position: String,
    cost: String,
    mark: Option<String>,
    realized: String,
    unrealized: String,
    fees: String,
    fills: u64,
    turnover: String,
}

#[derive(Serialize)]
struct HandlerRow<'a> {
    name: &'a str,
    line: u32,
    fired: u64,
}

#[derive(Serialize)]
struct WhyNotRow {
    by: &'static str,
    reason: String,
    count: u64,
}

#[derive(Serialize)]
struct Listed {
    count: u64,
    first: Vec<Noted>,
}

#[derive(Serialize)]
struct Noted {
    time: String,
    kind: &'static str,
    text: String,
}

#[derive(Serialize)]
struct Equity {
    from: Option<String>,
    step_seconds: i64,
    values: Vec<String>,
}

#[derive(Serialize)]
struct FillRow<'a> {
    time: String,
    ts_event: String,
    symbol: &'a str,
    side: &'static str,
    price: String,
    size: String,
    fee: String,
    liquidity: &'static str,
    cash_flow: String,
    realized: String,
    position: String,
    order: String,
    slot: &'a str,
    handler: &'a str,
    because: &'a str,
}

#[derive(Serialize)]
struct SettlementRow<'a> {
    time: String,
    symbol: &'a str,
    size: String,
    payout: String,
    cash_flow: String,
    realized: String,
}

#[derive(Serialize)]
struct DistributionRow {
    name: &'static str,
    unit: &'static str,
    paths: usize,
    mean: Option<f64>,
    quantiles: Option<[f64; 5]>,
}

#[derive(Serialize)]
struct PathRow {
    path: u64,
    outcome: OutcomeInfo,
    equity: String,
    pnl: String,
    metrics: Metrics,
    orders: u64,
    fills: u64,
}

fn strategy(manifest: &Manifest) -> StrategyInfo<'_> {
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

fn run_info<'a>(context: &'a Context, manifest: &Manifest, feeds: &FeedsSeen) -> RunInfo<'a> {
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

fn outcome(outcome: &Outcome) -> OutcomeInfo {
    match outcome {
        Outcome::Fired => OutcomeInfo { fired: true, reason: None },
        Outcome::NothingFired(why) => OutcomeInfo { fired: false, reason: Some(why.to_string()) },
    }
}

fn account(record: &RunRecord) -> AccountInfo {
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

fn metrics(summary: &Summary) -> Metrics {
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

fn figure(figure: Figure) -> FigureRow {
    match figure {
        Figure::Value(value) => FigureRow { value: Some(value), reason: None },
        Figure::Absent(reason) => FigureRow { value: None, reason: Some(reason) },
    }
}

fn instrument(row: &InstrumentRecord) -> InstrumentRow<'_> {
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

fn handlers<'a>(manifest: &'a Manifest, fired: &[u64]) -> Vec<HandlerRow<'a>> {
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

fn fill<'a>(row: &TradeRow<'a>) -> FillRow<'a> {
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

fn settlement<'a>(settlement: &Settlement, record: &'a RunRecord) -> SettlementRow<'a> {
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

fn time(time: Time) -> String {
    time.to_string()
}

/// A wide amount in units of 1e-9 as exact decimal text.
fn wide(raw: i128) -> String {
    let scale = i128::from(fixed::SCALE);
    let sign = if raw < 0 { "-" } else { "" };
    let (whole, part) = ((raw / scale).unsigned_abs(), (raw % scale).unsigned_abs());
    let text = format!("{sign}{whole}.{part:09}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Reads a report back, for tests and tools that only need values.
///
/// # Errors
/// A text that is not JSON.
pub fn parse(text: &str) -> Result<Value, serde_json::Error> {
    serde_json::from_str(text)
}
