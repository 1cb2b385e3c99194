//! Matching on displayed books, quotes of the touch, and trades beside them.
//!
//! A marketable order takes displayed levels from the best one on. A resting order fills as maker
//! at its own limit: when the opposite touch reaches it, up to the size displayed there, or when
//! trades print at or beyond its price, after what was displayed ahead of it on arrival.

use strat_runtime::order::{CancelReason, Liquidity, RejectReason, ReportKind, TimeInForce};
use strat_runtime::price::Price;
use strat_runtime::quantity::Quantity;
use strat_runtime::side::Side;

use super::account::{Desk, Execution, Fate, Holding};
use super::market::Market;
use super::models::Queue;
use super::orders::{Order, Phase};

/// A trade between others, and what of it own orders may still have.
struct Print {
    price: Price,
    size: Quantity,
    aggressor: Option<Side>,
    left: Quantity,
}

impl Market {
    /// Tries orders after the book changed, or against a trade.
    pub(super) fn match_book(
        &mut self,
        trade: Option<(Price, Quantity, Option<Side>)>,
        desk: &mut Desk<'_>,
    ) {
        let mut print =
            trade.map(|(price, size, aggressor)| Print { price, size, aggressor, left: size });
        self.for_each_order(desk, |market, order, holding, desk| {
            if order.phase == Phase::Waiting {
                let fate = market.first_try(order, holding, desk);
                if fate != Fate::Open {
                    return fate;
                }
            }
            if print.is_none()
                && let Some(limit) = order.new.limit
            {
                // Cancels by others move the queue, trades do below.
                order.ahead = order.ahead.min(market.book.ahead(order.side(), limit));
            }
            let fate = market.rest(order, holding, desk);
            match &mut print {
                Some(print) if fate == Fate::Open => on_print(order, print, holding, desk),
                _ => fate,
            }
        });
    }

    /// The first event after arrival: takes what the limit allows, then rests or ends.
    fn first_try(&mut self, order: &mut Order, holding: &mut Holding, desk: &mut Desk<'_>) -> Fate {
        let side = order.side();
        if order.new.tif == TimeInForce::Fok
            && (self.book.depth(side, order.new.limit) < order.open
                || !desk.covers(order, holding, self.book.walk(side, order.open)))
        {
            return Fate::Ended(ReportKind::Rejected(RejectReason::FokNotFilled));
        }
        if order.is_immediate() {
            desk.report(order, ReportKind::Accepted);
        }
        let before = order.open;
        if !order.new.post_only
            && let Err(reason) = self.take(order, Liquidity::Taker, holding, desk)
        {
            return Fate::Ended(ReportKind::Canceled(reason));
        }
        if order.open.is_zero() {
            return Fate::Filled;
        }
        let Some(limit) = order.new.limit.filter(|_| !order.is_immediate()) else {
            return Fate::Ended(ReportKind::Canceled(CancelReason::Unfilled));
        };
        order.phase = Phase::Resting;
        if order.open < before {
            order.ahead = self.book.ahead(side, limit);
        }
        Fate::Open
    }

    /// A resting order that the opposite touch has reached fills at its own limit.
    fn rest(&mut self, order: &mut Order, holding: &mut Holding, desk: &mut Desk<'_>) -> Fate {
        match self.take(order, Liquidity::Maker, holding, desk) {
            Err(reason) => Fate::Ended(ReportKind::Canceled(reason)),
            Ok(()) if order.open.is_zero() => Fate::Filled,
            Ok(()) => Fate::Open,
        }
    }

    /// Takes displayed levels that the limit allows: at their prices as taker, at the own limit as
    /// maker.
    fn take(
        &mut self,
        order: &mut Order,
        liquidity: Liquidity,
        holding: &mut Holding,
        desk: &mut Desk<'_>,
    ) -> Result<(), CancelReason> {
        let opposite = order.side().opposite();
        while order.open.is_positive() {
            let Some(level) = self.book.best(opposite).filter(|l| order.allows(l.price)) else {
                break;
            };
            let price = match liquidity {
                Liquidity::Taker => level.price,
                Liquidity::Maker => order.new.limit.unwrap_or(level.price),
            };
            let wanted = Execution { price, size: level.size, liquidity };
            let size = desk.execute(order, wanted, holding)?;
            self.book.take(opposite, level, size);
        }
        Ok(())
    }
}

/// A trade at the price moves the queue and then fills; one beyond it fills without a queue. Own
/// orders share what was traded.
fn on_print(
    order: &mut Order,
    print: &mut Print,
    holding: &mut Holding,
    desk: &mut Desk<'_>,
) -> Fate {
    let through = order.is_through(print.price);
    let at = order.new.limit == Some(print.price) && print.aggressor != Some(order.side());
    let reach = if through {
        order.ahead = Quantity::ZERO;
        print.size
    } else if at && desk.models.fills.queue == Queue::Behind {
        let passed = order.ahead.min(print.size);
        order.ahead = order.ahead.checked_sub(passed).unwrap_or(Quantity::ZERO);
        print.size.checked_sub(passed).unwrap_or(Quantity::ZERO)
    } else {
        Quantity::ZERO
    };
    let size = reach.min(print.left);
    let Some(price) = order.new.limit.filter(|_| size.is_positive()) else { return Fate::Open };
    match desk.execute(order, Execution { price, size, liquidity: Liquidity::Maker }, holding) {
        Err(reason) => return Fate::Ended(ReportKind::Canceled(reason)),
        Ok(filled) => print.left = print.left.checked_sub(filled).unwrap_or(Quantity::ZERO),
    }
    if order.open.is_zero() { Fate::Filled } else { Fate::Open }
}
