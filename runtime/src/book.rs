//! The order book of one instrument, and what can be read from it.
//!
//! A book keeps both sides best price first in vectors that are allocated once: applying an event
//! allocates nothing. It shows what the venue published and judges none of it; a crossed book is
//! kept and says so. Enter at [`Book::replace_from`] for snapshots, [`Book::set`] for changes of a
//! level, and [`Book::apply_quote`] for feeds of the touch alone.

mod read;
mod side;

use crate::price::Price;
use crate::quantity::Quantity;
use crate::side::Side;
use crate::snapshot::{Mismatch, Plain, Value};

use side::BookSide;

/// All orders at one price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub struct Level {
    /// The price.
    pub price: Price,
    /// Their total size.
    pub size: Quantity,
}

impl Level {
    /// A level of `size` at `price`.
    #[inline]
    pub const fn new(price: Price, size: Quantity) -> Self {
        Self { price, size }
    }
}

/// The bids and asks of one instrument.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Book {
    bids: BookSide,
    asks: BookSide,
    /// What is behind the touch is unknown.
    touch_only: bool,
}

impl Default for Book {
    /// An empty book of [`Book::LEVELS_MAX_DEFAULT`] levels a side.
    fn default() -> Self {
        Self::new(Self::LEVELS_MAX_DEFAULT)
    }
}

impl Book {
    /// Enough for every price of a prediction market with ticks of a tenth of a cent.
    pub const LEVELS_MAX_DEFAULT: usize = 1_000;

    /// The most levels a side that a book can be asked to keep.
    pub const LEVELS_MAX_LIMIT: usize = 65_536;

    /// An empty book that keeps up to `levels_max` levels a side, at least one and at most
    /// [`LEVELS_MAX_LIMIT`](Self::LEVELS_MAX_LIMIT).
    ///
    /// The worst levels beyond that are dropped; see [`Book::is_truncated`].
    pub fn new(levels_max: usize) -> Self {
        let levels_max = levels_max.clamp(1, Self::LEVELS_MAX_LIMIT);
        Self {
            bids: BookSide::new(Side::Buy, levels_max),
            asks: BookSide::new(Side::Sell, levels_max),
            touch_only: false,
        }
    }

    /// The bids, best (highest) first.
    #[inline]
    pub fn bids(&self) -> &[Level] {
        self.bids.levels()
    }

    /// The asks, best (lowest) first.
    #[inline]
    pub fn asks(&self) -> &[Level] {
        self.asks.levels()
    }

    /// The levels of one side, best first: the bids for [`Side::Buy`].
    #[inline]
    pub fn levels(&self, side: Side) -> &[Level] {
        match side {
            Side::Buy => self.bids(),
            Side::Sell => self.asks(),
        }
    }

    /// Forgets every level.
    #[inline]
    pub fn clear(&mut self) {
        self.bids.clear();
        self.asks.clear();
        self.touch_only = false;
    }

    /// Takes over a snapshot, whose levels may come in any order.
    ///
    /// Levels without size are left out. Of levels at the same price the last one counts, as with
    /// changes that arrive one after the other.
    pub fn replace_from(&mut self, bids: &[Level], asks: &[Level]) {
        self.bids.replace_from(bids);
        self.asks.replace_from(asks);
        self.touch_only = false;
    }

    /// The total size at one price is now `total_size`; zero or less removes the level.
    #[inline]
    pub fn set(&mut self, side: Side, price: Price, total_size: Quantity) {
        let level = Level::new(price, total_size);
        match side {
            Side::Buy => self.bids.set(level),
            Side::Sell => self.asks.set(level),
        }
    }

    /// Takes over a quote: one level a side and nothing behind it. A side without size is absent.
    #[inline]
    pub fn apply_quote(&mut self, bid: Price, bid_size: Quantity, ask: Price, ask_size: Quantity) {
        self.bids.replace_with(Level::new(bid, bid_size));
        self.asks.replace_with(Level::new(ask, ask_size));
        self.touch_only = true;
    }

    /// Whether the last news was a quote: there may be levels behind the touch that nobody told of.
    #[inline]
    pub const fn is_touch_only(&self) -> bool {
        self.touch_only
    }

    /// Whether a level was dropped for want of room since the last snapshot, quote or
    /// [`clear`](Book::clear): levels that come free may then hide worse ones.
    pub fn is_truncated(&self) -> bool {
        self.bids.is_truncated() || self.asks.is_truncated()
    }
}

impl Plain for Level {
    fn to_value(&self) -> Value {
        (self.price, self.size).to_value()
    }

    fn from_value(value: &Value) -> Result<Self, Mismatch> {
        Plain::from_value(value).map(|(price, size)| Self { price, size })
    }
}

crate::kept!(Book { bids, asks, touch_only } fixed {});

#[cfg(test)]
mod tests;
