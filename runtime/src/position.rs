//! A position in one instrument, at average cost, exact in integers.
//!
//! The position keeps what it cost, not an average price: the cost is the sum of the notionals
//! that moved the account's cash, so that cash, costs, fees and realised profits add up to the
//! money that was there at the start, to the last unit of 1e-9, after any sequence of fills. The
//! average price is derived from it for display and may be rounded.

use crate::fixed;
use crate::money::Money;
use crate::price::Price;
use crate::quantity::Quantity;
use crate::side::Side;

/// What is held of one instrument.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Position {
    /// Units held; below zero for a short position.
    pub size: Quantity,
    /// Average price at which the open part was entered, rounded to nearest; zero when flat.
    pub avg_price: Price,
    /// What the open part cost: above zero for a long position, below zero for a short one.
    pub cost: Money,
    /// Profit and loss of the closed parts, before fees.
    pub realized: Money,
    /// Fees charged for fills of this instrument; rebates are negative.
    pub fees: Money,
}

/// What a fill did to a position and does to the account's cash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Booked {
    /// Cash that flows in (above zero) or out, before the fee.
    pub cash: Money,
    /// Profit or loss of the part that was closed, before the fee.
    pub realized: Money,
    /// Price times size of the fill, never below zero.
    pub notional: Money,
}

impl Position {
    /// Whether nothing is held.
    #[inline]
    pub const fn is_flat(&self) -> bool {
        self.size.is_zero()
    }

    /// Applies one fill at average cost; a fill larger than an opposite position closes it and
    /// opens the rest on the other side.
    ///
    /// The notional is rounded once, to nearest, ties to even. A partial close releases its share
    /// of the cost, rounded once; a complete close releases all that is left. `None`, and nothing
    /// changes, if a number leaves its range or `size` is below zero.
    pub fn apply_fill(
        &mut self,
        side: Side,
        price: Price,
        size: Quantity,
        fee: Money,
    ) -> Option<Booked> {
        if size.is_negative() {
            return None;
        }
        let notional = price.checked_mul_quantity(size)?;
        let held = self.size.checked_abs()?;
        let reduces = Side::of_sign(self.size.raw()).is_some_and(|s| s != side);
        let closing = if reduces { held.min(size) } else { Quantity::ZERO };
        let closing_notional = match closing {
            c if c == size => notional,
            c => price.checked_mul_quantity(c)?,
        };
        let released = if closing.is_zero() {
            Money::ZERO
        } else if closing == held {
            self.cost
        } else {
            Money::from_raw(fixed::mul_div(self.cost.raw(), closing.raw(), held.raw())?)
        };
        let opening = signed(side, notional.checked_sub(closing_notional)?)?;
        let realized = signed(side.opposite(), closing_notional)?.checked_sub(released)?;

        let mut next = *self;
        next.size = self.size.checked_add(Quantity::from_raw(side.sign() * size.raw()))?;
        next.cost = self.cost.checked_sub(released)?.checked_add(opening)?;
        next.realized = self.realized.checked_add(realized)?;
        next.fees = self.fees.checked_add(fee)?;
        next.avg_price = if next.size.is_zero() {
            Price::ZERO
        } else if closing == size {
            // Closing a part does not change what the rest was entered at.
            self.avg_price
        } else {
            next.cost.checked_div_quantity(next.size)?
        };
        *self = next;
        Some(Booked { cash: signed(side.opposite(), notional)?, realized, notional })
    }

    /// Profit or loss of the open part at `mark`, before fees; `None` on overflow.
    pub fn unrealized(&self, mark: Price) -> Option<Money> {
        self.value(mark)?.checked_sub(self.cost)
    }

    /// What the open part is worth at `mark`, negative for a short position; `None` on overflow.
    #[inline]
    pub fn value(&self, mark: Price) -> Option<Money> {
        self.size.checked_mul_price(mark)
    }

    /// Pays the position out at `payout` per unit and leaves it flat; `None`, and nothing changes,
    /// on overflow. Nothing is traded by it: [`Booked::notional`] is zero.
    pub fn settle(&mut self, payout: Price) -> Option<Booked> {
        let Some(held) = Side::of_sign(self.size.raw()) else {
            return Some(Booked::default());
        };
        let size = self.size.checked_abs()?;
        let booked = self.apply_fill(held.opposite(), payout, size, Money::ZERO)?;
        Some(Booked { notional: Money::ZERO, ..booked })
    }
}

/// An amount with the sign of a side.
fn signed(side: Side, amount: Money) -> Option<Money> {
    match side {
        Side::Buy => Some(amount),
        Side::Sell => amount.checked_neg(),
    }
}

crate::plain!(Position { size, avg_price, cost, realized, fees });
