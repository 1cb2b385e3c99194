//! Recorded events in memory: small records and one arena of levels, replayed as often as wanted.
//!
//! Fill a [`TapeBuilder`] with events in any order; [`TapeBuilder::build`] puts them into the
//! order of a run and keeps the order of arrival where stamps and ranks are equal.

mod record;

use strat_runtime::book::Book;
use strat_runtime::event::{Event, MarketData, MetaChange};
use strat_runtime::instrument::{Instrument, InstrumentId};
use strat_runtime::time::Time;

use crate::needs::Offer;
use crate::source::EventSource;

pub(crate) use record::{Arena, Body, Record};

/// Recorded events of one or many instruments, in the order of a run.
#[derive(Debug, Clone)]
pub struct Tape {
    instruments: Vec<Instrument>,
    records: Vec<Record>,
    arena: Arena,
}

/// How many events of each kind a tape holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TapeCounts {
    /// Changes of metadata.
    pub metas: u64,
    /// Quotes of the touch.
    pub quotes: u64,
    /// Whole books and changes of levels.
    pub books: u64,
    /// Trades.
    pub trades: u64,
    /// Recorded bars.
    pub bars: u64,
}

impl Tape {
    /// Starts a tape over this table of instruments.
    pub fn builder(instruments: Vec<Instrument>) -> TapeBuilder {
        TapeBuilder { tape: Tape { instruments, records: Vec::new(), arena: Arena::default() } }
    }

    /// The instruments as they are before the first event.
    pub fn instruments(&self) -> &[Instrument] {
        &self.instruments
    }

    /// Number of events.
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether there is no event.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// When the first event was received.
    pub fn first_time(&self) -> Option<Time> {
        self.records.first().map(|r| r.ts_recv)
    }

    /// When the last event was received.
    pub fn last_time(&self) -> Option<Time> {
        self.records.last().map(|r| r.ts_recv)
    }

    /// How many events of each kind there are.
    pub fn counts(&self) -> TapeCounts {
        let mut counts = TapeCounts::default();
        for record in &self.records {
            match record.body {
                Body::Meta(_) => counts.metas += 1,
                Body::Quote { .. } => counts.quotes += 1,
                Body::Book { .. } | Body::Delta { .. } => counts.books += 1,
                Body::Trade { .. } => counts.trades += 1,
                Body::Bar(_) => counts.bars += 1,
            }
        }
        counts
    }

    /// What there is of each instrument.
    pub fn offers(&self) -> Vec<Offer> {
        let mut offers = vec![Offer::default(); self.instruments.len()];
        let mut source = self.source();
        while let Some(event) = source.next() {
            if let Some(offer) = offers.get_mut(event.instrument.index()) {
                offer.see(&event.data);
            }
        }
        offers
    }

    /// Replays the tape from its beginning; any number of replays can run at a time.
    pub fn source(&self) -> TapeSource<'_> {
        TapeSource { tape: self, at: 0 }
    }

    /// The events, in the order of a run.
    pub fn events(&self) -> impl Iterator<Item = Event<'_>> {
        self.records.iter().map(|record| self.arena.event(record))
    }

    /// The part received from `from` (included) until `to` (excluded).
    ///
    /// What was known before `from` is kept: changes of metadata are in the table of instruments,
    /// and a book that was told by changes of levels begins as a whole book at `from`.
    #[must_use]
    pub fn cut(&self, from: Option<Time>, to: Option<Time>) -> Tape {
        let start =
            from.map_or(0, |from| self.records.partition_point(|record| record.ts_recv < from));
        let end = to.map_or(self.records.len(), |to| {
            self.records.partition_point(|record| record.ts_recv < to)
        });
        let mut builder = Tape::builder(self.instruments.clone());
        let mut opening = self.source();
        let mut books: Vec<Option<Book>> = self.instruments.iter().map(|_| None).collect();
        let told_by_delta = self.told_by_delta();
        while opening.at < start {
            let Some(event) = opening.next() else { break };
            builder.know(&event);
            let index = event.instrument.index();
            if told_by_delta.get(index) == Some(&true)
                && let Some(slot) = books.get_mut(index)
            {
                follow(slot.get_or_insert_with(Book::default), &event);
            }
        }
        if let Some(from) = from {
            for (index, book) in books.iter().enumerate() {
                let Some(book) = book else { continue };
                let data = MarketData::Book { bids: book.bids(), asks: book.asks() };
                let instrument = InstrumentId(index as u32);
                builder.push(&Event { ts_event: from, ts_recv: from, instrument, data });
            }
        }
        while opening.at < end {
            let Some(event) = opening.next() else { break };
            builder.push(&event);
        }
        builder.build()
    }

    fn told_by_delta(&self) -> Vec<bool> {
        let mut told = vec![false; self.instruments.len()];
        for record in &self.records {
            if let (Body::Delta { .. }, Some(flag)) =
                (&record.body, told.get_mut(record.instrument.index()))
            {
                *flag = true;
            }
        }
        told
    }
}

/// Moves a book along with an event of its instrument.
fn follow(book: &mut Book, event: &Event<'_>) {
    match event.data {
        MarketData::Book { bids, asks } => book.replace_from(bids, asks),
        MarketData::Delta { side, level } => book.set(side, level.price, level.size),
        MarketData::Quote { bid, ask } => {
            book.apply_quote(bid.price, bid.size, ask.price, ask.size);
        }
        MarketData::Meta(_) | MarketData::Trade { .. } | MarketData::Bar(_) => {}
    }
}

/// Collects events for a [`Tape`].
#[derive(Debug, Clone)]
pub struct TapeBuilder {
    tape: Tape,
}

impl TapeBuilder {
    /// The table of instruments so far.
    pub fn instruments(&self) -> &[Instrument] {
        &self.tape.instruments
    }

    /// Adds an event. Events of an instrument that is not in the table are left out: the result
    /// says whether it was taken.
    pub fn push(&mut self, event: &Event<'_>) -> bool {
        if event.instrument.index() >= self.tape.instruments.len() {
            return false;
        }
        let record = self.tape.arena.record(event);
        self.tape.records.push(record);
        true
    }

    /// Puts everything into the order of a run.
    pub fn build(mut self) -> Tape {
        // Stable: what is equal in stamp and rank stays in the order in which it was pushed.
        self.tape.records.sort_by_key(|record| (record.ts_recv, record.body.rank()));
        self.tape
    }

    /// Takes a change of metadata into the table of instruments.
    fn know(&mut self, event: &Event<'_>) {
        if let (MarketData::Meta(change), Some(instrument)) =
            (event.data, self.tape.instruments.get_mut(event.instrument.index()))
        {
            match change {
                MetaChange::Tick(tick) => instrument.tick = tick,
                MetaChange::Liquidity(liquidity) => instrument.liquidity = liquidity,
                MetaChange::Expiry(expires_at) => instrument.expires_at = expires_at,
                MetaChange::Status(status) => instrument.status = status,
            }
        }
    }
}

/// One replay of a [`Tape`].
#[derive(Debug, Clone)]
pub struct TapeSource<'tape> {
    tape: &'tape Tape,
    at: usize,
}

impl EventSource for TapeSource<'_> {
    fn instruments(&self) -> &[Instrument] {
        &self.tape.instruments
    }

    fn next(&mut self) -> Option<Event<'_>> {
        let record = self.tape.records.get(self.at)?;
        self.at += 1;
        Some(self.tape.arena.event(record))
    }

    fn offers(&self) -> Option<Vec<Offer>> {
        Some(self.tape.offers())
    }

    fn len_hint(&self) -> Option<u64> {
        Some((self.tape.records.len() - self.at) as u64)
    }
}

#[cfg(test)]
mod tests;
