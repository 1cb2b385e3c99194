//! The venue's own view of the account, and the desk at which fills are booked.

use strat_runtime::book::Level;
use strat_runtime::money::Money;
use strat_runtime::order::{CancelReason, Fill, Liquidity, Report, ReportKind};
use strat_runtime::price::Price;
use strat_runtime::quantity::Quantity;
use strat_runtime::side::Side;
use strat_runtime::time::Time;

use super::models::Models;
use super::orders::{DueKey, Order};

/// Cash, and what of it stands behind open orders.
#[derive(Debug, Clone)]
pub(super) struct VenueAccount {
    cash: Money,
    reserved: Money,
}

impl VenueAccount {
    pub(super) fn new(cash: Money) -> Self {
        Self { cash, reserved: Money::ZERO }
    }

    pub(super) fn cash(&self) -> Money {
        self.cash
    }

    /// Whether `amount` more can be set aside.
    pub(super) fn covers(&self, amount: Money) -> bool {
        self.reserved.checked_add(amount).is_some_and(|needed| needed <= self.cash)
    }

    pub(super) fn reserve(&mut self, amount: Money) {
        self.reserved = self.reserved.checked_add(amount).unwrap_or(Money::MAX);
    }

    pub(super) fn release(&mut self, amount: Money) {
        self.reserved = self.reserved.checked_sub(amount).unwrap_or(Money::ZERO);
    }

    /// Pays out a position at `payout` per unit; `None`, and nothing changes, on overflow.
    pub(super) fn settle(&mut self, size: Quantity, payout: Price) -> Option<()> {
        self.cash = self.cash.checked_add(size.checked_mul_price(payout)?)?;
        Some(())
    }
}

/// Where the fills of one event are booked and reported.
#[derive(Debug)]
pub(super) struct Desk<'a> {
    pub(super) account: &'a mut VenueAccount,
    pub(super) models: &'a Models,
    pub(super) ts_event: Time,
    pub(super) ts_recv: Time,
    pub(super) out: &'a mut Vec<Report>,
    /// Expiries of orders that ended before them.
    pub(super) ended: Vec<DueKey>,
}

/// What became of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// It can still fill.
    Open,
    /// It is gone, and the report says why.
    Ended(ReportKind),
    /// It was filled completely; the last fill said so.
    Filled,
}

/// A fill to be booked.
#[derive(Debug, Clone, Copy)]
pub(super) struct Execution {
    pub(super) price: Price,
    pub(super) size: Quantity,
    pub(super) liquidity: Liquidity,
}

impl Desk<'_> {
    pub(super) fn report(&mut self, order: &Order, kind: ReportKind) {
        self.out.push(Report {
            ts_event: self.ts_event,
            ts_recv: self.ts_recv,
            order: order.id(),
            kind,
        });
    }

    /// Books a fill of at most `wanted.size` units, less where the position allows only a part.
    /// Answers with the units that were traded, or why the order cannot go on.
    pub(super) fn execute(
        &mut self,
        order: &mut Order,
        wanted: Execution,
        held: &mut Holding,
    ) -> Result<Quantity, CancelReason> {
        let size = held.cap(order, wanted.size.min(order.open))?;
        self.book(order, Execution { size, ..wanted }, held).ok_or(CancelReason::BalanceDropped)?;
        Ok(size)
    }

    /// `None`, and nothing changes, if cash does not cover it or a number leaves its range.
    fn book(&mut self, order: &mut Order, fill: Execution, held: &mut Holding) -> Option<()> {
        let Execution { price, size, liquidity } = fill;
        let notional = price.checked_mul_quantity(size)?;
        let fee = self.models.fees.fee(held.schedule, price, size, liquidity)?;
        let gross = match order.side() {
            Side::Buy => self.account.cash.checked_sub(notional)?,
            Side::Sell => self.account.cash.checked_add(notional)?,
        };
        let cash = gross.checked_sub(fee)?;
        if held.is_token && order.side() == Side::Buy && cash.is_negative() {
            return None;
        }
        let signed = Quantity::from_raw(size.raw().checked_mul(order.side().sign())?);
        let position = held.position.checked_add(signed)?;
        let remaining = order.open.checked_sub(size)?;
        let reserved = if order.open.is_zero() {
            Money::ZERO
        } else {
            part_of(order.reserved, remaining, order.open)?
        };

        self.account.cash = cash;
        self.account.release(order.reserved.checked_sub(reserved)?);
        order.reserved = reserved;
        order.open = remaining;
        held.position = position;
        self.report(order, ReportKind::Filled(Fill { price, size, fee, liquidity, remaining }));
        Some(())
    }

    /// Whether an order can be filled completely at these levels: the position allows all of it,
    /// and cash covers it where it must.
    pub(super) fn covers(
        &self,
        order: &Order,
        held: &Holding,
        levels: impl Iterator<Item = Level>,
    ) -> bool {
        if held.cap(order, order.open) != Ok(order.open) {
            return false;
        }
        if !held.is_token || order.side() == Side::Sell {
            return true;
        }
        let left = levels.into_iter().try_fold(self.account.cash, |cash, level| {
            let (price, size) = (level.price, level.size);
            let fee = self.models.fees.fee(held.schedule, price, size, Liquidity::Taker)?;
            cash.checked_sub(price.checked_mul_quantity(size)?)?.checked_sub(fee)
        });
        left.is_some_and(|left| !left.is_negative())
    }

    /// Lets go of what stood behind an order that ended.
    pub(super) fn close(&mut self, order: &Order, fate: Fate) {
        self.account.release(order.reserved);
        self.ended.extend(order.expiry);
        if let Fate::Ended(kind) = fate {
            self.report(order, kind);
        }
    }
}

fn part_of(amount: Money, part: Quantity, whole: Quantity) -> Option<Money> {
    strat_runtime::fixed::mul_div(amount.raw(), part.raw(), whole.raw()).map(Money::from_raw)
}

/// The position that a fill changes, and the rules that bound it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Holding {
    pub(super) position: Quantity,
    pub(super) schedule: strat_runtime::venue::FeeSchedule,
    /// Outcome tokens are paid in full and never sold short.
    pub(super) is_token: bool,
}

impl Holding {
    /// The units of `size` that the position allows.
    fn cap(&self, order: &Order, size: Quantity) -> Result<Quantity, CancelReason> {
        let closable = match order.side() {
            Side::Buy => self.position.checked_neg().unwrap_or(Quantity::ZERO),
            Side::Sell => self.position,
        }
        .max(Quantity::ZERO);
        let bound = order.new.reduce_only || (self.is_token && order.side() == Side::Sell);
        let size = if bound { size.min(closable) } else { size };
        if size.is_positive() {
            Ok(size)
        } else if order.new.reduce_only {
            Err(CancelReason::Unfilled)
        } else {
            Err(CancelReason::BalanceDropped)
        }
    }
}
