//! From files, one after the other, to a tape.

use strat_runtime::event::{Event, MarketData, MetaChange};
use strat_runtime::instrument::{Instrument, InstrumentId, Status};
use strat_runtime::manifest::Manifest;
use strat_runtime::time::Time;

use super::bind::Binder;
use super::book_jsonl::BookRows;
use super::content::{Content, parse, refuse_misfit, refuse_options};
use super::decimal::Grid;
use super::detect::detect;
use super::error::DataError;
use super::merge::BarFiles;
use super::meta::{self, Meta};
use super::quotes_csv::QuoteRows;
use super::spec::DataSpec;
use super::trades_jsonl::TradeRows;
use super::{FileSummary, Input, Loaded, text};
use crate::tape::{Tape, TapeBuilder};

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

/// What has been read so far.
pub(crate) struct Loading {
    binder: Binder,
    feeds: Vec<Feed>,
    files: Vec<FileSummary>,
    assumed: Vec<String>,
    remarks: Vec<String>,
}

impl Loading {
    pub(crate) fn new(manifest: &Manifest) -> Self {
        Self {
            binder: Binder::new(manifest),
            feeds: Vec::new(),
            files: Vec::new(),
            assumed: Vec::new(),
            remarks: Vec::new(),
        }
    }

    /// Reads a file and binds it to an instrument.
    pub(crate) fn read(&mut self, input: Input<'_>) -> Result<(), DataError> {
        let Input { spec, content, meta } = input;
        let text = text::read(&spec.path, content)?;
        let meta = match meta {
            Some(reader) => {
                let name = spec.meta.as_deref().unwrap_or("metadata");
                Some(meta::read(name, &text::read(name, reader)?)?)
            }
            None if spec.meta.is_some() => {
                let problem = format!("{}: its metadata file was not opened", spec.path);
                return Err(DataError::Binding { problem });
            }
            None => None,
        };
        let format = detect(&spec.path, &text)?;
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

    /// Puts everything into one tape.
    pub(crate) fn finish(mut self) -> Result<Loaded, DataError> {
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
