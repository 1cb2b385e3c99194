//! Which reader a file is for, told by its first line and never by its name.

use super::error::DataError;
use super::timestamp::looks_compact;

/// The formats that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// Bars: a header with time, open, high, low, close and perhaps volume.
    BarsCsv,
    /// Quotes: a header with time, bid, ask and perhaps sizes.
    QuotesCsv,
    /// Quotes without header: `yyyymmdd hhmmssmmm,bid,ask,volume`.
    QuotesCompact,
    /// Whole books of a Polymarket token, one JSON object a line.
    BooksJsonl,
    /// Trades of a Polymarket token, one JSON object a line.
    TradesJsonl,
}

impl Format {
    /// A name for reports.
    pub const fn name(self) -> &'static str {
        match self {
            Format::BarsCsv => "bars (CSV)",
            Format::QuotesCsv => "quotes (CSV)",
            Format::QuotesCompact => "quotes (CSV without header)",
            Format::BooksJsonl => "Polymarket books (JSON lines)",
            Format::TradesJsonl => "Polymarket trades (JSON lines)",
        }
    }
}

/// Spellings of columns.
pub(crate) const TIME: &[&str] = &["timestamp", "ts", "time", "datetime", "date", "open_time"];
pub(crate) const BID: &[&str] = &["bid", "bid_price", "bid_px"];
pub(crate) const ASK: &[&str] = &["ask", "ask_price", "ask_px"];
pub(crate) const PRICES: [&str; 4] = ["open", "high", "low", "close"];

const KNOWN: &str = "bars (`timestamp,open,high,low,close[,volume]`), quotes \
     (`timestamp,bid,ask[,bid_size,ask_size]`, or `yyyymmdd hhmmssmmm,bid,ask,volume` without \
     header) and Polymarket books and trades as JSON lines can be read";

/// Tells the format.
pub(crate) fn detect(file: &str, text: &str) -> Result<Format, DataError> {
    let fail = |found: String| DataError::Format {
        file: file.to_owned(),
        problem: format!("{found}; {KNOWN}"),
    };
    let Some(line) = text.lines().map(str::trim).find(|line| !line.is_empty()) else {
        return Err(fail("the file is empty".to_owned()));
    };
    if line.starts_with('{') {
        return detect_json(line).ok_or_else(|| fail("the JSON is of an unknown form".to_owned()));
    }
    let columns: Vec<String> = line.split(',').map(normalise).collect();
    let has = |names: &[&str]| columns.iter().any(|column| names.contains(&column.as_str()));
    let has_prices = PRICES.iter().all(|name| has(&[name]));
    if has(TIME) && has_prices {
        Ok(Format::BarsCsv)
    } else if has(TIME) && has(BID) && has(ASK) {
        Ok(Format::QuotesCsv)
    } else if line.split(',').next().is_some_and(looks_compact) && columns.len() == 4 {
        Ok(Format::QuotesCompact)
    } else {
        Err(fail(format!("the first line is no header that is known: `{}`", shorten(line))))
    }
}

fn detect_json(line: &str) -> Option<Format> {
    let object: serde_json::Map<String, serde_json::Value> = serde_json::from_str(line).ok()?;
    let has = |names: &[&str]| names.iter().all(|name| object.contains_key(*name));
    if has(&["bids", "asks", "timestamp"]) {
        Some(Format::BooksJsonl)
    } else if has(&["price", "size", "timestamp"]) {
        Some(Format::TradesJsonl)
    } else {
        None
    }
}

/// A column's name as it is compared.
pub(crate) fn normalise(column: &str) -> String {
    column.trim().trim_matches('"').to_lowercase()
}

fn shorten(line: &str) -> String {
    const SHOWN: usize = 60;
    match line.char_indices().nth(SHOWN) {
        Some((at, _)) => format!("{}...", line.get(..at).unwrap_or_default()),
        None => line.to_owned(),
    }
}
