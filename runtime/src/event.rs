//! What happens in a market, as a venue reports it.
//!
//! Events are ordered by `(ts_recv, source rank, sequence)`, where the sequence is the order in
//! which a source delivers them; `now` in a strategy is `ts_recv`. Bars are bucketed by
//! `ts_event`.

use crate::bar::Bar;
use crate::book::Level;
use crate::instrument::{InstrumentId, Status};
use crate::money::Money;
use crate::price::Price;
use crate::quantity::Quantity;
use crate::side::Side;
use crate::time::Time;

/// One market event of one instrument.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Event<'a> {
    /// The venue's time stamp.
    pub ts_event: Time,
    /// When this host received it; equal to `ts_event` plus the feed latency on tapes without it.
    pub ts_recv: Time,
    /// Which instrument.
    pub instrument: InstrumentId,
    /// What happened.
    pub data: MarketData<'a>,
}

/// The kinds of market events. Level slices are borrowed from the tape or the feed's buffer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum MarketData<'a> {
    /// Metadata changed.
    Meta(MetaChange),
    /// The touch, both sides at once; a side of size zero is absent.
    Quote {
        /// Best bid.
        bid: Level,
        /// Best ask.
        ask: Level,
    },
    /// The whole book, any order of levels.
    Book {
        /// Buy orders by price.
        bids: &'a [Level],
        /// Sell orders by price.
        asks: &'a [Level],
    },
    /// One level's new total size; zero removes it.
    Delta {
        /// `Buy` for a bid level.
        side: Side,
        /// Price and new total size.
        level: Level,
    },
    /// A trade between others.
    Trade {
        /// Price of the trade.
        price: Price,
        /// Size of the trade.
        size: Quantity,
        /// The side that took liquidity, where the venue says so.
        aggressor: Option<Side>,
    },
    /// A closed bar of recorded data, delivered at its close.
    Bar(Bar),
}

impl MarketData<'_> {
    /// Order among events of equal `ts_recv`: metadata, then own reports (not market events, they
    /// take the gap), then books, then trades, then bars. Timers come after all of them.
    #[inline]
    pub const fn rank(&self) -> u8 {
        match self {
            MarketData::Meta(_) => 0,
            MarketData::Quote { .. } | MarketData::Book { .. } | MarketData::Delta { .. } => 2,
            MarketData::Trade { .. } => 3,
            MarketData::Bar(_) => 4,
        }
    }
}

/// A change of an instrument's metadata.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MetaChange {
    /// The venue's smallest price step changed.
    Tick(Price),
    /// Stated liquidity changed.
    Liquidity(Option<Money>),
    /// Expiry was set or moved.
    Expiry(Option<Time>),
    /// Trading state changed; `Status::Resolved` settles positions.
    Status(Status),
}
