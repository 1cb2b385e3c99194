//! Amounts of a currency.

use crate::fixed;
use crate::fixed::newtype::fixed_newtype;
use crate::leverage::Leverage;
use crate::price::Price;
use crate::quantity::Quantity;

fixed_newtype! {
    /// An amount of one currency. Which one is known to the account or instrument that it belongs
    /// to. Exact to 1e-9.
    Money
}

impl Money {
    /// How many units this buys at `price`, to nearest, ties to even; `None` for a price of zero
    /// or on overflow.
    #[inline]
    pub const fn checked_div_price(self, price: Price) -> Option<Quantity> {
        match fixed::div(self.0, price.raw()) {
            Some(raw) => Some(Quantity::from_raw(raw)),
            None => None,
        }
    }

    /// The price per unit if `quantity` units cost this, to nearest, ties to even; `None` for no
    /// units or on overflow.
    #[inline]
    pub const fn checked_div_quantity(self, quantity: Quantity) -> Option<Price> {
        match fixed::div(self.0, quantity.raw()) {
            Some(raw) => Some(Price::from_raw(raw)),
            None => None,
        }
    }

    /// The leverage of a position worth this on `equity`, to nearest, ties to even; `None` for no
    /// equity or on overflow.
    #[inline]
    pub const fn leverage_on(self, equity: Self) -> Option<Leverage> {
        match fixed::div(self.0, equity.0) {
            Some(raw) => Some(Leverage::from_raw(raw)),
            None => None,
        }
    }
}
