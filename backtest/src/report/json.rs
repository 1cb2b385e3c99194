//! The report for programs: `strat.report/1` and `strat.paths/1`, field by field in
//! `docs/report.md`.
//!
//! Money, prices and sizes are exact decimal text, times RFC 3339 in UTC, figures numbers or null
//! with a reason. The order of fields is fixed, so that the same run gives the same bytes.

mod rows;
mod schema;

use serde::Serialize;
use serde_json::Value;

use super::Context;
use super::distribution::{QUANTILES, distributions};
use super::summary::summarize;
use super::text::{level_name, notice_text};
use super::trades::trades;
use crate::paths::PathsRecord;
use crate::record::RunRecord;
use rows::{
    account, fill, handlers, instrument, metrics, outcome, run_info, settlement, strategy, time,
    why_not,
};
use schema::{
    Activity, DistributionRow, Equity, Listed, Noted, PathRow, PathsReport, Period, Report,
    WhyNotRow,
};

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
        why_not: record.why_not().into_iter().map(|row| why_not(row, record)).collect(),
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
            .map(|(by, reason, count)| WhyNotRow {
                by,
                reason: reason.clone(),
                count: *count,
                handler: None,
                share: None,
                last: None,
                instrument: None,
            })
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

/// Reads a report back, for tests and tools that only need values.
///
/// # Errors
/// A text that is not JSON.
pub fn parse(text: &str) -> Result<Value, serde_json::Error> {
    serde_json::from_str(text)
}
