//! What strategies read from a book. Everything that may be missing is an option.

use super::{Book, Level};
use crate::fixed;
use crate::price::Price;
use crate::quantity::Quantity;
use crate::ratio::Ratio;
use crate::side::Side;

impl Book {
    /// The highest bid.
    #[inline]
    pub fn best_bid(&self) -> Option<Level> {
        self.bids().first().copied()
    }

    /// The lowest ask.
    #[inline]
    pub fn best_ask(&self) -> Option<Level> {
        self.asks().first().copied()
    }

    /// The best level of one side: the best bid for [`Side::Buy`].
    #[inline]
    pub fn best(&self, side: Side) -> Option<Level> {
        match side {
            Side::Buy => self.best_bid(),
            Side::Sell => self.best_ask(),
        }
    }

    /// The middle between the best bid and the best ask, ties to even; `None` if a side is empty.
    #[inline]
    pub fn mid(&self) -> Option<Price> {
        Some(self.best_bid()?.price.midpoint(self.best_ask()?.price))
    }

    /// The best ask minus the best bid, negative if the book is crossed; `None` if a side is empty.
    #[inline]
    pub fn spread(&self) -> Option<Price> {
        self.best_ask()?.price.checked_sub(self.best_bid()?.price)
    }

    /// The spread as a part of the mid; `None` if a side is empty or the mid is zero.
    #[inline]
    pub fn spread_ratio(&self) -> Option<Ratio> {
        self.spread()?.ratio_to(self.mid()?)
    }

    /// The mid weighted by the opposite sizes at the touch,
    /// `(bid * ask_size + ask * bid_size) / (bid_size + ask_size)`; `None` if a side is empty.
    ///
    /// Also known as the imbalance-weighted mid: it leans towards the side with less size.
    pub fn micro_price(&self) -> Option<Price> {
        let (bid, ask) = (self.best_bid()?, self.best_ask()?);
        let sum = fixed::product(bid.price.raw(), ask.size.raw())
            .checked_add(fixed::product(ask.price.raw(), bid.size.raw()))?;
        let sizes = i128::from(bid.size.raw()) + i128::from(ask.size.raw());
        fixed::div_product(sum, sizes).map(Price::from_raw)
    }

    /// Whether what stands behind the `known` best levels of a side may be missing here: the feed
    /// tells of the touch alone, or levels were dropped for want of room.
    fn hides_behind(&self, side: Side, known: usize) -> bool {
        (self.is_touch_only() || self.is_truncated()) && known >= self.levels(side).len()
    }

    /// The n-th best level of a side, counted from 1: the bids for [`Side::Buy`].
    #[inline]
    pub fn level(&self, side: Side, n: usize) -> Option<Level> {
        self.levels(side).get(n.checked_sub(1)?).copied()
    }

    /// How the sizes of the best `levels` of each side differ, `(bids - asks) / (bids + asks)`:
    /// 1 with bids only, -1 with asks only; `None` with neither, or if there may be levels among
    /// them that the feed does not tell of.
    pub fn imbalance(&self, levels: usize) -> Option<Ratio> {
        let hidden = |side| {
            let known = self.levels(side).len();
            levels > known.max(1) && self.hides_behind(side, known)
        };
        if hidden(Side::Buy) || hidden(Side::Sell) {
            return None;
        }
        let total = |side: &[Level]| -> i128 {
            side.iter().take(levels).map(|level| i128::from(level.size.raw())).sum()
        };
        let (bids, asks) = (total(self.bids()), total(self.asks()));
        let scaled = (bids - asks).checked_mul(i128::from(fixed::SCALE))?;
        fixed::div_product(scaled, bids + asks).map(Ratio::from_raw)
    }

    /// The size that an order of `side` could take at once at `limit` or better: for a buy, the
    /// asks up to `limit`; for a sell, the bids down to it. `None` on overflow, or if there may be
    /// levels up to there that the feed does not tell of.
    pub fn depth(&self, side: Side, limit: Price) -> Option<Quantity> {
        let levels = self.levels(side.opposite());
        let mut total = Quantity::ZERO;
        for level in levels {
            let beyond = match side {
                Side::Buy => level.price > limit,
                Side::Sell => level.price < limit,
            };
            if beyond {
                return Some(total);
            }
            total = total.checked_add(level.size)?;
        }
        // The limit lies at the last level or behind it.
        let at_last = levels.last().is_some_and(|level| level.price == limit);
        (at_last || levels.is_empty() || !self.hides_behind(side.opposite(), levels.len()))
            .then_some(total)
    }

    /// The size of a side's levels at most `distance` behind its best price; `None` if the side is
    /// empty, on overflow, or if there may be levels that the feed does not tell of.
    pub fn depth_within(&self, side: Side, distance: Price) -> Option<Quantity> {
        let best = self.best(side)?.price;
        let limit = match side {
            Side::Buy => best.checked_sub(distance)?,
            Side::Sell => best.checked_add(distance)?,
        };
        self.depth(side.opposite(), limit)
    }

    /// The average price at which an order of `side` for `size` would fill at once, to nearest,
    /// ties to even; `None` if `size` is not positive or the book holds less.
    pub fn vwap_for(&self, side: Side, size: Quantity) -> Option<Price> {
        if !size.is_positive() {
            return None;
        }
        let mut left = size;
        let mut cost: i128 = 0;
        for level in self.levels(side.opposite()) {
            let taken = left.min(level.size);
            cost = cost.checked_add(fixed::product(level.price.raw(), taken.raw()))?;
            left = left.checked_sub(taken)?;
            if left.is_zero() {
                return fixed::div_product(cost, i128::from(size.raw())).map(Price::from_raw);
            }
        }
        None
    }

    /// Whether the best bid is above the best ask: someone's data is late.
    #[inline]
    pub fn is_crossed(&self) -> bool {
        self.spread().is_some_and(Price::is_negative)
    }

    /// Whether the best bid equals the best ask.
    #[inline]
    pub fn is_locked(&self) -> bool {
        self.spread().is_some_and(Price::is_zero)
    }

    /// Whether both sides are empty.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.bids().is_empty() && self.asks().is_empty()
    }
}
