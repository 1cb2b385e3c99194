//! Cash, equity and what was paid: the money of one session.
//!
//! Cash moves by the rounded notional of each fill and by its fee, so that it agrees with the cost
//! that [`Position`](crate::position::Position) keeps. The value of the open positions is kept as
//! one running sum, adjusted by the one position that changed: equity costs nothing to read.

use crate::money::Money;
use crate::position::Booked;

/// The account of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Account {
    /// Money not in positions. A short position's proceeds are part of it.
    pub cash: Money,
    /// Cash plus all positions at their marks.
    pub equity: Money,
    /// Cash at the start.
    pub initial: Money,
    /// Fees charged; rebates count negative.
    pub fees_paid: Money,
    /// Profit and loss of closed positions, before fees.
    pub realized: Money,
    /// Price times size of all fills, in units of 1e-9; it may exceed what [`Money`] holds.
    pub turnover: i128,
    /// Value of all open positions at their marks.
    pub positions: Money,
}

impl Account {
    /// An account that holds only cash.
    pub const fn new(cash: Money) -> Self {
        Self {
            cash,
            equity: cash,
            initial: cash,
            fees_paid: Money::ZERO,
            realized: Money::ZERO,
            turnover: 0,
            positions: Money::ZERO,
        }
    }

    /// Takes a fill's or a settlement's money in; `None`, and nothing changes, on overflow.
    ///
    /// Equity is as before the fill until [`Account::revalue`] brings in the changed position.
    pub fn book(&mut self, booked: Booked, fee: Money) -> Option<()> {
        let mut next = *self;
        next.cash = self.cash.checked_add(booked.cash)?.checked_sub(fee)?;
        next.fees_paid = self.fees_paid.checked_add(fee)?;
        next.realized = self.realized.checked_add(booked.realized)?;
        next.turnover = self.turnover.checked_add(i128::from(booked.notional.raw()))?;
        next.equity = next.cash.checked_add(next.positions)?;
        *self = next;
        Some(())
    }

    /// One position's value went from `old` to `new`; `None`, and nothing changes, on overflow.
    #[inline]
    pub fn revalue(&mut self, old: Money, new: Money) -> Option<()> {
        let positions = self.positions.checked_sub(old)?.checked_add(new)?;
        self.equity = self.cash.checked_add(positions)?;
        self.positions = positions;
        Some(())
    }

    /// Equity now less the cash at the start: realised, unrealised and fees together.
    pub fn profit(&self) -> Option<Money> {
        self.equity.checked_sub(self.initial)
    }
}

crate::plain!(Account { cash, equity, initial, fees_paid, realized, turnover, positions });
