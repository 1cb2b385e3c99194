//! What a venue checks when an order arrives, in the order in which it does.

use strat_runtime::instrument::AssetClass;
use strat_runtime::money::Money;
use strat_runtime::order::{Liquidity, NewOrder, RejectReason, TimeInForce};
use strat_runtime::price::Price;
use strat_runtime::quantity::Quantity;
use strat_runtime::side::Side;
use strat_runtime::time::Time;

use super::account::VenueAccount;
use super::market::Market;
use super::models::Models;
use super::orders::{Order, Phase, UNKNOWN_AHEAD};

impl Market {
    /// Admits an order that arrives `now`, or says why not.
    pub(super) fn admit(
        &self,
        new: &NewOrder,
        now: Time,
        sent_at: Time,
        account: &VenueAccount,
        models: &Models,
    ) -> Result<Order, RejectReason> {
        self.check_open(now)?;
        self.check_size(new)?;
        self.check_price(new)?;
        self.check_expiry(new, now, sent_at)?;
        self.check_reduce_only(new)?;
        self.check_post_only(new, models)?;
        self.check_self_trade(new)?;
        self.check_notional(new)?;
        let reserved = self.check_balance(new, account, models)?;
        let ahead = new.limit.map_or(UNKNOWN_AHEAD, |limit| self.book.ahead(new.side, limit));
        Ok(Order {
            new: *new,
            open: new.size,
            arrived_at: now,
            phase: Phase::Waiting,
            ahead,
            reserved,
            expiry: None,
        })
    }

    fn check_open(&self, now: Time) -> Result<(), RejectReason> {
        let ended = self.rules.expires_at.is_some_and(|end| end <= now);
        if self.rules.is_trading() && !ended { Ok(()) } else { Err(RejectReason::MarketClosed) }
    }

    fn check_size(&self, new: &NewOrder) -> Result<(), RejectReason> {
        let fits = new.size.is_positive()
            && new.size >= self.rules.min_size
            && new.size.is_multiple_of(self.rules.lot);
        if fits { Ok(()) } else { Err(RejectReason::InvalidSize) }
    }

    fn check_price(&self, new: &NewOrder) -> Result<(), RejectReason> {
        let (lowest, highest) = self.rules.price_limits();
        let fits = new.limit.is_none_or(|limit| {
            limit.is_multiple_of(self.rules.tick) && limit >= lowest && limit <= highest
        });
        if fits { Ok(()) } else { Err(RejectReason::InvalidPrice) }
    }

    fn check_expiry(&self, new: &NewOrder, now: Time, sent_at: Time) -> Result<(), RejectReason> {
        let TimeInForce::Gtd(end) = new.tif else { return Ok(()) };
        // The shortest life counts from when the order was sent, or latency would refuse it.
        let fits = self
            .rules
            .venue
            .capabilities()
            .gtd_min
            .is_some_and(|least| end >= sent_at.saturating_add(least));
        if fits && end > now { Ok(()) } else { Err(RejectReason::InvalidExpiry) }
    }

    fn check_reduce_only(&self, new: &NewOrder) -> Result<(), RejectReason> {
        let opposes = Side::of_sign(self.position.raw()) == Some(new.side.opposite());
        if !new.reduce_only || opposes { Ok(()) } else { Err(RejectReason::ReduceOnly) }
    }

    fn check_post_only(&self, new: &NewOrder, models: &Models) -> Result<(), RejectReason> {
        if !new.post_only {
            return Ok(());
        }
        let Some(limit) = new.limit else { return Err(RejectReason::PostOnlyWouldCross) };
        let crosses = self.opposite_touch(new.side, models).is_some_and(|touch| match new.side {
            Side::Buy => limit >= touch,
            Side::Sell => limit <= touch,
        });
        if crosses { Err(RejectReason::PostOnlyWouldCross) } else { Ok(()) }
    }

    /// Refuses the newer of two own orders that could trade with each other: it allows the price
    /// of a resting one, and what is displayed up to that price does not satisfy it.
    fn check_self_trade(&self, new: &NewOrder) -> Result<(), RejectReason> {
        let reaches = |limit: Price| match (new.limit, new.side) {
            (None, _) => true,
            (Some(own), Side::Buy) => own >= limit,
            (Some(own), Side::Sell) => own <= limit,
        };
        let meets = self.orders().filter(|o| o.side() != new.side).any(|other| {
            other.new.limit.is_some_and(|limit| {
                reaches(limit) && self.book.depth(new.side, Some(limit)) < new.size
            })
        });
        if meets { Err(RejectReason::SelfTrade) } else { Ok(()) }
    }

    fn check_notional(&self, new: &NewOrder) -> Result<(), RejectReason> {
        if new.reduce_only || !self.rules.min_notional.is_positive() {
            return Ok(());
        }
        let Some(price) = new.limit.or_else(|| self.reference(new.side)) else { return Ok(()) };
        let notional = price.checked_mul_quantity(new.size).ok_or(RejectReason::InvalidSize)?;
        if notional >= self.rules.min_notional {
            Ok(())
        } else {
            Err(RejectReason::BelowMinNotional)
        }
    }

    /// The cash to set aside. Outcome tokens are paid in full, fee included, and only sold when
    /// held; other instruments are margined, and their risk rules are the session's.
    fn check_balance(
        &self,
        new: &NewOrder,
        account: &VenueAccount,
        models: &Models,
    ) -> Result<Money, RejectReason> {
        if self.rules.class != AssetClass::OutcomeToken {
            return Ok(Money::ZERO);
        }
        match new.side {
            Side::Sell => {
                let offered = self
                    .orders()
                    .filter(|o| o.side() == Side::Sell)
                    .try_fold(new.size, |sum, o| sum.checked_add(o.open));
                let covered = new.reduce_only || offered.is_some_and(|sum| sum <= self.position);
                if covered { Ok(Money::ZERO) } else { Err(RejectReason::InsufficientBalance) }
            }
            Side::Buy => {
                let price = new
                    .limit
                    .or_else(|| self.reference(Side::Buy))
                    .unwrap_or(self.rules.price_limits().1);
                let needed = self
                    .cost(price, new.size, new.post_only, models)
                    .ok_or(RejectReason::InvalidSize)?;
                if account.covers(needed) {
                    Ok(needed)
                } else {
                    Err(RejectReason::InsufficientBalance)
                }
            }
        }
    }

    fn cost(&self, price: Price, size: Quantity, maker: bool, models: &Models) -> Option<Money> {
        let liquidity = if maker { Liquidity::Maker } else { Liquidity::Taker };
        let fee = models.fees.fee(self.schedule, price, size, liquidity)?;
        price.checked_mul_quantity(size)?.checked_add(fee)
    }
}
