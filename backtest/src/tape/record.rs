//! The stored form of an event: fixed size, with levels and bars in arenas beside it.

use std::ops::Range;

use strat_runtime::bar::Bar;
use strat_runtime::book::Level;
use strat_runtime::event::{Event, MarketData, MetaChange};
use strat_runtime::instrument::InstrumentId;
use strat_runtime::price::Price;
use strat_runtime::quantity::Quantity;
use strat_runtime::side::Side;
use strat_runtime::time::Time;

/// One event.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Record {
    pub(crate) ts_event: Time,
    pub(crate) ts_recv: Time,
    pub(crate) instrument: InstrumentId,
    pub(crate) body: Body,
}

/// What happened; a book and a bar stand in the [`Arena`].
#[derive(Debug, Clone, Copy)]
pub(crate) enum Body {
    Meta(MetaChange),
    Quote {
        bid: Level,
        ask: Level,
    },
    /// Bids from `first`, asks behind them.
    Book {
        first: usize,
        bids: u32,
        asks: u32,
    },
    Delta {
        side: Side,
        level: Level,
    },
    Trade {
        price: Price,
        size: Quantity,
        aggressor: Option<Side>,
    },
    /// Its place among the bars.
    Bar(usize),
}

impl Body {
    /// As [`MarketData::rank`].
    pub(crate) const fn rank(&self) -> u8 {
        match self {
            Body::Meta(_) => 0,
            Body::Quote { .. } | Body::Book { .. } | Body::Delta { .. } => 2,
            Body::Trade { .. } => 3,
            Body::Bar(_) => 4,
        }
    }
}

/// What records point into. Records are only ever read with the arena that made them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Arena {
    levels: Vec<Level>,
    bars: Vec<Bar>,
}

impl Arena {
    /// Forgets everything and keeps the room.
    pub(crate) fn clear(&mut self) {
        self.levels.clear();
        self.bars.clear();
    }

    /// The stored form of an event.
    pub(crate) fn record(&mut self, event: &Event<'_>) -> Record {
        let body = match event.data {
            MarketData::Meta(change) => Body::Meta(change),
            MarketData::Quote { bid, ask } => Body::Quote { bid, ask },
            MarketData::Book { bids, asks } => {
                let first = self.levels.len();
                self.levels.extend_from_slice(bids);
                self.levels.extend_from_slice(asks);
                Body::Book { first, bids: bids.len() as u32, asks: asks.len() as u32 }
            }
            MarketData::Delta { side, level } => Body::Delta { side, level },
            MarketData::Trade { price, size, aggressor } => Body::Trade { price, size, aggressor },
            MarketData::Bar(bar) => {
                self.bars.push(bar);
                Body::Bar(self.bars.len() - 1)
            }
        };
        let Event { ts_event, ts_recv, instrument, .. } = *event;
        Record { ts_event, ts_recv, instrument, body }
    }

    /// The event of a record.
    #[inline]
    pub(crate) fn event(&self, record: &Record) -> Event<'_> {
        let data = match record.body {
            Body::Meta(change) => MarketData::Meta(change),
            Body::Quote { bid, ask } => MarketData::Quote { bid, ask },
            Body::Book { first, bids, asks } => {
                let middle = first + bids as usize;
                let bids = self.slice(first..middle);
                MarketData::Book { bids, asks: self.slice(middle..middle + asks as usize) }
            }
            Body::Delta { side, level } => MarketData::Delta { side, level },
            Body::Trade { price, size, aggressor } => MarketData::Trade { price, size, aggressor },
            // A bar that is not there would be a record of another arena.
            Body::Bar(at) => MarketData::Bar(self.bars.get(at).copied().unwrap_or_default()),
        };
        let Record { ts_event, ts_recv, instrument, .. } = *record;
        Event { ts_event, ts_recv, instrument, data }
    }

    #[inline]
    fn slice(&self, range: Range<usize>) -> &[Level] {
        self.levels.get(range).unwrap_or_default()
    }
}
