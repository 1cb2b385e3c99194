//! Bars: open, high, low and close of a span of time.
//!
//! [`Bar`] is the closed bar, [`BarBuilder`] makes bars from trades, quotes or finer bars. Bars are
//! bucketed by the venue's time, aligned to the epoch, and half open: what happens at exactly
//! `closes_at` belongs to the next bar.

mod builder;
mod forming;

use crate::price::Price;
use crate::time::{Duration, Time};

pub use builder::{Applied, BarBuilder, BarCounts, BarRuleError, Closed, Gaps};

/// What a market did from `opens_at` until just before `closes_at`.
#[derive(Clone, Copy, Debug, PartialEq, Default)]
pub struct Bar {
    /// The start of the span, which belongs to it.
    pub opens_at: Time,
    /// The end of the span, which does not belong to it.
    pub closes_at: Time,
    /// The first price.
    pub open: Price,
    /// The highest price.
    pub high: Price,
    /// The lowest price.
    pub low: Price,
    /// The last price.
    pub close: Price,
    /// Units traded. A statistic: as a sum it need not fit a
    /// [`Quantity`](crate::quantity::Quantity), and it never becomes money.
    pub volume: f64,
    /// Half the distance between bid and ask at the end of the span, if quotes were seen.
    pub half_spread: Option<Price>,
}

impl Bar {
    /// A bar in which nothing traded: every price is `price`.
    pub const fn flat(opens_at: Time, closes_at: Time, price: Price) -> Self {
        Self {
            opens_at,
            closes_at,
            open: price,
            high: price,
            low: price,
            close: price,
            volume: 0.0,
            half_spread: None,
        }
    }

    /// The length of its span; `None` on overflow.
    #[inline]
    pub const fn duration(&self) -> Option<Duration> {
        self.closes_at.since(self.opens_at)
    }

    /// Whether it ends after it starts, its prices lie between low and high, and its volume is a
    /// number of zero or more. Data from outside should be asked this once.
    pub fn is_consistent(&self) -> bool {
        self.opens_at < self.closes_at
            && self.low <= self.open.min(self.close)
            && self.open.max(self.close) <= self.high
            && self.volume.is_finite()
            && self.volume >= 0.0
            && self.half_spread.is_none_or(|half| !half.is_negative())
    }
}

crate::plain!(Bar { opens_at, closes_at, open, high, low, close, volume, half_spread });

#[cfg(test)]
mod tests;
