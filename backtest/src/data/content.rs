//! Rows of any format, and whether they fit what is said about them.

use strat_runtime::instrument::{AssetClass, Instrument};
use strat_runtime::price::Price;
use strat_runtime::time::Time;

use super::bars_csv::{self, BarRows};
use super::book_jsonl::{self, BookRows, CENT};
use super::detect::Format;
use super::error::DataError;
use super::meta::Meta;
use super::quotes_csv::{self, QuoteRows};
use super::spec::DataSpec;
use super::trades_jsonl::{self, TradeRows};

/// Rows as read.
pub(crate) enum Content {
    Bars(BarRows),
    Quotes(QuoteRows),
    Books(BookRows),
    Trades(TradeRows),
}

/// Reads a file of a known format.
pub(crate) fn parse(
    format: Format,
    spec: &DataSpec,
    text: &str,
    meta: Option<&Meta>,
) -> Result<Content, DataError> {
    Ok(match format {
        Format::BarsCsv => Content::Bars(bars_csv::read(spec, text)?),
        Format::QuotesCsv => Content::Quotes(quotes_csv::read(spec, text)?),
        Format::QuotesCompact => Content::Quotes(quotes_csv::read_compact(spec, text)?),
        Format::BooksJsonl => {
            let tick = meta.and_then(|meta| meta.tick).unwrap_or(CENT);
            Content::Books(book_jsonl::read(spec, text, tick)?)
        }
        Format::TradesJsonl => Content::Trades(trades_jsonl::read(spec, text)?),
    })
}

/// Options that the format has no use for would be mistakes.
pub(crate) fn refuse_options(spec: &DataSpec, format: Format) -> Result<(), DataError> {
    if format == Format::BarsCsv {
        return Ok(());
    }
    let option = match (spec.side, spec.time) {
        (Some(_), _) => "side",
        (None, Some(_)) => "time",
        (None, None) => return Ok(()),
    };
    let problem =
        format!("`{option}` is for bars, and this file holds {}; leave it out", format.name());
    Err(DataError::Format { file: spec.path.clone(), problem })
}

/// A Polymarket file feeds a token, and a token's prices lie between 0 and 1.
pub(crate) fn refuse_misfit(
    spec: &DataSpec,
    content: &Content,
    known: &Instrument,
) -> Result<(), DataError> {
    let is_token = known.class == AssetClass::OutcomeToken;
    let highest = match content {
        Content::Books(_) | Content::Trades(_) if !is_token => {
            let problem = format!(
                "{} holds a Polymarket token, but `{}` trades on {}; give another instrument",
                spec.path,
                known.name,
                known.venue.name()
            );
            return Err(DataError::Binding { problem });
        }
        Content::Books(_) | Content::Trades(_) => None,
        Content::Bars(rows) => rows.rows.iter().map(|row| row.high).max(),
        Content::Quotes(rows) => rows.rows.iter().map(|row| row.ask.price).max(),
    };
    match highest {
        Some(price) if is_token && price >= Price::ONE => {
            let problem = format!(
                "{} has prices up to {price}, but `{}` is an outcome token, whose prices lie \
                 between 0 and 1; give another instrument",
                spec.path, known.name
            );
            Err(DataError::Binding { problem })
        }
        _ => Ok(()),
    }
}

impl Content {
    pub(crate) fn notes(&self) -> (&[String], &[String]) {
        match self {
            Content::Bars(rows) => (&rows.assumed, &rows.remarks),
            Content::Quotes(rows) => (&rows.assumed, &rows.remarks),
            Content::Books(rows) => (&rows.assumed, &rows.remarks),
            Content::Trades(rows) => (&rows.assumed, &rows.remarks),
        }
    }

    pub(crate) fn extent(&self) -> (u64, Option<(Time, Time)>) {
        match self {
            Content::Bars(rows) => extent(&rows.rows, |row| row.stamp),
            Content::Quotes(rows) => extent(&rows.rows, |row| row.ts_event),
            Content::Books(rows) => extent(&rows.rows, |row| row.ts_event),
            Content::Trades(rows) => extent(&rows.rows, |row| row.ts_event),
        }
    }
}

fn extent<Row>(rows: &[Row], stamp: impl Fn(&Row) -> Time) -> (u64, Option<(Time, Time)>) {
    (rows.len() as u64, rows.first().map(&stamp).zip(rows.last().map(&stamp)))
}
