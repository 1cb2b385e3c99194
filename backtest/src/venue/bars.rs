//! Matching where there is no book: on bars, or on trades alone.
//!
//! A market order, or a limit order that the open allows, fills at the open made worse by half the
//! spread and rounded away to the tick. A limit order that does not cross the open fills at its
//! limit, and only if the bar went strictly beyond it. Own orders get at most a share of the
//! volume. A trade without quotes is treated as a bar in which nothing else happened.

use strat_runtime::bar::Bar;
use strat_runtime::book::Level;
use strat_runtime::fixed::Rounding;
use strat_runtime::order::{CancelReason, Liquidity, RejectReason, ReportKind, TimeInForce};
use strat_runtime::price::Price;
use strat_runtime::quantity::Quantity;
use strat_runtime::side::Side;
use strat_runtime::time::Time;

use super::account::{Desk, Execution, Fate, Holding};
use super::market::Market;
use super::models::Models;
use super::orders::{Order, Phase};

/// What a bar or a trade offers to own orders.
struct Offer {
    /// When its first price was made; `None` for a trade, which is made when it is received.
    opened_at: Option<Time>,
    /// What a market order pays or gets.
    buy: Option<Price>,
    sell: Option<Price>,
    /// The lowest ask and the highest bid that can have been there.
    lowest_ask: Price,
    highest_bid: Price,
    /// Units left for own orders; `None` without a limit.
    left: Option<Quantity>,
}

impl Market {
    /// Tries orders against a closed bar. It must have opened after the order arrived.
    pub(super) fn match_bar(&mut self, bar: &Bar, desk: &mut Desk<'_>) {
        self.volume_seen |= bar.volume > 0.0;
        // Bars of a feed that never tells a volume cannot limit anything.
        let left = self.volume_seen.then(|| self.share_of_volume(bar.volume, desk.models));
        let half = self.half_spread(bar.half_spread, desk.models);
        // Prices of a bar that carries its half spread are mids; of others, trades.
        let shift = bar.half_spread.unwrap_or(Price::ZERO);
        let mut offer = Offer {
            opened_at: Some(bar.opens_at),
            buy: self.worse_by(Side::Buy, bar.open, half),
            sell: self.worse_by(Side::Sell, bar.open, half),
            lowest_ask: bar.low.checked_add(shift).unwrap_or(Price::MAX),
            highest_bid: bar.high.checked_sub(shift).unwrap_or(Price::MIN),
            left,
        };
        self.for_each_order(desk, |_, order, holding, desk| offer.attempt(order, holding, desk));
    }

    /// Tries orders against a trade of an instrument that has no quotes.
    pub(super) fn match_trade(&mut self, price: Price, size: Quantity, desk: &mut Desk<'_>) {
        let half = self.half_spread(None, desk.models);
        let share = size
            .checked_mul_ratio(desk.models.fills.participation)
            .and_then(|share| share.quantize(self.rules.lot, Rounding::Down));
        let mut offer = Offer {
            opened_at: None,
            buy: self.worse_by(Side::Buy, price, half),
            sell: self.worse_by(Side::Sell, price, half),
            lowest_ask: price,
            highest_bid: price,
            left: Some(share.unwrap_or(Quantity::ZERO)),
        };
        self.for_each_order(desk, |_, order, holding, desk| offer.attempt(order, holding, desk));
    }

    fn share_of_volume(&self, volume: f64, models: &Models) -> Quantity {
        let share = volume * models.fills.participation.to_real();
        Quantity::from_real(share, Rounding::Down)
            .and_then(|share| share.quantize(self.rules.lot, Rounding::Down))
            // A volume beyond the range of quantities is more than any order.
            .unwrap_or(if share > 0.0 { Quantity::MAX } else { Quantity::ZERO })
    }

    /// Half the distance between bid and ask: as the data says, as the model says, or one tick's.
    pub(super) fn half_spread(&self, of_bar: Option<Price>, models: &Models) -> Price {
        of_bar.unwrap_or_else(|| {
            let whole = models.fills.spread.unwrap_or(self.rules.tick).raw();
            Price::from_raw(whole / 2 + whole % 2)
        })
    }

    /// A price made worse for a taker of `side`, on the tick grid and inside the venue's limits.
    pub(super) fn worse_by(&self, side: Side, price: Price, half: Price) -> Option<Price> {
        let (lowest, highest) = self.rules.price_limits();
        let moved = match side {
            Side::Buy => price.checked_add(half)?.quantize(self.rules.tick, Rounding::Up)?,
            Side::Sell => price.checked_sub(half)?.quantize(self.rules.tick, Rounding::Down)?,
        };
        Some(moved.max(lowest).min(highest))
    }
}

impl Offer {
    fn attempt(&mut self, order: &mut Order, holding: &mut Holding, desk: &mut Desk<'_>) -> Fate {
        // A bar that was open when the order arrived has prices from before it.
        if self.opened_at.is_some_and(|opened| opened < order.arrived_at) {
            return Fate::Open;
        }
        if order.phase == Phase::Waiting {
            let fate = self.first_try(order, holding, desk);
            if fate != Fate::Open || order.phase == Phase::Waiting {
                return fate;
            }
        }
        let passed = match order.side() {
            Side::Buy => order.is_through(self.lowest_ask),
            Side::Sell => order.is_through(self.highest_bid),
        };
        match order.new.limit {
            Some(price) if passed => self.fill(order, price, Liquidity::Maker, holding, desk),
            _ => Fate::Open,
        }
    }

    /// At the open. What a taking order cannot get from this bar waits for the next one, unless
    /// its lifetime says otherwise.
    fn first_try(&mut self, order: &mut Order, holding: &mut Holding, desk: &mut Desk<'_>) -> Fate {
        let touch = match order.side() {
            Side::Buy => self.buy,
            Side::Sell => self.sell,
        };
        let price = touch.filter(|price| order.allows(*price) && !order.new.post_only);
        let at_once = price.map(|price| Level::new(price, order.open));
        if order.new.tif == TimeInForce::Fok
            && (price.is_none()
                || self.left.is_some_and(|left| left < order.open)
                || !desk.covers(order, holding, at_once.into_iter()))
        {
            return Fate::Ended(ReportKind::Rejected(RejectReason::FokNotFilled));
        }
        if order.is_immediate() {
            desk.report(order, ReportKind::Accepted);
        }
        let fate = match price {
            Some(price) => self.fill(order, price, Liquidity::Taker, holding, desk),
            None => Fate::Open,
        };
        if fate != Fate::Open {
            return fate;
        }
        if order.is_immediate() {
            return Fate::Ended(ReportKind::Canceled(CancelReason::Unfilled));
        }
        // An order that could take at this open may take at the next one as well.
        if price.is_none() && order.new.limit.is_some() {
            order.phase = Phase::Resting;
        }
        Fate::Open
    }

    fn fill(
        &mut self,
        order: &mut Order,
        price: Price,
        liquidity: Liquidity,
        holding: &mut Holding,
        desk: &mut Desk<'_>,
    ) -> Fate {
        let size = self.left.unwrap_or(order.open);
        if !size.is_positive() {
            return Fate::Open;
        }
        match desk.execute(order, Execution { price, size, liquidity }, holding) {
            Err(reason) => return Fate::Ended(ReportKind::Canceled(reason)),
            Ok(filled) => {
                self.left = self.left.and_then(|left| left.checked_sub(filled));
            }
        }
        if order.open.is_zero() { Fate::Filled } else { Fate::Open }
    }
}
