//! What `simulate` and `backtest` read from their common options, and what they do with a result.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use strat_backtest::record::{Outcome as Ran, RunRecord};
use strat_backtest::report::trades::{TradeRow, liquidity_name};
use strat_backtest::report::{self, Context};
use strat_backtest::run::RunConfig;
use strat_backtest::trace::Trace;
use strat_backtest::venue::{Fees, Fills, Models};
use strat_compiler::interp::Interp;
use strat_compiler::ir::Ir;
use strat_compiler::params::ParamValues;
use strat_dsl::Source;
use strat_runtime::money::Money;
use strat_runtime::time::Duration;
use strat_tables::{Column, Table, Values};

use crate::args::{Format, RunArgs};
use crate::outcome::{Outcome, Wanting};
use crate::{output, strategy};

/// Everything that is known before the first market event.
pub(crate) struct Prepared {
    /// The text of its file.
    pub(crate) source: Source,
    /// The compiled strategy.
    pub(crate) ir: Arc<Ir>,
    /// Its parameters.
    pub(crate) values: ParamValues,
    /// The strategy, ready to be cloned for each run.
    pub(crate) interp: Interp,
    /// Cash and models.
    pub(crate) config: RunConfig,
}

/// Judges every option before any work is done.
pub(crate) fn prepare(args: &RunArgs) -> anyhow::Result<Prepared> {
    // Options are judged before the strategy is read.
    config(args)?;
    check_outputs(args)?;
    prepare_text(args, strategy::read(&args.file)?)
}

/// The same for a text that has been read.
pub(crate) fn prepare_text(args: &RunArgs, source: Source) -> anyhow::Result<Prepared> {
    let config = config(args)?;
    let ir = strategy::compile(&source, args.strategy.as_deref())?;
    let values = ParamValues::from_assignments(&ir, &args.set).context("--set")?;
    let interp = Interp::new(Arc::clone(&ir), &values).context("cannot start the strategy")?;
    Ok(Prepared { source, ir, values, interp, config })
}

fn config(args: &RunArgs) -> anyhow::Result<RunConfig> {
    let cash = Money::parse(&args.cash.replace('_', ""))
        .with_context(|| format!("--cash {} is not an amount of money", args.cash))?;
    if !cash.is_positive() {
        bail!("--cash must be above zero, as in --cash 10_000");
    }
    let entry_latency = duration("--latency", &args.latency)?;
    if entry_latency < Duration::ZERO {
        bail!("--latency must not be negative, as in --latency 50ms");
    }
    let mut fills = args.fills.clone();
    for (name, value) in [("spread", &args.spread), ("participation", &args.participation)] {
        if let Some(value) = value {
            fills = format!("{fills},{name}={value}");
        }
    }
    let models = Models {
        entry_latency,
        fees: args.fees.parse::<Fees>().context("--fees")?,
        fills: fills.parse::<Fills>().context("--fills, --spread, --participation")?,
    };
    Ok(RunConfig { models, ..RunConfig::new(cash) })
}

/// Reads a duration option.
pub(crate) fn duration(option: &str, text: &str) -> anyhow::Result<Duration> {
    Duration::parse(text)
        .with_context(|| format!("{option} {text} is not a duration such as 500ms, 60s or 4h"))
}

/// A run of an hour must not end with "no such folder".
fn check_outputs(args: &RunArgs) -> anyhow::Result<()> {
    for path in [&args.json, &args.trades, &args.trace].into_iter().flatten() {
        let folder = path.parent().filter(|p| !p.as_os_str().is_empty());
        if folder.is_some_and(|folder| !folder.is_dir()) {
            bail!("the folder of `{}` does not exist; create it first", path.display());
        }
        if path.is_dir() {
            bail!("`{}` is a folder; name a file", path.display());
        }
    }
    if let Some(path) = &args.trades {
        let kind = path.extension().and_then(|e| e.to_str()).unwrap_or_default();
        if !["csv", "parquet"].contains(&kind) {
            bail!("`{}`: --trades writes .csv or .parquet", path.display());
        }
    }
    Ok(())
}

/// Prints and writes what one run came to.
pub(crate) fn finish_single(
    args: &RunArgs,
    record: &RunRecord,
    context: &Context,
    trace: Option<Trace>,
) -> anyhow::Result<Outcome> {
    if let (Some(path), Some(trace)) = (&args.trace, trace) {
        output::write_file(path, &trace.encode()?)?;
    }
    let json = report::json::single(record, context)?;
    show(args, &json, || report::text::single(record, context))?;
    if let Some(path) = &args.trades {
        write_trades(path, record)?;
    }
    judge(&record.outcome)
}

/// Prints the text or the JSON and writes the JSON where it was asked for.
pub(crate) fn show(
    args: &RunArgs,
    json: &str,
    text: impl FnOnce() -> String,
) -> anyhow::Result<()> {
    match args.format {
        Format::Human => output::result(&text())?,
        Format::Json => output::result(json)?,
    }
    if let Some(path) = &args.json {
        output::write_file(path, json.as_bytes())?;
    }
    Ok(())
}

/// A run in which no handler ever fired says nothing about the strategy: it has failed.
pub(crate) fn judge(outcome: &Ran) -> anyhow::Result<Outcome> {
    match outcome {
        Ran::Fired => Ok(Outcome::Done),
        Ran::NothingFired(why) => {
            Err(Wanting(format!("no handler of the strategy ever fired: {why}")).into())
        }
    }
}

/// Writes the fills of a run as a table; the format follows from the extension.
fn write_trades(path: &Path, record: &RunRecord) -> anyhow::Result<()> {
    let rows: Vec<TradeRow<'_>> = report::trades::trades(record).collect();
    let text = |pick: &dyn Fn(&TradeRow<'_>) -> String| {
        Values::Text(rows.iter().map(|row| Some(pick(row))).collect())
    };
    let fixed = |pick: &dyn Fn(&TradeRow<'_>) -> i64| {
        Values::Decimal(rows.iter().map(|row| Some(pick(row))).collect())
    };
    let time = |pick: &dyn Fn(&TradeRow<'_>) -> i64| {
        Values::Time(rows.iter().map(|row| Some(pick(row))).collect())
    };
    let columns = vec![
        Column::new("time", time(&|row| row.time.nanos())),
        Column::new("ts_event", time(&|row| row.ts_event.nanos())),
        Column::new("symbol", text(&|row| row.symbol.to_owned())),
        Column::new("instrument", text(&|row| row.instrument.to_owned())),
        Column::new("side", text(&|row| row.side.as_str().to_owned())),
        Column::new("price", fixed(&|row| row.price.raw())),
        Column::new("size", fixed(&|row| row.size.raw())),
        Column::new("fee", fixed(&|row| row.fee.raw())),
        Column::new("liquidity", text(&|row| liquidity_name(row.liquidity).to_owned())),
        Column::new("cash_flow", fixed(&|row| row.cash_flow.raw())),
        Column::new("realized", fixed(&|row| row.realized.raw())),
        Column::new("position", fixed(&|row| row.position.raw())),
        Column::new("order", text(&|row| row.order.clone())),
        Column::new("slot", text(&|row| row.slot.to_owned())),
        Column::new("handler", text(&|row| row.handler.to_owned())),
        Column::new("because", text(&|row| row.because.to_owned())),
    ];
    strat_tables::write_path(&Table { name: "trades".to_owned(), columns }, path)?;
    Ok(())
}
