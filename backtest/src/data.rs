//! Recorded market data, from files to a [`Tape`].
//!
//! What it is: readers of bars, quotes, books and trades that check every row and name the line of
//! the first that is wrong. What it is not: a vendor's importer; it opens no file, it is given
//! readers. Nothing is guessed in silence: what a file does not say is in [`Loaded::assumed`].
//!
//! Where to enter: [`load`]. Formats are told by content; plain text or gzip:
//!
//! | Format | Content |
//! |---|---|
//! | bars | CSV with a header: a time, `open`, `high`, `low`, `close`, perhaps `volume`, `symbol` |
//! | quotes | CSV with a header: a time, `bid`, `ask`, perhaps `bid_size`, `ask_size`, `local_timestamp`, `symbol` |
//! | quotes | CSV without header: `yyyymmdd hhmmssmmm,bid,ask,volume` |
//! | books | a JSON object a line: `bids`, `asks` (each `[{price, size}]`), `timestamp`, perhaps `local_timestamp` |
//! | trades | a JSON object a line: `price`, `size`, `timestamp`, perhaps `side`, `local_timestamp` |
//!
//! A time is a column `timestamp`, `ts`, `time`, `datetime`, `date` or `open_time`: a date and time
//! with or without offset, or a whole number of seconds, milliseconds, microseconds or nanoseconds
//! since 1970, told apart by magnitude. Books and trades are of one Polymarket token each.
//!
//! A market's metadata stands in a JSON object of its own; every field may be missing, others are
//! refused: `symbol` (the token id), `question`, `outcome`, `expires_at` (RFC 3339), `liquidity` (in
//! dollars), `tick`, `lot`, `min_size`, `complement` (the token id of the other outcome), and
//! `resolved_at` with `payout` (0 to 1). Numbers are decimals, with or without quotes.

mod bars_csv;
mod bind;
mod book_jsonl;
mod decimal;
mod detect;
mod error;
mod json;
mod merge;
mod meta;
mod quotes_csv;
mod spec;
mod table;
mod text;
mod timestamp;
mod trades_jsonl;

use std::io::Read;

use strat_runtime::event::{Event, MarketData, MetaChange};
use strat_runtime::instrument::{AssetClass, Instrument, InstrumentId, Status};
use strat_runtime::manifest::Manifest;
use strat_runtime::price::Price;
use strat_runtime::time::Time;

use crate::tape::{Tape, TapeBuilder};

pub use detect::Format;
pub use error::{DataError, RowProblem};
pub use spec::{BarStamp, DataSpec, QuoteSide};

use bars_csv::BarRows;
use bind::Binder;
use book_jsonl::{BookRows, CENT};
use decimal::Grid;
use merge::BarFiles;
use meta::Meta;
use quotes_csv::QuoteRows;
use trades_jsonl::TradeRows;

/// A file that the caller has opened.
pub struct Input<'a> {
    /// What was said about it; its path is its name in errors.
    pub spec: DataSpec,
    /// Its content.
    pub content: Box<dyn Read + 'a>,
    /// The content of its metadata file, if `spec.meta` names one.
    pub meta: Option<Box<dyn Read + 'a>>,
}

impl std::fmt::Debug for Input<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Input").field("spec", &self.spec).finish_non_exhaustive()
    }
}

/// Recorded data, ready to run on.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The events of all files, in the order of a run.
    pub tape: Tape,
    /// What was read from which file.
    pub files: Vec<FileSummary>,
    /// What no file said and was therefore assumed, each with the file or instrument it concerns.
    pub assumed: Vec<String>,
    /// What a reader of the report should know of the data: gaps, locked quotes, missing volume.
    pub remarks: Vec<String>,
    /// Per instrument: whether its bars carry a volume.
    pub has_volume: Vec<bool>,
}

/// One file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileSummary {
    /// Its name.
    pub file: String,
    /// Its format.
    pub format: Format,
    /// The instrument that it feeds.
    pub instrument: InstrumentId,
    /// Rows that were read.
    pub rows: u64,
    /// First and last stamp of the venue, of files with rows.
    pub span: Option<(Time, Time)>,
}

/// Rows as read.
enum Content {
    Bars(BarRows),
    Quotes(QuoteRows),
    Books(BookRows),
    Trades(TradeRows),
}

/// Reads all files and binds them to the strategy's instruments.
///
/// # Errors
/// The first thing that is wrong, with its file and line; see [`DataError`].
pub fn load(inputs: Vec<Input<'_>>, manifest: &Manifest) -> Result<Loaded, DataError> {
    if inputs.is_empty() {
        let problem = "there is no data; give at least one `--data FILE`".to_owned();
        return Err(DataError::Binding { problem });
    }
    let mut loading = Loading::new(manifest);
    for input in inputs {
        loading.read(input)?;
    }
    loading.finish()
}

/// What has been read of one instrument.
#[derive(Default)]
struct Feed {
    bars: BarFiles,
    quotes: Vec<QuoteRows>,
    books: Vec<BookRows>,
    trades: Vec<TradeRows>,
    metas: Vec<Meta>,
    grid: Option<Grid>,
}

struct Loading {
    binder: Binder,
    feeds: Vec<Feed>,
    files: Vec<FileSummary>,
    assumed: Vec<String>,
    remarks: Vec<String>,
}

impl Loading {
    fn new(manifest: &Manifest) -> Self {
        Self {
            binder: Binder::new(manifest),
            feeds: Vec::new(),
            files: Vec::new(),
            assumed: Vec::new(),
            remarks: Vec::new(),
        }
    }

    fn read(&mut self, input: Input<'_>) -> Result<(), DataError> {
        let Input { spec, content, meta } = input;
        let text = text::read(&spec.path, content)?;
        let meta = match meta {
            Some(reader) => {
                let name = spec.meta.as_deref().unwrap_or("metadata");
                Some(meta::read(name, &text::read(name, reader)?)?)
            }
            None => None,
        };
        let format = detect::detect(&spec.path, &text)?;
        let content = parse(format, &spec, &text, meta.as_ref())?;
        refuse_options(&spec, format)?;
        let symbol = match (&meta, &content) {
            (Some(Meta { symbol: Some(symbol), .. }), _) => Some(symbol.as_str()),
            (_, Content::Bars(rows)) => rows.symbol.as_deref(),
            (_, Content::Quotes(rows)) => rows.symbol.as_deref(),
            (_, Content::Books(_) | Content::Trades(_)) => None,
        };
        let (instrument, bound) = self.binder.bind(&spec, symbol)?;
        let (rows, span) = content.extent();
        self.files.push(FileSummary { file: spec.path.clone(), format, instrument, rows, span });
        let (assumed, remarks) = content.notes();
        let named = |note: &String| format!("{}: {note}", spec.path);
        self.assumed.extend(assumed.iter().chain(&bound).map(named));
        self.remarks.extend(remarks.iter().map(named));
        self.feed(instrument, spec, content, meta)
    }

    fn feed(
        &mut self,
        instrument: InstrumentId,
        spec: DataSpec,
        content: Content,
        meta: Option<Meta>,
    ) -> Result<(), DataError> {
        let index = instrument.index();
        if let Some(known) = self.binder.table_mut().get(index) {
            refuse_misfit(&spec, &content, known)?;
        }
        while self.feeds.len() <= index {
            self.feeds.push(Feed::default());
        }
        let Some(feed) = self.feeds.get_mut(index) else { return Ok(()) };
        feed.metas.extend(meta);
        match content {
            Content::Bars(rows) => {
                feed.see(rows.grid);
                feed.bars.push(spec, rows);
            }
            Content::Quotes(rows) => {
                feed.see(rows.grid);
                feed.quotes.push(rows);
            }
            Content::Books(rows) => feed.books.push(rows),
            Content::Trades(rows) => feed.trades.push(rows),
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Loaded, DataError> {
        for (index, feed) in self.feeds.iter().enumerate() {
            let links: Vec<InstrumentId> = feed
                .metas
                .iter()
                .filter_map(|meta| self.binder.symbol(meta.complement.as_deref()?))
                .collect();
            let table = self.binder.table_mut();
            for other in links {
                link(table, InstrumentId(index as u32), other);
            }
            if let Some(instrument) = table.get_mut(index) {
                set_rules(instrument, feed, &mut self.assumed);
            }
        }
        let table = self.binder.finish()?;
        let mut has_volume = vec![false; table.len()];
        let mut builder = Tape::builder(table);
        for (index, feed) in self.feeds.into_iter().enumerate() {
            let id = InstrumentId(index as u32);
            let name =
                builder.instruments().get(index).map_or_else(String::new, |i| i.name.clone());
            feed.refuse_mixture(&name)?;
            feed.push_ticks(id, &mut builder);
            if let Some(merged) = feed.bars.merge(&name)? {
                for bar in merged.bars {
                    push(&mut builder, bar.closes_at, bar.closes_at, id, MarketData::Bar(bar));
                }
                if let Some(flag) = has_volume.get_mut(index) {
                    *flag = merged.has_volume;
                }
                self.assumed.extend(merged.assumed);
                self.remarks.extend(merged.remarks);
            }
        }
        let mut seen = Vec::with_capacity(self.assumed.len());
        for note in self.assumed {
            if !seen.contains(&note) {
                seen.push(note);
            }
        }
        let tape = builder.build();
        if tape.is_empty() {
            let problem = "the data holds no event; give files with rows".to_owned();
            return Err(DataError::Binding { problem });
        }
        Ok(Loaded { tape, files: self.files, assumed: seen, remarks: self.remarks, has_volume })
    }
}

fn parse(
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
fn refuse_options(spec: &DataSpec, format: Format) -> Result<(), DataError> {
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
fn refuse_misfit(spec: &DataSpec, content: &Content, known: &Instrument) -> Result<(), DataError> {
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

fn link(table: &mut [Instrument], a: InstrumentId, b: InstrumentId) {
    for (one, other) in [(a, b), (b, a)] {
        if let Some(instrument) = table.get_mut(one.index())
            && one != other
        {
            instrument.complement = Some(other);
        }
    }
}

/// Metadata first, then what the data shows, then the symbol's or the venue's defaults.
fn set_rules(instrument: &mut Instrument, feed: &Feed, assumed: &mut Vec<String>) {
    for meta in &feed.metas {
        meta.apply(instrument);
    }
    if feed.metas.iter().any(|meta| meta.tick.is_some()) {
        return;
    }
    if let Some(grid) = feed.grid
        && !grid.step().is_multiple_of(instrument.tick)
    {
        instrument.tick = grid.step();
    }
    assumed.push(format!(
        "`{}` has tick {}, lot {} and minimum {}",
        instrument.name, instrument.tick, instrument.lot, instrument.min_size
    ));
}

fn push(
    builder: &mut TapeBuilder,
    ts_event: Time,
    ts_recv: Time,
    instrument: InstrumentId,
    data: MarketData<'_>,
) {
    builder.push(&Event { ts_event, ts_recv, instrument, data });
}

impl Feed {
    fn see(&mut self, grid: Grid) {
        self.grid = Some(self.grid.map_or(grid, |known| known.join(grid)));
    }

    /// Two descriptions of one price would both move the view.
    fn refuse_mixture(&self, name: &str) -> Result<(), DataError> {
        let kinds = [!self.bars.is_empty(), !self.quotes.is_empty(), !self.books.is_empty()];
        if kinds.into_iter().filter(|given| *given).count() > 1 {
            let problem = format!(
                "`{name}` is fed by more than one of bars, quotes and books; keep one of them"
            );
            return Err(DataError::Binding { problem });
        }
        Ok(())
    }

    /// Everything but bars.
    fn push_ticks(&self, id: InstrumentId, builder: &mut TapeBuilder) {
        for row in self.quotes.iter().flat_map(|file| &file.rows) {
            let data = MarketData::Quote { bid: row.bid, ask: row.ask };
            push(builder, row.ts_event, row.ts_recv, id, data);
        }
        for file in &self.books {
            for row in &file.rows {
                if let Some(tick) = row.tick {
                    let change = MarketData::Meta(MetaChange::Tick(tick));
                    push(builder, row.ts_event, row.ts_recv, id, change);
                }
                let (bids, asks) = file.sides(row);
                push(builder, row.ts_event, row.ts_recv, id, MarketData::Book { bids, asks });
            }
        }
        for row in self.trades.iter().flat_map(|file| &file.rows) {
            let data =
                MarketData::Trade { price: row.price, size: row.size, aggressor: row.aggressor };
            push(builder, row.ts_event, row.ts_recv, id, data);
        }
        for (at, payout) in self.metas.iter().filter_map(|meta| meta.resolution).take(1) {
            let status = MetaChange::Status(Status::Resolved { payout });
            push(builder, at, at, id, MarketData::Meta(status));
        }
    }
}

impl Content {
    fn notes(&self) -> (&[String], &[String]) {
        match self {
            Content::Bars(rows) => (&rows.assumed, &rows.remarks),
            Content::Quotes(rows) => (&rows.assumed, &rows.remarks),
            Content::Books(rows) => (&rows.assumed, &rows.remarks),
            Content::Trades(rows) => (&rows.assumed, &rows.remarks),
        }
    }

    fn extent(&self) -> (u64, Option<(Time, Time)>) {
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
