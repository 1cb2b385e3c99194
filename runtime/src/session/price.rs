//! From a stated order to one that the venue can take: price on the tick, size on the lot.

use crate::fixed::Rounding;
use crate::order::TimeInForce;
use crate::price::Price;
use crate::quantity::Quantity;
use crate::session::slots::is_immediate;
use crate::session::{Core, HostReason, Origin};
use crate::side::Side;
use crate::signal::{OrderWish, WishTif};
use crate::slot::{Desired, SlotId};
use crate::time::{Duration, Time};

/// How many ticks a crossing order may always go beyond the touch.
const COLLAR_TICKS_MIN: i64 = 2;

impl Core {
    /// The order that a statement means on the present tick, lot and touch.
    pub(super) fn quantise(
        &mut self,
        i: usize,
        wish: &OrderWish,
        origin: Origin,
    ) -> Result<Desired, HostReason> {
        let can = self.capabilities;
        let tif = self.lifetime(wish.tif)?;
        let immediate = is_immediate(tif);
        let possible = (wish.limit.is_none() || can.limit_orders)
            && (wish.limit.is_some() || can.market_orders)
            && (!wish.post_only || (can.post_only && !immediate && wish.limit.is_some()))
            && (!immediate || can.immediate);
        if !possible {
            return Err(HostReason::Unsupported);
        }
        let size = self.reducible(i, wish)?;
        let stated = Desired {
            side: wish.side,
            size,
            limit: wish.limit,
            tif,
            post_only: wish.post_only,
            reduce_only: wish.reduce_only,
        };
        self.requantise(i, wish.slot, stated, origin)
    }

    /// The size stated, for `reduce_only` at most what is held.
    pub(super) fn reducible(&self, i: usize, wish: &OrderWish) -> Result<Quantity, HostReason> {
        if !wish.reduce_only {
            return Ok(wish.size);
        }
        let held = self.view.instruments[i].position.size;
        if Side::of_sign(held.raw()) != Some(wish.side.opposite()) {
            return Err(HostReason::ReduceOnly);
        }
        Ok(wish.size.min(held.checked_abs().ok_or(HostReason::Overflow)?))
    }

    /// The same order on the tick, lot and touch of now, which may have changed while it waited.
    pub(super) fn requantise(
        &mut self,
        i: usize,
        slot: SlotId,
        desired: Desired,
        origin: Origin,
    ) -> Result<Desired, HostReason> {
        let mut limit = None;
        if let Some(price) = desired.limit {
            let price = self.on_tick(i, desired.side, price)?;
            let price = if desired.post_only {
                self.inside_touch(i, slot, desired.side, price, origin)?
            } else {
                price
            };
            limit = Some(self.inside_limits(i, slot, desired.side, price, origin)?);
        }
        let size = self.on_lot(i, desired.size, limit)?;
        Ok(Desired { size, limit, ..desired })
    }

    /// A size on the lot that the venue takes.
    pub(super) fn on_lot(
        &self,
        i: usize,
        size: Quantity,
        limit: Option<Price>,
    ) -> Result<Quantity, HostReason> {
        let seen = &self.view.instruments[i];
        let size = size.quantize(seen.meta.lot, Rounding::Down).ok_or(HostReason::Overflow)?;
        if !size.is_positive() {
            return Err(HostReason::SizeZero);
        }
        if size < seen.meta.min_size {
            return Err(HostReason::BelowMinSize);
        }
        let price = limit.or(seen.mark.map(|mark| mark.price));
        if let (Some(price), true) = (price, seen.meta.min_notional.is_positive()) {
            let worth = price.checked_mul_quantity(size).ok_or(HostReason::Overflow)?;
            if worth < seen.meta.min_notional {
                return Err(HostReason::BelowMinNotional);
            }
        }
        Ok(size)
    }

    /// A marketable limit inside the collar: from the other side's touch, or from the last price
    /// where there is no book, further by the collar's share or two ticks, whichever is more.
    pub(super) fn crossing_price(&self, i: usize, side: Side) -> Result<Price, HostReason> {
        let seen = &self.view.instruments[i];
        let touch = seen.book.best(side.opposite()).map(|level| level.price);
        let base = touch.or(seen.mark.map(|mark| mark.price)).ok_or(HostReason::NoMark)?;
        let tick = seen.meta.tick;
        let (low, high) = seen.meta.price_limits();
        let room = base
            .checked_mul_ratio(self.capabilities.collar)
            .zip(tick.checked_mul_int(COLLAR_TICKS_MIN))
            .map(|(share, ticks)| share.max(ticks))
            .ok_or(HostReason::Overflow)?;
        let (price, outward) = match side {
            Side::Buy => (base.checked_add(room), Rounding::Up),
            Side::Sell => (base.checked_sub(room), Rounding::Down),
        };
        let price = price.and_then(|price| price.quantize(tick, outward));
        Ok(price.ok_or(HostReason::Overflow)?.clamp(low, high.max(low)))
    }

    /// The own side of the touch, for an order that rests there. Where no quotes are known at all,
    /// as on bars, it rests at the mark.
    pub(super) fn resting_price(&self, i: usize, side: Side) -> Result<Price, HostReason> {
        let seen = &self.view.instruments[i];
        let mark = seen.mark.filter(|_| seen.book.is_empty()).map(|mark| mark.price);
        let touch = seen.book.best(side).map(|level| level.price).or(mark);
        let touch = touch.ok_or(HostReason::NoTouch)?;
        let price = self.on_tick(i, side, touch)?;
        // A locked or crossed book must not turn a resting order into a taking one.
        let Some(other) = seen.book.best(side.opposite()) else {
            return Ok(price);
        };
        behind(side, price, other.price, seen.meta.tick).ok_or(HostReason::Overflow)
    }

    /// The present tick, to the passive side: buys down, sells up.
    pub(super) fn on_tick(&self, i: usize, side: Side, price: Price) -> Result<Price, HostReason> {
        let passive = match side {
            Side::Buy => Rounding::Down,
            Side::Sell => Rounding::Up,
        };
        price
            .quantize(self.view.instruments[i].meta.tick, passive)
            .ok_or(HostReason::PriceOutOfRange)
    }

    fn inside_touch(
        &mut self,
        i: usize,
        slot: SlotId,
        side: Side,
        price: Price,
        origin: Origin,
    ) -> Result<Price, HostReason> {
        let seen = &self.view.instruments[i];
        let Some(other) = seen.book.best(side.opposite()) else {
            return Ok(price);
        };
        let moved =
            behind(side, price, other.price, seen.meta.tick).ok_or(HostReason::PriceOutOfRange)?;
        if moved != price {
            self.note(i, Some(slot), origin, HostReason::PostOnlyMoved);
        }
        Ok(moved)
    }

    /// Moves a price beyond the venue's limits to them where that is better for the order, and
    /// refuses it where it would be worse.
    fn inside_limits(
        &mut self,
        i: usize,
        slot: SlotId,
        side: Side,
        price: Price,
        origin: Origin,
    ) -> Result<Price, HostReason> {
        let (low, high) = self.view.instruments[i].meta.price_limits();
        let clamped = match side {
            Side::Buy if price > high => high,
            Side::Sell if price < low => low,
            Side::Buy | Side::Sell if price < low || price > high => {
                return Err(HostReason::PriceOutOfRange);
            }
            Side::Buy | Side::Sell => return Ok(price),
        };
        self.note(i, Some(slot), origin, HostReason::PriceClamped);
        Ok(clamped)
    }

    fn lifetime(&self, tif: WishTif) -> Result<TimeInForce, HostReason> {
        Ok(match tif {
            WishTif::Gtc => TimeInForce::Gtc,
            WishTif::Fok => TimeInForce::Fok,
            WishTif::Fak => TimeInForce::Fak,
            WishTif::Day => TimeInForce::Day,
            WishTif::Gtd(length) => TimeInForce::Gtd(self.end_of(length)?),
        })
    }

    fn end_of(&self, length: Duration) -> Result<Time, HostReason> {
        let least = self.capabilities.gtd_min.ok_or(HostReason::Unsupported)?;
        if length < least {
            return Err(HostReason::ExpiryTooNear);
        }
        self.view.now.checked_add(length).ok_or(HostReason::Overflow)
    }
}

/// A price that does not reach the other side's touch: as it is, or one tick inside.
fn behind(side: Side, price: Price, other: Price, tick: Price) -> Option<Price> {
    match side {
        Side::Buy if price >= other => other.checked_sub(tick)?.quantize(tick, Rounding::Down),
        Side::Sell if price <= other => other.checked_add(tick)?.quantize(tick, Rounding::Up),
        Side::Buy | Side::Sell => Some(price),
    }
}
