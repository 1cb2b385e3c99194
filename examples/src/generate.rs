//! Data files from synthetic markets.
//!
//! Prices and sizes are written as exact decimals and times as they stand, so that the same seed
//! gives the same bytes everywhere. Bars are built from the trades between others, as an exchange
//! builds them.

use std::fmt::Write as _;

use anyhow::{Context as _, anyhow, bail};
use serde_json::{Map, Value};
use strat_backtest::source::EventSource;
use strat_backtest::synthetic::{SyntheticConfig, SyntheticMarket, parse_model};
use strat_runtime::bar::{Bar, BarBuilder, Closed, Gaps};
use strat_runtime::book::Level;
use strat_runtime::event::{MarketData, MetaChange};
use strat_runtime::fixed::Rounding;
use strat_runtime::instrument::{Instrument, InstrumentId, Status};
use strat_runtime::manifest::Manifest;
use strat_runtime::price::Price;
use strat_runtime::quantity::Quantity;
use strat_runtime::side::Side;
use strat_runtime::time::{Duration, Time};

use crate::{Example, Market, Recording, Token};

/// How long a book or a trade is on its way from the exchange to the recorder.
const ON_THE_WAY: Duration = Duration::from_millis(35);

/// A file of an example.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataFile {
    /// Its name in the example's folder.
    pub name: String,
    /// Its content.
    pub text: String,
}

/// The data files of an example, from its market's seed. `manifest` is its strategy's.
///
/// # Errors
/// A market that cannot be made for this strategy, or that lacks a token that is asked for.
pub fn data(example: &Example, manifest: &Manifest) -> anyhow::Result<Vec<DataFile>> {
    let mut source = market(&example.market, manifest)?;
    match example.market.recording {
        Recording::Bars { file } => {
            let text = bars(&mut source)?;
            Ok(vec![DataFile { name: file.to_owned(), text }])
        }
        Recording::Token => {
            let tape = record(&mut source, InstrumentId(0))?;
            Ok(vec![
                DataFile { name: "books.jsonl".to_owned(), text: tape.books },
                DataFile { name: "trades.jsonl".to_owned(), text: tape.trades },
                DataFile { name: "market.json".to_owned(), text: tape.meta },
            ])
        }
        Recording::Tokens(tokens) => several(&example.market, manifest, tokens),
    }
}

fn market(market: &Market, manifest: &Manifest) -> anyhow::Result<SyntheticMarket> {
    let step = Duration::from_secs(market.step_secs);
    let mut config = SyntheticConfig::new(market.ticks, step, market.seed);
    config.model = parse_model(market.model)?;
    Ok(config.bind(manifest)?)
}

/// One-minute bars of the first instrument, stamped at their open.
fn bars(source: &mut SyntheticMarket) -> anyhow::Result<String> {
    let mut builder = BarBuilder::new(Duration::MINUTE, Duration::ZERO, Gaps::Skip)?;
    builder.observe_from(source.start());
    let mut text = "timestamp,open,high,low,close,volume\n".to_owned();
    while let Some(event) = source.next() {
        if event.instrument != InstrumentId(0) {
            continue;
        }
        if let MarketData::Trade { price, size, .. } = event.data {
            // What happens at exactly the end of a bar belongs to the next one.
            while let Some(closed) = builder.close_next(event.ts_event) {
                push_bar(&mut text, closed)?;
            }
            builder.apply_trade(event.ts_event, price, size);
        }
    }
    // The last bar has been observed whole if its end has passed.
    let end = builder.forming().map_or(Time::MIN, |bar| bar.closes_at);
    while let Some(closed) = builder.close_next(end) {
        push_bar(&mut text, closed)?;
    }
    Ok(text)
}

fn push_bar(text: &mut String, closed: Closed) -> anyhow::Result<()> {
    let Closed::Bar(Bar { opens_at, open, high, low, close, volume, .. }) = closed else {
        return Ok(());
    };
    let volume = Quantity::from_real(volume, Rounding::Nearest)
        .context("the volume of a bar is out of range")?;
    // A sum of lots in floating point: the lot brings it back to what it stands for.
    let lot = Quantity::from_raw(1_000_000);
    let volume = volume.quantize(lot, Rounding::Nearest).context("a volume is out of range")?;
    writeln!(text, "{opens_at},{open},{high},{low},{close},{volume}")?;
    Ok(())
}

/// What was recorded of one token.
#[derive(Debug, Default)]
struct Recorded {
    books: String,
    trades: String,
    meta: String,
}

/// Replays the market once for each token.
fn several(
    config: &Market,
    manifest: &Manifest,
    tokens: &[Token],
) -> anyhow::Result<Vec<DataFile>> {
    let mut files = Vec::new();
    for token in tokens {
        let mut source = market(config, manifest)?;
        let at = source
            .instruments()
            .iter()
            .position(|instrument| instrument.symbol == token.symbol)
            .with_context(|| format!("the synthetic market has no token `{}`", token.symbol))?;
        let tape = record(&mut source, InstrumentId(at as u32))?;
        files.push(DataFile { name: format!("{}.jsonl", token.file), text: tape.books });
        files.push(DataFile { name: format!("{}.json", token.file), text: tape.meta });
    }
    Ok(files)
}

fn record(source: &mut SyntheticMarket, token: InstrumentId) -> anyhow::Result<Recorded> {
    let instrument = source
        .instruments()
        .get(token.index())
        .cloned()
        .context("the synthetic market has no such instrument")?;
    let mut recorded = Recorded::default();
    let mut resolution = None;
    while let Some(event) = source.next() {
        if event.instrument != token {
            continue;
        }
        match event.data {
            MarketData::Book { bids, asks } => {
                book_line(&mut recorded.books, event.ts_event, bids, asks)?;
            }
            MarketData::Trade { price, size, aggressor } => {
                trade_line(&mut recorded.trades, event.ts_event, price, size, aggressor)?;
            }
            MarketData::Meta(MetaChange::Status(Status::Resolved { payout })) => {
                resolution = Some((event.ts_event, payout));
            }
            // A finer tick shows in the prices that follow.
            MarketData::Meta(_) => {}
            MarketData::Quote { .. } | MarketData::Delta { .. } | MarketData::Bar(_) => {
                bail!("a token has whole books and trades only; this is {:?}", event.data);
            }
        }
    }
    recorded.meta = meta(&instrument, resolution)?;
    Ok(recorded)
}

/// Worst level first on both sides, as the exchange's own stream has it.
fn book_line(text: &mut String, at: Time, bids: &[Level], asks: &[Level]) -> anyhow::Result<()> {
    text.push_str("{\"bids\":[");
    levels(text, bids)?;
    text.push_str("],\"asks\":[");
    levels(text, asks)?;
    write!(text, "],")?;
    stamps(text, at)
}

fn levels(text: &mut String, levels: &[Level]) -> anyhow::Result<()> {
    for (n, level) in levels.iter().rev().enumerate() {
        let comma = if n == 0 { "" } else { "," };
        write!(text, "{comma}{{\"price\":\"{}\",\"size\":\"{}\"}}", level.price, level.size)?;
    }
    Ok(())
}

fn trade_line(
    text: &mut String,
    at: Time,
    price: Price,
    size: Quantity,
    aggressor: Option<Side>,
) -> anyhow::Result<()> {
    let side = aggressor.context("a trade of the synthetic market has no side")?.as_str();
    write!(text, "{{\"price\":\"{price}\",\"size\":\"{size}\",\"side\":\"{side}\",")?;
    stamps(text, at)
}

fn stamps(text: &mut String, at: Time) -> anyhow::Result<()> {
    let (at, received) = (millis(at)?, millis(at.saturating_add(ON_THE_WAY))?);
    writeln!(text, "\"timestamp\":\"{at}\",\"local_timestamp\":\"{received}\"}}")?;
    Ok(())
}

fn millis(at: Time) -> anyhow::Result<i64> {
    let step = Duration::MILLISECOND.nanos();
    if at.nanos() % step == 0 {
        Ok(at.nanos() / step)
    } else {
        Err(anyhow!("{at} is no whole number of milliseconds"))
    }
}

/// What a market is, in the form that `--data FILE,meta=FILE` reads.
fn meta(instrument: &Instrument, resolution: Option<(Time, Price)>) -> anyhow::Result<String> {
    let mut fields = Map::new();
    let mut put = |key: &str, value: String| fields.insert(key.to_owned(), Value::String(value));
    put("symbol", instrument.symbol.clone());
    put("question", instrument.question.clone());
    put("outcome", instrument.outcome.clone());
    if let Some(end) = instrument.expires_at {
        put("expires_at", end.to_string());
    }
    if let Some(liquidity) = instrument.liquidity {
        put("liquidity", liquidity.to_string());
    }
    put("tick", instrument.tick.to_string());
    put("lot", instrument.lot.to_string());
    put("min_size", instrument.min_size.to_string());
    if let Some((at, payout)) = resolution {
        put("resolved_at", at.to_string());
        put("payout", payout.to_string());
    }
    let mut text = serde_json::to_string_pretty(&fields)?;
    text.push('\n');
    Ok(text)
}
