//! A bar that is not closed yet.

use super::Bar;
use crate::fixed;
use crate::price::Price;
use crate::quantity::Quantity;
use crate::time::Time;

/// What a tick or a finer bar adds to a bar.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece {
    /// When its first price was seen.
    pub(super) from: Time,
    /// When its last price was seen.
    pub(super) to: Time,
    pub(super) open: Price,
    pub(super) high: Price,
    pub(super) low: Price,
    pub(super) close: Price,
    pub(super) volume: Volume,
    pub(super) half_spread: Option<Price>,
}

impl Piece {
    /// A single price.
    pub(super) const fn tick(at: Time, price: Price) -> Self {
        Self {
            from: at,
            to: at,
            open: price,
            high: price,
            low: price,
            close: price,
            volume: Volume { exact: 0, statistic: 0.0 },
            half_spread: None,
        }
    }
}

/// Sizes of trades are summed exactly and rounded once; volumes of finer bars are reals already.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Volume {
    /// Raw units.
    exact: i128,
    /// Whole units.
    statistic: f64,
}

impl Volume {
    pub(super) const fn of_trade(size: Quantity) -> Self {
        Self { exact: size.raw() as i128, statistic: 0.0 }
    }

    pub(super) const fn of_bar(volume: f64) -> Self {
        Self { exact: 0, statistic: volume }
    }

    fn add(&mut self, other: Self) {
        // A sum of raw sizes needs 2^64 trades to saturate.
        self.exact = self.exact.saturating_add(other.exact);
        self.statistic += other.statistic;
    }

    fn to_real(self) -> f64 {
        fixed::wide_to_real(self.exact) + self.statistic
    }
}

/// The bar of one bucket while pieces of it can still arrive.
#[derive(Clone, Copy, Debug)]
pub(super) struct Forming {
    pub(super) opens_at: Time,
    pub(super) closes_at: Time,
    /// When the watermark closes it.
    pub(super) due: Time,
    piece: Piece,
    half_spread_at: Time,
}

impl Forming {
    pub(super) const fn new(opens_at: Time, closes_at: Time, due: Time, piece: Piece) -> Self {
        Self { opens_at, closes_at, due, piece, half_spread_at: piece.to }
    }

    /// Adds a piece. The earliest one opens the bar and the latest one closes it, whatever the
    /// order of arrival; of two at the same instant the first to arrive opens, the last closes.
    pub(super) fn add(&mut self, new: &Piece) {
        let bar = &mut self.piece;
        bar.high = bar.high.max(new.high);
        bar.low = bar.low.min(new.low);
        bar.volume.add(new.volume);
        if new.from < bar.from {
            (bar.from, bar.open) = (new.from, new.open);
        }
        if new.to >= bar.to {
            (bar.to, bar.close) = (new.to, new.close);
        }
        let newer = bar.half_spread.is_none() || new.to >= self.half_spread_at;
        if new.half_spread.is_some() && newer {
            bar.half_spread = new.half_spread;
            self.half_spread_at = new.to;
        }
    }

    pub(super) fn bar(&self) -> Bar {
        let Piece { open, high, low, close, volume, half_spread, .. } = self.piece;
        Bar {
            opens_at: self.opens_at,
            closes_at: self.closes_at,
            open,
            high,
            low,
            close,
            volume: volume.to_real(),
            half_spread,
        }
    }
}

crate::plain!(Piece { from, to, open, high, low, close, volume, half_spread });
crate::plain!(Volume { exact, statistic });
crate::plain!(Forming { opens_at, closes_at, due, piece, half_spread_at });
