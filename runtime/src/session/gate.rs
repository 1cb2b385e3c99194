//! What an order must pass before it is sent: the market's state, the balance, the risk rules.
//!
//! Everything is computed without the order that the slot holds already, because the new one takes
//! its place, and in integers wide enough for any sum.

use crate::instrument::InstrumentId;
use crate::manifest::Scope;
use crate::money::Money;
use crate::order::Liquidity;
use crate::price::Price;
use crate::quantity::Quantity;
use crate::risk::is_about;
use crate::session::slots::wide;
use crate::session::{Core, HostReason};
use crate::side::Side;
use crate::slot::{Desired, SlotId};

/// Own orders of one instrument without one slot's.
struct Others {
    buys: i128,
    sells: i128,
    buy_notional: i128,
    sell_notional: i128,
    reserved: i128,
    open_orders: u32,
}

impl Core {
    /// Whether an order may be sent, or put in place of what its slot holds; gives the price at
    /// which limits count it.
    pub(super) fn gate(
        &mut self,
        i: usize,
        slot: SlotId,
        desired: &Desired,
    ) -> Result<Price, HostReason> {
        if !self.takes_orders(i) {
            return Err(HostReason::MarketClosed);
        }
        let unit = self.unit(i, desired).ok_or(HostReason::NoMark)?;
        if slot >= SlotId::FIRST_OF_SESSION {
            return Ok(unit);
        }
        if self.view.warming {
            return Err(HostReason::Warming);
        }
        if self.halted {
            return Err(HostReason::Halted);
        }
        if self.flattening {
            return Err(HostReason::Flattening);
        }
        let others = self.others(i, slot);
        self.check_balance(i, desired, unit, &others)?;
        self.check_position(i, desired, &others)?;
        self.check_notional(i, desired, unit, &others)?;
        if self.risk.limits.open_orders.is_some_and(|most| others.open_orders >= most) {
            return Err(HostReason::MaxOpenOrders);
        }
        if !self.risk.rate_allows(self.view.now) {
            return Err(HostReason::OrderRate);
        }
        Ok(unit)
    }

    /// Whether the instrument's market accepts orders now.
    pub(super) fn takes_orders(&self, i: usize) -> bool {
        let meta = &self.view.instruments[i].meta;
        meta.is_trading() && meta.expires_at.is_none_or(|end| self.view.now < end)
    }

    /// Cash that no resting buy of an instrument without shorting will need, in units of 1e-18;
    /// the slot's own order does not count.
    pub(super) fn free_cash(&self, i: usize, slot: SlotId) -> i128 {
        wide(self.view.account.cash) - self.others(i, slot).reserved
    }

    /// What taking this would cost in fees; `None` on overflow.
    pub(super) fn taker_fee(&self, i: usize, price: Price, size: Quantity) -> Option<Money> {
        let meta = &self.view.instruments[i].meta;
        let table = meta.venue.capabilities().fees.schedule(meta.class);
        self.setup.fees.unwrap_or(table).fee(price, size, Liquidity::Taker)
    }

    /// The price at which limits count an order: its limit, else what it will meet.
    fn unit(&self, i: usize, desired: &Desired) -> Option<Price> {
        let seen = &self.view.instruments[i];
        desired
            .limit
            .or_else(|| seen.book.best(desired.side.opposite()).map(|level| level.price))
            .or_else(|| seen.mark.map(|mark| mark.price))
    }

    fn others(&self, i: usize, slot: SlotId) -> Others {
        let desk = &self.desks[i];
        let mut others = Others {
            buys: desk.buys,
            sells: desk.sells,
            buy_notional: desk.buy_notional,
            sell_notional: desk.sell_notional,
            reserved: self.reserved,
            open_orders: self.open_orders,
        };
        match self.own_part(i, slot) {
            Some((Side::Buy, open, notional)) => {
                others.buys -= open;
                others.buy_notional -= notional;
                if !self.view.instruments[i].meta.can_short() {
                    others.reserved -= notional;
                }
                others.open_orders -= 1;
            }
            Some((Side::Sell, open, notional)) => {
                others.sells -= open;
                others.sell_notional -= notional;
                others.open_orders -= 1;
            }
            None => {}
        }
        others
    }

    /// Instruments without shorting are paid for in full, the taker's fee included unless the order
    /// is post-only, and only what is held can be sold.
    fn check_balance(
        &self,
        i: usize,
        desired: &Desired,
        unit: Price,
        others: &Others,
    ) -> Result<(), HostReason> {
        let seen = &self.view.instruments[i];
        if seen.meta.can_short() {
            return Ok(());
        }
        let size = i128::from(desired.size.raw());
        let enough = match desired.side {
            Side::Buy => {
                let cost = size * i128::from(unit.raw());
                let fee = match self.taker_fee(i, unit, desired.size) {
                    Some(fee) if !desired.post_only => fee.max(Money::ZERO),
                    Some(_) => Money::ZERO,
                    None => return Err(HostReason::Overflow),
                };
                others.reserved + cost + wide(fee) <= wide(self.view.account.cash)
            }
            Side::Sell => others.sells + size <= i128::from(seen.position.size.raw()),
        };
        if enough { Ok(()) } else { Err(HostReason::NotEnoughBalance) }
    }

    /// `max_position`: the position if every order on the order's side fills.
    fn check_position(
        &self,
        i: usize,
        desired: &Desired,
        others: &Others,
    ) -> Result<(), HostReason> {
        if self.risk.limits.position.is_empty() {
            return Ok(());
        }
        let worst = self.worst_size(i, desired, others);
        for &(limit, scope) in &self.risk.limits.position {
            let reached = match scope {
                Scope::Portfolio if worst > 0 => worst + self.sum_of_others(i, Self::worst_sizes),
                scope if is_about(scope, InstrumentId(i as u32)) => worst,
                Scope::Portfolio | Scope::EachInstrument | Scope::Instrument(_) => continue,
            };
            // An order that only brings a position nearer to zero ends at zero at worst.
            if worst > 0 && reached > i128::from(limit.raw()) {
                return Err(HostReason::MaxPosition);
            }
        }
        Ok(())
    }

    /// `max_notional`: positions at marks, orders at their limits.
    fn check_notional(
        &self,
        i: usize,
        desired: &Desired,
        unit: Price,
        others: &Others,
    ) -> Result<(), HostReason> {
        let nothing_added = self.worst_size(i, desired, others) <= 0;
        if self.risk.limits.notional.is_empty() || nothing_added {
            return Ok(());
        }
        let cost = i128::from(desired.size.raw()) * i128::from(unit.raw());
        let held = self.held_notional(i);
        let worst = match desired.side {
            Side::Buy => held + others.buy_notional + cost,
            Side::Sell => others.sell_notional + cost - held,
        };
        for &(limit, scope) in &self.risk.limits.notional {
            let reached = match scope {
                Scope::Portfolio => worst + self.sum_of_others(i, Self::worst_notionals),
                scope if is_about(scope, InstrumentId(i as u32)) => worst,
                Scope::EachInstrument | Scope::Instrument(_) => continue,
            };
            if reached > wide(limit) {
                return Err(HostReason::MaxNotional);
            }
        }
        Ok(())
    }

    fn worst_size(&self, i: usize, desired: &Desired, others: &Others) -> i128 {
        let held = i128::from(self.view.instruments[i].position.size.raw());
        let size = i128::from(desired.size.raw());
        match desired.side {
            Side::Buy => held + others.buys + size,
            Side::Sell => others.sells + size - held,
        }
    }

    fn worst_sizes(&self, j: usize) -> i128 {
        let (held, desk) = (self.view.instruments[j].position.size.raw(), &self.desks[j]);
        (i128::from(held) + desk.buys).max(desk.sells - i128::from(held))
    }

    fn worst_notionals(&self, j: usize) -> i128 {
        let (held, desk) = (self.held_notional(j), &self.desks[j]);
        (held + desk.buy_notional).max(desk.sell_notional - held)
    }

    /// The position at its mark, or at cost as long as there is none, in units of 1e-18.
    fn held_notional(&self, j: usize) -> i128 {
        let seen = &self.view.instruments[j];
        match seen.mark {
            Some(mark) => i128::from(seen.position.size.raw()) * i128::from(mark.price.raw()),
            None => wide(seen.position.cost),
        }
    }

    fn sum_of_others(&self, i: usize, worst: impl Fn(&Self, usize) -> i128) -> i128 {
        let others = self.active.iter().map(|&j| j as usize).filter(|&j| j != i);
        others.map(|j| worst(self, j).max(0)).sum()
    }
}
